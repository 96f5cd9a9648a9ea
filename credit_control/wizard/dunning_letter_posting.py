from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class DunningLetterPosting(models.TransientModel):
    """A person confirms that letters were posted: from then on they are delivered."""

    _name = "dunning.letter.posting"
    _description = "Confirm letters as posted"

    date = fields.Date(
        string="Posted on",
        required=True,
        default=fields.Date.context_today,
        help="The day from which the next step of the customers counts.",
    )
    line_ids = fields.One2many(
        "dunning.letter.posting.line",
        "posting_id",
        string="Letters",
        default=lambda self: self._default_lines(),
    )
    letter_count = fields.Integer(string="Number of letters", compute="_compute_counts")
    registered_count = fields.Integer(compute="_compute_counts")
    missing_count = fields.Integer(compute="_compute_counts")

    def _default_lines(self):
        if self.env.context.get("active_model") != "dunning.delivery":
            return False
        letters = self.env["dunning.delivery"].search(
            [
                ("id", "in", self.env.context.get("active_ids", [])),
                ("channel", "in", ("letter", "registered")),
                ("state", "=", "queued"),
                ("date_printed", "!=", False),
            ]
        )
        return [
            fields.Command.create(
                {
                    "delivery_id": letter.id,
                    "tracking_number": letter.tracking_number,
                }
            )
            for letter in letters._sorted_for_post()
        ]

    @api.depends("line_ids.tracking_number")
    def _compute_counts(self):
        for posting in self:
            registered = posting.line_ids.filtered("is_registered")
            posting.letter_count = len(posting.line_ids)
            posting.registered_count = len(registered)
            posting.missing_count = len(
                registered.filtered(lambda line: not line.tracking_number)
            )

    def action_confirm(self):
        """Mark the letters as delivered on the day, with their proofs."""
        self.ensure_one()
        if not self.env.user.has_group("credit_control.group_collector"):
            raise AccessError(
                self.env._("Only collectors confirm letters: ask a credit manager.")
            )
        letters = self.line_ids.delivery_id
        if not letters:
            raise UserError(
                self.env._(
                    "None of these letters is printed and waits for its confirmation. "
                    "Print them first."
                )
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._("The day of posting is in the future: correct the date.")
            )
        letters.profile_id.check_access("write")
        # deliveries are written by their own methods only
        self.line_ids._keep_proofs()
        day = datetime.combine(self.date, datetime.min.time())
        letters.sudo()._mark_delivered(day)
        return {"type": "ir.actions.act_window_close"}


class DunningLetterPostingLine(models.TransientModel):
    _name = "dunning.letter.posting.line"
    _description = "Letter to confirm as posted"

    posting_id = fields.Many2one("dunning.letter.posting", ondelete="cascade")
    delivery_id = fields.Many2one(
        "dunning.delivery", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="delivery_id.partner_id")
    channel = fields.Selection(related="delivery_id.channel")
    address = fields.Text(related="delivery_id.address")
    is_registered = fields.Boolean(compute="_compute_is_registered")
    tracking_number = fields.Char()
    proof = fields.Binary(string="Proof of deposit", attachment=False)
    proof_name = fields.Char()

    @api.depends("delivery_id")
    def _compute_is_registered(self):
        for line in self:
            line.is_registered = line.delivery_id.channel == "registered"

    def _keep_proofs(self):
        """Keep tracking numbers and proofs on the deliveries."""
        proven = self.filtered("proof")
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": line.proof_name or self.env._("Proof of deposit"),
                        "datas": line.proof,
                        "res_model": line.delivery_id._name,
                        "res_id": line.delivery_id.id,
                    }
                    for line in proven
                ]
            )
        )
        for line, attachment in zip(proven, attachments, strict=True):
            line.delivery_id.sudo().proof_attachment_id = attachment
        for line in self.filtered("tracking_number"):
            line.delivery_id.sudo().tracking_number = line.tracking_number.strip()
