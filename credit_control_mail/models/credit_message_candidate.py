from odoo import fields, models


class CreditMessageCandidate(models.Model):
    """A customer who may have written a message, and why."""

    _name = "credit.message.candidate"
    _description = "Possible sender of a message"
    _order = "confidence desc, id"
    _rec_name = "profile_id"

    message_id = fields.Many2one(
        "credit.message", required=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "credit.profile", string="Customer", required=True, ondelete="cascade"
    )
    confidence = fields.Float(digits=(3, 2))
    reasons = fields.Json()
