"""Days of the calendar: ends of months, working days, the one meant of several."""

from calendar import monthrange
from datetime import timedelta

from .folding import to_date

FRIDAY = 4
LONG_AGO = 150  # "paid on 24 February" said on the 20th is a promise
FAR_AHEAD = 270  # a day without year that is further ahead was meant of the past
BEGINNING, MIDDLE = 5, 15
NEAREST = 2  # of documents: rather the one behind


def month_end(day):
    """Return the last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day, count):
    """Return the same day so many months later, or the last of that month."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return to_date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_working_days(day, count):
    """Return the day so many Mondays to Fridays later.

    >>> from datetime import date
    >>> add_working_days(date(2026, 3, 12), 3)
    datetime.date(2026, 3, 17)
    """
    weeks, rest = divmod(count, 5)
    day += timedelta(weeks=weeks)
    while rest or day.weekday() > FRIDAY:
        day += timedelta(days=1)
        rest -= day.weekday() <= FRIDAY and rest > 0
    return day


def friday_of(day, weeks=0):
    """Return the Friday of the week of a day; of a weekend the next one."""
    return day + timedelta(days=(FRIDAY - day.weekday()) % 7, weeks=weeks)


def choose(candidates, base, direction):
    """Return the day meant among the same day of several years or months."""
    days = sorted(day for day in candidates if day)
    ahead = next((day for day in days if day >= base), None)
    behind = next((day for day in reversed(days) if day <= base), None)
    if direction < 0 and behind and ahead:
        long_ago = (base - behind).days > LONG_AGO
        return ahead if long_ago and (ahead - base).days < LONG_AGO else behind
    if direction == NEAREST and ahead and behind:
        return behind if (base - behind).days <= 2 * (ahead - base).days else ahead
    if ahead and (direction > 0 or not behind or (ahead - base).days <= FAR_AHEAD):
        return ahead
    return behind or ahead
