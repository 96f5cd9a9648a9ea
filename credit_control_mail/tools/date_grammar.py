"""The grammar of days: which phrases name a day, and which day from the base.

Every rule is a pattern over folded text and a function of its match. The function
returns ``[(start, end, day, kind)]``, or nothing where the phrase names no day.
"""

import re
from calendar import monthrange
from datetime import timedelta
from typing import NamedTuple

from dateutil.easter import easter

from .date_calendar import (
    BEGINNING,
    FRIDAY,
    MIDDLE,
    add_months,
    add_working_days,
    choose,
    friday_of,
    month_end,
)
from .date_words import (
    DAY,
    ORDINAL_WORDS,
    SUFFIX,
    UNITS,
    to_month,
    to_number,
    to_weekday,
)
from .folding import to_date


class Context(NamedTuple):
    """What a rule needs to know of the mail."""

    text: str  # folded
    base: object
    month_first: bool
    direction: int  # 1 future, -1 past, NEAREST of a document, 0 unknown


def in_year(context, month, day, year=None):
    """Return a day of a month, in the year said or the one meant."""
    if year:
        year = int(year)
        return to_date(year + 2000 if year < 100 else year, month, day)
    base = context.base
    years = range(base.year - 1, base.year + (5 if (month, day) == (2, 29) else 2))
    days = [to_date(each, month, day) for each in years]
    return choose(days, base, context.direction)


def in_month(context, day):
    """Return the next day with this number, or the last one in a phrase of the past."""
    first = context.base.replace(day=1)
    days = [add_months(first, count) for count in range(-3, 4)]
    days = [to_date(each.year, each.month, day) for each in days]
    if context.direction < 0:
        return choose(days, context.base, -1)
    return next((each for each in days if each and each > context.base), None)


def on_weekday(context, weekday):
    """Return the next such weekday, or the last one in a phrase of the past."""
    if context.direction < 0:
        return context.base - timedelta(
            days=(context.base.weekday() - weekday - 1) % 7 + 1
        )
    return context.base + timedelta(days=(weekday - context.base.weekday() - 1) % 7 + 1)


def _one(match, day, kind):
    return [(match.start(), match.end(), day, kind)] if day else None


def _iso(match, context):
    day = to_date(int(match["year"]), int(match["month"]), int(match["day"]))
    return _one(match, day, "day")


def _numeric(match, context):
    first, second = int(match["first"]), int(match["second"])
    if (context.month_first and first <= 12) or second > 12:
        first, second = second, first
    return _one(match, in_year(context, second, first, match["year"]), "day")


_NUMERIC_LEAD = re.compile(
    r"(?:\b(?:le|du|au|on|by|before|for|until|till|avant|pour|am|bis|zum|vom|from"
    r"|dated?|den|dem|ab|since|depuis|the|et|and|und|to|of|date|jusqu'au|d'ici|ici"
    r"|latest|d'echeance|echeance|due|a partir du|apres|after|nach)|[:(]"
    r"|\d[/.]\d{1,2},)\s{0,2}$"
)
_NOT_A_DAY = re.compile(r"(?:n°|no|nr|page|p\.|lot|part|ref|version|v)\s{0,2}$")


def _short_numeric(match, context):
    """A day and a month without a year: only where nothing else is likely."""
    first, second = match["first"], match["second"]
    before = context.text[max(0, match.start() - 12) : match.start()]
    led = bool(_NUMERIC_LEAD.search(before))
    if _NOT_A_DAY.search(before) or (not led and match["mark"] == "-"):
        return None
    if match["mark"] == "." and not (led or match["dot"]):
        return None
    if not led and not (len(first) == 2 and len(second) == 2):
        return None
    if not match["dot"] and UNITS.match(context.text, match.end()):
        return None
    if context.month_first and int(first) <= 12:
        first, second = second, first
    if int(second) > 12 or int(first) > 31:
        return None
    return _one(match, in_year(context, int(second), int(first)), "day")


