import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

FIGURES = (
    "amount_due",
    "amount_overdue",
    "amount_credit",
    "oldest_due_date",
    "days_overdue",
    "next_action",
    "next_action_date",
    "priority",
    "figures_date",
)
# a row that another transaction holds is tried again by the scheduled action
RETRY_DELAY = timedelta(minutes=1)


class CreditProfile(models.Model):
    """The figures of a profile: stored, computed by one statement for all.

    Two transactions that change the ledger of the same customer both have to write
    his row. The first one wins it; the other must neither wait nor fail, since it is
    somebody's payment or invoice. It leaves the row alone and queues the profile
    (:class:`CreditProfileRefresh`): a scheduled action, whose snapshot sees both
    changes, computes it again. ``figures_date`` makes every computation an update, so
    that a snapshot which does not see it can never write over it.
    """

    _inherit = "credit.profile"

    amount_due = fields.Monetary(
        compute="_compute_figures",
        store=True,
        help="All open claims, due or not, in the currency of the company.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue", compute="_compute_figures", store=True
    )
    amount_credit = fields.Monetary(
        string="Open credits",
        compute="_compute_figures",
        store=True,
        help="Credit notes and payments not yet used, as a positive sum.",
    )
    oldest_due_date = fields.Date(
        string="Oldest due date", compute="_compute_figures", store=True
    )
    days_overdue = fields.Integer(
        compute="_compute_figures",
        store=True,
        aggregator="max",
        help="Of the oldest overdue claim.",
    )
    next_action = fields.Selection(
        [
            ("answer", "Answer the customer"),
            ("failed", "Correct the undelivered notice"),
            ("promise_broken", "Call: promise broken"),
            ("review", "Review the notice"),
            ("dispute_late", "Settle the dispute"),
            ("promise", "Payment promised"),
            ("hold", "On hold"),
            ("dispute", "Dispute in progress"),
            ("remind", "Reminders in progress"),
            ("due", "First due date"),
        ],
        compute="_compute_figures",
        store=True,
    )
    next_action_date = fields.Date(compute="_compute_figures", store=True)
    priority = fields.Integer(
        compute="_compute_figures",
        store=True,
        aggregator="max",
        help="Higher comes first in the worklist: the hundreds tell the kind of "
        "action, the rest the overdue amount.",
    )
    figures_date = fields.Datetime(
        string="Figures as of", compute="_compute_figures", store=True
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "company_id", "hold_until", "reply_date")
    def _compute_figures(self):
        """Compute the figures of the rows that no other transaction holds.

        The others keep their values and are queued. Nothing is assigned on real
        records: the statement writes the rows, the cache is read again.
        """
        for profile in self.filtered(lambda profile: not profile.id):
            profile.update(
                {name: profile._origin[name] for name in FIGURES if profile._origin}
                or dict.fromkeys(FIGURES, False)
            )
        ids = [profile.id for profile in self if profile.id]
        if ids:
            self._flush_sources()
            missed = self._write_figures(ids)
            self.browse(ids).invalidate_recordset(FIGURES, flush=False)
            self._queue_refresh(missed)

    def _flush_sources(self):
        """Bring to the database all that the figures are read from."""
        for model, names in self._figure_sources().items():
            self.env[model].flush_model(names)

    @api.model
    def _figure_sources(self):
        """Return ``{model: [field names]}`` that the figures are read from.

        Extended by: add-ons whose :meth:`_figures_query` reads more.
        """
        return {
            "account.move.line": [
                "account_id",
                "amount_residual",
                "company_id",
                "date",
                "date_maturity",
                "parent_state",
                "partner_id",
                "reconciled",
            ],
            "account.account": ["account_type", "non_trade"],
            "res.partner": ["commercial_partner_id"],
            "credit.profile": ["partner_id", "company_id", "hold_until", "reply_date"],
            "credit.promise": ["profile_id", "state", "date"],
            "credit.dispute": ["profile_id", "state", "date_deadline"],
            "dunning.notice": ["profile_id", "state", "date"],
        }

    # === BUSINESS METHODS === #
    def _request_refresh(self):
        """Have the figures of these profiles computed before they are next read.

        Costs nothing by itself. Called by whatever changes what they are read from.
        """
        for name in FIGURES:
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _write_figures(self, ids):
        """Lock, compute and write; return the ids that another transaction holds.

        Never fails: whatever happens is undone up to the savepoint, logged, and the
        rows keep their values.

        :param list[int] ids: profiles
        :rtype: list[int]
        """
        try:
            with self.env.cr.savepoint(flush=False):
                won = self._lock_rows(ids)
                if won:
                    self.env.cr.execute(self._figures_update(won))
        except psycopg2.errors.SerializationFailure:
            # some row changed after our snapshot; find out which, by halves
            if len(ids) == 1:
                return list(ids)
            middle = len(ids) // 2
            return self._write_figures(ids[:middle]) + self._write_figures(ids[middle:])
        except Exception:
            _logger.exception("The figures of %s credit profiles are late", len(ids))
            return list(ids)
        return list(set(ids) - set(won))

    @api.model
    def _lock_rows(self, ids):
        """Lock the rows that are free, without waiting; return their ids."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM credit_profile WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
                list(ids),
            ),
            log_exceptions=False,  # a lost race is no error
        )
        return [profile_id for (profile_id,) in self.env.cr.fetchall()]

    @api.model
    def _queue_refresh(self, ids):
        """Have a scheduled action compute these profiles: rows are only added.

        :param list[int] ids: profiles
        """
        if not ids:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO credit_profile_refresh (profile_id)"
                " SELECT id FROM credit_profile WHERE id = ANY(%s)",
                list(ids),
            )
        )
        cron = self.env.ref("credit_control.cron_refresh_queue", False)
        if cron:
            cron._trigger(at=fields.Datetime.now() + RETRY_DELAY)

    # === QUERY === #
    @api.model
    def _figures_update(self, ids):
        """Return the statement that writes the figures of ``ids``."""
        return SQL(
            """
            UPDATE credit_profile p
               SET (amount_due, amount_overdue, amount_credit, oldest_due_date,
                    days_overdue, next_action, next_action_date, priority, figures_date)
                 = (f.amount_due, f.amount_overdue, f.amount_credit, f.oldest_due_date,
                    f.days_overdue, f.next_action, f.next_action_date, f.priority,
                    clock_timestamp() AT TIME ZONE 'UTC')
              FROM (%s) f
             WHERE p.id = f.id
            """,
            self._figures_query(ids),
        )

    @api.model
    def _figures_query(self, ids):
        """Return the query of the figures: one row per profile of ``ids``."""
        companies = self.env["res.company"].sudo().search([])
        return SQL(
            """
            WITH asked AS (
                SELECT p.id, p.partner_id, p.company_id, p.hold_until,
                       p.reply_date::date AS reply_date, d.today
                  FROM credit_profile p
                  JOIN (VALUES %(days)s) d(company_id, today) USING (company_id)
                 WHERE p.id = ANY(%(ids)s)
            ), items AS (%(items)s), events AS (%(events)s), amounts AS (
                SELECT a.*, COALESCE(i.amount_due, 0) AS amount_due,
                       COALESCE(i.amount_overdue, 0) AS amount_overdue,
                       COALESCE(i.amount_credit, 0) AS amount_credit,
                       i.oldest_due_date,
                       GREATEST(a.today - i.oldest_due_date, 0) AS days_overdue,
                       e.failed, e.review, e.broken, e.promised, e.dispute
                  FROM asked a
                  LEFT JOIN items i ON i.id = a.id
                  LEFT JOIN events e ON e.id = a.id
            )
            SELECT m.id, m.amount_due, m.amount_overdue, m.amount_credit,
                   m.oldest_due_date, COALESCE(m.days_overdue, 0) AS days_overdue,
                   n.next_action, n.next_action_date,
                   COALESCE(n.weight, 0) * 100
                   + LEAST(99, FLOOR(6 * LN(1 + m.amount_overdue)))::int AS priority
              FROM amounts m
              LEFT JOIN LATERAL (%(actions)s) n ON TRUE
            """,
            days=SQL(", ").join(
                SQL("(%s, %s::date)", company.id, company._dunning_today()[company])
                for company in companies
            ),
            ids=list(ids),
            items=self._figures_items(companies._trade_receivable_ids()),
            events=self._figures_events(),
            actions=self._figures_actions(),
        )

    @api.model
    def _figures_items(self, account_ids):
        """Return the query of the open items, summed by profile of ``asked``."""
        return SQL(
            """
            SELECT a.id,
                   SUM(l.amount_residual) FILTER (WHERE l.amount_residual > 0)
                       AS amount_due,
                   SUM(l.amount_residual) FILTER (
                       WHERE l.amount_residual > 0
                         AND COALESCE(l.date_maturity, l.date) < a.today
                   ) AS amount_overdue,
                   -SUM(l.amount_residual) FILTER (WHERE l.amount_residual < 0)
                       AS amount_credit,
                   MIN(COALESCE(l.date_maturity, l.date))
                       FILTER (WHERE l.amount_residual > 0) AS oldest_due_date
              FROM asked a
              JOIN res_partner c ON c.commercial_partner_id = a.partner_id
              JOIN account_move_line l
                ON l.partner_id = c.id AND l.company_id = a.company_id
             WHERE l.parent_state = 'posted'
               AND l.reconciled IS NOT TRUE
               AND l.account_id IN %s
             GROUP BY a.id
            """,
            account_ids,
        )

    @api.model
    def _figures_events(self):
        """Return the query of what happened to each profile of ``asked``: dates."""
        return SQL(
            """
            SELECT a.id, n.failed, n.review, p.broken, p.promised, d.dispute
              FROM asked a
              LEFT JOIN (
                   SELECT profile_id,
                          MIN(date) FILTER (WHERE state = 'failed') AS failed,
                          MIN(date) FILTER (WHERE state = 'draft') AS review
                     FROM dunning_notice
                    WHERE state IN ('draft', 'failed')
                      AND profile_id IN (SELECT id FROM asked)
                    GROUP BY profile_id
                   ) n ON n.profile_id = a.id
              LEFT JOIN (
                   SELECT profile_id,
                          MAX(date) FILTER (WHERE state = 'broken') AS broken,
                          MIN(date) FILTER (WHERE state = 'pending') AS promised
                     FROM credit_promise
                    WHERE state IN ('broken', 'pending')
                      AND profile_id IN (SELECT id FROM asked)
                    GROUP BY profile_id
                   ) p ON p.profile_id = a.id
              LEFT JOIN (
                   SELECT profile_id, MIN(date_deadline) AS dispute
                     FROM credit_dispute
                    WHERE state = 'open'
                      AND profile_id IN (SELECT id FROM asked)
                    GROUP BY profile_id
                   ) d ON d.profile_id = a.id
            """
        )

    @api.model
    def _figures_actions(self):
        """Return the query of the next action of a row ``m``: the first one.

        The rank tells which action is shown, the weight how urgent the customer is.

        Extended by: add-ons that know of more to do.
        """
        return SQL(
            """
            SELECT v.next_action, v.next_action_date, v.weight
              FROM (VALUES
                    ('answer', m.reply_date, 1, 9, m.reply_date IS NOT NULL),
                    ('failed', m.failed, 2, 8, m.failed IS NOT NULL),
                    ('promise_broken', m.today, 3, 7,
                     m.broken > m.today - 60 AND m.promised IS NULL
                     AND m.amount_overdue > 0),
                    ('review', m.review, 4, 6, m.review IS NOT NULL),
                    ('dispute_late', m.dispute, 5, 5, m.dispute < m.today),
                    ('promise', m.promised, 6, 2, m.promised IS NOT NULL),
                    ('hold', m.hold_until, 7, 1, m.hold_until >= m.today),
                    ('remind', m.today, 8, 4, m.amount_overdue > 0),
                    ('dispute', m.dispute, 9, 1, m.dispute >= m.today),
                    ('due', m.oldest_due_date, 10, 0, m.oldest_due_date >= m.today)
                   ) v(next_action, next_action_date, rank, weight, is_true)
             WHERE v.is_true
             ORDER BY v.rank
             LIMIT 1
            """
        )


class CreditProfileRefresh(models.Model):
    """Profiles whose figures another transaction held: rows are added and removed."""

    _name = "credit.profile.refresh"
    _description = "Credit profile to refresh"
    _order = "id"
    _log_access = False

    profile_id = fields.Many2one(
        "credit.profile", required=True, index=True, ondelete="cascade"
    )

    @api.model
    def _cron_refresh_queue(self, limit=1000):
        """Refresh the queued profiles; those held again wait for the next turn."""
        newest = self.search([], limit=1, order="id desc")
        domain = [("id", "<=", newest.id or 0)]
        while self._process_queue(domain, limit):
            remaining = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(limit, remaining=remaining):
                break

    @api.model
    def _process_queue(self, domain, limit=1000):
        """Refresh the profiles of the oldest rows of ``domain``; one batch.

        :param int limit: rows of the batch
        :return: the number of rows done
        :rtype: int
        """
        rows = self.search(domain, limit=limit, order="id").try_lock_for_update()
        profiles = rows.profile_id
        done = len(rows)
        rows.unlink()
        if profiles:
            profiles._request_refresh()
            self.env.flush_all()
        return done
