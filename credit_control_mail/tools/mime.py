"""A mail as it came, read into its parts: plain Python that never raises.

Whatever is broken is read as far as it goes and named in ``defects``; the raw bytes are
kept by whoever called.
"""

import email
import email.policy
import email.utils
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import unquote

from . import bounces
from .decoding import (
    MAX_HEADER,
    clean_name,
    decode_bytes,
    decode_header,
    plain,
    read_addresses,
    read_ids,
)
from .text import html_to_text

MAX_RAW = 48 * 1024 * 1024
MAX_RAW_OF_GIANTS = 4 * 1024 * 1024
MAX_TEXT = 1_000_000
MAX_HEADERS = 2_000
MAX_SAME = 50
MAX_PARTS = 300
MAX_DEPTH = 150
MAX_SUBJECT = 500
MAX_PEOPLE = 200
_CID = re.compile(r"cid:([^\"'\s<>)]{1,300})", re.I)
_ODD = re.compile(r"[^\w./+-]", re.ASCII)
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_FALLBACK_NAMES = {
    "application/pdf": "attachment.pdf",
    "message/rfc822": "message.eml",
    "image/png": "picture.png",
    "image/jpeg": "picture.jpg",
    "image/gif": "picture.gif",
    "text/calendar": "invitation.ics",
    "text/html": "attachment.html",
    "text/csv": "attachment.csv",
}
_BODIES = {"text/plain", "text/html", "text/enriched"}
_NEEDED = frozenset(
    [
        "message-id",
        "in-reply-to",
        "references",
        "subject",
        "date",
        "from",
        "sender",
        "to",
        "cc",
        "reply-to",
        "delivered-to",
        "return-path",
        "auto-submitted",
        "precedence",
    ]
)


@dataclass
class Attachment:
    """A file that came with a mail; its name is harmless, its content may not be."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass
class Mail:
    """All that the product wants to know of a mail."""

    message_id: str = ""
    in_reply_to: str = ""
    references: list = field(default_factory=list)
    date: datetime | None = None
    from_address: str = ""
    from_name: str = ""
    to: list = field(default_factory=list)
    cc: list = field(default_factory=list)
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: list = field(default_factory=list)
    headers: dict = field(default_factory=dict, repr=False)
    defects: list = field(default_factory=list)
    bounce: bounces.Bounce | None = None
    returned_ids: list = field(default_factory=list)
    parts_too_many: bool = False
    is_cut: bool = False


def parse(raw):
    """Return the `Mail` in ``raw``, as far as it can be read.

    :param bytes raw: the mail as it came
    """
    mail = Mail()
    cut = raw
    if len(raw) > MAX_RAW:
        cut, mail.is_cut = raw[:MAX_RAW_OF_GIANTS], True
    if not cut.strip():
        mail.defects.append("empty")
        return mail
    message = _message(cut, mail)
    for read in (_read_headers, _read_body):
        try:
            read(message, mail)
        except Exception as error:  # noqa: BLE001 - see _safely
            mail.defects.append(f"{read.__name__[1:]}: {type(error).__name__}")
    if not mail.text and not mail.html and not mail.attachments:
        _read_as_text(cut, mail)
    return mail


def parse_head(raw):
    """Return the `Mail` of the headers alone: fast, for who only wants to route it.

    :param bytes raw: the mail as it came, or its beginning
    """
    mail = Mail()
    found = _HEAD_END.search(raw, 0, 1_000_000)
    head = raw[: found.end()] if found else raw[:1_000_000]
    message = _message(head, mail)
    _safely(lambda: _read_headers(message, mail))
    return mail


def _message(raw, mail):
    """Return the tree of the mail; what nests too deep is read as if it were text."""
    try:
        return email.message_from_bytes(raw, policy=email.policy.compat32)
    except Exception as error:  # noqa: BLE001 - see _safely
        mail.defects.append(f"structure: {type(error).__name__}")
    end = _HEAD_END.search(raw)
    head = raw[: end.end()] if end else raw
    lines = [
        line
        for line in head.splitlines(keepends=True)
        if not line.lower().startswith((b"content-", b" ", b"\t"))
    ]
    plain_head = b"".join(lines)
    return _safely(
        lambda: email.message_from_bytes(plain_head, policy=email.policy.compat32),
        email.message.Message(),
    )


def _safely(read, default=None):
    """Return what ``read()`` returns; broken mails raise whatever they like."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - no list of what a parser may meet is complete
        return default


