from odoo import api, fields, models
from odoo.exceptions import AccessError


class CreditDecision(models.Model):
    """What was decided about a customer whose claims are old: kept for good."""

    _name = "credit.decision"
    _description = "Decision at age"
    _order = "date desc, id desc"

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Contact", store=True
    )
    collector_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("continue", "Continue"),
            ("insurer", "Declare to the insurer"),
            ("legal", "Legal action"),
            ("write_off", "Propose a write-off"),
            ("stop", "Stop"),
        ],
        string="Decision",
        required=True,
    )
    reason = fields.Char(required=True)
    date = fields.Date(string="Decided on", required=True, index=True)
    date_until = fields.Date(
        string="Holds until",
        required=True,
        help="The day after, a decision is due again if there still is an old claim.",
    )
    user_id = fields.Many2one("res.users", string="Decided by", required=True)
    age_days = fields.Integer(
        string="Days overdue", aggregator="max", help="Of the oldest claim that day."
    )
    amount = fields.Monetary(string="Overdue", help="In all, that day.")

    @api.depends("kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for decision in self:
            decision.display_name = kinds.get(decision.kind, "")

    def write(self, vals):
        """Refuse: whoever thinks otherwise decides anew."""
        if self:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise AccessError(
            self.env._(
                "A decision that was taken stays as it is: take a new one instead."
            )
        )
