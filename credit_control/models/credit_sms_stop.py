import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from odoo.addons.sms.tools.sms_api import SmsApi

from ..tools import phone

_logger = logging.getLogger(__name__)

SCOPE = "credit_control.sms"
# of the signature that a short link ends with: 64 bits, and few guesses a minute
DIGITS = 16


class ResPartner(models.Model):
    """Which number takes text messages, and who wants none any more."""

    _inherit = "res.partner"

    @api.private
    def _sms_numbers(self):
        """Return the mobile number of each contact, or why there is none.

        :return: ``{contact: number}`` and ``{contact: (error, remedy)}``; a contact
            without any number has two empty sentences
        :rtype: tuple[dict, dict]
        """
        numbers, refusals = {}, {}
        for partner in self:
            number, sentences = partner._find_mobile()
            if sentences:
                refusals[partner] = sentences
            else:
                numbers[partner] = number
        stopped = self._sms_stopped(numbers.values())
        for partner, number in list(numbers.items()):
            if number in stopped:
                del numbers[partner]
                refusals[partner] = partner._explain_sms_stopped(number)
        return numbers, refusals

    def _find_mobile(self):
        """Return the number (E.164) that takes SMS, else the sentences that say why.

        :rtype: tuple[str, tuple[str, str] | None]
        """
        given = [
            self[name]
            for name in self._phone_get_number_fields()
            if (self[name] or "").strip()
        ]
        if not given:
            return "", ("", "")
        country = self.country_id or self.commercial_partner_id.country_id
        formatted = [self._phone_format(number=raw, country=country) for raw in given]
        mobile = next((one for one in formatted if one and phone.takes_text(one)), "")
        if mobile:
            return mobile, None
        remedy = self.env._(
            "Enter a mobile number of %(name)s, or choose another contact; then retry.",
            name=self.display_name,
        )
        landline = next(filter(None, formatted), "")
        if landline:
            error = self.env._(
                "%(number)s of %(name)s is no mobile number: it takes no SMS.",
                number=phone.international(landline),
                name=self.display_name,
            )
        else:
            error = self.env._(
                "%(number)s of %(name)s is no valid phone number.",
                number=given[0],
                name=self.display_name,
            )
        return "", (error, remedy)

    def _explain_sms_stopped(self, number):
        return (
            self.env._(
                "%(name)s wants no text messages any more (%(number)s).",
                name=self.display_name,
                number=phone.international(number),
            ),
            self.env._("Write to this customer by another channel."),
        )

    @api.model
    @api.private
    def _sms_stopped(self, numbers):
        """Return those of ``numbers`` (E.164) that want no text messages.

        :rtype: set[str]
        """
        stopped = self.env["phone.blacklist"].sudo()
        return set(stopped.search([("number", "in", list(numbers))]).mapped("number"))

    # === ACTIONS === #
    def action_credit_sms_stop(self):
        """Note that these contacts want no text messages any more."""
        self._set_sms_stopped(True)

    def action_credit_sms_allow(self):
        """Note that these contacts take text messages again."""
        self._set_sms_stopped(False)

    def _set_sms_stopped(self, is_stopped):
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("decide who gets text messages")
        )
        self.check_access("read")
        contacts = self.filtered("phone_sanitized")
        if not contacts:
            raise UserError(
                self.env._("Enter a valid phone number on the contact first.")
            )
        # sudo: the list is an administrator's, but this is the collector's to note
        stop_list = self.env["phone.blacklist"].sudo()
        change = stop_list._add if is_stopped else stop_list._remove
        who = self.env.user.name
        words = (
            self.env._("No more text messages, noted by %(name)s.", name=who)
            if is_stopped
            else self.env._("Text messages allowed again, noted by %(name)s.", name=who)
        )
        change(contacts.mapped("phone_sanitized"), message=words)
        contacts.invalidate_recordset(
            ["phone_sanitized_blacklisted", "phone_blacklisted"]
        )
        for contact in contacts.sudo():
            contact._message_log(body=words)


class DunningDelivery(models.Model):
    """The short links of a text message: the customer's page, and no more SMS."""

    _inherit = "dunning.delivery"

    def _sms_links(self):
        """Return the links that a text message may have, by placeholder.

        :rtype: dict[str, str]
        """
        url = f"{self.get_base_url()}/credit/s/{self._sms_code()}"
        return {"portal_link": url, "stop_link": f"{url}/stop"}

    def _sms_code(self):
        """Return the word of the short link: number and signature of the delivery.

        It ends with the days that the company has set for links, and with a new key
        of the customer's page, as the long link does.
        """
        self.ensure_one()
        message = (self.id, self.profile_id._portal_digest())
        return f"{self.id:x}-{hmac(self.sudo().env, SCOPE, message)[:DIGITS]}"

    @api.model
    @api.private
    def _find_by_sms_code(self, code):
        """Return the delivery of a short link as sudo; empty when there is none."""
        deliveries = self.sudo()
        number, _dash, _signature = code.partition("-")
        try:
            delivery = deliveries.browse(int(number, 16)).exists()
        except (ValueError, OverflowError):  # no word of ours
            return deliveries.browse()
        if not delivery or delivery.channel != "sms" or not delivery.profile_id.active:
            return deliveries.browse()
        days = timedelta(days=delivery.company_id.credit_portal_days + 1)
        is_old = (delivery.date_queued or delivery.create_date) + days < (
            fields.Datetime.now()
        )
        if is_old or not consteq(delivery._sms_code(), code):
            return deliveries.browse()
        return delivery

    @api.private
    def _stop_sms(self, numbers):
        """Send no more text messages to these numbers: the customer says so.

        :param numbers: of the delivery (E.164)
        """
        self.ensure_one()
        mine = [number for number in numbers if number in (self.sms_numbers or {})]
        if not mine:
            return
        words = self.env._(
            "The customer asked by the link of a text message for no more SMS to "
            "%(numbers)s.",
            numbers=", ".join(map(phone.international, mine)),
        )
        self.env["phone.blacklist"].sudo()._add(mine, message=words)
        self.profile_id.sudo()._log(words)
        _logger.info("No more SMS: asked by the link of delivery %s", self.id)


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _sms_example_links(self):
        """Return links as long as the real ones, for a text that is only shown."""
        url = f"{self.get_base_url()}/credit/s/1a2b-{'0' * DIGITS}"
        return {"portal_link": url, "stop_link": f"{url}/stop"}


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def _sms_account_error(self):
        """Return why this company cannot send SMS, with the remedy; None if it can.

        Only what is known without asking the service. Another provider than Odoo's
        says so itself when a message is sent.

        :rtype: tuple[str, str] | None
        """
        self.ensure_one()
        company = self.sudo()
        if company._get_sms_api_class() is not SmsApi:
            return None
        accounts = company.env["iap.account"].search(
            [
                ("service_name", "=", "sms"),
                ("account_token", "!=", False),
                "|",
                ("company_ids", "in", company.ids),
                ("company_ids", "=", False),
            ],
            order="id desc",
        )
        account = accounts.filtered("company_ids")[:1] or accounts[:1]
        if not account:
            error = self.env._("The company has no account to send SMS.")
        elif (account.account_token or "").endswith("+disabled"):
            error = self.env._(
                "The account to send SMS is switched off: this is a copy of the "
                "database."
            )
        elif account.state in ("banned", "unregistered"):
            error = self.env._("The account to send SMS is not registered.")
        else:
            return None
        return error, self.env._(
            "Let an administrator set up the account in the settings (Send SMS), or "
            "switch off the SMS on the level."
        )
