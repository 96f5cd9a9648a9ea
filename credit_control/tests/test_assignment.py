from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestAssignment(CreditControlCommon):
    @classmethod
    def default_env_context(cls):
        """Track changes: the tests of core's accounting do not."""
        return {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["dunning.policy"].search([]).active = False
        cls.default = cls.make_policy([5], name="Default", sequence=90)
        cls.env.company.dunning_policy_id = cls.default
        cls.risky = cls.make_policy(
            [5],
            name="Risky",
            sequence=20,
            assign_domain="[('risk_class', 'in', ['d', 'e'])]",
        )
        cls.abroad = cls.make_policy(
            [5],
            name="Abroad",
            sequence=10,
            assign_domain="[('country_id.code', '=', 'BE')]",
        )
        cls.belgium = cls.env.ref("base.be")
        cls.profile = cls.make_profile(cls.make_customer(country_id=False))

    def messages(self, profile):
        return "".join(str(body) for body in profile.message_ids.mapped("body"))

    def test_default_of_the_company(self):
        self.assertEqual(self.profile.dunning_policy_id, self.default)

    def test_rule_on_the_profile(self):
        self.profile.risk_class = "e"
        self.assertEqual(self.profile.dunning_policy_id, self.risky)

    def test_the_first_rule_by_sequence_wins(self):
        self.profile.risk_class = "e"
        self.profile.partner_id.country_id = self.belgium
        self.assertEqual(self.profile.dunning_policy_id, self.abroad)
        self.abroad.sequence = 30
        self.assertEqual(self.profile.dunning_policy_id, self.risky)

    def test_by_hand_wins_over_rules(self):
        self.profile.write({"risk_class": "e", "policy_id": self.default.id})
        self.assertEqual(self.profile.dunning_policy_id, self.default)
        self.profile.policy_id = False
        self.assertEqual(self.profile.dunning_policy_id, self.risky)

    def test_archived_policies_are_followed_by_nobody(self):
        self.profile.policy_id = self.abroad
        self.abroad.active = False
        self.assertEqual(self.profile.dunning_policy_id, self.default)
        self.default.active = False
        self.assertFalse(self.profile.dunning_policy_id)

    def test_rule_on_tags(self):
        tag = self.env["res.partner.category"].create({"name": "Friends"})
        self.default.assign_domain = f"[('category_ids', 'in', {tag.ids})]"
        self.env.company.dunning_policy_id = False
        self.assertFalse(self.profile.dunning_policy_id)
        self.profile.partner_id.category_id = [Command.link(tag.id)]
        self.assertEqual(self.profile.dunning_policy_id, self.default)

    def test_rule_on_amounts_follows_at_night(self):
        small = self.make_policy(
            [5],
            name="Small",
            sequence=5,
            assign_domain="[('amount_due', '>', 0), ('amount_due', '<', 200)]",
        )
        self.make_invoice(self.profile.partner_id, 100, -3)
        changed = self.env["dunning.policy"]._assign(self.env.company)
        self.assertIn(self.profile, changed)
        self.assertEqual(self.profile.dunning_policy_id, small)
        self.assertIn("Default → Small", self.messages(self.profile))

    def test_a_change_of_rule_leaves_an_audit_line(self):
        self.profile.risk_class = "a"
        self.env.flush_all()
        self.risky.assign_domain = "[('risk_class', '=', 'a')]"
        self.assertEqual(self.profile.dunning_policy_id, self.risky)
        self.assertIn("Default → Risky", self.messages(self.profile))

    def test_a_change_of_profile_is_tracked(self):
        self.flush_tracking()
        self.profile.risk_class = "e"
        self.flush_tracking()
        tracked = self.profile.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "dunning_policy_id"
        )
        self.assertEqual(tracked[:1].new_value_char, "Risky")

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_nothing_to_change(self):
        self.env["dunning.policy"]._assign(self.env.company)
        before = len(self.profile.message_ids)
        self.assertFalse(self.env["dunning.policy"]._assign(self.env.company))
        self.assertEqual(len(self.profile.message_ids), before)

    def test_deleting_a_policy_hands_its_customers_on(self):
        self.profile.risk_class = "e"
        self.assertEqual(self.profile.dunning_policy_id, self.risky)
        self.risky.unlink()
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.dunning_policy_id, self.default)

    def test_rules_that_cannot_be_used(self):
        for rule in (
            "[('no_such_field', '=', 1)]",
            "[('risk_class', '=']",
            "os.system('x')",
            "[('dunning_policy_id', '=', 1)]",
            "['|', ('risk_class', '=', 'a')]",
        ):
            with self.assertRaisesRegex(ValidationError, "Risky"):
                self.risky.assign_domain = rule

    def test_a_rule_that_broke_later_hinders_nobody(self):
        self.profile.risk_class = "e"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_policy SET assign_domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", self.risky.id),
        )
        self.risky.invalidate_recordset()
        with self.assertLogs("odoo.addons.credit_control.models.dunning_policy"):
            self.env["dunning.policy"]._assign(self.env.company)
        self.assertEqual(self.profile.dunning_policy_id, self.default)
        self.assertIn("cannot be used", str(self.risky.problems))

    def test_empty_rules_concern_nobody(self):
        for rule in ("[]", "", False):
            self.risky.assign_domain = rule
            self.assertIsNone(self.risky._get_assign_domain())
        self.assertEqual(self.profile.dunning_policy_id, self.default)

    def test_policies_of_another_company_stay_there(self):
        data = self.make_second_company()
        data["company"].dunning_policy_id = False
        profile = self.make_profile(
            self.make_customer("Other"), data["company"], risk_class="e"
        )
        self.assertFalse(profile.dunning_policy_id)
        self.risky.company_id = False
        self.assertEqual(profile.dunning_policy_id, self.risky)

    def test_a_branch_follows_the_policies_of_its_parent(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        branch.dunning_policy_id = self.default
        profile = self.make_profile(self.make_customer("Of the branch"), branch)
        self.assertEqual(profile.dunning_policy_id, self.default)

    def test_a_new_default_is_followed_at_once(self):
        other = self.make_policy([5], name="New default")
        self.env.company.dunning_policy_id = other
        self.assertEqual(self.profile.dunning_policy_id, other)

    def test_set_policy_of_many(self):
        self.make_users()
        profiles = self.profile | self.make_profile(self.make_customer("Second"))
        wizard = (
            self.env["credit.profile.set.policy"]
            .with_user(self.manager)
            .with_context(active_ids=profiles.ids)
            .create({"policy_id": self.abroad.id})
        )
        self.assertEqual(wizard.profile_count, 2)
        wizard.action_apply()
        self.assertEqual(profiles.dunning_policy_id, self.abroad)
        wizard.mode = "rules"
        wizard.action_apply()
        self.assertFalse(profiles.policy_id)
        self.assertEqual(profiles.dunning_policy_id, self.default)

    def test_only_a_manager_sets_the_policy_of_many(self):
        self.make_users()
        wizard = self.env["credit.profile.set.policy"].create(
            {"profile_ids": self.profile.ids, "policy_id": self.abroad.id}
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.collector).sudo(False).action_apply()

    def test_as_many_queries_for_many_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(40)]
        )
        profiles = self.env["credit.profile"].create(
            [{"partner_id": p.id, "company_id": self.env.company.id} for p in partners]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        counts = []
        for some in (profiles[:2], profiles):
            some.read(["risk_class"])
            before = self.env.cr.sql_log_count
            self.env.add_to_compute(some._fields["dunning_policy_id"], some)
            some._recompute_recordset(["dunning_policy_id"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
