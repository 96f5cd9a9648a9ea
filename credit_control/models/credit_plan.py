from odoo import fields, models


class CreditPlan(models.Model):
    """A payment plan: a series of promises; its claims are not dunned meanwhile."""

    _name = "credit.plan"
    _description = "Payment plan"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    profile_id = fields.Many2one(
        "credit.profile", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", store=True)
    promise_ids = fields.One2many("credit.promise", "plan_id", string="Instalments")
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )
    note = fields.Text()
