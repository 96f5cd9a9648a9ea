from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from odoo.tests import BaseCase, tagged

from odoo.addons.credit_control.tools.placeholders import (
    NAMES,
    PlaceholderError,
    check,
    find,
    render,
)

names = st.sampled_from(sorted(NAMES))
plain = st.text(st.characters(codec="utf-8", exclude_characters="{}%"), max_size=40)
filled = plain.filter(lambda text: text.strip())


@tagged("credit_control", "credit_control_kernel")
class TestPlaceholders(BaseCase):
    def test_fills_in_and_keeps_the_rest(self):
        self.assertEqual(
            render(
                "Dear {{contact_name}}, {{ total_overdue }}.",
                {
                    "contact_name": "Ann",
                    "total_overdue": "10 EUR",
                },
            ),
            "Dear Ann, 10 EUR.",
        )

    def test_html_escapes_text_and_keeps_markup(self):
        result = render(
            "<p>{{ customer_name }}</p>{{ table }}",
            {"customer_name": "<b>A & B</b>", "table": Markup("<table></table>")},
            html=True,
        )
        self.assertIsInstance(result, Markup)
        self.assertEqual(result, "<p>&lt;b&gt;A &amp; B&lt;/b&gt;</p><table></table>")

    def test_text_takes_no_tags(self):
        result = render(
            "{{ table }} {{ customer_name }}",
            {"table": Markup("<b>1&nbsp;&amp;</b><i>2</i>"), "customer_name": "A<B>"},
        )
        self.assertEqual(result, "1\xa0& 2 A<B>")
        self.assertNotIsInstance(result, Markup)

    def test_all_that_is_wrong_is_named(self):
        with self.assertRaises(PlaceholderError) as caught:
            render("{{ custmer }} {{ foo }} {{ date", {})
        self.assertEqual(caught.exception.unknown, ["custmer", "foo"])
        self.assertEqual(caught.exception.broken, ["{{ date"])
        self.assertIn("'custmer', 'foo'", str(caught.exception))

    def test_a_missing_value_is_an_error(self):
        for blank in (None, False, "", "  ", Markup("")):
            with self.assertRaises(PlaceholderError) as caught:
                render("{{ date }}{{ date }}", {"date": blank})
            self.assertEqual(caught.exception.empty, ["date"])
        with self.assertRaises(PlaceholderError):
            render("{{ date }}", {})
        self.assertEqual(render("{{ days_overdue }}", {"days_overdue": 0}), "0")

    def test_words_to_fall_back_on(self):
        text = "Dear {{ contact_name | Sir or Madam }},"
        self.assertEqual(render(text, {}), "Dear Sir or Madam,")
        self.assertEqual(render(text, {"contact_name": "Ann"}), "Dear Ann,")
        self.assertEqual(render("a{{ date | }}b", {}), "ab")

    def test_what_editors_make_of_it(self):
        self.assertEqual(find("{{&nbsp;date&nbsp;}}{{\xa0table }}"), ["date", "table"])
        self.assertEqual(
            render(
                '<a href="%7B%7B%20portal_link%20%7D%7D">x</a>',
                {"portal_link": "https://a.example/?a=1&b=2"},
                html=True,
            ),
            '<a href="https://a.example/?a=1&amp;b=2">x</a>',
        )
        with self.assertRaises(PlaceholderError):
            check("{{ <b>date</b> }}")

    def test_a_value_is_not_read_again(self):
        self.assertEqual(
            render("{{ customer_name }}", {"customer_name": "{{ date }}"}), "{{ date }}"
        )

    def test_nothing_to_fill_in(self):
        self.assertEqual(render(False, {}), "")
        self.assertEqual(render(None, {}, html=True), Markup(""))
        self.assertEqual(find(""), [])

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.tuples(plain, names), max_size=8), st.data())
    def test_is_the_joining_of_its_pieces(self, pieces, data):
        values = {name: data.draw(filled) for _text, name in pieces}
        text = "".join(text + "{{ %s }}" % name for text, name in pieces)
        self.assertEqual(
            render(text, values),
            "".join(text + values[name] for text, name in pieces),
        )
        self.assertEqual(find(text), list(dict.fromkeys(name for _t, name in pieces)))

    @settings(max_examples=100, deadline=None)
    @given(names, filled)
    def test_no_value_brings_tags(self, name, value):
        result = render("<p>{{ %s }}</p>" % name, {name: value}, html=True)
        self.assertEqual(result, "<p>%s</p>" % escape(value))
        self.assertEqual(result.count("<"), 2)
