"""Writes planned customers and documents into PostgreSQL by COPY."""

from collections import defaultdict
from contextlib import contextmanager

from .rows import Rows
from .shapes import RELATIONS

# the tables that a large load fills
LARGE = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
)


class Lines:
    """A file, as COPY reads it, over an iterator of lines."""

    def __init__(self, lines):
        self.lines, self.buffer, self.count = iter(lines), "", 0

    def read(self, size):
        """About ``size`` characters, or what is left of them."""
        parts, length = [self.buffer], len(self.buffer)
        while length < size and (line := next(self.lines, None)) is not None:
            parts.append(line + "\n")
            length += len(line) + 1
            self.count += 1
        text = "".join(parts)
        self.buffer = text[size:]
        return text[:size]


def reserve(cr, table, count):
    """Take ``count`` consecutive ids of ``table``; returns the first."""
    cr.execute("SELECT nextval(%s)", [f"{table}_id_seq"])
    first = cr.fetchone()[0]
    cr.execute("SELECT setval(%s, %s)", [f"{table}_id_seq", first + max(count, 1) - 1])
    return first


@contextmanager
def without_indexes(cr, tables):
    """Drop the secondary indexes of ``tables`` meanwhile: for large loads."""
    # a superuser may also leave out the check of every reference
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    is_super = cr.fetchone()[0]
    cr.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
          FROM pg_index i
          LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
         WHERE i.indrelid = ANY(%s::regclass[]) AND c.oid IS NULL""",
        [list(tables)],
    )
    indexes = cr.fetchall()
    if is_super:
        cr.execute("SET LOCAL session_replication_role = replica")
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cr.execute(definition)
    if is_super:
        cr.execute("SET LOCAL session_replication_role = DEFAULT")


class Loader:
    """Numbers documents in order of date and copies them, one portion at a time."""

    def __init__(self, env, shapes):
        self.cr, self.shapes, self.rows = env.cr, shapes, Rows(env, shapes)
        env.cr.execute("""
            SELECT journal_id, sequence_prefix, MAX(sequence_number)
              FROM account_move WHERE sequence_prefix IS NOT NULL GROUP BY 1, 2""")
        self.last = {row[:2]: row[2] for row in env.cr.fetchall()}
        self.counts = defaultdict(int)

    def copy(self, table, lines, columns):
        """COPY ``lines`` into ``table``."""
        stream = Lines(lines)
        names = ", ".join(f'"{column}"' for column in columns)
        self.cr._obj.copy_expert(f"COPY {table} ({names}) FROM STDIN", stream)
        self.counts[table] += stream.count

    def load_partners(self, customers, today):
        """Copy customers and their contacts."""
        total = sum(1 + len(customer["people"]) for customer in customers)
        first = reserve(self.cr, "res_partner", total)
        lines = self.rows.partners(customers, first, today)
        self.copy("res_partner", lines, self.columns("partner", "FR"))

    def load(self, story):
        """Copy all documents and matchings of ``story``."""
        order = ("out_invoice", "out_refund", "payment", "exchange")
        docs = sorted(story.docs, key=lambda d: (d.day, order.index(d.kind)))
        if not docs:
            return
        partials, rows = sorted(story.partials, key=lambda p: p.day), self.rows
        self.number(docs)
        self.number_partials(partials)
        for table, lines, columns in (
            ("account_full_reconcile", rows.fulls(partials), self.columns("full", 0)),
            ("account_payment", rows.payments(docs), self.columns("payment", 0)),
            ("account_move", map(rows.move, docs), self.columns("paymove", 0)),
            ("account_move_line", rows.lines(docs), self.columns("payline", 0, True)),
            (
                "account_partial_reconcile",
                rows.partials(partials),
                self.columns("partial", 0),
            ),
            (
                "account_move__account_payment",
                (f"{paid.id}\t{doc.pay_id}" for doc in docs for paid in doc.paid),
                ("invoice_id", "payment_id"),
            ),
            *(
                (table, rows.links(docs, name), ("account_move_line_id", column))
                for name, (table, column) in RELATIONS.items()
            ),
        ):
            self.copy(table, lines, columns)
        # the two tables refer to each other
        self.cr.execute(
            """
            UPDATE account_payment p SET move_id = m.id FROM account_move m
             WHERE m.origin_payment_id = p.id AND p.move_id IS NULL AND m.id >= %s""",
            [docs[0].id],
        )

    def columns(self, *key):
        """Return the columns of the table of a shape."""
        return self.shapes.rows[key].columns

    def number(self, docs):
        """Ids and names, in order of date as in a ledger kept day by day."""
        sizes = [
            2 * len(d.items)
            if d.kind in ("payment", "exchange")
            else len(d.products) + bool(d.tax) + len(d.items)
            for d in docs
        ]
        move_id = reserve(self.cr, "account_move", len(docs))
        line_id = reserve(self.cr, "account_move_line", sum(sizes))
        paid = [d for d in docs if d.kind == "payment"]
        pay_id = reserve(self.cr, "account_payment", len(paid))
        for number, doc in enumerate(paid):
            doc.pay_id = pay_id + number
        for doc, size in zip(docs, sizes, strict=True):
            doc.id, doc.line_id = move_id, line_id
            for number, item in enumerate(doc.items):
                item.id = line_id + size - len(doc.items) + number
            move_id, line_id = move_id + 1, line_id + size
            journal, head, monthly, digits = self.shapes.numbers[doc.company, doc.kind]
            doc.prefix = head + doc.day.strftime("%Y/%m/" if monthly else "%Y/")
            doc.number = self.last.get((journal, doc.prefix), 0) + 1
            self.last[journal, doc.prefix] = doc.number
            doc.name = f"{doc.prefix}{doc.number:0{digits}d}"

    def number_partials(self, partials):
        """Ids of the matchings; full reconciliations and the labels of open groups."""
        first = reserve(self.cr, "account_partial_reconcile", len(partials))
        closed = []
        for number, partial in enumerate(partials):
            partial.id, group = first + number, partial.debit.group
            if group.label is None:
                group.label = f"P{partial.id}"  # the first matching names the group
                if not any(i.left or i.left_cc for i in group.items):
                    closed.append(group)
        full = reserve(self.cr, "account_full_reconcile", len(closed))
        for number, group in enumerate(closed):
            group.full, group.label = full + number, str(full + number)
