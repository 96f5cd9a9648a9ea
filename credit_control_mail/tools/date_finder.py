"""Days in a mail: what the customer calls a day, and which day it is."""

import re
from itertools import islice
from typing import NamedTuple

from .date_calendar import NEAREST, friday_of
from .date_context import (
    FoundDate,
    direction_of,
    is_event,
    is_reference,
    is_terms,
    lead_of,
    window_after,
    window_before,
)
from .date_grammar import Context
from .date_rules import scan
from .folding import MAX_FOUND, MAX_LENGTH, fold

_WEEK_OF = re.compile(
    r"(?:semaine|week|woche)\s(?:du|of|commencing|vom|beginning)(?:\sthe)?\s$"
)
_BETWEEN = re.compile(r"\b(?:entre|between|zwischen)\s(?:le |the |dem |den )?$")
_FROM = re.compile(r"\b(?:du|from|vom|de|d')\s?(?:the |le )?$")
_AND = re.compile(r"\s?(?:et|and|und)\s(?:le |the |dem |den )?$")
_TO = re.compile(
    r"\s?(?:au|a|to|until|till|through|bis(?: zum)?|jusqu'au|-|>|->|et)\s?(?:le |the "
    r"|zum )?$"
)
_DASH = re.compile(r"\s?(?:-|/|ou|or|oder|au)\s?(?:le |the )?$")
_ENUMERATES = re.compile(r"\s?(?:,|et|and|und|&)\s?(?:(?:du|le|de|of|the|vom|am)\s)?")


def find_dates(text, base, month_first=False, prefer="future"):
    """Return every day that a text names, in its order.

    Days without a year are the next to come, unless the phrase speaks of the past; a
    range is found as its last day. Days of the past are found too: no promise, but
    perhaps the day somebody paid. See :class:`FoundDate` for what the words around say.

    :param date base: the day of the mail
    :param bool month_first: whether 04/05 is the fifth of April
    :param str prefer: ``past`` to read all days without a year as gone, ``next`` as to
        come, whatever the words around

    >>> from datetime import date
    >>> [str(each.date) for each in find_dates("d'ici fin avril", date(2026, 3, 11))]
    ['2026-04-30']
    """
    folded = fold(text[:MAX_LENGTH])
    found = []

    def make_context(match):
        place = _look_around(folded, match.start(), match.end(), found, prefer)
        direction = NEAREST if place.is_reference else place.direction
        return Context(folded, base, month_first, direction)

    for start, end, day, kind in islice(scan(folded, make_context), MAX_FOUND):
        place = _look_around(folded, start, end, found, prefer)
        full = window_before(folded, start, 0)
        if kind == "day" and _WEEK_OF.search(full):
            day, kind = friday_of(day), "period"
        terms = is_terms(full, place.after, kind) or _is_bare_terms(folded, start, kind)
        found.append(
            FoundDate(
                start,
                end,
                text[start:end],
                day,
                kind,
                lead=lead_of(full) or (found[-1].lead if place.continues else ""),
                is_past=day < base or (day == base and place.direction < 0),
                is_terms=terms,
                is_reference=place.is_reference,
                is_event=is_event(place.after, kind),
            )
        )
    return _join_ranges(found, folded, text)


class _Place(NamedTuple):
    """The words around a day, and what they make of it."""

    after: str
    direction: int
    is_reference: bool
    continues: bool  # the next day of an enumeration


def _look_around(folded, start, end, found, prefer):
    """Return what the words between the last day found and the next break say."""
    edge = found[-1].end if found else 0
    before = window_before(folded, start, edge)
    after = window_after(folded, end)
    continues = bool(found) and bool(_ENUMERATES.fullmatch(folded[edge:start]))
    if continues and prefer != "next":
        last = found[-1]
        return _Place(after, -1 if last.is_past else 0, last.is_reference, True)
    direction = direction_of(before, after, prefer)
    is_document = is_reference(before, folded[start].isalpha())
    return _Place(after, direction, is_document, continues)


def _is_bare_terms(folded, start, kind):
    """Return whether nothing says from when a number of days counts: "60 days net"."""
    return kind == "duration" and bool(
        re.match(
            r"\d{1,3}\s?(?:jours|jrs|j|days|tage)\s?,?\s?(?:fin|net|date|d\.?f|fdm|eom"
            r"|end)|net\s\d",
            folded[start : start + 40],
        )
    )


def _join_ranges(found, folded, text):
    """Return the days with each range as one day, its last."""
    joined = []
    for each in found:
        last = joined[-1] if joined else None
        if last and _is_range(last, each, folded):
            joined[-1] = last._replace(
                end=each.end,
                text=text[last.start : each.end],
                date=each.date,
                kind="period" if each.kind == "day" else each.kind,
            )
        else:
            joined.append(each)
    return joined


def _is_range(first, second, folded):
    between = folded[first.end : second.start]
    if len(between) > 14 or (second.date - first.date).days > 400:
        return False
    before = folded[max(0, first.start - 20) : first.start]
    if _AND.fullmatch(between):
        return bool(_BETWEEN.search(before))
    if _TO.fullmatch(between):
        return bool(_FROM.search(before)) or "-" in between or first.kind == second.kind
    return bool(_DASH.fullmatch(between))
