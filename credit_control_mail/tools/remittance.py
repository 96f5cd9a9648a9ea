"""A remittance advice: which invoices a payment is for, as its payer lists them."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .remittance_grid import cell_at, guess_columns, split_blocks
from .remittance_text import read_text_row
from .remittance_values import (
    find_reference_words,
    looks_like_sum,
    to_amount,
    to_day,
    to_reference,
)
from .remittance_words import currency_of, find_fact, is_credit_note, total_kind

_COMMA = re.compile(r"\d,\d\d(?!\d)")


@dataclass
class RemittanceLine:
    """One document that is paid, or a sum taken off. Credit notes are negative."""

    reference: str = ""
    text: str = ""
    date: object = None
    gross: Decimal | None = None
    discount: Decimal = Decimal(0)
    deduction: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    currency: str | None = None
    others: tuple = ()  # further numbers of its row
    is_credit: bool = False
    payment_reference: str = ""
    payment_date: object = None


@dataclass
class Remittance:
    """What an advice says. ``total`` is as written; ``amount`` the sum of its lines."""

    payer: str = ""
    payment_date: object = None
    payment_reference: str = ""
    total: Decimal | None = None
    currency: str | None = None
    lines: list = field(default_factory=list)
    wrong_totals: list = field(default_factory=list)  # (written, sum of its lines)

    @property
    def amount(self):
        """The sum of what the lines pay."""
        return sum((line.paid for line in self.lines), Decimal(0))


class _Reader:
    """What is known while the tables of an advice are read from top to bottom."""

    def __init__(self, base, month_first):
        self.base = base
        self.month_first = month_first
        self.lines = []
        self.totals = []  # (number of lines before, kind, value)
        self.facts = []  # (number of lines before, kind, value)
        self.undecided = []  # numbers of lines whose only sum may be gross

    # === BLOCKS === #
    def add_table(self, table):
        """Read a table: block by block, each with its own heading."""
        for block in split_blocks(table):
            columns = block.columns
            if not columns and not table.is_text:
                columns = guess_columns(block.rows, self.base)
            for row in block.rows:
                if columns:
                    self._read_row(row, columns)
                else:
                    self._read_free_row(row, table.is_text)

    def _read_row(self, row, columns):
        texts = [cell for cell in row if isinstance(cell, str) and cell]
        reference = to_reference(cell_at(row, columns.reference))
        if self._read_total(row, texts, columns):
            return
        line = self._make_line(row, columns, reference)
        if not line:
            self._read_facts(row)
            self._add_text(texts)
            return
        if line.reference or line.text or line.others:
            self.lines.append(line)
            if columns.amount is not None:
                self.undecided.append(len(self.lines) - 1)

    def _read_total(self, row, texts, columns=None):
        """Note a row of totals; return whether it is one."""
        kind = total_kind(texts[0]) if texts else ""
        if not kind:
            return False
        place = None
        if columns:
            place = columns.paid if columns.paid is not None else columns.amount
        found = to_amount(cell_at(row, place))
        if columns and place is None and columns.debit is not None:
            sides = {
                name: amount[0]
                for name in ("debit", "credit")
                if (amount := to_amount(cell_at(row, getattr(columns, name))))
            }
            self.totals.append((len(self.lines), kind, _balance(sides), None))
            return True
        if not found or not looks_like_sum(cell_at(row, place)):
            sums = [
                amount
                for cell in row
                if looks_like_sum(cell) and (amount := to_amount(cell))
            ]
            found = sums[-1] if sums else found
        if found:
            self.totals.append((len(self.lines), kind, found[0], found[1]))
        else:
            self._read_facts(row)
        return True

    def _make_line(self, row, columns, reference):
        """Return the line of a row under a heading, or None without a sum."""
        sums = {
            name: to_amount(cell_at(row, getattr(columns, name)))
            for name in (
                "gross",
                "discount",
                "deduction",
                "paid",
                "debit",
                "credit",
                "amount",
            )
        }
        values = {name: found[0] for name, found in sums.items() if found}
        if not values.keys() - {"discount"}:
            return None
        codes = [found[1] for found in sums.values() if found and found[1]]
        month_first = columns.month_first or self.month_first
        kind = cell_at(row, columns.type)
        text = cell_at(row, columns.text)
        said = " ".join(str(cell) for cell in (kind, text) if cell)
        others = [to_reference(cell_at(row, place)) for place in columns.others]
        others += find_reference_words(str(text)) if text else []
        if not reference:
            cell = cell_at(row, columns.reference)
            said = f"{said} {cell}" if isinstance(cell, str) else said
        named = f"{said} {cell_at(row, columns.reference) or ''}"
        return RemittanceLine(
            reference=reference,
            text=said.strip()[:200],
            date=to_day(cell_at(row, columns.date), self.base, month_first),
            currency=currency_of(cell_at(row, columns.currency))
            or (codes[0] if codes else columns.code),
            others=tuple(dict.fromkeys(word for word in others if word)),
            is_credit=is_credit_note(named),
            payment_reference=str(cell_at(row, columns.payment_ref) or ""),
            payment_date=to_day(
                cell_at(row, columns.payment_date), self.base, month_first
            ),
            **_weigh_sums(values, columns),
        )

    def _add_text(self, texts):
        """A row of words alone says more of the line above."""
        words = " ".join(texts)
        is_over = self.totals and self.totals[-1][0] == len(self.lines)
        if not self.lines or is_over or not 3 < len(words) < 120:
            return
        line = self.lines[-1]
        if len(line.text) < 200 and not re.search(r"\d{4}", words):
            line.text = f"{line.text} {words}".strip()

    # === LINES OF A TEXT === #
    def _read_free_row(self, row, is_text):
        texts = [str(cell) for cell in row if cell is not None]
        if not texts:
            return
        if self._read_total(row, texts):
            return
        if self._read_facts(row):
            return
        values = read_text_row(texts, self.base, self.month_first) if is_text else None
        if values:
            self.lines.append(RemittanceLine(**values))

    # === FACTS === #
    def _read_facts(self, row):
        """Note date, reference, payer and total of a payment; return whether any."""
        cells = [cell for cell in row if cell is not None]
        is_fact = False
        for place, cell in enumerate(cells):
            if not isinstance(cell, str):
                continue
            following = cells[place + 1] if place + 1 < len(cells) else None
            for kind in ("date", "reference", "total", "payer"):
                rest = find_fact(kind, cell)
                if rest is None:
                    continue
                value = self._fact(kind, rest, following)
                if value:
                    self.facts.append((len(self.lines), kind, value))
                    is_fact = True
        return is_fact

    def _fact(self, kind, rest, following):
        for value in (rest, following):
            if value in (None, ""):
                continue
            if kind == "date":
                words = value if not isinstance(value, str) else value.strip(" .,;")
                day = to_day(words, self.base, self.month_first)
                match = isinstance(value, str) and re.match(
                    r"[\d./-]{8,10}(?=\D|$)|\d{1,2}\.? [^\W\d]{3,10}\.? \d{4}", value
                )
                found = day or (
                    match and to_day(match.group(), self.base, self.month_first)
                )
            elif kind == "total":
                match = isinstance(value, str) and re.match(
                    r"\W{0,3}(?:[A-Z]{3}|[€$£])?\s?-?[\d., '\u00a0\u202f]*\d", value
                )
                found = to_amount(match.group() if match else value)
            elif kind == "reference":
                found = _payment_word(value)
            else:
                found = str(value).strip()[:80] if isinstance(value, str) else None
            if found:
                return found
        return None


def _payment_word(value):
    """Return the reference of a payment at the start of what follows its label."""
    if not isinstance(value, str):
        return to_reference(value)
    match = re.match(r"\W{0,3}((?=[\w/.-]*\d)[A-Za-z\d][\w/.-]{2,34})", value)
    return match.group(1).rstrip(".-") if match else None


def _balance(values):
    """Return what remains of a row of the payer's ledger."""
    return values.get("credit", Decimal(0)) - values.get("debit", Decimal(0))


