import doctest
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, tagged

from ..tools import compare
from ..tools.compare import Side, difference
from .pipeline_common import PipelineCommon


@tagged("credit_control", "credit_control_kernel")
class TestDifference(BaseCase):
    """Two shares, customers being the units that were drawn."""

    def test_examples(self):
        self.assertEqual(doctest.testmod(compare).failed, 0)

    def test_one_invoice_each_is_the_test_of_two_proportions(self):
        side, other = Side(200, 200, 120, 120, 120, 200), Side(50, 50, 20, 20, 20, 50)
        self.assertAlmostEqual(side.variance, 0.6 * 0.4 / 199)
        found = difference(side, other)
        self.assertAlmostEqual(found.points, 0.2)
        reach = 1.959964 * (0.6 * 0.4 / 199 + 0.4 * 0.6 / 49) ** 0.5
        self.assertAlmostEqual(found.high, 0.2 + reach, 5)
        self.assertTrue(found.is_shown)

    def test_many_invoices_of_few_customers_prove_little(self):
        """Ten invoices each, all paid or none: as good as one each."""
        single = Side(100, 100, 60, 60, 60, 100)
        tenfold = Side(100, 1000, 600, 6000, 6000, 10000)
        self.assertAlmostEqual(single.variance, tenfold.variance)

    def test_no_invoices_are_no_share(self):
        self.assertIsNone(Side().share)
        self.assertIsNone(Side().variance)
        self.assertIsNone(difference(Side(), Side(50, 50, 20, 20, 20, 50)))


