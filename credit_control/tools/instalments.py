"""Instalments of a payment plan: dates and amounts."""

import calendar
from datetime import timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import NamedTuple

RHYTHMS = ("week", "month", "month_end")
# longer plans are an error in the amount of one instalment
MAX_INSTALMENTS = 120


class Instalment(NamedTuple):
    """What is to be paid on a day."""

    day: object  # datetime.date
    amount: Decimal


def instalments(total, first, rhythm, *, count=None, each=None, rest="last", unit):
    """Return the instalments that make up ``total``.

    :param Decimal total: what the plan pays, above zero
    :param datetime.date first: day of the first instalment
    :param str rhythm: one of :data:`RHYTHMS`; with ``month_end`` every day, the first
        included, is the last of its month
    :param int count: how many; or
    :param Decimal each: how much each
    :param str rest: ``first`` or ``last``: the instalment that takes what division
        leaves
    :param Decimal unit: the smallest amount of the currency
    :rtype: list[Instalment]
    :raise ValueError: when there is nothing to divide, or into too many parts
    """
    if total <= 0 or max(count or 0, each or 0) <= 0:
        raise ValueError("nothing to divide")
    if not count:
        count = int((total / each).to_integral_value(ROUND_UP))
    else:
        each = (total / count / unit).to_integral_value(ROUND_DOWN) * unit
    if count > MAX_INSTALMENTS or (count > 1 and each <= 0):
        raise ValueError("too many")
    amounts = [each] * (count - 1)
    remainder = total - each * (count - 1)
    amounts.insert(0 if rest == "first" else len(amounts), remainder)
    days = _days(first, rhythm, count)
    return [Instalment(day, amount) for day, amount in zip(days, amounts, strict=True)]


def _days(first, rhythm, count):
    if rhythm == "week":
        return [first + timedelta(weeks=rank) for rank in range(count)]
    return [_month_day(first, rank, rhythm == "month_end") for rank in range(count)]


def _month_day(first, months, at_end):
    """Return the same day ``months`` later; the last of a month that has none."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return first.replace(
        year=year, month=month + 1, day=last if at_end else min(first.day, last)
    )
