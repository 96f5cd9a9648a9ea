from odoo import fields, models


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    sample_town = fields.Char()
