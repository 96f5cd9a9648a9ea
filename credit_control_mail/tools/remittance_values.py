"""Sums, days and numbers of documents as cells of a table write them."""

import datetime
import re
from decimal import Decimal, InvalidOperation

from .amounts import CURRENCIES, find_amounts, to_decimal
from .date_finder import find_dates
from .folding import fold, to_date

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_CODES = "|".join(
    sorted((re.escape(word) for word in CURRENCIES), key=len, reverse=True)
)
_AMOUNT = re.compile(
    rf"(?P<before>(?:{_CODES})\s?)?(?P<sign>[-+(]?)\s?(?P<inner>(?:{_CODES})\s?)?"
    r"(?P<number>\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,4})?|\d{1,15}(?:[.,]\d{1,4})?"
    r"|[.,]\d{1,2})"
    rf"\s?(?P<dash>,--|[.,]-)?(?P<after>(?:{_CODES})(?![a-z]))?\s?"
    rf"(?P<tail>-|\)|cr\b|dr\b|h\b|s\b)?\s?(?P<last>(?:{_CODES})(?![a-z]))?"
)
_NUMERIC = re.compile(r"(\d{1,4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{2,4})(?:\b.*)?")
_PLAIN = re.compile(r"(20\d\d)(\d\d)(\d\d)|(\d\d)(\d\d)(20\d\d)")
# a number of a document: digits, with letters and marks; no sum, no day, no telephone
_REFERENCE = re.compile(
    r"(?<![\w.,/-])(?=[\w/.\\#-]*\d)(?:[A-Za-z]{1,8}[-/ #.]{0,2})?[A-Za-z\d]"
    r"[A-Za-z\d/._\\#-]{1,38}(?![\w/])"
)
_NOUN = re.compile(
    r"^(?:(?:facture|invoice|rechnung|avoir|credit (?:note|memo)|gutschrift|document"
    r"|beleg"
    r"|fact\.?|inv\.)\s+)?(?:(?:n[°o]\.?|nr\.?|no\.|#)\s*)?",
    re.I,
)
_LIKE_SUM = re.compile(r"[.,]\d\d\D{0,5}$|\d[ .,'\u00a0\u202f]\d{3}\b|,--|[(-]")
_IBAN = re.compile(r"[a-z]{2}\d\d[a-z\d]{11,30}")
LONGEST = Decimal(10) ** 13


