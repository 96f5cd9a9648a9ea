"""Which way reaches a customer, judged by what became of earlier tries."""

from typing import NamedTuple

# the least costly first: it is taken where nothing speaks for another
WAYS = ("email", "sms", "call", "letter")
# fewer tries than this say nothing about a customer
FEWEST = 2
# answers in the same half of a day that make a habit
HABIT = 2


class Tries(NamedTuple):
    """How often a way was tried, and how often the customer answered or paid."""

    count: int = 0
    answered: int = 0

    @property
    def chance(self):
        """Expected share of answers at the next try.

        The mean of a beta distribution (Gelman et al., Bayesian Data Analysis, 2.4)
        that begins with one answer in four tries: a way that was tried once without
        answer is no worse than one that nobody tried, until more is known.
        """
        return (self.answered + 1) / (self.count + 4)

    def __add__(self, other):
        """Return the tries of both together."""
        return Tries(self.count + other.count, self.answered + other.answered)


def best_way(known, usable):
    """Return the way with the best chance of an answer, None while nobody can tell.

    :param dict known: :class:`Tries` by way
    :param usable: the ways for which the customer has an address or a number
    :rtype: str | None

    >>> best_way({"email": Tries(5, 0), "call": Tries(4, 3)}, {"email", "call"})
    'call'
    >>> best_way({"email": Tries(5, 0)}, {"email", "call"})
    'call'
    >>> best_way({"email": Tries(2, 2), "call": Tries(2, 2)}, {"call", "email"})
    'email'
    >>> best_way({"email": Tries(1, 1)}, {"email", "call"})
    """
    if sum(tries.count for tries in known.values()) < FEWEST:
        return None
    ways = [way for way in WAYS if way in usable]
    return max(ways, key=lambda way: known.get(way, Tries()).chance, default=None)


def best_time(calls):
    """Return when calls are answered: the half of the day, and its weekday if any.

    :param dict calls: :class:`Tries` by (weekday, half): 1 is Monday, half 0 is the
        morning and 1 the afternoon
    :return: (weekday or None, half), or None where no habit is seen
    :rtype: tuple[int | None, int] | None

    >>> best_time({(2, 0): Tries(3, 2), (4, 1): Tries(3, 0), (5, 0): Tries(1, 0)})
    (2, 0)
    >>> best_time({(1, 1): Tries(1, 1), (3, 1): Tries(1, 1), (3, 0): Tries(2, 0)})
    (None, 1)
    >>> best_time({(1, 1): Tries(1, 1), (3, 0): Tries(1, 1)})
    """
    halves = {}
    for (_weekday, half), tries in calls.items():
        halves[half] = halves.get(half, Tries()) + tries
    half = _habit(halves)
    if half is None:
        return None
    days = {day: tries for (day, part), tries in calls.items() if part == half}
    return _habit(days), half


def _habit(tries):
    """Return the key whose tries are answered most, None where none stands out."""
    best = max(tries, key=lambda key: tries[key].chance, default=None)
    if best is None or tries[best].answered < HABIT:
        return None
    rivals = [one for key, one in tries.items() if key != best]
    if any(one.chance >= tries[best].chance for one in rivals):
        return None
    return best
