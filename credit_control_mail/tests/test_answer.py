from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .act_common import ActCommon

STATEMENT = "odoo.addons.credit_control.wizard.credit_statement.CreditStatement._pdf"
INVOICE = (
    "odoo.addons.account.models.account_move.AccountMove._get_invoice_legal_documents"
)
PDF = {"filename": "invoice.pdf", "content": b"%PDF-1.4", "filetype": "pdf"}


@tagged("post_install", "-at_install")
class TestAnswer(ActCommon):
    """Answers to messages, ready to send."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.env.company.partner_id.id,
                "acc_number": "FR7630006000011234567890189",
            }
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(INVOICE, lambda *args, **kwargs: PDF))
        self.startPatcher(patch(STATEMENT, lambda wizard: b"%PDF-1.4"))

    def answer(self, code, user=None, **values):
        """Return the message with one intent, and the draft of the answer to it."""
        intent = values.pop("found", {})
        message = self.make_message({"intent": code, **intent}, **values)
        message = message.with_user(user or self.collector)
        return message, message.action_answer()

    def test_composer(self):
        message, action = self.answer("promise", found={"date": self.days(3)})
        context = action["context"]
        self.assertEqual(context["default_partner_ids"], self.clerk.ids)
        self.assertFalse(context["default_credit_email_to"])
        self.assertEqual(context["default_subject"], f"Re: {message.subject}")
        self.assertIn("Hello", context["default_body"])
        self.assertIn("Mme Petit", context["default_body"])
        self.assertIn("<blockquote", context["default_body"])
        self.assertIn("We speak of it here.", context["default_body"])

    def test_every_intent_has_words(self):
        for code, _label in self.env["credit.message"]._fields["intent"].selection:
            _message, action = self.answer(code)
            self.assertIn("Hello", action["context"]["default_body"], code)

    def test_send_and_done(self):
        message, action = self.answer("promise", references="<a@x> <b@x>")
        self.assertTrue(self.profile.reply_date)
        self.send_answer(action)
        self.assertEqual(message.state, "done")
        self.assertTrue(message.answered_date)
        self.assertFalse(self.profile.reply_date)
        self.assertEqual(message.intent_ids.state, "proposed")
        mail = self._new_mails
        self.assertEqual(len(mail), 1)
        self.assertIn(message.message_id, mail.references)
        self.assertTrue(mail.references.startswith("<a@x> <b@x>"))
        self.assertIn(message.message_id, mail.headers)
        self.assertIn("In-Reply-To", mail.headers)
        sent = self._mails[0]
        self.assertEqual(sent["email_to"], ['"Mme Petit" <compta@petit.example>'])

    def test_answer_ends_what_was_noted(self):
        self.profile.reply_date = "2026-06-01 10:00:00"
        _message, action = self.answer("promise")
        other = self.make_message("delay")
        self.send_answer(action)
        self.assertEqual(self.profile.reply_date, other.date)
        self.assertEqual(other.state, "new")
        self.send_answer(other.with_user(self.collector).action_answer())
        self.assertFalse(self.profile.reply_date)

    def test_stranger_gets_text_alone(self):
        people = self.env["res.partner"].search_count([])
        message, action = self.answer(
            "document_request",
            found={"moves": self.invoice},
            partner_id=False,
            email_normalized="who@else.example",
        )
        context = action["context"]
        self.assertFalse(message.is_known_contact)
        self.assertEqual(context["default_attachment_ids"], [])
        self.assertIn("no contact", context["default_credit_warning"])
        self.assertNotIn("/credit/", context["default_body"])
        self.send_answer(action)
        self.assertEqual(self._mails[0]["email_to"], ["who@else.example"])
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        self.assertEqual(message.state, "done")

    def test_contact_of_another_customer_is_a_stranger(self):
        other = self.make_customer("Other", email="who@else.example")
        message = self.make_message(
            "document_request", partner_id=other.id, email_normalized="who@else.example"
        )
        self.assertFalse(message.is_known_contact)
        message = self.make_message("document_request", email_normalized="x@y.example")
        self.assertFalse(message.is_known_contact)

    def test_invoices_are_attached(self):
        message, action = self.answer(
            "document_request", found={"moves": self.invoice | self.second}
        )
        files = self.env["ir.attachment"].browse(
            action["context"]["default_attachment_ids"]
        )
        self.assertEqual(len(files), 2)
        self.assertIn("find attached", action["context"]["default_body"])
        self.assertIn("/credit/", action["context"]["default_body"])
        self.send_answer(action)
        intent = message.intent_ids
        self.assertEqual((intent.state, message.state), ("accepted", "done"))
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            intent.with_user(self.collector).action_undo()
        self.assertEqual(intent.state, "accepted")

    def test_statement_is_attached(self):
        _message, action = self.answer(
            "document_request", found={"evidence": "Veuillez envoyer un relevé"}
        )
        ids = action["context"]["default_attachment_ids"]
        name = self.env["ir.attachment"].browse(ids).name
        self.assertEqual(name, "Statement of Petit Transports.pdf")

    def test_overdue_invoices_by_default(self):
        _message, action = self.answer("document_request")
        self.assertEqual(len(action["context"]["default_attachment_ids"]), 2)

    def test_closed_composer_accepts_nothing(self):
        message, action = self.answer("document_request")
        intent = message.intent_ids
        self.assertEqual(intent.action_accept()["res_model"], action["res_model"])
        self.assertEqual(intent.state, "proposed")

    def test_how_to_pay(self):
        _message, action = self.answer(
            "payment_question", found={"moves": self.invoice}
        )
        body = action["context"]["default_body"]
        self.assertIn("FR76 3000 6000 0112 3456 7890 189", body)
        self.assertIn(self.invoice.payment_reference, body)

    def test_order_number(self):
        _message, action = self.answer(
            "missing_information", found={"moves": self.invoice}
        )
        self.assertIn("PO-4711", action["context"]["default_body"])

    def test_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.clerk.lang = "fr_FR"
        message = self.make_message("promise")
        self.assertEqual(message._get_answer_lang(), "fr_FR")
        message.sudo().language = "en"
        self.assertEqual(message._get_answer_lang(), "en_US")
        message.sudo().language = "xx"
        self.assertEqual(message._get_answer_lang(), "fr_FR")

    def test_suspect_sender_warns(self):
        _message, action = self.answer("promise", is_suspect=True)
        self.assertIn("could not prove", action["context"]["default_credit_warning"])

    def test_no_sender(self):
        with self.assertRaisesRegex(UserError, "no sender"):
            self.answer("bounce", email_normalized=False)

    def test_intent_of_another_message(self):
        message = self.make_message("promise").with_user(self.collector)
        with self.assertRaisesRegex(UserError, "load the page again"):
            message.action_answer(self.found("delay").id)

    def test_text_of_the_sender_is_text(self):
        _message, action = self.answer(
            "promise",
            from_name="<script>alert(1)</script>",
            body_text="<img src=x onerror=alert(1)>",
        )
        body = action["context"]["default_body"]
        self.assertNotIn("<script", body)
        self.assertNotIn("<img", body)

    def test_internal_note_is_no_answer(self):
        message = self.make_message("promise").with_user(self.collector)
        message.message_post(body="Ask Jo", subtype_xmlid="mail.mt_note")
        self.assertEqual(message.state, "new")
