from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request


class InvoicePdf(http.Controller):
    """The PDF of an invoice, for people without an accounting right."""

    @http.route("/credit/invoice/<int:move_id>/pdf", type="http", auth="user")
    def invoice_pdf(self, move_id):
        """Show the invoice's PDF to whoever may read the invoice.

        The one that was sent, else a copy rendered now.
        """
        move = request.env["account.move"].browse(move_id)
        try:
            move.check_access("read")
            is_document = move.is_sale_document(include_receipts=True)
        except (AccessError, MissingError):
            raise request.not_found() from None
        if not is_document or move.state != "posted":
            raise request.not_found()
        # sudo: rendering reads what accountants alone may, taxes and accounts
        document = move.sudo()._get_invoice_legal_documents("pdf", allow_fallback=True)
        name = document["filename"]
        return request.make_response(
            document["content"],
            headers=[
                ("Content-Type", "application/pdf"),
                (
                    "Content-Disposition",
                    content_disposition(name, disposition_type="inline"),
                ),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
