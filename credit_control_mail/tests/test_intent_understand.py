from odoo.tests import tagged

from .act_common import ActCommon

MAIL = """From: Mme Petit <compta@petit.example>
To: inbox@company.example
Subject: Re: your reminder
Message-ID: <{key}@petit.example>
Date: Mon, 15 Jun 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
{headers}
{text}
"""


@tagged("post_install", "-at_install")
class TestIntentUnderstand(ActCommon):
    """From the mail as it came to proposals."""

    def receive(self, text, headers="", key="1"):
        """Receive a mail of the clerk as the mailbox hands it over."""
        raw = MAIL.format(key=key, headers=headers, text=f"\n{text}").encode()
        messages = self.env["credit.message"].sudo()
        message = messages._receive(raw, company=self.env.company)
        self.assertFalse(message.error)
        return message

    def test_promise(self):
        message = self.receive(
            f"Hello,\n\nWe will pay invoice {self.invoice.name} on 20 June 2026.\n"
        )
        self.assertEqual(message.profile_id, self.profile)
        intent = message.intent_ids.filtered(lambda one: one.intent == "promise")
        self.assertEqual(str(intent.date), "2026-06-20")
        self.assertEqual(intent.move_ids, self.invoice)
        self.assertEqual(intent.currency_id, self.invoice.currency_id)
        self.assertTrue(intent.evidence and intent.confidence and intent.explanation)
        self.assertEqual((message.intent, message.is_pausing), ("promise", True))
        self.assertEqual(message.move_ids, self.invoice)
        self.assertEqual(self.profile.reply_date, message.date)
        events = self.env["credit.event"]
        self.assertFalse(events.search([("res_model", "=", message._name)]))
        with self.enter_registry_test_mode():
            self.env.ref("credit_control_mail.cron_message_tell").method_direct_trigger()
        event = events.search([("res_model", "=", message._name)])
        self.assertEqual(event.user_id, self.collector)
        self.assertFalse(message.is_untold)
        self.assertEqual(self.profile.next_action, "answer")
        intent.with_user(self.collector).action_accept()
        self.assertEqual(self.profile.promise_ids.amount, 800)

    def test_insolvency_pauses_at_once(self):
        message = self.receive(
            "Par jugement du 2 juin 2026, le tribunal de commerce a ouvert une "
            "procédure de liquidation judiciaire à l'encontre de notre société."
        )
        self.assertEqual(message.intent, "insolvency")
        self.assertTrue(message.has_insolvency)
        self.profile.write({"reply_date": False})
        self.assertEqual(self.codes()[self.invoice], "insolvency_announced")
        self.assertEqual(self.profile.legal_status, "none")

    def test_absence_holds_nothing(self):
        message = self.receive(
            "I am out of the office until 22 June 2026.",
            headers="Auto-Submitted: auto-replied\n",
        )
        self.assertEqual(message.intent, "auto_reply")
        self.assertFalse(message.is_pausing)
        self.assertFalse(self.profile.reply_date)

    def test_looked_at_again(self):
        message = self.receive(f"We will pay {self.invoice.name} on 20 June 2026.")
        promise = message.intent_ids.filtered(lambda one: one.intent == "promise")
        own = message.with_user(self.collector)
        own.action_add_intent("complaint")
        promise.with_user(self.collector).action_accept()
        before = message.intent_ids
        message._understand()
        self.assertLessEqual(promise, message.intent_ids)
        self.assertEqual(
            sorted(before.mapped("intent")), sorted(message.intent_ids.mapped("intent"))
        )

    def test_rejected_is_not_proposed_again(self):
        message = self.receive(f"We will pay {self.invoice.name} on 20 June 2026.")
        message.intent_ids.with_user(self.collector).action_reject()
        message._understand()
        self.assertEqual(set(message.intent_ids.mapped("state")), {"rejected"})

    def test_corrected_stays(self):
        message = self.receive(f"We will pay {self.invoice.name} on 20 June 2026.")
        promise = message.intent_ids.filtered(lambda one: one.intent == "promise")
        promise.with_user(self.collector).write({"date": "2026-06-25"})
        message._understand()
        dates = message.intent_ids.filtered(lambda one: one.intent == "promise")
        self.assertEqual(dates.mapped("date"), [promise.date])

    def test_items_by_one_query(self):
        messages = self.env["credit.message"].sudo()
        for number in range(5):
            customer = self.make_customer(f"Customer {number}")
            self.make_invoice(customer, 10, -5)
            profile = self.make_profile(customer)
            messages |= self.make_message(profile_id=profile.id).sudo()
        messages.profile_id.company_id._trade_receivable_ids()
        self.env.flush_all()
        counts = []
        for some in (messages[:1], messages):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            items = some._read_open_items()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(items), len(some))
        self.assertEqual(*counts)

    def test_unknown_sender(self):
        raw = MAIL.format(key="9", headers="", text="\nWhere do I pay, and how?")
        raw = raw.replace("compta@petit.example", "who@else.example").encode()
        message = self.env["credit.message"].sudo()._receive(raw)
        self.assertFalse(message.error or message.profile_id)
        self.assertTrue(message.is_pausing)
