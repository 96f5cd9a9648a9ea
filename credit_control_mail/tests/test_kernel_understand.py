from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.intents import INTENTS, REASONS, is_pausing
from ..tools.mime import parse
from ..tools.references import Item
from ..tools.text import split_reply
from ..tools.understand import understand
from ..tools.units import units_of

BASE = date(2026, 3, 11)  # a Wednesday
ITEMS = (
    Item(
        key="1",
        name="FA/2026/00123",
        date=date(2026, 1, 15),
        due=date(2026, 2, 14),
        amount=Decimal("1250.50"),
        residual=Decimal("1250.50"),
        currency="EUR",
    ),
    Item(
        key="2",
        name="FA/2026/00456",
        date=date(2026, 1, 25),
        due=date(2026, 2, 24),
        amount=Decimal("99.00"),
        residual=Decimal("99.00"),
        currency="EUR",
    ),
)
# text, intents that it has, intents that it must not have
TRAPS = (
    ("La facture n'a pas encore été réglée.", {"delay"}, {"already_paid"}),
    ("Elle ne sera pas payée avant le 30 mars.", {"delay"}, {"promise"}),
    ("Nous ne contestons pas, paiement vendredi.", {"promise"}, {"dispute"}),
    ("We will not pay until the goods are replaced.", {"dispute"}, {"promise"}),
    ("We do not dispute it and will pay on Friday.", {"promise"}, {"dispute"}),
    ("It has not been paid yet, sorry.", {"delay"}, {"already_paid"}),
    ("OK", {"acknowledgement"}, {"promise"}),
    ("Merci, bien reçu.", {"acknowledgement"}, {"already_paid"}),
    ("Payé.", {"already_paid"}, {"promise"}),
    ("Paid yesterday", {"already_paid"}, {"promise"}),
    ("Bonjour, will be paid next Friday, merci.", {"promise"}, {"already_paid"}),
    ("Nous vous paierons quand notre client nous paiera.", {"delay"}, {"promise"}),
    ("Nous réglerons dès que la facture sera corrigée.", {"dispute"}, {"delay"}),
    ("Sur quel compte faut-il virer ?", {"payment_question"}, {"bank_change"}),
    ("Merci de nous envoyer votre RIB.", {"document_request"}, {"bank_change"}),
    ("Notre RIB a changé, voici le nouveau.", {"bank_change"}, {"document_request"}),
    ("La société est en liquidation judiciaire.", {"insolvency"}, {"delay"}),
    ("Notre avocat vous répondra.", {"legal"}, {"promise"}),
    ("Je ne travaille plus dans cette société.", {"contact_change"}, {"auto_reply"}),
    ("Supprimez mes données personnelles.", {"privacy"}, {"dispute"}),
)
SAYINGS = (
    "Nous contestons cette facture, le prix est faux.",
    "La facture sera payée vendredi prochain.",
    "Déjà réglé par virement le 3 mars.",
    "Could you please send me a copy of the invoice?",
    "We went into administration last month.",
    "Pourrions-nous payer en trois fois ?",
)
REMINDER = (
    "\n\nLe mer. 11 mars 2026 à 09:12, Recouvrement <compta@nous.example> a écrit :\n"
    "> Bonjour,\n> Votre facture FA/2026/00123 est impayée. Si vous l'avez déjà réglée,"
    "\n> merci d'ignorer ce message. En cas de litige, notre avocat sera saisi.\n"
)
SIGNATURE = "\n\nCordialement,\n\n-- \nAnne Leroy\nComptable\nTél. 01 23 45 67 89\n"


def read(text, items=ITEMS, subject="Re: Relance", **options):
    """Return the findings of a text that came on the base day."""
    own = split_reply(text, subject).own
    return understand(None, subject, own, BASE, items, currency="EUR", **options)


def intents(text, **options):
    """Return the codes that a text has."""
    return {finding.intent for finding in read(text, **options)}


