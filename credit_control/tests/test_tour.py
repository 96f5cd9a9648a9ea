from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged("post_install", "-at_install", "credit_control")
class TestTour(TourCommon):
    """The dunning of every day in a real browser."""

    def plan(self):
        """Return the one notice of a planned run of today."""
        run = self.env["dunning.run"].create({"company_id": self.company.id})
        run.action_plan()
        return run.notice_ids

    def test_manager_plans_reviews_and_sends(self):
        self.start_tour("/odoo", "credit_control_run", login="tour_manager")
        notice = self.profile.notice_ids
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.state, "approved")
        self.assertEqual(notice.line_ids.move_line_id.move_id, self.invoice)
        self.assertTrue(notice.delivery_ids.date_queued)

    def test_collector_says_not_now(self):
        notice = self.plan()
        self.start_tour("/odoo", "credit_control_not_now", login="tour_collector")
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(self.profile.hold_reason, "waits for our credit note")
        self.assertGreater(self.profile.hold_until, fields.Date.today())

    def test_collector_forces_a_level(self):
        self.start_tour("/odoo", "credit_control_force_level", login="tour_collector")
        self.assertEqual(self.profile.forced_level_id.name, "Final reminder")
        self.assertEqual(self.profile.forced_reason, "agreed with the director")
        self.assertEqual(self.profile.forced_user_id, self.collector)
        notice = self.plan()
        self.assertEqual(notice.level_id, self.profile.forced_level_id)

    def test_statement_and_movements(self):
        self.start_tour(
            f"/odoo/credit.profile/{self.profile.id}",
            "credit_control_statement",
            login="tour_collector",
        )
