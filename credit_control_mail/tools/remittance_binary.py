"""Cells of spreadsheets and text of PDF files.

Strangers made these files: :mod:`.remittance_table` runs this one as a program of its
own, with little memory and time, so that a hostile file ends the program and no more.
It therefore imports nothing of its neighbours.
"""

import datetime
import io
import json
import sys
import zipfile

# a file of 5 MB that says to be larger than that is an attack or a mistake
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_SHEETS = 20
MAX_PAGES = 300
MAX_CELL = 500
MEMORY = 1024 * 1024 * 1024
SECONDS = 30
_CODES = ("ascii", "utf-16-le", "utf-16-be")
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in _CODES)


class Unreadable(Exception):
    """The file cannot be read; its argument is the code of the reason."""


def read(kind, content):
    """Return the sheets of a file: lists of rows, or lists of lines of text.

    :param str kind: xlsx, xls or pdf
    :raise Unreadable: with a code of :data:`remittance_table.PROBLEMS`
    """
    return {"xlsx": read_xlsx, "xls": read_xls, "pdf": read_pdf}[kind](content)


def _plain(value):
    """Return a cell as a date, a number, a short text or None."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, (int, float, datetime.date)):
        return None if isinstance(value, bool) else value
    return str(value)[:MAX_CELL].strip() or None


def _keep(rows, row, count):
    """Add a row that is not empty; return how many there are now."""
    cells = [_plain(value) for value in row[:MAX_COLUMNS]]
    while cells and cells[-1] is None:
        cells.pop()
    if cells:
        rows.append(cells)
        count += 1
    if count > MAX_ROWS:
        raise Unreadable("too_many_rows")
    return count


def check_archive(content):
    """Raise for an archive that unpacks to too much, or whose XML defines entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or size > MAX_UNPACKED:
                raise Unreadable("bomb")
            for part in parts:
                if part.flag_bits & 1:
                    raise Unreadable("password")
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        start = stream.read(4096)
                    if any(mark in start for mark in _DOCTYPES):
                        raise Unreadable("bomb")
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("unreadable") from error


def read_xlsx(content):
    """Return the rows of each sheet; of a formula the value that Excel left."""
    check_archive(content)
    try:
        import openpyxl
    except ImportError as error:
        raise Unreadable("no_openpyxl") from error
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    sheets, count = [], 0
    for sheet in book.worksheets[:MAX_SHEETS]:
        # what a sheet says of its size may be wrong, or made to keep us busy
        sheet.reset_dimensions()
        rows = []
        for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
            count = _keep(rows, row, count)
        if sheet.sheet_state == "visible":
            sheets.append(rows)
    return sheets


def read_xls(content):
    """Return the rows of each sheet of the old format."""
    try:
        import xlrd
    except ImportError as error:
        raise Unreadable("no_xlrd") from error
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        locked = "encrypted" in str(error) or "password" in str(error).lower()
        raise Unreadable("password" if locked else "unreadable") from error
    sheets, count = [], 0
    for sheet in book.sheets()[:MAX_SHEETS]:
        rows = []
        for number in range(sheet.nrows):
            cells = sheet.row(number)[:MAX_COLUMNS]
            values = [_xls_value(cell, book.datemode) for cell in cells]
            count = _keep(rows, values, count)
        if not sheet.visibility:
            sheets.append(rows)
    return sheets


def _xls_value(cell, datemode):
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER):
        return cell.value
    return None


def read_pdf(content):
    """Return the lines of each page, with their columns where they stand."""
    try:
        import pypdf
    except ImportError:
        try:
            import PyPDF2 as pypdf
        except ImportError as error:
            raise Unreadable("no_pypdf") from error
    reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("password")
    pages, count = [], 0
    for number, page in enumerate(reader.pages):
        if number == MAX_PAGES:
            raise Unreadable("too_many_rows")
        lines = [line[:2000].rstrip() for line in _page_text(page).splitlines()]
        lines = [line for line in lines if line]
        count += len(lines)
        if count > MAX_ROWS:
            raise Unreadable("too_many_rows")
        pages.append(lines)
    if not count:
        raise Unreadable("scan")
    return pages


def _page_text(page):
    try:
        return page.extract_text(extraction_mode="layout") or page.extract_text() or ""
    except TypeError:
        # older versions know the order of reading alone
        return page.extract_text() or ""


def _limit():
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def _as_json(value):
    return {"date": value.isoformat()}


def main(kind):
    """Read a file from standard input; write its cells, or a problem, as JSON."""
    _limit()
    try:
        answer = {"sheets": read(kind, sys.stdin.buffer.read())}
    except Unreadable as error:
        answer = {"problem": error.args[0]}
    except Exception:  # noqa: BLE001, whatever a broken file does to a reader
        answer = {"problem": "unreadable"}
    sys.stdout.write(json.dumps(answer, default=_as_json))


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    main(sys.argv[1])
