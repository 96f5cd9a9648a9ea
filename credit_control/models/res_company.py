from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Default dunning policy",
        help="For customers that no assignment rule of a policy concerns.",
    )
    dunning_is_started = fields.Boolean(
        string="Dunning started",
        help="Until a person has gone through the start assistant, or approved a run, "
        "nothing is planned or sent by the scheduled actions.",
    )
    dunning_start_date = fields.Date(string="Dunning start")
    dunning_auto_plan = fields.Boolean(
        string="Plan every day",
        default=True,
        help="The scheduled action plans a run every day and approves what "
        "the policies allow to go by itself.",
    )
