from odoo import api, fields, models
from odoo.tools import SQL

READERS = (
    "credit_control.group_collector,credit_control.group_auditor,"
    "credit_control.group_sales_reader"
)
# payments of the last year tell how late the customer pays
HABIT_DAYS = 365


class AccountMoveLine(models.Model):
    """When a claim is due, promised, expected and was really paid."""

    _inherit = "account.move.line"

    credit_date_promised = fields.Date(
        string="Promised for",
        compute="_compute_credit_dates",
        groups=READERS,
        help="By a pending promise, or the next instalment of a payment plan.",
    )
    credit_date_expected = fields.Date(
        string="Expected on",
        compute="_compute_credit_dates",
        groups=READERS,
        help="The day promised; else the due date plus the days by which the customer "
        "paid late in the last year, today at the earliest.",
    )
    credit_date_paid = fields.Date(
        string="Paid on",
        compute="_compute_credit_dates",
        groups=READERS,
        help="The day of the payment or credit that settled the rest.",
    )

    @api.depends("reconciled", "amount_residual", "date_maturity", "date", "partner_id")
    def _compute_credit_dates(self):
        claims = self.filtered(lambda line: line._origin.id and line.balance > 0)
        paid = claims._read_paid_days()
        promised = claims._read_promised_days()
        today = self.company_id._dunning_today()
        habits = claims._read_habits(max(today.values(), default=None))
        for line in self:
            key = line._origin.id
            line.credit_date_paid = paid.get(key)
            line.credit_date_promised = line.credit_date_expected = False
            if line not in claims or line.reconciled:
                continue
            line.credit_date_promised = promised.get(key)
            due = line.date_maturity or line.date
            late = habits.get((line.company_id.id, line.partner_id.id), 0)
            line.credit_date_expected = promised.get(key) or max(
                fields.Date.add(due, days=late), today[line.company_id]
            )

    def _read_paid_days(self):
        """Return ``{id: day on which the last part was settled}`` of settled lines."""
        settled = self.filtered("reconciled")
        if not settled:
            return {}
        self.env["account.partial.reconcile"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT part.debit_move_id, MAX(other.date)
                         FROM account_partial_reconcile part
                         JOIN account_move_line other
                           ON other.id = part.credit_move_id
                        WHERE part.debit_move_id = ANY(%s)
                        GROUP BY part.debit_move_id""",
                    settled._origin.ids,
                )
            )
        )

    def _read_promised_days(self):
        """Return ``{id: day promised}`` of the lines of pending promises and plans."""
        promises = self.env["credit.promise"].sudo()
        promises.flush_model(["date", "move_line_ids", "plan_id", "state"])
        self.env["credit.plan"].sudo().flush_model(["move_line_ids", "state"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT line_id, MIN(day)
                         FROM (SELECT rel.move_line_id AS line_id, promise.date AS day
                                 FROM credit_promise_move_line_rel rel
                                 JOIN credit_promise promise
                                   ON promise.id = rel.promise_id
                                WHERE promise.state = 'pending'
                                  AND rel.move_line_id = ANY(%(ids)s)
                                UNION ALL
                               SELECT rel.move_line_id, promise.date
                                 FROM credit_plan_move_line_rel rel
                                 JOIN credit_promise promise
                                   ON promise.plan_id = rel.plan_id
                                WHERE promise.state = 'pending'
                                  AND rel.move_line_id = ANY(%(ids)s)) day
                        GROUP BY line_id""",
                    ids=self._origin.ids,
                )
            )
        )

    def _read_habits(self, today):
        """Return ``{(company, customer): days late, on average}`` of the last year.

        Of the invoices settled since, weighted by amount; never below zero.
        """
        partners = self.partner_id.commercial_partner_id
        if not partners:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT line.company_id, contact.commercial_partner_id,
                          ROUND(SUM(part.amount * (other.date
                                - COALESCE(line.date_maturity, line.date)))
                                / NULLIF(SUM(part.amount), 0))::int
                     FROM res_partner contact
                     JOIN account_move_line line ON line.partner_id = contact.id
                      AND line.account_id IN %s AND line.balance > 0
                      AND line.parent_state = 'posted'
                     JOIN account_partial_reconcile part
                       ON part.debit_move_id = line.id
                     JOIN account_move_line other ON other.id = part.credit_move_id
                      AND other.date >= %s::date - %s
                    WHERE contact.commercial_partner_id = ANY(%s)
                    GROUP BY line.company_id, contact.commercial_partner_id""",
                self.company_id._trade_receivable_ids(),
                today,
                HABIT_DAYS,
                partners.ids,
            )
        )
        late = {
            (company_id, partner_id): max(days or 0, 0)
            for company_id, partner_id, days in rows
        }
        return {
            (line.company_id.id, line.partner_id.id): late.get(
                (line.company_id.id, line.partner_id.commercial_partner_id.id), 0
            )
            for line in self
        }
