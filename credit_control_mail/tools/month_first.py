"""Whether a mail writes the month before the day, as its own dates tell."""

import re

_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?![\d/])")


def says_month_first(text):
    """Return what the dates of a text prove: True, False, or None for nothing.

    >>> says_month_first("due 06/25/2026"), says_month_first("le 25/06/2026")
    (True, False)
    >>> says_month_first("06/07/2026") is None
    True
    """
    first, second = False, False
    for match in _DAY.finditer(text):
        left, right = int(match[1]), int(match[2])
        first |= left <= 12 < right <= 31
        second |= right <= 12 < left <= 31
    return first if first != second else None
