from odoo import api, models
from odoo.tools import SQL

from .dunning_pipeline import STEPS


class DunningPipeline(models.AbstractModel):
    """The same rules, asked again before anything leaves the house."""

    _inherit = "dunning.pipeline"

    @api.private
    def _sending_rows(self, company, date, notices):
        """Return what the ledger says today of the demanded lines of notices.

        The holds, contested parts and netting of the plan, as if these notices were
        not there; and the days to pay of a letter whose receipt came to be known.

        :param company: the company of all the notices
        :param notices: ``dunning.notice``
        :return: dicts with ``id``, ``notice_id``, ``kind``, ``currency_id`` of the
            line, ``profile_id`` and ``policy_id`` of the notice; ``residual``,
            ``disputed``, ``demanded``, ``net`` (of customer and currency, null without
            credits) and ``early`` (of customer and currency: what waiting notices
            demand before it is due) of today; ``own_credit`` (below zero: of the
            customer in the company, set against the whole notice, or null),
            ``is_forced``, ``is_overdue``, ``code`` (why it is not demanded any more,
            or None)
        """
        scope = self._scope(company, date, notices.profile_id.ids)
        scope = scope._replace(sending=True)
        ctes = SQL(", ").join(
            SQL("%s AS (%s)", SQL.identifier(f"plan_{name}"), self._step(name, scope))
            for name in STEPS[: STEPS.index("net") + 1]
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(ctes)s, early AS (%(early)s), credit AS (%(credit)s)
                SELECT line.id, line.notice_id, line.kind, line.currency_id,
                       notice.profile_id, notice.policy_id,
                       claim.residual, claim.disputed, claim.demanded,
                       claim.is_overdue, claim.hold, net.net,
                       coalesce(early.demanded, 0) AS early, line.is_forced,
                       CASE WHEN policy.grouping = 'customer'
                            THEN credit.residual END AS own_credit,
                       CASE WHEN item.id IS NULL THEN 'gone'
                            WHEN item.parent_state <> 'posted' THEN 'not_posted'
                            WHEN item.reconciled OR item.amount_residual_currency <= 0
                            THEN 'paid'
                            WHEN claim.id IS NULL
                                 OR claim.profile_id IS DISTINCT FROM notice.profile_id
                            THEN 'other_customer'
                            WHEN line.days_overdue > 0 AND NOT claim.is_overdue
                            THEN 'not_due'
                       END AS code,
                       CASE WHEN %(wait)s THEN 'deadline' END AS wait
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                  JOIN dunning_policy policy ON policy.id = notice.policy_id
             LEFT JOIN account_move_line item ON item.id = line.move_line_id
             LEFT JOIN plan_claim claim ON claim.id = line.move_line_id
             LEFT JOIN plan_deadline deadline ON deadline.id = line.move_line_id
             LEFT JOIN plan_net net ON net.customer_id = claim.customer_id
                   AND net.currency_id = claim.currency_id
             LEFT JOIN early ON early.customer_id = claim.customer_id
                   AND early.currency_id = claim.currency_id
             LEFT JOIN credit ON credit.profile_id = claim.profile_id
                   AND credit.currency_id = claim.currency_id
                 WHERE line.notice_id IN %(ids)s AND line.is_dropped IS NOT TRUE
                   AND line.kind IN ('claim', 'reminder')
              ORDER BY line.id
                """,
                ctes=ctes,
                ids=tuple(notices.ids),
                wait=self._waits_for_deadline(SQL("line")),
                early=self._query_early(notices),
                credit=self._own_credits(),
            )
        )
        codes = {rank: code for code, rank in self._hold_ranks().items()}
        for row in rows:
            row["code"] = row["code"] or codes.get(row["hold"]) or row["wait"]
        return rows

    def _query_early(self, notices):
        """What notices demand of each customer and currency before it is due.

        Of these notices and others that wait, without what is about to be dropped.
        """
        return SQL(
            """
               SELECT claim.customer_id, claim.currency_id,
                      sum(claim.demanded) AS demanded
                 FROM plan_claim claim
            LEFT JOIN plan_deadline deadline ON deadline.id = claim.id
                WHERE claim.hold IS NULL AND NOT claim.is_overdue
                  AND EXISTS (SELECT FROM dunning_notice_line mate
                                JOIN dunning_notice bearer
                                  ON bearer.id = mate.notice_id
                                 AND bearer.profile_id = claim.profile_id
                               WHERE mate.move_line_id = claim.id
                                 AND mate.kind IN ('claim', 'reminder')
                                 AND mate.is_dropped IS NOT TRUE
                                 AND coalesce(mate.days_overdue, 0) <= 0
                                 AND NOT %(waits)s
                                 AND (mate.is_live OR mate.notice_id IN %(ids)s))
                GROUP BY claim.customer_id, claim.currency_id
            """,
            ids=tuple(notices.ids),
            waits=self._waits_for_deadline(SQL("mate")),
        )

    def _waits_for_deadline(self, line):
        """Condition: the days to pay of another notice's letter run for a line.

        :param SQL line: how the query calls ``dunning_notice_line``
        """
        return SQL(
            """
            (%(line)s.kind = 'claim' AND %(line)s.is_forced IS NOT TRUE
             AND deadline.notice_id IS NOT NULL
             AND deadline.notice_id <> %(line)s.notice_id)
            """,
            line=line,
        )
