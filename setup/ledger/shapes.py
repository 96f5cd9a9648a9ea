"""One row of each kind as the ORM writes it: the patterns that COPY repeats."""

import json
import re
from collections import defaultdict

from odoo import Command, fields
from odoo.tools import SQL

from .plan import days, month_start
from .world import COUNTRIES, RATES, phone

RELATIONS = {
    "tax": ("account_move_line_account_tax_rel", "account_tax_id"),
    "tag": ("account_account_tag_account_move_line_rel", "account_account_tag_id"),
}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def encode(value):
    """``value`` in the text format of COPY."""
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, dict | list):
        value = json.dumps(value)
    return str(value).translate(ESCAPES)


class Shape:
    """The encoded row of a record, of which each line replaces some columns."""

    def __init__(self, row):
        self.row, self.columns = row, list(row)
        self.base = [encode(value) for value in row.values()]
        self.places = {name: place for place, name in enumerate(row)}

    def line(self, **values):
        """Return the row with other ``values`` as one line of COPY."""
        row, places = self.base[:], self.places
        for name, value in values.items():
            row[places[name]] = encode(value)
        return "\t".join(row)


def read(cr, table, ids, column="id"):
    """Rows of ``table`` as dicts, in order of creation."""
    order = "id" if column == "id" or table == "account_move_line" else column
    cr.execute(
        SQL(
            "SELECT * FROM %s WHERE %s = ANY(%s) ORDER BY %s",
            SQL.identifier(table),
            SQL.identifier(column),
            list(ids),
            SQL.identifier(order),
        )
    )
    return [
        dict(zip([d.name for d in cr.description], row, strict=True))
        for row in cr.fetchall()
    ]


def numbering(row):
    """(journal, head, monthly, digits) of a numbered entry such as INV/2026/00001."""
    match = re.fullmatch(r"(.*?)(\d{4})/(?:(\d\d)/)?(\d+)", row["name"])
    if not match:
        raise ValueError(
            f"The numbers of journal {row['journal_id']} are not by year "
            f"or month ({row['name']}): reset its sequence first."
        )
    return row["journal_id"], match[1], bool(match[3]), len(match[4])