def _weigh_sums(values, columns):
    """Return gross, discount, deduction and paid of a row.

    :param dict values: sums by role, as far as the row has them
    """
    discount = abs(values.get("discount", Decimal(0)))
    deduction = abs(values.get("deduction", Decimal(0)))
    gross, paid = values.get("gross"), values.get("paid")
    if paid is None and "amount" in values:
        paid = values["amount"]
    if paid is None and {"debit", "credit"} & values.keys():
        paid = _balance(values)
    if paid is None and gross is not None:
        sign = -1 if gross < 0 else 1
        paid = gross - sign * (discount + deduction)
    if paid is None:
        # a row that takes something off and pays nothing
        return {"paid": -deduction, "gross": None}
    if gross is None and discount and discount == abs(paid):
        # a sum that slipped under the wrong word
        gross, discount = paid, Decimal(0)
    if gross is not None and deduction:
        # bonuses are added where others are taken off
        if abs(gross) + deduction - discount == abs(paid):
            deduction = -deduction
    return {
        "gross": gross,
        "discount": discount,
        "deduction": deduction,
        "paid": paid,
    }


def read_remittance(tables, text="", base=None, currency=None, month_first=False):
    """Return the `Remittance` that tables and a text say.

    :param tables: of :func:`.remittance_table.read_table` or ``read_mail``
    :param str text: where date, reference and total of the payment may stand besides
    :param date base: the day of the mail
    :param str currency: where the advice names none
    :rtype: Remittance
    """
    # whoever writes sums with a comma writes the day first
    reader = _Reader(base, month_first and not _has_commas(tables))
    seen = set()
    for table in tables:
        before = len(reader.lines)
        reader.add_table(table)
        content = tuple((one.reference, one.paid) for one in reader.lines[before:])
        if content and content in seen:
            # the same list once more, on another sheet or in the text beside
            del reader.lines[before:]
        seen.add(content)
    for line in (text or "").splitlines()[:500]:
        reader._read_facts([line])
    return _assemble(reader, currency)


