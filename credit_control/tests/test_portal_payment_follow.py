from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_payment_common import PortalPaymentCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPortalPaymentFollow(PortalPaymentCommon):
    """What follows when a customer pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.company.dunning_policy_id = cls.policy
        cls.profile.write({"policy_id": cls.policy.id, "user_id": cls.collector.id})
        cls.invoice = cls.make_invoice(cls.customer, 100, -20)
        cls.second = cls.make_invoice(cls.customer, 50, -10)

    def codes(self):
        """Return what a plan says of the claims of the customer."""
        self.env.flush_all()
        rows = self.env["dunning.pipeline"].sudo()._rows(self.company, self.today)
        ours = self.lines(self.invoice, self.second).ids
        return {
            row["move_line_id"]: row["code"]
            for row in rows
            if row["move_line_id"] in ours
        }

    def events(self):
        return self.env["credit.event"].search(
            [("profile_id", "=", self.profile.id)], order="id"
        )

    # === REMINDERS === #
    def test_a_draft_goes_on_without_what_is_paid(self):
        notice = self.make_notice(moves=self.invoice | self.second)
        self.start(self.lines(self.invoice))._set_pending()
        self.assertEqual(notice.state, "draft")
        dropped = notice.line_ids.filtered("is_dropped")
        self.assertEqual(dropped.move_line_id, self.lines(self.invoice))
        self.assertIn("Paid online", dropped.state_reason)
        self.assertEqual(notice.amount_company, 50)

    def test_nothing_left_cancels_the_notice(self):
        draft = self.make_notice(moves=self.invoice)
        approved = self.make_notice(moves=self.second)
        deliveries = self.queue(approved)
        self.start(self.lines(self.invoice, self.second))._set_done()
        for notice in (draft, approved):
            self.assertEqual(notice.state, "cancelled")
            self.assertIn("Paid online", notice.cancel_reason)
        self.assertEqual(set(deliveries.mapped("state")), {"cancelled"})

    def test_a_queued_mail_is_cancelled(self):
        notice = self.make_notice(moves=self.invoice | self.second)
        deliveries = self.process(notice)
        self.assertEqual(deliveries.mapped("state"), ["queued"])
        self.start(self.lines(self.invoice))._set_pending()
        self.assertEqual(deliveries.mapped("state"), ["cancelled"])
        self.assertEqual(deliveries.mail_mail_id.state, "cancel")
        self.assertEqual(notice.state, "cancelled")

    def test_notices_of_others_go_on(self):
        other = self.make_customer("Other")
        notice = self.make_notice(other, moves=self.make_invoice(other, 10, -20))
        mine = self.make_notice(moves=self.second)
        self.start(self.lines(self.invoice))._set_pending()
        self.assertEqual((notice | mine).mapped("state"), ["draft", "draft"])

    def test_core_s_payments_stop_reminders_too(self):
        notice = self.make_notice(moves=self.invoice)
        transaction = self.start(self.lines(self.invoice))
        transaction.write({"credit_line_ids": [(5,)], "credit_profile_id": False})
        transaction._set_pending()
        self.assertEqual(notice.state, "cancelled")

    def test_the_next_run_is_silent(self):
        first, second = self.lines(self.invoice, self.second)
        self.assertEqual(set(self.codes()), {first.id, second.id})
        transaction = self.start(first)
        for state in ("pending", "authorized", "done"):
            self.provider.support_manual_capture = "partial"
            getattr(transaction, f"_set_{state}")()
            self.assertEqual(self.codes()[first.id], "payment_pending")
            self.assertNotEqual(self.codes()[second.id], "payment_pending")
        transaction._post_process()
        self.assertEqual(set(self.codes()), {second.id})

    def test_a_failed_payment_holds_nothing(self):
        first = self.lines(self.invoice)
        transaction = self.start(first)
        transaction._set_pending()
        transaction._set_error("Refused.")
        self.assertNotEqual(self.codes()[first.id], "payment_pending")

    # === PEOPLE === #
    def test_the_collector_is_told(self):
        transaction = self.start(self.lines(self.invoice))
        transaction._set_pending()
        event = self.events()
        self.assertEqual(event.kind, "payment_received")
        self.assertIn("not confirmed", event.name)
        self.assertEqual((event.user_id, event.amount), (self.collector, 100))
        self.finish(transaction)
        self.assertEqual(event.state, "done")
        self.env.flush_all()
        self.env["credit.event.payment"]._process_queue()
        self.assertIn("received", (self.events() - event).name)

    def test_the_collector_is_told_of_a_failure(self):
        transaction = self.start(self.lines(self.invoice))
        transaction._set_canceled()
        self.assertFalse(self.events())
        transaction = self.start(self.lines(self.invoice))
        transaction._set_pending()
        transaction._set_error("Refused.")
        told, failed = self.events()
        self.assertEqual(told.state, "done")
        self.assertIn("failed", failed.name)

    def test_the_collector_is_told_of_money_without_a_claim(self):
        transaction = self.start(self.lines(self.invoice))
        self.pay(self.invoice)
        self.finish(transaction)
        self.assertIn("open credit", self.events()[-1:].name)

    def test_the_customer_is_thanked_if_the_company_wants(self):
        mails = self.env["mail.mail"].sudo()
        known = mails.search([])
        self.pay_online(self.lines(self.second))
        self.assertFalse(mails.search([]) - known)
        self.company.credit_portal_thanks = True
        transaction = self.start(self.lines(self.invoice))
        self.finish(transaction)
        transaction._post_process()
        mail = mails.search([]) - known
        self.assertEqual(len(mail), 1)
        self.assertIn("Thank you", mail.subject)
        self.assertIn(self.invoice.name, mail.body_html)
        self.assertEqual(mail.recipient_ids, self.customer)

    def test_thanks_in_the_customer_s_language(self):
        self.company.credit_portal_thanks = True
        mails = self.env["mail.mail"].sudo()
        for lang, word in (("fr_FR", "Merci"), ("de_DE", "Vielen Dank")):
            self.env["res.lang"]._activate_lang(lang)
            self.env["ir.module.module"]._load_module_terms(["credit_control"], [lang])
            self.customer.lang = lang
            move = self.make_invoice(self.customer, 10, -5)
            known = mails.search([])
            self.pay_online(self.lines(move))
            mail = mails.search([]) - known
            self.assertIn(word, mail.subject)
            self.assertIn(word.lower(), mail.body_html.lower())

    # === HOLDS === #
    def test_a_hold_until_paid_ends_with_the_payment(self):
        self.profile.write(
            {
                "hold_until": self.days(30),
                "hold_reason": "Payment announced",
                "hold_until_paid": True,
            }
        )
        self.pay_online(self.lines(self.invoice))
        self.assertTrue(self.profile.hold_until)
        self.pay_online(self.lines(self.second))
        self.assertFalse(self.profile.hold_until)
        self.assertFalse(self.profile.hold_until_paid)
        notes = " ".join(self.profile.message_ids.mapped("body"))
        self.assertIn("Hold lifted", notes)

    def test_another_hold_stays(self):
        self.profile.write({"hold_until": self.days(30), "hold_reason": "Merger"})
        self.pay_online(self.lines(self.invoice, self.second))
        self.assertTrue(self.profile.hold_until)

    def test_a_snooze_for_an_announced_payment_ends_with_it(self):
        wizard = self.env["credit.snooze"].create(
            {
                "profile_ids": self.profile.ids,
                "kind": "payment",
                "with_hold": True,
                "until": self.days(10),
            }
        )
        wizard.action_until()
        self.assertTrue(self.profile.hold_until_paid)
        self.pay_online(self.lines(self.invoice, self.second))
        self.assertFalse(self.profile.hold_until)

    # === SAFETY === #
    def test_money_is_booked_whatever_follows(self):
        transaction = self.start(self.lines(self.invoice))
        self.patch(
            type(self.env["credit.event"]),
            "_raise",
            lambda events, vals_list: 1 / 0,
        )
        logger = "odoo.addons.credit_control.models.credit_payment_events"
        with mute_logger(logger):
            transaction._set_pending()
            self.finish(transaction)
        self.assertEqual(self.invoice.payment_state, "paid")
