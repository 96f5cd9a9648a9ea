from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.sms.tests.common import SMSCase

from .notice_common import NoticeCommon

MOBILE = "+33 6 12 34 56 78"
NUMBER = "+33612345678"
SECOND = "+33 7 56 78 90 12"
LANDLINE = "+33 1 42 68 53 00"
moment = fields.Datetime.to_datetime


@tagged("credit_control")
class SmsNoticeCommon(NoticeCommon, SMSCase):
    """Notices that go by SMS, with core's mock of the provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.level1.write(
            {
                "send_email": False,
                "send_sms": True,
                "sms_body": "{{ company_name }}: {{ total_overdue }} overdue. "
                "{{ portal_link }} STOP: {{ stop_link }}",
            }
        )
        cls.customer.write({"phone": MOBILE, "country_id": cls.env.ref("base.fr").id})
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    def setUp(self):
        super().setUp()
        # text messages do not go at midnight, when the clock of the tests stands
        noon = moment("2026-06-15 10:00")
        self.enterContext(self.mock_datetime_and_now(noon))

    def contact(self, name, phone, **values):
        """Create a contact of the customer."""
        return self.env["res.partner"].create(
            {"name": name, "phone": phone, "parent_id": self.customer.id, **values}
        )

    def deliver(self, notice=None, **gateway):
        """Hand a notice over and let core's queue send; return the delivery."""
        notice = notice or self.make_notice(moves=self.invoice)
        delivery = self.process(notice)
        self.send_sms(**gateway)
        return delivery

    def send_sms(self, **gateway):
        """Let core's scheduled action send what waits, into the mock."""
        with self.mockSMSGateway(**gateway), self.uncommitted():
            rows = self.env["sms.sms"].sudo().search([("state", "=", "outgoing")])
            rows.send()
        self.env.invalidate_all()

    @contextmanager
    def uncommitted(self):
        """Count the commits of a scheduled action instead of making them."""
        self.commits = 0

        def commit_progress(cron, *args, **kwargs):
            self.commits += 1
            return 60

        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", commit_progress
        ):
            yield

    def report(self, delivery, status):
        """Let the provider report later on the numbers of ``delivery``."""
        trackers = (
            self.env["sms.tracker"]
            .sudo()
            .search(
                [
                    (
                        "mail_notification_id.mail_message_id",
                        "=",
                        delivery.mail_message_id.id,
                    )
                ]
            )
        )
        success = self.env["sms.sms"].IAP_TO_SMS_STATE_SUCCESS.get(status)
        if success:
            trackers._action_update_from_sms_state(success)
        else:
            trackers._action_update_from_provider_error(status)
        self.env.invalidate_all()
