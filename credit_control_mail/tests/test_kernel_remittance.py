"""Any advice in any usual format and spelling is read back as it was written."""

import csv
import doctest
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import (
    remittance_html,
    remittance_match,
    remittance_reason,
    remittance_table,
    remittance_text,
    remittance_values,
    remittance_words,
)
from ..tools.remittance import read_remittance
from ..tools.remittance_table import (
    Reading,
    Table,
    read_mail,
    read_table,
)

MODULES = (
    remittance_html,
    remittance_match,
    remittance_reason,
    remittance_table,
    remittance_text,
    remittance_values,
    remittance_words,
)
BASE = date(2026, 6, 15)
LEDGER_PROGRAM = """
                       ZAHLUNGSAVIS
Auftraggeber: Müller Bau GmbH            Belegnummer: 2000012345
Zahlungsdatum 12.06.2026

Beleg       Ihre Rechnung   Datum       Bruttobetrag   Skonto   Nettobetrag
5100001234  RE/2026/0001    01.05.2026      1.190,00    23,80      1.166,20
5100001235  RE/2026/0002    02.05.2026        595,00     0,00        595,00
1700000012  GS/2026/0005    04.05.2026        119,00-    0,00        119,00-
            Kürzung wegen fehlender Menge
Summe                                       1.666,00    23,80      1.642,20
"""
HEADINGS = {
    "fr": ["Votre référence", "Date facture", "Montant TTC", "Escompte", "Net payé"],
    "en": ["Invoice no", "Invoice date", "Gross amount", "Discount", "Amount paid"],
    "de": ["Ihre Rechnung", "Belegdatum", "Bruttobetrag", "Skonto", "Zahlbetrag"],
}
TOTALS = {"fr": "Total", "en": "Total", "de": "Summe"}
cents = st.integers(1, 9_999_999).map(lambda value: Decimal(value) / 100)
names = st.one_of(
    st.integers(1, 99_999).map(lambda number: f"FA/2026/{number:05}"),
    st.integers(1, 9_999).map(lambda number: f"INV-26-{number:04}"),
    st.integers(10_000_000, 99_999_999).map(str),
)
days = st.dates(date(2025, 1, 1), date(2026, 6, 15))


@st.composite
def advices(draw):
    """Rows of reference, day, gross, discount and paid; some are credit notes."""
    rows = []
    for name in draw(st.lists(names, min_size=1, max_size=8, unique=True)):
        gross = draw(cents)
        discount = draw(st.sampled_from([Decimal(0), (gross / 50).quantize(gross)]))
        sign = draw(st.sampled_from([1, 1, 1, -1]))
        discount = discount if sign > 0 else Decimal(0)
        rows.append((name, draw(days), sign * gross, discount, sign * gross - discount))
    if sum(row[4] for row in rows) <= 0:
        rows = [(*row[:2], abs(row[2]), row[3], abs(row[2]) - row[3]) for row in rows]
    return rows


def write_sum(value, lang):
    """Return a sum as people write it in a language."""
    plain = f"{abs(value):,.2f}"
    if lang == "fr":
        plain = plain.replace(",", "\u202f").replace(".", ",")
    elif lang == "de":
        plain = plain.replace(",", "x").replace(".", ",").replace("x", ".")
    return (f"{plain}-" if lang == "de" else f"-{plain}") if value < 0 else plain


def write_day(day, lang):
    return day.strftime({"fr": "%d/%m/%Y", "en": "%Y-%m-%d", "de": "%d.%m.%Y"}[lang])


def as_texts(rows, lang):
    """Return the whole table as texts, with heading and total."""
    total = sum(row[4] for row in rows)
    return [
        HEADINGS[lang],
        *(
            [name, write_day(day, lang), *(write_sum(value, lang) for value in sums)]
            for name, day, *sums in rows
        ),
        [TOTALS[lang], "", "", "", write_sum(total, lang)],
    ]


