from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

# whoever writes these decides on the portfolio: the rules leave it alone
PORTFOLIO_FIELDS = {"user_id", "team_id"}


class CreditProfile(models.Model):
    """The portfolio a customer is in: collector and team."""

    _name = "credit.profile"
    _inherit = ["credit.profile", "credit.portfolio.scope"]

    team_id = fields.Many2one(
        "credit.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        tracking=True,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="The collector's team; without one, the team that a rule or a person "
        "gave.",
    )
    portfolio_by_hand = fields.Boolean(
        string="Portfolio chosen by hand",
        copy=False,
        help="A person chose collector or team: the assignment rules leave it.",
    )

    # === COMPUTE METHODS === #
    @api.depends("user_id")
    def _compute_team_id(self):
        teams = self.env["credit.team"].sudo()
        found = teams._of_collectors(
            {
                (profile.user_id.id, profile.company_id.id)
                for profile in self
                if profile.user_id.id and profile.company_id.id
            }
        )
        for profile in self:
            pair = (profile.user_id.id, profile.company_id.id)
            profile.team_id = found.get(pair, profile.team_id.id)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Give new customers a collector by the assignment rules."""
        if not self.env.su:
            vals_list = [
                {**vals, "portfolio_by_hand": True}
                if any(vals.get(name) for name in PORTFOLIO_FIELDS)
                else vals
                for vals in vals_list
            ]
        profiles = super().create(vals_list)
        for company, some in profiles.grouped("company_id").items():
            some._assign_portfolio(company)
        return profiles

    def write(self, vals):
        """Remember that a person chose the portfolio."""
        result = super().write(vals)
        if PORTFOLIO_FIELDS & vals.keys() and not self.env.su:
            # sudo: nobody writes this by hand
            super(CreditProfile, self.sudo()).write({"portfolio_by_hand": True})
        return result

    # === BUSINESS METHODS === #
    def _check_in_portfolio(self):
        """Return these customers when the user may act on them.

        :raise AccessError: with the name of whose portfolio the first other one is in
        """
        others = self - self._filtered_access("write")
        if others:
            # sudo: a name, so that the user knows whom to ask
            profile = others[0].sudo()
            raise AccessError(
                self.env._(
                    "%(customer)s is in the portfolio of %(collector)s: ask for a "
                    "hand-over, or leave this to your colleague.",
                    customer=profile.partner_id.display_name,
                    collector=profile.user_id.name or profile.team_id.name,
                )
            )
        return self

    @api.model
    def _ensure_profiles(self, company):
        """Assign also those whom no rule concerned when they were made."""
        profiles = super()._ensure_profiles(company)
        self._assign_portfolio(company)
        return profiles

    @api.model
    def _insert_profiles(self, company, customers):
        """Give new customers a collector by the assignment rules."""
        profiles = super()._insert_profiles(company, customers)
        if profiles:
            profiles._assign_portfolio(company)
        return profiles

    @api.private
    def _assign_portfolio(self, company, again=False):
        """Give customers of ``company`` the collector that the first rule names.

        Of these profiles, or of all when there are none here. A statement a rule.

        :param bool again: also those that a rule or a person gave somebody
        :return: the profiles that a rule gave somebody
        """
        rules = self.env["credit.portfolio.rule"].sudo()
        rules = rules.search([("company_id", "in", [False, *company.parent_ids.ids])])
        pool = Domain("company_id", "=", company.id)
        if self:
            pool &= Domain("id", "in", self.ids)
        if not again:
            pool &= Domain("user_id", "=", False) & Domain("team_id", "=", False)
            pool &= Domain("portfolio_by_hand", "=", False)
        profiles = self.sudo().with_context(active_test=False)
        taken = []
        for rule in rules:
            free = pool & Domain("id", "not in", taken) if taken else pool
            taken += rule._give(free)
        changed = profiles.browse(taken)
        changed._write_teams(taken)
        return changed

    @api.private
    def _write_teams(self, ids):
        """Give the profiles ``ids`` the team of their collectors, set-based."""
        if not ids:
            return
        self.flush_model(["user_id", "company_id", "team_id"])
        ids = list(ids)
        pairs = self.env.execute_query(
            SQL(
                """SELECT DISTINCT user_id, company_id FROM credit_profile
                    WHERE id = ANY(%s) AND user_id IS NOT NULL""",
                ids,
            )
        )
        found = self.env["credit.team"].sudo()._of_collectors(pairs)
        if found:
            users, companies = zip(*found, strict=True)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE credit_profile p SET team_id = f.team_id
                      FROM unnest(%s::int[], %s::int[], %s::int[])
                           AS f(user_id, company_id, team_id)
                     WHERE p.id = ANY(%s) AND p.user_id = f.user_id
                       AND p.company_id = f.company_id
                       AND p.team_id IS DISTINCT FROM f.team_id
                    """,
                    list(users),
                    list(companies),
                    list(found.values()),
                    ids,
                )
            )
        profiles = self.browse(ids)
        names = ["user_id", "team_id", "portfolio_by_hand", "is_mine", "in_portfolio"]
        profiles.invalidate_recordset(names, flush=False)
        self.env.remove_to_compute(self._fields["team_id"], profiles)


