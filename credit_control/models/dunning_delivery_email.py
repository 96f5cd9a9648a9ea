import smtplib

from odoo import api, fields, models
from odoo.tools import SQL, email_normalize
from odoo.tools.mail import email_normalize_all, single_email_re

from ..tools.placeholders import PlaceholderError

HEADERS = repr(
    {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
)


class DunningDelivery(models.Model):
    """The channel e-mail: one message to all To and Cc, through core's mail queue."""

    _inherit = "dunning.delivery"

    # === VALIDATE === #
    def _email_validate(self):
        """Refuse what has no address to write from.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        sentences = (
            self.env._("The company has no e-mail address to write from."),
            self.env._("Enter the e-mail address of the company, then retry."),
            True,
        )
        return {
            delivery: sentences for delivery in self if not delivery._get_sender()
        }

    # === ADDRESSES === #
    def _find_addresses(self):
        """Find whom to write to; refuse what has nobody.

        :return: the people by notice, and errors as ``_email_validate``
        :rtype: tuple[dict, dict]
        """
        people = self._get_people()
        blocked = self._get_blacklisted(people)
        errors = {}
        for delivery in self:
            found = people[delivery.notice_id]
            to = delivery._pick_addresses(found["to"], blocked)
            cc = delivery._pick_addresses(found["cc"], blocked)
            if not to:
                errors[delivery] = delivery._explain_no_address(found["to"], blocked)
            delivery.write(
                {
                    "email_to": ", ".join(to.values()),
                    "email_cc": ", ".join(
                        value for key, value in cc.items() if key not in to
                    ),
                    "lang": delivery.notice_id._get_lang(found["to"]),
                }
            )
        self._replace_links(
            "partner_ids",
            {
                delivery: people[delivery.notice_id]["to"]
                | people[delivery.notice_id]["cc"]
                for delivery in self
            },
        )
        return people, errors

    def _get_people(self):
        """Return the people by notice; the one next contact of what goes instead."""
        people = self.notice_id._resolve_recipients()
        for delivery in self.filtered("contact_id"):
            found = people[delivery.notice_id]
            contact = delivery.contact_id
            found.update(to=contact, cc=found["cc"] - contact, warning=False)
        return people

    def _get_blacklisted(self, people):
        addresses = {
            address
            for found in people.values()
            for partner in found["to"] | found["cc"]
            for address in email_normalize_all(partner.sudo().email or "")
        }
        blacklist = self.env["mail.blacklist"].sudo()
        return set(blacklist.search([("email", "in", list(addresses))]).mapped("email"))

    def _pick_addresses(self, partners, blocked):
        """Return the usable addresses of ``partners``, formatted, by plain address.

        :rtype: dict[str, str]
        """
        result = {}
        for partner in partners.sudo():
            for address in email_normalize_all(partner.email or ""):
                if address not in blocked and single_email_re.match(address):
                    name = partner.name or ""
                    result.setdefault(address, self._format_address(name, address))
        return result

    @api.model
    def _format_address(self, name, address):
        """Return ``"Name" <address>``; quotes and line breaks in names do no harm."""
        name = " ".join(name.replace('"', "'").split())
        return f'"{name}" <{address}>' if name else address

    def _explain_no_address(self, partners, blocked):
        """Return the error and the remedy of a notice without any usable address."""
        names = ", ".join(partners.sudo().mapped("name"))
        addresses = [partner.email for partner in partners.sudo() if partner.email]
        if not addresses:
            return (
                self.env._("No contact of the customer has an e-mail address."),
                self.env._(
                    "Enter the e-mail address of the customer or of a contact with a "
                    "role of this level, then retry."
                ),
            )
        if any(email_normalize(address) in blocked for address in addresses):
            return (
                self.env._(
                    "The address of %(names)s is on the blacklist: it asked not to be "
                    "written to, or came back too often.",
                    names=names,
                ),
                self.env._(
                    "Take the address off the blacklist, choose another recipient, or "
                    "send a letter; then retry."
                ),
            )
        return (
            self.env._(
                "%(address)s is not a valid e-mail address.",
                address=", ".join(addresses),
            ),
            self.env._(
                "Correct the e-mail address of %(names)s, then retry.", names=names
            ),
        )

    def _get_sender(self):
        company = self.company_id.sudo()
        return (
            company.email_formatted
            or company.alias_domain_id.default_from_email
            or self.profile_id.sudo().user_id.email_formatted
        )

    # === RENDER === #
    def _email_render(self):
        """Find the readers, gather what is attached, render text and layout.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        people, errors = self._find_addresses()
        good = self.filtered(lambda item: item not in errors)
        failed, left_out = good._with_documents()._attach_documents()
        errors |= failed
        good = good.filtered(lambda item: item not in failed)
        for lang, part in good.grouped("lang").items():
            try:
                texts = part.notice_id._render_text(lang, people)
            except PlaceholderError:
                texts = part._render_each(lang, people, errors)
            mails = part.notice_id._render_mail(lang, texts, left_out)
            for delivery in part.filtered(lambda item: item not in errors):
                delivery.write(
                    {
                        "subject": texts[delivery.notice_id][0],
                        "body_html": mails[delivery.notice_id],
                    }
                )
        return errors

    def _render_each(self, lang, people, errors):
        """Render one by one, to find the notices whose text cannot be filled in."""
        texts = {}
        for delivery in self:
            notice = delivery.notice_id
            try:
                texts.update(notice._render_text(lang, people))
            except PlaceholderError as error:
                errors[delivery] = (
                    str(error),
                    self.env._(
                        "Correct the text of the level, or what it speaks of, then "
                        "retry."
                    ),
                    True,
                )
        return texts

    def _invalid_addresses(self):
        """Return what is written as an address of a recipient, and is none."""
        return {
            partner.email
            for partner in self.partner_ids.sudo()
            if partner.email and not email_normalize_all(partner.email)
        }

    # === HAND OVER === #
    def _email_hand_over(self):
        """Create the mails, all at once; core's mail queue sends them."""
        notices = self.notice_id
        replies = self._get_reply_addresses()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .with_context(mail_notrack=True, mail_create_nosubscribe=True)
            .create([delivery._prepare_mail_vals(replies) for delivery in self])
        )
        self._copy_bodies(mails)
        previous = self.mail_mail_id
        for delivery, mail in zip(self, mails, strict=True):
            delivery.write(
                {"mail_mail_id": mail.id, "mail_message_id": mail.mail_message_id.id}
            )
        previous.filtered(lambda mail: mail.state != "sent").unlink()
        notices.invalidate_recordset(["message_ids"])
        self._update_state(("ready",), "queued", error=None, remedy=None)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _copy_bodies(self, mails):
        """Show on the notice what is sent.

        By SQL: core cleans each body as if a stranger had written it, which takes as
        long as all the rest. Ours comes from templates and cleaned texts.
        """
        mails.flush_recordset(["body_html", "mail_message_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE mail_message message SET body = mail.body_html
                     FROM mail_mail mail
                    WHERE message.id = mail.mail_message_id AND mail.id IN %s""",
                tuple(mails.ids),
            )
        )
        mails.mail_message_id.invalidate_recordset(["body"])

    def _get_reply_addresses(self):
        """Return where answers go: the catch-all of the company, else its address.

        :rtype: dict[int, str]
        """
        notices = self.notice_id
        return notices._notify_get_reply_to_batch(
            defaults={
                delivery.notice_id.id: delivery._get_sender() for delivery in self
            },
            author_ids={
                notice.id: notice.company_id.sudo().partner_id.id for notice in notices
            },
        )

    def _prepare_mail_vals(self, replies):
        """Return the values of the mail of one delivery.

        Extended by: add-ons that change what goes on the wire.
        """
        notice = self.notice_id
        author = notice.profile_id.sudo().user_id.partner_id
        values = {
            "model": "dunning.notice",
            "res_id": notice.id,
            "message_type": "email_outgoing",
            "subject": self.subject,
            "body_html": self.body_html,
            "email_from": self._get_sender(),
            "author_id": author.id
            or self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"),
            "reply_to": replies[notice.id],
            "email_to": self.email_to,
            "email_cc": self.email_cc,
            "headers": HEADERS,
            "record_company_id": notice.company_id.id,
            "record_alias_domain_id": notice.company_id.sudo().alias_domain_id.id,
            "auto_delete": False,
        }
        if self.attachment_ids:
            values["attachment_ids"] = [
                fields.Command.link(attachment_id)
                for attachment_id in self.attachment_ids.ids
            ]
        return values

    # === WHAT THE MAIL SERVER SAID === #
    @api.private
    def _receive_answer(self, mail, wire, failure_type, failure_reason):
        """Record what became of a mail.

        :param mail: the ``mail.mail``
        :param dict wire: ``tried``, ``refused`` (by address) and ``error`` of the talk
            with the mail server, empty when it never began
        :param str failure_type: as core classifies it; False when accepted
        """
        self.ensure_one()
        if mail.state == "sent" and not failure_type:
            self._receive_acceptance(wire.get("refused") or {})
            return
        error = wire.get("error")
        reason = failure_reason or mail.failure_reason or ""
        if failure_type == "mail_smtp":
            self._retry_later(*self._explain_no_server(reason), is_ours=True)
        elif failure_type in ("mail_email_invalid", "mail_email_missing"):
            self._mark_failed(*self._explain_refused(self.email_to))
        elif isinstance(error, smtplib.SMTPRecipientsRefused):
            self._receive_refusal(error.recipients)
        elif isinstance(error, smtplib.SMTPResponseException):
            self._receive_code(error.smtp_code, reason)
        elif wire.get("tried"):
            self._mark_unknown()
        else:
            self._mark_failed(
                reason,
                self.env._(
                    "Put right what the message says (sender address, mail server), "
                    "then retry."
                ),
                is_ours=True,
            )

    @api.private
    def _receive_hang_up(self, wire, reason):
        """The connection broke: it is tried again, unless it may have arrived.

        :param dict wire: of the talk with the mail server, as ``_receive_answer``
        :param str reason: what the connection ended with
        """
        if wire.get("is_told"):
            self._mark_unknown()
        else:
            self._retry_later(*self._explain_no_server(reason), is_ours=True)

    def _receive_acceptance(self, refused):
        """The server took the mail, perhaps not for every address."""
        to = set(email_normalize_all(self.email_to or ""))
        bad = {email_normalize(address) or address for address in refused}
        if to and to <= bad:
            self._receive_refusal(refused, kept_cc=True)
            return
        self._mark_delivered()
        if bad:
            self.write(
                {
                    "error": self.env._(
                        "Accepted, but refused for %(addresses)s.",
                        addresses=", ".join(sorted(bad)),
                    )
                }
            )
        if bad := bad | self._invalid_addresses():
            self._tell_bad_addresses(bad)

    def _receive_refusal(self, refused, kept_cc=False):
        """No To address was accepted: for good (5xx), or for now (4xx)."""
        codes = {answer[0] for answer in refused.values()}
        error, remedy = self._explain_refused(", ".join(refused), refused)
        if all(400 <= code < 500 for code in codes) and not kept_cc:
            remedy = self.env._(
                "It is tried again by itself. If it lasts, correct the address or "
                "choose another recipient."
            )
            self._retry_later(error, remedy)
        else:
            self._mark_failed(error, remedy)

    def _receive_code(self, code, reason):
        if 400 <= code < 500:
            self._retry_later(*self._explain_no_server(reason), is_ours=True)
        else:
            self._mark_failed(
                self.env._(
                    "The mail server refused the mail: %(reason)s", reason=reason
                ),
                self.env._(
                    "Put right what the server says (sender address, size of the "
                    "documents, content), then retry."
                ),
                is_ours=True,
            )

    def _explain_refused(self, addresses, refused=None):
        words = "; ".join(
            f"{code} {text.decode(errors='replace')}"
            for code, text in (refused or {}).values()
        )
        return (
            self.env._(
                "The mail server refused %(addresses)s. %(words)s",
                addresses=addresses,
                words=words,
            ).strip(),
            self.env._("Correct the address or choose another recipient, then retry."),
        )

    def _explain_no_server(self, reason):
        return (
            self.env._("The mail server cannot be reached: %(reason)s", reason=reason),
            self.env._(
                "It is tried again by itself. If it lasts, check the outgoing mail "
                "server in the settings."
            ),
        )

    @api.private
    def _receive_bounce(self, address):
        """A mail came back from ``address``: it is lost when all To came back."""
        for delivery in self.filtered(
            lambda item: (
                item.channel == "email" and item.state in ("queued", "reserved", "sent")
            )
        ):
            to = set(email_normalize_all(delivery.email_to or ""))
            back = set((delivery.bounced_emails or "").split()) | {address}
            delivery.write({"bounced_emails": " ".join(sorted(back))})
            if to <= back:
                delivery._mark_bounced(
                    self.env._(
                        "The mail came back from %(address)s.", address=address
                    ),
                    self.env._(
                        "Ask the customer for the right address, correct it, then "
                        "retry; or send a letter."
                    ),
                )
            elif address in to | set(email_normalize_all(delivery.email_cc or "")):
                delivery._tell_bad_addresses([address])
