import base64
from pathlib import Path

from odoo.tests import tagged

from .receive_common import ReceiveCommon

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestReceiveFiles(ReceiveCommon):
    """Files and HTML of strangers can be looked at, and do nothing."""

    def test_dangerous_files_are_inert(self):
        page = b"<html><script>alert(1)</script></html>"
        files = [
            ("page.html", page, "text/html"),
            ("picture.svg", b"<svg onload='x()'/>", "image/svg+xml"),
            ("data.xml", b"<?xml version='1.0'?><a/>", "text/xml"),
            ("run.exe", b"MZ\x90\0", "application/x-msdownload"),
            ("script.js", b"alert(1)", "text/javascript"),
            ("invoice.pdf", page, "application/pdf"),
            ("trick.txt", page, "text/plain"),
            ("acts.pdf", b"%PDF-1.4 /OpenAction << /JS (x) >>", "application/pdf"),
        ]
        message = self.receive(self.make_mail(files=files))
        self.assertEqual(len(message.attachment_ids), len(files))
        for attachment in message.attachment_ids:
            with self.subTest(attachment.name):
                self.assertEqual(attachment.mimetype, "application/octet-stream")
                self.assertTrue(attachment.name.endswith(".blocked"))
                self.assertTrue(attachment.description)

    def test_harmless_files_keep_their_type(self):
        files = [
            ("scan.png", PIXEL, "image/png"),
            ("../../etc/list.csv", b"a;b\n1;2\n", "text/csv"),
            ("advice.pdf", b"%PDF-1.4 plain", "application/octet-stream"),
            ("bomb.zip", b"PK\x03\x04" + b"\0" * 100, "application/zip"),
        ]
        message = self.receive(self.make_mail(files=files))
        found = {one.name: one.mimetype for one in message.attachment_ids}
        self.assertEqual(
            found,
            {
                "scan.png": "image/png",
                "list.csv": "text/plain",
                "advice.pdf": "application/pdf",
                "bomb.zip": "application/octet-stream",
            },
        )
        advice = message.attachment_ids.filtered(lambda one: one.name == "advice.pdf")
        self.assertEqual(advice.raw, b"%PDF-1.4 plain")
        self.assertEqual(advice.with_user(self.manager).res_id, message.id)

    def test_file_torn_by_a_dying_process(self):
        """What a killed process wrote by half does not keep the mail out for ever."""
        raw = self.make_mail()
        files = self.env["ir.attachment"]
        checksum = files._compute_checksum(raw)
        path = Path(files._full_path(f"{checksum[:2]}/{checksum}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw[: len(raw) // 2])
        self.addCleanup(path.unlink, missing_ok=True)
        message = self.receive(raw)
        self.assertEqual(path.read_bytes(), raw)
        self.assertFalse(message.error)

    def test_mail_within_the_mail(self):
        inner = self.make_mail(text="Inner text", Subject="Inner")
        raw = (
            b"From: a@b.example\nMIME-Version: 1.0\n"
            b'Content-Type: multipart/mixed; boundary="B"\n\n--B\n\nOuter\n--B\n'
            b"Content-Type: message/rfc822\n\n" + inner + b"\n--B--\n"
        )
        message = self.receive(raw, model="credit.message")
        self.assertEqual(message.body_text.strip(), "Outer")
        self.assertEqual(message.attachment_ids.name, "Inner.eml")
        self.assertIn(b"Inner text", message.attachment_ids.raw)
        self.assertEqual(message.attachment_ids.mimetype, "application/octet-stream")

    def test_quiet_body_with_its_pictures(self):
        html = (
            '<p style="background:url(http://spy.example/1)">Hi'
            '<img src="http://spy.example/2.gif"><img src="cid:pic@x">'
            '<a href="javascript:x()">l</a></p><script>alert(1)</script>'
            '<table background="http://spy.example/3"><tr><td>x</td></tr></table>'
        )
        raw = self.make_mail(html=html, files=[("p.png", PIXEL, "image/png")])
        raw = raw.replace(
            b'Content-Disposition: attachment; filename="p.png"',
            b"Content-ID: <pic@x>\nContent-Disposition: inline",
        )
        message = self.receive(raw)
        self.assertFalse(message.attachment_ids)
        self.assertEqual(len(message.picture_ids), 1)
        body = message.body_html
        self.assertIn(f"/web/image/{message.picture_ids.id}", body)
        for word in ("spy.example", "script"):
            self.assertNotIn(word, body)

    # === WHO WROTE IT === #
    def test_sender_not_proven(self):
        for is_suspect, headers in (
            (False, {}),
            (True, {"Authentication_Results": "mx.us; dmarc=fail spf=pass"}),
            (True, {"Authentication_Results": "mx.us; spf=softfail dkim=none"}),
            (False, {"Authentication_Results": "mx.us; spf=fail dkim=pass"}),
            (True, {"Received_SPF": "Fail (mx.us: not allowed)"}),
            (True, {"From": "Boss <boss@company.example>"}),
            (
                False,
                {
                    "From": "Boss <boss@company.example>",
                    "Authentication_Results": "mx.us; dmarc=pass",
                },
            ),
            (True, {"From": '"info@mueller.example" <x@evil.example>'}),
            (True, {"From": None}),
        ):
            with self.subTest(str(headers)):
                message = self.receive(self.make_mail(**headers))
                self.assertEqual(message.is_suspect, is_suspect)

    def test_only_the_first_result_counts(self):
        raw = b"Authentication-Results: mx.us; dmarc=fail\n" + self.make_mail(
            Authentication_Results="mx.us; dmarc=pass"
        )
        self.assertTrue(self.receive(raw).is_suspect)
