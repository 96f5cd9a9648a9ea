from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CreditProfileSetPolicy(models.TransientModel):
    """Choose a policy for many customers at once, or hand them back to the rules."""

    _name = "credit.profile.set.policy"
    _description = "Set the policy of customers"
    _inherit = ["credit.mass.wizard"]

    mode = fields.Selection(
        [
            ("choose", "Follow this policy"),
            ("rules", "Follow the assignment rules again"),
        ],
        default="choose",
        required=True,
    )
    policy_id = fields.Many2one("dunning.policy")

    @api.depends("profile_ids", "mode", "policy_id")
    def _compute_preview(self):
        return super()._compute_preview()

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
        if self.mode == "choose" and not self.policy_id:
            raise UserError(self.env._("Choose the policy that the customers follow."))
        policy = self.policy_id if self.mode == "choose" else self.policy_id.browse()
        companies = self.profile_ids.company_id
        if policy.company_id and companies - companies.filtered(
            lambda company: policy.company_id in company.parent_ids
        ):
            raise UserError(
                self.env._(
                    "The policy “%(policy)s” is of %(company)s alone: choose another, "
                    "or only customers of that company.",
                    policy=policy.name,
                    company=policy.company_id.name,
                )
            )
        action = self.env["credit.mass.action"]._apply(
            "policy", self.profile_ids, {"policy_id": policy.id}
        )
        return action._done_notification()

    def _preview_field(self):
        return "policy_id"

    def _preview_target(self):
        if self.mode == "rules":
            return self.env._("by the assignment rules")
        return self._value_text(self.policy_id)
