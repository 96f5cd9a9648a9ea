import doctest
import threading

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import windows
from ..tools.windows import Window, address_key


@tagged("credit_control", "credit_control_kernel")
class TestWindows(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(windows).failed, 0)

    @given(
        st.lists(st.floats(min_value=0, max_value=90), min_size=1, max_size=120),
        st.integers(min_value=1, max_value=20),
    )
    def test_no_more_than_twice_the_limit_in_any_window(self, pauses, limit):
        window, now, passed = Window(limit, seconds=60), 0.0, []
        for pause in pauses:
            now += pause / 10
            wait = window.take("key", now)
            self.assertGreaterEqual(wait, 0)
            if not wait:
                passed.append(now)
        for start in passed:
            inside = [time for time in passed if start <= time < start + 60]
            self.assertLessEqual(len(inside), 2 * limit)

    @given(
        st.integers(min_value=1, max_value=20), st.integers(min_value=1, max_value=50)
    )
    def test_who_waits_as_told_is_let_in(self, limit, tries):
        window, now = Window(limit, seconds=60), 0.0
        for _try in range(tries):
            wait = window.take("key", now)
            if wait:
                now += wait
                self.assertEqual(window.take("key", now), 0)

    @given(st.lists(st.integers(min_value=0, max_value=30), max_size=200))
    def test_memory_is_bounded(self, keys):
        window = Window(2, keys=5)
        for key in keys:
            window.take(key, 0)
        self.assertLessEqual(len(window._levels), 5)

    def test_threads_share_a_limit(self):
        window, passed = Window(40, seconds=3600), []

        def attack():
            passed.extend(not window.take("key") for _try in range(50))

        threads = [threading.Thread(target=attack) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sum(passed), 40)

    @given(st.text(max_size=50) | st.ip_addresses().map(str))
    def test_every_address_has_a_key(self, address):
        self.assertIsInstance(address_key(address), str)
        self.assertEqual(address_key(address), address_key(address))