class Shapes:
    """Samples made by the ORM, read back and rolled back."""

    def __init__(self, env, kit, rng, today, months):
        self.kit, self.today = kit, today
        self.rows, self.numbers, self.tax, self.related = {}, {}, {}, defaultdict(list)
        self.countries = {
            c.code: c.id
            for c in env["res.country"].search([("code", "in", list(COUNTRIES))])
        }
        self.rates = self.read_rates(env, months)
        with env.cr.savepoint() as savepoint:
            partners = self.make_partners(env, rng)
            for index, company in enumerate(kit["companies"]):
                cenv = env(context=dict(env.context, allowed_company_ids=company.ids))
                self.make_invoices(cenv, index, partners)
                self.make_payment(cenv, index, company, partners["GB"])
            savepoint.rollback()
        env.cr.postcommit.clear()  # the samples no longer exist then
        env.invalidate_all(flush=False)

    def read_rates(self, env, months):
        """{(company, currency, month): (rate to foreign, rate to company currency)}."""
        rates = {}
        for index, company in enumerate(self.kit["companies"]):
            own = company.currency_id
            for code in ("EUR", *RATES):
                other = env["res.currency"].search([("name", "=", code)])
                for shift in range(-months - 2, 1):
                    month = month_start(self.today, shift)
                    rates[index, code, month] = tuple(
                        a._get_conversion_rate(a, b, company, month)
                        for a, b in ((own, other), (other, own))
                    )
        return rates

    def make_partners(self, env, rng):
        """A customer and a contact of each country."""
        partners = {}
        for code in COUNTRIES:
            address = {
                "country_id": self.countries[code],
                "street": "1",
                "zip": "1",
                "city": "Town",
                "phone": phone(code, rng),
                "user_id": self.kit["users"][0].id,
            }
            partner = env["res.partner"].create(
                {
                    "name": "Shape",
                    "is_company": True,
                    "email": "a@shape.example",
                    "lang": COUNTRIES[code]["lang"],
                    "customer_rank": 1,
                    **address,
                }
            )
            child = env["res.partner"].create(
                {
                    "name": "Shape",
                    "parent_id": partner.id,
                    "email": "b@shape.example",
                    "function": "Buyer",
                    "type": "contact",
                    **address,
                }
            )
            env.flush_all()
            for kind, record in (("partner", partner), ("contact", child)):
                row = read(env.cr, "res_partner", record.ids)[0]
                self.rows[kind, code] = Shape(row)
            partners[code] = partner
        return partners

    def make_invoices(self, env, index, partners):
        """An invoice and a credit note for each country."""
        company = self.kit["companies"][index]
        moves = env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "invoice_date": self.today - days(40),
                    "currency_id": company.currency_id.id,
                    "invoice_user_id": self.kit["users"][0].id,
                    "invoice_payment_term_id": self.kit["terms"][1].id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.kit["products"][0].id,
                                "price_unit": 400.0,
                            }
                        )
                    ],
                }
                for partner in partners.values()
                for kind in ("out_invoice", "out_refund")
            ]
        )
        moves.action_post()
        env.flush_all()
        for move in moves:
            self.read_move(
                env, move, (index, move.partner_id.country_id.code, move.move_type)
            )

    def read_move(self, env, move, key):
        """The rows of one invoice, its tax rate, and the links of its lines."""
        row = read(env.cr, "account_move", move.ids)[0]
        self.rows[("move", *key)] = Shape(row)
        self.numbers[key[0], key[2]] = numbering(row)
        taxes = move.invoice_line_ids.tax_ids
        kinds = [line.display_type for line in move.line_ids]
        if (
            sorted(kinds) != sorted(set(kinds))
            or set(taxes.mapped("amount_type")) - {"percent"}
            or any(taxes.mapped("price_include"))
        ):
            raise ValueError(
                "The sales tax of the company is not one plain percentage: choose such "
                "a tax as its default first."
            )
        self.tax[key] = sum(taxes.mapped("amount"))
        for line in read(env.cr, "account_move_line", move.ids, "move_id"):
            kind = line["display_type"]
            self.rows[("line", *key, kind)] = Shape(line)
            for name, (table, column) in RELATIONS.items():
                rows = read(env.cr, table, [line["id"]], "account_move_line_id")
                self.related[(name, *key, kind)] = [r[column] for r in rows]

    def make_payment(self, env, index, company, partner):
        """A payment in another currency, its matching and its exchange entry."""
        bank, method = self.kit["banks"][company.id]
        day = self.today - days(40)
        other = env["res.currency"].search([("name", "=", "USD")])
        moves = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": day - days(300),
                "currency_id": other.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.kit["products"][0].id,
                            "price_unit": 987654.32,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        moves.action_post()
        payment = (
            env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(
                {
                    "payment_date": day,
                    "journal_id": bank.id,
                    "payment_method_line_id": method.id,
                }
            )
            ._create_payments()
        )
        env.flush_all()
        partial = moves.line_ids.matched_credit_ids.filtered("exchange_move_id")[:1]
        if not payment.move_id or not partial:
            raise ValueError(
                "The sample payment made no entry or no exchange "
                "difference: check the bank and exchange journals."
            )
        samples = (
            ("payment", "account_payment", payment.ids),
            ("paymove", "account_move", payment.move_id.ids),
            ("exchmove", "account_move", partial.exchange_move_id.ids),
            ("partial", "account_partial_reconcile", partial.ids),
            ("full", "account_full_reconcile", partial.full_reconcile_id.ids),
        )
        for name, table, ids in samples:
            row = read(env.cr, table, ids)[0]
            self.rows[name, index] = Shape(row)
            if table == "account_move":
                kind = "payment" if name == "paymove" else "exchange"
                self.numbers[index, kind] = numbering(row)
        for line in read(env.cr, "account_move_line", payment.move_id.ids, "move_id"):
            self.rows["payline", index, bool(line["debit"])] = Shape(line)
        for line in read(
            env.cr, "account_move_line", partial.exchange_move_id.ids, "move_id"
        ):
            self.rows["exchline", index, bool(line["full_reconcile_id"])] = Shape(line)

    def facts(self):
        """What the planning needs to know (see plan.Story)."""
        return {
            "tax": self.tax,
            "rates": self.rates,
            "products": len(self.kit["products"]),
            "companies": [
                {
                    "id": c.id,
                    "currency": c.currency_id.name,
                    "currency_id": c.currency_id.id,
                }
                for c in self.kit["companies"]
            ],
        }


def stamp(day):
    """A creation time for an entry of ``day``."""
    return f"{fields.Date.to_string(day)} 09:00:00"
