import io
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models import credit_dossier
from .legal_common import LegalCommon


@tagged("post_install", "-at_install", "credit_control")
class TestDossier(LegalCommon):
    """Claims are handed over, held, and given back when the dossier is withdrawn."""

    def test_handed_over_claims_are_held(self):
        move = self.make_invoice(self.customer, 300, -100)
        dossier = self.hand_over(move)
        self.assertEqual(dossier.state, "handed_over")
        self.assertRegex(dossier.name, r"^DOS/2026/\d{4}$")
        self.assertEqual(dossier.date, self.today)
        self.assertEqual(move.dunning_origin, "handed_over")
        self.assertEqual(
            [row["code"] for row in self.profile.explain()], ["handed_over"]
        )
        [line] = dossier.line_ids
        self.assertEqual(line.name, move.name)
        self.assertEqual((line.amount, line.amount_open), (300, 300))
        self.pay(move, 100)
        self.assertEqual((dossier.amount, dossier.amount_open), (300, 200))

    def test_the_event_and_the_decision(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        self.profile.user_id.lang = "fr_FR"
        move = self.make_invoice(self.customer, 300, -100)
        dossier = self.hand_over(move, self.manager)
        [event] = self.env["credit.event"].search(
            [("kind", "=", "handed_over"), ("profile_id", "=", self.profile.id)]
        )
        self.assertEqual(event.res_id, dossier.id)
        self.assertIn("transmises à Maître Loi", event.name)
        self.assertEqual(self.profile.decision_kind, "legal")
        self.assertFalse(self.profile.decision_due)

    def test_waiting_notices_are_cancelled(self):
        policy = self.make_policy()
        move = self.make_invoice(self.customer, 300, -100)
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
        self.hand_over(move)
        self.assertEqual(notice.state, "cancelled")

    def test_withdrawn_gives_the_claims_back(self):
        late = self.make_invoice(self.customer, 300, -100)
        said = self.make_invoice(self.customer, 200, -100)
        said.action_dunning_set_origin("other")
        dossier = self.hand_over(late | said)
        with self.assertRaisesRegex(UserError, "Enter the outcome"):
            dossier.action_close()
        dossier.outcome = "withdrawn"
        dossier.action_close()
        self.assertEqual(dossier.state, "closed")
        self.assertEqual(late.dunning_origin, "late")
        self.assertEqual(said.dunning_origin, "other")
        dossier.action_reopen()
        self.assertEqual(set((late | said).mapped("dunning_origin")), {"handed_over"})

    def test_other_outcomes_keep_them(self):
        move = self.make_invoice(self.customer, 300, -100)
        dossier = self.hand_over(move)
        dossier.outcome = "lost"
        dossier.action_close()
        self.env["account.move"]._update_origins(self.env.company)
        self.assertEqual(move.dunning_origin, "handed_over")

    def test_the_wizard_proposes_what_is_overdue_and_free(self):
        taken = self.make_invoice(self.customer, 300, -100)
        free = self.make_invoice(self.customer, 200, -1)
        self.make_invoice(self.customer, 100, 1)
        self.hand_over(taken)
        wizard = (
            self.env["credit.dossier.make"]
            .with_user(self.collector)
            .create({"profile_id": self.profile.id})
        )
        self.assertEqual(wizard.move_line_ids, self.receivables(free))
        self.assertEqual(wizard.amount, 200)
        with self.assertRaisesRegex(UserError, "to whom"):
            wizard.action_apply()
        wizard.recipient_id = self.lawyer
        action = wizard.action_apply()
        dossier = self.env["credit.dossier"].browse(action["res_id"])
        self.assertEqual(dossier.state, "handed_over")
        wizard.move_line_ids = False
        with self.assertRaisesRegex(UserError, "none is in the list"):
            wizard.action_apply()

    def test_claims_are_of_the_customer_and_frozen(self):
        other = self.make_invoice(self.make_customer("Other"), 10, -5)
        with self.assertRaisesRegex(UserError, "of its customer"):
            self.env["credit.dossier"].create(
                {
                    "profile_id": self.profile.id,
                    "move_line_ids": [(6, 0, self.receivables(other).ids)],
                }
            )
        dossier = self.hand_over(self.make_invoice(self.customer, 300, -100))
        with self.assertRaisesRegex(UserError, "another dossier"):
            dossier.with_user(self.collector).move_line_ids = False
        with self.assertRaisesRegex(UserError, "kept"):
            dossier.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            dossier.with_user(self.manager).write({"state": "draft"})

    def test_rights(self):
        move = self.make_invoice(self.customer, 300, -100)
        dossier = self.hand_over(move)
        self.customer.user_id = self.sales_reader
        for user in (self.sales_reader, self.accountant, self.plain_user):
            self.assertFalse(dossier.with_user(user).has_access("read"))
            self.assertFalse(dossier.line_ids.with_user(user).has_access("read"))
        auditor = dossier.with_user(self.auditor)
        auditor.read()
        for name in (
            "action_hand_over",
            "action_close",
            "action_reopen",
            "action_make_zip",
            "action_open_share",
        ):
            with self.subTest(action=name), self.assertRaises(AccessError):
                getattr(auditor, name)()
        with self.assertRaises(AccessError):
            auditor.note = "X"
        with self.assertRaises(AccessError):
            self.profile.with_user(self.auditor).action_open_hand_over()
        self.profile.user_id = self.manager
        self.assertFalse(dossier.with_user(self.collector).has_access("read"))

    # === DOCUMENTS === #
    def account_of(self, dossier):
        files = self.unpack(dossier)
        return files["00 Account of claims.xlsx"]

    def test_the_documents_are_complete(self):
        first = self.make_invoice(self.customer, 300, -100, ref="PO/1 <b>")
        second = self.make_invoice(self.customer, 200, -95)
        self.pay(first, 120, -50)
        self.make_notice(first)
        self.profile.message_post(
            body="Please pay", message_type="email_outgoing", subject="Your invoice"
        )
        self.profile.message_post(body="secret remark", subtype_xmlid="mail.mt_note")
        self.env["credit.promise"].create(
            {"profile_id": self.profile.id, "date": self.days(-20), "amount": 50}
        ).sudo()._update_state(("draft", "pending"), "broken")
        order = self.env["ir.attachment"].with_user(self.collector).create(
            {"name": "../order: 1?.pdf", "raw": b"%PDF-order"}
        )
        dossier = self.hand_over(first | second, order_ids=[(6, 0, order.ids)])
        dossier.action_make_zip()
        files = self.unpack(dossier)
        paths = "\n".join(files)
        for part in (
            "00 Account of claims.pdf",
            "00 Account of claims.xlsx",
            "Orders and contracts/001 order- 1.pdf",
            "Invoices/",
            "Reminders and formal notices/",
            "Statement of account/",
            "Messages exchanged with the customer.html",
            "Promises, plans and disputes.xlsx".replace(",", ""),
        ):
            self.assertIn(part, paths)
        self.assertEqual(paths.count("Invoices/"), 2)
        for path in files:
            self.assertNotIn("..", path)
            self.assertTrue(path.isascii())
        page = next(content for path, content in files.items() if "Messages" in path)
        self.assertIn(b"Please pay", page)
        self.assertNotIn(b"secret remark", page)
        self.assertEqual(dossier.zip_state, "done")

    def make_notice(self, move):
        policy = self.make_policy()
        notice = self.env["dunning.notice"].sudo().create(
            {
                "profile_id": self.profile.id,
                "company_id": self.env.company.id,
                "policy_id": policy.id,
                "level_id": policy.level_ids[0].id,
                "date": self.days(-60),
                "state": "sent",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "move_line_id": self.receivables(move).id,
                            "kind": "claim",
                            "currency_id": move.currency_id.id,
                        },
                    )
                ],
            }
        )
        proof = self.env["ir.attachment"].create(
            {"name": "receipt.pdf", "raw": b"%PDF-proof"}
        )
        return self.env["dunning.delivery"].sudo().create(
            {
                "notice_id": notice.id,
                "channel": "email",
                "state": "sent",
                "email_to": "pay@customer.example",
                "subject": "Reminder",
                "body_html": "<p>Pay now</p>",
                "date_sent": "2026-04-16 10:00:00",
                "proof_attachment_id": proof.id,
            }
        )

    def test_notices_as_sent_with_their_proof(self):
        move = self.make_invoice(self.customer, 300, -100)
        self.make_notice(move)
        dossier = self.hand_over(move)
        dossier.action_make_zip()
        files = self.unpack(dossier)
        [page, proof] = [p for p in files if p.startswith("Reminders")]
        self.assertIn(b"Pay now", files[page])
        self.assertIn(b"pay@customer.example", files[page])
        self.assertEqual(files[proof], b"%PDF-proof")
        self.assertTrue(proof.endswith("receipt.pdf"))

    def test_the_account_adds_up(self):
        first = self.make_invoice(self.customer, 300, -100, ref="=1+1")
        second = self.make_invoice(self.customer, 200, -95)
        foreign = self.make_invoice(
            self.customer, 50, -95, currency=self.other_currency
        )
        self.pay(first, 120, -50)
        dossier = self.hand_over(first | second | foreign)
        dossier.action_make_zip()
        book = load_workbook(io.BytesIO(self.account_of(dossier)))
        self.assertEqual(len(book.worksheets), 4)
        sheet = book["Claims USD"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
        self.assertEqual(rows[0][0], first.name)
        self.assertEqual(rows[0][1], "=1+1")
        self.assertEqual(rows[0][4:], [300, 120, 0, 180])
        self.assertEqual(rows[-1][4:], [500, 120, 0, 380])
        paid = [cell.value for cell in book["Payments USD"][4]]
        self.assertEqual((paid[0], paid[3]), (first.name, 120))
        self.assertEqual(book["Claims EUR"]["H4"].value, 50)

    def test_what_a_court_asks_for_besides(self):
        dossier = self.hand_over(self.make_invoice(self.customer, 300, -100))
        self.assertIn("order or contract", dossier.missing)
        self.assertIn("formal notice", dossier.missing)
        files = self.env["ir.attachment"].with_user(self.collector)
        dossier.terms_ids = files.create({"name": "cgv.pdf", "raw": b"x"})
        self.assertNotIn("terms of sale", dossier.missing)

    def test_many_invoices_wait_for_the_scheduled_action(self):
        moves = self.make_invoice(self.customer, 300, -100) | self.make_invoice(
            self.customer, 200, -100
        )
        dossier = self.hand_over(moves)
        with patch.object(credit_dossier, "MAX_AT_ONCE", 1):
            dossier.action_make_zip()
        self.assertEqual(dossier.zip_state, "queued")
        self.assertFalse(dossier.zip_id)
        with self.enter_registry_test_mode():
            self.env.ref("credit_control.cron_dossier").method_direct_trigger()
        dossier.invalidate_recordset()
        self.assertEqual((dossier.zip_state, dossier.zip_done), ("done", 2))
        self.assertTrue(self.unpack(dossier))

    def test_documents_that_fail_say_why_and_the_next_go_on(self):
        bad = self.hand_over(self.make_invoice(self.customer, 300, -100))
        good = self.hand_over(
            self.make_invoice(self.make_customer("Good"), 300, -100), self.manager
        )
        (bad | good)[0]._queue_zip()
        good._queue_zip()
        original = type(bad)._zip_bytes

        def broken(dossier, documents):
            if dossier == bad:
                raise UserError("The engine is missing.")
            return original(dossier, documents)

        with (
            self.enter_registry_test_mode(),
            patch.object(type(bad), "_zip_bytes", broken),
        ):
            self.env.ref("credit_control.cron_dossier").method_direct_trigger()
        (bad | good).invalidate_recordset()
        self.assertEqual((bad.zip_state, good.zip_state), ("failed", "done"))
        self.assertIn("engine is missing", bad.zip_error)


@tagged("post_install", "-at_install", "credit_control")
class TestDossierLink(LegalCommon, HttpCase):
    """A guest reads one dossier by a signed link, and nothing else."""

    def setUp(self):
        super().setUp()
        self.dossier = self.hand_over(self.make_invoice(self.customer, 300, -100))
        self.dossier.action_make_zip()

    def share(self, **values):
        wizard = (
            self.env["credit.dossier.share"]
            .with_user(self.collector)
            .create(
                {"dossier_id": self.dossier.id, "email": "loi@bar.example", **values}
            )
        )
        wizard.action_apply()
        return wizard.url.replace(self.dossier.get_base_url(), "")

    def test_page_download_log_and_revoke(self):
        path = self.share()
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        for words in (self.dossier.name, "Old Debtor", "00 Account of claims.pdf"):
            self.assertIn(words, page.text)
        answer = self.url_open(f"{path}/zip")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertEqual(answer.content, self.dossier.zip_id.raw)
        notes = " ".join(self.dossier.message_ids.mapped("body"))
        self.assertIn("loi@bar.example", notes)
        self.assertIn("documents downloaded", notes)
        self.dossier.invalidate_recordset()
        [link] = self.dossier.link_ids
        self.assertEqual(link.use_count, 2)
        link.with_user(self.collector).action_revoke()
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self.url_open(f"{path}/zip").status_code, 404)

    def test_nothing_else(self):
        path = self.share()
        self.assertEqual(self.url_open(f"{path}/other").status_code, 404)
        self.assertEqual(self.url_open(path[:-3] + "abc").status_code, 404)

    def test_who_may_share(self):
        for user in (self.auditor, self.sales_reader):
            with self.assertRaises(AccessError):
                self.dossier.with_user(user)._share("x", 3)
        with self.assertRaisesRegex(UserError, "between 1 and"):
            self.share(days=0)
