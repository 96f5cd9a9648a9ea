import re
from itertools import pairwise

from odoo import api, fields, models
from odoo.tools import format_date, html2plaintext

from ..tools.intents import PRIORITY

# letters and replies of one conversation shown, and characters of each
THREAD = 30
THREAD_TEXT = 4000
# characters of a message shown as text; the rest is in the original
SHOWN_TEXT = 60000
# what the browser shows by itself without running anything of it
PREVIEWS = {
    "application/pdf": "pdf",
    "image/png": "image",
    "image/jpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
}
# intents that a person must look at before anything else, with the colour of a badge
TONES = {
    "bank_change": "danger",
    "insolvency": "danger",
    "legal": "danger",
    "privacy": "danger",
    "bounce": "dark",
    "auto_reply": "secondary",
    "dispute": "warning",
    "complaint": "warning",
    "promise": "success",
    "already_paid": "success",
    "remittance": "success",
}


def label_of(record, name):
    """Return the word of a selection of one record, in the user's language."""
    labels = dict(record._fields[name]._description_selection(record.env))
    return labels.get(record[name], "")


class CreditMessage(models.Model):
    """One message as the inbox shows it: its text, proposals, files and thread."""

    _inherit = "credit.message"

    @api.model
    def inbox_open(self, message_id):
        """Return all that the panes show of one message.

        :param int message_id: id of the message
        :return: ``message``, ``intents``, ``attachments``, ``thread``, ``customer``
            and ``candidates``; ``refusal`` alone, in words, when it is another's;
            False when there is no such message
        :rtype: dict
        """
        self._check_inbox_reader()
        found = self.search_fetch([("id", "=", int(message_id))])
        if not found:
            return self._inbox_refusal(int(message_id))
        # sudo: he reads the message, and so what was found in it; the thread and the
        # customer check anew
        message = found.sudo()
        intents = message.intent_ids
        return {
            "message": message._inbox_message(intents),
            "intents": [intent._inbox_card() for intent in intents],
            "attachments": message._inbox_attachments(),
            "thread": message._inbox_thread(),
            "customer": message._inbox_customer(),
            "candidates": [] if message.profile_id else message._inbox_candidates(),
        }

    @api.model
    def _inbox_refusal(self, message_id):
        """Return in words why the user cannot open a message; False when it is gone."""
        # sudo: one has to know whom to ask for it
        message = self.sudo().search(
            [("id", "=", message_id), ("company_id", "in", self.env.companies.ids)]
        )
        if not message:
            return False
        owner = message.user_id or message.profile_id.user_id
        text = (
            self.env._(
                "This message is of the portfolio of %s. Ask for it to be assigned to "
                "you, and it opens here.",
                owner.name,
            )
            if owner
            else self.env._(
                "This message is of another portfolio. Ask a manager to assign it to "
                "you, and it opens here."
            )
        )
        return {"refusal": text}

    # === THE MESSAGE === #
    def _inbox_message(self, intents):
        text = (self.body_text or "")[:SHOWN_TEXT]
        own = (self.reply_text or "").strip()[:SHOWN_TEXT]
        return {
            "id": self.id,
            "name": self.display_name,
            "subject": self.subject or "",
            "from_name": self.from_name or self.email_from or "",
            "email": self.email_normalized or self.email_from or "",
            "to": self.email_to or "",
            "cc": self.email_cc or "",
            "date": fields.Datetime.to_string(self.date),
            "state": self.state,
            "state_label": label_of(self, "state"),
            "user": {"id": self.user_id.id, "name": self.user_id.name or ""},
            "snooze_until": fields.Date.to_string(self.snooze_until) or False,
            "done_date": fields.Datetime.to_string(self.done_date) or False,
            "answered_date": fields.Datetime.to_string(self.answered_date) or False,
            "is_pausing": bool(
                self.is_pausing and self.state == "new" and self.profile_id
            ),
            "is_triage": not self.profile_id,
            "warnings": self._inbox_warnings(),
            "parts": self._highlight(own or text, intents),
            "rest": self._inbox_rest(own, text),
            "has_html": bool(self.body_html),
            "match": self._inbox_match(),
        }

    def _inbox_match(self):
        """Return in words why the message was given to its customer."""
        return {
            "reasons": self._say_reasons(self.match_reasons),
            "confidence": round(100 * (self.match_confidence or 0)),
            "can_undo": self.can_undo_match,
        }

    def _inbox_rest(self, own, text):
        """Return what is quoted, signed or a disclaimer: all but the own words."""
        if not own:
            return ""
        place = text.find(own)
        if place < 0:
            return text if text.strip() != own else ""
        return (text[:place] + text[place + len(own) :]).strip()

    def _highlight(self, text, intents):
        """Cut ``text`` where the evidence of an intent begins or ends.

        :return: dicts of ``text`` and ``intents`` (ids whose evidence it is)
        :rtype: list[dict]
        """
        spans = []
        for intent in intents:
            words = map(re.escape, (intent.evidence or "").split())
            # the evidence may be in one line what the mail has in two
            found = re.search(r"\s+".join(words), text)
            if found and found[0] and intent.state != "rejected":
                spans.append((*found.span(), intent.id))
        cuts = sorted({0, len(text), *(cut for span in spans for cut in span[:2])})
        return [
            {
                "text": text[start:end],
                "intents": [
                    intent for first, last, intent in spans if first <= start < last
                ],
            }
            for start, end in pairwise(cuts)
            if end > start
        ]

    def _inbox_warnings(self):
        """Return what a reader must know before he believes the message.

        :return: dicts of ``code``, ``tone``, ``title`` and ``text``

        Extended by: add-ons that find more to warn of.
        """
        _ = self.env._
        warnings = []
        if any(
            intent.intent == "bank_change" and intent.state != "rejected"
            for intent in self.intent_ids
        ):
            warnings.append(
                {
                    "code": "bank_change",
                    "tone": "danger",
                    "title": _("Bank details: maybe a fraud"),
                    "text": _(
                        "Change nothing because of this mail. Call the customer at "
                        "the number you know, not at one of this mail."
                    ),
                }
            )
        if self.error:
            warnings.append(
                {
                    "code": "error",
                    "tone": "danger",
                    "title": _("Not read completely"),
                    "text": self.error,
                }
            )
        if self.is_suspect:
            warnings.append(
                {
                    "code": "suspect",
                    "tone": "warning",
                    "title": _("Sender not proven"),
                    "text": _(
                        "Nothing shows that this mail comes from the address it "
                        "names. Do not act on it before you have asked."
                    ),
                }
            )
        if self.duplicate_of_id:
            warnings.append(
                {
                    "code": "duplicate",
                    "tone": "warning",
                    "title": _("Same number, other content"),
                    "text": _("Another mail with this Message-ID came before."),
                }
            )
        return warnings

    def inbox_html(self):
        """Return the message as its sender laid it out, for a frame without scripts."""
        self.ensure_one()._check_inbox_reader()
        self.check_access("read")
        return str(self.body_html or "")

    # === FILES === #
    def _inbox_attachments(self):
        """Return the files: sudo, whoever reads a message reads what came with it."""
        return [
            {
                "id": file.id,
                "name": file.name,
                "size": file.file_size,
                "mimetype": file.mimetype or "",
                "preview": PREVIEWS.get(file.mimetype, False),
            }
            for file in self.sudo().attachment_ids.sorted("id")
        ]

    # === THREAD === #
    def _inbox_thread(self):
        """Return what was written before and after: in, out, notes, the notice.

        :return: dicts, the oldest first
        :rtype: list[dict]
        """
        first = self.parent_id or self
        family = self.sudo().search_fetch(
            ["|", ("parent_id", "=", first.id), ("id", "=", first.id)],
            order="date desc, id desc",
            limit=THREAD,
        )
        if others := (family - self).sudo(False):
            # what others wrote may be of another portfolio
            family -= others.sudo() - others._filtered_access("read").sudo()
        rows = [message._thread_mail() for message in family - self]
        rows += self._thread_notices(family.notice_id)
        rows += self._thread_answers(family | self)
        return sorted(rows, key=lambda row: row["date"])[-THREAD:]

    def _thread_mail(self):
        text = self.reply_text or self.body_text or ""
        return {
            "key": f"message-{self.id}",
            "kind": "in",
            "id": self.id,
            "date": fields.Datetime.to_string(self.date),
            "author": self.from_name or self.email_from or "",
            "title": self.subject or "",
            "text": text.strip()[:THREAD_TEXT],
        }

    @api.model
    def _thread_notices(self, notices):
        """Return the sendings of the notices that were answered."""
        profiles = notices.sudo().profile_id.sudo(False)
        own = profiles._filtered_access("read")
        deliveries = self.env["dunning.delivery"]
        if own:
            # sudo: who reads the customer reads what was sent to him
            deliveries = deliveries.sudo().search_fetch(
                [
                    ("notice_id", "in", notices.ids),
                    ("profile_id", "in", own.ids),
                    ("state", "in", ("sent", "bounced")),
                ],
                limit=THREAD,
            )
        return [
            {
                "key": f"delivery-{delivery.id}",
                "kind": "notice",
                "id": delivery.id,
                "date": fields.Datetime.to_string(
                    delivery.date_sent or delivery.write_date
                ),
                "author": delivery.notice_id.level_id.name or "",
                "title": delivery.subject or "",
                "text": html2plaintext(delivery.body_html or "")[:THREAD_TEXT],
            }
            for delivery in deliveries
        ]

    @api.model
    def _thread_answers(self, messages):
        """Return what we wrote: answers and notes in the chatter of the messages.

        :param messages: those that the user may read
        """
        # sudo: who reads a document reads its chatter
        posts = self.env["mail.message"].sudo().search_fetch(
            [
                ("model", "=", self._name),
                ("res_id", "in", messages.ids),
                ("message_type", "in", ("comment", "email_outgoing", "email")),
            ],
            order="id desc",
            limit=THREAD,
        )
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        return [
            {
                "key": f"post-{post.id}",
                "kind": "note" if post.subtype_id.id == note else "out",
                "id": post.id,
                "date": fields.Datetime.to_string(post.date),
                "author": post.author_id.name or post.email_from or "",
                "title": post.subject or "",
                "text": html2plaintext(post.body or "")[:THREAD_TEXT],
            }
            for post in posts
        ]


