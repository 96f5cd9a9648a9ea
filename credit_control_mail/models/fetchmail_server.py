import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, exception_to_unicode

from ..tools import mime
from ..tools.mailboxes import wrap

_logger = logging.getLogger(__name__)


class FetchmailServer(models.Model):
    """A mailbox whose mails become messages of the credit inbox."""

    _inherit = "fetchmail.server"

    credit_company_id = fields.Many2one(
        "res.company",
        string="Credit inbox of",
        index="btree_not_null",
        ondelete="set null",
        help="All that reaches this mailbox becomes a message in the credit inbox of "
        "this company.",
    )

    @api.onchange("credit_company_id")
    def _onchange_credit_company_id(self):
        if self.credit_company_id:
            self.object_id = self.env["ir.model"]._get("credit.message")

    @api.model_create_multi
    def create(self, vals_list):
        """Let the mailbox of a credit inbox make its messages."""
        for vals in vals_list:
            self._set_credit_object(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Let the mailbox of a credit inbox make its messages."""
        vals = dict(vals)
        self._set_credit_object(vals)
        return super().write(vals)

    def _set_credit_object(self, vals):
        if vals.get("credit_company_id"):
            vals["object_id"] = self.env["ir.model"]._get_id("credit.message")

    def _is_credit_inbox(self):
        return self.object_id.model == "credit.message"

    # === READ WITH CARE === #
    def _connect__(self, allow_archived=False):
        """Read a credit inbox without marking or removing what is not stored yet."""
        connection = super()._connect__(allow_archived=allow_archived)
        if self._is_credit_inbox():
            kind = self._get_connection_type()
            return wrap(connection, kind, self._is_credit_mail_stored)
        return connection

    def _is_credit_mail_stored(self, digest):
        """Look with a connection of its own: what others see is what is stored."""
        with self.env.registry.cursor(readonly=True) as cr:
            cr.execute("SELECT 1 FROM credit_message WHERE raw_digest = %s", [digest])
            return bool(cr.fetchone())

    def _fetch_mail(self, batch_limit=50):
        """Store each mail for good before it is read; tell the open inboxes once.

        Core reads the mails with the context of these records: its own mark of the
        fetcher, on a copy of them, does not come along.
        """
        messages = self.env["credit.message"].sudo()
        last_id = messages._get_last_id()
        servers = self.with_context(fetchmail_cron_running=True, credit_news_later=True)
        error = super(FetchmailServer, servers)._fetch_mail(batch_limit)
        messages._tell_screens_since(last_id)
        return error

    # === WHAT WAS MISSED === #
    @api.model
    def _cron_sweep(self):
        """Compare each credit inbox with what was received; take what is missing."""
        servers = self.sudo().search(
            [("object_id.model", "=", "credit.message"), ("state", "=", "done")]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(servers))
        for server in servers:
            try:
                server._sweep()
            except Exception as error:  # noqa: BLE001 - the others go on
                self.env.cr.rollback()
                _logger.warning(
                    "The mailbox %s could not be looked through (%s)",
                    server.id,
                    type(error).__name__,
                )
            if not cron._commit_progress(1):
                break

    def _sweep(self):
        """Receive what is in this mailbox and was never fetched: IMAP alone.

        A mail that a colleague opened in the mailbox counts as seen, and the fetcher
        leaves it there for ever.

        :return: how many were missing
        """
        days = self.credit_company_id.credit_sweep_days
        if not self.credit_company_id:
            days = self.env.company.credit_sweep_days
        if self._get_connection_type() != "imap" or not days:
            return 0
        today = fields.Date.context_today(self)
        mailbox = self._connect__()
        try:
            return sum(
                self._sweep_entries(mailbox, entries)
                for entries in mailbox.list_since(today - timedelta(days=days))
            )
        finally:
            mailbox.disconnect()

    def _sweep_entries(self, mailbox, entries):
        known = self._find_credit_sizes([entry.message_id for entry in entries])
        count = 0
        for entry in entries:
            sizes = known.get(_clean_id(entry.message_id), ())
            if entry.message_id and entry.size in sizes:
                continue
            raw = mailbox.fetch(entry.uid)
            if raw is not None:
                count += self._sweep_one(raw, bool(sizes))
        return count

    def _find_credit_sizes(self, message_ids):
        cleaned = tuple(filter(None, map(_clean_id, message_ids)))
        if not cleaned:
            return {}
        found = {}
        for message_id, size in self.env.execute_query(
            SQL(
                "SELECT message_id, raw_size FROM credit_message"
                " WHERE message_id IN %s",
                cleaned,
            )
        ):
            found.setdefault(message_id, set()).add(size)
        return found

    def _sweep_one(self, raw, is_known):
        """Receive one mail, unless it is a known one that the server wraps anew.

        :return: whether it was missing
        """
        messages = self.env["credit.message"].with_context(
            fetchmail_cron_running=True, default_fetchmail_server_id=self.id
        )
        if is_known and messages._has_same_content(raw):
            return False
        last = messages.sudo().search([], order="id desc", limit=1).id
        message = messages._receive(raw, self, self.credit_company_id)
        self.env["ir.cron"]._commit_progress()
        return message.id > last

    # === ON REQUEST === #
    @api.model
    def check_credit_mailboxes(self):
        """Fetch and look through the credit inboxes now; return how many came in.

        :raise AccessError: for others than those who work with the inbox
        :raise UserError: when there is no mailbox, or it does not answer
        """
        if not self.env.user.has_group("credit_control.group_collector"):
            raise AccessError(self.env._("Only collectors check the credit inbox."))
        servers = self.sudo().search(
            [
                ("object_id.model", "=", "credit.message"),
                ("state", "=", "done"),
                ("server_type", "!=", "local"),
                ("credit_company_id", "in", [False, *self.env.companies.ids]),
            ]
        )
        if not servers:
            raise UserError(
                self.env._(
                    "No mailbox is set up for the credit inbox. Ask an administrator "
                    "to enter one in Settings, Credit Control, Inbox, and to test it."
                )
            )
        return sum(server._check_now() for server in servers)

    def _check_now(self):
        messages = self.env["credit.message"].sudo()
        before = messages.search([], order="id desc", limit=1).id
        name = self.name
        error = self._fetch_mail(batch_limit=500)
        if not error:
            try:
                self._sweep()
            except Exception as found:  # noqa: BLE001 - told to the user
                error = found
        if error:
            raise UserError(
                self.env._(
                    "The mailbox %(name)s does not answer: %(reason)s. Ask an "
                    "administrator to test it in Settings, Credit Control, Inbox.",
                    name=name,
                    reason=exception_to_unicode(error),
                )
            )
        return messages.search_count([("id", ">", before)])


def _clean_id(message_id):
    found = mime.read_ids(message_id)
    return found[0][:500] if found else "".join(message_id.split())[:500]
