from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..wizard import dunning_simulation_queue as queue
from .simulation_common import SimulationCommon

BIG = "[('amount_due', '>=', 50)]"


@tagged("post_install", "-at_install", "credit_control")
class TestSimulationQueue(SimulationCommon):
    """Simulations of many customers, part by part, by the scheduled action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        for rank in range(6):
            customer = cls.make_customer(f"More {rank}")
            cls.make_profile(customer, risk_class=False if rank else "e")
            cls.make_invoice(customer, 200 + rank, -3)
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(queue, "AT_ONCE", 1))
        self.startPatcher(patch.object(queue, "PART", 2))

    def begin(self):
        simulation = self.simulation()
        self.rule(simulation, self.strict).assign_domain = BIG
        return simulation, simulation.action_simulate()

    def go_on(self):
        with self.enter_registry_test_mode():
            self.env.ref("credit_control.cron_simulate").method_direct_trigger()

    def facts(self, simulation):
        """Return all that a result says, whatever its ids."""
        names = simulation.customer_ids._row_fields
        customers = sorted(
            [[str(row[name]) for name in names] for row in simulation.customer_ids]
        )
        notices = sorted(
            [
                (row.side, row.date, row.profile_id.id, row.level_name, row.amount)
                for row in simulation.notice_ids
            ]
        )
        rules = [(r.count_before, r.count_after) for r in simulation.rule_ids]
        return simulation.summary, customers, notices, rules

    def test_parts_give_the_same_as_all_at_once(self):
        with patch.object(queue, "AT_ONCE", 1000):
            whole, _action = self.begin()
        self.assertTrue(whole.is_done)
        self.assertTrue(whole.notice_ids)
        parts, action = self.begin()
        self.assertEqual(action["tag"], "display_notification")
        self.assertTrue(parts.is_waiting)
        self.assertFalse(parts.is_done)
        total = parts.todo_total
        self.assertGreater(total, 2)
        self.assertIn(f"0 of {total}", parts.progress)
        self.go_on()
        self.assertFalse(parts.is_waiting)
        self.assertTrue(parts.is_done)
        self.assertTrue(parts.date_done)
        self.assertEqual(self.facts(parts), self.facts(whole))

    def test_it_goes_on_where_it_was(self):
        simulation, _action = self.begin()
        total = simulation.todo_total
        simulation._look_at_part()
        self.assertEqual(len(simulation.todo_ids), total - 2)
        self.assertIn(f"2 of {total}", simulation.progress)
        seen = simulation.notice_ids.profile_id
        self.assertLessEqual(len(seen), 2)
        self.go_on()
        self.assertGreater(len(simulation.notice_ids.profile_id), len(seen))

    def test_nothing_is_put_in_force_meanwhile(self):
        simulation, _action = self.begin()
        with self.assertRaisesRegex(UserError, "Press “Simulate” first"):
            simulation.action_apply()
        with self.assertRaisesRegex(UserError, "under way"):
            simulation.action_simulate()

    def test_whoever_made_it_is_told(self):
        simulation, _action = self.begin()
        with patch.object(type(self.env.user), "_bus_send", autospec=True) as send:
            self.go_on()
        [call] = send.call_args_list
        self.assertEqual(call.args[0], simulation.user_id)
        self.assertIn("Done", call.args[2]["message"])

    def test_it_is_stopped(self):
        simulation, _action = self.begin()
        with self.assertRaises(AccessError):
            simulation.with_user(self.auditor).action_stop()
        simulation.action_stop()
        self.assertFalse(simulation.is_waiting or simulation.is_done)
        self.assertIn("Stopped by", simulation.failure)
        self.go_on()
        self.assertFalse(simulation.is_done)
        with patch.object(queue, "AT_ONCE", 1000):
            simulation.action_simulate()
        self.assertTrue(simulation.is_done)
        self.assertFalse(simulation.failure)

    def test_a_failure_is_told_and_stops_no_other(self):
        broken, _action = self.begin()
        other, _action = self.begin()
        look_at = type(broken)._look_at

        def fail(simulation, profile_ids):
            if simulation == broken:
                raise ValueError("no such thing")
            look_at(simulation, profile_ids)

        with (
            patch.object(type(broken), "_look_at", fail),
            mute_logger("odoo.addons.credit_control.wizard.dunning_simulation_queue"),
        ):
            self.go_on()
        self.assertIn("unexpected error", broken.failure)
        self.assertFalse(broken.is_waiting)
        self.assertTrue(other.is_done)

    def test_a_sentence_for_its_maker_is_kept(self):
        simulation, _action = self.begin()
        words = "The draft is gone."
        with patch.object(type(simulation), "_look_at", side_effect=UserError(words)):
            self.go_on()
        self.assertEqual(simulation.failure, words)
