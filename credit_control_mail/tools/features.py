"""What a sentence is made of, as the classifier counts it: words, pairs, characters.

Figures, dates, amounts and references are put in by their kind, so that a sentence
means the same whatever the day and the sum.
"""

import re
from functools import lru_cache
from itertools import pairwise

from . import rules
from .concepts import concepts_of
from .folding import fold, word_set

MONTHS = (
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre"
    "|decembre|january|february|march|april|may|june|july|august|september|october"
    "|november|december|januar|februar|marz|maerz|april|juni|juli|oktober|dezember"
    "|jan|feb|fev|apr|avr|jun|jul|aug|sept?|oct|okt|nov|dec|dez|janv|fevr|juil"
)
DAYS = (
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday"
    "|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag"
    "|samstag|sonntag"
)
MONEY = r"(?:€|k€|eur(?:os?)?\b|euros?\b|\$|usd\b|£|gbp\b|chf\b|pounds?\b|dollars?\b)"
KINDS = (
    ("xmail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("xurl", r"(?:https?://|www\.)\S+"),
    (
        "xdate",
        r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b(?![\d/-])"
        rf"|\b\d{{1,2}}(?:er|st|nd|rd|th|\.)?\s+(?:of\s+)?(?:{MONTHS})\b\.?(?:\s+\d{{4}})?"
        rf"|\b(?:{MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?",
    ),
    (
        "xamount",
        rf"(?:€|\$|£|\b(?:eur|usd|gbp|chf)\b)\s?\d[\d\s.,']*\d|(?:€|\$|£)\s?\d"
        rf"|\b\d[\d\s.,']*\s?{MONEY}",
    ),
    (
        "xref",
        r"\b[a-z]{1,8}[-/_]?\d+(?:[-/_]\d+)+\b|\b[a-z]{0,6}[-/_]?\d{5,}\b"
        r"|\b[a-z]{1,6}[-/_]\d{2,}\b|\b[a-z]{1,4}\d{3,}\b|(?:\bn[°o]|#)\s?\d+\b"
        r"|\b\d{2,}(?:[-/_]\d+)+\b",
    ),
    ("xpercent", r"\b\d+(?:[.,]\d+)?\s?%"),
    ("xday", rf"\b(?:{DAYS})s?\b"),
    (
        "xmonth",
        r"\b(?:janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre"
        r"|novembre|decembre|january|february|march|april|june|july|august|september"
        r"|october|november|december|januar|februar|marz|maerz|juni|juli|oktober"
        r"|dezember)\b",
    ),
    ("xlong", r"\b\d{4,}\b"),
    ("xth", r"\b\d{1,2}(?:st|nd|rd|th|er)\b"),
    ("xnum", r"\d+(?:[.,]\d+)?"),
)
KIND = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in KINDS))
CONTRACTIONS = (
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bcan'?t\b|\bcannot\b"), "can not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\bn'"), "ne "),
    (re.compile(r"\b([ldjscmt]|qu|jusqu|lorsqu|puisqu)'"), r"\1e "),
)
TOKEN = re.compile(r"[a-z]+|[?!:;.,]")
STOPS = frozenset("?!:;.,")
NEGATIONS = {
    *("ne", "pas", "non", "jamais", "aucun", "aucune", "sans", "ni", "plus"),
    *("not", "no", "never", "without", "nor", "neither", "unable"),
    *("nicht", "kein", "keine", "keinen", "nie"),
}
# how much a feature counts, by its kind: one cue is worth many characters
SCALES = {"w": 1.0, "c": 0.7, "k": 1.0, "r": 0.35, "s": 0.5}
# what a debtor's mail speaks of: where none of it is named, it is about something else
OF_DEBTS = word_set(
    "invoice pay_done pay_do payment run billed reminder statement bank owed contest"
    " insolvent proof instalments tax sum number"
)
# a length in words, up to which a sentence is called so
LENGTHS = ((3, "words 3"), (7, "words 7"), (14, "words 14"), (28, "words 28"))
REPLY = re.compile(r"\s*(?:(?:re|aw|antw|tr|fwd?|wg|sv|rep)\s*:\s*)+")
LONGEST = 4000


