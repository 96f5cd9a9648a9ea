from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .simulation_common import SimulationCommon
from .tour_common import TourCommon

BIG = "[('amount_due', '>=', 50)]"


@tagged("post_install", "-at_install", "credit_control")
class TestSimulation(SimulationCommon):
    """What rules and drafts would do is shown, and nothing of it stays."""

    def snapshot(self):
        """Return what a simulation must leave alone."""
        self.env.flush_all()
        tables = (
            ("dunning_policy", "id, name, sequence, active, assign_domain, climb"),
            ("dunning_level", "id, policy_id, delay_days, active, send_letter"),
            ("credit_profile", "id, dunning_policy_id, policy_id"),
            ("dunning_notice", "id, state"),
            ("account_move_line", "id, dunning_level_id, dunning_date"),
        )
        return [
            self.env.execute_query(
                SQL("SELECT %s FROM %s ORDER BY id", SQL(names), SQL.identifier(table))
            )
            for table, names in tables
        ] + [self.env["mail.message"].search_count([])]

    # === RULES === #
    def test_who_changes_policy_under_another_rule(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        before = self.snapshot()
        simulation.action_simulate()
        self.assertEqual(self.snapshot(), before)
        [row] = simulation.customer_ids
        self.assertEqual(row.profile_id, self.profile)
        self.assertEqual(row.old_policy_id, self.policy)
        self.assertEqual(row.new_policy_id, self.strict)
        self.assertTrue(row.is_moved)
        self.assertEqual((row.amount_due, row.amount_overdue), (100, 100))
        self.assertEqual(simulation.moved_count, 1)
        [move] = simulation.summary["moves"]
        self.assertEqual((move["count"], move["overdue"]), (1, 100))
        rules = simulation.rule_ids
        counts = {r.policy_id: (r.count_before, r.count_after) for r in rules}
        self.assertEqual(counts[self.strict][1] - counts[self.strict][0], 1)

    def test_what_they_would_receive_instead(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        simulation.action_simulate()
        now = self.steps(simulation, "today", self.customer)
        then = self.steps(simulation, "changed", self.customer)
        self.assertEqual(now, [(2, "Level 1"), (17, "Level 2")])
        self.assertEqual(then, [(0, "Level 1"), (7, "Level 2")])
        self.assertEqual(simulation.customer_ids.difference, "earlier")
        self.assertFalse(
            self.steps(simulation, "today", self.risky_customer),
            "for whom nothing changes is left out",
        )

    def test_the_order_decides(self):
        everybody = self.make_policy([1], name="All", sequence=50, assign_domain=BIG)
        simulation = self.simulation()
        rule = self.rule(simulation, everybody)
        self.assertFalse(simulation.is_reordered)
        rule.sequence = 1
        self.assertTrue(simulation.is_reordered)
        simulation.action_simulate()
        moved = {r.profile_id: r.new_policy_id for r in simulation.customer_ids}
        self.assertEqual(moved, {self.risky: everybody})
        simulation.action_apply()
        self.assertEqual(self.risky.dunning_policy_id, everybody)
        self.assertLess(everybody.sequence, self.strict.sequence)

    def test_a_policy_is_put_in_use_or_archived(self):
        self.strict.active = False
        self.assertEqual(self.risky.dunning_policy_id, self.policy)
        simulation = self.simulation()
        self.assertFalse(self.rule(simulation, self.strict))
        simulation.write(
            {"rule_ids": [(0, 0, {"policy_id": self.strict.id, "sequence": 1})]}
        )
        self.assertEqual(
            self.rule(simulation, self.strict).assign_domain, self.strict.assign_domain
        )
        simulation.action_simulate()
        self.assertEqual(simulation.customer_ids.profile_id, self.risky)
        self.assertFalse(self.strict.active)
        simulation.action_apply()
        self.assertTrue(self.strict.active)
        again = self.simulation()
        self.rule(again, self.strict).is_used = False
        again.action_simulate()
        self.assertEqual(again.customer_ids.new_policy_id, self.policy)

    def test_by_hand_stays_by_hand(self):
        self.profile.policy_id = self.policy
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        simulation.action_simulate()
        self.assertNotIn(self.profile, simulation.customer_ids.profile_id)
        self.assertEqual(simulation.summary["by_hand"], 1)

    def test_rules_are_put_in_force_and_undone_at_once(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        simulation.action_simulate()
        simulation.action_apply()
        self.assertEqual(self.strict.assign_domain, BIG)
        self.assertEqual(self.profile.dunning_policy_id, self.strict)
        action = self.env["credit.mass.action"].search([], limit=1)
        self.assertEqual((action.kind, action.count), ("rules", 1))
        self.assertIn("Strict", action.target)
        self.assertIn("amount_due", str(self.strict.message_ids[0].body))
        action.action_undo()
        self.assertIn("risk_class", self.strict.assign_domain)
        self.assertEqual(self.profile.dunning_policy_id, self.policy)
        self.assertEqual(action.state, "undone")

    def test_places_stay_near_the_present_ones(self):
        other = self.make_policy([1], name="Third", sequence=20)
        rules = self.env["dunning.simulation.rule"]
        self.assertEqual(rules._places(self.policy + other + self.strict), [20, 21, 90])
        self.assertEqual(rules._places(self.strict + other + self.policy), [20, 20, 90])

    # === DRAFTS === #
    def test_a_draft_beside_what_is_in_force(self):
        draft = self.draft()
        draft.level_ids[0].delay_days = 10
        draft.level_ids[1].unlink()
        simulation = self.simulation(draft)
        before = self.snapshot()
        simulation.action_simulate()
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(self.first.delay_days, 5)
        customer = self.customer
        self.assertEqual(
            self.steps(simulation, "today", customer), [(2, "Level 1"), (17, "Level 2")]
        )
        self.assertEqual(self.steps(simulation, "changed", customer), [(7, "Level 1")])
        [row] = simulation.customer_ids
        self.assertEqual((row.difference, row.is_moved), ("later", False))
        self.assertEqual((row.count_today, row.count_changed), (2, 1))
        totals = simulation.summary["totals"]
        self.assertEqual(totals["today"]["notices"], 2)
        self.assertEqual(totals["changed"]["notices"], 1)
        self.assertEqual(totals["changed"]["amount"], 100)
        levels = {
            level["name"]: (level["today"]["notices"], level["changed"]["notices"])
            for level in simulation.summary["levels"]
        }
        self.assertEqual(levels, {"Level 1": (1, 1), "Level 2": (1, 0)})
        days = {day["date"]: day for day in simulation.summary["days"]}
        self.assertEqual(len(days), 30)
        self.assertEqual(days[str(self.days(7))]["changed"], 1)
        self.assertEqual(days[str(self.days(7))]["today"], 0)

    def test_the_simulation_says_what_is_then_planned(self):
        """What is foretold for today is what a run plans once it is in force."""
        draft = self.draft()
        draft.level_ids[0].delay_days = 3
        simulation = self.simulation(draft, days=1)
        simulation.action_simulate()
        self.assertEqual(
            self.steps(simulation, "changed", self.customer), [(0, "Level 1")]
        )
        simulation.action_apply()
        self.assertGoes(self.invoice, self.first)

    def test_a_new_level_leads_to_the_draft_s_level(self):
        draft = self.draft()
        draft.level_ids = [
            (0, 0, {"name": "Between", "sequence": 15, "delay_days": 12})
        ]
        simulation = self.simulation(draft)
        simulation.action_simulate()
        notice = simulation.notice_ids.filtered(lambda n: n.level_name == "Between")
        self.assertEqual(notice.level_id.policy_id, draft)
        self.assertIn((9, "Between"), self.steps(simulation, "changed"))

    def test_other_channels_are_a_difference(self):
        draft = self.draft()
        draft.level_ids[0].write({"send_letter": True, "is_automatic": True})
        simulation = self.simulation(draft)
        simulation.action_simulate()
        self.assertEqual(simulation.customer_ids.difference, "other")
        channels = {row["channel"]: row for row in simulation.summary["channels"]}
        self.assertEqual(channels["send_letter"]["today"], 0)
        self.assertEqual(channels["send_letter"]["changed"], 1)
        totals = simulation.summary["totals"]
        self.assertEqual(totals["today"]["manual"] - totals["changed"]["manual"], 1)
        self.assertIn("Letter", str(simulation.result))

    def test_who_follows_by_invoice_is_concerned_too(self):
        self.risky_invoice.dunning_policy_id = self.policy
        draft = self.draft()
        draft.level_ids[0].delay_days = 15
        simulation = self.simulation(draft)
        simulation.action_simulate()
        self.assertIn(self.risky, simulation.customer_ids.profile_id)

    def test_minimums(self):
        draft = self.draft()
        draft.level_ids[0].min_amount = 5000
        simulation = self.simulation(draft, days=10)
        simulation.action_simulate()
        self.assertEqual(simulation.customer_ids.difference, "only_now")

    def test_a_second_simulation_replaces_the_first_result(self):
        draft = self.draft()
        draft.level_ids[0].delay_days = 10
        simulation = self.simulation(draft)
        simulation.action_simulate()
        former = simulation.customer_ids
        simulation.action_simulate()
        self.assertFalse(former.exists())
        self.assertEqual(len(simulation.customer_ids), 1)

    # === FROM THE RESULT === #
    def test_some_follow_at_once_and_some_stay(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        simulation.action_simulate()
        simulation.customer_ids.action_follow()
        self.assertEqual(self.profile.policy_id, self.strict)
        action = self.env["credit.mass.action"].search([], limit=1)
        self.assertEqual(action.kind, "policy")
        action.action_undo()
        self.assertFalse(self.profile.policy_id)
        simulation.customer_ids.action_keep()
        self.assertEqual(self.profile.policy_id, self.policy)

    def test_only_those_who_would_move_are_moved(self):
        draft = self.draft()
        draft.level_ids[0].delay_days = 10
        simulation = self.simulation(draft)
        simulation.action_simulate()
        with self.assertRaisesRegex(UserError, "keep their policy"):
            simulation.customer_ids.action_follow()

    # === SENTENCES AND RIGHTS === #
    def test_nothing_differs(self):
        with self.assertRaisesRegex(UserError, "Nothing differs"):
            self.simulation().action_simulate()

    def test_a_rule_that_cannot_be_used_is_named(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = "[('nonsense', '=', 1)]"
        with self.assertRaisesRegex(ValidationError, "Strict"):
            simulation.action_simulate()
        self.assertIn("risk_class", self.strict.assign_domain)

    def test_what_does_not_fit_is_told(self):
        simulation = self.simulation(self.draft(), days=1000)
        with self.assertRaisesRegex(UserError, "days ahead"):
            simulation.action_simulate()
        simulation.days = 5
        self.rule(simulation, self.strict).draft_id = self.draft()
        with self.assertRaisesRegex(UserError, "no draft of “Strict”"):
            simulation.action_simulate()
        self.rule(simulation, self.strict).policy_id = self.policy
        with self.assertRaisesRegex(UserError, "twice"):
            simulation.action_simulate()

    def test_first_look_then_put_in_force(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        with self.assertRaisesRegex(UserError, "Simulate"):
            simulation.action_apply()

    def test_only_managers_simulate(self):
        self.make_users()
        simulations = self.env["dunning.simulation"]
        for user in (self.collector_all, self.auditor):
            with self.assertRaises(AccessError):
                simulations.with_user(user)._open()
        action = simulations.with_user(self.manager)._open()
        simulation = simulations.with_user(self.manager).browse(action["res_id"])
        self.rule(simulation, self.strict).assign_domain = BIG
        simulation.action_simulate()
        self.assertEqual(simulation.moved_count, 1)
        simulation.action_apply()
        self.assertEqual(self.profile.dunning_policy_id, self.strict)

    def test_another_company_is_left_alone(self):
        data = self.make_second_company()
        company = data["company"]
        company.dunning_policy_id = self.make_policy(
            [5], name="Theirs", company_id=company.id
        )
        profile = self.make_profile(self.customer, company)
        simulation = self.simulation()
        self.assertNotIn(company.dunning_policy_id, simulation.rule_ids.policy_id)
        self.rule(simulation, self.strict).assign_domain = BIG
        simulation.action_simulate()
        self.assertNotIn(profile, simulation.customer_ids.profile_id)

    def test_queries_do_not_grow_with_the_customers(self):
        def count(customers):
            for rank in range(customers):
                partner = self.make_customer(f"More {customers} {rank}")
                self.make_invoice(partner, 100, -3)
                self.make_profile(partner)
            draft = self.draft()
            draft.level_ids[0].delay_days += 1
            simulation = self.simulation(draft, days=3)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            simulation.action_simulate()
            return self.cr.sql_log_count - before

        few, many = count(2), count(20)
        self.assertLessEqual(many - few, 12)


@tagged("post_install", "-at_install", "credit_control")
class TestSimulationTour(TourCommon):
    """From a policy to a draft, what it would do, and putting it in force."""

    def test_a_level_is_put_off(self):
        policy = self.policy.copy({"name": "Tour policy"})
        self.profile.policy_id = policy
        # the browser's clock runs: the invoice is 20 days late, the level comes at 5
        self.start_tour(
            f"/odoo/dunning-policies/{policy.id}",
            "credit_control_task_simulation_10",
            login=self.manager.login,
        )
        self.assertEqual(policy.level_ids.sorted("sequence")[0].delay_days, 25)
        self.assertTrue(policy.has_former)
