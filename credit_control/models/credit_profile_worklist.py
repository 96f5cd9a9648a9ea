from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# holds that are no reason to leave the customer alone: he answered, or a notice waits
# for a person; "promise", "plan" and "dispute" share out amounts and are subtracted
NOT_BLOCKING = ("in_notice", "no_partner", "plan", "promise", "dispute", "reply")
# days during which a reminder, or a call, is left to work by itself
PATIENCE = 10
# days overdue up to which nobody need act, since the first reminders are automatic
AUTOMATIC_DAYS = 15
# who is away for longer is forgotten
MAX_SNOOZE_DAYS = 366


class CreditProfile(models.Model):
    """The worklist: which customer is worth acting on today, and by how much.

    **Collectable** is what acting today may bring in: overdue claims that nothing
    holds (:meth:`DunningPipeline._dunning_holds`: on hold, no follow-up, insolvency,
    handed over, payment under way...), that no approved notice is about to demand,
    less what is promised, contested, or covered by open credits of the same currency.

    **Expected gain** = collectable x chance, the order of the worklist. The chance
    that acting helps is the product of three plain numbers, see
    :meth:`_figures_worklist`: what there is to do, the age of the claims, and how the
    customer behaves.
    """

    _inherit = "credit.profile"

    amount_collectable = fields.Monetary(
        string="Collectable now",
        compute="_compute_figures",
        store=True,
        help="Overdue, and neither held, promised, contested, covered by credits nor "
        "in a notice that is about to leave.",
    )
    worklist_gain = fields.Monetary(
        string="Expected gain",
        compute="_compute_figures",
        store=True,
        help="What acting today is expected to bring in: the collectable amount "
        "times the chance that acting helps. 0: nobody need act.",
    )
    worklist_level_id = fields.Many2one(
        "dunning.level",
        string="Last level",
        compute="_compute_figures",
        store=True,
        ondelete="set null",
        index="btree_not_null",
        help="The highest level that reached the customer, of what is overdue.",
    )
    snooze_until = fields.Date(
        string="Not now until",
        copy=False,
        help="The customer comes back to the worklist on this day.",
    )
    snooze_reason = fields.Char(string="Why not now", copy=False)
    industry_id = fields.Many2one(
        related="partner_id.industry_id", string="Sector", related_sudo=True
    )

    # serves the worklist: best first, of a company
    _worklist_idx = models.Index(
        "(company_id, worklist_gain DESC, id) WHERE worklist_gain > 0"
    )

    # === ACTIONS === #
    def action_open_snooze(self):
        """Open the wizard that takes these customers off the worklist for a while."""
        self._check_group("group_collector", self._deed_snooze())
        return self._action_wizard("credit_control.credit_snooze_action")

    def action_snooze(self, until, reason=None):
        """Take these customers off the worklist; they return on ``until``.

        Reminders go on: see :meth:`action_hold`.

        :param until: a day, tomorrow at the earliest
        :param str reason: why
        """
        self._check_group("group_collector", self._deed_snooze())
        self.check_access("write")
        until = fields.Date.to_date(until)
        today = max(self.company_id._dunning_today().values(), default=until)
        if not until or until <= today:
            raise UserError(
                self.env._("Choose the day of return: tomorrow at the earliest.")
            )
        if until > today + timedelta(days=MAX_SNOOZE_DAYS):
            raise UserError(
                self.env._(
                    "Choose a day of return within %(days)s days: a customer away for "
                    "longer is forgotten.",
                    days=MAX_SNOOZE_DAYS,
                )
            )
        self._write_snooze(until, (reason or "").strip())
        return True

    def action_wake(self):
        """Show these customers in the worklist again at once."""
        self._check_group("group_collector", self._deed_snooze())
        self.check_access("write")
        self._write_snooze(None, None)
        return True

    def _write_snooze(self, until, reason):
        """Write both by one statement, whatever the number of customers."""
        names = ["snooze_until", "snooze_reason"]
        self.flush_recordset(names)
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_profile
                   SET snooze_until = %s, snooze_reason = %s, write_uid = %s,
                       write_date = now() AT TIME ZONE 'UTC'
                 WHERE id = ANY(%s)
                """,
                until,
                reason or None,
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_recordset(names, flush=False)

    def _deed_snooze(self):
        return self.env._("say “not now” to a customer")

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _worklist_domain(self):
        """Return the domain of the customers that somebody should act on now."""
        today = max(self.env.companies._dunning_today().values())
        return Domain("worklist_gain", ">", 0) & (
            Domain("snooze_until", "=", False) | Domain("snooze_until", "<=", today)
        )

    # === QUERY === #
    @api.model
    def _figures_columns(self):
        """Add what tells whether a decision is due."""
        return SQL(
            "%s, p.decision_until, p.decision_date", super()._figures_columns()
        )

    @api.model
    def _figures_decide(self):
        """Return the condition on a row ``m`` that somebody has to decide."""
        return self._decision_due_sql("m")

    @api.model
    def _figures_lines(self, ids, account_ids):
        """Return the query of the open items of ``asked``, one row each.

        ``is_free`` tells the overdue ones that may be collected now. The aliases are
        those that the conditions of the holds expect.
        """
        holds = self.env["dunning.pipeline"]._dunning_holds()
        conditions = SQL(" OR ").join(
            SQL("(%s)", hold.condition)
            for code, hold in holds.items()
            if code not in NOT_BLOCKING
        )
        return SQL(
            """
            SELECT profile.id, line.move_id, line.currency_id,
                   line.amount_residual AS residual,
                   line.amount_residual_currency AS residual_currency,
                   COALESCE(line.date_maturity, line.date) AS due,
                   plan_day.day - COALESCE(line.date_maturity, line.date) AS age,
                   line.dunning_level_id,
                   line.amount_residual > 0
                   AND COALESCE(line.date_maturity, line.date) < plan_day.day
                       AS is_overdue,
                   CASE WHEN line.amount_residual > 0
                         AND COALESCE(line.date_maturity, line.date) < plan_day.day
                        THEN (%(conditions)s OR %(leaving)s OR %(pledged)s) IS NOT TRUE
                        ELSE FALSE END AS is_free
              FROM (SELECT id, today AS day FROM asked) plan_day
              JOIN credit_profile profile ON profile.id = plan_day.id
              JOIN res_partner contact
                ON contact.commercial_partner_id = profile.partner_id
              JOIN account_move_line line
                ON line.partner_id = contact.id
               AND line.company_id = profile.company_id
              JOIN account_move move ON move.id = line.move_id
             WHERE line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
               AND line.account_id IN %(account_ids)s
            """,
            conditions=conditions,
            leaving=self._figures_leaving(ids),
            pledged=self._figures_pledged(ids),
            account_ids=account_ids,
        )

    @api.model
    def _figures_leaving(self, ids):
        """Return the condition of a ``line`` that an approved notice demands.

        Looked up once for all, not line by line.
        """
        return SQL(
            """
            line.id IN (SELECT live.move_line_id
                          FROM dunning_notice notice
                          JOIN dunning_notice_line live ON live.notice_id = notice.id
                         WHERE notice.profile_id = ANY(%s)
                           AND notice.state = 'approved'
                           AND live.is_live AND live.move_line_id IS NOT NULL)
            """,
            list(ids),
        )

    @api.model
    def _figures_pledged(self, ids):
        """Return the condition of a ``line`` that a promise names."""
        return SQL(
            """
            line.id IN (SELECT rel.move_line_id
                          FROM asked
                          JOIN credit_promise promise ON promise.profile_id = asked.id
                          JOIN credit_promise_move_line_rel rel
                            ON rel.promise_id = promise.id
                         WHERE promise.profile_id = ANY(%s)
                           AND promise.state = 'pending'
                           AND promise.date + COALESCE(promise.grace_days, 0)
                               >= asked.today)
            """,
            list(ids),
        )

    @api.model
    def _figures_collectable(self, ids):
        """Return the query of what may be collected now, in the company's currency.

        Currencies never offset each other: credits, promises without items and
        contested amounts are taken off within their own. ``freshness`` tells how
        collectable the claims are by their age, weighted by amount.
        """
        return SQL(
            """
            SELECT c.id,
                   SUM(GREATEST(0, c.free - COALESCE(c.taken, 0)
                                   - COALESCE(c.disputed, 0))
                       * c.value / NULLIF(c.free, 0)) AS collectable,
                   SUM(LEAST(c.disputed, c.free) * c.value / NULLIF(c.free, 0))
                       AS contested,
                   SUM(c.fresh) / NULLIF(SUM(c.value), 0) AS freshness
              FROM (SELECT id, currency_id, SUM(free) AS free, SUM(value) AS value,
                           SUM(fresh) AS fresh, SUM(taken) AS taken,
                           SUM(disputed) AS disputed
                      FROM (%(free)s UNION ALL %(promised)s UNION ALL %(disputed)s) v
                     GROUP BY id, currency_id) c
             GROUP BY c.id
            """,
            free=self._collectable_free(),
            promised=self._collectable_promised(ids),
            disputed=self._collectable_disputed(ids),
        )

    @api.model
    def _collectable_free(self):
        """Return the rows of free claims, and of open credits as ``taken``."""
        return SQL(
            """
            SELECT id, currency_id,
                   CASE WHEN is_free THEN residual_currency END AS free,
                   CASE WHEN is_free THEN residual END AS value,
                   CASE WHEN is_free THEN residual
                        * CASE WHEN age <= 30 THEN 1 WHEN age <= 60 THEN 0.9
                               WHEN age <= 90 THEN 0.75 WHEN age <= 180 THEN 0.5
                               WHEN age <= 365 THEN 0.3 ELSE 0.15 END END AS fresh,
                   CASE WHEN residual < 0 THEN -residual_currency END AS taken,
                   NULL::numeric AS disputed
              FROM lines
            """
        )

    @api.model
    def _collectable_promised(self, ids):
        """Return the rows of promises that name no item, as ``taken``."""
        return SQL(
            """
            SELECT promise.profile_id, promise.currency_id, NULL, NULL, NULL,
                   promise.amount, NULL
              FROM asked
              JOIN credit_promise promise ON promise.profile_id = asked.id
             WHERE promise.profile_id = ANY(%s)
               AND promise.state = 'pending'
               AND promise.date + COALESCE(promise.grace_days, 0) >= asked.today
               AND promise.id NOT IN (
                   SELECT rel.promise_id
                     FROM credit_promise_move_line_rel rel
                     JOIN credit_promise named ON named.id = rel.promise_id
                    WHERE named.profile_id = ANY(%s))
            """,
            list(ids),
            list(ids),
        )

    @api.model
    def _collectable_disputed(self, ids):
        """Return the rows of contested amounts, capped at what is free of the entry."""
        return SQL(
            """
            SELECT l.id, l.currency_id, NULL, NULL, NULL, NULL,
                   LEAST(o.amount, SUM(l.residual_currency))
              FROM (SELECT move_id, SUM(amount) AS amount
                      FROM (%s) pausing
                     WHERE profile_id = ANY(%s)
                     GROUP BY move_id) o
              JOIN lines l ON l.move_id = o.move_id AND l.is_free
             GROUP BY l.id, l.currency_id, l.move_id, o.amount
            """,
            self.env["credit.dispute"]._pausing_query(
                SQL("(SELECT today FROM asked WHERE id = contest.profile_id)")
            ),
            list(ids),
        )

    @api.model
    def _figures_worklist(self):
        """Return the query of the collectable amount of a row ``m``, and the chance.

        The chance that acting helps = kind x age x behaviour:

        ======================  =====  ============================================
        kind: next action
        ======================  =====  ============================================
        answer the customer     0.60   he is listening, and waits for us
        promise broken          0.55   he admitted the debt
        failed notice           0.50   he never got the reminder
        planned call            0.50
        notice to review        0.45   one click lets it go
        late dispute            0.40   on the contested amount as well
        decision due            0.35
        anything else           0.25   0 as long as the automatic reminders are at
                                       work: not yet 15 days overdue, or a reminder
                                       or call in the last 10 days
        on hold                 0
        ======================  =====  ============================================

        Age of each claim, weighted by its amount: up to 30 days overdue 1, 60: 0.9,
        90: 0.75, 180: 0.5, 365: 0.3, older 0.15 (:meth:`_figures_collectable`).
        Behaviour: risk class a or b 1, none or c 0.9, d 0.7, e 0.5; times 0.85 for
        each promise broken in a year, three at most.
        Somebody who called and agreed on a next call waits for that day: 0.

        Extended by: overriding, with the same columns ``collectable``, ``chance``.
        """
        return SQL(
            """
            SELECT m.collectable + CASE n.next_action
                       WHEN 'dispute_late' THEN m.contested ELSE 0 END AS collectable,
                   CASE WHEN m.call_again > m.today THEN 0
                        WHEN n.next_action = 'answer' THEN 0.60
                        WHEN n.next_action = 'promise_broken' THEN 0.55
                        WHEN n.next_action IN ('failed', 'call') THEN 0.50
                        WHEN n.next_action = 'review' THEN 0.45
                        WHEN n.next_action = 'dispute_late' THEN 0.40
                        WHEN n.next_action = 'decide' THEN 0.35
                        WHEN n.next_action = 'hold'
                          OR m.days_overdue <= %(automatic)s
                          OR m.last_sent > m.today - %(patience)s
                          OR m.last_call > m.today - %(patience)s THEN 0
                        ELSE 0.25 END
                 * m.freshness
                 * CASE WHEN m.risk_class IN ('a', 'b') THEN 1
                        WHEN m.risk_class = 'd' THEN 0.7
                        WHEN m.risk_class = 'e' THEN 0.5
                        ELSE 0.9 END
                 * POWER(0.85, LEAST(3, COALESCE(m.breaches, 0))) AS chance
            """,
            automatic=AUTOMATIC_DAYS,
            patience=PATIENCE,
        )


class CreditCall(models.Model):
    """A call changes what is to be done next."""

    _inherit = "credit.call"

    @api.model_create_multi
    def create(self, vals_list):
        """Refresh the next action of the customers called."""
        calls = super().create(vals_list)
        calls.profile_id._request_refresh()
        return calls

    def write(self, vals):
        """Refresh the next action: the next call may be on another day."""
        result = super().write(vals)
        self.profile_id._request_refresh()
        return result

    def unlink(self):
        """Refresh the next action."""
        profiles = self.profile_id
        result = super().unlink()
        profiles._request_refresh()
        return result
