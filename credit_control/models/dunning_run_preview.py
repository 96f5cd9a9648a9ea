from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL


class DunningRun(models.Model):
    """The next days, simulated: who would be reminded, at which level."""

    _inherit = "dunning.run"

    @api.model
    @api.private
    def preview(self, company, days=30, profile_ids=None):
        """Return the notices of the next days, if nobody pays and all are delivered.

        Each day is planned by the pipeline itself; the positions that its notices
        would leave are laid over the ledger for the days that follow. No notice is
        written. Notices that wait are taken as delivered today.

        :param company: ``res.company``
        :param int days: number of days, today included
        :param profile_ids: ids of the ``credit.profile`` asked about; all when None
        :return: dicts of ``date``, ``profile_id``, ``partner_id``, ``policy_id``,
            ``level_id``, ``claims`` (number) and ``amount`` (company's currency)
        :rtype: list[dict]
        """
        today = company._dunning_today()[company]
        pipeline = self.env["dunning.pipeline"].sudo()
        self.env["credit.profile"].sudo()._ensure_profiles(company)
        self._prepare_overlay(company, today)
        scope = pipeline._scope(company, today, profile_ids, overlay=True)
        rows, events = [], {}
        for offset in range(days):
            day = today + timedelta(offset)
            customers = self._preview_customers(events, day) if offset else None
            if customers is not None and not customers:
                continue
            scope = scope._replace(date=day)
            if customers is not None:
                contacts = pipeline._contact_ids(customers)
                scope = scope._replace(contact_ids=contacts)
            pipeline._make_tables(scope)
            rows += self._preview_rows(day)
            events.update(self._next_events(day))
            self._advance_overlay(day)
        return rows

    def _preview_customers(self, events, day):
        """Return the customers of whom a day may say something new."""
        return tuple(
            customer for customer, event in events.items() if event and event <= day
        )

    def _next_events(self, day):
        """Return ``{customer id: day}`` when the last computation has to be made anew.

        That is when a claim becomes due, a hold or a wait ends, or the day after a
        notice.
        """
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT item.customer_id,
                           least(min(item.due + 1) FILTER (WHERE item.due >= %(day)s),
                                 min(promise.until + 1),
                                 min(greatest(result.until, %(day)s + 1))
                                     FILTER (WHERE result.until >= %(day)s),
                                 min(result.until + 1)
                                     FILTER (WHERE result.until >= %(day)s),
                                 min(%(day)s + 1) FILTER (WHERE result.kind = 'claim'))
                      FROM plan_item item
                      LEFT JOIN plan_result result USING (id)
                      LEFT JOIN (SELECT * FROM plan_promise
                                  UNION ALL SELECT * FROM plan_plan) promise USING (id)
                     WHERE item.customer_id IS NOT NULL
                     GROUP BY item.customer_id
                    """,
                    day=SQL("%s::date", day),
                )
            )
        )

    def _prepare_overlay(self, company, day):
        """Make the tables of simulated positions, with what waits to be sent."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            DROP TABLE IF EXISTS pg_temp.plan_overlay, pg_temp.plan_overlay_notice;
            CREATE TEMPORARY TABLE plan_overlay (
                move_line_id int PRIMARY KEY, level_id int, date date) ON COMMIT DROP;
            CREATE TEMPORARY TABLE plan_overlay_notice (
                profile_id int, date date) ON COMMIT DROP
            """
        )
        waiting = SQL(
            "company_id = %s AND state IN ('draft', 'approved')", company.id
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO plan_overlay
                SELECT line.move_line_id,
                       CASE WHEN level.policy_id = notice.policy_id
                            THEN line.level_id END, %(day)s
                  FROM (SELECT * FROM dunning_notice WHERE %(waiting)s) notice
                  JOIN dunning_notice_line line ON line.notice_id = notice.id
                  JOIN dunning_level level ON level.id = line.level_id
                 WHERE line.is_live AND line.kind = 'claim'
                """,
                day=day,
                waiting=waiting,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO plan_overlay_notice
                SELECT notice.profile_id, %(day)s
                  FROM (SELECT * FROM dunning_notice WHERE %(waiting)s) notice
                  JOIN dunning_level level ON level.id = notice.level_id
                 WHERE %(counts)s
                """,
                day=day,
                waiting=waiting,
                counts=self.env["dunning.pipeline"]._counts_for_spacing(),
            )
        )

    def _preview_rows(self, day):
        """Return the notices of the day just computed."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT %s::date AS date, notice.profile_id,
                       notice.customer_id AS partner_id, notice.policy_id,
                       notice.level_id, figure.claims, figure.amount
                  FROM plan_notice notice
                  JOIN (SELECT line.notice_no,
                               count(*) FILTER (WHERE line.kind = 'claim') AS claims,
                               round(sum((line.claimed + least(line.residual, 0))
                                         / rate.rate), 2)::float AS amount
                          FROM plan_line line
                          JOIN plan_rate rate USING (currency_id)
                         GROUP BY line.notice_no) figure
                    ON figure.notice_no = notice.no
                 ORDER BY notice.no
                """,
                day,
            )
        )

    def _advance_overlay(self, day):
        """Take the notices of the day just computed as delivered."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO plan_overlay
                SELECT result.id,
                       CASE WHEN level.policy_id = result.policy_id
                            THEN result.level_id END, %s
                  FROM plan_result result
                  JOIN dunning_level level ON level.id = result.level_id
                 WHERE result.kind = 'claim'
                    ON CONFLICT (move_line_id) DO UPDATE
                   SET date = excluded.date,
                       level_id = coalesce(excluded.level_id, plan_overlay.level_id)
                """,
                day,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO plan_overlay_notice
                SELECT notice.profile_id, %s
                  FROM plan_notice notice
                  JOIN dunning_level level ON level.id = notice.level_id
                 WHERE %s
                """,
                day,
                self.env["dunning.pipeline"]._counts_for_spacing(),
            )
        )
