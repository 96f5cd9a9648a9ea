"""A large ledger of plain shape, made by INSERT .. SELECT from one posted invoice.

Ten open items a customer on average, unevenly spread (a few have thousands); four of
five overdue, one of twenty an open credit; as many paid items as open ones; one
customer in ten in a foreign currency, one in five reminded by letter.
"""

from datetime import timedelta

from odoo import Command, fields

TEXT = """<p>Dear {{ contact_name | customer }},</p>
<p>{{ invoice_count }} invoices for {{ total_overdue }} are overdue, the oldest since
{{ oldest_due_date }}. Please pay by {{ deadline_date }}.</p>{{ table }}
<p>{{ collector_name }}, {{ company_name }}</p>"""
# open items of the largest customer
LARGEST = 5_000
# evenly spread numbers that look like chance: g runs from one
CHANCE = "(g::bigint * 1103515245 %% 2147483648 / 2147483648.0)"
CUSTOMER = f"(floor(power({CHANCE}, 2) * %(customers)s)::int)"
AMOUNT = "((50 + g::bigint * 7919 %% 1950) * CASE WHEN g %% 20 = 0 THEN -1 ELSE 1 END)"
RATE = f"(CASE WHEN {CUSTOMER} %% 10 = 9 THEN 2 ELSE 1 END)"
CURRENCY = f"(CASE WHEN {CUSTOMER} %% 10 = 9 THEN %(foreign)s ELSE %(own)s END)"
DUE = "(%(today)s::date + 30 - (g::bigint * 31 %% 150)::int)"
LEFT = f"(CASE WHEN g <= %(open)s THEN {AMOUNT} ELSE 0 END)"


