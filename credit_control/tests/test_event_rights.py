import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..models.credit_event import KINDS
from .event_common import EventCommon


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
        hidden = {"insolvency", "bounce", "decision_due", "handed_over"}
        hidden |= {"reply", "request"}  # what customers write to the collector
        # kinds of other add-ons are hidden, unless they say otherwise
        own = {code for code, _label in KINDS}
        self.assertEqual(set(seen.mapped("kind")), own - hidden)
        with self.assertRaises(AccessError):
            seen[:1].action_done()

    def test_the_timeline_shows_the_events_that_one_may_open(self):
        self.raise_event("reply")
        self.raise_event("insolvency")
        shown = self.raise_event("limit_exceeded")
        counts = {
            user: [
                row["id"]
                for row in self.profile.with_user(user)._timeline_entries(40)
                if row["kind"] == "event"
            ]
            for user in (self.sales_reader, self.collector, self.auditor)
        }
        self.assertEqual(counts.pop(self.sales_reader), shown.ids)
        for user, found in counts.items():
            with self.subTest(user=user.login):
                self.assertEqual(len(found), 3)
        profile = self.profile.with_user(self.sales_reader)
        self.assertTrue(profile.open_entry("event", shown.id))

    def test_employees_have_none(self):
        event = self.raise_event()
        for user in (self.plain_user, self.accountant):
            self.assertFalse(event.with_user(user).has_access("read"))

    def absence(self, user, deputy):
        return self.env["credit.absence"].create(
            {
                "user_id": user.id,
                "deputy_id": deputy.id,
                "date_from": self.today,
                "date_to": self.days(3),
            }
        )

    def notified(self):
        """Return the users whose screens were told of something since."""
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].sudo().search([])
        sent = sent.filtered(lambda row: "simple_notification" in row.message)
        channels = [json.loads(channel) for channel in sent.mapped("channel")]
        partners = {channel[2] for channel in channels if channel[1] == "res.partner"}
        sent.unlink()
        return self.env["res.users"].search([("partner_id", "in", list(partners))])

    def test_a_deputy_is_notified_as_well(self):
        self.absence(self.collector, self.collector_all)
        self.notified()
        event = self.raise_event("payment_received")
        self.assertEqual(event.user_ids, self.collector | self.collector_all)
        self.assertEqual(event.user_id, self.collector)
        self.assertEqual(self.notified(), self.collector | self.collector_all)

    def test_a_deputy_gets_the_activity_alone(self):
        self.absence(self.collector, self.collector_all)
        self.notified()
        event = self.raise_event("bounce")
        self.assertEqual(event.activity_ids.user_id, self.collector_all)
        self.assertEqual(event.user_ids, self.collector | self.collector_all)
        self.assertFalse(self.notified())

    def test_a_deputy_is_not_told_what_he_may_not_read(self):
        rule = self.env.ref("credit_control.credit_event_rule_decision_due")
        rule.manager_id = self.manager
        self.absence(self.manager, self.collector)
        event = self.raise_event("decision_due", profile=self.other)
        self.assertEqual(event.user_ids, self.manager | self.collector_all)
        own = self.raise_event("decision_due")
        self.assertEqual(own.user_ids, self.manager | self.collector)

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
