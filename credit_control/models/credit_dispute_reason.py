from datetime import timedelta

from odoo import api, fields, models


class CreditDisputeReason(models.Model):
    """Why invoices are contested, and who finds out what is right."""

    _name = "credit.dispute.reason"
    _description = "Dispute reason"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False)]",
        help="Who gets the disputes with this reason.",
    )
    role_id = fields.Many2one(
        "credit.role",
        string="Else the",
        domain="[('is_internal', '=', True)]",
        help="Without an owner: who has this role for the customer. Without either: "
        "who enters the dispute.",
    )
    deadline_days = fields.Integer(
        string="Days to settle", default=10, help="From the day it is entered."
    )

    _code_unique = models.Constraint("UNIQUE(code)", "A reason's code must be unique.")
    _deadline_positive = models.Constraint(
        "CHECK(deadline_days >= 0)", "The days to settle a dispute cannot be negative."
    )

    @api.private
    def _get_owner(self, profile):
        """Return the user who deals with this reason at a customer.

        Extended by: add-ons that know other people, for example of the warehouse.
        """
        # sudo: who enters a dispute need not see all users
        user = self.sudo().user_id
        companies = user.company_ids
        if user.active and profile.company_id in companies:
            return user.sudo(self.env.su)
        role = self.sudo().role_id
        found = role and profile._get_inside_users(role.code).get(profile)
        return (found or self.env.user).sudo(self.env.su)

    @api.private
    def _get_deadline(self, company):
        """Return the day by which a dispute entered today is to be settled."""
        return company._dunning_today()[company] + timedelta(days=self.deadline_days)
