from odoo.exceptions import AccessError
from odoo.tests import tagged

from .act_common import ActCommon


@tagged("post_install", "-at_install")
class TestAcceptPayment(ActCommon):
    """“Already paid”: where the money may be."""

    def bank_line(self, amount, label, partner=None, day=-2, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.days(day),
                "amount": amount,
                "payment_ref": label,
                "partner_id": partner and partner.id,
                **values,
            }
        )

    def search_payments(self, **values):
        intent = self.found("already_paid", **values)
        wizard = self.env["credit.message.payment.search"].with_user(self.collector)
        return wizard.browse(intent.action_search_payments()["res_id"])

    def test_bank_line_of_the_customer(self):
        line = self.bank_line(800, f"Transfer {self.invoice.name}", self.clerk)
        found = self.search_payments(moves=self.invoice, date=self.days(-1)).line_ids
        self.assertEqual((found.res_model, found.res_id), (line._name, line.id))
        self.assertEqual((found.kind, found.score), ("bank", 100))
        self.assertIn(self.invoice.name, found.reasons)
        self.assertIn("Of this customer", found.reasons)

    def test_bank_line_of_nobody(self):
        by_amount = self.bank_line(800, "Transfer")
        by_number = self.bank_line(5, f"for {self.invoice.name}")
        by_name = self.bank_line(7, "SEPA", partner_name="PETIT TRANSPORTS SARL")
        self.bank_line(9, "Nothing to do with it")
        self.bank_line(-800, "Paid out")
        other = self.make_customer("Other")
        self.bank_line(800, "Of somebody else", other)
        found = self.search_payments(moves=self.invoice).line_ids
        self.assertEqual(
            set(found.mapped("res_id")), {by_amount.id, by_number.id, by_name.id}
        )

    def test_sum_of_all(self):
        self.bank_line(1100, "Transfer")
        found = self.search_payments().line_ids
        self.assertIn("all of these invoices", found.reasons)

    def test_amount_that_he_says(self):
        self.bank_line(123, "Transfer")
        found = self.search_payments(amount=123).line_ids
        self.assertIn("The amount that he says", found.reasons)

    def test_payments_and_credits(self):
        self.pay_unallocated(self.petit, 800)
        self.make_credit(self.petit, 20)
        kinds = self.search_payments(moves=self.invoice).line_ids.mapped("kind")
        self.assertIn("refund", kinds)
        self.assertTrue({"credit", "payment"} & set(kinds))

    def test_latest_of_the_same_likelihood_first(self):
        for day in (-9, -3, -6):
            self.bank_line(5, "x", self.petit, day)
        found = self.found("already_paid", moves=self.invoice)._find_payments()
        days = [row["date"] for row in found if row["kind"] == "bank"]
        self.assertEqual(days, [self.days(-3), self.days(-6), self.days(-9)])

    def test_likeliest_first(self):
        self.bank_line(5, "x", self.petit)
        best = self.bank_line(800, self.invoice.name, self.petit)
        found = self.search_payments(moves=self.invoice).line_ids
        self.assertEqual(found[0].res_id, best.id)

    def test_nothing_found(self):
        self.assertFalse(self.search_payments(moves=self.invoice).line_ids)

    def test_nothing_is_booked(self):
        line = self.bank_line(800, self.invoice.name, self.petit)
        intent = self.found("already_paid", moves=self.invoice)
        intent.action_accept()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.invoice.amount_residual, 800)

    def test_bank_is_for_accountants(self):
        self.bank_line(800, self.invoice.name, self.petit)
        line = self.search_payments(moves=self.invoice).line_ids
        with self.assertRaisesRegex(AccessError, "Accountants alone"):
            line.action_open()
        self.assertEqual(line.with_env(self.env).action_open()["res_id"], line.res_id)

    def test_other_company(self):
        data = self.make_second_company()
        self.env["account.bank.statement.line"].with_company(data["company"]).create(
            {
                "journal_id": data["default_journal_bank"].id,
                "date": self.today,
                "amount": 800,
                "payment_ref": self.invoice.name,
            }
        )
        self.assertFalse(self.search_payments(moves=self.invoice).line_ids)

    def test_rights(self):
        intent = self.found("already_paid")
        for user in (self.auditor, self.sales_reader):
            with self.assertRaises(AccessError):
                intent.with_user(user).action_search_payments()
