import hashlib
import logging

import psycopg2

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY

_logger = logging.getLogger(__name__)
SILENT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
}


class CreditMessage(models.Model):
    """From raw bytes to a message that is stored, parsed, matched and understood."""

    _inherit = "credit.message"

    # === STORED FIRST === #
    @api.private
    @api.model
    def _receive(self, raw, server=None, company=None):
        """Store a mail as it came, then read it. The same bytes are the same message.

        What goes wrong after the storing is written on the message and never raised.

        :param bytes raw: the mail as it came
        :param server: mailbox it was fetched from, a `fetchmail.server`
        :param company: company it came in for, where that is known already
        :return: the message
        """
        self = self.sudo().with_context(**SILENT)
        digest = hashlib.sha256(raw).hexdigest()
        known = self.search([("raw_digest", "=", digest)], limit=1)
        if known:
            return known
        message = self._store(raw, digest, server, company)
        message._process()
        return message

    def _store(self, raw, digest, server, company):
        message = self.create(
            {
                "raw_digest": digest,
                "raw_size": len(raw),
                "fetchmail_server_id": server.id if server else False,
                "company_id": (company or self.env.company).id,
                "attempts": 1,
            }
        )
        # by hand, as the field would have it: no base64, no index of the text
        self.env["ir.attachment"].create(
            {
                "name": "raw",
                "res_model": self._name,
                "res_field": "raw",
                "res_id": message.id,
                "mimetype": "message/rfc822",
                "raw": raw,
            }
        )
        return message

    # === THEN READ === #
    @api.private
    def _process(self):
        """Parse, match and understand these stored messages, one after the other.

        The failure of one is written on it, and stops neither the others nor the steps
        that do not need the failed one.
        """
        for message in self:
            try:
                with self.env.cr.savepoint():
                    for step in message._get_steps():
                        step()
                    message.write({"error": False, "is_pending": False})
            except Exception as error:
                message._raise_if_concurrent(error)
                message._process_by_steps()

    def _get_steps(self):
        return [self._parse, self._match, self._understand, self._after_understood]

    def _process_by_steps(self):
        """Go as far as it goes, and write down where it stopped."""
        for step in self._get_steps():
            try:
                with self.env.cr.savepoint():
                    step()
            except Exception as error:
                self._raise_if_concurrent(error)
                # the type alone: a text could quote the mail
                _logger.warning(
                    "Inbound message %s: %s failed (%s)",
                    self.id,
                    step.__name__,
                    type(error).__name__,
                )
                self.write({"error": self._get_error_text(step.__name__, error)})
                return

    def _get_error_text(self, step, error):
        texts = {
            "_parse": self.env._("This message could not be read."),
            "_match": self.env._("The customer of this message could not be found."),
        }
        text = texts.get(step) or self.env._("This message could not be understood.")
        return self.env._(
            "%(text)s The original is kept whole: open it to read it, or press "
            '"Try again". (%(kind)s)',
            text=text,
            kind=type(error).__name__,
        )

    def _raise_if_concurrent(self, error):
        is_concurrent = (
            isinstance(error, psycopg2.OperationalError)
            and error.pgcode in PG_CONCURRENCY_ERRORS_TO_RETRY
        )
        if is_concurrent:
            raise error

    def _parse(self):
        """Fill the fields of these stored messages from their raw bytes.

        :return: self
        """
        return self
