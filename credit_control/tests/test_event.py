from odoo.tests import tagged
from odoo.tools import mute_logger

from .event_common import EventCommon


@tagged("post_install", "-at_install", "credit_control")
class TestEvent(EventCommon):
    """What an event is, whom it tells, how it ends."""

    def test_it_goes_to_the_collector_with_an_activity(self):
        event = self.raise_event(amount=12)
        self.assertEqual(event.user_id, self.collector)
        self.assertEqual(event.user_ids, self.collector)
        self.assertEqual(event.activity_ids.user_id, self.collector)
        self.assertEqual(event.activity_ids.date_deadline, self.days(1))
        self.assertEqual(event.currency_id, self.env.company.currency_id)
        self.assertEqual((event.days, event.state), (20, "new"))

    def test_the_manager_stands_in_where_nobody_collects(self):
        self.profile.user_id = False
        rule = self.env.ref("credit_control.credit_event_rule_bounce")
        rule.manager_id = self.manager
        self.assertEqual(self.raise_event().user_id, self.manager)

    def test_nobody_is_told_who_may_not_read_it(self):
        self.profile.user_id = self.plain_user
        self.customer.user_id = self.plain_user
        rule = self.env.ref("credit_control.credit_event_rule_promise_broken")
        rule.manager_id = self.manager
        event = self.raise_event("promise_broken")
        self.assertEqual(event.user_ids, self.manager)

    def test_salespeople_are_not_told_what_is_formal(self):
        rule = self.env.ref("credit_control.credit_event_rule_insolvency")
        rule.salesperson_by = "activity"
        self.assertNotIn(self.sales_reader, self.raise_event("insolvency").user_ids)
        broken = self.raise_event("promise_broken")
        self.assertIn(self.sales_reader, broken.user_ids)
        self.assertEqual(broken.activity_ids.user_id, self.collector)

    def test_a_rule_of_the_company_wins(self):
        self.env["credit.event.rule"].create(
            {
                "kind": "bounce",
                "company_id": self.env.company.id,
                "collector_by": "none",
                "manager_by": "activity",
                "manager_id": self.manager.id,
                "delay_days": 4,
            }
        )
        event = self.raise_event()
        self.assertEqual(event.user_id, self.manager)
        self.assertEqual(event.activity_ids.date_deadline, self.days(4))

    def test_without_a_rule_it_is_recorded_and_nobody_told(self):
        self.env.ref("credit_control.credit_event_rule_bounce").unlink()
        event = self.raise_event()
        self.assertFalse(event.user_ids)
        self.assertFalse(event.activity_ids)
        self.assertEqual(event.user_id, self.collector)

    def test_no_mail_is_sent(self):
        users = self.collector | self.sales_reader | self.manager
        users.notification_type = "email"
        before = self.env["mail.mail"].sudo().search_count([])
        for kind in ("promise_broken", "limit_exceeded", "payment_received"):
            self.raise_event(kind)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    def test_a_notification_reaches_the_screen_in_one_message(self):
        self.env["bus.bus"].sudo().search([]).unlink()
        vals = {"profile_id": self.profile.id, "kind": "payment_received"}
        self.event_model._raise([{**vals, "name": f"Payment {n}"} for n in range(9)])
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].sudo().search([])
        sent = sent.filtered(lambda row: "simple_notification" in row.message)
        self.assertEqual(len(sent), 1)
        self.assertIn("9 new events", sent.message)

    def test_it_is_raised_once_while_its_cause_stands(self):
        first = self.raise_event(res_model="credit.profile", res_id=self.profile.id)
        again = self.raise_event(res_model="credit.profile", res_id=self.profile.id)
        self.assertTrue(first)
        self.assertFalse(again)
        other = self.raise_event(res_model="res.partner", res_id=self.customer.id)
        self.assertTrue(other)
        self.assertTrue(self.raise_event("payment_received"))
        self.assertTrue(self.raise_event("payment_received"))

    def test_it_is_done_with_its_activity(self):
        event = self.raise_event()
        event.activity_ids.with_user(self.collector).action_feedback(feedback="Called")
        self.assertEqual(event.state, "done")
        self.assertTrue(event.date_done)

    def test_it_waits_for_the_last_activity(self):
        event = self.raise_event("insolvency")
        self.assertEqual(len(event.activity_ids), 2)
        event.activity_ids[0].action_feedback()
        self.assertEqual(event.state, "new")
        event.activity_ids[0].action_feedback()
        self.assertEqual(event.state, "done")

    def test_done_closes_the_activities(self):
        event = self.raise_event()
        activity = event.activity_ids
        event.with_user(self.collector).action_done()
        self.assertEqual(event.state, "done")
        self.assertFalse(activity.active)
        event.with_user(self.collector).action_reopen()
        self.assertEqual(event.state, "new")

    def test_it_closes_by_itself_after_the_days_of_its_rule(self):
        event = self.raise_event("payment_received", date=self.days(-8))
        recent = self.raise_event("payment_received", date=self.days(-6))
        self.check()
        self.assertEqual((event.state, recent.state), ("done", "new"))

    def test_it_opens_what_it_is_about(self):
        promise = self.promise()
        event = self.raise_event(res_model=promise._name, res_id=promise.id)
        action = event.with_user(self.collector).action_open_cause()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (promise._name, promise.id)
        )
        promise.unlink()
        action = event.with_user(self.collector).action_open_cause()
        self.assertEqual(action["res_model"], "credit.profile")

    def test_merged_customers_keep_their_events(self):
        event = self.raise_event()
        double = self.make_customer("Hooper again")
        self.make_profile(double)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | double).ids, double)
        self.assertEqual(event.profile_id.partner_id, double)
        self.assertEqual(event.partner_id, double)


