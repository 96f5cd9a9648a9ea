from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import credit_message_quality
from .act_common import ActCommon


@tagged("post_install", "-at_install", "credit_control")
class TestQuality(ActCommon):
    def rows(self, kind, user=None):
        """Return (right, wrong, missed, corrected) of one kind."""
        self.env.flush_all()
        model = self.env["credit.message.quality"].with_user(user or self.manager)
        found = model._read_group(
            [("kind", "=", kind), ("company_id", "=", self.env.company.id)],
            [],
            ["right:sum", "wrong:sum", "missed:sum", "corrected:sum"],
        )[0]
        return tuple(value or 0 for value in found)

    def decide(self, code, deed, count=1, **vals):
        """Have ``count`` messages with an intent decided by the collector."""
        for _number in range(count):
            intent = self.found(code)
            if vals:
                intent.write(vals)
            getattr(intent, f"action_{deed}")()

    def test_what_each_decision_counts(self):
        self.decide("delay", "accept")
        self.assertEqual(self.rows("delay"), (1, 0, 0, 0))
        self.decide("delay", "reject")
        self.assertEqual(self.rows("delay"), (1, 1, 0, 0))
        self.decide("delay", "accept", intent="acknowledgement")
        self.assertEqual(self.rows("delay"), (1, 2, 0, 0))
        self.assertEqual(self.rows("acknowledgement"), (0, 0, 1, 0))
        self.decide("promise", "accept", date=self.days(9))
        self.assertEqual(self.rows("promise"), (1, 0, 0, 1))
        message = self.make_message("acknowledgement").with_user(self.collector)
        message.action_add_intent("complaint")
        message.action_accept_all()
        self.assertEqual(self.rows("complaint"), (0, 0, 1, 0))
        self.assertEqual(self.rows("acknowledgement"), (1, 0, 1, 0))

    def test_what_nobody_decided_does_not_count(self):
        self.make_message("delay")
        by_rule = self.make_message("delay").sudo().intent_ids
        by_rule.with_user(self.env.ref("base.user_root")).sudo()._accept()
        self.assertEqual(self.rows("delay"), (0, 0, 0, 0))

    def test_taken_back_it_does_not_count(self):
        intent = self.found("delay")
        intent.action_reject()
        self.assertEqual(self.rows("delay"), (0, 1, 0, 0))
        intent.action_undo()
        self.assertEqual(self.rows("delay"), (0, 0, 0, 0))

    def test_shares_are_of_sums_and_none_of_few(self):
        self.decide("acknowledgement", "accept", 3)
        self.decide("acknowledgement", "reject")
        model = self.env["credit.message.quality"].with_user(self.auditor)
        domain = [("kind", "=", "acknowledgement")]
        shares = ["precision:avg", "recall:avg", "f1:avg"]
        self.env.flush_all()
        self.assertFalse(any(model._read_group(domain, [], shares)[0]))
        row = model.search(domain)
        self.assertEqual((row.precision, row.recall), (75, 100))
        self.assertTrue(row.verdict, "said to be too few")
        self.decide("acknowledgement", "accept", 6)
        self.env.flush_all()
        [found] = model._read_group(domain, [], shares)
        self.assertEqual(found[:2], (90, 100))
        self.assertAlmostEqual(found[2], 200 * 0.9 / 1.9)
        self.env.invalidate_all()
        self.assertFalse(model.search(domain).verdict)

    def test_nothing_found_is_a_miss(self):
        before = self.rows("anything")
        self.make_message().with_user(self.collector).action_done()
        message = self.make_message("acknowledgement").with_user(self.collector)
        message.action_done()
        right, _wrong, missed, _corrected = self.rows("anything")
        self.assertEqual((right - before[0], missed - before[2]), (1, 1))

    def test_customers_found_and_corrected(self):
        other = self.make_profile(self.make_customer("Other"))
        right, wrong, missed, _corrected = self.rows("customer")
        self.make_message("delay").with_user(self.manager).action_done()
        self.assertEqual(self.rows("customer"), (right + 1, wrong, missed, 0))
        message = self.make_message("delay").with_user(self.manager)
        message.action_assign_customer(other.id, is_remembered=False)
        self.assertEqual(self.rows("customer"), (right + 1, wrong + 1, missed + 1, 0))
        stranger = self.make_message("delay", profile_id=False)
        stranger.with_user(self.manager).action_assign_customer(other.id, False)
        self.assertEqual(self.rows("customer"), (right + 1, wrong + 1, missed + 2, 0))

    def test_read_only_and_by_company(self):
        self.decide("delay", "accept")
        for user in (self.accountant, self.sales_reader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rows("delay", user)
        self.assertEqual(self.rows("delay", self.collector), (1, 0, 0, 0))

    def test_figures_of_the_benchmark(self):
        self.patch(
            credit_message_quality,
            "shipped_figures",
            lambda: {"delay": {"precision": 1, "recall": 0.8, "f1": 0.9}},
        )
        self.decide("delay", "accept")
        self.decide("acknowledgement", "accept")
        self.env.flush_all()
        rows = self.env["credit.message.quality"].search([])
        shown = {row.kind: row.shipped_f1 for row in rows}
        self.assertEqual(shown["delay"], 90)
        self.assertEqual(shown["acknowledgement"], 0)
