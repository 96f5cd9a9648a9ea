import io
from collections import OrderedDict

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext
from odoo.tools.mail import is_html_empty

from .pdf_engine import Document, PdfEngineError, font_faces, print_documents

# countries where a window envelope shows the address on the right
RIGHT_WINDOW = {"FR", "BE", "LU", "MC", "IT", "ES", "PT", "CH", "SE", "DK", "NO", "FI"}
DEFAULT_COLOR = "#1f3a5f"


class CreditPdfReport(models.AbstractModel):
    """Letters and statements: printed many at once, complete in themselves.

    A report says what its documents contain (``_document_values``) and by which
    template (``_document_template``) they are written.
    """

    _name = "credit.pdf.report"
    _description = "Printed document"

    _document_template = None

    def _document_values(self, records):
        """Return ``{record: values of its template}``, in the record's language.

        To be given by each report; ``lang``, ``company`` and ``title`` are needed.
        """
        raise NotImplementedError

    @api.model
    def _get_report_values(self, docids, data=None):
        """Give core's HTML preview the same documents as the PDF."""
        records = self.env[self._report().model].browse(docids)
        values = self._document_values(records)
        return {
            "doc_ids": docids,
            "docs": records,
            "pages": [self._render_page(values[record]) for record in records],
        }

    @api.model
    def _engine_error(self):
        """Return (what is wrong, what to do) when no PDF can be made, else None."""
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() in (
            "install",
            "broken",
        ):
            return (
                self.env._("The PDF engine (wkhtmltopdf) is missing on this server."),
                self.env._(
                    "Ask your administrator to install wkhtmltopdf 0.12.5 or later "
                    "with patched Qt, then retry: nothing is lost meanwhile."
                ),
            )
        return None

    @api.model
    def _print(self, values_list):
        """Return one PDF (bytes) for each dict of values, in one call of the engine.

        :param list[dict] values_list: as given by ``_document_values``
        :rtype: list[bytes]
        :raise UserError: when the engine is missing or fails
        """
        error = self._engine_error()
        if error:
            raise UserError(" ".join(error))
        documents = [
            Document(
                html=str(self._render_page(values)),
                footer=self.with_context(lang=values["lang"])._footer(
                    values["company"], values["lang"]
                ),
                page_label=self.with_context(lang=values["lang"])._page_label(),
            )
            for values in values_list
        ]
        try:
            return print_documents(documents, self._engine_options())
        except PdfEngineError as error:
            raise UserError(
                self.env._(
                    "The PDF engine (wkhtmltopdf) failed: %(message)s Ask your "
                    "administrator to check its installation, then retry.",
                    message=error,
                )
            ) from error

    def _report(self):
        """Return the report action of this renderer, as sudo."""
        name = self._name.removeprefix("report.")
        return self.env["ir.actions.report"]._get_report_from_name(name)

    def _engine_options(self):
        report = self._report()
        options = report._build_wkhtmltopdf_args(report.get_paperformat(), None)
        # Core's delay waits for scripts, of which there are none; its zoom is for
        # layouts that shrink to fit. The engine is told its own.
        for name in ("--javascript-delay", "--zoom"):
            if name in options:
                place = options.index(name)
                del options[place : place + 2]
        return options

    def _page_label(self):
        return self.env._(
            "Page %(page)s / %(pages)s", page="[sitepage]", pages="[sitepages]"
        )

    def _render_page(self, values):
        return Markup("<!DOCTYPE html>\n") + self.env["ir.qweb"].with_context(
            lang=values["lang"]
        )._render(
            self._document_template,
            {
                "font_faces": font_faces(),
                "color": values["company"].primary_color or DEFAULT_COLOR,
                "is_html_empty": is_html_empty,
                **values,
            },
        )

    def _footer(self, company, lang):
        """Return the legal identity of ``company`` as lines of text."""
        company = company.with_context(lang=lang)
        lines = [
            " · ".join(filter(None, [company.name, *self._address_lines(company)])),
            " · ".join(self._legal_identity(company)),
        ]
        words = html2plaintext(company.report_footer or "").strip()
        lines += [line.strip() for line in words.splitlines() if line.strip()][:2]
        # the engine reads square brackets as its own variables
        text = "\n".join(filter(None, lines))
        return text.replace("[", "(").replace("]", ")")

    def _legal_identity(self, party):
        """Return registration and tax numbers of a company or partner, labelled.

        Extended by: localisations with more to state (capital, court, manager).
        """
        partner = party.partner_id if party._name == "res.company" else party
        identity = []
        if partner.company_registry:
            labels = partner._get_company_registry_labels()
            label = labels.get(partner.country_id.code) or self.env._("Company ID")
            identity.append(f"{label} {partner.company_registry}")
        if partner.vat:
            label = partner.country_id.vat_label or self.env._("VAT")
            identity.append(f"{label} {partner.vat}")
        return identity

    def _address_lines(self, party, home=None):
        """Return street, town and, when not ``home``, the country of a party."""
        partner = party.partner_id if party._name == "res.company" else party
        text = partner._display_address(without_company=True)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        country = partner.country_id.name
        if country and lines and lines[-1] == country:
            lines.pop()
            if home and partner.country_id != home:
                lines.append(country.upper())
        return lines

    def _postal_address(self, partner, company):
        """Return the lines of the address, as they are read in the window."""
        partner = partner.sudo()
        commercial = partner.commercial_partner_id
        names = [commercial.name]
        if partner != commercial and partner.name and partner.name != commercial.name:
            names.append(partner.name)
        # abroad, the post of the sender's country reads the last line
        home_lang = company.partner_id.lang or self.env.lang
        lines = self._address_lines(
            partner.with_context(lang=home_lang), home=company.country_id
        )
        return names + lines

    def _place_and_date(self, company, date):
        if not company.city:
            return date
        return self.env._("%(place)s, %(date)s", place=company.city, date=date)

    def _has_right_window(self, company):
        """Tell whether the address stands on the right, for the window envelope."""
        return company.country_id.code in RIGHT_WINDOW

    def _pdf_streams(self, records):
        """Return the PDF of each record in the form of core's report machinery."""
        values = self._document_values(records)
        pdfs = self._print([values[record] for record in records])
        return OrderedDict(
            (record.id, {"stream": io.BytesIO(pdf), "attachment": None})
            for record, pdf in zip(records, pdfs, strict=True)
        )
