"""Items named by words: a month, all of them, both, the oldest, all but one."""

import re
from itertools import islice

from .date_words import MONTH_WORD, YEAR, to_month

_INVOICES = (
    r"(?:factures?|invoices?|bills?|rechnung(?:en)?|echeances?|items?|posten|celles?"
    r"|ones?)"
)
_MONTH_AFTER = re.compile(
    rf"\b(?P<noun>{_INVOICES})\s(?:(?!du\b"
    rf"|dated\b)[\w']{{1,14}}\s){{0,2}}?(?:du mois de|du mois d'|de|d'|of|for|from|vom"
    rf"|von|im|aus|fur|en date de)\s?(?:the month of\s)?(?P<month>{MONTH_WORD})(?:\s"
    rf"(?P<year>{YEAR}))?(?P<more>(?:\s?(?:,|et|and|und|&)\s?(?:de\s"
    rf"|d')?{MONTH_WORD}){{0,5}})(?!\s?\d)"
)
_MONTH_BEFORE = re.compile(
    rf"\b(?P<month>{MONTH_WORD})(?:'s)?(?:\s(?P<year>{YEAR}))?(?P<more>(?:\s?(?:,|and"
    rf"|und|&|et)\s?{MONTH_WORD}){{0,5}})[\s-]?(?P<noun>{_INVOICES}|statement)\b"
)
_MONTH_IN = re.compile(MONTH_WORD)
_PLURAL = re.compile(
    r"(?:factures|invoices|bills|rechnungen|echeances|items|posten|statement)"
)
_COUNTS = {
    word: number
    for number, words in enumerate(
        (
            "deux two zwei beiden beide",
            "trois three drei",
            "quatre four vier",
            "cinq five funf",
        ),
        2,
    )
    for word in words.split()
}
_ADJECTIVES = (
    r"(?:(?:les|vos|ces|nos|mes|of|the|these|those|your|our|open|outstanding|overdue"
    r"|unpaid|due|other|die|diese|ihre|offenen|falligen|ausstehenden|rechnungen"
    r"|impayees|ouvertes|echues|mentioned|listed|above|dues|en retard)\s){0,4}"
)
_ALL = re.compile(
    rf"\b(?:tou(?:te)?s\s{_ADJECTIVES}(?:factures|echeances|pieces|impayes|montants)"
    rf"|l'ensemble (?:de(?:s| ces| vos| nos| mes)?|du|de la) ?(?:factures|echeances"
    rf"|impayes|dettes?|sommes|compte|solde|montants?|encours|dette|retards?)"
    rf"|l'(?:integralite|entierete)\b|la totalite|(?:le )?tout (?:sera|est|a ete|ca)"
    rf"|(?:tout|toutes) (?:regler|payer|solder)|solde (?:total|complet|integral|global)"
    rf"|solde (?:de (?:notre|mon|votre|nos)|du) comptes?|solder (?:le|notre|mon"
    rf"|votre) comptes?|all\s{_ADJECTIVES}(?:\d{{1,2}}\s)?(?:invoices|bills|items"
    rf"|amounts|of them|of these|overdues?|outstandings?)|all of (?:it|them|these"
    rf"|those)|everything(?= (?:will|is|was|has|due|out|in|except|but|has|gets|that|you"
    rf"|we|now|on|by|excluding|apart)\b|\W{{0,2}}$|[.,;!\n])|(?:whole|entire|full|total"
    rf"|complete) (?:account|balance|amount|outstanding|sum|debt|overdue)"
    rf"|account in full|settle the account|clear the account|balance in full"
    rf"|alle\s{_ADJECTIVES}(?:rechnungen|posten|betrage)"
    rf"|samtliche\s{_ADJECTIVES}(?:rechnungen|posten)|gesamte[nr]? (?:betrag|saldo"
    rf"|summe|forderung|rechnungsbetrag|offene\w? betrag)|alles|(?:all|toutes|tous|tout"
    rf"|alle)(?=\s(?:except|sauf|hormis|but|excluding|auser|apart|other than"
    rf"|a l'exception|excepte)))\b"
)
_BOTH = re.compile(
    r"\b(?:les deux|ces deux|vos deux|nos deux|both|die beiden|beide[nr]?|diese beiden"
    r"|the two|these two)\b(?!\s(?:parties|cotes|ans|mois|semaines|jours|sides|of us"
    r"|weeks|months|days|sites|societes|entreprises|companies|directors|seiten|fois))"
)
_SOME = re.compile(
    rf"\b(?:les|ces|vos|nos|the|these|your|our|all|die|diese)\s(?P<count>\d{{1,2}}"
    rf"|trois|three|drei|quatre|four|vier|cinq|five|funf)\s(?:(?:open|outstanding"
    rf"|overdue|offenen|above|autres)\s)?{_INVOICES}\b"
)
_OTHERS = re.compile(
    r"\b(?:(?:les |vos |toutes les )?autres (?:factures|echeances)|(?:all )?(?:the "
    r"|your )?other (?:invoices|ones|items|bills)|remaining (?:invoices|ones|items)"
    r"|ubrigen rechnungen|restlichen rechnungen|anderen rechnungen|factures restantes"
    r"|rest of the invoices|reste des factures|les (?P<two>deux|trois) autres"
    r"|the other (?P<too>two|three)|(?P<one>l'autre(?: facture)?|the other(?: one"
    r"| invoice)?|die andere(?: rechnung)?)(?=[\s,.:]))(?!\s(?:jour|fois|societe|entite"
    r"|cote|service|agence|compte|hand|day|party|company))"
)
_SECOND = re.compile(
    r"\b(?:la (?:seconde|deuxieme|2e|2eme)(?: facture)?|(?:the )?second (?:one|invoice)"
    r"|die zweite(?: rechnung)?)\b(?!\s(?:fois|relance|quinzaine|moitie|partie|echeance"
    r"|time|livraison|tranche|mahnung|semaine|demande|reminder))"
)
_OLDEST = re.compile(
    r"\b(?:(?:facture|echeance) la plus ancienne|l'ancienne(?= )"
    r"|plus ancienne(?: facture| echeance)?|plus vieille(?: facture)?"
    r"|oldest(?: (?:open |outstanding |overdue )?(?:invoice|one|item|bill))?"
    r"|earliest invoice|altesten? rechnung|alteste)\b(?!s)"
)
_LATEST = re.compile(
    r"\b(?:derniere facture|facture la plus recente|plus recente(?: facture)?|(?:last"
    r"|latest|newest|most recent) (?:invoice|one|bill)|(?:letzten?|neuesten?"
    r"|jungsten?) rechnung)\b"
)
_FIRST = re.compile(
    r"\b(?:premiere facture|(?:very )?first invoice|ersten? rechnung)\b"
)
_FIRST_OF_TWO = re.compile(
    r"\b(?:la premiere|(?:the )?first one|die erste)\b(?!\s(?:fois|relance|quinzaine"
    r"|moitie|partie|echeance|time|livraison|tranche|mahnung|semaine|demande|reminder"
    r"|facture))"
)
_OF_TWO = 2  # these phrases say something only of two items
_AGES = (
    (_OLDEST, 0, "oldest", 0),
    (_FIRST, 0, "first", 0),
    (_FIRST_OF_TWO, 0, "first", _OF_TWO),
    (_SECOND, 1, "second", _OF_TWO),
    (_LATEST, -1, "latest", 0),
)
_EXCEPT = re.compile(
    r"\b(?:sauf|hormis|excepte|a l'exception d|a part|hors|en dehors d|except(?:ing"
    r"| for)?|excluding|apart from|other than|but not|but|bar|save|auser|auszer|ausser"
    r"|bis auf|ohne|mit ausnahme|sans compter|but for|all but)\b"
)
_COUNT = (
    r"(?:deux|two|zwei|beiden?|trois|three|drei|quatre|four|vier|cinq|five|funf|[2-9])"
)
_OLD = (
    r"(?:premieres|premiers|first|ersten|(?:plus )?anciennes|(?:plus )?vieilles|oldest"
    r"|older|earliest|a[e]?ltesten|a[e]?lteren|alten)"
)
_NEW = (
    r"(?:dernieres|derniers|last|letzten|(?:plus )?recentes|latest|newest|newer"
    r"|most recent|ju[e]?ngsten|ju[e]?ngeren|neuesten|neueren|neuen)"
)
_NO_INVOICE = (
    r"(?!\s(?:fois|semaines?|mois|jours|annees|ans|relances?|rappels?|lettres?|mails?"
    r"|e-?mails?|courriers?|appels?|livraisons?|commandes?|weeks?|months?|days?|years?"
    r"|reminders?|letters?|calls?|times?|orders?|deliver\w+|shipments?|wochen?|monate?n?"
    r"|tagen?|jahren?|mahnung\w*|raten?|lieferung\w*|bestellung\w*|half|halves))"
)
_SEVERAL = re.compile(
    rf"\b(?:les|des|vos|ces|the|your|die|den|der)\s(?:(?P<count>{_COUNT})\s"
    rf"(?:(?P<old>{_OLD})|(?P<new>{_NEW}))|(?:(?P<old2>{_OLD})|(?P<new2>{_NEW}))\s"
    rf"(?P<count2>{_COUNT}))\b{_NO_INVOICE}"
)
_THE_ONE = re.compile(
    r"\b(?:(?:(?:la|the|die|der|den|das)\s)?(?:position|posten|nummer|number|item|line"
    r"|poste|beleg)\s(?P<named>un|eins|one|deux|zwei|two|trois|drei|three|quatre|vier"
    r"|four|cinq|funf|five)\b|(?:la|the|die|der|den)\s(?:(?P<place>premiere|first"
    r"|ersten?|deuxieme|seconde|second|zweiten?|troisieme|third|dritten?|quatrieme"
    r"|fourth|vierten?|cinquieme|fifth|funften?)|(?P<older>plus ancienne|older"
    r"|a[e]?lteren?|alten?)|(?P<newer>plus recente|newer|ju[e]?ngeren?|neueren?|neuen?)"
    r"|(?P<last>derniere|last|letzten?|ju[e]?ngsten?|neuesten?))"
    r"(?:\s(?:one|facture|invoice|rechnung|position|beleg))?(?=\s?[,.;:!?)]|\s?$"
    r"|\s(?:est|sera|part|passe|a|n'|ne|je|on|nous|reste|vous|is|was|will|has|we|i"
    r"|gets?|goes|ist|wird|wurde|hat|kommt|folgt|zahl\w*|geht|am|bleibt|haben|und|et"
    r"|and|wegen|pour|attend)\b))"
)
_PLACES = {
    word: number
    for number, words in enumerate(
        (
            "un eins one premiere first erste ersten",
            "deux zwei two deuxieme seconde second zweite zweiten",
            "trois drei three troisieme third dritte dritten",
            "quatre vier four quatrieme fourth vierte vierten",
            "cinq funf five cinquieme fifth funfte funften",
        )
    )
    for word in words.split()
}
_LEFT = re.compile(
    rf"\b(?:(?:die|den|der|les|the|bei den)\s(?:(?P<count>{_COUNT})\s(?:anderen|ubrigen"
    rf"|uebrigen|restlichen|other|remaining|autres|restantes)|(?:anderen|ubrigen|uebrigen"
    rf"|restlichen|other|remaining|autres)\s(?P<count2>{_COUNT})\b|ubrigen\b|others\b"
    rf"|autres\b(?!\s(?:factures|services?|points|questions|documents)))"
    rf"|der rest(?= (?:ist|wird|kommt|folgt|geht|wurde)\b)"
    rf"|the rest(?= (?:is|will|was|has|gets|goes|are|follow\w*)\b)"
    rf"|le reste(?= (?:est|sera|part|suit|a)\b))"
)
_ALL_OF = re.compile(
    rf"\b(?:alle|all|toutes les|tous les|les)\s(?P<count>{_COUNT})\b"
    rf"(?!\s(?:autres?|dernieres?|derniers|premieres?|premiers|plus|semaines?|mois|jours"
    rf"|fois|weeks?|months?|days?|wochen|monate|tage|others?))"
)
_STOP = re.compile(r"[.!?;](?=\s|$)|\n\s*\n")
_REACH = 80
_MANY = 50  # phrases of one sort that are looked at
_GROUPS = frozenset({"all", "both", "month", "total", "others"})


