from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged("post_install", "-at_install", "credit_control")
class TestTourLetter(TourCommon):
    """Numbers and receipts of letters in a real browser."""

    def test_a_letter_gets_its_number_and_its_receipt(self):
        letter = self.posted_letter()
        action = self.env.ref("credit_control.dunning_letter_action").sudo()
        action.context = {}
        action.domain = [("profile_id", "=", self.profile.id)]
        self.start_task("receipt", 6, "/odoo/credit-letters")
        self.assertEqual(letter.tracking_number, "1A 123 456 7890 1")
        self.assertEqual(letter.receipt, "delivered")
        self.assertEqual(letter.date_received, fields.Date.today())
        self.assertTrue(letter.level_id.deadline_days)
        self.assertEqual(
            letter.date_pay_by,
            letter.date_received + timedelta(days=letter.level_id.deadline_days),
        )
