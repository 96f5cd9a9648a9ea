import logging

import psycopg2

from odoo import api, models

_logger = logging.getLogger(__name__)


class CreditProfile(models.Model):
    """Profiles by customer, for the hooks of the ledger."""

    _inherit = "credit.profile"

    @api.model
    def _of_customers(self, customers):
        """Return the existing profiles of ``customers``, archived ones too.

        :param customers: ``{(commercial partner id, company id)}``
        """
        if not customers:
            return self.browse()
        # the order is given: the default one would compute the figures to sort
        found = self.with_context(active_test=False).search(
            [
                ("partner_id", "in", [partner for partner, _company in customers]),
                ("company_id", "in", [company for _partner, company in customers]),
            ],
            order="id",
        )
        return found.filtered(
            lambda profile: (profile.partner_id.id, profile.company_id.id) in customers
        ).with_context(self.env.context)

    @api.model
    def _refresh_customers(self, customers):
        """Request the figures of the profiles of ``customers``; never fail.

        An entry is posted, paid or cancelled whatever happens here. An operational
        error of the database is let through: the whole transaction is tried again.

        :param customers: ``{(commercial partner id, company id)}``
        """
        if not customers:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self.sudo()._of_customers(customers)._request_refresh()
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("Credit profiles are not refreshed after an entry")
