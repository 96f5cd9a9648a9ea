from odoo import fields, models


class CreditMessageSender(models.Model):
    """Whose an address is, as a person once told."""

    _name = "credit.message.sender"
    _description = "Known sender"
    _order = "email"
    _rec_name = "email"

    email = fields.Char(required=True, help="Address, in small letters.")
    company_id = fields.Many2one("res.company", required=True, index=True)
    profile_id = fields.Many2one(
        "credit.profile", string="Customer", index=True, ondelete="cascade"
    )
    is_spam = fields.Boolean(help="What comes from this address is spam.")

    _email_uniq = models.Constraint(
        "UNIQUE (company_id, email)", "This address is known already: change its entry."
    )
