"""What a mail names: words that may be references, addresses of a forwarded mail."""

import re
import unicodedata
from typing import NamedTuple

TEXT_LIMIT = 60_000
KEY_LIMIT = 400
NAME_LIMIT = 1_000
KEY_LENGTH = 25
WORDS_OF_KEY = 7
MAX_NUMBER = 2**31 - 1

_WORD = re.compile(r"[A-Za-z0-9]+")
_GAP = re.compile(r"[ \t\xa0\u202f/\\.,_#:°º\-\u2010-\u2015]{0,3}")
_NOT_ALNUM = re.compile(r"[^A-Za-z0-9]")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}[A-Za-z0-9]"
)
_LINK = re.compile(r"\S*@\S*|(?:https?://|www\.)\S*", re.I)
# the header of a mail that was forwarded, in the languages of the usual programs
_SENDER_LINE = re.compile(
    r"(?im)^[>\s*]*(?:from|de|von|van|da|od|expéditeur|expediteur|absender|remitente|"
    r"mittente|reply-to|répondre à)\s*\*?\s*:\s*(.{0,300})$"
)
YEARS = ("19", "20")


class NameHit(NamedTuple):
    """A spelling that may be the name of an entry of one numbering."""

    journal: int
    prefix: str
    number: int
    typed: str


def compact(text):
    """Return letters and digits alone, in capitals.

    >>> compact("fa/2026-00 123")
    'FA202600123'
    """
    return _NOT_ALNUM.sub("", text or "").upper()


def fold_words(text):
    """Return the text as words between single spaces, without accents or case.

    Addresses and links are left out: they are no words.
    """
    text = _LINK.sub(" ", text or "")
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " " + " ".join(re.findall(r"[a-z0-9]+", plain.lower())) + " "


def spellings(text):
    """Return what of ``text`` may be a reference, in the order of the text.

    Each ends with a word that has a digit and goes back over the words before it, as
    far as they hang together: "FA 2026/00123" gives 00123, 202600123, FA202600123.

    :rtype: list[str]
    """
    words = list(_WORD.finditer(text))
    found = {}
    for place, word in enumerate(words):
        if not any(char.isdigit() for char in word.group()):
            continue
        key = ""
        for back in range(place, max(place - WORDS_OF_KEY, -1), -1):
            if back < place:
                gap = text[words[back].end() : words[back + 1].start()]
                if not _GAP.fullmatch(gap):
                    break
            key = words[back].group().upper() + key
            if len(key) > KEY_LENGTH:
                break
            found[key] = True
    return list(found)


def reference_keys(keys):
    """Return those spellings that are worth a look among the references of invoices.

    Short ones, or those with few digits, would be found by chance.

    :rtype: list[str]
    """
    return [key for key in keys if len(key) >= 5 and sum(map(str.isdigit, key)) >= 3][
        :KEY_LIMIT
    ]


class Numberings:
    """The prefixes of names of invoices, to read a number from any spelling.

    :param rows: pairs of journal and prefix
    """

    def __init__(self, rows):
        self.prefixes = {}
        for journal, prefix in rows:
            self.prefixes.setdefault(compact(prefix), []).append((journal, prefix))
        self.lengths = sorted({len(prefix) for prefix in self.prefixes})

    def find(self, keys):
        """Return the entries that these spellings may name.

        Leading zeros may be left out where the prefix has letters; numbers that stand
        alone have to be as long as the name itself, which the caller checks.

        :rtype: list[NameHit]
        """
        hits = []
        for key in keys:
            for length in self.lengths:
                number = key[length:]
                if not number.isdigit() or len(number) > 10:
                    continue
                if not length and len(number) < 6:
                    continue
                for journal, prefix in self.prefixes.get(key[:length], ()):
                    if int(number) <= MAX_NUMBER:
                        hits.append(NameHit(journal, prefix, int(number), key))
            if len(hits) >= NAME_LIMIT:
                break
        return hits


def is_same_name(typed, name, prefix):
    """Return whether a spelling names an entry, given that prefix and number agree."""
    return typed == compact(name) or any(map(str.isalpha, compact(prefix)))


def tail_numbers(text):
    """Return numbers of 4 to 9 digits that may be the end of a reference.

    Years are left out.

    :rtype: set[str]
    """
    found = re.findall(r"(?<![\w.,])\d{4,9}(?![\w]|[.,]\d)", text)
    return {
        number for number in found if not (len(number) == 4 and number[:2] in YEARS)
    }


def find_addresses(text, limit=20):
    """Return the addresses in the text, in small letters and in its order.

    :rtype: list[str]
    """
    found = {}
    for match in _ADDRESS.finditer(text or ""):
        found[match.group().strip(".'").lower()] = True
        if len(found) == limit:
            break
    return list(found)


def forwarded_senders(text):
    """Return who wrote the mails that this one forwards, as its text tells.

    :rtype: list[str]
    """
    found = {}
    for match in _SENDER_LINE.finditer(text[:TEXT_LIMIT]):
        for address in find_addresses(match.group(1), 1):
            found[address] = True
    return list(found)[:5]
