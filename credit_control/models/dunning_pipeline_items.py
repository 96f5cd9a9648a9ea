from odoo import models
from odoo.tools import SQL

from .dunning_pipeline import Hold

# holds that need a look at the other claims of the customer or of the invoice: they
# are decided after the items, from what the steps of the same name found
ALLOCATED = ("plan", "promise", "dispute")


class DunningPipeline(models.AbstractModel):
    """Open items, holds and netting."""

    _inherit = "dunning.pipeline"

    # === HOLDS === #
    def _dunning_holds(self):
        """Return the hard holds, first to last, as ``{code: Hold}``.

        A claim has the first hold whose condition is true of it. ``condition`` is an
        SQL condition on the aliases ``line`` (account_move_line), ``move``
        (account_move), ``contact`` (res_partner of the line, may be null) and
        ``profile`` (credit_profile, may be null); the day of the plan is
        ``plan_day.day``. ``until``, if any, is an SQL date on ``profile`` and ``item``
        (the columns of :meth:`_step_item`): the last day of the hold.
        ``plan``, ``promise`` and ``dispute`` share out amounts: their condition is
        on the steps of the same name. ``covered`` and ``no_policy`` come after all.

        Extended by: other add-ons, which add a code to the dictionary, and its words
        to ``credit.profile._explain_texts``.
        """
        return {
            "in_notice": Hold(self._hold_in_notice()),
            "no_partner": Hold(SQL("contact.id IS NULL")),
            "no_followup": Hold(SQL("line.no_followup")),
            "blocked": Hold(SQL("move.payment_state = 'blocked'")),
            "insolvency": Hold(self._hold_insolvency()),
            "handed_over": Hold(SQL("move.dunning_origin = 'handed_over'")),
            "factored": Hold(SQL("move.dunning_origin = 'factored'")),
            "plan": Hold(SQL("plan.id IS NOT NULL"), SQL("plan.until")),
            "promise": Hold(SQL("promise.id IS NOT NULL"), SQL("promise.until")),
            "dispute": Hold(
                SQL("dispute.amount >= item.residual"), SQL("dispute.until")
            ),
            "payment_pending": Hold(self._hold_payment_pending()),
            "payment_in_process": Hold(self._hold_payment_in_process()),
            "on_hold": Hold(
                SQL("profile.hold_until >= plan_day.day"), SQL("profile.hold_until")
            ),
            "reply": Hold(SQL("profile.reply_date IS NOT NULL")),
        }

    def _hold_in_notice(self):
        """A notice waits: for this claim, or for the customer as a whole."""
        return SQL(
            """
            EXISTS (SELECT FROM dunning_notice_line live
                     WHERE live.move_line_id = line.id AND live.is_live)
            OR EXISTS (SELECT FROM dunning_notice waiting
                        WHERE waiting.profile_id = profile.id
                          AND waiting.state IN ('draft', 'approved'))
            """
        )

    def _hold_insolvency(self):
        """Claims that arose before the judgment; all when its date is not known."""
        return SQL(
            """
            profile.legal_status <> 'none' AND (
                profile.legal_date IS NULL
                OR coalesce(move.invoice_date, line.date) < profile.legal_date)
            """
        )

    def _hold_payment_pending(self):
        """An online payment was started and has no end yet."""
        return SQL(
            """
            EXISTS (SELECT FROM account_invoice_transaction_rel link
                      JOIN payment_transaction tx ON tx.id = link.transaction_id
                     WHERE link.invoice_id = line.move_id
                       AND tx.state IN ('pending', 'authorized'))
            """
        )

    def _hold_payment_in_process(self):
        """A payment is registered without an entry, so the residual is still open."""
        return SQL(
            """
            move.payment_state = 'in_payment'
            OR EXISTS (SELECT FROM account_move__account_payment link
                         JOIN account_payment payment ON payment.id = link.payment_id
                        WHERE link.invoice_id = line.move_id
                          AND payment.move_id IS NULL
                          AND payment.state = 'in_process')
            """
        )

    def _hold_ranks(self):
        """Return ``{code: rank}``, 1 for the first hold."""
        return {code: rank for rank, code in enumerate(self._dunning_holds(), 1)}

    def _case_rank(self, codes):
        """Return the rank of the first hold among ``codes`` that is true, or null."""
        holds, ranks = self._dunning_holds(), self._hold_ranks()
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", holds[code].condition, ranks[code])
            for code in holds
            if code in codes
        )
        return SQL("CASE %s END", cases)

    # === ITEMS === #
    def _step_rate(self, scope):
        """Units of each currency for one unit of the company's, on the day."""
        return self._values(
            {"currency_id": "int", "rate": "numeric"}, self._rates(scope)
        )

    def _step_variant(self, scope):
        """Profiles that a variant takes from the policy in force.

        Few, or none: the policy in force is the variant's as a rule, and this is for
        those that have not been brought up to date.
        """
        policies = self.env["dunning.policy"].browse(
            policy.id for policy in scope.ladders
        )
        slots = self._values(
            {"main_id": "int", "variant_id": "int", "start": "int", "stop": "int"},
            policies.sudo()._get_variant_slots(),
        )
        return SQL(
            """
            SELECT profile.id AS profile_id, slot.variant_id
              FROM (%(slots)s) slot
              JOIN credit_profile profile
                ON profile.dunning_policy_id = slot.main_id
               AND profile.company_id IN %(tree_ids)s AND %(restriction)s
              CROSS JOIN LATERAL (SELECT %(place)s AS place) drawn
             WHERE drawn.place >= slot.start AND drawn.place < slot.stop
            """,
            slots=slots,
            tree_ids=scope.tree_ids,
            restriction=SQL("TRUE")
            if scope.contact_ids is None
            else SQL("profile.partner_id IN %s", scope.contact_ids),
            place=policies._query_slot(SQL("slot.main_id"), SQL("profile.id")),
        )

    def _step_item(self, scope):
        """Open items of the company tree with the facts that decide on them."""
        # a preview takes the notices that wait as delivered; sending asks about them
        ignores_notices = scope.overlay or scope.sending
        left_out = (*ALLOCATED, "in_notice") if ignores_notices else ALLOCATED
        codes = [code for code in self._dunning_holds() if code not in left_out]
        return SQL(
            """
            SELECT line.id, line.move_id, line.company_id, line.currency_id,
                   line.company_id = %(company_id)s AS is_ours,
                   contact.commercial_partner_id AS customer_id,
                   profile.id AS profile_id,
                   line.amount_residual_currency AS residual,
                   line.amount_currency AS total,
                   move.name, move.invoice_date,
                   coalesce(line.date_maturity, line.date) AS due,
                   coalesce(move.invoice_date, line.date) AS invoiced,
                   coalesce(profile.grace_days, 0) AS grace,
                   coalesce(line.date_maturity, line.date) < plan_day.day AS is_overdue,
                   line.date_maturity IS NULL AS is_undated,
                   %(policy)s AS policy_id,
                   %(position)s,
                   CASE WHEN line.amount_residual_currency > 0 THEN %(hold)s END AS hold
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN res_partner contact ON contact.id = line.partner_id
              LEFT JOIN credit_profile profile
                     ON profile.partner_id = contact.commercial_partner_id
                    AND profile.company_id = line.company_id
              LEFT JOIN plan_variant variant ON variant.profile_id = profile.id
              %(overlay)s
              CROSS JOIN (SELECT %(date)s::date AS day) plan_day
             WHERE line.account_id IN %(account_ids)s
               AND line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND line.amount_residual_currency <> 0
               AND line.company_id IN %(tree_ids)s
               AND %(restriction)s
            """,
            company_id=scope.company_id,
            date=scope.date,
            account_ids=scope.account_ids,
            tree_ids=scope.tree_ids,
            policy=self._item_policy(scope),
            position=self._item_position(scope),
            overlay=self._item_overlay(scope),
            hold=self._case_rank(codes),
            restriction=self._item_restriction(scope),
        )

    def _item_policy(self, scope):
        """The first active one of: the invoice's, the one by hand, the one in force.

        Of the one in force a variant may take the customer; what a person chose stays.
        """
        active = tuple(policy.id for policy in scope.ladders) or (0,)
        return SQL(
            """
            CASE WHEN move.dunning_policy_id IN %(active)s THEN move.dunning_policy_id
                 WHEN profile.policy_id IN %(active)s THEN profile.policy_id
                 WHEN variant.variant_id IS NOT NULL THEN variant.variant_id
                 WHEN profile.dunning_policy_id IN %(active)s
                 THEN profile.dunning_policy_id END
            """,
            active=active,
        )

    def _item_position(self, scope):
        """Last delivered level and day, and the forced level if one waits."""
        if not scope.overlay:
            return SQL(
                """
                line.dunning_level_id AS own_id, line.dunning_date AS own_date,
                coalesce(move.dunning_forced_level_id, profile.forced_level_id)
                    AS forced_id
                """
            )
        return SQL(
            """
            coalesce(overlay.level_id, line.dunning_level_id) AS own_id,
            coalesce(overlay.date, line.dunning_date) AS own_date,
            CASE WHEN overlay.move_line_id IS NULL
                 THEN coalesce(move.dunning_forced_level_id, profile.forced_level_id)
            END AS forced_id
            """
        )

    def _item_overlay(self, scope):
        """Join the positions that a preview simulates."""
        if not scope.overlay:
            return SQL()
        return SQL(
            "LEFT JOIN plan_overlay overlay ON overlay.move_line_id = line.id"
        )

    def _item_restriction(self, scope):
        """Only some customers, when the question is about them."""
        if scope.contact_ids is None:
            return SQL("TRUE")
        return SQL("line.partner_id IN %s", scope.contact_ids)

    # === PROMISES AND DISPUTES === #
    def _step_plan(self, scope):
        """Claims that a running payment plan covers."""
        return self._pledged("plan", scope)

    def _step_promise(self, scope):
        """Claims that a promise outside of a running plan covers."""
        return self._pledged("promise", scope)

    def _pledged(self, code, scope):
        """Claims under a promise: those it names, else the oldest up to its amount.

        An item that an earlier hold took is left out, so that the amount goes to the
        next one. The claim that the amount reaches last waits when at least half of
        it is promised; else it is demanded, or a promise of 500 would silence a claim
        of 15,000. ``until`` is the last day of the promise with its grace.
        """
        is_plan = code == "plan"
        taken = SQL("" if is_plan else "AND item.id NOT IN (SELECT id FROM plan_plan)")
        return SQL(
            """
            WITH pledge AS (
                SELECT promise.id, promise.profile_id, promise.currency_id,
                       promise.amount,
                       promise.date + coalesce(promise.grace_days, 0) AS until,
                       EXISTS (SELECT FROM credit_promise_move_line_rel rel
                                WHERE rel.promise_id = promise.id) AS is_named
                  FROM credit_promise promise
                  LEFT JOIN credit_plan plan ON plan.id = promise.plan_id
                 WHERE promise.state = 'pending'
                   AND (plan.state IS NOT DISTINCT FROM 'running') = %(is_plan)s
                   AND promise.date + coalesce(promise.grace_days, 0) >= %(date)s
            ), free AS (
                SELECT item.* FROM plan_item item
                 WHERE item.residual > 0 AND coalesce(item.hold > %(rank)s, TRUE)
                       %(taken)s
            ), named AS (
                SELECT free.id, max(pledge.until) AS until
                  FROM pledge
                  JOIN credit_promise_move_line_rel rel ON rel.promise_id = pledge.id
                  JOIN free ON free.id = rel.move_line_id
                 GROUP BY free.id
            ), pool AS (
                SELECT profile_id, currency_id, sum(amount) AS amount,
                       max(until) AS until
                  FROM pledge WHERE NOT is_named
                 GROUP BY profile_id, currency_id
            ), queue AS (
                SELECT free.id, pool.until, pool.amount, free.residual,
                       sum(free.residual) OVER (
                           PARTITION BY free.profile_id, free.currency_id
                           ORDER BY free.due, free.id) - free.residual AS before
                  FROM pool
                  JOIN free USING (profile_id, currency_id)
                 WHERE free.id NOT IN (SELECT id FROM named)
            )
            SELECT id, until FROM named
             UNION ALL
            SELECT id, until FROM queue WHERE before + residual / 2 <= amount
            """,
            is_plan=is_plan,
            date=scope.date,
            rank=self._hold_ranks()[code],
            taken=taken,
        )

    def _step_dispute(self, scope):
        """Contested part of each item: from the instalments, earliest due first.

        What was conceded counts until its credit note is posted or its time is over.
        """
        return SQL(
            """
            SELECT item.id,
                   least(item.residual, greatest(0, contested.amount + item.residual
                         - sum(item.residual) OVER (PARTITION BY item.move_id
                                                    ORDER BY item.due, item.id))
                   ) AS amount,
                   contested.until
              FROM (SELECT move_id, sum(amount) AS amount,
                           CASE WHEN bool_and(until IS NOT NULL)
                                THEN max(until) END AS until
                      FROM (%s) pausing
                     GROUP BY move_id) contested
              JOIN plan_item item ON item.move_id = contested.move_id
             WHERE item.residual > 0
            """,
            self.env["credit.dispute"]._pausing_query(SQL("%s::date", scope.date)),
        )

    # === CLAIMS AND NETTING === #
    def _step_claim(self, scope):
        """Items with their contested part and first hold; credits have none."""
        holds, ranks = self._dunning_holds(), self._hold_ranks()
        untils = SQL(" ").join(
            SQL("WHEN %s THEN %s", ranks[code], hold.until)
            for code, hold in holds.items()
            if hold.until is not None
        )
        return SQL(
            """
            SELECT item.id, item.move_id, item.company_id, item.currency_id,
                   item.is_ours, item.customer_id, item.profile_id, item.policy_id,
                   item.residual, item.due, item.invoiced, item.grace,
                   item.is_overdue, item.own_id, item.own_date, item.forced_id,
                   coalesce(own.rank, 0) AS own_rank,
                   coalesce(dispute.amount, 0) AS disputed,
                   item.residual - coalesce(dispute.amount, 0) AS demanded,
                   first.hold,
                   CASE first.hold %(untils)s END AS until
              FROM plan_item item
              LEFT JOIN plan_own own
                     ON own.policy_id = item.policy_id AND own.own_id = item.own_id
              LEFT JOIN plan_plan plan ON plan.id = item.id
              LEFT JOIN plan_promise promise ON promise.id = item.id
              LEFT JOIN plan_dispute dispute ON dispute.id = item.id
              LEFT JOIN credit_profile profile ON profile.id = item.profile_id
             CROSS JOIN LATERAL (SELECT least(item.hold, %(allocated)s) AS hold) first
            """,
            untils=untils,
            allocated=self._case_rank(ALLOCATED),
        )

    def _step_net(self, scope):
        """What the customer owes in a currency less all open credits, over the tree.

        Only where there is a credit: elsewhere nothing can be covered. A claim that
        waits in a notice counts; promised, contested or otherwise held ones do not.
        """
        return SQL(
            """
            SELECT customer_id, currency_id,
                   sum(CASE WHEN residual < 0 THEN residual
                            WHEN is_overdue AND (hold IS NULL OR hold = %s)
                            THEN demanded ELSE 0 END) AS net
              FROM plan_claim
             WHERE customer_id IS NOT NULL
             GROUP BY customer_id, currency_id
            HAVING bool_or(residual < 0)
            """,
            self._hold_ranks()["in_notice"],
        )
