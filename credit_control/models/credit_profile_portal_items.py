from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# what has a PDF of its own
DOCUMENTS = ("out_invoice", "out_refund", "out_receipt")
# items shown of each list; totals and files have all
MAX_ROWS = 300


class CreditProfile(models.Model):
    """What the customer's page shows: his open items, as they are."""

    _inherit = "credit.profile"

    # === BUSINESS METHODS === #
    @api.private
    def _portal_items(self):
        """Return the open items of the customer, a section for each currency.

        All of the commercial entity in the company of the profile; the company's
        currency comes first. Read by SQL: few queries, whatever their number.

        Each section: ``currency``, ``items``, ``overdue`` (claims past their due
        date), ``due`` (all claims), ``credit`` (negative), ``balance``, ``promised``,
        ``disputed``, ``ages`` (of what is overdue: ``label``, ``amount``, ``share`` in
        percent) and ``groups``, the lists that the page shows (``code``, ``items``,
        ``hidden``, ``total``): what is overdue, what comes due, credits, and what the
        customer contests as a whole.

        Each item: ``id``, ``line``, ``move``, ``name``, ``reference``, ``date``,
        ``due``, ``days_overdue``, ``total``, ``residual``, ``instalment`` (``"1/3"``
        or empty), ``kind`` (``claim``, ``credit``), ``label`` (kind of document, see
        ``credit.profile._statement_kind``), ``is_document`` (there is a PDF),
        ``promised`` (a day), ``disputed`` (amount), ``is_disputed``, ``in_process``
        (a payment is registered, its entry is not), ``pending`` and ``request``: see
        :meth:`_portal_pending` and :meth:`_portal_requests`.

        :rtype: list[dict]
        """
        self.ensure_one()
        today = self.sudo().company_id._dunning_today()[self.sudo().company_id]
        items = [self._portal_item(row, today) for row in self._portal_rows()]
        self._portal_mark_disputes(items, today)
        ids = [item["id"] for item in items]
        pending, asked = self._portal_pending(ids), self._portal_requests(ids)
        by_currency = defaultdict(list)
        for item in items:
            item["pending"] = pending.get(item["id"])
            item["request"] = asked.get(item["id"])
            by_currency[item["currency"]].append(item)
        home = self.sudo().company_id.currency_id
        return [
            self._portal_section(currency, by_currency[currency])
            for currency in sorted(
                by_currency, key=lambda currency: (currency != home, currency.name)
            )
        ]

    @api.private
    def _portal_find_items(self, line_ids):
        """Return the journal items, as sudo, that are open and of this customer.

        :param line_ids: ids, as a browser sent them
        :raise ValidationError: if one of them is not
        """
        self.ensure_one()
        try:
            wanted = {int(line_id) for line_id in line_ids}
        except (TypeError, ValueError):
            wanted = {0}
        found = [row["id"] for row in self._portal_rows(wanted)]
        if len(found) != len(wanted):
            raise ValidationError(
                self.env._(
                    "Some of these items are not open any more. Load the page again "
                    "and choose anew."
                )
            )
        return self.sudo().env["account.move.line"].browse(found)

    # === EXTENSION POINTS === #
    def _portal_pending(self, line_ids):
        """Return the online payments under way, by journal item.

        Extended by: the online payment.

        :return: ``{line id: {"state", "amount", "date", "reference"}}``
        """
        return {}

    def _portal_requests(self, line_ids):
        """Return what the customer asked about items, and waits for an answer.

        Extended by: the requests of the portal.

        :return: ``{line id: value}``
        """
        return {}

    # === QUERIES === #
    def _portal_rows(self, line_ids=None):
        """Return the rows of the open items, the earliest due first.

        :param line_ids: only these
        """
        profile = self.sudo()
        company = profile.company_id
        self.env["credit.ledger"]._flush_items()
        self.env["account.move"].flush_model()
        self.env["credit.promise"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT l.id, l.move_id, l.currency_id, l.name AS label,
                       COALESCE(l.date_maturity, l.date) AS due,
                       COALESCE(m.invoice_date, l.date) AS date,
                       l.amount_currency AS total,
                       l.amount_residual_currency AS residual,
                       m.name, m.ref, m.move_type, part.number, part.parts,
                       COALESCE(m.origin_payment_id, m.statement_line_id, l.payment_id)
                           IS NOT NULL AS is_payment,
                       m.payment_state = 'in_payment' OR EXISTS (
                           SELECT FROM account_move__account_payment link
                             JOIN account_payment payment
                               ON payment.id = link.payment_id
                            WHERE link.invoice_id = l.move_id
                              AND payment.move_id IS NULL
                              AND payment.state = 'in_process') AS in_process,
                       (SELECT max(promise.date)
                          FROM credit_promise_move_line_rel rel
                          JOIN credit_promise promise ON promise.id = rel.promise_id
                         WHERE rel.move_line_id = l.id
                           AND promise.state = 'pending') AS promised
                  FROM res_partner c
                  JOIN account_move_line l ON l.partner_id = c.id
                  JOIN account_move m ON m.id = l.move_id
                  LEFT JOIN LATERAL (
                       SELECT COUNT(*) AS parts, COUNT(*) FILTER (
                                  WHERE (COALESCE(x.date_maturity, x.date), x.id)
                                    <= (COALESCE(l.date_maturity, l.date), l.id)
                              ) AS number
                         FROM account_move_line x
                        WHERE x.move_id = l.move_id AND x.account_id = l.account_id
                       ) part ON m.move_type = 'out_invoice'
                 WHERE c.commercial_partner_id = %(customer)s
                   AND l.company_id = %(company)s
                   AND l.account_id IN %(accounts)s
                   AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE
                   AND l.amount_residual_currency <> 0
                   AND %(restriction)s
                 ORDER BY COALESCE(l.date_maturity, l.date), l.date, l.id
                """,
                customer=profile.partner_id.id,
                company=company.id,
                accounts=company._trade_receivable_ids(),
                restriction=SQL("TRUE")
                if line_ids is None
                else SQL("l.id = ANY(%s)", list(line_ids)),
            )
        )

    def _portal_mark_disputes(self, items, today):
        """Note on the items what the customer contests of them.

        A contested amount is taken from the invoice's instalments, earliest due first.
        """
        self.env["credit.dispute"].flush_model()
        left = dict(
            self.env.execute_query(
                SQL(
                    "SELECT move_id, sum(amount) FROM (%s) pausing "
                    "WHERE move_id = ANY(%s) GROUP BY move_id",
                    self.env["credit.dispute"]._pausing_query(SQL("%s::date", today)),
                    list({item["move"].id for item in items}),
                )
            )
        )
        for item in items:
            amount = 0.0
            if item["kind"] == "claim":
                amount = min(item["residual"], left.get(item["move"].id) or 0.0)
                left[item["move"].id] = (left.get(item["move"].id) or 0.0) - amount
            item["disputed"] = item["currency"].round(amount)
            item["is_disputed"] = bool(item["disputed"])

    # === ROWS === #
    def _portal_item(self, row, today):
        """Return what the page shows of a row of the ledger."""
        env = self.sudo().env
        statement = env["credit.profile"]
        currency = env["res.currency"].browse(row["currency_id"])
        is_claim = row["residual"] > 0
        parts = row["parts"] or 1
        return {
            "id": row["id"],
            "line": env["account.move.line"].browse(row["id"]),
            "move": env["account.move"].browse(row["move_id"]),
            "currency": currency,
            "name": row["name"],
            "reference": statement._statement_reference(row),
            "label": statement._statement_kind(row, row["total"]),
            "is_document": row["move_type"] in DOCUMENTS,
            "date": row["date"],
            "due": row["due"],
            "days_overdue": max((today - row["due"]).days, 0) if is_claim else 0,
            "total": currency.round(row["total"]),
            "residual": currency.round(row["residual"]),
            "instalment": f"{row['number']}/{parts}" if parts > 1 else "",
            "kind": "claim" if is_claim else "credit",
            "promised": row["promised"],
            "in_process": row["in_process"],
        }

    def _portal_section(self, currency, items):
        """Return the items of a currency with their totals, ages and lists."""
        claims = [item for item in items if item["kind"] == "claim"]
        late = [item for item in claims if item["days_overdue"]]
        totals = {
            "overdue": sum(item["residual"] for item in late),
            "due": sum(item["residual"] for item in claims),
            "credit": sum(i["residual"] for i in items if i["kind"] == "credit"),
            "promised": sum(i["residual"] for i in claims if i["promised"]),
            "disputed": sum(item["disputed"] for item in claims),
            "balance": sum(item["residual"] for item in items),
        }
        return {
            "currency": currency,
            "items": items,
            **{name: currency.round(amount) for name, amount in totals.items()},
            "ages": self._portal_ages(currency, late),
            "groups": self._portal_groups(currency, items),
        }

    def _portal_ages(self, currency, late):
        """Return what is overdue by its age; ages without an amount are left out."""
        labels = self.env["report.credit_control.statement_document"]._age_labels()
        amounts = [0.0] * len(labels)
        for item in late:
            amounts[self._statement_age(item["days_overdue"])] += item["residual"]
        whole = sum(amounts) or 1
        return [
            {
                "label": label,
                "amount": currency.round(amount),
                "share": round(100 * amount / whole),
            }
            for label, amount in zip(labels, amounts, strict=True)
            if amount
        ]

    @api.model
    def _portal_groups(self, currency, items):
        """Return the lists of the page, without empty ones."""
        groups = {"overdue": [], "upcoming": [], "credit": [], "contested": []}
        for item in items:
            if item["kind"] == "credit":
                code = "credit"
            elif item["disputed"] >= item["residual"]:
                code = "contested"
            else:
                code = "overdue" if item["days_overdue"] else "upcoming"
            groups[code].append(item)
        return [
            {
                "code": code,
                "items": found[:MAX_ROWS],
                "hidden": len(found[MAX_ROWS:]),
                "total": currency.round(sum(item["residual"] for item in found)),
            }
            for code, found in groups.items()
            if found
        ]
