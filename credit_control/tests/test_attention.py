from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .notice_common import NoticeCommon


@tagged("post_install", "-at_install", "credit_control")
class TestAttention(NoticeCommon):
    """The queue "Needs a person": what is on it, why, and what leaves it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.rows = cls.env["credit.attention"].with_user(cls.collector)
        cls.reason = cls.env["credit.dispute.reason"].search([], limit=1)

    def found(self, kind, user=None):
        """Return the rows of a kind, as the collector sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.rows.with_user(user) if user else self.rows
        return rows.search([("kind", "=", kind)])

    def overdue(self, amount=1000, days=40):
        return self.make_invoice(self.customer, amount, -days)

    def make_delivery(self, state, channel="email", notice=None, **values):
        """Create a delivery in a state, of a notice that was approved."""
        if not notice:
            notice = self.make_notice(moves=self.overdue())
            notice._update_state(("draft",), "approved")
        return (
            self.env["dunning.delivery"]
            .sudo()
            .create(
                {
                    "notice_id": notice.id,
                    "channel": channel,
                    "state": state,
                    "error": "It did not work.",
                    "remedy": "Mend it.",
                    **values,
                }
            )
        )

    # === THE HOOK === #
    def test_every_source_is_complete(self):
        sources = self.rows._attention_sources()
        deeds = self.rows._deed_labels()
        for code, source in sources.items():
            with self.subTest(source=code):
                self.assertTrue(source["label"])
                self.assertTrue(source.get("todo") or source.get("todo_field"))
                self.assertFalse(source.get("deeds", {}).keys() - deeds.keys())
                self.rows.search_count([("kind", "=", code)])
        self.assertLessEqual(len(sources), 64)

    def test_rows_of_different_sources_never_share_an_id(self):
        self.overdue(days=100)
        self.profile.sudo().write({"reply_date": fields.Datetime.now()})
        self.env.flush_all()
        rows = self.rows.search([("profile_id", "=", self.profile.id)])
        self.assertEqual(len(set(rows.ids)), len(rows))
        self.assertGreaterEqual(len(rows), 2)

    # === ANSWERS === #
    def test_an_answer_waits_until_it_was_dealt_with(self):
        self.profile.sudo().write({"reply_date": fields.Datetime.now()})
        row = self.found("answer")
        self.assertIn("Jun 15, 2026", row.reason)
        self.assertEqual(row.deeds, "done")
        row.action_deed("done")
        self.assertFalse(self.profile.reply_date)
        self.assertFalse(self.found("answer"))

    def test_a_request_is_accepted_by_one_click(self):
        items = self.receivables(self.overdue())
        request = (
            self.env["credit.portal.request"]
            .sudo()
            .create(
                {
                    "profile_id": self.profile.id,
                    "kind": "promise",
                    "currency_id": self.env.company.currency_id.id,
                    "amount": 100,
                    "date": self.days(5),
                    "move_line_ids": items.ids,
                }
            )
        )
        self.profile.sudo().write({"reply_date": fields.Datetime.now()})
        row = self.found("request")
        self.assertIn("Promise to pay", row.reason)
        self.assertEqual(row.amount, 100)
        self.assertFalse(self.found("answer"), "One answer, one row.")
        row.action_deed()
        self.assertEqual(request.state, "accepted")
        self.assertFalse(self.found("request"))

    # === DELIVERIES === #
    def test_a_delivery_to_clarify(self):
        delivery = self.make_delivery("reserved")
        row = self.found("reserved")
        self.assertEqual(row.reason, "It did not work.")
        self.assertEqual(row.todo, "Mend it.")
        self.assertEqual(row.action_act()["res_id"], delivery.id)
        row.action_deed("arrived")
        self.assertEqual(delivery.state, "sent")
        self.assertFalse(self.found("reserved"))

    def test_a_notice_that_reached_nobody(self):
        delivery = self.make_delivery("failed")
        row = self.found("failed")
        self.assertEqual((row.res_id, row.amount), (delivery.id, 1000))
        row.action_deed("retry")
        self.assertEqual(delivery.state, "ready")
        self.assertFalse(self.found("failed"), "It is tried again by itself.")

    def test_another_way_that_is_open_needs_nobody(self):
        delivery = self.make_delivery("failed")
        other = self.make_delivery("queued", "letter", delivery.notice_id)
        self.assertFalse(self.found("failed"))
        other._mark_failed("No street.", "Enter it.")
        row = self.found("failed")
        self.assertEqual(row.res_id, other.id, "One row a notice, the last failure.")

    def test_a_mistake_of_ours_needs_somebody_in_any_case(self):
        delivery = self.make_delivery("failed", is_ours=True)
        self.make_delivery("sent", "letter", delivery.notice_id)
        self.assertEqual(self.found("failed").res_id, delivery.id)

    def test_a_task_for_a_recipient_is_listed_until_it_is_done(self):
        task = self.profile.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.collector.id
        )
        delivery = self.make_delivery("failed", task_id=task.id)
        self.make_delivery("sent", "letter", delivery.notice_id)
        self.assertEqual(self.found("failed").res_id, delivery.id)
        task.action_done()
        self.assertFalse(self.found("failed"))

    def test_a_formal_notice_needs_its_registered_letter(self):
        self.level1.is_formal = True
        delivery = self.make_delivery("failed", "registered")
        self.make_delivery("sent", "email", delivery.notice_id)
        self.assertEqual(self.found("failed").res_id, delivery.id)

    def test_an_address_that_bounced_while_a_letter_went(self):
        delivery = self.make_delivery("bounced", bounced_emails="old@customer.example")
        self.make_delivery("sent", "letter", delivery.notice_id)
        self.assertFalse(self.found("failed"))
        row = self.found("bounced")
        self.assertIn("old@customer.example", row.reason)
        self.assertEqual(row.action_act()["res_model"], "res.partner")
        self.make_delivery("sent", "email", delivery.notice_id)
        self.assertFalse(self.found("bounced"), "A later mail reached him.")

    def test_letters_are_listed_after_some_days(self):
        self.env.company.credit_attention_days = 3
        letter = self.make_delivery(
            "queued", "letter", date_queued=fields.Datetime.to_datetime(self.days(-3))
        )
        self.assertFalse(self.found("letter_print"))
        letter.date_queued = fields.Datetime.to_datetime(self.days(-4))
        self.assertTrue(self.found("letter_print"))
        letter.write(
            {
                "date_printed": fields.Datetime.to_datetime(self.days(-4)),
                "print_batch": "B/7",
            }
        )
        self.assertFalse(self.found("letter_print"))
        row = self.found("letter_post")
        self.assertIn("B/7", row.reason)
        row.action_deed("posted")
        self.assertEqual(letter.state, "sent")
        self.assertFalse(self.found("letter_post"))

    # === NOTICES === #
    def test_a_notice_to_review_is_approved_by_one_click(self):
        notice = self.make_notice(moves=self.overdue())
        row = self.found("review")
        self.assertIn("Level 1", row.reason)
        row.action_deed("approve")
        self.assertEqual(notice.state, "approved")
        self.assertTrue(notice.delivery_ids.date_queued)
        self.assertFalse(self.found("review"))

    def test_what_the_next_planning_makes_anew_is_left_out(self):
        self.env.company.write({"dunning_is_started": True, "dunning_auto_plan": True})
        run = self.env["dunning.run"].sudo().create({"is_automatic": True})
        notice = self.make_notice(moves=self.overdue(), run_id=run.id)
        self.assertTrue(self.found("review"))
        notice.is_automatic = True
        self.assertFalse(self.found("review"))
        notice.is_edited = True
        self.assertTrue(self.found("review"), "An edited draft stays.")
        notice.is_edited = False
        self.env.company.dunning_auto_plan = False
        self.assertTrue(self.found("review"), "Nothing plans by itself.")

    # === AGREEMENTS === #
    def test_a_dispute_past_its_deadline(self):
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.overdue().id,
                "amount": 250,
                "reason_id": self.reason.id,
                "date_deadline": self.today,
            }
        )
        self.assertFalse(self.found("dispute"))
        dispute.date_deadline = self.days(-1)
        row = self.found("dispute")
        self.assertEqual((row.res_id, row.amount), (dispute.id, 250))
        self.assertIn(self.reason.name, row.reason)

    def test_proposed_promises_and_plans_are_accepted(self):
        promise = self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "date": self.days(5),
                "amount": 400,
                "currency_id": self.env.company.currency_id.id,
                "state": "draft",
            }
        )
        row = self.found("promise")
        self.assertEqual(row.amount, 400)
        row.action_deed("accept")
        self.assertEqual(promise.state, "pending")
        self.assertFalse(self.found("promise"))

    def test_a_broken_plan_waits_for_a_person(self):
        events = self.env["credit.event"].sudo()
        event = events._raise(
            [
                {
                    "profile_id": self.profile.id,
                    "kind": "plan_broken",
                    "name": "The plan is broken.",
                }
            ]
        )
        row = self.found("plan_broken")
        self.assertEqual(row.reason, "The plan is broken.")
        row.action_deed("done")
        self.assertEqual(event.state, "done")
        self.assertFalse(self.found("plan_broken"))

    # === ENDS === #
    def test_a_decision_that_is_due(self):
        self.overdue(days=89)
        self.assertFalse(self.found("decision"))
        self.overdue(days=91)
        row = self.found("decision")
        self.assertEqual(row.amount, 2000)
        self.profile.with_user(self.collector)._decide(
            "continue", "Pays late", self.days(20)
        )
        self.assertFalse(self.found("decision"))
        self.assertFalse(self.found("last_level"))

    def test_what_is_promised_needs_no_decision(self):
        invoice = self.overdue(days=100)
        self.assertTrue(self.found("decision"))
        self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "date": self.days(5),
                "amount": 1000,
                "currency_id": self.env.company.currency_id.id,
                "move_line_ids": self.receivables(invoice).ids,
            }
        )
        self.assertFalse(self.found("decision"))

    def test_the_end_of_the_policy(self):
        self.profile.policy_id = self.policy
        invoice = self.overdue(days=60)
        lines = self.receivables(invoice)
        notice = self.make_notice(moves=invoice, level=self.level3)
        notice._update_state(("draft",), "sent", date_sent=self.days(-11))
        lines.write({"dunning_level_id": self.level3.id})
        self.profile._request_refresh()
        row = self.found("last_level")
        self.assertIn("Test policy", row.reason)
        notice._update_state(("sent",), "sent", date_sent=self.days(-9))
        self.assertFalse(self.found("last_level"), "The last step may still work.")

    def test_the_end_of_another_policy(self):
        """At the end of the former one, and of the present one as the plan sees it."""
        variant = self.policy.copy({"name": "Other words"})
        self.profile.policy_id = variant
        invoice = self.overdue(days=60)
        notice = self.make_notice(moves=invoice, level=self.level3)
        notice._update_state(("draft",), "sent", date_sent=self.days(-11))
        self.receivables(invoice).write({"dunning_level_id": self.level3.id})
        self.profile._request_refresh()
        self.assertIn("Other words", self.found("last_level").reason)
        last = variant.level_ids.sorted("sequence")[-1]
        last.sequence = self.level3.sequence + 1
        self.assertFalse(self.found("last_level"), "There is one more step.")

    # === GAPS === #
    def test_an_entry_without_customer_is_seen_by_every_collector(self):
        line = self.make_entry(self.env["res.partner"], 80, -3)
        row = self.found("no_partner").filtered(
            lambda row: row.res_id == line.move_id.id
        )
        self.assertEqual((row.amount, row.partner_id.id), (80, False))
        with self.assertRaises(UserError):
            row.action_open_snooze()

    def test_a_customer_without_policy(self):
        self.env["dunning.policy"].search([]).write({"assign_domain": False})
        self.env.company.dunning_policy_id = False
        self.overdue()
        self.profile.sudo().write({"policy_id": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_profile SET dunning_policy_id = NULL WHERE id = %s",
            [self.profile.id],
        )
        self.assertTrue(self.found("no_policy"))

    def test_a_customer_whom_nothing_reaches(self):
        self.profile.policy_id = self.policy
        self.overdue()
        self.assertFalse(self.found("no_recipient"))
        self.customer.email = False
        row = self.found("no_recipient")
        self.assertEqual(row.action_act()["res_id"], self.customer.id)
        self.customer.phone = "+33 1"
        self.assertTrue(self.found("no_recipient"))
        self.policy.level_ids[:1].fallback_channel = "call"
        self.assertFalse(self.found("no_recipient"))

    # === RIGHTS === #
    def test_only_the_portfolio_in_reach(self):
        self.make_delivery("reserved")
        other = self.make_customer("Other")
        profile = self.make_profile(other, user_id=self.manager.id)
        profile.sudo().write({"reply_date": fields.Datetime.now()})
        self.assertFalse(self.found("answer"))
        self.assertTrue(self.found("answer", self.collector_all))
        self.assertTrue(self.found("answer", self.auditor))
        for user in (self.sales_reader, self.plain_user):
            with self.assertRaises(AccessError):
                self.found("answer", user)
        row = self.found("reserved", self.auditor)
        for method in (row.action_act, row.action_deed):
            with self.assertRaises(AccessError):
                method()

    def test_the_deputy_sees_the_queue_of_who_is_away(self):
        self.make_delivery("reserved")
        self.profile.user_id = self.manager
        self.assertFalse(self.found("reserved"))
        self.env["credit.absence"].create(
            {
                "user_id": self.manager.id,
                "deputy_id": self.collector.id,
                "date_from": self.today,
                "date_to": self.days(3),
            }
        )
        self.assertTrue(self.found("reserved"))

    # === ONE CLICK === #
    def test_a_deed_that_fits_no_line_says_so(self):
        self.make_delivery("reserved")
        with self.assertRaisesRegex(UserError, "Approve and send"):
            self.found("reserved").action_deed("approve")

    def test_a_deed_is_done_for_many_at_once(self):
        notices = self.make_notice(moves=self.overdue())
        other = self.make_customer("Second")
        self.make_profile(other, user_id=self.collector.id)
        notices |= self.make_notice(other, self.make_invoice(other, 10, -40))
        self.make_delivery("reserved")
        self.env.flush_all()
        self.rows.search([]).with_context(attention_deed="approve").action_deed()
        self.assertEqual(set(notices.mapped("state")), {"approved"})

    def test_not_now_takes_all_of_a_customer_off_the_queue(self):
        self.make_delivery("reserved")
        self.profile.with_user(self.collector).action_snooze(self.days(2), "Later")
        row = self.found("reserved")
        now = self.rows._now_domain()
        self.assertFalse(self.rows.search([("id", "=", row.id), *now]))
        self.assertEqual(row.snooze_until, self.days(2))

    # === COUNTERS === #
    def test_counters_of_the_tab(self):
        self.make_delivery("reserved")
        self.profile.sudo().write({"reply_date": fields.Datetime.now()})
        self.env.flush_all()
        profiles = self.env["credit.profile"].with_user(self.collector)
        domain = [("kind", "in", ("reserved", "answer"))]
        summary = profiles.today_summary("needs", domain)
        self.assertEqual(summary["needs"], {"count": 2, "customers": 1})
        self.assertGreaterEqual(summary["badges"]["needs"], 2)
        self.assertIn("todo", profiles.today_summary("todo"))

    def test_more_collectors_take_no_more_queries(self):
        rows = self.env["credit.attention"].sudo()
        domain = [("company_id", "=", self.env.company.id)]
        self.make_delivery("reserved")

        def counted():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            return rows._count_by_kind(domain), self.env.cr.sql_log_count - before

        counted()  # warms the caches
        counts, queries = counted()
        self.assertEqual(counts[self.collector, "reserved"], 1)
        for user in (self.manager, self.collector_all):
            profile = self.make_profile(self.make_customer(user.name), user_id=user.id)
            profile.sudo().write({"reply_date": fields.Datetime.now()})
        counts, more = counted()
        self.assertEqual(counts[self.manager, "answer"], 1)
        self.assertLessEqual(more, queries + 2)
