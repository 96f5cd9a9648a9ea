from odoo import api, fields, models
from odoo.exceptions import AccessError


class CreditProfileSetPolicy(models.TransientModel):
    """Choose a policy for many customers at once, or hand them back to the rules."""

    _name = "credit.profile.set.policy"
    _description = "Set the policy of customers"

    profile_ids = fields.Many2many(
        "credit.profile",
        string="Customers",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    profile_count = fields.Integer(compute="_compute_profile_count")
    mode = fields.Selection(
        [
            ("choose", "Follow this policy"),
            ("rules", "Follow the assignment rules again"),
        ],
        default="choose",
        required=True,
    )
    policy_id = fields.Many2one("dunning.policy")

    @api.depends("profile_ids")
    def _compute_profile_count(self):
        for wizard in self:
            wizard.profile_count = len(wizard.profile_ids)

    def action_apply(self):
        """Write the choice on the customers; each has a line in his chatter.

        :raise AccessError: for anybody but the credit manager
        """
        self.ensure_one()
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._(
                    "Only a credit manager changes the policy of customers: ask him."
                )
            )
        self.profile_ids.check_access("write")
        policy = self.policy_id if self.mode == "choose" else self.policy_id.browse()
        self.profile_ids.policy_id = policy
        return {"type": "ir.actions.act_window_close"}
