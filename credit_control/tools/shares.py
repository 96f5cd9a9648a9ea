"""Shares of customers drawn at random: who has which of the 10,000 slots.

A customer stands in one slot for ever, by a hash of his own; a share is a number of
slots. Only slots change hands, and never more of them than a share grows by.
"""

SLOTS = 10_000


def allot(wanted, held=None):
    """Give each share its slots, those it holds already first.

    A share that grows takes free slots, the lowest first; one that shrinks gives back
    its last ones. Nobody else's slots move.

    :param dict wanted: ``{key: number of slots}``; where two hold the same slot, the
        first one keeps it
    :param dict held: ``{key: [(start, stop), ...]}``, half-open, as returned before
    :return: ``{key: [(start, stop), ...]}``, in order
    :rtype: dict
    :raise ValueError: if more is wanted than there is

    >>> first = allot({"B": 2000, "C": 1000})
    >>> first
    {'B': [(0, 2000)], 'C': [(2000, 3000)]}
    >>> grown = allot({"B": 2500, "C": 1000}, first)
    >>> grown
    {'B': [(0, 2000), (3000, 3500)], 'C': [(2000, 3000)]}
    >>> allot({"B": 500, "C": 1000}, grown)
    {'B': [(0, 500)], 'C': [(2000, 3000)]}
    """
    if sum(wanted.values()) > SLOTS:
        raise ValueError(f"{sum(wanted.values())} slots of {SLOTS} are wanted")
    owners = [None] * SLOTS
    missing = {}
    for key, size in wanted.items():
        kept = [
            slot
            for start, stop in (held or {}).get(key, ())
            for slot in range(start, stop)
            if owners[slot] is None
        ][:size]
        for slot in kept:
            owners[slot] = key
        missing[key] = size - len(kept)
    free = iter([slot for slot in range(SLOTS) if owners[slot] is None])
    for key, count in missing.items():
        for _ in range(count):
            owners[next(free)] = key
    found = {key: [] for key in wanted}
    start = 0
    for stop in range(1, SLOTS + 1):
        if stop == SLOTS or owners[stop] != owners[start]:
            if owners[start] is not None:
                found[owners[start]].append((start, stop))
            start = stop
    return found