_EACH_DAY = re.compile(DAY + SUFFIX)
_RANGE = re.compile(r"[-/]|\b(?:au|a|to|bis|until|till|ou|or|oder)\b")


def _day_month(match, context):
    """One or several days of a month: the 5, 12 and 19 April."""
    month = to_month(match["month"])
    if match["word"]:
        day = in_year(context, month, ORDINAL_WORDS[match["word"]], match["year"])
        return _one(match, day, "day")
    found = []
    for spot in _EACH_DAY.finditer(match["days"]):
        number = int(re.match(r"\d+", spot.group()).group())
        day = in_year(context, month, number, match["year"])
        if not day:
            return None
        start = match.start("days") + spot.start()
        found.append((start, match.start("days") + spot.end(), day, "day"))
    last = found[-1]
    if len(found) > 1 and _RANGE.search(match["days"]):
        return [(match.start(), match.end(), last[2], "period")]
    found[-1] = (last[0], match.end(), *last[2:])
    return found


def _month_day(match, context):
    if UNITS.match(context.text, match.end()):
        return None
    day = in_year(context, to_month(match["month"]), int(match["day"]), match["year"])
    return _one(match, day, "day")


def _day_of_month(match, context):
    day = int(match["day"]) if match["day"] else ORDINAL_WORDS[match["word"]]
    if match["next"]:
        first = add_months(context.base.replace(day=1), 1)
        last = monthrange(first.year, first.month)[1]
        return _one(match, first.replace(day=min(day, last)), "day")
    if match["this"]:
        return _one(match, to_date(context.base.year, context.base.month, day), "day")
    return _one(match, in_month(context, day), "day")


_ORDINAL_LEAD = re.compile(
    r"(?:\b(?:on|by|before|until|till|of|around|about|for|from|the|is|was|say|due|run"
    r"|and|or|to|to the|weekday|this|\w+day)|[,(:-]|\d(?:st|nd|rd|th))\s$|^\W{0,3}$"
)
_ORDINAL_STOP = re.compile(
    r"\s(?:request|e-?mail|mail|letter|attempt|call|day|one|part|half|week|month|year"
    r"|invoice|payment|reminder|chaser|chase|message|visit|delivery|shipment|line|step"
    r"|person|class|rate|century|anniversary|largest|biggest|oldest|copy|demand|warning"
    r"|final|of (?:your|our|the|these|those|my|three|two|four|\d))\b"
)


def _bare_day(match, context):
    if UNITS.match(context.text, match.end()):
        return None
    return _one(match, in_month(context, int(match["day"])), "day")


def _ordinal_day(match, context):
    before = context.text[max(0, match.start() - 12) : match.start()]
    after = context.text[match.end() : match.end() + 1]
    if not _ORDINAL_LEAD.search(before) and after.isalnum():
        return None
    if _ORDINAL_STOP.match(context.text, match.end()) or UNITS.match(
        context.text, match.end()
    ):
        return None
    return _one(match, in_month(context, int(match["day"])), "day")


def _weekday_day(match, context):
    """A weekday and the number of a day: the month where both agree."""
    if UNITS.match(context.text, match.end()):
        return None
    weekday = to_weekday(match["weekday"])
    first = context.base.replace(day=1)
    months = [add_months(first, count) for count in range(-2, 7)]
    days = [to_date(each.year, each.month, int(match["day"])) for each in months]
    agreeing = [day for day in days if day and day.weekday() == weekday]
    near = [day for day in agreeing if abs((day - context.base).days) < 100]
    return _one(
        match,
        choose(near, context.base, context.direction)
        if near
        else in_month(context, int(match["day"])),
        "day",
    )


