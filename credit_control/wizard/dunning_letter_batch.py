import base64
import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_datetime
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..models.dunning_delivery_letter import LETTER_CHANNELS


class DunningLetterBatch(models.TransientModel):
    """Letters in one PDF, in the order of the post, marked as printed."""

    _name = "dunning.letter.batch"
    _description = "Print letters"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    name = fields.Char(
        string="Batch",
        required=True,
        default=lambda self: self._default_name(),
        help="The letters are found again, printed again and confirmed under it.",
    )
    scope = fields.Selection(
        [
            ("selected", "The selected letters"),
            ("waiting", "All letters that wait to be printed"),
        ],
        string="Print",
        required=True,
        default=lambda self: self._default_scope(),
    )
    channel = fields.Selection(
        [
            ("all", "Letters and registered letters"),
            ("letter", "Letters only"),
            ("registered", "Registered letters only"),
        ],
        string="Which",
        required=True,
        default="all",
    )
    selected_ids = fields.Many2many(
        "dunning.delivery", default=lambda self: self._default_selected()
    )
    delivery_ids = fields.Many2many(
        "dunning.delivery",
        compute="_compute_delivery_ids",
        string="Letters",
    )
    letter_count = fields.Integer(
        string="Number of letters", compute="_compute_delivery_ids"
    )
    reprint_count = fields.Integer(compute="_compute_delivery_ids")
    is_duplex = fields.Boolean(
        string="Printed on both sides",
        help="A blank page follows letters of an odd number of pages, so that each "
        "letter begins on a sheet of its own.",
    )
    is_printed = fields.Boolean()
    pdf = fields.Binary(string="PDF", readonly=True, attachment=True)
    pdf_name = fields.Char()

    def _default_name(self):
        # no slashes and no seconds: it also names files
        moment = format_datetime(
            self.env, fields.Datetime.now(), dt_format="d MMM y HH:mm"
        )
        return self.env._("Letters of %(moment)s", moment=moment)

    def _default_selected(self):
        if self.env.context.get("active_model") != "dunning.delivery":
            return self.env["dunning.delivery"]
        return self.env["dunning.delivery"].browse(self.env.context.get("active_ids"))

    def _default_scope(self):
        return "selected" if self._default_selected() else "waiting"

    @api.depends("scope", "channel", "selected_ids", "company_id")
    def _compute_delivery_ids(self):
        for batch in self:
            letters = self.env["dunning.delivery"].search(batch._letter_domain())
            batch.delivery_ids = letters
            batch.letter_count = len(letters)
            batch.reprint_count = len(letters.filtered("date_printed"))

    def _letter_domain(self):
        channels = LETTER_CHANNELS if self.channel == "all" else (self.channel,)
        domain = [
            ("channel", "in", channels),
            ("attachment_ids", "!=", False),
            ("company_id", "=", self.company_id.id),
        ]
        if self.scope == "selected":
            # posted letters can be printed again as well, for the file
            return [
                *domain,
                ("id", "in", self.selected_ids._origin.ids),
                ("state", "in", ("queued", "sent")),
            ]
        return [*domain, ("state", "=", "queued"), ("date_printed", "=", False)]

    # === ACTIONS === #
    def action_print(self):
        """Make the PDF, mark the letters as printed and show the file."""
        self.ensure_one()
        letters = self._take_letters()
        self.pdf = self._merged_pdf(letters)
        self.pdf_name = f"{self.name.replace('/', '-')}.pdf"
        self._mark_printed(letters)
        return self._reopen()

    def _take_letters(self):
        """Return the letters, locked and in the order of the post."""
        letters = self._check_letters()
        # two people who print at once must not both send the same letters
        locked = letters.sudo().try_lock_for_update()
        if len(locked) < len(letters):
            raise UserError(
                self.env._("Somebody is printing these letters right now. Try again.")
            )
        locked.invalidate_recordset(["date_printed", "state"])
        return letters.sudo()._sorted_for_post()

    def _mark_printed(self, letters):
        """Note when and under which name these letters were printed."""
        waiting = letters.filtered(lambda delivery: delivery.state == "queued")
        waiting.write({"date_printed": fields.Datetime.now(), "print_batch": self.name})
        self.selected_ids = letters
        self.scope = "selected"
        self.is_printed = True

    def action_post(self):
        """Go on to the confirmation that the letters were posted."""
        self.ensure_one()
        return self.selected_ids.action_post_letters()

    def _check_letters(self):
        if not self.env.user.has_group("credit_control.group_collector"):
            raise AccessError(
                self.env._("Only collectors print letters: ask a credit manager.")
            )
        letters = self.delivery_ids
        if not letters:
            raise UserError(
                self.env._(
                    "No letter waits to be printed. Letters appear here once their "
                    "notices are approved and sent."
                )
            )
        letters.profile_id.check_access("write")
        return letters

    def _merged_pdf(self, letters):
        """Return the letters as one PDF in base64, one after the other."""
        writer = PdfFileWriter()
        for letter in letters:
            for attachment in letter.attachment_ids:
                writer.appendPagesFromReader(
                    PdfFileReader(io.BytesIO(attachment.raw), strict=False)
                )
            if self.is_duplex and writer.getNumPages() % 2:
                writer.addBlankPage()
        stream = io.BytesIO()
        writer.write(stream)
        return base64.b64encode(stream.getvalue())

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Letters printed"),
        }
