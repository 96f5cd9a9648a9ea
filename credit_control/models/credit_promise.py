from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .screen_days import format_day

CLOSED = ("kept", "partly", "broken", "cancelled")
# a promise is proposed for a week from today
RENEWAL_DAYS = 7
# farther ahead, a day is a slip of the pen; a court grants plans of ten years
MAX_YEARS = 5
MAX_YEARS_OF_PLAN = 10
MAX_GRACE_DAYS = 365


class CreditPromise(models.Model):
    """ "We pay X on date D for these invoices": pauses dunning until then."""

    _name = "credit.promise"
    _description = "Payment promise"
    _inherit = ["credit.commitment.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
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
    amount_kept = fields.Monetary(
        string="Paid",
        readonly=True,
        copy=False,
        help="What was paid since the promise, up to its amount, when it fell due.",
    )
    grace_days = fields.Integer(
        string="Days of grace",
        default=3,
        help="Days after the date before the promise counts as broken.",
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
    renewal_id = fields.Many2one(
        "credit.promise",
        string="Renewed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The promise that took the place of this one.",
    )
    note = fields.Text()

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A promised amount must be above zero."
    )
    # serves the hold "promise": pending promises of the profiles of a run
    _pending_idx = models.Index("(profile_id, date) WHERE state = 'pending'")
    _grace_days_positive = models.Constraint(
        "CHECK(grace_days >= 0)", "Days of grace cannot be negative."
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "date", "amount")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(customer)s, %(amount)s on %(date)s",
                customer=promise.partner_id.display_name or "",
                amount=promise.currency_id.format(promise.amount),
                date=format_day(self.env, promise.date),
            )

    @api.onchange("move_line_ids")
    def _onchange_move_line_ids(self):
        """Propose all that is open on the chosen items."""
        if self.move_line_ids:
            # sudo: whoever sees the item knows what is open on it
            self.amount = sum(
                self.move_line_ids.sudo().mapped("amount_residual_currency")
            )

    @api.onchange("amount", "currency_id", "profile_id")
    def _onchange_amount(self):
        """Ask again about an amount above all that is owed: it may be meant."""
        return self._warn_above_owed(self.profile_id, self.amount, self.currency_id)

    @api.model
    @api.private
    def _warn_above_owed(self, profile, amount, currency):
        """Return the warning of an onchange for a promise above what is owed."""
        if not profile or not currency:
            return None
        ((owed,),) = self.env["account.move.line"]._read_group(
            [*profile._open_items_domain(), ("currency_id", "=", currency.id)],
            aggregates=["amount_residual_currency:sum"],
        )
        if currency.compare_amounts(amount, max(owed or 0, 0)) <= 0:
            return None
        return {
            "warning": {
                "title": self.env._("More than is owed"),
                "message": self.env._(
                    "%(customer)s owes %(owed)s. Keep %(amount)s if he said so, or "
                    "lower it.",
                    customer=profile.partner_id.display_name,
                    owed=currency.format(max(owed or 0, 0)),
                    amount=currency.format(amount),
                ),
            }
        }

    # === CONSTRAINT METHODS === #
    @api.constrains("date", "plan_id")
    def _check_date(self):
        """A person promises today or later; an administrator imports history."""
        if self.env.user.has_group("base.group_system"):
            return
        todays = self.company_id._dunning_today()
        for promise in self:
            today = todays[promise.company_id]
            years = MAX_YEARS_OF_PLAN if promise.plan_id else MAX_YEARS
            if today <= promise.date <= today + relativedelta(years=years):
                continue
            raise ValidationError(
                self.env._(
                    "Nobody can pay on %(date)s: choose today or a later day, within "
                    "%(years)s years.",
                    date=format_day(self.env, promise.date),
                    years=years,
                )
            )

    @api.constrains("grace_days")
    def _check_grace_days(self):
        for promise in self:
            if promise.grace_days > MAX_GRACE_DAYS:
                raise ValidationError(
                    self.env._(
                        "Choose at most %(days)s days: nobody waits longer.",
                        days=MAX_GRACE_DAYS,
                    )
                )

    @api.constrains("move_line_ids", "profile_id", "currency_id")
    def _check_lines(self):
        for promise in self:
            self._check_items(promise)

    @api.model
    def _check_items(self, record):
        """Raise unless the items of a promise or plan are its customer's.

        :param record: has ``profile_id``, ``currency_id`` and ``move_line_ids``
        """
        customer = record.profile_id.partner_id
        for line in record.move_line_ids.sudo():
            if (
                line.partner_id.commercial_partner_id != customer
                or line.company_id != record.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(item)s is no item of %(customer)s: remove it from the "
                        "promise.",
                        item=line.move_id.name,
                        customer=customer.display_name,
                    )
                )
            if line.currency_id != record.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is in %(currency)s: make one promise for each "
                        "currency.",
                        item=line.move_id.name,
                        currency=line.currency_id.name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Take the customer of the plan; figures of the customer follow."""
        for vals in vals_list:
            if vals.get("plan_id"):
                plan = self.env["credit.plan"].browse(vals["plan_id"])
                vals.setdefault("profile_id", plan.profile_id.id)
                vals.setdefault("currency_id", plan.currency_id.id)
                if plan.state == "draft":
                    vals["state"] = "draft"
            if not self.env.su and vals.get("state", "pending") in CLOSED:
                raise AccessError(self._message_state())
        return super().create(vals_list)

    def write(self, vals):
        """Change a promise as long as it is open."""
        if not self.env.su:
            fixed = {"state", "amount_kept", "plan_id", "profile_id", "renewal_id"}
            if fixed & vals.keys():
                raise AccessError(self._message_state())
            if {"date", "amount", "currency_id", "move_line_ids"} & vals.keys():
                self._check_open()
        return super().write(vals)

    def _message_state(self):
        return self.env._("The ledger and the buttons of a promise set its state.")

    def _check_open(self):
        for promise in self:
            if promise.state in CLOSED:
                raise UserError(
                    self.env._(
                        "The promise %(name)s is closed: enter a new one.",
                        name=promise.display_name,
                    )
                )

    # === ACTIONS === #
    def action_confirm(self):
        """Accept proposed promises: dunning pauses from now on."""
        self._check_rights(self.env._("accept a promise"))
        self._update_state(("draft",), "pending")
        return True

    def action_cancel(self):
        """Take promises back: dunning goes on."""
        self._check_rights(self.env._("cancel a promise"))
        self._update_state(("draft", "pending"), "cancelled")
        return True

    def action_renew(self):
        """Take a new date for what did not come; the old promise stays as it ended.

        One that is still awaited ends: cancelled before its date, broken after it.
        """
        self._check_rights(self.env._("renew a promise"))
        self.ensure_one()
        if self.plan_id or self.state in ("kept", "cancelled") or self.renewal_id:
            raise UserError(
                self.env._(
                    "The promise %(name)s is kept, cancelled, renewed already or part "
                    "of a plan: enter a new one.",
                    name=self.display_name,
                )
            )
        today = self.company_id._dunning_today()[self.company_id]
        left = self.currency_id.round(self.amount - self.amount_kept)
        renewal = self.copy(
            {
                "amount": left,
                "date": today + timedelta(days=RENEWAL_DAYS),
                "state": "pending",
                "move_line_ids": self.move_line_ids.filtered(
                    lambda line: not line.sudo().reconciled
                ).ids,
            }
        )
        self.sudo().renewal_id = renewal
        target = "cancelled" if self.date >= today else "broken"
        self._update_state(("draft", "pending"), target)
        self._end_broken()
        return renewal._action_dialog()

    def _action_dialog(self):
        """Return the action that shows this promise in the short dialog."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_promise_action_quick"
        )
        return {**action, "res_id": self.id}

    # === BUSINESS METHODS === #
    @api.private
    def _update_state(self, allowed, target, **vals):
        """Tell of broken promises, and let the plans follow."""
        changed = super()._update_state(allowed, target, **vals)
        if target in ("broken", "partly"):
            # a plan tells of its own end
            changed.filtered(lambda promise: not promise.plan_id)._tell_broken()
        changed.plan_id._update_from_promises()
        return changed

    def _tell_broken(self):
        """Leave the event out where a renewed promise took the place of this one."""
        told = self.filtered(lambda promise: not promise.renewal_id)
        if told:
            told._event_promise_broken()

    def _end_broken(self):
        """Nobody has to ask for another date any more."""
        events = self.env["credit.event"].sudo()
        events._end_causes(self, ["promise_broken"])

    def _event_promise_broken(self):
        """Tell the people concerned that promises were broken.

        Extended by: add-ons that act on broken promises (score, alerts).
        """
        for promise in self.sudo():
            promise.profile_id._log(
                self.env._(
                    "Promise broken: %(amount)s for %(date)s, of which %(paid)s came.",
                    amount=promise.currency_id.format(promise.amount),
                    date=format_day(self.env, promise.date),
                    paid=promise.currency_id.format(promise.amount_kept),
                )
            )
