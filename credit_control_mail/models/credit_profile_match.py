from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.match_text import compact
from .account_move_match import SALE_TYPES, compact_sql

# invoices and contacts of one search
FOUND = 50


class CreditProfile(models.Model):
    """Customers found for a message: by the match, or by who searches them."""

    _inherit = "credit.profile"

    # === BUSINESS METHODS === #
    def _match_key(self):
        """Return ids of customer and company; nothing without a profile."""
        return (self.partner_id.id, self.company_id.id) if self else ()

    @api.model
    @api.private
    def _find_profiles(self, pairs):
        """Return the profiles of pairs of customer and company (ids), by one query.

        :rtype: dict[tuple[int, int], credit.profile]
        """
        if not pairs:
            return {}
        found = self.with_context(active_test=False).search_fetch(
            [
                ("partner_id", "in", sorted({customer for customer, _ in pairs})),
                ("company_id", "in", sorted({company for _, company in pairs})),
            ],
            ["partner_id", "company_id"],
        )
        keys = ((row.partner_id.id, row.company_id.id) for row in found)
        return {key: row for key, row in zip(keys, found, strict=True) if key in pairs}

    @api.model
    @api.private
    def _make_profiles(self, company, customers):
        """Make the profiles of customers who have none, by one statement.

        :param list[int] customers: ids of commercial partners
        """
        self._insert_profiles(
            company, SQL("SELECT unnest(%s) AS id", sorted(customers))
        )

    # === SEARCH METHODS === #
    @api.model
    def _search_display_name(self, operator, value):
        """Find the customer of a message by address and invoice number too."""
        domain = super()._search_display_name(operator, value)
        text = value.strip() if isinstance(value, str) else ""
        if operator not in ("ilike", "=ilike", "like") or not text:
            return domain
        if not self.env.context.get("credit_find_sender"):
            return domain
        customers = self._find_by_address(text) | self._find_by_invoice(text)
        return Domain(domain) | Domain("partner_id", "in", customers.ids)

    @api.model
    def _find_by_address(self, text):
        """Return the customers with a contact of this address or domain."""
        if "@" not in text:
            return self.env["res.partner"]
        # sudo: an address leads to profiles, and these are read by the rules
        contacts = self.env["res.partner"].sudo()
        address = text.lower().strip("<>")
        operator = "=like" if address.startswith("@") else "="
        if operator == "=like":
            address = f"%{address}"
        found = contacts.search([("email_normalized", operator, address)], limit=FOUND)
        return found.commercial_partner_id

    @api.model
    def _find_by_invoice(self, text):
        """Return the customers of the invoices with this number or reference."""
        key = compact(text)
        if len(key) < 4 or not any(map(str.isdigit, key)):
            return self.env["res.partner"]
        self.env["account.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id
                  FROM account_move m
                  JOIN res_partner partner ON partner.id = m.partner_id
                 WHERE m.state = 'posted'
                   AND m.move_type IN %(types)s
                   AND m.company_id IN %(companies)s
                   AND (m.name ILIKE %(name)s
                        OR %(reference)s = %(key)s OR %(order)s = %(key)s)
                 LIMIT %(limit)s
                """,
                types=SALE_TYPES,
                companies=tuple(self.env.companies.ids),
                name=f"%{text}%",
                reference=compact_sql("m.payment_reference"),
                order=compact_sql("m.ref"),
                key=key,
                limit=FOUND,
            )
        )
        return self.env["res.partner"].browse({row[0] for row in rows})
