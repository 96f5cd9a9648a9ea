import io
import random
from collections import defaultdict
from datetime import timedelta
from math import fsum

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .common import CreditControlCommon
from .letter_common import LetterCommon

LIMITS = (30, 60, 90)
BYS = (
    "customer",
    "collector",
    "team",
    "company",
    "salesperson",
    "policy",
    "risk_class",
    "country",
    "currency",
)


class AgedMixin:
    """What the tests of the aged balance ask."""

    def rows(self, by="customer", date=None, buckets=LIMITS, user=None):
        profiles = self.env["credit.profile"].with_user(user or self.env.user)
        return profiles.aged_balance(self.env.company, date, buckets, by)

    def row(self, name, **options):
        return next(row for row in self.rows(**options) if row["name"] == name)

    def screen(self, user=None, **values):
        return self.env["credit.aged.balance"].with_user(user or self.env.user).create(
            {"date": self.today, "buckets": "30, 60, 90", **values}
        )

    def listed(self, action):
        """Return the items that a drill-down lists."""
        self.env.invalidate_all()
        items = self.env[action["res_model"]].with_context(**action["context"])
        return items.search(action["domain"])


class AgedCommon(AgedMixin, CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.dollar = cls.env.company.currency_id


@tagged("post_install", "-at_install", "credit_control")
class TestAgedBalance(AgedCommon):
    """What belongs to which age."""

    def test_an_item_is_of_the_age_of_its_due_date(self):
        customer = self.make_customer("Ages")
        for place, day in enumerate((5, 0, -1, -30, -31, -60, -61, -90, -91)):
            self.make_invoice(customer, 2**place, day)
        self.make_credit(customer, 1000, -200)
        self.pay_unallocated(customer, 500)
        row = self.row("Ages")
        self.assertEqual(row["not_due"], 1 + 2)
        self.assertEqual(row["buckets"], [4 + 8, 16 + 32, 64 + 128, 256])
        self.assertEqual(row["overdue"], sum(row["buckets"]))
        self.assertEqual(row["credit"], -1500)
        self.assertEqual(row["total"], 511 - 1500)
        self.assertEqual(row["count"], 11)

    def test_a_past_day_knows_nothing_of_later(self):
        customer = self.make_customer("Past")
        early = self.make_invoice(customer, 100, -40, invoice_date=self.days(-70))
        self.make_invoice(customer, 7, -5, invoice_date=self.days(-20))
        self.pay(early, 60, day=-10)
        self.assertEqual(self.row("Past")["total"], 47)
        before = self.row("Past", date=self.days(-30))
        self.assertEqual((before["total"], before["count"]), (100, 1))
        self.assertEqual(before["buckets"], [100, 0, 0, 0])
        between = self.row("Past", date=str(self.days(-10)))
        self.assertEqual(between["buckets"], [40, 0, 0, 0])
        self.assertEqual(between["not_due"], 7)

    def test_a_day_to_come(self):
        customer = self.make_customer("Future")
        self.make_invoice(customer, 100, 10)
        self.assertEqual(self.row("Future", date=self.days(45))["buckets"][1], 100)

    def test_instalments_and_contacts_of_a_customer(self):
        customer = self.make_customer("Group", contacts=["Branch office"])
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        self.make_invoice(
            customer.child_ids, 80, invoice_date=self.days(-70), payment_term=term
        )
        row = self.row("Group")
        self.assertEqual(row["key"], customer.id)
        self.assertEqual(row["buckets"], [40, 0, 40, 0])

    def test_what_is_not_a_trade_receivable_does_not_count(self):
        customer = self.make_customer("Other")
        self.make_invoice(customer, 10, -5)
        self.make_invoice(customer, 20, -5, post=False)
        self.make_invoice(customer, 40, -5)
        moved = self.make_invoice(customer, 80, -5)
        moved.button_draft()
        self.assertEqual(self.row("Other")["total"], 50)

    def test_book_value_or_currency_of_the_document(self):
        customer = self.make_customer("Abroad")
        self.make_invoice(customer, 100, -5, currency=self.other_currency)
        self.make_invoice(customer, 30, -5)
        self.assertEqual(self.row("Abroad")["total"], 80)
        rows = {row["name"]: row["total"] for row in self.rows(by="currency")}
        self.assertEqual(rows, {"USD": 30, "EUR": 50})
        sections = self.screen(per_currency=True).table["sections"]
        self.assertEqual(
            {section["currency"]: section["totals"][-1] for section in sections},
            {"USD": 30, "EUR": 100},
        )

    def test_companies_of_two_currencies_are_not_added(self):
        data = self.make_second_company(currency_id=self.other_currency.id)
        self.make_invoice(self.make_customer("Here"), 10, -5)
        self.make_invoice(self.make_customer("There"), 20, -5, company_data=data)
        both = self.env.company | data["company"]
        profiles = self.env["credit.profile"].with_context(
            allowed_company_ids=both.ids
        )
        rows = profiles.aged_balance(both, self.today, LIMITS, "company")
        self.assertEqual(
            {(row["name"], row["currency_id"]): row["total"] for row in rows},
            {
                (self.env.company.name, self.dollar.id): 10,
                ("Second company", self.other_currency.id): 20,
            },
        )
        self.assertEqual(len(profiles.aged_balance(both.ids, by="company")), 2)

    def test_an_entry_without_partner_is_in_the_total(self):
        self.make_entry(self.env["res.partner"], 33, -5)
        [row] = self.rows()
        self.assertEqual((row["key"], row["total"]), (False, 33))
        self.assertIn("No customer", row["name"])

    # === INPUT === #
    def test_ages_that_make_no_sense(self):
        for buckets in ("", "30, 20", "0, 30", "a", "30, 30", (), (-1,), (99999,)):
            with self.subTest(buckets=buckets), self.assertRaises(UserError):
                self.rows(buckets=buckets)
        self.assertEqual(len(self.env["credit.aged.item"]._aged_limits("7;14; 21")), 3)

    def test_what_it_is_not_by(self):
        with self.assertRaisesRegex(UserError, "customer, collector, team"):
            self.rows(by="user_id")

    def test_a_day_that_is_none(self):
        with self.assertRaisesRegex(UserError, "YYYY-MM-DD"):
            self.rows(date="tomorrow")

    # === SCREEN === #
    def test_one_record_each_person_kept(self):
        Balance = self.env["credit.aged.balance"].with_user(self.manager)
        action = Balance.action_open()
        balance = Balance.browse(action["res_id"])
        self.assertEqual(balance.date, self.today)
        balance.write({"by": "country", "buckets": "15, 45", "date": self.days(-90)})
        again = Balance.browse(Balance.action_open()["res_id"])
        self.assertEqual(again, balance)
        self.assertEqual((again.by, again.buckets), ("country", "15, 45"))
        self.assertEqual(again.date, self.today)
        other = Balance.with_user(self.collector)
        self.assertNotEqual(other.action_open()["res_id"], balance.id)
        with self.assertRaises(AccessError):
            balance.with_user(self.collector).read(["by"])
        with self.assertRaises(AccessError):
            other.browse(balance.id).write({"by": "team"})

    def test_a_mistake_is_shown_in_place_of_the_table(self):
        balance = self.screen()
        new = self.env["credit.aged.balance"].new(origin=balance)
        new.buckets = "60, 30"
        self.assertIn("ascending", new.table["error"])
        with self.assertRaises(ValidationError):
            balance.buckets = "60, 30"

    def test_columns_rows_and_shares(self):
        self.make_invoice(self.make_customer("Ann"), 300, -5)
        self.make_invoice(self.make_customer("Bob"), 100, 5)
        table = self.screen().table
        self.assertEqual(
            [column["label"] for column in table["columns"]],
            [
                *("Not due", "1-30 days", "31-60 days", "61-90 days", "Over 90 days"),
                *("Overdue", "Open credits", "Total"),
            ],
        )
        [section] = table["sections"]
        self.assertEqual([row["name"] for row in section["rows"]], ["Ann", "Bob"])
        self.assertEqual([row["share"] for row in section["rows"]], [75, 25])
        self.assertEqual(section["totals"], [100, 300, 0, 0, 0, 300, 0, 400])
        self.assertEqual(section["shares"], [25, 75, 0, 0, 0, 75, 0, 100])

    def test_sorted_as_asked(self):
        for name, amount, day in (("b", 3, -5), ("C", 2, -5), ("A", 1, 5)):
            self.make_invoice(self.make_customer(name), amount, day)
        balance = self.screen()
        for sort, names in {
            "total desc": "bCA",
            "total asc": "ACb",
            "name asc": "AbC",
            "name desc": "CbA",
            "not_due desc": "AbC",
        }.items():
            balance.sort = sort
            [section] = balance.table["sections"]
            with self.subTest(sort=sort):
                names_seen = "".join(row["name"] for row in section["rows"])
                self.assertEqual(names_seen[0], names[0])
                if sort != "not_due desc":
                    self.assertEqual(names_seen, names)

    def test_more_rows_are_in_the_totals(self):
        for number in range(5):
            self.make_invoice(self.make_customer(f"C{number}"), 10, -5)
        [section] = self.screen(rows=2).table["sections"]
        self.assertEqual((len(section["rows"]), section["more"]), (2, 3))
        self.assertEqual(section["totals"][-1], 50)

    def test_filters(self):
        mine, his = self.make_customer("Mine"), self.make_customer("His")
        self.make_profile(mine, user_id=self.collector.id, risk_class="a")
        policy = self.make_policy()
        self.make_profile(his, policy_id=policy.id)
        for customer in (mine, his):
            self.make_invoice(customer, 10, -5)
            self.make_invoice(customer, 20, 5)
        balance = self.screen()
        for values, total in (
            ({"collector_ids": [Command.set(self.collector.ids)]}, 30),
            ({"policy_ids": [Command.set(policy.ids)]}, 30),
            ({"customer_ids": [Command.set(his.ids)]}, 30),
            ({"risk_class": "a"}, 30),
            ({"risk_class": "none"}, 30),
            ({"only_overdue": True}, 20),
            ({"only_overdue": True, "risk_class": "a"}, 10),
            ({}, 60),
        ):
            clear = {
                "collector_ids": [Command.clear()],
                "policy_ids": [Command.clear()],
                "customer_ids": [Command.clear()],
                "risk_class": False,
                "only_overdue": False,
            }
            balance.write({**clear, **values})
            [section] = balance.table["sections"]
            with self.subTest(values=values):
                self.assertEqual(section["totals"][-1], total)
                action = balance.action_open_items("*", self.dollar.id, "total")
                self.assertEqual(sum(self.listed(action).mapped("residual")), total)

    def test_a_row_opens_the_profile_of_its_customer(self):
        customer = self.make_customer("Known")
        self.make_invoice(customer, 10, -5)
        profile = self.make_profile(customer)
        balance = self.screen()
        action = balance.action_open_row(customer.id, self.dollar.id)
        self.assertEqual(action["res_model"], "credit.profile")
        self.assertEqual(action["res_id"], profile.id)
        balance.by = "country"
        action = balance.action_open_row(False, self.dollar.id)
        self.assertEqual(len(self.listed(action)), 1)

    def test_an_item_opens_its_document_and_profile(self):
        customer = self.make_customer("Known")
        invoice = self.make_invoice(customer, 10, -5)
        profile = self.make_profile(customer)
        item = self.env["credit.aged.item"].search([])
        self.assertEqual((item.name, item.days_overdue), (invoice.name, 5))
        self.assertEqual(item.action_open_document()["res_id"], invoice.id)
        self.assertEqual(item.action_open_profile()["res_id"], profile.id)
        stranger = self.make_entry(self.env["res.partner"], 5, -5)
        item = self.env["credit.aged.item"].browse(stranger.id)
        with self.assertRaises(UserError):
            item.action_open_profile()

    def test_the_comparison_with_the_ledger(self):
        self.make_invoice(self.make_customer("Debtor"), 10, -5)
        balance = self.screen(risk_class="a")
        self.assertEqual(balance._compare(), [(self.dollar, 10, 10)])
        action = balance.action_compare()
        self.assertEqual(action["params"]["type"], "success")
        with self.assertRaises(AccessError):
            self.screen(self.collector).action_compare()
        self.assertTrue(self.screen(self.auditor).action_compare())

    # === VOLUME === #
    def test_queries_do_not_grow_with_the_customers(self):
        balance = self.screen()

        def count(step):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            step()
            return self.env.cr.sql_log_count - start

        def costs():
            action = balance.action_open_items("*", self.dollar.id, "total")
            items = self.env["credit.aged.item"].with_context(**action["context"])
            fields = {"name": {}, "customer_id": {"fields": {"display_name": {}}}}
            fields["residual"] = {}
            return (
                [count(lambda by=by: self.rows(by=by)) for by in BYS],
                count(lambda: balance.table),
                count(balance._xlsx),
                count(lambda: items.web_search_read(action["domain"], fields)),
            )

        first = self.make_customer("First", user_id=self.sales_reader.id)
        self.make_profile(first, user_id=self.collector.id)
        self.make_invoice(first, 10, -5)
        costs()
        few = costs()
        for number in range(30):
            customer = self.make_customer(f"Customer {number}")
            self.make_profile(customer, user_id=self.collector.id)
            self.make_invoice(customer, 10, -5)
        self.rows()  # what new customers threw out of the caches of the registry
        self.assertEqual(costs(), few)


@tagged("post_install", "-at_install", "credit_control")
class TestAgedBalanceLedger(AgedCommon):
    """On random ledgers, at random days: the ledger, the oracle and the cells agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["credit.team"].create(
            {"name": "Desk", "member_ids": [Command.set(cls.collector.ids)]}
        )
        countries = cls.env["res.country"].search([], limit=2)
        cls.customers = cls.env["res.partner"]
        for number in range(6):
            customer = cls.make_customer(
                f"Customer {number}",
                country_id=countries[number % 2].id,
                user_id=cls.sales_reader.id if number % 3 else False,
            )
            cls.customers += customer
            if number:
                cls.make_profile(
                    customer,
                    user_id=cls.collector.id if number % 2 else False,
                    risk_class="abcde"[number % 5],
                )
        for month, rate in enumerate((1.7, 2.3, 1.9, 2.6), 1):
            cls.other_currency.rate_ids.create(
                {
                    "name": f"2026-0{month}-01",
                    "rate": rate,
                    "currency_id": cls.other_currency.id,
                    "company_id": cls.env.company.id,
                }
            )
        cls.make_random_ledger(random.Random(19))
        cls.env.flush_all()

    @classmethod
    def make_random_ledger(cls, chance):
        """Invoices, credits and money of the last months, some matched in parts."""
        for _number in range(28):
            customer = chance.choice(cls.customers)
            day = cls.days(-chance.randint(1, 160))
            amount = chance.randint(100, 99999) / 100
            values = {"invoice_date": day}
            if chance.random() < 0.4:
                values["currency"] = cls.other_currency
            if chance.random() < 0.2:
                cls.make_credit(customer, amount, day, **values)
                continue
            due = day + timedelta(chance.randint(0, 60))
            invoice = cls.make_invoice(customer, amount, due, **values)
            if chance.random() < 0.6:
                part = chance.choice((None, round(amount / 3, 2)))
                pay_day = min(chance.randint(0, 90) - (cls.today - day).days, 0)
                cls.pay(invoice, part, day=pay_day)
        for customer in cls.customers[:2]:
            cls.pay_unallocated(customer, chance.randint(100, 9999) / 100, day=-70)
        cls.make_entry(cls.env["res.partner"], 12.34, -20)

    def receivable_lines(self):
        return self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.env.company.id),
            ]
        )

    def residual(self, line, day):
        """Return what was open of ``line`` at the end of ``day``, told by hand."""
        debits = line.matched_credit_ids.filtered(lambda part: part.max_date <= day)
        credits = line.matched_debit_ids.filtered(lambda part: part.max_date <= day)
        settled = sum(debits.mapped("amount")) - sum(credits.mapped("amount"))
        return self.dollar.round(line.balance - settled)

    def column(self, residual, due, day):
        if residual < 0:
            return "credit"
        age = (day - due).days
        if age <= 0:
            return "not_due"
        return f"age_{1 + sum(age > limit for limit in LIMITS)}"

    def oracle(self, by, day):
        """Return {(key, column): amount} of the day."""
        cells = defaultdict(float)
        keys = {
            "customer": lambda partner, profile, line: partner.id,
            "collector": lambda partner, profile, line: profile.user_id.id,
            "team": lambda partner, profile, line: profile.team_id.id,
            "company": lambda partner, profile, line: line.company_id.id,
            "salesperson": lambda partner, profile, line: partner.user_id.id,
            "policy": lambda partner, profile, line: profile.dunning_policy_id.id,
            "risk_class": lambda partner, profile, line: profile.risk_class,
            "country": lambda partner, profile, line: partner.country_id.id,
            "currency": lambda partner, profile, line: line.currency_id.id,
        }
        for line in self.receivable_lines():
            residual = self.residual(line, day)
            if line.date > day or not residual:
                continue
            partner = line.partner_id.commercial_partner_id
            key = keys[by](partner, partner.credit_profile_ids, line)
            due = line.date_maturity or line.date
            cells[key, self.column(residual, due, day)] += residual
        return {cell: self.dollar.round(amount) for cell, amount in cells.items()}

    def days_seen(self):
        chance = random.Random(7)
        return [self.today] + [self.days(-chance.randint(1, 170)) for _day in range(6)]

    def test_every_cell_is_the_oracle_s(self):
        for day in self.days_seen():
            for by in BYS:
                found = {}
                for row in self.rows(by=by, date=day):
                    names = [f"age_{rank}" for rank in range(1, len(LIMITS) + 2)]
                    values = dict(zip(names, row["buckets"], strict=True))
                    values.update(not_due=row["not_due"], credit=row["credit"])
                    for column, amount in values.items():
                        if amount:
                            found[row["key"], column] = amount
                with self.subTest(day=day, by=by):
                    self.assertEqual(found, self.oracle(by, day))

    def test_the_total_is_the_balance_of_the_accounts(self):
        for day in self.days_seen():
            lines = self.receivable_lines().filtered(lambda line: line.date <= day)  # noqa: B023
            balance = self.dollar.round(fsum(lines.mapped("balance")))
            for by in BYS:
                total = fsum(row["total"] for row in self.rows(by=by, date=day))
                with self.subTest(day=day, by=by):
                    self.assertEqual(self.dollar.round(total), balance)

    def test_the_items_of_a_cell_add_up_to_it(self):
        balance = self.screen()
        for day in self.days_seen()[:3]:
            for by in BYS:
                balance.write({"date": day, "by": by})
                table = balance.table
                for section in table["sections"]:
                    for row in section["rows"]:
                        for column, value in zip(
                            table["columns"], row["values"], strict=True
                        ):
                            action = balance.action_open_items(
                                row["key"], section["currency_id"], column["key"]
                            )
                            items = self.listed(action)
                            total = fsum(items.mapped("residual"))
                            with self.subTest(day=day, by=by, row=row["name"]):
                                self.assertEqual(self.dollar.round(total), value)

    def test_the_items_of_the_totals_in_each_currency(self):
        balance = self.screen(per_currency=True, date=self.days(-30))
        table = balance.table
        self.assertEqual(len(table["sections"]), 2)
        for section in table["sections"]:
            currency = self.env["res.currency"].browse(section["currency_id"])
            for column, value in zip(table["columns"], section["totals"], strict=True):
                action = balance.action_open_items("*", currency.id, column["key"])
                total = fsum(self.listed(action).mapped("residual_currency"))
                self.assertEqual(currency.round(total), value)


@tagged("post_install", "-at_install", "credit_control")
class TestAgedBalanceRights(AgedCommon):
    """Each role sees the customers of its credit profiles, and no other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.make_customer("Mine", user_id=cls.sales_reader.id)
        cls.nobodys = cls.make_customer("Nobody's")
        cls.without = cls.make_customer("Without profile")
        cls.others = cls.make_customer("Other's")
        cls.make_profile(cls.mine, user_id=cls.collector.id)
        cls.make_profile(cls.nobodys)
        cls.make_profile(cls.others, user_id=cls.collector_all.id)
        for amount, customer in (
            (1, cls.mine),
            (2, cls.nobodys),
            (4, cls.without),
            (8, cls.others),
        ):
            cls.make_invoice(customer, amount, -5)
        cls.data = cls.make_second_company()
        cls.make_invoice(cls.make_customer("There"), 16, -5, company_data=cls.data)
        cls.env["credit.profile"].search([("partner_id", "=", cls.without.id)]).unlink()
        cls.expected = {
            cls.collector: 1 + 2 + 4,
            cls.collector_all: 15,
            cls.manager: 15,
            cls.auditor: 15,
            cls.sales_reader: 1,
        }

    def test_who_sees_what(self):
        for user, total in self.expected.items():
            with self.subTest(user=user.login):
                for by in BYS:
                    rows = self.rows(by=by, user=user)
                    self.assertEqual(sum(row["total"] for row in rows), total)
                self.env.invalidate_all()
                items = self.env["credit.aged.item"].with_user(user).search([])
                self.assertEqual(sum(items.mapped("residual")), total)
                balance = self.screen(user)
                [section] = balance.table["sections"]
                self.assertEqual(section["totals"][-1], total)
                book = load_workbook(io.BytesIO(balance._xlsx()))
                names = {cell.value for cell in book.worksheets[0]["A"]}
                self.assertEqual("Other's" in names, total == 15)

    def test_a_deputy_sees_the_portfolio_of_who_is_away(self):
        self.env["credit.absence"].create(
            {
                "user_id": self.collector_all.id,
                "deputy_id": self.collector.id,
                "date_from": self.today,
                "date_to": self.days(3),
            }
        )
        rows = self.rows(user=self.collector)
        self.assertEqual(sum(row["total"] for row in rows), 15)

    def test_who_has_no_part_in_it(self):
        for user in (self.plain_user, self.accountant):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.rows(user=user)
                with self.assertRaises(AccessError):
                    self.env["credit.aged.balance"].with_user(user).action_open()
                with self.assertRaises(AccessError):
                    self.env["credit.aged.item"].with_user(user).search([])

    def test_another_company(self):
        profiles = self.env["credit.profile"].with_user(self.manager)
        company = self.data["company"].with_user(self.manager)
        with self.assertRaises(AccessError):
            profiles.aged_balance(company)
        items = self.env["credit.aged.item"].with_user(self.manager)
        with self.assertRaises(AccessError):
            items.with_context(aged_company_ids=company.ids).search([])
        balance = self.screen(self.manager)
        balance.sudo().company_ids = company
        balance.invalidate_recordset()
        [section] = balance.table["sections"]
        self.assertEqual(section["totals"][-1], 15)

    def test_items_are_not_changed(self):
        item = self.env["credit.aged.item"].with_user(self.manager).search([], limit=1)
        for step in (item.unlink, lambda: item.write({"residual": 0})):
            with self.assertRaises(AccessError):
                step()

    def test_nobody_makes_settings_for_another(self):
        with self.assertRaises(AccessError):
            self.screen(self.collector, user_id=self.manager.id)

    def test_teams_of_collectors(self):
        team = self.env["credit.team"].create(
            {"name": "Desk", "member_ids": [Command.set(self.collector.ids)]}
        )
        rows = {row["key"]: row["total"] for row in self.rows(by="team")}
        self.assertEqual(rows, {team.id: 1, False: 14})


@tagged("post_install", "-at_install", "credit_control")
class TestAgedBalanceFiles(AgedCommon):
    """The workbook."""

    def sheet(self, **values):
        book = load_workbook(io.BytesIO(self.screen(**values)._xlsx()))
        return book.worksheets[0]

    def test_numbers_are_numbers_and_totals_are_formulas(self):
        customer = self.make_customer("Debtor")
        self.make_invoice(customer, 1234.56, -5)
        self.make_credit(customer, 34.56)
        sheet = self.sheet()
        rows = {row[0].value: row for row in sheet.iter_rows()}
        debtor = rows["Debtor"]
        self.assertEqual(
            [cell.value for cell in debtor[1:10]],
            [0, 1234.56, 0, 0, 0, 1234.56, -34.56, 1200, 1],
        )
        self.assertTrue(all(cell.data_type == "n" for cell in debtor[1:10]))
        total = rows["Total"][8]
        self.assertRegex(total.value, r"^=SUBTOTAL\(9,I\d+:I\d+\)$")
        self.assertEqual(sheet.freeze_panes, f"B{debtor[0].row}")
        self.assertIn("Aged balance on 06/15/2026", sheet["A1"].value)
        self.assertEqual(sheet["A2"].value, self.env.company.name)
        self.assertEqual(sheet.page_setup.orientation, "landscape")

    def test_a_formula_in_a_name_stays_text(self):
        evil = '=HYPERLINK("https://evil.example","x")'
        for name in (evil, "+1+1", "@SUM(1)", "-2", "https://evil.example"):
            self.make_invoice(self.make_customer(name, email=False), 10, -5)
        sheet = self.sheet()
        cells = {cell.value: cell for cell in sheet["A"]}
        self.assertEqual(cells[evil].data_type, "s")
        self.assertEqual(cells["+1+1"].data_type, "s")
        self.assertFalse([cell for cell in sheet["A"] if cell.hyperlink])

    def test_all_rows_and_the_filters_in_words(self):
        for number in range(5):
            self.make_invoice(self.make_customer(f"C{number}"), 10, -5)
        sheet = self.sheet(rows=1, only_overdue=True, risk_class="none")
        names = [cell.value for cell in sheet["A"]]
        self.assertLessEqual({f"C{number}" for number in range(5)}, set(names))
        self.assertIn("Only: risk class Not classified, what is overdue", names)

    def test_nothing_open(self):
        sheet = self.sheet(date=self.days(-4000))
        names = [cell.value for cell in sheet["A"]]
        self.assertIn("Total", names)

    def test_a_sheet_for_each_currency(self):
        customer = self.make_customer("Abroad")
        self.make_invoice(customer, 10, -5, currency=self.other_currency)
        self.make_invoice(customer, 10, -5)
        content = self.screen(per_currency=True)._xlsx()
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(book.sheetnames, ["EUR", "USD"])


@tagged("post_install", "-at_install", "credit_control")
class TestAgedBalancePdf(AgedMixin, LetterCommon):
    """The printed table."""

    def printed(self, **values):
        balance = self.screen(**values)
        renderer = self.env["report.credit_control.aged_balance_document"]
        values = renderer._document_values(balance)
        [content] = renderer._print([values[balance]])
        return self.text(content)

    def test_what_is_on_the_page(self):
        self.make_invoice(self.make_customer("Debtor <b>&"), 1234.56, -5)
        text = self.printed()
        for words in (
            "Aged balance on 06/15/2026",
            self.env.company.name,
            "Printed on",
            "Amounts in USD",
            "Debtor <b>&",
            "1,234.56",
            "% of total",
            "Page 1 / 1",
        ):
            self.assertIn(words, text)

    def test_nothing_open(self):
        self.assertIn("Nothing was open", self.printed(date=self.days(-4000)))

    def test_a_long_table_repeats_its_heading(self):
        for number in range(60):
            self.make_invoice(self.make_customer(f"C{number}"), 10, -5)
        text = self.printed()
        self.assertGreater(text.count("Open credits"), 1)
        self.assertIn("Page 2 / 2", text)


@tagged("post_install", "-at_install", "credit_control")
class TestAgedBalanceDownload(AgedCommon, HttpCase):
    def test_only_one_s_own(self):
        self.make_invoice(self.make_customer("Debtor"), 10, -5)
        balance = self.screen(self.manager)
        url = balance.action_xlsx()["url"]
        self.manager.password = self.collector.password = "aged-balance-test"
        self.authenticate(self.manager.login, "aged-balance-test")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(load_workbook(io.BytesIO(answer.content)))
        self.assertIn(f"{self.today}.xlsx", answer.headers["Content-Disposition"])
        self.authenticate(self.collector.login, "aged-balance-test")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(url).url)
