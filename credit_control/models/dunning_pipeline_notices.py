from odoo import api, models
from odoo.tools import SQL

# days past due after which the hold-out is reminded like everybody else
HOLD_OUT_DAYS = 30


class DunningPipeline(models.AbstractModel):
    """Minimums, waiting, grouping: which steps make a notice."""

    _inherit = "dunning.pipeline"

    # === AMOUNTS === #
    def _step_balance(self, scope):
        """All open claims of each profile, in the company's currency."""
        return SQL(
            """
            SELECT position.profile_id, sum(position.residual / rate.rate) AS claims
              FROM plan_position position
              JOIN plan_rate rate USING (currency_id)
             WHERE position.profile_id IS NOT NULL
             GROUP BY position.profile_id
            """
        )

    def _step_purse(self, scope):
        """What is demanded by profile, policy and currency, and what credits leave.

        Claims without a hard hold, due or about to be reminded; the open credits of
        the customer in the company. ``net`` may be below zero.
        """
        return SQL(
            """
            SELECT demand.profile_id, demand.policy_id, demand.currency_id,
                   demand.demanded + coalesce(credit.residual, 0) AS net
              FROM (SELECT profile_id, policy_id, currency_id,
                           sum(demanded) AS demanded
                      FROM (%(demand)s) claim
                     GROUP BY profile_id, policy_id, currency_id) demand
              LEFT JOIN (%(credit)s) credit USING (profile_id, currency_id)
            """,
            demand=self._demand(),
            credit=self._own_credits(),
        )

    def _demand(self):
        """Query of the claims that are demanded, or would be."""
        return SQL(
            """
            SELECT position.profile_id, position.policy_id, position.move_id,
                   position.currency_id, position.demanded
              FROM plan_position position
              LEFT JOIN plan_early early USING (customer_id, currency_id)
             WHERE position.code IS NULL
               AND (position.is_overdue OR (position.target_id IS NOT NULL
                                            AND early.customer_id IS NULL))
            """
        )

    def _own_credits(self):
        """Query of the open credits of each customer in the company, by currency."""
        return SQL(
            """
            SELECT profile_id, currency_id, sum(residual) AS residual
              FROM plan_claim
             WHERE is_ours AND residual < 0 AND profile_id IS NOT NULL
             GROUP BY profile_id, currency_id
            """
        )

    def _step_sum(self, scope):
        """What is demanded by profile and policy, and by invoice where that groups.

        Open credits are deducted from what is demanded in their currency, down to
        nothing: they never pay what is owed in another one. From a single invoice they
        are not deducted (``move_id`` 0: not one invoice).
        """
        return SQL(
            """
            SELECT purse.profile_id, purse.policy_id, 0 AS move_id,
                   sum(greatest(purse.net, 0) / rate.rate) AS amount
              FROM plan_purse purse
              JOIN plan_rate rate USING (currency_id)
             GROUP BY purse.profile_id, purse.policy_id
             UNION ALL
            SELECT demand.profile_id, demand.policy_id, demand.move_id,
                   sum(demand.demanded / rate.rate)
              FROM (%s) demand
              JOIN plan_rate rate USING (currency_id)
              JOIN plan_policy policy USING (policy_id)
             WHERE policy.grouping = 'invoice'
             GROUP BY demand.profile_id, demand.policy_id, demand.move_id
            """,
            self._demand(),
        )

    # === WHAT STILL STOPS A DUE STEP === #
    def _step_spacing(self, scope):
        """Day of the last notice of a profile that counts for the spacing.

        Reminders before the due date do not, nor what was only a call. A letter of
        which the receipt is known counts from that day.
        """
        overlay = SQL(
            "UNION ALL SELECT profile_id, date FROM plan_overlay_notice"
            if scope.overlay
            else ""
        )
        return SQL(
            """
            SELECT profile_id, max(date) AS date
              FROM (SELECT notice.profile_id, %(counted)s AS date
                      FROM dunning_notice notice
                      JOIN dunning_level level ON level.id = notice.level_id
                     WHERE notice.state = 'sent' AND %(counts)s
                       AND notice.profile_id IN (
                           SELECT profile_id FROM plan_position
                            WHERE code IS NULL AND target_id IS NOT NULL)
                    %(overlay)s) sent
             GROUP BY profile_id
            """,
            counts=self._counts_for_spacing(),
            counted=self.env["dunning.notice"]._sql_counted("notice"),
            overlay=overlay,
        )

    def _counts_for_spacing(self):
        """Condition on ``level``: a notice of it delays the next one."""
        return SQL(
            """
            NOT (level.delay_from = 'due_date' AND level.delay_days < 0)
            AND NOT (coalesce(level.plan_call, FALSE)
                     AND NOT coalesce(level.send_email, FALSE)
                     AND NOT coalesce(level.send_letter, FALSE)
                     AND NOT coalesce(level.send_registered, FALSE)
                     AND NOT coalesce(level.send_sms, FALSE))
            """
        )

    def _step_due(self, scope):
        """Due steps with the level they go at, and the first reason to wait.

        When the amount is not enough for the level, the next lower one above the
        position of the claim for which it is. Credits of the company may cover all
        that it demands although the customer owes another one of the tree more.
        """
        return SQL(
            """
            SELECT position.id, position.profile_id, position.policy_id,
                   position.customer_id, position.move_id, position.due,
                   position.is_forced, policy.grouping, policy.min_days,
                   level.id AS level_id, level.sequence,
                   CASE WHEN NOT policy.is_open THEN 'closed_day'
                        WHEN position.is_forced THEN NULL
                        WHEN %(held_out)s THEN 'hold_out'
                        WHEN %(settled)s THEN 'covered'
                        WHEN fit.level_id IS NULL THEN 'below_minimum'
                        WHEN %(date)s < spacing.date + policy.min_days THEN 'spacing'
                    END AS soft,
                   CASE WHEN NOT policy.is_open THEN policy.next_open
                        WHEN position.is_forced THEN NULL
                        WHEN %(held_out)s THEN position.due + %(held_out_days)s
                        WHEN %(settled)s OR fit.level_id IS NULL THEN NULL
                        WHEN %(date)s < spacing.date + policy.min_days
                        THEN spacing.date + policy.min_days END AS soft_until
              FROM plan_position position
              JOIN plan_policy policy USING (policy_id)
              LEFT JOIN plan_early early USING (customer_id, currency_id)
              LEFT JOIN plan_spacing spacing USING (profile_id)
              LEFT JOIN plan_balance balance USING (profile_id)
              LEFT JOIN plan_purse purse USING (profile_id, policy_id, currency_id)
              LEFT JOIN plan_sum demand
                     ON demand.profile_id = position.profile_id
                    AND demand.policy_id = position.policy_id
                    AND demand.move_id = CASE policy.grouping
                            WHEN 'invoice' THEN position.move_id ELSE 0 END
              LEFT JOIN plan_level target ON target.level_id = position.target_id
              LEFT JOIN LATERAL (%(lower)s) lower ON TRUE
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN %(enough)s THEN target.level_id
                               ELSE lower.level_id END AS level_id) fit
              JOIN dunning_level level
                ON level.id = coalesce(fit.level_id, position.target_id)
             WHERE position.code IS NULL AND position.target_id IS NOT NULL
               AND (position.is_overdue OR early.customer_id IS NULL)
            """,
            date=scope.date,
            held_out=self._is_held_out(scope),
            held_out_days=HOLD_OUT_DAYS,
            enough=self._is_enough(SQL("target")),
            lower=self._lower_level(),
            # credits are not set against a single invoice
            settled=SQL("purse.net <= 0 AND policy.grouping <> 'invoice'"),
        )

    def _is_enough(self, level):
        """Condition: the sum demanded meets the minimums of a level."""
        return SQL(
            """
            (demand.amount >= %(level)s.min_amount
             AND demand.amount >= %(level)s.min_share / 100 * balance.claims)
            """,
            level=level,
        )

    def _lower_level(self):
        """Query of the highest level below the target whose minimums are met.

        Worked out only where those of the target are not.
        """
        return SQL(
            """
            SELECT lower.level_id
              FROM plan_level lower
             WHERE NOT position.is_forced AND NOT %(target_is_enough)s
               AND lower.policy_id = target.policy_id
               AND lower.is_pre_due = target.is_pre_due
               AND lower.rank < target.rank AND lower.rank > position.floor
               AND %(is_enough)s
             ORDER BY lower.rank DESC LIMIT 1
            """,
            target_is_enough=self._is_enough(SQL("target")),
            is_enough=self._is_enough(SQL("lower")),
        )

    def _is_held_out(self, scope):
        """Condition: the customer belongs to the share left without reminders."""
        return SQL(
            """
            (policy.hold_out > 0 AND coalesce(level.is_automatic, FALSE)
             AND NOT coalesce(level.is_formal, FALSE)
             AND %(date)s - position.due <= %(days)s
             AND %(place)s < policy.hold_out)
            """,
            date=scope.date,
            days=HOLD_OUT_DAYS,
            place=self._hold_out_place(
                SQL("position.policy_id"), SQL("position.profile_id")
            ),
        )

    @api.model
    @api.private
    def _hold_out_place(self, policy_id, profile_id):
        """Return the SQL of the place of a profile at a policy, 0 to 9,999.

        The hold-out has the first ones: no draw is stored, and who is in it stays
        when the share grows.
        """
        return SQL(
            "('x' || substr(md5(%s || '-' || %s), 1, 8))::bit(32)::bigint %% 10000",
            policy_id,
            profile_id,
        )

    def _step_contest(self, scope):
        """Of several policies that are ready for a customer, the one that goes.

        The highest level sequence, then the largest amount, then the oldest policy;
        what a person forced goes in any case, and then only that.
        """
        return SQL(
            """
            SELECT due.profile_id, due.policy_id,
                   CASE WHEN bool_or(bool_or(due.is_forced)) OVER profile
                        THEN bool_or(due.is_forced)
                        ELSE row_number() OVER urgency = 1 END AS goes
              FROM plan_due due
              JOIN plan_sum demand
                ON demand.profile_id = due.profile_id
               AND demand.policy_id = due.policy_id AND demand.move_id = 0
             WHERE due.soft IS NULL
             GROUP BY due.profile_id, due.policy_id
            WINDOW profile AS (PARTITION BY due.profile_id),
                   urgency AS (PARTITION BY due.profile_id
                               ORDER BY max(due.sequence) DESC,
                                        max(demand.amount) DESC, due.policy_id)
            """
        )

    # === NOTICES === #
    def _step_candidate(self, scope):
        """The notices there would be, by customer, level or invoice."""
        return SQL(
            """
            SELECT due.profile_id, due.policy_id, due.customer_id, due.grouping,
                   CASE due.grouping WHEN 'level' THEN due.level_id ELSE 0 END
                        AS level_key,
                   CASE due.grouping WHEN 'invoice' THEN due.move_id ELSE 0 END
                        AS move_key,
                   (array_agg(due.level_id
                              ORDER BY due.sequence DESC, due.level_id DESC))[1]
                        AS level_id,
                   max(due.sequence) AS sequence,
                   min(due.due) AS first_due,
                   (array_agg(due.id ORDER BY due.due, due.id))[1] AS first_id
              FROM plan_due due
              JOIN plan_contest contest USING (profile_id, policy_id)
             WHERE due.soft IS NULL AND contest.goes
             GROUP BY due.profile_id, due.policy_id, due.customer_id, due.grouping,
                      level_key, move_key
            """
        )

    def _step_contact(self, scope):
        """By which ways each customer can be reached at all."""
        return SQL(
            """
            SELECT commercial_partner_id AS customer_id,
                   bool_or(coalesce(email, '') <> '') AS by_email,
                   bool_or(coalesce(phone, '') <> '') AS by_phone,
                   bool_or(coalesce(city, '') <> ''
                           AND coalesce(street, '') || coalesce(street2, '')
                               || coalesce(zip, '') <> '') AS by_letter
              FROM res_partner
             WHERE commercial_partner_id IN (SELECT customer_id FROM plan_candidate)
               AND (active OR id = commercial_partner_id)
             GROUP BY commercial_partner_id
            """
        )

    def _step_notice(self, scope):
        """The notices; on ``is_main`` stands what has no notice of its own.

        ``is_main`` is the highest level of the policy, or the oldest invoice;
        ``is_profile_main`` the same of the customer's highest policy.
        """
        return SQL(
            """
            WITH reached AS (
                SELECT candidate.*
                  FROM plan_candidate candidate
                  JOIN dunning_level level ON level.id = candidate.level_id
                  JOIN plan_contact contact USING (customer_id)
                 WHERE %(reaches)s
            ), ranked AS (
                SELECT reached.*, row_number() OVER main = 1 AS is_main,
                       first_value(policy_id) OVER best = policy_id AS is_best
                  FROM reached
                WINDOW main AS (
                           PARTITION BY profile_id, policy_id
                           ORDER BY CASE WHEN move_key = 0 THEN sequence END DESC,
                                    CASE WHEN move_key = 0 THEN level_id END DESC,
                                    first_due, first_id),
                       best AS (
                           PARTITION BY profile_id
                           ORDER BY sequence DESC, level_id DESC, policy_id)
            )
            SELECT row_number() OVER (ORDER BY profile_id, policy_id, level_id,
                                               move_key)::int AS no,
                   profile_id, policy_id, customer_id, grouping, level_key, move_key,
                   level_id, is_main, is_main AND is_best AS is_profile_main
              FROM ranked
            """,
            reaches=self._reaches(),
        )

    def _reaches(self):
        """Condition: a channel of the level, or one behind it, reaches the customer."""
        uses = self.env["dunning.level"]._sql_uses(SQL("level"))
        return SQL(
            """
            (%(email)s AND contact.by_email OR %(letter)s AND contact.by_letter
             OR %(phone)s AND contact.by_phone)
            """,
            **uses,
        )

    # === RESULT === #
    def _step_result(self, scope):
        """What is said of each open claim of the company.

        ``code`` is ``claim`` for one that goes, else why not; ``kind`` and
        ``notice_no`` say as what it stands on which notice, if on any.
        """
        return SQL(
            """
            SELECT decided.*,
                   CASE WHEN notice_no IS NULL THEN NULL
                        WHEN is_sent THEN 'claim'
                        WHEN is_soft AND is_overdue THEN 'reminder'
                        ELSE 'info' END AS kind
              FROM (
                SELECT position.id, position.move_id, position.profile_id,
                       position.policy_id, position.currency_id, position.due,
                       position.residual, position.disputed, position.demanded,
                       position.is_overdue, position.own_level_id, position.pay_by,
                       position.next_id AS next_level_id,
                       state.is_soft, state.is_sent, due.is_forced,
                       CASE WHEN state.is_sent THEN due.level_id END AS level_id,
                       CASE WHEN state.is_sent THEN 'claim' ELSE state.code END AS code,
                       %(until)s AS until,
                       CASE WHEN state.is_sent THEN own.no
                            WHEN state.is_soft AND position.is_overdue
                            THEN coalesce(invoice.no, main.no)
                            ELSE coalesce(invoice.no, main.no, best.no)
                        END AS notice_no
                  FROM plan_position position
                  LEFT JOIN plan_early early USING (customer_id, currency_id)
                  LEFT JOIN plan_due due ON due.id = position.id
                  LEFT JOIN plan_contest contest
                         ON due.soft IS NULL AND contest.profile_id = due.profile_id
                        AND contest.policy_id = due.policy_id
                  LEFT JOIN plan_notice own
                         ON due.soft IS NULL AND own.profile_id = due.profile_id
                        AND own.policy_id = due.policy_id
                        AND own.level_key IN (0, due.level_id)
                        AND own.move_key IN (0, due.move_id)
                  LEFT JOIN plan_notice main
                         ON main.profile_id = position.profile_id
                        AND main.policy_id = position.policy_id AND main.is_main
                  LEFT JOIN plan_notice invoice
                         ON invoice.profile_id = position.profile_id
                        AND invoice.policy_id = position.policy_id
                        AND invoice.move_key = position.move_id
                  LEFT JOIN plan_notice best
                         ON best.profile_id = position.profile_id
                        AND best.is_profile_main
                 CROSS JOIN LATERAL (%(state)s) state
              ) decided
            """,
            state=self._state(),
            until=self._until(scope),
        )

    def _state(self):
        """Query of the final code of a position; ``is_soft``: no hard hold."""
        return SQL(
            """
            SELECT hard.code IS NULL AS is_soft,
                   hard.code IS NULL AND due.id IS NOT NULL AND due.soft IS NULL
                       AND contest.goes AND own.no IS NOT NULL AS is_sent,
                   CASE WHEN hard.code IS NOT NULL THEN hard.code
                        WHEN due.id IS NULL THEN position.soft
                        WHEN due.soft IS NOT NULL THEN due.soft
                        WHEN NOT contest.goes THEN 'spacing'
                        ELSE 'no_recipient' END AS code
              FROM (SELECT CASE WHEN position.code IS NOT NULL THEN position.code
                                WHEN NOT position.is_overdue
                                 AND position.target_id IS NOT NULL
                                 AND early.customer_id IS NOT NULL THEN 'covered'
                                WHEN due.soft = 'covered' THEN 'covered'
                            END AS code) hard
            """
        )

    def _until(self, scope):
        """Return until when the final code of a position holds."""
        return SQL(
            """
            CASE WHEN state.is_sent THEN NULL
                 WHEN NOT state.is_soft THEN position.until
                 WHEN due.id IS NULL THEN position.soft_until
                 WHEN due.soft IS NOT NULL THEN due.soft_until
                 WHEN NOT contest.goes THEN %s::date + due.min_days END
            """,
            scope.date,
        )
