"""The day, sum, invoices and reason of each thing that a message says."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from .amounts import find_amounts
from .contacts import find_contact
from .date_calendar import add_months
from .date_words import MONTHS
from .dates import find_absence, find_dates
from .features import features_of
from .folding import fold
from .references import find_references
from .short_numbers import find_short_numbers

# past days are no promises, and what was paid was not paid in the future
FUTURE, PAST = ("promise", "plan_request"), ("already_paid", "remittance")
WITH_AMOUNT = ("promise", "already_paid", "remittance", "dispute", "plan_request")
WITH_DAY = ("promise", "already_paid", "remittance")
WITHOUT_KEYS = ("bounce", "auto_reply", "acknowledgement", "other")
# of these, only the invoices of their own sentence
WITHOUT_GUESS = (
    *WITHOUT_KEYS,
    *("insolvency", "legal", "privacy", "contact_change"),
)
NUMBERS = {
    **dict.fromkeys(("deux", "two", "zwei"), 2),
    **dict.fromkeys(("trois", "three", "drei"), 3),
    **dict.fromkeys(("quatre", "four", "vier"), 4),
    **dict.fromkeys(("cinq", "five", "funf"), 5),
    **dict.fromkeys(("six", "sechs"), 6),
    **dict.fromkeys(("huit", "eight", "acht"), 8),
    **dict.fromkeys(("dix", "ten", "zehn"), 10),
    **dict.fromkeys(("douze", "twelve", "zwolf"), 12),
}
COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})"
INSTALMENTS = (
    re.compile(
        rf"\b{COUNT} (?:\w+ ){{0,2}}?(?:fois|mensualites?|echeances?|versements?"
        r"|paiements?|virements?|reglements?|instal?lments?|payments?|parts?|tranches?"
        r"|times|raten|teilzahlungen|monatsraten|mois|months|monaten?)\b"
    ),
    re.compile(rf"\b(?:sur|over|uber) {COUNT} (?:mois|months|monate)\b"),
)
# before a day that will not be kept
DENIED = re.compile(
    r"\b(?:pas|plus|not|n't|cannot|unable|promised|promis|missed|planned|prevu|nicht)\b"
    r"[^.;!?]{0,38}$"
)
# the rest of a sum, on another day
SHARE = re.compile(
    r"\b(?:reste|solde|moitie|autre|puis|half|rest|balance|remainder|remaining|another"
    r"|then|second|2nd|deuxieme|tiers|third|rest|halfte|dann|zweite[nr]?|andere[nr]?"
    r"|other|others|autres|drauf|darauf|following|suivante?|premiere?|first|erste[nr]?)"
    r"\b|%|\b(?:pour|for|fur|beim?) (?:la|le|les|the|die|den|das|l')|\bfurs?\b"
)


BARE_DAY = re.compile(r"(?:(?:le|the|am|on|zum|du|au) )?\d{1,2}(?:er|st|nd|rd|th|\.)?")
IDLE = re.compile(
    r"\b(?:(?:not|pas|nicht)\s(?:(?:this|on|ce|cette|le|am|diesen|the)\s){0,2}"
    r"|(?:ferme\w{0,3}|closed|holiday|rentre|revient|geschlossen|feiertag|shut|returns"
    r"|is back|zuruck)\b[^.,;]{0,14})$"
)
HALVES = re.compile(
    r"\b(?:moitie|half|halfte|reste?|rest|balance|solde|remainder|puis|then|dann"
    r"|another|premiere?|first|ersten?)\b|\d\s?(?:€|eur|k\b|\$|£)|(?:€|\$|£)\s?\d"
)
# what is paid on the day before: "mid June for the pump, end of June for the rest"
PART = re.compile(
    r"\s?(?:(?:pour|for|fur|beim?) (?:la|le|les|the|die|den|das|l')"
    r"|(?:le|la|the|der|die|das) (?:second|seconde|zweite|deuxieme|autre|other|rest))"
)


class Entities:
    """What the finders see in a whole message, each once."""

    def __init__(self, text, base, items, currency, month_first):
        self.text, self.base = text, base
        self.items = tuple(items or ())
        dates = find_dates(text, base, month_first)
        self.amounts = find_amounts(text, currency)
        found = find_references(text, self.items, base, dates, self.amounts)
        sure = [one for one in found if one.how != "ambiguous"]
        taken = [(one.start, one.end) for one in (*dates, *self.amounts, *sure)]
        sure += find_short_numbers(text, self.items, taken)
        self.references = sorted(sure, key=lambda one: one.start)
        named = [(found.start, found.end) for found in self.references]
        free = [
            found
            for found in dates
            if found.date and not any(s <= found.start < e for s, e in named)
        ]
        self.dates = [
            found for found in free if found.names_payment_day or found.lead == "since"
        ]
        self.ahead = _ahead(free, self.dates, base, fold(text))

    def days(self, intent):
        """Return the dates that ``intent`` may have."""
        if intent in FUTURE:
            return self.ahead
        if intent in PAST:
            days = [_since(found, self.base) for found in self.dates]
            return [found for found in days if found.date <= self.base]
        return []


def _ahead(free, dates, base, folded):
    """Return the days to come on which somebody may pay.

    A month alone beside another day tells which invoice it is: "March is paid on the
    8th". Where no day to come is left, a day that looked like that of a document or
    like one of the past is meant: "the one of March, the 28th", "done Friday".
    """
    ahead = _paying([found for found in dates if found.date >= base], base, folded)
    exact = [found for found in ahead if fold(found.text).strip(" .") not in MONTHS]
    if exact:
        return exact
    if ahead:
        return ahead
    ahead = [
        found
        for found in free
        if found.is_reference and found.date > base and found.lead != "since"
    ]
    if ahead:
        return ahead
    return [
        found._replace(date=later)
        for found in dates
        if found.date < base and (later := _next_time(found)) and later >= base
    ]


def _next_time(found):
    """Return the next such weekday, or the same day of the next month, or None."""
    if found.kind == "weekday":
        return found.date + timedelta(days=7)
    is_bare = BARE_DAY.fullmatch(fold(found.text).strip(" .,"))
    return add_months(found.date, 1) if is_bare else None


def _paying(ahead, base, folded):
    """Return days without those on which nobody pays, where others are left.

    "Not this Wednesday but Friday", "closed on Monday, so Tuesday"; and "entered today,
    executed on the 9th", unless a part of the sum goes out today.
    """
    kept = [
        found
        for found in ahead
        if not IDLE.search(folded[max(0, found.start - 34) : found.start])
    ]
    kept = kept or ahead
    later = [found for found in kept if found.date > base]
    return later if later and not HALVES.search(folded) else kept


def _since(found, base):
    """Return a day that is over: "paid since 27 March" was this year's or the last."""
    if found.lead == "since" and found.date > base and found.date.month != 2:
        return found._replace(date=found.date.replace(year=found.date.year - 1))
    return found