def fill(env, size):
    """Make a ledger of ``size`` open items and the policies of its customers."""
    env = env(context=dict(env.context, tracking_disable=True))
    company = env.company
    if not company._existing_accounting():
        env["account.chart.template"].try_loading("generic_coa", company)
    partner, invoice = make_samples(env)
    values = {
        "customers": max(size // 10, 1),
        "open": size,
        "moves": 2 * size,
        "own": company.currency_id.id,
        "foreign": make_currency(env).id,
        "today": fields.Date.today(),
    }
    env.flush_all()
    values["people"] = values["customers"] // 2
    for table, count in (
        ("res_partner", values["customers"] + values["people"]),
        ("account_move", values["moves"]),
        ("account_move_line", 2 * values["moves"]),
    ):
        values[f"{table}_base"] = reserve(env.cr, table, count)
    repeat(env.cr, "res_partner", partner.id, "customers", PARTNER, values)
    repeat(env.cr, "res_partner", partner.child_ids.id, "people", PERSON, values)
    repeat(env.cr, "account_move", invoice.id, "moves", MOVE, values)
    receivable = invoice.line_ids.filtered(
        lambda line: line.display_type == "payment_term"
    )
    product = invoice.line_ids - receivable
    repeat(env.cr, "account_move_line", receivable.id, "moves", OPEN_LINE, values)
    repeat(env.cr, "account_move_line", product.id, "moves", PRODUCT_LINE, values)
    # the pattern itself is none of the open items
    env.cr.execute(
        "UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s",
        [invoice.id],
    )
    env.cr.execute(
        "UPDATE account_move SET state = 'draft' WHERE id = %s", [invoice.id]
    )
    env.invalidate_all(flush=False)
    company.dunning_policy_id = make_policy(env, "Benchmark by e-mail", "send_email")
    make_policy(env, "Benchmark by letter", "send_letter")
    company.write({"street": "1 Station Square", "zip": "69002", "city": "Lyon"})
    company.email = "accounts@company.example"
    env.cr.execute("ANALYZE")
    env.cr.commit()


def concentrate(env, size):
    """Give one customer half the open items, 5,000 at most."""
    env.cr.execute(
        "SELECT partner_id, account_id FROM account_move_line"
        " WHERE reconciled IS NOT TRUE AND parent_state = 'posted'"
        " AND date_maturity IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1"
    )
    partner_id, account_id = env.cr.fetchone()
    env.cr.execute(
        "SELECT move_id FROM account_move_line WHERE reconciled IS NOT TRUE"
        " AND parent_state = 'posted' AND account_id = %s"
        " ORDER BY partner_id <> %s, id LIMIT %s",
        [account_id, partner_id, min(max(size // 2, 1), LARGEST)],
    )
    moves = [move_id for (move_id,) in env.cr.fetchall()]
    env.cr.execute(
        "UPDATE account_move_line SET partner_id = %s WHERE move_id = ANY(%s)",
        [partner_id, moves],
    )
    env.cr.execute(
        "UPDATE account_move SET partner_id = %s, commercial_partner_id = %s"
        " WHERE id = ANY(%s)",
        [partner_id, partner_id, moves],
    )
    env.cr.execute("ANALYZE")
    env.cr.commit()


def make_samples(env):
    """One customer with a posted invoice of one line."""
    partner = env["res.partner"].create(
        {
            "name": "Customer",
            "is_company": True,
            "email": "a@customer.example",
            "street": "1 Mill Lane",
            "zip": "75011",
            "city": "Paris",
            "lang": "en_US",
            "child_ids": [Command.create({"name": "Ann", "email": "b@c.example"})],
        }
    )
    day = fields.Date.today() - timedelta(60)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": day,
            "invoice_line_ids": [
                Command.create(
                    {"name": "Goods", "price_unit": 100.0, "tax_ids": [Command.clear()]}
                )
            ],
        }
    )
    invoice.action_post()
    return partner, invoice


def make_currency(env):
    """A foreign currency of which two make one of the company's."""
    code = "EUR" if env.company.currency_id.name != "EUR" else "USD"
    currency = env["res.currency"].with_context(active_test=False)
    currency = currency.search([("name", "=", code)])
    currency.active = True
    currency.rate_ids.unlink()
    currency.rate_ids = [
        Command.create({"name": "2000-01-01", "rate": 2, "company_id": env.company.id})
    ]
    return currency


def make_policy(env, name, channel):
    """Three levels by one channel; the texts are those of a person in a hurry."""
    level = {
        "send_email": False,
        channel: True,
        "is_automatic": True,
        "attach_invoices": False,
        "subject": "{{ invoice_count }} invoices of {{ company_name }} are overdue",
        "body_html": TEXT,
    }
    return env["dunning.policy"].create(
        {
            "name": name,
            "climb": "direct",
            "min_days_between": 7,
            "level_ids": [
                Command.create(
                    {**level, "name": f"Level {number}", "sequence": 10 * number,
                     "delay_days": days}
                )
                for number, days in enumerate((5, 20, 45), 1)
            ],
        }
    )  # fmt: skip


def reserve(cr, table, count):
    """The number below the first of ``count`` new ids."""
    cr.execute(
        f"SELECT setval('{table}_id_seq', nextval('{table}_id_seq') + %s)",
        [count],
    )
    return cr.fetchone()[0] - count - 1


PARTNER = {
    "id": "%(res_partner_base)s + g",
    "name": "'Customer ' || g",
    "complete_name": "'Customer ' || g",
    "commercial_company_name": "'Customer ' || g",
    "commercial_partner_id": "%(res_partner_base)s + g",
    "email": "'accounts@c' || g || '.example'",
    "email_normalized": "'accounts@c' || g || '.example'",
}
PERSON = {
    "id": "%(res_partner_base)s + %(customers)s + g",
    "name": "'Ann ' || g",
    "complete_name": "'Customer ' || g || ', Ann ' || g",
    "commercial_company_name": "'Customer ' || g",
    "commercial_partner_id": "%(res_partner_base)s + g",
    "parent_id": "%(res_partner_base)s + g",
    "email": "'ann@c' || g || '.example'",
    "email_normalized": "'ann@c' || g || '.example'",
}
WHO = f"%(res_partner_base)s + 1 + {CUSTOMER}"
MOVE = {
    "id": "%(account_move_base)s + g",
    "name": "'B/' || g",
    "sequence_number": "g",
    "payment_reference": "'B/' || g",
    "partner_id": WHO,
    "commercial_partner_id": WHO,
    "partner_shipping_id": WHO,
    "currency_id": CURRENCY,
    "move_type": "CASE WHEN g %% 20 = 0 THEN 'out_refund' ELSE 'out_invoice' END",
    "date": f"{DUE} - 30",
    "invoice_date": f"{DUE} - 30",
    "invoice_date_due": DUE,
    "payment_state": "CASE WHEN g <= %(open)s THEN 'not_paid' ELSE 'paid' END",
    "amount_total": f"abs({AMOUNT}) * {RATE}",
    "amount_residual": f"abs({LEFT}) * {RATE}",
    "amount_total_signed": AMOUNT,
    "amount_residual_signed": LEFT,
}
LINE = {
    "move_id": "%(account_move_base)s + g",
    "move_name": "'B/' || g",
    "partner_id": WHO,
    "currency_id": CURRENCY,
    "date": f"{DUE} - 30",
    "invoice_date": f"{DUE} - 30",
}
OPEN_LINE = {
    **LINE,
    "id": "%(account_move_line_base)s + g",
    "name": "'B/' || g",
    "date_maturity": DUE,
    "debit": f"greatest({AMOUNT}, 0)",
    "credit": f"greatest(-{AMOUNT}, 0)",
    "balance": AMOUNT,
    "amount_currency": f"{AMOUNT} * {RATE}",
    "amount_residual": LEFT,
    "amount_residual_currency": f"{LEFT} * {RATE}",
    "reconciled": "g > %(open)s",
    "no_followup": "g %% 100 = 1",
}
PRODUCT_LINE = {
    **LINE,
    "id": "%(account_move_line_base)s + %(moves)s + g",
    "debit": f"greatest(-{AMOUNT}, 0)",
    "credit": f"greatest({AMOUNT}, 0)",
    "balance": f"-{AMOUNT}",
    "amount_currency": f"-{AMOUNT} * {RATE}",
    "price_unit": f"abs({AMOUNT})",
    "price_subtotal": f"abs({AMOUNT})",
    "price_total": f"abs({AMOUNT})",
}


def repeat(cr, table, sample_id, count, changes, values):
    """Insert the row ``sample_id`` again and again, with some columns changed."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = current_schema",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    given = {**values, "count": values[count], "sample": sample_id}
    select = ", ".join(changes.get(name, f'sample."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisunique",
        [table],
    )
    indexes = cr.fetchall()  # made again at once is ten times faster
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {select} FROM {table} sample"  # noqa: S608
        " CROSS JOIN generate_series(1, %(count)s) g"
        " WHERE sample.id = %(sample)s ORDER BY g",
        given,
    )
    for _name, definition in indexes:
        cr.execute(definition)
