from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestMerge(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.stays = cls.make_customer("Stays", email="same@customer.example")
        cls.goes = cls.make_customer("Goes", email="same@customer.example")

    def merge(self, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.stays + self.goes).ids, self.stays)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_profiles_of_both_are_merged(self):
        one = self.make_profile(self.stays, user_id=self.collector.id)
        two = self.make_profile(
            self.goes, user_id=self.collector_all.id, grace_days=9, risk_class="d"
        )
        self.make_invoice(self.stays, 100, -10)
        move = self.make_invoice(self.goes, 50, -20)
        promise = self.env["credit.promise"].create(
            {"profile_id": two.id, "amount": 5, "date": self.days(3)}
        )
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": two.id,
                "move_id": move.id,
                "amount": 5,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
            }
        )
        two.message_post(body="told on the phone")
        self.merge()
        self.assertFalse(two.exists())
        self.assertEqual(one.partner_id, self.stays)
        self.assertEqual(one.user_id, self.collector, "the destination's settings win")
        self.assertEqual(one.amount_due, 150)
        self.assertEqual(one.days_overdue, 20)
        self.assertEqual(promise.profile_id, one)
        self.assertEqual(promise.partner_id, self.stays)
        self.assertEqual(dispute.profile_id, one)
        self.assertEqual(dispute.partner_id, self.stays)
        texts = " ".join(one.message_ids.mapped("body"))
        self.assertIn("told on the phone", texts)
        self.assertIn("Collector All", texts)
        self.assertIn("Days", texts)

    def test_the_only_profile_moves(self):
        two = self.make_profile(self.goes, grace_days=9)
        self.make_invoice(self.goes, 50, -20)
        self.merge()
        self.assertEqual(two.partner_id, self.stays)
        self.assertEqual(two.grace_days, 9)
        self.assertEqual(two.amount_due, 50)

    def test_profiles_of_each_company_are_merged_apart(self):
        company = self.make_second_company()["company"]
        self.make_profile(self.stays)
        self.make_profile(self.goes, company)
        self.merge()
        profiles = self.env["credit.profile"].search(
            [("partner_id", "=", self.stays.id)]
        )
        self.assertEqual(profiles.company_id, self.env.company + company)

    def test_notices_follow(self):
        policy = self.make_policy()
        one = self.make_profile(self.stays)
        two = self.make_profile(self.goes)
        notice = self.env["dunning.notice"].sudo().create(
            {
                "profile_id": two.id,
                "company_id": self.env.company.id,
                "policy_id": policy.id,
                "level_id": policy.level_ids[0].id,
                "date": self.today,
            }
        )
        self.merge()
        self.assertEqual(notice.profile_id, one)
        self.assertEqual(notice.partner_id, self.stays)

    # === COMMERCIAL ENTITY === #
    def test_a_customer_that_becomes_a_contact(self):
        one = self.make_profile(self.stays)
        two = self.make_profile(self.goes)
        self.make_invoice(self.goes, 50, -20)
        self.assertEqual(two.amount_due, 50)
        self.goes.write({"parent_id": self.stays.id, "is_company": False})
        self.assertFalse(two.exists())
        self.assertEqual(one.amount_due, 50)

    def test_a_customer_that_gets_a_parent_without_profile(self):
        two = self.make_profile(self.goes)
        self.make_invoice(self.goes, 50, -20)
        self.goes.write({"parent_id": self.stays.id, "is_company": False})
        self.assertEqual(two.partner_id, self.stays)
        self.assertEqual(two.amount_due, 50)

    def test_a_contact_that_leaves(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.stays.id}
        )
        one = self.make_profile(self.stays)
        self.make_invoice(contact, 50, -20)
        self.receivables(self.env["account.move"].search(
            [("commercial_partner_id", "=", self.stays.id)]
        )).partner_id = contact
        self.assertEqual(one.amount_due, 50)
        contact.parent_id = False
        self.assertEqual(one.amount_due, 0)
        self.assertEqual(self.make_profile(contact).amount_due, 50)
