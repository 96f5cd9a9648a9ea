from odoo import api, models
from odoo.tools import SQL

from .dunning_pipeline import Hold


class DunningPipeline(models.AbstractModel):
    """What customers say on their page holds the reminders of the items named."""

    _inherit = "dunning.pipeline"

    def _dunning_holds(self):
        """Add what a customer asked for, and payments that he announced."""
        return {
            **super()._dunning_holds(),
            "request": self._hold_of_requests(
                SQL("state = 'new' OR kind = 'plan' AND state = 'accepted'")
            ),
            "payment_announced": self._hold_of_requests(
                SQL("kind = 'paid' AND state = 'accepted'")
            ),
        }

    def _hold_of_requests(self, which):
        """Return the hold of the items of some requests, each up to its day.

        :param SQL which: a condition on ``credit_portal_request``
        """
        held = SQL(
            """
            FROM credit_portal_request_line_rel said
            JOIN (SELECT id, hold_until FROM credit_portal_request
                   WHERE hold_until IS NOT NULL AND (%s)) request
              ON request.id = said.request_id
            """,
            which,
        )
        return Hold(
            SQL(
                """
                EXISTS (SELECT %s WHERE said.move_line_id = line.id
                                    AND request.hold_until >= plan_day.day)
                """,
                held,
            ),
            SQL(
                "(SELECT max(request.hold_until) %s WHERE said.move_line_id = item.id)",
                held,
            ),
        )


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def _explain_texts(self):
        """Add the words for what the customer said."""
        _ = self.env._
        return {
            **super()._explain_texts(),
            "request": _("The customer asked for something on his page: decide on it."),
            "payment_announced": _("The customer says that it is paid."),
        }


class DunningRun(models.Model):
    _inherit = "dunning.run"

    @api.model
    def _code_labels(self):
        """Add the words for what the customer said."""
        _ = self.env._
        return {
            **super()._code_labels(),
            "request": _("Asked on the portal"),
            "payment_announced": _("Payment announced by the customer"),
        }
