from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .remittance_common import RemittanceCommon


@tagged("post_install", "-at_install", "credit_control")
class TestRemittanceMessage(RemittanceCommon):
    """Advices that come by mail."""

    def bring(self, rows, name="avis de virement.csv", total=None, **values):
        """Return a message with an advice as its file."""
        message = self.make_message(**values)
        file = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": self.file(rows, total),
                    "res_model": message._name,
                    "res_id": message.id,
                }
            )
        )
        message.sudo().attachment_ids = [Command.set(file.ids)]
        return message

    def understood(self, message):
        """Return the remittance intents that are found in a message."""
        message.sudo()._understand()
        return message.intent_ids.filtered(
            lambda intent: intent.intent == "remittance"
        ).with_user(self.collector)

    def test_file_makes_an_intent(self):
        message = self.bring([(self.invoice.name, 800, 0, 800)], total=800)
        intent = self.understood(message)
        self.assertEqual(len(intent), 1)
        self.assertEqual(intent.move_ids, self.invoice)
        self.assertEqual(intent.amount, 800)
        self.assertEqual(str(intent.date), "2026-06-12")
        self.assertEqual(len(self.understood(message)), 1)

    def test_file_of_something_else_makes_none(self):
        rows = [("ART-100", 5, 0, 5), ("ART-101", 7, 0, 7)]
        self.assertFalse(self.understood(self.bring(rows)))
        named = [(self.invoice.name, 800, 0, 800)]
        self.assertFalse(self.understood(self.bring(named, name="photo.png")))

    def test_clear_advice_is_confirmed_with_one_click(self):
        message = self.bring([(self.invoice.name, 800, 0, 800)], total=800)
        intent = self.understood(message)
        intent.action_accept()
        self.assertEqual(intent.res_model, "credit.remittance")
        advice = self.env["credit.remittance"].browse(intent.res_id)
        self.assertEqual(advice.state, "confirmed")
        self.assertEqual(advice.message_id, message)
        self.assertEqual(intent.hold_until, advice.hold_until)
        message.sudo().with_user(self.collector).action_done()
        self.assertEqual(self.codes()[self.invoice], "payment_announced")
        self.assertEqual(intent.action_open_result()["res_id"], advice.id)

    def test_unclear_advice_waits_for_a_look(self):
        message = self.bring([(self.invoice.name, 800, 0, 700)])
        intent = self.understood(message)
        intent.action_accept()
        advice = self.env["credit.remittance"].browse(intent.res_id)
        self.assertEqual(advice.state, "draft")
        self.assertEqual(intent.move_ids, self.invoice)
        advice.with_user(self.collector).action_cancel()
        self.assertFalse(intent.hold_until)

    def test_undo(self):
        message = self.bring([(self.invoice.name, 800, 0, 800)])
        intent = self.understood(message)
        intent.action_accept()
        advice = self.env["credit.remittance"].browse(intent.res_id)
        intent.action_undo()
        self.assertEqual(advice.state, "cancelled")
        self.assertEqual(intent.state, "proposed")
        message.sudo().with_user(self.collector).action_done()
        self.assertNotEqual(self.codes().get(self.invoice), "payment_announced")
        intent.action_accept()
        self.assertEqual(intent.state, "accepted")

    def test_list_in_the_text(self):
        text = (
            "Bonjour,\nvoici le détail de notre virement du 12/06/2026 :\n"
            f"- {self.invoice.name} : 800,00\n- {self.second.name} : 300,00\n"
        )
        message = self.make_message("remittance", reply_text=text, body_text=text)
        intent = message.intent_ids.with_user(self.collector)
        intent.action_accept()
        advice = self.env["credit.remittance"].browse(intent.res_id)
        self.assertEqual(
            advice.line_ids.move_line_id.move_id, self.invoice + self.second
        )
        self.assertEqual(advice.state, "confirmed")

    def test_without_a_list_the_invoices_wait(self):
        message = self.make_message(
            {"intent": "remittance", "moves": self.invoice, "date": "2026-06-12"}
        )
        intent = message.intent_ids.with_user(self.collector)
        intent.action_accept()
        self.assertFalse(intent.res_id)
        message.sudo().with_user(self.collector).action_done()
        self.assertEqual(self.codes()[self.invoice], "payment_announced")

    def test_broken_file_is_told_beside_the_list(self):
        text = f"- {self.invoice.name} : 800,00\n"
        message = self.make_message("remittance", reply_text=text, body_text=text)
        file = self.env["ir.attachment"].sudo()
        file = file.create({"name": "avis.xlsx", "raw": b"PK\x03\x04 broken"})
        message.sudo().attachment_ids = [Command.set(file.ids)]
        intent = message.intent_ids.with_user(self.collector)
        intent.action_accept()
        advice = self.env["credit.remittance"].browse(intent.res_id)
        self.assertIn("avis.xlsx is damaged", advice.reading)

    # === THE BANK === #
    def bank_line(self, amount, label, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "amount": amount,
                "payment_ref": label,
                "date": self.days(-2),
                **values,
            }
        )

    def test_bank_line_says_what_it_is_for(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)], total=800)
        label = self.bank_line(123, "SEPA VIR-778 XY")
        amount = self.bank_line(800, "no word")
        other = self.bank_line(801, "no word")
        stranger = self.bank_line(
            800, "no word", partner_id=self.make_customer("Grand").id
        )
        lines = (label + amount + other + stranger).with_user(self.accountant)
        said = [
            self.invoice.name in (one.credit_remittance_note or "") for one in lines
        ]
        self.assertEqual(said, [True, True, False, False])
        self.assertIn("Petit", label.move_id.credit_remittance_note)
        advice.action_cancel()
        self.env.invalidate_all()
        self.assertFalse(amount.credit_remittance_note)

    def test_search_for_the_payment(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)], total=800)
        line = self.bank_line(123, "SEPA VIR-778 XY")
        action = advice.action_search_payments()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        found = wizard.line_ids.filtered(lambda one: one.kind == "bank")
        self.assertEqual(found.res_id, line.id)
        self.assertIn("VIR-778", found.reasons)
        self.assertEqual(line.is_reconciled, False)


