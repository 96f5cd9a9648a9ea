"""Hostile and malformed mails, made from a few good ones by chance with a seed."""

import base64
import random
from email.message import EmailMessage

CHARSETS = (
    b"utf-7",
    b"utf-16",
    b"punycode",
    b"x-unknown",
    b"",
    b"idna",
    b"big5",
    b"%s",
)
HEADERS = (
    b"Content-Type: text/plain; charset=\xff\xfe",
    b"Content-Type: multipart/mixed",
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Type: message/rfc822",
    b"Content-Type: */*",
    b"Content-Type: text/html; name*=utf-8''%E4%zz.html",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: x-uuencode",
    b'Content-Disposition: attachment; filename*0="a"; filename*9="../../b"',
    b"Date: Thu, 99 Foo 20266 99:99:99 +9999",
    b"Date: Mon, 01 Jan 0001 00:00:00 -2359",
    b"From: <>",
    b"From: " + b"(" * 3000,
    b'From: "\r\n a" <a@b.example>, c@d.example',
    b"To: undisclosed-recipients:;",
    b"Subject: =?utf-8?b?4pyT?= =?utf-8?q?=ZZ=?= =?x?y?z?=",
    b"Subject: =?utf-8?q?a=0D=0ABcc:_evil@x.example=00?=",
    b"Subject: \xff\xfe\x00\x01",
    b"Message-ID: <" + b"x" * 5000 + b"@y>",
    b"Message-ID: no brackets at all",
    b"In-Reply-To: " + b"<a@b>" * 500,
    b"References: " + b" ".join(b"<%d@x>" % number for number in range(900)),
    b"References: <1-loop-detection-bounce-email@x>",
    b"Return-Path: <>",
    b"Auto-Submitted: auto-replied",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=B",
    b"X-Failed-Recipients: \x00, a@b.example, ,,",
    b"Authentication-Results: " + b"((((" * 200 + b"dmarc=fail",
    b"no colon here",
    b": empty name",
    b" folded before anything",
)


def make_samples():
    """Return a few good mails, as bytes: plain, with files, a report."""
    plain = EmailMessage()
    plain["From"] = "Jean Réné <jean@mueller.example>"
    plain["To"] = "credit@company.example"
    plain["Subject"] = "Réponse à votre relance"
    plain["Message-ID"] = "<good@mueller.example>"
    plain["Date"] = "Wed, 10 Jun 2026 10:00:00 +0200"
    plain.set_content("Bonjour,\n\nNous paierons vendredi.\n\nCordialement\n")
    rich = EmailMessage()
    for name, value in plain.items():
        if name.lower() in ("from", "to", "subject", "message-id", "date"):
            rich[name] = value
    rich.set_content("Bonjour\n")
    rich.add_alternative("<p>Bonjour <img src='cid:a'></p>", subtype="html")
    rich.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf",
                        filename="facture n°1.pdf")  # fmt: skip
    rich.add_attachment(plain)
    report = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\n"
        b"To: bounce@company.example\r\nSubject: Undelivered\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n'
        b"\r\n--B\r\n\r\nSorry.\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--B\r\n"
        b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <x@y>\r\n\r\n--B--\r\n"
    )
    return [plain.as_bytes(), rich.as_bytes(), report]


def make_worst():
    """Return mails that are wrong in a way that chance would not find."""
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(100)
    )
    parts = b"".join(b"--B\r\nContent-Type: text/plain\r\n\r\n%d\r\n" % n
                     for n in range(1500))  # fmt: skip
    return [
        deep + b"\r\nhello",
        deep * 12 + b"\r\nhello",
        b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"hi",
        b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"Subject: z\r\n\r\nx",
        b"Subject: a\r\n" * 10_000 + b"\r\nx",
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + parts,
        b"Subject: long\r\n\r\n" + b"a" * 3_000_000,
        b"Subject: " + b"b" * 1_000_000 + b"\r\n\r\nx",
        b"To: " + b",".join(b"a%d@b.example" % n for n in range(20_000)) + b"\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"x",
        b"Content-Type: text/html\r\n\r\n" + b"<" * 100_000,
        b"Subject: " + b"=?utf-8?b?" * 3000 + b"\r\n\r\nx",
        b"Subject: x\r\n\r\n" + b"> " * 50_000,
        b"Subject: x\r\n\r\n" + b"1.1.1." * 20_000,
        b"\0" * 1000,
        bytes(range(256)) * 20,
        b"\r\n" * 1000,
        b"From \r\n\r\n",
        b"Content-Type: application/zip; name=x.xlsx\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"PK\x03\x04" + b"\xff" * 3000),
    ]


def mutate(chance, raw):
    """Return a mail with one to three things wrong."""
    for _time in range(chance.randint(1, 3)):
        raw = chance.choice(MUTATIONS)(chance, raw)
    return raw


def _cut(chance, raw):
    return raw[: chance.randrange(len(raw) + 1)]


def _remove(chance, raw):
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start + chance.randrange(60) :]


def _spoil(chance, raw):
    changed = bytearray(raw)
    for _byte in range(chance.randint(1, 30)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(chance, raw):
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + chance.randbytes(chance.randint(1, 200)) + raw[start:]


def _add_header(chance, raw):
    header = chance.choice(HEADERS)
    return header + b"\r\n" + raw if chance.random() < 0.8 else raw + header


def _change_charset(chance, raw):
    return raw.replace(b"utf-8", chance.choice(CHARSETS))


def _change_boundary(chance, raw):
    return raw.replace(b"boundary=", b"boundry=" if chance.random() < 0.5 else b"b=")


def _repeat_lines(chance, raw):
    lines = raw.splitlines(keepends=True)
    start = chance.randrange(len(lines) + 1)
    return b"".join(lines[:start] + lines[start : start + 5] * 20 + lines[start:])


def _mix_line_ends(chance, raw):
    ends = (b"\r", b"\n", b"\r\n", b"\n\r")
    return b"".join(line + chance.choice(ends) for line in raw.splitlines())


def _nest(chance, raw):
    boundary = b"N%d" % chance.randrange(10)
    return (
        b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n"
        % ((boundary,) * 2)
        + b"Content-Type: message/rfc822\r\n\r\n"
        + raw
    )


MUTATIONS = (
    _cut,
    _remove,
    _spoil,
    _insert,
    _add_header,
    _add_header,
    _change_charset,
    _change_boundary,
    _repeat_lines,
    _mix_line_ends,
    _nest,
)


def make_corpus(count, seed=2026):
    """Return ``count`` different mails, none of them right."""
    chance = random.Random(seed)
    samples, found = make_samples(), dict.fromkeys(make_worst())
    while len(found) < count:
        found.setdefault(mutate(chance, chance.choice(samples)))
    return list(found)
