"""The words of dates in French, English and German, in folded spelling."""

import re

MONTH_NAMES = {
    1: "janvier january januar janner jaenner janiver janvie janv jan",
    2: "fevrier february februar febuary feburary fevier feverier fevr fev feb",
    3: "mars march marz maerz mrz mar",
    4: "avril april avri avr apr",
    5: "mai may",
    6: "juin june juni jun",
    7: "juillet juillet juilet july juli juil jul",
    8: "aout august aoust aug",
    9: "septembre september setembre septemb sept sep",
    10: "octobre october oktober oct okt",
    11: "novembre november nov",
    12: "decembre december dezember dec dez",
}
MONTHS = {
    word: number for number, words in MONTH_NAMES.items() for word in words.split()
}
_LONGEST = sorted(MONTHS, key=len, reverse=True)
MONTH = rf"(?:{'|'.join(_LONGEST)}|f\S{{1,2}}vrier|ao\S{{1,2}}t|d\S{{1,2}}cembre)\b"
MONTH_WORD = "|".join(
    word
    for word in _LONGEST
    if len(word) > 4
    or word
    in (
        "mars",
        "avril",
        "mai",
        "may",
        "juin",
        "june",
        "juni",
        "july",
        "juli",
        "aout",
        "marz",
    )
)
MONTH_WORD = rf"(?:{MONTH_WORD})\b"
ENGLISH_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b"
)

WEEKDAY_NAMES = (
    "lundi monday montag",
    "mardi tuesday dienstag",
    "mercredi wednesday mittwoch",
    "jeudi thursday donnerstag",
    "vendredi friday freitag",
    "samedi saturday samstag sonnabend",
    "dimanche sunday sonntag",
)
WEEKDAYS = {
    word: day for day, words in enumerate(WEEKDAY_NAMES) for word in words.split()
}
SHORT_WEEKDAYS = {
    "lun": 0, "mon": 0, "mo": 0, "mar": 1, "tue": 1, "tues": 1, "di": 1, "mer": 2,
    "wed": 2, "mi": 2, "jeu": 3, "thu": 3, "thur": 3, "thurs": 3, "ven": 4, "fri": 4,
    "fr": 4, "sam": 5, "sat": 5, "sa": 5, "dim": 6, "sun": 6, "so": 6,
}  # fmt: skip
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})\b"
SHORT_WEEKDAY = rf"(?:{'|'.join(SHORT_WEEKDAYS)})\b"

NUMBER_WORDS = {
    "un": 1, "une": 1, "a": 1, "an": 1, "one": 1, "ein": 1, "eine": 1, "einem": 1,
    "einer": 1, "eines": 1, "deux": 2, "two": 2, "zwei": 2, "couple of": 2,
    "a couple of": 2, "trois": 3, "three": 3, "drei": 3, "quatre": 4, "four": 4,
    "vier": 4, "cinq": 5, "five": 5, "funf": 5, "six": 6, "sechs": 6, "sept": 7,
    "seven": 7, "sieben": 7, "huit": 8, "eight": 8, "acht": 8, "neuf": 9, "nine": 9,
    "neun": 9, "dix": 10, "ten": 10, "zehn": 10, "onze": 11, "eleven": 11, "elf": 11,
    "douze": 12, "twelve": 12, "zwolf": 12, "quatorze": 14, "fourteen": 14,
    "vierzehn": 14, "quinze": 15, "fifteen": 15, "funfzehn": 15, "vingt": 20,
    "twenty": 20, "zwanzig": 20, "trente": 30, "thirty": 30, "dreissig": 30,
    "dreisig": 30, "quarante-cinq": 45, "soixante": 60, "sixty": 60,
}  # fmt: skip
_NUMBERS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
NUMBER = rf"(?:\d{{1,3}}|(?:{_NUMBERS})\b)"

ORDINAL_WORDS = {
    "premier": 1, "first": 1, "ersten": 1, "second": 2, "zweiten": 2, "third": 3,
    "fourth": 4, "vierten": 4, "fifth": 5, "cinq": 5, "funften": 5, "dritten": 3,
    "siebten": 7, "achten": 8, "tenth": 10, "dix": 10,
    "zehnten": 10, "twelfth": 12, "douze": 12, "fifteenth": 15, "quinze": 15,
    "funfzehnten": 15, "twentieth": 20, "vingt": 20, "thirtieth": 30, "trente": 30,
}  # fmt: skip
ORDINAL_WORD = rf"(?:{'|'.join(ORDINAL_WORDS)})"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
SUFFIX = r"(?:\s?(?:er|eme|st|nd|rd|th|re)\b|\.)?"
YEAR = r"(?:19|20)\d\d(?!\d)"

# what follows a number that counts things and names no day
UNITS = re.compile(
    r"[ \u00a0]{0,2}(?:€|%|\$|£|°|k€|h\b|h\d|:\d\d|[.,]\d|[/-]\d|\d{2}|(?:[ ]\d{3}\b)"
    r"|(?:eur|euros?|chf|gbp|usd|jours?|jrs?|days?|tagen?|semaines?|weeks?|wochen?|mois"
    r"|months?|ans|annees?|years?|heures?|hours?|hrs?|min|minutes?|factures?|invoices?"
    r"|rechnung(?:en)?|lignes?|lines?|pieces?|pcs|cartons?|colis|palettes?|pallets?"
    r"|unites?|units?|articles?|items?|rue|avenue|av|boulevard|bd|allees?|place|chemin"
    r"|impasse|route|bis|ter|kg|m2|m|km|cm|mm|ml|litres?|tonnes?|fois|times|mal"
    r"|pour cent|echeances?|mensualites?|instal\w{1,8}|raten|versements?|payments?"
    r"|personnes?|people|sites?|lots?|exemplaires?|commandes?|orders?|avoirs?|boites?"
    r"|stuck|degres|premiers?|premieres?|derniers?|dernieres?|autres?|autre|eme|ieme"
    r"|party|parties|floor|reminders?|notice|time|quarter|instance|avis|relances?"
    r"|rappels?|lettres?|mahnung(?:en)?|etage|trimestre|semestre|arrondissement|street"
    r"|road)\b)"
)


def to_number(word):
    """Return the number that a word or digits say."""
    return int(word) if word.isdigit() else NUMBER_WORDS[" ".join(word.split())]


def to_month(word):
    """Return the number of a month, also where its accent was lost on the way."""
    return MONTHS.get(word) or {"f": 2, "a": 8, "d": 12}[word[0]]


def to_weekday(word):
    """Return the number of a weekday from 0 for Monday."""
    if word in SHORT_WEEKDAYS:
        return SHORT_WEEKDAYS[word]
    return WEEKDAYS[word]
