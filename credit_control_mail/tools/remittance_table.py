"""Files and mails as tables: rows of texts, numbers and dates; never raises."""

import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from typing import NamedTuple

from . import remittance_binary
from .decoding import decode_bytes
from .remittance_html import read_html

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = remittance_binary.MAX_ROWS
MAX_COLUMNS = remittance_binary.MAX_COLUMNS
MAX_CELL = remittance_binary.MAX_CELL
# why nothing was read; the sentences are in the model
PROBLEMS = (
    "empty",
    "too_large",
    "too_many_rows",
    "bomb",
    "password",
    "scan",
    "picture",
    "unreadable",
    "unknown",
    "no_openpyxl",
    "no_xlrd",
    "no_pypdf",
)
_BINARY = os.path.abspath(remittance_binary.__file__)
# without the folder of this program, whose names are not for other libraries
_PROGRAM = (
    "import runpy, sys; sys.argv = sys.argv[1:]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DELIMITERS = ";\t,|"
_LINE_CUT = re.compile(r"\t+|\s*\|\s*|\s{2,}")
_DIGIT_END = re.compile(r"\d$")
_CENTS = re.compile(r"\d\d(?:$|[\s€)]|-$)")
_RULE = re.compile(r"[\s|+=_\-–—.*]*")
_MARKUP = re.compile(r"<\s*(?:table|html|body|td|tr)\b", re.I)


class Place(str):
    """A text of a line, and where it stands in it."""

    __slots__ = ("end", "start")


class Table(NamedTuple):
    """Rows of cells: texts, numbers, dates or None.

    ``is_text``: lines of a text, whose cells are of :class:`Place`.
    """

    rows: list
    is_text: bool = False
    name: str = ""


class Reading(NamedTuple):
    """The tables of one file, or the code of the problem with it."""

    tables: list
    problem: str = ""


def read_table(name, content):
    """Return the `Reading` of a file; what it is, its content says.

    :param str name: as the sender called it
    :param bytes content: the file
    """
    if not content or not content.strip():
        return Reading([], "empty")
    if len(content) > MAX_BYTES:
        return Reading([], "too_large")
    try:
        return _read(name, content)
    except remittance_binary.Unreadable as error:
        return Reading([], error.args[0])
    except (ValueError, LookupError, csv.Error, RecursionError, OverflowError):
        return Reading([], "unreadable")


def _read(name, content):
    kind = kind_of(content)
    if kind in ("xlsx", "xls", "pdf"):
        sheets = _in_program(kind, content)
        if kind == "pdf":
            return Reading([_text_table(lines, name) for lines in sheets])
        return Reading([Table(rows, False, name) for rows in sheets if rows])
    if kind:
        return Reading([], kind)
    text = decode_text(content)
    if text is None:
        return Reading([], "unknown")
    if _MARKUP.search(text[:20_000]):
        return Reading([Table(rows, False, name) for rows in read_html(text)])
    return Reading(read_lines(text, name))


def kind_of(content):
    """Return xlsx, xls, pdf, the code of a problem, or "" for a text.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"FA1;12,50"), kind_of(bytes([137]) + b"PNG")
    ('pdf', '', 'picture')
    """
    start = content[:1024].lstrip()
    if b"%PDF-" in start:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08")):
        # the new format locked with a password wears the clothes of the old one
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        return "password" if is_locked else "xls"
    return "picture" if start.startswith(_PICTURES) else ""


def _in_program(kind, content):
    """Read a binary file in a program of its own; it may die of it.

    :raise Unreadable: when it does
    """
    command = [sys.executable, "-c", _PROGRAM, _BINARY, kind]
    places = os.pathsep.join(place for place in sys.path if place)
    try:
        done = subprocess.run(
            command,
            input=content,
            check=False,
            capture_output=True,
            timeout=remittance_binary.SECONDS + 10,
            cwd=os.path.sep,
            env={"PYTHONPATH": places, "PYTHONIOENCODING": "utf-8"},
        )
        answer = json.loads(done.stdout, object_hook=_from_json)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise remittance_binary.Unreadable("unreadable") from error
    if "problem" in answer:
        raise remittance_binary.Unreadable(answer["problem"])
    return answer["sheets"]


def _from_json(value):
    if "date" in value:
        return datetime.date.fromisoformat(value["date"])
    return value


def decode_text(content):
    """Return the text of a file of any usual encoding; None if it is no text.

    >>> decode_text("Réf;12".encode("utf-16")), decode_text("Réf".encode("cp1252"))
    ('Réf;12', 'Réf')
    """
    for mark, code in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(code, "replace")
            break
    else:
        start = content[:4000]
        if start.count(b"\0") > len(start) // 4:
            code = "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
            text = content.decode(code, "replace")
        elif b"\0" in content:
            return None
        else:
            text = decode_bytes(content)
    return text if _is_legible(text) else None


def _is_legible(text):
    start = text[:4000]
    strange = sum(
        1
        for sign in start
        if sign > "\u2200" or (sign < " " and sign not in "\t\n\r\f\v")
    )
    return strange * 20 <= len(start)


def read_lines(text, name=""):
    """Return the tables of a text: cells between delimiters, else its lines.

    :rtype: list[Table]
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    hint = re.match(r"sep=(.)$", lines[0].strip()) if lines else None
    if hint:
        text = "\n".join(lines[1:])
    found = hint.group(1) if hint else find_delimiter(text)
    if not found:
        return [_text_table(lines, name)]
    rows = []
    csv.field_size_limit(MAX_BYTES)
    for cells in csv.reader(io.StringIO(text), delimiter=found):
        cells = [cell[:MAX_CELL].strip() or None for cell in cells[:MAX_COLUMNS]]
        if any(cells):
            rows.append(cells)
        if len(rows) > MAX_ROWS:
            raise remittance_binary.Unreadable("too_many_rows")
    return [Table(rows, False, name)]


def find_delimiter(text):
    """Return what stands between the cells of a text, or "".

    >>> find_delimiter("Facture;Montant\\nFA1;1.250,50"), find_delimiter("a, b")
    (';', '')
    """
    sample = "\n".join(line for line in text.split("\n")[:200] if line.strip())
    best, best_score = "", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(sample), delimiter=delimiter))
        except csv.Error:
            continue
        counts = [len(row) for row in rows if len(row) > 1]
        if not counts:
            continue
        usual = max(set(counts), key=lambda count: (counts.count(count), count))
        score = counts.count(usual) / len(rows)
        if delimiter == "," and _splits_sums(rows):
            continue
        # a comma that joins the words of a sentence is no table
        if score > best_score + 0.15 and (score >= 0.5 or delimiter in ";\t"):
            best, best_score = delimiter, score
    return best if best_score >= 0.3 else ""


def _splits_sums(rows):
    """Return whether commas cut sums ("1 250,50") rather than cells, or sentences."""
    cut = sentences = 0
    for row in rows:
        for left, right in pairwise(row):
            cut += bool(_DIGIT_END.search(left) and _CENTS.match(right))
        sentences += any(len(cell.split()) > 12 for cell in row)
        sentences += len(row) > 1 and sum(cell[:1] == " " for cell in row[1:]) > 0
    return cut > len(rows) / 2 or sentences > len(rows) / 2


def _text_table(lines, name=""):
    """Return the lines of a text as rows, cut where the gaps are wide."""
    rows = []
    for line in lines:
        line = line.replace("\xa0", " ").replace("\u202f", " ")[:2000].rstrip()
        if _RULE.fullmatch(line):
            continue
        rows.append(_places(line)[:MAX_COLUMNS])
        if len(rows) > MAX_ROWS:
            raise remittance_binary.Unreadable("too_many_rows")
    return Table(rows, True, name)


def _places(line):
    """Return the parts of a line between wide gaps.

    >>> [(str(place), place.start) for place in _places("FA1   12,50 |x")]
    [('FA1', 0), ('12,50', 6), ('x', 13)]
    """
    places, start = [], 0
    cuts = [match.span() for match in _LINE_CUT.finditer(line)]
    for begin, end in [*cuts, (len(line), len(line))]:
        if text := line[start:begin][:MAX_CELL]:
            place = Place(text)
            place.start, place.end = start, begin
            places.append(place)
        start = end
    return places


def read_mail(text, html):
    """Return the tables of the body of a mail: its HTML tables, and its lines.

    Of HTML those alone whose numbers are in the text: others are quoted, as the list of
    a reminder is.

    :param str text: what the sender wrote
    :param str html: or nothing
    :rtype: Reading
    """
    tables = []
    text = text or ""
    try:
        if html and len(html) <= MAX_BYTES:
            words = set(text.split())
            tables += [Table(rows) for rows in read_html(html) if _is_in(rows, words)]
        if len(text) <= MAX_BYTES:
            tables.append(_text_table(text.splitlines()))
    except remittance_binary.Unreadable as error:
        return Reading([], error.args[0])
    return Reading(tables)


def _is_in(rows, words):
    """Return whether most of the numbers of a table are among some words."""
    numbers = {
        word
        for row in rows
        for cell in row
        if isinstance(cell, str)
        for word in cell.split()
        if sum(map(str.isdigit, word)) > 2
    }
    return not words or len(numbers & words) * 2 > len(numbers)
