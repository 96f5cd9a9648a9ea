"""Items named by words: a month, all of them, both, the oldest, all but one."""

import re

from .date_words import MONTH_WORD, YEAR, to_month

_INVOICES = r"(?:factures?|invoices?|bills?|rechnung(?:en)?|echeances?|items?|posten)"
_MONTH_AFTER = re.compile(
    rf"\b(?P<noun>{_INVOICES})\s(?:(?!du\b"
    rf"|dated\b)[\w']{{1,14}}\s){{0,2}}?(?:du mois de"
    r"|du mois d'|de|d'|of|for|from|vom|von|im|aus|fur"
    r"|en date de)\s?(?:the month of\s)?"
    rf"(?P<month>{MONTH_WORD})(?:\s(?P<year>{YEAR}))?"
    rf"(?P<more>(?:\s?(?:,|et|and|und|&)\s?(?:de\s|d')?{MONTH_WORD}){{0,5}})(?!\s?\d)"
)
_MONTH_BEFORE = re.compile(
    rf"\b(?P<month>{MONTH_WORD})(?:'s)?(?:\s(?P<year>{YEAR}))?(?P<more>(?:\s?(?:,|and"
    rf"|und|&|et)"
    rf"\s?{MONTH_WORD}){{0,5}})[\s-]?(?P<noun>{_INVOICES}|statement)\b"
)
_MONTH_IN = re.compile(MONTH_WORD)
_PLURAL = re.compile(
    r"(?:factures|invoices|bills|rechnungen|echeances|items|posten|statement)"
)
_COUNTS = {"deux": 2, "two": 2, "zwei": 2, "beiden": 2, "trois": 3, "three": 3, "drei": 3,
           "quatre": 4, "four": 4, "vier": 4, "cinq": 5, "five": 5, "funf": 5}  # fmt: skip
_ADJECTIVES = (
    r"(?:(?:les|vos|ces|nos|mes|of|the|these|those|your|our|open|outstanding|overdue"
    r"|unpaid"
    r"|due|other|die|diese|ihre|offenen|falligen|ausstehenden|rechnungen|impayees"
    r"|ouvertes"
    r"|echues|mentioned|listed|above|dues|en retard)\s){0,4}"
)
_ALL = re.compile(
    rf"\b(?:tou(?:te)?s\s{_ADJECTIVES}(?:factures|echeances|pieces|impayes|montants)"
    r"|l'ensemble (?:de(?:s| ces| vos| nos| mes)?|du|de la) ?(?:factures|echeances"
    r"|impayes"
    r"|dettes?|sommes|compte|solde|montants?|encours|dette|retards?)"
    r"|l'(?:integralite|ensemble|entierete)\b|la totalite|(?:le )?tout (?:sera|est"
    r"|a ete|ca)"
    r"|(?:tout|toutes) (?:regler|payer|solder)|solde (?:total|complet|integral|global)"
    r"|solde (?:de (?:notre|mon|votre|nos)|du) comptes?|solder (?:le|notre|mon"
    r"|votre) comptes?"
    rf"|all\s{_ADJECTIVES}(?:\d{{1,2}}\s)?(?:invoices|bills|items|amounts|of them"
    rf"|of these"
    r"|overdues?|outstandings?)|all of (?:it|them|these|those)|everything"
    r"|(?:whole|entire|full|total|complete) (?:account|balance|amount|outstanding|sum"
    r"|debt"
    r"|overdue)|account in full|settle the account|clear the account|balance in full"
    rf"|alle\s{_ADJECTIVES}(?:rechnungen|posten|betrage)"
    rf"|samtliche\s{_ADJECTIVES}(?:rechnungen"
    r"|posten)|gesamte[nr]? (?:betrag|saldo|summe|forderung|rechnungsbetrag"
    r"|offene\w? betrag)"
    r"|alles|(?:all|toutes|tous|tout|alle)(?=\s(?:except|sauf|hormis|but|excluding"
    r"|auser"
    r"|apart|other than|a l'exception|excepte)))\b"
)
_BOTH = re.compile(
    r"\b(?:les deux|ces deux|vos deux|nos deux|both|die beiden|beide[nr]?|diese beiden"
    r"|the two|these two)\b(?!\s(?:parties|cotes|ans|mois|semaines|jours|sides|of us"
    r"|weeks"
    r"|months|days|sites|societes|entreprises|companies|directors|seiten|fois))"
)
_SOME = re.compile(
    r"\b(?:les|ces|vos|nos|the|these|your|our|all|die|diese)\s(?P<count>\d{1,2}|trois"
    r"|three|drei"
    r"|quatre|four|vier|cinq|five|funf)\s(?:(?:open|outstanding|overdue|offenen|above"
    r"|autres)"
    rf"\s)?{_INVOICES}\b"
)
_OTHERS = re.compile(
    r"\b(?:(?:les |vos |toutes les )?autres (?:factures|echeances)|(?:all )?(?:the "
    r"|your )?"
    r"other (?:invoices|ones|items|bills)|remaining (?:invoices|ones|items)|ubrigen"
    r" rechnungen|restlichen rechnungen|anderen rechnungen|factures restantes"
    r"|rest of the invoices|reste des factures)\b"
)
_OLDEST = re.compile(
    r"\b(?:(?:facture|echeance) la plus ancienne|plus ancienne(?: facture| echeance)?"
    r"|plus vieille(?: facture)?|oldest(?: (?:open |outstanding |overdue )?(?:invoice"
    r"|one|item"
    r"|bill))?|earliest invoice|altesten? rechnung|alteste)\b(?!s)"
)
_LATEST = re.compile(
    r"\b(?:derniere facture|facture la plus recente|plus recente(?: facture)?|(?:last"
    r"|latest"
    r"|newest|most recent) (?:invoice|one|bill)|(?:letzten?|neuesten?"
    r"|jungsten?) rechnung)\b"
)
_FIRST = re.compile(
    r"\b(?:premiere facture|(?:very )?first invoice|ersten? rechnung)\b"
)
_EXCEPT = re.compile(
    r"\b(?:sauf|hormis|excepte|a l'exception d|a part|hors|en dehors d|except(?:ing"
    r"| for)?"
    r"|excluding|apart from|other than|but not|but|bar|save|auser|auszer|ausser"
    r"|bis auf|ohne"
    r"|mit ausnahme|sans compter|but for|all but)\b"
)
_STOP = re.compile(r"[.!?;](?=\s|$)|\n\s*\n")
_REACH = 80


