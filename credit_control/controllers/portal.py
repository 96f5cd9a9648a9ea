import logging

import werkzeug.exceptions

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

_logger = logging.getLogger(__name__)

HEADERS = [
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # payment providers bring scripts and frames of their own
    (
        "Content-Security-Policy",
        "object-src 'none'; base-uri 'self'; frame-ancestors 'none'",
    ),
]
LANG_COOKIE = "credit_portal_lang"
# the lists of items, in the order of the page
GROUPS = ("overdue", "upcoming", "credit", "contested")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def portal_routes(part=""):
    """Return both addresses of a part of the page: by link, and with a login."""
    return [f"/credit/<string:token>{part}", f"/my/credit/<int:profile_id>{part}"]


def portal_route(part="", **options):
    """Declare a route of the customer's page under both addresses.

    The method gets ``token`` and ``profile_id``, one of them None, and begins with
    :meth:`CreditPortal._portal_access`.
    """
    defaults = {
        "type": "http",
        "auth": "public",
        "website": True,
        "multilang": False,
        "sitemap": False,
    }
    return http.route(portal_routes(part), **{**defaults, **options})


class CreditPortal(CustomerPortal):
    """The customer's account: by a signed link, or with a login.

    Looking changes nothing: mail scanners fetch every address of a mail. Parts of the
    page add routes by :func:`portal_route` in a class that inherits this one, and
    values by :meth:`_portal_page_values`.
    """

    # === ACCESS === #
    def _portal_access(self, token=None, profile_id=None):
        """Return the profile, as sudo in the reader's language, and its base path.

        Parts of the page are found under the base path. Who may not see the page gets
        the same decent answer in every case.

        :raise HTTPException: the answer to who may not see it
        """
        profiles = request.env["credit.profile"]
        if token is not None:
            profile = profiles._find_by_portal_token(token)
            base = f"/credit/{token}"
        elif request.env.user._is_public():
            werkzeug.exceptions.abort(self._portal_to_login())
        else:
            profile = profiles._find_by_login(profile_id, request.env.user)
            base = f"/my/credit/{profile_id}"
        if not profile or (self._portal_is_preview(token) and self._portal_is_post()):
            werkzeug.exceptions.abort(self._portal_no_page())
        _logger.info(
            "Portal of profile %s: %s by %s, user %s",
            profile.id,
            request.httprequest.method,
            "login" if token is None else "link",
            request.env.uid,
        )
        lang = self._portal_set_lang(profile, token)
        return (
            profile.with_context(lang=lang, allowed_company_ids=profile.company_id.ids),
            base,
        )

    def _portal_is_preview(self, token=None):
        """Return whether a colleague looks at a customer's page: he changes nothing."""
        return token is None and request.env.user._is_internal()

    def _portal_is_post(self):
        return request.httprequest.method == "POST"

    def _portal_to_login(self):
        path = request.httprequest.full_path.rstrip("?")
        return self._portal_secured(
            request.redirect_query("/web/login", {"redirect": path})
        )

    def _portal_no_page(self, status=404):
        """Return the answer to a link that is wrong, expired, revoked or archived."""
        return self._portal_plain_page("credit_control.link_page_invalid", status)

    def _portal_plain_page(self, template, status):
        """Return a page that says no, in the language of the browser."""
        request.update_context(lang=self._portal_browser_lang())
        html = request.env["ir.qweb"].sudo()._render(template, {})
        return self._portal_secured(
            request.make_response(
                f"<!DOCTYPE html>\n{html}",
                headers=[("Content-Type", "text/html; charset=utf-8")],
                status=status,
            )
        )

    def _portal_secured(self, response):
        """Give a response the headers that keep the address to itself."""
        for name, value in HEADERS:
            response.headers[name] = value
        return response

    # === LANGUAGE === #
    def _portal_langs(self):
        """Return the languages to choose from: ``[(code, name)]``."""
        return request.env["res.lang"].sudo().get_installed()

    def _portal_browser_lang(self):
        """Return the installed language nearest to the browser's."""
        known = [code for code, _name in self._portal_langs()]
        for lang in request.httprequest.accept_languages.values():
            wanted = lang.replace("-", "_")
            for code in known:
                if code == wanted or code[:2] == wanted[:2].lower():
                    return code
        return request.env.lang or known[0]

    def _portal_set_lang(self, profile, token):
        """Speak the language chosen on the page, else the customer's; return it."""
        known = dict(self._portal_langs())
        customer = profile._statement_lang()
        own = request.env.user.lang if token is None else customer
        asked = request.httprequest.args.get("lang")
        wanted = (asked, request.cookies.get(LANG_COOKIE), own, customer)
        lang = next((code for code in wanted if code in known), request.env.lang)
        if asked == lang:
            request.future_response.set_cookie(
                LANG_COOKIE, lang, httponly=True, samesite="Lax"
            )
        request.update_context(lang=lang)
        # the scripts of the page ask for the words of this language
        request.lang = request.env["res.lang"]._get_data(code=lang)
        return lang

    # === PAGE === #
    @http.route(
        "/my/credit",
        type="http",
        auth="user",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET"],
    )
    def portal_my_credit(self, profile=None, **kwargs):
        """Show the account of the customer of this login; of one company at a time."""
        profiles = request.env["credit.profile"]._portal_profiles(request.env.user)
        if not profiles:
            return self._portal_nothing()
        asked = int(profile) if str(profile or "").isdigit() else profiles[0].id
        return self._portal_page(*self._portal_access(None, asked))

    @portal_route(methods=["GET"])
    def portal_credit(self, token=None, profile_id=None, **kwargs):
        """Show the customer's account."""
        return self._portal_page(*self._portal_access(token, profile_id))

    @portal_route("/seen", methods=["POST"], csrf=False)
    def portal_seen(self, token=None, profile_id=None, **kwargs):
        """Take the sign of life of a page that somebody really sees."""
        profile, _base = self._portal_access(token, profile_id)
        profile._portal_note_visit()
        return self._portal_secured(request.make_response("", status=204))

    def _portal_page(self, profile, base):
        """Return the whole page."""
        values = self._portal_page_values(profile, base)
        response = request.render("credit_control.portal_page", values)
        return self._portal_secured(response)

    def _portal_page_values(self, profile, base):
        """Return the values of the page's template.

        Extended by: the parts of the page, with ``super()`` and values of their own.
        """
        user, company = request.env.user, profile.company_id
        is_link = base.startswith("/credit/")
        is_preview = not is_link and user._is_internal()
        logins = profile.browse() if is_link else profile._portal_profiles(user)
        # what is late comes first, whatever its currency
        sections = sorted(profile._portal_items(), key=lambda part: not part["overdue"])
        contact = profile.user_id.partner_id
        return {
            "page_name": "credit",
            "profile": profile,
            "base": base,
            "company": company,
            "today": company._dunning_today()[company],
            "collector": contact,
            "contact_phone": contact.phone or company.phone,
            "contact_email": contact.email or company.email,
            "sections": sections,
            "codes": GROUPS,
            "has_documents": any(
                item["is_document"] for part in sections for item in part["items"]
            ),
            "siblings": logins,
            "unopened": () if is_link else profile._portal_unopened(user),
            "langs": self._portal_langs(),
            "lang": request.env.lang,
            "is_link": is_link,
            "is_preview": is_preview,
        }

    def _portal_nothing(self):
        """Say that nothing is open, or which companies have something."""
        profiles = request.env["credit.profile"]
        values = {
            "page_name": "credit",
            "unopened": profiles._portal_unopened(request.env.user),
        }
        return self._portal_secured(
            request.render("credit_control.portal_nothing", values)
        )

    @http.route(
        "/my/credit/company/<int:company_id>",
        type="http",
        auth="user",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
    )
    def portal_open_company(self, company_id, **kwargs):
        """Make the page of a company that has none of this customer yet; show it."""
        profiles = request.env["credit.profile"].sudo()
        user = request.env.user
        company = profiles._portal_unopened(user).filtered(
            lambda company: company.id == company_id
        )
        if not company:
            werkzeug.exceptions.abort(self._portal_no_page())
        profile = profiles.get_profile(user.partner_id, company)
        return request.redirect(profile._portal_path())

    # === HOME === #
    def _prepare_home_portal_values(self, counters):
        """Count what is overdue, for the card on the portal's home."""
        values = super()._prepare_home_portal_values(counters)
        profiles, user = request.env["credit.profile"], request.env.user
        if not counters:
            values["has_credit_account"] = bool(
                profiles._portal_profiles(user) or profiles._portal_unopened(user)
            )
        names = {"credit_overdue_count", "credit_overdue_amount"} & set(counters)
        if names:
            count, amount = profiles._portal_overdue(user)
            found = {"credit_overdue_count": count, "credit_overdue_amount": amount}
            values.update({name: found[name] or 0 for name in names})
        return values

    # === DOCUMENTS === #
    @portal_route("/statement.<any(pdf,xlsx):kind>", methods=["GET"])
    def portal_statement(self, kind, token=None, profile_id=None, **kwargs):
        """Send the statement of account as of today."""
        profile, _base = self._portal_access(token, profile_id)
        content = profile._portal_statement(kind, full=bool(kwargs.get("full")))
        name = profile._portal_file_name()
        mimetype = "application/pdf" if kind == "pdf" else XLSX
        return self._portal_file(content, f"{name}.{kind}", mimetype)

    @portal_route("/invoice/<int:move_id>.pdf", methods=["GET"])
    def portal_invoice(self, move_id, token=None, profile_id=None, **kwargs):
        """Send the PDF of one of the customer's invoices."""
        profile, _base = self._portal_access(token, profile_id)
        move = profile._portal_documents([move_id])
        if not move:
            werkzeug.exceptions.abort(self._portal_no_page())
        _move, name, content = next(profile._portal_pdfs(move))
        return self._portal_file(content, name, "application/pdf")

    @portal_route("/invoices.zip", methods=["GET"])
    def portal_invoices(self, token=None, profile_id=None, **kwargs):
        """Send the PDFs of all open invoices in one file."""
        profile, _base = self._portal_access(token, profile_id)
        stream = profile._portal_zip()
        name = profile.env._("Invoices of %(company)s", company=profile.company_id.name)
        return self._portal_file(stream, f"{name}.zip", "application/zip")

    def _portal_file(self, content, name, mimetype):
        """Return a response with a file: bytes, or a stream that is read in parts."""
        shown = "inline" if mimetype == "application/pdf" else "attachment"
        response = request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(name, shown)),
            ],
        )
        return self._portal_secured(response)
