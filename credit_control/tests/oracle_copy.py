"""Rows to PostgreSQL by COPY, the way a ledger of any size gets into a database."""

import io
import json

from odoo.tools import SQL

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def as_text(value):
    """A value as the text format of COPY has it."""
    if value is None:
        return "\\N"
    if isinstance(value, dict):
        value = json.dumps(value)
    return str(value).translate(ESCAPES)


def copy(cr, table, rows):
    """Copy ``rows``, dicts with the same keys, into ``table`` by one statement."""
    rows = list(rows)
    if not rows:
        return
    lines = ("\t".join(map(as_text, row.values())) for row in rows)
    names = SQL(", ").join(map(SQL.identifier, rows[0]))
    query = SQL("COPY %s (%s) FROM STDIN", SQL.identifier(table), names)
    cr._obj.copy_expert(query.code, io.StringIO("\n".join(lines)))


def reserve(cr, table, count):
    """The number below the first of ``count`` new ids of ``table``."""
    sequence = SQL("%s::regclass", f"{table}_id_seq")
    cr.execute(SQL("SELECT setval(%s, nextval(%s) + %s)", sequence, sequence, count))
    return cr.fetchone()[0] - count - 1
