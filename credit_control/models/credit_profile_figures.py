from odoo import fields, models


class CreditProfile(models.Model):
    """The figures of a profile: stored, computed by one statement for all."""

    _inherit = "credit.profile"

    amount_due = fields.Monetary(
        compute="_compute_figures",
        store=True,
        help="All open claims, due or not, in the currency of the company.",
    )
    amount_overdue = fields.Monetary(compute="_compute_figures", store=True)
    amount_credit = fields.Monetary(
        compute="_compute_figures", store=True, help="Open credits, as a positive sum."
    )
    oldest_due_date = fields.Date(compute="_compute_figures", store=True)
    days_overdue = fields.Integer(
        compute="_compute_figures",
        store=True,
        aggregator="max",
        help="Of the oldest overdue claim.",
    )
    next_action = fields.Char(compute="_compute_figures", store=True)
    next_action_date = fields.Date(compute="_compute_figures", store=True)
    priority = fields.Integer(
        compute="_compute_figures",
        store=True,
        aggregator="max",
        help="Higher comes first in the worklist.",
    )

    def _compute_figures(self):
        for profile in self:
            profile.amount_due = 0
            profile.amount_overdue = 0
            profile.amount_credit = 0
            profile.oldest_due_date = False
            profile.days_overdue = 0
            profile.next_action = False
            profile.next_action_date = False
            profile.priority = 0
