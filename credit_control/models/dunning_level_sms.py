import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import phone, text_message
from ..tools.placeholders import NAMES, PLACEHOLDER, PlaceholderError, check, render

# a table has no place in a text message; the way to say no has
SMS_NAMES = {*NAMES, "stop_link"} - {"table"}
# as many letters as usual, to tell the length of a text before it has its values
TYPICAL = {
    "customer_name": "x" * 22,
    "contact_name": "x" * 15,
    "company_name": "x" * 18,
    "collector_name": "x" * 15,
    "collector_phone": "+33 1 23 45 67 89",
    "collector_email": "x" * 26,
    "date": "31/12/2026",
    "level_name": "x" * 18,
    "total_overdue": "12 345,67 EUR",
    "invoice_count": "3",
    "oldest_invoice": "INV/2026/00123",
    "oldest_due_date": "31/12/2026",
    "days_overdue": "30",
    "deadline_date": "31/12/2026",
    "payment_reference": "INV/2026/00123",
    "bank_account": "FR76 3000 4000 0312 3456 7890 143",
    "portal_link": "x" * 48,
    "stop_link": "x" * 53,
}


class DunningLevel(models.Model):
    """The text message of a level."""

    _inherit = "dunning.level"

    sms_body = fields.Text(
        string="Text message",
        translate=True,
        help="Plain text with placeholders. Keep it short: each 160 letters cost one "
        "SMS more.",
    )
    sms_size = fields.Char(compute="_compute_sms_size", string="Length")

    @api.depends("sms_body")
    def _compute_sms_size(self):
        for level in self:
            level.sms_size = level._describe_sms_size()

    @api.depends("sms_body", "fallback_channel", "fallback_channel_2")
    def _compute_problems(self):
        return super()._compute_problems()

    def _may_send_sms(self):
        """Return whether a notice of this level may go by SMS, at once or instead."""
        self.ensure_one()
        return self.send_sms or "sms" in self._fallback_channels()

    def _describe_sms_size(self):
        """Return how long the text message is with usual values, in words."""
        text = PLACEHOLDER.sub(
            lambda match: TYPICAL.get(match[1], ""), self.sms_body or ""
        )
        if not text.strip():
            return False
        return self._get_sms_size_words(text_message.plain(text))

    @api.model
    def _get_sms_size_words(self, text):
        """Return letters and SMS of ``text``, and what makes it expensive."""
        size = text_message.measure(text)
        words = self.env._(
            "%(letters)s letters, %(parts)s SMS",
            letters=size.letters,
            parts=size.parts,
        )
        if not size.is_unicode:
            return words
        strange = re.sub(
            "[%s]" % re.escape("".join(text_message.ALPHABET | text_message.EXTENSION)),
            "",
            text,
        )
        return self.env._(
            "%(size)s (%(letters)s: letters that make an SMS hold 70 letters instead "
            "of 160)",
            size=words,
            letters=" ".join(dict.fromkeys(strange)),
        )

    # === CONSTRAINTS AND PROBLEMS === #
    @api.constrains("sms_body")
    def _check_sms_placeholders(self):
        for level in self:
            try:
                check(level.sms_body, SMS_NAMES)
            except PlaceholderError as error:
                raise ValidationError(level._get_sms_sentence(error)) from error

    def _get_sms_sentence(self, error):
        """Return why a text message cannot be filled in, in the user's language."""
        if "table" in error.unknown:
            return self.env._(
                "%(level)s: a text message has no room for {{ table }}. Write "
                "{{ total_overdue }} or {{ portal_link }}.",
                level=self.display_name,
            )
        return self._get_placeholder_sentence(error)

    def _get_text_problems(self):
        """Tell of a text message that is missing or needs what SMS do not have."""
        sentences = super()._get_text_problems()
        if not self._may_send_sms():
            return sentences
        if not (self.sms_body or "").strip():
            sentences.append(
                self.env._(
                    "“%(level)s” may go by SMS but has no text for it (tab “SMS”).",
                    level=self.name,
                )
            )
        company = self.company_id or self.env.company
        error = company._sms_account_error()
        if error:
            sentences.append(f"“{self.name}”: {' '.join(error)}")
        return sentences


