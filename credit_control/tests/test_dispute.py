from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditControlCommon


class DisputeCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer(user_id=cls.sales_reader.id)
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.move = cls.make_invoice(cls.customer, 1000, -10)
        cls.price = cls.env.ref("credit_control.dispute_reason_price")

    def dispute(self, amount=400, **values):
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.move.id,
                "amount": amount,
                "reason_id": self.price.id,
                **values,
            }
        )


@tagged("post_install", "-at_install", "credit_control")
class TestDispute(DisputeCommon):
    # === OWNER AND DEADLINE === #
    def test_the_reason_names_owner_and_deadline(self):
        dispute = self.dispute()
        self.assertEqual(dispute.user_id, self.sales_reader)
        self.assertEqual(dispute.date_deadline, self.days(5))
        self.price.write({"user_id": self.manager.id, "deadline_days": 8})
        other = self.dispute(100)
        self.assertEqual(other.user_id, self.manager)
        self.assertEqual(other.date_deadline, self.days(8))
        self.assertEqual(dispute.user_id, self.sales_reader)

    def test_without_owner_and_role_it_is_who_enters_it(self):
        self.price.write({"user_id": False, "role_id": False})
        dispute = (
            self.env["credit.dispute"]
            .with_user(self.collector)
            .create(
                {
                    "profile_id": self.profile.id,
                    "move_id": self.move.id,
                    "amount": 5,
                    "reason_id": self.price.id,
                }
            )
        )
        self.assertEqual(dispute.user_id, self.collector)

    def test_an_owner_of_another_company_is_passed_over(self):
        other = self.make_second_company()["company"]
        stranger = self.manager.copy(
            {"login": "x", "company_id": other.id, "company_ids": [(6, 0, other.ids)]}
        )
        self.price.user_id = stranger
        self.assertEqual(self.dispute().user_id, self.sales_reader)

    def test_chosen_by_hand_stays(self):
        dispute = self.dispute(user_id=self.manager.id, date_deadline=self.days(30))
        self.assertEqual(dispute.user_id, self.manager)
        self.assertEqual(dispute.date_deadline, self.days(30))
        dispute.with_user(self.collector).user_id = self.collector_all
        dispute.action_reject()
        self.assertEqual(dispute.user_id, self.collector_all)

    def test_the_dialog_proposes_all_that_is_needed(self):
        action = self.profile.with_user(self.collector).action_add_dispute()
        with Form(
            self.env["credit.dispute"]
            .with_user(self.collector)
            .with_context(**action["context"]),
            view="credit_control.credit_dispute_view_form_quick",
        ) as form:
            self.assertEqual(form.amount, 1000)
            self.assertTrue(form.reason_id)
        self.assertEqual(form.record.move_id, self.move)
        self.assertEqual(form.record.state, "open")

    # === OUTCOME === #
    def test_accepted(self):
        dispute = self.dispute()
        with freeze_time(self.days(4)):
            dispute.with_user(self.collector).action_accept()
        self.assertEqual(dispute.amount_conceded, 400)
        self.assertEqual(dispute.date_closed, self.days(4))
        self.assertEqual(dispute.days_to_close, 4)

    def test_rejected_and_reopened(self):
        dispute = self.dispute(amount_conceded=10)
        dispute.with_user(self.collector).action_reject()
        self.assertEqual((dispute.state, dispute.amount_conceded), ("rejected", 0))
        dispute.with_user(self.collector).action_reopen()
        self.assertEqual((dispute.state, dispute.date_closed), ("open", False))

    def test_a_compromise_needs_its_amount(self):
        dispute = self.dispute().with_user(self.collector)
        for amount in (0, 400, 500):
            dispute.amount_conceded = amount
            with self.assertRaisesRegex(UserError, "Enter the conceded amount"):
                dispute.action_settle()
        dispute.amount_conceded = 150
        dispute.action_settle()
        self.assertEqual(dispute.state, "settled")

    def test_the_credit_note_is_found(self):
        dispute = self.dispute()
        dispute.action_accept()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"journal_id": self.move.journal_id.id})
        )
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        self.assertFalse(dispute.credit_move_id)
        note.action_post()
        self.assertEqual(dispute.credit_move_id, note)

    def test_credit_notes_are_made_by_accountants(self):
        dispute = self.dispute()
        with self.assertRaisesRegex(UserError, "by accountants"):
            dispute.with_user(self.collector).action_credit_note()
        action = dispute.action_credit_note()
        self.assertEqual(action["context"]["active_ids"], self.move.ids)

    def test_amounts_in_the_company_s_currency(self):
        move = self.make_invoice(self.customer, 100, -5, currency=self.other_currency)
        dispute = self.dispute(60, move_id=move.id)
        self.assertEqual(dispute.amount_company, 30)
        dispute.action_accept()
        self.assertEqual(dispute.conceded_company, 30)

    def test_late_disputes_are_told(self):
        dispute = self.dispute(date_deadline=self.days(-1))
        self.env["credit.event"]._cron_check()
        events = self.env["credit.event"].search([("profile_id", "=", self.profile.id)])
        self.assertEqual(set(events.mapped("kind")), {"dispute_opened", "dispute_late"})
        dispute.action_reject()
        self.assertEqual(set(events.mapped("state")), {"done"})

    def test_days_to_close_are_of_closed_disputes(self):
        self.dispute(100)
        closed = self.dispute(100)
        with freeze_time(self.days(4)):
            closed.action_reject()
        [[average]] = self.env["credit.dispute"]._read_group(
            [("profile_id", "=", self.profile.id)], [], ["days_to_close:avg"]
        )
        self.assertEqual(average, 4)

    # === RIGHTS === #
    def test_who_does_what(self):
        dispute = self.dispute()
        names = [name for name in dir(type(dispute)) if name.startswith("action_")]
        own = {"action_accept", "action_reject", "action_settle", "action_cancel"}
        own |= {"action_reopen", "action_ask", "action_credit_note"}
        self.assertLessEqual(own, set(names))
        for user in (self.auditor, self.sales_reader, self.accountant):
            for name in own:
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        getattr(dispute.with_user(user), name)()
        for name in ("state", "profile_id", "move_id"):
            with self.assertRaises(AccessError):
                dispute.with_user(self.collector)[name] = dispute[name]

    def test_every_role_reads_the_forms(self):
        dispute = self.dispute()
        plan = self.env["credit.plan"].create(
            {"name": "Plan", "profile_id": self.profile.id}
        )
        for user in (self.collector, self.auditor, self.sales_reader, self.manager):
            for record in (dispute, plan):
                with self.subTest(user=user.login, model=record._name):
                    Form(record.with_user(user))

    def test_reasons_are_the_manager_s(self):
        with self.assertRaises(AccessError):
            self.price.with_user(self.collector).deadline_days = 1
        self.price.with_user(self.manager).deadline_days = 1
