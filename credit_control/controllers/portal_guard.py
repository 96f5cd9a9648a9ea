import logging
import re

import werkzeug.exceptions

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..tools.windows import Window, address_key
from .link import CreditLinkController
from .portal_payment import CreditPortalPayment

# tries a minute, in each process of the server; see tools/windows.py
WRONG = Window(30)  # an address: links and numbers that open nothing
LOOKS = Window(120)  # a customer's page and its parts
FILES = Window(40)  # printing costs more than a page
SENDS = Window(30)  # a customer's page: forms and payments
ANSWERS = Window(30)  # a signed link: answers to a question
WINDOWS = (WRONG, LOOKS, FILES, SENDS, ANSWERS)
FILE = re.compile(r"\.(pdf|xlsx|zip)$")
# the word of a signed link, wherever a line of the log has the path
SECRET = re.compile(r"(/credit/(?:s/|(?:link/)?(?=[\w.~%=+-]{24})))[\w.~%=+-]+")


def forget_tries():
    """Let everybody begin anew (tests)."""
    for window in WINDOWS:
        window.clear()


class LinkMask(logging.Filter):
    """Keeps signed links out of the log: whoever reads one opens the page."""

    def filter(self, record):
        """Write the line without the secret part of a path."""
        if isinstance(record.msg, str):
            record.msg = SECRET.sub(r"\1***", record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(
                SECRET.sub(r"\1***", value) if isinstance(value, str) else value
                for value in record.args
            )
        return True


# the log of requests, and core's words on a form without its token
for name in ("werkzeug", "odoo.http"):
    logging.getLogger(name).addFilter(LinkMask())


def address():
    """Return what stands for who asks, in this database.

    Behind a proxy all have its address unless ``proxy_mode`` is on; a link that is
    right opens nevertheless.
    """
    return request.db, address_key(request.httprequest.remote_addr)


class CreditPortalGuard(CreditPortalPayment):
    """Refuses a flood: wrong links by address, everything else by customer.

    A link that is right opens whatever its address tried before: who guesses shuts out
    nobody else, and cannot guess a signature.
    """

    def _portal_access(self, token=None, profile_id=None):
        """Count what is asked of a customer's page; a colleague counts for himself."""
        profile, base = super()._portal_access(token, profile_id)
        window = LOOKS
        if self._portal_is_post():
            window = SENDS
        elif FILE.search(request.httprequest.path):
            window = FILES
        wait = window.take((request.db, profile.id, request.env.uid))
        if wait:
            werkzeug.exceptions.abort(self._portal_busy(wait))
        return profile, base

    def _portal_no_page(self, status=404):
        """Count what opens nothing by the address that asks."""
        wait = WRONG.take(address())
        if wait:
            return self._portal_busy(wait)
        if self._portal_is_rpc():
            sentence = request.env._(
                "Nothing can be paid from here: open the link of our latest message, "
                "or log in."
            )
            return self._portal_rpc_error(sentence, status)
        return super()._portal_no_page(status)

    def _portal_busy(self, wait):
        """Return the answer to who asks too often."""
        if self._portal_is_rpc():
            sentence = request.env._(
                "This was asked too often. Wait a moment and try again."
            )
            response = self._portal_rpc_error(sentence, 429)
        else:
            response = self._portal_plain_page("credit_control.link_page_busy", 429)
        response.headers["Retry-After"] = str(wait)
        return response

    # === CALLS OF THE PAYMENT FORM === #
    @http.route()
    def portal_transaction(self, *args, **kwargs):
        """Refuse with a sentence alone; core's answer has the code's whereabouts."""
        try:
            return super().portal_transaction(*args, **kwargs)
        except UserError as error:
            sentence = str(error)
        except werkzeug.exceptions.BadRequest:  # what the form does not have
            sentence = request.env._(
                "This page is too old, or was changed. Go back to your account and "
                "choose again what you want to pay."
            )
        response = self._portal_rpc_error(sentence, 422)
        # raised, so that nothing of what was refused is kept
        raise werkzeug.exceptions.HTTPException(response=response)

    def _portal_is_rpc(self):
        return request.dispatcher.routing_type == "jsonrpc"

    def _portal_rpc_error(self, sentence, status):
        """Return an error of JSON-RPC that the payment form shows."""
        error = {
            "code": status,
            "message": sentence,
            "data": {
                "name": "odoo.exceptions.UserError",
                "message": sentence,
                "arguments": [sentence],
                "context": {},
                "debug": "",
            },
        }
        body = {"jsonrpc": "2.0", "id": request.dispatcher.request_id, "error": error}
        return self._portal_secured(request.make_json_response(body, status=status))


class CreditLinkGuard(CreditLinkController):
    """The same for signed links: wrong ones by address, answers by link."""

    def _no_page(self):
        """Count what opens nothing by the address that asks."""
        wait = WRONG.take(address())
        return self._busy_page(wait) if wait else super()._no_page()

    def _answer(self, link, handler, part, post):
        """Count the answers to a link."""
        wait = post is not None and ANSWERS.take((request.db, link.id))
        if wait:
            return self._busy_page(wait)
        return super()._answer(link, handler, part, post)

    def _busy_page(self, wait):
        """Return the answer to who asks too often."""
        response = self._plain_page("credit_control.link_page_busy", 429)
        response.headers["Retry-After"] = str(wait)
        return response