class DunningNotice(models.Model):
    """The text message of a notice: the level's, or written for this customer."""

    _inherit = "dunning.notice"

    sms_body = fields.Text(
        string="Text message",
        copy=False,
        help="Set when a person edited it; else the level's.",
    )
    sms_preview = fields.Text(compute="_compute_sms_preview", string="SMS")

    @api.depends("sms_body", "partner_to_ids", "level_id", "line_ids")
    def _compute_sms_preview(self):
        """Show the SMS as it would go out now; what was sent, once it went."""
        for notice in self:
            sent = notice.sudo().delivery_ids.filtered("sms_text")[:1]
            if sent and notice.state != "draft":
                notice.sms_preview = sent.sms_text
            elif notice.level_id._may_send_sms():
                notice.sms_preview = notice._preview_sms()
            else:
                notice.sms_preview = False

    def _preview_sms(self):
        """Return the text message; a sentence where it cannot be made."""
        people = self._resolve_recipients()
        lang = self._get_lang(people[self]["to"], "sms_body")
        try:
            return self._render_sms(lang, people)
        except PlaceholderError as error:
            return str(error)

    @api.private
    def _render_sms(self, lang, people):
        """Return the text message of one notice, with links that open nothing yet."""
        values = self._placeholder_values(lang, people)[self]
        return self._fill_in_sms(lang, {**values, **self._sms_example_links()})

    def _fill_in_sms(self, lang, values):
        level = self.level_id.with_context(lang=lang)
        text = render(self.sms_body or level.sms_body or "", values)
        return text_message.plain(text)

    @api.private
    def _sms_people(self):
        """Return who may get the text message, in groups of falling preference.

        Those who were chosen on the notice or have the roles of its level; where none
        of them can get one, the invoice address and the customer himself; then, one by
        one, who else deals with invoices. The first group in which somebody can get one
        is taken.

        :rtype: dict[dunning.notice, list[res.partner]]
        """
        by_role = self._contacts_by_role()
        contacts = self._get_contacts("phone")
        result = {}
        for notice in self:
            customer = notice.partner_id.sudo()
            chosen = (notice.partner_to_ids.sudo() or by_role[notice]).filtered(
                lambda partner, customer=customer: (
                    partner.commercial_partner_id == customer
                )
            )
            invoice = customer.browse(customer.address_get(["invoice"])["invoice"])
            known = chosen | invoice | customer
            others = (by_role[notice] | notice._main_contacts(contacts[notice])) - known
            result[notice] = [chosen, (invoice | customer) - chosen, *others]
        return result

    @api.private
    def _preview_numbers(self):
        """Return the numbers that the text message would go to now, or why to none."""
        for group in self._sms_people()[self]:
            numbers, refusals = group._sms_numbers()
            if numbers:
                return ", ".join(
                    f"{partner.name} {phone.international(number)}"
                    for partner, number in numbers.items()
                )
        told = [error for error, _remedy in refusals.values() if error]
        return " ".join(told) or self.env._("No mobile number is known.")

    # === ACTIONS === #
    def action_edit_text(self):
        """Copy the text message of the level too."""
        result = super().action_edit_text()
        for notice in self.filtered(lambda item: item.level_id._may_send_sms()):
            people = notice._resolve_recipients()[notice]
            lang = notice._get_lang(people["to"], "sms_body")
            notice.sms_body = notice.level_id.with_context(lang=lang).sms_body
        return result

    def action_reset_text(self):
        """Take the text message of the level again, too."""
        self._check_reviewer()
        self.filtered("sms_body").write({"sms_body": False})
        return super().action_reset_text()
