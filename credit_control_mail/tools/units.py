"""The parts of a message that say one thing each: sentences and clauses."""

import re
from typing import NamedTuple

from .folding import fold
from .text import sentences

# more of a message is not read by the classifier: its beginning says what it wants
LONGEST, MOST_UNITS = 12_000, 60
# a clause of its own within a sentence: after these words, or another invoice begins
CLAUSE = re.compile(
    r"\s*(?:;|[,.]?\s(?=(?:mais|par contre|en revanche|toutefois|cependant|tandis que"
    r"|alors que|quant a|but|however|whereas|while|although|though|as for|aber|jedoch"
    r"|dagegen)\b))"
)
OTHER_INVOICE = re.compile(
    r"(?:[,.]\s+|\n\s*|\s(?:et|and|und)\s+)"
    r"(?=(?:et |and |und |pour |for |fur |bei |sur |on )?"
    r"(?:la |le |l'|the |die |der |les |celle |celles |celui |invoice |facture "
    r"|rechnung )?(?:deux |trois |two |three |zwei )?"
    r"(?:(?!20\d\d\b|\d{1,2}[/.-]\d{1,2}\b"
    r"|\d[\d .,]*(?:€|eur|euro|k€|\$|£|usd|gbp|chf))"
    r"[a-z]{0,5}[-/]?\d[\d/-]{2,}\b(?![.,]\d)|premiere|seconde?\b|deuxieme|autres?\b"
    r"|others?\b|rest\b|reste\b|andere|plus ancienne|one (?:over|for|of)|de \d))"
)
SHORTEST_CLAUSE, SHORTEST_PART = 18, 8
REFERENCE = re.compile(r"\b[a-z]{0,6}[-/ ]?\d[\w/-]*")
# a list of invoices says nothing yet: it goes with what follows
LISTING = re.compile(
    r"\b(?:la|le|les|l'|the|facture|factures|invoice|invoices|rechnung|rechnungen|and"
    r"|et"
    r"|und|die|der|nos|our|vos|your|nr|no|n|inv|fa|for|pour|fur|bonjour|hi|hello"
    r"|morning|hey|dear|sirs)\b"
    r"|[^a-z]"
)
# said to open or to close: they are read only where nothing else is written
POLITE = re.compile(
    r"(?:bonjour|bonsoir|salut|slt|bjr|hello|hi|hey|dear|good (?:morning|afternoon|day"
    r"|evening)|morning|afternoon|madame|monsieur|messieurs|cher|chere|chers|sehr"
    r" geehrte[rs]?|hallo|guten (?:tag|morgen|abend)|moin|servus|gruezi|liebe[rs]?"
    r"|to whom)\b[^.?!:\d]{0,45}[,.!:]?"
    r"|(?:many |best |kind )?(?:thanks|thank you|regards|cheers|merci|cordialement|cdt"
    r"|cdlt|bien a vous|bonne journee|danke|gruss|mit freundlichen grussen)"
    r"(?: (?:again|in advance|d'avance|bien|beaucoup|and regards))?[,.!]*"
)


class Unit(NamedTuple):
    """A sentence or clause; places count in the sender's own text."""

    start: int
    end: int
    text: str


def units_of(text):
    """Return the sentences of ``text``, long ones by their clauses.

    Greetings count only where nothing else is said.
    """
    found, polite = [], []
    for span in sentences(text[:LONGEST]):
        for start, end in _clauses(span.text):
            piece = text[span.start + start : span.start + end]
            if any(sign.isalnum() or sign == "?" for sign in piece):
                unit = Unit(span.start + start, span.start + end, piece)
                kept = polite if POLITE.fullmatch(fold(piece).strip()) else found
                kept.append(unit)
    return (found or polite)[:MOST_UNITS]


def _clauses(sentence):
    """Yield (start, end) of the clauses of a sentence."""
    start, folded = 0, fold(sentence)
    cuts = [
        (cut.start(), cut.end(), SHORTEST_CLAUSE) for cut in CLAUSE.finditer(folded)
    ]
    cuts += [
        (cut.start(), cut.end(), SHORTEST_PART)
        for cut in OTHER_INVOICE.finditer(folded)
    ]
    for left, right, shortest in sorted(cuts):
        is_listing = shortest == SHORTEST_PART and not (
            LISTING.sub("", REFERENCE.sub("", folded[start:left]))
        )
        if min(left - start, len(sentence) - right) >= shortest and not is_listing:
            yield start, left
            start = right
    yield start, len(sentence)
