import re

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html
from odoo.tools.misc import format_date

from ..tools.folding import fold

# where the customer asks for the state of his account rather than for invoices
STATEMENT = re.compile(r"relev|statement|extrait|kontoauszug|saldenliste", re.I)
MAX_INVOICES = 20
# of the chain of references: the first one and the last ones tell the thread
MAX_REFERENCES = 10
# answers with the documents that were asked for
DOCUMENTS = {"document_request"}


class CreditMessage(models.Model):
    """Answers: one click from the message to a mail that is ready to send."""

    _inherit = "credit.message"

    is_known_contact = fields.Boolean(
        compute="_compute_is_known_contact",
        help="The sender's address is that of a contact of the customer: documents may "
        "be sent there.",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "profile_id", "email_normalized")
    def _compute_is_known_contact(self):
        for message in self:
            contact = message.sudo().partner_id
            customer = message.sudo().profile_id.partner_id
            message.is_known_contact = bool(
                customer
                and contact.commercial_partner_id == customer
                and contact.email_normalized
                and contact.email_normalized == message.email_normalized
            )

    # === ACTIONS === #
    def action_answer(self, intent_id=None):
        """Open an answer to the sender, ready to send.

        Sent, it makes the message done, lets reminders go on, and accepts the intent.

        :param int intent_id: the intent that it answers; default: the first one
        """
        self.ensure_one()
        self._check_rights(self.env._("answer a message"))
        intent = self._get_answered_intent(intent_id)
        if not self.email_normalized:
            raise UserError(
                self.env._(
                    "This message has no sender to answer to: write to the customer "
                    "from his profile."
                )
            )
        draft = self._prepare_answer(intent)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer to %s", self.from_name or self.email_normalized),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_composition_comment_option": "reply_all",
                "default_email_add_signature": False,
                "default_credit_intent_id": intent.id,
                "default_credit_email_to": draft["email_to"],
                "default_credit_warning": draft["warning"],
                "default_partner_ids": draft["partner_ids"],
                "default_subject": draft["subject"],
                "default_body": draft["body"],
                "default_attachment_ids": draft["attachment_ids"],
                "default_lang": draft["lang"],
            },
        }

    def _get_answered_intent(self, intent_id):
        """Return the intent of this message that an answer is about."""
        intents = self.intent_ids
        if intent_id:
            intents = intents.filtered(lambda intent: intent.id == intent_id)
            if not intents:
                raise UserError(
                    self.env._("This is no part of the message: load the page again.")
                )
        return intents.filtered(lambda intent: intent.state != "rejected")[:1]

    # === WHAT IS WRITTEN === #
    @api.private
    def _prepare_answer(self, intent):
        """Return what an answer starts with.

        :param intent: the intent that it answers, may be none
        :return: ``partner_ids``, ``email_to`` (who is no contact), ``subject``,
            ``body``, ``attachment_ids``, ``lang``, ``warning``
        :rtype: dict
        """
        lang = self._get_answer_lang()
        here = self.with_context(lang=lang)
        is_known = self.is_known_contact
        files, warning = here._prepare_documents(intent)
        subject = self.subject or here.env._("your message")
        is_reply = subject.lower().startswith(("re:", "aw:", "sv:", "tr:"))
        return {
            "partner_ids": self.partner_id.ids if is_known else [],
            "email_to": False if is_known else self.email_normalized,
            "subject": subject if is_reply else f"Re: {subject}",
            "body": here._render_answer(intent, bool(files)),
            "attachment_ids": files.ids,
            "lang": lang,
            "warning": warning,
        }

    def _get_answer_lang(self):
        """Return the language to answer in: of the mail, the contact, the customer."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        partner, customer = self.sudo().partner_id, self.sudo().profile_id.partner_id
        company = self.sudo().company_id.partner_id
        for code in (self.language, partner.lang, customer.lang, company.lang):
            for lang in installed:
                if code and lang.startswith(code):
                    return lang
        return installed[0]

    def _render_answer(self, intent, has_documents):
        """Return the body: the text for the intent, the signature, the quoted mail."""
        code = intent.intent or "other"
        template = self.env.ref(
            f"credit_control_mail.mail_template_answer_{code}",
            raise_if_not_found=False,
        ) or self.env.ref("credit_control_mail.mail_template_answer_other")
        values = self._get_answer_values(intent, has_documents)
        rendered = template.with_context(answer=values)._render_field(
            "body_html", self.ids, set_lang=self.env.lang
        )[self.id]
        signer = self._get_signer()
        signature = signer.signature or plaintext2html(signer.name)
        return Markup("%s%s%s") % (Markup(rendered), Markup(signature), self._quote())

    def _get_signer(self):
        """Return in whose name an answer is written."""
        collector = self.sudo().profile_id.user_id
        by_rule = self.env.context.get("credit_by_rule")
        return collector if by_rule and collector else self.env.user

    def _get_answer_values(self, intent, has_documents):
        """Return what the texts of answers speak of, as ``ctx['answer']``.

        Extended by: add-ons whose templates say more.
        """
        profile = self.sudo().profile_id
        moves = (intent.sudo().move_ids or self.sudo().move_ids).filtered("name")
        currency = intent.currency_id or self.company_id.currency_id
        # amounts as the reader writes them, not as the user does
        currency = currency.with_env(self.env)
        return {
            "name": self.from_name or "",
            "customer": profile.partner_id.name or "",
            "company": self.sudo().company_id.name,
            "invoices": ", ".join(moves[:MAX_INVOICES].mapped("name")),
            "amount": currency.format(intent.amount) if intent.amount else "",
            "date": format_date(self.env, intent.date) if intent.date else "",
            "orders": ", ".join(filter(None, dict.fromkeys(moves.mapped("ref")))),
            "has_documents": has_documents,
            "bank": self._get_bank_details(moves),
            # the page shows all documents: for contacts of the customer alone
            "portal_url": profile._portal_url() if self.is_known_contact else "",
        }

    def _get_bank_details(self, moves):
        """Return the account to pay to, from our own records alone."""
        company = self.sudo().company_id
        own = company.partner_id.bank_ids
        bank = (moves.partner_bank_id & own or own)[:1]
        number = (bank.acc_number or "").replace(" ", "")
        return {
            "holder": bank.acc_holder_name or company.name,
            "account": " ".join(number[n : n + 4] for n in range(0, len(number), 4)),
            "bic": bank.bank_bic or "",
            "bank": bank.bank_name or "",
            "reference": ", ".join(
                move.payment_reference or move.name for move in moves[:MAX_INVOICES]
            ),
        }

    def _quote(self):
        """Return the original below the answer, as people are used to."""
        head = self.env._(
            "On %(day)s, %(sender)s wrote:",
            day=format_date(self.env, self.date),
            sender=self.from_name or self.email_normalized,
        )
        text = plaintext2html(self.body_text or self.reply_text or "")
        return Markup(
            '<p><br></p><p>%s</p><blockquote type="cite" style="margin:0 0 0 8px;'
            'padding-left:8px;border-left:1px solid #ccc">%s</blockquote>'
        ) % (head, text)

    # === DOCUMENTS === #
    def _prepare_documents(self, intent):
        """Return the documents that were asked for, as attachments, and a warning.

        An address that is no contact of the customer gets none.
        """
        files = self.env["ir.attachment"]
        if intent.intent not in DOCUMENTS:
            return files, self._warn_of_sender()
        if not self.is_known_contact:
            return files, self.env._(
                "%s is no contact of the customer: no document is attached. Find out "
                "who it is, and make him a contact first.",
                self.email_normalized,
            )
        profile = self.sudo().profile_id.sudo(self.env.su)
        profile.check_access("read")
        wants_statement = bool(STATEMENT.search(intent.evidence or ""))
        # both may be asked for: with a statement go only invoices that he names
        if moves := self._get_asked_moves(intent, is_named=wants_statement):
            files = profile._attach(moves)
        if profile and (wants_statement or not moves):
            files |= self._attach_statement(profile)
        return files, self._warn_of_sender()

    def _get_asked_moves(self, intent, is_named=False):
        """Return the invoices to send: those named, else what is overdue.

        :param bool is_named: only those that the mail names in words
        """
        moves = intent.sudo().move_ids or self.sudo().move_ids
        named = moves.filtered(
            lambda move: move.is_sale_document() and move.state == "posted"
        )
        if is_named:
            text = fold(intent.evidence or "")
            return named.filtered(lambda move: fold(move.name) in text)[:MAX_INVOICES]
        overdue = self.sudo().profile_id._overdue_invoices(MAX_INVOICES)
        return (named or overdue)[:MAX_INVOICES]

    def _attach_statement(self, profile):
        """Return the statement of account as an attachment of a mail to write."""
        statement = self.env["credit.statement"].create(
            {
                "profile_ids": [Command.set(profile.ids)],
                "date": profile.company_id._dunning_today()[profile.company_id],
            }
        )
        return self.env["ir.attachment"].create(
            {
                "name": f"{statement._file_name()}.pdf",
                "raw": statement._pdf(),
                "mimetype": "application/pdf",
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )

    def _warn_of_sender(self):
        """Return the warning that the sender may be somebody else, or False."""
        if self.is_suspect:
            return self.env._(
                "The mail server could not prove who wrote this: send nothing that a "
                "stranger must not have."
            )
        return False

    # === HOW IT IS SENT === #
    def _message_add_default_recipients(self):
        """Write to the sender alone, and never make a contact of a stranger."""
        found = super()._message_add_default_recipients()
        for message in self:
            people = message.partner_id if message.is_known_contact else False
            found[message.id] = {
                "email_cc_lst": [],
                "email_to_lst": [],
                "partners": people or self.env["res.partner"],
            }
        return found

    def _notify_by_email_get_base_mail_values(self, message, recipients_data, **kwargs):
        """Have the answer follow the original in the customer's own mailbox."""
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, **kwargs
        )
        if self.message_id:
            chain = f"{self.references or ''} {self.message_id}".split()
            chain = [*chain[:1], *chain[1:][-MAX_REFERENCES:]]
            own = (values.get("references") or "").split()
            values["references"] = " ".join(dict.fromkeys([*chain, *own]))
        return values

    def _notify_by_email_get_headers(self, headers=None):
        """Name the mail that is answered."""
        headers = super()._notify_by_email_get_headers(headers)
        if len(self) == 1 and self.message_id:
            headers["In-Reply-To"] = self.message_id
        return headers

    def _message_post_after_hook(self, message, msg_values):
        """An answer to the customer makes the message done."""
        result = super()._message_post_after_hook(message, msg_values)
        is_answer = (
            message.message_type == "comment"
            and not message.is_internal
            and not message.subtype_id.internal
            and message.author_id.user_ids
            and not self.env.context.get("credit_by_rule")
        )
        if is_answer:
            self._mark_answered()
            self.sudo().profile_id._end_noted_reply()
        return result

    @api.private
    def _mark_answered(self):
        """Note that somebody answered: nothing waits any more."""
        now = fields.Datetime.now()
        # an insolvency waits for a person who confirms or rejects it
        waiting = self.filtered(
            lambda message: message.state == "new" and not message.has_insolvency
        )
        # sudo: written by this method alone
        self.sudo().write({"answered_date": now})
        waiting._close(("new",), "done")


