from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .act_common import ActCommon


@tagged("post_install", "-at_install")
class TestIntent(ActCommon):
    """Proposals corrected, added, rejected, and taken back."""

    # === CORRECT === #
    def test_correct(self):
        intent = self.found("promise", moves=self.invoice)
        intent.write({"date": self.days(9), "amount": 100})
        self.assertTrue(intent.was_corrected)
        intent.action_accept()
        promise = self.profile.promise_ids
        self.assertEqual((promise.date, promise.amount), (self.days(9), 100))
        with self.assertRaisesRegex(UserError, "undo it first"):
            intent.write({"amount": 5})

    def test_correct_what_it_says(self):
        intent = self.found("acknowledgement")
        self.assertFalse(intent.message_id.is_pausing)
        intent.write({"intent": "dispute", "move_ids": [Command.set(self.second.ids)]})
        message = intent.message_id
        self.assertEqual((message.intent, message.is_pausing), ("dispute", True))
        self.assertEqual(message.move_ids, self.second)
        self.assertTrue(self.profile.reply_date)

    def test_only_what_is_proposed(self):
        intent = self.found("promise")
        for vals in ({"state": "accepted"}, {"confidence": 1}, {"undo_data": {}}):
            with self.assertRaisesRegex(AccessError, "by the buttons"):
                intent.write(vals)

    def test_edit_dialog(self):
        action = self.found("promise").action_edit()
        self.assertEqual((action["target"], action["views"][0][1]), ("new", "form"))

    def test_add(self):
        message = self.make_message("acknowledgement").with_user(self.collector)
        intent_id = message.action_add_intent(
            "promise",
            {"date": "2026-06-20", "move_ids": [Command.set(self.second.ids)]},
        )
        intent = message.intent_ids.browse(intent_id)
        self.assertEqual((intent.source, intent.state), ("person", "proposed"))
        self.assertFalse(intent.was_corrected)
        self.assertEqual((message.intent, message.is_pausing), ("promise", True))
        intent.action_accept()
        self.assertEqual(self.profile.promise_ids.amount, 300)

    def test_add_nonsense(self):
        message = self.make_message().with_user(self.collector)
        with self.assertRaisesRegex(UserError, "from the list"):
            message.action_add_intent("nonsense")
        with self.assertRaises(AccessError):
            message.action_add_intent("promise", {"state": "accepted"})
        with self.assertRaises(AccessError):
            message.with_user(self.auditor).action_add_intent("promise")

    def test_summary(self):
        intent = self.found(
            "promise", date=self.days(5), moves=self.invoice, amount=800
        )
        self.assertIn("Promise", intent.summary)
        self.assertIn("800", intent.summary)
        self.assertIn(self.invoice.name, intent.summary)

    # === FIRST OF ALL === #
    def test_priority(self):
        message = self.make_message(intents=["delay", "legal", "dispute"])
        self.assertEqual(message.intent, "legal")
        self.assertEqual(message.intent_ids.filtered("is_primary").intent, "legal")
        legal = message.intent_ids.filtered(lambda one: one.intent == "legal")
        legal.with_user(self.collector).action_reject()
        self.assertEqual(message.intent, "dispute")
        self.assertEqual(message.intent_ids.filtered("is_primary").intent, "dispute")

    # === REJECT === #
    def test_reject(self):
        intent = self.found("promise", date=self.days(3), moves=self.invoice)
        intent.action_reject()
        self.assertEqual(intent.state, "rejected")
        self.assertEqual(intent.decided_by_id, self.collector)
        self.assertFalse(self.profile.promise_ids)
        intent.action_reject()
        self.assertTrue(intent.action_accept())
        self.assertEqual(intent.state, "rejected")
        intent.action_undo()
        self.assertEqual((intent.state, intent.decided_by_id.ids), ("proposed", []))

    def test_second_one_changes_nothing(self):
        intent = self.found("promise", date=self.days(3), moves=self.invoice)
        same = intent.with_user(self.collector_all)
        self.assertEqual(same.state, "proposed")
        intent.action_accept()
        for deed in ("action_accept", "action_reject"):
            with self.assertRaisesRegex(
                UserError, f"{self.collector.name} accepted this meanwhile: Promise"
            ):
                getattr(same, deed)()
        self.assertEqual(same.state, "accepted")
        self.assertEqual(same.decided_by_id, self.collector)
        self.assertEqual(len(self.profile.promise_ids), 1)
        # who presses twice himself is told nothing
        self.assertTrue(intent.action_accept())
        self.assertTrue(intent.action_reject())

    def test_second_one_after_a_rejection(self):
        intent = self.found("legal")
        intent.action_reject()
        same = intent.with_user(self.collector_all)
        with self.assertRaisesRegex(UserError, "rejected this meanwhile: Legal"):
            same.action_accept()
        # what still waits is decided, whatever else he chose
        other = self.found("legal").with_user(self.collector_all)
        (same | other).action_accept()
        self.assertEqual((same.state, other.state), ("rejected", "accepted"))

    def test_second_dialog_writes_nothing(self):
        intent = self.found("insolvency")
        dialogs = [
            self.env["credit.insolvency"]
            .with_user(user)
            .with_context(**intent.with_user(user).action_accept()["context"])
            .create({"legal_status": status, "legal_date": self.days(-2)})
            for user, status in (
                (self.collector, "receivership"),
                (self.collector_all, "liquidation"),
            )
        ]
        dialogs[0].action_apply()
        with self.assertRaisesRegex(UserError, "accepted this meanwhile"):
            dialogs[1].action_apply()
        self.assertEqual(self.profile.legal_status, "receivership")

    def test_rights_to_reject_and_undo(self):
        intent = self.found("delay")
        for deed in ("action_reject", "action_undo", "action_edit"):
            with self.assertRaises(AccessError):
                getattr(intent.with_user(self.auditor), deed)()

    # === UNDO === #
    def undo(self, code, **values):
        """Accept and undo an intent; return it."""
        intent = self.found(code, **values)
        intent.action_accept()
        self.assertEqual(intent.state, "accepted")
        intent.action_undo()
        self.assertEqual(intent.state, "proposed")
        self.assertFalse(intent.res_id or intent.undo_data or intent.hold_until)
        intent.action_undo()
        self.assertEqual(intent.message_id.state, "new")
        return intent

    def test_undo_promise(self):
        intent = self.undo("promise", date=self.days(3), moves=self.invoice)
        self.assertEqual(self.profile.promise_ids.state, "cancelled")
        intent.action_accept()
        states = self.profile.promise_ids.mapped("state")
        self.assertEqual(sorted(states), ["cancelled", "pending"])

    def test_undo_dispute(self):
        self.undo("dispute", moves=self.invoice | self.second)
        self.assertEqual(set(self.profile.dispute_ids.mapped("state")), {"cancelled"})

    def test_undo_plan(self):
        self.undo("plan_request", moves=self.invoice)
        self.assertFalse(self.profile.plan_ids)

    def test_undo_tasks(self):
        for code in ("delay", "missing_information"):
            self.undo(code)
            self.assertFalse(self.profile.activity_ids)
        for code in ("legal", "complaint", "privacy"):
            self.assertFalse(self.undo(code).message_id.activity_ids)

    def test_undo_already_paid(self):
        intent = self.undo("already_paid")
        self.assertFalse(intent.move_ids)
        self.profile.action_answered()
        self.assertNotIn("payment_announced", self.codes().values())

    def test_undo_what_nobody_answers(self):
        for code in ("acknowledgement", "other", "bank_change"):
            self.undo(code)
        self.undo("auto_reply", date=self.days(4))
        self.profile.action_answered()
        self.assertNotIn("absent", self.codes().values())

    def test_undo_bounce(self):
        self.undo("bounce", contact_email="compta@petit.example")
        self.assertFalse(self.clerk.credit_email_invalid)
        self.assertFalse(self.profile.activity_ids)

    def test_undo_contact(self):
        self.undo(
            "contact_change",
            contact_name="Jo",
            contact_email="jo@petit.example",
            replaces_contact=True,
        )
        everyone = self.petit.with_context(active_test=False).child_ids
        self.assertEqual(everyone, self.clerk)
        self.assertEqual(self.clerk.credit_role_ids.code, "accounts_payable")

    def test_undo_contact_in_use(self):
        intent = self.found("contact_change", contact_email="jo@petit.example")
        intent.action_accept()
        person = self.petit.child_ids - self.clerk
        self.make_invoice(person, 10, 5)
        intent.action_undo()
        self.assertFalse(person.active)
        self.assertFalse(person.credit_role_ids)

    def test_undo_insolvency(self):
        intent = self.found("insolvency")
        action = intent.action_accept()
        self.env["credit.insolvency"].with_user(self.collector).with_context(
            **action["context"]
        ).create(
            {"legal_status": "receivership", "legal_date": self.days(-2)}
            | {"legal_publication_date": self.days(-1)}
        ).action_apply()
        self.assertEqual(self.profile.legal_status, "receivership")
        intent.action_undo()
        self.assertEqual(self.profile.legal_status, "none")
        self.assertFalse(self.profile.legal_date or self.profile.legal_deadline)
        self.assertFalse(self.profile.activity_ids)
        self.profile.write({"reply_date": False})
        self.assertEqual(self.codes()[self.invoice], "insolvency_announced")

    def test_undo_what_was_changed(self):
        intent = self.found("promise", date=self.days(3), moves=self.invoice)
        intent.action_accept()
        self.profile.promise_ids.amount = 5
        with self.assertRaisesRegex(UserError, "changed since"):
            intent.action_undo()
        self.assertEqual(intent.state, "accepted")
        self.assertEqual(self.profile.promise_ids.state, "pending")

    def test_undo_plan_that_runs(self):
        intent = self.found("plan_request", moves=self.invoice)
        intent.action_accept()
        self.profile.plan_ids.action_confirm()
        with self.assertRaisesRegex(UserError, "changed since"):
            intent.action_undo()

    def test_undo_batch(self):
        intents = self.found("delay") | self.found("complaint")
        intents.action_accept()
        intents.action_undo()
        self.assertEqual(set(intents.mapped("state")), {"proposed"})
