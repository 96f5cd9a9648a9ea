from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..tools.mailboxes import Entry, ImapMailbox, PopMailbox
from .receive_common import ReceiveCommon

RECEIVE = "odoo.addons.credit_control_mail.models.credit_message_receive"
FETCHMAIL = "odoo.addons.mail.models.fetchmail"


class Connection:
    """An IMAP session that knows three commands."""

    def __init__(self, mails):
        self.mails, self.commands = mails, []

    def select(self, readonly=False):
        self.commands.append("select")

    def uid(self, command, *arguments):
        self.commands.append((command, *arguments))
        if command == "SEARCH":
            return "OK", [b" ".join(self.mails)]
        if command == "FETCH":
            raw = self.mails.get(arguments[0])
            return "OK", [None] if raw is None else [(b"1 (BODY[] {9}", raw), b")"]
        return "OK", []


@tagged("post_install", "-at_install")
class TestMailbox(ReceiveCommon):
    """Mailboxes, what is missing in them, and messages that are taken up again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = (
            cls.env["fetchmail.server"]
            .sudo()
            .create(
                {
                    "name": "Box",
                    "server_type": "imap",
                    "credit_company_id": cls.company.id,
                    "state": "done",
                }
            )
        )

    def test_nothing_is_marked_before_it_is_stored(self):
        connection, stored = Connection({b"1": b"one", b"2": b"two"}), set()
        mailbox = ImapMailbox(connection, lambda digest: digest in stored)
        self.assertEqual(mailbox.check_unread_messages(), 2)
        found = dict(mailbox.retrieve_unread_messages())
        self.assertEqual(found, {b"1": b"one", b"2": b"two"})
        asked = {one for one in connection.commands if "FETCH" in one}
        self.assertEqual({one[2] for one in asked}, {"(BODY.PEEK[])"})
        stored.add(mailbox._digests[b"2"])
        mailbox.handled_message(b"1")
        mailbox.handled_message(b"2")
        marked = [one for one in connection.commands if "STORE" in one]
        self.assertEqual(marked, [("STORE", b"2", "+FLAGS", "(\\Seen)")])

    def test_mail_that_is_gone(self):
        mailbox = ImapMailbox(Connection({b"1": None, b"2": b"two"}), bool)
        mailbox.check_unread_messages()
        self.assertEqual(list(mailbox.retrieve_unread_messages()), [(b"2", b"two")])

    def test_pop_keeps_what_is_not_stored(self):
        class Pop:
            removed = []

            def stat(self):
                return 2, 10

            def retr(self, number):
                return b"+OK", [b"a", b"%d" % number], 3

            def dele(self, number):
                self.removed.append(number)

        mailbox = PopMailbox(Pop(), lambda _digest: False)
        self.assertEqual(mailbox.check_unread_messages(), 2)
        for number, raw in mailbox.retrieve_unread_messages():
            self.assertEqual(raw, b"a\n%d" % number)
            mailbox.handled_message(number)
        self.assertFalse(Pop.removed)

    # === WHAT WAS MISSED === #
    def sweep(self, *mails):
        """Compare a mailbox of these mails with what was received."""

        class Box:
            def fetch(self, uid):
                return mails[uid]

            def disconnect(self):
                pass

            def list_since(self, _day):
                yield [
                    Entry(
                        number,
                        len(raw),
                        raw.partition(b"Message-ID: ")[2].partition(b"\n")[0].decode(),
                    )
                    for number, raw in enumerate(mails)
                ]

        progress = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 1.0
        )
        connect = patch.object(
            type(self.server), "_connect__", lambda *_args, **_kw: Box()
        )
        with progress, connect:
            return self.server._sweep()

    def test_sweep(self):
        known, unknown = self.make_mail(), self.make_mail()
        nameless = self.make_mail(Message_ID=None)
        message = self.receive(known)
        self.assertEqual(self.sweep(known, unknown, nameless), 2)
        self.assertEqual(self.sweep(known, unknown, nameless), 0)
        self.assertEqual(len(self.messages.search([("id", ">=", message.id)])), 3)
        # the server wraps a known mail anew: the same words, other bytes
        self.assertEqual(self.sweep(b"X-Moved: yes\n" + known), 0)
        self.assertEqual(self.sweep(known.replace(b"shall pay", b"never pay!")), 1)
        self.company.credit_sweep_days = 0
        self.assertEqual(self.sweep(self.make_mail()), 0)

    def test_days_have_limits(self):
        with self.assertRaisesRegex(ValidationError, "from 0 to 60 days"):
            self.company.credit_sweep_days = 400

    def test_check_now(self):
        servers = self.env["fetchmail.server"]
        with self.assertRaisesRegex(AccessError, "Only collectors"):
            servers.with_user(self.accountant).check_credit_mailboxes()
        servers = servers.with_user(self.collector)
        fail = patch.object(
            type(servers), "_fetch_mail", lambda *_args, **_kw: OSError("no route")
        )
        with fail, self.assertRaisesRegex(UserError, "Box does not answer: no route"):
            servers.check_credit_mailboxes()
        self.server.active = False
        with self.assertRaisesRegex(UserError, "No mailbox is set up"):
            servers.check_credit_mailboxes()

    # === TAKEN UP AGAIN === #
    def let_an_hour_pass(self, messages):
        """Let messages look as if they were last written an hour ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_message SET write_date = %s WHERE id = ANY(%s)",
            [fields.Datetime.subtract(fields.Datetime.now(), hours=1), messages.ids],
        )
        messages.invalidate_recordset()

    def test_three_attempts(self):
        """Who ends the process is counted before it does."""
        raw = self.make_mail()

        def die(_message):
            raise KeyboardInterrupt

        kind = type(self.messages)
        with patch.object(kind, "_process", lambda _messages: None):
            message = self.receive(raw)
        self.assertTrue(message.is_pending)
        progress = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 1.0
        )
        for attempt in (2, 3, 3):
            self.let_an_hour_pass(message)
            with progress, patch.object(kind, "_process_committed", die):
                try:
                    self.messages._cron_process()
                except KeyboardInterrupt:
                    self.assertIn(f"attempt {attempt} of 3", message.error)
            self.assertEqual(message.attempts, attempt)
            self.assertEqual(message.state, "new")
        message.action_read_again()
        self.assertFalse(message.error)
        self.assertFalse(message.is_pending)

    def test_cron_reads_what_waits(self):
        with patch.object(type(self.messages), "_process", lambda _messages: None):
            messages = self.receive(self.make_mail()) | self.receive(self.make_mail())
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute("UPDATE credit_message SET write_date = %s", [now])
        messages.invalidate_recordset()
        progress = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 1.0
        )
        with progress:
            self.messages._cron_process()
        self.assertEqual(messages.mapped("is_pending"), [True, True], "too young")
        self.let_an_hour_pass(messages)
        with progress:
            self.messages._cron_process()
        self.assertEqual(messages.mapped("is_pending"), [False, False])
        self.assertEqual(messages.mapped("subject"), ["Your reminder"] * 2)

    # === SETTINGS === #
    def test_settings(self):
        settings = self.env["res.config.settings"].sudo().create({})
        self.assertEqual(settings.credit_mailbox_id, self.server)
        action = settings.action_open_credit_mailbox()
        self.assertEqual(action["res_id"], self.server.id)
        with Form(settings) as form:
            form.credit_alias_name = "collections"
            form.credit_keep_originals = False
        settings.execute()
        company = self.company.sudo()
        self.assertEqual(
            company.credit_alias_id.alias_full_name, "collections@company.example"
        )
        self.assertFalse(company.credit_keep_originals)
