from odoo import fields, models


class CreditMessagePaymentSearch(models.TransientModel):
    """The search for a payment that an advice announces."""

    _inherit = "credit.message.payment.search"

    intent_id = fields.Many2one(required=False)
    remittance_id = fields.Many2one("credit.remittance", readonly=True)
