"""Lines of an advice in running text: a number, perhaps a day, and sums."""

import re
from decimal import Decimal

from .amounts import find_amounts
from .folding import fold
from .remittance_values import find_reference_words, looks_like_sum, to_amount, to_day
from .remittance_words import is_credit_note

_KNOWN = re.compile(
    r"\b(?:factures?|fact|fac|invoices?|inv|rechnung(?:en)?|rg|re|avoirs?"
    r"|credit ?(?:note"
    r"|memo)|gutschrift|du|of|from|vom|dated?|datum|date|le|the|pour|for|fur|uber|de|d"
    r"|montant|amount|betrag|ttc|net|paye|paid|regle|bezahlt|eur|euros?|usd|gbp|chf|n"
    r"|no"
    r"|nr|ref|escompte|discount|skonto|less|moins|abzgl|solde|total|i|and|et|und)\b"
)
_DAY = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")
_BULLET = re.compile(
    r"^[\s•*·>–—-]*(?:\d{1,2}[.)]\s)?(?:(?:facture|invoice|rechnung|avoir|credit note"
    r"|gutschrift|inv|fact?|n°|no|nr)\.?\s*){0,2}",
    re.I,
)
# letters left over in a line of a list that begins with its number, and in others:
# a sentence has more
MAX_LEFT = 50
FEW_LEFT = 12


def read_text_row(cells, base, month_first=False):
    """Return the values of the line that a row of text is, else None.

    :param list cells: its texts, between wide gaps

    >>> read_text_row(["- FA/2026/00123 du 15/01/26 : 50,50 EUR"], None)["reference"]
    'FA/2026/00123'
    >>> read_text_row(["We paid you invoice FA123 over 12,50 on Monday last"], None)
    """
    line = "   ".join(cells)
    if len(line) > 300:
        return None
    sums = _sums(cells)
    words = find_reference_words(line)
    if not sums or not words or len(sums) > 5:
        return None
    rest = _without(line, sums, words)
    begins = _BULLET.sub("", line).lower().startswith(words[0].lower())
    left = sum(sign.isalpha() for sign in _KNOWN.sub(" ", fold(rest)))
    if left > (MAX_LEFT if begins or len(cells) > 2 else FEW_LEFT):
        return None
    values = [value for value, _code, _text in sums]
    gross, discount, paid = _tell_apart(values)
    days = [_DAY.search(cell) for cell in cells]
    found = [to_day(day.group(), base, month_first) for day in days if day]
    return {
        "reference": words[0],
        "others": tuple(words[1:]),
        "text": rest if left > 3 else "",
        "date": found[0] if found else None,
        "gross": gross,
        "discount": discount,
        "paid": paid,
        "currency": next((code for _v, code, _t in sums if code), None),
        "is_credit": is_credit_note(line),
    }


def _sums(cells):
    """Return the sums of a row: value, currency, as written."""
    sums = []
    for cell in cells:
        if looks_like_sum(cell):
            value, code = to_amount(cell)
            sums.append((value, code, cell))
            continue
        for found in find_amounts(cell):
            if not found.currency and not looks_like_sum(found.text):
                continue
            value = -found.value if _is_minus(cell, found) else found.value
            sums.append((value, found.currency, found.text))
    return sums


def _is_minus(cell, found):
    """Return whether a sum found in a text is a negative one: ": -12,00", "12,00-"."""
    before = cell[: found.start]
    return bool(
        (
            re.search(r"(?:^|[\s:(])[-−]\s?[€$£]?$", before)
            and not re.search(r"[\w)] [-−] $", before)
        )
        or re.match(r"\s?-(?!\w)", cell[found.end :])
        or re.match(r"[-−]", found.text)
    )


def _without(line, sums, words):
    """Return what a line says besides its numbers, days and sums."""
    rest = line
    for part in (*words, *(text for _value, _code, text in sums)):
        rest = rest.replace(part, " ", 1)
    rest = _DAY.sub(" ", rest)
    return re.sub(r"\s+", " ", rest).strip(" :;,.-–•*=€$£")[:200]


def _tell_apart(values):
    """Return gross, discount and paid of the sums of a line."""
    if len(values) >= 3:
        for place in range(len(values) - 2):
            gross, taken, paid = values[place], values[place + 1], values[-1]
            if abs(gross) - abs(taken) == abs(paid):
                return gross, abs(taken), paid
    if len(values) >= 2:
        return values[0], Decimal(0), values[-1]
    return None, Decimal(0), values[0]
