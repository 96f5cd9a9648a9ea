from odoo import models


class ResPartner(models.Model):
    """Contacts are found by the address, and customers by the domain, of a mail."""

    _inherit = "res.partner"

    _credit_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    _credit_domain_idx = models.Index(
        "(split_part(email_normalized, '@', 2), commercial_partner_id) "
        "WHERE email_normalized IS NOT NULL"
    )
    _credit_website_idx = models.Index(
        "(lower(substring(website from '^(?:[A-Za-z]+://)?(?:www[.])?([^/:?#]+)'))) "
        "WHERE website IS NOT NULL"
    )
