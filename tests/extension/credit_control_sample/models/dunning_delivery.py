from odoo import models


class DunningDelivery(models.Model):
    """A provider of text messages that delivers at once."""

    _inherit = "dunning.delivery"

    def _dunning_channels(self):
        """Take over the channel of the text messages."""
        return {
            **super()._dunning_channels(),
            "sms": {
                "label": "Pigeon post",
                "validate": "_pigeon_validate",
                "render": "_pigeon_render",
                "hand_over": "_pigeon_hand_over",
            },
        }

    def _pigeon_validate(self):
        return {
            delivery: ("No pigeon flies that far.", "Send a letter.")
            for delivery in self
            if delivery.partner_id.city == "Ushuaia"
        }

    def _pigeon_render(self):
        for delivery in self:
            delivery.body_html = f"Coo: {delivery.partner_id.name}"
        return {}

    def _pigeon_hand_over(self):
        self._update_state(("ready",), "queued")
        self._mark_delivered()
