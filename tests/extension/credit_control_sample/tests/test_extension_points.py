from odoo import fields
from odoo.tests import tagged

from odoo.addons.credit_control.tests.common import TODAY, CreditControlCommon


@tagged("post_install", "-at_install", "credit_control_sample")
class TestExtensionPoints(CreditControlCommon):
    """Each extension point, used by an add-on that the product does not know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy([{"delay_days": 5, "is_automatic": True}])
        cls.env.company.dunning_policy_id = cls.policy
        cls.customer = cls.make_customer("Neighbour", city="Lyon")
        cls.profile = cls.make_profile(cls.customer)

    def plan(self):
        """Return the notices of a run of today."""
        run = self.env["dunning.run"].create({"date": TODAY})
        run.action_plan()
        return run.notice_ids

    def deliver(self):
        """Plan, approve and work off a text message; return the delivery."""
        self.policy.level_ids.write({"send_email": False, "send_sms": True})
        self.make_invoice(self.customer, 100, -10)
        notice = self.plan()
        notice.action_approve()
        notice.action_send()
        self.env["dunning.delivery"]._process_queue(10)
        return notice.delivery_ids

    def test_a_hold_with_its_words(self):
        self.make_invoice(self.customer, 100, -10)
        embassy = self.make_customer("Embassy", ref="EMB")
        self.make_invoice(embassy, 100, -10)
        notices = self.plan()
        self.assertEqual(notices.partner_id, self.customer)
        [row] = self.make_profile(embassy).explain(TODAY)
        self.assertEqual(row["code"], "embassy")
        self.assertIn("Immune", row["text"])
        self.assertFalse(
            self.env["credit.profile"].forgotten_items(self.env.company, TODAY)
        )

    def test_a_column_of_the_notice(self):
        self.make_invoice(self.customer, 100, -10)
        self.assertEqual(self.plan().sample_town, "Lyon")

    def test_a_channel_delivers(self):
        self.customer.phone = "+33 1 23 45 67 89"
        delivery = self.deliver()
        self.assertEqual(delivery.state, "sent")
        self.assertIn("Coo: Neighbour", delivery.body_html)
        self.assertEqual(delivery.notice_id.state, "sent")
        line = delivery.notice_id.line_ids.move_line_id
        self.assertEqual(line.dunning_level_id, self.policy.level_ids)

    def test_a_channel_refuses_with_a_remedy(self):
        self.customer.write({"phone": "+33 1 23 45 67 89", "city": "Ushuaia"})
        delivery = self.deliver()
        self.assertEqual(delivery.state, "failed")
        self.assertEqual(delivery.remedy, "Send a letter.")

    def test_recipients_of_a_role(self):
        role = self.env.ref("credit_control.role_purchasing")
        self.customer.user_id = self.env.user
        found = self.profile._get_recipients(role, self.policy.level_ids)
        self.assertEqual(found[self.profile], self.env.user.partner_id)

    def test_event_promise_broken(self):
        invoice = self.make_invoice(self.customer, 100, -10)
        self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "date": fields.Date.to_date("2026-06-01"),
                "amount": 100,
                "currency_id": invoice.currency_id.id,
                "move_line_ids": [
                    fields.Command.link(line.id)
                    for line in invoice.line_ids
                    if line.account_type == "asset_receivable"
                ],
            }
        )
        self.env["credit.promise"]._update_due(self.env.company)
        self.assertEqual(self.profile.sample_events, "promise broken")

    def test_event_dispute_opened(self):
        invoice = self.make_invoice(self.customer, 100, -10)
        self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": invoice.id,
                "amount": 40,
                "reason_id": self.env.ref("credit_control.dispute_reason_price").id,
            }
        )
        self.assertEqual(self.profile.sample_events, "dispute opened")
