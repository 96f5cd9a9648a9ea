import tempfile
import zipfile

from odoo import api, models

from ..tools.file_names import safe_file_name, unique_path
from .credit_profile_portal_items import DOCUMENTS

REPORT = "account.account_invoices"
# invoices in one file, and how many of them are printed when they have no PDF yet
MAX_DOCUMENTS = 200
MAX_PRINTED = 50
MAX_BYTES = 100 * 1024 * 1024
# bytes kept in memory before a file is used
SPOOL = 8 * 1024 * 1024


class CreditProfile(models.Model):
    """The documents on the customer's page."""

    _inherit = "credit.profile"

    # === BUSINESS METHODS === #
    @api.private
    def _portal_file_name(self):
        """Return the name of the statement of account, without its ending."""
        self.ensure_one()
        return self.with_context(lang=self._statement_lang()).env._(
            "Statement of %(customer)s", customer=self.partner_id.name
        )

    @api.private
    def _portal_statement(self, kind, full=False):
        """Return the statement of account of today as a file.

        :param str kind: ``pdf`` or ``xlsx``
        :param bool full: all movements; else what is open
        :rtype: bytes
        """
        self.ensure_one()
        profile = self.with_context(lang=self._statement_lang())
        words = profile.env["report.credit_control.statement_document"]
        if kind == "pdf":
            values = words._document_values(profile, full=full)
            return words._print(list(values.values()))[0]
        period = profile._statement_period(profile.company_id, None, full, None)
        statements = profile._statements(full=full)
        return profile.env["credit.statement.xlsx"]._write(
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
        moves = self._portal_documents()
        stored = moves.filtered("invoice_pdf_report_id")
        printed = (moves - stored)[:MAX_PRINTED]
        taken = (stored + printed).sorted("id")[:MAX_DOCUMENTS]
        # the server closes it once it was read
        stream, size = tempfile.SpooledTemporaryFile(SPOOL), 0  # noqa: SIM115
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            names = set()
            for move, name, content in self._portal_pdfs(taken):
                size += len(content)
                if size > MAX_BYTES:
                    break
                archive.writestr(unique_path(safe_file_name(name), names), content)
                moves -= move
            if moves:
                archive.writestr(*self._portal_left_out(moves))
        stream.seek(0)
        return stream

    @api.private
    def _portal_pdfs(self, moves):
        """Yield invoices with the name and content of their PDF.

        Those that were never sent as a PDF are printed by one call of the engine.
        """
        printed = self._portal_print(
            moves.filtered(lambda move: not move.invoice_pdf_report_id)
        )
        for move in moves:
            if move.id in printed:
                name = move._get_invoice_proforma_pdf_report_filename()
                yield move, name, printed[move.id]
            else:
                document = move._get_invoice_legal_documents("pdf")
                yield move, document["filename"], document["content"]

    def _portal_print(self, moves):
        """Return ``{id: PDF}`` of invoices; nothing is kept of it.

        Core touches the invoices that it prints: who looks must change nothing.
        """
        if not moves:
            return {}
        report = moves.env["ir.actions.report"]
        with self.env.cr.savepoint() as savepoint:
            streams, kind = report._pre_render_qweb_pdf(
                REPORT, moves.ids, data={"proforma": True}
            )
            result = report._get_splitted_report(REPORT, streams, kind)
            savepoint.rollback()
        return result

    def _portal_left_out(self, moves):
        """Return the name and content of the text that says what is not in the file."""
        text = self.env._(
            "This file has a limit. Not in it, to be taken one by one from your page:"
        )
        names = "\n".join(move.name for move in moves)
        return self.env._("Not in this file.txt"), f"{text}\n\n{names}\n"
