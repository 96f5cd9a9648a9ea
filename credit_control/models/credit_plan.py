from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.bounds import is_beyond
from .credit_promise import MAX_GRACE_DAYS


class CreditPlan(models.Model):
    """A payment plan: a series of promises; its claims are not dunned meanwhile."""

    _name = "credit.plan"
    _description = "Payment plan"
    _inherit = ["credit.commitment.mixin"]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    name = fields.Char(required=True)
    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        "credit_plan_move_line_rel",
        "plan_id",
        "move_line_id",
        string="Debts",
        help="What the plan pays: not reminded while it runs, and listed in the "
        "document. Empty: the oldest claims, up to the amount of the plan.",
    )
    interest_amount = fields.Monetary(
        string="Interest",
        help="Agreed for the time to pay; part of the instalments, and a line of its "
        "own in the document. The ledger knows of it once it is invoiced.",
    )
    promise_ids = fields.One2many("credit.promise", "plan_id", string="Instalments")
    amount_total = fields.Monetary(
        string="Total", compute="_compute_amounts", store=True
    )
    amount_kept = fields.Monetary(string="Paid", compute="_compute_amounts", store=True)
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Last instalment", compute="_compute_amounts", store=True
    )
    break_days = fields.Integer(
        string="Ends when late by",
        default=5,
        help="Days after its date by which an instalment must be paid in full. Else "
        "the plan ends, all is due at once, and dunning goes on where it was.",
    )
    date_signed = fields.Date(
        string="Signed on", tracking=True, copy=False, help="By the customer."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("kept", "Paid off"),
            ("broken", "Ended early"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        index=True,
        copy=False,
    )
    note = fields.Text()

    _break_days_positive = models.Constraint(
        "CHECK(break_days >= 0)", "The days of the break clause cannot be negative."
    )
    _interest_positive = models.Constraint(
        "CHECK(interest_amount >= 0)", "The interest of a plan cannot be negative."
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "name")
    def _compute_display_name(self):
        for plan in self:
            names = (plan.partner_id.display_name, plan.name)
            plan.display_name = ", ".join(filter(None, names))

    @api.depends("promise_ids.amount", "promise_ids.amount_kept", "promise_ids.date")
    def _compute_amounts(self):
        for plan in self:
            plan.amount_total = sum(plan.promise_ids.mapped("amount"))
            plan.amount_kept = sum(plan.promise_ids.mapped("amount_kept"))
            dates = plan.promise_ids.filtered("date").mapped("date")
            plan.date_end = max(dates, default=False)

    # === CONSTRAINT METHODS === #
    @api.constrains("break_days")
    def _check_break_days(self):
        for plan in self:
            self._check_numbers({"break_days": plan.break_days})

    @api.model
    def _check_numbers(self, vals):
        """Say what is beyond all bounds before the database does."""
        if is_beyond(vals.get("break_days"), MAX_GRACE_DAYS):
            raise ValidationError(
                self.env._(
                    "Choose at most %(days)s days: nobody waits longer.",
                    days=MAX_GRACE_DAYS,
                )
            )

    @api.constrains("promise_ids", "currency_id", "move_line_ids", "profile_id")
    def _check_is_of_one_customer(self):
        for plan in self:
            if plan.promise_ids.profile_id - plan.profile_id:
                raise ValidationError(
                    self.env._(
                        "All instalments of a plan are promises of its customer: "
                        "remove the others."
                    )
                )
            if plan.promise_ids.currency_id - plan.currency_id:
                raise ValidationError(
                    self.env._(
                        "All instalments of a plan are in its currency, "
                        "%(currency)s: make one plan for each currency.",
                        currency=plan.currency_id.name,
                    )
                )
            self.env["credit.promise"]._check_items(plan)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """A plan begins as a draft."""
        for vals in vals_list:
            self._check_numbers(vals)
            if not self.env.su and vals.get("state", "draft") != "draft":
                raise AccessError(self._message_state())
        plans = super().create(vals_list)
        plans._share_terms()
        return plans

    def write(self, vals):
        """Change a plan; its state follows its buttons and its instalments."""
        if not self.env.su and {"state", "profile_id"} & vals.keys():
            raise AccessError(self._message_state())
        self._check_numbers(vals)
        result = super().write(vals)
        if {"move_line_ids", "break_days", "promise_ids"} & vals.keys():
            self._share_terms()
        return result

    def _message_state(self):
        return self.env._("The buttons of a plan and its instalments set its state.")

    def _share_terms(self):
        """Give the open instalments the debts and the break clause of their plan."""
        for plan in self:
            opened = plan.promise_ids.filtered(
                lambda promise: promise.state in ("draft", "pending")
            )
            opened.write(
                {
                    "move_line_ids": [fields.Command.set(plan.move_line_ids.ids)],
                    "grace_days": plan.break_days,
                }
            )

    # === ACTIONS === #
    def action_confirm(self):
        """Start the plans: their instalments are awaited, dunning pauses."""
        self._check_rights(self.env._("start a payment plan"))
        for plan in self:
            if not plan.promise_ids:
                raise UserError(
                    self.env._(
                        "The plan %(name)s has no instalment: enter dates and "
                        "amounts first.",
                        name=plan.name,
                    )
                )
        started = self._update_state(("draft",), "running")
        started.promise_ids._update_state(("draft",), "pending")
        return True

    def action_cancel(self):
        """End the plans: open instalments are cancelled, dunning goes on."""
        self._check_rights(self.env._("cancel a payment plan"))
        ended = self._update_state(("draft", "running"), "cancelled")
        ended.promise_ids._update_state(("draft", "pending"), "cancelled")
        return True

    def action_print(self):
        """Print the document to sign."""
        self._check_rights(self.env._("print a payment plan"))
        return self.env.ref("credit_control.report_plan").report_action(self)

    def action_send(self):
        """Open a mail to the customer with the document to sign attached."""
        self._check_rights(self.env._("send a payment plan"))
        self.ensure_one()
        lang = self.partner_id.lang or self.company_id.partner_id.lang
        here = self.with_context(lang=lang)
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{here.env._('Payment plan')} {self.partner_id.name}.pdf",
                "raw": here._pdf(),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        template = self.env.ref("credit_control.plan_mail", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the payment plan"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.profile_id._contacts_to_write().ids,
                "default_subject": here.env._(
                    "Payment plan to sign: %(company)s", company=self.company_id.name
                ),
                "default_body": self.env["ir.qweb"]
                .with_context(lang=lang)
                ._render(template.id, {"plan": here})
                if template
                else "",
                "default_attachment_ids": attachment.ids,
                "default_lang": lang,
            },
        }

    def action_open_calendar(self):
        """Show the instalments of these plans in a calendar."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_promise_action"
        )
        return {
            **action,
            "name": self.env._("Instalments"),
            "domain": [("plan_id", "in", self.ids)],
            "context": {"create": False},
            "view_mode": "calendar,list,form",
            "views": [(False, "calendar"), (False, "list"), (False, "form")],
        }

    # === BUSINESS METHODS === #
    def _pdf(self):
        """Return the document to sign, as bytes."""
        self.ensure_one()
        document = self.env["report.credit_control.plan_document"]
        return document._pdf_streams(self)[self.id]["stream"].read()

    @api.private
    def _update_from_promises(self):
        """Close running plans: one broken instalment breaks a plan."""
        running = self.filtered(lambda plan: plan.state == "running")
        for plan in running:
            states = set(plan.promise_ids.mapped("state"))
            if states & {"broken", "partly"}:
                plan._update_state(("running",), "broken")
                plan.promise_ids._update_state(("pending",), "cancelled")
                plan.profile_id._log(
                    self.env._(
                        "Payment plan broken: %(name)s. All is due at once, dunning "
                        "goes on.",
                        name=plan.name,
                    )
                )
            elif states and states <= {"kept", "cancelled"} and "kept" in states:
                plan._update_state(("running",), "kept")
