"""Invoices by the bare end of their number: "the 118 is paid", "la 7 et la 9"."""

import re
from collections import defaultdict

from .folding import fold
from .reference_numbers import tokens_of
from .references import FoundReference

# "le 7" is a day and "la 7" an invoice; a lone figure needs the article
_LEAD = (
    r"(?:(?:^|\n)\s*(?:[-*]\s*)?|\b(?:la|the|die|der"
    r"|celle|for|pour|sur|zu|zur|auf|de la"
    r"|fur|on)\s+|[,;.]\s*(?:et |and |und )?|\b(?:et|and|und|&)\s+)"
)
_BARE = re.compile(
    rf"(?P<lead>{_LEAD})(?P<number>\d{{1,6}})"
    r"(?![\w/%€$£°]|[.,/:-]\d|\s?(?:€|\$|£|%|eur|euros?|k€|usd|gbp|chf|pounds?|jours?"
    r"|days?|tage?n?|semaines?|weeks?|wochen?|mois|months?|monate?n?|heures?|hours?|h\b"
    r"|fois|times|unit|stuck|pieces?|pcs|boxes|cartons?|palett|sacs|pallets?"
    r"|working|ouvr|janv|fev|mar|avr|apr|mai|may|jui|jul|aou|aug|sep|oct|okt|nov|dec|dez|jan"
    r"|of the|factures|invoices|rechnungen|mensualit|instal|raten)\w*)"
)
_ARTICLE = re.compile(r"\b(?:la|celle)\s+$")


def find_short_numbers(text, items, taken):
    """Return references by the whole last number of exactly one item.

    :param taken: (start, end) of what is a day, a sum or a reference already
    """
    tails = defaultdict(set)
    for item in items:
        for name in (item.name, item.number):
            tokens = tokens_of(fold(name or ""))
            if tokens and tokens[-1].isdigit():
                tails[tokens[-1]].add(item.key)
    found = []
    if not tails:
        return found
    for match in _BARE.finditer(fold(text)):
        number = match["number"]
        start, end = match.span("number")
        keys = tails.get(number.lstrip("0"), ())
        if len(keys) != 1 or any(s < end and start < e for s, e in taken):
            continue
        if len(number) == 1 and not _ARTICLE.search(match["lead"]):
            continue
        found.append(
            FoundReference(start, end, text[start:end], tuple(keys), "number", 0.8)
        )
    return found
