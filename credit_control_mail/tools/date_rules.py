"""The rules of the grammar of days in their order, and one pass over a text."""

import re

from . import date_grammar as grammar
from .date_words import (
    DAY,
    ENGLISH_MONTH,
    MONTH,
    MONTH_WORD,
    NUMBER,
    ORDINAL_WORD,
    SHORT_WEEKDAY,
    SUFFIX,
    WEEKDAY,
    YEAR,
)

_PART = (
    r"fin|toute fin|tout debut|debut|mi|courant|milieu|dans le courant|(?:au )?cours"
    r"|premiere quinzaine|1ere quinzaine|deuxieme quinzaine|seconde quinzaine"
    r"|2eme quinzaine|2e quinzaine|premiere semaine|derniere semaine|(?:first|1st"
    r"|second|2nd|third|3rd|fourth|4th) week|(?:deuxieme|2e|2eme|troisieme|3e|3eme"
    r"|quatrieme) semaine|last week|first half|second half|end|beg\.?|beginning|start"
    r"|early|mid|middle|late|later|during|ende|anfang|mitte|im laufe|laufe"
)
_OF = r"(?:(?:du|de|of|d'|des|der|in|im|le|la|the)[\s]?){0,2}"
_NEXT_MONTH = (
    r"mois prochain|mois suivant|prochain mois|mois qui vient|next month"
    r"|mois d'apres|following month|coming month|month after|nachste[nrs]? monats?"
    r"|kommenden? monats?|folgemonats?"
)
_THIS_MONTH = (
    r"(?:ce|cet|this|the|du|current|diese[nrsm]?|de)\s(?:mois|month|monats?)(?:-ci"
    r"|\sen cours|\scourant)?|mois en cours|mois courant|current month"
)
_NEXT_WEEK = (
    r"(?:la )?semaine prochaine|(?:la )?semaine suivante|(?:la )?semaine qui vient"
    r"|prochaine semaine|next week|following week|coming week|nachste[nr]? woche"
    r"|kommende[nr]? woche|folgewoche"
)
_LIST = (
    rf"{DAY}{SUFFIX}(?:\s?(?:,|et|and|und|ou|or|oder|&|puis|-|/|au|a|to|bis"
    rf"|until)\s?(?:(?:le|the|den|au|am|dem|zum)\s)?{DAY}{SUFFIX}){{0,5}}"
)
_UNIT = (
    r"werktagen?|arbeitstagen?|bankarbeitstagen?|jours?|jrs?|j\b|days?|tagen?|semaines?"
    r"|sem\b|weeks?|wks?|wochen?|mois|months?|monaten?|heures?|hours?|hrs?|h\b|stunden"
)
_WORKING = (
    r"working|business|banking|work|ouvres?|ouvrables?|ouvrees?|bancaires?|werk|arbeits"
)
_WITHIN = (
    r"dans|sous|d'ici(?: a)?|ici|within|in|under|avant|innerhalb(?: von)?|binnen"
    r"|over the next|au bout de|delai(?: supplementaire| maximum| maximal)? de"
    r"|extension of|comptez|compter|up to|jusqu'a|wait|attendre|patienter|another"
    r"|encore|give us|nous donner|noch|depuis|seit"
)
_FILLERS = (
    r"(?:(?:les|the|next|un|une|a|des|quelque|delai(?: maximum| maximal| max)?|maximum"
    r"|max|of|de|about|around|approximately|environ|moins|less|than|prochaines?"
    r"|prochains?|nachsten|kommenden|den|etwa|ca\.?|spatestens|at most|at the most"
    r"|coming)\s){0,4}"
)