def to_amount(cell):
    """Return ``(value, currency)`` of a cell that is a sum, else None.

    >>> [str(to_amount(c)[0]) for c in ("1.250,50 €", "(12.00)", "-1 250", "3,00-")]
    ['1250.50', '-12.00', '-1250', '-3.00']
    >>> to_amount("USD 1,250.50"), to_amount("FA 12"), to_amount("12/03")
    ((Decimal('1250.50'), 'USD'), None, None)
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        try:
            value = Decimal(repr(cell) if isinstance(cell, float) else cell)
            return (round(value, 4), None) if abs(value) < LONGEST else None
        except (InvalidOperation, ValueError):
            return None
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = fold(_SPACES.sub(" ", cell.replace("−", "-").replace("–", "-")))
    match = _AMOUNT.fullmatch(text.strip(" :=*"))
    if not match:
        return None
    value = to_decimal(match["number"])
    if value is None or abs(value) >= LONGEST:
        return None
    if match["sign"] in ("-", "(") or match["tail"] in ("-", ")", "cr", "h"):
        value = -value
    words = [match[name] for name in ("before", "inner", "after", "last")]
    code = next((CURRENCIES[word.strip()] for word in words if word), None)
    return value, code


def looks_like_sum(cell):
    """Return whether a cell is written like money rather than like a number.

    >>> [looks_like_sum(cell) for cell in ("12,50", "1 250", "20260101", 12.5, 45)]
    [True, True, False, True, False]
    """
    found = to_amount(cell)
    if not found:
        return False
    if not isinstance(cell, str):
        return isinstance(cell, float) and (cell != int(cell) or abs(cell) < 1e6)
    return bool(found[1] or _LIKE_SUM.search(cell))


def to_day(cell, base, month_first=False):
    """Return the day that a cell is, else None.

    >>> base = datetime.date(2026, 6, 15)
    >>> [str(to_day(cell, base)) for cell in ("15/01/2026", "15.1.26", "20260115")]
    ['2026-01-15', '2026-01-15', '2026-01-15']
    >>> str(to_day("15 janv. 2026", base)), to_day("FA/2026/00123", base)
    ('2026-01-15', None)
    """
    if isinstance(cell, datetime.date):
        return cell
    if isinstance(cell, (int, float)):
        cell = str(int(cell)) if cell == int(cell) else ""
    if not isinstance(cell, str) or not 6 <= len(cell.strip()) <= 30:
        return None
    text = cell.strip()
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match.groups(), month_first)
    if match := _PLAIN.fullmatch(text):
        year, month, day, last_day, last_month, last_year = match.groups()
        return to_date(
            int(year or last_year), int(month or last_month), int(day or last_day)
        )
    if not re.search(r"[^\W\d]{3}", text) or not re.search(r"\d{2}", text):
        return None
    found = find_dates(text, base, month_first, prefer="past")
    one = found[0] if len(found) == 1 and found[0].kind == "day" else None
    return one.date if one and one.end - one.start > len(text) - 6 else None


def _numeric(parts, month_first):
    first, second, third = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return to_date(first, second, third)
    if len(parts[0]) > 2 or len(parts[2]) == 3:
        return None
    year = third if third > 99 else 2000 + third
    if (month_first and first <= 12) or second > 12:
        first, second = second, first
    return to_date(year, second, first)


def is_month_first(cells):
    """Return whether the days of a column can only be written month first.

    >>> is_month_first(["01/15/2026", "02/03/2026"]), is_month_first(["15/01/2026"])
    (True, False)
    """
    found = [
        match.groups()
        for cell in cells
        if isinstance(cell, str) and (match := _NUMERIC.fullmatch(cell.strip()))
    ]
    small = [parts for parts in found if len(parts[0]) < 3]
    return any(int(parts[1]) > 12 for parts in small) and all(
        int(parts[0]) <= 12 for parts in small
    )


def to_reference(cell):
    """Return a cell as the number of a document, else "".

    >>> [to_reference(c) for c in ("FA/26/123", 4711.0, "12,50 €", "Paris", "n° 17")]
    ['FA/26/123', '4711', '', '', '17']
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        is_whole = cell == int(cell) if abs(cell) < 1e15 else False
        return str(int(cell)) if is_whole and cell > 0 else ""
    if not isinstance(cell, str) or not any(sign.isdigit() for sign in cell):
        return ""
    text = _NOUN.sub("", cell.strip())
    has_letter = any(sign.isalpha() for sign in text)
    if not has_letter and looks_like_sum(text) and not re.fullmatch(r"\d+", text):
        return ""
    return text if len(text) <= 40 and len(text.split()) <= 3 else ""


def find_reference_words(text):
    """Return what may be numbers of documents in a line of text, in its order.

    >>> find_reference_words("facture FA/2026/00123 du 15/01/2026 : 1 250,50 EUR")
    ['FA/2026/00123']
    """
    found = []
    for sum_ in find_amounts(text):
        if sum_.currency or looks_like_sum(sum_.text):
            gap = " " * (sum_.end - sum_.start)
            text = text[: sum_.start] + gap + text[sum_.end :]
    for match in _REFERENCE.finditer(text):
        word = match.group().strip(".#-/\\ ")
        digits = sum(sign.isdigit() for sign in word)
        if digits < 3 or _NUMERIC.fullmatch(word) or _IBAN.fullmatch(word.lower()):
            continue
        if word.isdigit() and re.fullmatch(r"(?:19|20)\d\d", word):
            continue
        if looks_like_sum(word) and not word.isdigit():
            continue
        found.append(word)
    return found
