"""Numbers that no person means."""

import math


def is_beyond(number, limit):
    """Return whether a number typed or sent is none, or above a limit either way.

    >>> is_beyond(10**12, 120), is_beyond(-3, 120), is_beyond(None, 120)
    (True, False, False)
    >>> is_beyond(float("nan"), 120)
    True
    """
    if not isinstance(number, (int, float)):
        return False
    return not math.isfinite(number) or abs(number) > limit
