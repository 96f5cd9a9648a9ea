from collections import namedtuple
from datetime import date as Date
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# The steps in their order; each is a table that later steps read by its name, made by
# the method ``_step_<name>``. A full run keeps them as temporary tables with
# statistics; a question about some customers is one statement of named CTEs.
STEPS = (
    "rate",
    "policy",
    "level",
    "step",
    "reach",
    "variant",
    "item",
    "own",
    "deadline",
    "plan",
    "promise",
    "dispute",
    "claim",
    "net",
    "reached",
    "position",
    "early",
    "balance",
    "purse",
    "sum",
    "spacing",
    "due",
    "contest",
    "candidate",
    "contact",
    "notice",
    "result",
    "line",
)
# columns that later steps join by or choose by: the only ones that need statistics
JOINED = {
    "item": ("id", "profile_id", "move_id", "policy_id", "own_id", "currency_id"),
    "claim": ("id", "profile_id", "policy_id", "customer_id", "currency_id", "is_ours"),
    "reached": ("id",),
    "position": ("id", "profile_id", "policy_id", "move_id", "code", "target_id"),
    "balance": ("profile_id",),
    "purse": ("profile_id", "policy_id", "currency_id"),
    "sum": ("profile_id", "policy_id", "move_id"),
    "due": ("id", "profile_id", "policy_id", "soft"),
    "contest": ("profile_id", "policy_id"),
    "notice": ("profile_id", "policy_id"),
    "result": ("id", "notice_no", "profile_id", "code"),
    "line": ("id", "notice_no"),
}
# small ones, of which it matters that they are small or empty
SMALL = (
    "rate",
    "policy",
    "level",
    "step",
    "reach",
    "variant",
    "own",
    "deadline",
    "plan",
    "promise",
    "dispute",
    "net",
    "early",
    "spacing",
)

Hold = namedtuple("Hold", "condition until", defaults=(None,))


class Scope(NamedTuple):
    """What one passage of the pipeline is about.

    ``contact_ids`` restricts the items to those of these partners; ``overlay`` says
    that a preview has left simulated positions in ``plan_overlay``; ``sending`` that
    the question is whether the notices that wait may still go.
    """

    company_id: int
    date: Date
    tree_ids: tuple
    account_ids: tuple
    ladders: dict  # dunning.policy -> its levels
    contact_ids: tuple | None = None
    overlay: bool = False
    sending: bool = False


