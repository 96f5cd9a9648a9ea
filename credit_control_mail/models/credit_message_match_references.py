from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import match_score as score
from ..tools.match_text import Numberings, compact, is_same_name, reference_keys
from .account_move_match import SALE_TYPES, compact_sql

# paid longer ago, an invoice only proposes its customer
RECENT_DAYS = 400
# numberings of the companies that are known by heart: the newest ones
NUMBERINGS = 600
# a reference that more customers share says nothing
SHARED_REFERENCE = 3
SHARED_ROWS = 40
OPEN = ("not_paid", "partial", "in_payment")


class CreditMessage(models.Model):
    """Which invoices a message names, and whose they are."""

    _inherit = "credit.message"

    def _match_references(self, cases):
        """Look up what may be a reference among the customers' invoices."""
        numberings = self._read_numberings(cases)
        hits = {
            (hit.journal, hit.prefix, hit.number, hit.typed)
            for case in cases.values()
            for hit in numberings.find(case.keys)
        }
        keys = {key for case in cases.values() for key in reference_keys(case.keys)}
        if not hits and not keys:
            return
        found = defaultdict(list)
        for kind, typed, *row in self._read_references(sorted(hits), sorted(keys)):
            if kind != "name" or is_same_name(typed, row[3], row[4]):
                found[typed].append((kind, *row))
        for case in cases.values():
            for key in case.keys:
                if key in found:
                    self._weigh_reference(case, key, found[key])

    @api.model
    def _read_numberings(self, cases):
        """Return the prefixes of the names of invoices, read by jumps in core's index.

        :rtype: Numberings
        """
        scope = set().union(*(case.scope for case in cases.values()))
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE numbering AS (
                    SELECT journal.id AS journal, (
                           SELECT m.sequence_prefix FROM account_move m
                            WHERE m.journal_id = journal.id
                            ORDER BY m.sequence_prefix DESC LIMIT 1) AS prefix
                      FROM account_journal journal
                     WHERE journal.type = 'sale' AND journal.company_id IN %(scope)s
                     UNION ALL
                    SELECT known.journal, (
                           SELECT m.sequence_prefix FROM account_move m
                            WHERE m.journal_id = known.journal
                              AND m.sequence_prefix < known.prefix
                            ORDER BY m.sequence_prefix DESC LIMIT 1)
                      FROM numbering known
                     WHERE known.prefix IS NOT NULL
                )
                SELECT journal, prefix FROM numbering
                 WHERE prefix IS NOT NULL LIMIT %(limit)s
                """,
                scope=tuple(scope),
                limit=NUMBERINGS,
            )
        )
        return Numberings(rows)

    @api.model
    def _read_references(self, hits, keys):
        """Return the posted invoices that are named so or have such a reference.

        :param hits: tuples of journal, prefix, number and spelling
        :param keys: spellings to look for among references
        :return: kind ("name", "reference", "order"), spelling, move, company,
            customer, name, prefix, whether it is open, whether it is recent
        """
        columns = SQL(
            """m.id, m.company_id,
               (SELECT partner.commercial_partner_id FROM res_partner partner
                 WHERE partner.id = m.partner_id), m.name,
               m.sequence_prefix, m.payment_state IN %(open)s,
               COALESCE(m.invoice_date, m.date) >= %(since)s""",
            open=OPEN,
            since=fields.Date.today() - timedelta(days=RECENT_DAYS),
        )
        queries = [
            self._references_sql(kind, column, keys, columns)
            for kind, column in (
                ("reference", "m.payment_reference"),
                ("order", "m.ref"),
            )
            if keys
        ]
        if hits:
            queries.append(self._names_sql(hits, columns))
        return self.env.execute_query(
            SQL("%s ORDER BY 1, 3", SQL(" UNION ALL ").join(queries))
        )

    @api.model
    def _references_sql(self, kind, column, keys, columns):
        """Return the query of the invoices with one of these references.

        Key by key, so that the index is taken whatever the planner thinks of it.
        """
        return SQL(
            """
            SELECT %(kind)s, asked.key, found.*
              FROM unnest(%(keys)s) AS asked (key)
             CROSS JOIN LATERAL (
                   SELECT %(columns)s FROM account_move m
                    WHERE %(compact)s = asked.key
                      AND m.state = 'posted' AND m.move_type IN %(types)s
                    LIMIT %(limit)s
                   ) found
            """,
            kind=kind,
            keys=keys,
            columns=columns,
            compact=compact_sql(column),
            types=SALE_TYPES,
            limit=SHARED_ROWS,
        )

    @api.model
    def _names_sql(self, hits, columns):
        """Return the query of the invoices with one of these prefixes and numbers."""
        journals, prefixes, numbers, typed = zip(*hits, strict=True)
        return SQL(
            """
            SELECT 'name', asked.typed, %(columns)s
              FROM unnest(%(journals)s::int[], %(prefixes)s::varchar[],
                          %(numbers)s::int[], %(typed)s::varchar[])
                   AS asked (journal, prefix, number, typed)
              JOIN account_move m
                ON m.journal_id = asked.journal
               AND m.sequence_prefix = asked.prefix
               AND m.sequence_number = asked.number
             WHERE m.state = 'posted' AND m.move_type IN %(types)s
            """,
            columns=columns,
            journals=list(journals),
            prefixes=list(prefixes),
            numbers=list(numbers),
            typed=list(typed),
            types=SALE_TYPES,
        )

    @api.model
    def _weigh_reference(self, case, key, rows):
        """Note whose invoices one spelling names."""
        rows = [row for row in rows if row[2] in case.scope and row[3]]
        at_home = any(row[2] == case.company for row in rows)
        owners = {row[3] for row in rows}
        if len(owners) > SHARED_REFERENCE or len(rows) >= SHARED_ROWS:
            return
        for kind, move, company, customer, name, _prefix, is_open, is_recent in rows:
            weight = self._get_reference_weight(kind, key, name, case)
            if not is_open:
                weight = min(
                    weight, score.REFERENCE_PAID if is_recent else score.REFERENCE_WEAK
                )
            if case.is_supplier:
                weight *= score.FROM_SUPPLIER
            if at_home and company != case.company:
                weight *= score.OTHER_COMPANY
            code = "order" if kind == "order" else "reference"
            # a second spelling of the same invoice is no second reason
            values = (
                {"name": name} if code == "reference" else {"name": name, "ref": key}
            )
            case.add(customer, code, weight, company=company, **values)
            if key in case.own_keys:
                case.moves[customer, company].add(move)

    @api.model
    def _get_reference_weight(self, kind, key, name, case):
        """Return what a spelling says: much with letters, little with digits alone."""
        has_letters = not key.isdigit()
        if kind == "order":
            return score.ORDER if has_letters else score.ORDER_WEAK
        if len(key) < 5:
            return score.REFERENCE_WEAK
        if has_letters or (kind == "reference" and len(key) > 8):
            return score.REFERENCE
        is_verbatim = name.lower() in case.text.lower() and name != compact(name)
        return score.REFERENCE if is_verbatim else score.REFERENCE_PAID
