from collections import Counter

from odoo import api, fields, models
from odoo.tools import float_compare


class DunningSimulationRule(models.Model):
    """A policy in a simulation: its place, whom it is for, and its draft."""

    _name = "dunning.simulation.rule"
    _description = "Policy in a simulation"
    _order = "sequence, id"
    _rec_name = "policy_id"

    simulation_id = fields.Many2one(
        "dunning.simulation", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10000)
    policy_id = fields.Many2one(
        "dunning.policy",
        required=True,
        ondelete="cascade",
        context={"active_test": False},
    )
    assign_domain = fields.Char(
        string="Assignment rule",
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        help="Customers that match, and have no policy chosen by hand, follow this "
        "policy. Empty: none by rule.",
    )
    is_used = fields.Boolean(
        string="In use",
        default=True,
        help="Off: simulate that the policy is archived.",
    )
    draft_id = fields.Many2one(
        "dunning.policy",
        string="With the changes of",
        context={"active_test": False},
        ondelete="set null",
        help="A draft of the policy: its levels, delays, channels and minimums are "
        "simulated in place of the present ones.",
    )
    has_draft = fields.Boolean(related="policy_id.has_draft")
    variant_of_id = fields.Many2one(related="policy_id.variant_of_id")
    variant_percent = fields.Float(
        string="Share (%)",
        compute="_compute_from_policy",
        store=True,
        readonly=False,
        digits=(5, 2),
        help="Of the customers of the main policy, drawn at random.",
    )
    changes = fields.Char(compute="_compute_changes", string="What is new")
    count_before = fields.Integer(
        string="Customers now", readonly=True, help="As of the last simulation."
    )
    count_after = fields.Integer(
        string="Customers then", readonly=True, help="As of the last simulation."
    )

    # === COMPUTE METHODS === #
    @api.depends("policy_id")
    def _compute_from_policy(self):
        for rule in self:
            rule.assign_domain = rule.policy_id.assign_domain
            rule.variant_percent = rule.policy_id.variant_percent

    @api.depends("assign_domain", "draft_id", "is_used", "policy_id", "variant_percent")
    def _compute_changes(self):
        for rule in self:
            policy = rule.policy_id
            words = []
            if rule._get_domain(rule.assign_domain) != rule._get_domain(
                policy.assign_domain
            ):
                words.append(self.env._("assignment rule"))
            if rule.is_used and not policy.active:
                words.append(self.env._("put in use"))
            elif policy.active and not rule.is_used:
                words.append(self.env._("archived"))
            if rule._is_other_share():
                words.append(
                    self.env._("share of %s percent", f"{rule.variant_percent:g}")
                )
            if rule.draft_id:
                words.append(self.env._("draft"))
            rule.changes = ", ".join(words)

    # === ACTIONS === #
    def action_draft(self):
        """Open the draft of the policy to change its levels."""
        self.ensure_one()
        return self.policy_id.action_draft()

    # === BUSINESS METHODS === #
    @api.model
    def _get_domain(self, text):
        """Return a rule as it is compared: no rule is an empty one."""
        text = (text or "").strip()
        return "" if text == "[]" else text

    def _is_other_share(self):
        """Tell whether a variant would take another share than now."""
        policy = self.policy_id
        return bool(policy.variant_of_id) and bool(
            float_compare(self.variant_percent, policy.variant_percent, 2)
        )

    def _policy_values(self):
        """Return ``{policy: what to write on it}``, of those that change.

        The places that the policies have are given out anew in the order of the
        lines, so that policies of other companies keep theirs. Whose share shrinks
        comes first: all variants together never take more than there is.
        """
        rules = self.sorted(lambda rule: (rule.sequence, rule.id))
        changes = {}
        for rule, sequence in zip(rules, self._places(rules.policy_id), strict=True):
            policy = rule.policy_id
            domain = self._get_domain(rule.assign_domain)
            values = {}
            if sequence != policy.sequence:
                values["sequence"] = sequence
            if domain != self._get_domain(policy.assign_domain):
                values["assign_domain"] = domain or False
            if rule.is_used != policy.active:
                values["active"] = rule.is_used
            if rule._is_other_share():
                values["variant_percent"] = rule.variant_percent
            if values:
                changes[policy] = values

        def growth(item):
            policy, values = item
            then = values.get("variant_percent", policy.variant_percent)
            return then * values.get("active", policy.active) - (
                policy.variant_percent * policy.active
            )

        return dict(sorted(changes.items(), key=growth))

    @api.model
    def _places(self, policies):
        """Return the sequences that put policies in this order, near the present ones.

        :param policies: in the order wanted
        """
        present = [policy.sequence for policy in policies]
        in_force = policies.sorted(lambda policy: (policy.sequence, policy.id))
        if policies.ids == in_force.ids:
            return present
        places = []
        for place in sorted(present):
            places.append(max(place, places[-1] + 1) if places else place)
        return places

    def _count_customers(self, before, after, readable):
        """Keep how many customers follow each policy, now and then.

        :param dict before: profile id: policy id
        :param dict after: likewise
        :param set readable: the profiles that count
        """
        counts = [
            Counter(policy for key, policy in found.items() if key in readable)
            for found in (before, after)
        ]
        for rule in self:
            rule.count_before, rule.count_after = (
                count[rule.policy_id.id] for count in counts
            )
