from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_alias_name = fields.Char(
        related="company_id.credit_alias_name", readonly=False
    )
    credit_alias_domain = fields.Char(related="company_id.alias_domain_id.name")
    credit_keep_originals = fields.Boolean(
        related="company_id.credit_keep_originals", readonly=False
    )
    credit_sweep_days = fields.Integer(
        related="company_id.credit_sweep_days", readonly=False
    )
    credit_match_confidence = fields.Float(
        related="company_id.credit_match_confidence", readonly=False
    )
    credit_mailbox_id = fields.Many2one(
        "fetchmail.server", compute="_compute_credit_mailbox_id"
    )
    credit_mailbox_state = fields.Selection(related="credit_mailbox_id.state")

    def _compute_credit_mailbox_id(self):
        for settings in self:
            settings.credit_mailbox_id = settings.company_id.credit_mailbox_ids[:1]

    def action_open_credit_mailbox(self):
        """Open the company's mailbox, or a new one to fill in."""
        return self.company_id.action_open_credit_mailbox()
