from odoo import fields
from odoo.tests import tagged

from odoo.addons.credit_control.tests.common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control_mail")
class TestAttention(CreditControlCommon):
    """Messages in the queue "Needs a person"."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.profile = cls.make_profile(cls.make_customer(), user_id=cls.collector.id)
        cls.rows = cls.env["credit.attention"].with_user(cls.collector)

    def make_message(self, **values):
        return (
            self.env["credit.message"]
            .sudo()
            .create(
                {"subject": "We pay on Friday", "date": fields.Datetime.now()} | values
            )
        )

    def found(self, kind):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.rows.search([("kind", "=", kind)])

    def test_a_message_waits_once(self):
        message = self.make_message(profile_id=self.profile.id, is_pausing=True)
        self.profile._refresh_reply_hold()
        row = self.found("message").filtered(lambda row: row.res_id == message.id)
        self.assertIn("We pay on Friday", row.reason)
        self.assertFalse(self.found("answer"), "It is listed as a message.")
        self.assertEqual(row.action_act()["params"], {"message_id": message.id})
        row.action_deed("done")
        self.assertEqual(message.state, "done")
        self.assertNotIn(message.id, self.found("message").mapped("res_id"))

    def test_what_a_person_noted_is_an_answer(self):
        self.profile.sudo().write({"reply_date": fields.Datetime.now()})
        self.assertEqual(self.found("answer").profile_id, self.profile)

    def test_an_unknown_sender_is_everybody_s(self):
        message = self.make_message()
        self.assertIn(message.id, self.found("triage").mapped("res_id"))
        self.assertNotIn(message.id, self.found("message").mapped("res_id"))

    def test_what_was_put_off_comes_back_on_its_day(self):
        message = self.make_message(snooze_until=self.days(2))
        self.assertNotIn(message.id, self.found("triage").mapped("res_id"))
        message.snooze_until = self.today
        self.assertIn(message.id, self.found("triage").mapped("res_id"))

    def test_messages_of_other_portfolios_are_not_seen(self):
        self.profile.user_id = self.manager
        message = self.make_message(profile_id=self.profile.id)
        self.assertNotIn(message.id, self.found("message").mapped("res_id"))
