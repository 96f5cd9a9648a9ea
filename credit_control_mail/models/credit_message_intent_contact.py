from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class CreditMessageIntent(models.Model):
    """New contacts, people who left, and addresses that do not work."""

    _inherit = "credit.message.intent"

    # === CONTACT === #
    def _accept_contact_change(self):
        """Make the person a contact with the role of who pays the bills.

        Where the sender has left and names nobody, his roles end.
        """
        email = email_normalize(self.contact_email or "")
        if self.contact_email and not email:
            raise UserError(
                self.env._(
                    "“%s” is no e-mail address: correct it.", self.contact_email
                )
            )
        former = self._former_contact()
        if not (email or self.contact_name):
            return self._end_roles(former)
        role = self.env.ref("credit_control.role_accounts_payable").sudo()
        given = former.credit_role_ids or role
        person, is_new = self._find_or_make_contact(email)
        added = given - person.credit_role_ids
        person.credit_role_ids = [Command.link(role_id) for role_id in added.ids]
        undo = {"id": person.id, "is_new": is_new, "roles": added.ids}
        if former and former != person:
            undo |= {"former_id": former.id, "former": former.credit_role_ids.ids}
            former.credit_role_ids = [Command.clear()]
        return {
            "vals": {"res_model": person._name, "res_id": person.id},
            "undo": {"contact": undo},
        }

    def _end_roles(self, former):
        """Write to the sender no more, and have somebody find out who follows."""
        undo = {"former_id": former.id, "former": former.credit_role_ids.ids}
        former.credit_role_ids = [Command.clear()]
        name = former.name or self.message_id.from_name
        task = self._make_task(
            self.profile_id,
            self.env._(
                "%s has left: ask whom to write to",
                name or self.message_id.email_normalized,
            ),
            self.profile_id.user_id,
            self._today(),
        )
        return {**task, "undo": {"contact": undo}}

    def _former_contact(self):
        """Return the contact whose place the new one takes, as sudo."""
        sender = self.message_id.sudo().partner_id
        customer = self.message_id.sudo().profile_id.partner_id
        is_person = sender.commercial_partner_id == customer and sender != customer
        replaced = self.replaces_contact and is_person
        return sender if replaced else sender.browse()

    def _find_or_make_contact(self, email):
        """Return the contact of the customer, as sudo, and whether it is new."""
        # sudo: collectors need no right to create contacts
        partners = self.env["res.partner"].sudo()
        customer = self.message_id.sudo().profile_id.partner_id
        own = [("commercial_partner_id", "=", customer.id), ("is_company", "=", False)]
        by_name = ("name", "=", self.contact_name)
        key = ("email_normalized", "=", email) if email else by_name
        if found := partners.search([*own, key], limit=1, order="id"):
            return found, False
        person = partners.create(
            {
                "name": self.contact_name or email,
                "parent_id": customer.id,
                "type": "contact",
                "email": email,
                "phone": self.contact_phone,
                "lang": customer.lang,
            }
        )
        return person, True

    # === STAND-IN === #
    def action_add_deputy(self):
        """Propose who stands in for an absent person as a contact."""
        self.ensure_one()
        self._check_rights(self.env._("add a contact"))
        if self.intent != "auto_reply" or not (self.contact_email or self.contact_name):
            raise UserError(self.env._("This message names nobody who stands in."))
        values = {
            name: self[name]
            for name in ("contact_name", "contact_email", "contact_phone")
        }
        intent_id = self.message_id.action_add_intent("contact_change", values)
        self.browse(intent_id).action_accept()
        return True

    # === BOUNCE === #
    def _accept_bounce(self):
        """Write to that address no more; the next contact of the role gets the mails.

        A delay is no bounce: without an address nothing is marked.
        """
        email = email_normalize(self.contact_email or "")
        if not email:
            return {}
        contacts = self._contacts_of(email)
        contacts.credit_email_invalid = self._today()
        profile = self.message_id.profile_id
        outcome = (
            self._make_task(
                profile,
                self.env._("%s does not work: ask for the right address", email),
                profile.user_id,
                self._today(),
            )
            if profile
            else {}
        )
        return {**outcome, "undo": {"bounced": contacts.ids}}

    def _contacts_of(self, email):
        """Return the contacts with an address, of the customer if he is known."""
        partners = self.env["res.partner"].sudo()
        domain = [("email_normalized", "=", email)]
        if profile := self.message_id.sudo().profile_id:
            customer = profile.partner_id
            domain.append(("commercial_partner_id", "=", customer.id))
        return partners.search(domain)


class ResPartner(models.Model):
    """An address from which mails come back."""

    _inherit = "res.partner"

    credit_email_invalid = fields.Date(
        string="E-mail does not work since",
        copy=False,
        help="Mails came back: reminders go to the next contact. Correct the address "
        "to write there again.",
    )

    def write(self, vals):
        """A corrected address works, until it is known not to."""
        if "email" in vals and "credit_email_invalid" not in vals:
            vals = {**vals, "credit_email_invalid": False}
        return super().write(vals)

    def _with_bad_address(self):
        """Know also the addresses that a message said do not work."""
        known = self.sudo().filtered("credit_email_invalid").sudo(self.env.su)
        return super()._with_bad_address() | known


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.private
    def _get_recipients(self, role, level):
        """Leave out the addresses that do not work."""
        found = super()._get_recipients(role, level)
        return {
            profile: people.sudo()
            .filtered(lambda partner: not partner.credit_email_invalid)
            .sudo(people.env.su)
            for profile, people in found.items()
        }

    def _contacts_to_write(self):
        """Prefer addresses that work."""
        found = super()._contacts_to_write()
        working = found.sudo().filtered(lambda one: not one.credit_email_invalid)
        return working.sudo(self.env.su) or found


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _pick_contact(self, contacts):
        """Take an address that works, where there is one."""
        working = contacts.filtered(lambda one: not one.credit_email_invalid)
        return super()._pick_contact(working or contacts)
