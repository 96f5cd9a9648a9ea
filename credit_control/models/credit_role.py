from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditRole(models.Model):
    """A family of people: at the customer, or inside the company."""

    _name = "credit.role"
    _description = "Contact role"
    _order = "is_internal, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short technical name, used by imports and scripts."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_internal = fields.Boolean(
        string="Inside",
        help="The people of this role work in your company (collector, salesperson, "
        "team leader, credit manager); otherwise they are contacts at the customer.",
    )
    description = fields.Text(translate=True)
    partner_ids = fields.Many2many(
        "res.partner", "credit_role_partner_rel", "role_id", "partner_id"
    )

    partner_count = fields.Integer(compute="_compute_partner_count", string="Contacts")
    level_count = fields.Integer(compute="_compute_level_count", string="Levels")

    _code_unique = models.Constraint("UNIQUE(code)", "A role's code must be unique.")

    @api.depends("partner_ids")
    def _compute_partner_count(self):
        groups = self.env["res.partner"]._read_group(
            [("credit_role_ids", "in", self.ids)], ["credit_role_ids"], ["__count"]
        )
        counts = dict(groups)
        for role in self:
            role.partner_count = counts.get(role._origin, 0)

    def _compute_level_count(self):
        levels = self.env["dunning.level"].search_fetch(
            self._get_level_domain(), ["role_to_ids", "role_cc_ids"]
        )
        counts = Counter(role for level in levels for role in level._get_roles())
        for role in self:
            role.level_count = counts[role._origin]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        level = self.env["dunning.level"].search(self._get_level_domain(), limit=1)
        if level:
            raise UserError(
                self.env._(
                    "The level “%(level)s” of the policy “%(policy)s” writes to this "
                    "role: archive the role, or take it off the level first.",
                    level=level.name,
                    policy=level.policy_id.name,
                )
            )

    def action_view_partners(self):
        """Open the contacts that have this role."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts: %(role)s", role=self.name),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [("credit_role_ids", "in", self.ids)],
            "context": {"default_credit_role_ids": self.ids},
        }

    def action_view_levels(self):
        """Open the levels that write to this role."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Levels: %(role)s", role=self.name),
            "res_model": "dunning.level",
            "view_mode": "list,form",
            "domain": self._get_level_domain(),
        }

    def _get_level_domain(self):
        return ["|", ("role_to_ids", "in", self.ids), ("role_cc_ids", "in", self.ids)]