@tagged("post_install", "-at_install", "credit_control")
class TestPolicyCompare(PipelineCommon):
    """What is shown of hold-outs and variants, and what they brought."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customers = [cls.make_customer(f"Customer {n}") for n in range(12)]
        cls.profiles = cls.env["credit.profile"].union(
            *map(cls.make_profile, cls.customers)
        )
        cls.variant = cls.make_policy([3], name="Variant")
        cls.variant.write({"variant_of_id": cls.policy.id, "variant_percent": 50})
        cls.policy.variant_date = cls.days(-100)
        cls.drawn = cls.profiles.filtered(
            lambda profile: profile.dunning_policy_id == cls.variant
        )

    def rows(self, user=None):
        policy = self.policy.with_user(user or self.manager)
        action = policy.action_compare_variants()
        rows = policy.env[action["res_model"]].search(action["domain"])
        return {row.policy_id.name: row for row in rows}

    def pay_after_due(self, profile, due, days):
        invoice = self.make_invoice(profile.partner_id, 100, due)
        if days is not None:
            self.pay(invoice, payment_date=self.days(due + days))
        return invoice

    def test_invoices_due_are_judged_by_the_draw(self):
        self.assertTrue(0 < len(self.drawn) < len(self.profiles))
        for profile in self.profiles:
            self.pay_after_due(profile, -60, 10 if profile in self.drawn else 40)
            self.pay_after_due(profile, -40, 29)
            self.pay_after_due(profile, -20, 1)  # not old enough to be judged
            self.pay_after_due(profile, -140, 1)  # due before the comparison began
        with patch.object(compare, "FEWEST", 2):
            rows = self.rows()
        count, others = len(self.drawn), len(self.profiles - self.drawn)
        row = rows["Variant"]
        self.assertEqual(row.customer_count, count)
        self.assertEqual(row.paid_due, f"100 % ({2 * count} of {2 * count})")
        self.assertRegex(row.verdict, r"^Better: \+50\.0 points")
        main = rows[self.policy.name]
        self.assertEqual(main.paid_due, f"50 % ({others} of {2 * others})")
        self.assertIn("compared with this one", main.verdict)
        self.assertRegex(self.rows()["Variant"].verdict, "^Too early")

    def test_before_any_invoice_can_be_judged(self):
        verdict = self.rows()["Variant"].verdict
        self.assertRegex(verdict, "^Too early: no invoice can be judged before")

    def test_the_same_is_no_difference(self):
        for number, profile in enumerate(self.profiles):
            self.pay_after_due(profile, -60, 10 if number % 2 else None)
        with patch.object(compare, "FEWEST", 2):
            self.assertRegex(self.rows()["Variant"].verdict, "^No difference shown yet")

    def test_payments_after_the_first_reminder(self):
        profile = self.drawn[0]
        early = self.pay_after_due(profile, -60, 12)
        late = self.pay_after_due(profile, -60, 30)
        unpaid = self.pay_after_due(profile, -60, None)
        for day in (-50, -30):
            notice = self.sent_notice(self.variant.level_ids, day, profile.partner_id)
            notice.write(
                {
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "move_line_id": self.receivables(invoice).id,
                                "kind": "claim",
                                "currency_id": invoice.currency_id.id,
                                "level_id": self.variant.level_ids.id,
                            },
                        )
                        for invoice in (early | late | unpaid)
                    ]
                }
            )
        row = self.rows()["Variant"]
        self.assertEqual(row.claim_count, 3)
        self.assertEqual(row.paid_7, "33 % (1 of 3)")
        self.assertEqual(row.paid_14, "33 % (1 of 3)")
        self.assertEqual(row.paid_30, "67 % (2 of 3)")

    def test_who_was_not_drawn_is_not_counted(self):
        by_hand = self.drawn[0]
        by_hand.policy_id = self.variant
        for profile in self.profiles:
            self.pay_after_due(profile, -60, 10)
        row = self.rows()["Variant"]
        self.assertEqual(row.customer_count, len(self.drawn) - 1)
        self.variant.hold_out_percent = 100
        self.assertFalse(self.rows()["Variant"].customer_count)
        self.assertEqual(self.rows()["Variant"].paid_due, "–")

    def test_managers_and_auditors_compare(self):
        self.assertEqual(len(self.rows(self.auditor)), 2)
        for user in (self.collector, self.collector_all, self.sales_reader):
            with self.assertRaisesRegex(AccessError, "ask one of them"):
                self.rows(user)

    def test_nothing_to_compare(self):
        self.variant.variant_percent = 0
        with self.assertRaisesRegex(UserError, "no variant with a share"):
            self.rows()

    # === WHAT IS SHOWN === #
    def test_the_profile_says_which_side_was_drawn(self):
        drawn, other = self.drawn[0], (self.profiles - self.drawn)[0]
        self.assertEqual(
            drawn.experiment,
            "Variant of “Test policy”, for 50 percent of its customers.",
        )
        self.assertEqual(
            other.experiment, "“Test policy” as it is, for 50 percent of its customers."
        )
        other.policy_id = self.policy
        self.assertFalse(other.experiment)
        self.make_invoice(drawn.partner_id, 100, -10)
        self.assertIn(
            "By “Variant”, a variant of “Test policy”.", drawn.explain()[0]["text"]
        )

    def test_the_profile_says_until_when_it_is_held_out(self):
        self.variant.hold_out_percent = 100
        drawn, other = self.drawn[0], (self.profiles - self.drawn)[0]
        self.assertTrue(drawn.is_held_out)
        self.assertFalse(other.is_held_out)
        self.assertIn("Hold-out of “Variant”: 30 days without", drawn.experiment)
        self.make_invoice(drawn.partner_id, 100, -10)
        self.make_invoice(drawn.partner_id, 100, -40)
        self.make_invoice(drawn.partner_id, 100, 3)
        drawn.invalidate_recordset(["experiment"])
        self.assertIn("Hold-out of “Variant” until Jul 5, 2026.", drawn.experiment)

    def test_the_hold_out_is_found_as_the_plan_draws_it(self):
        self.policy.level_ids.is_automatic = True
        self.variant.level_ids.is_automatic = True
        self.policy.hold_out_percent = 40
        self.variant.hold_out_percent = 70
        for customer in self.customers:
            self.make_invoice(customer, 100, -10)
        rows = self.plan().values()
        held = {row["profile_id"] for row in rows if row["code"] == "hold_out"}
        found = self.env["credit.profile"].search([("is_held_out", "=", True)])
        self.assertEqual(set((found & self.profiles).ids), held)
        self.assertTrue(held)
        others = self.env["credit.profile"].search([("is_held_out", "=", False)])
        self.assertEqual(others & self.profiles, self.profiles - found)
        self.assertEqual(
            self.policy.hold_out_count + self.variant.hold_out_count, len(held)
        )
        action = self.variant.action_view_hold_out()
        listed = self.env["credit.profile"].search(action["domain"])
        self.assertEqual(listed, found & self.drawn)

    def test_the_share_is_entered_on_the_form(self):
        with Form(self.variant) as form:
            form.variant_percent = 12.5
        self.assertEqual(self.variant.variant_slots, [[0, 1250]])
        self.assertEqual(self.policy.variant_date, self.today)