def find_phrases(folded, items, base, found):
    """Return the entries found by numbers with those found by words.

    :param found: ``(start, end, keys, how, confidence)`` found so far
    """
    keys = [item.key for item in items]
    found = found + _months(folded, items, base, found)
    found += _by_place(folded, items, found)
    found += _by_age(folded, items, found)
    added = _others(folded, keys, found)
    added += _left(folded, keys, found, added)
    for match in islice(_ALL.finditer(folded), _MANY):
        if not _inside(match, added):
            added.append((*match.span(), keys, "all", 0.85))
    added += _both(folded, keys, found)
    for match in _SOME.finditer(folded):
        if _number(match["count"]) == len(keys) and not _inside(match, added):
            added.append((*match.span(), keys, "all", 0.85))
    for match in islice(_ALL_OF.finditer(folded), _MANY):
        is_free = not _inside(match, found + added)
        if is_free and _number(match["count"]) == len(keys):
            added.append((*match.span(), keys, "all", 0.8))
    return _except(folded, found + added, keys)


def _number(word):
    """Return the number that a digit or a word says."""
    return int(word) if word.isdigit() else _COUNTS[word]


def _by_place(folded, items, found):
    """Return the items named by their place in the list: "the first two", "die dritte".

    The list is that of the reminder: in the order of their days.
    """
    dated = [item for item in items if item.date or item.due]
    dated.sort(key=lambda item: (item.date or item.due, str(item.key)))
    keys = [item.key for item in dated]
    entries = []
    for match in islice(_SEVERAL.finditer(folded), _MANY):
        count = _number(match["count"] or match["count2"])
        if count < len(keys) and not _inside(match, found):
            is_old = match["old"] or match["old2"]
            some = keys[:count] if is_old else keys[-count:]
            entries.append((*match.span(), some, "place", 0.8))
    for match in islice(_THE_ONE.finditer(folded), _MANY):
        key = _at_place(match, keys)
        if key is not None and not _inside(match, found + entries):
            entries.append((*match.span(), [key], "place", 0.75))
    return entries


