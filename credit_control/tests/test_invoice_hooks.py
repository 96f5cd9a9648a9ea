from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestInvoiceHooks(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer()
        cls.profile = cls.make_profile(cls.customer)
        cls.policy = cls.make_policy()
        cls.level = cls.policy.level_ids[1]
        cls.move = cls.make_invoice(cls.customer, 100, -10)

    def remind(self, lines, level=None):
        lines.sudo().write(
            {"dunning_level_id": (level or self.level).id, "dunning_date": self.today}
        )

    def notice_line(self, line, state="sent", is_live=False):
        notice = self.env["dunning.notice"].sudo().create(
            {
                "profile_id": self.profile.id,
                "company_id": self.env.company.id,
                "policy_id": self.policy.id,
                "level_id": self.level.id,
                "date": self.today,
                "state": state,
            }
        )
        return self.env["dunning.notice.line"].sudo().create(
            {
                "notice_id": notice.id,
                "move_line_id": line.id,
                "name": line.move_name,
                "kind": "claim",
                "level_id": self.level.id,
                "currency_id": line.currency_id.id,
                "amount_claimed": line.amount_residual_currency,
                "is_live": is_live,
            }
        )

    # === ACTIONS WITHOUT ACCOUNTING RIGHTS === #
    def test_collector_forces_a_level_of_an_invoice(self):
        move = self.move.with_user(self.collector)
        with self.assertRaises(AccessError):
            move.ref = "not mine to change"
        move.action_dunning_force_level(self.level.id, "asked by phone")
        self.assertEqual(move.dunning_forced_level_id, self.level)
        self.assertEqual(move.dunning_forced_reason, "asked by phone")
        self.assertEqual(move.dunning_forced_user_id, self.collector)
        self.assertIn("asked by phone", self.move.message_ids[0].body)
        move.action_dunning_clear_level()
        self.assertFalse(move.dunning_forced_level_id)

    def test_collector_sets_policy_and_origin(self):
        move = self.move.with_user(self.collector)
        move.action_dunning_set_policy(self.policy)
        move.action_dunning_set_origin("factored")
        self.assertEqual(move.dunning_policy_id, self.policy)
        self.assertEqual(move.dunning_origin, "factored")
        move.action_dunning_set_policy(False)
        self.assertFalse(move.dunning_policy_id)
        with self.assertRaisesRegex(UserError, "Choose one of these"):
            move.action_dunning_set_origin("laziness")

    def test_wizard_of_an_invoice(self):
        wizard = self.env["credit.force.level"].with_user(self.collector)
        wizard = wizard.with_context(default_move_ids=self.move.ids)
        form = wizard.create({"origin": "other", "own_policy_id": self.policy.id})
        self.assertEqual(form.move_ids, self.move)
        form.action_apply()
        self.assertEqual(self.move.dunning_origin, "other")
        self.assertEqual(self.move.dunning_policy_id, self.policy)
        form = wizard.create({"level_id": self.level.id, "reason": "by wizard"})
        self.assertEqual(form.policy_id, self.policy)
        form.action_apply()
        self.assertEqual(self.move.dunning_forced_level_id, self.level)
        self.assertEqual(self.move.dunning_origin, "other", "left as it was")

    def test_wizard_with_nothing_chosen(self):
        wizard = self.env["credit.force.level"].create({"move_ids": self.move.ids})
        with self.assertRaisesRegex(UserError, "Choose the level"):
            wizard.action_apply()

    def test_another_s_portfolio_is_refused(self):
        self.profile.user_id = self.collector_all
        with self.assertRaises(AccessError):
            self.move.with_user(self.collector).action_dunning_force_level(
                self.level, "not mine"
            )

    def test_other_roles_are_refused(self):
        for user in (self.sales_reader, self.auditor, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.move.with_user(user).action_dunning_force_level(self.level, "no")

    # === ITEMS AND PROFILES === #
    def test_items_of_a_profile(self):
        line = self.receivables(self.move)
        self.assertEqual(line.credit_profile_id, self.profile)
        lines = self.env["account.move.line"]
        found = lines.search([("credit_profile_id", "=", self.profile.id)])
        self.assertIn(line, found)
        self.profile.user_id = self.collector
        found = lines.search([("credit_profile_id.user_id", "=", self.collector.id)])
        self.assertIn(line, found)
        other = self.receivables(self.make_invoice(self.make_customer("New"), 1, 1))
        without = lines.search([("credit_profile_id", "=", False)])
        self.assertIn(other, without)
        self.assertNotIn(line, without)
        with_one = lines.search([("credit_profile_id", "!=", False)])
        self.assertIn(line, with_one)
        self.assertNotIn(other, with_one)
        named = lines.search([("credit_profile_id", "ilike", "Custom")])
        self.assertIn(line, named)

    # === RESET TO DRAFT === #
    def test_level_survives_a_reset_to_draft(self):
        line = self.receivables(self.move)
        self.remind(line)
        past = self.notice_line(line)
        self.move.button_draft()
        self.move.write(
            {
                "invoice_line_ids": [
                    Command.update(self.move.invoice_line_ids.id, {"price_unit": 50})
                ]
            }
        )
        self.move.action_post()
        line = self.receivables(self.move)
        self.assertEqual(line.dunning_level_id, self.level)
        self.assertEqual(line.dunning_date, self.today)
        self.assertEqual(line.amount_residual, 50)
        self.assertEqual(past.move_line_id, line)

    def terms(self, *days):
        share = 100 / len(days)
        return self.env["account.payment.term"].create(
            {
                "name": "Instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": number}
                    )
                    for number in days
                ],
            }
        )

    def repost(self, move, *days):
        move.button_draft()
        move.invoice_payment_term_id = self.terms(*days)
        move.action_post()
        return self.receivables(move)

    def test_level_of_an_only_instalment_follows_its_due_date(self):
        line = self.receivables(self.move)
        self.remind(line)
        past = self.notice_line(line)
        line = self.repost(self.move, 31)
        self.assertEqual(line.date_maturity, self.days(-9))
        self.assertEqual(line.dunning_level_id, self.level)
        self.assertEqual(past.move_line_id, line)
        self.assertFalse(self.move.dunning_memory)

    def test_instalments_have_levels_by_due_date(self):
        first, second = self.repost(self.move, 10, 20)
        self.remind(first)
        second, third = self.repost(self.move, 20, 40)
        self.assertEqual(second.date_maturity, self.days(-20))
        self.assertFalse(second.dunning_level_id)
        self.assertFalse(third.dunning_level_id, "another instalment starts anew")
        first, second = self.repost(self.move, 10, 20)
        self.assertEqual(first.dunning_level_id, self.level, "and is found again")
        self.assertFalse(second.dunning_level_id)

    def test_a_line_made_anew_gets_the_level_of_its_due_date(self):
        first, second = self.repost(self.move, 10, 20)
        self.remind(first)
        past = self.notice_line(first)
        live = self.notice_line(second, state="draft", is_live=True)
        only = self.repost(self.move, 20)
        self.assertFalse(first.exists())
        self.assertEqual(only, second)
        self.assertFalse(only.dunning_level_id)
        self.assertFalse(past.move_line_id)
        self.assertEqual(live.move_line_id, second)
        first, second = self.repost(self.move, 10, 20)
        self.assertEqual(first.dunning_level_id, self.level)
        self.assertEqual(first.dunning_date, self.today)
        self.assertEqual(past.move_line_id, first)

    def test_a_deleted_level_is_not_given_back(self):
        policy = self.make_policy(name="Short-lived")
        first, _second = self.repost(self.move, 10, 20)
        self.remind(first, policy.level_ids[0])
        self.repost(self.move, 20)
        policy.unlink()
        first, _second = self.repost(self.move, 10, 20)
        self.assertFalse(first.dunning_level_id)
        self.assertEqual(first.dunning_date, self.today)

    # === DELETION === #
    def test_a_reminded_invoice_can_be_deleted(self):
        move = self.make_invoice(self.customer, 30, -10)
        line = self.receivables(move)
        self.remind(line)
        past = self.notice_line(line)
        name = past.name
        self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "amount": 30,
                "date": self.days(3),
                "move_line_ids": line.ids,
            }
        )
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.env.flush_all()
        self.assertFalse(move.exists())
        past.invalidate_recordset()
        self.assertFalse(past.move_line_id)
        self.assertEqual(past.name, name, "what was sent stays provable")
        self.assertEqual(self.profile.amount_due, 100)

    # === SCREENS === #
    def test_pdf_needs_read_access(self):
        action = self.move.with_user(self.collector).action_credit_pdf()
        self.assertEqual(action["url"], f"/credit/invoice/{self.move.id}/pdf")
        with self.assertRaises(AccessError):
            self.move.with_user(self.plain_user).action_credit_pdf()

    def test_collectors_get_a_form_they_can_read(self):
        line = self.receivables(self.move)
        action = line.with_user(self.collector).action_credit_open()
        view = self.env.ref("credit_control.account_move_view_form_collector")
        self.assertEqual(action["views"], [(view.id, "form")])
        action = line.with_user(self.accountant).action_credit_open()
        self.assertEqual(action["views"], [(False, "form")])
        entry = self.make_entry(self.customer, 10, -3)
        with self.assertRaisesRegex(UserError, "accounting entry"):
            entry.with_user(self.collector).action_credit_open()

    def test_profile_is_opened_from_partner_and_invoice(self):
        action = self.move.with_user(self.collector).action_open_credit_profile()
        self.assertEqual(action["res_id"], self.profile.id)
        other = self.make_customer("Fresh")
        with self.assertRaisesRegex(UserError, "no credit profile"):
            other.with_user(self.auditor).action_open_credit_profile()
        action = other.with_user(self.collector).action_open_credit_profile()
        made = self.env["credit.profile"].browse(action["res_id"])
        self.assertEqual(made.partner_id, other)
