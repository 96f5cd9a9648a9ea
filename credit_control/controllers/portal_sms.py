from odoo import http
from odoo.http import request

from ..tools import phone
from .link import HEADERS
from .portal import CreditPortal

# days of the long link that a short one leads to
REDIRECT_DAYS = 1


class CreditPortalSms(CreditPortal):
    """The short links of text messages; looking changes nothing."""

    # The address holds a secret that no other site knows, so that none can forge a
    # request. No session is made.
    @http.route(
        "/credit/s/<string:code>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def portal_sms(self, code):
        """Lead to the customer's page."""
        delivery = request.env["dunning.delivery"]._find_by_sms_code(code)
        if not delivery:
            return self._portal_no_page()
        token = delivery.profile_id._portal_token(days=REDIRECT_DAYS)
        self._portal_access(token)  # counted as a look at the page
        return self._portal_secured(request.redirect(f"/credit/{token}"))

    @http.route(
        "/credit/s/<string:code>/stop",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def portal_sms_stop(self, code, **post):
        """Ask whether text messages should stop, and stop them."""
        delivery = request.env["dunning.delivery"]._find_by_sms_code(code)
        if not delivery:
            return self._portal_no_page()
        token = delivery.profile_id._portal_token(days=REDIRECT_DAYS)
        self._portal_access(token)
        lang = delivery.lang or request.env.lang
        delivery = delivery.with_context(lang=lang)
        numbers = list(delivery.sms_numbers or {})
        if self._portal_is_post():
            chosen = request.httprequest.form.getlist("number")
            delivery.with_context(
                lang=delivery.company_id.partner_id.lang or lang
            )._stop_sms(
                [numbers[int(one)] for one in chosen if one in self._places(numbers)]
            )
        return self._stop_page(delivery, lang, numbers)

    @staticmethod
    def _places(numbers):
        return {str(place) for place in range(len(numbers))}

    def _stop_page(self, delivery, lang, numbers):
        """Return the page; numbers are shown in part, whoever holds the phone."""
        stopped = request.env["res.partner"]._sms_stopped(numbers)
        values = {
            "company": delivery.company_id,
            "lang": lang,
            "numbers": [
                (str(place), phone.masked(number), number in stopped)
                for place, number in enumerate(numbers)
            ],
            "is_stopped": stopped.issuperset(numbers),
        }
        html = request.env["ir.qweb"].sudo().with_context(lang=lang)
        body = html._render("credit_control.link_page_sms_stop", values)
        response = request.make_response(
            f"<!DOCTYPE html>\n{body}",
            headers=[("Content-Type", "text/html; charset=utf-8")],
        )
        for name, value in HEADERS:
            response.headers[name] = value
        return response