def _has_commas(tables):
    return any(
        isinstance(cell, str) and _COMMA.search(cell)
        for table in tables
        for row in table.rows[:200]
        for cell in row
    )


def _assemble(reader, currency):
    lines = reader.lines
    _undo_gross(reader)
    _set_signs(reader)
    remittance = Remittance(lines=lines)
    _set_payment(reader, remittance)
    _set_total(reader, remittance)
    codes = Counter(line.currency for line in lines if line.currency)
    codes.update(code for *_rest, code in reader.totals if code)
    remittance.currency = codes.most_common(1)[0][0] if codes else currency
    for line in lines:
        line.currency = line.currency or remittance.currency
    return remittance


def _written_total(reader):
    """Return the sum that the advice says to come to, or None."""
    totals = [value for _place, kind, value, _code in reader.totals if kind == "total"]
    stated = [value[0] for _place, kind, value in reader.facts if kind == "total"]
    return (stated or totals or [None])[-1]


def _undo_gross(reader):
    """Where one column of sums stands beside discounts, the total says what it is."""
    places = [
        place
        for place in reader.undecided
        if reader.lines[place].discount or reader.lines[place].deduction
    ]
    if not places:
        return
    total = _written_total(reader)
    if total is not None and abs(sum(line.paid for line in reader.lines)) == abs(total):
        return
    for place in places:
        line = reader.lines[place]
        sign = -1 if line.paid < 0 else 1
        taken = sign * (line.discount + line.deduction)
        reader.lines[place] = replace(line, gross=line.paid, paid=line.paid - taken)


def _set_signs(reader):
    """Make invoices positive and credit notes negative, whoever's books they are of."""
    lines = reader.lines
    total = _written_total(reader)
    amount = sum((line.paid for line in lines), Decimal(0))
    turned = sum(line.paid < 0 for line in lines if not line.is_credit)
    # many small credit notes beside a big invoice are still credit notes
    if turned * 2 > len(lines) and amount < 0:
        amount = -amount
        for line in lines:
            _turn(line)
    credits_ = [line for line in lines if line.is_credit and line.paid > 0]
    if credits_ and len(credits_) < len(lines):
        if total is None or abs(amount) != abs(total):
            for line in credits_:
                _turn(line)
    for line in lines:
        if line.gross and (line.gross < 0) != (line.paid < 0) and line.paid:
            line.gross = -line.gross


def _turn(line):
    line.paid = -line.paid
    line.gross = -line.gross if line.gross is not None else None


def _set_payment(reader, remittance):
    """Give each line the payment it is in, and the advice its last one."""
    found = {
        kind: [(place, value) for place, one, value in reader.facts if one == kind]
        for kind in ("date", "reference", "payer")
    }
    for kind, name in (("reference", "payment_reference"), ("date", "payment_date")):
        marks = found[kind]
        if len({value for _place, value in marks}) == 1:
            marks = [(0, marks[0][1])]
        for number, line in enumerate(reader.lines):
            before = [value for place, value in marks if place <= number]
            if before and not getattr(line, name):
                setattr(line, name, before[-1])
        said = [getattr(one, name) for one in reader.lines if getattr(one, name)]
        said = said or [value for _place, value in marks]
        if said:
            several = list(dict.fromkeys(said))
            best = max(several) if kind == "date" else ", ".join(several[:5])
            setattr(remittance, name, best)
    remittance.payer = found["payer"][0][1] if found["payer"] else ""


def _set_total(reader, remittance):
    """Find the total among the totals; the others are compared with their lines."""
    lines = remittance.lines
    amount = remittance.amount
    stated = [value[0] for _place, kind, value in reader.facts if kind == "total"]
    written = [(place, value) for place, _kind, value, _code in reader.totals]
    values = [*stated, *(value for _place, value in written)]
    if not values:
        return
    same = next((value for value in values if abs(value) == abs(amount)), None)
    start, parts, wrong = 0, Decimal(0), []
    for place, value in written:
        part = sum((line.paid for line in lines[start:place]), Decimal(0))
        if place == start or not part:
            continue
        if abs(part) == abs(value):
            parts += abs(value)
            start = place
        elif abs(sum((one.paid for one in lines[:place]), Decimal(0))) == abs(value):
            start = place
        elif same is None or abs(value) != abs(same):
            wrong.append((value, part))
            start = place
    if same is not None:
        remittance.total = abs(same) if amount >= 0 else -abs(same)
    elif parts and parts == abs(amount) and not stated:
        remittance.total = amount
    else:
        remittance.total = stated[-1] if stated else written[-1][1]
    remittance.wrong_totals = [one for one in wrong if one[0] != remittance.total]
