from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

CLOSED = ("kept", "partly", "broken", "cancelled")


class CreditPromise(models.Model):
    """ "We pay X on date D for these invoices": pauses dunning until then."""

    _name = "credit.promise"
    _description = "Payment promise"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Contact", store=True
    )
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
                date=fields.Date.to_string(promise.date) or "",
            )

    # === CONSTRAINT METHODS === #
    @api.constrains("move_line_ids", "profile_id", "currency_id")
    def _check_lines(self):
        for promise in self:
            customer = promise.profile_id.partner_id
            for line in promise.move_line_ids.sudo():
                if line.partner_id.commercial_partner_id != customer:
                    raise ValidationError(
                        self.env._(
                            "%(item)s is no item of %(customer)s: remove it from the "
                            "promise.",
                            item=line.move_id.name,
                            customer=customer.display_name,
                        )
                    )
                if line.currency_id != promise.currency_id:
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
                if plan.state == "draft":
                    vals["state"] = "draft"
            if not self.env.su and vals.get("state", "pending") in CLOSED:
                raise AccessError(self._message_state())
        promises = super().create(vals_list)
        promises.profile_id._request_refresh()
        return promises

    def write(self, vals):
        """Change a promise as long as it is open."""
        if not self.env.su:
            if {"state", "amount_kept", "plan_id", "profile_id"} & vals.keys():
                raise AccessError(self._message_state())
            if {"date", "amount", "currency_id", "move_line_ids"} & vals.keys():
                self._check_open()
        result = super().write(vals)
        self.profile_id._request_refresh()
        return result

    def unlink(self):
        """Delete, and refresh the customer's figures."""
        profiles = self.profile_id
        result = super().unlink()
        profiles._request_refresh()
        return result

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

    # === BUSINESS METHODS === #
    def _check_rights(self, deed):
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    @api.private
    def _update_state(self, allowed, target, **vals):
        """Set the state of those that are in an ``allowed`` one; return them.

        :param tuple allowed: states it may be left from
        :param str target: the new state
        """
        changed = self.filtered(lambda promise: promise.state in allowed)
        # sudo: the state is written by this method alone
        changed.sudo().write({"state": target, **vals})
        if target == "broken":
            changed._event_promise_broken()
        changed.plan_id._update_from_promises()
        return changed

    def _event_promise_broken(self):
        """Tell the people concerned that promises were broken.

        Extended by: add-ons that act on broken promises (score, alerts).
        """
        for promise in self.sudo():
            promise.profile_id._log(
                self.env._(
                    "Promise broken: %(amount)s for %(date)s, of which %(paid)s came.",
                    amount=promise.currency_id.format(promise.amount),
                    date=fields.Date.to_string(promise.date),
                    paid=promise.currency_id.format(promise.amount_kept),
                )
            )
