from odoo import api, fields, models

NAMES = (
    "credit_decision_days",
    "credit_decision_late_days",
    "credit_residual_amount",
    "credit_accountant_id",
)


class CreditAges(models.TransientModel):
    """What a credit manager sets for his company without being an administrator."""

    _name = "credit.ages"
    _description = "Ages and amounts"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    credit_decision_days = fields.Integer(
        string="First decision at",
        help="Days overdue at which somebody decides whether to go on.",
    )
    credit_decision_late_days = fields.Integer(
        string="Next decision at",
        help="Days overdue at which a decision to continue is looked at again.",
    )
    credit_residual_amount = fields.Monetary(
        string="Tiny residuals up to",
        help="What is left of a claim up to this amount is listed for a write-off.",
    )
    credit_accountant_id = fields.Many2one(
        "res.users",
        string="Accountant",
        domain="[('share', '=', False)]",
        help="Who gets what a collector may not do himself: match payments, write off.",
    )

    @api.model
    def default_get(self, fields):
        """Show what the company has."""
        values = super().default_get(fields)
        company = self.env.company.sudo()
        for name in NAMES:
            values[name] = self._fields[name].convert_to_write(company[name], company)
        return values

    def action_apply(self):
        """Write it on the company."""
        self.ensure_one()
        self.env["credit.profile"]._check_group(
            "group_manager", self.env._("set ages and amounts")
        )
        self.company_id.check_access("read")
        # sudo: a credit manager writes these fields of a company alone
        self.company_id.sudo().write(
            {
                name: self._fields[name].convert_to_write(self[name], self)
                for name in NAMES
            }
        )
        return {"type": "ir.actions.act_window_close"}