@tagged("post_install", "-at_install", "credit_control")
class TestRemittanceRights(RemittanceCommon):
    """Who may see and change advices."""

    def test_reach_of_a_collector(self):
        rows = [(self.invoice.name, 800, 0, 800)]
        mine = self.read(rows)
        self.profile.user_id = self.manager
        self.env.invalidate_all()
        self.assertFalse(mine.search([]))
        with self.assertRaises(AccessError):
            mine.action_confirm()
        with self.assertRaises(AccessError):
            self.read(rows)
        everywhere = self.read(rows, user=self.collector_all)
        everywhere.action_confirm()
        self.assertEqual(everywhere.state, "confirmed")

    def test_others(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        seen = advice.with_user(self.auditor)
        self.assertTrue(seen.line_ids.move_line_id)
        self.assertTrue(seen.total_text)
        for deed in ("action_confirm", "action_cancel", "action_search_payments"):
            with self.assertRaises(AccessError):
                getattr(seen, deed)()
        for deed in ("write", "unlink"):
            with self.assertRaises(AccessError):
                seen.write({"payer": "me"}) if deed == "write" else seen.unlink()
        for user in (self.sales_reader, self.accountant, self.plain_user):
            with self.assertRaises(AccessError):
                advice.with_user(user).read(["payer"])
            with self.assertRaises(AccessError):
                advice.line_ids.with_user(user).read(["reference"])
            with self.assertRaises(AccessError):
                self.wizard(user)

    def test_state_and_source_are_not_written(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        for vals in ({"state": "confirmed"}, {"hold_until": "2030-01-01"},
                     {"profile_id": self.profile.id}):  # fmt: skip
            with self.assertRaises(AccessError):
                advice.write(vals)
        with self.assertRaises(AccessError):
            advice.create({"profile_id": self.profile.id})

    def test_second_company(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        data = self.make_second_company()
        self.manager.company_ids = [Command.link(data["company"].id)]
        there = advice.with_user(self.manager).with_context(
            allowed_company_ids=data["company"].ids
        )
        self.assertFalse(there.search([]))
        with self.assertRaises(AccessError):
            there.read(["payer"])
        self.make_invoice(self.petit, 40, -5, company_data=data, ref="THERE-4711")
        found = self.read([("THERE-4711", 41, 0, 41)])
        self.assertFalse(found.line_ids.move_line_id)