def within(found, start, end):
    """Return what begins between two places."""
    return [one for one in found if start <= one.start < end]


def fill(findings, entities, reading):
    """Return ``findings`` with their details, parted or joined by invoice."""
    result = []
    for finding in findings:
        if finding.intent in ("bounce", "auto_reply") or not finding.evidence:
            result.append(finding)
        else:
            result += _parted(finding, entities)
    _from_neighbours(result, entities, reading)
    for finding in result:
        _one_of_a_kind(finding, entities, reading)
    return _joined(result)


def _parted(finding, entities):
    """Return one finding for each day or invoice of the sentence."""
    start, end = finding.start, finding.end
    intent = finding.intent
    days = within(entities.days(intent), start, end)
    references = within(entities.references, start, end)
    if intent in WITHOUT_KEYS:
        references = []
    sums = within(entities.amounts, start, end)
    cuts = _cuts(entities.text, start, end, days, references)
    found = []
    for left, right in zip([start, *cuts], [*cuts, end], strict=True):
        piece = replace(finding)
        piece.date = _day(within(days, left, right), entities.text)
        piece.keys = _keys(within(references, left, right))
        amount = next(iter(within(sums, left, right)), None)
        if amount and intent in WITH_AMOUNT:
            piece.amount, piece.currency = amount.value, amount.currency
        if cuts:
            _trim(piece, entities.text, left, right)
        found.append(piece)
    return found


def _day(days, text):
    """Return the day that counts: "not on the 15th as planned, but on the 22nd"."""
    if len(days) > 1 and DENIED.search(fold(text[: days[0].start])[-40:]):
        return days[1].date
    return days[0].date if days else None


def _trim(finding, text, left, right):
    """Let ``finding`` quote only its own part of the sentence."""
    words = text[left:right]
    kept = words.strip(" \t\n,;")
    finding.start = left + words.find(kept)
    finding.end = finding.start + len(kept)
    finding.evidence = kept


