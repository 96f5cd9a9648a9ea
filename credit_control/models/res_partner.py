from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_role_ids = fields.Many2many(
        "credit.role",
        "credit_role_partner_rel",
        "partner_id",
        "role_id",
        string="Credit roles",
        domain=[("is_internal", "=", False)],
        help="What this contact does for the payment of invoices: reminders go to "
        "the roles that each level names.",
    )
    credit_profile_ids = fields.One2many("credit.profile", "partner_id")