@tagged("credit_control", "credit_control_kernel")
class TestUnderstand(BaseCase):
    """What a message wants, with its day, invoices and words."""

    def test_traps(self):
        for text, wanted, unwanted in TRAPS:
            with self.subTest(text=text):
                found = intents(text)
                self.assertTrue(wanted <= found, (text, found))
                self.assertFalse(unwanted & found, (text, found))

    def test_what_surrounds_the_words_changes_nothing(self):
        for text in SAYINGS:
            plain = intents(text)
            with self.subTest(text=text):
                self.assertTrue(plain)
                self.assertEqual(plain, intents(text + REMINDER))
                self.assertEqual(plain, intents(text + SIGNATURE))
                self.assertEqual(plain, intents(text.upper()))
                self.assertEqual(plain, intents("Bonjour,\n\n" + text))

    def test_day_invoice_and_words_of_a_promise(self):
        (found,) = read("La facture FA/2026/00123 sera payée vendredi.")
        self.assertEqual(found.intent, "promise")
        self.assertEqual(found.date, date(2026, 3, 13))
        self.assertEqual(found.keys, ("1",))
        self.assertEqual(found.source, "model")
        self.assertTrue(found.explanation)

    def test_two_days_for_two_invoices(self):
        found = read("FA/2026/00123 sera payée vendredi et FA/2026/00456 fin de mois.")
        promised = {one.keys: one.date for one in found if one.intent == "promise"}
        self.assertEqual(
            promised, {("1",): date(2026, 3, 13), ("2",): date(2026, 3, 31)}
        )

    def test_one_contested_and_one_paid(self):
        found = read(
            "Nous contestons FA/2026/00123, il manque deux palettes. "
            "FA/2026/00456 a été réglée par virement le 3 mars."
        )
        keys = {one.intent: one.keys for one in found}
        self.assertEqual(keys["dispute"], ("1",))
        self.assertEqual(keys["already_paid"], ("2",))
        reasons = {one.intent: one.reason for one in found}
        self.assertEqual(reasons["dispute"], "quantity")

    def test_the_only_open_invoice_is_meant(self):
        (found,) = read("La facture sera payée vendredi.", items=ITEMS[:1])
        self.assertEqual(found.keys, ("1",))
        (found,) = read("La facture sera payée vendredi.")
        self.assertEqual(found.keys, ())

    def test_the_bare_end_of_a_number(self):
        (found,) = read("La 123 sera payée vendredi.")
        self.assertEqual(found.keys, ("1",))
        (found,) = read("The 456 will be paid on Friday.")
        self.assertEqual(found.keys, ("2",))
        short = (ITEMS[0]._replace(name="S-7"), ITEMS[1]._replace(name="S-12"))
        (found,) = read("La 7 sera payée vendredi.", items=short)
        self.assertEqual(found.keys, ("1",))
        (found,) = read("Elle sera payée le 12 ou dans 7 jours.", items=short)
        self.assertEqual(found.keys, ())

    def test_paid_since_a_day(self):
        (found,) = read("La facture FA/2026/00123 est payée depuis le 27 février.")
        self.assertEqual(
            (found.intent, found.date), ("already_paid", date(2026, 2, 27))
        )

    def test_a_day_that_is_over_is_no_promise(self):
        for finding in read("Le virement du 3 mars a été effectué, déjà payé."):
            self.assertNotEqual(finding.intent, "promise")
        for finding in read("Le paiement sera fait, facture du 15 janvier."):
            if finding.date:
                self.assertGreaterEqual(finding.date, BASE)

    def test_the_day_on_which_money_goes(self):
        """Not the day it was entered, nor one on which nobody is there."""
        for text, day in (
            ("Saisi aujourd'hui, le virement partira le 19/03.", 19),
            ("Closed on Monday, so payment will go on Tuesday.", 17),
            ("La facture de mars sera payée le 20.", 20),
            ("Not this Thursday, payment will go out on Friday.", 13),
        ):
            with self.subTest(text=text):
                days = {found.date for found in read(text) if found.date}
                self.assertEqual(days, {date(2026, 3, day)})

    def test_thanks_alone(self):
        self.assertEqual(
            intents("Merci pour ces précisions, bon week-end."), {"acknowledgement"}
        )

    def test_a_question_for_instalments_promises_nothing(self):
        found = intents("Puis-je vous régler 500 € vendredi et le reste en deux fois ?")
        self.assertEqual(found, {"plan_request"})

    def test_a_new_account_is_no_new_contact(self):
        found = intents("Nos coordonnées bancaires changent, nouveau RIB ci-joint.")
        self.assertIn("bank_change", found)
        self.assertNotIn("contact_change", found)

    def test_instalments(self):
        (found,) = read("Pourrions-nous payer en trois fois ?")
        self.assertEqual((found.intent, found.instalments), ("plan_request", 3))
        (found,) = read("Could we pay in 4 instalments please?")
        self.assertEqual(found.instalments, 4)

    def test_absence(self):
        text = (
            "Je suis absent du bureau jusqu'au 20 mars. Nos fournisseurs sont payés "
            "le 30. En mon absence, contactez Jean Petit (j.petit@client.example), "
            "01 23 45 67 89."
        )
        found = read(text, subject="Réponse automatique : Relance")
        absence = found[0]
        self.assertEqual(absence.intent, "auto_reply")
        self.assertEqual(absence.source, "header")
        self.assertEqual(absence.return_date, date(2026, 3, 21))
        self.assertEqual(
            absence.deputy,
            ("Jean Petit", "j.petit@client.example", "01 23 45 67 89"),
        )
        self.assertNotIn("promise", {one.intent for one in found})
        self.assertNotIn("delay", {one.intent for one in found})

    def test_contact(self):
        found = read("Merci d'écrire désormais à Mme Rose Faure, rose@client.example.")
        contact = next(one.contact for one in found if one.intent == "contact_change")
        self.assertEqual(contact.email, "rose@client.example")

    def test_nothing_is_sure(self):
        self.assertEqual(read(""), [])
        self.assertEqual(understand(None, None, None, BASE), [])
        self.assertTrue(is_pausing(intents("xyzzy plugh")) in (True, False))


