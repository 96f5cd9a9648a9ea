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
    "amount_collectable",
    "worklist_gain",
    "worklist_level_id",
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
            ("decide", "Decide what follows"),
            ("call", "Make the planned call"),
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
    @api.depends(
        "partner_id",
        "company_id",
        "hold_until",
        "reply_date",
        "legal_status",
        "legal_date",
        "risk_class",
    )
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
                "amount_residual_currency",
                "company_id",
                "currency_id",
                "date",
                "date_maturity",
                "dunning_level_id",
                "move_id",
                "no_followup",
                "parent_state",
                "partner_id",
                "reconciled",
            ],
            "account.account": ["account_type", "non_trade"],
            "account.payment": ["invoice_ids", "move_id", "state"],
            "payment.transaction": ["invoice_ids", "state"],
            "account.move": [
                "amount_residual",
                "dunning_origin",
                "invoice_date",
                "payment_state",
                "state",
            ],
            "res.partner": ["commercial_partner_id"],
            "credit.profile": [
                "partner_id",
                "company_id",
                "hold_until",
                "reply_date",
                "legal_status",
                "legal_date",
                "risk_class",
            ],
            "credit.promise": None,
            "credit.dispute": None,
            "dunning.notice": ["profile_id", "state", "date", "date_sent"],
            "dunning.notice.line": ["notice_id", "move_line_id", "is_live"],
            "dunning.delivery": ["profile_id", "channel", "state"],
            "credit.call": ["profile_id", "date", "next_date"],
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
                # compiling the statement that follows takes longer than running it
                "SET LOCAL jit = off;"
                " SELECT id FROM credit_profile WHERE id = ANY(%s)"
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
                    days_overdue, next_action, next_action_date, priority,
                    amount_collectable, worklist_gain, worklist_level_id, figures_date)
                 = (f.amount_due, f.amount_overdue, f.amount_credit, f.oldest_due_date,
                    f.days_overdue, f.next_action, f.next_action_date, f.priority,
                    f.amount_collectable, f.worklist_gain, f.worklist_level_id,
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
            WITH asked AS MATERIALIZED (
                SELECT p.id, p.partner_id, p.company_id, p.hold_until,
                       p.legal_status, p.risk_class,
                       p.reply_date::date AS reply_date, d.today %(more)s
                  FROM credit_profile p
                  JOIN (VALUES %(days)s) d(company_id, today) USING (company_id)
                 WHERE p.id = ANY(%(ids)s)
            ), lines AS MATERIALIZED (%(lines)s),
            items AS MATERIALIZED (%(items)s),
            collectable AS MATERIALIZED (%(collectable)s),
            events AS MATERIALIZED (%(events)s), amounts AS (
                SELECT a.*, COALESCE(i.amount_due, 0) AS amount_due,
                       COALESCE(i.amount_overdue, 0) AS amount_overdue,
                       COALESCE(i.amount_credit, 0) AS amount_credit,
                       i.oldest_due_date, i.worklist_level_id,
                       GREATEST(a.today - i.oldest_due_date, 0) AS days_overdue,
                       COALESCE(c.collectable, 0) AS collectable,
                       COALESCE(c.contested, 0) AS contested,
                       COALESCE(c.freshness, 1) AS freshness,
                       e.failed, e.review, e.broken, e.promised, e.dispute,
                       e.breaches, e.last_sent, e.call, e.last_call, e.call_again
                  FROM asked a
                  LEFT JOIN items i ON i.id = a.id
                  LEFT JOIN collectable c ON c.id = a.id
                  LEFT JOIN events e ON e.id = a.id
            )
            SELECT m.id, m.amount_due, m.amount_overdue, m.amount_credit,
                   m.oldest_due_date, COALESCE(m.days_overdue, 0) AS days_overdue,
                   n.next_action, n.next_action_date,
                   COALESCE(n.weight, 0) * 100
                   + LEAST(99, FLOOR(6 * LN(1 + m.amount_overdue)))::int AS priority,
                   m.worklist_level_id,
                   ROUND(w.collectable, 2) AS amount_collectable,
                   ROUND(w.collectable * w.chance, 2) AS worklist_gain
              FROM amounts m
              LEFT JOIN LATERAL (%(actions)s) n ON TRUE
             CROSS JOIN LATERAL (%(worklist)s) w
            """,
            more=self._figures_columns(),
            days=SQL(", ").join(
                SQL("(%s, %s::date)", company.id, company._dunning_today()[company])
                for company in companies
            ),
            ids=list(ids),
            lines=self._figures_lines(ids, companies._trade_receivable_ids()),
            items=self._figures_items(),
            collectable=self._figures_collectable(ids),
            events=self._figures_events(ids),
            actions=self._figures_actions(),
            worklist=self._figures_worklist(),
        )

    @api.model
    def _figures_columns(self):
        """Return more columns of ``credit_profile p`` that the figures need.

        Extended by: whatever knows of more to do, see :meth:`_figures_actions`.
        """
        return SQL()

    @api.model
    def _figures_items(self):
        """Return the query of the open items, summed by profile."""
        return SQL(
            """
            SELECT l.id,
                   SUM(l.residual) FILTER (WHERE l.residual > 0) AS amount_due,
                   SUM(l.residual) FILTER (WHERE l.is_overdue) AS amount_overdue,
                   -SUM(l.residual) FILTER (WHERE l.residual < 0) AS amount_credit,
                   MIN(l.due) FILTER (WHERE l.residual > 0) AS oldest_due_date,
                   (ARRAY_AGG(v.id ORDER BY v.sequence DESC, v.id DESC) FILTER (
                       WHERE l.is_overdue AND v.id IS NOT NULL
                   ))[1] AS worklist_level_id
              FROM lines l
              LEFT JOIN dunning_level v ON v.id = l.dunning_level_id
             GROUP BY l.id
            """
        )

    @api.model
    def _figures_events(self, ids):
        """Return the query of what happened to each profile: dates.

        Rows of each kind one below the other, then summed up: no join that could be
        planned badly while a table is new.
        """
        return SQL(
            """
            SELECT e.id, MIN(e.failed) AS failed, MIN(e.review) AS review,
                   MAX(e.last_sent) AS last_sent, MAX(e.broken) AS broken,
                   MIN(e.promised) AS promised, COUNT(e.breach) AS breaches,
                   MIN(e.dispute) AS dispute, MIN(e.call) AS call,
                   MAX(e.last_call) AS last_call, MAX(e.call_again) AS call_again
              FROM (
                    SELECT profile_id AS id,
                           CASE WHEN state = 'failed' THEN date END AS failed,
                           CASE WHEN state = 'draft' THEN date END AS review,
                           CASE WHEN state = 'sent' THEN date_sent END AS last_sent,
                           NULL::date AS broken, NULL::date AS promised,
                           NULL::date AS breach, NULL::date AS dispute,
                           NULL::date AS call, NULL::date AS last_call,
                           NULL::date AS call_again
                      FROM dunning_notice
                     WHERE state IN ('draft', 'failed', 'sent')
                       AND profile_id = ANY(%(ids)s)
                     UNION ALL
                    SELECT promise.profile_id, NULL, NULL, NULL,
                           CASE WHEN state IN ('broken', 'partly') THEN date END,
                           CASE WHEN state = 'pending' THEN date END,
                           CASE WHEN state = 'broken' AND date > today - 365
                                THEN date END,
                           NULL, NULL, NULL, NULL
                      FROM credit_promise promise
                      JOIN asked ON asked.id = promise.profile_id
                     WHERE state IN ('broken', 'partly', 'pending')
                       AND promise.profile_id = ANY(%(ids)s)
                     UNION ALL
                    SELECT profile_id, NULL, NULL, NULL, NULL, NULL, NULL,
                           CASE WHEN state = 'open' THEN date_deadline
                                ELSE date_credit_due END, NULL, NULL, NULL
                      FROM credit_dispute d
                     WHERE profile_id = ANY(%(ids)s)
                       AND (state = 'open' OR (%(uncredited)s))
                     UNION ALL
                    SELECT profile_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                           date_queued::date, NULL, NULL
                      FROM dunning_delivery
                     WHERE channel = 'call' AND state = 'queued'
                       AND profile_id = ANY(%(ids)s)
                     UNION ALL
                   (SELECT DISTINCT ON (profile_id)
                           profile_id, NULL::date, NULL::date, NULL::date, NULL::date,
                           NULL::date, NULL::date, NULL::date, k.next_date,
                           k.date::date, k.next_date
                      FROM credit_call k
                     WHERE profile_id = ANY(%(ids)s)
                     ORDER BY profile_id, k.date DESC, k.id DESC)
                   ) e
             GROUP BY e.id
            """,
            ids=list(ids),
            uncredited=self.env["credit.dispute"]._missing_credit_sql(SQL("d")),
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
                    ('decide', m.today, 6, 5, m.collectable > 0 AND %(decide)s),
                    ('call', m.call, 7, 5, m.call <= m.today AND m.collectable > 0),
                    ('promise', m.promised, 8, 2, m.promised IS NOT NULL),
                    ('hold', m.hold_until, 9, 1, m.hold_until >= m.today),
                    ('remind', m.today, 10, 4, m.amount_overdue > 0),
                    ('dispute', m.dispute, 11, 1, m.dispute >= m.today),
                    ('due', m.oldest_due_date, 12, 0, m.oldest_due_date >= m.today)
                   ) v(next_action, next_action_date, rank, weight, is_true)
             WHERE v.is_true
             ORDER BY v.rank
             LIMIT 1
            """,
            decide=self._figures_decide(),
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