@tagged("post_install", "-at_install", "credit_control")
class TestEventCauses(EventCommon):
    """What raises an event, and what ends it."""

    # === PAYMENTS === #
    def test_one_event_for_a_customer_s_payments_of_a_transaction(self):
        second = self.make_invoice(self.customer, 500, -5)
        self.pay(self.invoice, 400)
        self.pay(second)
        self.assertFalse(self.events("payment_received"))
        self.tell_payments()
        event = self.events("payment_received")
        self.assertEqual(event.amount, 900)
        self.assertIn("600.00 is still overdue", event.name)
        self.assertEqual(event.user_ids, self.collector)
        self.assertFalse(self.env["credit.event.payment"].search([]))

    def test_a_single_payment_can_be_opened(self):
        payment = self.pay(self.invoice)
        self.tell_payments()
        event = self.events("payment_received")
        self.assertEqual(event._cause(), payment)
        self.assertIn("nothing is overdue any more", event.name)

    def test_payments_of_two_transactions_are_two_events(self):
        second = self.make_invoice(self.customer, 500, -5)
        self.pay(second)
        self.env.flush_all()
        self.env.cr.execute("UPDATE credit_event_payment SET transaction = 'before'")
        self.pay(self.invoice)
        self.tell_payments()
        self.assertEqual(self.events("payment_received").mapped("amount"), [500, 1000])

    def test_who_is_nobody_s_and_was_never_reminded_raises_nothing(self):
        self.profile.user_id = False
        self.env.flush_all()
        self.pay(self.invoice, 100)
        self.assertFalse(self.tell_payments())
        self.promise()
        self.env.flush_all()
        self.pay(self.invoice, 100)
        self.assertEqual(self.tell_payments(), 1)

    def test_a_credit_note_is_no_payment(self):
        refund = self.make_credit(self.customer, 1000)
        self.receivables(self.invoice | refund).reconcile()
        self.assertTrue(self.receivables(self.invoice).reconciled)
        self.assertFalse(self.tell_payments())

    def test_a_payment_undone_before_it_was_told_raises_nothing(self):
        self.pay(self.invoice)
        self.receivables(self.invoice).remove_move_reconcile()
        self.tell_payments()
        self.assertFalse(self.events("payment_received"))

    def test_accounting_goes_on_whatever_happens(self):
        queue = self.registry["credit.event.payment"]
        self.patch(
            queue, "_insert", lambda self, rows: self.env.cr.execute("SELECT 1/0")
        )
        with (
            self.assertLogs("odoo.addons.credit_control", "ERROR"),
            mute_logger("odoo.sql_db"),
        ):
            self.pay(self.invoice)
        self.assertTrue(self.receivables(self.invoice).reconciled)

    # === PROMISES, PLANS === #
    def test_a_broken_promise(self):
        promise = self.promise()
        promise._update_due()
        self.assertEqual(promise.state, "broken")
        event = self.events("promise_broken")
        self.assertEqual((event.amount, event._cause()), (1000, promise))
        self.assertEqual(event.activity_ids.user_id, self.collector)
        self.assertEqual(event.user_ids, self.collector | self.sales_reader)

    def test_a_broken_promise_is_over_once_paid(self):
        self.promise()._update_due()
        event = self.events("promise_broken")
        self.pay(self.invoice)
        self.tell_payments()
        self.assertEqual(event.state, "done")
        self.assertFalse(event.is_standing)
        self.assertFalse(event.activity_ids)

    def test_a_broken_promise_without_items_is_over_once_it_came(self):
        second = self.make_invoice(self.customer, 500, -5)
        first, later = self.promise(amount=300), self.promise(amount=200)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_promise SET create_date = %s WHERE id = ANY(%s)",
            [self.days(-20), (first + later).ids],
        )
        first._update_due()
        events = self.events("promise_broken")
        self.pay(second, 299)
        self.check()
        self.assertEqual(set(events.mapped("state")), {"new"})
        self.pay(second, 1)
        self.tell_payments()
        self.assertEqual(events.mapped("state"), ["done", "new"])
        self.assertEqual(first.state, "broken")
        self.pay(second, 200)
        self.tell_payments()
        self.assertEqual(set(events.mapped("state")), {"done"})
        self.assertEqual(events.mapped("res_id"), (first + later).ids)
        self.assertGreater(self.profile.amount_overdue, 0)

    def test_a_renewed_promise_is_told_no_more(self):
        promise = self.promise()
        promise._update_due()
        event = self.events("promise_broken")
        promise.with_user(self.collector).action_renew()
        self.assertEqual(event.state, "done")
        self.assertFalse(event.activity_ids)

    def test_a_promise_deleted_is_told_no_more(self):
        promise = self.promise()
        promise._update_due()
        event = self.events("promise_broken")
        promise.with_user(self.manager).unlink()
        self.assertEqual((event.state, event.is_standing), ("done", False))

    def test_a_payment_taken_back_is_told_no_more(self):
        payment = self.pay(self.invoice, 100)
        self.tell_payments()
        event = self.events("payment_received")
        self.check()
        self.assertEqual(event.state, "new")
        payment.action_draft()
        payment.action_cancel()
        self.check()
        self.assertEqual(event.state, "done")

    def test_a_broken_plan(self):
        plan = self.env["credit.plan"].create(
            {"name": "Three months", "profile_id": self.profile.id}
        )
        for day in (-10, 20):
            self.promise(plan_id=plan.id, amount=500, date=self.days(day))
        plan.action_confirm()
        self.env["credit.promise"]._update_due()
        self.assertEqual(plan.state, "broken")
        event = self.events("plan_broken")
        self.assertEqual(event._cause(), plan)
        self.assertIn("Three months", event.name)
        self.assertEqual(event.user_id, self.collector)

    def test_a_broken_plan_is_over_once_its_debts_are_paid(self):
        debt = self.make_invoice(self.customer, 500, -5)
        plan = self.env["credit.plan"].create(
            {
                "name": "Now",
                "profile_id": self.profile.id,
                "move_line_ids": self.receivables(debt).ids,
            }
        )
        self.promise(plan_id=plan.id, amount=500)
        plan.action_confirm()
        self.env["credit.promise"]._update_due()
        event = self.events("plan_broken")
        self.check()
        self.assertEqual(event.state, "new")
        self.pay(debt)
        self.tell_payments()
        self.assertEqual(event.state, "done")

    # === DISPUTES === #
    def test_an_opened_dispute_goes_to_its_owner(self):
        dispute = self.dispute(date_deadline=self.days(8))
        event = self.events("dispute_opened")
        self.assertEqual(event.user_id, self.manager)
        self.assertEqual(event.activity_ids.date_deadline, self.days(8))
        self.assertIn(self.invoice.name, event.name)
        dispute.action_reject()
        self.assertEqual(event.state, "done")

    def test_a_salesperson_may_own_a_dispute_of_his_customer(self):
        self.dispute(user_id=self.sales_reader.id)
        event = self.events("dispute_opened")
        self.assertEqual(event.user_id, self.sales_reader)
        activity = event.activity_ids.with_user(self.sales_reader)
        activity.action_feedback(feedback="They are right")
        self.assertEqual(event.state, "done")

    def test_a_colleague_without_rights_leaves_it_to_the_collector(self):
        self.dispute(user_id=self.plain_user.id)
        self.assertEqual(self.events("dispute_opened").user_id, self.collector)

    def test_a_late_dispute_is_told_once(self):
        dispute = self.dispute(date_deadline=self.days(-1))
        self.check()
        event = self.events("dispute_late")
        self.assertEqual(event.user_id, self.manager)
        event.action_done()
        self.check()
        self.assertEqual(self.events("dispute_late"), event)
        dispute.date_deadline = self.days(5)
        self.check()
        self.assertFalse(event.is_standing)
        dispute.date_deadline = self.days(-1)
        self.check()
        self.assertEqual(len(self.events("dispute_late")), 2)

    def test_a_late_dispute_is_one_event(self):
        dispute = self.dispute(date_deadline=self.days(-1))
        opened = self.events("dispute_opened")
        activity = opened.activity_ids
        self.check()
        self.assertEqual((opened.state, opened.is_standing), ("done", False))
        self.assertFalse(activity.active)
        late = self.events("dispute_late")
        self.assertEqual(late.state, "new")
        dispute.with_user(self.collector).date_deadline = self.days(9)
        self.assertEqual((late.state, late.is_standing), ("done", False))

    def test_a_dispute_deleted_is_told_no_more(self):
        dispute = self.dispute()
        event = self.events("dispute_opened")
        dispute.with_user(self.manager).unlink()
        self.assertEqual(event.state, "done")

    def test_a_dispute_is_late_the_day_after_its_deadline(self):
        self.dispute(date_deadline=self.today)
        self.check()
        self.assertFalse(self.events("dispute_late"))

    # === INSOLVENCY, LIMIT === #
    def test_an_insolvency(self):
        values = {"legal_status": "safeguard", "legal_date": self.days(-3)}
        self.profile.with_user(self.collector).write(values)
        event = self.events("insolvency")
        self.assertIn("Safeguard", event.name)
        self.assertEqual(event.amount, 1000)
        self.profile.write({"legal_status": "safeguard"})
        self.assertEqual(self.events("insolvency"), event)
        self.profile.write({"legal_status": "liquidation"})
        self.assertEqual(len(self.events("insolvency")), 2)
        self.profile.write({"legal_status": "none", "legal_date": False})
        self.assertEqual(set(self.events("insolvency").mapped("state")), {"done"})

    def test_a_limit_is_told_once_until_it_is_kept_again(self):
        self.check()
        self.assertFalse(self.events("limit_exceeded"))
        self.set_limit(900)
        event = self.events("limit_exceeded")
        self.assertEqual(event.amount, 100)
        event.action_done()
        self.check()
        self.assertEqual(self.events("limit_exceeded"), event)
        self.pay(self.invoice, 500)
        self.tell_payments()
        self.assertFalse(event.is_standing)
        self.make_invoice(self.customer, 700, 10)
        self.check()
        self.assertEqual(len(self.events("limit_exceeded")), 2)

    def test_a_limit_almost_reached(self):
        """Nine tenths of it and more, up to it: then it is exceeded instead."""
        for limit, expected in ((1120, 0), (1110, 1), (1000, 1), (999, 0)):
            self.set_limit(limit)
            standing = self.events("limit_near").filtered("is_standing")
            self.assertEqual(len(standing), expected, limit)
        self.assertTrue(self.events("limit_exceeded"))
        self.assertEqual(self.events("limit_near").state, "done")
        self.set_limit(1050)
        self.assertEqual(len(self.events("limit_near")), 2)
        newest = self.events("limit_near").filtered("is_standing")
        self.assertIn("are left of the credit limit", newest.name)
        self.assertEqual(newest.amount, 50)
        self.set_limit(0)
        self.assertFalse(self.events("limit_near").filtered("is_standing"))

    def test_a_limit_reached_is_not_exceeded(self):
        self.set_limit(1000)
        self.assertFalse(self.events("limit_exceeded"))
        self.set_limit(999.99)
        self.assertTrue(self.events("limit_exceeded"))
        self.set_limit(0)
        self.assertEqual(self.events("limit_exceeded").state, "done")

    # === LANGUAGE === #
    def test_the_sentence_is_in_the_collector_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        self.collector.lang = "fr_FR"
        self.promise()._update_due()
        self.assertIn("Promis : ", self.events("promise_broken").name)
        self.make_invoice(self.customer, 5, -100)
        self.env.flush_all()
        self.env["credit.profile"]._ask_decisions(self.env.company)
        self.assertRegex(self.events("decision_due").name, "^100 jours de retard")
        dispute = self.dispute()
        self.assertIn("contested", self.events("dispute_opened").name)
        dispute.unlink()
        self.manager.lang = "fr_FR"
        self.dispute()
        self.assertIn("contestés", self.events("dispute_opened")[-1:].name)
