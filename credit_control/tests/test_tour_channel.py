from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged("post_install", "-at_install", "credit_control")
class TestTourChannel(TourCommon):
    """Text messages, letters and variants of policies in a real browser."""

    def own_policy(self):
        """Give the customer a policy of his own, and return it."""
        policy = self.policy.copy({"name": "Tour policy"})
        self.profile.policy_id = policy
        return policy

    def give_mobile(self):
        self.customer.write(
            {"phone": "+33 6 12 34 56 78", "country_id": self.env.ref("base.fr").id}
        )

    def start_manager_task(self, name, clicks, record):
        """Run the tour of a task on the form of a record, as the manager."""
        self.start_tour(
            f"/odoo/{record._name}/{record.id}",
            f"credit_control_task_{name}_{clicks}",
            login=self.manager.login,
        )

    def test_a_level_by_sms(self):
        policy = self.own_policy()
        self.give_mobile()
        level = policy.level_ids.sorted("sequence")[0]
        self.assertFalse(level.send_sms)
        self.start_manager_task("sms_level", 7, policy)
        self.assertTrue(level.send_sms)
        self.assertIn("{{ stop_link }}", level.sms_body)

    def test_no_more_sms_and_again(self):
        self.give_mobile()
        url = f"/odoo/res.partner/{self.customer.id}"
        self.start_task("sms_stop", 1, url)
        self.assertTrue(self.customer.phone_blacklisted)
        self.start_task("sms_allow", 1, url)
        self.customer.invalidate_recordset()
        self.assertFalse(self.customer.phone_blacklisted)

    def test_the_file_of_a_provider_of_post(self):
        letter = self.posted_letter(tracking_number="1A 123 456 7890 1")
        action = self.env.ref("credit_control.dunning_letter_action").sudo()
        action.context = {}
        action.domain = [("profile_id", "=", self.profile.id)]
        self.start_task("answers", 4, "/odoo/credit-letters")
        self.assertEqual(letter.receipt, "delivered")
        self.assertEqual(letter.date_received, fields.Date.today())

    def test_a_variant_is_made_and_compared(self):
        policy = self.own_policy()
        self.profile.policy_id = False
        self.start_manager_task("variant", 4, policy)
        variant = policy.variant_ids
        self.assertEqual((variant.variant_percent, policy.share_percent), (50, 50))
        self.assertTrue(policy.variant_date)

    def test_a_draft_in_force_is_taken_back(self):
        policy = self.own_policy()
        level = policy.level_ids.sorted("sequence")[0]
        before = level.delay_days
        draft = self.env["dunning.policy"].browse(policy.action_draft()["res_id"])
        draft.level_ids.sorted("sequence")[0].delay_days = before + 20
        draft.action_put_in_force()
        self.assertEqual(level.delay_days, before + 20)
        self.start_manager_task("former", 3, policy)
        self.assertEqual(level.delay_days, before)

    def test_who_follows_a_simulated_policy_and_not_any_more(self):
        policy = self.policy.copy({"name": "Tour policy", "sequence": 0})
        simulation = self.env["dunning.simulation"].browse(
            self.env["dunning.simulation"].with_user(self.manager)._open()["res_id"]
        )
        rule = simulation.rule_ids.filtered(lambda one: one.policy_id == policy)
        rule.assign_domain = f"[('id', '=', {self.profile.id})]"
        self.start_manager_task("follow", 5, simulation)
        self.assertEqual(self.profile.policy_id, policy)
        self.start_tour(
            "/odoo/credit-mass-actions",
            "credit_control_task_unfollow_2",
            login=self.manager.login,
        )
        self.env.invalidate_all()
        self.assertFalse(self.profile.policy_id)
