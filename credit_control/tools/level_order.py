"""Do the levels of a policy come one after the other? Pure arithmetic of delays."""

from typing import NamedTuple


class Delay(NamedTuple):
    """When a level starts; ``origin`` is a selection value of ``delay_from``."""

    name: str
    days: int
    origin: str


def is_before_due(delay):
    """Whether the level reminds before the due date."""
    return delay.origin == "due_date" and delay.days < 0


def resolve(delays):
    """Return ``[(origin, days)]``: levels counted from the previous one are added up.

    :param list[Delay] delays: of one policy, in order
    :return: the first level counts from the due date when it names a previous one
    """
    resolved = []
    origin, days = "due_date", 0
    for delay in delays:
        if delay.origin == "previous":
            days += delay.days
        else:
            origin, days = delay.origin, delay.days
        resolved.append((origin, days))
    return resolved


def find_backward(delays):
    """Return the pairs ``(earlier, later)`` where the later does not start later.

    Only levels counted from the same date can be compared. A pair is reported once,
    with the nearest former level.

    :param list[Delay] delays: of one policy, in order
    :rtype: list[tuple[Delay, Delay]]
    """
    pairs = []
    latest = {}  # origin -> (days, delay)
    for delay, (origin, days) in zip(delays, resolve(delays), strict=True):
        before = latest.get(origin)
        if before and days <= before[0]:
            pairs.append((before[1], delay))
        else:
            latest[origin] = (days, delay)
    return pairs


def find_late_reminders(delays):
    """Return the levels before the due date that follow one that is not.

    Once a claim is overdue such a level is behind it, and all before it too: they
    would never go.

    :param list[Delay] delays: of one policy, in order
    :rtype: list[Delay]
    """
    found = []
    passed = False
    for delay in delays:
        if not is_before_due(delay):
            passed = True
        elif passed:
            found.append(delay)
    return found