class MailComposeMessage(models.TransientModel):
    """The answer to a message, in core's composer."""

    _inherit = "mail.compose.message"

    credit_intent_id = fields.Many2one("credit.message.intent", string="Answers")
    credit_email_to = fields.Char(
        string="To (no contact)",
        help="The sender is no contact of the customer: he gets the text alone.",
    )
    credit_warning = fields.Char(readonly=True)

    def _prepare_mail_values(self, res_ids):
        """Write to the sender also when he is no contact."""
        values = super()._prepare_mail_values(res_ids)
        if self.model == "credit.message" and self.credit_email_to:
            for vals in values.values():
                vals["outgoing_email_to"] = self.credit_email_to
        return values

    def _action_send_mail(self, auto_commit=False):
        """Accept what was answered; an answer to nobody is none."""
        answers = self.filtered(lambda one: one.model == "credit.message")
        for wizard in answers.filtered(lambda one: not one.subtype_is_log):
            outside = wizard.partner_ids.filtered("partner_share")
            if not outside and not wizard.credit_email_to:
                raise UserError(
                    self.env._(
                        "Choose to whom the answer goes: nobody outside is chosen."
                    )
                )
        result = super()._action_send_mail(auto_commit=auto_commit)
        for wizard in answers:
            intent = wizard.credit_intent_id
            if intent.is_dialog and intent.state == "proposed":
                intent._check_rights(self.env._("accept a proposal"))
                intent._accept_by_dialog(answered=True)
        return result
