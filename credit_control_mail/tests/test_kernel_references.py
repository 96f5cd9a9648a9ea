import time
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.references import AMBIGUOUS, Item, find_references

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BASE = date(2026, 3, 11)
ITEMS = tuple(
    Item(str(place), name, "", day, due, Decimal(amount), Decimal(amount), "EUR")
    for place, (name, day, due, amount) in enumerate(
        (
            ("FA/2026/00123", date(2026, 1, 15), date(2026, 2, 14), "1250.50"),
            ("FA/2026/00124", date(2026, 1, 20), date(2026, 2, 19), "800"),
            ("FA/2026/00125", date(2026, 2, 3), date(2026, 3, 5), "99.90"),
            ("FA/2026/01126", date(2026, 2, 10), date(2026, 3, 12), "4000"),
        ),
        1,
    )
)
# text | keys, in order of the text; ? before those of an ambiguous one
CASES = """
FA/2026/00123 | 1
fa/2026/00123 | 1
FA 2026 00123 | 1
FA-2026-00123 | 1
FA-2026-123 | 1
FA.2026.00123 | 1
FA202600123 | 1
FA2600123 | 1
fa/26/123 | 1
202600123 | 1
2026/00123 | 1
FA00123 | 1
00123/2026 | 1
00123/26 | 1
n° 123 | 1
n°2026-00123 | 1
facture 123 | 1
FACTURE00123 | 1
facture (00123) | 1
la facture n° FA/2026/00123. | 1
Facture : FA/2026/00123, merci | 1
INV 123 | 1
Rechnung 123 | 1
#123 | 1
00123 | 1
1126 | 4
01126 | 4
factures 123, 124 et 125 | 1 2 3
factures 00123/00124 | 1 2
INV 123, 124 and 125 | 1 2 3
FA/2026/00123 FA/2026/00124 | 1 2
FA/2026/00123+00125 | 1 3
factures 00123 à 00125 | 1,2,3
from FA/2026/00123 to FA/2026/00125 | 1,2,3
FA/2026/00123 - FA/2026/00125 | 1,2,3
Facture\tFA/2026/00124\t800,00 | 2
les factures de janvier | 1,2
January invoices | 1,2
the invoices for January and February | 1,2,3,4
la facture de janvier | ?1,2
factures de février 2026 | 3,4
factures de février 2025 |
la facture du 15 janvier | 1
invoice dated 15/01/2026 | 1
Ihre Rechnung vom 15.01.2026 | 1
la facture échue le 14/02 | 1
échéance du 14/02 | 1
celle du 20 janvier | 2
la facture de 1 250,50 € | 1
the one for EUR 800.00 | 2
le virement de 6 150,40 € | 1,2,3,4
toutes les factures | 1,2,3,4
toutes vos factures échues | 1,2,3,4
all invoices | 1,2,3,4
all of them | 1,2,3,4
the whole account | 1,2,3,4
everything will be paid | 1,2,3,4
alle offenen Rechnungen | 1,2,3,4
l'ensemble des factures | 1,2,3,4
les 4 factures | 1,2,3,4
toutes les factures sauf FA/2026/00125 | 1,2,4
all except 123 | 2,3,4
everything but FA/2026/00124 | 1,3,4
alle Rechnungen außer 00123 | 2,3,4
factures 123 et 124, les deux seront payées | 1 2 1,2
both |
la plus ancienne | 1
the oldest invoice | 1
la dernière facture | 4
les deux premières | 1,2
the two oldest go out first | 1,2
die letzten beiden zahlen wir | 3,4
la troisième est bloquée | 3
Position zwei, bitte | 2
les deux dernières semaines |
la première relance |
die ersten zwei zahlen wir, die übrigen zwei nicht | 1,2 3,4
FA/2026/00123 part, les trois autres non | 1 2,3,4
alle vier | 1,2,3,4
FA/2026/00123 et les autres factures | 1 2,3,4
FA/2025/00123 |
AV/2026/00123 |
BL/2026/00123 |
commande 1126 |
PO 00123 |
bon de livraison 1126 |
00123/2025 |
123 |
en 2026 |
le 12 |
le 123 rue |
Tél 01 23 45 00 12 |
SIRET 123 456 789 00123 |
1 126,00 € |
11260 |
FA/2026/001234 |
XFA/2026/99999 |
FR76 3000 6000 0112 3456 7890 123 |
"""