def _weekday(match, context):
    weekday = to_weekday(match["weekday"])
    said = f"{match['before'] or ''} {match['after'] or ''}"
    day = on_weekday(context, weekday)
    if re.search(r"dernier|last|letzte|vergangene", said):
        day = on_weekday(context._replace(direction=-1), weekday)
    elif re.search(r"\bce\b|this|diese", said) and context.base.weekday() == weekday:
        day = context.base
    elif re.search(r"week on|week from|einer woche|en huit|acht tagen", said):
        day = on_weekday(context._replace(direction=1), weekday) + timedelta(days=7)
    elif "en quinze" in said:
        day = on_weekday(context._replace(direction=1), weekday) + timedelta(days=14)
    elif re.search(r"semaine|(?:next|coming|following) week|week next|woche", said):
        monday = context.base - timedelta(days=context.base.weekday())
        day = monday + timedelta(days=7 + weekday)
    elif "week" in said:
        day = on_weekday(context._replace(direction=1), weekday) + timedelta(days=7)
    elif re.search(r"prochain|next|nachste|kommende|coming|suivant|qui vient", said):
        day = on_weekday(context._replace(direction=1), weekday)
    return _one(match, day, "weekday")


_SHORT_LEAD = re.compile(
    r"\b(?:on|by|next|this|until|till|before|coming|from|on next|back|pay|paid|sent|out"
    r"|done)\s$"
)
_SURE_SHORT = frozenset({"thurs", "thur", "fri", "tues"})


def _short_weekday(match, context):
    before = context.text[max(0, match.start() - 9) : match.start()]
    if match["weekday"] not in _SURE_SHORT and not _SHORT_LEAD.search(before):
        return None
    day = on_weekday(context, to_weekday(match["weekday"]))
    return _one(match, day, "weekday")


_NTH_WEEK = re.compile(r"(\w+) (?:week|semaine)$")
_NTH = {
    "fir": 1, "1st": 1, "pre": 1, "1er": 1, "sec": 2, "2nd": 2, "deu": 2, "2e": 2,
    "2em": 2, "thi": 3, "3rd": 3, "tro": 3, "3e": 3, "3em": 3, "fou": 4, "4th": 4,
    "qua": 4,
}  # fmt: skip


def part_of_month(first, part):
    """Return the day that a part of a month names, and how sure it is."""
    if part.startswith(("debut", "beg", "start", "early", "anfang", "tout debut")):
        return first.replace(day=BEGINNING), "vague"
    if part.startswith(("mi", "premiere quinzaine", "1")):
        return first.replace(day=MIDDLE), "vague"
    week = _NTH_WEEK.match(part)
    if week and not part.startswith(("last", "dern")):
        return friday_of(first, _NTH[week.group(1)[:3]] - 1), "vague"
    kind = "period" if re.match(r"fin|end|ende|late|dern|last|$", part) else "vague"
    return month_end(first), kind


def _month(match, context):
    """A month with its part, its year or a preposition."""
    part = " ".join((match["part"] or "").replace("-", " ").split())
    if not part and not match["year"]:
        before = context.text[max(0, match.start() - 24) : match.start()]
        if not _MONTH_LEAD.search(before):
            return None
    month = to_month(match["month"] or match["short"])
    if match["year"]:
        year = int(match["year"])
        return _one(match, *part_of_month(to_date(year, month, 1), part))
    year = context.base.year
    days = [
        part_of_month(to_date(y, month, 1), part) for y in range(year - 1, year + 2)
    ]
    day = choose([each[0] for each in days], context.base, context.direction)
    return _one(match, day, days[0][1])


_MONTH_LEAD = re.compile(
    r"\b(?:en|in|courant|debut|de|d'|du mois de|for|by|before|until|till|im|pour|sur"
    r"|d'ici|au mois de|le mois de|of|during|fur|vom|bis|avant|depuis|since|from|et|and"
    r"|und|ou|or|mois d'|mois de|apres|after)[\s']{0,2}$|\bd'$"
)


def _relative_month(match, context):
    part = " ".join((match["part"] or "").replace("-", " ").split())
    first = context.base.replace(day=1)
    if match["following"]:
        day, kind = part_of_month(add_months(first, 1), part)
        return _one(match, day, kind)
    if match["past"]:
        return _one(match, part_of_month(add_months(first, -1), part)[0], "period")
    day, kind = part_of_month(first, part)
    if day < context.base and context.direction >= 0:
        day, kind = part_of_month(add_months(first, 1), part)
    return _one(match, day, kind)


