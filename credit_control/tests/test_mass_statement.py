import io
import zipfile
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.mail.tests.common import MailCase

from ..report.credit_pdf_report import CreditPdfReport
from .security_common import SecurityCommon

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@tagged("post_install", "-at_install", "credit_control")
class TestMassStatement(SecurityCommon, MailCase):
    """Statements of many customers: previewed, queued, mailed, logged."""

    @classmethod
    def default_env_context(cls):
        return {}  # mails are sent, unlike in the tests of accounting

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.mine["credit.profile"] + cls.nobodys["credit.profile"]
        cls.first, cls.second = cls.both
        cls.first.partner_id.write({"email": "bills@first.example", "lang": "en_US"})
        cls.second.partner_id.email = False
        cls.engine = cls.enterClassContext(
            patch.object(
                CreditPdfReport,
                "_print",
                lambda self, values: [b"%PDF-1.4 fake"] * len(values),
            )
        )
        cls.enterClassContext(
            patch.object(CreditPdfReport, "_engine_error", lambda self: None)
        )

    def wizard(self, user=None, profiles=None, **values):
        wizards = self.env["credit.mass.statement"].with_user(user or self.collector)
        wizards = wizards.with_context(active_ids=(profiles or self.both).ids)
        return wizards.create(values)

    def send(self, **kwargs):
        self.wizard(**kwargs).action_apply()
        actions = self.env["credit.mass.action"].sudo()
        return actions.search([], limit=1, order="id desc")

    def mails(self, profile):
        return profile.message_ids.filtered(
            lambda message: message.message_type == "email_outgoing"
        )

    # === PREVIEW === #
    def test_the_preview_says_who_gets_it_and_who_not(self):
        text = str(self.wizard().preview)
        for words in ("bills@first.example", "no usable e-mail address", "English"):
            self.assertIn(words, text)
        self.assertIn("100.00", text)

    def test_blacklisted_and_wrong_addresses_get_nothing(self):
        self.second.partner_id.email = "not an address"
        self.env["mail.blacklist"]._add("bills@first.example")
        values = self.wizard()._preview_values()
        self.assertEqual(values["sent"], 0)
        self.assertEqual(values["reasons"], [("no usable e-mail address", 2)])
        with self.assertRaisesRegex(UserError, "None of these customers"):
            self.wizard().action_apply()

    def test_nothing_to_show(self):
        self.mine["account.move"].button_draft()
        values = self.wizard(profiles=self.first)._preview_values()
        self.assertEqual(values["reasons"], [("nothing to show", 1)])
        every = self.wizard(profiles=self.first, skip_empty=False)
        self.assertEqual(every._preview_values()["sent"], 1)

    # === SENDING === #
    def test_mailed_by_the_scheduled_action_and_logged(self):
        action = self.send()
        self.assertEqual((action.count, action.waiting_count), (1, 1))
        self.assertEqual(action.problem_count, 1)
        self.assertIn("no usable e-mail address", action.problems)
        self.assertFalse(self.mails(self.first))
        self.env.flush_all()
        cron = self.env.ref("credit_control.cron_statement").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        message = self.mails(self.first)
        mails = self.env["mail.mail"].sudo()
        with self.mock_mail_gateway():
            mails.search([("mail_message_id", "=", message.id)]).send()
        self.assertEqual((action.count, action.waiting_count), (1, 0))
        self.assertEqual(message.author_id, self.collector.partner_id)
        self.assertEqual(message.attachment_ids.res_id, self.first.id)
        self.assertIn("statement of your account", message.body)
        self.assertEqual(message.notification_ids.notification_status, "sent")
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(
            self._mails[0]["email_to"], [self.first.partner_id.email_formatted]
        )
        self.assertFalse(self.mails(self.second))

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.first.partner_id.lang = "fr_FR"
        template = self.env.ref("credit_control.mail_template_statement_day")
        template.with_context(lang="fr_FR").subject = "Relevé de compte"
        action = self.send()
        action._send_batch()
        self.assertEqual(self.mails(self.first).subject, "Relevé de compte")

    def test_it_cannot_be_undone_but_stopped(self):
        action = self.send().with_user(self.collector)
        self.assertFalse(action.can_undo)
        with self.assertRaisesRegex(UserError, "cannot be taken back"):
            action.action_undo()
        with self.assertRaises(AccessError):
            action.with_user(self.collector_all).action_stop()
        action.action_stop()
        self.assertEqual((action.count, action.waiting_count), (0, 0))
        self.assertIn("stopped", action.problems)
        with self.assertRaisesRegex(UserError, "nothing to stop"):
            action.action_stop()

    def test_the_rights_of_the_moment_count(self):
        action = self.send()
        self.first.user_id = self.collector_all
        action._send_batch()
        self.assertFalse(self.mails(self.first))
        self.assertIn("no right", action.problems)

    def test_one_that_fails_does_not_stop_the_others(self):
        self.second.partner_id.email = "bills@second.example"
        action = self.send()
        profiles = type(self.env["credit.profile"])
        done = profiles._mail_statements

        def fail(records, options):
            if self.second in records:
                raise UserError("No paper left.")
            return done(records, options)

        with patch.object(profiles, "_mail_statements", fail):
            action._send_batch()
        self.assertTrue(self.mails(self.first))
        self.assertIn("No paper left.", action.problems)
        self.assertEqual((action.count, action.problem_count), (1, 1))

    def test_who_may(self):
        for user in (self.sales_reader, self.auditor):
            with self.assertRaises(AccessError):
                self.wizard(user=user).action_apply()
        with self.assertRaises(AccessError):
            self.wizard(profiles=self.others["credit.profile"]).action_apply()

    def test_as_many_queries_for_many(self):
        def customers(count):
            profiles = self.env["credit.profile"]
            for number in range(count):
                partner = self.make_customer(
                    name=f"Many {number}", email=f"many{number}@many.example"
                )
                self.make_invoice(partner, 10, -30)
                profiles += self.make_profile(partner, user_id=self.collector.id)
            return profiles

        counts = []
        for profiles in (customers(3), customers(15)):
            action = self.send(profiles=profiles)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            action._send_batch()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)


