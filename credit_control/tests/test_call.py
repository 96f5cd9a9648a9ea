from odoo import Command
from odoo.tests import tagged

from .notice_common import NoticeCommon


@tagged("post_install", "-at_install", "credit_control")
class TestCall(NoticeCommon):
    """A call is an activity, and delivers its notice when it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.level1.write(
            {
                "send_email": False,
                "plan_call": True,
                "call_script": "<p>Ask {{ customer_name }} "
                "for {{ total_overdue }}.</p>",
            }
        )
        cls.customer.write(
            {"phone": "0711 123456", "country_id": cls.quick_ref("base.de").id}
        )
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    def call(self, **values):
        """Return the delivery of a notice after the queue worked."""
        return self.process(self.make_notice(moves=self.invoice, **values)).filtered(
            lambda delivery: delivery.channel == "call"
        )

    def test_activity_of_the_collector(self):
        delivery = self.call()
        activity = delivery.activity_id
        self.assertEqual(delivery.state, "queued")
        self.assertEqual(activity.user_id, self.collector)
        self.assertEqual(activity.res_model, "credit.profile")
        self.assertEqual(activity.res_id, self.profile.id)
        self.assertEqual(activity.date_deadline, self.today)
        self.assertIn("Müller", activity.summary)
        self.assertIn("+49 711 123456", activity.note)
        self.assertIn("Ask Müller &amp; Söhne for", activity.note)
        self.assertIn("100.00", activity.note)
        self.assertEqual(delivery.phone, "+49 711 123456")

    def test_done_is_delivered(self):
        delivery = self.call()
        notice = delivery.notice_id
        self.assertEqual(notice.state, "approved")
        delivery.activity_id.with_user(self.collector).action_feedback("Will pay")
        self.assertEqual((delivery.state, notice.state), ("sent", "sent"))
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])

    def test_call_beside_a_mail_does_not_deliver(self):
        self.level1.send_email = True
        delivery = self.call()
        delivery.activity_id.with_user(self.collector).action_feedback()
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(delivery.notice_id.state, "approved")
        self.assertFalse(self.levels(self.invoice)[0][0])

    def test_contact_with_the_role_is_called(self):
        role = self.env["credit.role"].create({"name": "Payer", "code": "test_payer"})
        self.level1.role_to_ids = role
        contact = self.env["res.partner"].create(
            {
                "name": "Jürgen Groß",
                "phone": "+49 30 123456",
                "parent_id": self.customer.id,
                "credit_role_ids": role.ids,
            }
        )
        delivery = self.call()
        self.assertEqual(delivery.partner_ids, contact)
        self.assertIn("Jürgen Groß", delivery.activity_id.note)
        self.assertIn("+49 30 123456", delivery.activity_id.note)

    def test_salesperson_calls_where_the_level_says_so(self):
        seller = self.plain_user
        self.customer.user_id = seller
        role = self.env.ref("credit_control.role_salesperson")
        self.level1.role_to_ids = [Command.set(role.ids)]
        delivery = self.call()
        self.assertEqual(delivery.activity_id.user_id, seller)
        delivery.activity_id.with_user(seller).action_done()
        self.assertEqual(delivery.state, "sent")

    def test_no_number(self):
        self.customer.phone = False
        delivery = self.call()
        self.assertEqual(delivery.state, "failed")
        self.assertIn("No phone number", delivery.error)
        self.assertIn("Enter a phone number", delivery.remedy)
        self.customer.phone = "0711 123456"
        delivery.action_retry()
        self.env["dunning.delivery"]._process_queue()
        self.assertEqual(delivery.state, "queued")

    def test_odd_number_is_kept_as_it_is(self):
        self.customer.phone = "extension 12"
        self.assertEqual(self.call().phone, "extension 12")

    def test_script_with_a_hole(self):
        self.level1.call_script = "<p>Ask for {{ contact_name }}.</p>"
        delivery = self.call()
        self.assertEqual(delivery.state, "failed")
        self.assertIn("contact_name", delivery.error)
        self.assertIn("Correct the script", delivery.remedy)

    def test_removed_activity_fails_the_call(self):
        delivery = self.call()
        delivery.activity_id.unlink()
        self.assertEqual(delivery.state, "failed")
        self.assertEqual(delivery.notice_id.state, "failed")

    def test_cancelled_notice_takes_the_call_back(self):
        delivery = self.call()
        activity = delivery.activity_id
        delivery.notice_id._cancel("Paid")
        self.assertEqual(delivery.state, "cancelled")
        self.assertFalse(activity.exists())

    def test_many_calls_make_few_queries(self):
        def count(number):
            notices = self.env["dunning.notice"]
            for rank in range(number):
                customer = self.make_customer(
                    f"Customer {number}-{rank}", phone="+33 1 42 60 11 22"
                )
                self.make_profile(customer, user_id=self.collector.id)
                notices |= self.make_notice(
                    customer, self.make_invoice(customer, 50, -9)
                )
            deliveries = self.env["dunning.delivery"].sudo()
            deliveries = deliveries.browse(self.queue(notices).ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            deliveries._call_validate()
            deliveries._call_render()
            return self.env.cr.sql_log_count - before

        count(1)
        few = count(2)
        # two a call: its own row and its contact
        self.assertLessEqual(count(8), few + 6 * 3)
