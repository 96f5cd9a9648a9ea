from odoo import fields, models
from odoo.tools.mail import email_normalize_all

from .dunning_delivery_letter import LETTER_CHANNELS
from .dunning_delivery_sms_answer import OF_NUMBER


class DunningDelivery(models.Model):
    """Who is tried next by the same channel, when somebody was not reached.

    Each person and each address once a channel: of e-mail, number and place the same.
    """

    _inherit = "dunning.delivery"

    postal_key = fields.Char(
        readonly=True, copy=False, help="Compares the place of the printed address."
    )

    def _next_contact_finders(self):
        """Return ``{channel: name of the method that finds the next contact}``.

        The method takes lost deliveries of the channel, and returns whom to try
        instead, or an empty recordset, by delivery.

        Extended by: add-ons that bring a channel.

        :rtype: dict[str, str]
        """
        return {
            "email": "_next_readers",
            "sms": "_next_sms_readers",
            "letter": "_next_addressees",
            "registered": "_next_addressees",
            "call": "_next_callees",
        }

    def _next_contact_ways(self):
        """Return, by delivery, the values of the same channel to the next contact."""
        ways = {}
        for channel, finder in self._next_contact_finders().items():
            part = self.filtered(
                lambda item, code=channel: (
                    item.channel == code
                    # without people nobody was found, and nobody else will be; letters
                    # of before tell theirs by the address only
                    and (item.partner_ids or code in LETTER_CHANNELS)
                )
            )
            if not part:
                continue
            for delivery, contact in getattr(part, finder)().items():
                if contact:
                    ways[delivery] = delivery._prepare_fallback(channel, contact)
        return ways

    def _tried(self, channels):
        """Return the deliveries of these notices by channels, by notice.

        What was cancelled before it left tried nobody.

        :rtype: dict[dunning.notice, dunning.delivery]
        """
        return {
            notice: notice.delivery_ids.filtered(
                lambda item: item.channel in channels and item.state != "cancelled"
            )
            for notice in self.notice_id
        }

    # === E-MAIL === #
    def _next_readers(self):
        """Return whom to write to when the addresses tried do not work."""
        addresses = {}
        for notice, mails in self._tried(("email",)).items():
            tried = addresses[notice] = set()
            for mail in mails:
                tried.update(email_normalize_all(mail.email_to or ""))
                tried.update((mail.bounced_emails or "").split())
                # one that failed before it was written counts as tried as well
                tried.update(email_normalize_all(mail.contact_id.sudo().email or ""))
        people = self.notice_id._next_contacts(addresses)
        return {delivery: people[delivery.notice_id] for delivery in self}

    # === SMS === #
    def _next_sms_readers(self):
        """Return who gets the text message when the numbers tried take none.

        Nobody, when no number was to blame: without credit the next one fails too.
        """
        known = self._sms_notifications()
        wrong = self.filtered(
            lambda item: (
                {
                    self._sms_failure_code(notification)
                    for notification in known.get(item.mail_message_id, ())
                }
                <= OF_NUMBER
            )
        )
        if not wrong:
            return {}
        people = {
            notice: self.env["res.partner"].sudo().union(*groups)
            for notice, groups in wrong.notice_id._sms_people().items()
        }
        numbers, _refusals = (
            self.env["res.partner"].sudo().union(*people.values())._sms_numbers()
        )
        tried = wrong._tried(("sms",))
        result = {}
        for delivery in wrong:
            messages = tried[delivery.notice_id]
            used = {number for item in messages for number in item.sms_numbers or ()}
            result[delivery] = (
                people[delivery.notice_id]
                - messages.partner_ids.sudo()
                - messages.contact_id.sudo()
            ).filtered(
                lambda partner, used=used: (
                    partner in numbers and numbers[partner] not in used
                )
            )[:1]
        return result

    # === LETTERS === #
    def _next_addressees(self):
        """Return to whom a letter goes when the addresses tried are wrong.

        Never to an address from which a letter of the notice came back, by whichever
        channel it went.
        """
        people = self.notice_id._postal_contacts()
        letters = self._tried(LETTER_CHANNELS)
        first = self.notice_id._letter_addressees()
        result = {}
        for delivery in self:
            notice, company = delivery.notice_id, delivery.company_id
            tried = letters[notice].filtered(
                lambda item, channel=delivery.channel: (
                    item.channel == channel or item.state == "bounced"
                )
            )
            used, places = self.env["res.partner"].sudo(), set()
            for letter in tried:
                addressee = (
                    letter.contact_id.sudo()
                    or letter.partner_ids.sudo()[:1]
                    or first[notice]
                )
                used |= addressee
                places.add(letter.postal_key or addressee._postal_key(company))
            result[delivery] = (people[notice] - used).filtered(
                lambda partner, company=company, places=places: (
                    partner._postal_key(company) not in places
                )
            )[:1]
        return result

    def _addressees_after_return(self):
        """Return to whom a letter may go still, of notices of which one came back.

        :rtype: dict[dunning.delivery, res.partner]
        """
        letters = self._tried(LETTER_CHANNELS)
        lost = self.filtered(
            lambda item: (
                item.level_id._fallback_channels()
                and "bounced" in letters[item.notice_id].mapped("state")
            )
        )
        return lost._next_addressees() if lost else {}
