from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from .dunning_preview import MAX_DAYS


class DunningSimulation(models.TransientModel):
    """What other rules and changed policies would do, before they are in force.

    The lines say for whom each policy is and in which order they are asked; a draft
    beside a policy stands for its changed levels. All this is put in place, the
    pipeline of real runs looks at the days to come, and it is taken back.
    """

    _name = "dunning.simulation"
    _description = "Simulation of policies"
    _transient_max_hours = 24

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    days = fields.Integer(
        default=30, required=True, help="Number of days to look ahead, today included."
    )
    rule_ids = fields.One2many(
        "dunning.simulation.rule", "simulation_id", string="Policies"
    )
    customer_ids = fields.One2many("dunning.simulation.customer", "simulation_id")
    notice_ids = fields.One2many("dunning.simulation.notice", "simulation_id")
    summary = fields.Json(readonly=True)
    is_done = fields.Boolean(compute="_compute_figures")
    moved_count = fields.Integer(compute="_compute_figures")
    other_count = fields.Integer(compute="_compute_figures")
    notice_count = fields.Integer(compute="_compute_figures")
    result = fields.Html(compute="_compute_result", sanitize=False)
    is_reordered = fields.Boolean(compute="_compute_is_reordered")

    # === COMPUTE METHODS === #
    def _compute_display_name(self):
        for simulation in self:
            simulation.display_name = self.env._("Simulation")

    @api.depends("summary")
    def _compute_figures(self):
        for simulation in self:
            summary = simulation.summary or {}
            simulation.is_done = bool(summary)
            simulation.moved_count = summary.get("moved", 0)
            simulation.other_count = summary.get("other", 0)
            totals = summary.get("totals", {})
            simulation.notice_count = totals.get("changed", {}).get("notices", 0)

    @api.depends("rule_ids.policy_id", "rule_ids.sequence")
    def _compute_is_reordered(self):
        for simulation in self:
            policies = simulation._sorted_rules().policy_id
            present = policies.sorted(lambda policy: (policy.sequence, policy.id))
            simulation.is_reordered = policies.ids != present.ids

    @api.depends("summary")
    @api.depends_context("lang")
    def _compute_result(self):
        render = self.env["ir.qweb"]._render
        for simulation in self:
            simulation.result = bool(simulation.summary) and render(
                "credit_control.dunning_simulation_result",
                simulation._get_result_values(),
            )

    @api.onchange("company_id")
    def _onchange_company_id(self):
        self.rule_ids = [Command.clear(), *self._prepare_rules()]

    # === ACTIONS === #
    @api.model
    def action_open(self):
        """Open a simulation of the present company, with the policies as they are."""
        return self._open()

    @api.model
    def _open(self, drafts=None):
        """Open a simulation.

        :param drafts: ``dunning.policy``, the drafts to begin with
        """
        self._check_manager()
        simulation = self.create({})
        simulation.rule_ids = simulation._prepare_rules(drafts)
        return simulation._action_form()

    def action_simulate(self):
        """Look ahead with what the lines say, beside what is in force."""
        self.ensure_one()
        self._check_manager()
        self._check_ready()
        self._simulate()
        return self._action_form()

    def action_apply(self):
        """Put the rules, the order and the drafts in force."""
        self.ensure_one()
        self._check_manager()
        self._check_ready()
        if not self.summary:
            raise UserError(
                self.env._("Press “Simulate” first, and look at what would happen.")
            )
        drafts = self.rule_ids.draft_id.filtered(lambda d: d._draft_differences())
        names = drafts.draft_of_id.mapped("name")
        for draft in drafts:
            draft._put_in_force()
        rules = self.env["credit.mass.action"]._set_rules(
            self._sorted_rules()._policy_values()
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._get_apply_message(names, rules),
                "next": self.env["ir.actions.act_window"]._for_xml_id(
                    "credit_control.dunning_policy_action"
                ),
            },
        }

    def action_view_moved(self):
        """List the customers who would follow another policy."""
        return self._open_customers(
            self.env._("Other policy"), Domain("is_moved", "=", True)
        )

    def action_view_other(self):
        """List the customers who would be reminded otherwise."""
        return self._open_customers(
            self.env._("Reminded otherwise"), Domain("difference", "!=", "same")
        )

    def action_view_notices(self):
        """Show the notices of both sides by day and level."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_simulation_notice_action"
        )
        return {**action, "domain": [("simulation_id", "=", self.id)]}

    # === BUSINESS METHODS === #
    def _check_manager(self):
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._("Only a credit manager simulates policies: ask one of them.")
            )

    def _check_ready(self):
        """Raise with a sentence unless there is something to simulate."""
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("Switch to %(company)s first.", company=self.company_id.name)
            )
        if not 0 < self.days <= MAX_DAYS:
            raise UserError(
                self.env._("Look 1 to %(days)s days ahead.", days=MAX_DAYS)
            )
        twice = [
            policy.name
            for policy, rules in self.rule_ids.grouped("policy_id").items()
            if len(rules) > 1
        ]
        if twice:
            raise UserError(
                self.env._(
                    "“%s” is in the list twice: remove one of the lines.", twice[0]
                )
            )
        for rule in self.rule_ids.filtered("draft_id"):
            if rule.draft_id.draft_of_id != rule.policy_id:
                raise UserError(
                    self.env._(
                        "“%(draft)s” is no draft of “%(policy)s”: choose one of its "
                        "own, or none.",
                        draft=rule.draft_id.name,
                        policy=rule.policy_id.name,
                    )
                )
        if not self.rule_ids.draft_id and not self._sorted_rules()._policy_values():
            raise UserError(
                self.env._(
                    "Nothing differs from what is in force: change a rule or the "
                    "order, or choose a draft."
                )
            )

    def _sorted_rules(self):
        return self.rule_ids.sorted(lambda rule: (rule.sequence, rule._origin.id or 0))

    def _prepare_rules(self, drafts=None):
        """Return the commands of the lines: the policies in use, in their order."""
        policies = self.env["dunning.policy"].search(
            [("company_id", "in", [False, *self.company_id.sudo().parent_ids.ids])]
        )
        by_policy = {draft.draft_of_id: draft for draft in drafts or ()}
        return [
            Command.create(
                {
                    "sequence": place * 10,
                    "policy_id": policy.id,
                    "assign_domain": policy.assign_domain,
                    "draft_id": by_policy[policy].id if policy in by_policy else False,
                }
            )
            for place, policy in enumerate(policies, 1)
        ]

    def _get_apply_message(self, names, rules):
        parts = []
        if names:
            parts.append(
                self.env._(
                    "In force: the draft of %s. What was there before stays as a "
                    "draft.",
                    ", ".join(names),
                )
            )
        if rules:
            parts.append(
                self.env._(
                    "The assignment rules are in force; Reporting / Mass actions can "
                    "undo them."
                )
            )
        return " ".join(parts)

    def _action_form(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    def _open_customers(self, name, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_simulation_customer_action"
        )
        domain &= Domain("simulation_id", "=", self.id)
        return {**action, "name": name, "domain": list(domain)}
