"""When an absent person is back, and who stands in."""

import re
from datetime import timedelta
from typing import NamedTuple

from .contacts import read_person
from .date_finder import find_dates
from .folding import fold

_BACK = re.compile(
    r"(?:de retour|retour(?: prevu| au bureau)?|back|return(?:ing|s)?|reviens"
    r"|reviendr\w{1,4}"
    r"|reprend\w{0,5}|reprise|rentre\w{0,4}|rouvr\w{1,6}|reouvr\w{1,6}|reopen\w{0,3}"
    r"|reouverture"
    r"|wieder|zuruck|available(?: again)?|disponible|joignable|resum\w{1,3}"
    r"|in the office"
    r"|au bureau|presente?|repondr\w{1,4}|respond|reply)\b[^.;!?\n]{0,45}$"
)
_BACK_AFTER = re.compile(
    r"[^.;!?\n]{0,40}\b(?:wieder|zuruck|de retour|back|again|erreichbar|im haus"
    r"|im buro|ruckkehr)"
)
_LAST_DAY = re.compile(
    r"\b(?:jusqu'(?:au|a|en)|until|till|through|thru|bis|au|to|inclus\w{0,5}|including"
    r"|-)"
    r"(?:\s(?:le|the|zum|einschl\w{0,12}|end of|la fin d\w|and including|soir du))?"
    r"(?:\s\w{3,10})?\s{0,2}$"
)
_AWAY = re.compile(
    r"\b(?:absent\w{0,2}|conges?|vacances|vacation|holidays?|leave|away"
    r"|out of (?:the )?office"
    r"|ooo|ferme\w{0,3}|fermeture|closed|closure|urlaub|abwesend|nicht im (?:buro"
    r"|hause?)"
    r"|geschlossen|indisponible|unavailable|deplacement|travel\w{0,4}|formation"
    r"|training"
    r"|maternite|parental|maladie|sick|annual|abwesenheit|elternzeit|krank)\b"
)
_NO_RETURN = re.compile(
    r"\b(?:n'est plus|no longer|nicht mehr|a quitte|has left|definitiv)"
)
_DEPUTY = re.compile(
    r"contact(?:er|ez)?\b|adress(?:er|ez)|joindre|joignez|ecri(?:re|vez)|get in touch"
    r"|reach\b"
    r"|reach out|write to|e-?mail (?:to)?|wenden|kontaktieren|vertretung|vertritt"
    r"|vertreten"
    r"|rapprocher|remplace\w{0,3}|suppl\w{2,6}|deputy|instead|urgen\w{1,5}"
    r"|dringend\w{0,5}"
    r"|interlocut\w{3,6}|assist\w{0,5}|call\b|appele[rz]|deputis|collegue|colleague"
    r"|kolleg\w{1,3}"
)


class Absence(NamedTuple):
    """What an automatic reply says of an absence."""

    return_date: object = None
    deputy_name: str = ""
    deputy_email: str = ""
    deputy_phone: str = ""


def find_absence(text, subject="", base=None, month_first=False, sender=""):
    """Return the day of return and the stand-in that a notice of absence names.

    Where only the last day of the absence is given, the day after is returned.

    :param date base: the day of the mail

    >>> from datetime import date
    >>> notice = "Absente du 3 au 15 août. Urgences : Mme Petit, petit@x.fr"
    >>> str(find_absence(notice, "", date(2026, 7, 30)).return_date)
    '2026-08-16'
    """
    day = _return_date(text, base, month_first)
    if not day and subject:
        day = _return_date(subject, base, month_first)
    return Absence(day, *_deputy(text, sender))


def _return_date(text, base, month_first):
    folded = fold(text)
    if _NO_RETURN.search(folded):
        return None
    back, last, only = [], [], []
    for each in find_dates(text, base, month_first, "next"):
        if each.is_reference or each.is_terms or each.date < base:
            continue
        before = folded[max(0, each.start - 70) : each.start]
        after = folded[each.end : each.end + 50]
        if _is_range(each, folded):
            last.append(each.date)
        elif _BACK.search(before) and each.lead not in ("until",):
            back.append(each.date if each.lead != "after" else _next(each.date))
        elif _LAST_DAY.search(before) or each.lead == "until":
            last.append(each.date)
        elif _BACK_AFTER.match(after) and each.lead != "by":
            back.append(each.date)
        elif _AWAY.search(before) or _AWAY.search(folded[each.end : each.end + 40]):
            only.append(each.date)
    if back:
        return max(back)
    ends = last or only
    return _next(max(ends)) if ends else None


def _next(day):
    return day + timedelta(days=1)


def _is_range(each, folded):
    words = folded[each.start : each.end]
    return each.kind == "period" and bool(
        re.search(r"\b(?:au|to|bis|until|till|through|et|and|und|a)\b|-", words)
    )


def _deputy(text, sender):
    """Return name, address and telephone of the stand-in."""
    best = ("", "", "")
    for cue in _DEPUTY.finditer(fold(text)):
        person = read_person(text, cue.end(), sender)
        if person:
            entry = (person.name, person.email, person.phone)
            if [bool(each) for each in (entry[1], entry[0], entry[2])] > [
                bool(each) for each in (best[1], best[0], best[2])
            ]:
                best = entry
    return best
