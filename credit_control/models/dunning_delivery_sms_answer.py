from odoo import api, models

from ..tools import phone
from .dunning_delivery_sms_sending import TAKEN

# what the provider calls it -> what core would, where core has no word of its own
REASONS = {
    "registration_needed": "sms_registration_needed",
    "incompatible_content": "sms_rejected",
    "duplicate_message": "sms_duplicate",
}
# a person stopped it, or the text is to be put right: no other way is tried
OURS = {"canceled", "sms_rejected"}
# this number takes none: the next contact may have one that does
OF_NUMBER = {
    "sms_number_missing",
    "sms_number_format",
    "sms_invalid_destination",
    "sms_country_not_supported",
    "sms_expired",
    "sms_not_delivered",
    "sms_blacklist",
    "sms_optout",
    "sms_not_allowed",
}


class DunningDelivery(models.Model):
    """What became of text messages, in sentences."""

    _inherit = "dunning.delivery"

    @api.private
    def _receive_sms_answers(self):
        """Record what is known of the numbers of these deliveries.

        Delivered when the provider took one of them; failed, or come back, when he
        took none.
        """
        by_lang = self.grouped(lambda item: item.company_id.sudo().partner_id.lang)
        for lang, part in by_lang.items():
            part.with_context(lang=lang or self.env.lang)._settle_sms()

    def _settle_sms(self):
        known = self._sms_notifications()
        failures, taken = {}, self.browse()
        for delivery in self:
            notifications = known.get(delivery.mail_message_id)
            if not notifications:
                continue
            statuses = set(notifications.mapped("notification_status"))
            if statuses & set(TAKEN):
                taken |= delivery
            elif "ready" not in statuses:
                failures[delivery] = notifications
        taken._settle_taken_sms(known)
        self._settle_failed_sms(failures)

    def _settle_taken_sms(self, known):
        """The provider took the message, perhaps not for every number."""
        late = self.filtered(lambda item: item.state in ("failed", "bounced"))
        late._update_state(("failed", "bounced"), "reserved")
        open_states = ("ready", "queued", "reserved")
        fresh = late | self.filtered(lambda item: item.state in open_states)
        fresh._mark_delivered()
        for delivery in self:
            sentences = [
                self._explain_sms(notification)[0]
                for notification in known[delivery.mail_message_id]
                if notification.notification_status in ("exception", "bounce")
            ]
            words = " ".join(filter(None, [*sentences, delivery.sms_refused]))
            if words and words != delivery.error:
                delivery.write({"error": words})

    def _settle_failed_sms(self, failures):
        """Nobody got it: try again, say why, or take the level back.

        :param dict failures: the notifications by delivery
        """
        lost, failed = {}, {}
        for delivery, notifications in failures.items():
            told = dict.fromkeys(map(self._explain_sms, notifications))
            errors, remedies = zip(*told, strict=True)
            sentences = " ".join(errors), " ".join(dict.fromkeys(remedies))
            if delivery.state == "sent":
                lost[delivery] = sentences
            elif delivery.state not in ("queued", "reserved"):
                continue
            elif "sms_server" in notifications.mapped("failure_type"):
                delivery._retry_later(*sentences)
            else:
                codes = set(map(self._sms_failure_code, notifications))
                failed[delivery] = (*sentences, codes <= OURS)
        self._fail_many(failed)
        self._bounce_many(lost)

    # === SENTENCES === #
    @api.model
    def _sms_failure_code(self, notification):
        """Return core's word for what became of a number, ``canceled`` included."""
        if notification.notification_status == "canceled":
            return "canceled"
        code = notification.failure_type
        if code in (False, "unknown"):
            return REASONS.get(notification.failure_reason, "unknown")
        return code

    def _explain_sms(self, notification):
        """Return the error and the remedy of one number.

        :rtype: tuple[str, str]
        """
        number = phone.international(notification.sms_number or "")
        code = self._sms_failure_code(notification)
        sentences = (
            self._explain_sms_account(code)
            or self._explain_sms_number(code, number)
            or self._explain_sms_rejected(code, number)
        )
        if sentences:
            return sentences
        labels = dict(
            notification._fields["failure_type"]._description_selection(self.env)
        )
        return (
            self.env._(
                "The SMS to %(number)s was not delivered: %(reason)s.",
                number=number,
                reason=notification.failure_reason or labels.get(code) or code,
            ),
            self.env._(
                "Put right what the provider says, then retry; or choose another "
                "channel."
            ),
        )

    def _explain_sms_account(self, code):
        """Return the sentences about what the company has to put right, or None."""
        _ = self.env._
        return {
            "sms_acc": (
                _("The provider of text messages does not know the company's account."),
                _(
                    "Let an administrator register it in the settings (Send SMS), then "
                    "retry."
                ),
            ),
            "sms_credit": (
                _("The account of text messages has no credit left."),
                _("Buy credit in the settings (Send SMS), then retry."),
            ),
            "sms_server": (
                _("The provider of text messages cannot be reached."),
                _(
                    "It is tried again by itself. If it lasts, check the account of "
                    "SMS in the settings."
                ),
            ),
            "sms_registration_needed": (
                _("The customer's country wants senders of SMS to be registered."),
                _(
                    "Register the company for this country with the provider, or "
                    "choose another channel; then retry."
                ),
            ),
            "canceled": (
                _("Somebody cancelled the text message in the queue of SMS."),
                _("Retry, or cancel the notice."),
            ),
        }.get(code)

    def _explain_sms_number(self, code, number):
        """Return the sentences about a number that takes no SMS, or None."""
        _ = self.env._
        correct = _(
            "Correct the number of the contact or choose another one, then retry."
        )
        return {
            "sms_number_missing": (
                _("The text message had no number to go to."),
                correct,
            ),
            "sms_number_format": (
                _("The provider does not take %(number)s for a number.", number=number),
                correct,
            ),
            "sms_invalid_destination": (
                _("%(number)s does not exist or takes no SMS.", number=number),
                correct,
            ),
            "sms_country_not_supported": (
                _(
                    "The provider sends no SMS to the country of %(number)s.",
                    number=number,
                ),
                _("Choose another channel for this customer."),
            ),
            "sms_expired": (
                _("The phone %(number)s was off for too long.", number=number),
                _("Retry later, or choose another channel."),
            ),
            "sms_not_delivered": (
                _("The SMS did not reach %(number)s.", number=number),
                _("Retry, or ask the customer for the right number."),
            ),
        }.get(code)

    def _explain_sms_rejected(self, code, number):
        """Return the sentences about a message that was not wanted, or None."""
        _ = self.env._
        other = _("Write to this customer by another channel.")
        stopped = (
            _("%(number)s wants no text messages any more.", number=number),
            other,
        )
        return {
            "sms_blacklist": stopped,
            "sms_optout": stopped,
            "sms_not_allowed": (
                _("The operator of %(number)s does not allow this SMS.", number=number),
                other,
            ),
            "sms_rejected": (
                _(
                    "The provider refused the SMS to %(number)s for what it says.",
                    number=number,
                ),
                _("Change the text message of the level, then retry."),
            ),
            "sms_duplicate": (
                _("The provider had the same SMS to %(number)s before.", number=number),
                _("Look whether the customer has it, then say “It arrived”."),
            ),
        }.get(code)
