from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .act_common import ActCommon


@tagged("post_install", "-at_install")
class TestIntentAccept(ActCommon):
    """What follows when a proposal is accepted, intent by intent."""

    def assertAccepted(self, intent):
        self.assertEqual(intent.state, "accepted")
        self.assertEqual(intent.decided_by_id, self.collector)
        self.assertTrue(intent.decided_date)

    # === PROMISE === #
    def test_promise(self):
        intent = self.found("promise", date=self.days(5), moves=self.invoice)
        self.assertFalse(intent.problem)
        self.assertTrue(intent.action_accept())
        self.assertAccepted(intent)
        promise = self.profile.promise_ids
        self.assertEqual((promise.amount, promise.state), (800, "pending"))
        self.assertEqual((promise.date, promise.source), (self.days(5), "email"))
        self.assertEqual(promise.move_line_ids, self.receivables(self.invoice))
        self.assertIn("we say so", promise.note)
        self.assertEqual((intent.res_model, intent.res_id), (promise._name, promise.id))
        self.assertEqual(intent.action_open_result()["res_id"], promise.id)

    def test_promise_twice(self):
        intent = self.found("promise", date=self.days(5), moves=self.invoice)
        intent.action_accept()
        self.assertTrue(intent.action_accept())
        self.assertEqual(len(self.profile.promise_ids), 1)

    def test_promise_of_a_part(self):
        intent = self.found("promise", date=self.days(5), moves=self.invoice, amount=50)
        intent.action_accept()
        self.assertEqual(self.profile.promise_ids.amount, 50)

    def test_promise_that_a_person_enters(self):
        message = self.make_message().with_user(self.collector)
        values = {"date": self.days(5), "amount": 50}
        values["move_ids"] = [Command.set(self.invoice.ids)]
        intent_id = message.action_add_intent("promise", values)
        message.intent_ids.browse(intent_id).action_accept()
        self.assertEqual(self.profile.promise_ids.amount, 50)

    def test_promise_above_what_is_owed(self):
        intent = self.found(
            "promise", date=self.days(5), moves=self.invoice, amount=5000
        )
        intent.action_accept()
        self.assertEqual(self.profile.promise_ids.amount, 800)

    def test_promise_without_invoice(self):
        intent = self.found("promise", date=self.days(5))
        intent.action_accept()
        promise = self.profile.promise_ids
        self.assertEqual(promise.amount, 1100)
        self.assertFalse(promise.move_line_ids)

    def test_promise_in_two_currencies(self):
        foreign = self.make_invoice(self.petit, 50, -5, currency=self.other_currency)
        intent = self.found(
            "promise", date=self.days(5), moves=self.invoice | foreign
        )
        intent.action_accept()
        amounts = {p.currency_id: p.amount for p in self.profile.promise_ids}
        self.assertEqual(
            amounts, {self.env.company.currency_id: 800, self.other_currency: 50}
        )

    def test_promise_needs_a_day(self):
        intent = self.found("promise", moves=self.invoice)
        self.assertIn("day of the payment", intent.problem)
        with self.assertRaisesRegex(UserError, "Enter the day of the payment"):
            intent.action_accept()
        self.assertEqual(intent.state, "proposed")

    def test_promise_of_the_past(self):
        intent = self.found("promise", date=self.days(-1), moves=self.invoice)
        with self.assertRaisesRegex(UserError, "past"):
            intent.action_accept()

    def test_promise_of_what_was_paid(self):
        intent = self.found("promise", date=self.days(5), moves=self.invoice)
        self.pay(self.invoice)
        with self.assertRaisesRegex(UserError, "settled meanwhile"):
            intent.action_accept()

    # === DELAY, PLAN === #
    def test_delay(self):
        intent = self.found("delay")
        intent.action_accept()
        self.assertAccepted(intent)
        task = self.profile.activity_ids
        self.assertEqual(task.user_id, self.collector)
        self.assertEqual(task.date_deadline, self.days(7))

    def test_plan(self):
        intent = self.found("plan_request", moves=self.invoice, instalments=4)
        action = intent.action_accept()
        plan = self.profile.plan_ids
        self.assertEqual((action["res_model"], action["res_id"]), (plan._name, plan.id))
        self.assertEqual((plan.state, len(plan.promise_ids)), ("draft", 4))
        self.assertEqual(plan.amount_total, 800)
        self.assertEqual(intent.hold_until, self.days(self.company_days()))
        self.profile.action_answered()
        self.assertEqual(set(self.codes().values()), {"plan_asked"})

    def company_days(self):
        return self.env.company.credit_request_days

    def test_plan_of_all(self):
        intent = self.found("plan_request")
        intent.action_accept()
        self.assertEqual(self.profile.plan_ids.amount_total, 1100)
        self.assertEqual(len(self.profile.plan_ids.promise_ids), 3)

    # === DISPUTE, INFORMATION === #
    def test_dispute_of_each_invoice(self):
        intent = self.found(
            "dispute", moves=self.invoice | self.second, dispute_reason="quality"
        )
        intent.action_accept()
        self.assertAccepted(intent)
        disputes = self.profile.dispute_ids
        self.assertEqual(
            {d.move_id: d.amount for d in disputes},
            {self.invoice: 800, self.second: 300},
        )
        self.assertEqual(disputes.reason_id.code, "quality")

    def test_dispute_of_an_amount_in_another_currency(self):
        foreign = self.make_invoice(self.petit, 90, -5, currency=self.other_currency)
        self.found("dispute", moves=foreign, amount=20).action_accept()
        self.assertEqual(self.profile.dispute_ids.amount, 90)

    def test_dispute_of_a_part(self):
        intent = self.found("dispute", moves=self.invoice, amount=150)
        intent.action_accept()
        self.assertEqual(self.profile.dispute_ids.amount, 150)
        self.assertEqual(self.profile.dispute_ids.reason_id.code, "other")

    def test_dispute_beside_another(self):
        first = self.found("dispute", moves=self.invoice, amount=150)
        second = self.found("dispute", moves=self.invoice)
        (first | second).action_accept()
        self.assertEqual(sorted(self.profile.dispute_ids.mapped("amount")), [150, 650])
        third = self.found("dispute", moves=self.invoice)
        with self.assertRaisesRegex(UserError, "contested already"):
            third.action_accept()

    def test_dispute_needs_an_invoice(self):
        intent = self.found("dispute")
        with self.assertRaisesRegex(UserError, "Choose the invoices"):
            intent.action_accept()

    def test_dispute_takes_the_documents(self):
        file = self.env["ir.attachment"].create({"name": "p.svg", "raw": b"<svg/>"})
        message = self.make_message(
            {"intent": "dispute", "moves": self.invoice}, attachment_ids=file.ids
        )
        message.intent_ids.with_user(self.collector).action_accept()
        copies = self.profile.dispute_ids.message_ids.attachment_ids
        self.assertEqual(copies.mapped("mimetype"), ["application/octet-stream"])
        self.assertEqual(copies.raw, b"<svg/>")

    def test_missing_information_of_an_invoice(self):
        intent = self.found("missing_information", moves=self.invoice)
        intent.action_accept()
        dispute = self.profile.dispute_ids
        self.assertEqual(dispute.reason_id.code, "administrative")

    def test_missing_information_in_general(self):
        intent = self.found("missing_information")
        intent.action_accept()
        self.assertFalse(self.profile.dispute_ids)
        self.assertEqual(self.profile.activity_ids.user_id, self.collector)

    # === ALREADY PAID === #
    def test_already_paid(self):
        intent = self.found("already_paid", moves=self.invoice)
        action = intent.action_accept()
        self.assertEqual(action["res_model"], "credit.message.payment.search")
        self.assertAccepted(intent)
        self.assertEqual(intent.hold_until, self.days(7))
        self.profile.action_answered()
        codes = self.codes()
        self.assertEqual(codes[self.invoice], "payment_announced")
        self.assertNotEqual(codes[self.second], "payment_announced")
        self.assertNotIn("payment_announced", self.codes(8).values())
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_already_paid_all_that_is_overdue(self):
        later = self.make_invoice(self.petit, 40, 10)
        intent = self.found("already_paid")
        intent.action_accept()
        self.assertEqual(intent.move_ids, self.invoice | self.second)
        self.assertNotIn(later, intent.move_ids)

    def test_remittance_waits_for_the_payment(self):
        intent = self.found("remittance", moves=self.second)
        intent.action_accept()
        self.profile.action_answered()
        self.assertEqual(self.codes()[self.second], "payment_announced")

    # === PEOPLE === #
    def test_contact(self):
        intent = self.found(
            "contact_change",
            contact_name="Jo Neu",
            contact_email="Jo@petit.example",
        )
        intent.action_accept()
        person = self.petit.child_ids - self.clerk
        self.assertEqual((person.name, person.email), ("Jo Neu", "jo@petit.example"))
        self.assertEqual(person.credit_role_ids.code, "accounts_payable")
        self.assertEqual(self.clerk.credit_role_ids.code, "accounts_payable")
        self.assertEqual(intent.res_id, person.id)

    def test_contact_takes_the_place(self):
        intent = self.found(
            "contact_change",
            contact_name="Jo Neu",
            contact_email="jo@petit.example",
            replaces_contact=True,
        )
        intent.action_accept()
        self.assertFalse(self.clerk.credit_role_ids)

    def test_contact_known(self):
        known = self.env["res.partner"].create(
            {"name": "Jo", "email": "jo@petit.example", "parent_id": self.petit.id}
        )
        intent = self.found("contact_change", contact_email="jo@petit.example")
        intent.action_accept()
        self.assertEqual(intent.res_id, known.id)
        self.assertTrue(known.credit_role_ids)

    def test_contact_needs_somebody(self):
        intent = self.found("contact_change")
        with self.assertRaisesRegex(UserError, "Enter the name"):
            intent.action_accept()
        intent = self.found("contact_change", contact_email="nobody")
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            intent.action_accept()

    def test_absence(self):
        intent = self.found("auto_reply", date=self.days(8))
        self.assertFalse(intent.message_id.is_pausing)
        intent.action_accept()
        self.assertEqual(intent.hold_until, self.days(9))
        self.assertEqual(self.codes()[self.invoice], "absent")
        self.assertEqual(self.codes(9)[self.invoice], "absent")
        self.assertNotEqual(self.codes(10)[self.invoice], "absent")
        self.assertEqual(intent.message_id.state, "done")
        self.assertFalse(self.profile.reply_date)

    def test_absence_too_long(self):
        intent = self.found("auto_reply", date=self.days(60))
        intent.action_accept()
        self.assertFalse(intent.hold_until)

    def test_deputy(self):
        intent = self.found(
            "auto_reply", contact_name="Al", contact_email="al@petit.example"
        )
        intent.action_add_deputy()
        self.assertIn("al@petit.example", self.petit.child_ids.mapped("email"))
        self.assertEqual(intent.state, "proposed")
        with self.assertRaisesRegex(UserError, "nobody who stands in"):
            self.found("auto_reply").action_add_deputy()

    def test_bounce(self):
        other = self.env["res.partner"].create(
            {"name": "Other", "email": "other@petit.example"}
            | {"parent_id": self.petit.id, "credit_role_ids": self.role().ids}
        )
        intent = self.found("bounce", contact_email="compta@petit.example")
        intent.action_accept()
        self.assertEqual(self.clerk.credit_email_invalid, self.today)
        found = self.profile._get_recipients(self.role(), self.policy.level_ids[0])
        self.assertEqual(found[self.profile], other)
        self.assertIn("compta@petit.example", self.profile.activity_ids.summary)
        self.assertEqual(intent.message_id.state, "done")
        self.clerk.email = "new@petit.example"
        self.assertFalse(self.clerk.credit_email_invalid)

    def test_bounce_of_an_address_that_two_have(self):
        twin = self.clerk.copy({"name": "Twin"})
        intent = self.found("bounce", contact_email="compta@petit.example")
        intent.action_accept()
        both = self.clerk | twin
        self.assertEqual(both.mapped("credit_email_invalid"), [self.today] * 2)
        intent.action_undo()
        self.assertEqual(both.mapped("credit_email_invalid"), [False] * 2)

    def role(self):
        return self.env.ref("credit_control.role_accounts_payable")

    def test_bounce_for_now(self):
        intent = self.found("bounce")
        intent.action_accept()
        self.assertFalse(self.clerk.credit_email_invalid)
        self.assertFalse(self.profile.activity_ids)

    # === MANAGER, SEEN === #
    def test_tasks_of_the_manager(self):
        for code, deadline in (
            ("legal", self.today),
            ("complaint", self.today),
            ("privacy", self.today.replace(month=7)),
        ):
            intent = self.found(code)
            intent.action_accept()
            self.assertAccepted(intent)
            task = intent.message_id.activity_ids
            self.assertIn(task.user_id, self.profile._get_managers())
            self.assertEqual(task.date_deadline, deadline)

    def assertWarned(self, intent):
        [warning] = intent.message_id._inbox_warnings()
        self.assertEqual(warning["code"], "bank_change")

    def test_bank_change_is_only_seen(self):
        before = self.petit.bank_ids
        intent = self.found("bank_change")
        self.assertWarned(intent)
        intent.action_accept()
        self.assertAccepted(intent)
        self.assertEqual(self.petit.bank_ids, before)
        self.assertFalse(intent.res_model)
        self.assertWarned(intent)
        self.assertEqual(intent.message_id.state, "new")

    def test_nothing_to_do(self):
        for code in ("acknowledgement", "other"):
            intent = self.found(code)
            intent.action_accept()
            self.assertEqual(intent.message_id.state, "done")

    # === INSOLVENCY === #
    def test_insolvency(self):
        intent = self.found("insolvency", date=self.days(-3))
        action = intent.action_accept()
        self.assertEqual(action["res_model"], "credit.insolvency")
        self.assertEqual(intent.state, "proposed")
        wizards = self.env["credit.insolvency"].with_user(self.collector)
        wizard = wizards.with_context(**action["context"]).create(
            {"legal_status": "liquidation"}
        )
        self.assertEqual(wizard.legal_date, self.days(-3))
        wizard.action_apply()
        self.assertAccepted(intent)
        self.assertEqual(self.profile.legal_status, "liquidation")
        self.assertEqual(self.codes()[self.invoice], "insolvency")

    # === ALL AT ONCE === #
    def test_accept_all(self):
        message = self.make_message(
            intents=[
                {"intent": "dispute", "moves": self.second},
                {"intent": "promise", "date": self.days(3), "moves": self.invoice},
                {"intent": "document_request"},
            ]
        ).with_user(self.collector)
        action = message.action_accept_all()
        self.assertEqual(action["res_model"], "mail.compose.message")
        states = {one.intent: one.state for one in message.intent_ids}
        self.assertEqual(
            states,
            {
                "dispute": "accepted",
                "promise": "accepted",
                "document_request": "proposed",
            },
        )

    def test_needs_a_customer(self):
        message = self.make_message(
            {"intent": "delay"}, profile_id=False, partner_id=False
        )
        with self.assertRaisesRegex(UserError, "choose the customer"):
            message.intent_ids.with_user(self.collector).action_accept()

    # === RIGHTS === #
    def test_rights(self):
        intent = self.found("delay")
        for user, words in (
            (self.auditor, "You have no right to accept"),
            (self.sales_reader, "You have no right to accept"),
        ):
            with self.assertRaisesRegex(AccessError, words):
                intent.with_user(user).action_accept()
        self.profile.user_id = self.collector_all
        with self.assertRaises(AccessError):
            intent.with_user(self.collector).action_accept()
        intent.with_user(self.collector_all).action_accept()
        self.assertEqual(intent.decided_by_id, self.collector_all)

    def test_given_message_of_another_portfolio(self):
        message = self.make_message("delay", user_id=self.collector.id)
        self.profile.user_id = self.collector_all
        intent = message.intent_ids.with_user(self.collector)
        with self.assertRaisesRegex(AccessError, "in the portfolio of"):
            intent.action_accept()

    def test_other_company(self):
        intent = self.found("delay")
        company = self.make_second_company()["company"]
        self.collector.company_ids += company
        self.env.flush_all()
        there = intent.with_context(allowed_company_ids=company.ids)
        there.invalidate_recordset()
        with self.assertRaises(AccessError):
            there.action_accept()