def _at_place(match, keys):
    """Return the key that a phrase of one place names, or None."""
    if len(keys) < _OF_TWO:
        return None
    if match["older"] or match["newer"]:
        ends = (keys[0], keys[-1])
        return ends[bool(match["newer"])] if len(keys) == _OF_TWO else None
    if match["last"]:
        return keys[-1]
    place = _PLACES[match["named"] or match["place"]]
    return keys[place] if place < len(keys) else None


def _left(folded, keys, found, added):
    """Return what is left of the items when others have been named, in any way."""
    named = {
        key
        for each in found
        if each[3] not in _GROUPS and each[3] != "ambiguous"
        for key in each[2]
    }
    rest = [key for key in keys if key not in named]
    entries = []
    for match in islice(_LEFT.finditer(folded), _MANY):
        count = match["count"] or match["count2"]
        fits = not count or _number(count) == len(rest)
        if rest and named and fits and not _inside(match, found + added):
            entries.append((*match.span(), rest, "others", 0.75))
    return entries


def _others(folded, keys, found):
    """Return the items that are left when some have been named."""
    exact = {key for each in found if len(each[2]) == 1 for key in each[2]}
    rest = [key for key in keys if key not in exact]
    entries = []
    for match in islice(_OTHERS.finditer(folded), _MANY):
        count = match["two"] or match["too"]
        wanted = 1 if match["one"] else _COUNTS[count] if count else len(rest)
        if rest and exact and len(rest) == wanted:
            entries.append((*match.span(), rest, "others", 0.8))
    return entries


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


