"""Bytes and headers of mails as text, whatever they say of themselves; never raises."""

import base64
import binascii
import codecs
import quopri
import re
import unicodedata
from email.utils import getaddresses

MAX_HEADER = 16_384
# not for texts, slow on purpose, or bound to one machine
_REFUSED = frozenset(
    [
        "punycode",
        "idna",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
    ]
)
_WIDER = {"iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030"}
_WORD = re.compile(
    r"=\?([^?\s=]{1,60})(?:\*[^?\s]{0,20})?\?([bqBQ])\?([^?\r\n]{0,16384})\?="
)
_SPACES = re.compile(r"\s+")
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}@[^\s<>()\[\]\\,;:\"@]{1,255}")
_TOKEN = re.compile(r"<([^<>\r\n]{1,900})>")
_KEPT = frozenset("\n\t")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def decode_bytes(content, charset=None):
    """Return ``content`` as text, in ``charset`` if that is possible.

    :param bytes content: what to read
    :param charset: what the mail says; tried first, never trusted

    >>> decode_bytes("é".encode(), "nonsense"), decode_bytes(b"\\xe9", "ascii")
    ('é', 'é')
    """
    named = _codec(charset)
    for name in dict.fromkeys((named, "utf-8")):
        if name:
            try:
                return content.decode(name)
            except (UnicodeError, ValueError, OverflowError):
                continue
    fallback = named if named not in (None, "utf-8") else "cp1252"
    if named == "utf-8" and _is_mostly_utf8(content):
        fallback = "utf-8"
    try:
        return content.decode(fallback, "replace")
    except (UnicodeError, ValueError, OverflowError):
        return content.decode("latin-1")


def _is_mostly_utf8(content):
    """A cut or damaged character is no reason to read all others wrongly."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for sign in text[:20_000] if sign > "\x7f") - wrong
    return right > wrong


def _codec(charset):
    try:
        name = codecs.lookup(str(charset).strip().strip("\"'").lower()).name
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return None if name in _REFUSED else _WIDER.get(name, name)


def plain(text):
    """Return ``text`` with plain line ends and without what no database keeps.

    >>> plain("a\\x00b\\r\\nc\\ud800")
    'ab\\nc\\ufffd'
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    text = re.sub("\ufffd{2,}", "\ufffd", text)
    return "".join(
        sign
        for sign in text
        if sign in _KEPT or (sign >= " " and not "\x7f" <= sign <= "\x9f")
    )


def undo_surrogates(value):
    """Return a header as text: its raw bytes beyond ASCII are UTF-8, else Latin."""
    value = str(value)
    if value.isascii():
        return value
    return decode_bytes(value.encode("utf-8", "surrogateescape"), "utf-8")


def decode_header(value):
    """Return a header as one line of text, its encoded words decoded.

    >>> decode_header("=?utf-8?q?R=C3=A9ponse?= =?utf-8?b?w6k=?= ok")
    'Réponseé ok'
    """
    value = undo_surrogates(str(value)[:MAX_HEADER])
    if "=?" in value:
        value = _decode_words(value)
    return _SPACES.sub(" ", plain(value)).strip()


def _decode_words(value):
    """Join the bytes of neighbours first: a character may be cut in two."""
    result, position, waiting, charset = [], 0, b"", None
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        content = _word_bytes(match[2], match[3])
        if waiting and not between.strip() and match[1].lower() == charset:
            waiting += content
        else:
            if waiting:
                result.append(decode_bytes(waiting, charset))
                between = between if between.strip() else ""
            result.append(between)
            waiting, charset = content, match[1].lower()
        position = match.end()
    if waiting:
        result.append(decode_bytes(waiting, charset))
    return "".join([*result, value[position:]])


def _word_bytes(kind, text):
    raw = text.encode("utf-8", "surrogatepass")
    try:
        if kind in "qQ":
            return quopri.decodestring(raw, header=True)
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw


def read_addresses(values):
    """Return ``[(name, address)]`` of address headers; addresses in small letters.

    >>> read_addresses(['"Doe, J" <J@X.com>, b@x.com'])
    [('Doe, J', 'j@x.com'), ('', 'b@x.com')]
    """
    found = []
    for value in values:
        text = _SPACES.sub(" ", plain(undo_surrogates(str(value)[:MAX_HEADER])))
        pairs = [
            (decode_header(name), address)
            for name, address in _split_addresses(text)
            if _ADDRESS.fullmatch(address)
        ]
        if not pairs:
            text = decode_header(text)
            pairs = [
                (text[: match.start()].strip(" <\"'") if not index else "", match[0])
                for index, match in enumerate(_ADDRESS.finditer(text))
            ]
        found += [(name, address.lower()) for name, address in pairs]
    return found


def _split_addresses(text):
    try:
        try:
            return getaddresses([text], strict=False)
        except TypeError:  # an older Python
            return getaddresses([text])
    except Exception:  # noqa: BLE001 - comments within comments without end, and the like
        return []


def find_addresses(text):
    """Return all addresses in a text, in small letters, each once."""
    return list(
        dict.fromkeys(
            match[0].lower().strip(".'`") for match in _ADDRESS.finditer(text)
        )
    )


def read_ids(value):
    """Return the message ids of a header, in their order, each once.

    >>> read_ids("<a@b>\\r\\n <c @d> <a@b>")
    ['<a@b>', '<c@d>']
    """
    found = _TOKEN.findall(decode_header(value))
    return list(dict.fromkeys(f"<{''.join(token.split())}>" for token in found))


def clean_name(name, fallback):
    """Return the name of a file without folders, tricks and control characters.

    >>> clean_name("../../etc/passwd", "x"), clean_name("a\\u202efdp.exe", "x")
    ('passwd', 'afdp.exe')
    """
    name = decode_header(name or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        sign
        for sign in unicodedata.normalize("NFC", name)
        if sign not in _TURNING and unicodedata.category(sign) not in ("Cc", "Cf", "Co")
    )
    name = re.sub(r"[<>:\"|?*]", "_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if dot and stem:
        return f"{stem[:100].rstrip()}.{suffix[:20]}"
    return name[:120] or fallback