@tagged("post_install", "-at_install", "credit_control")
class TestProfileExport(SecurityCommon, HttpCase):
    """Customers with their figures as a workbook, and their statements as one PDF."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.mine["credit.profile"] + cls.nobodys["credit.profile"]
        cls.export_group = cls.env.ref("base.group_allow_export")
        cls.collector.group_ids = [Command.link(cls.export_group.id)]

    def rows(self, content):
        book = zipfile.ZipFile(io.BytesIO(content))
        strings = [
            "".join(item.itertext())
            for item in etree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        return [
            [
                strings[int(cell.findtext(f"{SHEET}v"))]
                if cell.get("t") == "s"
                else float(cell.findtext(f"{SHEET}v"))
                for cell in row
            ]
            for row in sheet.iter(f"{SHEET}row")
        ]

    def test_the_figures(self):
        self.mine["credit.profile"].partner_id.name = "=1+1"
        self.env.flush_all()
        action = self.both.with_user(self.collector).action_export_figures()
        self.authenticate(self.collector.login, self.collector.login)
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        rows = self.rows(response.content)
        head = rows[2]
        for label in ("Customer", "Overdue", "Promised", "Contested", "1-30 days"):
            self.assertIn(label, head)
        self.assertEqual(rows[3][0], "=1+1")
        self.assertIn(100.0, rows[3])
        self.assertEqual(rows[-1][0], "Total")
        self.assertIn(200.0, rows[-1])

    def test_only_one_s_own(self):
        export = self.both.with_user(self.collector).action_export_figures()["url"]
        self.authenticate(self.manager.login, self.manager.login)
        self.assertEqual(self.url_open(export).status_code, 404)
        others = self.others["credit.profile"].with_user(self.collector)
        with self.assertRaises(AccessError):
            others.action_export_figures()
        with self.assertRaisesRegex(AccessError, "no right to export"):
            self.both.with_user(self.manager).action_export_figures()
        self.collector.group_ids = [Command.unlink(self.export_group.id)]
        self.authenticate(self.collector.login, self.collector.login)
        self.assertEqual(self.url_open(export).status_code, 404)

    def test_fields_out_of_sight_are_left_out(self):
        self.sales_reader.group_ids = [Command.link(self.export_group.id)]
        profile = self.mine["credit.profile"].with_user(self.sales_reader)
        export = self.env["credit.profile.export"].with_user(self.sales_reader)
        rows = self.rows(export.create({"profile_ids": profile.ids})._xlsx())
        self.assertNotIn("Kind of decision", rows[2])

    def test_queries_do_not_grow(self):
        counts = []
        for count in (2, 12):
            profiles = self.env["credit.profile"]
            for number in range(count):
                partner = self.make_customer(name=f"Row {count} {number}")
                self.make_invoice(partner, 10, -30)
                profiles += self.make_profile(partner, user_id=self.collector.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            workbook = self.env["credit.profile.xlsx"].with_user(self.collector)
            workbook._write(profiles.with_user(self.collector))
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_statements_on_one_paper(self):
        profiles = self.both.with_user(self.collector)
        with patch.object(CreditPdfReport, "_engine_error", lambda self: None):
            action = profiles.action_print_statements()
        self.assertRegex(action["url"], r"^/credit/statement/\d+/pdf$")
