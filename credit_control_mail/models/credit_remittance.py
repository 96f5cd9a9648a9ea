from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

STATES = [
    ("draft", "To check"),
    ("confirmed", "Confirmed"),
    ("cancelled", "Cancelled"),
]
# what a person may correct before it is confirmed
EDITABLE = {"payment_date", "payment_reference", "total", "payer", "line_ids"}


class CreditRemittance(models.Model):
    """What a customer says a payment is for: it is waited for, nothing is booked."""

    _name = "credit.remittance"
    _description = "Remittance advice"
    _inherit = ["mail.thread", "dunning.state.mixin"]
    _order = "payment_date desc, id desc"
    _rec_name = "payment_reference"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Company of the customer", store=True
    )
    message_id = fields.Many2one(
        "credit.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    intent_id = fields.Many2one(
        "credit.message.intent",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "credit_remittance_attachment_rel",
        string="Documents",
        readonly=True,
        copy=False,
    )
    payer = fields.Char(help="As the advice names him.")
    payment_date = fields.Date(tracking=True)
    payment_reference = fields.Char(tracking=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    total = fields.Monetary(
        string="Total of the advice", help="As it is written there; 0: none is."
    )
    amount_lines = fields.Monetary(
        string="Sum of the lines", compute="_compute_amount_lines", store=True
    )
    line_ids = fields.One2many("credit.remittance.line", "remittance_id")
    line_count = fields.Integer(
        string="Number of lines", compute="_compute_counts", store=True
    )
    open_count = fields.Integer(
        string="To check",
        compute="_compute_counts",
        store=True,
        help="Lines that do not simply pay what is open.",
    )
    reading = fields.Text(
        string="What could not be read",
        readonly=True,
        help="Files left out, totals that do not agree with their lines.",
    )
    total_text = fields.Char(
        string="Sum", compute="_compute_texts", help="Total and lines, in words."
    )
    summary = fields.Char(compute="_compute_texts", help="The lines, in words.")
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, index=True, copy=False
    )
    hold_until = fields.Date(
        string="No reminder until",
        readonly=True,
        copy=False,
        help="Up to this day automatic reminders leave the items of the advice out.",
    )
    is_missed = fields.Boolean(
        string="Did not come",
        readonly=True,
        copy=False,
        help="The days of waiting are over, and something of it is still open.",
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # serves the hold of the dunning pipeline and its daily end
    _hold_idx = models.Index("(hold_until) WHERE state = 'confirmed'")

    # === COMPUTE METHODS === #
    @api.depends("profile_id", "payment_reference", "payment_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for remittance in self:
            customer = remittance.profile_id.sudo().partner_id.name or ""
            day = remittance.payment_date
            what = remittance.payment_reference or (
                format_date(self.env, day, date_format="medium") if day else ""
            )
            remittance.display_name = ", ".join(
                filter(None, [self.env._("Payment advice of %s", customer), what])
            )

    @api.depends("line_ids.paid")
    def _compute_amount_lines(self):
        for remittance in self:
            remittance.amount_lines = sum(remittance.line_ids.mapped("paid"))

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        for remittance in self:
            lines = remittance.line_ids
            remittance.line_count = len(lines)
            remittance.open_count = len(lines.filtered(lambda line: not line.is_clear))

    @api.depends("total", "amount_lines", "line_ids.outcome", "hold_until", "state")
    @api.depends_context("lang")
    def _compute_texts(self):
        for remittance in self:
            remittance.total_text = remittance._say_total()
            remittance.summary = remittance._say_lines()

    def _say_total(self):
        """Return in words whether the total of the advice is that of its lines."""
        currency = self.currency_id
        if not currency or not self.line_ids:
            return False
        amount = currency.format(self.amount_lines)
        if not self.total:
            return self.env._("The lines add up to %(sum)s.", sum=amount)
        gap = currency.round(self.amount_lines - self.total)
        values = {
            "total": currency.format(self.total),
            "sum": amount,
            "gap": currency.format(abs(gap)),
        }
        if not gap:
            return self.env._("The lines add up to the total, %(total)s.", **values)
        if gap > 0:
            return self.env._(
                "The lines add up to %(sum)s: %(gap)s more than the total of "
                "%(total)s.",
                **values,
            )
        return self.env._(
            "The lines add up to %(sum)s: %(gap)s less than the total of %(total)s.",
            **values,
        )

    def _say_lines(self):
        """Return in words how many lines are what."""
        counts = Counter(self.line_ids.mapped("outcome"))
        field = self.line_ids._fields["outcome"]
        return ", ".join(
            f"{label}: {counts[code]}"
            for code, label in field._description_selection(self.env)
            if counts[code]
        )

    # === CRUD METHODS === #
    def write(self, vals):
        """Correct an advice that is not confirmed; its state follows its buttons."""
        own = ("message_", "activity_")
        names = {name for name in vals if not name.startswith(own)}
        if not self.env.su and names:
            if names - EDITABLE:
                raise AccessError(
                    self.env._("What was read stays: correct its lines by hand.")
                )
            self._check_rights(self.env._("correct a remittance advice"))
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """What was waited for stays on record."""
        if any(remittance.state == "confirmed" for remittance in self):
            raise UserError(
                self.env._("Cancel a confirmed advice before it is deleted.")
            )

    # === ACTIONS === #
    def action_confirm(self):
        """Wait for the payment: its items are not reminded meanwhile."""
        self._check_rights(self.env._("confirm a remittance advice"))
        for remittance in self:
            if remittance.state == "draft":
                remittance._confirm()
        return True

    def action_draft(self):
        """Take the advice back, to correct it."""
        self._check_rights(self.env._("correct a remittance advice"))
        self._update_state(
            ("confirmed", "cancelled"),
            "draft",
            hold_until=None,
            is_missed=False,
            confirmed_by_id=None,
        )
        return True

    def action_cancel(self):
        """It is no advice, or it is not true: nothing is waited for."""
        self._check_rights(self.env._("cancel a remittance advice"))
        self._update_state(
            ("draft", "confirmed"), "cancelled", hold_until=None, is_missed=False
        )
        return True

    def action_match(self):
        """Look for the items of the lines anew, except those chosen by hand."""
        self._check_rights(self.env._("correct a remittance advice"))
        self._check_draft()
        for remittance in self:
            remittance._match_again()
        return True

    def action_open_message(self):
        """Open the mail that it came with."""
        return self.ensure_one().message_id.action_open()

    # === BUSINESS METHODS === #
    def _check_rights(self, deed):
        """Raise unless the user is a collector in whose reach the customers are.

        :param str deed: what he wanted to do, in the infinitive
        """
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")
        self.profile_id._check_in_portfolio()

    def _check_draft(self):
        """Raise for what is confirmed or cancelled."""
        if any(remittance.state != "draft" for remittance in self):
            raise UserError(
                self.env._("Set the advice back to be checked first, then correct it.")
            )

    def _confirm(self):
        """Confirm one advice, with what is open of its items now."""
        lines = self.sudo().line_ids
        if not lines.move_line_id:
            raise UserError(
                self.env._(
                    "None of its lines is for an item of this customer: choose the "
                    "items, or cancel the advice."
                )
            )
        lines._refresh_open()
        self._update_state(
            ("draft",),
            "confirmed",
            hold_until=self._day_of_hold(),
            is_missed=False,
            confirmed_by_id=self.env.uid,
        )

    def _today(self):
        return self.company_id._dunning_today()[self.company_id]

    def _day_of_hold(self):
        """Return the last day on which the payment is waited for."""
        days = self.company_id.sudo().credit_remittance_days
        return (self.payment_date or self._today()) + timedelta(days=days)

    def _is_clear(self):
        """Return whether nobody has to look: every line pays what is open."""
        is_agreed = not self.total or not self.currency_id.compare_amounts(
            self.total, self.amount_lines
        )
        return bool(self.line_ids) and not self.open_count and is_agreed

    def _after_state(self, target):
        """The hold of its intent follows, and the figures of the customer."""
        result = super()._after_state(target)
        for remittance in self.sudo():
            intent = remittance.intent_id
            if intent.state == "accepted":
                vals = {"hold_until": remittance.hold_until}
                if target == "confirmed":
                    moves = remittance._announced_items().move_id
                    vals["move_ids"] = [fields.Command.set(moves.ids)]
                intent.write(vals)
            remittance._log_state(target)
        if target != "confirmed":
            self._end_events()
        self.profile_id.sudo()._request_refresh()
        return result

    def _log_state(self, target):
        """Tell in the chatter of the customer what became of one advice."""
        if target == "draft":
            return
        values = {
            "amount": self.currency_id.format(self.total or self.amount_lines),
            "day": format_date(self.env, self.hold_until) if self.hold_until else "",
        }
        if target == "confirmed":
            body = self.env._(
                "Payment of %(amount)s announced by a remittance advice: its items "
                "wait until %(day)s.",
                **values,
            )
        else:
            body = self.env._("Remittance advice of %(amount)s cancelled.", **values)
        self.profile_id.with_env(self.env)._log(body)

    def _announced_items(self):
        """Return the items that the payment is to settle."""
        lines = self.sudo().line_ids.filtered(lambda line: line.outcome != "settled")
        return lines.move_line_id
