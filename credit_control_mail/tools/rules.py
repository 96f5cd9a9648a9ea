"""Cues: turns of phrase that speak for or against an intent, with negation and tense.

A cue is evidence, not a verdict: the learned weights decide how much it counts. The
numbers here are used where no weights are learned, and each cue has the words in which
it is shown to a person. Patterns are read on folded text: lower case, no accents.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from .cues import CUES
from .folding import fold


class Cue(NamedTuple):
    """One turn of phrase; ``weights`` is {intent: evidence in logits}."""

    name: str
    words: str
    weights: dict
    pattern: re.Pattern


TABLE = tuple(
    Cue(name, words, weights, re.compile(pattern))
    for name, words, weights, pattern in CUES
)
BY_NAME = {cue.name: cue for cue in TABLE}
# what no intent reaches without a cue
START = -3.0


@lru_cache(maxsize=512)
def matching(text):
    """Return the names of the cues that ``text`` contains, in the order of the table.

    :rtype: tuple[str]
    """
    folded = fold(text).replace("’", "'").replace("\u02bc", "'")
    folded = re.sub(r"\s+", " ", folded)
    return tuple(cue.name for cue in TABLE if cue.pattern.search(folded))


def evidence(names):
    """Return {intent: logit} of cues by their own weights alone."""
    result = {}
    for name in names:
        for intent, weight in BY_NAME[name].weights.items():
            result[intent] = result.get(intent, START) + weight
    return result


def in_words(name):
    """Return what a cue means, in plain words, or its own name for a fact."""
    cue = BY_NAME.get(name)
    return cue.words if cue else FACTS.get(name, name.replace("_", " "))


FACTS = {
    "fact_attachment_proof": "an attachment is named like a proof of payment",
    "fact_attachment_list": "an attachment is named like a payment advice",
    "fact_attachment": "it has an attachment",
    "fact_automatic": "a machine sent it",
    "fact_list": "it came through a mailing list",
    "fact_only": "it says nothing else",
    "words 3": "it is a word or two",
    "words 7": "it is very short",
    "words 14": "it is short",
    "words 28": "it is of some length",
    "words more": "it is long",
    "no debt": "it names nothing that belongs to a debt",
}
