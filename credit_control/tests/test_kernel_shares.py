import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import shares
from ..tools.shares import SLOTS, allot

sizes = st.dictionaries(
    st.sampled_from("BCDE"), st.integers(min_value=0, max_value=SLOTS // 4)
)


def owners(pieces):
    """``{slot: key}`` of what :func:`allot` returned."""
    return {
        slot: key
        for key, own in pieces.items()
        for start, stop in own
        for slot in range(start, stop)
    }


@tagged("credit_control", "credit_control_kernel")
class TestShares(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(shares).failed, 0)

    @given(sizes, sizes)
    def test_nobody_changes_sides(self, before, after):
        first = allot(before)
        second = allot(after, first)
        was, now = owners(first), owners(second)
        for key, size in after.items():
            self.assertEqual(
                sum(stop - start for start, stop in second[key]), size, "its size"
            )
            kept = sum(
                1 for slot, owner in was.items() if owner == now.get(slot) == key
            )
            self.assertEqual(kept, min(size, before.get(key, 0)), "who was drawn stays")

    @given(sizes)
    def test_nothing_changes_without_a_reason(self, wanted):
        first = allot(wanted)
        self.assertEqual(allot(wanted, first), first)

    def test_a_slot_has_one_owner(self):
        held = {"B": [(0, 100)], "C": [(50, 150)]}
        found = allot({"B": 100, "C": 100}, held)
        self.assertEqual(found, {"B": [(0, 100)], "C": [(100, 200)]})

    def test_no_more_than_there_is(self):
        self.assertEqual(allot({"B": SLOTS}), {"B": [(0, SLOTS)]})
        with self.assertRaises(ValueError):
            allot({"B": SLOTS, "C": 1})
