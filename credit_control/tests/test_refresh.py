from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestRefresh(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer(contacts=["Paula Payer"])
        cls.profile = cls.make_profile(cls.customer)

    def figures(self):
        profile = self.profile
        return (profile.amount_due, profile.amount_overdue, profile.amount_credit)

    def test_figures_of_claims_and_credits(self):
        self.make_invoice(self.customer, 100, -40)
        self.make_invoice(self.customer, 50, 10)
        self.make_credit(self.customer, 30)
        self.assertEqual(self.figures(), (150, 100, 30))
        self.assertEqual(self.profile.oldest_due_date, self.days(-40))
        self.assertEqual(self.profile.days_overdue, 40)

    def test_due_today_is_not_overdue(self):
        self.make_invoice(self.customer, 100, 0)
        self.assertEqual(self.figures(), (100, 0, 0))
        self.assertEqual(self.profile.days_overdue, 0)

    def test_a_line_without_maturity_is_due_at_its_date(self):
        line = self.make_entry(self.customer, 80, -5)
        line.date_maturity = False
        self.assertEqual(self.figures(), (80, 80, 0))

    def test_contacts_belong_to_their_customer(self):
        self.make_invoice(self.customer.child_ids, 100, -1)
        self.assertEqual(self.profile.amount_due, 100)

    def test_other_currency_is_counted_in_company_currency(self):
        self.make_invoice(self.customer, 100, -1, currency=self.other_currency)
        self.assertEqual(self.profile.amount_due, 50)

    def test_payment_and_its_removal(self):
        move = self.make_invoice(self.customer, 100, -1)
        self.assertEqual(self.profile.amount_due, 100)
        self.pay(move, 60)
        self.assertEqual(self.profile.amount_due, 40)
        self.receivables(move).remove_move_reconcile()
        self.assertEqual(self.figures(), (100, 100, 60))

    def test_draft_and_cancelled_moves_do_not_count(self):
        move = self.make_invoice(self.customer, 100, -1, post=False)
        self.assertEqual(self.profile.amount_due, 0)
        move.action_post()
        self.assertEqual(self.profile.amount_due, 100)
        move.button_draft()
        self.assertEqual(self.profile.amount_due, 0)
        move.button_cancel()
        self.assertEqual(self.profile.amount_due, 0)

    def test_due_date_moved_on_the_item(self):
        line = self.receivables(self.make_invoice(self.customer, 100, -1))
        self.assertEqual(self.profile.days_overdue, 1)
        line.date_maturity = self.days(-9)
        self.assertEqual(self.profile.days_overdue, 9)

    def test_entry_given_to_another_customer(self):
        other = self.make_customer("Other")
        profile = self.make_profile(other)
        line = self.make_entry(self.customer, 100, -1)
        self.assertEqual(self.profile.amount_due, 100)
        line.partner_id = other
        self.assertEqual(self.profile.amount_due, 0)
        self.assertEqual(profile.amount_due, 100)

    def test_non_trade_receivables_do_not_count(self):
        self.receivable.non_trade = True
        self.make_invoice(self.customer, 100, -1)
        self.assertEqual(self.profile.amount_due, 0)

    def test_only_existing_profiles_are_touched(self):
        other = self.make_customer("Without profile")
        self.make_invoice(other, 100, -1)
        self.env.flush_all()
        self.assertFalse(self.profile.search([("partner_id", "=", other.id)]))

    def test_one_statement_for_many(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(30)]
        )
        profiles = self.profile.browse()
        for partner in partners:
            profiles += self.make_profile(partner)
        self.env.flush_all()
        model = type(self.profile)
        with patch.object(
            model, "_figures_update", autospec=True, side_effect=model._figures_update
        ) as update:
            profiles._request_refresh()
            self.env.flush_all()
        self.assertEqual(update.call_count, 1)

    def test_next_action(self):
        self.assertFalse(self.profile.next_action)
        self.make_invoice(self.customer, 100, -10)
        self.assertEqual(self.profile.next_action, "remind")
        self.profile.action_hold(self.days(5), "holidays")
        self.assertEqual(self.profile.next_action, "hold")
        self.assertEqual(self.profile.next_action_date, self.days(5))
        self.profile.sudo().reply_date = "2026-06-14 10:00:00"
        self.assertEqual(self.profile.next_action, "answer")
        self.assertGreater(self.profile.priority, 900)

    def test_failure_of_our_statement_never_stops_an_invoice(self):
        self.profile.flush_recordset()
        model = type(self.profile)
        with (
            patch.object(model, "_figures_update", side_effect=ValueError("broken")),
            mute_logger("odoo.addons.credit_control.models.credit_profile_figures"),
        ):
            move = self.make_invoice(self.customer, 100, -1)
            self.env.flush_all()
        self.assertEqual(move.state, "posted")
        self.assertEqual(self.profile.amount_due, 0)
        queue = self.env["credit.profile.refresh"].sudo()
        self.assertIn(self.profile, queue.search([]).profile_id)

    def test_failure_of_our_hook_never_stops_an_invoice(self):
        logger = "odoo.addons.credit_control.models.credit_profile_customers"
        model = type(self.profile)
        with (
            patch.object(model, "_of_customers", side_effect=KeyError("broken")),
            mute_logger(logger),
        ):
            move = self.make_invoice(self.customer, 100, -1)
        self.assertEqual(move.state, "posted")

    def test_operational_errors_are_let_through(self):
        error = psycopg2.errors.SerializationFailure()
        model = type(self.profile)
        with (
            patch.object(model, "_of_customers", side_effect=error),
            self.assertRaises(psycopg2.OperationalError),
        ):
            self.make_invoice(self.customer, 100, -1)

    def test_rows_held_by_others_keep_their_values_and_are_queued(self):
        self.make_invoice(self.customer, 100, -1)
        self.assertEqual(self.profile.amount_due, 100)
        with patch.object(type(self.profile), "_lock_rows", return_value=[]):
            self.make_invoice(self.customer, 11, -1)
            self.assertEqual(self.profile.amount_due, 100)
        queue = self.env["credit.profile.refresh"].sudo()
        self.assertEqual(queue.search([]).profile_id, self.profile)
        with self.enter_registry_test_mode():
            self.env.ref("credit_control.cron_refresh_queue").method_direct_trigger()
        self.assertFalse(queue.search([]))
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.amount_due, 111)

    def test_a_notice_tells_the_next_action(self):
        policy = self.make_policy([5])
        self.env.company.dunning_policy_id = policy
        self.make_invoice(self.customer, 100, -10)
        self.profile.policy_id = policy
        self.assertEqual(self.profile.next_action, "remind")
        run = self.env["dunning.run"].create({"date": self.today})
        run.action_plan()
        notice = run.notice_ids.filtered(lambda row: row.profile_id == self.profile)
        self.assertTrue(notice)
        queue = self.env["credit.profile.refresh"].sudo()
        self.assertIn(self.profile, queue.search([]).profile_id)
        with self.enter_registry_test_mode():
            self.env.ref("credit_control.cron_refresh_queue").method_direct_trigger()
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.next_action, "review")
        notice.action_cancel("paid by phone")
        self.assertEqual(self.profile.next_action, "remind")

    def test_an_empty_queue(self):
        self.env["credit.profile.refresh"].sudo()._cron_refresh_queue()

    def test_nightly_refresh_makes_missing_profiles_and_moves_ages(self):
        other = self.make_customer("Late comer")
        self.make_invoice(other, 100, -1)
        self.make_invoice(self.customer, 100, -1)
        self.assertEqual(self.profile.days_overdue, 1)
        self.env.cr.execute(
            "UPDATE credit_profile SET days_overdue = 99, figures_date = '2026-06-01'"
            " WHERE id = %s",
            [self.profile.id],
        )
        with self.enter_registry_test_mode():
            self.env.ref("credit_control.cron_refresh").method_direct_trigger()
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.days_overdue, 1)
        made = self.profile.search([("partner_id", "=", other.id)])
        self.assertEqual(made.amount_overdue, 100)

    def test_nightly_refresh_leaves_what_is_up_to_date(self):
        self.profile.flush_recordset()
        stale = self.profile._stale_domain(self.env.company)
        self.env.cr.execute(
            "UPDATE credit_profile SET figures_date = '2026-06-15 12:00:00'"
        )
        self.assertFalse(self.profile.search_count(stale))
        self.env.cr.execute(
            "UPDATE credit_profile SET figures_date = '2026-06-14 02:00:00'"
        )
        self.assertTrue(self.profile.search_count(stale))