class CreditPortfolio(models.Model):
    """One line a collector, team and company: how many customers, how much."""

    _name = "credit.portfolio"
    _description = "Portfolio"
    _inherit = ["credit.portfolio.scope"]
    _auto = False
    _order = "amount_overdue desc, id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    team_id = fields.Many2one("credit.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    profile_count = fields.Integer(string="Customers", readonly=True)
    overdue_count = fields.Integer(string="Customers overdue", readonly=True)
    amount_due = fields.Monetary(readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    amount_credit = fields.Monetary(string="Open credits", readonly=True)
    absence_id = fields.Many2one(
        "credit.absence",
        compute="_compute_absence_id",
        help="Who stands in for the collector today.",
    )
    _depends = {
        "credit.profile": [
            "active",
            "amount_credit",
            "amount_due",
            "amount_overdue",
            "company_id",
            "team_id",
            "user_id",
        ]
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(id) AS id, user_id, team_id, company_id,
                   COUNT(*) AS profile_count,
                   COUNT(*) FILTER (WHERE amount_overdue > 0) AS overdue_count,
                   SUM(amount_due) AS amount_due,
                   SUM(amount_overdue) AS amount_overdue,
                   SUM(amount_credit) AS amount_credit
              FROM credit_profile
             WHERE active
             GROUP BY user_id, team_id, company_id
            """
        )

    # === COMPUTE METHODS === #
    @api.depends("user_id")
    def _compute_absence_id(self):
        current = self.env["credit.absence"]._current()
        for portfolio in self:
            portfolio.absence_id = current.get(portfolio.user_id)

    @api.depends("user_id", "team_id", "company_id")
    def _compute_display_name(self):
        for portfolio in self:
            names = [
                portfolio.user_id.display_name or self.env._("Nobody yet"),
                portfolio.team_id.display_name,
            ]
            portfolio.display_name = " · ".join(filter(None, names))

    # === ACTIONS === #
    def action_view_profiles(self):
        """Open the customers of these portfolios."""
        self.check_access("read")
        domain = Domain.OR(
            Domain(
                [
                    ("user_id", "=", portfolio.user_id.id),
                    ("team_id", "=", portfolio.team_id.id),
                    ("company_id", "=", portfolio.company_id.id),
                ]
            )
            for portfolio in self
        )
        return {
            "type": "ir.actions.act_window",
            "name": ", ".join(self.mapped("display_name")),
            "res_model": "credit.profile",
            "view_mode": "list,kanban,form",
            "domain": list(domain),
        }

    def action_reassign(self):
        """Open the wizard that gives these customers to somebody else."""
        profiles = self.env["credit.profile"]
        profiles._check_group("group_collector_all", self.env._("move portfolios"))
        domain = self.action_view_profiles()["domain"]
        return profiles.search(domain).action_open_reassign()