# === HEADERS === #
def _read_headers(message, mail):
    raw, count = {}, 0
    for name, value in message.raw_items():
        key = plain(str(name)).strip().lower()[:100]
        count += key not in _NEEDED
        if count <= MAX_HEADERS or key in _NEEDED:
            values = raw.setdefault(key, [])
            if len(values) < MAX_SAME:
                values.append(value)
    if count > MAX_HEADERS:
        mail.defects.append("too many headers")
    mail.headers = {
        key: [decode_header(value) for value in values] for key, values in raw.items()
    }
    mail.message_id = _first_id(raw, "message-id")
    mail.in_reply_to = _first_id(raw, "in-reply-to")
    references = " ".join(map(str, raw.get("references", ())))
    mail.references = read_ids(references[-MAX_HEADER:])[-64:]
    mail.subject = mail.headers.get("subject", [""])[0][:MAX_SUBJECT]
    mail.date = read_date(mail.headers.get("date", [""])[0])
    people = read_addresses(raw.get("from", ())[:1])
    if not people:
        people = read_addresses(raw.get("sender", ())[:1])
    if people:
        mail.from_name, mail.from_address = people[0][0][:200], people[0][1]
    mail.to = _addresses(raw, "to")
    mail.cc = _addresses(raw, "cc")
    mail.reply_to = next(iter(_addresses(raw, "reply-to")), "")


def _first_id(raw, name):
    """Return the first id of a header; one without brackets as it is."""
    for value in raw.get(name, ())[:1]:
        found = read_ids(value)
        return (found[0] if found else "".join(decode_header(value).split()))[:500]
    return ""


def _addresses(raw, name):
    found = [address for _name, address in read_addresses(raw.get(name, ()))]
    return list(dict.fromkeys(found))[:MAX_PEOPLE]


def read_date(value):
    """Return a Date header as an aware datetime, or None.

    >>> read_date("Wed, 11 Mar 2026 10:00:00 +0100").isoformat()
    '2026-03-11T10:00:00+01:00'
    """
    found = _safely(lambda: email.utils.parsedate_to_datetime(value))
    if found is None or not 1990 <= found.year <= 2100:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


# === PARTS === #
@dataclass
class _Found:
    """What the walk over the parts gathers."""

    texts: list = field(default_factory=list)
    htmls: list = field(default_factory=list)
    reports: list = field(default_factory=list)
    original: str = ""


def _read_body(message, mail):
    found = _Found()
    for part in _walk(message, mail):
        try:
            _read_part(part, mail, found)
        except Exception as error:  # noqa: BLE001 - see _safely
            mail.defects.append(f"part: {type(error).__name__}")
    mail.text = "\n\n".join(text for text in found.texts if text.strip())[:MAX_TEXT]
    mail.html = "\n".join(html for html in found.htmls if html.strip())[:MAX_TEXT]
    if mail.html and not mail.text:
        mail.text = plain(html_to_text(mail.html))[:MAX_TEXT]
    shown = {unquote(one) for one in _CID.findall(mail.html)}
    for attachment in mail.attachments:
        attachment.is_inline = bool(attachment.content_id) and (
            attachment.content_id in shown
            and attachment.content_type.startswith("image/")
        )
    mail.returned_ids = bounces.find_ids(found.original)
    mail.bounce = bounces.read_report(found.reports, found.original, mail.text)
    if not (mail.bounce or found.reports):
        mail.bounce = bounces.read_words(mail, found.original)
    if not (mail.bounce or _is_report(mail)):
        mail.returned_ids = []


def _is_report(mail):
    return "multipart/report" in mail.headers.get("content-type", [""])[0].lower()


def _walk(message, mail):
    """Yield the leaves of the tree in their order, without recursion."""
    waiting, count = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        count += 1
        if count > MAX_PARTS or depth > MAX_DEPTH:
            mail.parts_too_many = True
            mail.defects.append("too many parts")
            return
        for defect in part.defects:
            name = type(defect).__name__
            if name not in mail.defects:
                mail.defects.append(name)
        payload = part.get_payload()
        if isinstance(payload, list) and _type(part).startswith("multipart/"):
            waiting += [(one, depth + 1) for one in reversed(payload)]
        else:
            yield part


