"""Workbooks of a dossier: plain tables, amounts as numbers, text never a formula."""

import datetime
import io

import xlsxwriter

WIDTHS = {"text": 28, "date": 12, "amount": 16}


def write_workbook(sheets):
    """Return the bytes of a workbook.

    :param list sheets: dicts with ``name``, ``title``, ``columns`` (pairs of label
        and kind: ``text``, ``date`` or ``amount``), ``rows`` (lists of values, None
        for an empty cell) and ``totals`` (a list of values, or nothing)
    :rtype: bytes
    """
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    formats = {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "amount": book.add_format({"num_format": "#,##0.00"}),
        "total text": book.add_format({"bold": True, "top": 1}),
        "total date": book.add_format({"bold": True, "top": 1}),
        "total amount": book.add_format(
            {"bold": True, "top": 1, "num_format": "#,##0.00"}
        ),
    }
    names = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet["name"], names))
        _write_sheet(page, sheet, formats)
    book.close()
    return stream.getvalue()


def _sheet_name(name, names):
    """Return a name that Excel takes and that no other sheet has."""
    plain = "".join(char for char in name if char not in "[]:*?/\\'")[:28] or "Sheet"
    found, number = plain, 1
    while found.lower() in names:
        number += 1
        found = f"{plain} {number}"
    names.add(found.lower())
    return found


def _write_sheet(page, sheet, formats):
    columns = sheet["columns"]
    page.write_string(0, 0, sheet["title"], formats["title"])
    for place, (label, kind) in enumerate(columns):
        page.set_column(place, place, WIDTHS[kind])
        page.write_string(2, place, label, formats["head"])
    page.freeze_panes(3, 1)
    row = 3
    for values in sheet["rows"]:
        _write_row(page, row, columns, values, formats, "")
        row += 1
    if sheet.get("totals"):
        _write_row(page, row, columns, sheet["totals"], formats, "total ")
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _write_row(page, row, columns, values, formats, prefix):
    for place, ((_label, kind), value) in enumerate(zip(columns, values, strict=True)):
        style = formats[prefix + kind]
        if value is None or value is False:
            page.write_blank(row, place, None, style)
        elif isinstance(value, datetime.date):
            page.write_datetime(row, place, _midnight(value), style)
        elif isinstance(value, int | float):
            page.write_number(row, place, value, style)
        else:
            page.write_string(row, place, str(value), style)


def _midnight(day):
    return datetime.datetime(day.year, day.month, day.day)
