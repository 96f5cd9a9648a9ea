import doctest
from datetime import date

from odoo.tests import BaseCase, tagged

from ..tools import postal


@tagged("credit_control", "credit_control_kernel")
class TestPostal(BaseCase):
    """Numbers of registered letters, and the files of providers of post."""

    def test_examples(self):
        self.assertEqual(doctest.testmod(postal).failed, 0)

    def test_every_slip_of_one_digit_is_seen(self):
        good = "473124829"
        for place in range(9):
            for digit in "0123456789":
                number = f"RR{good[:place]}{digit}{good[place + 1 :]}GB"
                kind = "international" if digit == good[place] else "mistyped"
                with self.subTest(number=number):
                    self.assertEqual(postal.read_number(number)[0], kind)

    def test_files_of_three_countries(self):
        day = date(2026, 6, 9)
        for content, status in (
            ("reference,tracking number,status,date\nR,N,Delivered,2026-06-09", None),
            ("Votre référence;N° LRAR;Statut;Date\nR;N;Distribué;09/06/2026", None),
            (
                "Referenz\tSendungsnummer\tStatus\tDatum\nR\tN\tZugestellt\t9.6.2026",
                None,
            ),
            (
                "ref;number;etat;date\nR;N;Pli avisé et non réclamé;09/06/2026",
                "unclaimed",
            ),
            ("ref;number;status;date\nR;N;NPAI;09/06/2026 08:00", "returned"),
            ("ref;number;status;date\nR;N;Annahme verweigert;20260609", "refused"),
            ("ref;number;status;date\nR;N;Rejeté;09-06-2026", "failed"),
        ):
            for encoding in ("utf-8", "utf-8-sig", "cp1252"):
                with self.subTest(content=content, encoding=encoding):
                    [row] = postal.read_answers(content.encode(encoding))
                    self.assertEqual((row.reference, row.number), ("R", "N"))
                    self.assertEqual(row.status, status or "delivered")
                    self.assertEqual(row.date, day)

    def test_what_cannot_be_read_is_said(self):
        [row] = postal.read_answers(b"ref;status;date\nR;Teleported;yesterday")
        self.assertIsNone(row.status)
        self.assertEqual((row.word, row.bad_date), ("Teleported", "yesterday"))
        [row] = postal.read_answers(b"ref;status;date\n\n;;\nR")
        self.assertEqual((row.row, row.status, row.date), (3, "", None))
        for content, reason in ((b" \n", "empty"), (b"name;town\nA;B", "columns")):
            with self.assertRaisesRegex(ValueError, reason):
                postal.read_answers(content)
