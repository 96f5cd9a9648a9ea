from odoo import Command
from odoo.tests import new_test_user, tagged

from .tour_common import TourCommon


@tagged("post_install", "-at_install", "credit_control")
class TestTourAttention(TourCommon):
    """The queue "Needs a person" in a real browser."""

    def test_a_notice_is_approved_from_the_queue(self):
        run = self.env["dunning.run"].create({"company_id": self.company.id})
        run.action_plan()
        notice = self.profile.notice_ids
        self.assertEqual(notice.state, "draft")
        self.start_task("needs", 2, "/odoo/credit-today")
        self.assertEqual(notice.state, "approved")
        self.assertTrue(notice.delivery_ids.date_queued)

    def test_keys_that_do_nothing_are_not_shown_to_an_auditor(self):
        self.profile.reply_date = "2026-01-01 10:00:00"
        user = new_test_user(
            self.env,
            login="tour_auditor",
            groups="base.group_user,credit_control.group_auditor",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.start_tour(
            "/odoo/credit-attention",
            "credit_control_task_reads_1",
            login=user.login,
        )
