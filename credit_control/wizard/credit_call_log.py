from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

SATURDAY = 5


class CreditCallLog(models.TransientModel):
    """Log a call: what came of it, the next one, a promise or a dispute at once."""

    _name = "credit.call.log"
    _description = "Log a call"

    profile_id = fields.Many2one("credit.profile", required=True)
    partner_id = fields.Many2one(related="profile_id.partner_id")
    contact_id = fields.Many2one(
        "res.partner",
        string="Spoke with",
        domain="[('commercial_partner_id', '=', partner_id)]",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
    )
    phone = fields.Char(related="contact_id.phone")
    outcome_id = fields.Many2one("credit.call.outcome")
    next_step = fields.Selection(related="outcome_id.next_step")
    hint = fields.Text(related="outcome_id.hint")
    note = fields.Text()
    next_date = fields.Date(
        string="Call again on",
        compute="_compute_next_date",
        store=True,
        readonly=False,
        help="An activity is planned for this day.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_promise", store=True, readonly=False
    )
    promise_amount = fields.Monetary(
        string="Promised amount",
        compute="_compute_promise",
        store=True,
        readonly=False,
    )
    promise_date = fields.Date(
        string="To be paid on",
        compute="_compute_promise",
        store=True,
        readonly=False,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Contested invoice",
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')),"
        " ('amount_residual', '>', 0)]",
        compute="_compute_move_id",
        store=True,
        readonly=False,
    )
    move_currency_id = fields.Many2one(
        related="move_id.currency_id", string="Currency of the invoice"
    )
    dispute_amount = fields.Monetary(
        string="Contested amount",
        currency_field="move_currency_id",
        compute="_compute_dispute_amount",
        store=True,
        readonly=False,
    )
    reason_id = fields.Many2one("credit.dispute.reason", string="Why")
    level_id = fields.Many2one("dunning.level", compute="_compute_script")
    script = fields.Html(compute="_compute_script", sanitize=False)

    # === COMPUTE METHODS === #
    @api.depends("profile_id")
    def _compute_contact_id(self):
        for log in self:
            log.contact_id = log.profile_id._call_contact()

    @api.depends("outcome_id")
    def _compute_next_date(self):
        for log in self:
            days = log.outcome_id.days
            log.next_date = days and log._working_day(days)

    @api.depends("profile_id")
    def _compute_promise(self):
        for log in self:
            proposed = log.profile_id._proposed_promise()
            log.currency_id = proposed.get("currency_id")
            log.promise_amount = proposed.get("amount")
            log.promise_date = proposed.get("date")

    @api.depends("profile_id")
    def _compute_move_id(self):
        for log in self:
            log.move_id = log.profile_id._oldest_invoice()

    @api.depends("move_id")
    def _compute_dispute_amount(self):
        for log in self:
            # sudo: whoever sees the item knows what is open on it
            log.dispute_amount = log.move_id.sudo().amount_residual

    @api.depends("profile_id")
    def _compute_script(self):
        for log in self:
            log.level_id, log.script = log.profile_id._call_script()

    @api.onchange("promise_amount", "currency_id")
    def _onchange_promise_amount(self):
        """Ask again about an amount above all that is owed: it may be meant."""
        if self.next_step != "promise":
            return None
        return self.env["credit.promise"]._warn_above_owed(
            self.profile_id, self.promise_amount, self.currency_id
        )

    def _working_day(self, days):
        """Return the day ``days`` from today, never a weekend."""
        company = self.profile_id.company_id or self.env.company
        day = company._dunning_today()[company] + timedelta(days=days)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return day

    # === ACTIONS === #
    def action_log(self):
        """Keep the call, with the promise, dispute and next call that it brought."""
        self.ensure_one()
        profile = self.profile_id
        profile._check_group("group_collector", self.env._("log a call"))
        profile.check_access("write")
        if not self.outcome_id:
            raise UserError(self.env._("Say what came of the call: choose an outcome."))
        company = self.profile_id.company_id
        if self.next_date and self.next_date < company._dunning_today()[company]:
            raise UserError(
                self.env._("The next contact is past: choose today or a later day.")
            )
        call = self.env["credit.call"].create(self._prepare_call())
        self._close_planned_call(call)
        self._close_own_reminders(call)
        if self.next_date:
            self._plan_next(call)
        return {"type": "ir.actions.act_window_close"}

    def _prepare_call(self):
        return {
            "profile_id": self.profile_id.id,
            "contact_id": self.contact_id.id,
            "phone": self.phone,
            "outcome_id": self.outcome_id.id,
            "note": self.note,
            "next_date": self.next_date,
            "level_id": self.level_id.id,
            "promise_id": self._make_promise().id,
            "dispute_id": self._make_dispute().id,
        }

    def _make_promise(self):
        promises = self.env["credit.promise"]
        if self.next_step != "promise":
            return promises
        if not self.promise_date or self.promise_amount <= 0:
            raise UserError(
                self.env._("Enter how much was promised, and for which day.")
            )
        return promises.create(
            {
                "profile_id": self.profile_id.id,
                "amount": self.promise_amount,
                "currency_id": self.currency_id.id,
                "date": self.promise_date,
                "source": "call",
                "note": self.note,
            }
        )

    def _make_dispute(self):
        disputes = self.env["credit.dispute"]
        if self.next_step != "dispute":
            return disputes
        if not (self.move_id and self.reason_id):
            raise UserError(
                self.env._("Choose the contested invoice and why it is contested.")
            )
        return disputes.create(
            {
                "profile_id": self.profile_id.id,
                "move_id": self.move_id.id,
                "amount": self.dispute_amount,
                "reason_id": self.reason_id.id,
                "note": self.note,
            }
        )

    def _close_planned_call(self, call):
        """Do, or move, the call that a level planned: done, it delivers its notice.

        Where the outcome says so it goes on to the next contact or channel instead.
        """
        planned = self.profile_id._planned_calls()[:1]
        if not planned:
            return
        if self.next_step == "contact":
            planned._call_not_reached(call.display_name)
        elif self.outcome_id.closes_planned:
            planned.activity_id.action_feedback(feedback=call.display_name)
        elif self.next_date:
            planned.activity_id.date_deadline = self.next_date

    def _close_own_reminders(self, call):
        """Do the calls that the caller had planned for today or before."""
        today = self.profile_id.company_id._dunning_today()
        day = today[self.profile_id.company_id]
        kind = self.env.ref("mail.mail_activity_data_call")
        by_level = self.profile_id._planned_calls().activity_id
        self.profile_id.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
            and activity.user_id == self.env.user
            and activity.date_deadline <= day
            and activity not in by_level
        ).action_feedback(feedback=call.display_name)

    def _plan_next(self, call):
        """Plan the next call, unless a planned one was moved to that day."""
        moved = self.profile_id._planned_calls().activity_id
        if moved and not self.outcome_id.closes_planned:
            return
        self.profile_id.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=self.next_date,
            summary=self.env._(
                "Call again: %(outcome)s",
                outcome=self.outcome_id.name,
            ),
            note=self.note or "",
            user_id=self.env.uid,
        )
