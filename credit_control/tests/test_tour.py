from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install", "credit_control")
class TestTour(AccountTestInvoicingCommon, HttpCase):
    """The tasks of every day in a real browser.

    The browser has a clock of its own, so that these days are counted from today.
    """

    @classmethod
    def get_default_groups(cls):
        """The accountant who makes the data is a credit manager as well."""
        return super().get_default_groups() | cls.quick_ref(
            "credit_control.group_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("credit_control.policy_standard")
        cls.company = cls.env.company
        cls.company.dunning_policy_id = cls.policy
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Tour Customer",
                "is_company": True,
                "email": "bills@tour.example",
                "street": "1 Road",
                "zip": "69002",
                "city": "Lyon",
                "lang": "en_US",
            }
        )
        cls.invoice = cls.make_overdue(cls.customer, "TOUR/0001", 20, 1200)
        users = {"manager": "group_manager", "collector": "group_collector"}
        for name, group in users.items():
            user = new_test_user(
                cls.env,
                login=f"tour_{name}",
                groups=f"base.group_user,credit_control.{group}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            setattr(cls, name, user)
        cls.profile = cls.env["credit.profile"].get_profile(cls.customer, cls.company)
        cls.profile.user_id = cls.collector

    @classmethod
    def make_overdue(cls, customer, name, days, amount):
        """Post an invoice that is overdue by ``days``."""
        today = fields.Date.today()
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "name": name,
                "partner_id": customer.id,
                "invoice_date": today - timedelta(days=days + 30),
                "invoice_date_due": today - timedelta(days=days),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Goods",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

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

    def test_statement_in_one_click(self):
        self.start_tour(
            f"/odoo/credit.profile/{self.profile.id}",
            "credit_control_statement",
            login="tour_collector",
        )

    # === THE SCREEN OF A CUSTOMER: each tour numbers its clicks === #
    def start_profile_tour(self, name):
        """Run a tour on the form of the customer, as his collector."""
        url = f"/odoo/credit-customers/{self.profile.id}"
        self.start_tour(url, f"credit_control_profile_{name}", login="tour_collector")

    def test_profile_shows_an_invoice_in_one_click(self):
        self.start_profile_tour("invoice")

    def test_profile_logs_a_call_in_three_clicks(self):
        self.start_profile_tour("call")
        call = self.profile.call_ids
        self.assertEqual(call.outcome, "no_answer")
        self.assertGreater(call.next_date, fields.Date.today())
        activity = self.profile.activity_ids
        self.assertEqual(activity.date_deadline, call.next_date)
        self.assertEqual(activity.user_id, self.collector)

    def test_profile_takes_a_promise_in_two_clicks(self):
        self.start_profile_tour("promise")
        promise = self.profile.promise_ids
        self.assertEqual((promise.amount, promise.state), (1200, "pending"))

    def test_profile_opens_a_dispute_in_four_clicks(self):
        self.start_profile_tour("dispute")
        dispute = self.profile.dispute_ids
        self.assertEqual(dispute.move_id, self.invoice)
        self.assertEqual((dispute.amount, dispute.state), (1200, "open"))

    def test_profile_forces_a_level_in_three_clicks(self):
        self.start_profile_tour("level")
        self.assertEqual(self.profile.forced_level_id.name, "Final reminder")
        self.assertEqual(self.profile.forced_reason, "agreed with the director")
