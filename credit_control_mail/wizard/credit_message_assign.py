from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class CreditMessageAssign(models.TransientModel):
    """Choose the customer of a message: by name, invoice number or address."""

    _name = "credit.message.assign"
    _description = "Customer of a message"

    message_id = fields.Many2one("credit.message", required=True, ondelete="cascade")
    email = fields.Char(related="message_id.email_normalized", string="Address")
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        domain="[('in_portfolio', '=', True)]",
        help="Search by name, invoice number or e-mail address.",
    )
    is_remembered = fields.Boolean(
        string="Remember the address",
        default=True,
        help="What comes from this address is this customer's from now on.",
    )
    other_count = fields.Integer(
        string="Other messages of this address", compute="_compute_other_count"
    )
    with_contact = fields.Boolean(string="Make a contact")
    contact_name = fields.Char(
        compute="_compute_contact_name", store=True, readonly=False
    )
    role_ids = fields.Many2many(
        "credit.role", string="Roles", domain="[('is_internal', '=', False)]"
    )

    # === COMPUTE METHODS === #
    @api.depends("message_id", "is_remembered")
    def _compute_other_count(self):
        for wizard in self:
            # sudo: a number
            message = wizard.message_id.sudo()
            others = message._find_same_sender() if wizard.is_remembered else ()
            wizard.other_count = len(others)

    @api.depends("message_id")
    def _compute_contact_name(self):
        for wizard in self:
            message = wizard.message_id
            wizard.contact_name = message.from_name or message.email_normalized

    # === ACTION METHODS === #
    def action_apply(self):
        """Give the message to the customer, and make the contact."""
        self.ensure_one()
        if not self.profile_id:
            raise UserError(
                self.env._(
                    "Choose the customer: enter his name, an invoice number or an "
                    "e-mail address."
                )
            )
        made = self._make_contact() if self.with_contact else None
        self.message_id.action_assign_customer(self.profile_id.id, self.is_remembered)
        if made:
            # sudo: what the undo needs is technical
            message = self.message_id.sudo()
            message.match_undo = {**message.match_undo, "contact": made}
        return {"type": "ir.actions.act_window_close"}

    def action_not_a_customer(self):
        """Say that the sender is no customer."""
        self.ensure_one()
        self.message_id.action_not_a_customer(self.is_remembered)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #
    def _make_contact(self):
        """Make a contact of the sender, or give the one there is these roles.

        :return: what the undo needs
        :rtype: dict
        """
        profile = self.profile_id
        profile._check_group("group_collector", self.env._("make a contact"))
        profile._check_in_portfolio()
        self.message_id.check_access("write")
        address = email_normalize(self.message_id.email_normalized or "")
        name = (self.contact_name or "").strip()
        if not address:
            raise UserError(
                self.env._(
                    "This message shows no address of its sender: make the contact "
                    "on the customer's page."
                )
            )
        if not name:
            raise UserError(self.env._("Enter the name of the contact."))
        # sudo: collectors have no right on contacts, and write these fields alone
        contact = self.message_id.sudo()._find_contacts(profile).get(address)
        is_new = not contact
        added = self.role_ids - contact.credit_role_ids if contact else self.role_ids
        if contact:
            contact.credit_role_ids |= added
        else:
            contact = profile.partner_id.sudo().create(
                {
                    "name": name,
                    "email": address,
                    "type": "contact",
                    "parent_id": profile.partner_id.id,
                    "credit_role_ids": [(6, 0, self.role_ids.ids)],
                }
            )
        profile._log(
            self.env._("New contact: %(name)s, %(email)s", name=name, email=address)
        )
        return {"id": contact.id, "is_new": is_new, "roles": added.ids}


class CreditMessage(models.Model):
    """Taking a choice back takes the contact away that was made with it."""

    _inherit = "credit.message"

    def _undo_assign(self):
        """A stranger is no known contact, who gets documents, any more."""
        made = self.match_undo.get("contact")
        if made:
            # its messages are matched without it
            self.partner_id = False
        result = super()._undo_assign()
        self.env["credit.message.intent"]._undo_contact(made)
        return result
