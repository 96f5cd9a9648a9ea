from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditForceLevel(models.TransientModel):
    """Choose the level of the next notice, for customers or for invoices."""

    _name = "credit.force.level"
    _description = "Force a dunning level"

    profile_ids = fields.Many2many("credit.profile", string="Customers")
    move_ids = fields.Many2many("account.move", string="Invoices")
    policy_id = fields.Many2one(
        "dunning.policy",
        string="Policy of the level",
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        help="A level of another policy is sent once; the own policy then goes on "
        "where it was.",
    )
    level_id = fields.Many2one(
        "dunning.level",
        domain="[('policy_id', '=', policy_id)]",
        help="Used by the next run for all that is overdue, whatever the delays.",
    )
    reason = fields.Char()
    own_policy_id = fields.Many2one(
        "dunning.policy",
        string="Own policy",
        help="Wins over the customer's policy for these invoices. Empty: the "
        "customer's.",
    )
    origin = fields.Selection(
        selection=lambda self: self.env["account.move"]
        ._fields["dunning_origin"]
        ._description_selection(self.env),
        string="Why unpaid",
    )

    @api.model
    def default_get(self, fields):
        """Start from what one invoice has."""
        values = super().default_get(fields)
        moves = self.env["account.move"].browse(
            self.env.context.get("default_move_ids", [])
        )
        if len(moves) == 1:
            moves.check_access("read")
            values["own_policy_id"] = moves.sudo().dunning_policy_id.id
            values["origin"] = moves.sudo().dunning_origin
        return values

    @api.depends("profile_ids", "move_ids")
    def _compute_policy_id(self):
        for wizard in self:
            profiles = wizard.profile_ids or self.env["credit.profile"]._of_customers(
                {
                    (move.commercial_partner_id.id, move.company_id.id)
                    for move in wizard.move_ids
                }
            )
            policies = wizard.move_ids.dunning_policy_id or profiles.dunning_policy_id
            wizard.policy_id = policies[:1]

    def action_apply(self):
        """Force the level, and write what changed on the invoices."""
        self.ensure_one()
        if not self.profile_ids and not self.move_ids:
            raise UserError(
                self.env._("No customer is chosen: tick some in a list first.")
            )
        changed = self._apply_to_moves()
        if self.level_id:
            target = self.profile_ids
            if self.move_ids:
                self.move_ids.action_dunning_force_level(self.level_id, self.reason)
            else:
                target.action_force_level(self.level_id, self.reason)
        elif not changed:
            raise UserError(self.env._("Choose the level to use at the next run."))
        return {"type": "ir.actions.act_window_close"}

    def _apply_to_moves(self):
        """Write policy and origin where they changed; tell whether anything did."""
        moves = self.move_ids
        if not moves:
            return False
        moves.check_access("read")
        other_policy = moves.filtered(
            lambda move: move.sudo().dunning_policy_id != self.own_policy_id
        )
        other_origin = moves.filtered(
            lambda move: move.sudo().dunning_origin != self.origin
        )
        if len(moves) > 1:  # nothing was shown of many: empty means unchanged
            other_policy = other_policy if self.own_policy_id else moves.browse()
            other_origin = other_origin if self.origin else moves.browse()
        if other_policy:
            other_policy.action_dunning_set_policy(self.own_policy_id)
        if other_origin:
            other_origin.action_dunning_set_origin(self.origin)
        return bool(other_policy or other_origin)
