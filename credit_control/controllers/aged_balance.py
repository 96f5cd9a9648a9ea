from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AgedBalance(http.Controller):
    """The aged balance as a file."""

    @http.route("/credit/aged_balance/<int:balance_id>/xlsx", type="http", auth="user")
    def aged_balance_xlsx(self, balance_id):
        """Download the whole table that this person asked for last."""
        balance = request.env["credit.aged.balance"].browse(balance_id)
        try:
            balance.check_access("read")
            content = balance._xlsx()
        except (AccessError, MissingError):
            raise request.not_found() from None
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                (
                    "Content-Disposition",
                    content_disposition(f"{balance._file_name()}.xlsx"),
                ),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
