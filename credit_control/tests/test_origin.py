from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .legal_common import LegalCommon


@tagged("post_install", "-at_install", "credit_control")
class TestOrigin(LegalCommon):
    """Every overdue claim says why it is unpaid."""

    def update(self):
        self.env["account.move"]._update_origins(self.env.company)

    def dispute(self, move, amount=10):
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": move.id,
                "amount": amount,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
            }
        )

    def test_overdue_is_late_and_due_is_nothing(self):
        late = self.make_invoice(self.customer, 100, -1)
        due = self.make_invoice(self.customer, 100, 0)
        self.update()
        self.assertEqual(late.dunning_origin, "late")
        self.assertTrue(late.dunning_origin_is_automatic)
        self.assertFalse(due.dunning_origin)

    def test_a_dispute_shows_at_once_and_ends(self):
        move = self.make_invoice(self.customer, 100, -5)
        dispute = self.dispute(move)
        self.assertEqual(move.dunning_origin, "dispute")
        dispute.with_user(self.collector).action_cancel()
        self.assertEqual(move.dunning_origin, "late")

    def test_an_insolvency_concerns_claims_from_before(self):
        before = self.make_invoice(self.customer, 100, -5)
        after = self.make_invoice(self.customer, 100, 30, invoice_date=self.days(0))
        self.profile.write(
            {"legal_status": "liquidation", "legal_date": self.days(-2)}
        )
        self.assertEqual(before.dunning_origin, "liquidation")
        self.assertFalse(after.dunning_origin)
        self.profile.legal_status = "none"
        self.assertEqual(before.dunning_origin, "late")

    def test_what_a_person_said_stays(self):
        move = self.make_invoice(self.customer, 100, -5)
        move.with_user(self.collector).action_dunning_set_origin("factored")
        self.dispute(move)
        self.update()
        self.assertEqual(move.dunning_origin, "factored")
        self.assertFalse(move.dunning_origin_is_automatic)

    def qualify(self, moves, user=None, **values):
        wizard = (
            self.env["credit.qualify.origin"]
            .with_user(user or self.collector)
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create(values)
        )
        wizard.action_apply()
        return wizard

    def test_qualify_many(self):
        said = self.make_invoice(self.customer, 100, -5)
        said.action_dunning_set_origin("factored")
        open_moves = self.make_invoice(self.customer, 50, -5) | self.make_invoice(
            self.customer, 60, -5
        )
        self.update()
        wizard = self.qualify(open_moves | said, origin="other")
        self.assertEqual((wizard.move_count, wizard.known_count), (3, 3))
        self.assertEqual(set(open_moves.mapped("dunning_origin")), {"other"})
        self.assertEqual(said.dunning_origin, "factored")
        with self.assertRaisesRegex(UserError, "Change these too"):
            self.qualify(said, origin="late")
        self.qualify(said, origin="late", is_overwriting=True)
        self.assertEqual(said.dunning_origin, "late")
        self.qualify(said, origin=False, is_overwriting=True)
        self.assertTrue(said.dunning_origin_is_automatic)
        self.assertEqual(said.dunning_origin, "late")

    def test_qualify_lines(self):
        move = self.make_invoice(self.customer, 50, -5)
        wizard = (
            self.env["credit.qualify.origin"]
            .with_user(self.collector)
            .with_context(
                active_model="account.move.line", active_ids=self.receivables(move).ids
            )
            .create({"origin": "other"})
        )
        wizard.action_apply()
        self.assertEqual(move.dunning_origin, "other")

    def test_rights(self):
        move = self.make_invoice(self.customer, 50, -5)
        for user in (self.auditor, self.sales_reader, self.accountant):
            with self.assertRaises(AccessError):
                self.qualify(move, user, origin="other")
        self.profile.user_id = self.manager
        with self.assertRaises(AccessError):
            self.qualify(move, origin="other")

    def test_one_statement_for_all(self):
        for _number in range(5):
            self.make_invoice(self.customer, 50, -5)
        self.env.flush_all()
        self.update()
        with self.assertQueryCount(3):
            self.update()
