from odoo.tests import tagged

from .receive_common import ReceiveCommon


@tagged("post_install", "-at_install")
class TestReceiveThread(ReceiveCommon):
    """Answers to notices, conversations, and mails that came back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.company.alias_domain_id

    def test_answer_to_a_notice(self):
        delivery = self.send_notice()
        notice = delivery.notice_id
        before = notice.message_ids
        message_id = delivery.mail_message_id.message_id
        message = self.receive(
            self.make_mail(
                To="catchall@company.example",
                In_Reply_To=message_id,
                References=f"<older@x.example> {message_id}",
            )
        )
        self.assertEqual(message.notice_id, notice)
        self.assertEqual(message.company_id, notice.company_id)
        self.assertEqual(message.profile_id, notice.profile_id)
        self.assertEqual(notice.message_ids, before)

    def test_conversation(self):
        delivery = self.send_notice()
        first = self.receive(
            self.make_mail(In_Reply_To=delivery.mail_message_id.message_id)
        )
        second = self.receive(self.make_mail(In_Reply_To=first.message_id))
        self.assertEqual(second.parent_id, first)
        self.assertEqual(second.notice_id, delivery.notice_id)
        answer = second.message_post(body="Thank you", message_type="comment")
        third = self.receive(
            self.make_mail(To="catchall@company.example", In_Reply_To=answer.message_id)
        )
        self.assertEqual(third.parent_id, first)
        self.assertEqual(third.notice_id, delivery.notice_id)

    def test_reply_addresses(self):
        inbox = self.company.sudo().credit_alias_id.alias_full_name
        with self.mock_mail_gateway():
            self.send(self.make_notice(moves=self.invoice))
        self.assertIn(inbox, self._mails[0]["reply_to"])
        profile = self.make_profile(self.customer)
        self.assertIn("catchall@", profile._notify_get_reply_to()[profile.id])
        profile = profile.with_context(credit_reply_to_inbox=True)
        self.assertIn(inbox, profile._notify_get_reply_to()[profile.id])
        self.company.sudo().credit_alias_name = "dunning"
        self.assertIn("dunning@", profile._notify_get_reply_to()[profile.id])
        self.company.sudo().credit_alias_name = False
        self.assertFalse(self.company.sudo().credit_alias_id)
        self.assertIn("catchall@", profile._notify_get_reply_to()[profile.id])
        self.env["fetchmail.server"].sudo().create(
            {
                "name": "Box",
                "credit_company_id": self.company.id,
                "user": "box@company.example",
                "state": "done",
            }
        )
        self.assertIn("box@", profile._notify_get_reply_to()[profile.id])

    # === MAILS THAT CAME BACK === #
    def test_failure_for_good(self):
        delivery = self.send_notice()
        message = self.receive(self.make_report(delivery))
        self.assertEqual(message._name, "credit.message")
        self.assertEqual(message.notice_id, delivery.notice_id)
        self.assertTrue(message.is_automatic)
        self.assertEqual(delivery.state, "bounced")
        self.assertEqual(delivery.notice_id.state, "failed")
        self.assertFalse(self.levels(self.invoice)[0][0])

    def test_failure_for_now(self):
        delivery = self.send_notice()
        for action, status in (
            ("delayed", "4.4.7"),
            ("failed", "4.2.2"),
            ("delivered", "2.0.0"),
        ):
            with self.subTest(action):
                raw = self.make_report(delivery, action, status)
                message = self.receive(raw)
                self.assertEqual(message.notice_id, delivery.notice_id)
                self.assertEqual(delivery.state, "sent")
                self.assertEqual(delivery.notice_id.state, "sent")

    def test_failure_told_in_our_mailbox(self):
        delivery = self.send_notice()
        self.receive(self.make_report(delivery), model="credit.message")
        self.assertEqual(delivery.state, "bounced")
        partner = self.customer
        self.assertEqual(partner.message_bounce, 1)

    def test_failure_is_counted_once(self):
        delivery = self.send_notice()
        raw = self.make_report(delivery)
        message = self.receive(raw)
        self.receive(raw)
        message._process()
        self.assertEqual(self.customer.message_bounce, 1)
