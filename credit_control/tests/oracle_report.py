"""Says in words where pipeline and oracle differ, on as few facts as possible."""

from .oracle_writer import KINDS


def differences(wanted, found):
    """Lines such as ``item 12: code claim, not spacing``; empty when all agrees.

    :param wanted: the oracle's :class:`~.oracle_facts.Result`
    :param found: the pipeline's
    """
    lines = []
    for item_id, row in wanted.rows.items():
        other = found.rows.get(item_id)
        if other is None:
            lines.append(f"item {item_id}: {row.code} expected, the pipeline is silent")
            continue
        lines += [
            f"item {item_id} ({row.code}): {name} should be {value!s}, is {seen!s}"
            for name, value, seen in zip(row._fields, row, other, strict=True)
            if value != seen
        ]
    lines += [
        f"item {item_id}: not an open claim of the company"
        for item_id in found.rows.keys() - wanted.rows.keys()
    ]
    missing = [notice for notice in wanted.notices if notice not in found.notices]
    surplus = [notice for notice in found.notices if notice not in wanted.notices]
    lines += [f"notice missing: {tell(notice)}" for notice in missing]
    lines += [f"notice not due: {tell(notice)}" for notice in surplus]
    return lines


def tell(fact):
    """A named tuple without what has its default value."""
    values = []
    for name, value in zip(fact._fields, fact, strict=True):
        if name not in fact._field_defaults or value != fact._field_defaults[name]:
            if isinstance(value, frozenset):
                value = sorted(value, key=str)
            values.append(f"{name}={value!s}")
    return f"{type(fact).__name__}({', '.join(values)})"


def facts(ledger):
    """The ledger, one line per fact."""
    head = f"company {ledger.company_id} of {sorted(ledger.tree)} on {ledger.date}"
    return [head, *(tell(fact) for kind in KINDS for fact in getattr(ledger, kind))]


def simpler(ledger):
    """Ledgers with one fact, or one option, less than ``ledger``."""
    for kind in ("notices", "promises", "disputes"):
        for fact in getattr(ledger, kind):
            yield without(ledger, kind, fact)
    for item in ledger.items:
        if sum(other.move_id == item.move_id for other in ledger.items) > 1:
            yield without_item(ledger, item)
        elif len(ledger.moves) > 1:
            smaller = without_item(ledger, item)
            disputes = tuple(
                d._replace(credit_id=None) if d.credit_id == item.move_id else d
                for d in ledger.disputes
                if d.move_id != item.move_id
            )
            moves = tuple(m for m in ledger.moves if m.id != item.move_id)
            yield smaller._replace(moves=moves, disputes=disputes)
    for kind in ("policies", "levels", "profiles", "moves"):
        for fact in getattr(ledger, kind):
            for name, default in fact._field_defaults.items():
                if getattr(fact, name) != default:
                    plain = fact._replace(**{name: default})
                    same = getattr(ledger, kind)
                    changed = tuple(plain if one is fact else one for one in same)
                    yield ledger._replace(**{kind: changed})


def without(ledger, kind, fact):
    """The ledger without ``fact``."""
    left = tuple(one for one in getattr(ledger, kind) if one is not fact)
    return ledger._replace(**{kind: left})


def without_item(ledger, item):
    """The ledger without a line, also where it is promised or was reminded."""

    def others(facts_):
        return tuple(
            fact._replace(item_ids=tuple(i for i in fact.item_ids if i != item.id))
            for fact in facts_
        )

    return without(ledger, "items", item)._replace(
        promises=others(ledger.promises), notices=others(ledger.notices)
    )


def shrink(ledger, fails, trials=120):
    """A ledger as simple as possible for which ``fails`` still answers yes.

    :param fails: function from a ledger to whether it still shows the difference
    :param trials: most calls of ``fails``
    """
    while trials:
        for candidate in simpler(ledger):
            if not trials:
                break
            trials -= 1
            if fails(candidate):
                ledger = candidate
                break
        else:
            break
    return ledger
