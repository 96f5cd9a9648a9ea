from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

MAX_DAYS = 92


class DunningPreview(models.TransientModel):
    """Look ahead: the notices of the next days, simulated and not stored."""

    _name = "dunning.preview"
    _description = "Preview of the next days"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    days = fields.Integer(
        default=30, required=True, help="Number of days to look ahead, today included."
    )
    line_ids = fields.One2many("dunning.preview.line", "preview_id")

    def action_preview(self):
        """Simulate the days and show what would go."""
        self.ensure_one()
        if not self.env["dunning.run"].has_access("read"):
            raise AccessError(
                self.env._("You have no right to see runs: ask a credit manager.")
            )
        if not 0 < self.days <= MAX_DAYS:
            raise UserError(
                self.env._("Look 1 to %(days)s days ahead.", days=MAX_DAYS)
            )
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("Switch to %(company)s first.", company=self.company_id.name)
            )
        rows = self.env["dunning.run"].preview(self.company_id, self.days)
        readable = set(
            self.env["credit.profile"]
            .search([("id", "in", list({row["profile_id"] for row in rows}))])
            .ids
        )
        self.line_ids = [fields.Command.clear()] + [
            fields.Command.create(row)
            for row in rows
            if row["profile_id"] in readable
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_preview_line_action"
        )
        return {**action, "domain": [("preview_id", "=", self.id)]}


class DunningPreviewLine(models.TransientModel):
    """One notice that would go on one of the next days."""

    _name = "dunning.preview.line"
    _description = "Simulated notice"
    _order = "date, amount desc, id"
    _rec_name = "partner_id"

    preview_id = fields.Many2one(
        "dunning.preview", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="preview_id.company_id.currency_id")
    date = fields.Date()
    profile_id = fields.Many2one("credit.profile", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    user_id = fields.Many2one(
        related="profile_id.user_id", string="Collector", store=True
    )
    policy_id = fields.Many2one("dunning.policy", ondelete="cascade")
    level_id = fields.Many2one("dunning.level", ondelete="cascade")
    level_name = fields.Char(string="Step", compute="_compute_level_name", store=True)
    claims = fields.Integer(help="Items whose step is due on that day.")
    amount = fields.Monetary(
        aggregator="sum", help="Claims and reminders less open credits."
    )

    @api.depends("level_id")
    def _compute_level_name(self):
        """Steps of the same name are one in charts, whatever their policy."""
        for line in self:
            line.level_name = line.level_id.name

    def action_open_policy(self):
        """Open the policy by which the notice would go."""
        self.ensure_one()
        return self.policy_id._open_form()
