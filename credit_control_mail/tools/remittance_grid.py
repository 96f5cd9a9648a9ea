"""Which row of a table is its heading, and which column holds what."""

import re
from collections import Counter
from decimal import Decimal
from typing import NamedTuple

from .remittance_values import (
    find_reference_words,
    is_month_first,
    looks_like_sum,
    to_amount,
    to_day,
    to_reference,
)
from .remittance_words import REFERENCES, SUMS, currency_of, role_of

# rows that are looked at to tell what a column without heading holds
SAMPLE = 200
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")


class Columns(NamedTuple):
    """Where the parts of an advice's lines stand: places of columns, or None."""

    reference: int | None = None
    others: tuple = ()  # further columns with numbers of documents
    date: int | None = None
    gross: int | None = None
    discount: int | None = None
    deduction: int | None = None
    paid: int | None = None
    debit: int | None = None
    credit: int | None = None
    amount: int | None = None  # gross or paid, which is for the total to say
    currency: int | None = None
    type: int | None = None
    text: int | None = None
    payment_ref: int | None = None
    payment_date: int | None = None
    code: str | None = None  # currency that a heading names
    month_first: bool = False


class Block(NamedTuple):
    """Rows under one heading, cell by cell under it; ``columns`` None: no heading."""

    columns: Columns | None
    rows: list


def split_blocks(table):
    """Return the parts of a table, each with its own heading if it has one.

    :param table: a :class:`.remittance_table.Table`
    :rtype: list[Block]
    """
    blocks = [Block(None, [])]
    heading = None
    skip = False
    for number, row in enumerate(table.rows):
        if skip:
            skip = False
            continue
        found, skip = _read_heading(table, number)
        if found:
            heading = found
            columns = find_columns(heading)
            blocks.append(Block(columns, []))
        elif heading and table.is_text:
            blocks[-1].rows.append(align(row, heading))
        else:
            blocks[-1].rows.append(row)
    return [_check(block) for block in blocks if block.rows]


def _read_heading(table, number):
    """Return the heading that begins at a row, and whether the next belongs to it."""
    row = table.rows[number]
    if sum(1 for cell in row if cell) < 2 or len(row) > 60:
        return None, False
    if any(_is_value(cell) for cell in row):
        return None, False
    following = table.rows[number + 1] if number + 1 < len(table.rows) else ()
    if _may_continue(following):
        joined = _join(row, following, table.is_text)
        if _is_heading(joined) and _rank(joined) > max(_rank(row), _rank(following)):
            return joined, True
    return (row, False) if _is_heading(row) else (None, False)


def _is_value(cell):
    if cell is None:
        return False
    if not isinstance(cell, str):
        return True
    return len(cell) > 60 or looks_like_sum(cell) or sum(map(str.isdigit, cell)) > 3


def _may_continue(row):
    texts = [cell for cell in row if cell]
    return bool(texts) and all(
        isinstance(cell, str) and len(cell) < 30 and not any(map(str.isdigit, cell))
        for cell in texts
    )


def _join(row, following, is_text):
    below = align(following, row) if is_text else following
    joined = []
    for place in range(max(len(row), len(below))):
        above = row[place] if place < len(row) else None
        under = below[place] if place < len(below) else None
        both = " ".join(str(cell) for cell in (above, under) if cell)
        if isinstance(above, str) and hasattr(above, "start"):
            both = _placed(both, above)
        joined.append(both or None)
    return joined


def _placed(text, like):
    place = type(like)(text)
    place.start, place.end = like.start, like.end
    return place


def _rank(row):
    return len({role_of(cell) for cell in row} - {"", "ignored"})


def _is_heading(row):
    roles = {role_of(cell) for cell in row}
    named = roles & {*REFERENCES, "type", "date", "text", "payment_ref"}
    return bool(named and roles & SUMS)


def align(row, heading):
    """Return the cells of a line of text under the words of its heading.

    :param list row: places
    :param list heading: places
    """
    if len(row) == len([cell for cell in heading if cell]) == len(heading):
        return list(row)
    cells = [None] * len(heading)
    roles = [role_of(word) for word in heading]
    for cell in row:
        column = _nearest(cell, heading, _fitting(cell, roles))
        held = cells[column]
        cells[column] = f"{held} {cell}" if held else str(cell)
    return cells


def _fitting(cell, roles):
    """Return the columns that may hold a cell, by what it looks like."""
    if _DAY.fullmatch(cell.strip()):
        wanted = {"date", "due", "payment_date"}
    elif looks_like_sum(cell):
        wanted = SUMS
    else:
        wanted = set(roles) - SUMS
    fitting = [place for place, role in enumerate(roles) if role in wanted]
    return fitting or range(len(roles))


def _nearest(cell, heading, places):
    """Return the column whose heading a cell stands under, or is nearest to."""
    best, best_distance = 0, None
    for column in places:
        word = heading[column]
        if not word:
            continue
        overlap = min(cell.end, word.end) - max(cell.start, word.start)
        edges = min(abs(cell.start - word.start), abs(cell.end - word.end))
        distance = -overlap if overlap > 0 else min(edges, -overlap)
        if best_distance is None or distance < best_distance:
            best, best_distance = column, distance
    return best


