from odoo import api, models
from odoo.exceptions import UserError


class ResCurrency(models.Model):
    """Currencies in which customers were reminded stay."""

    _inherit = "res.currency"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reminded(self):
        # sudo: the proof counts, whoever may see it
        lines = self.env["dunning.notice.line"].sudo()
        used = lines.search([("currency_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "Customers were reminded of claims in %(currency)s: archive the "
                    "currency instead of deleting it.",
                    currency=used.currency_id.name,
                )
            )
