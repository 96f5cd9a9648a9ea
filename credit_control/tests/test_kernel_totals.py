import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import totals
from ..tools.totals import merge_rows

numbers = st.sampled_from(range(-9, 10))
rows = st.lists(
    st.builds(
        lambda key, count, now, then: {
            "key": key,
            "count": count,
            "side": {"now": now, "then": then},
        },
        st.sampled_from("abc"),
        *[numbers] * 3,
    ),
    max_size=12,
)


@tagged("credit_control", "credit_control_kernel")
class TestTotals(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(totals).failed, 0)

    @given(rows)
    def test_nothing_is_lost(self, given_rows):
        found = merge_rows(given_rows, ("key",))
        keys = [row["key"] for row in found]
        self.assertEqual(len(keys), len(set(keys)))
        for key in keys:
            own = [row for row in given_rows if row["key"] == key]
            [row] = [row for row in found if row["key"] == key]
            self.assertEqual(row["count"], sum(one["count"] for one in own))
            for side in ("now", "then"):
                expected = sum(one["side"][side] for one in own)
                self.assertEqual(row["side"][side], expected)

    @given(rows, rows)
    def test_parts_may_be_merged_first(self, one, two):
        parts = [*merge_rows(one, ("key",)), *merge_rows(two, ("key",))]
        self.assertEqual(
            merge_rows(parts, ("key",)), merge_rows([*one, *two], ("key",))
        )
