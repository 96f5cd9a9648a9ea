from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .legal_common import LegalCommon


@tagged("post_install", "-at_install", "credit_control")
class TestCleanup(LegalCommon):
    """What keeps the ledger from being clean is listed, with the action beside it."""

    def rows(self, kind, user=None):
        self.env.flush_all()
        cleanup = self.env["credit.cleanup"].with_user(user or self.env.user)
        return cleanup.search(
            [("kind", "=", kind), ("company_id", "=", self.env.company.id)]
        )

    def test_unallocated_payment_with_the_invoice_of_the_same_amount(self):
        self.make_invoice(self.customer, 70, -3)
        invoice = self.make_invoice(self.customer, 120, -2)
        payment = self.pay_unallocated(self.customer, 120)
        [row] = self.rows("payment")
        self.assertEqual(row.move_id, payment.move_id)
        self.assertEqual(row.amount, -120)
        self.assertEqual(row.partner_id, self.customer)
        self.assertEqual(row.suggestion_id, self.receivables(invoice))
        self.assertIn("same amount", row.suggestion)

    def test_the_reference_comes_before_the_amount(self):
        named = self.make_invoice(self.customer, 500, -3)
        self.make_invoice(self.customer, 120, -2)
        self.pay_unallocated(self.customer, 120, memo=f"part of {named.name}")
        [row] = self.rows("payment")
        self.assertEqual(row.suggestion_id, self.receivables(named))
        self.assertIn("reference", row.suggestion)

    def test_who_may_book_matches_at_once(self):
        invoice = self.make_invoice(self.customer, 120, -2)
        self.pay_unallocated(self.customer, 120)
        [row] = self.rows("payment")
        self.assertTrue(row.can_book)
        row.action_match()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self.rows("payment"))

    def test_a_collector_asks_the_accountant(self):
        invoice = self.make_invoice(self.customer, 120, -2)
        payment = self.pay_unallocated(self.customer, 120)
        [row] = self.rows("payment", self.collector)
        with self.assertRaisesRegex(UserError, "Ask the accountant"):
            row.action_match()
        row.action_fix()
        [activity] = self.activities(payment.move_id)
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn(invoice.name, activity.note)
        self.assertTrue(row.asked_date)
        with self.assertRaisesRegex(UserError, "asked before"):
            row.action_fix()
        self.assertEqual(invoice.amount_residual, 120)

    def test_credit_note(self):
        credit = self.make_credit(self.customer, 30)
        [row] = self.rows("credit")
        self.assertEqual(row.move_id, credit)
        self.assertFalse(row.suggestion)
        self.assertEqual(row.action_fix()["res_id"], credit.id)

    def test_residual_up_to_the_amount_of_the_company(self):
        invoice = self.make_invoice(self.customer, 100, -3)
        whole = self.make_invoice(self.customer, 3, -3)
        self.pay(invoice, 95)
        [row] = self.rows("residual")
        self.assertEqual((row.move_id, row.amount), (invoice, 5))
        self.assertNotIn(whole, self.rows("residual").move_id)
        self.env.company.credit_residual_amount = 4
        self.assertFalse(self.rows("residual"))

    def test_missing_addresses(self):
        self.profile.policy_id = self.make_policy(
            [{"delay_days": 5, "send_email": True, "send_letter": True}]
        )
        self.make_invoice(self.customer, 100, -3)
        self.customer.email = False
        [row] = self.rows("contact")
        self.assertEqual(row.profile_id, self.profile)
        self.assertEqual(row.todo, "Enter an e-mail address, a postal address")
        self.assertEqual(row.action_fix()["res_id"], self.customer.id)
        self.customer.write({"email": "a@b.example", "street": "1 x", "city": "Lyon"})
        self.assertFalse(self.rows("contact"))

    def test_address_is_not_missing_where_the_way_behind_it_reaches(self):
        policy = self.make_policy([{"delay_days": 5, "fallback_channel": "letter"}])
        self.profile.policy_id = policy
        self.make_invoice(self.customer, 100, -3)
        self.customer.email = False
        self.assertEqual(self.rows("contact").todo, "Enter an e-mail address")
        self.customer.write({"street": "1 x", "city": "Lyon"})
        self.assertFalse(self.rows("contact"))

    def test_too_small_for_90_days(self):
        self.profile.policy_id = self.make_policy(
            [{"delay_days": 5, "min_amount": 50}]
        )
        invoice = self.make_invoice(self.customer, 20, -89)
        self.assertFalse(self.rows("minimum"))
        self.receivables(invoice).date_maturity = self.days(-90)
        [row] = self.rows("minimum")
        self.assertEqual(row.amount, 20)
        self.assertEqual(row.action_fix()["res_model"], "credit.decide")

    def test_entries_without_customer_or_due_date(self):
        nobody = self.make_entry(self.env["res.partner"], 55, -5)
        undated = self.make_entry(self.customer, 45, -5)
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = NULL WHERE id = %s",
            (undated.id,),
        )
        [row] = self.rows("no_partner")
        self.assertEqual(row.move_line_id, nobody)
        [row] = self.rows("no_due")
        self.assertEqual(row.move_line_id, undated)
        self.rows("no_partner", self.collector).action_ask()
        self.assertTrue(self.activities(nobody.move_id))

    def test_failed_notice_until_a_later_one_is_sent(self):
        policy = self.make_policy()
        values = {
            "profile_id": self.profile.id,
            "company_id": self.env.company.id,
            "policy_id": policy.id,
            "level_id": policy.level_ids[0].id,
            "date": self.days(0),
        }
        failed = self.env["dunning.notice"].sudo().create({**values, "state": "failed"})
        self.env.cr.execute(
            "UPDATE dunning_notice SET date = CURRENT_DATE WHERE id = %s", (failed.id,)
        )
        [row] = self.rows("failed")
        self.assertEqual(row.action_fix()["res_id"], failed.id)
        with self.assertRaisesRegex(UserError, "Nothing for the accountant"):
            row.action_ask()
        self.env["dunning.notice"].sudo().create({**values, "state": "sent"})
        self.assertFalse(self.rows("failed"))

    def test_customers_entered_twice(self):
        twin = self.make_customer("Twin")
        self.make_profile(twin)
        (self.customer | twin).write({"vat": "BE0477472701"})
        self.make_invoice(self.customer, 10, -5)
        [row] = self.rows("duplicate")
        self.assertEqual(row.partner_id, self.customer)
        found = self.env["res.partner"].search(row.action_fix()["domain"])
        self.assertEqual(found, self.customer | twin)

    def test_counters(self):
        self.make_credit(self.customer, 30)
        self.pay_unallocated(self.customer, 10)
        panel = self.env["credit.cleanup"].search_panel_select_range(
            "kind", enable_counters=True
        )
        counts = {value["id"]: value["__count"] for value in panel["values"]}
        self.assertGreaterEqual(counts["credit"], 1)
        self.assertGreaterEqual(counts["payment"], 1)

    def test_rights(self):
        self.make_credit(self.customer, 30)
        [row] = self.rows("credit")
        for user in (self.sales_reader, self.accountant, self.plain_user):
            self.assertFalse(row.with_user(user).has_access("read"))
        self.assertTrue(self.rows("credit", self.auditor))
        for name in ("action_fix", "action_ask", "action_match"):
            with self.assertRaises(AccessError):
                getattr(row.with_user(self.auditor), name)()
        self.profile.user_id = self.manager
        self.assertFalse(self.rows("credit", self.collector))

    def test_as_many_queries_for_many(self):
        counts = []
        for number in (2, 20):
            for _turn in range(number):
                self.make_invoice(self.customer, 120 + number, -2)
                self.pay_unallocated(self.customer, 120 + number)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            rows = self.env["credit.cleanup"].search([("kind", "=", "payment")])
            rows.read(["partner_id", "suggestion", "todo", "asked_date", "amount"])
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)
