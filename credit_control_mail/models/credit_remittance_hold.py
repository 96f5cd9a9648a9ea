from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_control.models.dunning_pipeline import Hold

# after the day of payment, transfers arrive within so many days
WAITING_DAYS = 7


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_remittance_days = fields.Integer(
        string="Announced payments: days of waiting",
        default=WAITING_DAYS,
        help="The items of a remittance advice are not reminded until so many days "
        "after the day of payment.",
    )

    _credit_remittance_days_positive = models.Constraint(
        "CHECK(credit_remittance_days >= 0)", "Days of waiting cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_remittance_days = fields.Integer(
        related="company_id.credit_remittance_days", readonly=False
    )


class DunningPipeline(models.AbstractModel):
    """Items that a confirmed advice announces the payment of are not reminded."""

    _inherit = "dunning.pipeline"

    def _dunning_holds(self):
        """Add the items of remittance advices to those of announced payments."""
        holds = super()._dunning_holds()
        announced = holds["payment_announced"]
        held = SQL(
            """
            FROM credit_remittance_line said
            JOIN credit_remittance advice ON advice.id = said.remittance_id
           WHERE advice.state = 'confirmed'
             AND advice.hold_until IS NOT NULL
            """
        )
        return {
            **holds,
            "payment_announced": Hold(
                SQL(
                    """
                    %s OR EXISTS (SELECT %s AND said.move_line_id = line.id
                                        AND advice.hold_until >= plan_day.day)
                    """,
                    announced.condition,
                    held,
                ),
                SQL(
                    """
                    greatest(%s, (SELECT max(advice.hold_until) %s
                                     AND said.move_line_id = item.id))
                    """,
                    announced.until,
                    held,
                ),
            ),
        }


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def _figure_sources(self):
        """Add what the hold of remittance advices is read from."""
        return {
            **super()._figure_sources(),
            "credit.remittance": ["state", "hold_until"],
            "credit.remittance.line": ["remittance_id", "move_line_id"],
        }


class CreditEvent(models.Model):
    """An announced payment that did not come is told once."""

    _inherit = "credit.event"

    kind = fields.Selection(
        selection_add=[("payment_missing", "Announced payment did not come")],
        ondelete={"payment_missing": "cascade"},
    )

    @api.model
    def _cron_check(self):
        """Tell of announced payments that did not come."""
        result = super()._cron_check()
        for company in self._companies():
            self.env["credit.remittance"].sudo()._follow(company)
        return result

    @api.model
    def _gone_query(self, companies, own):
        """Add payments that came after all, and advices that were cancelled."""
        missing = self.env["credit.remittance"]._missing_sql(SQL("e.res_id"))
        return SQL(
            """
            %s UNION ALL
            SELECT e.id FROM credit_event e
             WHERE e.is_standing %s AND e.kind = 'payment_missing' AND NOT %s
            """,
            super()._gone_query(companies, own),
            own,
            missing,
        )

    @api.model
    def _flush_causes(self):
        """Add what announced payments are read from."""
        result = super()._flush_causes()
        self.env["credit.remittance"].flush_model()
        self.env["credit.remittance.line"].flush_model()
        return result


class CreditEventRule(models.Model):
    _inherit = "credit.event.rule"

    kind = fields.Selection(
        selection_add=[("payment_missing", "Announced payment did not come")],
        ondelete={"payment_missing": "cascade"},
    )


class CreditRemittance(models.Model):
    """What becomes of a confirmed advice when days pass."""

    _inherit = "credit.remittance"

    arrival = fields.Selection(
        [
            ("waiting", "Expected"),
            ("partly", "In part"),
            ("received", "Received"),
            ("missing", "Did not come"),
        ],
        string="Payment",
        compute="_compute_arrival",
        help="By what is still open of the items, in the ledger.",
    )

    # === COMPUTE METHODS === #
    @api.depends("state", "is_missed", "line_ids.move_line_id.amount_residual")
    def _compute_arrival(self):
        for remittance in self:
            remittance.arrival = (
                remittance._find_arrival() if remittance.state == "confirmed" else False
            )

    def _find_arrival(self):
        """Return whether the payment of one advice came, by the open items."""
        # sudo: whoever reads the advice may know what is open of its items
        lines = self.sudo().line_ids.filtered(
            lambda line: line.move_line_id and line.amount_open > 0
        )
        unpaid = lines.filtered(
            lambda line: (
                not line.move_line_id.reconciled
                and line.currency_id.compare_amounts(
                    line.move_line_id.amount_residual_currency, line.amount_open
                )
                >= 0
            )
        )
        if not unpaid:
            return "received"
        if len(unpaid) < len(lines):
            return "partly"
        return "missing" if self.is_missed else "waiting"

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _missing_sql(self, advice):
        """Return the condition that something of an advice is as open as it was.

        :param SQL advice: its id
        """
        return SQL(
            """
            EXISTS (
                SELECT FROM credit_remittance late
                  JOIN credit_remittance_line said ON said.remittance_id = late.id
                  JOIN account_move_line item ON item.id = said.move_line_id
                 WHERE late.id = %s
                   AND late.state = 'confirmed'
                   AND late.is_missed
                   AND said.amount_open > 0
                   AND item.reconciled IS NOT TRUE
                   AND item.amount_residual_currency >= said.amount_open - 0.005)
            """,
            advice,
        )

    @api.model
    @api.private
    def _follow(self, company):
        """End the waiting for payments of a company that did not come, and tell it."""
        self.env["credit.event"]._flush_causes()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE credit_remittance advice SET is_missed = TRUE
                 WHERE advice.company_id = %(company)s
                   AND advice.state = 'confirmed'
                   AND advice.is_missed IS NOT TRUE
                   AND advice.hold_until < %(today)s
                   AND EXISTS (
                       SELECT FROM credit_remittance_line said
                         JOIN account_move_line item ON item.id = said.move_line_id
                        WHERE said.remittance_id = advice.id
                          AND said.amount_open > 0
                          AND item.reconciled IS NOT TRUE
                          AND item.amount_residual_currency
                              >= said.amount_open - 0.005)
             RETURNING advice.id
                """,
                company=company.id,
                today=company._dunning_today()[company],
            )
        )
        missed = self.browse(sorted(row[0] for row in rows))
        missed.invalidate_recordset(["is_missed"])
        missed._event_payment_missing()
        missed.profile_id._request_refresh()
        return missed

    def _event_payment_missing(self):
        """Tell the people concerned that announced payments did not come.

        Extended by: add-ons that act on payments that do not come.
        """
        events = self.env["credit.event"].sudo()
        vals_list = []
        for remittance in self.sudo():
            here = events._in_language(remittance.profile_id)
            currency = remittance.currency_id.with_env(here.env)
            amount = remittance.total or remittance.amount_lines
            name = here.env._(
                "Announced %(amount)s for %(date)s, reference %(reference)s: it did "
                "not come in full.",
                amount=currency.format(amount),
                date=here._day(remittance.payment_date or remittance.hold_until),
                reference=remittance.payment_reference or "-",
            )
            vals_list.append(
                {
                    "profile_id": remittance.profile_id.id,
                    "kind": "payment_missing",
                    "name": name,
                    "amount": amount,
                    "currency_id": remittance.currency_id.id,
                    "res_model": remittance._name,
                    "res_id": remittance.id,
                }
            )
        events._raise(vals_list)

    def _end_events(self):
        """What is cancelled or corrected did not fail to come."""
        # sudo: who changes an advice need not read its events
        self.env["credit.event"].sudo()._end_causes(self, ["payment_missing"])
