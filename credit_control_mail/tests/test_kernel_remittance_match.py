"""Which items the lines of an advice are for."""

import time
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.remittance import RemittanceLine
from ..tools.remittance_match import OwnItem, match_lines


def item(key, name, residual=100, move=None, **values):
    residual = Decimal(residual)
    values = {"currency": "EUR", "amount": residual, **values}
    return OwnItem(key, move or key, name, residual=residual, **values)


def line(reference="", paid=100, **values):
    return RemittanceLine(
        reference, paid=Decimal(paid), **{"currency": "EUR", **values}
    )


def keys(lines, items):
    return [(part.key, part.how) for part in match_lines(lines, items)]


@tagged("credit_control", "credit_control_kernel")
class Match(BaseCase):
    def test_spellings_of_a_number(self):
        items = [item(1, "FA/2026/00123"), item(2, "FA/2026/00124")]
        for text in (
            "FA/2026/00123", "fa 2026 123", "FA-2026-00123", "FA202600123", "202600123",
        ):  # fmt: skip
            self.assertEqual(keys([line(text)], items), [(1, "name")], text)
        self.assertEqual(keys([line("00123")], items), [(1, "tail")])
        self.assertEqual(keys([line("123")], items), [(1, "tail")])
        self.assertEqual(keys([line("FA/2025/00999", 77)], items), [(None, "")])

    def test_other_numbers(self):
        items = [item(1, "FA/2026/00123", numbers=("PO-4711", "RF18 2026"))]
        self.assertEqual(keys([line("po4711", 5)], items), [(1, "number")])
        self.assertEqual(
            keys([line("5100001", 5, others=("PO-4711",))], items), [(1, "number")]
        )

    def test_same_tail_of_two_years(self):
        items = [
            item(1, "FA/2025/00123", 100, date=date(2025, 3, 1)),
            item(2, "FA/2026/00123", 200, date=date(2026, 3, 1)),
            item(3, "FA/2024/00123", 0, is_open=False),
        ]
        self.assertEqual(keys([line("00123", 200)], items), [(2, "tail")])
        self.assertEqual(
            keys([line("00123", 5, date=date(2025, 3, 2))], items), [(1, "tail")]
        )
        self.assertEqual(keys([line("00123", 5)], items), [(None, "")])

    def test_amount_alone(self):
        items = [item(1, "FA/2026/00123", 55), item(2, "FA/2026/00124", 66),
                 item(3, "FA/2026/00125", 66)]  # fmt: skip
        self.assertEqual(keys([line("X9", 55)], items), [(1, "amount")])
        self.assertEqual(keys([line("X9", 66)], items), [(None, "")])
        self.assertEqual(
            keys([line("FA/2026/00124", 66), line("X9", 66)], items),
            [(2, "name"), (3, "amount")],
        )
        self.assertEqual(keys([line("X9", 55, currency="USD")], items), [(None, "")])

    def test_open_ones_first(self):
        items = [item(1, "FA/2026/00123", 0, is_open=False)]
        self.assertEqual(keys([line("FA/2026/00123")], items), [(1, "name")])

    def test_instalments(self):
        items = [
            item(1, "FA/2026/00123", 40, move=9, due=date(2026, 1, 1)),
            item(2, "FA/2026/00123", 60, move=9, due=date(2026, 2, 1)),
        ]
        self.assertEqual(keys([line("FA/2026/00123", 60)], items), [(2, "name")])
        found = match_lines([line("FA/2026/00123", 98, discount=Decimal(2))], items)
        self.assertEqual(
            [(part.key, part.paid, part.discount) for part in found],
            [(1, 40, 0), (2, 58, 2)],
        )
        twice = [line("FA/2026/00123", 40), line("FA/2026/00123", 60)]
        self.assertEqual(keys(twice, items), [(1, "name"), (2, "name")])

    def test_credit_note(self):
        items = [item(1, "RFA/2026/00001", -50), item(2, "FA/2026/00001", 50)]
        self.assertEqual(keys([line("RFA/2026/00001", -50)], items), [(1, "name")])
        self.assertEqual(keys([line("00001", -50)], items), [(1, "tail")])

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(1, 40), st.integers(1, 500)), max_size=12),
        st.lists(
            st.tuples(st.integers(1, 40), st.integers(-500, 500), st.integers(0, 9)),
            max_size=12,
        ),
    )
    def test_nothing_is_lost_or_invented(self, ledger, advice):
        items = [
            item(place, f"FA/2026/{number:05}", residual, move=number)
            for place, (number, residual) in enumerate(ledger, 1)
        ]
        lines = [
            line(f"FA/2026/{number:05}", paid, discount=Decimal(discount))
            for number, paid, discount in advice
        ]
        parts = match_lines(lines, items)
        for number, one in enumerate(lines):
            mine = [part for part in parts if part.line == number]
            self.assertTrue(mine)
            self.assertEqual(sum(part.paid for part in mine), one.paid)
            self.assertEqual(sum(part.discount for part in mine), one.discount)
        known = {one.key for one in items}
        self.assertTrue({part.key for part in parts} - {None} <= known)

    def test_large_advice_in_a_moment(self):
        items = [item(n, f"FA/2026/{n:05}", n) for n in range(1, 20_001)]
        lines = [line(f"{n:05}", n) for n in range(1, 5_001)]
        start = time.monotonic()
        parts = match_lines(lines, items)
        self.assertEqual([part.key for part in parts], list(range(1, 5_001)))
        self.assertLess(time.monotonic() - start, 20)
