from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CreditPortfolioScope(models.AbstractModel):
    """Whose customers these are: for models with a collector and a team.

    Record rules rest on :attr:`in_portfolio`. It is searched by ids read at that very
    moment, so that an absence begins and ends by the calendar alone, and the index of
    collectors serves however many customers there are.
    """

    _name = "credit.portfolio.scope"
    _description = "Scope of a portfolio"

    is_mine = fields.Boolean(
        string="My portfolio",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="The user collects from this customer, or stands in for a colleague who "
        "does.",
    )
    in_portfolio = fields.Boolean(
        string="In my reach",
        compute="_compute_in_portfolio",
        search="_search_in_portfolio",
        help="Of the user, of somebody he stands in for, of a team he leads, or of "
        "nobody yet.",
    )

    # === COMPUTE METHODS === #
    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        users = self._read_reach()["user"]
        for record in self:
            record.is_mine = record.user_id.id in users

    @api.depends("user_id", "team_id")
    @api.depends_context("uid")
    def _compute_in_portfolio(self):
        reach = self._read_reach()
        for record in self:
            team = record.team_id.id
            record.in_portfolio = (
                record.user_id.id in reach["user"]
                or team in reach["led"]
                or (not record.user_id and (not team or team in reach["member"]))
            )

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("user_id", "in", self._read_reach()["user"])
        return mine if True in value else ~mine

    def _search_in_portfolio(self, operator, value):
        if operator != "in":
            return NotImplemented
        reach = self._read_reach()
        domain = Domain("user_id", "in", reach["user"]) | (
            Domain("user_id", "=", False)
            & Domain("team_id", "in", [False, *reach["member"]])
        )
        if reach["led"]:
            domain |= Domain("team_id", "in", reach["led"])
        return domain if True in value else ~domain

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _read_reach(self):
        """Return whose portfolios the user works, by one query.

        :return: ``{"user": ids of collectors, himself included, "led": ids of teams
            he leads or stands in at the head of, "member": ids of his teams}``
        :rtype: dict[str, list[int]]
        """
        self.env["credit.team"].flush_model()
        self.env["credit.absence"].flush_model()
        company = self.env.company
        rows = self.env.execute_query(
            SQL(
                """
                WITH mine AS (
                    SELECT %(uid)s AS id
                     UNION
                    SELECT user_id FROM credit_absence
                     WHERE deputy_id = %(uid)s
                       AND date_from <= %(today)s AND date_to >= %(today)s
                )
                SELECT 'user', id FROM mine
                 UNION ALL
                SELECT 'led', id FROM credit_team
                 WHERE active AND user_id IN (SELECT id FROM mine)
                 UNION ALL
                SELECT 'member', m.team_id
                  FROM credit_team_member_rel m
                  JOIN credit_team t ON t.id = m.team_id AND t.active
                 WHERE m.user_id IN (SELECT id FROM mine)
                """,
                uid=self.env.uid,
                today=company._dunning_today()[company],
            )
        )
        reach = {"user": [], "led": [], "member": []}
        for kind, record_id in rows:
            reach[kind].append(record_id)
        return reach
