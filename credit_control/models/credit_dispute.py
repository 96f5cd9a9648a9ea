from odoo import fields, models


class CreditDisputeReason(models.Model):
    _name = "credit.dispute.reason"
    _description = "Dispute reason"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint("UNIQUE(code)", "A reason's code must be unique.")


class CreditDispute(models.Model):
    """A contested amount of an invoice: only that amount is not demanded."""

    _name = "credit.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_deadline, id desc"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "credit.profile", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="profile_id.company_id", store=True)
    partner_id = fields.Many2one(related="profile_id.partner_id", store=True)
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    amount = fields.Monetary(
        string="Contested amount",
        required=True,
        tracking=True,
        help="Taken from the open instalments of the invoice, the earliest due "
        "first; the rest of the invoice is still demanded.",
    )
    currency_id = fields.Many2one(related="move_id.currency_id", store=True)
    reason_id = fields.Many2one("credit.dispute.reason", required=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        tracking=True,
        help="Who finds out what is right.",
    )
    date_deadline = fields.Date(string="Deadline", tracking=True)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("settled", "Settled"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )
    note = fields.Text()

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A contested amount must be above zero."
    )
    # serves the hold "dispute": open disputes by invoice
    _open_idx = models.Index("(move_id) WHERE state = 'open'")
