from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


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
        disputes.profile_id._request_refresh()
        return disputes

    def write(self, vals):
        """Change a dispute; its state follows its buttons."""
        if not self.env.su and {"state", "profile_id", "move_id"} & vals.keys():
            raise AccessError(self._message_state())
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
        return self.env._("The buttons of a dispute set its state.")

    # === ACTIONS === #
    def action_accept(self):
        """The customer is right: a credit note is due."""
        return self._close("accepted", self.env._("accept a dispute"))

    def action_reject(self):
        """The customer is wrong: the amount is demanded again."""
        return self._close("rejected", self.env._("reject a dispute"))

    def action_settle(self):
        """Both agreed on a compromise."""
        return self._close("settled", self.env._("settle a dispute"))

    def action_cancel(self):
        """Opened by mistake."""
        return self._close("cancelled", self.env._("cancel a dispute"))

    def action_reopen(self):
        """Pause the contested amount again."""
        self._check_rights(self.env._("reopen a dispute"))
        self._update_state(("accepted", "rejected", "settled", "cancelled"), "open")
        return True

    # === BUSINESS METHODS === #
    def _close(self, target, deed):
        self._check_rights(deed)
        self._update_state(("open",), target)
        return True

    def _check_rights(self, deed):
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    @api.private
    def _update_state(self, allowed, target):
        """Set the state of those that are in an ``allowed`` one; return them."""
        changed = self.filtered(lambda dispute: dispute.state in allowed)
        # sudo: the state is written by this method alone
        changed.sudo().write({"state": target})
        return changed

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
