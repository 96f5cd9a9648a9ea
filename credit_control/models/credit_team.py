from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CreditTeam(models.Model):
    """Collectors who share a portfolio: an agency, a desk, a country."""

    _name = "credit.team"
    _description = "Collection team"
    _order = "sequence, name, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="The company or branch whose customers the team follows, with its "
        "branches. Empty: any company.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Team leader",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Reads and works the customers of the whole team.",
    )
    member_ids = fields.Many2many(
        "res.users",
        "credit_team_member_rel",
        "team_id",
        "user_id",
        string="Collectors",
        domain="[('share', '=', False)]",
    )
    profile_ids = fields.One2many("credit.profile", "team_id")
    profile_count = fields.Integer(compute="_compute_figures", string="Customers")
    currency_id = fields.Many2one("res.currency", compute="_compute_figures")
    amount_overdue = fields.Monetary(
        compute="_compute_figures",
        string="Overdue",
        help="Of the team's customers in the present company.",
    )

    # === COMPUTE METHODS === #
    @api.depends_context("company", "uid")
    def _compute_figures(self):
        company = self.env.company
        groups = self.env["credit.profile"]._read_group(
            [("team_id", "in", self.ids), ("company_id", "=", company.id)],
            ["team_id"],
            ["__count", "amount_overdue:sum"],
        )
        figures = {team: (count, overdue) for team, count, overdue in groups}
        for team in self:
            team.profile_count, team.amount_overdue = figures.get(team, (0, 0))
            team.currency_id = company.currency_id

    # === CONSTRAINTS === #
    @api.constrains("company_id")
    def _check_company_of_profiles(self):
        """A team of one company follows no customer of another."""
        profiles = self.env["credit.profile"].sudo().with_context(active_test=False)
        for team in self.filtered("company_id"):
            outside = profiles.search(
                [
                    ("team_id", "=", team.id),
                    "!",
                    ("company_id", "child_of", team.company_id.ids),
                ],
                limit=1,
            )
            if outside:
                raise ValidationError(
                    self.env._(
                        "The team “%(team)s” follows customers of %(other)s: give "
                        "those to another team first, or leave the company empty.",
                        team=team.name,
                        other=outside.company_id.name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Give the new teams the customers of their collectors."""
        teams = super().create(vals_list)
        teams._follow_members(teams.member_ids)
        return teams

    def write(self, vals):
        """Give the customers of collectors who come or go their right team."""
        if not {"member_ids", "active", "company_id", "sequence"} & vals.keys():
            return super().write(vals)
        members = self.member_ids
        result = super().write(vals)
        self._follow_members(members | self.member_ids)
        return result

    # === ACTIONS === #
    def action_view_profiles(self):
        """Open the customers of these teams."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers of %s", ", ".join(self.mapped("name"))),
            "res_model": "credit.profile",
            "view_mode": "list,kanban,form",
            "domain": [("team_id", "in", self.ids)],
        }

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _of_collectors(self, pairs):
        """Return the team of each collector in each company, by one query.

        :param pairs: ``(user id, company id)``
        :return: ``{pair: team id}``, without those who have none
        """
        pairs = sorted(pairs)
        if not pairs:
            return {}
        self.flush_model()
        users, companies = zip(*pairs, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (pair.user_id, pair.company_id)
                       pair.user_id, pair.company_id, t.id
                  FROM unnest(%s::int[], %s::int[]) AS pair(user_id, company_id)
                  JOIN res_company c ON c.id = pair.company_id
                  JOIN credit_team_member_rel m ON m.user_id = pair.user_id
                  JOIN credit_team t ON t.id = m.team_id AND t.active
                 WHERE t.company_id IS NULL
                    OR c.parent_path LIKE t.company_id || '/%%'
                    OR c.parent_path LIKE '%%/' || t.company_id || '/%%'
                 ORDER BY pair.user_id, pair.company_id, t.sequence, t.id
                """,
                list(users),
                list(companies),
            )
        )
        return {(user, company): team for user, company, team in rows}

    @api.model
    def _follow_members(self, members):
        """Write the team of the customers of ``members``, by two statements."""
        if not members:
            return
        profiles = self.env["credit.profile"].sudo().with_context(active_test=False)
        profiles._write_teams(
            profiles.search([("user_id", "in", members.ids)], order="id").ids
        )


class ResUsers(models.Model):
    _inherit = "res.users"

    credit_team_ids = fields.Many2many(
        "credit.team",
        "credit_team_member_rel",
        "user_id",
        "team_id",
        string="Collection teams",
        groups="credit_control.group_collector,credit_control.group_auditor",
    )

