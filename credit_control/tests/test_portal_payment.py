from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .portal_payment_common import PortalPaymentCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPortalPayment(PortalPaymentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.make_invoice(cls.customer, 100, -20)
        cls.second = cls.make_invoice(cls.customer, 50, -10)
        cls.later = cls.make_invoice(cls.customer, 70, 10)

    # === CHOICE === #
    def test_what_is_chosen_is_what_is_owed(self):
        choice = self.portal()._portal_choice(self.lines(self.first, self.later).ids)
        self.assertEqual(
            (choice.total, choice.net, choice.amount, choice.is_part),
            (170, 170, 170, False),
        )

    def test_amounts_between_zero_and_the_debt(self):
        lines = self.lines(self.first)
        for wrong in ("0", "-1", "100.01", "1e9", "nan", "inf", "x", "1,2,3", "0.001"):
            with (
                self.subTest(amount=wrong),
                self.assertRaisesRegex(ValidationError, "above zero and up to"),
            ):
                self.portal()._portal_choice(lines.ids, amount=wrong)
        for typed, amount in (("12,5", 12.5), (" 99.99 ", 99.99), ("100", 100)):
            choice = self.portal()._portal_choice(lines.ids, amount=typed)
            self.assertEqual(choice.amount, amount)

    def test_one_currency_at_a_time(self):
        other = self.make_invoice(self.customer, 80, -5, currency=self.other_currency)
        with self.assertRaisesRegex(ValidationError, "one currency"):
            self.portal()._portal_choice(self.lines(self.first, other).ids)

    def test_items_of_others_are_refused(self):
        stranger = self.make_invoice(self.make_customer("Stranger"), 100, -10)
        company = self.make_second_company()
        abroad = self.make_invoice(self.customer, 100, -10, company_data=company)
        paid = self.make_invoice(self.customer, 30, -10)
        self.pay(paid)
        for move in (stranger, abroad, paid):
            with (
                self.subTest(move=move.name),
                self.assertRaisesRegex(ValidationError, "not open any more"),
            ):
                self.portal()._portal_choice(self.lines(self.first, move).ids)

    def test_credits_are_taken_off(self):
        credit = self.make_credit(self.customer, 30)
        choice = self.portal()._portal_choice(self.lines(self.first).ids, True)
        self.assertEqual((choice.credit, choice.net), (30, 70))
        self.assertEqual(choice.credits, self.lines(credit))
        with self.assertRaisesRegex(ValidationError, "nothing to pay"):
            self.make_credit(self.customer, 80)
            self.portal()._portal_choice(self.lines(self.first).ids, True)

    def test_the_signed_choice(self):
        page = self.portal()
        choice = page._portal_choice(self.lines(self.first).ids, amount="60")
        token = page._portal_sign(choice)
        self.assertEqual(page._portal_signed_choice(token, 60.0), choice)
        other = self.portal(self.make_profile(self.make_customer("Other")))
        for profile, value, amount in (
            (page, token, 59.99),
            (page, token, "x"),
            (page, token, None),
            (page, token[:-2], 60),
            (page, "", 60),
            (page, None, 60),
            (other, token, 60),
        ):
            with self.assertRaisesRegex(ValidationError, "too old, or was changed"):
                profile._portal_signed_choice(value, amount)
        with (
            freeze_time(fields.Datetime.now() + timedelta(days=1)),
            self.assertRaisesRegex(ValidationError, "too old"),
        ):
            page._portal_signed_choice(token, 60)

    def test_what_was_paid_meanwhile_is_not_paid_again(self):
        page = self.portal()
        token = page._portal_sign(page._portal_choice(self.lines(self.first).ids))
        self.pay(self.first, 60)
        with self.assertRaisesRegex(ValidationError, "up to"):
            page._portal_signed_choice(token, 100)
        self.pay(self.first)
        with self.assertRaisesRegex(ValidationError, "not open any more"):
            page._portal_signed_choice(token, 100)

    # === WHAT IS SETTLED === #
    def test_several_items_are_paid_at_once(self):
        payment = self.pay_online(self.lines(self.first, self.second))
        self.assertEqual(payment.amount, 150)
        self.assertEqual(self.first.payment_state, "paid")
        self.assertEqual(self.second.payment_state, "paid")
        self.assertEqual(self.later.payment_state, "not_paid")

    def test_a_part_goes_to_the_earliest(self):
        self.pay_online(self.lines(self.second, self.first), amount="120")
        self.assertEqual(self.residuals(self.lines(self.first, self.second)), [0, 30])

    def test_a_part_is_of_what_it_reaches(self):
        """A small payment does not silence all that was chosen with it."""
        transaction = self.start(self.lines(self.first, self.second), amount="40")
        self.assertEqual(transaction.credit_line_ids, self.lines(self.first))
        self.assertEqual(transaction.invoice_ids, self.first)
        transaction._set_pending()
        choice = self.portal()._portal_choice(self.lines(self.second).ids)
        self.assertEqual(choice.net, 50)

    def test_another_currency(self):
        moves = [
            self.make_invoice(self.customer, amount, due, currency=self.other_currency)
            for amount, due in ((80, -6), (40, -5))
        ]
        payment = self.pay_online(self.lines(*moves), amount="100")
        self.assertEqual(payment.currency_id, self.other_currency)
        self.assertEqual(self.residuals(self.lines(*moves)), [0, 20])
        self.assertEqual(self.residuals(self.lines(self.first)), [100])

    def test_the_chosen_instalment_alone(self):
        """Core would settle the first one."""
        term = self.instalments((40, 0), (30, 30), (30, 60))
        move = self.make_invoice(
            self.customer, 1000, payment_term=term, invoice_date=self.days(-40)
        )
        lines = self.lines(move)
        self.pay_online(lines[1])
        self.assertEqual(self.residuals(lines), [400, 0, 300])
        self.pay_online(lines[2] | lines[0], amount="500")
        self.assertEqual(self.residuals(lines), [0, 0, 200])

    def test_credits_go_first(self):
        credit = self.make_credit(self.customer, 30)
        other = self.make_credit(self.customer, 10)
        payment = self.pay_online(
            self.lines(self.first, self.second, credit), amount="50"
        )
        self.assertEqual(payment.amount, 50)
        lines = self.lines(self.first, self.second)
        self.assertEqual(self.residuals(lines), [20, 50])
        self.assertEqual(self.residuals(self.lines(credit, other)), [0, -10])

    def test_an_entry_without_invoice(self):
        line = self.make_entry(self.customer, 25, -30)
        transaction = self.start(line | self.lines(self.first))
        self.assertEqual(transaction.invoice_ids, self.first)
        self.finish(transaction)
        self.assertEqual(self.residuals(line | self.lines(self.first)), [0, 0])

    def test_contacts_of_the_customer(self):
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.customer.id, "type": "invoice"}
        )
        move = self.make_invoice(branch, 60, -3)
        entry = self.make_entry(branch, 15, -3)
        payment = self.pay_online(self.lines(self.first, move) | entry)
        self.assertEqual(payment.partner_id, self.customer)
        self.assertEqual(self.residuals(self.lines(self.first, move) | entry), [0] * 3)

    def test_two_receivable_accounts(self):
        account = self.receivable.copy({"name": "Other receivables"})
        line = self.make_entry(self.customer, 25, -30, account_id=account.id)
        payment = self.pay_online(line | self.lines(self.first, self.second))
        self.assertEqual(payment.amount, 175)
        lines = line | self.lines(self.first, self.second)
        self.assertEqual(self.residuals(lines), [0, 0, 0])

    def test_what_is_left_over_is_an_open_credit(self):
        transaction = self.start(self.lines(self.first, self.second))
        self.pay(self.second)
        payment = self.finish(transaction)
        left = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        self.assertEqual(left.amount_residual, -50)
        self.assertEqual(self.residuals(self.lines(self.first)), [0])
        self.assertEqual(self.residuals(self.lines(self.later)), [70])

    def test_early_payment_discount(self):
        term = self.instalments((100, 30))
        term.write(
            {"early_discount": True, "discount_percentage": 2, "discount_days": 10}
        )
        moves = [
            self.make_invoice(
                self.customer, 1000, payment_term=term, invoice_date=self.days(-3)
            )
            for _ in range(2)
        ]
        choice = self.portal()._portal_choice(self.lines(*moves, self.first).ids)
        self.assertEqual((choice.discount, choice.net), (40, 2060))
        transaction = self.start(self.lines(*moves, self.first))
        with freeze_time(self.days(20)):  # confirmed late, started in time
            payment = self.finish(transaction)
        self.assertEqual(payment.amount, 2060)
        self.assertEqual(self.residuals(self.lines(*moves, self.first)), [0, 0, 0])

    def test_a_part_earns_no_discount(self):
        term = self.instalments((100, 30))
        term.write(
            {"early_discount": True, "discount_percentage": 2, "discount_days": 10}
        )
        move = self.make_invoice(
            self.customer, 1000, payment_term=term, invoice_date=self.days(-3)
        )
        self.pay_online(self.lines(move), amount="500")
        self.assertEqual(self.residuals(self.lines(move)), [500])

    def test_other_payments_are_core_s(self):
        """A payment of an invoice elsewhere is settled as core does."""
        transaction = self.transactions.create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 100,
                "currency_id": self.first.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_redirect",
                "reference": "elsewhere",
                "invoice_ids": [Command.set(self.first.ids)],
            }
        )
        self.finish(transaction)
        self.assertEqual(self.first.payment_state, "paid")

    def test_a_capture_settles_what_was_chosen(self):
        transaction = self.start(self.lines(self.second, self.first))
        transaction._set_authorized()
        capture = transaction._create_child_transaction(120)
        self.finish(capture)
        self.assertEqual(self.residuals(self.lines(self.first, self.second)), [0, 30])
        self.assertEqual(transaction.invoice_ids, self.first | self.second)

    # === ONCE === #
    def test_once_whatever_comes_twice(self):
        transaction = self.start(self.lines(self.first, self.second))
        payment = self.finish(transaction)
        transaction._set_done()
        transaction._post_process()
        self.transactions._cron_post_process()
        self.assertEqual(transaction.payment_id, payment)
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("payment_transaction_id", "=", transaction.id)]
            ),
            1,
        )
        self.assertEqual(transaction.invoice_ids, self.first | self.second)

    def test_a_payment_under_way_is_not_started_again(self):
        term = self.instalments((50, 0), (50, 30))
        move = self.make_invoice(
            self.customer, 200, payment_term=term, invoice_date=self.days(-40)
        )
        lines = self.lines(move)
        transaction = self.start(lines[0])
        for state in ("pending", "authorized", "done"):
            self.provider.support_manual_capture = "partial"
            getattr(transaction, f"_set_{state}")()
            with self.assertRaisesRegex(ValidationError, "under way already"):
                self.portal()._portal_choice(lines[0].ids)
            self.assertEqual(
                list(self.portal()._portal_pending(lines.ids)), lines[0].ids
            )
            # the other instalment can be paid
            self.assertEqual(self.portal()._portal_choice(lines[1].ids).net, 100)
        transaction._post_process()
        self.assertFalse(self.portal()._portal_pending(lines.ids))

    def test_credits_are_used_once(self):
        self.make_credit(self.customer, 30)
        self.start(self.lines(self.first), True)._set_pending()
        choice = self.portal()._portal_choice(self.lines(self.second).ids, True)
        self.assertEqual(choice.net, 50)

    def test_a_double_click_starts_one_payment(self):
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "operation": "online_redirect",
        }
        transaction = self.start(self.lines(self.first), amount="60")
        page = self.portal()
        same = page._portal_choice(self.lines(self.first).ids, amount="60")
        self.assertEqual(page._portal_same_transaction(same, values), transaction)
        other = page._portal_choice(self.lines(self.first).ids)
        self.assertFalse(page._portal_same_transaction(other, values))
        transaction._set_canceled()
        self.assertFalse(page._portal_same_transaction(same, values))

    # === REFERENCES, TRANSFER === #
    def test_references_are_short(self):
        moves = [self.make_invoice(self.customer, 10, -1) for _ in range(9)]
        page, lines = self.portal(), self.lines(*moves)
        self.assertEqual(
            page._portal_prefix(lines[:2]), f"{moves[0].name}-{moves[1].name}"
        )
        self.assertEqual(page._portal_prefix(lines), f"{moves[0].name}+8")
        self.assertIn("8 more", page._portal_reference(lines))
        self.assertLess(len(page._portal_reference(lines)), 80)

    def test_bank_transfer(self):
        page = self.portal()
        lines = self.lines(
            self.make_invoice(self.customer, 80, -5, currency=self.other_currency)
        )
        choice = page._portal_choice(lines.ids)
        self.company.partner_id.bank_ids.unlink()
        self.assertFalse(page._portal_transfer(choice))
        self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
            }
        )
        self.company.partner_id.invalidate_recordset(["bank_ids"])
        transfer = page._portal_transfer(choice)
        self.assertEqual(transfer["account"], "FR76 3000 6000 0112 3456 7890 189")
        self.assertIn("<svg", transfer["qr_code"])
        dollars = page._portal_choice(self.lines(self.first).ids)
        self.assertFalse(page._portal_transfer(dollars)["qr_code"])
