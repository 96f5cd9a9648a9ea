from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


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

    # === CRUD METHODS === #
    def write(self, vals):
        """Let the credit profiles follow when the commercial entity changes."""
        if not {"parent_id", "is_company", "company_type"} & vals.keys():
            return super().write(vals)
        everyone = self.sudo().with_context(active_test=False)
        family = everyone.search([("id", "child_of", self.ids)], order="id")
        before = {member: member.commercial_partner_id for member in family}
        result = super().write(vals)
        moved = family.filtered(
            lambda member: member.commercial_partner_id != before[member]
        )
        if moved:
            self.env["credit.profile"].sudo()._follow_customers(
                {member: before[member] for member in moved}
            )
        return result

    # === ACTIONS === #
    def action_open_credit_profile(self):
        """Open the credit profile in the current company, made when missing."""
        self.ensure_one()
        return self._open_credit_profile(self.env.company)

    # === BUSINESS METHODS === #
    @api.private
    def _open_credit_profile(self, company):
        """Return the action that shows the customer's profile in ``company``."""
        if not self:
            raise UserError(self.env._("Enter a customer first."))
        profiles = self.env["credit.profile"]
        customers = {(self.commercial_partner_id.id, company.id)}
        profile = profiles.sudo()._of_customers(customers).sudo(False)
        if not profile:
            if not profiles.has_access("create"):
                raise UserError(
                    self.env._(
                        "%(customer)s has no credit profile in %(company)s yet: it is "
                        "made with the first unpaid invoice, or by a collector.",
                        customer=self.commercial_partner_id.display_name,
                        company=company.name,
                    )
                )
            profile = profiles.get_profile(self, company)
        if not profile.has_access("read"):
            raise AccessError(
                self.env._(
                    "%s is in the portfolio of another collector: ask the credit "
                    "manager.",
                    self.commercial_partner_id.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "credit.profile",
            "res_id": profile.id,
            "views": [(False, "form")],
        }