_SOURCES = (
    (grammar._iso, rf"(?P<year>{YEAR})(?P<mark>[-/.])(?P<month>1[0-2]"
     rf"|0?[1-9])(?P=mark)(?P<day>3[01]|[12]\d|0?[1-9])(?=t\d\d:|(?![\w/]|[-.]\w))"),
    (grammar._numeric, r"(?P<first>3[01]|[12]\d|0?[1-9])\s?(?P<mark>[-/.])\s?"
     r"(?P<second>3[01]|[12]\d|0?[1-9])\s?(?P=mark)\s?(?P<year>(?:19|20)\d\d"
     r"|\d\d)(?![\w/]|[-.]\w)"),
    (grammar._terms, r"(?P<count>\d{1,3})\s?(?:jours|jrs|j|days"
     r"|tage)\s?,?\s?(?:(?P<end>fin de mois|fin du mois|fdm|eom|end of month)|net\b"
     r"|nets\b|date de facture|d\.?f\b)|\bnet\s(?P<count2>\d{1,3})(?:\s?(?:days"
     r"|jours))?\b"),
    (grammar._day_month, rf"(?:(?P<days>{_LIST})\s?(?:of\s|de\s|d'|-|/|du mois de\s"
     rf"|du mois d')?|(?P<word>{ORDINAL_WORD})\s(?:of\s)?)(?P<month>{MONTH})\.?"
     rf"(?:[\s,/-]{{1,2}}(?:de\s)?(?P<year>{YEAR}|(?<=[/-])\d\d\b))?"),
    (grammar._month_day, rf"(?P<month>{ENGLISH_MONTH})\.?\s(?:the\s)?(?P<day>{DAY})"
     rf"(?:st|nd|rd|th)?\b(?!\s?[/-]\d)(?:,?\s(?P<year>{YEAR}))?"),
    (grammar._day_of_month, rf"(?:(?P<day>{DAY}){SUFFIX}|(?P<word>{ORDINAL_WORD}))"
     rf"(?:\s(?:of|du|de|des))?\s(?:(?:the"
     rf"|ce|le|this|des)\s)?(?:(?P<next>{_NEXT_MONTH})|(?P<this>mois en cours|courant\b"
     rf"|mois courant|this month|diesen monats|dieses monats|ce mois(?:-ci)?\b"
     rf"|current month)|(?<=(?:of|du|de)\s)mois\b|(?<=the\s)month\b|(?<=des\s)monats\b"
     rf"|each month|every month|chaque mois)"),
    (grammar._short_numeric, r"(?P<first>3[01]|[12]\d|0?[1-9])(?P<mark>[-/.])"
     r"(?P<second>3[01]|[12]\d|0?[1-9])(?P<dot>\.(?!\d))?(?![\w/%€]|[-.,]\d|\s?€)"),
    (grammar._ordinal_day, rf"(?P<day>{DAY})(?:st|nd|rd|th)\b"),
    (grammar._bare_day, rf"(?:(?<=\ble\s)|(?<=\bau\s)|(?<=\bdu\s)"
     rf"|(?<=\bou le\s))(?P<day>{DAY})(?:er\b|\s?\(|\b)"),
    (grammar._bare_day, rf"(?:(?<=\bam\s)|(?<=\bzum\s)|(?<=\bbis\s)|(?<=\bvom\s)"
     rf"|(?<=\bdem\s)|(?<=\bden\s))(?P<day>{DAY})\.(?=\s|$|[,;)])"),
    (grammar._bare_day, rf"(?<=\bthe\s)(?P<day>{DAY})(?=\s?(?:[.,;!?)]|$)(?!\d))"),
    (grammar._weekday_day, rf"(?P<weekday>{WEEKDAY}|{SHORT_WEEKDAY})[.,]?\s(?:le\s"
     rf"|the\s|den\s|dem\s)?(?P<day>{DAY})(?:er\b|st\b|nd\b|rd\b|th\b|\."
     rf"|\b)(?!\.?\s?(?:of\s)?{MONTH}|\s?[/.-]\d|\s?(?:of|du|de)\s)"),
    (grammar._last_weekday, rf"(?:dernier|last|letzte[nr]?)\s(?P<weekday>{WEEKDAY})"
     rf"\s{_OF}(?:(?P<month>{MONTH_WORD})|(?P<following>{_NEXT_MONTH})|(?:this |ce "
     rf"|dieses )?(?:mois|month|monats)\b)"),
    (grammar._weekday, rf"(?P<before>(?:(?:ce|this|last|next week|next|coming|nachsten?"
     rf"|kommenden?|diesen?|letzten?|prochain|(?:a )?week on|week from)\s)"
     rf"{{0,2}})(?P<weekday>{WEEKDAY})(?P<after>\s(?:de la semaine "
     rf"(?:prochaine|suivante|qui vient|d'apres)|de semaine prochaine"
     rf"|semaine prochaine|of (?:the )?(?:next|coming|following) week|next week|(?:in "
     rf"der |der )?(?:nachste[nr]|kommende[nr]) woche"
     rf"|der folgewoche|prochain|suivant|qui vient|en huit|en quinze|dernier|week\b"
     rf"|in (?:acht tagen|einer woche)))?(?!,?\s(?:le\s|the\s|den\s|dem\s)?"
     rf"(?:{DAY}(?:er|st|nd|rd|th|\.)?\s?(?:(?:of\s)?{MONTH}|[/.-]\d)"
     rf"|{MONTH}\s{DAY}|{YEAR}))"),
    (grammar._short_weekday, rf"(?P<weekday>{SHORT_WEEKDAY})"),
    (grammar._working_month_end, rf"(?:dernier|last|letzter?n?)\s(?P<working>jour ouvre"
     rf"\w*|working day|business day|werktag|arbeitstag|bankarbeitstag)?(?:jour|day"
     rf"|tag)?\s{_OF}(?:(?P<following>{_NEXT_MONTH})|(?P<month>{MONTH_WORD})|(?:this "
     rf"|ce |dieses )?(?:mois|month|monats))"),
    (grammar._month, rf"(?:(?P<part>{_PART})[\s-]{{1,2}}{_OF}(?:mois (?:de\s"
     rf"|d'))?(?P<short>{MONTH})\.?|(?P<month>{MONTH_WORD}))(?:,?\s(?P<year>{YEAR}))?"
     rf"(?!\s\d{{1,2}}(?:st|nd|rd|th)\b)"),
    (grammar._relative_month, rf"(?P<part>{_PART})[\s-]{{1,2}}{_OF}(?:"
     rf"(?P<following>{_NEXT_MONTH})|(?P<past>mois dernier|last month|letzten monats)"
     rf"|(?:{_THIS_MONTH})|(?:mois|month|monats?)\b(?!\s(?:d'|de )))"),
    (grammar._relative_month, rf"(?P<part>)(?:(?P<following>{_NEXT_MONTH})"
     rf"|(?P<past>mois dernier|last month|letzten monat)|(?:ce mois(?:-ci)?|this month"
     rf"|diesen monat|courant du mois|courant mois|fin courant|eom|month(?:'s)?[- ]end"
     rf"|monatsende|(?:monats)?ultimo|mois en cours|current month)\b)"),
    (grammar._week, rf"(?:(?P<part>{_PART})[\s-]{{1,2}}{_OF})?(?:"
     rf"(?P<following>{_NEXT_WEEK})|(?P<second>week after next|semaine d'apres"
     rf"|ubernachste woche)|(?P<past>semaine derniere|last week|letzte woche"
     rf"|semaine passee)|(?P<this>(?:cette|this|diese[r]?|dans la|within the|during the"
     rf"|current|de la)\s(?:semaine|week|woche)(?: en cours)?|eow)|(?:semaine|week"
     rf"|woche))\b(?!\s(?:(?:du|of|vom)\s|\d))"),
    (grammar._iso_week, r"(?:(?:(?:semaine|sem\.?|week|wk|kw|cw"
     r"|kalenderwoche)\s?(?:n°\s?|no\s?)?|[sw](?=\d\d)"
     r"|(?<=en\s)s(?=\d\b))(?P<week>\d{1,2})(?![\d.,/-]\d)\b"
     r"|(?P<week2>\d{1,2})\.?\s?(?:kw|kalenderwoche)\b)(?:[\s/]{1,2}(?:de\s)?"
     r"(?P<year>20\d\d))?"),
    (grammar._lot, r"(?:sous|dans|d'ici|within|in)\s(?:(?:la|une|a|the"
     r"|next)\s){0,2}(?P<lot>huitaine|dizaine|quinzaine|trentaine|fortnight)\b"),
    (grammar._duration, rf"(?:{_WITHIN})\s{_FILLERS}(?P<count>{NUMBER})(?:\s?(?:-|/|a"
     rf"|to|ou|or|bis|oder|au)\s?(?P<second>{NUMBER}))?[\s-]?(?:(?:prochains?"
     rf"|prochaines?|next|petits?|full|more)\s)?(?:(?P<working>{_WORKING})\s)?"
     rf"(?P<unit>{_UNIT})(?P<more>\s(?:or|ou|oder) (?:two|deux"
     rf"|zwei)\b)?(?:\s(?P<after>{_WORKING})\b)?"),
    (grammar._duration, rf"(?P<count>{NUMBER})(?P<second>)\s(?P<more>)(?:"
     rf"(?P<working>{_WORKING})\s|more\s|weitere\s)?(?P<unit>days?|weeks?|months?"
     rf"|wochen|monate|tage|jours|semaines?"
     rf"|mois)(?P<after>\s(?:{_WORKING}))?(?:(?<=more\s\w{{4}})|(?<=more\s\w{{5}})"
     rf"|(?=\s(?:from (?:now|today)|time\b|mehr|longer|later|de plus|supplementaires?"
     rf"|weiter)))"),
    (grammar._bare_duration, rf"(?P<count>{NUMBER})(?P<second>)(?P<more>)[\s-]?"
     rf"(?:(?P<working>{_WORKING})\s?|weitere\s|more\s)?(?P<unit>{_UNIT})"
     rf"(?P<after>\s(?:{_WORKING})\b)?"),
    (grammar._ago, rf"(?:il y a|ca fait)\s(?P<count>{NUMBER})\s(?P<unit>jours?"
     rf"|semaines?|mois)|(?P<count2>{NUMBER})\s(?P<unit2>days?|weeks?|months?) ago\b"
     rf"|vor\s(?P<count3>{NUMBER})\s(?P<unit3>tag(?:en)?|wochen?|monate?n?)\b"),
    (grammar._day_word, r"(?:avant-hier|apres[- ]demain|the day after tomorrow"
     r"|day after tomorrow|day before yesterday|vorgestern|u(?:e)?bermorgen|demain"
     r"|tomorrow|tmrw|tomoz|y'day|yday|morgen|hier|yesterday|gestern|aujourd'hui"
     r"|ce jour|ce matin|cet apres-midi|ce soir|today|this morning|this afternoon"
     r"|tonight|heute|eod|cob|end of day|end of business|close of business"
     r"|fin de journee|dans la journee|en journee|a l'instant)\b"),
    (grammar._year_end, r"(?:fin|end|ende)\s(?:d'|de\s|du\s|of\s|des\s|l'){0,2}(?:the\s"
     r"|this\s|cette\s|ce\s)?(?:(?P<following>annee prochaine|next year)|annee|l'annee"
     r"|year|jahres|(?P<quarter>trimestre|quarter|quartals)|[qt](?P<number>[1-4]))\b"
     r"|year[- ]end\b|jahresende|eoy\b"),
    (grammar._feast, r"(?:noel|christmas|xmas|weihnachten|the holidays|les fetes"
     r"|the festive season|(?P<easter>paques|easter|ostern)|(?P<new>nouvel an|new year"
     r"|silvester|neujahr)|(?P<weekend>week-?end|wochenende))\b"),
)  # fmt: skip


