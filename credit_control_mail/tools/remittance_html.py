"""The tables of an HTML text, whatever mail programs nest them in; no entities."""

import re

from lxml import etree, html

from .remittance_binary import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Unreadable

_SPACES = re.compile(r"\s+")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
MAX_SPAN = 20


def read_html(text):
    """Return the rows of each innermost table.

    :rtype: list[list[list]]
    :raise Unreadable: beyond the limit of rows

    >>> read_html("<table><tr><th>A<td>1&nbsp;250,50 &euro;</table>")
    [[['A', '1 250,50 €']]]
    """
    try:
        parser = html.HTMLParser(no_network=True, recover=True, remove_comments=True)
        root = html.document_fromstring(_DECLARED.sub("", text), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    tables, count = [], 0
    # tables that hold a table lay out the page
    for table in root.iter("table"):
        if table.find(".//table") is not None:
            continue
        rows = []
        for line in table.iter("tr"):
            cells = _cells(line)
            if any(cells):
                rows.append(cells)
            count += 1
            if count > MAX_ROWS:
                raise Unreadable("too_many_rows")
        if rows:
            tables.append(rows)
    return tables


def _cells(line):
    """Return the texts of a row; a cell over several columns is followed by None."""
    cells = []
    for cell in line:
        if cell.tag not in ("td", "th"):
            continue
        text = " ".join(cell.itertext())
        cells.append(_SPACES.sub(" ", text).strip()[:MAX_CELL] or None)
        span = cell.get("colspan") or "1"
        width = int(span) if span.isdigit() and len(span) < 4 else 1
        cells += [None] * (min(width, MAX_SPAN) - 1)
        if len(cells) > MAX_COLUMNS:
            break
    return cells[:MAX_COLUMNS]
