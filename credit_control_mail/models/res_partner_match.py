from odoo import models
from odoo.tools import SQL

# the index serves queries with the very same expression alone
_WEBSITE_DOMAIN = (
    "lower(substring({name} from '^(?:[A-Za-z]+://)?(?:www[.])?([^/:?#]+)'))"
)


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
        f"({_WEBSITE_DOMAIN.format(name='website')}) WHERE website IS NOT NULL"
    )


def website_domain_sql(column):
    """Return the domain of a website, in the words of the index.

    :param str column: alias and name
    """
    return SQL(_WEBSITE_DOMAIN.format(name=column))