def keys_of(found):
    """Return the keys in the notation of the table above."""
    return " ".join(
        ("?" if each.confidence <= AMBIGUOUS else "") + ",".join(each.keys)
        for each in found
    )


@tagged("credit_control", "credit_control_kernel")
class TestReferences(BaseCase):
    def test_forms(self):
        for line in CASES.strip().splitlines():
            text, expected = (each.strip() for each in line.rsplit("|", 1))
            for phrase in (text, f"Bonjour,\n{text} ok"):
                with self.subTest(phrase=phrase):
                    found = find_references(phrase, ITEMS, BASE)
                    self.assertEqual(keys_of(found), expected)

    def test_nothing_without_items(self):
        self.assertEqual(find_references("FA/2026/00123", [], BASE), [])

    def test_both_of_two(self):
        for phrase in ("both", "les deux", "beide", "the two invoices"):
            with self.subTest(phrase=phrase):
                found = find_references(phrase, ITEMS[:2], BASE)
                self.assertEqual(keys_of(found), "1,2")
        self.assertEqual(find_references("les deux mois", ITEMS[:2], BASE), [])

    def test_first_and_second_of_two(self):
        found = find_references(
            "La première est payée, la seconde suit", ITEMS[:2], BASE
        )
        self.assertEqual(keys_of(found), "1 2")
        found = find_references("FA/2026/00124 oui, l'autre non", ITEMS[:2], BASE)
        self.assertEqual(keys_of(found), "2 1")

    def test_same_number_in_two_years(self):
        items = [ITEMS[0], Item("old", "FA/2025/00123")]
        for phrase, expected in (
            ("FA/2026/00123", "1"),
            ("FA/2025/00123", "old"),
            ("25/00123", "old"),
            ("facture 00123", "?1,old"),
            ("la 123/2025", "old"),
        ):
            with self.subTest(phrase=phrase):
                found = find_references(phrase, items, BASE)
                self.assertEqual(keys_of(found), expected)

    def test_two_items_of_one_sum(self):
        fifty = Decimal(50)
        items = [
            Item("a", "F1001", amount=fifty, residual=fifty),
            Item("b", "F1002", amount=fifty, residual=fifty),
        ]
        self.assertEqual(find_references("paiement de 50,00 €", items, BASE), [])
        self.assertEqual(keys_of(find_references("soit 100,00 €", items, BASE)), "a,b")

    def test_an_amount_in_another_currency(self):
        self.assertEqual(find_references("USD 800.00", ITEMS, BASE), [])

    def test_other_number_of_the_item(self):
        items = [Item("a", "FA/2026/00123", "PO-7788")]
        found = find_references("our PO-7788", items, BASE)
        self.assertEqual(keys_of(found), "a")

    def test_names_without_marks(self):
        items = [Item("a", "40010772"), Item("b", "INV 7"), Item("c", "2026-6820")]
        for phrase, expected in (
            ("40010772 is in process. Thanks", "a"),
            ("0772", "a"),
            ("facture 7", "b"),
            ("7 jours", ""),
            ("6820", "c"),
            ("20266820", "c"),
        ):
            with self.subTest(phrase=phrase):
                found = find_references(phrase, items, BASE)
                self.assertEqual(keys_of(found), expected)