@tagged("credit_control", "credit_control_kernel")
class TestTaught(BaseCase):
    """What a person taught in this database."""

    def test_a_phrase_decides(self):
        text = "The usual monthly thing, as discussed."
        phrases = {"usual monthly thing": "promise"}
        (found,) = read(text, phrases=phrases)
        self.assertEqual((found.intent, found.source), ("promise", "rule"))
        self.assertEqual(found.explanation, ["a person said so of these words"])
        self.assertNotEqual(intents("An unusual thing.", phrases=phrases), {"promise"})

    def test_an_unknown_code_decides_nothing(self):
        self.assertTrue(intents("Payé hier.", phrases={"payé hier": "no_such"}))

    def test_weights_are_added(self):
        text = "Nous contestons cette facture."
        self.assertIn("dispute", intents(text))
        delta = {"dispute": {"w:contestons": -99.0, "k:contest": -99.0}}
        self.assertNotIn("dispute", intents(text, weights=delta))


@tagged("credit_control", "credit_control_kernel")
class TestAnyText(BaseCase):
    """Whatever comes, nothing is raised and every quotation is one."""

    def assertSound(self, text, findings):
        """Assert that findings are well formed."""
        for found in findings:
            self.assertIn(found.intent, INTENTS)
            self.assertTrue(0 <= found.confidence <= 1)
            self.assertEqual(text[found.start : found.end], found.evidence)
            self.assertIn(found.reason, (None, *REASONS))
            self.assertTrue(set(found.keys) <= {"1", "2"})

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=400))
    def test_any_text(self, text):
        self.assertSound(text, understand(None, text, text, BASE, ITEMS, "EUR"))

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [*SAYINGS, *(row[0] for row in TRAPS), "FA/2026/00123", "le 15", "?"]
            ),
            max_size=6,
        ),
        st.sampled_from([" ", "\n", "\n\n", ", ", " - "]),
    )
    def test_any_mixture(self, parts, joint):
        text = joint.join(parts)
        self.assertSound(text, understand(None, "", text, BASE, ITEMS, "EUR"))
        for unit in units_of(text):
            self.assertEqual(text[unit.start : unit.end], unit.text)

    def test_sums_and_days_are_not_cut(self):
        for text in (
            "Nous vous réglerons 1.250 euros vendredi 12.03.2026 sans faute.",
            "We will pay 1,250.00 on 5 June, 2026 as agreed.",
            "We paid 500 on Monday, 300 EUR today, and 4,000.00 tomorrow.",
        ):
            self.assertEqual([unit.text for unit in units_of(text)], [text])

    @settings(max_examples=40, deadline=None)
    @given(st.binary(max_size=600))
    def test_any_bytes(self, raw):
        mail = parse(raw)
        own = split_reply(mail.text or "", mail.subject or "").own
        self.assertSound(own, understand(mail, mail.subject, own, BASE, ITEMS, "EUR"))
