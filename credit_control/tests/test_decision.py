from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .legal_common import LegalCommon


@tagged("post_install", "-at_install", "credit_control")
class TestDecision(LegalCommon):
    """At 90 and 120 days somebody decides, and what he decides is done."""

    def due(self):
        self.env.flush_all()
        return self.env["credit.profile"].search([("decision_due", "=", True)])

    def ask(self):
        return self.env["credit.profile"]._ask_decisions(self.env.company)

    def test_due_at_the_age_of_the_company(self):
        move = self.make_invoice(self.customer, 100, -89)
        self.assertNotIn(self.profile, self.due())
        self.assertFalse(self.profile.decision_due)
        self.env.company.credit_decision_days = 89
        self.assertIn(self.profile, self.due())
        self.assertTrue(self.profile.decision_due)
        self.pay(move)
        self.assertNotIn(self.profile, self.due())

    def test_a_decision_holds_until_its_day(self):
        self.make_invoice(self.customer, 100, -90)
        self.decide("continue", date_until=self.days(0))
        decision = self.profile.decision_id
        self.assertEqual(decision.user_id, self.collector)
        self.assertEqual(decision.age_days, 90)
        self.assertEqual(decision.amount, 100)
        self.assertNotIn(self.profile, self.due())
        self.env.cr.execute(
            "UPDATE credit_profile SET decision_until = %s WHERE id = %s",
            (self.days(-1), self.profile.id),
        )
        self.assertIn(self.profile, self.due())

    def test_to_continue_is_asked_again_at_the_next_age(self):
        self.make_invoice(self.customer, 100, -100)
        wizard = self.env["credit.decide"].new({"profile_ids": self.profile.ids})
        self.assertEqual(wizard.date_until, self.days(19))

    def test_a_decision_ends_with_the_claims_of_its_time(self):
        old = self.make_invoice(self.customer, 100, -95)
        self.decide("stop")
        self.assertNotIn(self.profile, self.due())
        self.pay(old)
        self.env.cr.execute(
            "UPDATE credit_profile SET decision_date = %s WHERE id = %s",
            (self.days(-200), self.profile.id),
        )
        self.make_invoice(self.customer, 50, -91)
        self.assertIn(self.profile, self.due())

    def test_a_decision_is_logged_and_never_changed(self):
        self.make_invoice(self.customer, 100, -90)
        self.decide("continue")
        decision = self.profile.decision_id
        self.assertIn("Because", self.profile.message_ids[0].body)
        for user in (self.collector, self.manager):
            with self.assertRaises(AccessError):
                decision.with_user(user).write({"reason": "Other"})
            with self.assertRaises(AccessError):
                decision.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.profile.with_user(user).write({"decision_until": self.days(900)})
        with self.assertRaises(AccessError):
            decision.reason = "Other"

    def test_insurer_gives_an_activity(self):
        self.make_invoice(self.customer, 100, -90)
        self.decide("insurer")
        [activity] = self.activities(self.profile)
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("insurer", activity.summary)

    def test_a_write_off_is_proposed_and_not_booked(self):
        first = self.make_invoice(self.customer, 100, -95)
        second = self.make_invoice(self.customer, 50, -91)
        self.make_invoice(self.customer, 70, 10)
        self.decide("write_off")
        [activity] = self.activities(first)
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn(first.name, activity.note)
        self.assertIn(second.name, activity.note)
        self.assertNotIn("70", activity.note)
        self.assertEqual(first.amount_residual, 100)

    def test_stop_puts_on_hold(self):
        move = self.make_invoice(self.customer, 100, -95)
        self.decide("stop", date_until=self.days(100))
        self.assertEqual(self.profile.hold_until, self.days(100))
        self.assertEqual(self.profile.hold_reason, "Because")
        [row] = self.profile.explain()
        self.assertEqual(row["move_line_id"], self.receivables(move).id)
        self.assertEqual(row["code"], "on_hold")

    def test_legal_prepares_a_dossier(self):
        move = self.make_invoice(self.customer, 100, -95)
        action = self.decide("legal")
        dossier = self.env["credit.dossier"].browse(action["res_id"])
        self.assertEqual(dossier.state, "draft")
        self.assertEqual(dossier.move_line_ids, self.receivables(move))
        self.decide("legal")
        self.assertEqual(len(self.profile.dossier_ids), 1)

    def test_what_is_missing_is_told(self):
        self.make_invoice(self.customer, 100, -95)
        with self.assertRaisesRegex(UserError, "today or later"):
            self.decide("continue", date_until=self.days(-1))
        with self.assertRaisesRegex(UserError, "Give the reason"):
            self.decide("continue", reason=" ")

    def test_rights(self):
        self.make_invoice(self.customer, 100, -95)
        for user in (self.auditor, self.sales_reader, self.accountant):
            with self.assertRaises(AccessError):
                self.profile.with_user(user).action_open_decide()
            with self.assertRaises(AccessError):
                self.profile.with_user(user)._decide("stop", "x", self.days(9))
        self.decide("continue")
        decision = self.profile.decision_id
        self.assertTrue(decision.with_user(self.auditor).has_access("read"))
        self.customer.user_id = self.sales_reader
        self.assertFalse(decision.with_user(self.sales_reader).has_access("read"))
        with self.assertRaises(AccessError):
            self.profile.with_user(self.sales_reader).read(["decision_kind"])
        other = self.make_profile(self.make_customer("X"), user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self.decide("stop", other)

    def test_events_at_each_age_once(self):
        move = self.make_invoice(self.customer, 100, -90)
        events = self.env["credit.event"]
        domain = [("kind", "=", "decision_due"), ("profile_id", "=", self.profile.id)]
        self.assertIn(self.profile, self.ask())
        self.assertNotIn(self.profile, self.ask())
        [event] = events.search(domain)
        self.assertEqual(event.amount, 100)
        self.env.company.credit_decision_late_days = 91
        self.env.company.credit_decision_days = 80
        self.receivables(move).date_maturity = self.days(-91)
        self.env.flush_all()
        self.assertIn(self.profile, self.ask())
        self.assertEqual(events.search_count([*domain, ("state", "=", "new")]), 1)
        self.decide("continue")
        self.assertFalse(events.search_count([*domain, ("state", "=", "new")]))
        self.assertNotIn(self.profile, self.ask())

    def test_an_event_ends_when_the_claim_is_paid(self):
        move = self.make_invoice(self.customer, 100, -95)
        self.ask()
        self.pay(move)
        self.env.flush_all()
        self.ask()
        [event] = self.env["credit.event"].search(
            [("kind", "=", "decision_due"), ("profile_id", "=", self.profile.id)]
        )
        self.assertEqual(event.state, "done")

    def test_no_decision_in_an_insolvency(self):
        self.make_invoice(self.customer, 100, -95)
        self.profile.write(
            {"legal_status": "receivership", "legal_date": self.days(-1)}
        )
        self.assertNotIn(self.profile, self.due())

    def test_the_manager_sets_the_ages(self):
        wizard = self.env["credit.ages"].with_user(self.manager).create({})
        self.assertEqual(wizard.credit_decision_days, 90)
        wizard.credit_decision_days = 60
        wizard.credit_accountant_id = self.manager
        wizard.action_apply()
        self.assertEqual(self.env.company.credit_decision_days, 60)
        self.assertEqual(self.env.company.credit_accountant_id, self.manager)
        wizard.credit_decision_days = 130
        with self.assertRaises(ValidationError):
            wizard.action_apply()
        with self.assertRaises(AccessError):
            self.env["credit.ages"].with_user(self.collector).create({})

    def decide_many(self, count):
        profiles = self.env["credit.profile"]
        for number in range(count):
            customer = self.make_customer(f"Mass {count} {number}")
            self.make_invoice(customer, 100, -95)
            profiles |= self.make_profile(customer)
        self.env.flush_all()
        return profiles

    def test_as_many_queries_for_many(self):
        few, many = self.decide_many(3), self.decide_many(30)
        self.decide_many(1)._decide("continue", "x", self.days(9))
        counts = []
        for profiles in (few, many):
            self.env.invalidate_all()
            with self.assertQueryCount(500):
                start = self.env.cr.sql_log_count
                profiles._decide("continue", "x", self.days(9))
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 2)