def _working_month_end(match, context):
    month = match["month"]
    if month:
        day = month_end(in_year(context, to_month(month), 28, None))
    else:
        count = 1 if match["following"] else 0
        day = month_end(add_months(context.base.replace(day=1), count))
    while match["working"] and day.weekday() > FRIDAY:
        day -= timedelta(days=1)
    return _one(match, day, "period")


def _last_weekday(match, context):
    """The last Friday of a month."""
    if match["month"]:
        last = in_year(context, to_month(match["month"]), 28)
    else:
        count = 1 if match["following"] else 0
        last = add_months(context.base.replace(day=1), count)
    last = month_end(last)
    weekday = to_weekday(match["weekday"])
    return _one(match, last - timedelta(days=(last.weekday() - weekday) % 7), "day")


def _week(match, context):
    part = match["part"] or ""
    ahead = 1 if match["following"] else 2 if match["second"] else 0
    base = context.base
    if match["past"]:
        return _one(
            match, friday_of(base - timedelta(days=base.weekday()), -1), "period"
        )
    if not ahead:
        if not part and not match["this"]:
            return None
        if part.startswith(("debut", "beg", "start", "early", "anfang")):
            days = -base.weekday() if base.weekday() < 2 else 7 - base.weekday()
            return _one(match, base + timedelta(days=days), "vague")
        kind = "vague" if part[:2] in ("mi", "co", "de", "be", "an") else "period"
        return _one(match, friday_of(base), kind)
    monday = base + timedelta(days=7 * ahead - base.weekday())
    if part.startswith(("debut", "beg", "start", "early", "anfang")):
        return _one(match, monday, "vague")
    if part.startswith("mi"):
        return _one(match, monday + timedelta(days=2), "vague")
    return _one(match, friday_of(monday), "period")


def _iso_week(match, context):
    week, base = int(match["week"] or match["week2"]), context.base
    if not 1 <= week <= 53:
        return None
    try:
        if match["year"]:
            day = base.fromisocalendar(int(match["year"]), week, 5)
            return _one(match, day, "period")
        years = (base.year - 1, base.year, base.year + 1)
        days = [base.fromisocalendar(year, week, 5) for year in years if week < 53]
        days = days or [base.fromisocalendar(base.isocalendar()[0], week, 5)]
    except ValueError:
        return None
    return _one(match, choose(days, base, context.direction), "period")


