from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Plain columns without index or tracking: a sent batch updates them by one
    # raw UPDATE, whatever its size.
    dunning_level_id = fields.Many2one(
        "dunning.level",
        string="Dunning level",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The last delivered level of the policy.",
    )
    dunning_date = fields.Date(
        string="Last reminded on",
        copy=False,
        readonly=True,
        help="Day of the last delivered notice on this item, one-offs included.",
    )
