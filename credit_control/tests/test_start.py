from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestStart(PipelineCommon):
    """The start assistant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.young = cls.make_invoice(cls.customer, 100, -10)
        cls.old = cls.make_invoice(cls.customer, 200, -100)

    def open(self):
        action = self.env["dunning.start"].action_open()
        return self.env["dunning.start"].browse(action["res_id"])

    def test_ledger_by_age(self):
        self.make_invoice(self.make_customer("Other"), 50, -12)
        self.make_invoice(self.customer, 70, 5)
        start = self.open()
        ages = [
            (age.item_count, age.customer_count, age.amount)
            for age in start.bucket_ids
        ]
        self.assertEqual(
            ages, [(2, 2, 150), (0, 0, 0), (0, 0, 0), (1, 1, 200), (0, 0, 0), (0, 0, 0)]
        )
        self.assertEqual(start.due_count, 1)

    def test_reminded_elsewhere(self):
        """The old items go on after the level that they are said to have."""
        start = self.open()
        start.bucket_ids[3].write({"step": 2, "reminded_on": self.days(-3)})
        start.action_set_levels()
        line = self.receivables(self.old)
        self.assertEqual(line.dunning_level_id, self.second)
        self.assertEqual(line.dunning_date, self.days(-3))
        self.assertFalse(self.receivables(self.young).dunning_level_id)
        self.assertFalse(self.env["dunning.notice"].search_count([]))
        self.assertCode(self.old, "not_yet", until=17)
        self.assertEqual(start.bucket_ids[3].reminded_count, 1)

    def test_reminded_elsewhere_needs_a_day(self):
        start = self.open()
        with self.assertRaisesRegex(UserError, "how many reminders"):
            start.action_set_levels()
        start.bucket_ids[3].write({"step": 2, "reminded_on": self.days(1)})
        with self.assertRaisesRegex(UserError, "today at the latest"):
            start.action_set_levels()

    def test_delivered_levels_stay(self):
        """What a notice of ours delivered is not overwritten."""
        line = self.receivables(self.old)
        notice = self.sent_notice(self.first, -20)
        self.env["dunning.notice.line"].sudo().create(
            {
                "notice_id": notice.id,
                "move_line_id": line.id,
                "kind": "claim",
                "currency_id": self.company.currency_id.id,
            }
        )
        self.delivered(self.old, self.first, -20)
        start = self.open()
        start.bucket_ids[3].write({"step": 3, "reminded_on": self.days(-3)})
        start.action_set_levels()
        self.assertEqual(line.dunning_level_id, self.first)

    def test_items_left_out_by_default(self):
        """Opening balances of general journals are released with one click."""
        line = self.make_entry(self.customer, 500, -40)
        self.assertTrue(line.no_followup)
        start = self.open()
        self.assertEqual((start.no_followup_count, start.no_followup_amount), (1, 500))
        found = self.env["account.move.line"].search(
            start.action_show_no_followup()["domain"]
        )
        self.assertEqual(found, line)
        start.action_release_no_followup()
        self.assertFalse(line.no_followup)
        self.assertEqual(start.no_followup_count, 0)
        self.assertEqual(self.plan()[line]["code"], "claim")

    def test_start(self):
        """Ceilings are kept, the company starts, and the first run opens."""
        self.company.dunning_is_started = False
        start = self.open()
        self.assertEqual(start.policy_ids.policy_id, self.policy)
        start.policy_ids.max_per_day = 25
        action = start.action_start()
        self.assertEqual(self.policy.max_per_day, 25)
        self.assertTrue(self.company.dunning_is_started)
        self.assertEqual(self.company.dunning_start_date, self.today)
        run = self.env["dunning.run"].browse(action["res_id"])
        self.assertEqual((run.state, run.date), ("draft", self.today))

    def test_only_managers(self):
        self.make_users()
        with self.assertRaises(AccessError):
            self.env["dunning.start"].with_user(self.collector_all).action_open()
