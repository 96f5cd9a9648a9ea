from odoo.tests import BaseCase, tagged

from ..report.qr_code import qr_code_svg
from ..tools.epc import is_iban, transfer_payload


@tagged("credit_control", "credit_control_kernel")
class TestEpc(BaseCase):
    """The transfer of a letter, as banking applications read it."""

    def test_iban(self):
        for good in ("FR76 3000 6000 0112 3456 7890 189", "DE89370400440532013000"):
            self.assertTrue(is_iban(good))
        for bad in ("FR76 3000 6000 0112 3456 7890 188", "123456", "", None):
            self.assertFalse(is_iban(bad))

    def test_payload(self):
        text = transfer_payload(
            "Müller GmbH", "DE89 3704 0044 0532 0130 00", 12.3, "INV 1\nINV 2"
        )
        self.assertEqual(
            text.split("\n"),
            [
                "BCD",
                "002",
                "1",
                "SCT",
                "",
                "Müller GmbH",
                "DE89370400440532013000",
                "EUR12.30",
                "",
                "",
                "INV 1 INV 2",
            ],
        )

    def test_structured_reference(self):
        text = transfer_payload(
            "A", "DE89370400440532013000", 1, "RF18 5390 0754 7034", is_structured=True
        )
        self.assertEqual(text.split("\n")[-2:], ["RF18539007547034", ""])

    def test_limits(self):
        text = transfer_payload("N" * 99, "DE89370400440532013000", 1, "r" * 999)
        lines = text.split("\n")
        self.assertEqual((len(lines[5]), len(lines[10])), (70, 140))

    def test_drawing_is_a_square_of_modules(self):
        svg = qr_code_svg("BCD")
        self.assertTrue(svg.startswith("<svg"))
        # the finder pattern: seven dark modules at the top left corner
        self.assertIn('d="M0 0h7v1h-7z', svg)
