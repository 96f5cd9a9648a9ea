from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditSnooze(models.TransientModel):
    """ "Not now": customers leave the worklist for a while and return by themselves."""

    _name = "credit.snooze"
    _description = "Not now"

    profile_ids = fields.Many2many("credit.profile", string="Customers", required=True)
    kind = fields.Selection(
        [
            ("later", "Later"),
            ("customer", "Waits for the customer"),
            ("colleague", "Waits for a colleague"),
            ("document", "Waits for a document"),
            ("payment", "Payment announced"),
        ],
        string="Why",
        default="later",
        required=True,
    )
    reason = fields.Char(string="In words", help="What the next person should know.")
    until = fields.Date(
        string="Back on", default=lambda self: self._today() + timedelta(days=1)
    )
    with_hold = fields.Boolean(
        string="Pause automatic reminders too",
        help="Without it only the worklist waits: reminders go on by the policy.",
    )

    @api.model
    def _today(self):
        """Return the day in the company in use."""
        company = self.env.company
        return company._dunning_today()[company]

    # === ACTIONS === #
    def action_tomorrow(self):
        """Show the customers again tomorrow."""
        return self._apply(self._today() + timedelta(days=1))

    def action_three_days(self):
        """Show the customers again in three days."""
        return self._apply(self._today() + timedelta(days=3))

    def action_next_week(self):
        """Show the customers again next Monday."""
        today = self._today()
        return self._apply(today + timedelta(days=7 - today.weekday()))

    def action_until(self):
        """Show the customers again on the day entered."""
        return self._apply(self.until)

    def _apply(self, until):
        self.ensure_one()
        if not self.profile_ids:
            raise UserError(
                self.env._("No customer is chosen: tick some in a list first.")
            )
        if not until:
            raise UserError(self.env._("Enter the day on which the customer returns."))
        reason = self._words()
        self.profile_ids.action_snooze(until, reason)
        if self.with_hold:
            # the reminder may go on the day of return
            self.profile_ids.action_hold(until - timedelta(days=1), reason)
            self.profile_ids.hold_until_paid = self.kind == "payment"
        return {"type": "ir.actions.act_window_close"}

    def _words(self):
        """Return the reason as it is kept on the profile."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return ": ".join(filter(None, [kinds[self.kind], (self.reason or "").strip()]))
