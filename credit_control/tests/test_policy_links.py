from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .simulation_common import SimulationCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPolicyLinks(SimulationCommon):
    """From a line of an analysis to the policy behind it, and to another policy."""

    def wizard(self, records, user=None):
        """Return the wizard as it opens on ticked records of a list."""
        wizard = self.env["credit.profile.set.policy"].with_context(
            active_model=records._name, active_ids=records.ids
        )
        return wizard.with_user(user or self.env.user).create(
            {"policy_id": self.strict.id}
        )

    def item(self, invoice):
        return self.env["credit.aged.item"].browse(self.receivables(invoice).id)

    def test_from_a_notice(self):
        notice = self.sent_notice(self.first, -3)
        self.assertEqual(notice.action_open_policy()["res_id"], self.policy.id)
        self.wizard(notice).action_apply()
        self.assertEqual(self.profile.dunning_policy_id, self.strict)

    def test_from_the_preview(self):
        preview = self.env["dunning.preview"].create({"days": 5})
        preview.action_preview()
        line = preview.line_ids.filtered(lambda one: one.profile_id == self.profile)
        self.assertEqual(line.action_open_policy()["res_id"], self.policy.id)
        self.assertEqual(self.wizard(line).profile_ids, self.profile)

    def test_from_an_item_of_the_aged_balance(self):
        item = self.item(self.invoice)
        self.assertEqual(item.action_open_policy()["res_id"], self.policy.id)
        self.assertEqual(self.wizard(item).profile_ids, self.profile)
        self.company.dunning_policy_id = False
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "No policy reaches"):
            item.action_open_policy()

    def test_the_aged_balance_by_policy(self):
        rows = self.env["credit.profile"].aged_balance(self.company, by="policy")
        totals = {row["name"]: row["total"] for row in rows}
        self.assertEqual(totals, {"Patient": 100, "Strict": 700})
        balance = self.env["credit.aged.balance"].create({"by": "policy"})
        currency = self.company.currency_id.id
        action = balance.action_open_row(self.strict.id, currency)
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("dunning.policy", self.strict.id)
        )

    def test_another_s_customers_are_left_out(self):
        self.make_users()
        self.profile.user_id = self.collector_all
        notice = self.sent_notice(self.first, -3)
        with self.assertRaises(AccessError):
            self.wizard(notice, self.collector)
