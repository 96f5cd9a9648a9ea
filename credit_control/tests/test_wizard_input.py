from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY
from .security_common import SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
@freeze_time("2026-06-15 12:00:00")
class TestWizardInput(SecurityCommon):
    """What cannot be meant is refused with a sentence that says what to do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.mine["credit.profile"]
        cls.past = TODAY - timedelta(days=3)

    def wizard(self, name, **values):
        wizards = self.env[name].with_user(self.manager)
        return wizards.create(values)

    def test_nobody_chosen(self):
        for name in ("profile.hold", "profile.set.policy", "reassign"):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, "tick some in a list"),
            ):
                self.wizard(f"credit.{name}", profile_ids=False)

        for name, values in (
            ("force.level", {}),
            ("snooze", {}),
            ("decide", {"reason": "Pays slowly"}),
        ):
            wizard = self.wizard(f"credit.{name}", profile_ids=False, **values)
            deed = getattr(wizard, "action_apply", None) or wizard.action_until
            with self.subTest(name), self.assertRaisesRegex(UserError, "tick some"):
                deed()

    def test_no_invoice_chosen(self):
        wizard = self.wizard("credit.qualify.origin", move_ids=False, origin="late")
        with self.assertRaisesRegex(UserError, "No invoice is chosen"):
            wizard.action_apply()

    def test_negative_residual(self):
        with self.assertRaisesRegex(ValidationError, "zero or more"):
            self.env.company.credit_residual_amount = -1

    # === DAYS THAT CANNOT BE MEANT === #
    def test_day_of_a_promise(self):
        promises = self.env["credit.promise"].with_user(self.manager)
        values = {"profile_id": self.profile.id, "amount": 10}
        far = TODAY + timedelta(days=366 * 5)
        for date in (self.past, far):
            with (
                self.subTest(date),
                self.assertRaisesRegex(ValidationError, "within 5"),
            ):
                promises.create({**values, "date": date})
        promise = promises.create({**values, "date": TODAY})
        with self.assertRaisesRegex(ValidationError, "Jun 12, 2026"):
            promise.date = self.past

    def test_instalments_beyond_ten_years(self):
        wizards = self.env["credit.plan.make"].with_user(self.manager)
        wizard = wizards.with_context(default_profile_id=self.profile.id).create(
            {
                "profile_id": self.profile.id,
                "amount": 90,
                "date_first": TODAY + timedelta(days=366 * 10),
            }
        )
        with self.assertRaisesRegex(ValidationError, "within 10"):
            wizard.action_make()

    def test_deadline_of_a_dispute(self):
        move = self.make_invoice(self.profile.partner_id, 100)
        disputes = self.env["credit.dispute"].with_user(self.manager)
        values = {"profile_id": self.profile.id, "move_id": move.id, "amount": 10}
        with self.assertRaisesRegex(ValidationError, "is past"):
            disputes.create({**values, "date_deadline": self.past})
        self.assertEqual(disputes.create(values).state, "open")

    def test_snooze_for_years(self):
        with self.assertRaisesRegex(UserError, "is forgotten"):
            self.wizard(
                "credit.snooze",
                profile_ids=self.profile.ids,
                until=TODAY + timedelta(days=400),
            ).action_until()

    def test_link_for_years(self):
        links = self.env["credit.link"].with_user(self.manager)
        for days in (0, -1, 366):
            with self.subTest(days), self.assertRaisesRegex(UserError, "between 1 and"):
                links._make(self.profile.with_user(self.manager), "dossier", days)

    def test_grace_for_years(self):
        plan = self.env["credit.plan"].create(
            {"name": "Slow", "profile_id": self.profile.id}
        )
        with self.assertRaisesRegex(ValidationError, "nobody waits longer"):
            plan.break_days = 366
        with self.assertRaisesRegex(ValidationError, "nobody waits longer"):
            self.env["credit.promise"].create(
                {
                    "profile_id": self.profile.id,
                    "amount": 10,
                    "date": TODAY,
                    "grace_days": 366,
                }
            )

    def test_more_than_is_owed_is_asked_again(self):
        self.make_invoice(self.profile.partner_id, 100)
        owed = sum(self.profile.partner_id.mapped("credit"))
        promises = self.env["credit.promise"].with_user(self.manager)
        currency = self.env.company.currency_id
        profile = self.profile.with_user(self.manager)
        warning = promises._warn_above_owed(profile, owed + 1, currency)
        self.assertIn("owes", warning["warning"]["message"])
        self.assertFalse(promises._warn_above_owed(profile, owed, currency))
        promise = promises.create(
            {"profile_id": profile.id, "amount": owed + 1, "date": TODAY}
        )
        self.assertEqual(promise.state, "pending")

    def test_no_policy_chosen(self):
        wizard = self.wizard("credit.profile.set.policy", profile_ids=self.profile.ids)
        with self.assertRaisesRegex(UserError, "Choose the policy"):
            wizard.action_apply()

    def test_instalments_in_the_past(self):
        wizards = self.env["credit.plan.make"].with_user(self.manager)
        wizard = wizards.with_context(default_profile_id=self.profile.id).create(
            {"profile_id": self.profile.id, "amount": 90, "date_first": self.past}
        )
        with self.assertRaisesRegex(UserError, "choose later days"):
            wizard.action_make()

    def test_days_of_an_insolvency(self):
        day = timedelta(days=1)
        for judgment, published, deadline, words in (
            (TODAY + day, False, False, "today or before"),
            (self.past, TODAY + day, False, "today or before"),
            (self.past, self.past - day, False, "comes first"),
            (self.past, TODAY, self.past, "comes first"),
        ):
            wizard = self.wizard(
                "credit.insolvency",
                profile_id=self.profile.id,
                legal_status="receivership",
                legal_date=judgment,
                legal_publication_date=published,
                legal_deadline=deadline,
            )
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                wizard.action_apply()

    def test_hand_over_to_oneself_or_for_yesterday(self):
        for user, date, words in (
            (self.manager, TODAY, "this is yourself"),
            (self.collector_all, self.past, "later day"),
        ):
            wizard = self.wizard(
                "credit.hand.over",
                profile_id=self.profile.id,
                user_id=user.id,
                date=date,
                note="Please",
            )
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                wizard.action_apply()

    def test_next_contact_in_the_past(self):
        wizard = self.wizard(
            "credit.call.log",
            profile_id=self.profile.id,
            outcome_id=self.env.ref("credit_control.call_outcome_callback").id,
            next_date=self.past,
        )
        with self.assertRaisesRegex(UserError, "later day"):
            wizard.action_log()

    def test_link_for_no_address(self):
        dossier = self.env["credit.dossier"].create(
            {"profile_id": self.profile.id, "recipient_kind": "lawyer"}
        )
        wizard = self.wizard(
            "credit.dossier.share", dossier_id=dossier.id, email="nonsense"
        )
        with self.assertRaisesRegex(UserError, "is no e-mail address"):
            wizard.action_apply()

    def test_empty_question(self):
        move = self.make_invoice(self.profile.partner_id, 100)
        dispute = self.env["credit.dispute"].create(
            {"profile_id": self.profile.id, "move_id": move.id, "amount": 10}
        )
        wizard = self.wizard(
            "credit.dispute.question",
            dispute_id=dispute.id,
            email="anne@example.com",
            question="  ",
        )
        with self.assertRaisesRegex(UserError, "Enter the question"):
            wizard.action_send()
