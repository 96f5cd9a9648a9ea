from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from .statement import KINDS


class ProfileExport(http.Controller):
    """A list of customers as a file."""

    @http.route("/credit/profiles/<int:export_id>/xlsx", type="http", auth="user")
    def profiles_xlsx(self, export_id):
        """Download the list that this person has just asked for."""
        export = request.env["credit.profile.export"].browse(export_id)
        try:
            export.check_access("read")
            content = export._xlsx()
        except (AccessError, MissingError):
            raise request.not_found() from None
        mimetype, disposition = KINDS["xlsx"]
        name = request.env._("Customers with their figures")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                (
                    "Content-Disposition",
                    content_disposition(f"{name}.xlsx", disposition_type=disposition),
                ),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
