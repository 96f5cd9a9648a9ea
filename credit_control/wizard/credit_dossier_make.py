from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CreditDossierMake(models.TransientModel):
    """Hand claims of one customer over to a bailiff, a lawyer or an agency."""

    _name = "credit.dossier.make"
    _description = "Hand claims over"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True)
    customer_id = fields.Many2one(related="profile_id.partner_id", string="Debtor")
    company_id = fields.Many2one(related="profile_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    recipient_kind = fields.Selection(
        selection=lambda self: self.env["credit.dossier"]
        ._fields["recipient_kind"]
        ._description_selection(self.env),
        string="Handed to a",
        default="lawyer",
        required=True,
    )
    recipient_id = fields.Many2one("res.partner", string="Handed over to")
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Claims",
        compute="_compute_move_line_ids",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(string="Claimed", compute="_compute_amount")
    note = fields.Text(help="For the recipient: it is printed on the account.")

    @api.depends("profile_id")
    def _compute_move_line_ids(self):
        """Propose all that is overdue and in no other dossier."""
        for wizard in self:
            dossiers = self.env["credit.dossier"].search(
                [("profile_id", "=", wizard.profile_id.id), ("state", "!=", "closed")]
            )
            lines = wizard.profile_id._overdue_lines() - dossiers._claims()
            wizard.move_line_ids = lines.sudo(False)

    @api.depends("move_line_ids")
    def _compute_amount(self):
        for wizard in self:
            # sudo: claims of a profile that the user may read
            wizard.amount = sum(wizard.move_line_ids.sudo().mapped("amount_residual"))

    def action_draft(self):
        """Make the dossier, to complete its exhibits first."""
        return self._make_dossier()._get_records_action()

    def action_apply(self):
        """Make the dossier and hand it over at once."""
        dossier = self._make_dossier()
        dossier.action_hand_over()
        return dossier._get_records_action()

    def _make_dossier(self):
        self.ensure_one()
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("hand claims over")
        )
        self.profile_id.check_access("write")
        if not self.move_line_ids:
            raise UserError(
                self.env._("Choose the claims to hand over: none is in the list.")
            )
        return self.env["credit.dossier"].create(
            {
                "profile_id": self.profile_id.id,
                "recipient_kind": self.recipient_kind,
                "recipient_id": self.recipient_id.id,
                "note": self.note,
                "move_line_ids": [Command.set(self.move_line_ids.ids)],
            }
        )
