"""How sure we are of a customer, given all that speaks for him and for others."""

from collections import defaultdict
from typing import NamedTuple

# what one piece of evidence is worth alone
REMEMBERED = 0.98
ADDRESS = 0.92
REPLY_TO = 0.85
FORWARDED = 0.88
COPIED = 0.6
DOMAIN = 0.8
WEBSITE = 0.76
REFERENCE = 0.8
REFERENCE_PAID = 0.65
REFERENCE_WEAK = 0.4
ORDER = 0.7
ORDER_WEAK = 0.45
AMOUNT = 0.75
AMOUNT_ROUND = 0.4
TAIL = 0.5
NAME = 0.75
NAME_SHORT = 0.45
NUMBER = 0.85

# an address that nobody proved may be forged: alone it never decides
UNPROVEN = 0.6
# one of the numbers of a supplier looks like one of ours by chance
FROM_SUPPLIER = 0.5
# the same number in a company that the mail did not come to
OTHER_COMPANY = 0.6
# a domain shared by more customers only proposes
SHARED_DOMAIN = 3
SHARED_DOMAIN_WEIGHT = 0.3
SHARED_DOMAIN_MOST = 20

# kinds that name one customer by themselves: without one, there is no candidate
LEADING = frozenset(
    {
        "remembered",
        "address",
        "reply_to",
        "forwarded",
        "copied",
        "named_address",
        "domain",
        "website",
        "reference",
        "order",
    }
)
# the first piece of a kind counts whole, the next ones less: they depend on it
FOLLOWING = 0.6
MOST_OF_A_KIND = 4


class Evidence(NamedTuple):
    """One reason to believe that a message is of a customer."""

    code: str
    weight: float
    values: dict
    contact: int = 0
    company: int = 0


def shared(weight, count):
    """Return what is left of a weight that ``count`` customers share."""
    return weight / count**0.5


def strength(evidence):
    """Return how much the evidence for one customer says, others left aside.

    :rtype: float

    >>> round(strength([Evidence("address", 0.9, {}), Evidence("domain", 0.5, {})]), 4)
    0.95
    """
    doubt = 1.0
    kinds = defaultdict(list)
    for piece in evidence:
        kinds[piece.code].append(piece.weight)
    for weights in kinds.values():
        weights.sort(reverse=True)
        for place, weight in enumerate(weights[:MOST_OF_A_KIND]):
            doubt *= 1 - min(weight if not place else weight * FOLLOWING, 0.99)
    return 1 - doubt


def rank(found):
    """Return the customers by confidence, the surest first.

    What speaks for one speaks against the others: the confidences never add up to more
    than one. A sole customer is as sure as his evidence.

    :param dict found: ``{customer: [Evidence]}``
    :rtype: list[tuple[customer, float]]

    >>> one = [Evidence("address", 0.92, {})]
    >>> [(name, round(sure, 2)) for name, sure in rank({"a": one})]
    [('a', 0.92)]
    >>> [(name, round(sure, 2)) for name, sure in rank({"a": one, "b": one})]
    [('a', 0.48), ('b', 0.48)]
    """
    strengths = {customer: strength(pieces) for customer, pieces in found.items()}
    odds = {
        customer: min(value, 0.9999) / (1 - min(value, 0.9999))
        for customer, value in strengths.items()
    }
    total = 1 + sum(sorted(odds.values()))
    ranked = [(customer, round(odds[customer] / total, 4)) for customer in odds]
    return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))