class CreditMessageIntent(models.Model):
    """A proposal as a card of the inbox."""

    _inherit = "credit.message.intent"

    def _inbox_card(self):
        """Return what the card of this proposal shows.

        :rtype: dict
        """
        labels = self.env["credit.message"]._intent_labels()
        return {
            "id": self.id,
            "intent": self.intent,
            "label": self._fields["is_delay"]._description_string(self.env)
            if self.is_delay
            else labels.get(self.intent, self.intent),
            "tone": TONES.get(self.intent, "info"),
            "priority": PRIORITY.get(self.intent, 99),
            "confidence": round(100 * (self.confidence or 0)),
            "source": label_of(self, "source"),
            "source_code": self.source,
            "evidence": (self.evidence or "").strip(),
            "explanation": self._inbox_explanation(),
            "facts": self._inbox_facts(),
            "state": self.state,
            "decided_by": self.decided_by_id.sudo().name or "",
            "result": self._inbox_result(),
            "problem": self.problem or "",
            "has_deputy": self._has_deputy_to_add(),
            "is_dialog": self.is_dialog,
            "by_rule": self._is_by_rule(),
            "date": fields.Date.to_string(self.date) or False,
        }

    def _is_by_rule(self):
        """Return whether nobody decided: a rule of the company did."""
        return self.state == "accepted" and self.decided_by_id._is_superuser()

    def _inbox_explanation(self):
        """Return the reasons of a finding as sentences."""
        reasons = self.explanation or []
        return [str(reason) for reason in reasons] if isinstance(reasons, list) else []

    def _inbox_facts(self):
        """Return what was read in the message: dicts of ``label`` and ``value``.

        Extended by: add-ons that read more.
        """
        _ = self.env._
        amount = self.amount and (
            (self.currency_id or self.message_id.company_id.currency_id).format(
                self.amount
            )
        )
        day = self.date and format_date(self.env, self.date, date_format="medium")
        facts = [
            (_("Back on") if self.intent == "auto_reply" else _("Date"), day),
            (_("Amount"), amount),
            (_("Invoices"), ", ".join(self.sudo().move_ids.mapped("name"))),
            (_("Reason"), label_of(self, "dispute_reason")),
            (_("Instalments"), self.instalments),
            (_("Name"), self.contact_name),
            (_("Email"), self.contact_email),
            (_("Phone"), self.contact_phone),
            (_("Not written to any more"), self._say_leaver()),
            (
                _("Address"),
                self.is_delay
                and _("nothing is marked: the mail server goes on trying"),
            ),
        ]
        return [
            {"label": label, "value": str(value)} for label, value in facts if value
        ]

    def _say_leaver(self):
        """Return whose place somebody takes, or nobody."""
        if self.intent != "contact_change" or not self.replaces_contact:
            return ""
        message = self.message_id
        return self._former_contact().name or message.from_name or message.email_from

    def _has_deputy_to_add(self):
        """Return whether an absence names somebody who is no proposal yet."""
        if self.intent != "auto_reply" or self.state == "rejected":
            return False
        person = self.contact_email or self.contact_name
        key = "contact_email" if self.contact_email else "contact_name"
        known = self.message_id.intent_ids.filtered(
            lambda one: one.intent == "contact_change" and one.state != "rejected"
        )
        return bool(
            person and self.message_id.profile_id and person not in known.mapped(key)
        )

    def _inbox_result(self):
        """Return what came of an accepted proposal, or False."""
        record = self.sudo(False)._readable_result()
        return record is not None and {
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
        }