def _type(part):
    return _safely(part.get_content_type, "application/octet-stream")


def _read_part(part, mail, found):
    kind, payload = _type(part), part.get_payload()
    if kind == "message/delivery-status" and isinstance(payload, list):
        found.reports += [
            {name.lower(): decode_header(value) for name, value in block.raw_items()}
            for block in payload[:100]
        ]
        return
    if kind in ("message/rfc822", "message/global") and isinstance(payload, list):
        _read_nested(payload, mail, found)
        return
    content = _content(part)
    if kind == "text/rfc822-headers":
        found.original = found.original or decode_bytes(content[:100_000])
        return
    name = _file_name(part)
    disposition = _disposition(part)
    if kind in _BODIES and not name and disposition != "attachment":
        text = plain(
            decode_bytes(content[: 4 * MAX_TEXT], _safely(part.get_content_charset))
        )
        (found.htmls if kind == "text/html" else found.texts).append(text)
        return
    if not content and not name:
        return
    mail.attachments.append(_attachment(part, kind, name, content))


def _attachment(part, kind, name, content):
    fallback = _FALLBACK_NAMES.get(kind, "attachment.bin")
    if kind.startswith("text/") and fallback.endswith(".bin"):
        fallback = "attachment.txt"
    content_id = decode_header(part.get("content-id") or "").strip("<> ")[:200]
    return Attachment(
        name=clean_name(name, fallback),
        content_type=_ODD.sub("", kind)[:100] or "application/octet-stream",
        content=content,
        content_id=content_id,
    )


def _read_nested(payload, mail, found):
    """Keep a mail within the mail whole; its headers may name what came back."""
    for inner in payload[:5]:
        content = _safely(inner.as_bytes)
        if content is None:
            content = b"".join(
                f"{name}: {decode_header(value)}\n".encode()
                for name, value in inner.raw_items()
            )
            mail.defects.append("nested mail is broken")
        found.original = found.original or "".join(
            f"{name}: {decode_header(value)}\n" for name, value in inner.raw_items()
        )
        subject = decode_header(inner.get("subject") or "")[:80]
        mail.attachments.append(
            Attachment(
                name=clean_name(subject and f"{subject}.eml", "message.eml"),
                content_type="message/rfc822",
                content=content,
            )
        )


def _content(part):
    content = _safely(lambda: part.get_payload(decode=True))
    if content is None:
        payload = part.get_payload()
        payload = payload if isinstance(payload, str) else ""
        content = payload.encode("utf-8", "surrogateescape")
    return content


def _file_name(part):
    return _safely(part.get_filename) or ""


def _disposition(part):
    return _safely(part.get_content_disposition) or ""


def _read_as_text(raw, mail):
    """Nothing could be made of it: show what is there after the headers."""
    found = _HEAD_END.search(raw)
    rest = raw[found.end() :] if found else b""
    if rest.strip():
        mail.text = plain(decode_bytes(rest[:MAX_TEXT]))[:MAX_TEXT]


# === WHAT THE HEADERS TELL BESIDES === #
def recipients(mail):
    """Return all addresses a mail says to have been delivered to, each once."""
    names = ("delivered-to", "x-original-to", "envelope-to", "resent-to", "resent-cc")
    found = [*mail.to, *mail.cc]
    for name in names:
        found += [one for _name, one in read_addresses(mail.headers.get(name, ())[:20])]
    return list(dict.fromkeys(found))[: 2 * MAX_PEOPLE]


def thread_ids(mail):
    """Return the ids a mail answers to, the nearest first; those a report names too."""
    returned = [*mail.returned_ids, *(mail.bounce.message_ids if mail.bounce else ())]
    answered = [mail.in_reply_to] if mail.in_reply_to else []
    return list(dict.fromkeys([*returned, *answered, *mail.references[:-33:-1]]))


def is_automatic(mail):
    """Return whether the headers say that a machine wrote it, of itself."""
    headers = mail.headers
    submitted = headers.get("auto-submitted", ["no"])[0].split(";")[0].strip().lower()
    precedence = headers.get("precedence", [""])[0].strip().lower()
    return bool(
        mail.bounce
        or submitted not in ("no", "")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(
            name in headers
            for name in ("x-autoreply", "x-autorespond", "list-id", "list-unsubscribe")
        )
        or headers.get("return-path", [""])[0].strip() == "<>"
    )