def _cuts(text, start, end, days, references):
    """Return where a sentence goes over to the next invoice or part."""
    if len({one.date for one in days}) < 2:
        return []
    marks = sorted(
        [(one.start, one.end, "day") for one in days]
        + [(one.start, one.end, "invoice") for one in references]
    )
    if len(references) >= 2:
        first = marks[0][2]
        if first == "invoice":  # FA1 on Friday, FA2 on Monday
            return [
                now[0]
                for before, now in pairwise(marks)
                if before[2] == "day" and now[2] == "invoice"
            ]
        return [  # on Friday FA1, on Monday FA2
            now[0]
            for before, now in pairwise(marks)
            if before[2] == "invoice" and now[2] == "day"
        ]
    folded, cuts = fold(text), []
    for before, now in pairwise(days):
        between = folded[before.end : now.start]
        if before.date == now.date:
            continue
        behind = folded[now.end : now.end + 30].split(".")[0]
        if (
            SHARE.search(between)
            or any(sign.isdigit() for sign in between)
            or (PART.match(behind) and re.search(r"[,;]|\b(?:et|and|und)\b", between))
        ):
            comma = re.search(r"[,;]| (?:et|and|und|puis|then) ", between)
            cuts.append(before.end + (comma.start() if comma else 0))
    return cuts


def _keys(references):
    found = {}
    for reference in references:
        found.update(dict.fromkeys(reference.keys))
    return tuple(found)


def _from_neighbours(findings, entities, reading):
    """Take from the sentences beside what a finding's own does not say."""
    claimed = {
        key
        for finding in findings
        if finding.intent != "remittance"
        for key in finding.keys
    }
    for finding in findings:
        place = reading.place_of(finding.start)
        if place is None or not finding.evidence:
            continue
        others = [
            other.start
            for other in findings
            if other.intent != finding.intent and other.evidence
        ]
        if finding.intent == "remittance":
            finding.keys = tuple(
                key
                for key in dict.fromkeys((*finding.keys, *_keys(entities.references)))
                if key in finding.keys or key not in claimed
            )
        for at in (place - 1, place + 1):
            if 0 <= at < len(reading.units):
                _take(finding, reading.units[at], entities, others)
        if not finding.keys and finding.intent not in WITHOUT_GUESS:
            before = reading.units[place - 1 : place]
            if before:  # "118 did not reach us. Could we have a copy?"
                start, end = before[0].start, before[0].end
                finding.keys = _keys(within(entities.references, start, end))
            finding.keys = finding.keys or _only_one(entities, claimed)
        days = {one.date for one in entities.days(finding.intent)}
        if finding.intent in WITH_DAY and not finding.date and len(days) == 1:
            finding.date = days.pop()


def _only_one(entities, claimed):
    """Return the one item that is named at all, or the only one that is open."""
    named = tuple(key for key in _keys(entities.references) if key not in claimed)
    if not named and len(entities.items) == 1:
        named = (entities.items[0].key,)
    return named if len(named) == 1 else ()


def _take(finding, unit, entities, others):
    """Take keys and the day from one sentence, if no other finding quotes it."""
    if any(unit.start <= start < unit.end for start in others):
        return
    if not finding.keys and finding.intent not in WITHOUT_GUESS:
        finding.keys = _keys(within(entities.references, unit.start, unit.end))
    if finding.date is None:
        days = within(entities.days(finding.intent), unit.start, unit.end)
        finding.date = days[0].date if days else None


def _one_of_a_kind(finding, entities, reading):
    """Write what does not depend on other findings: reason, contact."""
    if finding.intent == "dispute":
        finding.reason = reading.model.reason(features_of(finding.evidence))[0]
    elif finding.intent == "contact_change":
        finding.contact = find_contact(entities.text)


def _joined(findings):
    """Join findings of one intent that do not say different things."""
    result = []
    for finding in findings:
        for kept in result:
            if kept.intent == finding.intent and _agree(kept, finding):
                kept.keys = tuple(dict.fromkeys((*kept.keys, *finding.keys)))
                kept.date = kept.date or finding.date
                if kept.amount is None:
                    kept.amount, kept.currency = finding.amount, finding.currency
                kept.confidence = max(kept.confidence, finding.confidence)
                break
        else:
            result.append(finding)
    return result


def _agree(one, other):
    """Return whether two findings of an intent are one."""
    if one.date and other.date and one.date != other.date:
        return False
    apart = one.keys and other.keys and set(one.keys) != set(other.keys)
    if one.intent == "dispute" and one.reason != other.reason:
        return not apart
    return not (apart and one.amount and other.amount)


def absence_of(finding, text, subject, base):
    """Write the day of return and the deputy of an automatic reply."""
    absence = find_absence(text, subject or "", base)
    if absence is None:
        return
    finding.return_date = absence.return_date
    if absence.deputy_name or absence.deputy_email:
        finding.deputy = absence[1:]


def instalments_of(evidence, text):
    """Return in how many parts a debt is to be paid, 0 where it is not said."""
    for words in (evidence, text):
        folded = fold(words)
        for pattern in INSTALMENTS:
            for found in pattern.finditer(folded):
                count = found["count"]
                number = NUMBERS.get(count) or int(count)
                if 2 <= number <= 60:
                    return number
    return 0
