"""One spelling for all: lower case without accents, character by character.

A folded text has the length of the text it comes from, so what is found in the one is
cut out of the other by the same places.
"""

import re
import unicodedata
from datetime import date

_KNOWN = {
    "œ": "o",
    "æ": "a",
    "ß": "s",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "•": "*",
    "…": ".",
    "\r": "\n",
}
MAX_LENGTH = 40_000  # characters of own words that are searched: nobody writes more
MAX_FOUND = 400  # of one sort in one text
_LAST_REMEMBERED = 0x2FFF
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85]")


class _Folder(dict):
    """Code point to folded character, worked out at the first need."""

    def __missing__(self, code):
        folded = _fold_character(chr(code))
        if code <= _LAST_REMEMBERED:
            self[code] = folded
        return folded


def _fold_character(character):
    character = character.lower() if len(character.lower()) == 1 else character
    if character in _KNOWN:
        return _KNOWN[character]
    if character.isspace() and character != "\n" and character != "\t":
        return " "
    parts = unicodedata.normalize("NFKD", character)
    plain = [part for part in parts if not unicodedata.combining(part)]
    return plain[0].lower() if len(plain) == 1 and plain[0].lower() else character


_FOLDER = _Folder()


def fold(text):
    """Return the text in lower case, without accents, in typewriter characters.

    The result is as long as the text.

    >>> fold("Réglé le 5\\u00a0août – c’est promis")
    "regle le 5 aout - c'est promis"
    """
    return text.lower() if text.isascii() else text.translate(_FOLDER)


def clean(text):
    """Return the text with composed accents and plain line ends, nothing invisible.

    >>> clean("re\\u0301gle\\u0301\\r\\n\\u200bok")
    'réglé\\nok'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _UNSEEN.sub("\n" if "\u2028" in text else "", text)
    elif "\x00" in text:
        text = text.replace("\x00", "")
    return _LINE_ENDS.sub("\n", text)


def word_set(words):
    """Return the words of a line as a set.

    >>> sorted(word_set("b a"))
    ['a', 'b']
    """
    return frozenset(words.split())


def to_date(year, month, day):
    """Return the day, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
