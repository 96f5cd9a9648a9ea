from odoo import api, fields, models


class CreditMessageCandidate(models.Model):
    """A customer who may have written a message, and why."""

    _name = "credit.message.candidate"
    _description = "Possible sender of a message"
    _order = "confidence desc, id"
    _rec_name = "profile_id"

    message_id = fields.Many2one(
        "credit.message", required=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    confidence = fields.Float(digits=(3, 2))
    reasons = fields.Json()
    customer_name = fields.Char(compute="_compute_customer_name", compute_sudo=True)
    reason_text = fields.Text(string="Why", compute="_compute_reason_text")

    # === COMPUTE METHODS === #
    @api.depends("profile_id")
    def _compute_customer_name(self):
        """Name customers of other portfolios too, so that one knows whom to ask."""
        for candidate in self:
            candidate.customer_name = candidate.profile_id.display_name

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        messages = self.env["credit.message"]
        for candidate in self:
            candidate.reason_text = "\n".join(messages._say_reasons(candidate.reasons))

    # === ACTION METHODS === #
    def action_choose(self):
        """Say that this customer wrote the message, and remember it for the address."""
        self.ensure_one()
        return self.message_id.action_assign_customer(self.profile_id.id)
