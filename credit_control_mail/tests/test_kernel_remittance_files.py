"""Broken, hostile and enormous files get an answer, never an exception."""

import io
import struct
import zipfile
import zlib
from datetime import date

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase, tagged

from ..tools import remittance_binary, remittance_table
from ..tools.remittance import read_remittance
from ..tools.remittance_table import read_table

BASE = date(2026, 6, 15)
SHEET = "xl/worksheets/sheet1.xml"


def make_xlsx(rows=(("Facture", "Montant payé"), ("FA1001", 12.5))):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repack(content, change):
    """Return an archive whose parts are changed by ``change(name, bytes)``."""
    source = zipfile.ZipFile(io.BytesIO(content))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            target.writestr(part.filename, change(part.filename, source.read(part)))
    return stream.getvalue()


@tagged("credit_control", "credit_control_kernel")
class HostileFiles(BaseCase):
    def check_problem(self, content, problem):
        reading = read_table("file", content)
        self.assertEqual(reading.problem, problem)
        self.assertFalse(reading.tables)
        self.assertIn(reading.problem, remittance_table.PROBLEMS)

    def test_nothing_of_use(self):
        for content, problem in (
            (b"", "empty"),
            (b" \n\n", "empty"),
            (b"x" * (remittance_table.MAX_BYTES + 1), "too_large"),
            (b"%PDF-1.7 broken", "unreadable"),
            (b"PK\x03\x04 broken", "unreadable"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "unreadable"),
            (b"\x89PNG\r\n\x1a\n....", "picture"),
            (bytes(range(256)) * 10, "unknown"),
            (b"FA1;2\n" * (remittance_table.MAX_ROWS + 2), "too_many_rows"),
        ):
            with self.subTest(problem, content=content[:10]):
                self.check_problem(content, problem)

    def test_locked_spreadsheet(self):
        locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode(
            "utf-16-le"
        )
        self.check_problem(locked, "password")

    def test_archive_that_unpacks_to_too_much(self):
        huge = b"<x>" + b"0" * (remittance_binary.MAX_UNPACKED + 1)
        bomb = repack(make_xlsx(), lambda name, data: huge if name == SHEET else data)
        self.assertLess(len(bomb), remittance_table.MAX_BYTES)
        self.check_problem(bomb, "bomb")

    def test_entities_are_not_expanded(self):
        head = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        )
        bomb = repack(
            make_xlsx(),
            lambda name, data: (
                head + data.partition(b"?>")[2] if name == SHEET else data
            ),
        )
        self.check_problem(bomb, "bomb")
        html = (
            '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><table><tr><td>&f;'
        )
        cells = [
            cell
            for table in read_table("a.html", html.encode()).tables
            for row in table.rows
            for cell in row
        ]
        self.assertNotIn("root:", str(cells))

    def test_formulas_by_the_value_that_was_saved(self):
        content = make_xlsx([("Facture", "Montant payé"), ("FA1001", "=1+1")])
        reading = read_table("a.xlsx", content)
        # nobody computed it: there is no value
        self.assertEqual(reading.tables[0].rows[1], ["FA1001"])

    def test_sheet_that_lies_about_its_size(self):
        content = repack(
            make_xlsx(),
            lambda name, data: data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
        )
        reading = read_table("a.xlsx", content)
        self.assertEqual(reading.tables[0].rows[1], ["FA1001", 12.5])

    def test_pdf_that_unpacks_to_too_much(self):
        packed = zlib.compress(b"0 " * (remittance_binary.MEMORY // 2 + 1000), 9)
        parts = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
            + packed
            + b"\nendstream",
        ]
        content, places = b"%PDF-1.4\n", []
        for number, part in enumerate(parts, 1):
            places.append(len(content))
            content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
        start = len(content)
        content += b"xref\n0 5\n0000000000 65535 f \n"
        content += b"".join(b"%010d 00000 n \n" % place for place in places)
        content += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n" % start
        self.assertLess(len(content), remittance_table.MAX_BYTES)
        reading = read_table("a.pdf", content + b"%%EOF")
        self.assertIn(reading.problem, ("unreadable", "scan"))

    def test_pdf_without_text(self):
        stream = io.BytesIO()
        canvas = Canvas(stream)
        canvas.rect(10, 10, 50, 50)
        canvas.showPage()
        canvas.save()
        self.check_problem(stream.getvalue(), "scan")

    def test_pdf_with_columns(self):
        stream = io.BytesIO()
        canvas = Canvas(stream)
        canvas.setFont("Helvetica", 10)
        rows = [
            ("N° facture", "Date", "Montant brut", "Escompte", "Net payé"),
            ("FA/2026/00123", "15/01/2026", "1 250,50", "25,01", "1 225,49"),
            ("FA/2026/00124", "16/01/2026", "100,00", "", "100,00"),
            ("Total", "", "", "", "1 325,49"),
        ]
        canvas.drawString(50, 780, "Avis de virement n° VIR778")
        canvas.drawString(50, 765, "Date de paiement : 12/06/2026")
        for line, row in enumerate(rows):
            canvas.drawString(50, 700 - 20 * line, row[0])
            canvas.drawString(160, 700 - 20 * line, row[1])
            for column, text in enumerate(row[2:]):
                canvas.drawRightString(320 + 90 * column, 700 - 20 * line, text)
        canvas.save()
        reading = read_table("avis.pdf", stream.getvalue())
        found = read_remittance(reading.tables, "", BASE, "EUR")
        self.assertEqual(
            [(one.reference, str(one.discount), str(one.paid)) for one in found.lines],
            [("FA/2026/00123", "25.01", "1225.49"), ("FA/2026/00124", "0", "100.00")],
        )
        self.assertEqual(str(found.total), "1325.49")
        self.assertEqual(found.payment_date, date(2026, 6, 12))

    @settings(
        max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(st.binary(max_size=400), st.text(max_size=200))
    def test_any_text_is_read_without_exception(self, content, text):
        for data in (content, text.encode("utf-8", "ignore"), text.encode("utf-16")):
            if remittance_table.kind_of(data) in ("", "picture"):
                reading = read_table("file", data)
                read_remittance(reading.tables, text, BASE, "EUR")

    @settings(
        max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(st.integers(0, 4000), st.binary(min_size=1, max_size=30), st.booleans())
    def test_damaged_spreadsheets(self, place, noise, is_cut):
        content = make_xlsx()
        place %= len(content)
        damaged = content[:place] + noise + content[place + len(noise) :]
        reading = read_table("a.xlsx", content[:place] if is_cut else damaged)
        self.assertTrue(reading.tables or reading.problem)

    def test_old_format_that_lies(self):
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
        for size in (0, 1, 0xFFFF):
            body = struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, size, 6) + b"\xff" * 2000
            reading = read_table("a.xls", head + body)
            self.assertTrue(reading.problem)
