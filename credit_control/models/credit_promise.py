from odoo import fields, models


class CreditPromise(models.Model):
    """ "We pay X on date D for these invoices": pauses dunning until then."""

    _name = "credit.promise"
    _description = "Payment promise"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "credit.profile", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", store=True)
    date = fields.Date(required=True, tracking=True, help="The day of the payment.")
    amount = fields.Monetary(required=True, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        "credit_promise_move_line_rel",
        "promise_id",
        "move_line_id",
        string="Promised items",
        help="Empty: the promise pauses the oldest claims of its currency, "
        "up to its amount.",
    )
    grace_days = fields.Integer(
        default=3, help="Days after the date before the promise counts as broken."
    )
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("pending", "Pending"),
            ("kept", "Kept"),
            ("partly", "Partly kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        default="pending",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )
    source = fields.Selection(
        [
            ("call", "Call"),
            ("email", "E-mail"),
            ("portal", "Portal"),
            ("plan", "Payment plan"),
            ("other", "Other"),
        ],
        default="call",
        required=True,
    )
    plan_id = fields.Many2one("credit.plan", index="btree_not_null", ondelete="cascade")
    note = fields.Text()

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A promised amount must be above zero."
    )
    # serves the hold "promise": pending promises of the profiles of a run
    _pending_idx = models.Index("(profile_id, date) WHERE state = 'pending'")
