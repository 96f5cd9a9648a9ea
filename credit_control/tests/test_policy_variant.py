import hashlib

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPolicyVariant(PipelineCommon):
    """Policies that share out the customers of one of them by a draw."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customers = cls.env["res.partner"]
        for number in range(40):
            cls.customers |= cls.make_customer(f"Customer {number}")
        cls.profiles = cls.env["credit.profile"].union(
            *(cls.make_profile(customer) for customer in cls.customers)
        )

    def make_variant(self, percent, main=None, delay=3, **values):
        main = main or self.policy
        variant = self.make_policy(
            [delay], name=f"Variant {percent}", company_id=main.company_id.id, **values
        )
        variant.write({"variant_of_id": main.id, "variant_percent": percent})
        return variant

    def slot(self, profile, main=None):
        key = f"{(main or self.policy).id}v{profile.id}".encode()
        digest = hashlib.md5(key, usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) % 10000

    def members(self, policy):
        return self.profiles.filtered(lambda p: p.dunning_policy_id == policy)

    def test_the_share_is_drawn_by_a_hash(self):
        variant = self.make_variant(30)
        drawn = self.profiles.filtered(lambda p: self.slot(p) < 3000)
        self.assertEqual(variant.variant_slots, [[0, 3000]])
        self.assertEqual(self.members(variant), drawn)
        self.assertTrue(drawn)
        self.assertEqual(self.members(self.policy), self.profiles - drawn)
        self.assertEqual(self.policy.share_percent, 70)
        self.assertEqual(self.policy.variant_date, self.today)

    def test_who_was_drawn_stays_when_a_share_grows(self):
        first, second = self.make_variant(20), self.make_variant(20)
        before, others = self.members(first), self.members(second)
        first.variant_percent = 60
        self.assertLess(before, self.members(first))
        self.assertEqual(self.members(second), others)
        first.variant_percent = 20
        self.assertEqual(self.members(first), before)
        second.variant_percent = 80
        self.assertEqual(self.members(first), before)
        self.assertFalse(self.members(self.policy))
        self.assertIn("take all customers", self.policy.problems)

    def test_new_customers_are_drawn_at_once(self):
        variant = self.make_variant(100)
        profile = self.make_profile(self.make_customer("Newcomer"))
        self.assertEqual(profile.dunning_policy_id, variant)

    def test_rules_lead_to_variants_too(self):
        ruled = self.make_policy(
            [9], name="Ruled", assign_domain=f"[('id', 'in', {self.profiles[:20].ids})]"
        )
        variant = self.make_variant(50, main=ruled)
        drawn = self.profiles[:20].filtered(lambda p: self.slot(p, ruled) < 5000)
        self.assertEqual(self.members(variant), drawn)
        self.assertEqual(self.members(self.policy), self.profiles[20:])

    def test_what_a_person_chose_stays(self):
        variant = self.make_variant(100)
        by_hand, other = self.profiles[:2]
        by_hand.policy_id = self.policy
        self.assertEqual(by_hand.dunning_policy_id, self.policy)
        self.assertEqual(other.dunning_policy_id, variant)
        variant.variant_percent = 0
        other.policy_id = variant
        self.assertEqual(other.dunning_policy_id, variant)

    def test_an_archived_variant_gives_its_customers_back(self):
        variant = self.make_variant(100)
        variant.active = False
        self.assertEqual(self.members(self.policy), self.profiles)
        other = self.make_variant(100)
        self.assertEqual(self.members(other), self.profiles)
        with self.assertRaisesRegex(ValidationError, "200 percent"):
            variant.active = True
        other.variant_percent = 40
        variant.variant_percent = 60
        variant.active = True
        self.assertEqual(variant.variant_slots, [[4000, 10000]])
        self.assertEqual(self.members(other) | self.members(variant), self.profiles)

    def test_an_archived_main_policy_has_no_variants(self):
        variant = self.make_variant(100)
        self.policy.active = False
        self.assertFalse(self.members(variant))
        self.assertIn("archived", variant.problems)

    def test_the_plan_follows_the_variant(self):
        """Reminded by the steps of the variant, counted on from those of the main."""
        invoice = self.make_invoice(self.customers[0], 100, -4)
        self.assertCode(invoice, "not_yet", until=1)
        variant = self.make_variant(100)
        row = self.assertGoes(invoice, variant.level_ids)
        self.assertEqual(row["policy_id"], variant.id)
        self.delivered(invoice, self.first, -1)
        self.assertCode(invoice, "last_level")

    def test_the_plan_does_not_wait_for_the_nightly_refresh(self):
        invoice = self.make_invoice(self.customers[0], 100, -4)
        variant = self.make_variant(100)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_profile SET dunning_policy_id = %s WHERE id IN %s",
            [self.policy.id, tuple(self.profiles.ids)],
        )
        self.env.invalidate_all(flush=False)
        self.assertGoes(invoice, variant.level_ids)
        self.assertEqual(
            self.profiles[0].explain()[0]["level_id"], variant.level_ids.id
        )

    def test_formal_levels_vary_too(self):
        invoice = self.make_invoice(self.customers[0], 100, -90)
        variant = self.make_variant(100, delay=60)
        variant.level_ids.is_formal = True
        self.assertGoes(invoice, variant.level_ids)

    def test_a_policy_chosen_for_an_invoice_stays(self):
        invoice = self.make_invoice(self.customers[0], 100, -6)
        self.make_variant(100)
        invoice.sudo().dunning_policy_id = self.policy
        self.assertGoes(invoice, self.first)

    def test_a_new_variant_is_a_copy_that_nobody_follows(self):
        action = self.policy.with_user(self.manager).action_new_variant()
        variant = self.env["dunning.policy"].browse(action["res_id"])
        self.assertEqual(variant.variant_of_id, self.policy)
        self.assertEqual(variant.name, f"{self.policy.name}, variant B")
        self.assertEqual(
            variant.level_ids.mapped("delay_days"),
            self.policy.level_ids.mapped("delay_days"),
        )
        self.assertFalse(self.members(variant))
        self.assertIn("Nobody follows this variant yet", variant.problems)
        third = variant.action_new_variant()["res_id"]
        third = self.env["dunning.policy"].browse(third)
        self.assertEqual(third.variant_of_id, self.policy)
        self.assertTrue(third.name.endswith("variant C"))
        with self.assertRaises(AccessError):
            self.policy.with_user(self.collector).action_new_variant()

    def test_a_variant_of_a_variant_is_refused(self):
        variant = self.make_variant(10)
        other = self.make_policy([1])
        with self.assertRaisesRegex(ValidationError, "no variants"):
            other.variant_of_id = variant
        with self.assertRaisesRegex(ValidationError, "no variants"):
            self.policy.variant_of_id = other
        with self.assertRaisesRegex(ValidationError, "no variants"):
            other.variant_of_id = other

    def test_a_variant_has_no_rule_and_is_no_default(self):
        variant = self.make_variant(10)
        with self.assertRaisesRegex(ValidationError, "empty its assignment rule"):
            variant.assign_domain = "[('risk_class', '=', 'a')]"
        with self.assertRaisesRegex(ValidationError, "choose that one as default"):
            variant.action_make_default()
        other = self.make_policy([1])
        variant.variant_of_id = other
        with self.assertRaisesRegex(ValidationError, "default policy of"):
            self.policy.variant_of_id = other

    def test_a_variant_is_of_the_same_company(self):
        variant = self.make_variant(10)
        self.policy.company_id = self.env.company
        self.assertEqual(variant.company_id, self.env.company)
        with self.assertRaisesRegex(ValidationError, "the same company"):
            variant.company_id = False

    def test_shares_are_of_all_customers(self):
        self.make_variant(70)
        with self.assertRaisesRegex(ValidationError, "110 percent"):
            self.make_variant(40)

    def test_a_policy_with_variants_is_not_deleted(self):
        variant = self.make_variant(10)
        with self.assertRaisesRegex(UserError, "has the variant"):
            self.policy.unlink()
        variant.unlink()
        self.assertEqual(self.members(self.policy), self.profiles)
