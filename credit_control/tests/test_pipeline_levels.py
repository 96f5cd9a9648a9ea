from odoo.tests import tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPipelineLevels(PipelineCommon):
    """Policy of a claim, its position, and the step that is due."""

    # === STEP BY STEP === #
    def test_step_waits_for_its_threshold(self):
        """The first level comes on the fifth day after the due date, not before."""
        invoice = self.make_invoice(self.customer, 100, -4)
        self.assertCode(invoice, "not_yet", until=1)
        self.assertGoes(invoice, self.first, day=1)

    def test_step_never_skips_a_level(self):
        """300 days late, nothing delivered: still the first level."""
        invoice = self.make_invoice(self.customer, 100, -300)
        self.assertGoes(invoice, self.first)

    def test_late_run_keeps_the_distance(self):
        """The second level keeps its 15 days after a first one that came late."""
        invoice = self.make_invoice(self.customer, 100, -30)
        self.delivered(invoice, self.first, -3)
        self.assertCode(invoice, "not_yet", until=12)
        self.assertGoes(invoice, self.second, day=12)

    def test_last_level_asks_for_a_decision(self):
        """After the last level nothing comes by itself."""
        invoice = self.make_invoice(self.customer, 100, -90)
        self.delivered(invoice, self.third, -30)
        self.assertCode(invoice, "last_level")

    def test_not_due_waits_for_the_first_level(self):
        """A claim that is not due says when its first reminder may come."""
        invoice = self.make_invoice(self.customer, 100, 10)
        self.assertCode(invoice, "not_yet", until=15)

    # === STRAIGHT: defect 8 === #
    def test_direct_goes_to_the_level_reached(self):
        """A policy may go straight to the level that the age has reached."""
        self.policy.climb = "direct"
        invoice = self.make_invoice(self.customer, 100, -300)
        self.assertGoes(invoice, self.third)

    def test_direct_does_not_open_with_a_formal_notice(self):
        """Whom nobody has reminded yet does not get a formal notice first."""
        self.policy.climb = "direct"
        self.third.is_formal = True
        invoice = self.make_invoice(self.customer, 100, -300)
        self.assertGoes(invoice, self.second)
        self.delivered(invoice, self.second, -10)
        self.assertGoes(invoice, self.third)

    def test_direct_says_when_the_first_level_comes(self):
        self.policy.climb = "direct"
        invoice = self.make_invoice(self.customer, 100, -1)
        self.assertCode(invoice, "not_yet", until=4)

    # === BEFORE DUE === #
    def test_level_before_due(self):
        """A courtesy reminder goes before the due date, and only then."""
        policy = self.make_policy([-7, 5])
        courtesy, first = policy.level_ids
        self.make_profile(self.customer, policy_id=policy.id)
        soon = self.make_invoice(self.customer, 100, 5)
        late = self.make_invoice(self.customer, 100, -6)
        self.assertGoes(soon, courtesy)
        self.assertGoes(late, first)
        self.assertCode(soon, "not_yet", until=-2, day=-3)

    def test_level_before_due_is_not_an_opening(self):
        """After a courtesy reminder a formal notice would still be the first one."""
        policy = self.make_policy(
            [-7, 5, {"delay_days": 20, "is_formal": True}], climb="direct"
        )
        courtesy, first, _formal = policy.level_ids
        self.make_profile(self.customer, policy_id=policy.id)
        invoice = self.make_invoice(self.customer, 100, -30)
        self.delivered(invoice, courtesy, -35)
        self.assertGoes(invoice, first)

    # === THRESHOLDS === #
    def test_threshold_bases(self):
        """Due date, invoice date, end of month and former level as base."""
        for levels, day in (
            ([{"delay_days": 40, "delay_from": "invoice_date"}], 10),
            ([{"delay_days": 5, "delay_from": "end_of_month"}], 20),
            ([{"delay_days": 20, "delay_from": "previous"}], 20),
        ):
            with self.subTest(base=levels[0]["delay_from"]):
                policy = self.make_policy(levels)
                customer = self.make_customer(levels[0]["delay_from"])
                self.make_profile(customer, policy_id=policy.id)
                invoice = self.make_invoice(customer, 100, 0)  # of 30 days ago
                self.assertCode(invoice, "not_yet", until=day)

    def test_previous_adds_to_the_former_threshold(self):
        policy = self.make_policy(
            [10, {"delay_days": 12, "delay_from": "previous"}], climb="direct"
        )
        self.make_profile(self.customer, policy_id=policy.id, grace_days=2)
        invoice = self.make_invoice(self.customer, 100, -23)
        first, second = policy.level_ids
        self.assertGoes(invoice, first)
        self.assertGoes(invoice, second, day=1)

    def test_grace_days_of_the_customer(self):
        self.make_profile(self.customer, grace_days=4)
        invoice = self.make_invoice(self.customer, 100, -6)
        self.assertCode(invoice, "not_yet", until=3)

    def test_line_without_due_date_uses_its_date(self):
        line = self.make_entry(self.customer, 100, -6, no_followup=False)
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE id = %s", line.ids
        )
        line.invalidate_recordset()
        self.assertEqual(self.plan()[line]["code"], "claim")

    def test_instalments_have_their_own_level(self):
        """Each instalment follows its own due date."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 60)
                ],
            }
        )
        invoice = self.make_invoice(
            self.customer, 100, invoice_date=self.days(-30), payment_term=term
        )
        rows = self.plan()
        codes = [rows[line]["code"] for line in self.receivables(invoice)]
        self.assertEqual(codes, ["claim", "not_yet"])

    # === POLICY === #
    def test_policy_of_the_invoice_wins(self):
        """Invoice, then customer by hand, then the one in force."""
        by_hand, own = self.make_policy([1]), self.make_policy([2])
        invoice = self.make_invoice(self.customer, 100, -6)
        self.assertGoes(invoice, self.first)
        self.make_profile(self.customer, policy_id=by_hand.id)
        self.assertGoes(invoice, by_hand.level_ids)
        invoice.dunning_policy_id = own
        self.assertGoes(invoice, own.level_ids)
        own.active = False
        self.assertGoes(invoice, by_hand.level_ids)

    def test_change_of_policy_keeps_the_position(self):
        """What counts as delivered is the highest level not above the former one."""
        invoice = self.make_invoice(self.customer, 100, -90)
        self.delivered(invoice, self.second, -30)
        policy = self.make_policy([1, 30, 60])
        self.make_profile(self.customer, policy_id=policy.id)
        row = self.assertGoes(invoice, policy.level_ids[2])
        self.assertEqual(row["own_level_id"], policy.level_ids[1].id)

    def test_archived_level_stands_for_the_one_below(self):
        invoice = self.make_invoice(self.customer, 100, -90)
        self.delivered(invoice, self.second, -60)
        self.second.active = False
        row = self.assertGoes(invoice, self.third)
        self.assertEqual(row["own_level_id"], self.first.id)

    # === FORCED === #
    def force(self, level, move=None):
        if move:
            move.sudo().dunning_forced_level_id = level
        else:
            self.make_profile(self.customer).sudo().forced_level_id = level

    def test_forced_level_passes_delay_and_minimum(self):
        invoice = self.make_invoice(self.customer, 1, -1)
        self.third.min_amount = 1000
        self.force(self.third, invoice)
        self.assertGoes(invoice, self.third)

    def test_forced_level_may_be_lower(self):
        invoice = self.make_invoice(self.customer, 100, -60)
        self.delivered(invoice, self.second, -1)
        self.force(self.first, invoice)
        self.assertGoes(invoice, self.first)

    def test_forced_level_of_the_invoice_wins(self):
        invoice = self.make_invoice(self.customer, 100, -60)
        other = self.make_invoice(self.customer, 100, -60)
        self.force(self.third)
        self.force(self.second, invoice)
        self.assertGoes(invoice, self.second)
        self.assertGoes(other, self.third)

    def test_forced_level_of_another_policy(self):
        """A one-off goes in a notice of the claim's own policy."""
        level = self.make_policy([99]).level_ids
        invoice = self.make_invoice(self.customer, 100, -1)
        self.force(level, invoice)
        row = self.assertGoes(invoice, level)
        self.assertEqual(row["policy_id"], self.policy.id)

    def test_forced_level_does_not_pass_a_hold(self):
        invoice = self.make_invoice(self.customer, 100, -60)
        self.make_profile(self.customer, hold_until=self.days(3))
        self.force(self.third, invoice)
        self.assertCode(invoice, "on_hold", until=3)

    def test_forced_level_does_not_remind_what_is_not_due(self):
        invoice = self.make_invoice(self.customer, 100, 3)
        self.force(self.third)
        self.assertCode(invoice, "not_yet")

    def test_one_off_keeps_the_position(self):
        """After a one-off only the date moves: the next delay runs from it."""
        invoice = self.make_invoice(self.customer, 100, -30)
        self.delivered(invoice, None, -1)
        row = self.assertCode(invoice, "not_yet", until=4)
        self.assertFalse(row["own_level_id"])
