from odoo.tests import tagged

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
