from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.dunning_run import SUPERSEDED
from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestRun(PipelineCommon):
    """Planning, releasing and cancelling a run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    # === PLAN === #
    def test_plan_writes_notices(self):
        """A notice with its line, amounts and the day of the run."""
        run = self.make_run()
        self.assertEqual(run.state, "planned")
        notice = run.notice_ids
        self.assertEqual(notice.partner_id, self.customer)
        self.assertEqual(notice.policy_id, self.policy)
        self.assertEqual(notice.level_id, self.first)
        self.assertEqual((notice.state, notice.date), ("draft", self.today))
        self.assertEqual(notice.amount_company, 100)
        line = notice.line_ids
        self.assertEqual(line.move_line_id, self.receivables(self.invoice))
        self.assertEqual(line.name, self.invoice.name)
        self.assertEqual((line.kind, line.is_live), ("claim", True))
        self.assertEqual((line.date_due, line.days_overdue), (self.days(-10), 10))
        self.assertEqual(line.amount_claimed, 100)
        sums = notice.amounts[str(self.company.currency_id.id)]
        self.assertEqual(sums["net"], 100)

    def test_summary(self):
        """Counts by code and level; nothing is forgotten."""
        other = self.make_customer("Other")
        self.make_invoice(other, 50, 20)
        self.make_invoice(other, 70, -1)
        run = self.make_run()
        codes = run.summary["codes"]
        self.assertEqual(codes["claim"], {"count": 1, "amount": 100, "overdue": 1})
        self.assertEqual(codes["not_yet"], {"count": 2, "amount": 120, "overdue": 1})
        level = run.summary["levels"][str(self.first.id)]
        self.assertEqual(level, {"notices": 1, "claims": 1, "amount": 100})
        self.assertEqual(run.summary["overdue"], 2)
        self.assertTrue(run.is_complete)
        self.assertIn("Nothing forgotten", run.summary_html)

    def test_plan_again_adds_what_is_new(self):
        run = self.make_run()
        first = run.notice_ids
        run.action_plan()
        self.assertEqual(run.notice_ids, first)
        new = self.make_invoice(self.make_customer("New"), 30, -10)
        self.make_invoice(self.customer, 30, -10)
        run.action_plan()
        added = run.notice_ids - first
        self.assertEqual(added.line_ids.move_line_id, self.receivables(new))
        self.assertEqual(run.summary["codes"]["claim"]["count"], 2)
        self.assertEqual(run.summary["codes"]["in_notice"]["count"], 1)
        self.assertEqual(run.summary["notices"], 2)

    def test_two_plans_of_a_day_do_not_raise_the_level(self):
        """Defect 4: only what was delivered brings the next level."""
        run = self.make_run()
        run.action_approve()
        run.action_plan()
        self.assertEqual(run.notice_ids.level_id, self.first)
        run.notice_ids._cancel("Not now")
        again = self.make_run(day=0) if run.state == "cancelled" else run
        self.assertEqual(again.notice_ids.level_id, self.first)
        self.assertFalse(self.receivables(self.invoice).dunning_level_id)

    def test_one_run_per_company_and_day(self):
        self.make_run()
        values = {"company_id": self.company.id, "date": self.today}
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["dunning.run"].create(values)

    def test_later_plan_supersedes_drafts(self):
        """Drafts of earlier days go, but those that a person edited or approved."""
        edited, approved = (
            self.make_invoice(self.make_customer(name), 100, -10)
            for name in ("Edited", "Approved")
        )
        early = self.make_run(-1)
        by_customer = early.notice_ids.grouped("partner_id")
        by_customer[edited.partner_id].sudo().is_edited = True
        by_customer[approved.partner_id]._approve()
        run = self.make_run()
        draft = by_customer[self.customer]
        self.assertEqual((draft.state, draft.cancel_reason), ("cancelled", SUPERSEDED))
        self.assertEqual(by_customer[edited.partner_id].state, "draft")
        self.assertEqual(by_customer[approved.partner_id].state, "approved")
        self.assertEqual(run.notice_ids.partner_id, self.customer)

    def test_not_in_the_future(self):
        run = self.env["dunning.run"].create(
            {"company_id": self.company.id, "date": self.days(1)}
        )
        with self.assertRaisesRegex(UserError, "2026-06-15"):
            run.action_plan()

    def test_back_dated_run(self):
        """An earlier day may be planned until reminders of a later one were sent."""
        self.make_run(-1)
        self.make_run(-2)
        self.sent_notice(self.first, 0, self.make_customer("Other"))
        run = self.env["dunning.run"].create(
            {"company_id": self.company.id, "date": self.days(-3)}
        )
        with self.assertRaisesRegex(UserError, "already sent"):
            run.action_plan()

    def test_other_company_does_not_block(self):
        """Defect 11: what another company has sent is no obstacle."""
        data = self.make_second_company()
        self.sent_notice(self.first, 0, company_id=data["company"].id)
        self.make_run(-1)

    def test_profiles_of_new_customers_are_made(self):
        customer = self.make_customer("New")
        self.make_invoice(customer, 100, -10)
        self.assertIn(customer, self.make_run().notice_ids.partner_id)

    # === RELEASE === #
    def test_approve_and_send(self):
        run = self.make_run()
        with self.assertRaisesRegex(UserError, "Nothing is approved"):
            run.action_send()
        run.action_approve()
        self.assertEqual(run.notice_ids.state, "approved")
        self.assertTrue(self.company.dunning_is_started)
        run.action_send()
        self.assertTrue(run.notice_ids.sudo().delivery_ids.date_queued)
        self.assertEqual((run.approved_count, run.progress), (1, 0))

    def test_run_is_done_with_its_last_notice(self):
        run = self.make_run()
        run.notice_ids._cancel("Not now")
        self.assertEqual((run.state, run.progress), ("done", 100))

    def test_cancel(self):
        run = self.make_run()
        run.action_cancel()
        self.assertEqual(run.state, "cancelled")
        self.assertEqual(run.notice_ids.state, "cancelled")
        self.assertEqual(self.make_run().notice_count, 1)

    def test_cancel_is_refused_when_something_was_sent(self):
        run = self.make_run()
        self.sent_notice(self.first, 0, run_id=run.id)
        with self.assertRaisesRegex(UserError, "were sent"):
            run.action_cancel()

    def test_state_is_checked(self):
        run = self.make_run()
        run.action_cancel()
        for action in (run.action_plan, run.action_approve, run.action_cancel):
            with self.assertRaisesRegex(UserError, "is cancelled"):
                action()

    def test_only_managers(self):
        self.make_users()
        run = self.make_run()
        for user in (self.collector, self.collector_all, self.auditor):
            for action in ("plan", "approve", "send", "cancel"):
                with self.assertRaises(AccessError):
                    getattr(run.with_user(user), f"action_{action}")()
        self.assertEqual(run.with_user(self.auditor).notice_count, 1)

    # === PROBLEMS === #
    def problems(self, run):
        return {problem["code"]: problem for problem in run.problems}

    def test_policy_without_levels(self):
        """A policy without levels is named; the others go on."""
        empty = self.make_policy([], name="Empty")
        idle = self.make_customer("Idle")
        self.make_profile(idle, policy_id=empty.id)
        self.make_invoice(idle, 9, -9)
        run = self.make_run()
        self.assertEqual(self.problems(run)["no_levels"]["id"], empty.id)
        self.assertEqual(run.notice_ids.partner_id, self.customer)
        self.assertIn("Add levels", run.problems_html)

    def test_level_without_channel_or_text(self):
        self.env.cr.execute(
            "UPDATE dunning_level SET body_html = NULL, subject = NULL WHERE id = %s",
            self.second.ids,
        )
        self.env.cr.execute(
            "UPDATE dunning_level SET send_email = FALSE WHERE id = %s", self.third.ids
        )
        self.env.invalidate_all()
        found = self.problems(self.make_run())
        self.assertEqual(found["no_text"]["id"], self.second.id)
        self.assertEqual(found["no_channel"]["id"], self.third.id)

    def test_ledger_problems(self):
        """Items without customer, and customers whom nothing reaches."""
        self.make_entry(self.env["res.partner"], 50, -9, no_followup=False)
        unknown = self.make_customer("Unknown", email=False)
        self.make_invoice(unknown, 100, -10)
        run = self.make_run()
        found = self.problems(run)
        self.assertEqual(found["no_partner"]["count"], 1)
        self.assertEqual(found["no_recipient"]["id"], self.make_profile(unknown).id)
        self.assertEqual(run.notice_ids.partner_id, self.customer)
        self.assertIn("without a customer", run.problems_html)

    def test_level_whose_role_nobody_has(self):
        """The notices go to the main contact, and the run says how many."""
        self.first.role_to_ids = self.env.ref("credit_control.role_accounts_payable")
        run = self.make_run()
        problem = self.problems(run)["no_role"]
        self.assertEqual((problem["id"], problem["count"]), (self.first.id, 1))
        self.assertIn("main contact is written to", run.problems_html)
        self.customer.credit_role_ids = self.first.role_to_ids
        run.action_cancel()
        self.assertFalse(self.make_run().problems)

    # === EXPLAIN === #
    def test_explain(self):
        """Why, until when, and at which level, in words."""
        profile = self.make_profile(self.customer)
        later = self.make_invoice(self.customer, 40, -2)
        rows = {row["move_line_id"]: row for row in profile.explain()}
        row = rows[self.receivables(self.invoice).id]
        self.assertEqual((row["code"], row["level_id"]), ("claim", self.first.id))
        self.assertIn("Level 1", row["text"])
        row = rows[self.receivables(later).id]
        self.assertEqual((row["code"], row["until"]), ("reminder", self.days(3)))
        self.assertIn("Jun 18, 2026", row["text"])

    def test_explain_has_words_for_every_code(self):
        profile = self.env["credit.profile"]
        texts, labels = profile._explain_texts(), self.env["dunning.run"]._code_labels()
        for code in self.pipeline._dunning_holds():
            self.assertIn(code, texts)
            self.assertIn(code, labels)

    def test_explain_follows_the_profile_rights(self):
        self.make_users()
        profile = self.make_profile(self.customer)
        with self.assertRaises(AccessError):
            profile.with_user(self.plain_user).explain()
        self.assertEqual(len(profile.with_user(self.auditor).explain()), 1)

    def test_nothing_forgotten(self):
        self.make_invoice(self.customer, 100, -10, currency=self.other_currency)
        self.make_entry(self.env["res.partner"], 50, -9)
        forgotten = self.env["credit.profile"].forgotten_items(self.company, self.today)
        self.assertFalse(forgotten)

    # === PREVIEW === #
    def test_preview(self):
        """Each step on its day, as if everything were delivered and nobody paid."""
        later = self.make_invoice(self.make_customer("Later"), 40, 3)
        rows = self.env["dunning.run"].preview(self.company, 40)
        found = [(row["partner_id"], row["date"], row["level_id"]) for row in rows]
        self.assertEqual(
            found,
            [
                (self.customer.id, self.days(0), self.first.id),
                (later.partner_id.id, self.days(8), self.first.id),
                (self.customer.id, self.days(15), self.second.id),
                (later.partner_id.id, self.days(23), self.second.id),
                (self.customer.id, self.days(35), self.third.id),
            ],
        )
        self.assertFalse(self.env["dunning.notice"].search_count([]))

    def test_preview_takes_waiting_notices_as_delivered(self):
        self.make_run()
        rows = self.env["dunning.run"].preview(self.company, 20)
        self.assertEqual([row["date"] for row in rows], [self.days(15)])

    def test_preview_looks_only_at_what_changes(self):
        """Leaving out customers of whom a day says nothing new changes nothing."""
        self.policy.write({"min_days_between": 6, "hold_out_percent": 40})
        self.first.write({"is_automatic": True, "min_amount": 60})
        other = self.make_policy([-4, {"delay_days": 3, "is_automatic": True}, 12])
        for number in range(12):
            customer = self.make_customer(f"Customer {number}")
            profile = self.make_profile(customer, policy_id=number % 3 and other.id)
            for day in (-20, -3, 2, 9):
                self.make_invoice(customer, 40 + 7 * number, day + number % 5)
            if number % 4 == 1:
                profile.hold_until = self.days(number)
            if number % 4 == 2:
                self.make_credit(customer, 60)
        model = self.env["dunning.run"]
        found = model.preview(self.company, 45)
        self.patch(type(model), "_preview_customers", lambda *args: None)
        self.assertEqual(found, model.preview(self.company, 45))
        self.assertGreater(len(found), 30)

    def test_preview_wizard(self):
        wizard = self.env["dunning.preview"].create({"days": 20})
        action = wizard.action_preview()
        lines = self.env["dunning.preview.line"].search(action["domain"])
        self.assertEqual(lines.mapped("amount"), [100, 100])
        with self.assertRaises(UserError):
            wizard.days = 500
            wizard.action_preview()
