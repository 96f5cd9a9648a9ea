"""Text messages (SMS): which letters, how many parts, and when they may go.

An SMS holds 160 letters of the GSM alphabet. One letter outside of it (ê, a
typographic quote, a no-break space) and each letter takes twice the place: 70 fit.
Longer texts go in parts, of which each costs as much as an SMS.

Source: 3GPP TS 23.038 (GSM 7 bit default alphabet and its extension table).
"""

import math
from datetime import datetime, time, timedelta
from typing import NamedTuple

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# written as two letters
EXTENSION = frozenset("^{}\\[~]|€\f")
# what typesetting puts into amounts and sentences, and says as much without
PLAIN = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{THIN SPACE}": " ",
        "\N{MINUS SIGN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\t": " ",
    }
)
# hours of a company without a calendar: when nobody is woken up by a reminder
OPEN_FROM, OPEN_UNTIL = time(8), time(20)
SUNDAY = 6


class Size(NamedTuple):
    """How long a text is; ``parts`` are the SMS that it takes."""

    letters: int
    parts: int
    is_unicode: bool


def plain(text):
    """Return ``text`` without the typesetting that would double its price.

    >>> plain("1\\u00a0234,50\\u00a0€ \\u2013 l\\u2019échéance")
    "1 234,50 € - l'échéance"
    """
    lines = (" ".join(line.split(" ")).rstrip() for line in text.strip().splitlines())
    return "\n".join(lines).translate(PLAIN)


def measure(text):
    """Return the ``Size`` of ``text``.

    >>> measure("Bonjour")
    Size(letters=7, parts=1, is_unicode=False)
    >>> measure("100 €").letters
    6
    >>> measure("x" * 161).parts, measure("ê" * 71).parts, measure("").parts
    (2, 2, 0)
    """
    is_unicode = not ALPHABET.issuperset(set(text) - EXTENSION)
    if is_unicode:
        letters = len(text.encode("utf-16-be")) // 2
        single, part = 70, 67
    else:
        letters = sum(2 if letter in EXTENSION else 1 for letter in text)
        single, part = 160, 153
    parts = math.ceil(letters / part) if letters > single else min(letters, 1)
    return Size(letters, parts, is_unicode)


def next_opening(moment):
    """Return when a text message may go: ``moment`` itself, or the next open hour.

    Open is from 8 to 20 o'clock, on all days but Sunday.

    :param datetime moment: on the clock of the place, with or without time zone

    >>> next_opening(datetime(2026, 6, 5, 7, 59))  # a Friday
    datetime.datetime(2026, 6, 5, 8, 0)
    >>> next_opening(datetime(2026, 6, 5, 12, 30))
    datetime.datetime(2026, 6, 5, 12, 30)
    >>> next_opening(datetime(2026, 6, 6, 20, 0))  # a Saturday evening
    datetime.datetime(2026, 6, 8, 8, 0)
    """
    day = moment.date()
    if day.weekday() != SUNDAY and OPEN_FROM <= moment.time() < OPEN_UNTIL:
        return moment
    if moment.time() >= OPEN_UNTIL:
        day += timedelta(days=1)
    if day.weekday() == SUNDAY:
        day += timedelta(days=1)
    return datetime.combine(day, OPEN_FROM)
