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
