import ast
import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class CreditPortfolioRule(models.Model):
    """Which collector or team gets a new customer: the first rule that matches."""

    _name = "credit.portfolio.rule"
    _description = "Portfolio assignment rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="The company or branch whose customers it concerns, with its branches. "
        "Empty: every company.",
    )
    assign_domain = fields.Char(
        string="Customers", help="Empty: every customer that no rule before took."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        domain="[('share', '=', False)]",
        index="btree_not_null",
    )
    team_id = fields.Many2one(
        "credit.team", check_company=True, index="btree_not_null"
    )
    is_spread = fields.Boolean(
        string="Share among the team",
        help="New customers go to the collectors of the team, to whoever has fewest "
        "first. Otherwise they wait in the team's common portfolio.",
    )

    _somebody = models.Constraint(
        "CHECK(user_id IS NOT NULL OR team_id IS NOT NULL)",
        "Choose the collector or the team that gets the customers.",
    )

    # === CONSTRAINTS === #
    @api.constrains("assign_domain")
    def _check_assign_domain(self):
        for rule in self:
            rule._get_assign_domain()

    # === ACTIONS === #
    def action_apply(self):
        """Give the customers without a portfolio to whom the rules name, now."""
        profiles = self.env["credit.profile"]
        profiles._check_group("group_manager", self.env._("assign portfolios"))
        count = 0
        for company in self.env.companies:
            count += len(profiles._assign_portfolio(company))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": self.env._("%s customers got a portfolio.", count)
                if count
                else self.env._("Every customer that a rule concerns has a portfolio."),
            },
        }

    # === BUSINESS METHODS === #
    def _get_assign_domain(self):
        """Return the rule as a domain on profiles.

        :raise ValidationError: if it cannot be used
        """
        self.ensure_one()
        try:
            literal = ast.literal_eval((self.assign_domain or "").strip() or "[]")
            domain = Domain(literal)
            domain.validate(self.env["credit.profile"])
        except (SyntaxError, TypeError, ValueError) as error:
            raise ValidationError(
                self.env._(
                    "The rule “%(rule)s” cannot be used (%(reason)s). Choose fields of "
                    "the customer with the editor, or empty it.",
                    rule=self.name,
                    reason=error,
                )
            ) from error
        return domain

    def _give(self, pool):
        """Give the customers of ``pool`` that match to the collector or the team.

        :param Domain pool: the profiles that no rule took yet
        :return: the ids given
        :rtype: list[int]
        """
        self.ensure_one()
        try:
            domain = self._get_assign_domain() & pool
        except ValidationError as error:  # a field went with its add-on
            _logger.warning("Portfolio rule %s: %s", self.id, error)
            return []
        profiles = self.env["credit.profile"].sudo().with_context(active_test=False)
        profiles.flush_model(["user_id", "team_id", "portfolio_by_hand"])
        # numbers rather than a sub-select: on a table just filled, of which PostgreSQL
        # knows nothing yet, it would scan it once a row
        ids = list(profiles._search(domain, bypass_access=True))
        rows = self.env.execute_query(
            SQL(
                """
                WITH people AS (%(people)s),
                     chosen AS MATERIALIZED (
                     SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank
                       FROM unnest(%(ids)s::int[]) AS given(id)
                )
                UPDATE credit_profile p
                   SET user_id = people.id, team_id = %(team)s,
                       portfolio_by_hand = FALSE
                  FROM chosen LEFT JOIN people
                    ON people.rank = chosen.rank %% (SELECT COUNT(*) FROM people)
                 WHERE p.id = chosen.id AND p.id = ANY(%(ids)s)
                RETURNING p.id
                """,
                people=self._people_query(),
                ids=ids,
                team=self.team_id.id or None,
            )
        )
        return [profile_id for (profile_id,) in rows]

    def _people_query(self):
        """Return the query of those who get customers, in turn: ``id, rank``."""
        if self.user_id:
            return SQL("SELECT %s::int AS id, 0 AS rank", self.user_id.id)
        members = self.team_id.member_ids.filtered("active").ids
        if not self.is_spread or not members:
            return SQL("SELECT NULL::int AS id, 0 AS rank")
        return SQL(
            """
            SELECT u.id, row_number() OVER (ORDER BY COUNT(p.id), u.id) - 1 AS rank
              FROM unnest(%s::int[]) AS u(id)
              LEFT JOIN credit_profile p ON p.user_id = u.id AND p.active
             GROUP BY u.id
            """,
            members,
        )
