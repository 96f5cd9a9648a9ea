"""Two shares compared, customers being the units that were drawn."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

# below this number of customers on a side the normal distribution is no help
FEWEST = 30


class Side(NamedTuple):
    """Sums over the customers of one side of a draw.

    Of a customer, ``n`` invoices could be judged and ``y`` of them were paid in time.
    """

    customers: int = 0
    n: int = 0
    y: int = 0
    yy: int = 0  # sum of the squares of y
    ny: int = 0  # sum of n times y
    nn: int = 0  # sum of the squares of n

    @property
    def share(self):
        """Share of the invoices paid in time, None without invoices."""
        return self.y / self.n if self.n else None

    @property
    def variance(self):
        """Variance of the share, with customers as the units.

        That of a ratio estimator (Cochran, Sampling Techniques, 1977, section 6.3):
        the invoices of a customer are paid together or not at all, and counting them
        one by one would find differences where there are none. With one invoice each
        it is the variance of a proportion.
        """
        share, count = self.share, self.customers
        if share is None or count < 2:
            return None
        squares = self.yy - 2 * share * self.ny + share * share * self.nn
        return max(squares, 0) * count / (count - 1) / self.n**2


class Difference(NamedTuple):
    """Points (0.05 is five points) by which one share is above another."""

    points: float
    low: float
    high: float

    @property
    def is_shown(self):
        """Whether chance alone would hardly make such a difference."""
        return self.low > 0 or self.high < 0


def difference(side, other, tests=1, confidence=0.95):
    """Return by how much the share of ``side`` is above that of ``other``.

    :param int tests: how many sides are compared with ``other``: the more, the wider
        the interval (Bonferroni), or one of many would differ by chance
    :return: None as long as there are too few customers to say anything
    :rtype: Difference | None

    >>> b, a = Side(400, 400, 260, 260, 260, 400), Side(400, 400, 220, 220, 220, 400)
    >>> found = difference(b, a)
    >>> [round(part, 3) for part in found], found.is_shown
    ([0.1, 0.032, 0.168], True)
    >>> difference(b, a, tests=30).is_shown
    False
    >>> difference(Side(29, 29, 9, 9, 9, 29), a)
    """
    if min(side.customers, other.customers) < FEWEST:
        return None
    points = side.share - other.share
    reach = NormalDist().inv_cdf(1 - (1 - confidence) / (2 * tests))
    spread = reach * sqrt(side.variance + other.variance)
    return Difference(points, points - spread, points + spread)
