from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        """Let the thread know whether a machine wrote the mail."""
        thread = self.with_context(dunning_automatic_answer=_is_automatic(message))
        return super(MailThread, thread)._message_route_process(
            message, message_dict, routes
        )


def _is_automatic(message):
    """Return whether a machine wrote the mail (RFC 3834, and what precedes it)."""
    submitted = (message.get("Auto-Submitted") or "no").strip().lower()
    precedence = (message.get("Precedence") or "").strip().lower()
    return submitted != "no" or precedence in ("bulk", "auto_reply", "junk")
