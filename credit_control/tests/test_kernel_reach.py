import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import reach
from ..tools.reach import FEWEST, HABIT, WAYS, Tries, best_time, best_way

tries = st.sampled_from(range(21)).flatmap(
    lambda count: st.builds(Tries, st.just(count), st.sampled_from(range(count + 1)))
)
ways = st.dictionaries(st.sampled_from(WAYS), tries)


@tagged("credit_control", "credit_control_kernel")
class TestReach(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(reach).failed, 0)

    @given(known=ways, usable=st.sets(st.sampled_from(WAYS)))
    def test_the_best_way_is_usable_and_none_is_better(self, known, usable):
        found = best_way(known, usable)
        if found is None:
            count = sum(one.count for one in known.values())
            self.assertTrue(count < FEWEST or not usable)
            return
        self.assertIn(found, usable)
        chance = known.get(found, Tries()).chance
        for way in usable:
            self.assertLessEqual(known.get(way, Tries()).chance, chance)

    @given(known=ways, way=st.sampled_from(WAYS))
    def test_an_answer_never_makes_a_way_worse(self, known, way):
        before = known.get(way, Tries())
        after = before + Tries(1, 1)
        self.assertGreater(after.chance, before.chance)
        usable = set(WAYS)
        if best_way(known, usable) == way:
            self.assertEqual(best_way({**known, way: after}, usable), way)

    @given(
        calls=st.dictionaries(
            st.tuples(st.sampled_from(range(1, 8)), st.sampled_from((0, 1))),
            tries,
            max_size=14,
        )
    )
    def test_a_habit_needs_answers(self, calls):
        found = best_time(calls)
        if found is None:
            return
        weekday, half = found
        answered = sum(
            one.answered
            for (day, part), one in calls.items()
            if part == half and weekday in (None, day)
        )
        self.assertGreaterEqual(answered, HABIT)
