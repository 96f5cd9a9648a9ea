from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditReassign(models.TransientModel):
    """Give customers to another collector or team, or to whom the rules name."""

    _name = "credit.reassign"
    _description = "Re-assign customers"
    _inherit = ["credit.mass.wizard"]

    mode = fields.Selection(
        [
            ("collector", "To this collector"),
            ("team", "To this team’s common portfolio"),
            ("rules", "By the assignment rules"),
        ],
        default="collector",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Collector", domain="[('share', '=', False)]"
    )
    team_id = fields.Many2one("credit.team")
    with_activities = fields.Boolean(
        string="With open activities",
        default=True,
        help="What the former collector had planned for these customers goes too.",
    )
    reason = fields.Char()

    @api.depends("profile_ids", "mode", "user_id", "team_id")
    def _compute_preview(self):
        return super()._compute_preview()

    def action_apply(self):
        """Re-assign the customers; it can be undone."""
        self.ensure_one()
        profiles = self.profile_ids
        actions = self.env["credit.mass.action"]
        if self.mode == "rules":
            action = actions._run("collector", profiles, self._by_rules, self.reason)
        elif self.mode == "team":
            action = self._to_team()
        else:
            action = self._to_collector()
        if self.with_activities:
            action._move_activities()
        self._tell_collector(action)
        return action._done_notification()

    def _by_rules(self):
        for company, some in self.profile_ids.grouped("company_id").items():
            some._assign_portfolio(company, again=True)

    def _to_collector(self):
        user = self.user_id
        if not user:
            raise UserError(self.env._("Choose the collector who gets the customers."))
        profiles = self.profile_ids
        profiles._check_collector(user)

        def deed():
            values = {"user_id": user.id, "portfolio_by_hand": True}
            self.env["credit.mass.action"]._write_columns(profiles, values)
            profiles._write_teams(profiles.ids)

        return self.env["credit.mass.action"]._run(
            "collector", profiles, deed, self.reason
        )

    def _to_team(self):
        team = self.team_id
        if not team:
            raise UserError(self.env._("Choose the team that gets the customers."))
        outside = self.profile_ids.filtered(
            lambda one: team.company_id
            and team.company_id not in one.company_id.sudo().parent_ids
        )
        if outside:
            raise UserError(
                self.env._(
                    "The team “%(team)s” is of %(company)s: %(customer)s is not. "
                    "Choose another team, or only customers of that company.",
                    team=team.name,
                    company=team.company_id.name,
                    customer=outside[0].display_name,
                )
            )
        values = {"user_id": False, "team_id": team.id, "portfolio_by_hand": True}
        return self.env["credit.mass.action"]._apply(
            "team", self.profile_ids, values, self.reason
        )

    def _tell_collector(self, action):
        """Tell who got the customers how many they are."""
        user = self.user_id
        if not action or self.mode != "collector" or user == self.env.user:
            return
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.user.partner_id.id,
            subject=self.env._("Customers for you"),
            body=self.env._(
                "%(who)s gave you %(count)s customers. %(reason)s",
                who=self.env.user.name,
                count=action.count,
                reason=self.reason or "",
            ),
        )

    def _preview_field(self):
        return "team_id" if self.mode == "team" else "user_id"

    def _preview_target(self):
        if self.mode == "rules":
            return self.env._("by the assignment rules")
        return self._value_text(
            self.team_id if self.mode == "team" else self.user_id
        )
