from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .act_common import ActCommon
from .test_answer import INVOICE, PDF, STATEMENT


@tagged("post_install", "-at_install")
class TestInboxSafety(ActCommon):
    """What hasty people do in the inbox does no harm."""

    # === DECISIONS === #
    def test_promise_of_more_than_is_owed(self):
        intent = self.found("promise", date=self.days(5))
        intent.amount = 10**12
        intent.action_accept()
        promise = self.env["credit.promise"].browse(intent.res_id)
        self.assertEqual(promise.amount, 1100)

    def test_negative_values(self):
        intent = self.found("promise", date=self.days(5))
        for values in ({"amount": -5}, {"amount": 0, "instalments": -1}):
            intent.write(values)
            with self.assertRaisesRegex(UserError, "not negative"):
                intent.action_accept()
        self.assertEqual(intent.state, "proposed")

    # === HOLDS === #
    def test_insolvency_is_told_first(self):
        message = self.make_message("insolvency")
        self.assertEqual(set(self.codes().values()), {"insolvency_announced"})
        profile = self.profile.with_user(self.collector)
        self.assertIn("insolvency", profile._inbox_hold())
        message.intent_ids.with_user(self.collector).action_reject()
        self.assertEqual(set(self.codes().values()), {"reply"})
        self.assertIn("answer waits", profile._inbox_hold())

    def test_answered_insolvency_waits_on(self):
        message = self.make_message("insolvency").with_user(self.collector)
        self.send_answer(message.action_answer())
        self.assertTrue(message.answered_date)
        self.assertEqual(message.state, "new")
        message.intent_ids.action_reject()
        message.invalidate_recordset()
        message.action_done()
        self.assertEqual(message.state, "done")

    def test_absence_is_shown(self):
        today = self.profile.company_id._dunning_today()[self.profile.company_id]
        back = today + timedelta(days=5)
        intent = self.found("auto_reply", date=back)
        intent.action_accept()
        profile = self.profile.with_user(self.collector)
        self.assertIn("is away", profile._inbox_hold())
        intent.action_undo()
        self.assertEqual(profile._inbox_hold(), "")

    # === ANSWERS === #
    def test_answer_to_nobody(self):
        message = self.make_message("payment_question").with_user(self.collector)
        action = message.action_answer()
        with self.assertRaisesRegex(UserError, "to whom the answer goes"):
            self.send_answer(action, partner_ids=[])
        colleague = self.collector.partner_id
        with self.assertRaisesRegex(UserError, "to whom the answer goes"):
            self.send_answer(action, partner_ids=colleague.ids)
        self.assertEqual(message.state, "new")
        self.assertFalse(message.answered_date)

    def test_copy_and_statement(self):
        self.startPatcher(patch(INVOICE, lambda *args, **kwargs: PDF))
        self.startPatcher(patch(STATEMENT, lambda wizard: b"%PDF-1.4"))
        words = f"Please send a copy of {self.invoice.name}"
        for evidence, count in (
            (f"{words} and a statement of our account", 2),
            (words, 1),
            ("Please send a statement of our account", 1),
        ):
            found = {"intent": "document_request", "evidence": evidence}
            message = self.make_message({**found, "moves": self.invoice})
            action = message.with_user(self.collector).action_answer()
            files = action["context"]["default_attachment_ids"]
            self.assertEqual(len(files), count, evidence)

    # === THE LIST === #
    def test_sender_without_a_name(self):
        values = {"from_name": "", "email_from": "ap@petit.example"}
        message = self.make_message("promise", **values)
        rows = self.env["credit.message"].with_user(self.collector)
        rows = {row["id"]: row for row in rows.inbox_list(queue="all")["rows"]}
        self.assertEqual(rows[message.id]["from_name"], "ap@petit.example")

    # === TRIAGE === #
    def test_undone_choice_leaves_no_contact(self):
        unknown = {
            "email_normalized": "odd@gmail.com",
            "profile_id": False,
            "partner_id": False,
        }
        message = self.make_message("document_request", **unknown)
        message = message.with_user(self.collector)
        context = message.action_choose_customer()["context"]
        wizard = self.env["credit.message.assign"].with_user(self.collector)
        wizard = wizard.with_context(**context).create(
            {
                "profile_id": self.profile.id,
                "with_contact": True,
                "contact_name": "Odd One",
            }
        )
        wizard.action_apply()
        self.assertTrue(message.is_known_contact)
        message.action_undo_assign()
        self.assertFalse(message.is_known_contact)
        known = self.env["res.partner"].search([("email", "=", "odd@gmail.com")])
        self.assertFalse(known)
