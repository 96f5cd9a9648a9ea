import doctest
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import contacts
from ..tools.contacts import find_contact, find_emails, find_names, find_phones

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# text | name | e-mail | phone | role | who left
CASES = """
M. Durand n'est plus dans la société, merci de contacter Mme Petit (petit@x.fr, \
01 23 45 67 89) | Petit | petit@x.fr | 01 23 45 67 89 | | Durand
John Smith has left the company. Please contact accounts payable at ap@acme.com. \
| | ap@acme.com | | accounts_payable | John Smith
Merci de vous adresser à la comptabilité fournisseurs. | | | | accounts_payable |
Please send your reminders to our treasury department | | | | treasury |
Je ne suis pas la bonne personne, voyez avec Sophie Martin, responsable comptable : \
sophie.martin@acme.fr / 06 12 34 56 78 | Sophie Martin | sophie.martin@acme.fr \
| 06 12 34 56 78 | accounts_payable |
Herr Müller ist nicht mehr bei uns. Bitte wenden Sie sich an Frau Schmidt, \
schmidt@x.de | Schmidt | schmidt@x.de | | | Müller
Our new contact for invoices is Jane Doe <jane.doe@x.com>. \
| Jane Doe | jane.doe@x.com | | |
My colleague Bob is replaced by Alice Brown (alice@x.com) \
| Alice Brown | alice@x.com | | | Bob
Désormais les factures sont à envoyer à : factures@acme.fr \
| | factures@acme.fr | | accounts_payable |
Your new contact is Dervla Roche, +353 61 555 331. | Dervla Roche | \
| +353 61 555 331 | |
Contactez la direction : M. Jean de La Tour, direction@x.fr \
| Jean de La Tour | direction@x.fr | | management |
"""


@tagged("credit_control", "credit_control_kernel")
class TestContacts(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(contacts).failed, 0)

    def test_new_contacts(self):
        for line in CASES.strip().splitlines():
            text, *expected = (each.strip() for each in line.split("|"))
            with self.subTest(text=text):
                found = find_contact(text, "me@x.fr")
                self.assertEqual(
                    [found.name, found.email, found.phone, found.role_hint, found.left],
                    expected,
                )

    def test_no_contact(self):
        for text in ("Nous payons vendredi", "Bonjour, merci", "", "Thanks, noted."):
            with self.subTest(text=text):
                self.assertIsNone(find_contact(text, "me@x.fr"))

    def test_the_sender_is_no_new_contact(self):
        found = find_contact("Contactez-moi à Jean@X.fr", "jean@x.fr")
        self.assertEqual(found and found.email, None)

    def test_only_who_left(self):
        found = find_contact("Paul Martin a quitté la société.", "")
        self.assertEqual((found.left, found.email), ("Paul Martin", ""))

    def test_pieces(self):
        self.assertEqual(find_emails("a.b@x.fr, <C@y.com>.")[1][2], "c@y.com")
        self.assertEqual(find_emails("petit (at) x.fr")[0][2], "petit@x.fr")
        self.assertEqual(find_phones("le 12.03.2026 FA/2026/00123"), [])
        self.assertEqual(find_phones("Tél 01.23.45.67.89")[0][2], "01.23.45.67.89")
        self.assertEqual(
            [each[2] for each in find_names("Bonjour Madame, voyez Jean-Luc Petit")],
            ["Jean-Luc Petit"],
        )

    @RELAXED
    @given(st.text(max_size=300), st.text(max_size=20))
    def test_any_text_is_read(self, text, sender):
        found = find_contact(text, sender)
        if found:
            self.assertLessEqual(found.start, found.end)
            self.assertLessEqual(found.end, len(text))

    @RELAXED
    @given(
        st.sampled_from(["jean", "a.b", "compta-fr", "x_y", "o'neil"]),
        st.sampled_from(["x.fr", "ab-cd.co.uk", "mail.example.com"]),
        st.sampled_from(
            ["Contactez {}", "Please contact <{}>.", "E-Mail an {} senden"]
        ),
    )
    def test_every_address_is_read_again(self, local, domain, frame):
        address = f"{local}@{domain}"
        self.assertEqual(find_contact(frame.format(address), "").email, address)

    def test_hostile_texts_cost_little(self):
        for piece in ("a@", "a.b@c.", "Ab Cd ", "contactez ", "A ", "x", "0 "):
            text = piece * (100_000 // len(piece))
            start = time.process_time()
            find_contact(text, "")
            self.assertLess(time.process_time() - start, 10, piece)