def normal(text):
    """Return ``text`` folded, with figures, dates and references as their kinds."""
    folded = fold(text[:LONGEST]).replace("’", "'").replace("\u02bc", "'")
    folded = KIND.sub(lambda found: f" {found.lastgroup} ", folded)
    for pattern, wanted in CONTRACTIONS:
        folded = pattern.sub(wanted, folded)
    return folded


def tokens(text):
    """Return the words and stops of ``text`` as they are counted."""
    return TOKEN.findall(normal(text))


@lru_cache(maxsize=20_000)
def characters(word):
    """Return the pieces of three to five characters of a word with its ends."""
    if word in STOPS or word.startswith("x"):
        return ()
    framed = f"<{word}>"
    return tuple(
        f"c:{framed[start : start + size]}"
        for size in (3, 4, 5)
        for start in range(len(framed) - size + 1)
        if len(framed) > size
    )


def word_features(found):
    """Return words, pairs, pairs with a gap, and words that are denied."""
    result = {f"w:{word}" for word in found if word not in STOPS}
    result.update(f"w:{a} {b}" for a, b in pairwise(found))
    result.update(
        f"w:{a} _ {b}"
        for a, b in zip(found, found[2:], strict=False)
        if a not in STOPS and b not in STOPS
    )
    denied = 0
    for word in found:
        if word in STOPS:
            denied = 0
        elif word in NEGATIONS:
            denied = 4
        elif denied:
            result.add(f"w:not {word}")
            denied -= 1
    return result


def concept_features(found):
    """Return concepts, denied concepts, and pairs of them in their order."""
    result, sequence, denied = set(), [], 0
    for word in found:
        concepts = concepts_of(word)
        result.update(f"k:{concept}" for concept in concepts)
        if denied:
            denied -= 1
            result.update(f"k:not {concept}" for concept in concepts)
        if word in NEGATIONS:
            denied = 5
        elif word in STOPS:
            denied = 0
        if concepts:
            sequence.append(concepts)
    if "?" in found:
        result.add("k:question")
    for at, left in enumerate(sequence):
        for right in sequence[at + 1 : at + 4]:
            result.update(f"k:{a} {b}" for a in left for b in right if a != b)
    return result


def shape_features(found):
    """Return how long a text is, and whether it speaks of debts at all."""
    words = [word for word in found if word not in STOPS]
    count = len(words)
    length = next((name for most, name in LENGTHS if count <= most), "words more")
    named = {concept for word in words for concept in concepts_of(word)}
    return {length} if named & OF_DEBTS else {length, "no debt"}


def subject_features(subject):
    """Return what a subject says that the sender wrote himself, or that he answers."""
    if not subject.strip():
        return {"s:none"}
    if REPLY.match(fold(subject)):
        return {"s:reply"}
    found = tokens(subject)
    result = {"s:own"}
    result.update(f"s:{word}" for word in found if word not in STOPS)
    result.update(f"s:k {c}" for word in found for c in concepts_of(word))
    result.update(f"s:{a} {b}" for a, b in pairwise(found))
    return result


def features_of(text, extra=(), subject=None):
    """Return {feature: value} of a sentence or a whole message.

    The name tells the kind: ``w:`` words, ``c:`` characters, ``k:`` concepts, ``r:``
    rules, ``s:`` the subject.

    :param extra: names of facts outside the text (headers, attachments)
    :param str subject: the subject, of a whole message
    """
    found = tokens(text)
    words = word_features(found)
    pieces = set()
    for word in found:
        pieces.update(characters(word))
    cues = {f"r:{name}" for name in rules.matching(text)}
    cues.update(f"r:{name}" for name in extra)
    cues.update(f"r:{name}" for name in shape_features(found))
    result = {}
    ideas = concept_features(found)
    for kind, group in (("w", words), ("c", pieces), ("k", ideas)):
        value = SCALES[kind] / max(len(group), 8) ** 0.5
        result.update(dict.fromkeys(group, value))
    result.update(dict.fromkeys(cues, SCALES["r"]))
    if subject is not None:
        result.update(dict.fromkeys(subject_features(subject), SCALES["s"]))
    return result
