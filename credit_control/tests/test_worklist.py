from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestWorklist(CreditControlCommon):
    """Who is on the worklist, with which gain, and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer("Worklist customer")
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)

    def overdue(self, amount=1000, days=40, **values):
        return self.make_invoice(self.customer, amount, -days, **values)

    def todo(self, user=None):
        profiles = self.env["credit.profile"].with_user(user or self.collector_all)
        return profiles.search(profiles._worklist_domain(), order="worklist_gain desc")

    def make_promise(self, **values):
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "date": self.days(5),
                "amount": 400,
                "currency_id": self.env.company.currency_id.id,
                **values,
            }
        )

    # === COLLECTABLE === #
    def test_all_that_is_overdue_may_be_collected(self):
        self.overdue(1000)
        self.make_invoice(self.customer, 500, 10)
        self.assertEqual(self.profile.amount_collectable, 1000)
        # silent for 40 days, unknown class: 0.25 x 0.9 x 0.9
        self.assertEqual(self.profile.worklist_gain, 202.5)
        self.assertIn(self.profile, self.todo())

    def test_reminders_come_first(self):
        self.overdue(1000, days=10)
        self.assertEqual(self.profile.amount_collectable, 1000)
        self.assertEqual(self.profile.worklist_gain, 0)
        self.assertNotIn(self.profile, self.todo())

    def test_promised_is_not_collectable(self):
        self.overdue(1000)
        self.make_promise()
        self.assertEqual(self.profile.amount_collectable, 600)

    def test_promised_item_is_not_collectable(self):
        self.overdue(1000)
        second = self.overdue(300)
        self.make_promise(move_line_ids=[Command.set(self.receivables(second).ids)])
        self.assertEqual(self.profile.amount_collectable, 1000)

    def test_contested_part_is_not_collectable(self):
        invoice = self.overdue(1000)
        self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": invoice.id,
                "amount": 250,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
                "date_deadline": self.days(10),
            }
        )
        self.assertEqual(self.profile.amount_collectable, 750)

    def test_late_dispute_counts_with_the_contested_part(self):
        invoice = self.overdue(1000)
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": invoice.id,
                "amount": 250,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
                "date_deadline": self.days(-4),
            }
        )
        self.assertEqual(self.profile.next_action, "dispute_late")
        self.assertEqual(self.profile.amount_collectable, 1000)
        self.assertIn("4 days ago", self.profile.worklist_reason)
        action = self.profile.with_user(self.collector).action_act()
        self.assertEqual(action["res_model"], "credit.dispute")
        self.assertEqual(action["res_id"], dispute.id)

    def test_credits_of_the_same_currency_alone_are_taken_off(self):
        self.overdue(1000)
        self.make_credit(self.customer, 300)
        self.make_credit(self.customer, 100, currency=self.other_currency)
        self.assertEqual(self.profile.amount_collectable, 700)

    def test_foreign_currency_counts_in_that_of_the_company(self):
        self.overdue(1000, currency=self.other_currency)
        self.assertEqual(
            self.profile.amount_collectable, self.profile.amount_overdue
        )
        self.make_promise(amount=400, currency_id=self.other_currency.id)
        self.assertAlmostEqual(
            self.profile.amount_collectable, 0.6 * self.profile.amount_overdue
        )

    def test_hold_no_follow_up_and_insolvency(self):
        invoice = self.overdue(1000)
        self.profile.action_hold(self.days(3), "holidays")
        self.assertEqual(self.profile.amount_collectable, 0)
        self.profile.action_release_hold()
        self.assertEqual(self.profile.amount_collectable, 1000)
        self.receivables(invoice).no_followup = True
        self.assertEqual(self.profile.amount_collectable, 0)
        self.receivables(invoice).no_followup = False
        self.assertEqual(self.profile.amount_collectable, 1000)
        self.profile.write({"legal_status": "liquidation", "legal_date": self.days(0)})
        self.assertEqual(self.profile.amount_collectable, 0)
        self.assertNotIn(self.profile, self.todo())

    def test_blocked_by_hand(self):
        invoice = self.overdue(1000)
        self.assertIn(self.profile, self.todo())
        invoice.action_toggle_block_payment()
        self.assertEqual(self.profile.amount_collectable, 0)
        self.assertNotIn(self.profile, self.todo())
        invoice.action_toggle_block_payment()
        self.assertEqual(self.profile.amount_collectable, 1000)
        self.assertIn(self.profile, self.todo())

    def test_payment_without_an_entry(self):
        """Not in the ledger before the bank's statement, but the customer has paid."""
        journal = self.company_data["default_journal_bank"]
        self.patch(  # else core makes an entry in any case
            type(self.env["account.move"]),
            "_get_invoice_in_payment_state",
            lambda moves: "in_payment",
        )
        journal.inbound_payment_method_line_ids.payment_account_id = False
        payment = self.pay(self.overdue(1000), journal_id=journal.id)
        self.assertFalse(payment.move_id)
        self.assertEqual(self.profile.amount_collectable, 0)
        payment.action_draft()
        self.assertEqual(self.profile.amount_collectable, 1000)

    def test_approved_notice_leaves_by_itself(self):
        self.overdue(1000, days=20)
        self.profile.policy_id = self.make_policy()
        run = self.env["dunning.run"].create(
            {"company_id": self.env.company.id, "date": self.today}
        )
        run.action_plan()
        self.profile._request_refresh()
        self.assertEqual(self.profile.next_action, "review")
        self.assertEqual(self.profile.amount_collectable, 1000)
        self.assertIn("waits for your approval", self.profile.worklist_reason)
        action = self.profile.with_user(self.collector).action_act()
        self.assertEqual(action["res_id"], self.profile.notice_ids.id)
        self.profile.notice_ids.action_approve()
        self.profile._request_refresh()
        self.assertEqual(self.profile.amount_collectable, 0)

    # === CHANCE AND REASON === #
    def test_broken_promise(self):
        self.overdue(1000, days=20)
        promise = self.make_promise(date=self.days(-4), grace_days=3)
        promise._update_state(("pending",), "broken")
        self.assertEqual(self.profile.next_action, "promise_broken")
        # 0.55 x 1 x 0.9 x 0.85
        self.assertEqual(self.profile.worklist_gain, 420.75)
        self.assertRegex(
            self.profile.worklist_reason, r"^Promise of .*400.* broken today$"
        )
        self.assertIn("42 %", self.profile.worklist_why)
        self.profile.risk_class = "e"
        self.assertEqual(self.profile.worklist_gain, 233.75)

    def test_promise_kept_in_part(self):
        self.overdue(1000, days=20)
        promise = self.make_promise(date=self.days(-4), grace_days=3)
        promise._update_state(("pending",), "partly", amount_kept=150)
        self.assertEqual(self.profile.next_action, "promise_broken")
        # 0.55 x 1 x 0.9: he paid a part, so that nothing is taken off for a breach
        self.assertEqual(self.profile.worklist_gain, 495)
        self.assertRegex(
            self.profile.worklist_reason,
            r"^Promise of .*400.* kept only for .*150.*, found today$",
        )

    def test_the_screen_of_the_customer_says_why_once(self):
        self.overdue(1000, days=50)
        profile = self.profile.with_user(self.collector)
        self.assertEqual(profile.overview.count("Nothing was sent yet"), 1)
        self.assertEqual(profile.overview.count(profile.worklist_why), 1)
        profile.action_snooze(self.days(2), "later")
        profile.invalidate_recordset()
        self.assertNotIn(profile.worklist_why, profile.overview)
        reader = self.profile.with_user(self.sales_reader)
        self.assertIn("Nothing was sent yet", reader.overview)

    def test_each_claim_counts_at_its_own_age(self):
        self.overdue(1000, days=40)
        self.overdue(1000, days=85)
        # 0.25 x 0.9 x (0.9 x 1000 + 0.75 x 1000)
        self.assertEqual(self.profile.worklist_gain, 371.25)

    def test_answer_waits(self):
        self.overdue(1000, days=20)
        self.profile.sudo().reply_date = "2026-06-14 10:00:00"
        self.assertEqual(self.profile.worklist_gain, 540)
        self.assertEqual(
            self.profile.worklist_reason, "Answered yesterday, waits for a reply"
        )

    def test_agreed_call_waits_for_its_day(self):
        self.overdue(1000)
        call = self.env["credit.call"].create(
            {
                "profile_id": self.profile.id,
                "outcome_code": "callback",
                "next_date": self.days(2),
            }
        )
        self.assertEqual(self.profile.worklist_gain, 0)
        call.next_date = self.today
        self.assertEqual(self.profile.next_action, "call")
        self.assertEqual(self.profile.worklist_gain, 405)
        self.assertEqual(self.profile.worklist_reason, "Call planned for today")

    def test_decision_due(self):
        self.overdue(1000, days=95)
        self.assertEqual(self.profile.next_action, "decide")
        self.assertEqual(self.profile.worklist_reason, "95 days: decision due")
        action = self.profile.with_user(self.collector).action_act()
        self.assertEqual(action["res_model"], "credit.decide")
        self.profile._decide("continue", "pays next month", self.days(20))
        self.assertEqual(self.profile.next_action, "remind")

    def test_days_of_dso(self):
        self.env.registry.clear_cache()
        self.overdue(9000)
        other = self.make_customer("Somebody else")
        self.make_invoice(other, 9000, 20)
        # 18,000 in 90 days: 200 a day
        self.assertEqual(self.profile.worklist_gain, 1822.5)
        self.assertEqual(self.profile.worklist_dso_days, 9.11)

    def test_last_level(self):
        invoice = self.overdue(1000)
        policy = self.make_policy()
        level = policy.level_ids[1]
        self.receivables(invoice).sudo().write({"dunning_level_id": level.id})
        self.profile._request_refresh()
        self.assertEqual(self.profile.worklist_level_id, level)

    # === NOT NOW === #
    def test_not_now_returns_by_itself(self):
        self.overdue(1000)
        wizard = self.env["credit.snooze"].with_user(self.collector)
        wizard.create({"profile_ids": self.profile.ids}).action_three_days()
        self.assertEqual(self.profile.snooze_until, self.days(3))
        self.assertEqual(self.profile.snooze_reason, "Later")
        self.assertFalse(self.profile.hold_until)
        self.assertNotIn(self.profile, self.todo())
        self.profile.snooze_until = self.today
        self.assertIn(self.profile, self.todo())
        self.assertFalse(self.profile.is_snoozed)

    def test_not_now_with_a_pause_of_reminders(self):
        self.overdue(1000)
        wizard = self.env["credit.snooze"].with_user(self.collector)
        wizard.create(
            {
                "profile_ids": self.profile.ids,
                "kind": "document",
                "reason": "corrected invoice",
                "with_hold": True,
            }
        ).action_next_week()
        # the day is a Monday
        self.assertEqual(self.profile.snooze_until, self.days(7))
        self.assertEqual(self.profile.hold_until, self.days(6))
        self.assertEqual(
            self.profile.hold_reason, "Waits for a document: corrected invoice"
        )

    def test_not_now_until_tomorrow_at_the_earliest(self):
        with self.assertRaisesRegex(UserError, "tomorrow at the earliest"):
            self.profile.action_snooze(self.today)
        with self.assertRaisesRegex(UserError, "Enter the day"):
            self.env["credit.snooze"].create(
                {"profile_ids": self.profile.ids, "until": False}
            ).action_until()
        self.profile.action_snooze(self.days(1), "x")
        self.profile.action_wake()
        self.assertFalse(self.profile.snooze_until)

    # === RIGHTS === #
    def test_portfolio_and_rights(self):
        self.overdue(1000)
        foreign = self.make_customer("Another's")
        self.make_invoice(foreign, 5000, -40)
        other = self.make_profile(foreign, user_id=self.manager.id)
        self.assertIn(self.profile, self.todo(self.collector))
        self.assertNotIn(other, self.todo(self.collector))
        self.assertEqual(self.todo()[:1], other)
        profiles = self.env["credit.profile"]
        own = profiles.with_user(self.collector).today_summary("todo", [])["todo"]
        self.assertEqual(sum(row["amount"] for row in own["currencies"]), 1000)
        for user in (self.auditor, self.sales_reader, self.plain_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.profile.with_user(user).action_snooze(self.days(1), "x")
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.profile.with_user(user).action_act()
        with self.assertRaises(AccessError):
            profiles.with_user(self.plain_user).today_summary("todo", [])
        with self.assertRaises(AccessError):
            other.with_user(self.collector).action_snooze(self.days(1), "x")
        with self.assertRaises(AccessError):
            self.profile.with_user(self.collector).write({"worklist_gain": 1})

    # === COUNTERS === #
    def test_counters(self):
        self.overdue(1000)
        profiles = self.env["credit.profile"].with_user(self.collector)
        summary = profiles.today_summary("todo", [("id", "=", self.profile.id)])
        self.assertEqual(summary["todo"]["count"], 1)
        [row] = summary["todo"]["currencies"]
        self.assertEqual((row["amount"], row["gain"]), (1000, 202.5))
        self.assertGreaterEqual(summary["badges"]["todo"], 1)
        sendings = profiles.today_summary("sendings")["sendings"]
        self.assertEqual(set(sendings), {"sent", "failed", "bounced", "waiting"})
        self.profile.sudo().reply_date = "2026-06-14 10:00:00"
        events = profiles.today_summary("events")["events"]
        self.assertEqual((events["answers"], events["requests"]), (1, 0))

    def test_tomorrow(self):
        self.overdue(1000, days=4)
        self.profile.policy_id = self.make_policy()
        action = self.env["dunning.preview"].with_user(self.collector).action_tomorrow()
        lines = self.env["dunning.preview.line"].search(action["domain"])
        self.assertEqual(lines.profile_id, self.profile)
        self.assertEqual(lines.date, self.days(1))

    def test_queries_do_not_grow_with_the_customers(self):
        self.count_queries(2)  # fills the caches of the registry
        small, large = (self.count_queries(size) for size in (10, 1000))
        self.assertEqual(small, large)

    def count_queries(self, size):
        """Queries of the list with its reasons, of the counters, and of "not now"."""
        company, today = self.env.company, self.today
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {size} {number}"} for number in range(size)]
        )
        profiles = self.env["credit.profile"].create(
            [
                {"partner_id": partner.id, "company_id": company.id}
                for partner in partners
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_profile SET worklist_gain = id, amount_collectable = id,"
            " next_action = 'remind', days_overdue = 50 WHERE id = ANY(%s)",
            [profiles.ids],
        )
        counts = []
        for step in (
            lambda: profiles.with_user(self.collector_all).web_read(
                {
                    "partner_id": {"fields": {"display_name": {}}},
                    "worklist_reason": {},
                    "worklist_why": {},
                    "worklist_dso_days": {},
                    "is_snoozed": {},
                }
            ),
            lambda: profiles.with_user(self.collector_all).today_summary("todo", []),
            lambda: profiles.with_user(self.collector_all).action_snooze(
                today + timedelta(days=2), "later"
            ),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            step()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        return counts
