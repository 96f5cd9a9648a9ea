"""Why a customer took something off, from the few words of an advice."""

import re

from .folding import fold

_REASONS = (
    ("quantity", r"quantit|menge|missing|manqu|fehl|short (?:deliver|ship)|reliquat"),
    ("quality", r"qualit|casse|damag|defect|abim|beschad|mangel|non.?conform|reklam"),
    ("delivery", r"livraison|deliver|liefer|retard|delay|late|verspat|transport|penal"),
    ("duplicate", r"doubl|duplic|twice|deux fois|doppel|deja (?:paye|regle)"),
    ("price", r"pri[xc]e?\b|preis|tarif|escompte|discount|skonto|remise|rabatt|rebate"),
    ("administrative", r"commande|order|bestell|\bpo\b|\bbc\b|document|justific|tva"),
    ("not_received", r"non recu|not received|nicht erhalten"),
)
_FOUND = [(code, re.compile(pattern)) for code, pattern in _REASONS]


def find_reason(text):
    """Return the code of a reason of a dispute.

    >>> find_reason("litige palette cassée"), find_reason("Skonto 2%"), find_reason("")
    ('quality', 'price', 'other')
    """
    folded = fold(text or "")
    return next((code for code, found in _FOUND if found.search(folded)), "other")
