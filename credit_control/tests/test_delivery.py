from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestDelivery(NoticeCommon):
    """The queue: batches, failures that stay where they belong, what people do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    def _queued_notice(self, **values):
        notice = self.make_notice(moves=self.invoice, **values)
        self.queue(notice)
        return notice

    def _process(self):
        return self.env["dunning.delivery"]._process_queue()

    # === FAILURES === #
    def test_what_goes_wrong_is_said_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        self.level1.write({"send_email": False, "plan_call": True})
        notice = self._queued_notice()
        self._process()
        call = notice.delivery_ids.filtered(lambda item: item.channel == "call")
        self.assertEqual(call.state, "failed")
        self.assertIn("Aucun numéro de téléphone", call.error)

    def test_one_bad_notice_does_not_stop_the_others(self):
        notices = self.env["dunning.notice"]
        for number in range(4):
            partner = self.make_customer(f"Batch {number}")
            notices |= self.make_notice(partner, self.make_invoice(partner, 10, -9))
        notices = notices.sorted("id")
        self.queue(notices)
        bad = notices[2]
        original = type(notices)._fill_in

        def broken(notice, lang, values):
            if notice == bad:
                raise ZeroDivisionError("the moon is full")
            return original(notice, lang, values)

        with (
            patch.object(type(notices), "_fill_in", broken),
            self.assertLogs(level="ERROR"),
        ):
            self._process()
        self.assertEqual(
            notices.delivery_ids.sorted("id").mapped("state"),
            ["queued", "queued", "failed", "queued"],
        )
        self.assertIn("moon", bad.delivery_ids.error)
        self.assertTrue(bad.delivery_ids.remedy)
        self.assertEqual(bad.state, "failed")

    def test_broken_placeholder(self):
        good = self._queued_notice()
        partner = self.make_customer("Broken")
        level = self.level2
        level.body_html = "<p>{{ bank_account }}</p>"  # the company has none
        bad = self.make_notice(partner, self.make_invoice(partner, 10, -9), level)
        self.queue(bad)
        self._process()
        self.assertEqual(good.delivery_ids.state, "queued")
        self.assertEqual(bad.delivery_ids.state, "failed")
        self.assertIn("bank_account", bad.delivery_ids.error)
        level.body_html = "<p>{{ customer_name }}</p>"
        bad.delivery_ids.action_retry()
        self.assertEqual(bad.state, "approved")
        self._process()
        self.assertEqual(bad.delivery_ids.state, "queued")

    def test_failed_does_not_count_as_reminded(self):
        """Defect 4: escalation needs a delivered step."""
        notice = self._queued_notice()
        notice.delivery_ids._mark_failed("x", "y")
        self.assertEqual(notice.state, "failed")
        self.assertFalse(self.levels(self.invoice)[0][0])
        self.assertFalse(notice.line_ids.is_live, "the next run may take it again")

    def test_retry_refused_when_a_newer_notice_waits(self):
        notice = self._queued_notice()
        notice.delivery_ids._mark_failed("x", "y")
        self.make_notice(moves=self.invoice)
        with self.assertRaisesRegex(UserError, "Another notice"):
            notice.delivery_ids.action_retry()

    def test_channels_are_independent(self):
        """Thread 7: several channels; the notice is sent when one got through."""
        self.level1.write({"send_sms": True})
        notice = self._queued_notice()
        self._process()
        by_channel = {item.channel: item for item in notice.delivery_ids}
        self.assertEqual(by_channel["sms"].state, "failed")
        self.assertIn("switch off the SMS", by_channel["sms"].remedy)
        self.assertEqual(by_channel["email"].state, "queued")
        by_channel["email"]._mark_delivered()
        self.assertEqual(notice.state, "sent")

    def test_extension_of_channels(self):
        """An add-on brings a channel by the registry alone."""
        model = type(self.env["dunning.delivery"])
        original = model._dunning_channels

        def channels(delivery):
            return {
                **original(delivery),
                "sms": {
                    "label": "Pigeon",
                    "validate": "_refuse_nothing",
                    "render": "_refuse_nothing",
                    "hand_over": "_just_queue",
                },
            }

        self.level1.write({"send_sms": True, "send_email": False})
        with (
            patch.object(model, "_dunning_channels", channels),
            patch.object(model, "_refuse_nothing", lambda some: {}, create=True),
            patch.object(
                model,
                "_just_queue",
                lambda some: some._update_state(("ready",), "queued"),
                create=True,
            ),
        ):
            notice = self._queued_notice()
            self._process()
        self.assertEqual(notice.delivery_ids.state, "queued")

    # === QUEUE === #
    def test_nothing_before_it_is_asked_for(self):
        notice = self.make_notice(moves=self.invoice)
        notice._approve()
        self.assertEqual(self._process(), 0)

    def test_batches_and_query_count(self):
        """Ten notices in one batch cost hardly more statements than two."""
        counts = []
        for number in (2, 2, 10):
            notices = self.env["dunning.notice"]
            for rank in range(number):
                partner = self.make_customer(f"Many {number} {rank}")
                notices |= self.make_notice(partner, self.make_invoice(partner, 10, -9))
            self.queue(notices)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._process()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(set(notices.delivery_ids.mapped("state")), {"queued"})
        self.assertLess((counts[2] - counts[1]) / 8, 8, counts)

    def test_limit(self):
        notices = self.env["dunning.notice"]
        for number in range(3):
            partner = self.make_customer(f"Limit {number}")
            notices |= self.make_notice(partner, self.make_invoice(partner, 10, -9))
        self.queue(notices)
        process = self.env["dunning.delivery"]._process_queue
        self.assertEqual([process(limit=2) for _i in range(3)], [2, 1, 0])

    def test_backoff_then_given_up(self):
        notice = self._queued_notice()
        delivery = notice.delivery_ids
        waits = []
        for _i in range(7):
            delivery._retry_later("no server", "check it")
            if delivery.state == "ready":
                waits.append(delivery.date_next_try - fields.Datetime.now())
        self.assertEqual(
            [int(wait.total_seconds() / 60) for wait in waits],
            [5, 15, 60, 240, 720, 1440],
        )
        self.assertEqual(delivery.state, "failed")

    def test_not_before_the_next_try(self):
        notice = self._queued_notice()
        notice.delivery_ids._retry_later("no server", "check it")
        self.assertEqual(self._process(), 0)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=6)):
            self.assertEqual(self._process(), 1)

    def test_cron(self):
        """The scheduled action sends batch by batch and reports problems once."""
        good = self._queued_notice()
        partner = self.make_customer("No mail", email=False)
        bad = self.make_notice(partner, self.make_invoice(partner, 10, -9))
        self.queue(bad)
        cron = self.env.ref("credit_control.cron_send")
        self.manager.email = "boss@company.example"
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(good.delivery_ids.state, "queued")
        self.assertEqual(bad.delivery_ids.state, "failed")
        self.assertTrue(bad.delivery_ids.is_reported)
        mails = self.env["mail.mail"].search([("subject", "ilike", "did not go out")])
        self.assertEqual(len(mails), 1)
        self.assertIn("boss@company.example", mails.email_to)
        self.assertIn("No mail", mails.body_html)
        self.assertIn("Enter the e-mail address", mails.body_html)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(
            self.env["mail.mail"].search_count(
                [("subject", "ilike", "did not go out")]
            ),
            1,
        )

    # === ACTIONS === #
    def test_resolve(self):
        notice = self._queued_notice()
        delivery = notice.delivery_ids
        delivery._mark_unknown()
        self.assertEqual(delivery.state, "ready", "nothing was handed over yet")
        self._process()
        delivery._mark_unknown()
        self.assertEqual(delivery.state, "reserved")
        self.assertIn("may have the mail or not", delivery.error)
        delivery.action_resolve(False)
        self.assertEqual(delivery.state, "ready")
        self._process()
        delivery._mark_unknown()
        delivery.action_resolve(True)
        self.assertEqual(notice.state, "sent")
        with self.assertRaises(UserError):
            delivery.action_resolve(True)

    def test_actions_check_the_group(self):
        notice = self._queued_notice()
        for user in (self.auditor, self.sales_reader, self.plain_user):
            for action, arguments in (
                ("action_retry", ()),
                ("action_confirm_posted", ()),
                ("action_resolve", (True,)),
                ("action_arrived", ()),
                ("action_not_arrived", ()),
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {action}"):
                    getattr(notice.delivery_ids.with_user(user), action)(*arguments)

    def test_confirm_posted(self):
        notice = self.make_notice(moves=self.invoice)
        self.env["dunning.delivery"].sudo().create(
            {"notice_id": notice.id, "channel": "letter", "state": "queued"}
        )
        notice.sudo().state = "approved"
        notice.delivery_ids.action_confirm_posted(self.days(-2))
        self.assertEqual(notice.date_sent, self.days(-2))
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.days(-2))])
        with self.assertRaises(UserError):
            notice.delivery_ids.action_confirm_posted()

    def test_attachments_of_this_customer_only(self):
        """Thread 2: no mail carries the documents of another customer."""
        self.level1.attach_invoices = True
        notices = self.env["dunning.notice"]
        for number in range(3):
            partner = self.make_customer(f"Docs {number}")
            move = self.make_invoice(partner, 10, -9)
            document = self.env["ir.attachment"].create(
                {
                    "name": f"{move.id}.pdf",
                    "raw": b"%PDF",
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
            move.invalidate_recordset(["invoice_pdf_report_id"])
            self.assertEqual(move.invoice_pdf_report_id, document)
            notices |= self.make_notice(partner, move)
        self.queue(notices)
        self._process()
        for notice in notices:
            move = notice.line_ids.move_line_id.move_id
            self.assertEqual(
                notice.delivery_ids.attachment_ids, move.invoice_pdf_report_id
            )
            self.assertEqual(
                notice.delivery_ids.mail_mail_id.attachment_ids,
                move.invoice_pdf_report_id,
            )

    def test_deliveries_are_commands_only(self):
        """Nobody writes a delivery from outside but its proof."""
        notice = self._queued_notice()
        notice.profile_id.user_id = self.collector
        delivery = notice.delivery_ids.with_user(self.collector)
        delivery.write({"tracking_number": "RK 123"})
        with self.assertRaises(AccessError):
            delivery.write({"partner_ids": [Command.clear()]})
