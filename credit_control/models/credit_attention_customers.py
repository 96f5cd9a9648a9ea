from odoo import api, models
from odoo.tools import SQL

from .credit_profile_worklist import PATIENCE


class CreditAttention(models.Model):
    """Customers and entries that no reminder can help any more, or none can start."""

    _inherit = "credit.attention"

    @api.model
    def _query_customers(self, condition, detail=None, joins=None):
        """Return the customers ``p`` of a condition, with what may be collected."""
        return SQL(
            """
            SELECT p.id AS profile_id, p.company_id, 'credit.profile' AS res_model,
                   p.id AS res_id, p.oldest_due_date AS since,
                   p.amount_overdue AS amount, %s AS detail
              FROM credit_profile p %s
             WHERE p.active AND p.amount_overdue > 0 AND %s
            """,
            detail or SQL("NULL"),
            joins or SQL(),
            condition,
        )

    @api.model
    def _query_decision(self):
        """Decisions due on what nothing holds."""
        return self._query_customers(
            SQL(
                "p.amount_collectable > 0 AND %s",
                self.env["credit.profile"]._decision_due_sql("p"),
            )
        )

    @api.model
    def _query_last_level(self):
        """Customers at the end of their policy for some days, and no decision yet.

        Who came from another policy is where the plan sees him: past each level whose
        sequence is not above that of his last one.
        """
        due = self.env["credit.profile"]._decision_due_sql("p")
        return self._query_customers(
            SQL(
                """
                p.amount_collectable > 0
                AND NOT EXISTS (
                    SELECT FROM dunning_level next
                     WHERE next.policy_id = p.dunning_policy_id AND next.active
                       AND (next.sequence > l.sequence
                            OR next.policy_id = l.policy_id
                               AND next.sequence = l.sequence AND next.id > l.id))
                AND NOT EXISTS (
                    SELECT FROM dunning_notice n
                     WHERE n.profile_id = p.id
                       AND (n.state IN ('draft', 'approved')
                            OR n.state = 'sent' AND (
                                n.date_sent > day.today - %(days)s
                                OR n.date_received + l.deadline_days >= day.today)))
                AND (p.decision_until IS NULL OR p.decision_until < day.today
                     OR p.oldest_due_date > p.decision_date)
                AND NOT %(due)s
                """,
                days=PATIENCE,
                due=due,
            ),
            detail=self._name_sql("dunning.policy", "policy"),
            joins=SQL(
                """
                JOIN dunning_level l ON l.id = p.worklist_level_id
                JOIN dunning_policy policy ON policy.id = p.dunning_policy_id
                JOIN %s ON day.company_id = p.company_id
                """,
                self._days(),
            ),
        )

    @api.model
    def _query_no_policy(self):
        return self._query_customers(
            SQL("p.amount_collectable > 0 AND p.dunning_policy_id IS NULL")
        )

    @api.model
    def _query_no_recipient(self):
        """Customers whom no step of their policy can reach, by any of its channels."""
        uses = self.env["dunning.level"]._sql_uses(SQL("level"))
        return self._query_customers(
            SQL(
                """
                p.amount_collectable > 0 AND NOT (
                    need.email AND has.email OR need.letter AND has.letter
                    OR need.phone AND has.phone)
                """
            ),
            detail=self._name_sql("dunning.policy", "policy"),
            joins=SQL(
                """
                JOIN dunning_policy policy ON policy.id = p.dunning_policy_id
                JOIN (SELECT policy_id, bool_or(%(email)s) AS email,
                             bool_or(%(letter)s) AS letter,
                             bool_or(%(phone)s) AS phone
                        FROM dunning_level level
                       WHERE active GROUP BY policy_id) need
                  ON need.policy_id = policy.id
                CROSS JOIN LATERAL (
                    SELECT coalesce(bool_or(c.email <> ''), FALSE) AS email,
                           coalesce(bool_or(c.street <> '' AND c.city <> ''), FALSE)
                               AS letter,
                           coalesce(bool_or(c.phone <> ''), FALSE) AS phone
                      FROM res_partner c
                     WHERE c.commercial_partner_id = p.partner_id
                       AND (c.active OR c.id = p.partner_id)) has
                """,
                **uses,
            ),
        )

    @api.model
    def _query_no_partner(self):
        """Entries with an overdue claim that names nobody, one row each."""
        companies = self.env["res.company"].sudo().search([])
        return SQL(
            """
            SELECT NULL AS profile_id, line.company_id, 'account.move' AS res_model,
                   line.move_id AS res_id,
                   min(coalesce(line.date_maturity, line.date)) AS since,
                   sum(line.amount_residual) AS amount, max(move.name) AS detail
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN %s ON day.company_id = line.company_id
             WHERE line.account_id IN %s
               AND line.partner_id IS NULL
               AND line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND line.amount_residual > 0
               AND coalesce(line.date_maturity, line.date) < day.today
             GROUP BY line.company_id, line.move_id
            """,
            self._days(),
            companies._trade_receivable_ids(),
        )
