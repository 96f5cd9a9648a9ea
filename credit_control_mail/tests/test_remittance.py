import base64
import io
from datetime import date

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .remittance_common import RemittanceCommon


@tagged("post_install", "-at_install", "credit_control")
class TestRemittance(RemittanceCommon):
    """Advices read by hand: matched, corrected, confirmed, undone."""

    def test_read_matched_and_said_in_words(self):
        other = self.make_invoice(self.petit, 70, -5)
        advice = self.read(
            [
                (self.invoice.name, 800, 0, 800),
                (self.second.name, 300, 6, 294),
                (self.credit.name, -50, 0, -50),
                (other.name, 70, 0, 50),
                ("NOTHING-1", 12, 0, 12),
            ],
            total=1106,
        )
        self.assertEqual(advice.state, "draft")
        self.assertEqual(advice.payment_date, date(2026, 6, 12))
        self.assertEqual(advice.payment_reference, "VIR-778")
        self.assertEqual(
            advice.line_ids.mapped("outcome"),
            ["exact", "discount", "credit", "short", "unknown"],
        )
        self.assertEqual(
            advice.line_ids.move_line_id.move_id,
            self.invoice + self.second + self.credit + other,
        )
        self.assertEqual(advice.line_ids[3].difference, 20)
        self.assertIn("without a word", advice.line_ids[3].difference_text)
        self.assertIn("add up to the total", advice.total_text)
        self.assertIn("Unknown: 1", advice.summary)
        self.assertEqual(advice.open_count, 3)
        self.assertEqual(advice.attachment_ids.mapped("name"), ["avis.csv"])
        self.assertEqual(
            advice.attachment_ids.sudo().mimetype, "application/octet-stream"
        )

    def test_total_that_does_not_agree(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)], total=790)
        self.assertIn("10.00 more than the total", advice.total_text)
        self.assertFalse(advice._is_clear())

    def test_confirmed_items_wait_and_others_do_not(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        self.assertNotEqual(self.codes().get(self.invoice), "payment_announced")
        advice.action_confirm()
        self.assertEqual(advice.state, "confirmed")
        self.assertEqual(advice.hold_until, date(2026, 6, 19))
        self.assertEqual(advice.arrival, "waiting")
        self.assertEqual(self.codes()[self.invoice], "payment_announced")
        self.assertNotEqual(self.codes().get(self.second), "payment_announced")
        self.assertEqual(self.codes(4)[self.invoice], "payment_announced")
        self.assertNotEqual(self.codes(5).get(self.invoice), "payment_announced")

    def test_taken_back(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        advice.action_confirm()
        with self.assertRaisesRegex(UserError, "back to be checked first"):
            advice.payment_date = date(2026, 6, 1)
        advice.action_draft()
        self.assertNotEqual(self.codes().get(self.invoice), "payment_announced")
        advice.payment_date = date(2026, 6, 14)
        advice.action_confirm()
        self.assertEqual(advice.hold_until, date(2026, 6, 21))
        advice.action_cancel()
        self.assertEqual(advice.state, "cancelled")
        self.assertFalse(advice.hold_until)
        self.assertNotEqual(self.codes().get(self.invoice), "payment_announced")

    def test_days_of_waiting_are_those_of_the_company(self):
        self.env.company.sudo().credit_remittance_days = 2
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        advice.action_confirm()
        self.assertEqual(advice.hold_until, date(2026, 6, 14))

    def test_person_corrects_the_item(self):
        advice = self.read([("X-1", 12, 0, 300), (self.invoice.name, 800, 0, 800)])
        self.assertEqual(advice.line_ids[0].how, "amount")
        self.assertEqual(advice.line_ids[0].move_line_id.move_id, self.second)
        self.assertFalse(advice.line_ids[0].is_clear)
        with Form(advice) as form:
            with form.line_ids.edit(0) as line:
                line.move_line_id = self.receivables(self.credit)
                line.paid = -50
        line = advice.line_ids[0]
        self.assertEqual((line.how, line.outcome), ("person", "credit"))
        advice.action_match()
        self.assertEqual(line.move_line_id.move_id, self.credit)
        stranger = self.make_invoice(self.make_customer("Grand"), 12, -5)
        with self.assertRaisesRegex(UserError, "no item of Petit"):
            line.move_line_id = self.receivables(stranger)
        with self.assertRaises(AccessError):
            line.write({"amount_open": 5})
        advice.line_ids[0].unlink()
        self.assertEqual(advice.line_count, 1)

    def test_nothing_of_it_is_ours(self):
        advice = self.read([("NOTHING-1", 12, 0, 12)])
        with self.assertRaisesRegex(UserError, "None of its lines"):
            advice.action_confirm()

    def test_settled_before(self):
        self.pay(self.invoice)
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        self.assertEqual(advice.line_ids.outcome, "settled")
        self.assertIn("Settled before", advice.line_ids.difference_text)

    def test_same_item_twice(self):
        advice = self.read(
            [(self.invoice.name, 800, 0, 500), (self.invoice.name, 800, 0, 400)]
        )
        self.assertEqual(advice.line_ids.mapped("outcome"), ["short", "over"])
        self.assertEqual(advice.line_ids[1].difference, -100)

    def test_payment_comes(self):
        advice = self.read(
            [(self.invoice.name, 800, 0, 800), (self.second.name, 300, 0, 300)]
        )
        advice.action_confirm()
        self.pay(self.invoice)
        self.assertEqual(advice.arrival, "partly")
        self.pay(self.second)
        self.assertEqual(advice.arrival, "received")
        advice.sudo().hold_until = self.days(-1)
        self.env["credit.event"].sudo()._cron_check()
        self.assertFalse(advice.is_missed)

    def test_payment_does_not_come(self):
        advice = self.read([(self.invoice.name, 800, 0, 800)])
        advice.action_confirm()
        events = self.env["credit.event"].sudo()
        missing = [("kind", "=", "payment_missing")]
        events._cron_check()
        self.assertFalse(events.search(missing))
        advice.sudo().hold_until = self.days(-1)
        events._cron_check()
        events._cron_check()
        event = events.search(missing)
        self.assertEqual(len(event), 1)
        self.assertEqual(event.profile_id, self.profile)
        self.assertIn("VIR-778", event.name)
        self.assertEqual(event.action_open_cause()["res_id"], advice.id)
        self.assertEqual(advice.arrival, "missing")
        self.pay(self.invoice)
        events._cron_check()
        self.assertEqual(event.state, "done")

    def test_difference_becomes_a_dispute(self):
        advice = self.read([(self.invoice.name, 800, 0, 700, "litige palette cassée")])
        line = advice.line_ids
        action = line.action_dispute()
        self.assertEqual(action["res_model"], "credit.dispute")
        dispute = line.dispute_id
        self.assertEqual((dispute.amount, dispute.state), (100, "open"))
        self.assertEqual(dispute.reason_id.code, "quality")
        self.assertIn("palette", dispute.note)
        self.assertEqual(line.action_dispute()["res_id"], dispute.id)
        exact = self.read([(self.second.name, 300, 0, 300)]).line_ids
        with self.assertRaisesRegex(UserError, "no difference"):
            exact.action_dispute()

    def test_instalments_are_lines_of_their_own(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        invoice = self.make_invoice(self.petit, 200, payment_term=terms)
        advice = self.read([(invoice.name, 200, 0, 200)])
        self.assertEqual(advice.line_ids.mapped("paid"), [100, 100])
        self.assertEqual(advice.line_ids.mapped("outcome"), ["exact", "exact"])

    def test_item_of_a_contact(self):
        invoice = self.make_invoice(self.clerk, 33, -5)
        advice = self.read([(invoice.name, 33, 0, 33)])
        self.assertEqual(advice.line_ids.move_line_id.move_id, invoice)

    def test_text_that_is_pasted(self):
        wizard = self.wizard(file=False)
        wizard.text = f"{self.invoice.name} du 01/05/2026 : 800,00"
        advice = self.env["credit.remittance"].browse(wizard.action_read()["res_id"])
        self.assertEqual(advice.line_ids.outcome, "exact")
        with self.assertRaisesRegex(UserError, "paste the text"):
            self.wizard(file=False).action_read()
        wizard.text = "Bonjour, merci de patienter."
        with self.assertRaisesRegex(UserError, "No line"):
            wizard.action_read()

    def test_wrong_files_give_sentences(self):
        for content, words in (
            (b"\x89PNG\r\n\x1a\n123", "is a picture"),
            (b"PK\x03\x04 nothing", "damaged"),
            (b"%PDF-1.4 nothing", "damaged"),
            (b"x" * 6_000_000, "larger than 5 MB"),
            (b"Bonjour\n", "No line with a document"),
        ):
            wizard = self.wizard(file=base64.b64encode(content))
            with self.assertRaisesRegex(UserError, words):
                wizard.action_read()
        remittances = self.env["credit.remittance"]
        for problem in ("bomb", "password", "scan", "unknown", "no_openpyxl", "empty"):
            self.assertIn("avis", remittances._say_problem(problem, "avis"))

    def test_five_thousand_lines_in_few_queries(self):
        item = self.receivables(self.invoice)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["Votre facture", "Montant payé"])
        sheet.append([self.invoice.name, 800.0])
        for number in range(4_999):
            sheet.append([f"OTHER/{number:06}", 1.5])
        stream = io.BytesIO()
        book.save(stream)
        wizard = self.wizard(file=base64.b64encode(stream.getvalue()))
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute("SELECT 1")
        before = self.env.cr.sql_log_count
        action = wizard.action_read()
        self.env.flush_all()
        # 50 for the lines, written by the hundred
        self.assertLess(self.env.cr.sql_log_count - before, 250)
        advice = self.env["credit.remittance"].browse(action["res_id"])
        self.assertEqual(advice.line_count, 5000)
        self.assertEqual(advice.line_ids[0].move_line_id, item)
        before = self.env.cr.sql_log_count
        advice.with_user(self.collector).action_confirm()
        self.assertLess(self.env.cr.sql_log_count - before, 150)
