from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestRunCron(PipelineCommon):
    """What the scheduled action plans, approves and sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].sudo().search([]).dunning_is_started = False
        cls.company.sudo().dunning_is_started = True
        cls.first.is_automatic = True
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)
        cls.runs = cls.env["dunning.run"].sudo()

    def plan_by_cron(self):
        """Run the scheduled action without its commits; return the run of today."""
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", return_value=100
        ):
            self.runs._cron_plan()
        return self.runs.search(
            [("company_id", "=", self.company.id), ("date", "=", self.today)]
        )

    def released_before(self):
        """A person released notices before."""
        self.sent_notice(self.first, -30, self.make_customer("Former"))

    def test_first_run_waits_for_a_person(self):
        """Planned, but nothing is approved by itself before a person did once."""
        run = self.plan_by_cron()
        self.assertTrue(run.is_automatic)
        self.assertEqual(run.notice_ids.state, "draft")

    def test_automatic_levels_go(self):
        self.released_before()
        person = self.make_invoice(self.make_customer("Late"), 50, -60)
        self.delivered(person, self.first, -40)
        run = self.plan_by_cron()
        states = {n.level_id: n.state for n in run.notice_ids}
        self.assertEqual(states, {self.first: "approved", self.second: "draft"})
        queued = run.notice_ids.delivery_ids.filtered("date_queued")
        self.assertEqual(queued.notice_id.level_id, self.first)

    def test_ceiling(self):
        """Up to the ceiling of the policy, the largest amounts first."""
        self.released_before()
        self.policy.max_per_day = 2
        for amount in (300, 200):
            self.make_invoice(self.make_customer(f"Owes {amount}"), amount, -10)
        run = self.plan_by_cron()
        approved = run.notice_ids.filtered(lambda n: n.state == "approved")
        self.assertEqual(sorted(approved.mapped("amount_company")), [200, 300])
        self.assertFalse(run._approve_automatic())

    def test_once_a_day(self):
        self.released_before()
        run = self.plan_by_cron()
        planned = run.date_planned
        self.make_invoice(self.make_customer("New"), 50, -10)
        self.assertEqual(self.plan_by_cron(), run)
        self.assertEqual((len(run.notice_ids), run.date_planned), (1, planned))

    def test_company_that_has_not_started(self):
        self.company.dunning_is_started = False
        self.assertFalse(self.plan_by_cron())
        self.company.write({"dunning_is_started": True, "dunning_auto_plan": False})
        self.assertFalse(self.plan_by_cron())

    def test_failure_of_one_company(self):
        """It is written on that company's run, and the next one is planned."""
        data = self.make_second_company()
        data["company"].sudo().write(
            {"dunning_is_started": True, "dunning_policy_id": False}
        )
        model = self.env.registry["dunning.run"]
        original = model._plan

        def fail(run):
            if run.company_id == self.company:
                raise UserError("The ledger is upside down.")
            return original(run)

        with patch.object(model, "_plan", fail):
            run = self.plan_by_cron()
        self.assertEqual(run.error, "The ledger is upside down.")
        self.assertEqual(run.state, "draft")
        other = self.runs.search([("company_id", "=", data["company"].id)])
        self.assertTrue(other.date_planned)
