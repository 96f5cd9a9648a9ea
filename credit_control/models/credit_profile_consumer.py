from odoo import api, fields, models
from odoo.fields import Domain

# what is written in place of a VAT number by those who have none
NO_VAT = (False, "", "/")


class CreditProfile(models.Model):
    """Who is a private person: the law protects him from what firms may be told."""

    _inherit = "credit.profile"

    is_consumer = fields.Boolean(
        compute="_compute_is_consumer",
        search="_search_is_consumer",
        string="Private person",
        help="A person without a company and without a VAT number.",
    )

    @api.depends("partner_id.is_company", "partner_id.parent_id", "partner_id.vat")
    def _compute_is_consumer(self):
        for profile in self:
            customer = profile.partner_id.sudo()
            profile.is_consumer = (
                bool(customer)
                and not customer.is_company
                and not customer.parent_id.is_company
                and customer.vat in NO_VAT
            )

    def _search_is_consumer(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        persons = (
            Domain("partner_id.is_company", "=", False)
            & (
                Domain("partner_id.parent_id", "=", False)
                | Domain("partner_id.parent_id.is_company", "=", False)
            )
            & Domain("partner_id.vat", "in", list(NO_VAT))
        )
        wanted = {bool(item) for item in value}
        if operator == "not in":
            wanted = {True, False} - wanted
        if len(wanted) == 2:
            return Domain.TRUE
        if not wanted:
            return Domain.FALSE
        return persons if True in wanted else ~persons

    @api.depends("is_consumer")
    def _compute_dunning_policy_id(self):
        """A VAT number given or taken away may change the policy."""
        return super()._compute_dunning_policy_id()
