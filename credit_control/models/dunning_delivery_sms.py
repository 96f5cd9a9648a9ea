from odoo import models


class DunningDelivery(models.Model):
    """The channel SMS: refused in plain words until a provider is set up for it."""

    _inherit = "dunning.delivery"

    def _sms_validate(self):
        """Refuse: the suite comes without a provider of text messages.

        Extended by: add-ons that send text messages.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        return dict.fromkeys(
            self,
            (
                self.env._("No provider of text messages is set up."),
                self.env._(
                    "Switch off the SMS on the level, or install an add-on that sends "
                    "text messages."
                ),
            ),
        )

    def _sms_render(self):
        """Write the text message.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        return {}

    def _sms_hand_over(self):
        """Give the text messages to the provider."""
        self._update_state(("ready",), "queued")
