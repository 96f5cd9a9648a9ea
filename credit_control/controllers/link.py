from odoo import http
from odoo.http import request

# what a page of ours may load: its own style and the company's logo, nothing else
HEADERS = [
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
]
MAX_REQUEST = 16 * 1024 * 1024


class CreditLinkController(http.Controller):
    """What the holder of a signed link sees; looking changes nothing.

    A class that inherits this one adds ``_purpose_<name>(link, part, post)`` for each
    purpose of ``credit.link`` and returns a response: ``link`` is valid and as sudo,
    in its own language; ``part`` is what follows the token in the path, or None;
    ``post`` are the values of a form sent, None when the page is only looked at.
    """

    # The address holds a secret that no other site knows, so that none can forge a
    # request; the nonce in a form stops it from being sent twice. No session is made.
    @http.route(
        ["/credit/link/<string:token>", "/credit/link/<string:token>/<string:part>"],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_REQUEST,
    )
    def credit_link(self, token, part=None, **post):
        """Show or answer what a signed link is about."""
        link = request.env["credit.link"]._find(token)
        handler = link and getattr(self, f"_purpose_{link.purpose}", None)
        if not handler:
            return self._no_page()
        link = link.with_context(
            lang=link.lang, allowed_company_ids=link.company_id.ids
        )
        is_post = request.httprequest.method == "POST"
        return self._answer(link, handler, part, post if is_post else None)

    def _answer(self, link, handler, part, post):
        """Return what a link opens, and count the use."""
        response = handler(link, part, post)
        link._trace()
        return response

    def _page(self, template, values, status=200):
        """Return a page that stands alone, with the headers of all of ours.

        :param str template: body of the page
        """
        lang = values["link"].lang if values.get("link") else None
        html = request.env["ir.qweb"].with_context(lang=lang or request.env.lang)
        body = html.sudo()._render(template, values)
        return self._secured(
            request.make_response(
                f"<!DOCTYPE html>\n{body}",
                headers=[("Content-Type", "text/html; charset=utf-8")],
                status=status,
            )
        )

    def _no_page(self):
        """Answer alike for a link that is wrong, expired, revoked or of no purpose."""
        return self._plain_page("credit_control.link_page_invalid", 404)

    def _plain_page(self, template, status):
        """Return a page that says no, in the language of the browser."""
        lang = request.best_lang or request.env.lang
        known = {code for code, _name in request.env["res.lang"].get_installed()}
        request.update_context(lang=lang if lang in known else request.env.lang)
        return self._page(template, {}, status=status)

    def _secured(self, response):
        """Give a response the headers that keep the link to itself."""
        for name, value in HEADERS:
            response.headers[name] = value
        return response


class DisputeLinkController(CreditLinkController):
    """The question about a dispute: a colleague reads it and answers."""

    def _purpose_dispute_question(self, link, part, post):
        """Show the dispute and a form, or take the answer."""
        dispute = link._record()
        if part == "invoice.pdf":
            return self._invoice_pdf(dispute.move_id)
        if post is None:
            return self._question_page(link, dispute)
        text = post.get("answer") or ""
        files = [
            (upload.filename, upload.read())
            for upload in request.httprequest.files.getlist("files")
            if upload.filename
        ]
        error = dispute._check_answer(text, files)
        if error:
            return self._question_page(link, dispute, error=error, text=text)
        if link._take_answer(post.get("nonce")):
            dispute._receive_answer(link, text, files)
        return self._question_page(link, dispute, is_answered=True)

    def _question_page(self, link, dispute, error=None, text="", is_answered=False):
        values = {
            "link": link,
            "lang": link.lang,
            "company": link.company_id,
            "dispute": dispute,
            "move": dispute.move_id,
            "error": error,
            "text": text,
            "is_answered": is_answered,
            "nonce": link._nonce(),
            "path": link._path(),
            "pdf_path": link._path("invoice.pdf"),
        }
        return self._page(
            "credit_control.link_page_dispute", values, status=422 if error else 200
        )

    def _invoice_pdf(self, move):
        """Show the invoice as it was sent, else a copy rendered now."""
        if not move.is_sale_document(include_receipts=True):
            return self._no_page()
        document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        headers = [
            ("Content-Type", "application/pdf"),
            (
                "Content-Disposition",
                http.content_disposition(
                    document["filename"], disposition_type="inline"
                ),
            ),
        ]
        return self._secured(
            request.make_response(document["content"], headers=headers)
        )
