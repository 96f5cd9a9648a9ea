from odoo import fields, models


class DunningLevel(models.Model):
    """One step of a policy: when, how, to whom and with which words."""

    _name = "dunning.level"
    _description = "Dunning level"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "dunning.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10, required=True)
    name = fields.Char(required=True, translate=True)
    delay_days = fields.Integer(
        string="Days", default=0, help="Below zero: before the due date."
    )
    delay_from = fields.Selection(
        [
            ("due_date", "from the due date"),
            ("invoice_date", "from the invoice date"),
            ("end_of_month", "from the end of the month of the due date"),
            ("previous", "from the previous level"),
        ],
        default="due_date",
        required=True,
    )
    is_automatic = fields.Boolean(
        string="Automatic", help="Approved by itself; otherwise a person reviews it."
    )
    is_formal = fields.Boolean(
        string="Formal notice", help="A notice with legal effect (mise en demeure)."
    )
    send_email = fields.Boolean(string="E-mail", default=True)
    send_letter = fields.Boolean(string="Letter")
    send_registered = fields.Boolean(string="Registered letter")
    send_sms = fields.Boolean(string="SMS")
    plan_call = fields.Boolean(string="Call")
    deadline_days = fields.Integer(
        default=8, help="Days to pay that the text grants, counted from the notice."
    )
    active = fields.Boolean(default=True)
    call_script = fields.Html(translate=True)
    attach_invoices = fields.Boolean(default=True)
    attach_statement = fields.Boolean()
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", string="Company currency"
    )
    min_amount = fields.Monetary(
        string="Minimum amount",
        help="In the currency of the company. Below it a lower level, or none.",
    )
    min_share = fields.Float(
        string="Minimum share (%)",
        digits=(5, 2),
        help="Of all open claims of the customer.",
    )
    role_to_ids = fields.Many2many(
        "credit.role", "dunning_level_role_to_rel", "level_id", "role_id", string="To"
    )
    role_cc_ids = fields.Many2many(
        "credit.role", "dunning_level_role_cc_rel", "level_id", "role_id", string="Cc"
    )
    subject = fields.Char(translate=True)
    body_html = fields.Html(
        string="Text", translate=True, sanitize_attributes=False
    )
    with_interest = fields.Boolean(string="Late interest")
    with_compensation = fields.Boolean(string="Fixed compensation")

    _min_share_range = models.Constraint(
        "CHECK(min_share >= 0 AND min_share <= 100)",
        "The minimum share is between 0 and 100 %.",
    )
    _min_amount_positive = models.Constraint(
        "CHECK(min_amount >= 0)", "The minimum amount cannot be negative."
    )

    def _compute_currency_id(self):
        for level in self:
            company = level.policy_id.company_id or self.env.company
            level.currency_id = company.currency_id
