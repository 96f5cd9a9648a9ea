import re

from freezegun import freeze_time
from lxml import html

from odoo import Command
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import format_date

from ..tools import text_message
from .common import CreditControlCommon
from .language_common import (
    LANGUAGES,
    find_lines,
    find_marks,
    read_customers_terms,
    read_terms,
)
from .letter_common import LetterCommon

# how each language calls things, so that nobody mistakes a formal notice
FORMAL = {
    "de_DE": ("MAHNUNG MIT FRISTSETZUNG", "mahnen wir Sie förmlich", "§ 286 BGB"),
    "es_ES": ("REQUERIMIENTO FORMAL DE PAGO", "requerimos formalmente", "1100"),
    "it_IT": ("COSTITUZIONE IN MORA", "costituiamo formalmente in mora", "1219"),
    "nl_NL": ("INGEBREKESTELLING", "stellen wij u formeel in gebreke", "6:82"),
}
PARTS = ("", "/pay", *(f"/request/{kind}" for kind in ("promise", "plan", "dispute")))


class LanguageCommon(CreditControlCommon):
    """All the languages, and what of a page is left in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        langs = list(LANGUAGES.values())
        for lang in langs:
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"]._load_module_terms(["credit_control"], langs)
        # words that are the same in a language are right there
        cls.same = {
            lang: {
                " ".join("".join(html.fromstring(term).itertext()).split())
                for term, entry in read_terms("credit_control", f"{name}.po").items()
                if term.strip() and term == entry.msgstr
            }
            for name, lang in LANGUAGES.items()
        }

    def assertTranslated(self, render, *names):
        """Make sure that no line of a page stays as it is in English.

        :param render: returns the HTML of a language
        :param names: parts of lines that are the same everywhere
        """
        english = find_lines(render("en_US"))
        self.assertTrue(english)
        for lang in LANGUAGES.values():
            lines = find_lines(render(lang))
            left = {
                line
                for line in english & lines - self.same[lang]
                if not any(name in line for name in names if name)
            }
            with self.subTest(lang=lang):
                self.assertFalse(left)


@tagged("post_install", "-at_install", "credit_control")
class TestLanguageFiles(BaseCase):
    def test_every_word_that_a_customer_reads_is_in_every_language(self):
        wanted = read_customers_terms("credit_control")
        self.assertGreater(len(wanted), 350)
        for name in LANGUAGES:
            with self.subTest(language=name):
                entries = read_terms("credit_control", f"{name}.po")
                self.assertFalse(
                    {
                        term
                        for term in wanted
                        if term not in entries or not entries[term].msgstr
                    }
                )

    def test_placeholders_and_tags_stay(self):
        wanted = read_customers_terms("credit_control")
        for name in LANGUAGES:
            for term, entry in read_terms("credit_control", f"{name}.po").items():
                if term in wanted or name not in ("fr", "de"):
                    with self.subTest(language=name, term=term):
                        self.assertEqual(find_marks(term), find_marks(entry.msgstr))

    def test_a_text_message_costs_no_more_for_its_language(self):
        """One letter outside of the alphabet of SMS halves what a message holds."""
        for name in LANGUAGES:
            for entry in read_terms("credit_control", f"{name}.po").values():
                if any(",sms_body:" in place for place, _line in entry.occurrences):
                    with self.subTest(language=name, text=entry.msgstr):
                        size = text_message.measure(entry.msgstr.replace("{", "("))
                        plain = text_message.measure("x" * size.letters)
                        self.assertEqual(size.parts, plain.parts)


@tagged("post_install", "-at_install")
class TestLanguages(LanguageCommon, LetterCommon):
    """Nothing of what is sent to a customer stays in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(cls.customer, 1200, -40)
        cls.make_invoice(cls.customer, 345.5, -10)
        cls.make_invoice(cls.customer, 99, 20)
        cls.profile = cls.make_profile(cls.customer)
        cls.customer.country_id = cls.france
        cls.names = (
            cls.customer.name,
            cls.company.name,
            cls.collector.name,
            cls.env.user.name,
            cls.company.street,
            *("INV/", "Paris", "Stuttgart", "Königstraße", "@", "IBAN", "FR76"),
        )

    def preview(self, level, lang):
        wizard = self.env["dunning.level.preview"].create(
            {
                "policy_id": level.policy_id.id,
                "level_id": level.id,
                "profile_id": self.profile.id,
                "lang": lang,
            }
        )
        wizard.action_show()
        self.assertFalse(wizard.problem)
        return wizard

    def shipped_levels(self):
        names = self.env["dunning.level"].search([])._get_external_ids()
        return self.env["dunning.level"].browse(
            record
            for record, external in names.items()
            if any(name.startswith("credit_control.level_") for name in external)
        )

    def render_mail(self, level, lang):
        preview = self.preview(level, lang)
        return f"<div><h1>{preview.subject or ''}</h1>{preview.body or ''}</div>"

    def document(self, report, records, lang):
        self.customer.lang = lang
        self.env.flush_all()
        renderer = self.env[f"report.credit_control.{report}"]
        [values] = renderer._document_values(records).values()
        self.assertEqual(values["lang"], lang)
        return renderer._render_page(values)

    # === REMINDERS === #
    def test_the_mail_of_each_level(self):
        levels = self.shipped_levels().filtered("body_html")
        self.assertGreater(len(levels), 12)
        for level in levels:
            with self.subTest(level=level.name, policy=level.policy_id.name):
                self.assertTranslated(
                    lambda lang, level=level: self.render_mail(level, lang),
                    *self.names,
                )

    def test_the_text_message_of_each_level(self):
        levels = self.shipped_levels().filtered("sms_body")
        self.assertTrue(levels)
        for level in levels:
            for lang in LANGUAGES.values():
                with self.subTest(level=level.name, lang=lang):
                    self.assertNotEqual(
                        level.sms_body, level.with_context(lang=lang).sms_body
                    )

    def test_a_letter(self):
        level = self.env.ref("credit_control.level_standard_formal")
        delivery = self.make_letter(level=level)
        delivery.notice_id.line_ids[0].amount_disputed = 10
        self.assertTranslated(
            lambda lang: self.document("letter_document", delivery.notice_id, lang),
            *self.names,
        )

    def test_a_formal_notice_says_what_it_is(self):
        level = self.env.ref("credit_control.level_standard_formal")
        for lang, words in FORMAL.items():
            text = " ".join(find_lines(self.render_mail(level, lang)))
            for word in words:
                self.assertIn(word, text)
            day = self.days(level.deadline_days)
            self.assertIn(format_date(self.env, day, lang_code=lang), text)

    def test_reasons_of_a_dispute(self):
        reasons = self.env["credit.dispute.reason"].search([])
        for reason in reasons.filtered(lambda reason: reason._get_external_ids()):
            for lang in LANGUAGES.values():
                self.assertNotEqual(reason.name, reason.with_context(lang=lang).name)

    # === ACCOUNT === #
    def test_a_statement(self):
        self.make_credit(self.customer, 50, -3)
        self.pay_unallocated(self.customer, 20, -2)
        self.assertTranslated(
            lambda lang: self.document("statement_document", self.profile, lang),
            *self.names,
            *("BNK", "RINV", "Manual Payment", "$"),
        )

    def test_a_payment_plan(self):
        debts = self.profile.partner_id.invoice_ids[:1]
        plan = self.env["credit.plan"].create(
            {
                "name": "PLAN 7",
                "profile_id": self.profile.id,
                "move_line_ids": self.receivables(debts).ids,
                "interest_amount": 30,
                "promise_ids": [
                    Command.create(
                        {"amount": 100, "date": self.days(day), "source": "plan"}
                    )
                    for day in (10, 40)
                ],
            }
        )
        names = (*self.names, "PLAN 7")
        self.assertTranslated(
            lambda lang: self.document("plan_document", plan, lang), *names
        )
        for grace in (0, 8):
            plan.break_days = grace
            page = self.document("plan_document", plan, "es_ES")
            self.assertIn("de pleno derecho", page)

    def test_the_mails(self):
        records = {
            "credit.profile": self.profile,
            "credit.portal.request": self.env["credit.portal.request"],
        }
        templates = self.env["mail.template"].search(
            [("model", "in", list(records)), ("body_html", "!=", False)]
        )
        shipped = templates.filtered(
            lambda one: one.get_external_id()[one.id].startswith("credit_control.")
        )
        self.assertGreater(len(shipped), 3)
        for template in shipped:
            with self.subTest(template=template.name):
                self.assertTranslated(
                    lambda lang, template=template: (
                        f"<div>{template.with_context(lang=lang).body_html}</div>"
                    ),
                    *("INV/2026", "100.00"),
                )


