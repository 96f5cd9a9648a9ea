from odoo.tests import tagged

from .notice_common import NoticeCommon


@tagged("post_install", "-at_install", "credit_control")
class TestDeliveryScreen(NoticeCommon):
    """Where a delivery goes, and what became of a letter, as the lists say it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create(
            {"name": "Jo Martin", "parent_id": cls.customer.id}
        )

    def deliver(self, channel, **values):
        notice = self.make_notice(self.customer)
        return (
            self.env["dunning.delivery"]
            .sudo()
            .create({"notice_id": notice.id, "channel": channel, **values})
        )

    def test_a_mail_goes_to_people_and_addresses(self):
        mail = self.deliver(
            "email", email_to='"Jo, the first" <jo@client.example>, al@client.example'
        )
        self.assertEqual(
            mail.destination, "Jo, the first <jo@client.example>, al@client.example"
        )

    def test_a_letter_goes_to_its_lines_without_the_customer(self):
        address = f"{self.customer.name}\nJo Martin\n24  rue des Lilas\n13006 Marseille"
        letter = self.deliver("letter", address=address)
        self.assertEqual(
            letter.destination, "Jo Martin, 24 rue des Lilas, 13006 Marseille"
        )

    def test_a_call_goes_to_a_number_and_a_person(self):
        call = self.deliver("call", phone="+33 6 12 34 56 78")
        self.assertEqual(call.destination, "+33 6 12 34 56 78")
        call.partner_ids = self.contact
        self.assertEqual(call.destination, "+33 6 12 34 56 78, Jo Martin")
        self.assertFalse(self.deliver("call").destination)

    def test_a_language_is_named(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        mail = self.deliver("email", lang="fr_FR")
        self.assertEqual(mail.lang_name, "Français")
        mail.lang = "xx_XX"  # of a language that was removed
        self.assertEqual(mail.lang_name, "xx_XX")
        mail.lang = False
        self.assertFalse(mail.lang_name)

    def test_a_letter_that_came_back_did_not_fail(self):
        letter = self.deliver("letter")
        self.assertFalse(letter.letter_state)
        for state, shown in (
            ("queued", "to_print"),
            ("sent", "posted"),
            ("bounced", "returned"),
            ("failed", "stopped"),
        ):
            # only what the list shows of a state matters here
            self.env.cr.execute(
                "UPDATE dunning_delivery SET state = %s WHERE id = %s",
                [state, letter.id],
            )
            self.env.invalidate_all()
            self.assertEqual(letter.letter_state, shown)
