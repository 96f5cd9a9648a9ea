from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .act_common import ActCommon
from .test_answer import INVOICE, PDF


@tagged("post_install", "-at_install")
class TestAutomation(ActCommon):
    """What rules do by themselves: nothing, unless a manager says so."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(INVOICE, lambda *args, **kwargs: PDF))

    def rule(self, code, **values):
        rules = self.env["credit.message.automation"].with_user(self.manager)
        return rules.create({"intent": code, **values})

    def receive(self, code, **values):
        """Return a message that was just understood."""
        found = {"intent": code, "moves": self.invoice, "date": self.days(4)}
        message = self.make_message(
            {**found, "confidence": values.pop("confidence", 0.9)}, **values
        )
        with self.mock_mail_gateway():
            message._after_understood()
        return message

    def test_nothing_by_default(self):
        self.assertFalse(self.env["credit.message.automation"].search([]))
        message = self.receive("promise")
        self.assertEqual(message.intent_ids.state, "proposed")

    def test_accept_from_a_confidence(self):
        rule = self.rule("promise", accept_from=0.8)
        below = self.receive("promise", confidence=0.79)
        above = self.receive("promise", confidence=0.8)
        self.assertEqual(below.intent_ids.state, "proposed")
        intent = above.intent_ids
        self.assertEqual((intent.state, intent.automation_id), ("accepted", rule))
        self.assertEqual(self.profile.promise_ids.state, "pending")
        self.assertTrue(any("By rule" in body for body in self.bodies(above)))
        self.assertEqual(rule.count_today, 1)

    def bodies(self, message):
        return [str(note.body) for note in message.message_ids]

    def test_by_rule_can_be_undone(self):
        self.rule("promise", accept_from=0.5)
        intent = self.receive("promise").intent_ids.with_user(self.collector)
        intent.action_undo()
        self.assertEqual((intent.state, intent.automation_id.ids), ("proposed", []))
        self.assertEqual(self.profile.promise_ids.state, "cancelled")

    def test_never_of_an_unproven_sender(self):
        self.rule("promise", accept_from=0.5, answer_from=0.5)
        message = self.receive("promise", is_suspect=True)
        self.assertEqual(message.intent_ids.state, "proposed")
        self.assertFalse(message.answered_date)

    def test_what_fails_waits(self):
        self.rule("promise", accept_from=0.5)
        self.pay(self.invoice)
        message = self.receive("promise")
        self.assertEqual(message.intent_ids.state, "proposed")
        self.assertFalse(message.error)

    def test_daily_cap(self):
        self.rule("delay", accept_from=0.5, daily_cap=2)
        states = [self.receive("delay").intent_ids.state for _number in range(3)]
        self.assertEqual(states, ["accepted", "accepted", "proposed"])

    def test_owner_of_a_dispute(self):
        self.rule("dispute", accept_from=0.5)
        self.receive("dispute")
        self.assertEqual(self.profile.dispute_ids.user_id, self.collector)

    # === ANSWERS === #
    def test_answer(self):
        rule = self.rule("document_request", answer_from=0.5)
        message = self.receive("document_request")
        self.assertEqual(message.state, "done")
        self.assertEqual(message.intent_ids.automation_id, rule)
        self.assertTrue(message.answered_date and message.rule_answer_date)
        mail = self._new_mails
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertIn("auto-replied", mail.headers)
        self.assertEqual(mail.author_id, self.collector.partner_id)
        self.assertFalse(self.profile.reply_date)

    def test_no_document_to_a_stranger(self):
        self.rule("document_request", answer_from=0.5)
        for values in (
            {"partner_id": False},
            {"email_normalized": "who@else.example"},
        ):
            message = self.receive("document_request", **values)
            self.assertEqual((message.state, message.answered_date), ("new", False))
            self.assertFalse(self._new_mails)

    def test_no_answer_to_a_machine(self):
        self.rule("promise", answer_from=0.5)
        message = self.receive("promise", is_automatic=True)
        self.assertFalse(message.answered_date)

    def test_one_answer_a_day(self):
        self.rule("promise", answer_from=0.5)
        first, second = self.receive("promise"), self.receive("promise")
        self.assertTrue(first.answered_date)
        self.assertFalse(second.answered_date)

    def test_answered_and_more_waits(self):
        self.rule("payment_question", answer_from=0.5)
        message = self.make_message(intents=["payment_question", "dispute"])
        with self.mock_mail_gateway():
            message._after_understood()
        self.assertTrue(message.answered_date)
        self.assertEqual(message.state, "new")
        self.assertTrue(self.profile.reply_date)

    # === RULES === #
    def test_never_by_itself(self):
        codes = dict(self.env["credit.message.automation"]._fields["intent"].selection)
        self.assertNotIn("insolvency", codes)
        self.assertNotIn("bank_change", codes)
        with self.assertRaisesRegex(ValidationError, "accepted with its answer"):
            self.rule("document_request", accept_from=0.9)
        with self.assertRaisesRegex(ValidationError, "A person answers"):
            self.rule("privacy", answer_from=0.9)

    def test_rights(self):
        rules = self.env["credit.message.automation"]
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                rules.with_user(user).create({"intent": "promise"})

    def test_other_company(self):
        company = self.make_second_company()["company"]
        self.manager.company_ids += company
        self.rule("promise", accept_from=0.5, company_id=company.id)
        message = self.receive("promise")
        self.assertEqual(message.intent_ids.state, "proposed")
