import datetime
from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.tools import SQL

# days overdue up to which a claim belongs to each column, after "not due"
AGES = (30, 60, 90, 120)
SALES = ("out_invoice", "out_receipt")


class Period(NamedTuple):
    """What a statement is asked for: up to ``date``; ``full`` from ``start`` on."""

    date: datetime.date
    full: bool
    start: datetime.date | None


class CreditProfile(models.Model):
    """The statement of account: what was invoiced, paid, settled and is open."""

    _inherit = "credit.profile"

    # === BUSINESS METHODS === #
    def statement(self, date=None, full=False, date_from=None):
        """Return the statement of one customer: a section for each currency.

        Each section is a dict: ``currency`` (its name), ``currency_id``, ``date``,
        ``start``, ``opening``, ``rows``, ``claims``, ``overdue``, ``credits``
        (negative), ``unallocated`` (of the credits, money received), ``balance`` and
        ``ages`` (open claims: not due, then by :data:`AGES`). Currencies are never
        added up.

        Each row: ``id`` (journal item), ``move_id``, ``kind`` (``invoice``,
        ``instalment``, ``credit_note``, ``payment``, ``payout``, ``entry``,
        ``transfer``), ``name``, ``reference``, ``date``, ``due``, ``days`` (late),
        ``amount``, ``open``, ``balance`` (running) and ``settlements``: what settled
        it, or what a payment settled, each with ``date``, ``name``, ``move_id``,
        ``kind`` and ``amount`` in the currency of the section.

        :param date: the end of that day; default: today
        :param bool full: all movements; default: open items alone
        :param date_from: first day of the movements; those before are summed up in
            ``opening``. Default: since the first one
        :rtype: list[dict]
        """
        self.ensure_one()
        return self._statements(date, full, date_from)[self]

    @api.private
    def _statements(self, date=None, full=False, date_from=None):
        """Return ``{profile: sections}`` of many customers, by two queries a company.

        The ledger is read by SQL: whoever may read the profile may know it.
        """
        self.check_access("read")
        result = {}
        for company, profiles in self.sudo().grouped("company_id").items():
            period = self._statement_period(company, date, full, date_from)
            items = profiles._statement_items(company, period)
            settlements = self._statement_settlements(
                company, period, [item["id"] for item in items]
            )
            by_customer = defaultdict(list)
            for item in items:
                item["settlements"] = settlements.get(item["id"], [])
                by_customer[item["customer_id"]].append(item)
            for profile in profiles:
                result[self.browse(profile.id)] = profile._statement_sections(
                    by_customer[profile.partner_id.id], period
                )
        return result

    @api.model
    def _statement_period(self, company, date, full, date_from):
        """Return what is asked for, checked."""
        try:
            date = Date.to_date(date) or company._dunning_today()[company]
            start = (full and Date.to_date(date_from)) or None
        except ValueError as error:
            raise UserError(
                self.env._("Enter the days of the statement as in 2026-12-31.")
            ) from error
        if start and start > date:
            raise UserError(
                self.env._("A statement starts before it ends: choose an earlier day.")
            )
        return Period(date, bool(full), start)

    # === QUERIES === #
    def _statement_items(self, company, period):
        """Return the receivable items of the customers, in the order of the rows."""
        items = self.env["credit.ledger"]._query_items(
            company.ids, period.date, self.partner_id.ids, open_only=not period.full
        )
        self.env["account.move"].flush_model(
            ["name", "ref", "move_type", "invoice_date", "origin_payment_id"]
        )
        self.env["account.move.line"].flush_model(["name", "payment_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT i.*, m.name, m.ref, m.move_type, m.invoice_date,
                       l.name AS label,
                       COALESCE(m.origin_payment_id, m.statement_line_id, l.payment_id)
                           IS NOT NULL AS is_payment,
                       part.number, part.parts
                  FROM (%s) i
                  JOIN account_move_line l ON l.id = i.id
                  JOIN account_move m ON m.id = i.move_id
                  LEFT JOIN LATERAL (
                       SELECT COUNT(*) AS parts, COUNT(*) FILTER (
                                  WHERE (COALESCE(x.date_maturity, x.date), x.id)
                                        <= (i.due, i.id)
                              ) AS number
                         FROM account_move_line x
                        WHERE x.move_id = i.move_id AND x.account_id = i.account_id
                       ) part ON m.move_type = 'out_invoice'
                 ORDER BY %s
                """,
                items,
                SQL("i.date, i.id") if period.full else SQL("i.due, i.date, i.id"),
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _statement_settlements(self, company, period, item_ids):
        """Return ``{item id: settlements up to the day}``, the earliest first.

        ``is_outside``: the other item is of another currency, customer or company.
        ``amount`` is what the item lost, signed as the item, in its own currency.
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH asked AS MATERIALIZED (
                    SELECT l.id, l.currency_id, l.company_id, c.commercial_partner_id
                      FROM account_move_line l
                      LEFT JOIN res_partner c ON c.id = l.partner_id
                     WHERE l.id = ANY(%(ids)s)
                )
                SELECT a.id AS item_id, p.amount, p.date, o.move_id, o.id AS line_id,
                       m.name, m.move_type,
                       COALESCE(m.origin_payment_id, m.statement_line_id, o.payment_id)
                           IS NOT NULL AS is_payment,
                       (o.currency_id, o.company_id, c.commercial_partner_id)
                           IS DISTINCT FROM
                       (a.currency_id, a.company_id, a.commercial_partner_id)
                           OR p.amount <> p.other AS is_outside
                  FROM asked a
                  JOIN LATERAL (
                       SELECT debit_amount_currency AS amount, max_date AS date,
                              credit_amount_currency AS other,
                              credit_move_id AS other_id, id
                         FROM account_partial_reconcile WHERE debit_move_id = a.id
                        UNION ALL
                       SELECT -credit_amount_currency, max_date,
                              -debit_amount_currency, debit_move_id, id
                         FROM account_partial_reconcile WHERE credit_move_id = a.id
                       ) p ON p.date <= %(date)s AND p.amount <> 0
                  JOIN account_move_line o
                    ON o.id = p.other_id AND o.parent_state = 'posted'
                  JOIN account_move m ON m.id = o.move_id
                  LEFT JOIN res_partner c ON c.id = o.partner_id
                 ORDER BY p.date, p.id
                """,
                ids=item_ids,
                date=period.date,
            )
        )
        result = defaultdict(list)
        for row in self.env.cr.dictfetchall():
            result[row.pop("item_id")].append(row)
        return result

    # === ROWS === #
    def _statement_sections(self, items, period):
        """Return the sections of one customer, his company's currency first."""
        by_currency = defaultdict(list)
        for item in items:
            by_currency[item["currency_id"]].append(item)
        currencies = self.env["res.currency"].browse(by_currency)
        home = self.company_id.currency_id
        sections = [
            self._statement_section(currency, by_currency[currency.id], period)
            for currency in currencies.sorted(
                lambda currency: (currency != home, currency.name)
            )
        ]
        return [
            section for section in sections if section["rows"] or section["opening"]
        ]

    def _statement_section(self, currency, items, period):
        rows, opening = [], 0.0
        for item in items:
            rows += self._statement_rows(item, currency, period)
        if period.full:
            rows.sort(key=lambda row: row["entry_date"])
        first = period.start or datetime.date.min
        opening = sum(row["amount"] for row in rows if row["entry_date"] < first)
        # the totals are of the day, whatever is shown of how it came to them
        section = {
            "currency": currency.name,
            "currency_id": currency.id,
            "date": period.date,
            "start": period.start,
            "full": period.full,
            "opening": currency.round(opening),
            "rows": [row for row in rows if row["entry_date"] >= first],
            **self._statement_totals(currency, rows),
        }
        balance = opening
        for row in section["rows"]:
            balance = currency.round(balance + row["amount" if period.full else "open"])
            row["balance"] = balance
        return section

    def _statement_rows(self, item, currency, period):
        """Return the row of an item, then what of it was settled elsewhere."""
        amount, residual = item["amount_currency"], item["residual_currency"]
        if not amount and not residual:
            return []  # a difference of exchange: of the company's currency alone
        claim = residual > 0
        days = (period.date - item["due"]).days
        rows = [
            {
                "id": item["id"],
                "move_id": item["move_id"],
                "kind": self._statement_kind(item, amount),
                "name": self._statement_name(item),
                "reference": self._statement_reference(item),
                "entry_date": item["date"],
                "date": item["invoice_date"] or item["date"],
                # a credit counts at once, whatever its maturity
                "due": item["due"] if amount > 0 else None,
                "days": days if claim and days > 0 else 0,
                "age": days if claim else None,
                "amount": currency.round(amount),
                "open": currency.round(residual),
                "settlements": [
                    self._statement_settlement(settlement, currency)
                    for settlement in item["settlements"]
                ],
            }
        ]
        if period.full:
            rows += [
                self._statement_transfer(item, settlement, currency)
                for settlement in item["settlements"]
                if settlement["is_outside"]
            ]
        return rows

    @api.model
    def _statement_settlement(self, settlement, currency):
        return {
            "date": settlement["date"],
            "name": settlement["name"],
            "move_id": settlement["move_id"],
            "kind": self._statement_kind(settlement, -settlement["amount"]),
            "amount": currency.round(abs(settlement["amount"])),
        }

    @api.model
    def _statement_transfer(self, item, settlement, currency):
        """Return the row of what was settled in another currency or account."""
        return {
            "id": item["id"],
            "move_id": item["move_id"],
            "kind": "transfer",
            "name": item["name"],
            "reference": settlement["name"],
            "entry_date": settlement["date"],
            "date": settlement["date"],
            "due": None,
            "days": 0,
            "age": None,
            "amount": currency.round(-settlement["amount"]),
            "open": 0.0,
            "settlements": [],
        }

    @api.model
    def _statement_kind(self, item, amount):
        """Return what an item is, for its label."""
        if item["is_payment"]:
            return "payment" if amount < 0 else "payout"
        if item["move_type"] in SALES:
            return "instalment" if (item.get("parts") or 1) > 1 else "invoice"
        return "credit_note" if item["move_type"] == "out_refund" else "entry"

    @api.model
    def _statement_name(self, item):
        if (item["parts"] or 1) > 1:
            return f"{item['name']} ({item['number']}/{item['parts']})"
        return item["name"]

    @api.model
    def _statement_reference(self, item):
        label = item["label"]
        if item["move_type"] != "entry" or label == item["name"]:
            label = ""
        return item["ref"] or label or ""

    @api.model
    def _statement_totals(self, currency, rows):
        """Return what is open of ``rows``, and its ages."""
        ages = [0.0] * (len(AGES) + 2)
        credits = unallocated = 0.0
        for row in rows:
            if row["age"] is not None:
                ages[self._statement_age(row["age"])] += row["open"]
            elif row["open"] < 0:
                credits += row["open"]
                unallocated += row["open"] if row["kind"] == "payment" else 0.0
        totals = {
            "claims": sum(ages),
            "overdue": sum(ages[1:]),
            "credits": credits,
            "unallocated": unallocated,
            "balance": sum(ages) + credits,
        }
        return {
            **{name: currency.round(amount) for name, amount in totals.items()},
            "ages": [currency.round(amount) for amount in ages],
        }

    @api.model
    def _statement_age(self, days):
        """Return the column of a claim ``days`` after its due date."""
        return 0 if days <= 0 else 1 + sum(days > limit for limit in AGES)

    # === READER === #
    @api.private
    def _statement_recipients(self):
        """Return who gets the statement by mail: who pays the bills, else anybody.

        :rtype: res.partner
        """
        self.ensure_one()
        role = self.env.ref("credit_control.role_accounts_payable", False)
        people = self.env["res.partner"].sudo()
        if role:
            level = self.env["dunning.level"]
            people = self._get_recipients(role.sudo(), level)[self].sudo()
        customer = self.sudo().partner_id
        invoice = customer.browse(customer.address_get(["invoice"])["invoice"])
        for group in (people, invoice, customer):
            if found := group.filtered("email"):
                return found
        return people.browse()

    @api.private
    def _statement_lang(self):
        """Return the language of the reader of a statement on paper."""
        self.ensure_one()
        profile = self.sudo()
        return (
            profile.partner_id.lang
            or profile.company_id.partner_id.lang
            or self.env.lang
            or "en_US"
        )
