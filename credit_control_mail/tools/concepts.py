"""Words that mean the same to a collector, in French, English and German.

A word that ends in ``*`` stands for all words that begin like it. Text is folded.
"""

import re
from functools import lru_cache

from .concept_paying import PAYING
from .concept_trade import TRADE

WORDS = {**PAYING, **TRADE}


def _compile():
    exact, stems = {}, {}
    for concept, words in WORDS.items():
        for word in words.split():
            if word.endswith("*"):
                stems.setdefault(word[:-1], []).append(concept)
            else:
                exact.setdefault(word, []).append(concept)
    return exact, stems


_EXACT, _STEMS = _compile()
_LONGEST = max(map(len, _STEMS))
_AMOUNTS = {"xamount": "sum", "xref": "number", "xlong": "number", "xmail": "mail"}
_PLURAL = re.compile(r"(?:es|s|e)$")


@lru_cache(maxsize=20_000)
def concepts_of(word):
    """Return the concepts of one folded word."""
    if word in _AMOUNTS:
        return (_AMOUNTS[word],)
    found = list(_EXACT.get(word, ()))
    for size in range(2, min(len(word), _LONGEST) + 1):
        found += _STEMS.get(word[:size], ())
    return tuple(dict.fromkeys(found))
