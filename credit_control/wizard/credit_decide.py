from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditDecide(models.TransientModel):
    """Decide what becomes of customers whose claims are old."""

    _name = "credit.decide"
    _description = "Decide about old claims"

    profile_ids = fields.Many2many("credit.profile", string="Customers", required=True)
    profile_count = fields.Integer(compute="_compute_profile_count")
    kind = fields.Selection(
        selection=lambda self: self.env["credit.decision"]
        ._fields["kind"]
        ._description_selection(self.env),
        string="Decision",
        required=True,
        default="continue",
    )
    reason = fields.Char(required=True)
    date_until = fields.Date(
        string="Holds until",
        compute="_compute_date_until",
        store=True,
        readonly=False,
        help="The day after, a decision is due again if there still is an old claim.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="To be done by",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    amount = fields.Monetary(string="Overdue", compute="_compute_profile_count")
    currency_id = fields.Many2one("res.currency", compute="_compute_profile_count")

    @api.depends("profile_ids")
    def _compute_profile_count(self):
        for wizard in self:
            profiles = wizard.profile_ids
            wizard.profile_count = len(profiles)
            wizard.currency_id = profiles.currency_id[:1]
            one = len(profiles.currency_id) == 1
            wizard.amount = sum(profiles.mapped("amount_overdue")) if one else 0

    @api.depends("kind", "profile_ids")
    def _compute_date_until(self):
        for wizard in self:
            profiles = wizard.profile_ids._origin
            company = profiles.company_id[:1] or self.env.company
            today = company._dunning_today()[company]
            wizard.date_until = profiles._decision_until(wizard.kind, today)

    @api.depends("kind", "profile_ids")
    def _compute_user_id(self):
        for wizard in self:
            company = wizard.profile_ids.company_id[:1] or self.env.company
            if wizard.kind == "write_off":
                wizard.user_id = company._credit_accountant()
            else:
                wizard.user_id = self.env.user

    def action_apply(self):
        """Log the decision and do what follows from it; open what was made."""
        self.ensure_one()
        profiles = self.profile_ids
        if not profiles:
            raise UserError(
                self.env._("No customer is chosen: tick some in a list first.")
            )
        profiles._decide(self.kind, self.reason, self.date_until, self.user_id)
        if self.kind != "legal":
            return {"type": "ir.actions.act_window_close"}
        dossiers = self.env["credit.dossier"].search(
            [("profile_id", "in", profiles.ids), ("state", "=", "draft")]
        )
        if len(dossiers) == 1:
            return dossiers._get_records_action()
        return profiles.action_open_dossiers()
