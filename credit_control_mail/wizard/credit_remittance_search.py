from odoo import Command, api, fields, models


class CreditMessagePaymentSearch(models.TransientModel):
    """The search for a payment that an advice announces."""

    _inherit = "credit.message.payment.search"

    intent_id = fields.Many2one(required=False)
    remittance_id = fields.Many2one("credit.remittance", readonly=True)

    @api.model
    @api.private
    def _make_for(self, remittance):
        """Return the search for one advice, done."""
        left_out = ("reasons", "is_own")
        return self.create(
            {
                "intent_id": remittance.intent_id.id,
                "remittance_id": remittance.id,
                "line_ids": [
                    Command.create(
                        {name: row[name] for name in row if name not in left_out}
                        | {"reasons": ", ".join(row["reasons"])}
                    )
                    for row in remittance._find_payments()
                ],
            }
        )
