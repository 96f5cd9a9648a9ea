from collections import defaultdict

from odoo import api, models


class DunningNotice(models.Model):
    """To and Cc of a notice."""

    _inherit = "dunning.notice"

    @api.private
    def _resolve_recipients(self):
        """Return who a notice goes to.

        What a person chose on the notice wins; else the roles of the level; where no
        contact has them, the invoice address or the main contact, with a warning.

        :return: for each notice ``to`` and ``cc`` (res.partner, ordered, without
            doubles) and ``warning`` (a sentence, or False)
        :rtype: dict[dunning.notice, dict]
        """
        by_level = {}
        for level, notices in self.grouped("level_id").items():
            profiles = notices.profile_id._origin
            for role in (level.role_to_ids | level.role_cc_ids).sudo():
                by_level[level, role] = profiles._get_recipients(role, level)
        result = {}
        for notice in self:
            to = notice.partner_to_ids._origin or notice._recipients_of(
                notice.level_id.role_to_ids, by_level
            )
            cc = notice.partner_cc_ids._origin or notice._recipients_of(
                notice.level_id.role_cc_ids, by_level
            )
            result[notice] = {"to": to, "cc": cc - to, "warning": False}
        silent = self.filtered(
            lambda notice: not any(result[notice]["to"].sudo().mapped("email"))
        )
        for notice, contact in silent._get_fallback_contacts().items():
            found = result[notice]
            found["warning"] = notice._missing_recipient_warning()
            if contact:
                found.update(to=contact, cc=found["cc"] - contact)
        return result

    def _recipients_of(self, roles, by_level):
        partners = self.env["res.partner"]
        for role in roles.sudo():
            partners |= by_level[self.level_id, role].get(
                self.profile_id._origin, partners.browse()
            )
        return partners

    def _missing_recipient_warning(self):
        roles = self.level_id.role_to_ids.sudo()
        if self.partner_to_ids:
            return self.env._(
                "None of the chosen recipients has an e-mail address: the invoice "
                "address is taken instead."
            )
        if not roles:
            return False
        return self.env._(
            "No contact with an e-mail address has the role %(roles)s: the invoice "
            "address is taken instead. Give the role to a contact of the customer.",
            roles=", ".join(roles.mapped("name")),
        )

    def _get_fallback_contacts(self):
        """Return the contact to write to where the roles give none.

        An invoice address of the customer, the contact on the invoices, the customer
        himself, any contact: the first that has an e-mail address.

        :rtype: dict[dunning.notice, res.partner]
        """
        self._fetch_items()
        customers = self.partner_id._origin
        contacts = defaultdict(lambda: self.env["res.partner"])
        for contact in (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "in", customers.ids),
                    ("email", "not in", (False, "")),
                ],
                order="id",
            )
        ):
            contacts[contact.commercial_partner_id.id] += contact
        return {
            notice: notice._pick_contact(contacts[notice.partner_id._origin.id])
            for notice in self
        }

    def _pick_contact(self, contacts):
        if len(contacts) <= 1:
            return contacts
        customer = self.partner_id._origin
        billed = self.sudo().line_ids.move_line_id.move_id.partner_id._origin
        return (
            contacts.filtered(lambda partner: partner.type == "invoice")[:1]
            or (contacts & (billed - customer))[:1]
            or (contacts & customer)
            or contacts[:1]
        )
