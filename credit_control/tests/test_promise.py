from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import CreditControlCommon


class PromiseCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer()
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)

    def promise(self, amount, day, moves=None, **values):
        lines = self.receivables(moves) if moves else self.env["account.move.line"]
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "amount": amount,
                "date": self.days(day),
                "move_line_ids": lines.ids,
                **values,
            }
        )

    def made_on(self, promises, day):
        promises.flush_recordset()
        self.env.cr.execute(
            "UPDATE credit_promise SET create_date = %s WHERE id = ANY(%s)",
            [self.days(day), promises.ids],
        )
        promises.invalidate_recordset(["create_date"])

    def update(self):
        return self.env["credit.promise"]._update_due(self.env.company)


@tagged("post_install", "-at_install", "credit_control")
class TestPromise(PromiseCommon):
    # === THE LEDGER === #
    def test_kept_as_soon_as_the_amount_came(self):
        by_name = self.promise(40, 5, self.make_invoice(self.customer, 100, -5))
        free = self.promise(30, 5)
        self.made_on(by_name + free, -1)
        self.update()
        self.assertEqual(set((by_name + free).mapped("state")), {"pending"})
        self.pay(by_name.move_line_ids.move_id, 40)
        self.update()
        self.assertEqual((by_name + free).mapped("state"), ["kept", "pending"])
        self.update()
        self.assertEqual(free.state, "pending")
        self.pay_unallocated(self.customer, 30)
        self.update()
        self.assertEqual(free.state, "kept")

    def test_a_payment_counts_for_the_earliest_promise(self):
        late = self.promise(60, 20)
        early = self.promise(100, 5)
        self.made_on(late + early, -1)
        self.pay_unallocated(self.customer, 60)
        self.update()
        self.assertEqual((early + late).mapped("state"), ["pending", "pending"])
        self.pay_unallocated(self.customer, 40)
        self.update()
        self.assertEqual((early + late).mapped("state"), ["kept", "pending"])
        self.pay_unallocated(self.customer, 60)
        self.update()
        self.assertEqual(late.state, "kept")

    def test_two_promises_of_one_invoice_are_not_kept_by_one_payment(self):
        move = self.make_invoice(self.customer, 100, -5)
        now, later = self.promise(50, 2, move), self.promise(50, 10, move)
        self.made_on(now + later, -1)
        self.pay(move, 50)
        self.update()
        self.assertEqual((now + later).mapped("state"), ["kept", "pending"])
        self.update()
        self.assertEqual(later.state, "pending")
        self.pay(move, 50)
        self.update()
        self.assertEqual(later.state, "kept")

    def test_what_came_of_a_broken_promise_counts_for_no_other(self):
        first = self.promise(50, -10)
        self.made_on(first, -20)
        self.pay_unallocated(self.customer, 30, -12)
        self.update()
        self.assertEqual((first.state, first.amount_kept), ("partly", 30))
        second = self.promise(30, -8)
        self.made_on(second, -20)
        self.update()
        self.assertEqual(second.state, "broken")

    def test_a_payment_asks_for_a_judgement(self):
        cron = self.env.ref("credit_control.cron_promise")
        triggers = self.env["ir.cron.trigger"].search_count
        move = self.make_invoice(self.customer, 100, -5)
        before = triggers([("cron_id", "=", cron.id)])
        self.pay(self.make_invoice(self.customer, 10, -5))
        self.assertEqual(triggers([("cron_id", "=", cron.id)]), before)
        promise = self.promise(100, 5, move)
        self.pay(move)
        self.assertGreater(triggers([("cron_id", "=", cron.id)]), before)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(promise.state, "kept")

    def test_a_broken_promise_is_told(self):
        move = self.make_invoice(self.customer, 100, -40)
        self.promise(100, -4, move)
        self.update()
        events = self.env["credit.event"].search([("profile_id", "=", self.profile.id)])
        self.assertIn("promise_broken", events.mapped("kind"))
        self.assertEqual(self.profile.next_action, "promise_broken")

    def test_the_number_of_queries_is_that_of_the_states(self):
        moves = [self.make_invoice(self.customer, 10, -40) for _ in range(12)]
        self.promise(10, -10, moves[0])
        self.update()
        self.env.flush_all()
        self.env.invalidate_all()
        counts = []
        for some in (moves[1:3], moves[3:]):
            for move in some:
                self.promise(10, 30, move)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.update()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

    # === DEEDS === #
    def test_renewed_after_its_date(self):
        move = self.make_invoice(self.customer, 100, -40)
        promise = self.promise(100, -10, move)
        self.made_on(promise, -20)
        self.pay(move, 40, -12)
        self.update()
        action = promise.with_user(self.collector).action_renew()
        renewal = self.env["credit.promise"].browse(action["res_id"])
        self.assertEqual(promise.renewal_id, renewal)
        self.assertEqual((renewal.amount, renewal.date), (60, self.days(7)))
        self.assertEqual(renewal.move_line_ids, promise.move_line_ids)
        self.assertEqual((promise.state, renewal.state), ("partly", "pending"))
        with self.assertRaisesRegex(UserError, "renewed already"):
            promise.with_user(self.collector).action_renew()

    def test_renewed_before_and_after_its_date(self):
        early, late = self.promise(50, 5), self.promise(50, -1)
        early.with_user(self.collector).action_renew()
        late.with_user(self.collector).action_renew()
        self.assertEqual((early.state, late.state), ("cancelled", "broken"))
        with self.assertRaises(AccessError):
            late.with_user(self.collector).renewal_id = early

    def test_promise_of_chosen_items(self):
        lines = self.receivables(
            self.make_invoice(self.customer, 100, -5)
            + self.make_invoice(self.customer, 50, -4)
        ).with_user(self.collector)
        action = lines.action_credit_promise()
        with Form(
            self.env["credit.promise"]
            .with_user(self.collector)
            .with_context(**action["context"]),
            view="credit_control.credit_promise_view_form_quick",
        ) as form:
            self.assertEqual(form.amount, 150)
        promise = form.record
        self.assertEqual(promise.move_line_ids, lines)
        self.assertEqual(promise.date, self.days(7))
        self.assertEqual(promise.state, "pending")

    def test_items_of_two_customers_are_refused(self):
        one = self.make_invoice(self.customer, 100, -5)
        other = self.make_invoice(self.make_customer("Other"), 100, -5)
        lines = self.receivables(one + other)
        for deed in (lines.action_credit_promise, lines.action_credit_plan):
            with self.assertRaisesRegex(UserError, "one customer"):
                deed()
        self.pay(one)
        with self.assertRaisesRegex(UserError, "open invoices"):
            self.receivables(one).action_credit_promise()

    def test_who_has_no_right_promises_nothing(self):
        line = self.receivables(self.make_invoice(self.customer, 100, -5))
        for user in (self.auditor, self.sales_reader, self.accountant):
            for name in ("action_credit_promise", "action_credit_plan"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(line.with_user(user), name)()

    def test_items_of_another_company_are_refused(self):
        data = self.make_second_company()
        move = self.make_invoice(self.customer, 100, -5, company_data=data)
        with self.assertRaisesRegex(ValidationError, "no item of"):
            self.promise(10, 5, move)