@tagged("credit_control", "credit_control_kernel")
class RoundTrip(BaseCase):
    """What was written is what is read."""

    def check(self, rows, reading):
        self.assertFalse(reading.problem)
        found = read_remittance(reading.tables, "", BASE, "EUR")
        self.assertEqual(
            [(line.reference, line.date, line.gross, line.discount, line.paid)
             for line in found.lines],
            [tuple(row) for row in rows],
        )  # fmt: skip
        self.assertEqual(found.total, sum(row[4] for row in rows))
        self.assertFalse(found.wrong_totals)

    def test_more_credit_notes_than_invoices(self):
        rows = [
            (f"FA/2026/0000{number}", date(2026, 1, 1), paid, Decimal(0), paid)
            for number, paid in enumerate(map(Decimal, ("-5", "900", "-7")), 1)
        ]
        stream = io.StringIO()
        csv.writer(stream, delimiter=";").writerows(as_texts(rows, "fr"))
        self.check(rows, read_table("avis.csv", stream.getvalue().encode()))

    @settings(max_examples=60, deadline=None)
    @given(
        advices(),
        st.sampled_from(["fr", "en", "de"]),
        st.sampled_from([";", "\t", ",", "|"]),
        st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    )
    def test_csv(self, rows, lang, delimiter, encoding):
        stream = io.StringIO()
        csv.writer(stream, delimiter=delimiter).writerows(as_texts(rows, lang))
        text = stream.getvalue()
        if encoding == "cp1252":
            text = text.replace("\u202f", "\xa0")
        self.check(rows, read_table("avis.csv", text.encode(encoding)))

    @settings(max_examples=40, deadline=None)
    @given(advices(), st.sampled_from(["fr", "en", "de"]))
    def test_html(self, rows, lang):
        lines = "".join(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>"
            for row in as_texts(rows, lang)
        )
        html = f"<table><tr><td><table>{lines}</table></td></tr></table>"
        self.check(rows, read_mail("", html))

    @settings(max_examples=40, deadline=None)
    @given(advices(), st.sampled_from(["fr", "en", "de"]), st.booleans())
    def test_text_in_columns(self, rows, lang, to_the_right):
        table = as_texts(rows, lang)
        widths = [max(len(row[place]) for row in table) + 3 for place in range(5)]
        lines = []
        for row in table:
            cells = [row[0].ljust(widths[0]), row[1].ljust(widths[1])]
            for place in (2, 3, 4):
                text = row[place]
                width = widths[place]
                cells.append(text.rjust(width) if to_the_right else text.ljust(width))
            lines.append("".join(cells).rstrip())
        text = "Bonjour,\n\n" + "\n".join(lines) + "\n\nCordialement"
        self.check(rows, Reading(read_mail(text, "").tables))

    @settings(
        max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(advices(), st.sampled_from(["fr", "en", "de"]), st.booleans())
    def test_xlsx(self, rows, lang, as_text):
        book = openpyxl.Workbook()
        sheet = book.active
        table = as_texts(rows, lang)
        sheet.append(["Société : Petit"])
        sheet.append(table[0])
        for texts, (name, day, *sums) in zip(table[1:], rows, strict=False):
            typed = [name, datetime(day.year, day.month, day.day), *map(float, sums)]
            sheet.append(texts if as_text else typed)
        sheet.append(table[-1])
        stream = io.BytesIO()
        book.save(stream)
        self.check(rows, read_table("avis.xlsx", stream.getvalue()))

    @settings(
        max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(advices(), st.sampled_from(["fr", "en", "de"]))
    def test_xls(self, rows, lang):
        book = xlwt.Workbook()
        sheet = book.add_sheet("Avis")
        style = xlwt.easyxf(num_format_str="DD/MM/YYYY")
        for column, word in enumerate(HEADINGS[lang]):
            sheet.write(3, column, word)
        for number, (name, day, *sums) in enumerate(rows, 4):
            sheet.write(number, 0, name)
            sheet.write(number, 1, day, style)
            for column, value in enumerate(sums, 2):
                sheet.write(number, column, float(value))
        sheet.write(len(rows) + 4, 0, TOTALS[lang])
        sheet.write(len(rows) + 4, 4, float(sum(row[4] for row in rows)))
        stream = io.BytesIO()
        book.save(stream)
        self.check(rows, read_table("avis.xls", stream.getvalue()))

    @settings(max_examples=40, deadline=None)
    @given(advices(), st.randoms(use_true_random=False))
    def test_the_order_of_columns_says_nothing(self, rows, chance):
        table = as_texts(rows, "en")
        order = list(range(5))
        chance.shuffle(order)
        shuffled = [[row[place] for place in order] for row in table[:-1]]
        found = read_remittance([Table(shuffled)], "", BASE, "EUR")
        self.assertEqual(
            [(line.reference, line.paid) for line in found.lines],
            [(row[0], row[4]) for row in rows],
        )

    @settings(max_examples=40, deadline=None)
    @given(advices())
    def test_without_heading(self, rows):
        table = [[name, write_day(day, "fr"), paid] for name, day, *_r, paid in rows]
        cells = [[name, day, float(paid) + 0.001] for name, day, paid in table]
        found = read_remittance([Table(cells)], "", BASE, "EUR")
        self.assertEqual([one.reference for one in found.lines], [r[0] for r in rows])
        for line, row in zip(found.lines, rows, strict=True):
            self.assertAlmostEqual(float(abs(line.paid)), float(abs(row[4])), 2)


@tagged("credit_control", "credit_control_kernel")
class Advice(BaseCase):
    """What advices are like besides."""

    def read(self, text, **options):
        return read_remittance(read_mail(text, "").tables, text, BASE, "EUR", **options)

    def test_list_in_a_mail(self):
        found = self.read(
            "Bonjour,\nvoici le détail de notre virement du 12/06/2026 :\n"
            "- FA/2026/00123 du 15/01/2026 : 1 250,50 €\n"
            "- FA/2026/00124 : 100,00 €\n- avoir AV/2026/7001 : 50,00 €\n"
            "Montant du virement : 1 300,50 EUR\nCordialement"
        )
        self.assertEqual(
            [(line.reference, str(line.paid)) for line in found.lines],
            [
                ("FA/2026/00123", "1250.50"),
                ("FA/2026/00124", "100.00"),
                ("AV/2026/7001", "-50.00"),
            ],
        )
        self.assertEqual(found.total, found.amount)
        self.assertEqual(found.payment_date, date(2026, 6, 12))

    def test_prose_is_no_advice(self):
        for text in (
            "Nous avons payé la facture FA/2026/00123 de 1 250,50 € hier par virement.",
            "Please send us invoice INV/2026/0007 again, we have 250.00 in our books.",
            "Votre relance du 12/06/2026 ne nous concerne pas.",
        ):
            self.assertFalse(self.read(text).lines, text)

    def test_advice_of_a_ledger_program(self):
        found = self.read(LEDGER_PROGRAM)
        self.assertEqual(found.payer, "Müller Bau GmbH")
        self.assertEqual(found.payment_reference, "2000012345")
        self.assertEqual(found.payment_date, date(2026, 6, 12))
        self.assertEqual(found.total, Decimal("1642.20"))
        self.assertEqual(found.amount, found.total)
        self.assertEqual(found.lines[0].discount, Decimal("23.80"))
        self.assertEqual(found.lines[0].others, ("5100001234",))
        self.assertIn("fehlender Menge", found.lines[2].text)

    def test_several_payments(self):
        found = self.read(
            "Payment number: 1001\nPayment date: 10/06/2026\n"
            "Invoice no      Amount paid\nINV/2026/0001     100.00\n"
            "INV/2026/0002     150.00\nTotal             250.00\n"
            "Payment number: 1002\nPayment date: 11/06/2026\n"
            "Invoice no      Amount paid\nINV/2026/0003     50.00\n"
            "Total             50.00\n"
        )
        self.assertEqual(found.total, Decimal(300))
        self.assertEqual(
            [line.payment_reference for line in found.lines], ["1001", "1001", "1002"]
        )
        self.assertEqual(found.payment_date, date(2026, 6, 11))

    def test_wrong_total_is_told(self):
        found = read_remittance(
            [
                Table(
                    [
                        ["Facture", "Montant payé"],
                        ["FA1234", "100,00"],
                        ["Sous-total", "90,00"],
                        ["FA1235", "50,00"],
                        ["Total", "150,00"],
                    ]
                )
            ]
        )
        self.assertEqual(found.total, Decimal(150))
        self.assertEqual(found.wrong_totals, [(Decimal(90), Decimal(100))])

    def test_ledger_of_the_payer(self):
        rows = [
            ["Date", "Pièce", "Libellé", "Débit", "Crédit"],
            ["15/01/2026", "FA/2026/00123", "Facture", None, "100,00"],
            ["16/01/2026", "AV/2026/00007", "Avoir", "20,00", None],
            [None, None, "Total", "20,00", "100,00"],
        ]
        found = read_remittance([Table(rows)], "", BASE, "EUR")
        self.assertEqual([line.paid for line in found.lines], [100, -20])
        self.assertEqual(found.total, 80)

    def test_unsigned_credit_notes_follow_the_total(self):
        rows = [["Type", "Document", "Montant"], ["Facture", "FA1001", "100,00"],
                ["Avoir", "AV1002", "30,00"]]  # fmt: skip
        for total, paid in (("70,00", -30), ("130,00", 30)):
            found = read_remittance([Table([*rows, ["Total", None, total]])])
            self.assertEqual(found.lines[1].paid, paid)

    def test_amount_with_a_discount_beside(self):
        rows = [["Invoice", "Amount", "Discount"], ["INV1001", "100.00", "2.00"]]
        found = read_remittance([Table([*rows, ["Total", "100.00", "2.00"]])])
        self.assertEqual(found.lines[0].paid, 100)
        found = read_remittance([Table(rows)], "Total paid: 98.00")
        self.assertEqual(found.lines[0].paid, 98)
        self.assertEqual(found.lines[0].gross, 100)

    def test_month_first_is_seen_in_the_column(self):
        rows = [["Invoice", "Date", "Amount paid"], ["INV1001", "02/03/2026", "1.00"],
                ["INV1002", "01/15/2026", "2.00"]]  # fmt: skip
        found = read_remittance([Table(rows)], "", BASE)
        self.assertEqual(found.lines[0].date, date(2026, 2, 3))

    def test_quoted_table_is_not_read(self):
        html = "<table><tr><td>FA/2026/00123</td><td>100,00</td></tr></table>"
        self.assertFalse(read_mail("Bonjour, payé.", html).tables[:-1])
        own = read_mail("FA/2026/00123   100,00", html)
        self.assertEqual(len(own.tables), 2)
        found = read_remittance(own.tables, "", BASE, "EUR")
        self.assertEqual(len(found.lines), 1)


@tagged("credit_control", "credit_control_kernel")
class Documented(BaseCase):
    """The examples of the documentation hold."""

    def test_examples(self):
        for module in MODULES:
            with self.subTest(module.__name__):
                self.assertEqual(doctest.testmod(module).failed, 0)
