from odoo import fields, models


class DunningLetterBatch(models.TransientModel):
    """Letters for others to print, stamp and post: a provider, or Odoo's own post."""

    _inherit = "dunning.letter.batch"

    has_snailmail = fields.Boolean(compute="_compute_has_snailmail")

    def _compute_has_snailmail(self):
        self.has_snailmail = "snailmail.letter" in self.env

    def action_export(self):
        """Make the file for the provider, and show it."""
        self.ensure_one()
        letters = self._take_letters()
        batch = self.env["dunning.postal.batch"]._make(self.name, letters)
        self._mark_printed(letters)
        return {
            "type": "ir.actions.act_window",
            "res_model": batch._name,
            "res_id": batch.id,
            "view_mode": "form",
        }

    def action_snailmail(self):
        """Give the letters to Odoo's post."""
        self.ensure_one()
        self._take_letters()._send_by_snailmail()
        return {"type": "ir.actions.act_window_close"}
