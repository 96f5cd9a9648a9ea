"""What people teach: phrases that decide, and small bounded changes of the weights."""

import re
from typing import NamedTuple

from .classifier import gradient_step
from .folding import fold
from .intents import is_pausing
from .understand import understand

SHORTEST, LONGEST = 3, 12
# said in every mail: by themselves they teach nothing
POLITE = frozenset(
    re.findall(
        r"\w+",
        "bonjour bonsoir madame monsieur merci cordialement salutations hello hi dear"
        " sir madam thanks thank you regards best kind hallo guten tag danke mit"
        " freundlichen grussen je vous nous we i the le la les de du des et and und a"
        " an to pour for your votre our notre mail email message",
    )
)
RATE, BOUND, ROUNDS = 0.3, 1.0, 3
# corrections looked at, and messages that the figures are taken of
MOST_STEPS, MOST_CASES = 300, 400


class Case(NamedTuple):
    """A message that people decided about, as the classifier reads it."""

    key: str  # messages of one sender are learned from, or judged, never both
    subject: str
    text: str
    date: object
    wanted: frozenset
    evidence: tuple = ()  # (words, intents they have, intents they have not)


class Figures(NamedTuple):
    """How well messages are read: intents together, and whether reminders wait."""

    f1: float
    pause: float
    count: int


def phrase_of(text):
    """Return the words of ``text`` that are worth remembering; empty when none is.

    Figures and addresses never stay: the longest run of words without any is taken.

    >>> phrase_of("Le dossier 4711 part chez notre comptable externe, merci")
    'part chez notre comptable externe merci'
    >>> phrase_of("Merci à vous")
    ''
    """
    runs, run = [], []
    for word in re.findall(r"\S+", fold(text or "")):
        parts = re.findall(r"[^\W_]+", word)
        if "@" in word or "//" in word or any(sign.isdigit() for sign in word):
            runs.append(run)
            run = []
        else:
            run = run + parts
    found = max([*runs, run], key=len)[:LONGEST]
    telling = [word for word in found if word not in POLITE and len(word) > 1]
    if len(found) < SHORTEST or len(telling) < SHORTEST - 1:
        return ""
    return " ".join(found)


def words_of(text):
    """Return the words of ``text``, a gap around each, to look for a phrase in.

    >>> " le visa manque " in words_of("Or LE visa, manque!")
    True
    """
    return " " + " ".join(re.findall(r"[^\W_]+", fold(text or ""))) + " "


def split_cases(cases, share=4):
    """Return those to learn from and those held out, each sender on one side."""
    held = [case for case in cases if _place(case.key) % share == 0]
    kept = [case for case in cases if _place(case.key) % share]
    return kept, held[-MOST_CASES:]


def _place(key):
    # the same in every process, unlike hash()
    return sum(ord(sign) * (place + 1) for place, sign in enumerate(key))


def measure(cases, delta):
    """Return the :class:`Figures` of ``cases`` by the shipped weights and ``delta``."""
    hits = wrong = pauses = 0
    for case in cases:
        found = {
            one.intent
            for one in understand(
                None, case.subject, case.text, case.date, weights=delta
            )
        }
        hits += len(found & case.wanted)
        wrong += len(found ^ case.wanted)
        pauses += is_pausing(found) == is_pausing(case.wanted)
    return Figures(
        f1=2 * hits / (2 * hits + wrong) if hits + wrong else 1.0,
        pause=pauses / len(cases) if cases else 1.0,
        count=len(cases),
    )


def learn(cases, delta=None):
    """Return ``delta`` after small steps towards what people said of ``cases``.

    :param dict delta: learned before; it is not changed
    """
    steps = [
        step
        for case in cases
        for step in case.evidence or ((case.text, tuple(case.wanted), ()),)
        if step[0]
    ][-MOST_STEPS:]
    for _round in range(ROUNDS):
        for text, wanted, unwanted in steps:
            delta = gradient_step(delta, text, wanted, unwanted, RATE, BOUND)
    return delta or {}


def is_better(before, after):
    """Return whether new weights may be used: nothing got worse, something better."""
    return (
        after.f1 >= before.f1
        and after.pause >= before.pause
        and (after.f1 > before.f1 or after.pause > before.pause)
    )
