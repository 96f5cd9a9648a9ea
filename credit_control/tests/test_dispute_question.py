import base64
import io
import re
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .test_dispute import DisputeCommon

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@tagged("post_install", "-at_install", "credit_control")
class TestQuestion(DisputeCommon, MailCommon):
    def ask(self, dispute, **values):
        wizard = self.env["credit.dispute.question"].with_user(self.collector)
        return wizard.create(
            {
                "dispute_id": dispute.id,
                "email": "anne@warehouse.example",
                "question": "Did we deliver?",
                **values,
            }
        ).action_send()

    def test_a_mail_with_a_link_and_a_note_without(self):
        dispute = self.dispute()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.ask(dispute)
        [mail] = self._mails
        self.assertEqual(mail["email_to"], ["anne@warehouse.example"])
        self.assertIn("Did we deliver?", mail["body"])
        link = dispute.link_ids
        self.assertIn(link.sudo().url, mail["body"])
        self.assertEqual(link.email, "anne@warehouse.example")
        note = dispute.message_ids[0]
        self.assertIn("Did we deliver?", note.body)
        messages = dispute.message_ids | self.profile.message_ids
        self.assertFalse(messages.filtered(lambda m: "/credit/link/" in m.body))

    def test_a_wrong_address_is_refused(self):
        dispute = self.dispute()
        for email in ("anne", "a@b@c", "a@x.example, b@x.example", " "):
            with self.assertRaisesRegex(UserError, "no e-mail address"):
                self.ask(dispute, email=email)

    def test_only_collectors_ask(self):
        dispute = self.dispute()
        for user in (self.auditor, self.sales_reader, self.accountant):
            with self.assertRaises(AccessError):
                dispute.with_user(user).action_ask()

    # === WHAT MAY COME IN === #
    def zip_named(self, name):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(name, "<x/>")
        return stream.getvalue()

    def test_what_is_taken(self):
        check = self.env["credit.dispute"]._check_answer
        for name, content in (
            ("a.pdf", PDF),
            ("A.PNG", PNG),
            ("a.docx", self.zip_named("word/document.xml")),
            ("a.xlsx", self.zip_named("xl/workbook.xml")),
        ):
            with self.subTest(name=name):
                self.assertIsNone(check("yes", [(name, content)]))

    def test_what_is_not_taken(self):
        check = self.env["credit.dispute"]._check_answer
        for name, content in (
            ("a.html", b"<html></html>"),
            ("a.pdf", b"<html><script>1</script></html>"),
            ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("a.exe", b"MZ\x90\x00"),
            ("a.pdf.exe", PDF),
            ("a.docx", self.zip_named("x.txt")),
            ("pdf", PDF),
        ):
            with self.subTest(name=name):
                self.assertIn("cannot be taken", check("yes", [(name, content)]))
        self.assertIn("Write an answer", check("  \n", []))
        self.assertIn("too long", check("x" * 10_001, []))
        self.assertIn("Too many", check("x", [("a.pdf", PDF)] * 6))
        large = PDF + b"0" * (10 * 1024 * 1024)
        self.assertIn("too large", check("x", [("a.pdf", large)]))


@tagged("post_install", "-at_install", "credit_control")
class TestQuestionPage(DisputeCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.env["credit.dispute"].create(
            {
                "profile_id": cls.profile.id,
                "move_id": cls.move.id,
                "amount": 400,
                "reason_id": cls.price.id,
                "note": SCRIPT,
            }
        )
        cls.link = cls.env["credit.link"]._issue(
            cls.record,
            "dispute_question",
            7,
            email="anne@warehouse.example",
            note=f"Did we deliver? {SCRIPT}",
        )
        cls.path = cls.link._path()

    def nonce(self, page):
        return re.search(r'name="nonce" value="(\w+)"', page.text)[1]

    def send(self, text, nonce, files=()):
        return self.url_open(
            self.path,
            data={"answer": text, "nonce": nonce},
            files=[("files", file) for file in files] or None,
        )

    def test_looking_changes_nothing_but_the_count(self):
        before = self.record.message_ids
        for _ in range(2):
            page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        self.assertNotIn("Set-Cookie", page.headers)
        for words in (self.move.name, "400.00", "1,000.00", self.price.name):
            self.assertIn(words, page.text)
        self.assertNotIn("<script>", page.text)
        self.assertNotIn("<img src=x", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.record.message_ids, before)
        self.assertEqual(self.link.use_count, 2)
        self.assertFalse(self.link.date_answer)

    def test_the_answer_arrives(self):
        nonce = self.nonce(self.url_open(self.path))
        page = self.send(
            f"Yes, on Monday.\nSee the slip {SCRIPT}",
            nonce,
            [("slip.pdf", PDF, "application/pdf"), ("../../x.png", PNG, "image/png")],
        )
        self.assertEqual(page.status_code, 200)
        self.assertIn("your answer has arrived", page.text)
        self.env.invalidate_all()
        message = self.record.message_ids[0]
        self.assertIn("Yes, on Monday.", message.body)
        self.assertNotIn("<script>", message.body)
        self.assertNotIn("<img", message.body)
        self.assertEqual(message.email_from, "anne@warehouse.example")
        self.assertEqual(
            sorted(message.attachment_ids.mapped("name")), ["slip.pdf", "x.png"]
        )
        self.assertTrue(message.is_internal or message.subtype_id.internal)
        self.assertEqual(self.record.activity_ids.user_id, self.record.user_id)
        self.assertTrue(self.link.date_answer)
        # the same form again, and one of nobody
        for wrong in (nonce, "", "x"):
            self.send("Twice", wrong)
        self.env.invalidate_all()
        self.assertEqual(self.record.message_ids[0], message)

    def test_what_is_wrong_is_said_and_the_text_stays(self):
        nonce = self.nonce(self.url_open(self.path))
        page = self.send("My words", nonce, [("x.html", b"<html/>", "text/html")])
        self.assertEqual(page.status_code, 422)
        self.assertIn("cannot be taken", page.text)
        self.assertIn("My words", page.text)
        self.assertEqual(self.nonce(page), nonce)
        page = self.send(" ", nonce)
        self.assertIn("Write an answer first", page.text)

    @mute_logger("odoo.http")
    def test_a_revoked_link_takes_no_answer(self):
        nonce = self.nonce(self.url_open(self.path))
        self.link.action_revoke()
        page = self.send("Too late", nonce)
        self.assertEqual(page.status_code, 404)
        self.assertFalse(
            self.record.message_ids.filtered(lambda m: "Too late" in (m.body or ""))
        )

    def test_the_invoice_is_read_by_the_link(self):
        page = self.url_open(f"{self.path}/invoice.pdf")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Content-Type"], "application/pdf")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
