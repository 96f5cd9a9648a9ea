from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.instalments import MAX_INSTALMENTS, RHYTHMS, instalments

CENT = Decimal("0.01")


@tagged("credit_control", "credit_control_kernel")
class TestInstalments(BaseCase):
    def make(self, total, first="2026-01-31", rhythm="month", unit=CENT, **values):
        parts = instalments(
            Decimal(str(total)), date.fromisoformat(first), rhythm, unit=unit, **values
        )
        return [(str(part.day), str(part.amount)) for part in parts]

    def test_by_number(self):
        self.assertEqual(
            self.make(100, count=3),
            [
                ("2026-01-31", "33.33"),
                ("2026-02-28", "33.33"),
                ("2026-03-31", "33.34"),
            ],
        )
        self.assertEqual(self.make(100, count=3, rest="first")[0][1], "33.34")

    def test_by_amount(self):
        self.assertEqual(
            self.make(100, "2026-06-15", "week", each=Decimal(40)),
            [("2026-06-15", "40"), ("2026-06-22", "40"), ("2026-06-29", "20")],
        )
        first = self.make(100, "2026-06-15", "week", each=Decimal(40), rest="first")
        self.assertEqual([amount for _day, amount in first], ["20", "40", "40"])

    def test_end_of_month(self):
        days = [day for day, _ in self.make(9, "2027-12-05", "month_end", count=3)]
        self.assertEqual(days, ["2027-12-31", "2028-01-31", "2028-02-29"])

    def test_a_currency_without_cents(self):
        amounts = [amount for _, amount in self.make(100, count=3, unit=Decimal(1))]
        self.assertEqual(amounts, ["33", "33", "34"])

    def test_nothing_to_divide(self):
        for values in (
            {"total": 0, "count": 3},
            {"total": -5, "count": 3},
            {"total": 5, "count": 0},
            {"total": 5, "each": Decimal(0)},
            {"total": 5, "count": -1},
            {"total": "0.02", "count": 3},
            {"total": 1000, "count": MAX_INSTALMENTS + 1},
            {"total": 1000, "each": CENT},
        ):
            with self.subTest(values=values), self.assertRaises(ValueError):
                self.make(**values)

    @settings(max_examples=200, deadline=None)
    @given(
        st.decimals("1.20", "1000000", places=2),
        st.dates(date(2020, 1, 1), date(2040, 1, 1)),
        st.sampled_from(RHYTHMS),
        st.integers(1, MAX_INSTALMENTS),
        st.sampled_from(["first", "last"]),
    )
    def test_they_add_up_and_days_rise(self, total, first, rhythm, count, rest):
        parts = instalments(total, first, rhythm, count=count, rest=rest, unit=CENT)
        self.assertEqual(sum(part.amount for part in parts), total)
        self.assertEqual(len(parts), count)
        days = [part.day for part in parts]
        self.assertEqual(sorted(set(days)), days)
        self.assertGreaterEqual(days[0], first)
        self.assertTrue(all(part.amount > 0 for part in parts))
        amounts = {part.amount for part in parts}
        self.assertLessEqual(len(amounts), 2)
