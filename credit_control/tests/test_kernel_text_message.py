import doctest
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools import phone, text_message


@tagged("credit_control", "credit_control_kernel")
class TestTextMessage(BaseCase):
    """Letters, parts and hours of text messages; kinds of numbers."""

    def test_examples(self):
        for module in (phone, text_message):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_parts_at_the_limits(self):
        for text, parts in (
            ("x" * 160, 1),
            ("x" * 161, 2),
            ("x" * 306, 2),
            ("x" * 307, 3),
            ("€" * 80, 1),
            ("€" * 81, 2),
            ("ê" * 70, 1),
            ("ê" * 71, 2),
            ("ê" * 135, 3),
        ):
            self.assertEqual(text_message.measure(text).parts, parts, text[:1])

    def test_plain_text_keeps_its_lines(self):
        self.assertEqual(text_message.plain(" a\u00a0b  \n\nc "), "a b\n\nc")

    def test_opening_hours(self):
        saturday = datetime(2026, 6, 6, 20)
        self.assertEqual(text_message.next_opening(saturday), datetime(2026, 6, 8, 8))
        sunday = datetime(2026, 6, 7, 12)
        self.assertEqual(text_message.next_opening(sunday), datetime(2026, 6, 8, 8))
        last = datetime(2026, 6, 5, 19, 59)
        self.assertEqual(text_message.next_opening(last), last)

    def test_what_takes_no_text(self):
        for number in ("+33800123456", "+498001234567", "", "06 12 34 56 78"):
            self.assertFalse(phone.takes_text(number), number)
        # the United States do not tell mobiles from landlines
        self.assertTrue(phone.takes_text("+12015550123"))
