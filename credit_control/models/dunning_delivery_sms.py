from datetime import timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_datetime
from odoo.tools.mail import plaintext2html

from ..tools import phone
from ..tools.placeholders import PlaceholderError
from ..tools.text_message import measure, next_opening

# how far the next open hour is looked for
MAX_CLOSED_DAYS = 60


class DunningDelivery(models.Model):
    """The channel SMS: one text message to each number, by core's queue."""

    _inherit = "dunning.delivery"

    sms_text = fields.Text(string="Text message", readonly=True, copy=False)
    sms_parts = fields.Integer(
        string="SMS to pay",
        readonly=True,
        copy=False,
        help="A long text, or one with special letters, costs several SMS a number.",
    )
    sms_numbers = fields.Json(
        readonly=True, copy=False, help="The contact behind each number."
    )
    sms_refused = fields.Text(
        string="Not sent to",
        readonly=True,
        copy=False,
        help="Contacts of the notice that get no text message, and why.",
    )

    # === VALIDATE === #
    def _sms_validate(self):
        """Refuse what has no account to send by, or no text.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        errors = {}
        for company, part in self.grouped("company_id").items():
            sentences = company.with_context(lang=self.env.lang)._sms_account_error()
            if sentences:
                errors |= dict.fromkeys(part, sentences)
        for delivery in self.filtered(lambda item: item not in errors):
            level = delivery.notice_id.level_id
            if not (delivery.notice_id.sms_body or level.sms_body or "").strip():
                errors[delivery] = (
                    self.env._(
                        "The level “%(level)s” has no text message.", level=level.name
                    ),
                    self.env._("Write it on the level, tab “SMS”, then retry."),
                    True,
                )
        return errors

    # === NUMBERS === #
    def _sms_candidates(self):
        """Return who may get the text message, in groups of falling preference.

        :rtype: dict[dunning.delivery, list[res.partner]]
        """
        people = self.notice_id._sms_people()
        return {
            delivery: [delivery.contact_id]
            if delivery.contact_id
            else people[delivery.notice_id]
            for delivery in self
        }

    def _find_numbers(self):
        """Return ``{number: contact}`` of each delivery, and errors as the channel's.

        Who is refused stands on the delivery, with the reason.

        :rtype: tuple[dict, dict]
        """
        candidates = self._sms_candidates()
        partners = (
            self.env["res.partner"]
            .sudo()
            .browse(
                {
                    partner.id
                    for groups in candidates.values()
                    for part in groups
                    for partner in part
                }
            )
        )  # browsed together: read together
        numbers, refusals = partners._sms_numbers()
        found, errors = {}, {}
        for delivery, groups in candidates.items():
            refused = []
            found[delivery] = {}
            for group in filter(None, groups):
                for partner in group:
                    if partner in refusals:
                        refused.append(refusals[partner])
                    else:
                        found[delivery].setdefault(numbers[partner], partner)
                if found[delivery]:
                    break
            if not found[delivery]:
                errors[delivery] = delivery._explain_no_mobile(refused)
            delivery.sms_refused = "\n".join(
                dict.fromkeys(error for error, _remedy in refused)
            )
        self._replace_links(
            "partner_ids",
            {
                delivery: self.env["res.partner"].union(*found[delivery].values())
                if found[delivery]
                else candidates[delivery][0]
                for delivery in self
            },
        )
        return found, errors

    def _explain_no_mobile(self, refused):
        """Return the error and the remedy of a delivery that reaches nobody."""
        told = [sentences for sentences in refused if sentences[0]]
        if told:
            errors, remedies = zip(*dict.fromkeys(told), strict=True)
            return " ".join(errors), " ".join(dict.fromkeys(remedies))
        name = self.partner_id.display_name
        return (
            self.env._("No mobile number of %(name)s is known.", name=name),
            self.env._(
                "Enter a mobile number on %(name)s or on a contact with a role of this "
                "level, then retry.",
                name=name,
            ),
        )

    # === RENDER === #
    def _sms_render(self):
        """Find the numbers and write the text messages.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        found, errors = self._find_numbers()
        readers = {
            delivery: self.env["res.partner"].sudo().union(*numbers.values())
            for delivery, numbers in found.items()
        }
        good = self.filtered(lambda item: item not in errors)
        by_lang = good.grouped(
            lambda item: item.notice_id._get_lang(readers[item], "sms_body")
        )
        for lang, part in by_lang.items():
            known = part.notice_id._placeholder_values(
                lang, {item.notice_id: {"to": readers[item]} for item in part}
            )
            for delivery in part:
                values = {**known[delivery.notice_id], **delivery._sms_links()}
                try:
                    text = delivery.notice_id._fill_in_sms(lang, values)
                except PlaceholderError as error:
                    errors[delivery] = delivery._explain_sms_text(error)
                else:
                    delivery._write_sms(lang, text, found[delivery])
        return errors

    def _explain_sms_text(self, error):
        return (
            self.env._("The text message: %(error)s", error=error),
            self.env._(
                "Correct the text message of the level, or what it speaks of, then "
                "retry."
            ),
            True,
        )

    def _write_sms(self, lang, text, numbers):
        self.write(
            {
                "lang": lang,
                "phone": ", ".join(map(phone.international, numbers)),
                "subject": self.notice_id.level_id.with_context(lang=lang).name,
                "body_html": plaintext2html(text),
                "sms_text": text,
                "sms_parts": measure(text).parts * len(numbers),
                "sms_numbers": {
                    number: partner.id for number, partner in numbers.items()
                },
            }
        )

    # === HAND OVER === #
    def _sms_hand_over(self):
        """Queue the text messages for core's scheduled action, in this transaction.

        Outside the hours of the policy they wait for the next open one.
        """
        going = self - self._wait_for_opening()
        if not going:
            return
        going._discard_sms()
        messages = (
            self.env["mail.message"]
            .sudo()
            .create([delivery._prepare_sms_message_vals() for delivery in going])
        )
        rows = (
            self.env["sms.sms"]
            .sudo()
            .create(
                [
                    values
                    for delivery, message in zip(going, messages, strict=True)
                    for values in delivery._prepare_sms_vals(message)
                ]
            )
        )
        self.env["mail.notification"].sudo().create(
            [self._prepare_sms_notification_vals(row) for row in rows]
        )
        for delivery, message in zip(going, messages, strict=True):
            delivery.mail_message_id = message
        going.notice_id.invalidate_recordset(["message_ids"])
        going._update_state(("ready",), "queued", error=None, remedy=None)

    def _prepare_sms_message_vals(self):
        """Return the values of the message that the notice shows.

        Extended by: add-ons that keep more of it.
        """
        company = self.company_id.sudo()
        author = self.profile_id.sudo().user_id.partner_id or company.partner_id
        sender = author.email_formatted or company.email_formatted or ""
        return {
            "model": "dunning.notice",
            "res_id": self.notice_id.id,
            "message_type": "sms",
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "subject": self.subject,
            "body": self.body_html,
            "author_id": author.id,
            "email_from": sender,
            "reply_to": sender,
            "is_internal": True,
            "record_company_id": company.id,
        }

    def _prepare_sms_vals(self, message):
        """Return the values of the rows of core's queue: one for each number."""
        return [
            {
                "number": number,
                "partner_id": partner_id,
                "body": self.sms_text,
                "mail_message_id": message.id,
            }
            for number, partner_id in self.sms_numbers.items()
        ]

    def _prepare_sms_notification_vals(self, row):
        """Return what ties the answers of the provider to the row of the queue."""
        return {
            "author_id": row.mail_message_id.author_id.id,
            "mail_message_id": row.mail_message_id.id,
            "res_partner_id": row.partner_id.id,
            "sms_number": row.number,
            "notification_type": "sms",
            "notification_status": "ready",
            "sms_id_int": row.id,
            "sms_tracker_ids": [Command.create({"sms_uuid": row.uuid})],
            "is_read": True,
        }

    # === HOURS === #
    def _wait_for_opening(self):
        """Let those wait that would ring at night.

        :return: the deliveries that wait, each with the moment of its next try
        """
        now = fields.Datetime.now()
        waiting = self.browse()
        for opening, part in self._by_opening(now).items():
            if opening <= now:
                continue
            waiting |= part
            zone = part[:1].company_id._dunning_zone()
            part.write(
                {
                    "date_next_try": opening,
                    "error": self.env._(
                        "Text messages do not go at this hour: it waits until "
                        "%(moment)s.",
                        moment=format_datetime(
                            self.env, opening, tz=zone, dt_format="short"
                        ),
                    ),
                }
            )
            self.env.ref("credit_control.cron_send").sudo()._trigger(at=opening)
        return waiting

    def _by_opening(self, now):
        """Return the deliveries by the moment from which they may go.

        :param datetime.datetime now: in UTC, as all of Odoo's
        :rtype: dict[datetime.datetime, dunning.delivery]
        """
        result = {}
        groups = self.grouped(
            lambda item: (item.company_id, item.notice_id.policy_id.calendar_id)
        )
        for (company, calendar), part in groups.items():
            opening = self._next_sms_opening(company, calendar, now)
            result[opening] = result.get(opening, self.browse()) | part
        return result

    @api.model
    def _next_sms_opening(self, company, calendar, now):
        """Return when a text message may go: in the working hours of the policy.

        Without a calendar by day, Sundays excepted.
        """
        if not calendar:
            zone = timezone(company._dunning_zone())
            local = utc.localize(now).astimezone(zone).replace(tzinfo=None)
            opening = next_opening(local)
            if opening == local:
                return now
            return zone.localize(opening).astimezone(utc).replace(tzinfo=None)
        start = utc.localize(now)
        domain = [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, *company.sudo().parent_ids.ids]),
        ]
        intervals = calendar.sudo()._work_intervals_batch(
            start, start + timedelta(days=MAX_CLOSED_DAYS), domain=domain
        )
        opening = next(
            (begin for begin, _end, _meta in intervals[False]),
            start + timedelta(days=MAX_CLOSED_DAYS),
        )
        return opening.astimezone(utc).replace(tzinfo=None)
