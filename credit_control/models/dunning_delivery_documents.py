import logging

import psycopg2

from odoo import models

_logger = logging.getLogger(__name__)

MAX_INVOICES = 20
MAX_BYTES = 8 * 1024 * 1024
# of the size that the mail server takes: what coding and the text itself need
CODING = 6 / 8
MARGIN = 256 * 1024


class DunningDelivery(models.Model):
    """What goes with the mail: invoices as they were issued, and the statement."""

    _inherit = "dunning.delivery"

    def _with_documents(self):
        """Return the deliveries to which something is attached, now or before."""
        return self.filtered(
            lambda item: (
                item.attachment_ids
                or item.notice_id.level_id.attach_invoices
                or item.notice_id.level_id.attach_statement
            )
        )

    def _attach_documents(self):
        """Attach invoices and statements.

        :return: errors of the deliveries whose documents could not be made, and the
            invoices that did not fit, by notice
        :rtype: tuple[dict, dict]
        """
        if not self:
            return {}, {}
        try:
            with self.env.cr.savepoint():
                invoices = self._get_invoice_documents()
                statements = self._get_statements()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if len(self) > 1:
                return self._attach_one_by_one()
            _logger.info("Documents of delivery %s failed", self.id, exc_info=True)
            return {self: self._explain_no_document(error)}, {}
        return {}, {
            delivery.notice_id: delivery._store_documents(
                invoices[delivery], statements.get(delivery)
            )
            for delivery in self
        }

    def _attach_one_by_one(self):
        errors, left_out = {}, {}
        for delivery in self:
            found, moves = delivery._attach_documents()
            errors.update(found)
            left_out.update(moves)
        return errors, left_out

    def _explain_no_document(self, error):
        return (
            self.env._("The documents could not be made: %(error)s", error=error),
            self.env._(
                "Make sure that the PDF engine (wkhtmltopdf) works on the server and "
                "that the invoice can be printed, then retry. Or switch off the "
                "attachments of the level."
            ),
            True,
        )

    def _store_documents(self, invoices, statement):
        """Attach as many invoices as fit, the oldest first.

        :return: the invoices that did not fit
        :rtype: account.move
        """
        size = len(statement.raw or b"") if statement else 0
        limit = self._get_size_limit()
        kept = self.env["ir.attachment"]
        left_out = self.env["account.move"]
        for move in invoices:
            document = move.invoice_pdf_report_id
            room = len(kept) < MAX_INVOICES and size + document.file_size <= limit
            if document and room:
                kept |= document
                size += document.file_size
            else:
                left_out |= move
        if statement:
            kept |= statement
        if kept or self.attachment_ids:
            self.attachment_ids = kept
        return left_out

    def _get_size_limit(self):
        allowed = self.env["ir.mail_server"].sudo()._get_max_email_size()
        return min(MAX_BYTES, int(allowed * 1024 * 1024 * CODING) - MARGIN)

    def _get_invoice_documents(self):
        """Return the invoices to attach, the oldest due first; make missing PDFs.

        :rtype: dict[dunning.delivery, account.move]
        """
        result = {}
        for delivery in self:
            lines = delivery.notice_id.line_ids.filtered(
                lambda line: line.kind in ("claim", "reminder") and not line.is_dropped
            ).sorted(lambda line: (str(line.date_due), line.id))
            moves = lines.move_line_id.move_id.filtered(lambda move: move.is_invoice())
            wanted = delivery.notice_id.level_id.attach_invoices
            result[delivery] = moves if wanted else moves.browse()
        needed = self.env["account.move"].union(
            *(moves[:MAX_INVOICES] for moves in result.values())
        )
        missing = needed.filtered(lambda move: not move.invoice_pdf_report_id)
        for company, moves in missing.grouped("company_id").items():
            self._make_invoice_documents(company, moves)
        return result

    def _make_invoice_documents(self, company, moves):
        """Have core make the legal PDF of invoices that have none yet, in one batch."""
        send = self.env["account.move.send"].sudo().with_company(company)
        data = {
            move: send._get_default_sending_settings(
                move, sending_methods=set(), extra_edis=set()
            )
            for move in moves.sudo()
        }
        send._generate_invoice_documents(data, allow_fallback_pdf=True)
        for move, values in data.items():
            if values.get("error"):
                raise ValueError(send._format_error_text(values["error"]))
            move.invalidate_recordset(["invoice_pdf_report_id"])

    def _get_statements(self):
        """Return the statement of account where the level asks for it.

        :rtype: dict[dunning.delivery, ir.attachment]
        """
        wanted = self.filtered(lambda item: item.notice_id.level_id.attach_statement)
        if not wanted:
            return {}
        streams = (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf_prepare_streams(
                "credit_control.report_statement", {}, res_ids=wanted.profile_id.ids
            )
        )
        return {
            delivery: delivery._store_statement(
                streams[delivery.profile_id.id]["stream"].getvalue()
            )
            for delivery in wanted
        }

    def _store_statement(self, content):
        title = self.with_context(lang=self.lang).env._("Statement of account")
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{title}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": "dunning.notice",
                    "res_id": self.notice_id.id,
                }
            )
        )
