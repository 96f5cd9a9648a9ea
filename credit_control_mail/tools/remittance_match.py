"""Which of the customer's items the lines of an advice are for."""

import re
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from .folding import fold
from .reference_numbers import MIN_TAIL, tokens_of

_NO_MARKS = re.compile(r"[^a-z\d]")
_DIGITS = re.compile(r"\d+")
# days by which the date of a document may differ between two ledgers
NEAR_DAYS = 3


class OwnItem(NamedTuple):
    """A receivable item: open, or settled not long ago. Credits are negative."""

    key: int
    move: int
    name: str
    numbers: tuple = ()  # other numbers of it: references, labels
    date: object = None
    due: object = None
    residual: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    currency: str = ""
    is_open: bool = True


class Part(NamedTuple):
    """What of a line is for which item; ``key`` None: unknown.

    ``how``: name, number, tail, amount, or "" where nothing fits.
    """

    line: int
    key: int | None
    how: str
    gross: Decimal | None
    paid: Decimal
    discount: Decimal
    deduction: Decimal


class ItemIndex:
    """The items by all that may stand for them in an advice."""

    def __init__(self, items):
        self.moves = defaultdict(list)
        self.names = defaultdict(set)
        self.numbers = defaultdict(set)
        self.digits = defaultdict(set)
        self.tails = defaultdict(set)
        self.amounts = defaultdict(set)
        for item in items:
            self.moves[item.move].append(item)
            for spelling in _spellings(item.name):
                self.names[spelling].add(item.move)
            if digits := _all_digits(item.name):
                self.digits[digits].add(item.move)
            for number in item.numbers:
                for spelling in _spellings(number):
                    self.numbers[spelling].add(item.move)
            for tail in _tails(item.name):
                self.tails[tail].add(item.move)
            if item.is_open:
                self.amounts[item.residual, item.currency].add(item.move)
        for found in self.moves.values():
            found.sort(key=lambda item: (not item.is_open, str(item.due), item.key))

    def open_of(self, move):
        """Return the open items of an entry, the earliest due first."""
        return [item for item in self.moves[move] if item.is_open]

    def residual_of(self, move):
        """Return what is open of an entry."""
        return sum((item.residual for item in self.open_of(move)), Decimal(0))


def _spellings(name):
    """Return what a number may be written like: without marks, or zeros.

    >>> sorted(_spellings("FA/2026/00123"))
    ['fa 2026 123', 'fa202600123']
    """
    folded = fold(name)
    plain = _NO_MARKS.sub("", folded)
    if not plain or not any(map(str.isdigit, plain)):
        return {plain} if len(plain) > 3 else set()
    return {plain, " ".join(tokens_of(folded))}


def _all_digits(name):
    """Return the digits of a number that has enough of them, its letters left out."""
    digits = "".join(_DIGITS.findall(name))
    return digits if len(digits) > 5 else ""


def _tails(name):
    """Return the last digits of a name, from the whole number down to four of them."""
    digits = _DIGITS.findall(name)
    if not digits:
        return set()
    last = digits[-1]
    tails = {last, last.lstrip("0") or "0"}
    return tails | {last[-length:] for length in range(MIN_TAIL, len(last))}


def match_lines(lines, items):
    """Return the parts of lines that are for items; a line has one part at least.

    A line for an invoice in instalments has a part for each that it covers.

    :param lines: of :class:`.remittance.Remittance`
    :param items: list of :class:`OwnItem`
    :rtype: list[Part]
    """
    index = ItemIndex(items)
    found = [_find_by_words(line, index) for line in lines]
    used = {move for move, _how in found if move is not None}
    for number, line in enumerate(lines):
        if found[number][0] is None:
            move = _find_by_amount(line, index, used)
            if move is not None:
                found[number] = (move, "amount")
                used.add(move)
    left = {item.key: item.residual for items in index.moves.values() for item in items}
    parts = []
    for number, (line, (move, how)) in enumerate(zip(lines, found, strict=True)):
        parts += _split(number, line, move, how, index, left)
    return parts


def _find_by_words(line, index):
    """Return the entry that the numbers of a line name, and how; None if none."""
    words = [word for word in (line.reference, *line.others) if word]
    for how, known in (("name", index.names), ("number", index.numbers)):
        for word in words:
            moves = set().union(*(known.get(one, ()) for one in _spellings(word)))
            if move := _choose(moves, line, index):
                return move, how
    for word in words:
        moves = index.digits.get(_all_digits(word), set())
        if move := _choose(moves, line, index):
            return move, "name"
    for word in words:
        digits = _DIGITS.findall(word)
        if digits and (len(digits[-1]) >= MIN_TAIL or word.isdigit()):
            moves = set()
            for tail in (digits[-1], digits[-1].lstrip("0")):
                moves |= index.tails.get(tail, set())
            if move := _choose(moves, line, index):
                return move, "tail"
    return None, ""


def _find_by_amount(line, index, used):
    """Return the one open entry of exactly this sum, by its day if there are more."""
    moves = set()
    for value in _sums_of(line):
        moves |= index.amounts.get((value, line.currency), set())
    return _choose(moves - used, line, index) if len(moves) < 20 else None


def _sums_of(line):
    sign = -1 if line.paid < 0 else 1
    full = line.paid + sign * (line.discount + line.deduction)
    return {value for value in (line.gross, line.paid, full) if value}


def _choose(moves, line, index):
    """Return the entry that a line means among those it may mean, or None.

    Invoices are no credit notes; open ones come first, then the sum decides, then the
    day.
    """
    if len(moves) < 2:
        return next(iter(moves), None)
    sums = _sums_of(line)
    for fits in (
        lambda move: (index.moves[move][0].amount < 0) == (line.paid < 0),
        lambda move: index.open_of(move),
        lambda move: index.residual_of(move) in sums,
        lambda move: any(item.residual in sums for item in index.moves[move]),
        lambda move: any(_is_near(line.date, item) for item in index.moves[move]),
    ):
        left = {move for move in moves if fits(move)}
        if len(left) == 1:
            return next(iter(left))
        moves = left or moves
    return None


def _is_near(day, item):
    return bool(day) and any(
        one and abs((one - day).days) <= NEAR_DAYS for one in (item.date, item.due)
    )


def _split(number, line, move, how, index, left):
    """Return the parts of one line, over the instalments that it covers."""
    whole = [line.gross, line.paid, line.discount, line.deduction]
    if move is None:
        return [Part(number, None, "", *whole)]
    items = [item for item in index.open_of(move) if item.currency == line.currency]
    items = items or index.moves[move][:1]
    taken = -1 if line.paid < 0 else 1
    full = line.paid + taken * (line.discount + line.deduction)
    same = [item for item in items if left[item.key] in (full, line.paid)]
    waiting = [item for item in items if left[item.key] * taken > 0]
    if len(items) == 1 or same or len(waiting) < 2:
        item = (same or waiting or items)[0]
        left[item.key] -= full
        return [Part(number, item.key, how, *whole)]
    return _spread(number, line, how, waiting, left, full)


def _spread(number, line, how, items, left, full):
    """Cover the instalments one after the other; what is taken off, off the last."""
    parts = []
    rest, paid = full, line.paid
    for place, item in enumerate(items):
        is_last = place + 1 == len(items) or abs(rest) <= abs(left[item.key])
        share = rest if is_last else left[item.key]
        left[item.key] -= share
        rest -= share
        if is_last:
            parts.append(
                Part(number, item.key, how, share, paid, line.discount, line.deduction)
            )
            break
        parts.append(Part(number, item.key, how, share, share, Decimal(0), Decimal(0)))
        paid -= share
    return parts
