import doctest
import time
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import amounts
from ..tools.amounts import find_amounts

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# text | value | currency
WRITTEN = """
1 250,50 € | 1250.50 | EUR
1\u202f250,50 € | 1250.50 | EUR
1\u00a0250,50€ | 1250.50 | EUR
1.250,50 EUR | 1250.50 | EUR
€1,250.50 | 1250.50 | EUR
€ 1.250,50 | 1250.50 | EUR
1'250.50 CHF | 1250.50 | CHF
CHF 1’250.– | 1250 | CHF
Fr. 1'250.- | 1250 | CHF
1.250,-- € | 1250 | EUR
500,- EUR | 500 | EUR
1250€50 | 1250.50 | EUR
12k€ | 12000 | EUR
12 K€ | 12000 | EUR
12 KEUR | 12000 | EUR
1,2 M€ | 1200000 | EUR
1,2 million d'euros | 1200000 | EUR
2,5 Mio. EUR | 2500000 | EUR
3 mille euros | 3000 | EUR
mille euros | 1000 | EUR
deux mille euros | 2000 | EUR
ten thousand dollars | 10000 | USD
USD 3,400 | 3400 | USD
$1,000.00 | 1000 | USD
£500 | 500 | GBP
500 pounds | 500 | GBP
12 500 | 12500 | None
1.250 | 1250 | None
1,250 | 1250 | None
1 250,50 | 1250.50 | None
nous avons viré 850 euros | 850 | EUR
montant : 850 | 850 | None
a payment of 850 | 850 | None
700 this Friday | 700 | None
lundi 1000 | 1000 | None
un acompte de 30 € | 30 | EUR
0,250 € | 0.250 | EUR
1.234.567,89 EUR | 1234567.89 | EUR
1,234,567.89 USD | 1234567.89 | USD
-150,00 € | 150 | EUR
10 000€ TTC | 10000 | EUR
1 250 EUR.Merci | 1250 | EUR
facture de 99,90 | 99.90 | None
12.5k | 12500 | None
120 000 DKK | 120000 | DKK
"""
TRAPS = """
le 12.03.2026
le 15.04
12/03/2026
01 23 45 67 89
+33 1 23 45 67 89
0800 123 456
Tel: 555 123 456
FR76 3000 6000 0112 3456 7890 189
SIRET 123 456 789 00012
SIREN 123 456 789
FA/2026/00123
facture 12500
invoice no. 4512
commande 4500881
20 %
12,5 %
12 cartons
3 pallets
12 500 pièces
1 200 kg
60 jours
en 2026
à 12h30
à 10.30
12/24
20260315
petit123@x.fr
https://x.fr/1250.50/a
75009 Paris
"""


@tagged("credit_control", "credit_control_kernel")
class TestAmounts(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(amounts).failed, 0)

    def test_written_forms(self):
        for line in WRITTEN.strip().splitlines():
            text, value, currency = (each.strip() for each in line.split("|"))
            for phrase in (text, f"Nous avons reçu {text}, merci."):
                with self.subTest(phrase=phrase):
                    found = find_amounts(phrase)
                    self.assertEqual([each.value for each in found], [Decimal(value)])
                    self.assertEqual(str(found[0].currency), currency)

    def test_what_is_no_money(self):
        for phrase in TRAPS.strip().splitlines():
            with self.subTest(phrase=phrase):
                self.assertEqual(find_amounts(phrase), [])

    def test_several(self):
        for text, values in (
            ("100 € puis 200 €", [100, 200]),
            ("EUR 500 by Friday, EUR 300 later", [500, 300]),
            ("FA1\t1 250,00\t800,00", [1250, 800]),
            ("facture 00123 de 1 250,00 €", [1250]),
            ("2 x 500 €", [500]),
        ):
            with self.subTest(text=text):
                self.assertEqual([each.value for each in find_amounts(text)], values)

    def test_the_customers_currency_settles_doubt(self):
        self.assertEqual(find_amounts("$100", "CAD")[0].currency, "CAD")
        self.assertEqual(find_amounts("$100", "EUR")[0].currency, "USD")
        self.assertEqual(find_amounts("100 kr", "SEK")[0].currency, "SEK")
        self.assertIsNone(find_amounts("12 500", "EUR")[0].currency)


def grouped(value, mark, point):
    """Return a number with its thousands and decimals marked."""
    return f"{value:,.2f}".replace(",", "_").replace(".", point).replace("_", mark)


LOCALES = (
    lambda value: grouped(value, " ", ",") + " €",
    lambda value: grouped(value, "\u202f", ",") + " €",
    lambda value: grouped(value, "\u00a0", ",") + " EUR",
    lambda value: grouped(value, ".", ",") + " EUR",
    lambda value: "€" + grouped(value, ",", "."),
    lambda value: "$" + grouped(value, ",", "."),
    lambda value: "CHF " + grouped(value, "'", "."),
    lambda value: "CHF " + grouped(value, "’", "."),
    lambda value: grouped(value, "", ",") + "€",
    lambda value: "USD " + grouped(value, "", "."),
)
VALUES = st.integers(1, 10**10).map(lambda cents: Decimal(cents) / 100)
WORDS = st.lists(
    st.sampled_from(
        [*"0123456789.,' €$%kM/-:\n\tabc", " EUR ", "1 250,50", "CHF", " mille ", "²"]
    ),
    max_size=60,
).map("".join)


@tagged("credit_control", "credit_control_kernel")
class TestAmountProperties(BaseCase):
    @RELAXED
    @given(VALUES, st.sampled_from(LOCALES))
    def test_every_locale_is_read_again(self, value, write):
        for text in (write(value), f"Total: {write(value)}.", f"de {write(value)} ttc"):
            found = find_amounts(text)
            self.assertEqual([each.value for each in found], [value], text)
            self.assertIn(found[0].currency, ("EUR", "USD", "CHF"))

    @RELAXED
    @given(st.one_of(st.text(max_size=300), WORDS))
    def test_any_text_is_read(self, text):
        end = 0
        for each in find_amounts(text):
            self.assertEqual(text[each.start : each.end], each.text)
            self.assertGreaterEqual(each.value, 0)
            end = max(end, each.end)
        self.assertLessEqual(end, len(text))

    def test_hostile_texts_cost_little(self):
        for piece in ("1", "1 ", "1.", "€1", "123 ", " ", "1,000", "k€"):
            text = piece * (100_000 // len(piece))
            start = time.process_time()
            find_amounts(text)
            self.assertLess(time.process_time() - start, 10, piece)