MANGLERS = (
    lambda prefix, year, number: f"{prefix}/{year}/{number:05d}",
    lambda prefix, year, number: f"{prefix.lower()}/{year}/{number:05d}",
    lambda prefix, year, number: f"{prefix} {year} {number:05d}",
    lambda prefix, year, number: f"{prefix}-{year}-{number:05d}",
    lambda prefix, year, number: f"{prefix}_{year}_{number:05d}",
    lambda prefix, year, number: f"{prefix}{year}{number:05d}",
    lambda prefix, year, number: f"{prefix}/{year}/{number}",
    lambda prefix, year, number: f"{prefix} n° {year}/{number:05d}",
    lambda prefix, year, number: f"{prefix}/{year % 100:02d}/{number:05d}",
    lambda prefix, year, number: f"{year}/{number:05d}",
    lambda prefix, year, number: f"facture {number:05d}/{year}",
    lambda prefix, year, number: f"{prefix} / {year} / {number:05d}",
)
NAMES = st.tuples(
    st.sampled_from(["FA", "INV", "VTE", "F"]),
    st.integers(2018, 2030),
    st.integers(1, 99_999),
)


@tagged("credit_control", "credit_control_kernel")
class TestReferenceProperties(BaseCase):
    @RELAXED
    @given(
        st.lists(NAMES, min_size=2, max_size=8, unique_by=lambda name: name[2]),
        st.sampled_from(MANGLERS),
        st.sampled_from(["{}", "La {} sera payée.", "({})", "Re: {} et merci"]),
    )
    def test_a_mangled_name_finds_its_item_and_no_other(self, names, mangle, frame):
        items = [
            Item(place, f"{prefix}/{year}/{number:05d}")
            for place, (prefix, year, number) in enumerate(names)
        ]
        found = find_references(frame.format(mangle(*names[0])), items, BASE)
        self.assertEqual([each.keys for each in found], [(0,)])
        self.assertGreater(found[0].confidence, 0.5)

    def test_a_number_with_zeros_is_no_year(self):
        items = [Item(1, "FA/2018/02019")]
        self.assertFalse(find_references("facture 02018/2019", items, BASE))
        self.assertTrue(find_references("facture 02019/2018", items, BASE))

    def test_a_year_before_a_short_number_is_no_number(self):
        items = [Item(1, "INV/2030/02024"), Item(2, "INV/2024/00004")]
        found = find_references("INV/2024/4", items, BASE)
        self.assertEqual([each.keys for each in found], [(2,)])
        self.assertFalse(find_references("INV/2024/4", items[:1], BASE))

    @RELAXED
    @given(NAMES, NAMES, st.sampled_from(MANGLERS))
    def test_the_name_of_a_stranger_finds_nothing(self, mine, other, mangle):
        assume(mine != other)
        assume(mine[2] != other[2] or mine[1] != other[1])
        # 2021/2024 and 24/2021 are read either way round: nobody can tell
        assume(mine[1] not in (other[2], 2000 + other[2]))
        items = [Item(1, "{}/{}/{:05d}".format(*mine))]
        found = find_references(mangle(*other), items, BASE)
        self.assertEqual([each for each in found if each.confidence > 0.5], [])

    @RELAXED
    @given(
        st.one_of(
            st.text(max_size=300),
            st.lists(
                st.sampled_from(
                    [
                        *"0123456789/-. ,\n",
                        "FA",
                        "2026",
                        "00123",
                        " sauf ",
                        " à ",
                        "les ",
                        "deux",
                        "facture ",
                        "toutes les factures ",
                        "janvier",
                        "1 250,50 €",
                    ]
                ),
                max_size=40,
            ).map("".join),
        )
    )
    def test_any_text_is_read(self, text):
        keys = {item.key for item in ITEMS}
        for each in find_references(text, ITEMS, BASE):
            self.assertEqual(text[each.start : each.end], each.text)
            self.assertLessEqual(set(each.keys), keys)
            self.assertEqual(len(set(each.keys)), len(each.keys))
            self.assertTrue(each.keys)

    def test_hostile_texts_cost_little(self):
        items = [
            Item(number, f"FA/2026/{number:05d}", date=BASE - timedelta(number))
            for number in range(1, 300)
        ]
        phrases = ("toutes les factures sauf ", "factures de janvier, ", "facture de ")
        for piece in (*phrases, "FA/2026/", "123 ", "FA/2026/00123, ", "€1", "1"):
            text = piece * (100_000 // len(piece))
            start = time.process_time()
            find_references(text, items, BASE)
            self.assertLess(time.process_time() - start, 10, piece)
