from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Ages, amounts and people of the company's credit work."""

    _inherit = "res.company"

    credit_decision_days = fields.Integer(
        string="First decision at",
        default=90,
        help="Days overdue at which somebody decides whether to go on.",
    )
    credit_decision_late_days = fields.Integer(
        string="Next decision at",
        default=120,
        help="Days overdue at which a decision to continue is looked at again.",
    )
    credit_residual_amount = fields.Monetary(
        string="Tiny residuals up to",
        default=5.0,
        currency_field="currency_id",
        help="What is left of a claim up to this amount is listed for a write-off.",
    )
    credit_accountant_id = fields.Many2one(
        "res.users",
        string="Accountant",
        domain="[('share', '=', False)]",
        help="Who gets what a collector may not do himself: match payments, write off.",
    )

    @api.constrains("credit_decision_days", "credit_decision_late_days")
    def _check_credit_decision_days(self):
        for company in self:
            first, second = company._decision_ages()
            if not 0 < first < second:
                raise ValidationError(
                    self.env._(
                        "The first decision comes before the next one, and both after "
                        "the due date: for example 90 and 120 days."
                    )
                )

    @api.constrains("credit_residual_amount")
    def _check_credit_residual_amount(self):
        for company in self:
            if company.credit_residual_amount < 0:
                raise ValidationError(
                    self.env._(
                        "Enter zero or more for tiny residuals: at zero, none is "
                        "listed."
                    )
                )

    @api.private
    def _decision_ages(self):
        """Return the two ages of the oldest claim at which a decision is asked for."""
        self.ensure_one()
        return self.credit_decision_days, self.credit_decision_late_days

    @api.private
    def _credit_accountant(self):
        """Return who books; the user himself when nobody is named."""
        self.ensure_one()
        return self.sudo().credit_accountant_id or self.env.user
