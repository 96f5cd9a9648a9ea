"""Sums of money in a mail, in the spellings of Europe and North America."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from .date_words import UNITS
from .folding import MAX_FOUND, MAX_LENGTH, fold

_CODES = {
    "EUR": "€ eur euro euros", "USD": "us$ usd $us $ dollar dollars", "GBP":
    "£ gbp pounds pound"
    " sterling", "CHF": "chf sfr sfr. fr.", "CAD": "ca$ c$ can$ cad $ca",
    "AUD": "au$ a$ aud", "JPY": "¥ jpy yen", "MAD": "mad dh dhs dirham dirhams",
    "TND": "tnd dt", "XOF": "xof fcfa cfa", "XAF": "xaf", "PLN": "pln zl",
    "CZK": "czk kc",
    "SEK": "sek", "NOK": "nok", "DKK": "dkk kr", "HUF": "huf", "RON": "ron", "TRY": "₺",
    "INR": "inr ₹", "CNY": "cny rmb", "BRL": "brl r$", "ZAR": "zar", "SGD": "sgd s$",
    "HKD": "hkd hk$", "AED": "aed", "SAR": "sar", "ILS": "₪ ils", "DZD": "dzd",
    "BGN": "bgn", "MXN": "mxn", "NZD": "nzd nz$",
}  # fmt: skip
CURRENCIES = {word: code for code, words in _CODES.items() for word in words.split()}
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
_CROWNS = frozenset({"SEK", "NOK", "DKK"})
_WORDS = "|".join(
    re.escape(word) + (r"(?![a-z])" if word[-1].isalpha() else "")
    for word in sorted(CURRENCIES, key=len, reverse=True)
)
_NUMBER = (
    r"(?:\d{1,3}(?:[ .,']\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,12}(?:[.,]\d{1,4})?)"
)
_MULTIPLES = {
    "k": 1000, "mille": 1000, "thousand": 1000, "tausend": 1000, "tsd": 1000,
    "m": 10**6,
    "mio": 10**6, "million": 10**6, "millions": 10**6, "millionen": 10**6, "mn": 10**6,
}  # fmt: skip
_AMOUNT = re.compile(
    rf"(?:(?<![a-z])(?P<before>{_WORDS})[ ]{{0,2}})?(?<![\w/#@])(?<![\w)][.,])(?<!\w-)"
    rf"(?P<number>{_NUMBER})(?![\d@#])(?P<dash>[.,]-{{1,2}}"
    rf"|,--)?(?:[ ]{{0,2}}(?P<multiple>k|m(?:io|n|illions?|illionen)?|mille|thousand"
    rf"|tausend|tsd)\b\.?(?:[ ]?(?:d'|de |of )?)?)?(?(before)"
    rf"|(?:[ \n]{{0,2}}(?P<after>{_WORDS})(?P<cents>\d\d(?!\d))?)?)"
)
# a multiple is glued to its currency: 12k€, 12 KEUR
_GLUED = re.compile(
    rf"(?<![\w/#@.,-])(?P<number>{_NUMBER})[ ]{{0,2}}(?P<multiple>[km])(?P<after>€"
    rf"|eur\b|\$|£|chf\b|usd\b|gbp\b)"
)
_SPELT = re.compile(
    rf"\b(?:(?P<factor>deux|trois|quatre|cinq|six|sept|huit|neuf|dix|one|a|two|three"
    rf"|four|five|six|seven|eight|nine|ten)\s)?(?:mille|thousand)\s(?P<after>{_WORDS})"
)
_FACTORS = {
    word: number + 1
    for words in (
        "un deux trois quatre cinq six sept huit neuf dix",
        "one two three four five six seven eight nine ten",
    )
    for number, word in enumerate(words.split())
} | {"a": 1}
_AFTER_NUMBER = re.compile(
    r"[ ]{0,2}%|[\w/°]|[-.,:]\d|[ ]\d|[ ]{0,1}(?:jours|days|h\b)"
)
_MONEY_BEFORE = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|montant|somme|amount|sum|pay(?:e|es|er"
    r"|ons|ez|ing|ed)?|paid|virement|solde|balance|total|acompte|regl(?:e|ee|er|ons"
    r"|ement)|vers(?:e|er|ons|ement)|transfer(?:red)?|betrag|uber|avoir|due|paiement"
    r"|payment|wired?|echeances?|mensualites?|instalments?|ttc|ht|owe|deposit|remise"
    r"|only)\s?(?:(?:de|d'un|of|a|for|is|est|:|=|un|le|la|the|total|ttc|montant|amount"
    r"|about|environ|von|in|only)\s?){0,4}$"
)
_DAY_AFTER = re.compile(
    r"[ ](?:on|this|by|next|every|each|per|a month|par mois|par semaine|tomorrow|demain"
    r"|today|maintenant|aujourd'hui|ce jour|lundi|mardi|mercredi|jeudi|vendredi|autres"
    r"|monday|tuesday|wednesday|thursday|friday|am |monatlich|now\b)"
)
_NOT_MONEY = re.compile(
    r"(?:tel|tel\.|telephone|phone|fax|mobile|mob|portable|siren|siret|rcs|tva|vat|iban"
    r"|bic|n°|no\.?|nr\.?|num(?:ero)?|ref(?:erence)?|client|compte|account no|commande"
    r"|order|po|facture|factures|invoice|invoices|rechnung|ticket|dossier|contrat|cedex"
    r"|hrb|ape|bl|page|code|version|v|inv|fa|fac)[\s.:#°]{0,3}$|\+\d{0,3}\s?$|\d[ ]$"
)
_TIME_LIKE = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
_TIME_BEFORE = re.compile(r"\b(?:a|at|um|vers|gegen|des|from|ab)\s$")
_DAY_LIKE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])")


class FoundAmount(NamedTuple):
    """A sum of money that a text names, and where."""

    start: int
    end: int
    text: str
    value: Decimal
    currency: str | None


def to_decimal(written):
    """Return the number that digits with separators mean, or None.

    >>> [str(to_decimal(each)) for each in ("1.250,50", "1'250.50", "1,250", "1,25")]
    ['1250.50', '1250.50', '1250', '1.25']
    """
    digits = re.sub(r"[ ']", "", written)
    marks = [mark for mark in digits if mark in ".,"]
    if marks:
        whole, part = digits.rsplit(marks[-1], 1)
        grouped = len(part) == 3 and whole not in ("", "0") and len(whole) <= 11
        decimal = marks.count(marks[-1]) == 1 and not (
            grouped and (len(marks) > 1 or len(whole) <= 3) and len(set(marks)) == 1
        )
        if len(set(marks)) == 2:
            decimal = True
        whole = re.sub(r"[.,]", "", whole)
        digits = f"{whole}.{part}" if decimal else whole + part
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def find_amounts(text, currency=None):
    """Return the sums of money of a text; their sign is left out.

    Without a currency beside it a number counts as money when it is written like money
    or the words before say so; dates, telephones and numbers of things do not.

    :param str currency: the customer's own, which settles what ``$`` and ``kr`` mean

    >>> [str(each.value) for each in find_amounts("1 250,50 € sur 12k€ le 12.03.2026")]
    ['1250.50', '12000']
    """
    folded = fold(text[:MAX_LENGTH])
    found = []
    place = 0
    while len(found) < MAX_FOUND and (match := _AMOUNT.search(folded, place)):
        place = match.end()
        glued = _GLUED.match(folded, match.start())
        match = glued or match
        value = _value(match, folded)
        if value is None:
            place = max(match.start("number") + 1, _end_of_digits(folded, match))
            continue
        end = len(folded[: match.end()].rstrip())
        code = _code(match, currency)
        found.append(
            FoundAmount(match.start(), end, text[match.start() : end], value, code)
        )
        place = max(end, match.start() + 1)
    return found + _spelt(folded, text, currency)


def _end_of_digits(folded, match):
    """Return where the digits that were no money end: their rest is none either."""
    end = match.start("number")
    while end < len(folded) and folded[end].isdigit():
        end += 1
    return end


def _spelt(folded, text, currency):
    if "mille" not in folded and "thousand" not in folded:
        return []
    return [
        FoundAmount(
            match.start(),
            match.end(),
            text[match.start() : match.end()],
            Decimal(1000 * _FACTORS.get(match["factor"], 1)),
            _code(match, currency),
        )
        for match in _SPELT.finditer(folded)
        if not folded[: match.start()].rstrip()[-1:].isdigit()
    ]


def _code(match, currency):
    groups = match.groupdict()
    word = groups.get("before") or groups.get("after")
    code = CURRENCIES.get(word)
    if word in ("$", "dollar", "dollars") and currency in _DOLLARS:
        return currency
    return currency if word == "kr" and currency in _CROWNS else code


def _value(match, folded):
    """Return the value of a match, or None where it is no money."""
    groups = match.groupdict()
    named = groups.get("before") or groups.get("after")
    written = match["number"]
    value = to_decimal(written)
    if value is None:
        return None
    if not named and not _is_money(match, folded, written):
        return None
    if groups.get("before") and re.match(
        r"[\w/]|[-.,:]\d", folded[match.end() : match.end() + 3]
    ):
        return None
    if groups.get("cents") and "," not in written and "." not in written:
        value += Decimal(match["cents"]) / 100
    return value * _MULTIPLES.get(match["multiple"], 1)


def _is_time(written, before):
    """Return whether a number with a point is the time of a day."""
    return bool(_TIME_LIKE.fullmatch(written) and _TIME_BEFORE.search(before))


def _is_money(match, folded, written):
    """Return whether a number without currency is a sum of money."""
    after = folded[match.end() : match.end() + 16]
    before = folded[max(0, match.start("number") - 30) : match.start("number")]
    if _AFTER_NUMBER.match(after) or _NOT_MONEY.search(before):
        return False
    if re.match(r"0\d", written) or UNITS.match(folded, match.end()):
        return False
    cued = bool(_MONEY_BEFORE.search(before) or _DAY_AFTER.match(after))
    if match["multiple"]:
        return match["multiple"] == "k" and (cued or " " not in match.group())
    if re.search(r"[.,]\d\d$", written) or match["dash"]:
        return cued or not (_DAY_LIKE.fullmatch(written) or _is_time(written, before))
    if re.search(r"[ .,']\d{3}$", written):
        return True
    return (
        cued and 3 <= len(written) <= 6 and not re.fullmatch(r"(?:19|20)\d\d", written)
    )
