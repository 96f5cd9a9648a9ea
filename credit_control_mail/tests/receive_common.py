"""Mails as they come in, and the gateway they come through."""

import itertools
from email.message import EmailMessage
from email.utils import format_datetime

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.credit_control.tests.notice_common import NoticeCommon

REPORT = """\
Return-Path: <>
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
Action: {action}
Status: {status}

--XX
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Reminder

--XX--
"""


class ReceiveCommon(NoticeCommon):
    """A company with an alias, a customer, and mails of his."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.company.sudo()._ensure_credit_alias()
        cls.messages = cls.env["credit.message"].sudo()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)
        cls.numbers = itertools.count(1)

    @classmethod
    def make_mail(cls, text="We shall pay.", html=None, files=(), **headers):
        """Return the bytes of a mail to the company's credit inbox.

        :param files: ``(name, content, type)`` of each attachment
        :param headers: with underscores for hyphens; None leaves one out
        """
        mail = EmailMessage()
        values = {
            "From": "Jean Dupont <jean@mueller.example>",
            "To": cls.company.sudo().credit_alias_id.alias_full_name,
            "Subject": "Your reminder",
            "Date": format_datetime(fields.Datetime.now()),
            "Message_ID": f"<mail{next(cls.numbers)}@mueller.example>",
        } | headers
        for name, value in values.items():
            if value is not None:
                mail[name.replace("_", "-")] = value
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, content, kind in files:
            main, _slash, sub = kind.partition("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
        return mail.as_bytes()

    def receive(self, raw, model=None):
        """Give a mail to the gateway; return its message, with no rights in between."""
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            gateway = self.env["mail.thread"].with_user(self.env.ref("base.user_root"))
            found = gateway.message_process(model, raw)
        return self.messages.browse(found)

    def send_notice(self):
        """Return the delivery of a notice that went out by e-mail."""
        with self.mock_mail_gateway():
            delivery = self.send(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.state, "sent", delivery.error)
        return delivery

    def make_report(self, delivery, action="failed", status="5.1.1"):
        """Return the bytes of a mail server's report on a delivery."""
        return REPORT.format(
            number=next(self.numbers),
            address="info@mueller.example",
            action=action,
            status=status,
            message_id=delivery.mail_message_id.message_id,
        ).encode()
