from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.mail.models.fetchmail import FetchmailServer

from ..models.credit_message_receive import HANGING
from .receive_common import ReceiveCommon

# core needs 43 for an answer on a lead; ours 33, and 7 of savepoints outside a fetcher
MOST_QUERIES = 44


@tagged("post_install", "-at_install")
class TestReceiveCost(ReceiveCommon):
    """What a mail costs the database, and how often the screens are told."""

    def answer(self, delivery, **headers):
        """Return the bytes of an answer to a notice."""
        return self.make_mail(
            f"We shall pay {self.invoice.name} tomorrow.",
            To="catchall@company.example",
            In_Reply_To=delivery.mail_message_id.message_id,
            **headers,
        )

    def count_queries(self, raw):
        """Receive a mail with nothing in memory; return its message and the queries."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        message = self.receive(raw)
        self.env.flush_all()
        return message, self.env.cr.sql_log_count - before

    def test_queries_of_an_answer(self):
        delivery = self.send_notice()
        self.receive(self.answer(delivery))
        message, count = self.count_queries(self.answer(delivery))
        self.assertEqual(message.profile_id, delivery.notice_id.profile_id)
        self.assertEqual(message.intent, "promise")
        self.assertEqual(message.move_ids, self.invoice)
        self.assertLessEqual(count, MOST_QUERIES)

    def test_written_once(self):
        """The first intent and its company are in the row from the beginning."""
        delivery = self.send_notice()
        with patch.object(
            type(self.env["credit.message.intent"]),
            "write",
            side_effect=AssertionError("written again"),
        ):
            message = self.receive(self.answer(delivery))
        self.assertFalse(message.error)
        intents = message.intent_ids
        self.assertTrue(intents)
        self.assertEqual(intents.filtered("is_primary"), intents[:1])
        self.assertEqual(intents.company_id, self.company)

    def test_what_is_known_of_a_new_message_is_so(self):
        """Nothing of what is in memory differs from what is stored."""
        files = [("advice.txt", b"INV 1", "text/plain")]
        message = self.receive(self.make_mail(self.invoice.name, files=files))
        known = {name: message[name].ids for name in HANGING}
        self.assertTrue(known["attachment_ids"] and known["intent_ids"])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual({name: message[name].ids for name in HANGING}, known)

    # === WHO WATCHES === #
    def told(self, deed):
        """Return the channels of the inboxes that a deed tells."""
        channels = []
        with patch.object(
            type(self.env["bus.bus"]),
            "_sendone",
            lambda _bus, channel, *_rest: channels.append(channel),
        ):
            deed()
        return [name for name in channels if str(name).startswith("credit_inbox_")]

    def test_a_mail_is_told_at_once(self):
        own = f"credit_inbox_{self.company.id}"
        raw = self.make_mail()
        self.assertEqual(self.told(lambda: self.receive(raw)), [own])
        self.assertEqual(self.told(lambda: self.receive(raw)), [])

    def test_a_mailbox_is_told_once(self):
        mails = [self.make_mail() for _number in range(3)]
        seen = []

        def fetch(server, batch_limit):
            self.assertTrue(server.env.context["fetchmail_cron_running"])
            # but nothing is committed in a test
            gateway = server.env["mail.thread"].with_context(
                fetchmail_cron_running=False
            )
            seen.extend(gateway.message_process("credit.message", raw) for raw in mails)
            return batch_limit

        server = self.env["fetchmail.server"].sudo().create({"name": "Box"})
        with patch.object(FetchmailServer, "_fetch_mail", fetch):
            told = self.told(lambda: self.assertEqual(server._fetch_mail(7), 7))
            self.assertEqual(len(set(seen)), 3)
            self.assertEqual(told, [f"credit_inbox_{self.company.id}"])
            # the same mails once more: nothing came
            self.assertEqual(self.told(lambda: server._fetch_mail(7)), [])