def _duration(match, context):
    count = to_number(match["second"] or match["count"])
    if match["more"]:
        count = 2
    unit, base = match["unit"], context.base
    if count > 400:
        return None
    if match.group().startswith(("depuis", "since", "seit")):
        count = -count
        if unit.startswith(("h", "stunden")) or "working" in (match["working"] or ""):
            return None
    working = match["working"] or match["after"] or re.match(r"werk|arbeits|bank", unit)
    if unit.startswith(("h", "stunden")):
        days = -(-count // 24) if count >= 24 else 0
        return _one(match, base + timedelta(days=days), "duration")
    if unit.startswith(("mois", "month", "monat")):
        return _one(match, add_months(base, count), "duration")
    if unit.startswith(("sem", "week", "wk", "woche")):
        return _one(match, base + timedelta(weeks=count), "duration")
    if working:
        return _one(match, add_working_days(base, count), "duration")
    return _one(match, base + timedelta(days=count), "duration")


_BARE_BEFORE = re.compile(r"(?:^|[.!?,;:\n(-]\s{0,3}|\b(?:dann|then|puis) )$")
_BARE_AFTER = re.compile(
    r"\s(?:de |d'|zu )?(?:retard|spat|late|overdue|ago|attente|ouvrage|travail|work"
    r"|arbeit|verspatung|wait|alt|old|minimum|credit|nach|apres|after|que|vergangen"
    r"|passes|durant|pendant|lang|long|on the|in a row|de suite|avant|before|vor)\b"
)


def _bare_duration(match, context):
    """A number of days that opens a sentence: "60 days from today", "5 Tage noch"."""
    before = context.text[max(0, match.start() - 12) : match.start()]
    if match["unit"][0] == "h" or not _BARE_BEFORE.search(before):
        return None
    is_else = _BARE_AFTER.match(context.text, match.end())
    return None if is_else else _duration(match, context)


_LOTS = {
    "huitaine": 8,
    "dizaine": 10,
    "quinzaine": 15,
    "trentaine": 30,
    "fortnight": 14,
}


def _lot(match, context):
    return _one(match, context.base + timedelta(days=_LOTS[match["lot"]]), "duration")


def _ago(match, context):
    count = to_number(match["count"] or match["count2"] or match["count3"])
    unit = match["unit"] or match["unit2"] or match["unit3"]
    if unit.startswith(("mois", "month", "monat")):
        return _one(match, add_months(context.base, -count), "duration")
    days = 7 * count if unit.startswith(("sem", "week", "woche")) else count
    return _one(match, context.base - timedelta(days=days), "duration")


def _terms(match, context):
    day = context.base + timedelta(days=int(match["count"] or match["count2"]))
    if match["end"]:
        day = month_end(day)
    return _one(match, day, "duration")


_SHIFTS = {
    "demain": 1, "tomorrow": 1, "morgen": 1, "apres-demain": 2, "apres demain": 2,
    "day after tomorrow": 2, "ubermorgen": 2, "uebermorgen": 2, "hier": -1,
    "yesterday": -1, "gestern": -1, "avant-hier": -2, "day before yesterday": -2,
    "vorgestern": -2, "tmrw": 1, "tomoz": 1, "y'day": -1, "yday": -1,
}  # fmt: skip
_GOOD_MORNING = re.compile(r"(?:guten|schonen|am|good|heute)\s$")


def _day_word(match, context):
    word = match.group()
    if word == "ce jour" and context.text[: match.start()].endswith(
        (" a ", "jusqu'a ")
    ):
        return None
    before = context.text[max(0, match.start() - 8) : match.start()]
    if word == "morgen" and (
        _GOOD_MORNING.search(before) or context.text[match.end() :][:1] in (",", "!")
    ):
        return None
    if word == "hier" and re.search(r"\b(?:ist|sind|bin|von)\s$", before):
        return None
    shift = _SHIFTS.get(" ".join(word.split()).removeprefix("the "), 0)
    return _one(match, context.base + timedelta(days=shift), "day")


def _year_end(match, context):
    base = context.base
    year = base.year + (1 if match["following"] else 0)
    if match["quarter"] or match["number"]:
        quarter = int(match["number"]) if match["number"] else (base.month + 2) // 3
        return _one(match, month_end(to_date(year, quarter * 3, 1)), "period")
    return _one(match, to_date(year, 12, 31), "period")


_FEAST_LEAD = re.compile(
    r"(?:before|avant|d'ici(?: a)?|vor|by|bis|pour|for)\s(?:(?:les?|the|dem)\s)?$"
)


def _feast(match, context):
    before = context.text[max(0, match.start() - 16) : match.start()]
    if not re.search(
        r"(?:before|avant|d'ici(?: a)?|vor|by|bis|pour|for)\s(?:(?:les?|the|dem)\s)?$",
        before,
    ):
        return None
    base = context.base
    if match["weekend"]:
        return _one(match, friday_of(base), "period")
    if match["easter"]:
        days = [easter(base.year + add) - timedelta(days=1) for add in (0, 1)]
    elif match["new"]:
        days = [to_date(base.year + add, 12, 31) for add in (0, 1)]
    else:
        days = [to_date(base.year + add, 12, 24) for add in (0, 1)]
    return _one(match, choose(days, base, 1), "period")
