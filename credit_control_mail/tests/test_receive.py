import logging
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .receive_common import ReceiveCommon

RECEIVE = "odoo.addons.credit_control_mail.models.credit_message_receive"


@tagged("post_install", "-at_install")
class TestReceive(ReceiveCommon):
    """Everything that comes in becomes exactly one message."""

    def test_mail_of_a_stranger(self):
        raw = self.make_mail(From="Who <who@unknown.example>", Cc="x@y.example")
        message = self.receive(raw)
        self.assertEqual(message.state, "new")
        self.assertEqual(message.subject, "Your reminder")
        self.assertEqual(message.email_normalized, "who@unknown.example")
        self.assertEqual(message.from_name, "Who")
        self.assertEqual(message.email_cc, "x@y.example")
        self.assertEqual(message.date, fields.Datetime.now())
        self.assertIn("We shall pay.", message.body_text)
        self.assertEqual(message.company_id, self.company)
        self.assertTrue(message.is_parsed)
        self.assertFalse(message.is_pending)
        self.assertFalse(message.error)
        self.assertEqual(message._get_original().raw, raw)
        self.assertFalse(message.message_ids, "no message in the chatter")
        self.assertFalse(message.message_follower_ids)

    def test_same_bytes_same_message(self):
        raw = self.make_mail()
        message = self.receive(raw)
        self.assertEqual(self.receive(raw), message)
        self.assertEqual(self.receive(raw, model="credit.message"), message)

    def test_same_id_other_bytes(self):
        raw = self.make_mail()
        first = self.receive(raw)
        second = self.receive(raw.replace(b"shall", b"cannot"))
        self.assertNotEqual(first, second)
        self.assertEqual(second.duplicate_of_id, first)
        self.assertFalse(first.duplicate_of_id)

    def test_no_guard_swallows(self):
        """Many of one sender, loops, no id, forged: each is one message."""
        self.env["ir.config_parameter"].sudo().set_param(
            "mail.gateway.loop.threshold", "3"
        )
        mails = [self.make_mail(text=f"Mail {number}") for number in range(25)]
        loop = "<1-loop-detection-bounce-email@company.example>"
        mails += [
            self.make_mail(References=loop, In_Reply_To=loop),
            self.make_mail(Message_ID=None),
            self.make_mail(From=None),
            self.make_mail(From="invoices@company.example"),
            self.make_mail(Auto_Submitted="auto-replied", Precedence="bulk"),
            self.make_mail(text=""),
        ]
        with self.mock_mail_gateway():
            found = [self.receive(raw).id for raw in mails]
            self.assertFalse(self._mails, "nothing is answered")
        self.assertEqual(len(set(found)), len(mails))

    def test_what_is_hardly_a_mail(self):
        for raw in (b"", b"\n\n", b"\0", b"no header at all", "Grüße".encode("cp1252")):
            with self.subTest(raw):
                message = self.receive(raw, model="credit.message")
                self.assertTrue(message.is_parsed)
                self.assertEqual(message.raw_size, len(raw))
                self.assertEqual(message._get_original().raw or b"", raw)

    def test_enormous(self):
        raw = self.make_mail(text="A very long story.\n" * 150_000)
        message = self.receive(raw)
        self.assertEqual(message.raw_size, len(raw))
        self.assertLessEqual(len(message.body_text), 1_000_000)

    def test_clock_that_runs_ahead(self):
        message = self.receive(self.make_mail(Date="Wed, 11 Mar 2099 10:00:00 +0100"))
        self.assertLess(message.date, fields.Datetime.now() + timedelta(days=2))
        message = self.receive(self.make_mail(Date="yesterday"))
        self.assertEqual(message.date, message.received_date)
        message = self.receive(self.make_mail(Date="Mon, 1 Jun 2026 10:00:00 +0200"))
        self.assertEqual(message.date, datetime(2026, 6, 1, 8, 0))

    # === WHICH COMPANY === #
    def test_company(self):
        other = self.env["res.company"].sudo().create({"name": "Other Shop"})
        other.email = "invoices@other.example"
        other.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "other.example", "bounce_alias": "b", "catchall_alias": "c"}
        )
        alias = other.credit_alias_id
        self.assertEqual(alias.alias_full_name, "credit-other-shop@other.example")
        message = self.receive(self.make_mail(To=alias.alias_full_name))
        self.assertEqual(message.company_id, other)
        server = self.env["fetchmail.server"].create(
            {"name": "Box", "credit_company_id": other.id}
        )
        self.assertEqual(server.object_id.model, "credit.message")
        message = self.messages._receive(self.make_mail(), server)
        self.assertEqual(message.company_id, other)
        self.assertEqual(message.fetchmail_server_id, server)
        message = self.receive(
            self.make_mail(To="who@other.example"), model="credit.message"
        )
        self.assertEqual(message.company_id, other)

    # === WHOSE IS IT, OURS OR CORE'S? === #
    def test_mail_to_others_stays_with_core(self):
        note = self.customer.message_post(body="Hello", message_type="comment")
        raw = self.make_mail(To="catchall@company.example", In_Reply_To=note.message_id)
        before = self.messages.search_count([])
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(None, raw)
        self.assertEqual(self.messages.search_count([]), before)
        self.assertIn("We shall pay", self.customer.message_ids[0].body)

    def test_also_to_another_alias(self):
        self.env["mail.alias"].sudo().create(
            {
                "alias_name": "sales",
                "alias_domain_id": self.company.alias_domain_id.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_defaults": "{'name': 'Made by an alias'}",
            }
        )
        address = self.company.sudo().credit_alias_id.alias_full_name
        raw = self.make_mail(
            To=f"{address}, sales@company.example", Subject="To both of you"
        )
        message = self.receive(raw)
        self.assertEqual(message._name, "credit.message")
        self.assertEqual(message.subject, "To both of you")
        partner = self.env["res.partner"].search([("name", "=", "Made by an alias")])
        self.assertIn("We shall pay", partner.message_ids[0].body)

    def test_answer_to_another_document_in_our_mailbox(self):
        """What core would put on an invoice or an order is put there as well."""
        note = self.customer.message_post(body="Hello", message_type="comment")
        raw = self.make_mail(To="box@company.example", In_Reply_To=note.message_id)
        message = self.receive(raw, model="credit.message")
        self.assertTrue(message.exists())
        self.assertIn("We shall pay", self.customer.message_ids[0].body)

    def test_answers_on_other_documents(self):
        """A customer's answer is a message; a colleague's is a note, as ever."""
        profile = self.make_profile(self.customer)
        note = profile.message_post(body="Hello", message_type="comment")
        raw = self.make_mail(To="catchall@company.example", In_Reply_To=note.message_id)
        message = self.receive(raw)
        self.assertEqual(message.profile_id, profile)
        self.collector.partner_id.email = "collector@company.example"
        raw = self.make_mail(
            To="catchall@company.example",
            From="collector@company.example",
            In_Reply_To=note.message_id,
        )
        before = self.messages.search_count([])
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(None, raw)
        self.assertEqual(self.messages.search_count([]), before)
        self.assertIn("We shall pay", profile.message_ids[0].body)

    # === ERRORS === #
    def test_failure_of_a_step(self):
        raw = self.make_mail()

        def fail(_messages):
            raise ValueError("We shall pay")

        logger = self.assertLogs(RECEIVE, "WARNING")
        with patch.object(type(self.messages), "_understand", fail), logger as logs:
            message = self.receive(raw)
        self.assertNotIn("shall pay", "".join(logs.output))
        self.assertEqual(message.state, "new")
        self.assertTrue(message.is_parsed)
        self.assertTrue(message.is_pending)
        self.assertEqual(message.attempts, 1)
        self.assertIn("could not be understood", message.error)
        self.assertIn("original is kept", message.error)
        self.assertEqual(message._get_original().raw, raw)
        message.action_read_again()
        self.assertFalse(message.error)
        self.assertFalse(message.is_pending)

    def test_no_words_in_the_log(self):
        words = ("jean@mueller", "credit@company", "secret subject", "we shall pay")
        raw = self.make_mail(Subject="Secret subject")
        report = self.make_report(self.send_notice())
        with self.assertLogs("odoo", logging.DEBUG) as logs:
            logging.getLogger("odoo.sql_db").setLevel(logging.INFO)
            logging.getLogger(RECEIVE).info("so that there is one line")
            self.env["mail.thread"].message_process(None, raw)
            self.env["mail.thread"].message_process(None, report)
        text = "".join(logs.output).lower()
        for word in (*words, "info@mueller"):
            self.assertNotIn(word, text)

    # === ORIGINALS === #
    def test_originals_not_kept(self):
        self.company.credit_keep_originals = False
        raw = self.make_mail()
        message = self.receive(raw)
        self.assertFalse(message._get_original())
        self.assertIn("We shall pay", message.body_text)
        self.assertEqual(self.receive(raw), message)
        message.action_read_again()
        self.assertIn("We shall pay", message.body_text)

    def test_read_again(self):
        files = [("a.txt", b"hello", "text/plain")]
        message = self.receive(self.make_mail(files=files))
        message.write({"subject": "Damaged"})
        message.action_read_again()
        self.assertEqual(message.subject, "Your reminder")
        self.assertEqual(message.attachment_ids.mapped("name"), ["a.txt"])
