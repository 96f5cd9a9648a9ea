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
    numbers = fields.Text(
        help="One a line, in the order of the letters: scanned from the slips, or "
        "pasted from a list.",
    )
    proof = fields.Binary(
        string="Proof of deposit",
        attachment=False,
        help="One file for all registered letters that have none of their own, as the "
        "stamped list of the post office.",
    )
    proof_name = fields.Char()
    letter_count = fields.Integer(string="Number of letters", compute="_compute_counts")
    registered_count = fields.Integer(compute="_compute_counts")
    missing_count = fields.Integer(compute="_compute_counts")
    has_hints = fields.Boolean(
        compute="_compute_counts", export_string_translation=False
    )

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
            posting.has_hints = any(posting.line_ids.mapped("number_hint"))
            registered = posting.line_ids.filtered("is_registered")
            posting.letter_count = len(posting.line_ids)
            posting.registered_count = len(registered)
            posting.missing_count = len(
                registered.filtered(lambda line: not line.tracking_number)
            )

    @api.onchange("numbers")
    def _onchange_numbers(self):
        """Give the numbers, in their order, to the registered letters."""
        numbers = [line.strip() for line in (self.numbers or "").splitlines()]
        numbers = [number for number in numbers if number]
        lines = self.line_ids.filtered("is_registered")
        for line, number in zip(lines, numbers, strict=False):
            line.tracking_number = number
        if len(numbers) > len(lines):
            return {
                "warning": {
                    "title": self.env._("Too many numbers"),
                    "message": self.env._(
                        "There are %(numbers)s numbers, but %(letters)s registered "
                        "letters: compare the list with the slips.",
                        numbers=len(numbers),
                        letters=len(lines),
                    ),
                }
            }
        return None

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
    number_hint = fields.Char(compute="_compute_number_hint")

    @api.depends("tracking_number")
    def _compute_number_hint(self):
        for line in self:
            line.number_hint = line.delivery_id._hint_of_number(line.tracking_number)

    @api.depends("delivery_id")
    def _compute_is_registered(self):
        for line in self:
            line.is_registered = line.delivery_id.channel == "registered"

    def _keep_proofs(self):
        """Keep tracking numbers and proofs on the deliveries."""
        files = {}
        for line in self:
            own = line if line.proof else line.posting_id
            if own.proof and (line.is_registered or line.proof):
                files[line.delivery_id] = (own.proof, own.proof_name)
        self.delivery_id._keep_files(
            "proof_attachment_id", files, self.env._("Proof of deposit")
        )
        for line in self.filtered("tracking_number"):
            line.delivery_id.sudo().tracking_number = line.tracking_number.strip()
