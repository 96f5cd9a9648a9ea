from odoo import fields, models


class CreditProfileHold(models.TransientModel):
    """Send no reminder to customers for a while, and say why."""

    _name = "credit.profile.hold"
    _description = "Put customers on hold"

    profile_ids = fields.Many2many("credit.profile", string="Customers", required=True)
    until = fields.Date(
        string="On hold until", required=True, help="No reminder up to this day."
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Put the customers on hold."""
        self.ensure_one()
        self.profile_ids.action_hold(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
