from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestCallLog(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.policy = cls.make_policy(
            [
                {"delay_days": 5, "call_script": "<p>Hello {{ customer_name }}</p>"},
                {"delay_days": 20},
            ]
        )
        cls.customer = cls.make_customer(
            "Caller",
            contacts=[
                {"name": "Boss", "phone": "+33 1 00 00 00 01"},
                {
                    "name": "Payer",
                    "phone": "+33 1 00 00 00 02",
                    "roles": ["accounts_payable"],
                },
            ],
            phone="+33 1 00 00 00 00",
        )
        cls.move = cls.make_invoice(cls.customer, 500, -10)
        cls.profile = cls.make_profile(
            cls.customer, user_id=cls.collector.id, policy_id=cls.policy.id
        )

    def form(self, user=None):
        logs = self.env["credit.call.log"].with_user(user or self.collector)
        return Form(logs.with_context(default_profile_id=self.profile.id))

    def outcome(self, code):
        return self.env.ref(f"credit_control.call_outcome_{code}")

    def log(self, outcome, **values):
        with self.form() as form:
            form.outcome_id = self.outcome(outcome)
            for name, value in values.items():
                setattr(form, name, value)
        form.record.action_log()
        return self.profile.call_ids.sorted("id")[-1:]

    def test_whom_to_call(self):
        self.assertEqual(self.form().contact_id.name, "Payer", "by role")
        self.customer.child_ids.credit_role_ids = False
        self.assertEqual(self.form().contact_id, self.customer)

    def test_the_script_is_filled_in(self):
        form = self.form()
        self.assertIn("Hello Caller", form.script)
        self.assertEqual(form.level_id, self.policy.level_ids[0])
        self.assertFalse(self.profile.notice_ids, "the preview keeps nothing")

    def test_no_answer_calls_again_on_the_next_working_day(self):
        call = self.log("no_answer")
        self.assertEqual(call.next_date, self.days(1))
        self.assertEqual(call.user_id, self.collector)
        self.assertEqual(call.phone, "+33 1 00 00 00 02")
        activity = self.profile.activity_ids
        self.assertEqual(activity.date_deadline, self.days(1))
        self.assertEqual(activity.user_id, self.collector)

    def test_a_day_of_the_weekend_is_moved_to_monday(self):
        with self.form() as form:
            # five days after this Monday: a Saturday
            form.outcome_id = self.outcome("paid")
            self.assertEqual(form.next_date, self.days(7))

    def test_a_promise_is_made_at_once(self):
        call = self.log("promise")
        promise = call.promise_id
        self.assertEqual((promise.amount, promise.source), (500, "call"))
        self.assertEqual(promise.date, self.days(7))
        self.assertEqual(promise.state, "pending")
        self.assertEqual(self.profile.next_action, "promise")

    def test_a_dispute_is_opened_at_once(self):
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        call = self.log("dispute", reason_id=reason, dispute_amount=120)
        self.assertEqual(call.dispute_id.move_id, self.move)
        self.assertEqual(call.dispute_id.amount, 120)

    def test_what_is_missing_is_asked_for(self):
        log = self.form().save()
        with self.assertRaisesRegex(UserError, "choose an outcome"):
            log.action_log()
        log.outcome_id = self.outcome("promise")
        log.promise_date = False
        with self.assertRaisesRegex(UserError, "for which day"):
            log.action_log()
        log.outcome_id = self.outcome("dispute")
        log.reason_id = False
        with self.assertRaisesRegex(UserError, "contested invoice"):
            log.action_log()
        self.assertFalse(self.profile.call_ids)

    def test_the_next_call_closes_the_planned_one(self):
        self.log("no_answer")
        self.profile.activity_ids.date_deadline = self.today
        self.log("refused", note="no money")
        activity = self.profile.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.date_deadline, self.days(7))

    def planned_call(self):
        """Return the delivery of a call that a level planned."""
        notice = (
            self.env["dunning.notice"]
            .sudo()
            .create(
                {
                    "profile_id": self.profile.id,
                    "company_id": self.env.company.id,
                    "policy_id": self.policy.id,
                    "level_id": self.policy.level_ids[0].id,
                    "date": self.today,
                    "state": "approved",
                }
            )
        )
        delivery = (
            self.env["dunning.delivery"]
            .sudo()
            .create({"notice_id": notice.id, "channel": "call"})
        )
        delivery._call_render()
        delivery._call_hand_over()
        return delivery

    def test_a_call_that_a_level_planned_is_done(self):
        delivery = self.planned_call()
        self.assertEqual(delivery.state, "queued")
        self.assertIn("Hello Caller", self.form().script)
        self.log("no_answer")
        self.assertEqual(delivery.state, "queued", "nobody was reached")
        self.assertEqual(delivery.activity_id.date_deadline, self.days(1))
        self.assertEqual(len(self.profile.activity_ids), 1)
        self.log("callback")
        self.assertEqual(delivery.state, "sent")

    def test_a_wrong_number_goes_on_to_the_next_contact(self):
        delivery = self.planned_call()
        self.assertEqual(delivery.partner_ids, self.customer, "the level has no role")
        call = self.log("wrong_number")
        self.assertEqual(delivery.state, "failed")
        self.assertIn("+33 1 00 00 00 00", delivery.error)
        self.assertFalse(call.next_date)
        following = delivery.notice_id.delivery_ids - delivery
        self.assertEqual((following.channel, following.state), ("call", "ready"))
        self.assertNotEqual(following.contact_id, delivery.partner_ids)

    # === OUTCOMES === #
    def test_an_outcome_of_the_company(self):
        """Days, next step and what becomes of the planned call are settings."""
        outcome = self.env["credit.call.outcome"].create(
            {
                "name": "Answering machine",
                "days": 2,
                "is_reached": False,
                "closes_planned": False,
                "hint": "Leave no amount on it.",
            }
        )
        delivery = self.planned_call()
        with self.form() as form:
            form.outcome_id = outcome
            self.assertEqual(form.next_date, self.days(2))
            self.assertEqual(form.hint, "Leave no amount on it.")
        form.record.action_log()
        self.assertEqual(delivery.state, "queued")
        self.assertEqual(delivery.activity_id.date_deadline, self.days(2))
        self.assertIn("Answering machine", self.profile.call_ids.display_name)
        outcome.closes_planned = True
        with self.form() as form:
            form.outcome_id = outcome
        form.record.action_log()
        self.assertEqual(delivery.state, "sent")

    def test_an_outcome_by_its_code(self):
        values = {"profile_id": self.profile.id, "outcome_code": "refused"}
        call = self.env["credit.call"].create(values)
        self.assertEqual(call.outcome_id, self.outcome("refused"))
        with self.assertRaisesRegex(UserError, "no outcome of a call with the code"):
            self.env["credit.call"].create({**values, "outcome_code": "asleep"})

    def test_an_outcome_in_use_is_archived_not_deleted(self):
        self.log("other")
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.outcome("other").unlink()

    def test_only_managers_change_outcomes(self):
        outcome = self.outcome("other")
        outcome.with_user(self.manager).days = 3
        for user in (self.collector, self.auditor, self.sales_reader):
            self.assertEqual(outcome.with_user(user).name, "Other")
            with self.assertRaises(AccessError):
                outcome.with_user(user).days = 4

    # === RIGHTS === #
    def test_who_logs_calls(self):
        for user in (self.auditor, self.sales_reader, self.plain_user):
            profile = self.profile.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                profile.action_log_call()
        self.profile.user_id = self.collector_all
        with self.assertRaises(AccessError):
            self.profile.with_user(self.collector).action_log_call()

    def test_who_reads_calls(self):
        self.customer.user_id = self.sales_reader
        call = self.log("other", note="x")
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            self.assertTrue(call.with_user(user).has_access("read"), user.login)
        for user in (self.auditor, self.sales_reader):
            self.assertFalse(call.with_user(user).has_access("write"), user.login)
        self.profile.user_id = self.collector_all
        self.assertFalse(call.with_user(self.collector).has_access("read"))
        self.assertFalse(call.with_user(self.plain_user).has_access("read"))

    def test_a_call_stays_with_its_customer(self):
        call = self.log("other")
        other = self.make_profile(self.make_customer("Other"))
        with self.assertRaises(AccessError):
            call.with_user(self.manager).profile_id = other
