import io
import re

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open, html2plaintext
from odoo.tools.translate import trans_export

from .act_common import ActCommon

LANGS = ("en_US", "fr_FR", "de_DE", "es_ES", "it_IT", "nl_NL")
# what a customer reads: the answers, and the list of what is known of a person
READ = re.compile(r"mail\.template,(body_html|subject):credit_control_mail\.")
QUOTE = ("On %(day)s, %(sender)s wrote:", "your message")
INDEX = ("Folder", "Date", "From", "Subject", "Customer", "Understood as", "Files")
GREETING = {
    "en_US": "Hello",
    "fr_FR": "Bonjour",
    "de_DE": "Guten Tag",
    "es_ES": "Buenos días",
    "it_IT": "Buongiorno",
    "nl_NL": "Goedendag",
}
# words of each language that no text in another one has
TELLING = {
    "en_US": r"\b(you|your|and|we)\b",
    "fr_FR": r"\b(vous|votre|et|nous)\b",
    "de_DE": r"\b(Sie|Ihre|und|wir)\b",
    "es_ES": r"\b(mensaje|nosotros|Gracias)\b",
    "it_IT": r"\b(messaggio|Suo|Sua|Grazie)\b",
    "nl_NL": r"\b(bericht|uw|wij|Wij)\b",
}
CLOSING = {
    "en_US": "Kind regards",
    "fr_FR": "Cordialement",
    "de_DE": "Mit freundlichen Grüßen",
    "es_ES": "Un cordial saludo",
    "it_IT": "Cordiali saluti",
    "nl_NL": "Met vriendelijke groet",
}
FILES = ("de.po", "es.po", "fr.po", "it.po", "nl.po")


def read_terms(name):
    """Return the entries of a file of terms of the add-on, by their source."""
    with file_open(f"credit_control_mail/i18n/{name}") as file:
        return {entry.msgid: entry for entry in polib.pofile(file.read())}


@tagged("post_install", "-at_install")
class TestInboxTerms(TransactionCase):
    """The words of the inbox, in the languages of those who read them."""

    def test_french_is_complete(self):
        french = read_terms("fr.po")
        self.assertFalse([term for term, entry in french.items() if not entry.msgstr])
        self.assertEqual(set(read_terms("credit_control_mail.pot")), set(french))

    def test_no_term_is_forgotten(self):
        """What the code and the data say stands in the files of terms."""
        out = io.BytesIO()
        trans_export(False, ["credit_control_mail"], out, "po", self.env)
        # what an administrator changed in a template is his
        found = {
            entry.msgid
            for entry in polib.pofile(out.getvalue().decode())
            if not any(READ.search(place) for place, _line in entry.occurrences)
        }
        self.assertFalse(found - set(read_terms("credit_control_mail.pot")))

    def test_customers_read_their_language(self):
        read = {
            term
            for term, entry in read_terms("credit_control_mail.pot").items()
            if any(READ.search(place) for place, _line in entry.occurrences)
        }
        self.assertTrue(read)
        for name in FILES:
            entries = read_terms(name)
            with self.subTest(name=name):
                self.assertFalse(
                    {
                        term
                        for term in read | set(QUOTE) | set(INDEX)
                        if term not in entries or not entries[term].msgstr
                    }
                )

    def test_placeholders_stay(self):
        for name in FILES:
            for term, entry in read_terms(name).items():
                with self.subTest(name=name, term=term):
                    self.assertEqual(
                        sorted(re.findall(r"%\(\w+\)s|%s|\{\{.*?\}\}|<[^>]+>", term)),
                        sorted(
                            re.findall(
                                r"%\(\w+\)s|%s|\{\{.*?\}\}|<[^>]+>", entry.msgstr
                            )
                        ),
                    )

    def test_empty_screens_say_what_to_do(self):
        """Each screen of the menu that may be empty explains itself."""
        menus = self.env["ir.model.data"].search(
            [("module", "=", "credit_control_mail"), ("model", "=", "ir.ui.menu")]
        )
        menus = self.env["ir.ui.menu"].browse(menus.mapped("res_id"))
        actions = [menu.action for menu in menus if menu.action]
        windows = [one for one in actions if one._name == "ir.actions.act_window"]
        self.assertTrue(windows)
        for action in windows:
            if action.target != "new":
                self.assertTrue(action.help, action.name)


