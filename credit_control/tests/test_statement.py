from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestStatement(CreditControlCommon):
    """The rows of the statement: what was invoiced, paid, settled and is open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer("Statement")
        cls.profile = cls.make_profile(cls.customer)

    def rows(self, **options):
        """Return the rows of the one section, by (kind, name)."""
        [section] = self.profile.statement(**options)
        return section["rows"]

    def settlements(self, row):
        return [
            (item["name"], item["amount"], item["date"]) for item in row["settlements"]
        ]

    def test_nothing(self):
        self.assertEqual(self.profile.statement(), [])
        self.assertEqual(self.profile.statement(full=True), [])

    def test_open_items(self):
        late = self.make_invoice(self.customer, 1000, -45, ref="PO 7")
        due = self.make_invoice(self.customer, 200, 10)
        credit = self.make_credit(self.customer, 50, 5)
        payment = self.pay(late, 300, -20)
        [section] = self.profile.statement()
        self.assertEqual(
            [
                (
                    row["kind"],
                    row["name"],
                    row["due"],
                    row["days"],
                    row["amount"],
                    row["open"],
                    row["balance"],
                )
                for row in section["rows"]
            ],
            [
                ("invoice", late.name, self.days(-45), 45, 1000, 700, 700),
                ("credit_note", credit.name, None, 0, -50, -50, 650),
                ("invoice", due.name, self.days(10), 0, 200, 200, 850),
            ],
        )
        self.assertEqual(section["rows"][0]["reference"], "PO 7")
        self.assertEqual(
            self.settlements(section["rows"][0]),
            [(payment.move_id.name, 300, self.days(-20))],
        )
        self.assertEqual(section["currency"], "USD")
        self.assertEqual(section["claims"], 900)
        self.assertEqual(section["overdue"], 700)
        self.assertEqual(section["credits"], -50)
        self.assertEqual(section["unallocated"], 0)
        self.assertEqual(section["balance"], 850)
        self.assertEqual(section["ages"], [200, 0, 700, 0, 0, 0])

    def test_what_a_payment_settled_and_what_is_unallocated(self):
        first = self.make_invoice(self.customer, 100, -40)
        second = self.make_invoice(self.customer, 60, -30)
        self.make_invoice(self.customer, 9, -20)
        payment = self.pay_unallocated(self.customer, 180, -10)
        paid = self.receivables(payment.move_id)
        (paid | self.receivables(first)).reconcile()
        (paid | self.receivables(second)).reconcile()
        row = next(row for row in self.rows() if row["kind"] == "payment")
        self.assertEqual(
            self.settlements(row),
            [(first.name, 100, self.days(-10)), (second.name, 60, self.days(-10))],
        )
        self.assertEqual((row["amount"], row["open"]), (-180, -20))
        [section] = self.profile.statement()
        self.assertEqual(section["unallocated"], -20)
        self.assertEqual(section["balance"], -11)

    def test_as_of_a_past_day(self):
        invoice = self.make_invoice(self.customer, 100, -40)
        self.pay(invoice, 30, -20)
        self.pay(invoice, 70, -5)
        self.assertEqual(self.profile.statement(), [])
        for day, expected, late in ((-30, 100, 10), (-20, 70, 20), (-6, 70, 34)):
            [row] = self.rows(date=self.days(day))
            self.assertEqual((row["open"], row["days"]), (expected, late))
        self.assertEqual(self.profile.statement("2020-01-01"), [])

    def test_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        invoice = self.make_invoice(
            self.customer, 100, invoice_date=self.days(-10), payment_term=term
        )
        self.assertEqual(
            [(row["kind"], row["name"], row["open"]) for row in self.rows()],
            [
                ("instalment", f"{invoice.name} (1/2)", 50),
                ("instalment", f"{invoice.name} (2/2)", 50),
            ],
        )
        self.pay(invoice, 50)
        self.assertEqual(
            [row["name"] for row in self.rows()], [f"{invoice.name} (2/2)"]
        )

    # === ALL MOVEMENTS === #
    def test_movements_run_from_the_opening_to_the_balance(self):
        old = self.make_invoice(self.customer, 100, -60)
        self.pay(old, 100, -50)
        invoice = self.make_invoice(self.customer, 40, -20)
        self.make_invoice(self.customer, 60, 20)
        self.pay(invoice, 15, -3)
        [section] = self.profile.statement(full=True)
        self.assertEqual(
            [(row["amount"], row["balance"]) for row in section["rows"]],
            [(100, 100), (-100, 0), (40, 40), (60, 100), (-15, 85)],
        )
        self.assertEqual(section["opening"], 0)
        self.assertEqual(section["balance"], 85)
        [section] = self.profile.statement(full=True, date_from=self.days(-10))
        self.assertEqual(section["opening"], 40)
        self.assertEqual(
            [(row["amount"], row["balance"]) for row in section["rows"]],
            [(60, 100), (-15, 85)],
        )
        self.assertEqual(section["ages"], [60, 25, 0, 0, 0, 0])

    def test_nothing_moved_but_something_is_open(self):
        self.make_invoice(self.customer, 100, -60)
        [section] = self.profile.statement(full=True, date_from=self.days(-10))
        self.assertEqual((section["opening"], section["rows"]), (100, []))
        self.assertEqual(section["balance"], 100)

    def test_currencies_are_never_added_up(self):
        self.make_invoice(self.customer, 300, -5, currency=self.other_currency)
        self.make_invoice(self.customer, 100, -5)
        dollars, euros = self.profile.statement()
        self.assertEqual((dollars["currency"], dollars["balance"]), ("USD", 100))
        self.assertEqual((euros["currency"], euros["balance"]), ("EUR", 300))

    def test_paid_in_another_currency(self):
        """Each currency ends at what is open in it."""
        invoice = self.make_invoice(
            self.customer, 300, -30, currency=self.other_currency
        )
        self.pay(invoice, day=-10, currency_id=self.env.company.currency_id.id)
        self.assertEqual(self.profile.statement(), [])
        dollars, euros = self.profile.statement(full=True)
        self.assertEqual(
            [(row["kind"], row["amount"]) for row in euros["rows"]],
            [("invoice", 300), ("transfer", -300)],
        )
        self.assertEqual(
            [(row["kind"], row["amount"]) for row in dollars["rows"]],
            [("payment", -150), ("transfer", 150)],
        )
        for section in (dollars, euros):
            self.assertEqual(
                (section["balance"], section["rows"][-1]["balance"]), (0, 0)
            )

    def test_paid_by_another_customer(self):
        other = self.make_customer("Parent company")
        invoice = self.make_invoice(self.customer, 100, -30)
        payment = self.pay_unallocated(other, 100, -10)
        self.receivables(invoice | payment.move_id).reconcile()
        [section] = self.profile.statement(full=True)
        self.assertEqual(section["rows"][-1]["reference"], payment.move_id.name)
        self.assertEqual(section["rows"][-1]["balance"], 0)
        self.assertEqual(self.profile.statement(), [])
        self.assertEqual(self.make_profile(other).statement(), [])

    def test_difference_of_exchange_is_no_row(self):
        self.env["res.currency.rate"].create(
            {
                "name": self.days(-10),
                "rate": 1.25,
                "currency_id": self.other_currency.id,
                "company_id": self.env.company.id,
            }
        )
        invoice = self.make_invoice(
            self.customer, 300, -30, currency=self.other_currency
        )
        payment = self.pay(invoice, day=-5)
        self.assertTrue(self.receivables(invoice).matched_credit_ids.exchange_move_id)
        [section] = self.profile.statement(full=True)
        self.assertEqual(
            [(row["kind"], row["amount"], row["balance"]) for row in section["rows"]],
            [("invoice", 300, 300), ("payment", -300, 0)],
        )
        self.assertEqual(
            self.settlements(section["rows"][0]),
            [(payment.move_id.name, 300, self.days(-5))],
        )

    # === MANY, AND WHO === #
    def test_two_queries_for_one_or_many(self):
        profiles = self.profile
        for rank in range(12):
            customer = self.make_customer(f"Many {rank}")
            self.pay(self.make_invoice(customer, 100, -5), 10)
            profiles |= self.make_profile(customer)
        self.env.flush_all()

        def count(some):
            some._statements(full=True)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._statements(full=True)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(profiles[1]), count(profiles))
        self.assertTrue(all(profiles[1:]._statements().values()))

    def test_each_company_its_own(self):
        data = self.make_second_company()
        self.make_invoice(self.customer, 10, -5, company_data=data)
        self.make_invoice(self.customer, 20, -5)
        foreign = self.make_profile(self.customer, data["company"])
        self.assertEqual(self.profile.statement()[0]["balance"], 20)
        self.assertEqual(foreign.statement()[0]["balance"], 10)
        both = (self.profile | foreign)._statements()
        self.assertEqual(both[foreign][0]["balance"], 10)

    def test_bad_days_are_explained(self):
        with self.assertRaisesRegex(UserError, "2026-12-31"):
            self.profile.statement(date="tomorrow")
        with self.assertRaisesRegex(UserError, "starts before it ends"):
            self.profile.statement(self.days(-9), True, self.days(-8))

    def test_rights(self):
        self.make_users()
        self.make_invoice(self.customer, 10, -5)
        self.customer.user_id = self.sales_reader
        self.profile.user_id = self.collector
        readers = (
            self.collector | self.collector_all | self.manager | self.auditor
        ) | self.sales_reader
        for user in readers:
            self.assertTrue(self.profile.with_user(user).statement(), user.name)
        self.customer.user_id = False
        self.profile.user_id = self.collector_all
        for user in (
            self.collector | self.sales_reader | self.plain_user | self.accountant
        ):
            with self.assertRaises(AccessError, msg=user.name):
                self.profile.with_user(user).statement()
