import logging
import secrets
from datetime import timedelta

import werkzeug.exceptions

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request

from ..models.credit_portal_request import KINDS
from ..models.credit_portal_request_form import FIRST_DAYS, PROMISE_DAYS
from ..tools.portal_files import MAX_FILES, MAX_SIZE, TYPES
from .portal import CreditPortal, portal_route

_logger = logging.getLogger(__name__)

# five files and what the form has besides
MAX_REQUEST = MAX_FILES * MAX_SIZE + 2 * 1024 * 1024
FORM_FIELDS = (
    "nonce",
    "date",
    "amount",
    "count",
    "each",
    "reason",
    "reference",
    "note",
    "contact_name",
    "contact_email",
    "contact_phone",
)
# so long, and so many, requests are shown after they were decided
SHOWN_DAYS = 120
SHOWN = 8


class CreditPortalRequestController(CreditPortal):
    """What the customer says: a form for each kind, and the list of what became of it.

    A form that was taken leads back to the page; one with an error comes back with all
    that was typed. It works without scripts.
    """

    # === PAGE === #
    def _portal_page_values(self, profile, base):
        """Add the customer's requests, and the one that he has just sent."""
        values = super()._portal_page_values(profile, base)
        requests = profile.env["credit.portal.request"].sudo()
        since = fields.Datetime.now() - timedelta(days=SHOWN_DAYS)
        own = [("profile_id", "=", profile.id)]
        said = request.httprequest.args.get("said", "")
        said_id = int(said) if said.isdecimal() and len(said) < 10 else 0
        return {
            **values,
            "has_claims": any(section["due"] for section in values["sections"]),
            "requests": requests.search(
                [*own, "|", ("state", "=", "new"), ("create_date", ">", since)],
                limit=SHOWN,
            ),
            "said": requests.search([*own, ("id", "=", said_id)]),
        }

    # === FORMS === #
    # The address of a link is a secret that no other site knows; with a login the
    # token of the session is checked below. The nonce stops a form sent twice.
    @portal_route(
        f"/request/<any({','.join(code for code, _label in KINDS)}):kind>",
        methods=["GET", "POST"],
        csrf=False,
        max_content_length=MAX_REQUEST,
    )
    def portal_request(self, kind, token=None, profile_id=None, **post):
        """Show a form, or take what it brings."""
        profile, base = self._portal_access(token, profile_id)
        if not self._portal_is_post():
            return self._portal_request_form(profile, base, kind)
        try:
            self._portal_check_csrf(token, post)
            author = None if token else request.env.user.partner_id
            taken = profile.env["credit.portal.request"]._take(
                profile, kind, self._portal_sent_values(), self._portal_files(), author
            )
        except UserError as error:
            return self._portal_request_form(profile, base, kind, error=str(error))
        _logger.info("Portal of profile %s: requests %s", profile.id, taken.ids)
        return self._portal_back(f"{base}?said={taken[:1].id}")

    @portal_route("/request/<int:request_id>/withdraw", methods=["POST"], csrf=False)
    def portal_withdraw(self, request_id, token=None, profile_id=None, **post):
        """Take a request back that nobody decided on."""
        profile, base = self._portal_access(token, profile_id)
        requests = profile.env["credit.portal.request"].sudo()
        found = requests.search(
            [("id", "=", request_id), ("profile_id", "=", profile.id)]
        )
        if not found:
            werkzeug.exceptions.abort(self._portal_no_page())
        try:
            self._portal_check_csrf(token, post)
            found._withdraw()
        except UserError:
            # decided meanwhile: the page says how
            _logger.info("Request %s is not withdrawn any more", found.id)
        return self._portal_back(f"{base}#requests")

    def _portal_back(self, address):
        """Return to the page: loading it again sends nothing again."""
        return self._portal_secured(request.redirect(address, code=303))

    def _portal_check_csrf(self, token, post):
        """Raise when a form of a session was not shown by us."""
        if token is None and not request.validate_csrf(post.get("csrf_token")):
            raise UserError(
                request.env._("Your session has expired. Please send the form again.")
            )

    def _portal_sent_values(self):
        form = request.httprequest.form
        values = {name: form.get(name, "") for name in FORM_FIELDS}
        return {**values, "items": form.getlist("item")}

    def _portal_files(self):
        """Return names and contents of the files sent, one more than we take."""
        uploads = request.httprequest.files.getlist("files")
        chosen = [upload for upload in uploads if upload.filename]
        return [
            (upload.filename, upload.read(MAX_SIZE + 1))
            for upload in chosen[: MAX_FILES + 1]
        ]

    def _portal_request_form(self, profile, base, kind, error=None):
        """Return the page of a form, with what was typed after an error."""
        page = self._portal_page_values(profile, base)
        claims = [
            item
            for section in page["sections"]
            for item in section["items"]
            if item["kind"] == "claim"
            and (kind != "dispute" or item["is_document"])
        ]
        if error:
            values = self._portal_sent_values()
        else:
            asked = request.httprequest.args
            values = {**dict.fromkeys(FORM_FIELDS, ""), "items": asked.getlist("item")}
        today = profile.company_id._dunning_today()[profile.company_id]
        first, last = self._portal_days(kind, today)
        values["nonce"] = secrets.token_urlsafe(18)
        response = request.render(
            "credit_control.portal_request_page",
            {
                **page,
                "kind": kind,
                "error": error,
                "values": values,
                "claims": self._portal_claims_of_form(kind, claims),
                "chosen": self._portal_marked(kind, claims, values["items"], error),
                "currencies": {item["currency"] for item in claims},
                "first_day": first,
                "last_day": last,
                "is_far": kind != "contact" and not claims,
                "accept": ",".join([*TYPES, ".txt", ".eml"]),
                "reasons": profile.env["credit.dispute.reason"]
                .sudo()
                .search([("is_on_portal", "=", True)]),
                "csrf": "" if page["is_link"] else request.csrf_token(),
            },
        )
        response.status_code = 422 if error else 200
        return self._portal_secured(response)

    def _portal_claims_of_form(self, kind, claims):
        """Return the items of a form; an invoice is contested once, not by part."""
        if kind != "dispute":
            return claims
        by_move = {}
        for item in claims:
            first = by_move.setdefault(item["move"].id, {**item, "residual": 0})
            first["residual"] += item["residual"]
        return list(by_move.values())

    def _portal_marked(self, kind, claims, items, error):
        """Return the ids of the items that are marked when the form is shown."""
        asked = {int(item) for item in items if item.isdecimal()}
        known = {item["id"]: item for item in claims}
        if kind == "dispute":
            moves = {known[item]["move"].id for item in asked & known.keys()}
            first = self._portal_claims_of_form(kind, claims)
            asked_for = [item["id"] for item in first if item["move"].id in moves]
            return (asked_for or [item["id"] for item in first if len(first) == 1])[:1]
        if asked or error:
            return list(asked)
        overdue = [item["id"] for item in claims if item["days_overdue"]]
        return overdue or list(known)

    def _portal_days(self, kind, today):
        """Return the first and the last day that may be chosen in a form."""
        if kind == "paid":
            return today - timedelta(days=PROMISE_DAYS), today
        days = FIRST_DAYS if kind == "plan" else PROMISE_DAYS
        return today, today + timedelta(days=days)
