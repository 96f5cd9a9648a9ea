"""What strangers may send us: texts, amounts and files, looked at before they are kept.

What a file is called proves nothing: its content decides. No file is ever opened by the
program any further than to see what it is.
"""

import email
import email.policy
import io
import os
import re
import unicodedata
import zipfile
from decimal import Decimal

MAX_FILES = 5
MAX_SIZE = 5 * 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    ".pdf": {"application/pdf"},
    ".png": {"image/png"},
    ".jpg": {"image/jpeg"},
    ".jpeg": {"image/jpeg"},
    ".xlsx": {f"{OFFICE}.spreadsheetml.sheet"},
    ".docx": {f"{OFFICE}.wordprocessingml.document"},
}
# inside of a mail, pictures of signatures are harmless
IN_MAIL = {*TYPES, ".txt", ".eml", ".gif", ".ics", ".p7s", ".asc", ".vcf"}
# what makes a document act by itself
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch)\b")
ACTIVE_OFFICE = re.compile(r"vbaProject|activeX|oleObject", re.IGNORECASE)


def is_harmless(name, content, mimetype):
    """Return whether a file is what its name says, and of a kind that we take.

    :param str name: as the sender calls it
    :param bytes content: all of it
    :param str mimetype: what the content looks like
    """
    suffix = os.path.splitext(name)[1].lower()
    if suffix == ".txt":
        return _is_text(content)
    if suffix == ".eml":
        return _is_mail(content)
    if mimetype not in TYPES.get(suffix, ()):
        return False
    if suffix == ".pdf":
        return not ACTIVE_PDF.search(content)
    if suffix in (".xlsx", ".docx"):
        return _is_plain_office(content)
    return True


def _is_text(content):
    """Letters and lines: no bytes that only programs have."""
    if b"\x00" in content:
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return not any(
        unicodedata.category(sign) == "Cc" and sign not in "\n\r\t\f" for sign in text
    )


def _is_mail(content):
    """A mail has a sender, and brings nothing that we would not take by itself."""
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    if not message.get("From") or not (message.get("Date") or message.get("Received")):
        return False
    for part in message.walk():
        name = part.get_filename()
        if name and os.path.splitext(str(name))[1].lower() not in IN_MAIL:
            return False
    return True


def _is_plain_office(content):
    """Without macros, controls or files within the file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return not any(ACTIVE_OFFICE.search(name) for name in names)


def clean_text(text, limit):
    """Return ``text`` without control characters, at most ``limit`` long.

    >>> clean_text(" a\\x00b\\r\\nc ", 10)
    'ab\\nc'
    >>> clean_text("abc", 2)
    Traceback (most recent call last):
    ...
    ValueError: too long
    """
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(
        sign
        for sign in plain
        if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Co")
    ).strip()
    if len(plain) > limit:
        raise ValueError("too long")
    return plain


def parse_amount(text, decimal_point="."):
    """Return an amount as people write it, as ``Decimal``; None for an empty text.

    :param str decimal_point: of the reader's language, where a sign may mean both

    >>> parse_amount("1 234,50 EUR"), parse_amount("1,234.5"), parse_amount("1.234,5")
    (Decimal('1234.50'), Decimal('1234.5'), Decimal('1234.5'))
    >>> parse_amount("1,234"), parse_amount("1,234", ",")
    (Decimal('1234'), Decimal('1.234'))
    >>> parse_amount("1,50"), parse_amount("1'000"), parse_amount(" ")
    (Decimal('1.50'), Decimal('1000'), None)
    >>> parse_amount("a lot")
    Traceback (most recent call last):
    ...
    ValueError: no amount
    >>> parse_amount("CHF 12.-"), parse_amount("12EUR")
    (Decimal('12.0'), Decimal('12'))
    """
    plain = re.sub(r"[\s'’$€£¥]", "", text or "")
    plain = re.sub(r"^[^\W\d_]{1,3}|[^\W\d_]{1,3}\.?$|[-–]+$", "", plain)
    if not plain:
        if (text or "").strip():
            raise ValueError("no amount")
        return None
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0:
        sign, digits = plain[last], len(plain) - last - 1
        is_grouping = plain.count(sign) > 1 or (
            digits == 3 and sign != decimal_point and len(set(plain) & {".", ","}) == 1
        )
        whole, part = plain[:last], plain[last + 1 :]
        whole = whole.replace(".", "").replace(",", "")
        plain = whole + part if is_grouping else f"{whole or 0}.{part or 0}"
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", plain):
        raise ValueError("no amount")
    return Decimal(plain)
