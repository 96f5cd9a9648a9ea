from odoo import models


class CreditMessage(models.Model):
    """What a message says, and what follows at once."""

    _inherit = "credit.message"

    def _understand(self):
        """Write down the intents of these matched messages as proposals.

        :return: self
        """
        return self

    def _after_understood(self):
        """Hold, assign and tell, as the understood messages ask for.

        :return: self
        """
        return self
