"""Figures of parts, added up to those of the whole."""


def add_up(one, two):
    """Return the sum of two figures, or of two dicts of them.

    >>> add_up({"now": {"count": 1}, "then": 2.5}, {"now": {"count": 3}, "then": 0})
    {'now': {'count': 4}, 'then': 2.5}
    """
    if isinstance(one, dict):
        return {name: add_up(figure, two[name]) for name, figure in one.items()}
    return one + two


def merge_rows(rows, keys):
    """Return one row for all those with the same ``keys``, their figures added up.

    The rows come out in the order in which their keys were first seen.

    :param list[dict] rows: all with the same names; what is no key is a figure, or a
        dict of figures
    :param tuple keys: names
    :rtype: list[dict]

    >>> rows = [{"day": 1, "n": 2}, {"day": 2, "n": 1}, {"day": 1, "n": 5}]
    >>> merge_rows(rows, ("day",))
    [{'day': 1, 'n': 7}, {'day': 2, 'n': 1}]
    """
    found = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        figures = {name: row[name] for name in row if name not in keys}
        if key in found:
            figures = add_up(found[key], figures)
        found[key] = figures
    return [
        {**dict(zip(keys, key, strict=True)), **figures}
        for key, figures in found.items()
    ]
