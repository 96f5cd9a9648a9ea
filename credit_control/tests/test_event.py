from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import CreditControlCommon


class EventCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer("Hooper")
        cls.customer.user_id = cls.sales_reader
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.invoice = cls.make_invoice(cls.customer, 1000, -20)
        cls.event_model = cls.env["credit.event"]

    def events(self, kind=None, profile=None):
        """Return the events of the customer, of one kind if given."""
        domain = [("profile_id", "=", (profile or self.profile).id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.event_model.search(domain, order="id")

    def raise_event(self, kind="bounce", profile=None, **vals):
        """Raise an event as other add-ons do."""
        vals = {"name": "Something happened.", **vals}
        profile = profile or self.profile
        return self.event_model._raise(
            [{"profile_id": profile.id, "kind": kind, **vals}]
        )

    def tell_payments(self):
        """Do what the scheduled action does after a payment."""
        self.env.flush_all()
        return self.env["credit.event.payment"]._process_queue()

    def promise(self, **vals):
        """Create a promise of the customer."""
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "amount": 1000,
                "date": self.days(-10),
                **vals,
            }
        )

    def dispute(self, **vals):
        """Create a dispute of the customer's invoice."""
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.invoice.id,
                "amount": 300,
                "reason_id": reason.id,
                "user_id": self.manager.id,
                **vals,
            }
        )

    def set_limit(self, amount):
        """Set the customer's credit limit and look at all limits."""
        self.profile.credit_limit = amount
        self.check()

    def check(self):
        """Do what the scheduled action does every few hours."""
        self.env.flush_all()
        self.event_model._cron_check()


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


