from odoo import fields, models
from odoo.exceptions import UserError


class CreditHandOver(models.TransientModel):
    """Hand one customer over to a colleague: what he must know, and by when."""

    _name = "credit.hand.over"
    _description = "Hand a customer over to a colleague"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True)
    company_id = fields.Many2one(related="profile_id.company_id")
    user_id = fields.Many2one(
        "res.users",
        string="To",
        required=True,
        domain="[('share', '=', False), ('id', '!=', uid), "
        "('company_ids', 'in', company_id)]",
    )
    date = fields.Date(
        string="To do by",
        required=True,
        default=lambda self: self.env.company._dunning_today()[self.env.company],
    )
    is_collector = fields.Boolean(
        string="Becomes the collector",
        default=True,
        help="Otherwise the customer stays in the portfolio, and the colleague gets "
        "the task alone.",
    )
    note = fields.Text(
        string="What he must know", required=True, help="Stays in the history."
    )

    def action_apply(self):
        """Hand the customer over."""
        self.ensure_one()
        profile = self.profile_id
        if self.date < self.company_id._dunning_today()[self.company_id]:
            raise UserError(self.env._("Choose today or a later day to do it by."))
        if self.user_id == self.env.user:
            raise UserError(self.env._("Choose a colleague: this is yourself."))
        profile._hand_over(self.user_id, self.note, self.date, self.is_collector)
        if profile.has_access("read"):
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        # he is gone from the user's portfolio: the screen would show an error
        return self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_profile_action"
        )
