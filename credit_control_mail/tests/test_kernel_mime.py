import unittest
from datetime import datetime, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from ..tools import decoding, files, html_body, mime, sender
from .mail_mutations import make_corpus, make_samples, make_worst

TEXT = st.text(max_size=200)
# as PostgreSQL and XML take it
WRONG = {"\x00", *map(chr, range(0xD800, 0xE000))}


def strings(mail):
    """Yield every text of a mail."""
    yield from (mail.message_id, mail.in_reply_to, mail.from_address, mail.from_name)
    yield from (mail.subject, mail.text, mail.html, mail.reply_to)
    yield from mail.references + mail.to + mail.cc
    for values in mail.headers.values():
        yield from values
    for attachment in mail.attachments:
        yield from (attachment.name, attachment.content_type, attachment.content_id)


class TestMime(unittest.TestCase):
    def check(self, raw):
        """Read a mail, and check what holds for every one."""
        mail = mime.parse(raw)
        for text in strings(mail):
            self.assertIsInstance(text, str)
            self.assertFalse(WRONG & set(text))
        for line in (mail.subject, mail.from_name, mail.message_id):
            self.assertNotIn("\n", line)
        self.assertLessEqual(len(mail.text), mime.MAX_TEXT)
        self.assertLessEqual(len(mail.message_id), 500)
        for attachment in mail.attachments:
            self.assertTrue(attachment.name)
            self.assertFalse(set("/\\") & set(attachment.name))
            files.judge(attachment.name, attachment.content)
        sender.is_suspect(mail, {"company.example"})
        mime.is_automatic(mail), mime.thread_ids(mail), mime.recipients(mail)
        html_body.make_quiet(mail.html, {})
        head = mime.parse_head(raw)
        self.assertEqual(head.from_address, mail.from_address)
        return mail

    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=2000))
    def test_any_bytes(self, raw):
        self.check(raw)

    @settings(max_examples=100, deadline=None)
    @given(st.dictionaries(TEXT, TEXT, max_size=8), st.binary(max_size=500))
    def test_any_headers(self, headers, body):
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.check(head.encode("utf-8", "surrogatepass") + b"\r\n" + body)

    def test_corpus(self):
        for raw in make_corpus(400, seed=7):
            self.check(raw)

    def test_worst(self):
        for raw in make_worst():
            self.check(raw)
        deep = self.check(make_worst()[0])
        self.assertEqual(deep.text.strip(), "hello")

    # === WHAT IS READ RIGHT === #
    def test_good_mails(self):
        plain, rich, report = map(self.check, make_samples())
        self.assertEqual(plain.subject, "Réponse à votre relance")
        self.assertEqual(plain.from_name, "Jean Réné")
        self.assertEqual(plain.from_address, "jean@mueller.example")
        self.assertEqual(plain.to, ["credit@company.example"])
        self.assertEqual(plain.date, datetime(2026, 6, 10, 8, tzinfo=timezone.utc))
        self.assertIn("Nous paierons vendredi.", plain.text)
        self.assertEqual(rich.text.strip(), "Bonjour")
        names = [attachment.name for attachment in rich.attachments]
        self.assertEqual(names[0], "facture n°1.pdf")
        self.assertEqual(names[1], "Réponse à votre relance.eml")
        self.assertEqual(report.bounce.addresses, ["a@b.example"])
        self.assertTrue(report.bounce.is_permanent)
        self.assertEqual(mime.thread_ids(report), ["<x@y>"])
        self.assertTrue(mime.is_automatic(report))

    def test_charsets(self):
        for charset, said in (
            ("utf-8", "utf-8"),
            ("cp1252", "iso-8859-1"),
            ("utf-8", "us-ascii"),
            ("cp1252", "us-ascii"),
            ("utf-8", "nonsense"),
        ):
            raw = f"Content-Type: text/plain; charset={said}\n\n".encode()
            mail = self.check(raw + "payé à 100 €".encode(charset))
            self.assertEqual(mail.text, "payé à 100 €", said)

    def test_words_of_headers(self):
        for value, expected in (
            ("=?utf-8?q?Pay=C3=A9?=", "Payé"),
            ("=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=", "éé"),
            ("=?utf-8?b?4pw=?= =?utf-8?b?kw==?=", "✓"),
            ("a =?iso-8859-1?q?=E9?= b", "a é b"),
            ("=?utf-8?q?a=0D=0AX:_y?=", "a X: y"),
            ("=?unknown?q?abc?=", "abc"),
        ):
            self.assertEqual(decoding.decode_header(value), expected)

    def test_reports_in_words(self):
        for subject, text, is_permanent in (
            ("Undelivered Mail", "550 5.1.1 <a@b.example>: no such user", True),
            ("Delivery delayed: warning: message", "450 4.2.0 will keep trying", False),
            ("Mail delivery failed", "a@b.example could not be reached", True),
            ("Unzustellbar: Mahnung", "a@b.example 5.7.1 abgelehnt", True),
        ):
            raw = (
                f"From: Mailer-Daemon@mx.example\nTo: us@x.example\n"
                f"Subject: {subject}\n\n{text}\n\nMessage-ID: <our@x>\n"
            )
            bounce = self.check(raw.encode()).bounce
            self.assertEqual(bounce.is_permanent, is_permanent, subject)
            self.assertEqual(bounce.message_ids, ["<our@x>"])

    def test_no_report(self):
        raw = b"From: Jean <a@b.example>\nSubject: Undeliverable goods\n\n550 pieces"
        self.assertIsNone(self.check(raw).bounce)


class TestFiles(unittest.TestCase):
    @settings(max_examples=200, deadline=None)
    @given(TEXT, st.binary(max_size=300))
    def test_any_file(self, name, content):
        name = decoding.clean_name(name, "attachment.bin")
        self.assertTrue(name)
        verdict = files.judge(name, content)
        self.assertNotIn(verdict.mimetype, {"text/html", "image/svg+xml", "text/xml"})

    @settings(max_examples=100, deadline=None)
    @given(st.text(alphabet="<>/\"'= abcsrchrefonimgdivstyleurl():;&#x0", max_size=200))
    def test_any_html(self, body):
        quiet, _blocked = html_body.make_quiet(body, {})
        again, blocked = html_body.make_quiet(quiet, {})
        self.assertEqual(blocked, 0)
        self.assertNotIn("<script", again.lower())
