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
            outcome="callback",
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
