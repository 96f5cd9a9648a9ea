from odoo import api, models
from odoo.tools import SQL


class DunningPipeline(models.AbstractModel):
    """Notices and lines written down, and what a plan comes to."""

    _inherit = "dunning.pipeline"

    # === WRITE === #
    @api.private
    def _write_notices(self, run):
        """Write the notices of the last ``_compute`` and their lines as drafts.

        :param run: the ``dunning.run`` they belong to
        :return: number of notices written
        """
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.plan_number")
        cr.execute(
            """
            CREATE TEMPORARY TABLE plan_number ON COMMIT DROP AS
            SELECT no, nextval('dunning_notice_id_seq')::int AS notice_id
              FROM (SELECT no FROM plan_notice ORDER BY no) notice
            """
        )
        cr.execute("ANALYZE plan_number")
        count = self._insert("dunning_notice", self._prepare_notice_columns(run))
        if count:
            self._insert("dunning_notice_line", self._prepare_line_columns(run))
        self.env["dunning.notice"].invalidate_model()
        self.env["dunning.notice.line"].invalidate_model()
        run.invalidate_recordset(["notice_ids"])
        return count

    def _insert(self, table, prepared):
        """Insert the columns of ``prepared`` = ({column: SQL}, FROM clause)."""
        columns, source = prepared
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(columns.values()),
                source,
            )
        )
        return self.env.cr.rowcount

    def _stamp(self):
        """Columns of who and when, as the ORM would fill them."""
        now = SQL("%s::timestamp", self.env.cr.now())
        uid = SQL("%s", self.env.uid)
        return {
            "create_uid": uid,
            "write_uid": uid,
            "create_date": now,
            "write_date": now,
        }

    def _prepare_notice_columns(self, run):
        """Return the columns of new notices and where they come from.

        Extended by: add-ons with stored columns on ``dunning.notice``: add them to
        the dictionary, as SQL on the aliases ``notice`` (plan_notice), ``profile``,
        ``level`` and ``figure`` (amounts of the notice).

        :return: ``({column: SQL}, FROM clause)``
        """
        columns = {
            "id": SQL("number.notice_id"),
            "run_id": SQL("%s", run.id),
            "profile_id": SQL("notice.profile_id"),
            "partner_id": SQL("notice.customer_id"),
            "company_id": SQL("%s", run.company_id.id),
            "policy_id": SQL("notice.policy_id"),
            "level_id": SQL("notice.level_id"),
            "date": SQL("%s::date", run.date),
            "state": SQL("'draft'"),
            "is_automatic": SQL("coalesce(level.is_automatic, FALSE)"),
            "is_edited": SQL("FALSE"),
            "amounts": SQL("figure.amounts"),
            "amount_company": SQL("round(figure.amount::numeric, 2)"),
            **self._stamp(),
        }
        source = SQL(
            """
            plan_notice notice
            JOIN plan_number number USING (no)
            JOIN dunning_level level ON level.id = notice.level_id
            JOIN credit_profile profile ON profile.id = notice.profile_id
            JOIN (%s) figure USING (no)
            """,
            self._query_figures(),
        )
        return columns, source

    def _prepare_line_columns(self, run):
        """Return the columns of new notice lines and where they come from.

        Extended by: add-ons with stored columns on ``dunning.notice.line``: as SQL on
        the alias ``line`` (see :meth:`_step_line`).

        :return: ``({column: SQL}, FROM clause)``
        """
        columns = {
            "notice_id": SQL("number.notice_id"),
            "move_line_id": SQL("line.id"),
            "name": SQL("line.name"),
            "kind": SQL("line.kind"),
            "level_id": SQL("line.level_id"),
            "is_forced": SQL("line.is_forced"),
            "currency_id": SQL("line.currency_id"),
            "date_invoice": SQL("line.invoice_date"),
            "date_due": SQL("line.due"),
            "days_overdue": SQL("greatest(%s::date - line.due, 0)", run.date),
            "amount_total": SQL("line.total"),
            "amount_residual": SQL("line.residual"),
            "amount_disputed": SQL("line.disputed"),
            "amount_claimed": SQL("line.claimed"),
            "hold_code": SQL("line.hold_code"),
            "is_dropped": SQL("FALSE"),
            "is_live": SQL("line.kind <> 'info'"),
        }
        return columns, SQL(
            "plan_line line JOIN plan_number number ON number.no = line.notice_no"
        )

    # === LINES AND FIGURES === #
    def _step_line(self, scope):
        """The lines of the notices: claims, and open credits below zero."""
        return SQL(
            """
            SELECT result.notice_no, result.id, item.move_id, item.name, result.kind,
                   coalesce(result.level_id, result.own_level_id) AS level_id,
                   coalesce(result.is_forced, FALSE) AND result.kind = 'claim'
                       AS is_forced,
                   item.currency_id, item.invoice_date, item.due, item.total,
                   item.residual, result.disputed,
                   CASE WHEN result.kind = 'info' THEN 0 ELSE result.demanded END
                       AS claimed,
                   CASE WHEN result.kind <> 'claim' THEN result.code END AS hold_code
              FROM plan_result result
              JOIN plan_item item USING (id)
             WHERE result.notice_no IS NOT NULL
             UNION ALL
            SELECT notice.no, item.id, item.move_id, item.name, 'info', NULL, FALSE,
                   item.currency_id, item.invoice_date, item.due, item.total,
                   item.residual, 0, 0, NULL
              FROM plan_notice notice
              JOIN plan_item item ON item.profile_id = notice.profile_id
             WHERE notice.is_profile_main AND item.is_ours AND item.residual < 0
            """
        )

    def _query_figures(self):
        """Query of the amounts of each notice: by currency, and what they come to.

        What a customer has in hand in one currency reduces nothing in another one.
        """
        return SQL(
            """
            SELECT no, sum(greatest(net, 0) / rate) AS amount,
                   jsonb_object_agg(currency_id, jsonb_build_object(
                       'claimed', claimed, 'reminded', reminded, 'disputed', disputed,
                       'credit', credit, 'net', net)) AS amounts
              FROM (
                SELECT line.notice_no AS no, line.currency_id, rate.rate,
                       sum(CASE line.kind WHEN 'claim' THEN line.claimed ELSE 0 END)
                           AS claimed,
                       sum(CASE line.kind WHEN 'reminder' THEN line.claimed ELSE 0 END)
                           AS reminded,
                       sum(line.disputed) AS disputed,
                       sum(greatest(-line.residual, 0)) AS credit,
                       sum(line.claimed + least(line.residual, 0)) AS net
                  FROM plan_line line
                  JOIN plan_rate rate USING (currency_id)
                 GROUP BY line.notice_no, line.currency_id, rate.rate
              ) by_currency
             GROUP BY no
            """
        )

    # === SUMMARY === #
    @api.private
    def _summary(self, scope, run):
        """Return what the run comes to, after the last ``_compute`` was written.

        :return: ``{"codes": {code: {count, amount, overdue}}, "levels": {level id:
            {notices, claims, amount}}, "customers", "notices", "overdue", "undated",
            "forgotten"}``; amounts in the company's currency
        """
        return {
            "codes": self._totals(self._sum_codes(run), "code"),
            "levels": {row.pop("level_id"): row for row in self._sum_levels(run)},
            **self._counts(scope, run),
        }

    def _sum_codes(self, run):
        """Open claims by what is said of them, or was in the notice that waits."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT CASE WHEN result.kind = 'reminder' THEN 'reminder'
                            ELSE coalesce(waiting.code, result.code) END AS code,
                       result.is_overdue, count(*) AS count,
                       sum(result.residual / rate.rate)::float AS amount
                  FROM plan_result result
                  JOIN plan_rate rate USING (currency_id)
                  LEFT JOIN (
                       SELECT DISTINCT ON (line.move_line_id) line.move_line_id,
                              CASE line.kind WHEN 'info' THEN line.hold_code
                                             ELSE line.kind END AS code
                         FROM plan_result held
                         JOIN dunning_notice_line line ON line.move_line_id = held.id
                         JOIN dunning_notice notice ON notice.id = line.notice_id
                        WHERE held.code = 'in_notice'
                          AND notice.company_id = %s
                          AND notice.state IN ('draft', 'approved')
                        ORDER BY line.move_line_id, line.is_live DESC, line.id
                       ) waiting ON waiting.move_line_id = result.id
                 GROUP BY 1, result.is_overdue
                """,
                run.company_id.id,
            )
        )

    def _sum_levels(self, run):
        """Claims of the run's notices by the level they go at.

        The notices go through a table with statistics: those of the tables that were
        just written to say that there are none, and joining them one by one would
        take minutes.
        """
        self.env.cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS pg_temp.plan_written;
                CREATE TEMPORARY TABLE plan_written ON COMMIT DROP AS
                SELECT id AS notice_id FROM dunning_notice
                 WHERE run_id = %s AND state <> 'cancelled';
                ANALYZE plan_written
                """,
                run.id,
            )
        )
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT level_id, count(DISTINCT notice_id) AS notices,
                       sum(claims)::int AS claims,
                       round(sum(claimed / rate.rate), 2)::float AS amount
                  FROM (SELECT line.level_id, line.notice_id, line.currency_id,
                               count(*) AS claims, sum(line.amount_claimed) AS claimed
                          FROM plan_written
                          JOIN dunning_notice_line line USING (notice_id)
                         WHERE line.kind = 'claim'
                         GROUP BY line.level_id, line.notice_id, line.currency_id
                       ) part
                  JOIN plan_rate rate USING (currency_id)
                 GROUP BY level_id
                """
            )
        )

    def _totals(self, rows, key):
        totals = {}
        for row in rows:
            total = totals.setdefault(
                row[key], {"count": 0, "amount": 0.0, "overdue": 0}
            )
            total["count"] += row["count"]
            total["amount"] = round(total["amount"] + row["amount"], 2)
            total["overdue"] += row["count"] if row["is_overdue"] else 0
        return totals

    def _counts(self, scope, run):
        """Counts of the run; ``forgotten`` looks at the ledger anew."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT notice.notices, notice.customers, item.undated,
                       result.overdue, forgotten.count AS forgotten
                  FROM (SELECT count(*) AS notices,
                               count(DISTINCT profile_id) AS customers
                          FROM dunning_notice
                         WHERE run_id = %(run_id)s AND state <> 'cancelled') notice,
                       (SELECT count(*) FILTER (WHERE is_undated) AS undated
                          FROM plan_item WHERE is_ours AND residual > 0) item,
                       (SELECT count(*) FILTER (WHERE is_overdue) AS overdue
                          FROM plan_result) result,
                       (%(forgotten)s) forgotten
                """,
                run_id=run.id,
                forgotten=self._query_forgotten(scope, SQL("count(*)")),
            )
        )[0]

    def _query_forgotten(self, scope, select):
        """Query of the overdue claims of the ledger of which the plan says nothing."""
        return SQL(
            """
            SELECT %(select)s
              FROM account_move_line line
             WHERE line.account_id IN %(account_ids)s
               AND line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND line.company_id = %(company_id)s
               AND line.amount_residual_currency > 0
               AND coalesce(line.date_maturity, line.date) < %(date)s
               AND NOT EXISTS (SELECT FROM plan_result result
                                WHERE result.id = line.id AND result.code IS NOT NULL)
            """,
            select=select,
            account_ids=scope.account_ids,
            company_id=scope.company_id,
            date=scope.date,
        )
