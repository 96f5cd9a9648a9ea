from odoo import models
from odoo.tools import SQL


class DunningNotice(models.Model):
    """A notice tells the customer's next action."""

    _inherit = "dunning.notice"

    def _after_state(self, target):
        """Refresh the next action of the customers.

        Of one at once, since a person looks at him; of many by the scheduled action.
        """
        super()._after_state(target)
        profiles = self.sudo().profile_id
        if len(profiles) == 1:
            profiles._request_refresh()
        else:
            profiles._queue_refresh(profiles.ids)


class DunningRun(models.Model):
    _inherit = "dunning.run"

    def _plan(self):
        """Have the next action of the customers with new drafts refreshed."""
        count = super()._plan()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT p.id
                  FROM dunning_notice n
                  JOIN credit_profile p ON p.id = n.profile_id
                 WHERE n.run_id = %s
                   AND n.state = 'draft'
                   AND p.next_action IS DISTINCT FROM 'review'
                """,
                self.id,
            )
        )
        profiles = self.env["credit.profile"].sudo()
        profiles._queue_refresh([profile_id for (profile_id,) in rows])
        return count
