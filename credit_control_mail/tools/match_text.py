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
_DIGIT = re.compile(r"[0-9]")
_NOT_ALNUM = re.compile(r"[^A-Za-z0-9]")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}[A-Za-z0-9]"
)
# the header of a mail that was forwarded, in the languages of the usual programs
_SENDER_LINE = re.compile(
    r"(?i)[> \t*]{0,20}(?:from|de|von|van|da|od|expéditeur|expediteur|absender|"
    r"remitente|mittente|reply-to|répondre à)[ \t]?\*?[ \t]?:"
)
SENDER_LINE_LENGTH = 400
YEARS = ("19", "20")
_SMALL_WORDS = (
    "DU DE LE LA LES DES AU UN UNE ET OU EN SUR PAR SOUS THE OF ON TO FROM AND OR IN "
    "BY AT FOR VOM AM DER DIE DAS UND MIT ZUM BIS TEL FAX EUR USD GBP CHF NO NR REF "
    "MARS MAI JUIN JUIL AOUT MARCH MAY JUNE JULY APRIL"
)
SMALL_WORDS = frozenset(_SMALL_WORDS.split())


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
    words = [
        word
        for word in (text or "").lower().split()
        if "@" not in word and "://" not in word and not word.startswith("www.")
    ]
    plain = unicodedata.normalize("NFKD", " ".join(words))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " " + " ".join(re.findall(r"[a-z0-9]+", plain)) + " "


def spellings(text):
    """Return what of ``text`` may be a reference, in the order of the text.

    Each ends with a word that has a digit and goes back over the words before it, as
    far as they hang together: "FA 2026/00123" gives 00123, 202600123, FA202600123.

    :return: ``{spelling: whether it is tight}``: tight ones hold no word of a sentence
    :rtype: dict[str, bool]
    """
    words = list(_WORD.finditer(text))
    found = {}
    for place, word in enumerate(words):
        if not _DIGIT.search(word.group()):
            continue
        key, is_tight = "", True
        for back in range(place, max(place - WORDS_OF_KEY, -1), -1):
            part = words[back].group().upper()
            if back < place:
                gap = text[words[back].end() : words[back + 1].start()]
                if not _GAP.fullmatch(gap):
                    break
                is_tight = is_tight and _is_part(part, gap, key)
            key = part + key
            if len(key) > KEY_LENGTH:
                break
            found[key] = found.get(key, False) or is_tight
    return found


def _is_part(word, gap, rest):
    """Return whether a word before a number belongs to it: "PO 123", not "du 12"."""
    if gap.strip() or _DIGIT.search(word):
        # a sentence does not go on within a reference
        return not (rest[:1].isalpha() and gap == " ")
    return 1 < len(word) <= 5 and rest[:1].isdigit() and word not in SMALL_WORDS


def reference_keys(keys):
    """Return those spellings that are worth a look among the references of invoices.

    Short ones, or those with few digits, would be found by chance.

    :param dict keys: as of :func:`spellings`
    :rtype: list[str]
    """
    return [
        key
        for key, is_tight in keys.items()
        if is_tight and len(key) >= 5 and len(_DIGIT.findall(key)) >= 3
    ][:KEY_LIMIT]


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
    """Return whether a spelling names an entry of this numbering and number.

    Zeros may be left out where the prefix has letters; a name that does not follow
    its numbering has to be written whole.

    >>> is_same_name("FA12", "FA/0012", "FA/"), is_same_name("FA12", "FB/12", "FA/")
    (True, False)
    """
    whole, start = compact(name), compact(prefix)
    if typed == whole:
        return True
    has_letters = any(map(str.isalpha, start))
    return (
        has_letters
        and whole.startswith(start)
        and typed[len(start) :].lstrip("0") == whole[len(start) :].lstrip("0")
    )


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
    for line in text[:TEXT_LIMIT].splitlines():
        line = line[:SENDER_LINE_LENGTH]
        if "@" in line and (match := _SENDER_LINE.match(line)):
            for address in find_addresses(line[match.end() :], 1):
                found[address] = True
    return list(found)[:5]
