from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .simulation_common import SimulationCommon


@tagged("post_install", "-at_install", "credit_control")
class TestSimulationDefault(SimulationCommon):
    """The default policy, its variants and their shares are tried like any rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crowd = cls.env["credit.profile"]
        for number in range(30):
            customer = cls.make_customer(f"Crowd {number}")
            cls.make_invoice(customer, 100, -3)
            cls.crowd |= cls.make_profile(customer)
        cls.variant = cls.env["dunning.policy"].browse(
            cls.policy.action_new_variant()["res_id"]
        )
        cls.variant.level_ids[0].delay_days = 3

    def drawn(self, percent):
        """Return who would follow the variant, by the draw of the real rules."""
        self.env.flush_all()
        with self.env.cr.savepoint() as savepoint:
            self.variant.variant_percent = percent
            found = self.env["credit.profile"].search(
                [("dunning_policy_id", "=", self.variant.id)]
            )
            savepoint.rollback()
        return found

    # === VARIANTS === #
    def test_a_variant_that_nobody_follows_is_tried_with_a_half(self):
        action = self.variant.action_simulate()
        simulation = self.env["dunning.simulation"].browse(action["res_id"])
        self.assertEqual(self.rule(simulation, self.variant).variant_percent, 50)
        simulation.action_simulate()
        drawn = self.drawn(50)
        self.assertTrue(drawn)
        self.assertLess(drawn, self.crowd | self.profile)
        self.assertEqual(simulation.customer_ids.profile_id, drawn)
        self.assertEqual(simulation.customer_ids.new_policy_id, self.variant)
        one = drawn[0].partner_id
        self.assertEqual(self.steps(simulation, "today", one)[0], (2, "Level 1"))
        self.assertEqual(self.steps(simulation, "changed", one)[0], (0, "Level 1"))
        self.assertEqual(self.variant.variant_percent, 0, "nothing of it stays")
        self.assertFalse(self.variant.variant_slots)
        self.assertIn("share of 50 percent", simulation.changes)

    def test_a_share_is_put_in_force_and_undone(self):
        simulation = self.simulation()
        self.rule(simulation, self.variant).variant_percent = 40
        simulation.action_simulate()
        drawn = simulation.customer_ids.profile_id
        simulation.action_apply()
        self.assertEqual(self.variant.variant_percent, 40)
        members = self.env["credit.profile"].search(
            [("dunning_policy_id", "=", self.variant.id)]
        )
        self.assertEqual(members, drawn)
        action = self.env["credit.mass.action"].search([], limit=1)
        action.action_undo()
        self.assertEqual(self.variant.variant_percent, 0)
        self.assertFalse(self.variant.variant_slots)
        self.assertEqual(drawn.dunning_policy_id, self.policy)

    def test_an_undo_of_what_knew_no_shares(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = "[('amount_due', '>', 50)]"
        simulation.action_simulate()
        simulation.action_apply()
        action = self.env["credit.mass.action"].search([], limit=1)
        values = action.sudo().values
        for pair in values.values():
            for side in pair:
                del side["variant_percent"]
        action.sudo().values = dict(values)
        action.action_undo()
        self.assertIn("risk_class", self.strict.assign_domain)
        self.assertEqual(action.undone_count, 1)

    def test_shares_that_trade_places(self):
        other = self.env["dunning.policy"].browse(
            self.policy.action_new_variant()["res_id"]
        )
        self.variant.variant_percent = 80
        other.variant_percent = 10
        simulation = self.simulation()
        self.rule(simulation, self.variant).variant_percent = 10
        self.rule(simulation, other).variant_percent = 80
        simulation.action_simulate()
        simulation.action_apply()
        self.assertEqual(self.variant.variant_percent, 10)
        self.assertEqual(other.variant_percent, 80)

    def test_more_than_all_customers(self):
        simulation = self.simulation()
        self.rule(simulation, self.variant).variant_percent = 101
        with self.assertRaisesRegex(ValidationError, "take 101 percent"):
            simulation.action_simulate()
        self.assertEqual(self.variant.variant_percent, 0)

    def test_a_draft_of_the_default_and_of_its_variant(self):
        self.variant.variant_percent = 50
        draft, other = self.draft(self.policy), self.draft(self.variant)
        draft.level_ids[0].delay_days = 9
        other.level_ids[0].delay_days = 12
        simulation = self.simulation(draft | other)
        simulation.action_simulate()
        days = {
            (row.old_policy_id, (row.first_changed - self.today).days)
            for row in simulation.customer_ids
        }
        self.assertEqual(days, {(self.policy, 6), (self.variant, 9)})

    # === ANOTHER DEFAULT === #
    def test_another_default_is_tried_then_put_in_force(self):
        simulation = self.simulation()
        simulation.default_policy_id = self.strict
        simulation.action_simulate()
        self.assertEqual(self.company.dunning_policy_id, self.policy)
        moved = simulation.customer_ids.filtered("is_moved")
        self.assertEqual(moved.profile_id, self.crowd | self.profile)
        self.assertEqual(moved.new_policy_id, self.strict)
        self.assertEqual(simulation.changes, "default policy: Strict")
        message = simulation.action_apply()["params"]["message"]
        self.assertIn("“Strict” is the default policy now", message)
        self.assertIn("“Patient”", message)
        self.assertEqual(self.company.dunning_policy_id, self.strict)
        self.assertEqual(self.profile.dunning_policy_id, self.strict)

    def test_a_variant_is_no_default(self):
        simulation = self.simulation()
        simulation.default_policy_id = self.variant
        with self.assertRaisesRegex(ValidationError, "choose that one as default"):
            simulation.action_simulate()

    def test_a_manager_without_rights_on_companies(self):
        self.make_users()
        simulation = self.simulation().with_user(self.manager)
        simulation.default_policy_id = self.strict
        simulation.action_simulate()
        simulation.action_apply()
        self.assertEqual(self.company.dunning_policy_id, self.strict)

    # === RESULTS ARE KEPT === #
    def kept(self):
        """Return a simulation with a result."""
        simulation = self.simulation()
        self.rule(simulation, self.variant).variant_percent = 40
        simulation.action_simulate()
        return simulation

    def test_a_new_one_has_the_policies_in_force(self):
        form = Form(self.env["dunning.simulation"])
        form.name = "Softer words?"
        simulation = form.save()
        self.assertIn(self.policy, simulation.rule_ids.policy_id)
        self.assertEqual(simulation.default_policy_id, self.policy)
        self.assertEqual(simulation.display_name, "Softer words?")
        with self.assertRaisesRegex(UserError, "Nothing differs"):
            simulation.action_simulate()

    def test_an_auditor_reads_and_makes_none(self):
        self.make_users()
        simulation = self.kept()
        read = simulation.with_user(self.auditor)
        self.assertTrue(read.result)
        self.assertIn("variant B: share of 40 percent", read.changes)
        rows = read.web_read(
            {"rule_ids": {"fields": {"changes": {}, "policy_id": {}}}, "result": {}}
        )
        self.assertTrue(rows[0]["rule_ids"])
        for name in ("action_view_moved", "action_view_other", "action_view_notices"):
            action = getattr(read, name)()
            found = self.env[action["res_model"]].with_user(self.auditor)
            self.assertTrue(found.search(action["domain"]))
        row = read.customer_ids[0]
        self.assertEqual(row.action_open_profile()["res_id"], row.profile_id.id)
        self.assertTrue(row.action_explain_notices()["domain"])
        for call in (read.action_simulate, read.action_apply, row.action_follow):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            read.name = "Mine"
        with self.assertRaises(AccessError):
            read.with_user(self.collector_all).read(["changes"])

    def test_another_company_s_results_are_not_seen(self):
        self.make_users()
        simulation = self.kept()
        company = self.make_second_company()["company"]
        self.auditor.company_ids |= company
        there = self.env["dunning.simulation"].with_user(self.auditor)
        there = there.with_context(allowed_company_ids=company.ids)
        rows = there.env["dunning.simulation.customer"]
        self.assertFalse(there.search([("id", "=", simulation.id)]))
        self.assertFalse(rows.search([("simulation_id", "=", simulation.id)]))

    def test_what_is_old_is_looked_at_again(self):
        simulation = self.kept()
        simulation.date_done -= timedelta(days=2)
        with self.assertRaisesRegex(UserError, "Press “Simulate” again"):
            simulation.action_apply()
        simulation.action_simulate()
        simulation.action_apply()
        self.assertTrue(simulation.date_applied)

    def test_results_stay_for_ninety_days(self):
        kept, begun, young = self.kept(), self.simulation(), self.simulation()
        old = self.kept()
        rows = old.customer_ids | kept.customer_ids
        self.assertTrue(rows - kept.customer_ids)
        ages = {kept: 80, begun: 2, young: 0, old: 91}
        for simulation, age in ages.items():
            moment = fields.Datetime.now() - timedelta(days=age, minutes=1)
            self.env.cr.execute(
                "UPDATE dunning_simulation SET create_date = %s WHERE id = %s",
                (moment, simulation.id),
            )
        self.env.invalidate_all()
        self.env["dunning.simulation"]._gc_simulations()
        left = self.env["dunning.simulation"].union(*ages).exists()
        self.assertEqual(left, kept | young)
        self.assertEqual(rows.exists(), kept.customer_ids)
