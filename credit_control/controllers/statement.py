from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

KINDS = {
    "pdf": ("application/pdf", "inline"),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "attachment",
    ),
}


class Statement(http.Controller):
    """The statement of account as a file."""

    @http.route(
        "/credit/statement/<int:statement_id>/<any(pdf,xlsx):kind>",
        type="http",
        auth="user",
    )
    def statement_file(self, statement_id, kind):
        """Return the file of what this person looks at, while he may."""
        statement = request.env["credit.statement"].browse(statement_id)
        try:
            statement.check_access("read")
            content = statement._pdf() if kind == "pdf" else statement._xlsx()
            name = statement._file_name()
        except (AccessError, MissingError):
            raise request.not_found() from None
        mimetype, disposition = KINDS[kind]
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                (
                    "Content-Disposition",
                    content_disposition(f"{name}.{kind}", disposition_type=disposition),
                ),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
