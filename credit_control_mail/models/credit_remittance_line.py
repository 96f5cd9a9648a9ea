from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.remittance_reason import find_reason

OUTCOMES = [
    ("exact", "Paid in full"),
    ("credit", "Credit note used"),
    ("discount", "Discount taken"),
    ("short", "Paid short"),
    ("over", "Paid too much"),
    ("settled", "Settled before"),
    ("currency", "Other currency"),
    ("unknown", "Unknown"),
]
# found by the sum alone, an item has to be looked at
SURE = ("name", "number", "tail", "person")
EDITABLE = {
    "move_line_id",
    "reference",
    "text",
    "date",
    "gross",
    "discount",
    "deduction",
    "paid",
    "sequence",
    "remittance_id",
}


class CreditRemittanceLine(models.Model):
    """One document of an advice, and the item of the customer that it is."""

    _name = "credit.remittance.line"
    _description = "Line of a remittance advice"
    _order = "sequence, id"
    _rec_name = "reference"

    remittance_id = fields.Many2one(
        "credit.remittance", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    state = fields.Selection(related="remittance_id.state")
    profile_id = fields.Many2one(related="remittance_id.profile_id", store=True)
    company_id = fields.Many2one(related="remittance_id.company_id", store=True)
    partner_id = fields.Many2one(related="remittance_id.partner_id")
    reference = fields.Char(string="Document", help="As the advice names it.")
    text = fields.Char(string="In his words")
    date = fields.Date()
    gross = fields.Monetary(help="What he says the document comes to.")
    discount = fields.Monetary()
    deduction = fields.Monetary()
    paid = fields.Monetary(help="Credit notes are negative.")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency",
        store=True,
        precompute=True,
        required=True,
    )
    payment_reference = fields.Char(readonly=True)
    payment_date = fields.Date(readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        index="btree_not_null",
        ondelete="set null",
        domain="[('partner_id.commercial_partner_id', '=', partner_id),"
        " ('company_id', '=', company_id), ('parent_state', '=', 'posted'),"
        " ('reconciled', '=', False),"
        " ('account_id.account_type', '=', 'asset_receivable')]",
    )
    how = fields.Selection(
        [
            ("name", "Its number"),
            ("number", "Its other number"),
            ("tail", "Its last digits"),
            ("amount", "Its amount alone"),
            ("person", "A person"),
        ],
        string="Found by",
        readonly=True,
    )
    amount_open = fields.Monetary(
        string="Open",
        compute="_compute_amount_open",
        store=True,
        help="Of the item, when the advice was read or confirmed.",
    )
    outcome = fields.Selection(OUTCOMES, compute="_compute_outcome", store=True)
    difference = fields.Monetary(
        compute="_compute_outcome",
        store=True,
        help="What stays open of the item; below zero: what is too much.",
    )
    is_clear = fields.Boolean(compute="_compute_outcome", store=True)
    difference_text = fields.Char(string="In words", compute="_compute_difference_text")
    dispute_id = fields.Many2one(
        "credit.dispute",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    # === COMPUTE METHODS === #
    @api.depends("remittance_id.currency_id")
    def _compute_currency(self):
        for line in self:
            line.currency_id = line.currency_id or line.remittance_id.currency_id

    @api.depends("move_line_id")
    def _compute_amount_open(self):
        for line in self:
            # sudo: whoever reads the advice may know what is open of its items
            line.amount_open = line.move_line_id.sudo().amount_residual_currency

    @api.depends(
        "move_line_id",
        "how",
        "paid",
        "discount",
        "amount_open",
        "remittance_id.line_ids.paid",
        "remittance_id.line_ids.move_line_id",
    )
    def _compute_outcome(self):
        left = {}
        for line in self.remittance_id.line_ids.sorted() | self:
            item = line.move_line_id
            left[item] = left.get(item, line.amount_open) - line.paid
            if line in self:
                line._set_outcome(left[item])

    def _set_outcome(self, rest):
        """Set what one line does to its item.

        :param float rest: what it leaves open of it
        """
        item = self.move_line_id.sudo()
        self.difference = 0
        if not item:
            self.outcome = "unknown"
        elif item.currency_id != self.currency_id:
            self.outcome = "currency"
        elif not self.amount_open:
            self.outcome = "settled"
        else:
            self.outcome = self._judge(rest)
            self.difference = self.currency_id.round(rest)
        self.is_clear = self.outcome in ("exact", "credit") and self.how in SURE

    def _judge(self, rest):
        """Return the outcome of a line that leaves ``rest`` of its item open."""
        currency = self.currency_id
        if currency.is_zero(rest):
            return "credit" if self.amount_open < 0 else "exact"
        if (rest > 0) != (self.amount_open > 0):
            return "over"
        if self.amount_open < 0:
            return "credit"
        taken = self.discount and not currency.compare_amounts(rest, self.discount)
        return "discount" if taken else "short"

    @api.depends("outcome", "difference", "deduction", "discount", "text", "how")
    @api.depends_context("lang")
    def _compute_difference_text(self):
        for line in self:
            line.difference_text = line._say_difference()

    def _say_difference(self):
        """Return in words what one line does to its item."""
        _ = self.env._
        currency = self.currency_id
        amount = currency.format(abs(self.difference)) if currency else ""
        if self.outcome == "short":
            return self._say_short(amount)
        texts = {
            "exact": "",
            "credit": _("Credit note used.")
            if not self.difference
            else _("Credit note used; %(amount)s of it are left.", amount=amount),
            "discount": _("Discount of %(amount)s taken.", amount=amount),
            "over": _("%(amount)s more than is open.", amount=amount),
            "settled": _("Settled before: ask what this payment is for."),
            "currency": _("The item is in another currency: compare by hand."),
            "unknown": _("No item of this customer has this number."),
        }
        text = texts.get(self.outcome, "")
        if self.how == "amount":
            text = " ".join(filter(None, [_("Found by its amount alone."), text]))
        return text

    def _say_short(self, amount):
        """Return in words what stays open, and what the customer says of it."""
        _ = self.env._
        reasons = [
            self.discount and _("discount"),
            self.deduction and _("deduction"),
            self.text,
        ]
        said = ", ".join(filter(None, reasons))
        if not said:
            return _("%(amount)s stay open, without a word why.", amount=amount)
        return _("%(amount)s stay open: %(reasons)s.", amount=amount, reasons=said)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """A person may add what was not read."""
        if not self.env.su:
            for vals in vals_list:
                self._check_written(vals)
                vals["how"] = "person" if vals.get("move_line_id") else False
        lines = super().create(vals_list)
        lines._check_changeable()
        return lines

    def write(self, vals):
        """Correct a line; the item is then that of a person."""
        if not self.env.su:
            self._check_written(vals)
            self._check_changeable()
            if "move_line_id" in vals:
                vals = {**vals, "how": "person" if vals["move_line_id"] else False}
        result = super().write(vals)
        if not self.env.su and {"move_line_id", "remittance_id"} & vals.keys():
            self._check_changeable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        """A line that was read wrongly may go before the advice is confirmed."""
        self._check_changeable()

    def _check_written(self, vals):
        # ``how`` is set beside the item
        if vals.keys() - EDITABLE - {"how"}:
            raise AccessError(
                self.env._("What was read stays: correct the item and the sums.")
            )

    def _check_changeable(self):
        """Raise unless the user may change the lines, with items of the customer."""
        if self.env.su:
            return
        remittances = self.remittance_id
        remittances._check_rights(self.env._("correct a remittance advice"))
        remittances._check_draft()
        for line in self.sudo():
            item = line.move_line_id
            owner = item.partner_id.commercial_partner_id
            is_own = owner == line.partner_id and item.company_id == line.company_id
            if item and not (
                is_own and item.account_id.account_type == "asset_receivable"
            ):
                raise UserError(
                    self.env._(
                        "%(item)s is no item of %(customer)s: choose one of his.",
                        item=item.move_id.name,
                        customer=line.partner_id.display_name,
                    )
                )

    # === ACTIONS === #
    def action_dispute(self):
        """Contest what stays open of the item, for the reason that he gives."""
        self.ensure_one()
        remittance = self.remittance_id
        remittance._check_rights(self.env._("open a dispute"))
        if self.dispute_id:
            return self.dispute_id._get_records_action()
        # sudo: the invoice of an advice that the user may change
        item = self.move_line_id.sudo()
        amount = min(self.difference, item.move_id.amount_residual)
        if self.outcome not in ("short", "discount") or amount <= 0:
            raise UserError(
                self.env._("Nothing of this item stays open: there is no difference.")
            )
        reasons = self.env["credit.dispute.reason"].with_context(active_test=False)
        reason = reasons.search(
            [("code", "=", find_reason(self._reason_text()))], limit=1
        )
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": remittance.profile_id.id,
                "move_id": item.move_id.id,
                "amount": amount,
                "note": self._quote(),
                **({"reason_id": reason.id} if reason else {}),
            }
        )
        # sudo: the link is written by this method alone
        self.sudo().dispute_id = dispute
        return dispute._get_records_action()

    def _reason_text(self):
        words = [self.text or ""]
        if self.discount:
            words.append("discount")
        return " ".join(words)

    def _quote(self):
        """Return where the difference comes from."""
        return self.env._(
            "Remittance advice %(advice)s: %(document)s %(words)s",
            advice=self.remittance_id.display_name,
            document=self.reference or "",
            words=self.text or self.difference_text or "",
        ).strip()

    # === BUSINESS METHODS === #
    @api.private
    def _refresh_open(self):
        """Note what is open of the items now."""
        self.env.add_to_compute(self._fields["amount_open"], self)
        self.env.add_to_compute(self._fields["outcome"], self)
        self.flush_recordset(["amount_open", "outcome"])
