import random
from collections import defaultdict
from datetime import timedelta

from odoo import Command
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY, CreditControlCommon

DATES = 10
# what happens to a customer of a generated ledger: see the methods of these names
EVENTS = (
    "unpaid",
    "paid",
    "paid_in_parts",
    "paid_in_other_currency",
    "instalments",
    "credited",
    "unallocated",
    "undone",
    "draft_again",
    "reversed",
)


@tagged("post_install", "-at_install", "credit_control")
class TestLedger(CreditControlCommon):
    """Receivables of any day: what the general ledger of that day has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env["credit.ledger"]
        cls.customer = cls.make_customer("Ledger")
        cls.dollar = cls.env.company.currency_id
        # the rate moves: payments in euro make exchange differences
        for month, rate in enumerate((1.7, 2.3, 1.9, 2.6, 2.1), 1):
            cls.env["res.currency.rate"].create(
                {
                    "name": f"2026-0{month}-01",
                    "rate": rate,
                    "currency_id": cls.other_currency.id,
                    "company_id": cls.env.company.id,
                }
            )
        cls.thirds = cls.env["account.payment.term"].create(
            {
                "name": "Three instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((33.33, 0), (33.33, 30), (33.34, 60))
                ],
            }
        )

    def items(self, date, customers=None, companies=None, **options):
        """Return the rows of the query as dicts, by item."""
        query = self.ledger._query_items(
            (companies or self.env.company).ids,
            date,
            customers and customers.ids,
            **options,
        )
        self.env.cr.execute(query)
        return {row["id"]: row for row in self.env.cr.dictfetchall()}

    def residual(self, lines, date, **options):
        """Return the residual of each line, 0 where the query does not have it."""
        items = self.items(date, **options)
        residuals = {key: float(item["residual"]) for key, item in items.items()}
        return [residuals.get(line.id, 0) for line in lines]

    # === WHICH ACCOUNTS === #
    def test_trade_receivables_of_a_whole_tree(self):
        company = self.env.company
        branch, other = self.env["res.company"].create(
            [{"name": "Branch", "parent_id": company.id}, {"name": "Other"}]
        )

        def make(code, owner, **values):
            accounts = self.env["account.account"].with_company(owner)
            return accounts.create(
                {
                    "name": f"Receivable {code}",
                    "code": code,
                    "account_type": "asset_receivable",
                    "company_ids": [Command.set(owner.ids)],
                    **values,
                }
            ).id

        ours = {make("RX1", company), make("RX2", company, active=False)}
        ours.add(make("RX3", branch))
        make("RX4", company, non_trade=True)
        make("RX5", company, account_type="asset_current")
        stranger = make("RX6", other)
        before = set(company._trade_receivable_ids())
        self.assertLess(ours, before)
        self.assertEqual(set(branch._trade_receivable_ids()), before)
        self.assertEqual(other._trade_receivable_ids(), (stranger,))
        both = (branch | other)._trade_receivable_ids()
        self.assertEqual(set(both), before | {stranger})
        self.assertEqual(len(both), len(set(both)))
        self.assertEqual(self.env["res.company"]._trade_receivable_ids(), (0,))

    # === ONE BY ONE === #
    def test_partial_payment_counts_from_its_day(self):
        invoice = self.make_invoice(self.customer, 100, -40)
        line = self.receivables(invoice)
        self.pay(invoice, 30, -20)
        self.pay(invoice, 70, -5)
        for day, expected in ((-60, 100), (-21, 100), (-20, 70), (-6, 70), (-5, 0)):
            self.assertEqual(self.residual(line, self.days(day)), [expected], day)
        self.assertEqual(self.residual(line, self.days(-90)), [0], "not yet issued")

    def test_open_only_and_all(self):
        invoice = self.make_invoice(self.customer, 100, -40)
        line = self.receivables(invoice)
        payment = self.pay(invoice, day=-20)
        paid = self.receivables(payment.move_id)
        today = self.items(TODAY)
        self.assertNotIn(line.id, today)
        every = self.items(TODAY, open_only=False)
        self.assertEqual({every[line.id]["residual"], every[paid.id]["residual"]}, {0})
        before = self.items(self.days(-21))
        self.assertIn(line.id, before)
        self.assertNotIn(paid.id, before)

    def test_payment_back_to_draft_settles_nothing(self):
        """Odoo keeps the matching: the invoice has a stored residual of zero."""
        invoice = self.make_invoice(self.customer, 100, -40)
        line = self.receivables(invoice)
        payment = self.pay(invoice, day=-20)
        payment.move_id.button_draft()
        for customers in (None, self.customer):
            self.assertEqual(self.residual(line, TODAY, customers=customers), [100])
        payment.move_id.action_post()
        self.assertEqual(self.residual(line, TODAY), [0])

    def test_cancelled_entry_never_was(self):
        invoice = self.make_invoice(self.customer, 100, -40)
        line = self.receivables(invoice)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertNotIn(line.id, self.items(self.days(-30)))

    def test_customers_of_a_group_are_told_apart(self):
        other = self.make_customer("Other")
        branch = self.env["res.partner"].create(
            {"name": "Branch office", "parent_id": other.id}
        )
        mine = self.receivables(self.make_invoice(self.customer, 10, -5))
        theirs = self.receivables(self.make_invoice(branch, 20, -5))
        items = self.items(TODAY)
        self.assertEqual(items[mine.id]["customer_id"], self.customer.id)
        self.assertEqual(items[theirs.id]["customer_id"], other.id)
        self.assertEqual(self.items(TODAY, customers=other).keys(), {theirs.id})

    def test_companies_are_told_apart(self):
        data = self.make_second_company()
        foreign = self.make_invoice(self.customer, 10, -5, company_data=data)
        line = self.receivables(foreign)
        self.assertNotIn(line.id, self.items(TODAY))
        self.assertIn(line.id, self.items(TODAY, companies=data["company"]))

    def test_one_query_for_one_or_many(self):
        def count(number):
            for _rank in range(number):
                self.make_invoice(self.customer, 10, -5)
            self.env.flush_all()
            self.items(TODAY)
            before = self.env.cr.sql_log_count
            self.items(TODAY)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(1), count(20))

    # === AGAINST THE GENERAL LEDGER === #
    def test_agrees_with_the_general_ledger(self):
        """At ten past dates: by account, by customer, open items or all."""
        self.generate(random.Random(20260615))
        dice = random.Random(7)
        self.env.flush_all()
        for _rank in range(DATES):
            date = TODAY - timedelta(days=dice.randint(0, 120))
            book = self.general_ledger(date)
            self.assertTrue(book)
            for options in ({}, {"open_only": False}):
                found = self.sums(self.items(date, **options).values())
                self.assertEqual(found, book, f"{date} {options}")
            customers = self.customers
            mine = self.sums(self.items(date, customers).values())
            self.assertEqual(
                mine, {key: value for key, value in book.items() if key[1]}
            )

    def test_today_is_what_odoo_stores(self):
        # Odoo takes a draft for a settlement, the general ledger does not
        events = [event for event in EVENTS if event != "draft_again"]
        self.generate(random.Random(3), events)
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("company_id", "=", self.env.company.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        items = self.items("2099-12-31")
        self.assertEqual(items.keys(), set(lines.ids))
        for line in lines:
            item = items[line.id]
            self.assertEqual(float(item["residual"]), line.amount_residual)
            self.assertEqual(
                float(item["residual_currency"]), line.amount_residual_currency
            )

    def general_ledger(self, date):
        """Return ``{(account, customer): balance}`` as the trial balance has it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.account_id, p.commercial_partner_id, SUM(l.balance)
                  FROM account_move_line l
                  JOIN account_move m ON m.id = l.move_id
                  JOIN account_account a ON a.id = l.account_id
                  LEFT JOIN res_partner p ON p.id = l.partner_id
                 WHERE m.state = 'posted' AND l.date <= %s AND l.company_id = %s
                   AND a.account_type = 'asset_receivable'
                 GROUP BY 1, 2
                """,
                date,
                self.env.company.id,
            )
        )
        return {row[:2]: round(row[2], 2) for row in rows if row[2]}

    @staticmethod
    def sums(items):
        totals = defaultdict(int)
        for item in items:
            totals[item["account_id"], item["customer_id"]] += item["residual"]
        rounded = {key: round(value, 2) for key, value in totals.items()}
        return {key: value for key, value in rounded.items() if value}

    # === A LEDGER === #
    def generate(self, dice, events=EVENTS, rounds=10):
        """Make four customers' half year of everything that happens to a ledger."""
        self.customers = self.env["res.partner"].union(
            *(self.make_customer(f"Generated {rank}") for rank in range(4))
        )
        second = self.receivable.copy()
        self.customers[-1].property_account_receivable_id = second
        for customer in self.customers:
            for _rank in range(rounds):
                getattr(self, f"make_{dice.choice(events)}")(dice, customer)
        # a line that nobody put a partner on
        self.make_entry(self.env["res.partner"], 12.34, -50)

    def random_invoice(self, dice, customer, **values):
        day = dice.randint(-160, -60)
        return self.make_invoice(
            customer,
            round(dice.uniform(10, 3000), 2),
            invoice_date=self.days(day),
            due=self.days(day + 30),
            currency=dice.choice((self.dollar, self.other_currency)),
            **values,
        )

    def random_payment(self, dice, invoice, **values):
        first = (invoice.invoice_date - TODAY).days
        return self.pay(invoice, day=dice.randint(first, -1), **values)

    def make_unpaid(self, dice, customer):
        self.random_invoice(dice, customer)

    def make_paid(self, dice, customer):
        self.random_payment(dice, self.random_invoice(dice, customer))

    def make_paid_in_parts(self, dice, customer):
        invoice = self.random_invoice(dice, customer)
        for _part in range(2):
            self.random_payment(
                dice, invoice, amount=round(invoice.amount_residual / 3, 2)
            )

    def make_paid_in_other_currency(self, dice, customer):
        invoice = self.random_invoice(dice, customer)
        other = (self.dollar | self.other_currency) - invoice.currency_id
        self.random_payment(dice, invoice, currency_id=other.id)

    def make_instalments(self, dice, customer):
        invoice = self.random_invoice(dice, customer, payment_term=self.thirds)
        self.random_payment(dice, invoice, amount=round(invoice.amount_total * 0.41, 2))

    def make_credited(self, dice, customer):
        invoice = self.random_invoice(dice, customer)
        day = self.days(dice.randint(-50, -1))
        credit = self.make_credit(
            customer,
            round(invoice.amount_total * dice.choice((0.3, 1, 1.2)), 2),
            day,
            invoice_date=day,
            currency=invoice.currency_id,
        )
        if dice.random() < 0.7:
            self.receivables(invoice | credit).reconcile()

    def make_unallocated(self, dice, customer):
        self.pay_unallocated(
            customer,
            round(dice.uniform(5, 500), 2),
            dice.randint(-100, -1),
            currency_id=dice.choice((self.dollar, self.other_currency)).id,
        )

    def make_undone(self, dice, customer):
        """Matched, un-matched (the exchange difference is reversed), left so."""
        invoice = self.random_invoice(dice, customer)
        self.random_payment(dice, invoice)
        self.receivables(invoice).remove_move_reconcile()

    def make_draft_again(self, dice, customer):
        invoice = self.random_invoice(dice, customer)
        self.random_payment(dice, invoice).move_id.button_draft()

    def make_reversed(self, dice, customer):
        line = self.make_entry(customer, round(dice.uniform(5, 500), 2), -90)
        line.move_id._reverse_moves(
            [{"date": Date.to_string(self.days(dice.randint(-80, -1)))}], cancel=True
        )
