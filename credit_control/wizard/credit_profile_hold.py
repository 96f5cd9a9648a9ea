from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditProfileHold(models.TransientModel):
    """Send no reminder to customers for a while, and say why; or remind them again."""

    _name = "credit.profile.hold"
    _description = "Put customers on hold"
    _inherit = ["credit.mass.wizard"]

    mode = fields.Selection(
        [("hold", "Put on hold"), ("release", "Release the hold")],
        default="hold",
        required=True,
    )
    until = fields.Date(string="On hold until", help="No reminder up to this day.")
    reason = fields.Char()

    @api.depends("profile_ids", "mode", "until")
    def _compute_preview(self):
        return super()._compute_preview()

    def action_apply(self):
        """Put the customers on hold, or release them."""
        self.ensure_one()
        profiles = self.profile_ids
        if len(profiles) == 1:
            if self.mode == "release":
                profiles.action_release_hold()
            else:
                profiles.action_hold(self.until, self.reason)
            return {"type": "ir.actions.act_window_close"}
        return self._apply_to_many()._done_notification()

    def _apply_to_many(self):
        actions = self.env["credit.mass.action"]
        if self.mode == "release":
            nothing = {"hold_until": False, "hold_reason": False}
            return actions._apply("release", self.profile_ids, nothing)
        if not self.until:
            raise UserError(self.env._("Enter the last day of the hold."))
        today = min(self.profile_ids.company_id._dunning_today().values())
        if self.until < today:
            raise UserError(self.env._("A hold ends today or later: choose that day."))
        reason = self.profile_ids._required_reason(self.reason)
        values = {"hold_until": self.until, "hold_reason": reason}
        return actions._apply("hold", self.profile_ids, values, reason)

    def _preview_field(self):
        return "hold_until"

    def _preview_target(self):
        return self._value_text(self.mode == "hold" and self.until)
