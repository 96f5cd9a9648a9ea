import doctest
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools import month_first
from ..tools.contacts import find_contact, find_sender_left
from ..tools.finding import Finding
from ..tools.settling import settle

LEFT = """
Je ne fais plus partie de l'entreprise.
Je ne travaille plus chez Petit Transports.
J’ai quitté la société le mois dernier.
Je n'occupe plus ce poste.
I no longer work for this company.
Hello, I have left the company.
I don't work there any more.
I'm no longer responsible for payments.
Ich arbeite nicht mehr für dieses Unternehmen.
Ich habe die Firma verlassen.
Ich bin leider schon ausgeschieden.
"""
STAYED = """
M. Durand ne fait plus partie de l'entreprise.
Je ne suis plus au bureau aujourd'hui.
Je ne travaille pas le mercredi.
I no longer owe you anything.
I don't work on Fridays.
I left the invoice on your desk.
Ich bin nicht mehr im Büro.
Ich habe das Büro verlassen.
"""


@tagged("credit_control", "credit_control_kernel")
class TestSettling(BaseCase):
    """What findings of one message mean together."""

    def codes(self, findings, text=""):
        return [found.intent for found in settle(findings, text)]

    def test_examples(self):
        self.assertEqual(doctest.testmod(month_first).failed, 0)

    # === PLAN === #
    def test_one_plan_and_no_second_promise(self):
        [plan] = settle(
            [
                Finding("plan_request", 0.9, instalments=3),
                Finding("promise", 0.7, date=date(2026, 6, 30)),
            ],
            "",
        )
        self.assertEqual((plan.date, plan.instalments), (date(2026, 6, 30), 3))

    def test_parts_of_a_plan_are_one(self):
        days = [date(2026, month, 28) for month in (8, 6, 7)]
        [plan] = settle(
            [Finding("plan_request", 0.9, date=d, amount=Decimal(300)) for d in days],
            "",
        )
        self.assertEqual((plan.date, plan.instalments), (date(2026, 6, 28), 3))
        self.assertEqual(plan.amount, 900)

    def test_promise_of_other_invoices_stays(self):
        found = [
            Finding("plan_request", 0.9, keys=("1",)),
            Finding("promise", 0.7, date=date(2026, 6, 30), keys=("2",)),
        ]
        self.assertEqual(self.codes(found), ["plan_request", "promise"])
        self.assertIsNone(found[0].date)

    # === FRAUD === #
    def test_contact_beside_bank_details_is_not_proposed(self):
        found = [Finding("bank_change", 0.9), Finding("contact_change", 0.9)]
        self.assertEqual(self.codes(found, "I have left the company."), ["bank_change"])

    # === WHO LEFT === #
    def test_sender_who_left(self):
        for text in LEFT.strip().splitlines():
            with self.subTest(text=text):
                contact = find_contact(text)
                self.assertTrue(contact.is_sender)
                self.assertFalse(contact.name or contact.email or contact.left)
                [found] = settle([], text)
                self.assertEqual(found.intent, "contact_change")
                self.assertEqual(text[found.start : found.end], found.evidence)

    def test_sender_who_stays(self):
        for text in STAYED.strip().splitlines():
            with self.subTest(text=text):
                self.assertIsNone(find_sender_left(text))
                self.assertEqual(settle([], text), [])

    def test_who_left_is_not_waited_for(self):
        text = "Ich bin nicht mehr bei der Firma tätig."
        guess = Finding("auto_reply", 0.4)
        self.assertEqual(self.codes([guess], text), ["contact_change"])
        sure = Finding("auto_reply", 0.99, source="header")
        self.assertEqual(self.codes([sure], text), ["auto_reply", "contact_change"])

    def test_successor_of_the_sender(self):
        found = find_contact("I have left the company, write to Jane Roe, jane@x.com.")
        self.assertEqual((found.name, found.email), ("Jane Roe", "jane@x.com"))
        self.assertTrue(found.is_sender)
