from collections import defaultdict

from odoo import api, models
from odoo.tools.mail import email_normalize_all


class DunningNotice(models.Model):
    """To and Cc of a notice."""

    _inherit = "dunning.notice"

    @api.private
    def _resolve_recipients(self):
        """Return who a notice goes to.

        What a person chose on the notice wins; else the roles of the level, without
        the addresses known not to work; where nobody is left, the invoice address or
        the main contact, with a warning.

        :return: for each notice ``to`` and ``cc`` (res.partner, ordered, without
            doubles) and ``warning`` (a sentence, or False)
        :rtype: dict[dunning.notice, dict]
        """
        by_level = self._people_by_role()
        result = {}
        for notice in self:
            to = notice.partner_to_ids._origin or notice._recipients_of(
                notice.level_id.role_to_ids, by_level
            )
            cc = notice.partner_cc_ids._origin or notice._recipients_of(
                notice.level_id.role_cc_ids, by_level
            )
            result[notice] = {"to": to, "cc": cc - to, "warning": False}
        bad = self._leave_out_bad(result)
        silent = self.filtered(
            lambda notice: not any((result[notice]["to"] - bad).sudo().mapped("email"))
        )
        for notice, contact in silent._get_fallback_contacts().items():
            notice._take_contact(result[notice], contact, bad)
        return result

    def _people_by_role(self):
        """Return by level and role, for each profile, who has the role."""
        by_level = {}
        for level, notices in self.grouped("level_id").items():
            profiles = notices.profile_id._origin
            for role in (level.role_to_ids | level.role_cc_ids).sudo():
                by_level[level, role] = profiles._get_recipients(role, level)
        return by_level

    def _recipients_of(self, roles, by_level):
        partners = self.env["res.partner"]
        for role in roles.sudo():
            partners |= by_level[self.level_id, role].get(
                self.profile_id._origin, partners.browse()
            )
        return partners

    def _leave_out_bad(self, result):
        """Take addresses known not to work out of To, where others are left.

        Whom a person chose is written to all the same.

        :param dict result: of :meth:`_resolve_recipients`, changed
        :return: the people of these notices whose address does not work
        :rtype: res.partner
        """
        ours = self.filtered(lambda notice: not notice.partner_to_ids)
        everybody = self.env["res.partner"].union(
            *(result[notice]["to"] for notice in ours)
        )
        bad = everybody._with_bad_address()
        for notice in ours if bad else ():
            found = result[notice]
            good, left_out = found["to"] - bad, found["to"] & bad
            if left_out and any(good.sudo().mapped("email")):
                found["to"] = good
                found["warning"] = self.env._(
                    "Not written to: %(names)s. Mails to that address came back, or it "
                    "asked not to be written to. Correct the address.",
                    names=", ".join(left_out.sudo().mapped("display_name")),
                )
        return bad

    def _take_contact(self, found, contact, bad):
        """Write to the main contact where the roles give nobody who can be written to.

        :param dict found: of this notice in :meth:`_resolve_recipients`, changed
        :param contact: of :meth:`_get_fallback_contacts`
        :param bad: the people whose address does not work
        """
        known = found["to"].filtered(lambda partner: partner.sudo().email)
        if not known:
            found["warning"] = self._missing_recipient_warning()
        elif contact and contact not in found["to"]:
            found["warning"] = self.env._(
                "Mails to %(names)s came back, or were not wanted: %(contact)s is "
                "written to instead.",
                names=", ".join((known & bad).sudo().mapped("display_name")),
                contact=contact.display_name,
            )
        if contact and not (known and contact._with_bad_address()):
            found.update(to=contact, cc=found["cc"] - contact)

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

    # === CONTACTS OF THE CUSTOMER === #
    def _get_fallback_contacts(self):
        """Return the contact to write to where the roles give none.

        An invoice address of the customer, the contact on the invoices, the customer
        himself, any contact: the first that has an e-mail address which works.

        :rtype: dict[dunning.notice, res.partner]
        """
        contacts = self._get_contacts()
        bad = self.env["res.partner"].union(*contacts.values())._with_bad_address()
        return {
            notice: notice._pick_contact((found - bad) or found)
            for notice, found in contacts.items()
        }

    def _get_contacts(self, name="email"):
        """Return the contacts of the customers who have an e-mail address.

        :param str name: or another field that they must have
        :rtype: dict[dunning.notice, res.partner]
        """
        self._fetch_items()
        customers = self.partner_id._origin
        contacts = defaultdict(lambda: self.env["res.partner"].sudo())
        for contact in (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "in", customers.ids),
                    (name, "not in", (False, "")),
                ],
                order="id",
            )
        ):
            contacts[contact.commercial_partner_id.id] += contact
        return {notice: contacts[notice.partner_id._origin.id] for notice in self}

    def _pick_contact(self, contacts):
        """Return who of these contacts of the customer is written to first."""
        if len(contacts) <= 1:
            return contacts
        return self._main_contacts(contacts)[:1] or contacts[:1]

    def _main_contacts(self, contacts):
        """Return those of ``contacts`` who deal with invoices, the best first."""
        customer = self.partner_id._origin
        billed = self.sudo().line_ids.move_line_id.move_id.partner_id._origin
        return (
            contacts.filtered(lambda partner: partner.type == "invoice")
            | (contacts & (billed - customer))
            | (contacts & customer)
        )

    @api.private
    def _next_contacts(self, tried):
        """Return who is written to when the addresses tried do not work.

        Of the people chosen on the notice, those who have a role of the level and
        those who deal with invoices, the first with an address that works. Somebody
        whose job at the customer is not known gets no demand that was not his.

        :param dict tried: by notice, the set of plain addresses tried
        :rtype: dict[dunning.notice, res.partner]
        """
        roles = self._contacts_by_role()
        contacts = self._get_contacts()
        candidates = {
            notice: notice.partner_to_ids._origin.sudo()
            | roles[notice]
            | notice._main_contacts(contacts[notice])
            for notice in self
        }
        everybody = self.env["res.partner"].sudo().union(*candidates.values())
        bad = everybody._with_bad_address()
        return {
            notice: (people - bad).filtered(
                lambda partner, done=tried[notice]: (
                    set(email_normalize_all(partner.email or "")) - done
                )
            )[:1]
            for notice, people in candidates.items()
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """What came back from an address says nothing of the corrected one."""
        if vals.get("email") and "message_bounce" not in vals:
            corrected = self.filtered(
                lambda partner: (
                    partner.message_bounce and partner.email != vals["email"]
                )
            )
            corrected.message_bounce = 0
        return super().write(vals)

    @api.private
    def _with_bad_address(self):
        """Return those whose e-mail address is known not to work.

        Mails came back from it, or it asked not to be written to.

        Extended by: add-ons that know more of addresses.
        """
        return (
            self.sudo()
            .filtered(
                lambda partner: (
                    partner.email and (partner.message_bounce or partner.is_blacklisted)
                )
            )
            .sudo(self.env.su)
        )