def _by_age(folded, items, found):
    """Return the items named by their place in the order of their days."""
    dated = sorted(
        (item.date or item.due, str(item.key), item.key)
        for item in items
        if item.date or item.due
    )
    entries = []
    placed = [each for each in found if each[3] == "place"]
    for pattern, place, how, only in _AGES:
        if not dated or (only and len(dated) != only):
            continue
        for match in pattern.finditer(folded):
            same = [key for day, _text, key in dated if day == dated[place][0]]
            if len(same) == 1 and not _inside(match, placed):
                entries.append((*match.span(), same, how, 0.8))
    return entries


def _months(folded, items, base, found):
    """Return the items of a month that the text names: "the January invoices"."""
    entries = []
    for pattern in (_MONTH_AFTER, _MONTH_BEFORE):
        for match in islice(pattern.finditer(folded), _MANY):
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
    for match in islice(_EXCEPT.finditer(folded), _MANY):
        stop = _STOP.search(folded, match.end())
        reach = min(stop.start() if stop else len(folded), match.end() + _REACH)
        out = [
            each
            for each in result
            if match.end() <= each[0]
            and each[1] <= reach
            and each[3] not in ("all", "ambiguous")
        ]
        left = [
            each
            for each in result
            if each[3] in _GROUPS
            and match.start() - _near(match) <= each[1] <= match.end()
        ]
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
