from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import consteq

from ..models.screen_days import format_day
from .link import CreditLinkController


class DigestLinkController(CreditLinkController):
    """The links of the evening mail: “not now” to one customer.

    Looking changes nothing: mail programs open links by themselves.
    """

    def _purpose_digest(self, link, part, post):
        """Show the form of a customer, or take what was said of him."""
        digest = link._record()
        line = digest.line_ids.filtered(lambda one: str(one.id) == part)
        if not line:
            return self._no_page() if part else self._digest_page(link, digest)
        if post is None:
            return self._digest_page(link, digest, line)
        error = self._say_not_now(line, post)
        return self._digest_page(link, digest, line, error=error, post=post)

    def _say_not_now(self, line, post):
        """Do what the form says; return a sentence when that is refused."""
        line = line.try_lock_for_update()
        if not line or not consteq(line._nonce(), post.get("nonce") or ""):
            # sent twice: what was said stands, and is shown
            return None
        days = post.get("days") or ""
        try:
            with request.env.cr.savepoint():
                line._not_now(
                    int(days) if days.isdecimal() and len(days) < 4 else 0,
                    post.get("kind") or "",
                    post.get("reason") or "",
                )
        except AccessError:
            line.invalidate_recordset()
            return line.env._(
                "This customer is not in your portfolio any more: ask your colleague."
            )
        except UserError as error:
            line.invalidate_recordset()
            return str(error)
        return None

    def _digest_page(self, link, digest, line=None, error=None, post=None):
        values = {
            "link": link,
            "lang": link.lang,
            "company": link.company_id,
            "digest": digest,
            "line": line,
            "error": error,
            "post": post or {},
            "choices": digest.line_ids._choices(),
            "reasons": digest.line_ids._reasons(),
            "nonce": line._nonce() if line else "",
            "path": link._path(str(line.id)) if line else "",
            "day_of": lambda day: format_day(digest.env, day),
            "path_of": lambda one: link._path(str(one.id)),
        }
        return self._page(
            "credit_control.link_page_digest", values, status=422 if error else 200
        )
