import base64

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CreditRemittanceRead(models.TransientModel):
    """An advice that did not come by mail: a file, or a list that is pasted."""

    _name = "credit.remittance.read"
    _description = "Read a remittance advice"

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        domain="[('in_portfolio', '=', True)]",
    )
    file = fields.Binary(help="Excel, CSV or PDF with text, 5 MB at most.")
    file_name = fields.Char()
    text = fields.Text(
        string="Or its text", help="Paste the list here, one document a line."
    )

    @api.model
    def default_get(self, fields_list):
        """From a customer, his."""
        values = super().default_get(fields_list)
        context = self.env.context
        if context.get("active_model") == "credit.profile":
            values.setdefault("profile_id", context.get("active_id"))
        return values

    # === ACTIONS === #
    def action_read(self):
        """Read the advice, and open what was found for a check."""
        self.ensure_one()
        profiles = self.env["credit.profile"]
        profiles._check_group("group_collector", self.env._("read a remittance advice"))
        self.profile_id._check_in_portfolio()
        files = []
        if self.file:
            files = [(self.file_name or "file", base64.b64decode(self.file))]
        if not files and not (self.text or "").strip():
            raise UserError(
                self.env._("Choose a file, or paste the text of the advice.")
            )
        remittances = self.env["credit.remittance"]
        found, problems = remittances._read_documents(
            self.profile_id, files, self.text or "", "", self._today()
        )
        sentences = [sentence for _code, sentence in problems]
        if not found:
            nothing = self.env._(
                "No line with a document and a sum was found in the text."
            )
            raise UserError("\n".join(sentences) or nothing)
        remittance = remittances._make(
            self.profile_id, found, sentences, **self._keep_file()
        )
        return remittance._get_records_action()

    def _today(self):
        company = self.profile_id.company_id
        return company._dunning_today()[company]

    def _keep_file(self):
        """Return the values by which the advice keeps the file, inert."""
        if not self.file:
            return {}
        # sudo: collectors attach nothing but by this wizard
        kept = self._attach()
        return {"attachment_ids": [Command.set(kept.ids)]}

    @api.private
    def _attach(self):
        files = self.env["ir.attachment"].sudo()
        file = files.create(
            {
                "name": self.file_name or "file",
                "datas": self.file,
                "res_model": "credit.remittance",
                "company_id": self.profile_id.company_id.id,
            }
        )
        return file._keep_inert()
