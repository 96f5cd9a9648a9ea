from datetime import timedelta
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.screen_days import format_day
from ..tools.bounds import is_beyond
from ..tools.instalments import MAX_INSTALMENTS, instalments

FIRST_DAYS = 14


class CreditPlanMake(models.TransientModel):
    """Make a payment plan: what is paid, in how many parts, from when on."""

    _name = "credit.plan.make"
    _description = "Make a payment plan"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True)
    company_id = fields.Many2one(related="profile_id.company_id")
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Contact")
    currency_id = fields.Many2one("res.currency", required=True)
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Debts",
        help="What the plan pays; proposed: all that is overdue.",
    )
    amount = fields.Monetary(
        string="Amount of the debts",
        compute="_compute_amount",
        store=True,
        readonly=False,
    )
    interest_amount = fields.Monetary(
        string="Interest", help="For the time to pay, as agreed. Added to the debts."
    )
    amount_total = fields.Monetary(string="To pay", compute="_compute_amount_total")
    method = fields.Selection(
        [("count", "Number of instalments"), ("each", "Amount of each")],
        string="Divide by",
        default="count",
        required=True,
    )
    count = fields.Integer(string="Instalments", default=3)
    each = fields.Monetary(string="Amount of each instalment")
    date_first = fields.Date(string="First on", required=True)
    rhythm = fields.Selection(
        [
            ("week", "Every week"),
            ("month", "Every month"),
            ("month_end", "At the end of each month"),
        ],
        default="month",
        required=True,
    )
    rest = fields.Selection(
        [("first", "First instalment"), ("last", "Last instalment")],
        string="The rest goes into the",
        default="last",
        required=True,
    )
    break_days = fields.Integer(
        string="Ends when late by",
        default=5,
        help="Days after its date by which an instalment must be paid in full.",
    )
    line_ids = fields.One2many(
        "credit.plan.make.line",
        "wizard_id",
        string="Preview",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.model
    def default_get(self, names):
        """Propose all that is overdue in the currency of the oldest item."""
        values = super().default_get(names)
        profile_id = values.get("profile_id") or self.env.context.get(
            "default_profile_id"
        )
        profile = self.env["credit.profile"].browse(profile_id)
        if not profile:
            return values
        today = profile.company_id._dunning_today()[profile.company_id]
        values.setdefault("date_first", today + timedelta(days=FIRST_DAYS))
        if values.get("move_line_ids"):
            return values
        claims = self._claims(profile)
        overdue = claims.filtered(
            lambda line: (line.date_maturity or line.date) < today
        )
        currency = (overdue or claims)[:1].currency_id or profile.currency_id
        chosen = (overdue or claims).filtered(lambda line: line.currency_id == currency)
        values["currency_id"] = currency.id
        values["move_line_ids"] = [Command.set(chosen.ids)]
        return values

    @api.model
    def _claims(self, profile):
        """Return the open claims of a customer, the oldest first."""
        return self.env["account.move.line"].search(
            [*profile._open_items_domain(), ("amount_residual", ">", 0)],
            order="date_maturity, date, id",
        )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Say what is beyond all bounds before the database does."""
        for vals in vals_list:
            self._check_numbers(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Say what is beyond all bounds before the database does."""
        self._check_numbers(vals)
        return super().write(vals)

    @api.model
    def _check_numbers(self, vals):
        if is_beyond(vals.get("count"), MAX_INSTALMENTS):
            raise UserError(
                self.env._(
                    "A plan has at most %s instalments: enter fewer.", MAX_INSTALMENTS
                )
            )
        self.env["credit.plan"]._check_numbers(vals)

    # === COMPUTE METHODS === #
    @api.depends("move_line_ids")
    def _compute_amount(self):
        for wizard in self:
            # sudo: whoever sees the item knows what is open on it
            lines = wizard.move_line_ids.sudo()
            wizard.amount = sum(lines.mapped("amount_residual_currency"))

    @api.depends("amount", "interest_amount")
    def _compute_amount_total(self):
        for wizard in self:
            wizard.amount_total = wizard.amount + wizard.interest_amount

    @api.depends(
        "amount",
        "interest_amount",
        "method",
        "count",
        "each",
        "date_first",
        "rhythm",
        "rest",
    )
    def _compute_line_ids(self):
        for wizard in self:
            try:
                parts = wizard._instalments()
            except ValueError:  # said by the button
                parts = []
            wizard.line_ids = [Command.clear()] + [
                Command.create({"date": part.day, "amount": float(part.amount)})
                for part in parts
            ]

    def _instalments(self):
        """Return what the kernel makes of the choices; ``ValueError`` if nothing."""
        self.ensure_one()
        if not self.date_first or not self.currency_id:
            raise ValueError("no date")
        is_count = self.method == "count"

        def exact(amount):
            return Decimal(str(self.currency_id.round(amount)))

        return instalments(
            exact(self.amount + self.interest_amount),
            self.date_first,
            self.rhythm,
            count=self.count if is_count else None,
            each=None if is_count else exact(self.each),
            rest=self.rest,
            unit=Decimal(str(self.currency_id.rounding)),
        )

    # === ACTIONS === #
    def action_make(self):
        """Create the plan as a draft, and open it."""
        self.ensure_one()
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("make a payment plan")
        )
        self.profile_id.check_access("write")
        self._check_lines()
        plan = self.env["credit.plan"].create(self._prepare_plan())
        return plan._get_records_action()

    def _check_lines(self):
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "Choose debts or an amount, and between 1 and %(limit)s "
                    "instalments.",
                    limit=MAX_INSTALMENTS,
                )
            )
        today = self.company_id._dunning_today()[self.company_id]
        if min(self.line_ids.mapped("date")) < today:
            raise UserError(
                self.env._("Instalments are paid today or later: choose later days.")
            )
        total = sum(self.line_ids.mapped("amount"))
        if self.currency_id.compare_amounts(total, self.amount_total):
            raise UserError(
                self.env._(
                    "The instalments add up to %(sum)s, but %(total)s is to be paid: "
                    "change one of them.",
                    sum=self.currency_id.format(total),
                    total=self.currency_id.format(self.amount_total),
                )
            )

    def _prepare_plan(self):
        """Return the values of the plan.

        Extended by: add-ons that agree on more with the customer.
        """
        return {
            "name": self.env._(
                "%(count)s instalments from %(date)s",
                count=len(self.line_ids),
                date=format_day(self.env, min(self.line_ids.mapped("date"))),
            ),
            "profile_id": self.profile_id.id,
            "currency_id": self.currency_id.id,
            "move_line_ids": [Command.set(self.move_line_ids.ids)],
            "interest_amount": self.interest_amount,
            "date_start": min(self.line_ids.mapped("date")),
            "break_days": self.break_days,
            "promise_ids": [
                Command.create(
                    {
                        "date": line.date,
                        "amount": line.amount,
                        "source": "plan",
                        "profile_id": self.profile_id.id,
                        "currency_id": self.currency_id.id,
                    }
                )
                for line in self.line_ids
            ],
        }


class CreditPlanMakeLine(models.TransientModel):
    """An instalment as it will be; may still be changed by hand."""

    _name = "credit.plan.make.line"
    _description = "Instalment of a payment plan in preview"
    _order = "date, id"

    wizard_id = fields.Many2one(
        "credit.plan.make", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
