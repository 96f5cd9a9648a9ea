import tempfile
import zipfile

from odoo import api, models

from ..tools.file_names import safe_file_name, unique_path
from .credit_profile_portal_items import DOCUMENTS

# Invoices in one file: each costs up to a second when its PDF has to be printed.
MAX_DOCUMENTS = 200
MAX_PRINTED = 30
# bytes kept in memory before a file is used
SPOOL = 8 * 1024 * 1024


class CreditProfile(models.Model):
    """The documents on the customer's page."""

    _inherit = "credit.profile"

    # === BUSINESS METHODS === #
    @api.private
    def _portal_statement(self, kind, full=False):
        """Return the statement of account of today as a file.

        :param str kind: ``pdf`` or ``xlsx``
        :param bool full: all movements; else what is open
        :rtype: bytes
        """
        self.ensure_one()
        words = self.env["report.credit_control.statement_document"]
        if kind == "pdf":
            values = words._document_values(self, full=full)
            return words._print(list(values.values()))[0]
        period = self._statement_period(self.company_id, None, full, None)
        statements = self._statements(full=full)
        return self.env["credit.statement.xlsx"]._write(
            statements, words._title(period)
        )

    @api.private
    def _portal_documents(self, move_ids=None):
        """Return the customer's posted invoices among ``move_ids``, as sudo.

        :param list move_ids: None for those that are open, the oldest due first
        """
        self.ensure_one()
        if move_ids is None:
            items = (item for part in self._portal_items() for item in part["items"])
            move_ids = [item["move"].id for item in items if item["is_document"]]
        moves = self.sudo().env["account.move"].browse(dict.fromkeys(move_ids))
        customer, company = self.sudo().partner_id, self.sudo().company_id
        return moves.exists().filtered(
            lambda move: (
                move.move_type in DOCUMENTS
                and move.state == "posted"
                and move.company_id == company
                and move.commercial_partner_id == customer
            )
        )

    @api.private
    def _portal_zip(self):
        """Return a file with the PDF of every open invoice, to be read once.

        There is an end to what one look may cost: what is left out is named in a text
        beside the invoices.
        """
        stream = tempfile.SpooledTemporaryFile(SPOOL)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            names = set()
            for move in self._portal_documents()[:MAX_DOCUMENTS]:
                document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
                path = unique_path(safe_file_name(document["filename"]), names)
                archive.writestr(path, document["content"])
        stream.seek(0)
        return stream
