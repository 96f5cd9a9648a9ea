from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..models.screen_days import format_day
from .dunning_preview import MAX_DAYS

# a result is kept for so long, a simulation that nobody ran until the next day
KEPT_DAYS = 90


class DunningSimulation(models.Model):
    """What other rules and changed policies would do, before they are in force.

    The lines say for whom each policy is and in which order they are asked, which
    share a variant takes, and who follows by default; a draft beside a policy stands
    for its changed levels. All this is put in place, the pipeline of real runs looks
    at the days to come, and it is taken back. The result is kept for others to read.
    """

    _name = "dunning.simulation"
    _description = "Simulation of policies"
    _order = "id desc"
    _rec_names_search = ["name", "changes"]

    name = fields.Char(string="What for", copy=False)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="By",
        readonly=True,
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    date_done = fields.Datetime(string="Simulated on", readonly=True)
    date_applied = fields.Datetime(string="In force since", readonly=True)
    changes = fields.Char(string="What was changed", readonly=True)
    default_policy_id = fields.Many2one(
        "dunning.policy",
        string="Default policy",
        compute="_compute_default_policy_id",
        store=True,
        readonly=False,
        ondelete="set null",
        domain="[('draft_of_id', '=', False), ('variant_of_id', '=', False)]",
        help="For customers that no assignment rule of a policy concerns.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    days = fields.Integer(
        default=30, required=True, help="Number of days to look ahead, today included."
    )
    rule_ids = fields.One2many(
        "dunning.simulation.rule",
        "simulation_id",
        string="Policies",
        default=lambda self: self._prepare_rules(),
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
    has_variants = fields.Boolean(compute="_compute_has_variants")

    # === COMPUTE METHODS === #
    @api.depends("name", "date_done")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for simulation in self:
            name = simulation.name or self.env._("Simulation")
            if simulation.date_done:
                name = f"{name} ({simulation._format_day_done()})"
            simulation.display_name = name

    @api.depends("company_id")
    def _compute_default_policy_id(self):
        for simulation in self:
            # sudo: a credit manager has no rights on companies
            company = simulation.company_id.sudo()
            simulation.default_policy_id = company.dunning_policy_id

    @api.depends("rule_ids.policy_id.variant_of_id")
    def _compute_has_variants(self):
        for simulation in self:
            simulation.has_variants = bool(simulation.rule_ids.policy_id.variant_of_id)

    @api.depends("is_waiting", "summary")
    def _compute_figures(self):
        for simulation in self:
            summary = simulation.summary or {}
            simulation.is_done = bool(summary) and not simulation.is_waiting
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
    def _open(self, policies=None):
        """Open a simulation of the present company, with the policies as they are.

        :param policies: ``dunning.policy``, drafts to begin with, and variants that
            nobody follows yet: they get a share
        """
        self._check_manager()
        simulation = self.create({"rule_ids": self._prepare_rules(policies)})
        return simulation._action_form()

    def action_simulate(self):
        """Look ahead with what the lines say, beside what is in force."""
        self.ensure_one()
        self._check_manager()
        self._check_ready()
        self.write(
            {
                "changes": self._get_changes(),
                "date_applied": False,
                "date_done": False,
                "failure": False,
                "user_id": self.env.uid,
            }
        )
        return self._run(self._begin())

    def action_apply(self):
        """Put the rules, the order, the shares, the default and the drafts in force."""
        self.ensure_one()
        self._check_manager()
        self._check_ready()
        self._check_fresh()
        drafts = self.rule_ids.draft_id.filtered(lambda d: d._draft_differences())
        names = drafts.draft_of_id.mapped("name")
        for draft in drafts:
            draft._put_in_force()
        rules = self.env["credit.mass.action"]._set_rules(
            self._sorted_rules()._policy_values()
        )
        former = self._apply_default()
        self.date_applied = fields.Datetime.now()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._get_apply_message(names, rules, former),
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
        self.ensure_one().check_access("read")
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
            raise UserError(self.env._("Look 1 to %(days)s days ahead.", days=MAX_DAYS))
        self._check_lines()
        if not (
            self.rule_ids.draft_id
            or self._sorted_rules()._policy_values()
            or self._is_other_default()
        ):
            raise UserError(
                self.env._(
                    "Nothing differs from what is in force: change a rule, the order, "
                    "the default policy or the share of a variant, or choose a draft."
                )
            )

    def _check_lines(self):
        """Raise with a sentence where a line does not fit."""
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

    def _check_fresh(self):
        """Refuse to put in force what somebody looked at on another day."""
        if not self.is_done:
            raise UserError(
                self.env._("Press “Simulate” first, and look at what would happen.")
            )
        if self.date_applied or self.date_done < fields.Datetime.now() - timedelta(1):
            raise UserError(
                self.env._(
                    "This is the result of %s; policies and customers may have "
                    "changed since. Press “Simulate” again and look at it, then put "
                    "it in force.",
                    self._format_day_done(),
                )
            )

    def _format_day_done(self):
        zone = self.with_context(tz=self.company_id._dunning_zone())
        day = fields.Datetime.context_timestamp(zone, self.date_done).date()
        return format_day(self.env, day)

    def _is_other_default(self):
        """Tell whether another policy than now is to be the default."""
        self.ensure_one()
        present = self.company_id.sudo().dunning_policy_id
        return bool(self.default_policy_id) and self.default_policy_id != present

    def _apply_default(self):
        """Make the policy chosen the default; return the former one, or none."""
        if not self._is_other_default():
            return self.env["dunning.policy"]
        # sudo: a credit manager has no rights on companies, but decides on this
        company = self.company_id.sudo()
        former = company.dunning_policy_id
        company.dunning_policy_id = self.default_policy_id
        return former.sudo(self.env.su)

    def _sorted_rules(self):
        return self.rule_ids.sorted(lambda rule: (rule.sequence, rule._origin.id or 0))

    def _prepare_rules(self, chosen=None):
        """Return the commands of the lines: the policies in use, in their order.

        :param chosen: drafts, each put beside its policy, and variants: one that
            nobody follows is given a half of what is left to its main policy
        """
        company = self.company_id or self.env.company
        policies = self.env["dunning.policy"].search(
            [("company_id", "in", [False, *company.sudo().parent_ids.ids])]
        )
        chosen = chosen or policies.browse()
        by_policy = {draft.draft_of_id: draft for draft in chosen}
        shares = {
            variant: variant.variant_of_id.share_percent / 2
            for variant in chosen
            if variant.variant_of_id and not variant.variant_percent
        }
        return [
            Command.create(
                {
                    "sequence": place * 10,
                    "policy_id": policy.id,
                    "assign_domain": policy.assign_domain,
                    "draft_id": by_policy[policy].id if policy in by_policy else False,
                    "variant_percent": shares.get(policy, policy.variant_percent),
                }
            )
            for place, policy in enumerate(policies, 1)
        ]

    def _get_changes(self):
        """Return in a line what differs from what is in force."""
        words = [
            f"{rule.policy_id.name}: {rule.changes}"
            for rule in self._sorted_rules()
            if rule.changes
        ]
        if self._is_other_default():
            words.append(self.env._("default policy: %s", self.default_policy_id.name))
        if self.is_reordered:
            words.append(self.env._("another order"))
        return "; ".join(words)

    def _get_apply_message(self, names, rules, former):
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
        if former:
            parts.append(
                self.env._(
                    "“%(policy)s” is the default policy now, before it was "
                    "“%(former)s”.",
                    policy=self.default_policy_id.name,
                    former=former.name,
                )
            )
        return " ".join(parts)

    @api.autovacuum
    def _gc_simulations(self):
        """Drop results after 90 days, and after a day what was never simulated."""
        now = fields.Datetime.now()
        old = Domain("create_date", "<", now - timedelta(KEPT_DAYS))
        begun = Domain("create_date", "<", now - timedelta(1))
        self.search(old | (begun & Domain("date_done", "=", False))).unlink()

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
        self.ensure_one().check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_simulation_customer_action"
        )
        domain &= Domain("simulation_id", "=", self.id)
        return {**action, "name": name, "domain": list(domain)}
