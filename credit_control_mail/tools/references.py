"""Which of the customer's own items a mail speaks of, in whatever form."""

import re
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from .amounts import find_amounts
from .date_finder import find_dates
from .folding import MAX_LENGTH, fold
from .reference_numbers import NumberIndex, find_numbers
from .reference_phrases import find_phrases

AMBIGUOUS = 0.3  # confidence of a reference that could be any of its keys


class Item(NamedTuple):
    """An open item of the customer."""

    key: object
    name: str
    number: str = ""  # another number of the same item, as the customer's own
    date: object = None
    due: object = None
    amount: Decimal = Decimal(0)
    residual: Decimal = Decimal(0)
    currency: str = ""


class FoundReference(NamedTuple):
    """Words that speak of items, and of which."""

    start: int
    end: int
    text: str
    keys: tuple
    how: str
    confidence: float


_INVOICE = re.compile(
    r"\b(?:factures?|fact|fac|invoices?|inv|rechnung(?:en)?|bills?|avoirs?"
    r"|credit notes?|celles?|die(?=\svom)|ones?|echeances?|echues?|due|fallig\w{0,2}"
    r"|overdue|pieces?|items?|gutschrift)\b"
)
_OTHER_DOCUMENT = re.compile(
    r"\b(?:mails?|e-?mails?|courriels?|courriers?|messages?|relances?|rappels?|letters?"
    r"|lettres?|reminders?|mahnung(?:en)?|schreiben|commandes?|orders?|bestellung|bons?"
    r"|livraisons?|delivery|devis|quote|appel|call|telephone|reunion|meeting|contrat"
    r"|contract|jugement|lieferung|virements?|transfer|payment|paiement)\b"
)
_DUE = re.compile(r"echue?s?|echeances?|due|fallig|overdue|exigible")


def find_references(text, items, base, dates=None, amounts=None):
    """Return what a text says of the items given, in its order; of no other item.

    ``how``: name, number, range, month, date, due, amount, total, all, except, both,
    others, oldest, latest, first, second, place; ``ambiguous``: one of ``keys``, which
    is not known, with a confidence of 0.3.

    :param items: the customer's items, see :class:`Item`
    :param date base: the day of the mail
    :param dates: what :func:`find_dates` found in this text, to save its time
    :param amounts: what :func:`find_amounts` found in it
    """
    if not items:
        return []
    folded = fold(text[:MAX_LENGTH])
    dates = find_dates(text, base) if dates is None else dates
    amounts = find_amounts(text) if amounts is None else amounts
    found = find_numbers(folded, NumberIndex(items), _taken(folded, dates, amounts))
    numbered = {key for each in found if each[3] != "ambiguous" for key in each[2]}
    found += _by_date(folded, items, dates)
    found += _by_amount(items, amounts, numbered, found)
    found = find_phrases(folded, items, base, found)
    found.sort(key=lambda each: (each[0], -each[1]))
    return [
        FoundReference(start, end, text[start:end], tuple(keys), how, confidence)
        for start, end, keys, how, confidence in found
    ]


_NO_REFERENCE = re.compile(
    r"[\w.+-]{1,60}@[\w.-]{1,60}|https?://\S{1,200}"
    r"|\b[a-z]{2}\d\d(?: ?[\da-z]{4}){3,7}(?: ?[\da-z]{1,4})?\b|(?:\+\d{1,3}"
    r"|\b0)[ .]?\d(?:[ .-]?\d\d){4}\b|\b(?:tel|phone|fax|mobile|siret|siren|rcs|tva"
    r"|vat)[\s.:]{1,4}[+\d][\d .()/-]{6,20}|\b\d{5} (?:paris|lyon|cedex|marseille)"
    r"|\b\d{1,2}\s?h\s?\d\d\b|\b\d{1,2}:\d\d\b"
)


def _taken(folded, dates, amounts):
    """Return the places of numbers that are something else."""
    spans = [(each.start, each.end) for each in dates]
    spans += [
        (each.start, each.end)
        for each in amounts
        if each.currency or re.search(r"[ .,'k]", each.text.strip())
    ]
    if "@" in folded or "//" in folded or len(re.findall(r"\d", folded)) >= 9:
        spans += [match.span() for match in _NO_REFERENCE.finditer(folded)]
    return spans


def _by_date(folded, items, dates):
    """Return the items named by their own day or the day they were due."""
    found = []
    for each in dates:
        if each.kind not in ("day", "weekday") or not (
            each.is_reference or each.lead in ("due", "of")
        ):
            continue
        before = folded[max(0, each.start - 60) : each.start]
        noun = _last(_INVOICE, before)
        if not noun or _last_start(_OTHER_DOCUMENT, before) > noun.start():
            continue
        dated = [item.key for item in items if item.date == each.date]
        due = [item.key for item in items if item.due == each.date]
        is_due = bool(_DUE.search(before[noun.start() :]))
        keys, how = (due, "due") if is_due or not dated else (dated, "date")
        if keys:
            sure = 0.9 if len(keys) == 1 and (is_due or how == "date") else 0.7
            found.append((each.start, each.end, keys, how, sure))
    return found


def _last(pattern, text):
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _last_start(pattern, text):
    found = _last(pattern, text)
    return found.start() if found else -1


def _by_amount(items, amounts, numbered, found):
    """Return the items named by a sum that only one of them has."""
    by_value = defaultdict(dict)
    for item in items:
        for value in {item.residual, item.amount}:
            if value:
                by_value[abs(value)][item.key] = item
    total = sum((item.residual for item in items), Decimal(0))
    references = []
    for each in amounts:
        same = {
            key: item
            for key, item in by_value.get(each.value, {}).items()
            if not each.currency or not item.currency or item.currency == each.currency
        }
        if len(same) == 1:
            key = next(iter(same))
            if key not in numbered:
                references.append((each.start, each.end, [key], "amount", 0.75))
        elif not same and len(items) > 1 and each.value == total:
            keys = [item.key for item in items]
            references.append((each.start, each.end, keys, "total", 0.75))
    return references
