from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .legal_common import LegalCommon
from .letter_common import LetterCommon


@tagged("post_install", "-at_install", "credit_control")
class TestInsolvency(LegalCommon):
    """An insolvency is noted, watched and declared."""

    def note(self, user=None, **values):
        wizard = (
            self.env["credit.insolvency"]
            .with_user(user or self.collector)
            .create(
                {
                    "profile_id": self.profile.id,
                    "legal_status": "receivership",
                    "legal_date": self.days(-20),
                    "legal_publication_date": self.days(-10),
                    **values,
                }
            )
        )
        return wizard.action_apply()

    def test_the_deadline_of_french_law(self):
        france = self.env.ref("base.fr")
        self.customer.country_id = france
        self.env.company.country_id = france
        self.note()
        self.assertEqual(str(self.profile.legal_deadline), "2026-08-05")
        [activity] = self.activities(self.profile).filtered(
            lambda activity: activity.date_deadline == self.profile.legal_deadline
        )
        self.assertEqual(activity.user_id, self.collector)

    def test_four_months_for_a_creditor_from_elsewhere(self):
        self.customer.country_id = self.env.ref("base.fr")
        self.env.company.country_id = self.env.ref("base.be")
        self.note()
        self.assertEqual(str(self.profile.legal_deadline), "2026-10-05")

    def test_elsewhere_the_court_says_it(self):
        self.customer.country_id = self.env.ref("base.de")
        self.note()
        self.assertFalse(self.profile.legal_deadline)
        self.profile.legal_deadline = self.days(14)
        self.assertEqual(self.profile.legal_deadline, self.days(14))

    def test_late_until_declared(self):
        self.note(legal_deadline=self.days(-1))
        self.assertTrue(self.profile.legal_is_late)
        self.profile.legal_filed_date = self.days(-2)
        self.assertFalse(self.profile.legal_is_late)

    def test_notices_that_wait_are_cancelled_for_claims_from_before(self):
        policy = self.make_policy()
        self.profile.policy_id = policy
        move = self.make_invoice(self.customer, 100, -30)
        notice = self.env["dunning.notice"].sudo().create(
            {
                "profile_id": self.profile.id,
                "company_id": self.env.company.id,
                "policy_id": policy.id,
                "level_id": policy.level_ids[0].id,
                "date": self.days(0),
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "move_line_id": self.receivables(move).id,
                            "kind": "claim",
                            "currency_id": move.currency_id.id,
                            "is_live": True,
                        },
                    )
                ],
            }
        )
        self.note()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("insolvent", notice.cancel_reason)
        self.assertEqual(
            [row["code"] for row in self.profile.explain()], ["insolvency"]
        )

    def test_the_event_is_raised(self):
        self.note()
        events = self.env["credit.event"].search(
            [("profile_id", "=", self.profile.id), ("kind", "=", "insolvency")]
        )
        self.assertEqual(len(events), 1)

    def test_rights(self):
        for user in (self.auditor, self.sales_reader, self.accountant):
            with self.assertRaises(AccessError):
                self.note(user)
            with self.assertRaises(AccessError):
                self.profile.with_user(user).legal_court = "X"
        self.note()
        self.customer.user_id = self.sales_reader
        with self.assertRaises(AccessError):
            self.profile.with_user(self.sales_reader).read(["legal_court"])
        self.profile.with_user(self.auditor).read(["legal_court", "legal_deadline"])


@tagged("post_install", "-at_install", "credit_control")
class TestDeclaration(LetterCommon):
    """The declaration says what was owed on the day of the judgment."""

    def declaration(self, profile):
        renderer = self.env["report.credit_control.declaration_document"]
        values = renderer._document_values(profile)
        return self.text(renderer._print([values[profile]])[0])

    def test_amounts_of_the_judgment(self):
        due = self.make_invoice(self.customer, 1000, -60)
        later = self.make_invoice(
            self.customer, 300, 20, invoice_date=self.days(-40)
        )
        new = self.make_invoice(self.customer, 77, 30, invoice_date=self.days(-5))
        self.pay(due, 400, -50)
        self.pay(due, 100, -10)
        profile = self.make_profile(self.customer)
        profile.write(
            {
                "legal_status": "receivership",
                "legal_date": self.days(-30),
                "legal_court": "Tribunal de commerce de Lyon",
            }
        )
        text = self.declaration(profile)
        for words in (
            "DECLARATION OF CLAIMS",
            "Tribunal de commerce de Lyon",
            due.name,
            later.name,
            "Of which due at the judgment $ 600.00",
            "Of which to fall due $ 300.00",
            "Declared in all $ 900.00",
        ):
            self.assertIn(words, text)
        self.assertNotIn(new.name, text)

    def test_first_the_insolvency(self):
        with self.assertRaisesRegex(UserError, "Note the insolvency"):
            self.make_profile(self.customer).action_print_declaration()
