import email
import smtplib
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .notice_common import NoticeCommon

BOUNCE = """\
Return-Path: <MAILER-DAEMON@mx.customer.example>
From: MAILER-DAEMON@mx.customer.example (Mail Delivery System)
To: bounce@company.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"
MIME-Version: 1.0
Message-Id: <bounce.{number}@mx.customer.example>

--XX
Content-Type: text/plain

I'm sorry to inform you that your message could not be delivered.

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: failed
Status: 5.1.1

--XX
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Reminder

--XX--
"""
REPLY = """\
From: {sender}
To: catchall@company.example
Subject: Re: Reminder
Message-Id: <{number}@customer.example>
In-Reply-To: {message_id}
References: {message_id}
{extra}Content-Type: text/plain; charset=utf-8

We shall pay.
"""


@tagged("post_install", "-at_install")
class TestEmail(NoticeCommon):
    """The channel e-mail, with core's mock of the wire."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    def _sent(self, notice=None):
        notice = notice or self.make_notice(moves=self.invoice)
        with self.mock_mail_gateway():
            delivery = self.send(notice)
        self.assertEqual(delivery.state, "sent", delivery.error)
        return delivery

    # === WHAT GOES OUT === #
    def test_one_message_to_and_cc(self):
        to = self.make_customer("Tö Person", email="to@customer.example")
        cc = self.make_customer('Cc "Q" Person', email="cc@customer.example")
        notice = self.make_notice(
            moves=self.invoice, partner_to_ids=to.ids, partner_cc_ids=cc.ids
        )
        with self.mock_mail_gateway():
            delivery = self.send(notice)
        self.assertEqual(len(self._mails), 1, "one message on the wire")
        wire = self._mails[0]
        self.assertEqual(wire["email_to"], ['"Tö Person" <to@customer.example>'])
        self.assertEqual(len(wire["email_cc"]), 1)
        self.assertIn("cc@customer.example", wire["email_cc"][0])
        self.assertIn("@company.example", wire["reply_to"])
        self.assertEqual(wire["headers"]["Auto-Submitted"], "auto-generated")
        self.assertIn("OOF", wire["headers"]["X-Auto-Response-Suppress"])
        self.assertIn("invoices@company.example", wire["email_from"])
        self.assertIn("-dunning.notice@", wire["message_id"])
        self.assertEqual(delivery.mail_message_id.model, "dunning.notice")
        self.assertEqual(delivery.mail_message_id.res_id, notice.id)
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])
        self.assertTrue(delivery.date_sent)

    def test_layout_of_the_company(self):
        """Thread 17: the company's layout, and the sender sees the answer."""
        self.company.email_secondary_color = "#123456"
        delivery = self._sent()
        self.assertIn("#123456", delivery.body_html)
        self.assertIn(self.company.name, delivery.body_html)
        self.assertNotIn("Powered by", delivery.body_html)

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.level1.with_context(lang="fr_FR").write(
            {"body_html": "<p>Bonjour {{ customer_name }} {{ total_overdue }}</p>"}
        )
        reader = self.make_customer("Lecteur", email="l@fr.example", lang="fr_FR")
        notice = self.make_notice(moves=self.invoice, partner_to_ids=reader.ids)
        delivery = self._sent(notice)
        self.assertEqual(delivery.lang, "fr_FR")
        self.assertIn("Bonjour", delivery.body_html)
        self.assertIn("100,00", delivery.body_html)

    def test_language_without_text(self):
        """One language for the whole mail: the text's, when the reader's has none."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        delivery = self._sent()
        self.assertEqual(delivery.lang, "en_US")
        self.assertIn("Due date", delivery.body_html)
        self.assertIn("100.00", delivery.body_html)

    def test_reply_to_without_alias(self):
        self.company.alias_domain_id = False
        delivery = self._sent()
        self.assertIn("invoices@company.example", delivery.mail_mail_id.reply_to)

    def test_statement_attached(self):
        self.level1.attach_statement = True
        notice = self.make_notice(moves=self.invoice)
        delivery = self._sent(notice)
        self.assertEqual(len(delivery.attachment_ids), 1)
        self.assertIn("Statement", delivery.attachment_ids.name)

    def test_missing_invoice_pdf_is_made(self):
        self.level1.attach_invoices = True
        self.assertFalse(self.invoice.invoice_pdf_report_id)
        delivery = self._sent()
        self.assertTrue(self.invoice.invoice_pdf_report_id)
        self.assertEqual(delivery.attachment_ids, self.invoice.invoice_pdf_report_id)

    def _with_documents(self, count, size):
        moves = self.env["account.move"]
        for number in range(count):
            move = self.make_invoice(self.customer, 10, -60 + number)
            self.env["ir.attachment"].create(
                {
                    "name": f"{number}.pdf",
                    "raw": b"%PDF" + bytes([number]) * size,
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
            moves |= move
        moves.invalidate_recordset(["invoice_pdf_report_id"])
        return moves

    def test_twenty_invoices_at_most(self):
        self.level1.attach_invoices = True
        moves = self._with_documents(22, 100)
        delivery = self._sent(self.make_notice(moves=moves))
        self.assertEqual(len(delivery.attachment_ids), 20)
        by_age = moves.sorted("invoice_date_due")
        self.assertEqual(
            set(delivery.attachment_ids), set(by_age[:20].invoice_pdf_report_id)
        )
        self.assertIn("not attached", delivery.body_html)
        self.assertIn(f"{by_age[20].name}, {by_age[21].name}", delivery.body_html)

    def test_eight_megabytes_at_most(self):
        self.level1.attach_invoices = True
        moves = self._with_documents(3, 3 * 1024 * 1024)
        delivery = self._sent(self.make_notice(moves=moves))
        self.assertEqual(len(delivery.attachment_ids), 2)
        self.assertIn(moves[2].name, delivery.body_html)

    def test_document_that_cannot_be_made(self):
        """No PDF engine: a sentence on that notice, the others go."""
        self.level1.attach_invoices = True
        fine = self.make_customer("Fine")
        self.level2.attach_invoices = False
        good = self.make_notice(fine, self.make_invoice(fine, 9, -9), self.level2)
        bad = self.make_notice(moves=self.invoice)
        self.queue(good | bad)
        with patch.object(
            type(self.env["account.move.send"]),
            "_generate_invoice_documents",
            side_effect=ValueError("no wkhtmltopdf"),
        ):
            self.env["dunning.delivery"]._process_queue()
        self.assertEqual(good.delivery_ids.state, "queued")
        self.assertEqual(bad.delivery_ids.state, "failed")
        self.assertIn("no wkhtmltopdf", bad.delivery_ids.error)
        self.assertIn("PDF engine", bad.delivery_ids.remedy)

    # === ADDRESSES === #
    def test_no_address(self):
        self.customer.email = False
        notice = self.make_notice(moves=self.invoice)
        delivery = self.process(notice)
        self.assertEqual(delivery.state, "failed")
        self.assertIn("No contact", delivery.error)
        self.assertEqual(notice.state, "failed")
        self.customer.email = "new@mueller.example"
        delivery.action_retry()
        self.env["dunning.delivery"]._process_queue()
        self.assertEqual(delivery.state, "queued")

    def test_invalid_address(self):
        self.customer.email = "info(at)mueller"
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.state, "failed")
        self.assertIn("not a valid e-mail address", delivery.error)

    def test_blacklisted_address(self):
        """Thread 9: never queued for ever; the state says what happened."""
        self.env["mail.blacklist"]._add("info@mueller.example")
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.state, "failed")
        self.assertIn("blacklist", delivery.error)
        self.assertIn("letter", delivery.remedy)

    def test_bad_cc_does_not_block(self):
        cc = self.make_customer("Bad", email="bad(at)x")
        cc2 = self.make_customer("Listed", email="listed@x.example")
        self.env["mail.blacklist"]._add("listed@x.example")
        notice = self.make_notice(moves=self.invoice, partner_cc_ids=(cc | cc2).ids)
        delivery = self._sent(notice)
        self.assertFalse(delivery.email_cc)

    # === WHAT THE SERVER SAYS === #
    def _refuse(self, error=None, refused=None):
        """Let the mock server answer with an exception, or refuse some addresses."""

        def send_message(*_args, **_kwargs):
            if error:
                raise error
            return refused or {}

        return patch.object(
            type(self.testing_smtp_session), "send_message", side_effect=send_message
        )

    def _talk(self, notice, **answer):
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_mail"):
            delivery = self.process(notice)
            with self._refuse(**answer):
                self.send_mails(delivery)
        return delivery

    def test_all_refused_for_good(self):
        error = smtplib.SMTPRecipientsRefused(
            {"info@mueller.example": (550, b"No such user")}
        )
        notice = self.make_notice(moves=self.invoice)
        delivery = self._talk(notice, error=error)
        self.assertEqual(delivery.state, "failed")
        self.assertIn("550 No such user", delivery.error)
        self.assertEqual(notice.state, "failed")
        self.assertFalse(self.levels(self.invoice)[0][0])

    def test_refused_for_now(self):
        error = smtplib.SMTPRecipientsRefused(
            {"info@mueller.example": (450, b"Greylisted")}
        )
        notice = self.make_notice(moves=self.invoice)
        delivery = self._talk(notice, error=error)
        self.assertEqual(delivery.state, "ready")
        self.assertIn("tried again by itself", delivery.remedy)
        self.assertTrue(delivery.date_next_try)
        self.assertEqual(notice.state, "approved")

    def test_cc_refused(self):
        cc = self.make_customer("Cc", email="cc@x.example")
        notice = self.make_notice(moves=self.invoice, partner_cc_ids=cc.ids)
        delivery = self._talk(notice, refused={"cc@x.example": (550, b"no")})
        self.assertEqual(delivery.state, "sent")
        self.assertIn("cc@x.example", delivery.error)

    def test_to_refused_cc_accepted(self):
        """Only the copy got through: the customer did not."""
        cc = self.make_customer("Cc", email="cc@x.example")
        notice = self.make_notice(moves=self.invoice, partner_cc_ids=cc.ids)
        delivery = self._talk(notice, refused={"info@mueller.example": (550, b"no")})
        self.assertEqual(delivery.state, "failed")

    def test_server_busy(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self._talk(notice, error=smtplib.SMTPDataError(451, b"later"))
        self.assertEqual(delivery.state, "ready")
        self.assertEqual(delivery.try_count, 1)

    def test_server_refuses_content(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self._talk(notice, error=smtplib.SMTPDataError(554, b"spam"))
        self.assertEqual(delivery.state, "failed")
        self.assertIn("spam", delivery.error)

    def test_no_answer_asks_a_person(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self._talk(notice, error=TimeoutError("timed out"))
        self.assertEqual(delivery.state, "reserved")
        self.assertEqual(notice.state, "approved")
        self.send_mails(delivery)
        self.assertEqual(delivery.state, "reserved", "not sent again by itself")

    def test_server_down(self):
        notice = self.make_notice(moves=self.invoice)
        with self.mock_mail_gateway():
            delivery = self.process(notice)
            with patch.object(
                type(self.env["ir.mail_server"]),
                "_connect__",
                side_effect=OSError("Connection refused"),
            ):
                self.send_mails(delivery)
            self.assertEqual(delivery.state, "ready")
            self.assertIn("cannot be reached", delivery.error)
            delivery.date_next_try = fields.Datetime.now()
            self.env["dunning.delivery"]._process_queue()
            self.send_mails(delivery)
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(len(self._mails), 1)

    def test_mail_cancelled_or_removed_by_an_administrator(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self.process(notice)
        delivery.mail_mail_id.cancel()
        self.env["dunning.delivery"]._settle_stragglers()
        self.assertEqual(delivery.state, "failed")
        delivery.action_retry()
        self.env["dunning.delivery"]._process_queue()
        delivery.mail_mail_id.unlink()
        self.env["dunning.delivery"]._settle_stragglers()
        self.assertEqual(delivery.state, "reserved")

    def test_old_mail_is_not_sent_beside_the_new_one(self):
        """A mail that core is told to retry does not go beside our own retry."""
        notice = self.make_notice(moves=self.invoice)
        delivery = self._talk(notice, error=smtplib.SMTPDataError(451, b"later"))
        old = delivery.mail_mail_id
        old.action_retry()
        with self.mock_mail_gateway():
            old.send()
            self.assertFalse(self._mails)
        self.assertEqual(old.state, "cancel")

    # === WHAT COMES BACK === #
    def _gateway(self, source):
        """Receive as without an add-on that takes the answers itself."""
        thread = self.env["mail.thread"].with_context(credit_inbox_off=True)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            return thread.message_process(None, source)

    def test_bounce_takes_the_delivery_back(self):
        notice = self.make_notice(moves=self.invoice)
        notice.profile_id.user_id = self.collector
        delivery = self._sent(notice)
        self.assertTrue(self.levels(self.invoice)[0][0])
        self._gateway(
            BOUNCE.format(
                number=1,
                address="info@mueller.example",
                message_id=delivery.mail_message_id.message_id,
            )
        )
        self.assertEqual(delivery.state, "bounced")
        self.assertEqual(notice.state, "failed")
        self.assertFalse(self.levels(self.invoice)[0][0])
        activity = notice.profile_id.event_ids.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("info@mueller.example", activity.summary)

    def test_bounce_of_the_copy_is_no_bounce(self):
        cc = self.make_customer("Cc", email="cc@x.example")
        notice = self.make_notice(moves=self.invoice, partner_cc_ids=cc.ids)
        delivery = self._sent(notice)
        message_id = delivery.mail_message_id.message_id
        self._gateway(
            BOUNCE.format(number=2, address="cc@x.example", message_id=message_id)
        )
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(delivery.bounced_emails, "cc@x.example")
        self.assertEqual(notice.state, "sent")

    def _reply(self, delivery, sender, extra=""):
        source = REPLY.format(
            sender=sender,
            number=f"r{len(delivery.notice_id.message_ids)}",
            message_id=delivery.mail_message_id.message_id,
            extra=extra,
        )
        email.message_from_string(source)
        self._gateway(source)

    def test_reply_stays_and_stops(self):
        """Thread 17: the answer is on the notice, the collector is told."""
        notice = self.make_notice(moves=self.invoice)
        notice.profile_id.user_id = self.collector
        delivery = self._sent(notice)
        self._reply(delivery, "Frau Müller <info@mueller.example>")
        profile = notice.profile_id
        self.assertTrue(profile.reply_date)
        message = notice.message_ids[0]
        self.assertIn("We shall pay", message.body)
        self.assertIn(self.collector.partner_id, message.notified_partner_ids)
        self.assertNotIn(self.company.partner_id, message.notified_partner_ids)
        notice.with_user(self.collector).action_answered()
        self.assertFalse(profile.reply_date)

    def test_automatic_reply_stops_nothing(self):
        delivery = self._sent()
        self._reply(
            delivery, "info@mueller.example", extra="Auto-Submitted: auto-replied\n"
        )
        self.assertFalse(delivery.profile_id.reply_date)
        self.assertIn("We shall pay", delivery.notice_id.message_ids[0].body)

    def test_colleague_is_no_customer(self):
        delivery = self._sent()
        self._reply(delivery, self.collector.email)
        self.assertFalse(delivery.profile_id.reply_date)

    def test_answer_on_the_notice_ends_the_waiting(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self._sent(notice)
        notice.profile_id.user_id = self.collector
        self._reply(delivery, "info@mueller.example")
        self.assertTrue(notice.profile_id.reply_date)
        with self.mock_mail_gateway():
            notice.with_user(self.collector).message_post(
                body="Thank you.",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertFalse(notice.profile_id.reply_date)
