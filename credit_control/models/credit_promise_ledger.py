from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class CreditPromise(models.Model):
    """The ledger tells whether a promise is kept."""

    _inherit = "credit.promise"

    @api.model
    def _update_due(self, companies=None):
        """Bring the pending promises whose date plus grace has passed up to date.

        Promised items that are all paid keep a promise at once. Else what was paid
        since the promise was made counts: on its items, or, without items, by the
        customer in its currency, each payment for one promise only.

        :return: the promises whose state changed
        """
        companies = companies or self.env["res.company"].sudo().search([])
        changed = self.browse()
        for company in companies:
            rows = self._read_due(company)
            changed += self._judge(rows)
        return changed

    @api.model
    def _judge(self, rows):
        """Set the states that ``rows`` of :meth:`_read_due` prove."""
        used = defaultdict(float)
        targets = defaultdict(self.browse)
        for promise_id, all_paid, has_lines, on_lines, by_customer in rows:
            promise = self.browse(promise_id).sudo()
            paid = on_lines
            if not has_lines:
                key = (promise.profile_id, promise.currency_id)
                paid = max(by_customer - used[key], 0)
                used[key] += min(paid, promise.amount)
            targets[promise._verdict(all_paid, paid)] += promise
        changed = self.browse()
        for target, promises in targets.items():
            changed += promises._update_state(("pending",), target)
        return changed

    def _verdict(self, all_paid, paid):
        """Return the state of a due promise of which ``paid`` came."""
        self.ensure_one()
        currency = self.currency_id
        kept = self.amount if all_paid else min(paid, self.amount)
        self.write({"amount_kept": kept})
        if all_paid or currency.compare_amounts(paid, self.amount) >= 0:
            return "kept"
        return "broken" if currency.is_zero(paid) else "partly"

    @api.model
    def _read_due(self, company):
        """Return one row per promise to judge, the earliest first.

        :return: rows of (id, all items paid, has items, paid on its items, paid by the
            customer and not counted for another promise), in the promise's currency
        """
        for model, names in {
            "credit.promise": None,
            "account.move.line": ["reconciled", "parent_state", "amount_currency"],
            "account.partial.reconcile": ["debit_move_id", "debit_amount_currency"],
        }.items():
            self.env[model].flush_model(names)
        return self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(l.all_paid, FALSE), l.all_paid IS NOT NULL,
                       COALESCE(l.paid, 0)::float,
                       GREATEST(COALESCE(c.paid, 0) - COALESCE(o.kept, 0), 0)::float
                  FROM credit_promise p
                  LEFT JOIN LATERAL (%(on_lines)s) l ON TRUE
                  LEFT JOIN LATERAL (%(by_customer)s) c ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT SUM(other.amount_kept) AS kept
                         FROM credit_promise other
                        WHERE other.profile_id = p.profile_id
                          AND other.currency_id = p.currency_id
                          AND other.id != p.id
                          AND other.state IN ('kept', 'partly', 'broken')
                          AND other.date >= p.create_date::date
                       ) o ON TRUE
                 WHERE p.company_id = %(company)s
                   AND p.state = 'pending'
                   AND (p.date + p.grace_days < %(today)s OR l.all_paid)
                 ORDER BY p.date, p.id
                """,
                company=company.id,
                today=company._dunning_today()[company],
                on_lines=self._paid_on_lines(),
                by_customer=self._paid_by_customer(),
            )
        )

    @api.model
    def _paid_on_lines(self):
        """Return the query of what was paid on the items of promise ``p``."""
        return SQL(
            """
            SELECT bool_and(item.reconciled IS TRUE) AS all_paid,
                   SUM((SELECT SUM(part.debit_amount_currency)
                          FROM account_partial_reconcile part
                         WHERE part.debit_move_id = item.id
                           AND part.create_date >= p.create_date)) AS paid
              FROM credit_promise_move_line_rel rel
              JOIN account_move_line item ON item.id = rel.move_line_id
             WHERE rel.promise_id = p.id
            """
        )

    @api.model
    def _paid_by_customer(self):
        """Return the query of what the customer of promise ``p`` paid since it."""
        return SQL(
            """
            SELECT -SUM(item.amount_currency) AS paid
              FROM account_move_line item
              JOIN res_partner contact ON contact.id = item.partner_id
              JOIN account_account account ON account.id = item.account_id
              JOIN account_move entry ON entry.id = item.move_id
             WHERE contact.commercial_partner_id = p.partner_id
               AND item.company_id = p.company_id
               AND item.currency_id = p.currency_id
               AND item.parent_state = 'posted'
               AND item.balance < 0
               AND item.date >= p.create_date::date
               AND account.account_type = 'asset_receivable'
               AND entry.move_type = 'entry'
            """
        )
