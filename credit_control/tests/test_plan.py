from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .letter_common import LetterCommon
from .test_promise import PromiseCommon


class PlanCommon(PromiseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.overdue = cls.make_invoice(cls.customer, 600, -30)
        cls.older = cls.make_invoice(cls.customer, 300, -40)
        cls.due = cls.make_invoice(cls.customer, 50, 10)

    def dialog(self, **context):
        """Open the dialog as a collector does from the customer."""
        wizards = self.env["credit.plan.make"].with_user(self.collector)
        return Form(wizards.with_context(default_profile_id=self.profile.id, **context))

    def make_plan(self, **choices):
        with self.dialog() as form:
            for name, value in choices.items():
                setattr(form, name, value)
        action = form.record.action_make()
        return self.env["credit.plan"].browse(action["res_id"])


@tagged("post_install", "-at_install", "credit_control")
class TestPlanMake(PlanCommon):
    def test_all_that_is_overdue_is_proposed(self):
        form = self.dialog()
        self.assertEqual(form.amount, 900)
        self.assertEqual(form.date_first, self.days(14))
        self.assertEqual(len(form.line_ids), 3)
        self.assertEqual(form.amount_total, 900)

    def test_a_plan_is_made_as_previewed(self):
        plan = self.make_plan(count=4, interest_amount=10, date_first=self.days(5))
        self.assertEqual(plan.state, "draft")
        self.assertEqual(plan.promise_ids.sorted("date").mapped("amount"), [227.5] * 4)
        self.assertEqual(plan.amount_total, 910)
        self.assertEqual(plan.date_start, self.days(5))
        self.assertEqual(plan.move_line_ids.move_id, self.overdue + self.older)
        self.assertEqual(plan.promise_ids.move_line_ids, plan.move_line_ids)
        self.assertEqual(set(plan.promise_ids.mapped("grace_days")), {5})
        self.assertEqual(set(plan.promise_ids.mapped("state")), {"draft"})

    def test_instalments_are_changed_by_hand(self):
        with self.dialog() as form, form.line_ids.edit(0) as line:
            line.amount = 500
        with self.assertRaisesRegex(UserError, "add up to"):
            form.record.action_make()

    def test_by_amount_each_week(self):
        plan = self.make_plan(method="each", each=400, rhythm="week", rest="first")
        self.assertEqual(
            plan.promise_ids.sorted("date").mapped("amount"), [100, 400, 400]
        )

    def test_nothing_to_divide(self):
        with self.dialog() as form:
            form.count = 0
        self.assertFalse(form.record.line_ids)
        with self.assertRaisesRegex(UserError, "between 1 and 120"):
            form.record.action_make()

    def test_of_chosen_items(self):
        line = self.receivables(self.due).with_user(self.collector)
        action = line.action_credit_plan()
        form = Form(
            self.env["credit.plan.make"]
            .with_user(self.collector)
            .with_context(**action["context"])
        )
        self.assertEqual(form.amount, 50)
        self.assertEqual(form.save().move_line_ids, line)

    def test_items_of_another_customer_are_refused(self):
        other = self.make_invoice(self.make_customer("Other"), 10, -5)
        plan = self.make_plan()
        with self.assertRaisesRegex(ValidationError, "no item of"):
            plan.move_line_ids += self.receivables(other)

    def test_who_has_no_right_makes_none(self):
        for user in (self.auditor, self.sales_reader, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["credit.plan.make"].with_user(user).create(
                    {"profile_id": self.profile.id}
                )


@tagged("post_install", "-at_install", "credit_control")
class TestPlanLedger(PlanCommon):
    def test_its_debts_are_not_reminded_while_it_runs(self):
        self.make_policy()
        plan = self.make_plan()
        rows = {row["move_line_id"]: row for row in self.profile.explain()}
        line = self.receivables(self.overdue)
        self.assertNotEqual(rows[line.id]["code"], "plan")
        plan.with_user(self.collector).action_confirm()
        rows = {row["move_line_id"]: row for row in self.profile.explain()}
        self.assertEqual(rows[line.id]["code"], "plan")
        self.assertEqual(rows[self.receivables(self.older).id]["code"], "plan")

    def test_instalment_after_instalment(self):
        plan = self.make_plan(date_first=self.days(1))
        plan.action_confirm()
        self.pay(self.older, 300)
        self.update()
        states = plan.promise_ids.sorted("date").mapped("state")
        self.assertEqual(states, ["kept", "pending", "pending"])
        self.assertEqual(plan.amount_kept, 300)
        self.pay(self.overdue, 200)
        self.update()
        self.assertEqual(plan.amount_kept, 300)
        self.pay(self.overdue)
        self.update()
        self.assertEqual(plan.state, "kept")
        self.assertEqual(plan.amount_kept, 900)

    def test_the_break_clause_ends_it(self):
        plan = self.make_plan(date_first=self.days(0), rhythm="week", break_days=5)
        plan.action_confirm()
        first = plan.promise_ids.sorted("date")[0].sudo()
        first.date = self.days(-5)
        self.update()
        self.assertEqual(plan.state, "running")
        first.date = self.days(-6)
        self.pay(self.older, 100)
        self.update()
        self.assertEqual(plan.state, "broken")
        states = plan.promise_ids.sorted("date").mapped("state")
        self.assertEqual(states, ["partly", "cancelled", "cancelled"])
        events = self.env["credit.event"].search([("profile_id", "=", self.profile.id)])
        self.assertIn("plan_broken", events.mapped("kind"))
        self.assertNotIn("promise_broken", events.mapped("kind"))
        rows = {row["move_line_id"]: row for row in self.profile.explain()}
        self.assertNotEqual(rows[self.receivables(self.overdue).id]["code"], "plan")

    def test_one_currency(self):
        plan = self.make_plan()
        with self.assertRaisesRegex(ValidationError, "one plan for each currency"):
            plan.currency_id = self.other_currency


@tagged("post_install", "-at_install")
class TestPlanDocument(LetterCommon):
    """The document to sign, from the real engine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.make_profile(cls.customer)
        move = cls.make_invoice(cls.customer, 900, -30)
        cls.plan = cls.env["credit.plan"].create(
            {
                "name": "PLAN 7",
                "profile_id": cls.profile.id,
                "move_line_ids": cls.receivables(move).ids,
                "interest_amount": 30,
                "break_days": 8,
                "note": "The director vouches.",
                "promise_ids": [
                    (0, 0, {"amount": 310, "date": cls.days(day), "source": "plan"})
                    for day in (10, 40, 70)
                ],
            }
        )
        cls.move = move

    def test_what_is_signed(self):
        text = self.text(self.plan._pdf())
        for words in (
            "Payment plan and acknowledgement of debt",
            "The creditor",
            "Maison Lavalière SAS",
            "The debtor",
            self.customer.name,
            "acknowledges that he owes",
            self.move.name,
            "$ 900.00",
            "Agreed interest for the time to pay",
            "$ 30.00",
            "$ 930.00",
            "in 3 instalments",
            "June 25, 2026",
            "$ 310.00",
            "within 8 days",
            "this plan ends by itself",
            "The director vouches.",
            "Signature and stamp",
        ):
            self.assertIn(words, text)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "credit_control")]
        )._update_translations(["fr_FR"])
        self.customer.lang = "fr_FR"
        text = self.text(self.plan._pdf())
        self.assertIn("reconnaissance de dette", text)
        self.assertNotIn("instalment", text)

    def test_sent_by_mail_with_the_document(self):
        action = self.plan.with_user(self.collector).action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({})
        )
        with self.mock_mail_gateway():
            composer._action_send_mail()
        message = self.plan.message_ids[0]
        self.assertIn("Payment plan to sign", message.subject)
        self.assertEqual(message.attachment_ids.mimetype, "application/pdf")
        self.assertTrue(message.partner_ids)
        self.assertIn("930.00", message.body)
