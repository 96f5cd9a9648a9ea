from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestProfile(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer(contacts=["Paula Payer", "Max Manager"])
        cls.profile = cls.make_profile(cls.customer)
        cls.policy = cls.make_policy()
        cls.level = cls.policy.level_ids[1]

    # === MAKING === #
    def test_one_profile_for_the_commercial_entity(self):
        contact = self.customer.child_ids[0]
        self.assertEqual(self.make_profile(contact), self.profile)
        other = self.make_customer("Other")
        made = self.make_profile(other)
        self.assertEqual(made.partner_id, other)
        self.assertEqual(made.legal_status, "none")
        self.assertTrue(made.active)
        self.assertGreaterEqual(len(made.sudo().portal_key), 32)
        self.assertNotEqual(made.sudo().portal_key, self.profile.sudo().portal_key)

    def test_a_profile_of_a_contact_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "contact of Customer"):
            self.env["credit.profile"].create(
                {"partner_id": self.customer.child_ids[0].id}
            )

    def test_missing_profiles_of_a_company(self):
        with_claim = self.make_customer("With claim")
        self.make_invoice(with_claim, 100, -1)
        paid = self.make_customer("Paid")
        self.pay(self.make_invoice(paid, 100, -1))
        made = self.profile._ensure_profiles(self.env.company)
        self.assertIn(with_claim, made.partner_id)
        self.assertNotIn(paid, made.partner_id)
        self.assertNotIn(self.customer, made.partner_id)
        self.assertEqual(
            made.filtered(lambda row: row.partner_id == with_claim).amount_overdue, 100
        )
        self.assertFalse(self.profile._ensure_profiles(self.env.company))

    def test_an_archived_profile_is_found(self):
        self.profile.active = False
        self.assertEqual(self.make_profile(self.customer), self.profile)

    def test_a_plain_user_makes_none(self):
        other = self.make_customer("Other")
        profiles = self.env["credit.profile"].with_user(self.plain_user)
        with self.assertRaises(AccessError):
            profiles.get_profile(other, self.env.company)

    # === CREDIT LIMIT === #
    def test_credit_limit_is_the_partner_s_in_the_company(self):
        data = self.make_second_company()
        self.profile.with_user(self.manager).credit_limit = 5000
        self.assertEqual(self.customer.credit_limit, 5000)
        other = self.customer.with_company(data["company"])
        self.assertNotEqual(other.credit_limit, 5000)
        self.customer.credit_limit = 700
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.with_user(self.collector).credit_limit, 700)

    def test_credit_limit_is_set_by_the_credit_manager_alone(self):
        with self.assertRaisesRegex(AccessError, "set a credit limit"):
            self.profile.with_user(self.collector).credit_limit = 1

    # === FORCED LEVEL, HOLD === #
    def test_force_and_clear_a_level(self):
        profile = self.profile.with_user(self.collector)
        profile.action_force_level(self.level, " the boss wants it ")
        self.assertEqual(profile.forced_level_id, self.level)
        self.assertEqual(profile.forced_reason, "the boss wants it")
        self.assertEqual(profile.forced_user_id, self.collector)
        note = profile.message_ids[0]
        self.assertIn("the boss wants it", note.body)
        self.assertEqual(note.author_id, self.collector.partner_id)
        profile.action_clear_forced_level()
        self.assertFalse(profile.forced_level_id)
        self.assertFalse(profile.forced_reason)

    def test_force_a_level_by_id_as_rpc_does(self):
        self.profile.with_user(self.collector).action_force_level(self.level.id, "rpc")
        self.assertEqual(self.profile.forced_level_id, self.level)

    def test_a_forced_level_needs_a_level_and_a_reason(self):
        with self.assertRaisesRegex(UserError, "Give the reason"):
            self.profile.action_force_level(self.level, "  ")
        with self.assertRaisesRegex(UserError, "Choose the level"):
            self.profile.action_force_level(False, "why not")
        with self.assertRaisesRegex(UserError, "Choose the level"):
            self.profile.action_force_level(2**30, "why not")

    def test_hold_and_release(self):
        profile = self.profile.with_user(self.collector)
        profile.action_hold(self.days(3), "corrected invoice on its way")
        self.assertTrue(profile.is_on_hold)
        profile.action_release_hold()
        self.assertFalse(profile.is_on_hold)
        with self.assertRaisesRegex(UserError, "today or later"):
            profile.action_hold(self.days(-1), "late")
        with self.assertRaisesRegex(UserError, "last day"):
            profile.action_hold(False, "never")

    def test_wizards(self):
        wizard = self.env["credit.force.level"].with_user(self.collector)
        form = wizard.create(
            {
                "profile_ids": self.profile.ids,
                "policy_id": self.policy.id,
                "level_id": self.level.id,
                "reason": "by wizard",
            }
        )
        form.action_apply()
        self.assertEqual(self.profile.forced_level_id, self.level)
        hold = self.env["credit.profile.hold"].with_user(self.collector)
        hold.create(
            {
                "profile_ids": self.profile.ids,
                "until": self.days(2),
                "reason": "by wizard",
            }
        ).action_apply()
        self.assertEqual(self.profile.hold_until, self.days(2))

    def test_roles_by_a_collector_without_right_on_contacts(self):
        contact = self.customer.child_ids[0]
        role = self.env.ref("credit_control.role_accounts_payable")
        wizard = self.env["credit.contact.roles"].with_user(self.collector)
        wizard.create(
            {
                "profile_id": self.profile.id,
                "partner_id": contact.id,
                "role_ids": role.ids,
            }
        ).action_apply()
        self.assertEqual(contact.credit_role_ids, role)
        stranger = self.make_customer("Stranger")
        with self.assertRaisesRegex(UserError, "no contact of Customer"):
            wizard.create(
                {"profile_id": self.profile.id, "partner_id": stranger.id}
            ).action_apply()

    def test_insolvency_needs_the_day_of_the_judgment(self):
        with self.assertRaisesRegex(ValidationError, "day of the judgment"):
            self.profile.legal_status = "receivership"
        self.profile.write(
            {"legal_status": "receivership", "legal_date": self.days(-3)}
        )

    # === DISPUTES === #
    def dispute(self, move, amount, **values):
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": move.id,
                "amount": amount,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
                **values,
            }
        )

    def test_a_contested_amount_is_within_what_is_open(self):
        move = self.make_invoice(self.customer, 100, -5)
        self.pay(move, 30)
        self.dispute(move, 50)
        with self.assertRaisesRegex(ValidationError, "only .*70.00.* is still open"):
            self.dispute(move, 21)
        self.dispute(move, 20)

    def test_a_dispute_is_about_an_invoice_of_the_customer(self):
        move = self.make_invoice(self.make_customer("Other"), 100, -5)
        with self.assertRaisesRegex(ValidationError, "no invoice of Customer"):
            self.dispute(move, 50)

    def test_states_of_a_dispute(self):
        move = self.make_invoice(self.customer, 100, -5)
        dispute = self.dispute(move, 50, date_deadline=self.days(-1))
        self.assertEqual(self.profile.next_action, "dispute_late")
        dispute.with_user(self.collector).action_reject()
        self.assertEqual(dispute.state, "rejected")
        self.assertEqual(self.profile.next_action, "remind")
        dispute.action_accept()
        self.assertEqual(dispute.state, "rejected", "a closed one is not closed again")
        dispute.action_reopen()
        self.assertEqual(dispute.state, "open")

    # === PROMISES === #
    def promise(self, amount, day, moves=None, **values):
        lines = self.receivables(moves) if moves else self.env["account.move.line"]
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "amount": amount,
                "date": self.days(day),
                "currency_id": self.env.company.currency_id.id,
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

    def test_a_promise_whose_items_are_paid_is_kept_at_once(self):
        move = self.make_invoice(self.customer, 100, -5)
        promise = self.promise(100, 5, move)
        self.update()
        self.assertEqual(promise.state, "pending")
        self.pay(move)
        self.update()
        self.assertEqual(promise.state, "kept")

    def test_a_promise_waits_for_its_grace(self):
        move = self.make_invoice(self.customer, 100, -40)
        in_grace = self.promise(100, -3, move)
        late = self.promise(100, -4, move)
        self.update()
        self.assertEqual(in_grace.state, "pending")
        self.assertEqual(late.state, "broken")
        self.assertIn("Promise broken", self.profile.message_ids[0].body)

    def test_a_promise_partly_kept(self):
        move = self.make_invoice(self.customer, 100, -40)
        promise = self.promise(100, -10, move)
        self.made_on(promise, -20)
        self.pay(move, 40, -12)
        self.update()
        self.assertEqual(promise.state, "partly")
        self.assertEqual(promise.amount_kept, 40)

    def test_a_promise_without_items_counts_payments_once(self):
        first = self.promise(60, -10)
        second = self.promise(60, -9)
        third = self.promise(60, -8)
        self.made_on(first + second + third, -20)
        self.pay_unallocated(self.customer, 90, -15)
        self.update()
        self.assertEqual(
            (first + second + third).mapped("state"), ["kept", "partly", "broken"]
        )
        self.assertEqual(self.promise(60, -7).state, "pending")

    def test_payments_before_the_promise_do_not_count(self):
        promise = self.promise(60, -10)
        self.made_on(promise, -20)
        self.pay_unallocated(self.customer, 90, -25)
        self.update()
        self.assertEqual(promise.state, "broken")

    def test_items_of_a_promise_are_the_customer_s_in_its_currency(self):
        other = self.make_invoice(self.make_customer("Other"), 100, -5)
        with self.assertRaisesRegex(ValidationError, "no item of Customer"):
            self.promise(10, 5, other)
        foreign = self.make_invoice(
            self.customer, 100, -5, currency=self.other_currency
        )
        with self.assertRaisesRegex(ValidationError, "one promise for each"):
            self.promise(10, 5, foreign)

    def test_a_closed_promise_is_not_changed(self):
        promise = self.promise(100, 5)
        promise.action_cancel()
        with self.assertRaisesRegex(UserError, "is closed"):
            promise.with_user(self.collector).date = self.days(9)

    # === PLANS === #
    def plan(self, *instalments):
        return self.env["credit.plan"].create(
            {
                "name": "Instalments",
                "profile_id": self.profile.id,
                "promise_ids": [
                    (0, 0, {"amount": amount, "date": self.days(day), "source": "plan"})
                    for amount, day in instalments
                ],
            }
        )

    def test_a_plan_is_confirmed_and_kept(self):
        plan = self.plan((50, -20), (50, -10))
        self.assertEqual(set(plan.promise_ids.mapped("state")), {"draft"})
        plan.with_user(self.collector).action_confirm()
        self.assertEqual(plan.state, "running")
        self.assertEqual(set(plan.promise_ids.mapped("state")), {"pending"})
        self.made_on(plan.promise_ids, -30)
        self.pay_unallocated(self.customer, 100, -25)
        self.update()
        self.assertEqual(plan.state, "kept")

    def test_one_broken_instalment_breaks_a_plan(self):
        plan = self.plan((50, -20), (50, 10))
        plan.action_confirm()
        self.update()
        self.assertEqual(plan.state, "broken")
        self.assertEqual(
            plan.promise_ids.sorted("date").mapped("state"), ["broken", "cancelled"]
        )

    def test_a_plan_without_instalments_is_not_started(self):
        with self.assertRaisesRegex(UserError, "no instalment"):
            self.plan().action_confirm()
