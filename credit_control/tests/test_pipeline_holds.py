from odoo.tests import tagged
from odoo.tools import SQL

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPipelineHolds(PipelineCommon):
    """Why an overdue claim is not reminded: holds and netting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)
        cls.profile = cls.make_profile(cls.customer)
        cls.reason = cls.env["credit.dispute.reason"].search([], limit=1)

    def promise(self, amount, day=5, lines=None, **values):
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "date": self.days(day),
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "grace_days": 3,
                "move_line_ids": lines and [(6, 0, lines.ids)],
                **values,
            }
        )

    def dispute(self, move, amount):
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": move.id,
                "amount": amount,
                "reason_id": self.reason.id,
            }
        )

    # === FACTS OF THE ENTRY === #
    def test_no_followup(self):
        """Defect 2: an item left out of follow-up is not reminded."""
        self.receivables(self.invoice).no_followup = True
        self.assertCode(self.invoice, "no_followup")

    def test_blocked(self):
        """Defect 2: an invoice blocked for payment is not reminded."""
        self.invoice.action_toggle_block_payment()
        self.assertCode(self.invoice, "blocked")

    def test_no_partner(self):
        line = self.make_entry(self.env["res.partner"], 50, -9, no_followup=False)
        self.assertEqual(self.plan()[line]["code"], "no_partner")

    def test_origin(self):
        for origin in ("handed_over", "factored"):
            self.invoice.dunning_origin = origin
            self.assertCode(self.invoice, origin)

    def test_insolvency_holds_what_arose_before(self):
        later = self.make_invoice(
            self.customer, 100, -7, invoice_date=self.days(-8)
        )
        self.profile.write(
            {"legal_status": "receivership", "legal_date": self.days(-20)}
        )
        self.assertCode(self.invoice, "insolvency")
        self.assertGoes(later, self.first)

    def test_paid_and_cancelled_items_are_not_open(self):
        """A paid or a reset invoice is no claim any more, whatever it was."""
        other = self.make_invoice(self.customer, 100, -10)
        self.pay(self.invoice)
        other.button_draft()
        self.assertFalse(self.plan())

    # === PROMISES === #
    def test_promise_holds_its_lines(self):
        other = self.make_invoice(self.customer, 100, -10)
        self.promise(100, lines=self.receivables(other))
        self.assertCode(other, "promise", until=8)
        self.assertGoes(self.invoice, self.first)

    def test_promise_without_lines_holds_the_oldest(self):
        """The oldest claims up to the amount; the last one when half is promised."""
        second = self.make_invoice(self.customer, 100, -9)
        third = self.make_invoice(self.customer, 100, -8)
        self.promise(150)
        self.assertCode(self.invoice, "promise")
        self.assertCode(second, "promise")
        self.assertGoes(third, self.first)

    def test_a_small_promise_does_not_silence_a_large_claim(self):
        """Of the claim that the amount reaches last, at least half is promised."""
        second = self.make_invoice(self.customer, 100, -9)
        self.promise(149)
        self.assertCode(self.invoice, "promise")
        self.assertGoes(second, self.first)

    def test_promise_ends_with_its_grace(self):
        self.promise(100, day=-3)
        self.assertCode(self.invoice, "promise")
        self.assertGoes(self.invoice, self.first, day=1)

    def test_running_plan(self):
        plan = self.env["credit.plan"].create(
            {"name": "Plan", "profile_id": self.profile.id}
        )
        self.promise(100, plan_id=plan.id)
        plan.action_confirm()
        self.assertCode(self.invoice, "plan", until=8)

    # === DISPUTES === #
    def test_dispute_of_a_part(self):
        """Only the contested part is not demanded."""
        self.dispute(self.invoice, 40)
        row = self.assertGoes(self.invoice, self.first)
        self.assertEqual(row["amount_disputed"], 40)
        self.plan()
        (line,) = self.pipeline._notices()[0]["lines"]
        self.assertEqual(line["claimed"], 60)

    def test_dispute_of_the_whole(self):
        """Capped at the residual, so that a payment does not turn it negative."""
        self.dispute(self.invoice, 80)
        self.pay(self.invoice, 50)
        row = self.assertCode(self.invoice, "dispute")
        self.assertEqual(row["amount_disputed"], 50)

    # === PAYMENTS ON THEIR WAY === #
    def test_online_payment_pending(self):
        provider = self.env["payment.provider"].sudo().search([], limit=1)
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": self.env["payment.method"]
                    .sudo()
                    .with_context(active_test=False)
                    .search([], limit=1)
                    .id,
                    "amount": 100,
                    "currency_id": self.company.currency_id.id,
                    "partner_id": self.customer.id,
                    "reference": "online",
                    "invoice_ids": [(4, self.invoice.id)],
                }
            )
        )
        self.assertGoes(self.invoice, self.first)
        transaction.state = "pending"
        self.assertCode(self.invoice, "payment_pending")
        self.assertFalse(self.profile.amount_collectable)
        transaction.state = "cancel"
        self.assertEqual(self.profile.amount_collectable, self.profile.amount_overdue)
        self.assertGoes(self.invoice, self.first)

    def test_payment_in_process(self):
        self.invoice.payment_state = "in_payment"
        self.assertCode(self.invoice, "payment_in_process")

    # === PROFILE === #
    def test_on_hold_until_that_day(self):
        self.profile.hold_until = self.days(2)
        self.assertCode(self.invoice, "on_hold", until=2, day=2)
        self.assertGoes(self.invoice, self.first, day=3)

    def test_reply_that_nobody_answered(self):
        self.profile.reply_date = "2026-06-14 10:00:00"
        self.assertCode(self.invoice, "reply")

    def test_no_policy(self):
        self.policy.active = False
        self.assertCode(self.invoice, "no_policy")

    # === NETTING === #
    def test_open_credit_covers(self):
        """Defect 1: invoice 100, credit note 500: nothing is owed."""
        self.make_credit(self.customer, 500)
        self.assertCode(self.invoice, "covered")

    def test_credit_counts_before_its_maturity(self):
        """A credit counts at once, wherever it comes from."""
        self.make_credit(self.customer, 100, 60)
        self.assertCode(self.invoice, "covered")

    def test_unallocated_payment_covers(self):
        self.pay_unallocated(self.customer, 100)
        self.assertCode(self.invoice, "covered")

    def test_smaller_credit_reduces_the_notice(self):
        self.make_credit(self.customer, 30)
        self.assertGoes(self.invoice, self.first)
        (notice,) = self.notices()
        self.assertEqual(notice["amount_company"], 70)
        credit = [line for line in notice["lines"] if line["residual"] < 0]
        self.assertEqual([line["kind"] for line in credit], ["info"])

    def test_currencies_do_not_cover_each_other(self):
        self.make_credit(self.customer, 150, currency=self.other_currency)
        self.assertGoes(self.invoice, self.first)

    def test_credit_of_a_branch_covers(self):
        """Credits count over the tree of the company; the notice does not."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        self.make_credit(self.customer, 100)
        credit = self.make_credit(self.customer, 1)
        credit.button_draft()
        self.env.flush_all()
        self.assertCode(self.invoice, "covered")
        self.env.cr.execute(
            SQL(
                "UPDATE account_move_line SET company_id = %s "
                "WHERE move_id IN (SELECT id FROM account_move WHERE partner_id = %s "
                "AND move_type = 'out_refund')",
                branch.id,
                self.customer.id,
            )
        )
        self.assertCode(self.invoice, "covered")

    def test_own_credits_cover_what_the_company_demands(self):
        """That a branch is owed more makes no reminder for less than nothing."""
        self.owe_branch(self.customer, 900)
        self.make_credit(self.customer, 130)
        self.assertCode(self.invoice, "covered")
        self.assertFalse(self.notices())
        self.profile.sudo().forced_level_id = self.first
        self.assertGoes(self.invoice, self.first)

    def test_covered_before_due(self):
        """A courtesy reminder is not sent for what a credit covers."""
        policy = self.make_policy([-7, 5])
        customer = self.make_customer("Prompt")
        self.make_profile(customer, policy_id=policy.id)
        soon = self.make_invoice(customer, 100, 3)
        self.assertGoes(soon, policy.level_ids[0])
        self.make_credit(customer, 100)
        self.assertCode(soon, "covered")

    def test_promised_claim_does_not_use_the_credit(self):
        """Held claims do not count in the netting."""
        other = self.make_invoice(self.customer, 100, -10)
        self.promise(100, lines=self.receivables(other))
        self.make_credit(self.customer, 120)
        self.assertCode(self.invoice, "covered")

    # === EXTENSION === #
    def test_another_hold(self):
        """An add-on adds a hold with its condition, its day and its words."""
        from ..models.dunning_pipeline import Hold

        model = type(self.env["dunning.pipeline"])
        standard = model._dunning_holds

        def holds(pipeline):
            return {
                **standard(pipeline),
                "own_reason": Hold(
                    SQL("move.ref = 'wait'"), SQL("item.due + 100")
                ),
            }

        self.patch(model, "_dunning_holds", holds)
        self.assertGoes(self.invoice, self.first)
        self.invoice.ref = "wait"
        self.assertCode(self.invoice, "own_reason", until=90)