@tagged("post_install", "-at_install", "credit_control")
class TestPortalLanguages(LanguageCommon, HttpCase):
    """The customer's page in each language: all of it is in that language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer("Buyer", lang="en_US")
        cls.late = cls.make_invoice(cls.customer, 1234.5, -40, ref="Order 7")
        cls.make_invoice(cls.customer, 50, 9)
        cls.make_credit(cls.customer, 20, -3)
        cls.profile = cls.make_profile(cls.customer, user_id=cls.env.user.id)
        cls.base = f"/credit/{cls.profile._portal_token()}"
        cls.items = f"item={cls.receivables(cls.late).id}"

    def page(self, part, lang):
        joined = "&" if "?" in part else "?"
        response = self.url_open(f"{self.base}{part}{joined}{self.items}&lang={lang}")
        self.assertEqual(response.status_code, 200)
        tree = html.fromstring(response.text)
        [page] = tree.find_class("o_credit_portal")
        # the languages are called as they call themselves
        for switch in page.xpath("//*[@name='lang']|//a[contains(@href, 'lang=')]"):
            switch.drop_tree()
        return html.tostring(page, encoding="unicode")

    def test_no_line_is_left_in_english(self):
        company = self.env.company
        names = ("Buyer", "INV/", "Order 7", "@", company.name, self.env.user.name)
        for part in PARTS:
            with self.subTest(part=part):
                self.assertTranslated(
                    lambda lang, part=part: self.page(part, lang),
                    company.currency_id.name,
                    *names,
                )

    @freeze_time("2026-06-15")
    def test_numbers_and_dates_are_those_of_the_language(self):
        for lang, amount, day in (
            ("de_DE", "1.234,50", "06.05.2026"),
            ("es_ES", "1.234,50", "06/05/2026"),
            ("it_IT", "1.234,50", "06/05/2026"),
            ("nl_NL", "1.234,50", "06-05-2026"),
        ):
            with self.subTest(lang=lang):
                text = re.sub(r"\s", " ", self.page("", lang))
                self.assertIn(amount, text)
                self.assertIn(day, text)
