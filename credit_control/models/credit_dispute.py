from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from .screen_days import format_day


class CreditDispute(models.Model):
    """A contested amount of an invoice: only that amount is not demanded."""

    _name = "credit.dispute"
    _description = "Dispute"
    _inherit = ["credit.commitment.mixin"]
    _order = "date_deadline, id desc"
    _check_company_auto = True

    collector_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt', 'entry')),"
        " ('state', '=', 'posted'), ('commercial_partner_id', '=?', partner_id)]",
    )
    amount_open = fields.Monetary(
        string="Still open",
        compute="_compute_amount_open",
        help="What is unpaid on the invoice.",
    )
    amount = fields.Monetary(
        string="Contested amount",
        required=True,
        tracking=True,
        help="Taken from the open instalments of the invoice, the earliest due "
        "first; the rest of the invoice is still demanded.",
    )
    currency_id = fields.Many2one(related="move_id.currency_id", store=True)
    amount_conceded = fields.Monetary(
        string="Conceded amount",
        tracking=True,
        copy=False,
        help="Of the contested amount, what the customer does not have to pay.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount_company = fields.Monetary(
        string="Contested, company currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the invoice.",
    )
    conceded_company = fields.Monetary(
        string="Conceded, company currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the invoice.",
    )
    reason_id = fields.Many2one(
        "credit.dispute.reason",
        required=True,
        tracking=True,
        index=True,
        default=lambda self: self.env["credit.dispute.reason"].search([], limit=1),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        compute="_compute_owner",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        help="Who finds out what is right. Proposed by the reason.",
    )
    date_open = fields.Date(
        string="Opened on",
        readonly=True,
        copy=False,
        default=fields.Date.context_today,
    )
    date_deadline = fields.Date(
        string="Deadline",
        compute="_compute_owner",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Proposed by the reason.",
    )
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    days_to_close = fields.Integer(
        string="Days to close",
        compute="_compute_days_to_close",
        store=True,
        aggregator="avg",
    )
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit note",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_type', '=', 'out_refund'), ('state', '=', 'posted'),"
        " ('commercial_partner_id', '=?', partner_id)]",
        help="Found by itself when it is made from the invoice.",
    )
    link_ids = fields.One2many(
        "credit.link",
        "res_id",
        string="Questions to colleagues",
        domain=[("res_model", "=", "credit.dispute")],
        readonly=True,
        groups="credit_control.group_collector,credit_control.group_auditor",
    )
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

    # === COMPUTE METHODS === #
    @api.depends("move_id", "amount")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = self.env._(
                "%(invoice)s, %(amount)s contested",
                invoice=dispute.move_id.sudo().name or "",
                amount=dispute.currency_id.format(dispute.amount),
            )

    @api.depends("move_id.amount_residual")
    def _compute_amount_open(self):
        for dispute in self:
            # sudo: whoever reads the dispute may know what it is about
            dispute.amount_open = dispute.move_id.sudo().amount_residual

    @api.depends("reason_id", "profile_id")
    def _compute_owner(self):
        for dispute in self:
            reason = dispute.reason_id
            profile = dispute.profile_id
            if dispute.state != "open" or not reason or not profile:
                dispute.user_id = dispute.user_id or self.env.user
                continue
            dispute.user_id = reason._get_owner(profile)
            dispute.date_deadline = reason._get_deadline(profile.company_id)

    @api.depends("amount", "amount_conceded", "move_id.amount_total_signed")
    def _compute_amount_company(self):
        for dispute in self:
            # sudo: whoever reads the dispute may know what it is about
            move = dispute.move_id.sudo()
            rate = move.amount_total_signed / (move.amount_total or 1)
            currency = dispute.company_currency_id
            for name, amount in (
                ("amount_company", dispute.amount),
                ("conceded_company", dispute.amount_conceded),
            ):
                value = amount * abs(rate)
                dispute[name] = currency.round(value) if currency else value

    @api.depends("date_open", "date_closed")
    def _compute_days_to_close(self):
        for dispute in self:
            is_closed = dispute.date_open and dispute.date_closed
            dispute.days_to_close = (
                (dispute.date_closed - dispute.date_open).days if is_closed else 0
            )

    @api.onchange("move_id")
    def _onchange_move_id(self):
        """Propose all that is open on the invoice."""
        if self.move_id and not self.amount:
            self.amount = self.amount_open

    # === CONSTRAINT METHODS === #
    @api.constrains("move_id", "amount", "state")
    def _check_amount(self):
        """The open disputes of an invoice are not above what is unpaid on it."""
        opened = self.filtered(lambda dispute: dispute.state == "open")
        sums = self.sudo()._read_group(
            [("move_id", "in", opened.move_id.ids), ("state", "=", "open")],
            ["move_id"],
            ["amount:sum"],
        )
        for move, amount in sums:
            currency = move.currency_id
            if currency.compare_amounts(amount, move.amount_residual) > 0:
                raise ValidationError(
                    self.env._(
                        "%(contested)s would be contested on %(invoice)s, but only "
                        "%(open)s is still open: lower the amount, or close another "
                        "dispute of this invoice first.",
                        contested=currency.format(amount),
                        invoice=move.name,
                        open=currency.format(move.amount_residual),
                    )
                )

    @api.constrains("date_deadline")
    def _check_deadline(self):
        """A deadline is to come; an administrator imports history."""
        if self.env.user.has_group("base.group_system"):
            return
        todays = self.company_id._dunning_today()
        for dispute in self:
            deadline = dispute.date_deadline
            if deadline and deadline < todays[dispute.company_id]:
                raise ValidationError(
                    self.env._(
                        "The deadline %(date)s is past: choose today or a later day.",
                        date=format_day(self.env, deadline),
                    )
                )

    @api.constrains("move_id", "profile_id")
    def _check_customer(self):
        for dispute in self:
            customer = dispute.profile_id.partner_id
            move = dispute.move_id.sudo()
            if move.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(invoice)s is no invoice of %(customer)s: choose one of his.",
                        invoice=move.name,
                        customer=customer.display_name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """A dispute begins open."""
        for vals in vals_list:
            if not self.env.su and vals.get("state", "open") != "open":
                raise AccessError(self._message_state())
        disputes = super().create(vals_list)
        disputes._event_dispute_opened()
        return disputes

    def write(self, vals):
        """Change a dispute; its state follows its buttons."""
        if not self.env.su and {"state", "profile_id", "move_id"} & vals.keys():
            raise AccessError(self._message_state())
        return super().write(vals)

    def _read_group_select(self, aggregate_spec, query):
        """Average the days of disputes that are closed, and of no others."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "days_to_close:avg":
            return select
        closed = self._field_to_sql(self._table, "date_closed", query)
        return SQL("%s FILTER (WHERE %s IS NOT NULL)", select, closed)

    def _message_state(self):
        return self.env._("The buttons of a dispute set its state.")

    # === ACTIONS === #
    def action_accept(self):
        """The customer is right: a credit note is due."""
        self._check_rights(self.env._("accept a dispute"))
        for dispute in self:
            dispute._close("accepted", amount_conceded=dispute.amount)
        return True

    def action_reject(self):
        """The customer is wrong: the amount is demanded again."""
        self._check_rights(self.env._("reject a dispute"))
        self._close("rejected", amount_conceded=0)
        return True

    def action_settle(self):
        """Both agreed on a compromise: a part is conceded, the rest is demanded."""
        self._check_rights(self.env._("settle a dispute"))
        for dispute in self:
            conceded = dispute.amount_conceded
            if not 0 < conceded < dispute.amount:
                raise UserError(
                    self.env._(
                        "Enter the conceded amount first: above zero and below "
                        "%(amount)s, which is contested.",
                        amount=dispute.currency_id.format(dispute.amount),
                    )
                )
        self._close("settled")
        return True

    def action_cancel(self):
        """Opened by mistake."""
        self._check_rights(self.env._("cancel a dispute"))
        self._close("cancelled", amount_conceded=0)
        return True

    def action_reopen(self):
        """Pause the contested amount again."""
        self._check_rights(self.env._("reopen a dispute"))
        closed = ("accepted", "rejected", "settled", "cancelled")
        self._update_state(closed, "open", date_closed=False, date_credit_due=False)
        return True

    def action_credit_note(self):
        """Open core's dialog for a credit note on the contested invoice."""
        self._check_rights(self.env._("make a credit note"))
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(
                self.env._("Credit notes are made by accountants: ask one of them.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        return {
            **action,
            "context": {
                "active_model": "account.move",
                "active_ids": self.move_id.ids,
                "default_reason": self.reason_id.name,
            },
        }

    def action_ask(self):
        """Open the dialog that asks a colleague without a login."""
        self._check_rights(self.env._("ask a colleague"))
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_dispute_question_action"
        )
        return {**action, "context": {"default_dispute_id": self.id}}

    # === BUSINESS METHODS === #
    def _close(self, target, **vals):
        for company, disputes in self.grouped("company_id").items():
            disputes._update_state(
                ("open",),
                target,
                date_closed=company._dunning_today()[company],
                **vals,
            )

    def _event_dispute_opened(self):
        """Tell the people concerned that disputes were opened.

        Extended by: add-ons that act on disputes (score, alerts).
        """
        for dispute in self:
            dispute.profile_id._log(
                self.env._(
                    "Dispute opened on %(invoice)s: %(amount)s, %(reason)s",
                    invoice=dispute.move_id.sudo().name,
                    amount=dispute.currency_id.format(dispute.amount),
                    reason=dispute.reason_id.name,
                )
            )
