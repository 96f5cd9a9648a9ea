from odoo import api, models

from ..tools.letter import Letter
from ..tools.postal import plain_place


class DunningNotice(models.Model):
    """A notice as a letter: to whom, and under which reference."""

    _inherit = "dunning.notice"

    def _letter_reference(self):
        """Return the reference printed on the letter, by which it is found again."""
        self.ensure_one()
        return f"{self.date.year}-{self.id:06d}"

    @api.private
    def _letters(self):
        """Return one ``Letter`` per notice, as the level wants it sent.

        :rtype: list[Letter]
        """
        return [
            Letter(
                notice,
                partner,
                notice._get_lang(partner),
                notice.level_id.send_registered,
            )
            for notice, partner in self._letter_addressees().items()
        ]

    @api.private
    def _letter_addressees(self):
        """Return whom the letter of each notice is addressed to.

        The first recipient that a person chose, or that the roles of the level give,
        who works at the customer and has a postal address; else the invoice address.

        :rtype: dict[dunning.notice, res.partner]
        """
        by_role = self._contacts_by_role()
        customers = self.partner_id.sudo()
        invoice_ids = {
            customer: customer.address_get(["invoice"])["invoice"]
            for customer in customers
        }
        addresses = customers.browse(set(invoice_ids.values()))
        result = {}
        for notice in self:
            customer = notice.partner_id.sudo()
            chosen = notice.partner_to_ids.sudo() or by_role[notice]
            own = chosen.filtered(
                lambda partner, customer=customer, company=notice.company_id: (
                    partner.commercial_partner_id == customer
                    and not partner._missing_postal_parts(company)
                )
            )
            billed = customer.browse(invoice_ids[customer])
            result[notice] = own[:1] or billed.with_prefetch(addresses.ids)
        return result

    @api.private
    def _postal_contacts(self):
        """Return the contacts to whom a letter of each notice may go, the best first.

        Who was chosen or has a role of the level, the invoice addresses, the contacts
        on the invoices, the customer himself; then his other addresses, since those are
        places of his. All of them with what a letter needs.

        :rtype: dict[dunning.notice, res.partner]
        """
        by_role = self._contacts_by_role()
        contacts = self._get_contacts("city")
        result = {}
        for notice in self:
            known = contacts[notice]
            people = notice.partner_to_ids.sudo() | by_role[notice]
            people |= notice._main_contacts(known)
            people |= known.filtered(lambda item: item.type in ("other", "delivery"))
            result[notice] = people.filtered(
                lambda item, notice=notice: (
                    item.commercial_partner_id == notice.partner_id.sudo()
                    and not item._missing_postal_parts(notice.company_id)
                )
            )
        return result

    @api.private
    def _contacts_by_role(self):
        """Return the contacts at the customer who have the To roles of the level.

        :rtype: dict[dunning.notice, res.partner]
        """
        result = dict.fromkeys(self, self.env["res.partner"].sudo())
        for level, notices in self.grouped("level_id").items():
            for role in level.role_to_ids.filtered(lambda role: not role.is_internal):
                contacts = notices.profile_id._get_recipients(role, level)
                for notice in notices:
                    result[notice] |= contacts[notice.profile_id].sudo()
        return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _postal_key(self, company):
        """Return what two spellings of one postal address have in common.

        :param company: the ``res.company`` whose country is meant where none is named
        """
        self.ensure_one()
        country = self.country_id or company.country_id
        return plain_place(
            self.street, self.street2, self.zip, self.city, country.code
        )

    @api.private
    def _missing_postal_parts(self, company):
        """Return the labels of what a letter of ``company`` lacks in this address.

        :rtype: list[str]
        """
        self.ensure_one()
        country = self.country_id or company.country_id
        missing = []
        if not (self.street or self.street2):
            missing.append(self.env._("street"))
        if not self.zip and country.zip_required:
            missing.append(self.env._("postcode"))
        if not self.city:
            missing.append(self.env._("town"))
        return missing