class DunningPipeline(models.AbstractModel):
    """The rules of dunning as one set-based SQL pipeline.

    Entry points, all with rows of the open claims of one company on one day:

    ``_compute(company, date, profile_ids=None)``
        leaves every step in a temporary table ``plan_<step>`` of the transaction;
        ``plan_result`` and ``plan_notice`` are what a run writes down.
    ``_rows(company, date, profile_ids=None)``
        the content of ``plan_result`` as dicts.
    ``_notices()``
        the notices of the last ``_compute`` as dicts, with their lines.
    ``_explain_rows(company, date, profile_ids)``
        the same as ``_rows`` by one statement, for some customers.
    """

    _name = "dunning.pipeline"
    _description = "Dunning pipeline"

    # === ENTRY POINTS === #
    @api.private
    def _compute(self, company, date, profile_ids=None, overlay=False):
        """Leave each step of the plan in a temporary table ``plan_<step>``.

        :param company: the ``res.company`` whose claims are planned
        :param date: the day as of which it is planned
        :param profile_ids: ids of ``credit.profile``; all when None
        :param overlay: take simulated positions from ``plan_overlay``
        :return: the scope, for :meth:`_write_notices`
        """
        scope = self._scope(company, date, profile_ids, overlay)
        self._make_tables(scope)
        return scope

    def _make_tables(self, scope):
        """Make the table of each step, in their order."""
        # compiling these statements takes longer than running them, and sorting the
        # open items of a large company should not go through files
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        for name in STEPS:
            table = SQL.identifier(f"plan_{name}")
            query = self._step(name, scope)
            self.env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table))
            self.env.cr.execute(
                SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query)
            )
            if columns := JOINED.get(name):
                names = SQL(", ").join(map(SQL.identifier, columns))
                self.env.cr.execute(SQL("ANALYZE %s (%s)", table, names))
            elif name in SMALL:
                self.env.cr.execute(SQL("ANALYZE %s", table))

    @api.private
    def _rows(self, company, date, profile_ids=None):
        """Return what a plan says of each open claim of the company.

        :return: dicts with ``move_line_id``, ``kind`` (``claim``, ``reminder``,
            ``info`` when it is on a notice, else None), ``code`` (``claim`` for one
            that goes, else the hold), ``level_id`` (of a claim that goes),
            ``own_level_id``, ``amount_disputed``, ``until`` and ``policy_id``
        """
        self._compute(company, date, profile_ids)
        return self._read(SQL("SELECT * FROM plan_result ORDER BY due, id"))

    @api.private
    def _explain_rows(self, company, date, profile_ids):
        """Return the same as :meth:`_rows` for some profiles, by one statement."""
        scope = self._scope(company, date, profile_ids)
        ctes = SQL(", ").join(
            SQL(
                "%s AS MATERIALIZED (%s)",
                SQL.identifier(f"plan_{name}"),
                self._step(name, scope),
            )
            for name in STEPS
        )
        return self._read(
            SQL(
                "WITH %s SELECT * FROM plan_result WHERE profile_id IN %s "
                "ORDER BY due, id",
                ctes,
                tuple(profile_ids) or (0,),
            )
        )

    @api.private
    def _notices(self):
        """Return the notices of the last :meth:`_compute`, not written down.

        :return: dicts of the columns of ``plan_notice``, ``amount_company``,
            ``amounts`` and ``lines`` (dicts of the columns of ``plan_line``)
        """
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT notice.*, figure.amount AS amount_company, figure.amounts "
                "FROM plan_notice notice JOIN (%s) figure USING (no) ORDER BY no",
                self._query_figures(),
            )
        )
        lines = self.env.execute_query_dict(
            SQL("SELECT *, id AS move_line_id FROM plan_line ORDER BY due, id")
        )
        notices = {row["no"]: {**row, "lines": []} for row in rows}
        for line in lines:
            notices[line["notice_no"]]["lines"].append(line)
        return list(notices.values())

    def _read(self, query):
        rows = self.env.execute_query_dict(query)
        return [
            {
                "move_line_id": row["id"],
                "profile_id": row["profile_id"],
                "kind": row["kind"],
                "code": row["code"],
                "level_id": row["level_id"],
                "own_level_id": row["own_level_id"],
                "amount_disputed": row["disputed"],
                "until": row["until"],
                "pay_by": row["pay_by"],
                "policy_id": row["policy_id"],
                "next_level_id": row["next_level_id"],
                "is_overdue": row["is_overdue"],
            }
            for row in rows
        ]

    # === PREPARATION === #
    def _scope(self, company, date, profile_ids=None, overlay=False):
        """Look up what the steps are parametrised by; the ledger is not read."""
        self.env.flush_all()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        tree = companies.search([("id", "child_of", company.root_id.ids)])
        contact_ids = None
        if profile_ids is not None:
            profiles = self.env["credit.profile"].sudo().browse(profile_ids)
            contact_ids = self._contact_ids(profiles.partner_id.ids)
        return Scope(
            company_id=company.id,
            date=date,
            tree_ids=tuple(tree.ids),
            account_ids=company._trade_receivable_ids(),
            ladders=self._ladders(),
            contact_ids=contact_ids,
            overlay=overlay,
        )

    def _contact_ids(self, customer_ids):
        """Return the ids of all contacts of some customers, archived ones too.

        Looked up beforehand: of ids, unlike of a sub-select, PostgreSQL knows that
        they are few, and takes the index of the open items by partner.
        """
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        found = contacts._search([("commercial_partner_id", "in", customer_ids)])
        return tuple(found) or (0,)

    def _step(self, name, scope):
        """Return the query of a step."""
        return getattr(self, f"_step_{name}")(scope)

    @api.model
    def _values(self, columns, rows):
        """Return a query of ``rows``, possibly none, as a table.

        :param columns: ``{name: SQL type}`` in the order of the values of a row
        :param rows: tuples
        """
        arrays = SQL(", ").join(
            SQL("%s::%s", [row[place] for row in rows], SQL(f"{kind}[]"))
            for place, kind in enumerate(columns.values())
        )
        names = SQL(", ").join(map(SQL.identifier, columns))
        return SQL("SELECT * FROM unnest(%s) AS given(%s)", arrays, names)
