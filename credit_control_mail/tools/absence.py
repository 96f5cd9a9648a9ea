"""When an absent person is back, and who stands in."""

import re
from datetime import timedelta
from typing import NamedTuple

from .contacts import read_people
from .date_finder import find_dates
from .folding import MAX_LENGTH, fold
from .text import sentences

_BACK = re.compile(
    r"(?:de retour|retour(?: prevu| au bureau)?|back|return(?:ing|s)?|reviens"
    r"|reviendr\w{1,4}|reprend\w{0,5}|reprise|rentre\w{0,4}|rouvr\w{1,6}|reouvr\w{1,6}"
    r"|reopen\w{0,3}|reouverture|wieder|zuruck|available(?: again)?|disponible"
    r"|joignable|resum\w{1,3}|in the office|au bureau|presente?"
    r"|ruckkehr)\b[^.;!?\n]{0,45}$"
)
_ANSWERS = re.compile(
    r"\b(?:repondr\w{1,4}|respond|reply (?:to|on)|answer\w{0,3}|read|lirai"
    r"|traiter\w{1,3}|lesen|beantwort\w{1,3})\b[^.;!?\n]{0,45}$"
)
_GET_BACK = re.compile(
    r"get back to|come back to|revenir vers|reviendr\w{1,4} vers|reviens vers"
)
_BACK_AFTER = re.compile(
    r"[^.;!?\n]{0,40}\b(?:wieder|zuruck|de retour|back|again|erreichbar|im haus|im buro"
    r"|ruckkehr)"
)
_LAST_DAY = re.compile(
    r"\b(?:jusqu'(?:au|a|en)|until|till|through|thru|bis|au|to|inclus\w{0,5}|including"
    r"|-)(?:\s(?:le|the|zum|einschl\w{0,12}|end of|la fin d\w|and including"
    r"|soir du))?(?:\s\w{3,10})?\s{0,2}$"
)
_AWAY = re.compile(
    r"\b(?:absent\w{0,2}|conges?|vacances|vacation|holidays?|leave|away"
    r"|out of (?:the )?office|ooo|ferme\w{0,3}|fermeture|closed|closure|urlaub|abwesend"
    r"|nicht im (?:buro|hause?)|geschlossen|indisponible|unavailable|deplacement"
    r"|travel\w{0,4}|formation|training|maternite|parental|maladie|sick|annual"
    r"|abwesenheit|elternzeit|krank)\b"
)
_GONE = re.compile(
    r"\b(?:n'est plus|n'existe plus|no longer|nicht mehr|a quitte|ai quitte|(?:has"
    r"|have) left|left the|retired|closed for good|ne fais plus partie"
    r"|ne fait plus partie|ne travaille|ausgeschieden|quarantaine)\b"
)
_DEPUTY = re.compile(
    r"contact(?:er|ez)?\b|adress(?:er|ez)|joindre|joignez|ecri(?:re|vez)|get in touch"
    r"|reach\b|write to|e-?mail to|wenden|kontaktieren|vertretung|vertritt|vertreten"
    r"|rapprocher|remplac\w{1,6}|suppl\w{2,6}|deputy|instead|urgen\w{1,5}"
    r"|dringend\w{0,5}|interlocut\w{3,6}|assist\w{0,5}|call\b|appele[rz]|deputis\w{1,3}"
    r"|collegue|colleague|kolleg\w{1,3}|please use|cover\w{0,3}|will help|can help"
    r"|relais|traitee?s? par|assuree?s? par|assure\b|handled by|a votre disposition"
    r"|in the meantime|meanwhile|en attendant|invoices\s?:|ubernimmt|looked after"
    r"|taking care|en mon absence|in my absence|in meiner abwesenheit|helpdesk"
    r"|standing in|steps? in|stands? in|forwarded to|helfen|hilft"
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
    text = text[:MAX_LENGTH]
    day = _return_date(text, base, month_first)
    if not day and subject:
        day = _return_date(subject, base, month_first)
    if not day and _GONE.search(fold(text)):
        return Absence()
    return Absence(day, *_deputy(text, sender))


def _return_date(text, base, month_first):
    folded = fold(text)
    back, last, only = [], [], []
    for each in find_dates(text, base, month_first, "next"):
        if each.is_terms or each.date < base or (each.date == base and not back):
            continue
        before = folded[max(0, each.start - 70) : each.start]
        after = folded[each.end : each.end + 50]
        answers = _ANSWERS.search(before) or _GET_BACK.search(before)
        if _is_range(each, folded):
            last.append(each.date)
        elif (_BACK.search(before) or answers) and each.lead != "until":
            if each.kind != "duration" or not answers:
                back.append(each.date if each.lead != "after" else _next(each.date))
        elif _LAST_DAY.search(before) or each.lead == "until":
            last.append(each.date)
        elif _BACK_AFTER.match(after) and each.lead != "by":
            back.append(each.date)
        elif _AWAY.search(before.rpartition(". ")[2]) or _AWAY.search(after[:40]):
            only.append(each.date)
    if back:
        return max(back)
    ends = last or only
    return _next(max(ends)) if ends and not _GONE.search(folded) else None


def _next(day):
    return day + timedelta(days=1)


def _is_range(each, folded):
    words = folded[each.start : each.end]
    return each.kind == "period" and bool(
        re.search(r"\b(?:au|to|bis|until|till|through|et|and|und|a)\b|-", words)
    )


def _deputy(text, sender):
    """Return name, address and telephone of the stand-in.

    They stand in the sentence that says so, or in the next one.
    """
    spans = sentences(text)
    best = ("", "", "")
    for place, span in enumerate(spans):
        if not _DEPUTY.search(fold(span.text)):
            continue
        person = read_people(span.text, sender)
        if not any(person) and place + 1 < len(spans):
            person = read_people(spans[place + 1].text, sender)
        if _weight(person) > _weight(best):
            best = person
    return best


def _weight(person):
    name, email, phone = person
    return (bool(email), bool(name), bool(phone))
