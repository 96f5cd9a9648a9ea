from odoo import Command
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestMoveDates(CreditControlCommon):
    """Each claim shows when it is due, promised, expected and was paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.profile = cls.make_profile(cls.customer)

    def claim(self, due, amount=100):
        return self.receivables(self.make_invoice(self.customer, amount, due))

    def test_expected_on_its_due_date_but_not_in_the_past(self):
        late, later = self.claim(-10), self.claim(20)
        self.assertEqual(late.credit_date_expected, self.today)
        self.assertEqual(later.credit_date_expected, self.days(20))
        self.assertFalse(later.credit_date_promised or later.credit_date_paid)

    def test_expected_as_late_as_he_uses_to_pay(self):
        paid = self.claim(-30)
        self.pay(paid.move_id, 100, -18)
        self.assertEqual(paid.credit_date_paid, self.days(-18))
        self.assertFalse(paid.credit_date_expected)
        self.assertEqual(self.claim(20).credit_date_expected, self.days(32))

    def test_promised(self):
        claim = self.claim(-10)
        promise = {"profile_id": self.profile.id, "amount": 100}
        lines = {"move_line_ids": [Command.set(claim.ids)]}
        self.env["credit.promise"].create({**promise, **lines, "date": self.days(6)})
        claim.invalidate_recordset()
        self.assertEqual(claim.credit_date_promised, self.days(6))
        self.assertEqual(claim.credit_date_expected, self.days(6))

    def test_queries_do_not_grow(self):
        counts = []
        for count in (2, 8):
            lines = self.env["account.move.line"].union(
                *(self.claim(-10) for _number in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lines.mapped("credit_date_expected")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
