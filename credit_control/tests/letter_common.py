import io
import re
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .notice_common import NoticeCommon

IBAN = "FR7630006000011234567890189"
MM = 72 / 25.4  # points a millimetre


@tagged("credit_control")
class LetterCommon(NoticeCommon):
    """Letters printed by the real engine, read again from the PDF."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.euro = cls.quick_ref("base.EUR")
        cls.france = cls.quick_ref("base.fr")
        cls.company.partner_id.write(
            {
                "name": "Maison Lavalière SAS",
                "street": "14, rue des Petits-Champs",
                "street2": False,
                "zip": "75002",
                "city": "Paris",
                "state_id": False,
                "country_id": cls.france.id,
                "company_registry": "33417522100057",
                "phone": "+33 1 42 60 11 22",
            }
        )
        cls.env["res.partner.bank"].search(
            [("partner_id", "=", cls.company.partner_id.id)]
        ).action_archive()
        cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.company.partner_id.id}
        )
        cls.customer.write(cls.address("Königstraße 45", "70173", "Stuttgart", "de"))
        cls.level1.write({"send_email": False, "send_letter": True})
        cls.level3.write(
            {
                "send_email": False,
                "send_registered": True,
                "is_formal": True,
                "deadline_days": 10,
                "subject": "Formal notice to pay",
                "body_html": "<p>For goods delivered.</p>{{ table }}"
                "<p>Pay by {{ deadline_date }}, or we go to court.</p>",
            }
        )
        cls.make_profile(cls.customer, user_id=cls.collector.id)

    @classmethod
    def address(cls, street, postcode, town, country="fr"):
        """Return the values of a postal address."""
        return {
            "street": street,
            "zip": postcode,
            "city": town,
            "country_id": cls.quick_ref(f"base.{country}").id,
        }

    @classmethod
    def make_letter(cls, partner=None, count=3, level=None, currency=None, **line):
        """Return the ready delivery of a notice of ``count`` invented invoices."""
        partner = partner or cls.customer
        level = level or cls.level1
        notice = cls.make_notice(partner, level=level)
        cls.add_lines(notice, count, currency or cls.euro, **line)
        return (
            cls.env["dunning.delivery"]
            .sudo()
            .create(
                {
                    "notice_id": notice.id,
                    "channel": "registered" if level.send_registered else "letter",
                }
            )
        )

    @classmethod
    def add_lines(cls, notice, count, currency, **values):
        notice.line_ids = [
            Command.create(
                {
                    "company_id": notice.company_id.id,
                    "name": f"INV/{currency.name}/{number:05d}",
                    "kind": "claim",
                    "level_id": notice.level_id.id,
                    "currency_id": currency.id,
                    "date_invoice": cls.today - timedelta(days=60),
                    "date_due": cls.today - timedelta(days=30),
                    "days_overdue": 30,
                    "amount_total": 100 + number,
                    "amount_residual": 100 + number,
                    "amount_claimed": 100 + number,
                    **values,
                }
            )
            for number in range(1, count + 1)
        ]

    # === READING === #
    def print_letters(self, deliveries):
        """Validate, print and hand over without the queue; return the errors."""
        errors = deliveries._letter_validate()
        good = deliveries.filtered(lambda item: item not in errors)
        errors |= good._letter_render()
        good.filtered(lambda item: item not in errors)._letter_hand_over()
        return errors

    def pages(self, pdf):
        """Return the text of each page of a PDF (bytes, or a delivery with one)."""
        content = pdf if isinstance(pdf, bytes) else pdf.attachment_ids.raw
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        return [plain(page.extract_text()) for page in reader.pages]

    def text(self, pdf):
        return " ".join(self.pages(pdf))

    def place_of(self, delivery, words):
        """Return where ``words`` stand on the first page: mm from left and top."""
        found = []

        def visit(text, matrix, text_matrix, _font, _size):
            if text.strip().startswith(words):
                left = matrix[0] * text_matrix[4] + matrix[4]
                up = matrix[3] * text_matrix[5] + matrix[5]
                found.append((left / MM, 297 - up / MM))

        stream = io.BytesIO(delivery.attachment_ids.raw)
        page = PdfFileReader(stream, strict=False).pages[0]
        page.extract_text(visitor_text=visit)
        return found[0]


def plain(text):
    """Return ``text`` with plain spaces only."""
    return re.sub(r"\s+", " ", text)
