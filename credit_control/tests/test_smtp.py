import email
import email.policy
import socket
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo import fields
from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from .notice_common import NoticeCommon


class Sink:
    """A mail server's handler that keeps what it gets and refuses what it is told.

    :param set refused: addresses that do not exist here
    :param set hung_up: addresses at which the connection breaks
    :param set swallowed: addresses whose mail is taken without an answer
    """

    def __init__(self):
        self.messages = []
        self.refused, self.hung_up, self.swallowed = set(), set(), set()

    async def handle_RCPT(self, server, _session, envelope, address, _options):
        if address in self.hung_up:
            server.transport.abort()
        if address in self.refused:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
        self.messages.append((envelope.mail_from, envelope.rcpt_tos, message))
        if self.swallowed.intersection(envelope.rcpt_tos):
            server.transport.abort()
        return "250 Accepted"


@tagged("post_install", "-at_install")
class TestSmtp(NoticeCommon):
    """Mails as a real mail server gets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sink = Sink()
        cls.port = cls._free_port()
        cls.controller = Controller(cls.sink, hostname="127.0.0.1", port=cls.port)
        cls.controller.start()
        cls.addClassCleanup(cls.controller.stop)
        cls.env["ir.mail_server"].search([]).active = False
        cls.server = cls.env["ir.mail_server"].create(
            {
                "name": "Sink",
                "smtp_host": "127.0.0.1",
                "smtp_port": cls.port,
                "smtp_encryption": "none",
            }
        )
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    @staticmethod
    def _free_port():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1]

    def setUp(self):
        super().setUp()
        self.sink.messages.clear()
        for addresses in (self.sink.refused, self.sink.hung_up, self.sink.swallowed):
            addresses.clear()
        model = type(self.env["ir.mail_server"])
        self.startPatcher(
            patch.object(model, "_disable_send", classmethod(lambda cls: False))
        )

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def _go(self, notice):
        delivery = self.process(notice)
        self.send_mails(delivery)
        return delivery

    def test_on_the_wire(self):
        to = self.make_customer("Zoë Ünlü", email="to@customer.example")
        cc = self.make_customer("Cc Person", email="cc@customer.example")
        document = self.env["ir.attachment"].create(
            {
                "name": "Rechnung März.pdf",
                "raw": b"%PDF-1.4 of this customer",
                "res_model": "account.move",
                "res_id": self.invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.invoice.invalidate_recordset(["invoice_pdf_report_id"])
        self.assertEqual(self.invoice.invoice_pdf_report_id, document)
        self.level1.write(
            {
                "attach_invoices": True,
                "subject": "Überfällig: {{ customer_name }} – {{ oldest_invoice }} €",
            }
        )
        notice = self.make_notice(
            moves=self.invoice, partner_to_ids=to.ids, partner_cc_ids=cc.ids
        )
        delivery = self._go(notice)
        self.assertEqual(delivery.state, "sent", delivery.error)
        [(sender, recipients, message)] = self.sink.messages
        self.assertEqual(recipients, ["to@customer.example", "cc@customer.example"])
        self.assertEqual(sender, "bounce@company.example")
        self.assertEqual(message["To"].addresses[0].display_name, "Zoë Ünlü")
        self.assertEqual(message["To"].addresses[0].addr_spec, "to@customer.example")
        self.assertEqual(message["Cc"].addresses[0].addr_spec, "cc@customer.example")
        self.assertIn("@company.example", message["Reply-To"])
        self.assertEqual(
            message["Subject"],
            f"Überfällig: Müller & Söhne – {self.invoice.name} €",
        )
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message["X-Auto-Response-Suppress"], "OOF, AutoReply")
        self.assertIn(f"openerp-{notice.id}-dunning.notice@", message["Message-Id"])
        self.assertEqual(
            message["Message-Id"], delivery.mail_message_id.message_id.strip()
        )
        html = message.get_body(("html",)).get_content()
        text = message.get_body(("plain",)).get_content()
        for body in (html, text):
            self.assertIn(self.invoice.name, body)
            self.assertIn("100.00", body)
        [attachment] = message.iter_attachments()
        self.assertEqual(attachment.get_filename(), "Rechnung März.pdf")
        self.assertEqual(attachment.get_content_type(), "application/pdf")
        self.assertEqual(attachment.get_content(), b"%PDF-1.4 of this customer")

    def test_answer_finds_its_notice(self):
        """Threading by what was on the wire, not by what we think we sent."""
        notice = self.make_notice(moves=self.invoice)
        self._go(notice)
        [(_sender, _recipients, message)] = self.sink.messages
        answer = email.message.EmailMessage()
        answer["From"] = "info@mueller.example"
        # as without an add-on that has an address of its own for answers
        answer["To"] = self.company.catchall_email
        answer["Subject"] = f"Re: {message['Subject']}"
        answer["Message-Id"] = "<answer@mueller.example>"
        answer["In-Reply-To"] = str(message["Message-Id"])
        answer["References"] = str(message["Message-Id"])
        answer.set_content("Schon überwiesen.")
        thread = self.env["mail.thread"].with_context(credit_inbox_off=True)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            thread.message_process(None, answer.as_bytes())
        self.assertIn("Schon überwiesen", notice.message_ids[0].body)
        self.assertTrue(notice.profile_id.reply_date)

    def test_refused_recipient(self):
        self.sink.refused.add("info@mueller.example")
        notice = self.make_notice(moves=self.invoice)
        with mute_logger("odoo.addons.base.models.ir_mail_server"):
            delivery = self._go(notice)
        self.assertFalse(self.sink.messages)
        self.assertEqual(delivery.state, "failed")
        self.assertIn("550", delivery.error)
        self.assertIn("No such user", delivery.error)
        self.assertTrue(delivery.remedy)
        self.assertEqual(notice.state, "failed")

    def test_one_of_two_to_refused(self):
        """One bad address does not cost the other its mail."""
        second = self.make_customer("Second", email="second@mueller.example")
        self.sink.refused.add("info@mueller.example")
        notice = self.make_notice(
            moves=self.invoice, partner_to_ids=(self.customer | second).ids
        )
        delivery = self._go(notice)
        self.assertEqual(delivery.state, "sent")
        self.assertIn("info@mueller.example", delivery.error)
        self.assertEqual(self.sink.messages[0][1], ["second@mueller.example"])

    def test_bad_cc_refused(self):
        cc = self.make_customer("Cc", email="gone@x.example")
        self.sink.refused.add("gone@x.example")
        notice = self.make_notice(moves=self.invoice, partner_cc_ids=cc.ids)
        delivery = self._go(notice)
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(len(self.sink.messages), 1)

    def test_only_cc_accepted(self):
        cc = self.make_customer("Cc", email="cc@x.example")
        self.sink.refused.add("info@mueller.example")
        notice = self.make_notice(moves=self.invoice, partner_cc_ids=cc.ids)
        delivery = self._go(notice)
        self.assertEqual(delivery.state, "failed")
        self.assertFalse(self.levels(self.invoice)[0][0])

    def test_server_down_then_up(self):
        """Nothing is lost: it goes out, once, when the server is back."""
        self.server.smtp_port = self._free_port()
        notice = self.make_notice(moves=self.invoice)
        delivery = self._go(notice)
        self.assertEqual(delivery.state, "ready")
        self.assertIn("cannot be reached", delivery.error)
        self.assertEqual(notice.state, "approved")
        self.assertTrue(notice.line_ids.is_live)
        self.server.smtp_port = self.port
        delivery.sudo().date_next_try = fields.Datetime.now()
        self.env["dunning.delivery"]._process_queue()
        self.send_mails(delivery)
        self.assertEqual(delivery.state, "sent")
        self.assertFalse(delivery.error)
        self.assertEqual(len(self.sink.messages), 1)
        self.assertEqual(
            self.env["mail.mail"].search_count([("res_id", "=", notice.id)]), 1
        )

    def _three(self, others=None):
        """Send to three customers; the queue stops, and is called again at once.

        :param others: mails of the same queue that are no notices
        :return: the deliveries
        """
        notices = self.env["dunning.notice"]
        for name in ("first", "middle", "last"):
            customer = self.make_customer(name, email=f"{name}@x.example")
            invoice = self.make_invoice(customer, 100, -10)
            notices |= self.make_notice(customer, moves=invoice)
        deliveries = self.process(notices)
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        cron.active = True
        triggers = self.env["ir.cron.trigger"].sudo()
        with RecordCapturer(triggers, [("cron_id", "=", cron.id)]) as called:
            self._queue(deliveries, others)
        self.assertEqual(len(called.records), 1)
        self.assertEqual(deliveries[2].state, "queued", "the connection is gone")
        self._queue(deliveries)
        return deliveries

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def _queue(self, deliveries, others=None):
        mails = deliveries.mail_mail_id | (others or self.env["mail.mail"])
        self.env["mail.mail"].process_email_queue(mails.ids)
        deliveries.invalidate_recordset()

    def test_hung_up_before_the_text(self):
        """Surely not taken: tried again by itself; nobody else waits for it."""
        self.sink.hung_up.add("middle@x.example")
        deliveries = self._three()
        self.assertEqual(deliveries.mapped("state"), ["sent", "ready", "sent"])
        self.assertEqual(
            [message[1] for message in self.sink.messages],
            [["first@x.example"], ["last@x.example"]],
        )
        middle = deliveries[1]
        self.assertIn("cannot be reached", middle.error)
        self.assertGreater(middle.date_next_try, fields.Datetime.now())
        self.sink.hung_up.clear()
        middle.sudo().date_next_try = fields.Datetime.now()
        self.env["dunning.delivery"]._process_queue()
        self._queue(middle)
        self.assertEqual(middle.state, "sent")
        self.assertEqual(self.sink.messages[-1][1], ["middle@x.example"])

    def test_hung_up_at_a_mail_of_others(self):
        """A mail that is no notice does not keep notices for the next hour."""
        self.sink.hung_up.add("colleague@x.example")
        other = self.env["mail.mail"].create(
            {
                "subject": "Hello",
                "body_html": "<p>Hello</p>",
                "email_to": "colleague@x.example",
                # so that it goes by the same connection
                "email_from": self.company.email_formatted,
                "record_alias_domain_id": self.company.alias_domain_id.id,
            }
        )
        deliveries = self._three(other)
        self.assertEqual(other.state, "exception")
        self.assertEqual(deliveries.mapped("state"), ["sent", "sent", "sent"])
        self.assertEqual(len(self.sink.messages), 3)

    def test_hung_up_after_the_text(self):
        """It may have arrived: a person is asked, and nobody else waits for it."""
        self.sink.swallowed.add("middle@x.example")
        deliveries = self._three()
        self.assertEqual(deliveries.mapped("state"), ["sent", "reserved", "sent"])
        self.assertIn("did not answer", deliveries[1].error)
        self.assertTrue(deliveries[1].remedy)
        self.assertEqual(len(self.sink.messages), 3)

    def test_mail_that_waited_is_checked_again(self):
        """Paid while the server was down: the customer gets nothing."""
        self.server.smtp_port = self._free_port()
        notice = self.make_notice(moves=self.invoice)
        delivery = self._go(notice)
        self.pay(self.invoice)
        self.server.smtp_port = self.port
        delivery.sudo().date_next_try = fields.Datetime.now()
        self.env["dunning.delivery"]._process_queue()
        self.assertEqual(notice.state, "cancelled")
        self.assertFalse(self.sink.messages)