@tagged("post_install", "-at_install")
class TestAnswerTexts(ActCommon):
    """Answers read well in the language of the customer, whatever is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGS:
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["ir.module.module"]._load_module_terms(
            ["credit_control_mail"], list(LANGS[1:])
        )
        cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.env.company.partner_id.id,
                "acc_number": "FR7630006000011234567890189",
            }
        )
        intents = cls.env["credit.message"]._fields["intent"].selection
        cls.codes = [code for code, _label in intents]

    def write_answer(self, code, lang, has_documents=False, **found):
        """Return the text of the answer to a mail in ``lang`` that says ``code``."""
        self.clerk.lang = lang
        message = self.make_message({"intent": code, **found}, language=lang[:2])
        message = message.with_user(self.collector)
        lang = message._get_answer_lang()
        here = message.with_context(lang=lang)
        return lang, str(here._render_answer(message.intent_ids, has_documents))

    def check(self, lang, body, code):
        text = re.sub(r"\s+", " ", html2plaintext(body.split("<blockquote")[0]))
        for left in ("{{", "}}", "t-out", "t-if", "ctx[", "False", "None", "%("):
            self.assertNotIn(left, body.split("<blockquote")[0], (lang, code))
        self.assertNotRegex(text, r" ,|  |,,|\.\.|\( *\)", (lang, code))
        self.assertIn(GREETING[lang], text)
        self.assertIn(CLOSING[lang], text)
        for other in set(LANGS) - {lang}:
            self.assertNotIn(GREETING[other], text, (lang, code))
            self.assertNotRegex(text, TELLING[other], (lang, code))
        return text

    def test_every_answer_with_all_that_is_known(self):
        for lang in LANGS:
            for code in self.codes:
                used, body = self.write_answer(
                    code,
                    lang,
                    has_documents=True,
                    date=self.days(5),
                    amount=1250.5,
                    moves=self.invoice,
                )
                self.assertEqual(used, lang)
                text = self.check(lang, body, code)
                self.assertIn("Mme Petit", text)

    def test_every_answer_with_nothing_known(self):
        for lang in LANGS:
            for code in self.codes:
                used, body = self.write_answer(code, lang)
                self.assertEqual(used, lang)
                self.check(lang, body, code)

    def test_day_and_amount_as_the_customer_writes_them(self):
        for lang, day, amount in (
            ("en_US", "06/20/2026", "1,250.50"),
            ("fr_FR", "20/06/2026", "1 250,50"),
            ("de_DE", "20.06.2026", "1.250,50"),
            ("es_ES", "20/06/2026", "1.250,50"),
            ("it_IT", "20/06/2026", "1.250,50"),
            ("nl_NL", "20-06-2026", "1.250,50"),
        ):
            _used, body = self.write_answer(
                "promise", lang, date="2026-06-20", amount=1250.5, moves=self.invoice
            )
            text = re.sub(r"\s", " ", html2plaintext(body))
            self.assertIn(day, text, lang)
            self.assertIn(amount, text, lang)
            self.assertIn(self.invoice.name, text, lang)

    def test_the_quote_is_in_his_language(self):
        for lang, words in (
            ("en_US", "Mme Petit wrote:"),
            ("fr_FR", "Mme Petit a écrit"),
            ("de_DE", "schrieb Mme Petit:"),
            ("es_ES", "Mme Petit escribió:"),
            ("it_IT", "Mme Petit ha scritto:"),
            ("nl_NL", "schreef Mme Petit:"),
        ):
            _used, body = self.write_answer("other", lang)
            self.assertIn(words, html2plaintext(body), lang)

    def test_subjects(self):
        for lang, words in (
            ("en_US", "Re: your message"),
            ("fr_FR", "Re: votre message"),
            ("de_DE", "Re: Ihre Nachricht"),
            ("es_ES", "Re: su mensaje"),
            ("it_IT", "Re: il Suo messaggio"),
            ("nl_NL", "Re: uw bericht"),
        ):
            message = self.make_message("other", language=lang[:2], subject=False)
            draft = message._prepare_answer(message.intent_ids)
            self.assertEqual(draft["subject"], words)
