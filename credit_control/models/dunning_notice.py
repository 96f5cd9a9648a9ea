from odoo import fields, models


class DunningNotice(models.Model):
    """One message to one customer at one level."""

    _name = "dunning.notice"
    _description = "Dunning notice"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name")
    run_id = fields.Many2one("dunning.run", index=True, ondelete="restrict")
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer profile",
        required=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Customer", store=True, index=True
    )
    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="restrict")
    level_id = fields.Many2one("dunning.level", required=True, ondelete="restrict")
    date = fields.Date(required=True, help="Date of the run.")
    date_sent = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "To review"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    cancel_reason = fields.Char(readonly=True, copy=False)
    is_edited = fields.Boolean(
        readonly=True, copy=False, help="A person edited the text for this customer."
    )
    is_automatic = fields.Boolean(readonly=True)
    warning = fields.Text(readonly=True, copy=False)
    subject = fields.Char(
        copy=False, help="Set when a person edited the text; else the level's."
    )
    body_html = fields.Html(copy=False)
    line_ids = fields.One2many("dunning.notice.line", "notice_id")
    delivery_ids = fields.One2many("dunning.delivery", "notice_id")
    amounts = fields.Json(
        readonly=True,
        help="By currency id: claimed, reminded, disputed, credit and net amounts.",
    )
    amount_company = fields.Monetary(
        string="Demanded",
        readonly=True,
        aggregator="sum",
        help="Claims and reminders less open credits, in the currency of the company.",
    )

    # serves the spacing rule and the profile's history
    _profile_sent_idx = models.Index(
        "(profile_id, date_sent) WHERE state = 'sent'"
    )

    def _compute_name(self):
        for notice in self:
            notice.name = self.env._(
                "%(level)s - %(customer)s",
                level=notice.level_id.name or "",
                customer=notice.partner_id.name or "",
            )
