from odoo import fields, models


class DunningPolicy(models.Model):
    """A scenario: ordered levels, and how customers and notices go through it."""

    _name = "dunning.policy"
    _description = "Dunning policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy whose assignment rule matches is taken."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: usable in every company.", index=True
    )
    description = fields.Text(translate=True)
    level_ids = fields.One2many("dunning.level", "policy_id", copy=True)
    grouping = fields.Selection(
        [
            ("customer", "One notice per customer"),
            ("level", "One notice per level"),
            ("invoice", "One notice per invoice"),
        ],
        default="customer",
        required=True,
        tracking=True,
    )
    climb = fields.Selection(
        [
            ("step", "Step by step"),
            ("direct", "Straight to the level reached"),
        ],
        default="step",
        required=True,
        tracking=True,
        help="Step by step: the next level after the last one delivered. Straight: "
        "the highest level whose threshold is reached, but never opening with a "
        "formal notice.",
    )
    min_days_between = fields.Integer(
        string="Days between two notices", default=7, tracking=True
    )
    assign_domain = fields.Char(
        string="Assignment rule",
        help="Customers that match, and have no policy chosen by hand, follow this "
        "policy. Empty: none by rule.",
    )
    hold_out_percent = fields.Float(
        string="Hold-out share (%)",
        digits=(5, 2),
        tracking=True,
        help="Share of customers left without automatic reminders, so that the "
        "effect of reminding can be measured. Never for formal levels, nor more "
        "than 30 days past due.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working days",
        check_company=True,
        help="Nothing is planned on closed days; empty: every day is open.",
    )
    max_per_day = fields.Integer(
        string="Automatic notices a day",
        help="Above this number the notices of a day wait for a person. 0: no ceiling.",
    )

    _min_days_positive = models.Constraint(
        "CHECK(min_days_between >= 0)", "Days between notices cannot be negative."
    )
    _hold_out_share = models.Constraint(
        "CHECK(hold_out_percent >= 0 AND hold_out_percent <= 100)",
        "The hold-out share is between 0 and 100 %.",
    )
    _max_positive = models.Constraint(
        "CHECK(max_per_day >= 0)", "The ceiling of notices cannot be negative."
    )
