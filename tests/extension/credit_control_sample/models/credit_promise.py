from odoo import models


class CreditPromise(models.Model):
    _inherit = "credit.promise"

    def _event_promise_broken(self):
        """Note the event on the customer."""
        super()._event_promise_broken()
        self.profile_id.sudo().sample_events = "promise broken"
