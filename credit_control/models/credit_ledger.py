from odoo import api, models
from odoo.fields import Date
from odoo.tools import SQL

COLUMNS = SQL(
    """line.id, line.move_id, line.partner_id, line.company_id, line.currency_id,
       line.date, line.date_maturity, line.balance, line.amount_currency,
       line.account_id, line.parent_state"""
)
# what the queries read: brought to the database before they run
SOURCES = {
    "account.move": ["journal_id", "state"],
    "account.move.line": [
        "account_id",
        "amount_currency",
        "amount_residual",
        "amount_residual_currency",
        "balance",
        "company_id",
        "currency_id",
        "date",
        "date_maturity",
        "move_id",
        "parent_state",
        "partner_id",
        "reconciled",
    ],
    "account.partial.reconcile": [
        "amount",
        "credit_amount_currency",
        "credit_move_id",
        "debit_amount_currency",
        "debit_move_id",
        "max_date",
    ],
    "res.partner": ["commercial_partner_id"],
}


class CreditLedger(models.AbstractModel):
    """The receivable items as they stood at the end of any day.

    An entry counts from its accounting date on, a settlement from the later date of
    the two items that it matches: so that the residuals of an account add up to its
    balance in the general ledger, at any date, to the cent. What is not posted does
    not count, neither by itself nor as a settlement: Odoo keeps a matching when the
    payment goes back to draft.

    The residual that Odoo stores is of today. What was settled later, or by a draft,
    is added to it again: few rows for a recent day, rather than a whole life's.

    Summed over one company, customer or currency, residuals differ from balances by
    what was settled across them: Odoo matches a branch's invoice with the head
    office's payment, or one customer's invoice with the money of another.
    """

    _name = "credit.ledger"
    _description = "Receivables as of a date"

    @api.model
    @api.private
    def _query_items(self, company_ids, date, customer_ids=None, open_only=True):
        """Return the query of the receivable items at the end of ``date``.

        Columns: ``id``, ``move_id``, ``partner_id``, ``customer_id`` (the commercial
        partner, null for an item without partner), ``company_id``, ``currency_id``,
        ``date``, ``due``, ``balance``, ``amount_currency``, ``residual`` (company
        currency), ``residual_currency`` (of the item) and ``account_id``. Nothing of
        it is filtered by rights: the caller answers for these.

        :param company_ids: ids of companies
        :param date: a day, that one included
        :param customer_ids: ids of commercial partners; None for all items, also
            those without a partner
        :param bool open_only: without the items that were settled
        :rtype: SQL
        """
        date = Date.to_date(date)
        companies = self.env["res.company"].browse(company_ids)
        accounts = companies._trade_receivable_ids()
        self._flush_items()
        return SQL(
            """
            WITH %(owned)s undone AS (%(undone)s), later AS (
                SELECT line_id, SUM(amount) AS amount,
                       SUM(amount_currency) AS amount_currency
                  FROM undone GROUP BY line_id
            ), items AS (
                SELECT l.id, l.move_id, l.partner_id,
                       c.commercial_partner_id AS customer_id,
                       l.company_id, l.currency_id, l.date,
                       COALESCE(l.date_maturity, l.date) AS due,
                       l.balance, l.amount_currency, l.residual,
                       l.residual_currency, l.account_id
                  FROM (%(lines)s) l
                  LEFT JOIN res_partner c ON c.id = l.partner_id
                 WHERE l.company_id IN %(companies)s
                   AND l.account_id IN %(accounts)s
                   AND l.parent_state = 'posted'
                   AND l.date <= %(date)s
            )
            SELECT * FROM items WHERE %(wanted)s
            """,
            owned=self._owned(accounts, customer_ids),
            undone=self._undone(companies, accounts, date, customer_ids),
            lines=self._lines(accounts, customer_ids, open_only),
            companies=tuple(company_ids) or (0,),
            accounts=accounts,
            date=date,
            wanted=SQL("residual <> 0 OR residual_currency <> 0")
            if open_only
            else SQL("TRUE"),
        )

    @api.model
    def _flush_items(self):
        """Bring to the database all that the items are read from."""
        for model, names in SOURCES.items():
            self.env[model].flush_model(names)

    @api.model
    def _owned(self, accounts, customer_ids):
        """Return the head of the query that names the items of some customers."""
        if customer_ids is None:
            return SQL()
        return SQL(
            """
            owned AS MATERIALIZED (
                SELECT %s, line.amount_residual, line.amount_residual_currency,
                       line.reconciled
                  FROM res_partner c
                  JOIN account_move_line line ON line.partner_id = c.id
                 WHERE c.commercial_partner_id = ANY(%s)
                   AND line.account_id IN %s
            ),
            """,
            COLUMNS,
            list(customer_ids),
            accounts,
        )

    @api.model
    def _undone(self, companies, accounts, date, customer_ids):
        """Return the query of the settlements that do not count yet, by item.

        Columns ``line_id``, ``amount`` and ``amount_currency``, signed so as to be
        added to the item's residual.
        """
        if customer_ids is None:
            partials = self._undone_of_all(companies, accounts, date)
        else:
            partials = SQL(
                """
                SELECT p.*
                  FROM account_partial_reconcile p
                  JOIN account_move_line d ON d.id = p.debit_move_id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                 WHERE p.id IN (
                       SELECT p.id FROM account_partial_reconcile p
                         JOIN owned o ON o.id = p.debit_move_id
                        UNION ALL
                       SELECT p.id FROM account_partial_reconcile p
                         JOIN owned o ON o.id = p.credit_move_id
                       )
                   AND (p.max_date > %s OR d.parent_state <> 'posted'
                        OR c.parent_state <> 'posted')
                """,
                date,
            )
        return SQL(
            """
            SELECT v.line_id, v.amount, v.amount_currency
              FROM (%s) p
             CROSS JOIN LATERAL (VALUES
                   (p.debit_move_id, p.amount, p.debit_amount_currency),
                   (p.credit_move_id, -p.amount, -p.credit_amount_currency)
                   ) v(line_id, amount, amount_currency)
            """,
            partials,
        )

    @api.model
    def _undone_of_all(self, companies, accounts, date):
        """Return the query of all settlements later than ``date`` or by a draft."""
        root = companies.sudo().root_id.ids
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        journals = journals._search([("company_id", "child_of", root)])
        return SQL(
            """
            SELECT p.* FROM account_partial_reconcile p WHERE p.max_date > %(date)s
             UNION
            SELECT p.*
              FROM account_move m
              JOIN account_move_line l ON l.move_id = m.id
              JOIN account_partial_reconcile p
                ON p.debit_move_id = l.id OR p.credit_move_id = l.id
             WHERE m.journal_id IN %(journals)s
               AND m.state IN ('draft', 'cancel')
               AND l.account_id IN %(accounts)s
            """,
            date=date,
            journals=tuple(journals) or (0,),
            accounts=accounts,
        )

    @api.model
    def _lines(self, accounts, customer_ids, open_only):
        """Return the query of the lines with their residuals at the end of the day.

        Those that nothing settled since keep the residual that Odoo stores: it is
        read as it is, never computed, for they are nearly all.
        """
        source = SQL("account_move_line" if customer_ids is None else "owned")
        still_open = SQL("TRUE")
        if open_only:
            still_open = SQL(
                "line.reconciled IS NOT TRUE AND line.account_id IN %s", accounts
            )
        return SQL(
            """
            SELECT %(columns)s, line.amount_residual AS residual,
                   line.amount_residual_currency AS residual_currency
              FROM %(source)s line
             WHERE %(still_open)s
               AND NOT EXISTS (SELECT FROM later WHERE later.line_id = line.id)
             UNION ALL
            SELECT %(columns)s, line.amount_residual + later.amount,
                   line.amount_residual_currency + later.amount_currency
              FROM later
              JOIN %(source)s line ON line.id = later.line_id
            """,
            columns=COLUMNS,
            source=source,
            still_open=still_open,
        )
