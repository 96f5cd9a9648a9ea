import doctest
import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from odoo.tests import BaseCase, tagged

from ..report.dossier_xlsx import write_workbook
from ..tools import file_names
from ..tools.file_names import MAX_LENGTH, safe_file_name, unique_path


@tagged("credit_control", "credit_control_kernel")
class TestFileNames(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(file_names).failed, 0)

    @given(st.text(max_size=200))
    def test_every_name_is_safe(self, name):
        safe = safe_file_name(name)
        self.assertTrue(safe)
        self.assertLessEqual(len(safe), MAX_LENGTH + 6)
        self.assertFalse(set(safe) & set('/\\:*?"<>|\0\n'))
        self.assertNotIn("..", safe)
        self.assertNotIn(safe[0], " .")
        self.assertTrue(safe.isascii())

    @given(st.lists(st.sampled_from(["a/b.pdf", "a/B.pdf", "c", "a/b (2).pdf"])))
    def test_no_file_hides_another(self, paths):
        taken = set()
        found = [unique_path(path, taken).lower() for path in paths]
        self.assertEqual(len(found), len(set(found)))


@tagged("credit_control", "credit_control_kernel")
class TestWorkbook(BaseCase):
    def test_text_is_never_a_formula(self):
        book = write_workbook(
            [
                {
                    "name": "Claims [EUR]: a name that is far too long for a sheet",
                    "title": "Claims",
                    "columns": [("Document", "text"), ("Amount", "amount")],
                    "rows": [["=HYPERLINK(1)", 12.5], [None, 0.0]],
                    "totals": ["Total", 12.5],
                },
                {
                    "name": "Claims [EUR]: a name that is far too long for a sheet",
                    "title": "Again",
                    "columns": [("Document", "text")],
                    "rows": [],
                },
            ]
        )
        first, _second = load_workbook(io.BytesIO(book)).worksheets
        self.assertEqual(first["A4"].value, "=HYPERLINK(1)")
        self.assertEqual(first["A4"].data_type, "s")
        self.assertEqual(first["B4"].value, 12.5)
        self.assertEqual(first["B6"].value, 12.5)
