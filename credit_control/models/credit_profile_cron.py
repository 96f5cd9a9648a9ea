from datetime import datetime, time

import pytz

from odoo import api, models
from odoo.fields import Domain

# profiles whose figures are computed by one statement, then committed
BATCH = 2000


class CreditProfile(models.Model):
    """The nightly refresh: ages move with the day."""

    _inherit = "credit.profile"

    @api.model
    def _cron_refresh(self):
        """Bring all profiles of every company up to the current day, with progress.

        A profile already computed since midnight, where its company works, is left
        alone: an interrupted refresh goes on where it stopped.
        """
        companies = self.env["res.company"].sudo().search([], order="id")
        for company in companies:
            self._ensure_profiles(company)
            self.env["dunning.policy"]._assign(company)
        self.env["credit.promise"]._update_due()
        self.env["credit.absence"]._update_activities()
        commit = self.env["ir.cron"]._commit_progress
        stale = Domain.OR(self._stale_domain(company) for company in companies)
        profiles = self.with_context(active_test=False)
        commit(0, remaining=profiles.search_count(stale))
        last = 0
        while batch := profiles._refresh_batch(stale & Domain("id", ">", last)):
            last = batch.ids[-1]
            left = profiles.search_count(stale & Domain("id", ">", last))
            if not commit(len(batch), remaining=left):
                break
            self.env.invalidate_all()

    @api.model
    def _refresh_batch(self, domain):
        """Refresh the first profiles of ``domain``; return them."""
        batch = self.search(domain, limit=BATCH, order="id")
        batch._request_refresh()
        self.env.flush_all()
        return batch

    @api.model
    def _stale_domain(self, company):
        """Return the profiles of ``company`` not computed since its last midnight."""
        zone = pytz.timezone(company._dunning_zone())
        midnight = zone.localize(
            datetime.combine(company._dunning_today()[company], time.min)
        )
        start = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return Domain("company_id", "=", company.id) & (
            Domain("figures_date", "=", False) | Domain("figures_date", "<", start)
        )
