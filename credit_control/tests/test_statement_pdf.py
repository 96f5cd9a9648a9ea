from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.misc import format_amount

from ..report import report_statement
from .letter_common import LetterCommon


@tagged("post_install", "-at_install")
class TestStatementPdf(LetterCommon):
    """The statement of open items as a document."""

    def statement(self, *partners):
        profiles = self.env["credit.profile"].union(
            *(self.make_profile(partner) for partner in partners)
        )
        renderer = self.env["report.credit_control.statement_document"]
        values = renderer._document_values(profiles)
        pdfs = renderer._print([values[profile] for profile in profiles])
        return [self.text(pdf) for pdf in pdfs]

    def test_items_totals_and_ages(self):
        late = self.make_invoice(self.customer, 1234.5, -45)
        due = self.make_invoice(self.customer, 200, 10)
        credit = self.make_credit(self.customer, 50, 5)
        paid = self.make_invoice(self.customer, 77, -5)
        self.pay(paid)
        [text] = self.statement(self.customer)
        for words in (
            "Statement of account on 06/15/2026",
            late.name,
            due.name,
            credit.name,
            "Open invoices $ 1,434.50",
            "Of which overdue $ 1,234.50",
            "Balance $ 1,384.50",
            "31-60 days",
            "Page 1 / 1",
        ):
            self.assertIn(words, text)
        self.assertNotIn(paid.name, text)

    def test_each_customer_his_own(self):
        other = self.make_customer("Other", **self.address("1 rue X", "69001", "Lyon"))
        mine = self.make_invoice(self.customer, 10, -5)
        theirs = self.make_invoice(other, 20, -5)
        child = self.env["res.partner"].create(
            {"name": "Branch office", "parent_id": other.id}
        )
        branch = self.make_invoice(child, 30, -5)
        first, second = self.statement(self.customer, other)
        self.assertIn(mine.name, first)
        self.assertNotIn(theirs.name, first)
        self.assertIn(theirs.name, second)
        self.assertIn(branch.name, second)

    def test_currencies_are_apart(self):
        self.make_invoice(self.customer, 100, -5)
        self.make_invoice(self.customer, 300, -5, currency=self.other_currency)
        [text] = self.statement(self.customer)
        self.assertIn("Open items in USD", text)
        self.assertIn("Open items in EUR", text)
        self.assertIn("Balance $ 100.00", text)
        self.assertIn("Balance 300.00 €", text)

    def test_a_long_statement_is_printed_in_several_tables(self):
        moves = [self.make_invoice(self.customer, 100 + n, -n - 1) for n in range(7)]
        self.pay(moves[0], 30)
        [whole] = self.statement(self.customer)
        with patch.object(report_statement, "TABLE_ROWS", 2):
            [text] = self.statement(self.customer)
        for move in moves:
            self.assertEqual(text.count(f"{move.name} "), whole.count(f"{move.name} "))
        self.assertGreater(text.count("Running balance"), 2)
        self.assertIn("Balance $ 691.00", text)

    def test_amounts_are_written_as_everywhere(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        for code in ("en_US", "fr_FR"):
            env = self.env(context={"lang": code})
            for currency in (self.env.company.currency_id, self.other_currency):
                writer = report_statement._Writer(env, currency)
                for amount in (0.0, -0.0, 1.5, -1234567.89, 1e9):
                    with self.subTest(lang=code, currency=currency.name, amount=amount):
                        self.assertEqual(
                            writer.money(amount), format_amount(env, amount, currency)
                        )

    def test_empty(self):
        [text] = self.statement(self.customer)
        self.assertIn("There is no open item", text)

    def test_print_button(self):
        self.make_invoice(self.customer, 100, -5)
        content, _kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(
                "credit_control.report_statement", self.make_profile(self.customer).ids
            )
        )
        self.assertIn("100.00", self.text(content))
