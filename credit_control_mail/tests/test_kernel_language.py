import doctest

from odoo.tests import BaseCase, tagged

from ..tools import language
from ..tools.contacts import name_of_address
from ..tools.language import find_language

CASES = {
    "Bonjour, la facture sera réglée vendredi. Merci de votre patience.": "fr",
    "Hello, could you please send a copy of the invoice?": "en",
    "Sehr geehrte Damen und Herren, die Rechnung überweisen wir am Freitag.": "de",
    "OK": "",
    "": "",
    "INV/2026/00012 1 250,50 €": "",
    "\x00\ufffd" * 5000: "",
}
NAMES = {
    "paul.girard@x.fr": "Paul Girard",
    "jean-luc.petit@x.fr": "Jean-Luc Petit",
    "anne_roux@x.fr": "Anne Roux",
    "compta.nantes@x.fr": "",
    "accounts.payable@x.com": "",
    "service.clients@x.fr": "",
    "p.girard@x.fr": "",
    "info@x.fr": "",
    "": "",
}


@tagged("post_install", "-at_install")
class TestLanguage(BaseCase):
    """The language to answer in, and the name that an address spells out."""

    def test_languages(self):
        for text, code in CASES.items():
            self.assertEqual(find_language(text), code, text[:40])

    def test_names(self):
        for address, name in NAMES.items():
            self.assertEqual(name_of_address(address), name, address)

    def test_examples(self):
        self.assertFalse(doctest.testmod(language).failed)