@tagged("post_install", "-at_install", "credit_control")
class TestEventRights(EventCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_profile(
            cls.make_customer("Other"), user_id=cls.collector_all.id
        )

    def test_a_collector_has_the_events_of_his_customers(self):
        mine = self.raise_event().with_user(self.collector)
        other = self.raise_event(profile=self.other).with_user(self.collector)
        self.assertEqual(mine.search([("id", "in", (mine | other).ids)]), mine)
        self.assertTrue(mine.action_done())
        with self.assertRaises(AccessError):
            other.action_done()

    def test_managers_and_auditors_have_all(self):
        events = self.raise_event() | self.raise_event(profile=self.other)
        for user in (self.manager, self.collector_all, self.auditor):
            found = events.with_user(user).search([("id", "in", events.ids)])
            self.assertEqual(found.sudo(), events.sudo())

    def test_an_auditor_changes_nothing(self):
        event = self.raise_event().with_user(self.auditor)
        for deed in ("action_done", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(event, deed)()
        for operation in ("write", "create", "unlink"):
            self.assertFalse(event.has_access(operation))

    def test_salespeople_read_what_is_neither_formal_nor_legal(self):
        kinds = dict(self.event_model._fields["kind"].selection)
        events = self.event_model.browse()
        for kind in kinds:
            events += self.raise_event(kind)
            events += self.raise_event(kind, profile=self.other)
        seen = events.with_user(self.sales_reader).search([("id", "in", events.ids)])
        self.assertEqual(seen.profile_id.sudo(), self.profile)
        hidden = {"insolvency", "bounce", "reply", "decision_due", "handed_over"}
        self.assertEqual(set(seen.mapped("kind")), kinds.keys() - hidden)
        with self.assertRaises(AccessError):
            seen[:1].action_done()

    def test_employees_have_none(self):
        event = self.raise_event()
        for user in (self.plain_user, self.accountant):
            self.assertFalse(event.with_user(user).has_access("read"))

    def test_what_happened_is_not_rewritten(self):
        event = self.raise_event().with_user(self.manager)
        event.user_id = self.collector_all
        for name, value in {"name": "No", "kind": "reply", "state": "done"}.items():
            with self.assertRaises(AccessError):
                event[name] = value
                self.env.flush_all()
        with self.assertRaises(AccessError):
            self.event_model.with_user(self.manager).create(
                {"profile_id": self.profile.id, "kind": "reply", "name": "No"}
            )

    def test_rules_belong_to_the_manager(self):
        rule = self.env.ref("credit_control.credit_event_rule_bounce")
        rule.with_user(self.manager).collector_by = "notification"
        for user in (self.collector, self.collector_all, self.auditor):
            self.assertFalse(rule.with_user(user).has_access("write"))
            self.assertTrue(rule.with_user(user).has_access("read"))

    def test_another_company_s_events_are_invisible(self):
        company = self.make_second_company()["company"]
        foreign = self.make_profile(self.customer, company)
        event = self.raise_event(profile=foreign)
        self.assertFalse(event.with_user(self.manager).has_access("read"))


@tagged("post_install", "-at_install", "credit_control")
class TestEventAutomation(EventCommon):
    """Automation rules work on events by their fields alone."""

    EXAMPLES = {
        "limit": "[('kind', '=', 'limit_exceeded'), ('amount', '>', 10000)]",
        "risky": "[('kind', '=', 'promise_broken'),"
        " ('profile_id.risk_class', 'in', ['d', 'e'])]",
        "closed": "[('kind', '=', 'insolvency'), ('state', '=', 'done')]",
    }

    def setUp(self):
        super().setUp()
        self.fired = []

    def fires(self, name, records):
        """Tell which records a rule of this domain would act on."""
        return records.filtered_domain(safe_eval(self.EXAMPLES[name]))

    def listen(self):
        """Look at events as automation rules do: after create, around write."""
        fired, fires, examples = self.fired, self.fires, self.EXAMPLES
        model = self.registry["credit.event"]
        create, write = model.create, model.write

        def created(records, vals_list):
            events = create(records, vals_list)
            fired.extend((name, e) for name in examples for e in fires(name, events))
            return events

        def written(records, vals):
            before = {name: fires(name, records) for name in examples}
            result = write(records, vals)
            for name in examples:
                fired.extend((name, e) for e in fires(name, records) - before[name])
            return result

        self.patch(model, "create", created)
        self.patch(model, "write", written)

    def test_on_creation(self):
        self.listen()
        self.raise_event("limit_exceeded", amount=9000)
        big = self.raise_event("limit_exceeded", profile=self.other(), amount=12000)
        self.raise_event("promise_broken", res_model="x", res_id=1)
        self.profile.risk_class = "d"
        risky = self.raise_event("promise_broken", res_model="x", res_id=2)
        self.assertEqual(self.fired, [("limit", big), ("risky", risky)])

    def other(self):
        return self.make_profile(self.make_customer("Big"), user_id=self.collector.id)

    def test_on_update(self):
        event = self.raise_event("insolvency")
        self.listen()
        event.action_done()
        event.action_done()
        self.assertEqual(self.fired, [("closed", event)])

    def test_the_fields_of_the_examples_are_stored(self):
        for name in ("kind", "state", "amount", "days", "user_id", "is_standing"):
            self.assertTrue(self.event_model._fields[name].store)
        self.assertTrue(self.env["credit.profile"]._fields["risk_class"].store)

    def test_the_empty_list_gives_examples(self):
        text = self.env.ref("credit_control.credit_event_action").help
        for words in ("10,000", "risk class is D or E", "Dealt with"):
            self.assertIn(words, text)


@tagged("post_install", "-at_install", "credit_control")
class TestEventVolume(EventCommon):
    """The number of queries does not grow with the number of records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {n}", "user_id": cls.sales_reader.id}
                for n in range(60)
            ]
        )
        cls.profiles = cls.env["credit.profile"].browse()
        for customer in cls.customers:
            cls.profiles |= cls.make_profile(customer)
        cls.profiles.write({"user_id": cls.collector.id})
        cls.env.flush_all()

    def queries(self, deed, *args):
        """Return how many queries a deed costs."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        deed(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def vals_list(self, profiles, kind):
        return [
            {"profile_id": profile.id, "kind": kind, "name": "It happened."}
            for profile in profiles
        ]

    def test_raising(self):
        for kind in ("promise_broken", "payment_received", "limit_exceeded"):
            raise_ = self.event_model._raise
            self.queries(raise_, self.vals_list(self.profiles[:1], kind))
            few = self.queries(raise_, self.vals_list(self.profiles[1:6], kind))
            many = self.queries(raise_, self.vals_list(self.profiles[6:], kind))
            with self.subTest(kind=kind):
                self.assertEqual(few, many)

    def test_marking_as_done(self):
        events = self.event_model._raise(self.vals_list(self.profiles, "bounce"))
        self.queries(events[:1].action_done)
        few = self.queries(events[1:6].action_done)
        many = self.queries(events[6:].action_done)
        self.assertEqual(few, many)

    def matched(self):
        """Match one claim of each customer with one payment of his, at once."""
        sides = []
        for journal, sign in (
            ("default_journal_misc", 1),
            ("default_journal_bank", -1),
        ):
            lines = [
                Command.create(
                    {
                        "account_id": self.receivable.id,
                        "partner_id": customer.id,
                        "balance": 100 * sign,
                    }
                )
                for customer in self.customers
            ]
            lines.append(
                Command.create(
                    {
                        "account_id": self.company_data["default_account_revenue"].id,
                        "balance": -100 * sign * len(self.customers),
                    }
                )
            )
            journal = self.company_data[journal]
            move = self.env["account.move"].create(
                {"move_type": "entry", "journal_id": journal.id, "line_ids": lines}
            )
            move.action_post()
            sides.append(self.receivables(move).sorted("partner_id"))
        pairs = [claim | paid for claim, paid in zip(*sides, strict=True)]
        self.env["account.move.line"]._reconcile_plan(pairs)
        return sides[0].matched_credit_ids

    def test_payments(self):
        partials = self.matched()
        queue = self.env["credit.event.payment"]
        self.env.flush_all()
        self.assertEqual(queue.search_count([]), 60)
        queue.sudo().search([]).unlink()
        self.queries(queue._note, partials[:1])
        few = self.queries(queue._note, partials[1:6])
        many = self.queries(queue._note, partials[6:])
        self.assertEqual(few, many)
        self.env.cr.execute(
            "UPDATE credit_event_payment SET transaction = CASE"
            " WHEN partial_id <= %s THEN '1' WHEN partial_id <= %s THEN '2'"
            " ELSE '3' END",
            [partials[0].id, partials[5].id],
        )
        costs = [self.queries(queue._process_queue, size) for size in (1, 5, 100)]
        self.assertEqual(costs[1], costs[2])
        self.assertEqual(len(self.profiles.event_ids), 60)
