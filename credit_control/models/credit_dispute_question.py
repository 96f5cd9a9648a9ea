import logging
import os

from markupsafe import Markup

from odoo import api, models
from odoo.tools import plaintext2html
from odoo.tools.mimetypes import guess_mimetype

_logger = logging.getLogger(__name__)

MAX_TEXT = 10_000
MAX_FILES = 5
MAX_SIZE = 10 * 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
# what a colleague may attach: by the name and by what is in it
TYPES = {
    ".pdf": {"application/pdf"},
    ".png": {"image/png"},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
    ".docx": {f"{OFFICE}.wordprocessingml.document"},
    ".xlsx": {f"{OFFICE}.spreadsheetml.sheet"},
    ".odt": {f"{OPEN}.text"},
    ".ods": {f"{OPEN}.spreadsheet"},
}


class CreditDispute(models.Model):
    """A colleague without a login answers a question from a signed link."""

    _inherit = "credit.dispute"

    @api.private
    def _ask(self, email, question, days):
        """Mail a question and a signed link to ``email``; note it in the chatter.

        The link goes to him alone: the chatter has the question only.
        """
        self.ensure_one()
        links = self.env["credit.link"]
        link = links._issue(
            self, "dispute_question", days, email=email, note=question.strip()
        )
        company = self.company_id.sudo()
        sender = self.env.user.email_formatted or company.email_formatted
        body = self.env["ir.qweb"]._render(
            "credit_control.dispute_question_mail",
            {
                "dispute": self,
                "move": self.move_id.sudo(),
                "question": question.strip(),
                "url": link.sudo().url,
                "date_expiry": link.date_expiry,
                "user": self.env.user,
                "company": company,
            },
        )
        # sudo: the queue of mails is core's; no message of the chatter holds the link
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.env._(
                        "Question about invoice %(invoice)s",
                        invoice=self.move_id.sudo().name,
                    ),
                    "body_html": body,
                    "email_from": sender,
                    "reply_to": sender,
                    "email_to": email,
                    "auto_delete": True,
                }
            )
        )
        mail.send_after_commit()
        self._message_log(
            body=Markup("<p>%s</p><blockquote>%s</blockquote>")
            % (
                self.env._("Question to %(email)s:", email=email),
                plaintext2html(question.strip()),
            )
        )
        return link

    @api.model
    @api.private
    def _check_answer(self, text, files):
        """Return what is wrong with an answer, in a sentence; None: nothing.

        :param str text: what he wrote
        :param list[tuple[str, bytes]] files: names and contents
        """
        if not text.strip():
            return self.env._("Write an answer first.")
        if len(text) > MAX_TEXT:
            return self.env._(
                "The answer is too long: %(limit)s characters at most.", limit=MAX_TEXT
            )
        if len(files) > MAX_FILES:
            return self.env._(
                "Too many files: attach %(limit)s at most.", limit=MAX_FILES
            )
        if sum(len(content) for _name, content in files) > MAX_SIZE:
            return self.env._(
                "The files are too large: %(limit)s MB at most, all together.",
                limit=MAX_SIZE // 1024 // 1024,
            )
        for name, content in files:
            suffix = os.path.splitext(name)[1].lower()
            if guess_mimetype(content) not in TYPES.get(suffix, ()):
                return self.env._(
                    "“%(name)s” cannot be taken: attach PDF, pictures (PNG, JPEG), "
                    "Word, Excel or OpenDocument files.",
                    name=name,
                )
        return None

    @api.private
    def _receive_answer(self, link, text, files):
        """Put the answer of a colleague into the chatter, and tell the owner.

        :param link: the ``credit.link`` by which he answered
        :param str text: plain text, whatever is written in it
        :param list[tuple[str, bytes]] files: as :meth:`_check_answer` let them pass
        """
        self.ensure_one()
        dispute = self.sudo()
        dispute.message_post(
            body=Markup("<p>%s</p>%s")
            % (
                self.env._("Answer of %(email)s:", email=link.email or ""),
                plaintext2html(text.strip()),
            ),
            email_from=link.email,
            author_id=False,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=[(os.path.basename(name), content) for name, content in files],
        )
        owner = dispute.user_id or dispute.collector_id or link.create_uid
        dispute.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=dispute.company_id._dunning_today()[dispute.company_id],
            summary=dispute.with_context(lang=owner.lang).env._(
                "%(email)s answered", email=link.email or ""
            ),
            user_id=owner.id,
        )
        _logger.info("Dispute %s: answer by link %s", self.id, link.id)
