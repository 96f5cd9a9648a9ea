from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dunning_policy_id = fields.Many2one(
        related="company_id.dunning_policy_id", readonly=False
    )
    dunning_auto_plan = fields.Boolean(
        related="company_id.dunning_auto_plan", readonly=False
    )
    dunning_is_started = fields.Boolean(related="company_id.dunning_is_started")
    dunning_start_date = fields.Date(
        related="company_id.dunning_start_date", readonly=False
    )
