from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_match_confidence = fields.Float(
        string="Confidence needed to find a customer",
        default=0.75,
        digits=(3, 2),
        help="A message whose customer is less sure waits for a person, with the "
        "customers proposed. Between 0.5 (more by itself) and 1 (only answers to "
        "reminders).",
    )

    @api.constrains("credit_match_confidence")
    def _check_credit_match_confidence(self):
        for company in self:
            if not 0.5 <= company.credit_match_confidence <= 1:
                raise ValidationError(
                    self.env._(
                        "Enter a confidence between 0.5 and 1 for %(company)s: below "
                        "one half, another customer is as likely.",
                        company=company.name,
                    )
                )
