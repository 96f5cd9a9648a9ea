import secrets

from odoo import api, fields, models


class CreditProfile(models.Model):
    """One customer in one company: the hub of all credit work."""

    _name = "credit.profile"
    _description = "Credit profile"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "priority desc, amount_overdue desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The commercial entity.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users", string="Collector", tracking=True, index="btree_not_null"
    )
    policy_id = fields.Many2one(
        "dunning.policy",
        string="Policy chosen by hand",
        tracking=True,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )
    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Policy in force",
        compute="_compute_dunning_policy_id",
        store=True,
        tracking=True,
        ondelete="set null",
        index="btree_not_null",
        help="The one chosen by hand, else the first policy whose assignment rule "
        "matches, else the default of the company.",
    )
    forced_level_id = fields.Many2one(
        "dunning.level", readonly=True, tracking=True, ondelete="set null", copy=False
    )
    forced_reason = fields.Char(readonly=True, copy=False)
    forced_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    hold_until = fields.Date(
        string="On hold until", tracking=True, help="No reminder up to this day."
    )
    hold_reason = fields.Char(tracking=True)
    reply_date = fields.Datetime(
        string="Unanswered reply since",
        help="The customer answered a notice: no reminder until somebody replied.",
    )
    grace_days = fields.Integer(
        tracking=True, help="Days by which every level of this customer comes later."
    )
    legal_status = fields.Selection(
        [
            ("none", "None"),
            ("safeguard", "Safeguard"),
            ("receivership", "Receivership"),
            ("liquidation", "Liquidation"),
        ],
        default="none",
        required=True,
        tracking=True,
    )
    legal_date = fields.Date(
        string="Judgment date",
        tracking=True,
        help="Claims that arose before this day are not reminded any more.",
    )
    score = fields.Integer(help="Payment index, 0 (bad) to 100 (good).")
    risk_class = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E")], tracking=True
    )
    credit_limit = fields.Float(
        compute="_compute_credit_limit", inverse="_inverse_credit_limit"
    )
    comment = fields.Html()
    promise_ids = fields.One2many("credit.promise", "profile_id")
    plan_ids = fields.One2many("credit.plan", "profile_id")
    dispute_ids = fields.One2many("credit.dispute", "profile_id")
    notice_ids = fields.One2many("dunning.notice", "profile_id")
    portal_key = fields.Char(
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
    )

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)",
        "This customer already has a credit profile in this company.",
    )

    @api.depends("policy_id")
    def _compute_dunning_policy_id(self):
        for profile in self:
            profile.dunning_policy_id = profile.policy_id

    def _compute_credit_limit(self):
        for profile in self:
            profile.credit_limit = 0

    def _inverse_credit_limit(self):
        pass