def _spread(source):
    """Let every blank of a pattern be a line end too, and one or two of them."""
    return source.replace(r"\s?", r"\s{0,2}")


_RULES = tuple(
    (handler, re.compile(_spread(source.replace(" ", r"\s"))))
    for handler, source in _SOURCES
)
_NAMES = re.compile(r"\(\?P<\w+>")


def _as_alternative(source):
    """Return a pattern without names; a back reference to a mark is the marks."""
    return _NAMES.sub("(?:", source).replace("(?P=mark)", "[-/.]")


_ANY = re.compile(
    r"(?<![\w@/])(?<!\w[.-])(?<!\d,)(?:"
    + "|".join(
        f"(?P<r{place}>{_as_alternative(rule.pattern)})"
        for place, (_handler, rule) in enumerate(_RULES)
    )
    + ")"
)


def scan(folded, make_context):
    """Yield ``(start, end, day, kind)`` of every day that a folded text names.

    :param make_context: function of a match: the :class:`Context` for its rule
    """
    place = 0
    while match := _ANY.search(folded, place):
        place = match.start() + 1
        for handler, rule in _RULES[int(match.lastgroup[1:]) :]:
            own = rule.match(folded, match.start())
            found = own and handler(own, make_context(own))
            if found:
                yield from found
                place = max(place, found[-1][1])
                break