def find_phrases(folded, items, base, found):
    """Return the entries found by numbers with those found by words.

    :param found: ``(start, end, keys, how, confidence)`` found so far
    """
    keys = [item.key for item in items]
    found = found + _months(folded, items, base, found)
    exact = {key for each in found if len(each[2]) == 1 for key in each[2]}
    added = []
    for match in _OTHERS.finditer(folded):
        rest = [key for key in keys if key not in exact]
        if rest and exact:
            added.append((*match.span(), rest, "others", 0.8))
    for match in _ALL.finditer(folded):
        if not _inside(match, added):
            added.append((*match.span(), keys, "all", 0.85))
    added += _both(folded, keys, found)
    for match in _SOME.finditer(folded):
        word = match["count"]
        count = int(word) if word.isdigit() else _COUNTS[word]
        if count == len(keys) and not _inside(match, added):
            added.append((*match.span(), keys, "all", 0.85))
    added += _by_age(folded, items)
    return _except(folded, found + added, keys)


def _inside(match, entries):
    return any(
        start < match.end() and match.start() < end for start, end, *_ in entries
    )


def _both(folded, keys, found):
    """Return the two items there are, or the two named before."""
    entries = []
    for match in _BOTH.finditer(folded):
        named = list(
            dict.fromkeys(
                key
                for each in found
                if each[0] < match.start() and len(each[2]) == 1
                for key in each[2]
            )
        )
        pair = keys if len(keys) == 2 else named if len(named) == 2 else None
        if pair:
            entries.append((*match.span(), list(pair), "both", 0.85))
    return entries


def _by_age(folded, items):
    entries = []
    dated = sorted((item.date or item.due, str(item.key), item.key) for item in items
                   if item.date or item.due)  # fmt: skip
    if not dated:
        return entries
    for pattern, place, how in ((_OLDEST, 0, "oldest"), (_FIRST, 0, "first"),
                                (_LATEST, -1, "latest")):  # fmt: skip
        for match in pattern.finditer(folded):
            same = [key for day, _text, key in dated if day == dated[place][0]]
            if len(same) == 1:
                entries.append((*match.span(), same, how, 0.8))
    return entries


def _months(folded, items, base, found):
    """Return the items of a month that the text names: "the January invoices"."""
    entries = []
    for pattern in (_MONTH_AFTER, _MONTH_BEFORE):
        for match in pattern.finditer(folded):
            if _inside(
                match, [each for each in found + entries if each[3] != "amount"]
            ):
                continue
            words = match["month"] + " " + (match["more"] or "")
            months = {to_month(word) for word in _MONTH_IN.findall(words)}
            keys = [
                item.key
                for item in items
                if item.date
                and item.date.month in months
                and _in_year(item, match, base)
            ]
            if not keys:
                continue
            many = bool(_PLURAL.match(match["noun"])) or len(months) > 1
            sure = 0.85 if len(keys) == 1 or many else 0.3
            how = "month" if sure > 0.5 else "ambiguous"
            entries.append((*match.span(), keys, how, sure))
    return entries


def _in_year(item, match, base):
    if match["year"]:
        return item.date.year == int(match["year"])
    return 0 <= (
        base.year - item.date.year
    ) * 12 + base.month - item.date.month < 12 or (item.date > base)


def _near(match):
    """Return how far before an exception what it is taken from may stand."""
    return 3 if match.group() in ("but", "bar", "save") else _REACH


def _except(folded, entries, keys):
    """Turn "all" with an exception into the rest, and drop what is excepted."""
    result = list(entries)
    for match in _EXCEPT.finditer(folded):
        stop = _STOP.search(folded, match.end())
        reach = min(stop.start() if stop else len(folded), match.end() + _REACH)
        out = [each for each in result if match.end() <= each[0] and each[1] <= reach
               and each[3] not in ("all", "ambiguous")]  # fmt: skip
        left = [each for each in result if each[3] in ("all", "both", "month", "total", "others")
                and match.start() - _near(match) <= each[1] <= match.end()]  # fmt: skip
        if match.group() == "all but" and not left:
            left = [(match.start(), match.end(), keys, "all", 0.85)]
            result += left
        if not out or not left:
            continue
        gone = {key for each in out for key in each[2]}
        end = max(each[1] for each in out)
        for each in left:
            rest = [key for key in each[2] if key not in gone]
            result.remove(each)
            if rest:
                result.append((each[0], end, rest, "except", 0.85))
        result = [each for each in result if each not in out]
    return result
