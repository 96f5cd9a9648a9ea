from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import fields, models
from odoo.tools import SQL

# how far the next open day is looked for
MAX_CLOSED_DAYS = 60


class DunningPipeline(models.AbstractModel):
    """Policies, their levels, and the step each claim is at."""

    _inherit = "dunning.pipeline"

    # === POLICIES, LEVELS === #
    def _ladders(self):
        """Return the active policies, each with its active levels, lowest first."""
        current = self.sudo().with_context(active_test=True).env
        policies = current["dunning.policy"].search([])
        levels = current["dunning.level"].search([("policy_id", "in", policies.ids)])
        by_policy = levels.grouped("policy_id")
        return {policy: by_policy.get(policy, levels.browse()) for policy in policies}

    def _step_policy(self, scope):
        """The policies, with whether they work on the day or when they do next."""
        company = self.env["res.company"].browse(scope.company_id)
        rows = []
        open_days = {}
        for policy in scope.ladders:
            calendar = policy.calendar_id
            if calendar not in open_days:
                open_days[calendar] = self._next_open_day(
                    calendar, company, scope.date
                )
            rows.append(
                (
                    policy.id,
                    policy.climb == "direct",
                    policy.grouping,
                    policy.min_days_between,
                    round(policy.hold_out_percent * 100),
                    open_days[calendar] == scope.date,
                    open_days[calendar],
                )
            )
        columns = {
            "policy_id": "int",
            "is_direct": "bool",
            "grouping": "text",
            "min_days": "int",
            "hold_out": "int",
            "is_open": "bool",
            "next_open": "date",
        }
        return self._values(columns, rows)

    def _next_open_day(self, calendar, company, day):
        """Return the first day from ``day`` on with working time, or None."""
        if not calendar:
            return day
        zone = timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(day, time.min))
        stop = start + timedelta(days=MAX_CLOSED_DAYS)
        domain = [
            ("time_type", "=", "leave"),
            # a branch closes when the company above it does
            ("company_id", "in", [False, *company.sudo().parent_ids.ids]),
        ]
        intervals = calendar.sudo()._work_intervals_batch(start, stop, domain=domain)
        return min(
            (begin.astimezone(zone).date() for begin, _end, _meta in intervals[False]),
            default=None,
        )

    def _rates(self, scope):
        """Return pairs (currency id, units for one unit of the company's currency)."""
        company = self.env["res.company"].browse(scope.company_id)
        currencies = (
            self.env["res.currency"].sudo().with_context(active_test=False).search([])
        )
        rates = currencies._get_rates(company, fields.Date.to_string(scope.date))
        own = rates[company.currency_id.id]
        return [(currency_id, rate / own) for currency_id, rate in rates.items()]

    def _thresholds(self, levels):
        """Return the threshold of each level as (kind of base date, days after it).

        ``previous`` adds its days to the threshold of the level before; the first
        level counts from the due date then.
        """
        thresholds = []
        for level in levels:
            kind, days = level.delay_from, level.delay_days
            if kind == "previous":
                kind, former = thresholds[-1] if thresholds else ("due_date", 0)
                days += former
            thresholds.append((kind, days))
        return thresholds

    def _is_pre_due(self, level):
        """Tell whether the level reminds before the due date."""
        return level.delay_from == "due_date" and level.delay_days < 0

    def _step_level(self, scope):
        """The active levels; ``rank`` is their place in the policy, from 1."""
        rows = [
            (
                policy.id,
                level.id,
                rank,
                level.sequence,
                self._is_pre_due(level),
                level.min_amount,
                level.min_share,
            )
            for policy, levels in scope.ladders.items()
            for rank, level in enumerate(levels, 1)
        ]
        columns = {
            "policy_id": "int",
            "level_id": "int",
            "rank": "int",
            "sequence": "int",
            "is_pre_due": "bool",
            "min_amount": "numeric",
            "min_share": "numeric",
        }
        return self._values(columns, rows)

    # === STEPS OF A POLICY === #
    def _places(self, levels):
        """Yield ``(is_overdue, own rank, floor, eligible ranks)`` for some levels.

        What may come next depends on nothing else, so it is worked out here once for
        all claims. An overdue claim has passed the levels before the due date.
        """
        pre_due = [self._is_pre_due(level) for level in levels]
        ranks = range(1, len(pre_due) + 1)
        passed = max((rank for rank in ranks if pre_due[rank - 1]), default=0)
        for is_overdue in (False, True):
            for own in range(len(pre_due) + 1):
                floor = max(own, passed) if is_overdue else own
                eligible = [
                    rank
                    for rank in ranks
                    if rank > floor and pre_due[rank - 1] != is_overdue
                ]
                yield is_overdue, own, floor, eligible

    def _step_step(self, scope):
        """By policy and position: the next level, and what its date counts from."""
        rows = []
        for policy, levels in scope.ladders.items():
            thresholds = self._thresholds(levels)
            pre_due = [self._is_pre_due(level) for level in levels]
            later = pre_due.index(False) if False in pre_due else None
            first = (None, None) if later is None else thresholds[later]
            for is_overdue, own, floor, eligible in self._places(levels):
                is_opened = own > 0 and not pre_due[own - 1]
                step = eligible[0] if eligible else 0
                rows.append(
                    (
                        policy.id,
                        is_overdue,
                        own,
                        levels[own - 1].id if own else None,
                        floor,
                        policy.climb == "direct",
                        levels[step - 1].id if step else None,
                        *(thresholds[step - 1] if step else (None, None)),
                        *(thresholds[own - 1] if is_opened else (None, None)),
                        *first,
                    )
                )
        columns = {
            "policy_id": "int",
            "is_overdue": "bool",
            "own_rank": "int",
            "own_level_id": "int",
            "floor": "int",
            "is_direct": "bool",
            "next_id": "int",
            "next_kind": "text",
            "next_days": "int",
            "base_kind": "text",
            "base_days": "int",
            "first_kind": "text",
            "first_days": "int",
        }
        return self._values(columns, rows)

    def _step_reach(self, scope):
        """For policies that climb directly: where each threshold reached leads to."""
        rows = []
        for policy, levels in scope.ladders.items():
            if policy.climb != "direct":
                continue
            thresholds = self._thresholds(levels)
            for is_overdue, own, _floor, eligible in self._places(levels):
                is_opened = own > 0 and not self._is_pre_due(levels[own - 1])
                for rank in eligible:
                    target = rank
                    if not is_opened:
                        target = self._opening(levels, eligible, rank)
                    rows.append(
                        (
                            policy.id,
                            is_overdue,
                            own,
                            rank,
                            *thresholds[rank - 1],
                            levels[target - 1].id,
                        )
                    )
        columns = {
            "policy_id": "int",
            "is_overdue": "bool",
            "own_rank": "int",
            "rank": "int",
            "kind": "text",
            "days": "int",
            "target_id": "int",
        }
        return self._values(columns, rows)

    def _opening(self, levels, eligible, rank):
        """Return the level that opens when ``rank`` is reached: not a formal one."""
        if not levels[rank - 1].is_formal:
            return rank
        milder = [r for r in eligible if r < rank and not levels[r - 1].is_formal]
        return milder[-1] if milder else rank

    # === POSITION OF THE CLAIMS === #
    def _step_own(self, scope):
        """Rank, in the policy of the claim, of the level last delivered.

        An archived level stands for the highest active one not above it; a level of
        another policy for the highest one with a sequence not above its own.
        """
        return SQL(
            """
            SELECT pair.policy_id, pair.own_id, max(level.rank) AS rank
              FROM (SELECT DISTINCT policy_id, own_id FROM plan_item
                     WHERE policy_id IS NOT NULL AND own_id IS NOT NULL) pair
              JOIN dunning_level own ON own.id = pair.own_id
              JOIN plan_level level
                ON level.policy_id = pair.policy_id
               AND CASE WHEN own.policy_id = pair.policy_id
                        THEN (level.sequence, level.level_id) <= (own.sequence, own.id)
                        ELSE level.sequence <= own.sequence END
             GROUP BY pair.policy_id, pair.own_id
            """
        )

    def _step_deadline(self, scope):
        """Claims whose days to pay, counted from the receipt of a letter, still run.

        ``day`` is the last of them, ``notice_id`` the notice that grants them.
        """
        return SQL(
            """
            SELECT DISTINCT ON (line.move_line_id) line.move_line_id AS id,
                   notice.id AS notice_id,
                   notice.date_received + level.deadline_days AS day
              FROM dunning_notice notice
              JOIN dunning_level level ON level.id = notice.level_id
              JOIN dunning_notice_line line ON line.notice_id = notice.id
             WHERE notice.date_received >= %(date)s::date - (
                       SELECT max(deadline_days) FROM dunning_level)
               AND notice.date_received + level.deadline_days >= %(date)s
               AND level.deadline_days > 0
               AND notice.state = 'sent' AND notice.company_id IN %(tree_ids)s
               AND line.kind = 'claim' AND line.is_delivered
          ORDER BY line.move_line_id, day DESC, notice.id
            """,
            date=scope.date,
            tree_ids=scope.tree_ids,
        )

    def _threshold(self, kind, days):
        """Return the day from which a level may go to ``claim``."""
        return SQL(
            """
            (CASE %(kind)s
             WHEN 'invoice_date' THEN claim.invoiced
             WHEN 'end_of_month' THEN (date_trunc('month', claim.due::timestamp)
                                       + interval '1 month - 1 day')::date
             ELSE claim.due END + %(days)s + claim.grace)
            """,
            kind=kind,
            days=days,
        )

    def _step_reached(self, scope):
        """Direct climb: the level reached, and the day the first one is.

        The level of the highest rank: the two as one number, so that no claims need
        to be sorted.
        """
        return SQL(
            """
            SELECT id,
                   (max(rank::bigint << 32 | target_id)
                        FILTER (WHERE threshold <= %(date)s) & 4294967295)::int
                        AS target_id,
                   min(threshold) AS first_on
              FROM (SELECT claim.id, reach.target_id, reach.rank,
                           %(threshold)s AS threshold
                      FROM plan_claim claim
                      JOIN plan_reach reach
                     USING (policy_id, is_overdue, own_rank)
                     WHERE claim.is_ours AND claim.residual > 0) climb
             GROUP BY id
            """,
            date=scope.date,
            threshold=self._threshold(SQL("reach.kind"), SQL("reach.days")),
        )

    def _step_position(self, scope):
        """Claims of the company: hard hold, own level, and the step that is due.

        ``target_id`` is the level of a step that is due; without one ``soft`` and
        ``soft_until`` say what is waited for. While the days to pay of a letter that
        was received run, to ``pay_by``, nothing but a forced level is due.
        """
        return SQL(
            """
            SELECT claim.id, claim.move_id, claim.profile_id, claim.customer_id,
                   claim.currency_id, claim.policy_id, claim.due, claim.residual,
                   claim.disputed, claim.demanded, claim.is_overdue, net.net,
                   step.own_level_id, step.floor, step.next_id,
                   forced.id IS NOT NULL AS is_forced,
                   CASE WHEN claim.hold IS NOT NULL THEN (%(codes)s)[claim.hold]
                        WHEN claim.is_overdue AND net.net <= 0 THEN 'covered'
                        WHEN claim.policy_id IS NULL THEN 'no_policy' END AS code,
                   claim.until, deadline.day AS pay_by,
                   CASE WHEN forced.id IS NOT NULL THEN forced.id
                        WHEN deadline.day IS NOT NULL THEN NULL
                        WHEN step.is_direct THEN reached.target_id
                        WHEN goal.day <= %(date)s THEN step.next_id END AS target_id,
                   CASE WHEN step.next_id IS NULL AND claim.is_overdue
                         AND deadline.day IS NULL
                        THEN 'last_level' ELSE 'not_yet' END AS soft,
                   greatest(
                       deadline.day + 1,
                       CASE WHEN step.is_direct AND step.next_id IS NOT NULL
                            THEN reached.first_on
                            WHEN step.next_id IS NOT NULL THEN goal.day
                            WHEN claim.is_overdue THEN NULL
                            WHEN step.first_days IS NULL THEN claim.due + 1
                            ELSE %(first)s END) AS soft_until
              FROM plan_claim claim
              LEFT JOIN plan_deadline deadline ON deadline.id = claim.id
              LEFT JOIN plan_net net
                     ON net.customer_id = claim.customer_id
                    AND net.currency_id = claim.currency_id
              LEFT JOIN plan_step step
                     ON step.policy_id = claim.policy_id
                    AND step.is_overdue = claim.is_overdue
                    AND step.own_rank = claim.own_rank
              LEFT JOIN plan_reached reached ON reached.id = claim.id
              LEFT JOIN dunning_level forced
                     ON forced.id = claim.forced_id
                    AND claim.policy_id IS NOT NULL
                    AND (claim.is_overdue OR (forced.delay_from = 'due_date'
                                              AND forced.delay_days < 0))
             CROSS JOIN LATERAL (SELECT %(goal)s AS day) goal
             WHERE claim.is_ours AND claim.residual > 0
            """,
            codes=SQL("%s::text[]", list(self._dunning_holds())),
            date=scope.date,
            first=self._threshold(SQL("step.first_kind"), SQL("step.first_days")),
            goal=self._goal(),
        )

    def _goal(self):
        """Return the day of the next level when climbing step by step.

        After a delivered level the distance between the two thresholds is kept, so
        that a late run does not make the next step come sooner.
        """
        return SQL(
            """
            CASE WHEN claim.own_date IS NULL THEN %(next)s
                 ELSE greatest(%(next)s, claim.own_date + (%(next)s - %(base)s)) END
            """,
            next=self._threshold(SQL("step.next_kind"), SQL("step.next_days")),
            base=SQL(
                "CASE WHEN step.base_kind IS NULL THEN claim.due ELSE %s END",
                self._threshold(SQL("step.base_kind"), SQL("step.base_days")),
            ),
        )

    def _step_early(self, scope):
        """Purses whose reminders before the due date are covered by open credits."""
        return SQL(
            """
            SELECT customer_id, currency_id
              FROM plan_position
             WHERE NOT is_overdue AND code IS NULL
               AND target_id IS NOT NULL AND net IS NOT NULL
             GROUP BY customer_id, currency_id, net
            HAVING net + sum(demanded) <= 0
            """
        )
