"""Proves the copied rows: what the ORM computes again must be what is stored."""

import random

from odoo.tests import Form
from odoo.tools import SQL

from .world import ZONE

CHECKS = {  # each query lists what is wrong
    "entry out of balance": """
        SELECT move_id FROM account_move_line WHERE parent_state = 'posted'
         GROUP BY move_id HAVING SUM(balance) <> 0""",
    "residual is not the balance less what was matched": """
        SELECT l.id FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
           AND a.account_type = 'asset_receivable'
          LEFT JOIN (SELECT id, SUM(cc) AS cc, SUM(cur) AS cur FROM (
                SELECT debit_move_id AS id, amount AS cc, debit_amount_currency AS cur
                  FROM account_partial_reconcile UNION ALL
                SELECT credit_move_id, -amount, -credit_amount_currency
                  FROM account_partial_reconcile) u GROUP BY id) p ON p.id = l.id
         WHERE l.parent_state = 'posted'
           AND (l.amount_residual <> l.balance - COALESCE(p.cc, 0)
             OR l.amount_residual_currency <> l.amount_currency - COALESCE(p.cur, 0)
             OR COALESCE(l.reconciled, FALSE)
                <> (l.amount_residual = 0 AND l.amount_residual_currency = 0))""",
    "full reconciliation with an open line": """
        SELECT id FROM account_move_line
         WHERE full_reconcile_id IS NOT NULL AND reconciled IS NOT TRUE""",
    "closed group without full reconciliation": """
        SELECT MIN(id) FROM account_move_line WHERE matching_number LIKE 'P%%'
         GROUP BY matching_number HAVING bool_and(reconciled)""",
    "matching disagrees with its lines": """
        SELECT p.id FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id
          JOIN account_move_line c ON c.id = p.credit_move_id
         WHERE d.full_reconcile_id IS DISTINCT FROM p.full_reconcile_id
            OR c.full_reconcile_id IS DISTINCT FROM p.full_reconcile_id
            OR c.matching_number IS DISTINCT FROM d.matching_number""",
    "number used twice": """
        SELECT MIN(id) FROM account_move WHERE state = 'posted'
         GROUP BY journal_id, name HAVING COUNT(*) > 1""",
    "payment and entry do not point at each other": """
        SELECT p.id FROM account_payment p LEFT JOIN account_move m ON m.id = p.move_id
         WHERE p.state = 'paid' AND m.origin_payment_id IS DISTINCT FROM p.id""",
}
FIELDS = {  # what the ORM recomputes, by model
    "account.move.line": (
        "amount_residual",
        "amount_residual_currency",
        "reconciled",
        "partner_id",
        "parent_state",
        "move_name",
        "company_id",
        "journal_id",
        "date",
    ),
    "account.move": (
        "amount_residual",
        "amount_residual_signed",
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "amount_untaxed_signed",
        "amount_untaxed_in_currency_signed",
        "amount_tax_signed",
        "amount_total_signed",
        "amount_total_in_currency_signed",
        "payment_state",
        "commercial_partner_id",
        "invoice_date_due",
        "invoice_partner_display_name",
        "sequence_prefix",
        "sequence_number",
    ),
    "account.payment": (
        "is_reconciled",
        "is_matched",
        "amount_company_currency_signed",
    ),
    "res.partner": (
        "commercial_partner_id",
        "complete_name",
        "commercial_company_name",
        "email_normalized",
        "phone_sanitized",
        "partner_share",
    ),
}
# spoilt before the ORM computes again, so that a value nobody computes would show;
# what a person blocked stays blocked
SPOILT = {
    "account.move.line": "amount_residual = -7, amount_residual_currency = -7,"
    " reconciled = NOT COALESCE(reconciled, FALSE)",
    "account.move": "amount_residual = -7, amount_residual_signed = -7,"
    " amount_total = -7, payment_state = CASE payment_state"
    " WHEN 'blocked' THEN payment_state ELSE 'in_payment' END",
    "account.payment": "is_reconciled = NOT is_reconciled, is_matched = FALSE",
    "res.partner": "complete_name = '?'",
}