def find_columns(heading):
    """Return the `Columns` that the words of a heading name."""
    roles = [role_of(cell) for cell in heading]
    places = {}
    for place, role in enumerate(roles):
        places.setdefault(role, []).append(place)
    documents = [place for role in REFERENCES for place in places.get(role, ())]
    amounts = places.get("amount", [])
    gross = places.get("gross", [])
    paid = places.get("paid", [])
    if not paid and amounts and (gross or len(amounts) > 1):
        paid, amounts = [amounts[-1]], amounts[:-1]
        gross = gross or amounts[:1]
    elif amounts and not gross and paid:
        gross = amounts[:1]
    is_alone = bool(amounts) and not gross and not paid
    first = {role: found[0] for role, found in places.items()}
    return Columns(
        reference=documents[0] if documents else None,
        others=tuple(documents[1:]),
        date=first.get("date"),
        gross=gross[0] if gross else None,
        discount=first.get("discount"),
        deduction=first.get("deduction"),
        paid=paid[-1] if paid else None,
        debit=first.get("debit"),
        credit=first.get("credit"),
        amount=amounts[0] if is_alone else None,
        currency=first.get("currency"),
        type=first.get("type"),
        text=first.get("text"),
        payment_ref=first.get("payment_ref"),
        payment_date=first.get("payment_date"),
        code=next(filter(None, map(currency_of, heading)), None),
    )


def _check(block):
    """Return a block whose columns hold what their heading says."""
    columns = block.columns
    if not columns:
        return block
    rows = block.rows[:SAMPLE]
    if columns.reference is not None and columns.others:
        ranked = [columns.reference, *columns.others]
        filled = {place: _count_references(rows, place) for place in ranked}
        # a heading may stand over a column that the sender left empty
        best = max(filled.values())
        usable = [place for place in ranked if filled[place] * 2 >= best]
        first = usable[0] if usable else ranked[0]
        others = tuple(place for place in ranked if place != first)
        columns = columns._replace(reference=first, others=others)
    month_first = any(
        is_month_first(cell_at(row, place) for row in block.rows)
        for place in (columns.date, columns.payment_date)
        if place is not None
    )
    return block._replace(columns=columns._replace(month_first=month_first))


def _count_references(rows, place):
    return sum(1 for row in rows if to_reference(cell_at(row, place)))


def cell_at(row, place):
    """Return a cell, None beyond the end of its row."""
    return row[place] if place is not None and place < len(row) else None


def guess_columns(rows, base):
    """Return the `Columns` of a table without heading, by what they hold, or None.

    :param list rows: of a table whose cells keep their columns
    """
    sample = rows[:SAMPLE]
    width = max((len(row) for row in sample), default=0)
    sums, dates, documents, texts = [], [], [], []
    for place in range(width):
        cells = [cell for row in sample if (cell := cell_at(row, place)) is not None]
        if cells:
            kind = _kind_of(cells, base)
            kinds = {"sum": sums, "date": dates, "document": documents}
            kinds.get(kind, texts).append(place)
    if not sums or not documents:
        return None
    columns = _guess_sums(sample, sums)
    return columns._replace(
        reference=_best_documents(sample, documents)[0],
        others=tuple(_best_documents(sample, documents)[1:]),
        date=dates[0] if dates else None,
        text=texts[0] if texts else None,
        month_first=bool(dates)
        and is_month_first(cell_at(row, dates[0]) for row in rows),
    )


def _kind_of(cells, base):
    counts = Counter()
    for cell in cells:
        if to_day(cell, base) and not isinstance(cell, float):
            counts["date"] += 1
        elif looks_like_sum(cell) or _is_small(cell):
            counts["sum"] += 1
        elif to_reference(cell) and find_reference_words(str(to_reference(cell))):
            counts["document"] += 1
        else:
            counts["text"] += 1
    kind, count = counts.most_common(1)[0]
    return kind if count * 2 > len(cells) else "text"


def _is_small(cell):
    found = to_amount(cell)
    return bool(found) and abs(found[0]) < 1000


def _best_documents(sample, places):
    """Return the columns of numbers, the most telling first: all different, letters."""
    scores = {}
    for place in places:
        cells = [str(cell) for row in sample if (cell := cell_at(row, place))]
        letters = sum(1 for cell in cells if any(map(str.isalpha, cell)))
        scores[place] = (len(set(cells)) + letters / 2, -place)
    return sorted(places, key=lambda place: scores[place], reverse=True)


def _guess_sums(sample, places):
    """Return which sums are gross, taken off and paid: two of them make the third."""
    if len(places) > 2:
        gross, discount, paid = places[0], places[1], places[-1]
        fits = tried = 0
        for row in sample:
            cells = [cell_at(row, place) for place in (gross, discount, paid)]
            found = [to_amount(cell) for cell in cells]
            if found[0] and found[2]:
                taken = abs(found[1][0]) if found[1] else Decimal(0)
                tried += 1
                fits += abs(found[0][0]) - taken == abs(found[2][0])
        if tried and fits * 2 > tried:
            return Columns(gross=gross, discount=discount, paid=paid)
        return Columns(gross=gross, paid=paid)
    if len(places) == 2:
        return Columns(gross=places[0], paid=places[1])
    return Columns(paid=places[0])
