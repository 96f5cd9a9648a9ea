from contextlib import suppress
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.iap.tools.iap_tools import InsufficientCreditError
from odoo.addons.sms.models.sms_sms import SmsSms
from odoo.addons.sms.tools.sms_api import SmsApi

from ..models.dunning_delivery_sms_sending import never_left
from .sms_common import LANDLINE, MOBILE, NUMBER, SECOND, SmsNoticeCommon, moment

# what the provider answers -> a word of the error
FAILURES = {
    "unregistered": "does not know the company's account",
    "credit": "no credit left",
    "wrong_number_format": "does not take +33 6 12 34 56 78",
    "country_not_supported": "sends no SMS to the country",
    "registration_needed": "wants senders of SMS to be registered",
    "incompatible_content": "refused the SMS",
    "something_new": "something_new",
}


@tagged("post_install", "-at_install")
class TestSms(SmsNoticeCommon):
    """The channel SMS: who gets it, what it says, what becomes of it."""

    # === IT GOES === #
    def test_accepted_is_delivered(self):
        delivery = self.deliver()
        notice = delivery.notice_id
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.levels(self.invoice)[0][0], self.level1)
        [sms] = self._sms
        self.assertEqual(sms["number"], NUMBER)
        self.assertEqual(sms["body"], delivery.sms_text)
        self.assertIn("100.00 overdue. http", sms["body"])
        self.assertEqual(delivery.phone, MOBILE)
        self.assertEqual(delivery.partner_ids, self.customer)
        self.assertEqual(delivery.sms_parts, 1)
        message = notice.message_ids.filtered(lambda item: item.message_type == "sms")
        self.assertIn("overdue", message.body)
        stop_link = delivery._sms_links()["stop_link"]
        self.assertIn(f'href="{stop_link}"', message.body, "it is a link as a whole")
        self.assertEqual(message.notification_ids.notification_status, "pending")

    def test_rows_are_written_with_the_state(self):
        """What kills the process before the commit leaves nothing behind."""
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.state, "queued")
        row = self.env["sms.sms"].search(
            [("mail_message_id", "=", delivery.mail_message_id.id)]
        )
        self.assertEqual((row.number, row.state), (NUMBER, "outgoing"))

    def test_one_message_for_each_number(self):
        role = self.env.ref("credit_control.role_accounts_payable")
        self.level1.role_to_ids = role
        self.contact("Ann", MOBILE, credit_role_ids=role.ids)
        self.contact("Bob", SECOND, credit_role_ids=role.ids)
        self.contact("Carl", MOBILE, credit_role_ids=role.ids)
        delivery = self.deliver()
        self.assertEqual(delivery.state, "sent")
        self.assertEqual({sms["number"] for sms in self._sms}, {NUMBER, "+33756789012"})
        self.assertEqual(len(self._sms), 2)

    def test_many_cost_hardly_more_than_few(self):
        counts = []
        for number in (2, 2, 12):
            notices = self.env["dunning.notice"]
            for rank in range(number):
                partner = self.make_customer(f"Many {number} {rank}")
                partner.phone = f"+336123456{rank:02}"
                notices |= self.make_notice(partner, self.make_invoice(partner, 9, -9))
            self.queue(notices)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["dunning.delivery"]._process_queue()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(notices.delivery_ids.mapped("state")), {"queued"})
        self.assertLess(counts[2], counts[1] * 3)

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.level1.with_context(lang="fr_FR").sms_body = "{{ total_overdue }} impayés"
        self.customer.lang = "fr_FR"
        delivery = self.deliver()
        self.assertEqual(delivery.lang, "fr_FR")
        self.assertIn("impayés", delivery.sms_text)
        # typeset spaces would double the price
        self.assertNotRegex(delivery.sms_text, "[\u00a0\u202f]")

    def test_text_for_one_customer(self):
        notice = self.make_notice(moves=self.invoice)
        notice.with_user(self.manager).action_edit_text()
        notice.with_user(self.manager).sms_body = "Dear {{ customer_name }}"
        self.assertEqual(notice.sms_preview, "Dear Müller & Söhne")
        delivery = self.deliver(notice)
        self.assertEqual(delivery.sms_text, "Dear Müller & Söhne")
        other = self.make_notice(moves=self.make_invoice(self.customer, 5, -9))
        other.with_user(self.manager).action_edit_text()
        other.with_user(self.manager).action_reset_text()
        self.assertFalse(other.sms_body)

    # === WHO === #
    def refused(self, word, **values):
        self.customer.write(values)
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.state, "failed")
        self.assertIn(word, delivery.error)
        self.assertTrue(delivery.remedy)
        return delivery

    def test_no_number(self):
        self.refused("No mobile number", phone=False)

    def test_no_valid_number(self):
        self.refused("no valid phone number", phone="call me")

    def test_landline(self):
        delivery = self.refused("no mobile number: it takes no SMS", phone=LANDLINE)
        self.assertIn(LANDLINE, delivery.error)

    def test_stop_list_is_kept(self):
        self.env["phone.blacklist"].add(NUMBER)
        self.refused("wants no text messages")

    def test_landline_of_the_role_gives_way_to_the_customer(self):
        role = self.env.ref("credit_control.role_accounts_payable")
        self.level1.role_to_ids = role
        self.contact("Ann", LANDLINE, credit_role_ids=role.ids)
        delivery = self.deliver()
        self.assertEqual(delivery.phone, MOBILE)
        self.assertIn("Ann", delivery.sms_refused)
        self.assertIn("Ann", delivery.error, "it is told beside the delivery")
        self.assertEqual(delivery.state, "sent")

    # === ACCOUNT AND TEXT === #
    def test_no_account(self):
        self.env["iap.account"].search([("service_name", "=", "sms")]).unlink()
        delivery = self.refused("no account to send SMS")
        self.assertIn("settings", delivery.remedy)
        self.assertIn("no account", self.level1.problems)

    def test_copy_of_the_database(self):
        account = self.env["iap.account"].get("sms")
        account.account_token = f"{account.account_token}+disabled"
        self.refused("copy of the database")

    def test_account_not_registered(self):
        self.env["iap.account"].get("sms").state = "unregistered"
        self.refused("not registered")

    def test_another_provider_knows_his_accounts(self):
        self.env["iap.account"].search([("service_name", "=", "sms")]).unlink()
        with patch.object(
            type(self.company), "_get_sms_api_class", lambda company: object
        ):
            self.assertIsNone(self.company._sms_account_error())

    def test_without_account_by_the_next_channel(self):
        self.env["iap.account"].search([("service_name", "=", "sms")]).unlink()
        self.level1.fallback_channel = "email"
        sms = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(sms.state, "failed")
        mail = sms.notice_id.delivery_ids - sms
        self.assertEqual((mail.channel, mail.state), ("email", "ready"))
        self.assertIn("no account", mail.instead_of)
        self.assertFalse(sms.instead_of)

    def test_instead_of_a_mail(self):
        """A level may fall back on SMS: it has a text and problems of its own."""
        self.level1.write(
            {"send_sms": False, "send_email": True, "fallback_channel": "sms"}
        )
        self.customer.email = False
        notice = self.make_notice(moves=self.invoice)
        self.assertIn("overdue", notice.sms_preview)
        mail = self.process(notice)
        self.assertEqual(mail.state, "failed")
        sms = notice.delivery_ids - mail
        sms._process_queue()
        self.send_sms()
        self.assertEqual((sms.channel, sms.state), ("sms", "sent"))
        self.level1.sms_body = False
        self.assertIn("has no text for it", self.level1.problems)

    def test_what_is_ours_goes_nowhere_else(self):
        self.level1.fallback_channel = "email"
        delivery = self.deliver(sim_error="incompatible_content")
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)

    def test_no_text(self):
        self.level1.sms_body = False
        self.refused("has no text message")

    def test_missing_value(self):
        self.level1.sms_body = "{{ bank_account }}"  # the company has none
        self.refused("bank_account")

    # === HOURS === #
    def test_not_at_night(self):
        with self.mock_datetime_and_now(moment("2026-06-15 20:30")):
            delivery = self.process(self.make_notice(moves=self.invoice))
            self.assertEqual(delivery.state, "ready")
            self.assertEqual(delivery._process_queue(), 0)
        zone = self.company._dunning_zone()
        self.assertEqual(zone, "UTC")
        self.assertEqual(str(delivery.date_next_try), "2026-06-16 08:00:00")
        self.assertIn("it waits until", delivery.error)
        with self.mock_datetime_and_now(moment("2026-06-16 08:00")):
            delivery._process_queue()
        self.assertEqual((delivery.state, delivery.error), ("queued", False))

    def test_hours_of_the_policy(self):
        self.policy.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "Europe/Paris",
                "attendance_ids": [
                    fields.Command.clear(),
                    fields.Command.create(
                        {
                            "name": "Monday",
                            "dayofweek": "0",
                            "hour_from": 9,
                            "hour_to": 11,
                        }
                    ),
                ],
            }
        )
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(str(delivery.date_next_try), "2026-06-22 07:00:00")

    def test_the_queue_of_core_ran_late(self):
        """What waited there till night goes back and is looked at once more."""
        delivery = self.process(self.make_notice(moves=self.invoice))
        with self.mock_datetime_and_now(moment("2026-06-15 21:00")):
            self.send_sms()
        self.assertFalse(self._sms)
        self.assertEqual(delivery.state, "ready")
        self.assertFalse(self.env["sms.sms"].search([("state", "=", "outgoing")]))

    def test_stopped_while_it_waited(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.env["phone.blacklist"].add(NUMBER)
        self.send_sms()
        self.assertFalse(self._sms)
        delivery._process_queue()
        self.assertEqual(delivery.state, "failed")

    # === ANSWERS === #
    def test_each_failure_has_its_sentence(self):
        for code, words in FAILURES.items():
            with self.subTest(code):
                invoice = self.make_invoice(self.customer, 10, -9)
                delivery = self.deliver(self.make_notice(moves=invoice), sim_error=code)
                self.assertEqual(delivery.state, "failed")
                self.assertIn(words, delivery.error)
                self.assertTrue(delivery.remedy)
                self.assertFalse(self.levels(invoice)[0][0])

    def test_one_of_two_numbers_fails(self):
        """E8: who can be reached is, and the other one is told."""
        role = self.env.ref("credit_control.role_accounts_payable")
        self.level1.role_to_ids = role
        self.contact("Ann", MOBILE, credit_role_ids=role.ids)
        self.contact("Bob", SECOND, credit_role_ids=role.ids)
        delivery = self.deliver(nbr_t_error={NUMBER: "country_not_supported"})
        self.assertEqual(delivery.state, "sent")
        self.assertIn(MOBILE, delivery.error)
        self.assertEqual(delivery.notice_id.state, "sent")

    def test_no_answer_of_the_provider_is_tried_again(self):
        for error in ("server_error", "jsonrpc_exception"):
            with self.subTest(error):
                invoice = self.make_invoice(self.customer, 10, -9)
                delivery = self.deliver(
                    self.make_notice(moves=invoice), sim_error=error
                )
                self.assertEqual(delivery.state, "ready")
                self.assertGreater(delivery.date_next_try, fields.Datetime.now())
                with self.mock_datetime_and_now(delivery.date_next_try):
                    delivery._process_queue()
                    self.assertEqual(delivery.state, "queued")
                    self.send_sms()
                self.assertEqual(len(self._sms), 1)
                self.assertEqual(delivery.state, "sent")

    def test_what_may_have_arrived_is_asked(self):
        """A call that timed out is no reason to send twice."""
        delivery = self.process(self.make_notice(moves=self.invoice))
        error = AccessError("timed out")
        error.__context__ = requests.exceptions.ReadTimeout()
        with (
            patch.object(SmsApi, "_contact_iap", side_effect=error),
            self.uncommitted(),
        ):
            self.env["sms.sms"].search([("state", "=", "outgoing")]).send()
        self.assertEqual(delivery.state, "reserved")
        self.assertIn("may have the SMS or not", delivery.error)
        delivery.with_user(self.manager).action_resolve(sent=False)
        self.assertEqual(delivery.state, "ready")
        delivery._process_queue()
        self.send_sms()
        self.assertEqual((delivery.state, len(self._sms)), ("sent", 1))

    def test_what_surely_never_left(self):
        cases = {
            requests.exceptions.ConnectTimeout(): True,
            requests.exceptions.ReadTimeout(): False,
            requests.exceptions.ConnectionError("Connection aborted."): False,
        }
        for cause, expected in cases.items():
            error = AccessError("x")
            error.__context__ = cause
            self.assertEqual(never_left(error), expected, cause)
        self.assertFalse(never_left(ValueError("in the middle of the answers")))

    def test_no_credit_at_the_door(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        with (
            patch.object(SmsApi, "_contact_iap", side_effect=InsufficientCreditError),
            self.uncommitted(),
        ):
            self.env["sms.sms"].search([("state", "=", "outgoing")]).send()
        self.assertEqual(delivery.state, "failed")
        self.assertIn("no credit left", delivery.error)

    def test_reported_later_as_not_delivered(self):
        delivery = self.deliver()
        self.report(delivery, "invalid_destination")
        self.assertEqual(delivery.state, "bounced")
        self.assertIn("does not exist", delivery.error)
        self.assertFalse(self.levels(self.invoice)[0][0], "the level is taken back")

    def test_reported_late_as_delivered_after_all(self):
        delivery = self.deliver()
        self.report(delivery, "not_delivered")
        self.assertEqual(delivery.state, "bounced")
        self.report(delivery, "delivered")
        self.assertEqual(delivery.state, "sent")

    # === NEVER TWICE === #
    def test_reserved_before_the_call(self):
        """The state is committed before the provider is called."""
        delivery = self.process(self.make_notice(moves=self.invoice))
        seen = []

        def contact(api, endpoint, params, timeout=15):
            delivery.invalidate_recordset()
            row = self.env["sms.sms"].search(
                [("mail_message_id", "=", delivery.mail_message_id.id)]
            )
            seen.append((self.commits, delivery.state, row.state))
            return [
                {"uuid": number["uuid"], "state": "success"}
                for message in params["messages"]
                for number in message["numbers"]
            ]

        with patch.object(SmsApi, "_contact_iap", contact), self.uncommitted():
            self.env["sms.sms"].sudo().with_context(cron_id=1)._process_queue()
        self.assertEqual(seen, [(1, "reserved", "process")])
        self.assertEqual(delivery.state, "sent")

    def test_interrupted_while_sending(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        row = self.env["sms.sms"].search([("state", "=", "outgoing")])

        class Killed(BaseException):
            pass

        with (
            patch.object(SmsSms, "_send_with_api", side_effect=Killed),
            self.uncommitted(),
            suppress(Killed),  # assertRaises would undo what was committed
        ):
            self.env["sms.sms"].sudo().with_context(cron_id=1)._process_queue()
        self.assertEqual(self.commits, 1)
        self.env.invalidate_all()
        self.assertEqual((delivery.state, row.state), ("reserved", "process"))
        self.send_sms()
        self.assertFalse(self._sms, "it does not go a second time")
        delivery._settle_stragglers()
        self.assertFalse(delivery.error, "another process may be at it")
        self.env.cr.execute(
            "UPDATE dunning_delivery SET write_date = write_date - interval '1 hour'"
        )
        self.env.invalidate_all()
        delivery._settle_stragglers()
        self.assertIn("interrupted", delivery.error)

    def test_cancelled_notice(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        delivery.notice_id.with_user(self.manager).action_cancel()
        self.send_sms()
        self.assertFalse(self._sms)
        self.assertEqual(delivery.state, "cancelled")

    def test_removed_from_the_queue(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.env["sms.sms"].search([("state", "=", "outgoing")]).unlink()
        delivery._settle_stragglers()
        self.assertEqual(delivery.state, "failed")
        self.assertIn("removed", delivery.error)

    def test_cancelled_in_the_queue(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.env["sms.sms"].search([("state", "=", "outgoing")]).action_set_canceled()
        self.env.invalidate_all()
        self.assertEqual(delivery.state, "failed")
        self.assertIn("Somebody cancelled", delivery.error)

    def test_text_messages_of_others_go_as_ever(self):
        own = self.env["sms.sms"].create({"number": "+33698765432", "body": "Hello"})
        delivery = self.deliver()
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(own.state, "pending")
        self.assertEqual(len(self._sms), 2)

    @mute_logger("odoo.addons.sms.models.sms_sms")
    def test_two_companies_in_one_batch(self):
        """Core's queue takes one company at a time for granted."""
        delivery = self.process(self.make_notice(moves=self.invoice))
        other = self.env["res.company"].create({"name": "Other"})
        second = delivery.copy({"channel": "sms"})
        message = delivery.mail_message_id.copy({"record_company_id": other.id})
        second.mail_message_id = message
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_delivery SET state = 'queued', "
            "sms_numbers = '{\"+33698765432\": 1}' WHERE id = %s",
            (second.id,),
        )
        self.env["sms.sms"].create(
            {"number": "+33698765432", "body": "Hello", "mail_message_id": message.id}
        )
        self.env.invalidate_all()
        with self.mockSMSGateway(), self.uncommitted():
            self.env["sms.sms"].sudo()._process_queue()
        self.assertEqual(len(self._sms), 2)
