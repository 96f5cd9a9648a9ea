from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestReachCustomer(CreditControlCommon):
    """Which way a customer is best reached, and why. Today is Monday 15 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer(
            "Reached",
            email="buyer@reached.example",
            phone="+33 1 99 00 11 22",
            street="1, rue des Lilas",
        )
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.make_invoice(cls.customer, 1000, -40)
        cls.policy = cls.make_policy()
        cls.env.company.resource_calendar_id.tz = "Europe/Paris"

    def sent(self, day, channel="email", state="sent", hour=10):
        """Note that a message left, so many days from today."""
        notices = self.env["dunning.notice"].sudo()
        notice = notices.create(
            {
                "profile_id": self.profile.id,
                "company_id": self.env.company.id,
                "policy_id": self.policy.id,
                "level_id": self.policy.level_ids[0].id,
                "date": self.days(day),
                "state": "sent",
            }
        )
        self.env["dunning.delivery"].sudo().create(
            {
                "notice_id": notice.id,
                "channel": channel,
                "state": state,
                "date_sent": f"{self.days(day)} {hour:02}:00:00",
            }
        )

    def called(self, day, outcome, hour=8):
        self.env["credit.call"].create(
            {
                "profile_id": self.profile.id,
                "date": f"{self.days(day)} {hour:02}:00:00",
                "outcome_code": outcome,
            }
        )

    def answered(self, day, kind="reply"):
        self.env["credit.event"].sudo().create(
            {
                "name": "He answered",
                "kind": kind,
                "profile_id": self.profile.id,
                "currency_id": self.env.company.currency_id.id,
                "date": f"{self.days(day)} 12:00:00",
            }
        )

    def hint(self, user=None):
        profile = self.profile.with_user(user or self.collector)
        self.env.flush_all()
        self.env.invalidate_all()
        return profile.reach_hint

    def test_nothing_is_said_of_whom_little_is_known(self):
        self.assertFalse(self.hint())
        self.sent(-20)
        self.assertFalse(self.hint())

    def test_calls_that_were_answered_win_over_silent_mails(self):
        self.sent(-60)
        self.sent(-40)
        self.called(-30, "no_answer", hour=14)
        self.called(-27, "refused")
        self.called(-20, "refused")
        # both on a Tuesday, 10 o'clock in Paris; tomorrow is the next
        self.assertEqual(
            self.hint(),
            "Best by phone, on Tuesday in the morning (Jun 16, 2026). "
            "Answered: e-mails 0 of 2, calls 2 of 3.",
        )

    def test_an_answer_is_put_down_to_the_last_message_before(self):
        self.sent(-60)
        self.sent(-50, "letter")
        self.answered(-45)
        self.sent(-30)
        self.sent(-20, "registered")
        self.answered(-1, "payment_received")  # too late for the letter
        self.assertEqual(
            self.hint(), "Best by letter. Answered: e-mails 0 of 2, letters 1 of 2."
        )

    def test_channels_of_one_day_share_the_answer(self):
        for day in (-40, -20):
            self.sent(day)
            self.sent(day, "sms")
            self.answered(day + 2)
        self.assertEqual(
            self.hint(), "Best by e-mail. Answered: e-mails 2 of 2, SMS 2 of 2."
        )

    def test_what_bounced_was_not_answered(self):
        for day in (-40, -20):
            self.sent(day, state="bounced")
            self.answered(day + 2)
        self.assertEqual(self.hint(), "Best by phone. Answered: e-mails 0 of 2.")

    def test_what_is_older_than_a_year_is_forgotten(self):
        for day in (-400, -390):
            self.sent(day)
        self.assertFalse(self.hint())

    def test_promises_count_as_answers(self):
        for _time in range(2):
            self.sent(-1, hour=6)
        self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "date": self.days(5),
                "amount": 400,
                "currency_id": self.env.company.currency_id.id,
            }
        )
        self.env.cr.execute(
            "UPDATE credit_promise SET create_date = %s", [self.days(0)]
        )
        self.assertIn("e-mails 2 of 2", self.hint())

    def test_a_way_without_address_is_not_proposed(self):
        self.sent(-60)
        self.sent(-40)
        self.assertIn("Best by phone", self.hint())
        self.customer.phone = False
        self.assertIn("Best by letter", self.hint())
        self.customer.street = False
        self.assertIn("Best by e-mail", self.hint())

    def test_a_person_chooses(self):
        self.called(-27, "refused")
        self.called(-20, "refused")
        self.profile.with_user(self.collector).preferred_way = "letter"
        self.assertEqual(
            self.hint(),
            "Best by letter, as chosen for this customer. Answered: calls 2 of 2.",
        )
        with self.assertRaises(AccessError):
            self.profile.with_user(self.auditor).preferred_way = "call"

    def test_the_next_day_to_call(self):
        profile = self.profile
        self.assertEqual(profile._next_weekday(1, 0), self.days(0), "the morning lasts")
        with freeze_time(f"{self.days(0)} 10:30:00"):  # 12:30 in Paris
            self.assertEqual(profile._next_weekday(1, 0), self.days(7))
            self.assertEqual(profile._next_weekday(1, 1), self.days(0))
        self.assertEqual(profile._next_weekday(7, 1), self.days(6))

    def test_the_worklist_says_it_and_opens_it(self):
        for day in (-40, -20):
            self.sent(day)
            self.answered(day + 2)
        profile = self.profile.with_user(self.collector)
        self.assertEqual(profile.next_action, "remind")
        self.assertIn(self.hint(), profile.worklist_why)
        self.assertEqual(profile.action_act()["res_model"], "mail.compose.message")
        profile.preferred_way = "letter"
        self.assertEqual(profile.action_act()["res_model"], "credit.statement")
        profile.preferred_way = "call"
        self.assertEqual(profile.action_act()["res_model"], "credit.call.log")
        self.assertIn("as chosen", profile.overview)
        self.assertEqual(profile.overview.count("as chosen"), 1)

    def test_queries_do_not_grow_with_the_customers(self):
        self.count_queries(2)
        self.assertEqual(self.count_queries(5), self.count_queries(50))

    def count_queries(self, size):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {size} {rank}", "phone": f"+33 1 99 00 {rank:04}"}
                for rank in range(size)
            ]
        )
        profiles = self.env["credit.profile"].create(
            [{"partner_id": partner.id} for partner in partners]
        )
        self.env["credit.call"].create(
            [
                {
                    "profile_id": profile.id,
                    "date": f"{self.days(0) - timedelta(rank)} 09:00:00",
                    "outcome_code": "refused",
                }
                for profile in profiles
                for rank in range(3)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        hints = profiles.with_user(self.collector_all).mapped("reach_hint")
        found = self.env.cr.sql_log_count - before
        self.assertTrue(all("calls 3 of 3" in hint for hint in hints))
        return found
