import io
import json
import zipfile

from lxml import etree

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.mail.tests.common import MailCase

from .common import CreditControlCommon
from .letter_common import LetterCommon

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@tagged("post_install", "-at_install", "credit_control")
class TestStatementScreen(LetterCommon, MailCase):
    """The statement on the screen, as a workbook, and by mail."""

    @classmethod
    def default_env_context(cls):
        return {}  # mails are sent, unlike in the tests of accounting

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.make_profile(cls.customer)
        cls.invoice = cls.make_invoice(cls.customer, 1234.5, -45, ref="=1+1")
        cls.payment = cls.pay(cls.invoice, 34.5, -3)

    def open(self, profiles=None, user=None):
        profiles = (profiles or self.profile).with_user(user or self.collector)
        action = profiles.action_statement()
        return (
            self.env[action["res_model"]]
            .with_user(profiles.env.user)
            .browse(action["res_id"])
        )

    def sheets(self, statement):
        """Return the sheets of the workbook: rows of (type, value) by column."""
        book = zipfile.ZipFile(io.BytesIO(statement._xlsx()))
        strings = [
            "".join(item.itertext())
            for item in etree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheets = []
        for name in sorted(book.namelist()):
            if not name.startswith("xl/worksheets/sheet"):
                continue
            rows = []
            for row in etree.fromstring(book.read(name)).iter(f"{SHEET}row"):
                cells = {}
                for cell in row:
                    self.assertIsNone(cell.find(f"{SHEET}f"), "a formula")
                    value = cell.findtext(f"{SHEET}v")
                    text = cell.get("t") == "s"
                    column = cell.get("r").rstrip("0123456789")
                    cells[column] = strings[int(value)] if text else float(value)
                rows.append(cells)
            sheets.append(rows)
        return sheets

    # === SCREEN === #
    def test_screen(self):
        form = Form(self.open())
        for words in (
            "Statement of account on 06/15/2026",
            self.invoice.name,
            self.payment.move_id.name,
            f"/credit/invoice/{self.invoice.id}/pdf",
        ):
            self.assertIn(words, form.content)
        form.date = self.days(-4)
        self.assertNotIn(self.payment.move_id.name, form.content)
        form.mode = "full"
        self.assertEqual(form.date_from, self.days(-4 - 364))
        self.assertIn("Movements in USD", form.content)

    def test_screen_of_a_long_history_shows_the_end(self):
        profile = self.make_profile(self.make_customer("Long"))
        for amount in (1, 2, 4, 8):
            self.make_invoice(profile.partner_id, amount, -amount)
        words = self.env["report.credit_control.statement_document"]
        [section] = profile.statement(full=True)
        shown = words._section(section, 2)
        self.assertEqual(shown["hidden"], 2)
        self.assertEqual([row["code"] for row in shown["rows"]], ["invoice"] * 2)
        opening = shown["opening"].replace("$\N{NO-BREAK SPACE}", "")
        self.assertEqual(float(opening), section["rows"][1]["balance"])

    def test_opened_from_everywhere(self):
        notice = self.make_notice(self.customer)
        user = self.collector
        for action in (
            self.profile.with_user(user).action_statement(),
            self.customer.with_user(user).action_credit_statement(),
            self.invoice.with_user(user).action_credit_statement(),
            notice.with_user(user).action_statement(),
        ):
            self.assertEqual(action["res_model"], "credit.statement")
            statement = self.env["credit.statement"].browse(action["res_id"])
            self.assertEqual(statement.profile_ids, self.profile)

    def test_many_customers(self):
        other = self.make_customer("Other", **self.address("1 rue X", "69001", "Lyon"))
        self.make_invoice(other, 20, -5)
        nothing = self.make_customer("Nothing")
        profiles = self.profile | self.make_profile(other) | self.make_profile(nothing)
        statement = self.open(profiles, self.manager)
        self.assertIn("Other", statement.content)
        self.assertIn("20.00", statement.content)
        pages = self.pages(statement._pdf())
        self.assertEqual(len(pages), 2, "none of who has nothing to show")
        self.assertIn("Page 1 / 1", pages[1])
        [rows] = self.sheets(statement)
        names = {cells.get("A") for cells in rows[5:]}
        self.assertTrue({"Other", self.customer.name} <= names)
        with self.assertRaisesRegex(UserError, "one customer at a time"):
            statement.action_send()
        with self.assertRaisesRegex(UserError, "at least one"):
            self.profile.browse().action_statement()

    # === FILES === #
    def test_pdf_of_all_movements(self):
        statement = self.open()
        statement.write({"mode": "full", "date_from": self.days(-60)})
        text = self.text(statement._pdf())
        for words in (
            "Statement of account from 04/16/2026 to 06/15/2026",
            "Balance brought forward on 04/16/2026 $ 1,234.50",
            f"06/12/2026: $ 34.50 for {self.invoice.name}",
            "Balance $ 1,200.00",
        ):
            self.assertIn(words, text)

    def test_pdf_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        self.customer.lang = "fr_FR"
        text = self.text(self.open()._pdf())
        for words in ("Relevé de compte au 15/06/2026", "Solde cumulé", "Facture"):
            self.assertIn(words, text)

    def test_workbook_is_typed_and_harmless(self):
        self.make_invoice(self.customer, 300, -5, currency=self.other_currency)
        dollars, euros = self.sheets(self.open())
        row = next(cells for cells in dollars if cells.get("C") == "=1+1")
        self.assertEqual(row["B"], self.invoice.name)
        day = (self.days(-45) - fields.Date.to_date("1899-12-30")).days
        self.assertEqual((row["E"], row["F"]), (day, 45))
        self.assertEqual((row["G"], row["H"], row["I"]), (1234.5, 1200, 1200))
        settled = next(
            cells for cells in dollars if "L" in cells and cells["L"] == 34.5
        )
        self.assertEqual(settled["J"], self.payment.move_id.name)
        self.assertEqual(euros[-1]["H"], 300)
        nothing = self.open(self.make_profile(self.make_customer("Nothing")))
        self.assertEqual(len(self.sheets(nothing)), 1)

    # === MAIL === #
    def send(self, statement):
        """Send what the composer proposes; return the mail."""
        action = statement.action_send()
        composer = self.env[action["res_model"]].with_user(statement.env.user)
        form = Form(composer.with_context(**action["context"]))
        with self.mock_mail_gateway():
            form.save()._action_send_mail()
        return self._new_mails

    def test_mail(self):
        payer = self.env["res.partner"].create(
            {
                "name": "Ann Payer",
                "email": "ann@customer.example",
                "parent_id": self.customer.id,
                "credit_role_ids": [
                    Command.link(
                        self.env.ref("credit_control.role_accounts_payable").id
                    )
                ],
            }
        )
        mail = self.send(self.open())
        self.assertEqual(mail.recipient_ids, payer)
        self.assertIn("06/15/2026", mail.subject)
        self.assertIn("Please find attached", mail.body_html)
        self.assertEqual(
            mail.attachment_ids.mapped("name"),
            [f"Statement of {self.customer.name}.pdf"],
        )
        self.assertIn("1,200.00", self.text(mail.attachment_ids.raw))
        message = self.profile.message_ids[0]
        self.assertEqual(message.author_id, self.collector.partner_id)

    def test_mail_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        self.customer.lang = "fr_FR"
        mail = self.send(self.open())
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("Relevé de compte", mail.subject)
        self.assertIn("15/06/2026", mail.subject)
        self.assertIn("Veuillez trouver ci-joint", mail.body_html)
        self.assertIn("Relevé", mail.attachment_ids.name)

    # === RIGHTS === #
    def test_who_may(self):
        self.customer.user_id = self.sales_reader
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            statement = self.open(user=user)
            self.assertIn(self.invoice.name, statement.content, user.name)
            self.assertTrue(statement._xlsx())
            self.assertEqual(statement.can_send, user != self.auditor)
        with self.assertRaises(AccessError):
            self.open(user=self.auditor).action_send()
        for user in (self.plain_user, self.accountant):
            with self.assertRaises(AccessError, msg=user.name):
                self.open(user=user)

    def test_nobody_elses(self):
        """By RPC: neither the wizard of a colleague, nor a customer of another."""
        statement = self.open()
        with self.assertRaises(AccessError):
            statement.with_user(self.manager).read(["content"])
        self.profile.user_id = self.manager
        with self.assertRaises(AccessError):
            statement.invalidate_recordset()
            statement.read(["content"])
        with self.assertRaises(AccessError):
            statement._pdf()
        with self.assertRaises(AccessError):
            self.env["credit.statement"].with_user(self.collector).create(
                {"profile_ids": self.profile.ids, "date": self.today}
            )
        mine = self.make_profile(self.make_customer("Mine"), user_id=self.collector.id)
        own = self.open(mine)
        with self.assertRaises(AccessError):
            own.write({"profile_ids": [Command.link(self.profile.id)]})


@tagged("post_install", "-at_install", "credit_control")
class TestStatementRoute(CreditControlCommon, HttpCase):
    """The files by their addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer("Route")
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.make_invoice(cls.customer, 100, -5)
        action = cls.profile.with_user(cls.collector).action_statement()
        cls.address = f"/credit/statement/{action['res_id']}"

    def test_files(self):
        self.authenticate("credit_collector", "credit_collector")
        answer = self.url_open(f"{self.address}/pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertTrue(answer.content.startswith(b"%PDF"))
        answer = self.url_open(f"{self.address}/xlsx")
        self.assertTrue(answer.content.startswith(b"PK"))
        self.assertIn(
            "Statement%20of%20Route.xlsx", answer.headers["Content-Disposition"]
        )
        self.assertEqual(self.url_open(f"{self.address}/csv").status_code, 404)

    def test_printed_from_the_list_of_customers(self):
        self.authenticate("credit_collector", "credit_collector")
        address = f"/report/pdf/credit_control.statement_document/{self.profile.id}"
        data = {
            "data": json.dumps([address, "qweb-pdf"]),
            "csrf_token": http.Request.csrf_token(self),
        }
        answer = self.url_open("/report/download", data=data)
        name = f"Route%20{self.profile.company_id._dunning_today().popitem()[1]}.pdf"
        self.assertIn(name, answer.headers.get("Content-Disposition", answer.text))

    def test_nobody_elses(self):
        for login in ("credit_manager", "credit_sales_reader", "credit_plain_user"):
            self.authenticate(login, login)
            for kind in ("pdf", "xlsx"):
                answer = self.url_open(f"{self.address}/{kind}")
                self.assertEqual(answer.status_code, 404, login)
        self.profile.user_id = self.manager
        self.authenticate("credit_collector", "credit_collector")
        self.assertEqual(self.url_open(f"{self.address}/pdf").status_code, 404)
