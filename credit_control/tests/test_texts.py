import re

import polib
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open, format_date, html2plaintext

from ..models.dunning_notice_text import _Writer
from ..tools.placeholders import NAMES, find
from .common import CreditControlCommon

POLICIES = ("standard", "small", "key", "risky", "public", "consumer")


@tagged("post_install", "-at_install", "credit_control")
class TestTexts(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        cls.policies = cls.env["dunning.policy"].browse(
            cls.env.ref(f"credit_control.policy_{name}").id for name in POLICIES
        )
        cls.env.company.write({"email": "accounts@company.example", "phone": "123"})
        cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.env.company.partner_id.id,
                "acc_number": "FR7630004000031234567890143",
            }
        )
        cls.customer = cls.make_customer(
            "Debtor & Sons",
            contacts=[
                {
                    "name": "Ann Payer",
                    "roles": ["accounts_payable", "decision_maker", "management"],
                }
            ],
        )
        cls.late = cls.make_invoice(cls.customer, 1200, -40)
        cls.make_invoice(cls.customer, 345.5, -10)
        cls.make_invoice(cls.customer, 99, 20)
        cls.profile = cls.make_profile(cls.customer, user_id=cls.env.user.id)

    def preview(self, level, lang="en_US"):
        wizard = self.env["dunning.level.preview"].create(
            {
                "policy_id": level.policy_id.id,
                "level_id": level.id,
                "profile_id": self.profile.id,
                "lang": lang,
            }
        )
        wizard.action_show()
        return wizard

    def plain(self, wizard):
        return re.sub(r"\s+", " ", html2plaintext(wizard.body))

    def written_levels(self):
        return self.policies.level_ids.filtered(
            lambda level: level.send_email or level.send_letter
        )

    def test_every_level_says_something_in_every_language(self):
        for lang in ("en_US", "fr_FR"):
            for level in self.written_levels():
                with self.subTest(level=level.name, lang=lang):
                    preview = self.preview(level, lang)
                    self.assertFalse(preview.problem)
                    text = f"{preview.subject} {self.plain(preview)}"
                    self.assertNotIn("{{", text)
                    self.assertNotIn("|", preview.subject)
                    self.assertIn(self.late.name, text)
                    self.assertIn(self.env.company.name, text)
                    self.assertIn("FR7630004000031234567890143", text)

    def test_french_is_french(self):
        for level in self.policies.level_ids:
            english, french = (
                level.with_context(lang=lang) for lang in ("en_US", "fr_FR")
            )
            with self.subTest(level=level.name, policy=level.policy_id.name):
                self.assertNotEqual(english.name, french.name)
                for name in ("subject", "body_html", "call_script"):
                    if english[name]:
                        self.assertNotEqual(english[name], french[name])
                        self.assertEqual(
                            sorted(find(english[name])), sorted(find(french[name]))
                        )
                english_terms = set(self.terms(english.body_html))
                left = english_terms & set(self.terms(french.body_html))
                self.assertLessEqual(left, {"{{ table }}"}, "not translated")

    def test_french_is_complete(self):
        entries = {}
        for name in ("credit_control.pot", "fr.po"):
            with file_open(f"credit_control/i18n/{name}") as file:
                entries[name] = polib.pofile(file.read())
        self.assertFalse([e.msgid for e in entries["fr.po"].untranslated_entries()])
        self.assertEqual(
            {entry.msgid for entry in entries["credit_control.pot"]},
            {entry.msgid for entry in entries["fr.po"]},
        )

    def terms(self, body):
        if not body:
            return
        for node in etree.HTML(body).iter("p", "div"):
            yield " ".join("".join(node.itertext()).split())

    def test_every_call_has_a_script(self):
        calls = self.policies.level_ids.filtered("plan_call")
        self.assertTrue(calls)
        for level in calls:
            preview = self.preview(level, "fr_FR")
            self.assertTrue(preview.script)
            self.assertFalse(preview.problem)

    def test_formal_notice_has_what_the_law_asks(self):
        formal = self.policies.level_ids.filtered("is_formal")
        self.assertEqual(len(formal), 5)
        for lang, words in {
            "en_US": ("formal notice", "Creditor:", "Debtor:", "court", "Civil Code"),
            "fr_FR": (
                "MISE EN DEMEURE",
                "mettons en demeure",
                "Créancier :",
                "Débiteur :",
                "principal",
                "intérêts",
                "1344",
                "juridiction",
            ),
        }.items():
            for level in formal:
                with self.subTest(level=level.policy_id.name, lang=lang):
                    self.assertTrue(level.send_registered)
                    self.assertFalse(level.is_automatic)
                    self.assertGreaterEqual(level.deadline_days, 8)
                    text = self.plain(self.preview(level, lang))
                    for word in words:
                        self.assertIn(word, text)
                    # who, what, since when, until when, how, signed by whom
                    for value in (
                        self.env.company.name,
                        "Debtor & Sons",
                        self.late.name,
                        format_date(
                            self.env, self.late.invoice_date_due, lang_code=lang
                        ),
                        format_date(
                            self.env, self.days(level.deadline_days), lang_code=lang
                        ),
                        format_date(self.env, self.today, lang_code=lang),
                        "FR7630004000031234567890143",
                        self.env.user.name,
                    ):
                        self.assertIn(value, text)

    def test_no_text_claims_what_is_not_due(self):
        """No fixed compensation nor fees: consumers and old invoices owe none."""
        for lang in ("en_US", "fr_FR"):
            for level in self.policies.level_ids.with_context(lang=lang):
                for text in (level.subject, level.body_html):
                    self.assertNotRegex(str(text or ""), r"40\s*(€|EUR)")
                    self.assertNotIn("frais de relance", str(text or ""))

    def test_a_pre_due_reminder_lists_what_comes_due(self):
        level = self.env.ref("credit_control.level_risky_pre_due")
        text = self.plain(self.preview(level))
        self.assertIn("99.00", text)

    # === PREVIEW === #
    def test_the_preview_keeps_nothing(self):
        before = self.env["dunning.notice"].search_count([])
        self.preview(self.written_levels()[0])
        self.assertEqual(self.env["dunning.notice"].search_count([]), before)

    def test_the_preview_finds_a_customer(self):
        level = self.env.ref("credit_control.level_standard_courteous")
        action = level.action_preview()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertTrue(wizard.profile_id)
        self.assertTrue(wizard.subject)
        wizard.action_next_level()
        self.assertEqual(
            wizard.level_id, self.env.ref("credit_control.level_standard_second")
        )

    def test_the_preview_says_what_is_missing(self):
        policy = self.make_policy([{"body_html": "<p>{{ collector_phone }}</p>"}])
        self.env.company.phone = False
        self.env.user.phone = False
        preview = self.preview(policy.level_ids)
        self.assertIn("collector_phone", preview.problem)
        self.assertFalse(preview.body)

    def test_the_preview_wants_an_open_invoice(self):
        level = self.env.ref("credit_control.level_standard_courteous")
        self.profile = self.make_profile(self.make_customer("Paid up"))
        self.assertIn("no open invoice", self.preview(level).problem)

    def test_who_previews(self):
        self.make_users()
        level = self.env.ref("credit_control.level_standard_courteous")
        self.profile.user_id = self.collector
        for user in (self.collector, self.manager, self.auditor):
            action = level.with_user(user).action_preview()
            preview = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(preview.profile_id, self.profile)
            self.assertTrue(preview.body, user.login)
        stranger = self.make_profile(self.make_customer("Of somebody else"))
        stranger.user_id = self.manager
        preview = (
            preview.with_user(self.collector)
            .sudo(False)
            .create(
                {
                    "policy_id": level.policy_id.id,
                    "level_id": level.id,
                    "profile_id": stranger.id,
                }
            )
        )
        with self.assertRaises(AccessError):
            preview.action_show()

    # === AMOUNTS AND DATES === #
    def test_amounts_are_those_of_the_language(self):
        """Written as Odoo writes them, whatever the grouping of the language."""
        currency = self.env.company.currency_id
        cases = ("en_US", "[3,0]"), ("fr_FR", "[3,0]"), ("en_US", "[3,2,0]")
        for code, grouping in cases:
            lang = self.env["res.lang"]._lang_get(code)
            lang.grouping = grouping
            writer = _Writer(self.env, code)
            for amount in (0, -0.0, 1, -12.5, 999.99, 1000, -1234567.891):
                with self.subTest(code=code, grouping=grouping, amount=amount):
                    number = lang.format("%.2f", amount + 0.0, True)
                    number = number.replace(" ", "\N{NO-BREAK SPACE}")
                    number = number.replace("-", "\N{MINUS SIGN}")
                    self.assertIn(number, writer.money(amount, currency))
            self.assertEqual(writer.date(False), "")

    # === HELP === #
    def test_the_help_names_every_placeholder(self):
        arch = self.env.ref("credit_control.dunning_level_view_form").arch_db
        listed = arch.split('name="placeholders"')[1].split("</p>")[0]
        self.assertEqual(set(re.findall(r"\{\{ (\w+)", listed)), set(NAMES))
