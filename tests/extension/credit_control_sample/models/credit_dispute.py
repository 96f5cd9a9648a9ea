from odoo import models


class CreditDispute(models.Model):
    _inherit = "credit.dispute"

    def _event_dispute_opened(self):
        """Note the event on the customer."""
        super()._event_dispute_opened()
        self.profile_id.sudo().sample_events = "dispute opened"
