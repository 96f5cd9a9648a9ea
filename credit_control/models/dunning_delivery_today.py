from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain


class DunningDelivery(models.Model):
    """What became of the sendings since yesterday."""

    _inherit = "dunning.delivery"

    # serves the results of the last days in the screen "Today"
    _asked_idx = models.Index("(date_queued DESC) WHERE date_queued IS NOT NULL")

    @api.model
    def _yesterday_domain(self):
        """Return the domain of what was to be sent since yesterday, calls left out."""
        company = self.env.company
        yesterday = company._dunning_today()[company] - timedelta(days=1)
        zone = pytz.timezone(company._dunning_zone())
        midnight = zone.localize(datetime.combine(yesterday, time.min))
        start = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return Domain("date_queued", ">=", start) & Domain("channel", "!=", "call")

    @api.model
    def _summary_sendings(self):
        """Return the number of these sendings by state, of the portfolio."""
        domain = self._yesterday_domain()
        counts = dict(self._read_group(domain, ["state"], ["__count"]))
        waiting = ("ready", "queued", "reserved")
        return {
            "sent": counts.get("sent", 0),
            "failed": counts.get("failed", 0),
            "bounced": counts.get("bounced", 0),
            "waiting": sum(counts.get(state, 0) for state in waiting),
        }

    @api.model
    def action_yesterday(self, states):
        """List the sendings since yesterday in some states.

        :param list[str] states: states of a delivery
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_today_sending_action"
        )
        domain = self._yesterday_domain() & Domain("state", "in", states)
        return {**action, "domain": list(domain), "context": {}}
