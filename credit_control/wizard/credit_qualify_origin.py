from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CreditQualifyOrigin(models.TransientModel):
    """Say why invoices are unpaid, many at once."""

    _name = "credit.qualify.origin"
    _description = "Say why invoices are unpaid"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    move_count = fields.Integer(string="Invoices chosen", compute="_compute_counts")
    known_count = fields.Integer(
        compute="_compute_counts", help="Invoices of which a person has said it before."
    )
    origin = fields.Selection(
        selection=lambda self: self.env["account.move"]
        ._fields["dunning_origin"]
        ._description_selection(self.env),
        string="Why unpaid",
        help="Empty: what is known by itself (dispute, insolvency, late).",
    )
    is_overwriting = fields.Boolean(
        string="Change these too",
        help="Also where a person has said another reason before.",
    )

    @api.model
    def default_get(self, fields):
        """Take the invoices chosen in a list, or those of the lines chosen."""
        values = super().default_get(fields)
        ids = self.env.context.get("active_ids") or []
        model = self.env.context.get("active_model")
        if "move_ids" not in values and model == "account.move":
            values["move_ids"] = [Command.set(ids)]
        elif "move_ids" not in values and model == "account.move.line":
            lines = self.env[model].browse(ids)
            values["move_ids"] = [Command.set(lines.move_id.ids)]
        return values

    @api.depends("move_ids")
    def _compute_counts(self):
        for wizard in self:
            wizard.move_count = len(wizard.move_ids)
            wizard.known_count = len(wizard._said_before())

    def _said_before(self):
        # sudo: our own fields of invoices that the user may read
        return self.move_ids._origin.filtered(
            lambda move: move.sudo().dunning_origin
            and not move.sudo().dunning_origin_is_automatic
        )

    def action_apply(self):
        """Write the reason, except where a person said another before."""
        self.ensure_one()
        moves = self.move_ids
        if not moves:
            raise UserError(
                self.env._("No invoice is chosen: tick some in a list first.")
            )
        if not self.is_overwriting:
            moves -= self._said_before()
        if not moves:
            raise UserError(
                self.env._(
                    "A person has said before why these invoices are unpaid: tick "
                    "“Change these too” to replace it."
                )
            )
        # kept, so that it can be undone
        self.env["credit.mass.action"]._run(
            "origin", moves, lambda: moves._qualify(self.origin), is_logged=True
        )
        return {"type": "ir.actions.act_window_close"}
