from datetime import timedelta

from odoo import fields
from odoo.http import content_disposition, request

from .link import CreditLinkController

# looks within this time are one visit in the log of the dossier
VISIT = timedelta(minutes=30)


class CreditDossierLink(CreditLinkController):
    """A dossier as its recipient sees it: facts, claims, and the ZIP."""

    def _purpose_dossier(self, link, part, post):
        """Show the dossier of a link, or send its documents."""
        dossier = request.env["credit.dossier"].sudo().browse(link.res_id)
        dossier = dossier.with_context(lang=link.lang)
        if part == "zip" and dossier.zip_id:
            dossier._note_access(link, request.env._("documents downloaded"))
            return self._send_zip(dossier)
        if part:
            return self._no_page()
        now = fields.Datetime.now()
        if not link.date_used or link.date_used < now - VISIT:
            dossier._note_access(link, request.env._("dossier opened"))
        return self._page("credit_control.link_dossier", dossier._page_values(link))

    def _send_zip(self, dossier):
        zip_file = dossier.zip_id
        return self._secured(
            request.make_response(
                zip_file.raw,
                headers=[
                    ("Content-Type", "application/zip"),
                    ("Content-Disposition", content_disposition(zip_file.name)),
                ],
            )
        )
