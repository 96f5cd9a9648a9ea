import hashlib
import logging
from datetime import timedelta

import psycopg2
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_ERRORS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
SILENT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
}
MAX_ATTEMPTS = 3
# a mail that another process reads just now is left to it
PATIENCE = timedelta(minutes=5)
# what the reading of a message makes
HANGING = ("attachment_ids", "picture_ids", "candidate_ids", "intent_ids", "move_ids")


class CreditMessage(models.Model):
    """From raw bytes to a message that is stored, parsed, matched and understood."""

    _inherit = "credit.message"

    is_pending = fields.Boolean(
        default=True,
        readonly=True,
        copy=False,
        help="Stored, and not yet read, matched and understood to the end.",
    )
    _pending_idx = models.Index("(id) WHERE is_pending")

    # === STORED FIRST === #
    @api.private
    @api.model
    def _receive(self, raw, server=None, company=None):
        """Store a mail as it came, then read it. The same bytes are the same message.

        What goes wrong after the storing is written on the message and never raised.
        Called by the fetcher of mailboxes, it commits what is stored before reading it:
        a mail that ends the process is not lost, and does not come again.

        :param bytes raw: the mail as it came
        :param server: mailbox it was fetched from, a `fetchmail.server`
        :param company: company it came in for, where that is known already
        :return: the message, in superuser mode
        """
        messages = self.sudo().with_context(**SILENT)
        digest = hashlib.sha256(raw).hexdigest()
        if known := messages._find_received(digest):
            return known
        if self.env.context.get("fetchmail_cron_running"):
            return messages._receive_for_good(raw, digest, server, company)
        try:
            with self.env.cr.savepoint():
                message = messages._store(raw, digest, server, company)
        except UniqueViolation:
            return messages._find_of_other(digest)
        message._remember_mail(raw)
        message._note_nothing_hangs_on_it()
        message._process()
        return message

    def _receive_for_good(self, raw, digest, server, company):
        """Commit what is stored, then read it: the fetcher has nothing else to keep."""
        try:
            message = self._store(raw, digest, server, company)
        except UniqueViolation:
            self.env.cr.rollback()
            return self._find_of_other(digest)
        self.env["ir.cron"]._commit_progress()
        message._remember_mail(raw)
        # who read it in between has marked it
        if not message.is_parsed:
            message._note_nothing_hangs_on_it()
        message._process_committed()
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
                "company_id": False,
                "mimetype": "message/rfc822",
                "raw": raw,
            }
        )
        message.invalidate_recordset(["raw"], flush=False)
        return message

    def _find_received(self, digest):
        """Return the message with these bytes; they are written once and for all."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM credit_message WHERE raw_digest = %s", digest)
        )
        return self.browse(row[0] for row in rows)

    def _note_nothing_hangs_on_it(self):
        """Keep in mind what a message has not that was stored just now.

        It saves a query for each kind of record that may hang on a message.
        """
        for name in HANGING:
            self._fields[name]._update_cache(self, ())

    def _find_of_other(self, digest):
        """Return the message that another process stored in the same moment.

        It may be younger than what this transaction sees: only its id is sure.
        """
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT id FROM credit_message WHERE raw_digest = %s", [digest])
            [message_id] = cr.fetchone()
        return self.browse(message_id)

    # === THEN READ === #
    def _process_committed(self):
        """Read one message that is safely stored; who disturbs can only delay it.

        Nothing else is in the transaction: it is rolled back instead of a savepoint.
        """
        try:
            for step in self._get_steps():
                step()
            self._finish()
            self.env.flush_all()
        except Exception:  # noqa: BLE001 - gone through again, and written down
            self.env.cr.rollback()
            self._process_later()

    def _process_later(self):
        """Read a message as far as it goes; leave it to the scheduler if busy."""
        try:
            self._process_by_steps()
            self.env.flush_all()
        except psycopg2.OperationalError:
            self.env.cr.rollback()
            _logger.info("Inbound message %s waits: the database is busy", self.id)

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
                    message._finish()
            except Exception as error:  # noqa: BLE001 - written on the message
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
            except Exception as error:  # noqa: BLE001 - written on the message
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
        self._finish()

    def _finish(self):
        """Nothing is left to do by itself; drop the original where none is kept."""
        self.write({"is_pending": False, "error": False})
        if not self.company_id.credit_keep_originals:
            self._forget_original()

    def _forget_original(self):
        self._get_original().unlink()
        self.invalidate_recordset(["raw"])

    def _get_error_text(self, step, error):
        texts = {
            "_parse": self.env._("This message could not be read."),
            "_match": self.env._("The customer of this message could not be found."),
        }
        text = texts.get(step) or self.env._("This message could not be understood.")
        return self.env._(
            "%(text)s The original is kept whole: open it to read it, or press "
            '"Read again". (%(kind)s)',
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

    # === TAKEN UP AGAIN === #
    @api.model
    def _cron_process(self, limit=200):
        """Read what was stored and not read to the end, each at most three times."""
        cron = self.env["ir.cron"]
        found = self.sudo().search(
            [
                ("is_pending", "=", True),
                ("attempts", "<", MAX_ATTEMPTS),
                ("write_date", "<", fields.Datetime.now() - PATIENCE),
            ],
            limit=limit,
            order="id",
        )
        cron._commit_progress(remaining=len(found))
        for message in found.with_context(**SILENT):
            if message._count_attempt():
                message._process_committed()
            if not cron._commit_progress(1):
                break

    def _count_attempt(self):
        """Write down, for good, that this message is tried once more.

        Who is killed by it leaves the count behind, and what to tell a person.

        :return: whether the message is still there and still waits
        """
        message = self.try_lock_for_update()
        if not message.is_pending:
            return False
        attempts = message.attempts + 1
        message.write(
            {
                "attempts": attempts,
                "error": self.env._(
                    "Reading this message was interrupted, attempt %(count)s of "
                    "%(limit)s. The original is kept whole: open it to read it, or "
                    'press "Read again".',
                    count=attempts,
                    limit=MAX_ATTEMPTS,
                ),
            }
        )
        self.env["ir.cron"]._commit_progress()
        return True

    def action_read_again(self):
        """Read these messages again from their originals, as if they came in now."""
        self.check_access("write")
        messages = self.sudo().with_context(**SILENT)
        with_original = messages._get_original().mapped("res_id")
        again = messages.filtered(lambda message: message.id in with_original)
        again.write({"is_parsed": False, "is_pending": True, "error": False})
        messages._process()
        return True
