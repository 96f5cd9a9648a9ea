from odoo import models


class CreditMessage(models.Model):
    """Whose message it is."""

    _inherit = "credit.message"

    def _match(self):
        """Find the customer of these parsed messages, with the reasons.

        :return: self
        """
        return self
