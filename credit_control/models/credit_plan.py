from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CreditPlan(models.Model):
    """A payment plan: a series of promises; its claims are not dunned meanwhile."""

    _name = "credit.plan"
    _description = "Payment plan"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
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
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Contact", store=True
    )
    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    promise_ids = fields.One2many("credit.promise", "plan_id", string="Instalments")
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        tracking=True,
        copy=False,
    )
    note = fields.Text()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """A plan begins as a draft."""
        for vals in vals_list:
            if not self.env.su and vals.get("state", "draft") != "draft":
                raise AccessError(self._message_state())
        plans = super().create(vals_list)
        plans._check_has_one_customer()
        return plans

    def write(self, vals):
        """Change a plan; its state follows its buttons and its instalments."""
        if not self.env.su and {"state", "profile_id"} & vals.keys():
            raise AccessError(self._message_state())
        result = super().write(vals)
        self._check_has_one_customer()
        return result

    def _message_state(self):
        return self.env._("The buttons of a plan and its instalments set its state.")

    def _check_has_one_customer(self):
        for plan in self:
            if plan.promise_ids.profile_id - plan.profile_id:
                raise UserError(
                    self.env._(
                        "All instalments of a plan are promises of its customer: "
                        "remove the others."
                    )
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

    # === BUSINESS METHODS === #
    def _check_rights(self, deed):
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    @api.private
    def _update_state(self, allowed, target):
        """Set the state of those that are in an ``allowed`` one; return them."""
        changed = self.filtered(lambda plan: plan.state in allowed)
        # sudo: the state is written by this method alone
        changed.sudo().write({"state": target})
        changed.profile_id._request_refresh()
        return changed

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
                    self.env._("Payment plan broken: %(name)s", name=plan.name)
                )
            elif states and states <= {"kept", "cancelled"} and "kept" in states:
                plan._update_state(("running",), "kept")
