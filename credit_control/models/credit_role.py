from odoo import fields, models


class CreditRole(models.Model):
    """A family of people: at the customer, or inside the company."""

    _name = "credit.role"
    _description = "Contact role"
    _order = "is_internal, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short technical name, used by imports and scripts."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_internal = fields.Boolean(
        string="Inside",
        help="The people of this role work in your company (collector, salesperson, "
        "team leader, credit manager); otherwise they are contacts at the customer.",
    )
    description = fields.Text(translate=True)
    partner_ids = fields.Many2many(
        "res.partner", "credit_role_partner_rel", "role_id", "partner_id"
    )

    _code_unique = models.Constraint("UNIQUE(code)", "A role's code must be unique.")
