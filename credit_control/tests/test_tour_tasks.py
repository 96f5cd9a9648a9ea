from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .tour_common import TourCommon


@tagged("post_install", "-at_install", "credit_control")
class TestTourTasks(TourCommon):
    """The most frequent tasks on the screen of a customer, with their clicks."""

    def test_invoice_in_one_click(self):
        self.start_task("invoice", clicks=1)

    def test_statement_in_one_click(self):
        self.start_task("statement", clicks=1)

    def test_call_in_three_clicks(self):
        self.start_task("call", clicks=3)
        call = self.profile.call_ids
        self.assertEqual(call.outcome_code, "no_answer")
        self.assertGreater(call.next_date, fields.Date.today())
        activity = self.profile.activity_ids
        self.assertEqual(activity.date_deadline, call.next_date)
        self.assertEqual(activity.user_id, self.collector)

    def test_promise_in_two_clicks(self):
        self.start_task("promise", clicks=2)
        promise = self.profile.promise_ids
        self.assertEqual((promise.amount, promise.state), (1200, "pending"))

    def test_dispute_in_four_clicks(self):
        self.start_task("dispute", clicks=4)
        dispute = self.profile.dispute_ids
        self.assertEqual(dispute.move_id, self.invoice)
        self.assertEqual((dispute.amount, dispute.state), (1200, "open"))

    def test_level_in_three_clicks(self):
        self.start_task("level", clicks=3)
        self.assertEqual(self.profile.forced_level_id.name, "Final reminder")
        self.assertEqual(self.profile.forced_reason, "agreed with the director")

    def test_not_now_with_its_reason_and_a_pause_in_four_clicks(self):
        self.start_task("snooze", clicks=4)
        until = fields.Date.today() + timedelta(days=3)
        self.assertEqual(self.profile.snooze_until, until)
        self.assertEqual(
            self.profile.snooze_reason,
            "Waits for a colleague: the credit note comes on Friday",
        )
        self.assertEqual(self.profile.hold_until, until - timedelta(days=1))
        self.assertIn("the credit note", self.profile.hold_reason)

    def test_legal_hand_over_in_four_clicks(self):
        lawyer = self.env["res.partner"].create(
            {"name": "Tour Lawyer", "email": "lawyer@tour.example"}
        )
        self.start_task("legal", clicks=4)
        dossier = self.env["credit.dossier"].search(
            [("profile_id", "=", self.profile.id)]
        )
        self.assertEqual(dossier.state, "handed_over")
        self.assertEqual(dossier.recipient_id, lawyer)
        self.assertEqual(dossier.move_line_ids.move_id, self.invoice)
        self.assertFalse(self.profile.amount_collectable, "the lawyer collects")


class TodayCommon(TourCommon):
    """Two customers to act on, and a colleague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.company
        cls.profile.active = False
        cls.collector, cls.colleague = (
            new_test_user(
                cls.env,
                login=f"today_{name}",
                groups="base.group_user,credit_control.group_collector",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for name in ("collector", "colleague")
        )
        cls.profiles = cls.env["credit.profile"]
        for name, amount in (("First Today", 9000), ("Second Today", 5000)):
            partner = cls.env["res.partner"].create(
                {"name": name, "is_company": True, "phone": "+33 1 23 45 67 89"}
            )
            cls.make_overdue(partner, f"TODAY/{amount}", 50, amount)
            cls.profiles += cls.profiles.get_profile(partner, company)
        cls.profiles.user_id = cls.collector
        cls.env.flush_all()


@tagged("post_install", "-at_install", "credit_control")
class TestTourToday(TodayCommon):
    """The collector's morning: the list, its keys, many customers at once."""

    def test_morning(self):
        """Open the app: 1 click; act: 1; not now: 2; next customer: 1."""
        self.start_tour("/odoo", "credit_control_today", login="today_collector")
        first, second = self.profiles
        call = self.env["credit.call"].search([("profile_id", "=", first.id)])
        self.assertEqual(call.outcome_code, "no_answer")
        self.assertFalse(first.worklist_gain, "he is called again tomorrow")
        self.assertTrue(second.is_snoozed)
        self.assertEqual(second.snooze_until, fields.Date.today() + timedelta(days=1))

    def test_next_and_previous_in_one_click_each(self):
        self.start_task("pager", clicks=3, url="/odoo/credit-today")

    def test_keys_without_a_click(self):
        self.start_task("keyboard", clicks=0, url="/odoo/credit-today")
        first, second = self.profiles
        self.assertEqual(first.snooze_until, fields.Date.today() + timedelta(days=1))
        self.assertFalse(second.snooze_until)
        self.assertFalse(second.call_ids, "the call was discarded")

    def test_reassign_many_in_five_clicks_and_undo_in_two(self):
        self.start_task("reassign", clicks=5, url="/odoo/credit-customers")
        self.assertEqual(self.profiles.user_id, self.colleague)
        self.start_task("undo", clicks=2, url="/odoo/credit-mass-actions")
        self.env.invalidate_all()
        self.assertEqual(self.profiles.user_id, self.collector)


@tagged("post_install", "-at_install", "credit_control")
class TestTourPhone(TodayCommon):
    """Today at the width of a phone."""

    browser_size = "400x850"
    touch_enabled = True

    def test_cards_of_today(self):
        self.start_task("phone", clicks=4, url="/odoo/credit-today")
        first, second = self.profiles
        self.assertEqual(first.snooze_until, fields.Date.today() + timedelta(days=1))
        self.assertFalse(second.snooze_until)
