from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, common, new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

# core gives a browser ten seconds to start, and skips the test where it takes longer,
# as it may while another database is tested on the same machine
common.CHECK_BROWSER_ITERATIONS = 600


class TourCommon(AccountTestInvoicingCommon, HttpCase):
    """A customer with an overdue invoice, his collector and a manager.

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

    def posted_letter(self, **values):
        """A registered letter of the formal level, posted two days ago."""
        level = self.policy.level_ids.filtered("is_formal")[:1]
        notice = self.env["dunning.notice"].sudo()
        notice = notice.create(
            {
                "profile_id": self.profile.id,
                "company_id": self.company.id,
                "policy_id": self.policy.id,
                "level_id": level.id,
                "date": fields.Date.today() - timedelta(days=3),
            }
        )
        letter = self.env["dunning.delivery"].sudo()
        letter = letter.create({"notice_id": notice.id, "channel": "registered"})
        moment = fields.Datetime.now() - timedelta(days=2)
        letter._update_state(("ready",), "sent", date_sent=moment, **values)
        return letter

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

    def start_task(self, name, clicks, url=None):
        """Run the tour of a frequent task, as the collector.

        :param int clicks: the tour's name ends with the number of its clicks, counted
            by itself: another number finds no tour
        """
        self.start_tour(
            url or f"/odoo/credit-customers/{self.profile.id}",
            f"credit_control_task_{name}_{clicks}",
            login=self.collector.login,
        )