def verify(env, sample=100, seed=1):
    """List what is wrong in the ledger: dicts of check, record and values.

    Checks all entries by SQL, then has the ORM compute ``sample`` documents, and the
    balances of their customers, again. Changes nothing.
    """
    env = env(
        user=1,
        su=True,
        context=dict(
            env.context,
            tracking_disable=True,
            tz=ZONE,
            allowed_company_ids=env["res.company"].sudo().search([]).ids,
        ),
    )
    env.flush_all()
    wrong = []
    for label, query in CHECKS.items():
        env.cr.execute(query)
        wrong += [{"check": label, "id": row[0]} for row in env.cr.fetchall()]
    moves = pick(env, sample, random.Random(seed))
    with env.cr.savepoint() as savepoint:
        wrong += recompute(env, moves)
        savepoint.rollback()
    env.invalidate_all(flush=False)
    return wrong + balances(env, moves.line_ids.partner_id.commercial_partner_id)


def pick(env, sample, rng):
    """Documents of every kind and state, at random."""
    env.cr.execute("""
        SELECT move_type, payment_state, origin_payment_id IS NULL,
               array_agg(id ORDER BY id)
          FROM account_move WHERE state = 'posted' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""")
    kinds = [row[3] for row in env.cr.fetchall()]
    share = -(-sample // len(kinds)) if kinds else 0
    return env["account.move"].browse(
        move for ids in kinds for move in rng.sample(ids, min(share, len(ids)))
    )


def open_documents(env, sample=30, seed=1):
    """Open documents, their customers and payments in the web client's forms.

    :return: how many were opened
    """
    env = env(
        context=dict(env.context, allowed_company_ids=env["res.company"].search([]).ids)
    )
    moves = pick(env, sample, random.Random(seed))
    opened = 0
    for records in (moves, moves.partner_id, moves.origin_payment_id):
        for record in records:
            Form(record)
            opened += 1
    return opened


def stored(env, model, records):
    """The stored values of FIELDS, by record."""
    env.flush_all()
    names = FIELDS[model]
    env.cr.execute(
        SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s)",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL.identifier(env[model]._table),
            records.ids,
        )
    )
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in env.cr.fetchall()}


def recompute(env, moves):
    """Spoil and compute again the sample; returns the differences."""
    lines = moves.line_ids
    samples = {
        "account.move.line": lines,
        "account.move": moves,
        "account.payment": moves.origin_payment_id,
        "res.partner": lines.partner_id | moves.partner_id,
    }
    before = {model: stored(env, model, records) for model, records in samples.items()}
    for model, change in SPOILT.items():
        env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(env[model]._table),
                SQL(change),
                samples[model].ids,
            )
        )
    env.invalidate_all(flush=False)
    for model, records in samples.items():
        for name in FIELDS[model]:
            field = records._fields[name]
            # Odoo sets the partner itself on entries that have none
            some = records
            if (model, name) == ("account.move.line", "partner_id"):
                some = records.filtered("move_id.partner_id")
            if field.compute and field.store and name != "invoice_date_due":
                env.add_to_compute(field, some)
    env.flush_all()
    wrong = []
    for model, records in samples.items():
        for key, values in stored(env, model, records).items():
            wrong += [
                {"check": f"{model}.{name}", "id": key, "stored": old, "computed": new}
                for name, new in values.items()
                if (old := before[model][key][name] or None) != (new or None)
            ]
    return wrong


def balances(env, partners):
    """Compare what Odoo says each customer owes with the posted entries."""
    env.cr.execute(
        """
        SELECT l.partner_id, SUM(l.amount_residual) FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
           AND a.account_type = 'asset_receivable'
          JOIN res_company c ON c.id = l.company_id
         WHERE l.parent_state = 'posted' AND l.partner_id = ANY(%s)
           AND split_part(c.parent_path, '/', 1) = %s GROUP BY 1""",
        [partners.ids, str(env.company.root_id.id)],
    )
    owed = dict(env.cr.fetchall())
    pairs = [(partner, float(owed.get(partner.id, 0))) for partner in partners]
    return [
        {
            "check": "res.partner.credit",
            "id": partner.id,
            "stored": amount,
            "computed": partner.credit,
        }
        for partner, amount in pairs
        if abs(partner.credit - amount) > 0.004
    ]
