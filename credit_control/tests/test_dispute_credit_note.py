from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .event_common import EventCommon
from .pipeline_common import PipelineCommon


class CreditNoteCommon(PipelineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer.user_id = cls.sales_reader
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.invoice = cls.make_invoice(cls.customer, 1000, -10)
        cls.company.dispute_credit_days = 6

    def dispute(self, amount=1000, **values):
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.invoice.id,
                "amount": amount,
                "reason_id": reason.id,
                "user_id": self.manager.id,
                **values,
            }
        )

    def reverse(self, amount=None):
        """Make the credit note of the invoice, as accountants do; return it."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"journal_id": self.invoice.journal_id.id})
        )
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        if amount:
            note.invoice_line_ids.price_unit = amount
        return note


@tagged("post_install", "-at_install", "credit_control")
class TestCreditNote(CreditNoteCommon):
    """What was conceded is not demanded until its credit note is posted."""

    def test_it_pauses_until_the_limit(self):
        dispute = self.dispute().with_user(self.collector)
        dispute.action_accept()
        self.assertEqual(dispute.date_credit_due, self.days(6))
        self.assertTrue(dispute.is_credit_missing)
        self.assertCode(self.invoice, "dispute", until=6)
        self.assertCode(self.invoice, "dispute", until=6, day=6)
        self.assertGoes(self.invoice, self.first, day=7)

    def test_an_open_dispute_has_no_last_day(self):
        self.dispute()
        self.assertFalse(self.assertCode(self.invoice, "dispute")["until"])

    def test_of_a_compromise_only_what_was_conceded_pauses(self):
        dispute = self.dispute(amount_conceded=300)
        dispute.action_settle()
        row = self.assertGoes(self.invoice, self.first)
        self.assertEqual(row["amount_disputed"], 300)

    def test_rejected_it_is_demanded_at_once(self):
        dispute = self.dispute()
        dispute.action_reject()
        self.assertFalse(dispute.date_credit_due)
        self.assertFalse(dispute.is_credit_missing)
        self.assertGoes(self.invoice, self.first)

    def test_reopened_it_pauses_without_a_limit(self):
        dispute = self.dispute()
        dispute.action_accept()
        dispute.action_reopen()
        self.assertFalse(dispute.date_credit_due)
        self.assertFalse(self.assertCode(self.invoice, "dispute", day=9)["until"])

    def test_more_time_is_given(self):
        dispute = self.dispute().with_user(self.collector)
        dispute.action_accept()
        with Form(dispute) as form:
            form.date_credit_due = self.days(20)
        self.assertCode(self.invoice, "dispute", until=20, day=15)

    def test_the_posted_credit_note_ends_it(self):
        dispute = self.dispute(400)
        dispute.action_accept()
        note = self.reverse(400)
        self.assertTrue(dispute.is_credit_missing)
        self.assertEqual(self.row(self.invoice)["amount_disputed"], 400)
        note.action_post()
        self.assertEqual(dispute.credit_move_id, note)
        self.assertFalse(dispute.is_credit_missing)
        self.assertEqual(self.row(self.invoice)["amount_disputed"], 0)
        note.button_draft()
        self.assertEqual(self.row(self.invoice)["amount_disputed"], 400)

    def test_a_credit_note_matched_by_hand_is_found(self):
        dispute = self.dispute(400)
        dispute.action_accept()
        note = self.make_credit(self.customer, 400)
        self.assertFalse(dispute.credit_move_id)
        self.receivables(self.invoice | note).reconcile()
        self.assertEqual(dispute.credit_move_id, note)
        row = self.row(self.invoice)
        self.assertEqual(row["amount_disputed"], 0)

    def test_a_payment_is_no_credit_note(self):
        dispute = self.dispute(400)
        dispute.action_accept()
        self.pay(self.invoice, 600)
        self.assertFalse(dispute.credit_move_id)
        self.assertCode(self.invoice, "dispute", until=6)
        self.pay(self.invoice)
        self.assertFalse(dispute.is_credit_missing)

    def test_a_small_credit_note_answers_for_what_waits_first(self):
        opened, accepted = self.dispute(500), self.dispute(300)
        accepted.action_accept()
        note = self.reverse(300)
        note.action_post()
        self.assertEqual(accepted.credit_move_id, note)
        self.assertFalse(opened.credit_move_id)
        self.assertEqual(self.row(self.invoice)["amount_disputed"], 500)
        opened.action_accept()
        self.assertTrue(opened.is_credit_missing)

    def test_the_invoice_stays_contested(self):
        self.dispute().action_accept()
        self.assertEqual(self.invoice.dunning_origin, "dispute")
        with freeze_time(self.days(7)):
            self.invoice._follow_origins()
        self.assertEqual(self.invoice.dunning_origin, "late")

    def test_what_the_worklist_says(self):
        self.dispute(400).action_accept()
        self.assertEqual(self.profile.next_action, "remind")
        with freeze_time(self.days(7)):
            self.profile._request_refresh()
            self.assertEqual(self.profile.next_action, "dispute_late")
            reason = self.profile._today_dispute_late(self.profile)[self.profile]
            self.assertIn("Credit note of", reason)
            action = self.profile.with_user(self.collector).action_act()
        self.assertEqual(action["res_model"], "credit.dispute")

    def test_missing_credit_notes_are_searched(self):
        accepted, settled = self.dispute(300), self.dispute(200, amount_conceded=50)
        opened = self.dispute(100)
        accepted.action_accept()
        settled.action_settle()
        disputes = self.env["credit.dispute"]
        own = [("profile_id", "=", self.profile.id)]
        missing = disputes.search([*own, ("is_credit_missing", "=", True)])
        self.assertEqual(missing, accepted | settled)
        others = disputes.search([*own, ("is_credit_missing", "=", False)])
        self.assertEqual(others, opened)

    def test_days_are_not_negative(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.company.dispute_credit_days = -1
            self.env.flush_all()


@tagged("post_install", "-at_install", "credit_control")
class TestCreditNoteEvents(EventCommon):
    """The owner is told when a credit note is not made in time."""

    def accept(self, **vals):
        self.env.company.dispute_credit_days = 6
        dispute = self.dispute(**vals)
        dispute.action_accept()
        return dispute

    def test_the_owner_is_told_after_the_limit(self):
        dispute = self.accept()
        with freeze_time(self.days(6)):
            self.check()
        self.assertFalse(self.events("credit_note_late"))
        with freeze_time(self.days(7)):
            self.check()
            self.check()
        event = self.events("credit_note_late")
        self.assertEqual(event._cause(), dispute)
        self.assertEqual(event.amount, 300)
        self.assertEqual(event.user_id, self.manager)
        self.assertEqual(event.activity_ids.user_id, self.manager)
        self.assertIn(self.collector, event.user_ids)

    def test_a_salesperson_who_owns_it_is_told(self):
        self.accept(user_id=self.sales_reader.id)
        with freeze_time(self.days(7)):
            self.check()
        event = self.events("credit_note_late")
        self.assertEqual(event.user_id, self.sales_reader)
        self.assertTrue(event.with_user(self.sales_reader).name)

    def test_done_it_is_not_told_again(self):
        self.accept()
        with freeze_time(self.days(7)):
            self.check()
            event = self.events("credit_note_late")
            event.action_done()
            self.check()
        self.assertEqual(self.events("credit_note_late"), event)

    def test_what_ends_it(self):
        note = self.make_credit(self.customer, 300)
        for deed in (
            lambda dispute: dispute.write({"credit_move_id": note.id}),
            lambda dispute: dispute.write({"date_credit_due": self.days(20)}),
            lambda dispute: dispute.action_reopen(),
            lambda dispute: dispute.unlink(),
        ):
            dispute = self.accept()
            with freeze_time(self.days(7)):
                self.check()
                event = self.events("credit_note_late").filtered("is_standing")
                activity = event.activity_ids
                self.assertTrue(activity.active)
                deed(dispute)
                self.check()
            self.assertEqual((event.state, event.is_standing), ("done", False))
            self.assertFalse(activity.active)
            dispute.exists().unlink()

    def test_a_paid_invoice_needs_no_credit_note(self):
        self.accept()
        with freeze_time(self.days(7)):
            self.check()
            self.pay(self.invoice)
            self.tell_payments()
        self.assertEqual(self.events("credit_note_late").state, "done")
