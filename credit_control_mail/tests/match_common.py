from odoo.addons.credit_control.tests.common import CreditControlCommon


class MatchCommon(CreditControlCommon):
    """Customers with contacts and invoices, and messages as they are once parsed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.petit = cls.make_customer(
            "Petit Transports SARL",
            [{"name": "Mme Petit", "email": "compta@petit.example"}],
            email="contact@petit.example",
            vat="FR40303265045",
            website="https://www.petit-transports.example/fr",
        )
        cls.grand = cls.make_customer(
            "Grand Hotel",
            [{"name": "Max Grand", "email": "max@grand-hotel.example"}],
            email="info@grand-hotel.example",
        )
        cls.petit_invoice = cls.make_invoice(cls.petit, 1234.56, -20, ref="PO77812")
        cls.grand_invoice = cls.make_invoice(cls.grand, 980.4, -10)
        cls.petit_profile = cls.make_profile(cls.petit, user_id=cls.collector.id)
        cls.grand_profile = cls.make_profile(cls.grand, user_id=cls.collector_all.id)

    @classmethod
    def make_message(cls, sender="", text="", subject="Re: reminder", **values):
        """Create a message as it is when it was parsed."""
        # sudo: messages are only ever received
        message = cls.env["credit.message"].sudo()
        return message.create(
            {
                "email_from": sender,
                "email_normalized": sender,
                "subject": subject,
                "body_text": text,
                "reply_text": text,
                "is_parsed": True,
                **values,
            }
        ).sudo(False)

    @classmethod
    def match(cls, *args, **values):
        """Create a message and look for its customer."""
        message = cls.make_message(*args, **values)
        message._match()
        return message

    def codes(self, message):
        """Return the codes of the reasons of a match."""
        return [reason["code"] for reason in message.match_reasons]

    def assertTriage(self, message, *profiles):
        """The customer is not known; these are proposed, in that order."""
        self.assertFalse(message.profile_id, message.match_text)
        self.assertEqual(message.candidate_ids.profile_id.ids, [p.id for p in profiles])
