"""Many rows of one shape in a workbook, at the speed of writing text.

xlsxwriter asks of each cell what it is: 10 s for a million. Here it writes the first
row of a table, with all its formats; the rows below it are the same but for values.
"""

import io
import re
import zipfile
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

CELL = re.compile(r'<c r="[A-Z]+\d+"((?: s="\d+")?)')
# what XML does not allow, and what would be read as its replacement
CONTROL = re.compile(r"_x[0-9a-fA-F]{4}_|[\x00-\x08\x0b-\x1f]")
CHUNK = 1000


def add_rows(content, tables):
    """Return the workbook with rows added below the first one of each table.

    :param bytes content: the workbook, where ``tables`` have room for their rows
    :param list tables: for each sheet in turn the number of the row that is the
        pattern, from 1 on, and the rows that follow it: a text, then numbers
    :rtype: bytes
    """
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        sheets = {
            f"xl/worksheets/sheet{number}.xml": table
            for number, table in enumerate(tables, 1)
        }
        for info in source.infolist():
            text = source.read(info)
            first, rows = sheets.get(info.filename, (0, ()))
            if not rows:
                target.writestr(info, text, zipfile.ZIP_DEFLATED)
                continue
            with target.open(info.filename, "w") as sheet:
                for part in _parts(text.decode(), first, rows):
                    sheet.write(part.encode())
    return result.getvalue()


def _parts(text, first, rows):
    """Yield the sheet with the rows in their place."""
    start = text.index(f'<row r="{first}"')
    stop = text.index("</row>", start) + len("</row>")
    styles = CELL.findall(text[start:stop])
    yield text[:stop]
    heads = [f'<c r="{xl_col_to_name(place)}' for place in range(len(styles))]
    ends = [f'"{style}><v>' for style in styles]
    named = f'"{styles[0]} t="inlineStr"><is><t xml:space="preserve">'
    cells = list(zip(heads[1:], ends[1:], strict=True))
    for begin in range(0, len(rows), CHUNK):
        lines = []
        for number, (name, *values) in enumerate(
            rows[begin : begin + CHUNK], first + 1 + begin
        ):
            lines.append(f'<row r="{number}">{heads[0]}{number}{named}')
            lines.append(f"{escape(CONTROL.sub(_replacement, name))}</t></is></c>")
            lines += [
                f"{head}{number}{end}{value:.16G}</v></c>"
                for (head, end), value in zip(cells, values, strict=True)
            ]
            lines.append("</row>")
        yield "".join(lines)
    yield text[stop:]


def _replacement(match):
    """Return what stands for a character in the text of a cell."""
    found = match.group()
    return f"_x{ord(found):04X}_" if len(found) == 1 else f"_x005F{found}"
