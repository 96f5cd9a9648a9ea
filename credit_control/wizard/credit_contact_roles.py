from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditContactRoles(models.TransientModel):
    """Say which contacts of a customer pay, decide or approve.

    A collector need not have the right to change contacts for that.
    """

    _name = "credit.contact.roles"
    _description = "Roles of a contact"

    profile_id = fields.Many2one("credit.profile", required=True)
    customer_id = fields.Many2one(related="profile_id.partner_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    role_ids = fields.Many2many(
        "credit.role",
        string="Roles",
        compute="_compute_role_ids",
        store=True,
        readonly=False,
        domain="[('is_internal', '=', False)]",
    )

    @api.depends("partner_id")
    def _compute_role_ids(self):
        for wizard in self:
            wizard.role_ids = wizard.partner_id.credit_role_ids

    def action_apply(self):
        """Give the contact these roles, with a line in the profile's chatter."""
        self.ensure_one()
        profile = self.profile_id
        profile._check_group("group_collector", self.env._("give roles to contacts"))
        profile.check_access("write")
        if self.partner_id.commercial_partner_id != profile.partner_id:
            raise UserError(
                self.env._(
                    "%(contact)s is no contact of %(customer)s: choose one of his.",
                    contact=self.partner_id.display_name,
                    customer=profile.partner_id.display_name,
                )
            )
        # sudo: collectors have no right on contacts, and write this field alone
        self.partner_id.sudo().credit_role_ids = self.role_ids
        profile._log(
            self.env._(
                "Roles of %(contact)s: %(roles)s",
                contact=self.partner_id.name,
                roles=", ".join(self.role_ids.mapped("name")) or self.env._("none"),
            )
        )
        return {"type": "ir.actions.act_window_close"}
