import io
import json
import logging
import os
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .act_common import ActCommon
from .receive_common import ReceiveCommon

CANARY = "zanzibarquokka"


class PrivacyCommon(ActCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messages = cls.env["credit.message"].sudo()

    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 1.0
        )

    def old(self, days, intent=None, state="done", **values):
        """Create a message that came ``days`` ago, with a file and an original."""
        message = self.make_message(intent, **values).sudo()
        message.write(
            {
                "received_date": fields.Datetime.now() - timedelta(days=days),
                "body_text": f"{CANARY} says",
                "reply_text": f"{CANARY} says",
                "body_html": f"<p>{CANARY}</p>",
            }
        )
        files = self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": f"{name} {message.id}",
                    "raw": f"{CANARY} {name} {message.id}".encode(),
                    "res_model": "credit.message",
                    "res_field": field,
                    "res_id": message.id,
                }
                for name, field in (("proof.pdf", False), ("raw", "raw"))
            ]
        )
        message.attachment_ids = files[0]
        if state != "new":
            message._update_state(("new",), state)
            message.done_date = message.received_date
        message.message_post(body=f"{CANARY} answered", message_type="comment")
        self.env.flush_all()
        return message

    def run_cron(self):
        """Run the nightly action as the scheduler does."""
        self.messages._cron_retention(limit=2)

    def left(self, message):
        """Return all that is still known of a message, as text."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.cr.execute(
            """SELECT row_to_json(m)::text FROM credit_message m WHERE id = %(id)s
                UNION ALL SELECT row_to_json(i)::text FROM credit_message_intent i
                           WHERE message_id = %(id)s
                UNION ALL SELECT row_to_json(p)::text FROM mail_message p
                           WHERE model = 'credit.message' AND res_id = %(id)s
                UNION ALL SELECT row_to_json(a)::text FROM ir_attachment a
                           WHERE res_model = 'credit.message' AND res_id = %(id)s""",
            {"id": message.id},
        )
        return "\n".join(row[0] for row in self.env.cr.fetchall())


@tagged("post_install", "-at_install", "credit_control")
class TestRetention(PrivacyCommon):
    def test_nothing_goes_before_its_time(self):
        young = [
            self.old(29, "other", "spam"),
            self.old(1094, "promise"),
            self.old(179, "auto_reply"),
            self.old(364, "dispute", profile_id=False),
        ]
        self.run_cron()
        for message in young:
            with self.subTest(message=message.intent):
                self.assertTrue(message.exists())
                self.assertIn(CANARY, message.body_text)

    def test_spam_is_deleted_and_the_rest_anonymised(self):
        spam = self.old(31, "other", "spam")
        done = self.old(1096, {"intent": "promise", "date": "2026-07-01"})
        machine = self.old(181, "auto_reply")
        stranger = self.old(366, "dispute", profile_id=False)
        self.run_cron()
        self.assertFalse(spam.exists())
        for message in (done, machine, stranger):
            text = self.left(message)
            with self.subTest(message=message.intent):
                self.assertNotIn(CANARY, text)
                self.assertNotIn("petit.example", text)
                self.assertTrue(message.anonymised_date)
        self.assertEqual(str(done.intent_ids.date), "2026-07-01")
        self.assertEqual(done.intent_ids.intent, "promise")
        self.assertFalse(done.intent_ids.evidence)

    def test_they_are_deleted_where_the_company_says_so(self):
        self.env.company.credit_expiry = "purge"
        done = self.old(1096, "promise")
        number = done.id
        self.run_cron()
        self.assertFalse(done.exists())
        self.assertFalse(self.left(self.messages.browse(number)))

    def test_zero_keeps_for_ever(self):
        self.env.company.write(
            {
                "credit_days_closed": 0,
                "credit_days_spam": 0,
                "credit_days_original": 0,
            }
        )
        done, spam = self.old(9000, "promise"), self.old(9000, "other", "spam")
        self.run_cron()
        self.assertTrue(spam.exists())
        self.assertIn(CANARY, done.body_text)
        self.assertTrue(done._get_original())

    def test_the_sender_s_date_makes_nothing_old(self):
        message = self.old(1, "other", "spam")
        message.date = "1999-01-01"
        self.run_cron()
        self.assertTrue(message.exists())

    def test_what_waits_for_a_person_stays(self):
        message = self.old(5000, "promise", "new")
        self.run_cron()
        self.assertIn(CANARY, message.body_text)

    def test_originals_go_first_and_free_the_disk(self):
        message = self.old(91, "promise")
        original = message._get_original()
        path = original._full_path(original.store_fname)
        self.assertTrue(os.path.exists(path))
        self.run_cron()
        self.assertFalse(message._get_original())
        self.assertTrue(message.attachment_ids, "its files stay with the text")
        self.assertIn(CANARY, message.body_text)
        self.env.flush_all()
        with mute_logger("odoo.addons.base.models.ir_attachment"):
            self.env["ir.attachment"]._gc_file_store_unsafe()
        self.assertFalse(os.path.exists(path))

    def test_what_a_running_record_needs_is_kept(self):
        intent = self.found("promise", date=self.days(9))
        intent.action_accept()
        message = intent.message_id.sudo()
        message._update_state(("new",), "done")
        promise = self.env["credit.promise"].browse(intent.sudo().res_id)
        message.write(
            {
                "received_date": "2019-01-01",
                "done_date": "2019-01-01",
                "body_text": CANARY,
            }
        )
        self.assertEqual(message._read_needs(), {message.id: "promise"})
        self.run_cron()
        self.assertIn(CANARY, message.body_text)
        self.assertIn("petit.example", promise.sudo().note)
        promise.sudo()._update_state(("draft", "pending"), "cancelled")
        self.run_cron()
        self.assertFalse(message.body_text)
        self.assertEqual(message.intent_ids.res_id, promise.id)
        promise.invalidate_recordset()
        self.assertNotIn("petit.example", promise.sudo().note)

    def test_a_legal_hold_keeps_until_a_manager_releases_it(self):
        message = self.old(5000, "promise")
        with self.assertRaises(AccessError):
            message.with_user(self.collector).action_legal_hold()
        message.with_user(self.manager).action_legal_hold()
        self.run_cron()
        self.assertIn(CANARY, message.body_text)
        message.with_user(self.manager).action_legal_release()
        self.run_cron()
        self.assertFalse(message.body_text)

    def test_insolvency_and_dossier_keep_the_customer_s_mails(self):
        message = self.old(5000, "delay")
        dossier = self.env["credit.dossier"].sudo().create(
            {"profile_id": self.profile.id}
        )
        self.assertEqual(message._read_needs(), {message.id: "dossier"})
        dossier.unlink()
        self.profile.sudo().write(
            {"legal_status": "receivership", "legal_date": self.days(-9)}
        )
        self.assertEqual(message._read_needs(), {message.id: "insolvency"})

    def test_the_same_mail_does_not_come_in_twice(self):
        message = self.old(1096, "promise", raw_digest="f" * 64)
        self.run_cron()
        self.assertFalse(message.body_text)
        self.assertEqual(message.raw_digest, "f" * 64)

    def test_days_that_make_no_sense(self):
        for name, days in (
            ("credit_days_closed", -1),
            ("credit_days_spam", 3),
            ("credit_days_original", -5),
            ("credit_days_machine", 999999),
        ):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.env.company.write({name: days})
                self.env.flush_all()

    def test_how_many_is_logged_and_nothing_of_them(self):
        self.old(31, "other", "spam")
        with self.assertLogs("odoo", logging.INFO) as logs:
            self.run_cron()
        text = "\n".join(logs.output)
        self.assertIn("purge of 1", text)
        self.assertNotIn(CANARY, text)
        self.assertNotIn("petit.example", text)


@tagged("post_install", "-at_install", "credit_control")
class TestPerson(PrivacyCommon):
    def wizard(self, user=None, **values):
        wizards = self.env["credit.message.person"].with_user(user or self.manager)
        return wizards.create({"email": "Compta@PETIT.example", **values})

    def unpack(self, action):
        file_id = int(action["url"].split("/")[3].split("?")[0])
        content = self.env["ir.attachment"].sudo().browse(file_id).raw
        return zipfile.ZipFile(io.BytesIO(content))

    def test_all_that_a_person_wrote(self):
        first = self.old(3, {"intent": "promise", "date": "2026-07-01"})
        second = self.old(2, "delay", subject="=cmd()")
        second._forget_originals()
        self.old(1, "delay", email_normalized="else@other.example", partner_id=False)
        wizard = self.wizard()
        self.assertEqual(wizard.message_count, 2)
        archive = self.unpack(wizard.action_export())
        names = set(archive.namelist())
        self.assertLessEqual(
            {"index.csv", "0001/message.eml", "0002/message.txt"}, names
        )
        self.assertIn(CANARY.encode(), archive.read("0001/message.eml"))
        self.assertIn(f"0002/proof.pdf {second.id}", names)
        concluded = json.loads(archive.read("0001/concluded.json"))
        self.assertEqual(concluded["found"][0]["intent"], "promise")
        self.assertEqual(concluded["found"][0]["date"], "2026-07-01")
        self.assertIn(f"{CANARY} answered", concluded["answers"][0]["text"])
        index = archive.read("index.csv").decode("utf-8-sig")
        self.assertIn("'=cmd()", index)
        self.assertIn(first.subject, index)

    def test_by_contact(self):
        self.old(3, "promise")
        wizard = self.wizard(email=False, partner_id=self.clerk.id)
        self.assertEqual(wizard.message_count, 1)
        self.assertTrue(self.unpack(wizard.action_export()))

    def test_who_may(self):
        self.old(3, "promise")
        for user in (self.collector, self.accountant, self.sales_reader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.wizard(user)
        auditor = self.wizard(self.auditor, reason="Letter", is_confirmed=True)
        self.assertTrue(auditor.action_export())
        with self.assertRaises(AccessError):
            auditor.action_erase()

    def test_erased_on_request(self):
        message = self.old(3, "delay", "new")
        self.env["credit.message.sender"].sudo().create(
            {"email": "compta@petit.example", "profile_id": self.profile.id}
        )
        with self.assertRaisesRegex(UserError, "confirm"):
            self.wizard().action_erase()
        self.wizard(reason="Letter of 3 May", is_confirmed=True).action_erase()
        text = self.left(message)
        self.assertNotIn(CANARY, text)
        self.assertNotIn("petit.example", text)
        self.assertIn("Letter of 3 May", text)
        self.assertEqual(message.state, "archived")
        senders = self.env["credit.message.sender"].sudo()
        self.assertFalse(senders.search([("email", "=", "compta@petit.example")]))

    def test_a_running_claim_keeps_its_proof(self):
        message = self.old(3, "delay")
        message.with_user(self.manager).action_legal_hold()
        wizard = self.wizard(reason="Letter", is_confirmed=True)
        self.assertEqual(wizard.kept_count, 1)
        self.assertIn("legal hold", wizard.kept_text)
        with self.assertRaisesRegex(UserError, "legal hold"):
            wizard.action_erase()
        self.assertIn(CANARY, message.body_text)

    def test_nobody_and_nonsense(self):
        with self.assertRaisesRegex(UserError, "No message"):
            self.wizard(email="nobody@nowhere.example").action_export()
        with self.assertRaisesRegex(UserError, "like this"):
            self.wizard(email="no address").action_export()


@tagged("post_install", "-at_install", "credit_control")
class TestServerLog(ReceiveCommon):
    """Nothing of what people write, nor who they are, reaches the server's log."""

    # what runs a statement or a request writes it whole at DEBUG: by definition
    CORE = ("odoo.sql_db", "odoo.http", "odoo.addons.base.models.ir_http")

    def said(self, deed):
        """Return what all loggers said meanwhile, at any level."""
        records = []

        class Keeper(logging.Handler):
            def emit(self, record):
                records.append((record.name, record.getMessage(), record.exc_text))

        keeper, root = Keeper(level=1), logging.getLogger()
        levels = {
            name: logger.level
            for name, logger in logging.Logger.manager.loggerDict.items()
            if isinstance(logger, logging.Logger)
        }
        handlers, level = root.handlers[:], root.level
        root.handlers, root.level = [keeper], logging.DEBUG
        try:
            for name in levels:
                if name.startswith("odoo"):
                    is_core = name.startswith(self.CORE)
                    lowest = logging.INFO if is_core else logging.DEBUG
                    logging.getLogger(name).setLevel(lowest)
            deed()
        finally:
            root.handlers, root.level = handlers, level
            for name, before in levels.items():
                logging.getLogger(name).setLevel(before)
        return "\n".join(map(str, records))

    def assertQuiet(self, deed):
        text = self.said(deed)
        for word in (CANARY, "jean@mueller.example", "Dupont"):
            self.assertNotIn(word, text)

    def mail(self, **headers):
        return self.make_mail(
            f"We shall pay {CANARY} on Friday.",
            html=f"<p>{CANARY}</p>",
            files=[(f"{CANARY}.pdf", f"%PDF {CANARY}".encode(), "application/pdf")],
            Subject=f"{CANARY} subject",
            **headers,
        )

    def take_in(self, raw):
        return self.env["mail.thread"].message_process(None, raw)

    def test_received_matched_understood(self):
        raw = self.mail()
        self.assertQuiet(lambda: self.take_in(raw))
        self.assertTrue(self.messages.search([("subject", "like", CANARY)]))

    def test_known_twice_and_broken(self):
        raw = self.mail()
        self.take_in(raw)
        self.assertQuiet(lambda: self.take_in(raw))
        broken = self.mail(Date="the day of " + CANARY, Message_ID=None)[:-40]
        self.assertQuiet(lambda: self.take_in(broken + b"\xff\x00"))

    def test_a_step_that_fails_with_words_of_the_mail(self):
        def fail(message):
            raise ValueError(f"{CANARY} is no number, says jean@mueller.example")

        cls = type(self.env["credit.message"])
        for step in ("_parse", "_match", "_understand", "_after_understood"):
            self.patch(cls, step, fail)
            raw = self.mail()
            with self.subTest(step=step):
                self.assertQuiet(lambda raw=raw: self.take_in(raw))

    def test_a_report_of_a_mail_server(self):
        delivery = self.send_notice()
        report = self.make_report(delivery).replace(
            b"your message could not", b"%s could not" % CANARY.encode()
        )
        self.assertQuiet(lambda: self.take_in(report))

    def test_answered_by_a_person(self):
        message = self.messages.browse(self.take_in(self.mail()))
        action = message.with_user(self.manager).action_answer()

        def answer():
            composer = (
                self.env["mail.compose.message"]
                .with_user(self.manager)
                .with_context(**action["context"])
                .create({"body": f"<p>{CANARY}</p>"})
            )
            with self.mock_mail_gateway():
                composer.action_send_mail()

        text = self.said(answer)
        self.assertNotIn(CANARY, text)
