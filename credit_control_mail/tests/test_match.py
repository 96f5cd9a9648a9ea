from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .match_common import MatchCommon


@tagged("post_install", "-at_install")
class TestMatchAddress(MatchCommon):
    def test_address_of_contact(self):
        message = self.match("compta@petit.example", "Hello")
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(message.partner_id.name, "Mme Petit")
        self.assertAlmostEqual(message.match_confidence, 0.92)
        self.assertEqual(
            message.match_text, "compta@petit.example is the address of a contact."
        )
        self.assertFalse(message.candidate_ids)

    def test_unproven_sender_is_not_believed(self):
        message = self.match("compta@petit.example", "Hello", is_suspect=True)
        self.assertTriage(message, self.petit_profile)
        self.assertIn("not proven", message.candidate_ids.reason_text)
        name = self.petit_invoice.name
        message = self.match("compta@petit.example", f"See {name}", is_suspect=True)
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertIn("unproven", self.codes(message))

    def test_same_address_of_two_customers(self):
        twin = self.make_customer("Petit Logistique", email="compta@petit.example")
        self.make_invoice(twin, 500)
        profile = self.make_profile(twin)
        message = self.match("compta@petit.example", "We pay tomorrow")
        self.assertTriage(message, self.petit_profile, profile)
        named = self.match("compta@petit.example", self.petit_invoice.name)
        self.assertEqual(named.profile_id, self.petit_profile)
        amount = self.match("compta@petit.example", "We paid 1234.56 today")
        self.assertEqual(amount.profile_id, self.petit_profile)
        self.assertIn("amount", self.codes(amount))

    def test_domain(self):
        message = self.match("direction@petit.example", "Hello")
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(self.codes(message), ["domain"])
        self.assertFalse(message.partner_id)
        message = self.match("direction@mail.petit.example", "Hello")
        self.assertEqual(message.profile_id, self.petit_profile)

    def test_website(self):
        message = self.match("anne@petit-transports.example", "Hello")
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(self.codes(message), ["website"])

    def test_free_mail_and_own_domains_say_nothing(self):
        self.petit.email = "petit.transports@gmail.com"
        self.assertTriage(self.match("somebody@gmail.com", "Hello"))
        self.make_customer("Sister", email="sister@company.example", customer_rank=1)
        self.assertTriage(self.match("somebody@company.example", "Hello"))
        known = self.match("petit.transports@gmail.com", "Hello")
        self.assertEqual(known.profile_id, self.petit_profile)

    def test_domain_of_many_customers_only_proposes(self):
        for number in range(4):
            branch = self.make_customer(
                f"Branch {number}", email=f"b{number}@hq.example"
            )
            self.make_invoice(branch, 10)
        message = self.match("boss@hq.example", "Hello")
        self.assertFalse(message.profile_id)
        self.assertEqual(len(message.candidate_ids), 4)
        self.assertIn("belong to 4 customers", message.candidate_ids[0].reason_text)

    def test_supplier_is_no_customer(self):
        self.make_customer("Vendor", email="sales@vendor.example", supplier_rank=1)
        message = self.match("sales@vendor.example", "Our invoice is attached")
        self.assertTriage(message)
        self.assertEqual(self.codes(message), ["supplier"])
        # his number looks like one of ours
        message = self.match("sales@vendor.example", self.petit_invoice.name)
        self.assertTriage(message, self.petit_profile)

    def test_forwarded_by_colleague(self):
        text = "FYI\n\n---\nDe : Mme Petit <compta@petit.example>\nObjet : facture\n"
        message = self.match("collector@company.example", text)
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(self.codes(message)[0], "forwarded")
        copied = self.match(
            "collector@company.example", "Hi", email_cc="X <max@grand-hotel.example>"
        )
        self.assertTriage(copied, self.grand_profile)

    def test_bounce_names_the_address(self):
        text = "The following address failed: max@grand-hotel.example 550 unknown"
        message = self.match("mailer-daemon@mx.example", text)
        self.assertEqual(message.profile_id, self.grand_profile)
        self.assertEqual(self.codes(message), ["named_address"])

    def test_unknown_sender(self):
        message = self.match("who@nowhere.example", "Buy our pens for 1234.56")
        self.assertTriage(message)
        self.assertEqual(self.codes(message), ["nobody"])
        self.assertIn("Nobody has this address", message.match_text)

    def test_partner_without_invoice_is_no_customer(self):
        self.make_customer("Prospect", email="hello@prospect.example")
        self.assertTriage(self.match("hello@prospect.example", "Hello"))

    def test_profile_is_made_for_customer(self):
        customer = self.make_customer(
            "New one", email="new@fresh.example", customer_rank=1
        )
        message = self.match("new@fresh.example", "Hello")
        self.assertEqual(message.profile_id.partner_id, customer)

    def test_threshold(self):
        self.env.company.credit_match_confidence = 0.95
        self.assertTriage(
            self.match("compta@petit.example", "Hello"), self.petit_profile
        )
        with self.assertRaisesRegex(ValidationError, "between 0.5 and 1"):
            self.env.company.credit_match_confidence = 0.2


@tagged("post_install", "-at_install")
class TestMatchThread(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policy = cls.make_policy()
        cls.notice = (
            cls.env["dunning.notice"]
            .sudo()
            .create(
                {
                    "profile_id": cls.petit_profile.id,
                    "company_id": cls.env.company.id,
                    "policy_id": policy.id,
                    "level_id": policy.level_ids[0].id,
                    "date": cls.today,
                }
            )
        )

    def test_answer_to_notice(self):
        message = self.match("who@nowhere.example", "Ok", notice_id=self.notice.id)
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(message.match_confidence, 1.0)
        self.assertEqual(self.codes(message), ["notice"])

    def test_answer_by_contact_of_another_customer(self):
        message = self.match(
            "max@grand-hotel.example", "We pay for them", notice_id=self.notice.id
        )
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(message.match_confidence, 0.9)
        self.assertIn("contact of another customer", message.match_text)
        self.assertEqual(message.candidate_ids.profile_id, self.grand_profile)

    def test_conversation_in_one_batch(self):
        first = self.make_message("who@gmail.com", f"About {self.petit_invoice.name}")
        answer = self.make_message("else@gmail.com", "And?", parent_id=first.id)
        (answer | first)._match()
        self.assertEqual(answer.profile_id, self.petit_profile)
        self.assertEqual(self.codes(answer), ["conversation"])

    def test_answer_to_any_mail_of_the_customer(self):
        post = self.petit_profile.message_post(
            body="Your statement", message_id="<statement@company.example>"
        )
        message = self.match(
            "who@gmail.com", "Thanks", references=f"<a@b.example> {post.message_id}"
        )
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(self.codes(message), ["conversation"])

    def test_through_the_gateway(self):
        name = self.petit_invoice.name
        raw = (
            "From: Mme Petit <compta@petit.example>\r\nTo: credit@company.example\r\n"
            "Subject: Facture\r\nMessage-ID: <1@petit.example>\r\n"
            "Date: Mon, 15 Jun 2026 08:00:00 +0000\r\n\r\n"
            f"Bonjour, la facture {name} est en cours.\r\n"
        ).encode()
        messages = self.env["credit.message"].sudo()
        message = messages.browse(
            self.env["mail.thread"].sudo().message_process("credit.message", raw)
        )
        self.assertFalse(message.error)
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(message.move_ids, self.petit_invoice)
        self.assertEqual(self.codes(message), ["address", "reference"])

    def test_spam_address_that_answers_is_read(self):
        self.env["credit.message.sender"].create(
            {"email": "Spam@Nowhere.example", "is_spam": True}
        )
        spam = self.match("spam@nowhere.example", self.petit_invoice.name)
        self.assertEqual((spam.state, spam.profile_id.id), ("spam", False))
        answer = self.match("spam@nowhere.example", "Ok", notice_id=self.notice.id)
        self.assertEqual(answer.state, "new")


@tagged("post_install", "-at_install")
class TestMatchReference(MatchCommon):
    def assertNamed(self, text, code="reference", **values):
        message = self.match("who@gmail.com", text, **values)
        self.assertEqual(
            message.profile_id, self.petit_profile, (text, message.match_text)
        )
        self.assertIn(code, self.codes(message))

    def test_spellings_of_a_name(self):
        name = self.petit_invoice.name
        prefix, year, number = name.split("/")
        self.assertNamed(f"Invoice {name} is paid")
        self.assertNamed(f"invoice {name.lower()}.")
        self.assertNamed(f"{prefix}{year}{number}")
        self.assertNamed(f"{prefix} {year} - {number}")
        self.assertNamed(f"{prefix}-{year}-{int(number)}")
        self.assertNamed("see subject", subject=f"RE: {name}")

    def test_other_numbers_name_nothing(self):
        prefix, year, number = self.petit_invoice.name.split("/")
        for text in (
            f"{prefix} {year}",
            f"{year}/{number}",
            f"{prefix}/{int(year) - 1}/{number}",
            f"{prefix}/{year}/{number}9",
            "tel. 01 45 67 89 00",
        ):
            self.assertTriage(self.match("who@gmail.com", text))

    def test_file_names_and_csv(self):
        name = self.petit_invoice.name.replace("/", "_")
        files = self.env["ir.attachment"].create(
            [
                {"name": f"{name}.pdf", "raw": b"%PDF"},
                {
                    "name": "advice.csv",
                    "mimetype": "text/csv",
                    "raw": f"number;amount\n{self.petit_invoice.name};5".encode(),
                },
            ]
        )
        for file in files:
            self.assertNamed("attached", attachment_ids=[Command.set(file.ids)])

    def test_payment_reference(self):
        invoice = self.make_invoice(
            self.petit, 5, payment_reference="RF18 5390 0754 7034"
        )
        self.assertNamed("Ref. RF18539007547034")
        self.assertNamed("Ref. RF18 5390 0754 7034, thanks")
        self.assertEqual(invoice.payment_reference, "RF18 5390 0754 7034")

    def test_customers_own_reference_is_weaker(self):
        message = self.match("who@gmail.com", "Order PO-77812")
        self.assertTriage(message, self.petit_profile)
        self.assertIn("your customer's reference", message.candidate_ids.reason_text)
        self.assertNamed("Order PO-77812, Petit Transports SARL", code="order")

    def test_invoices_of_two_customers(self):
        text = f"{self.petit_invoice.name} and {self.grand_invoice.name}"
        message = self.match("who@gmail.com", text)
        self.assertFalse(message.profile_id)
        self.assertEqual(
            message.candidate_ids.profile_id, self.petit_profile | self.grand_profile
        )

    def test_address_against_reference(self):
        message = self.match("max@grand-hotel.example", self.petit_invoice.name)
        self.assertTriage(message, self.grand_profile, self.petit_profile)

    def test_tax_number_decides(self):
        twin = self.make_customer("Petit Logistique", email="compta@petit.example")
        self.make_invoice(twin, 500)
        message = self.match("compta@petit.example", "Petit, SIREN 303 265 045")
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertIn("number", self.codes(message))

    def test_named_invoices_are_linked(self):
        other = self.make_invoice(self.petit, 77, -5)
        message = self.match("compta@petit.example", f"Paid: {other.name}")
        self.assertEqual(message.move_ids, other)

    def test_paid_long_ago_only_proposes(self):
        old = self.make_invoice(self.petit, 44, -900)
        self.pay(old, day=-880)
        message = self.match("who@gmail.com", f"About {old.name}")
        self.assertTriage(message, self.petit_profile)


@tagged("post_install", "-at_install")
class TestMatchCompanies(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data_2 = cls.make_second_company()
        cls.company_2 = cls.data_2["company"]
        cls.abroad = cls.make_customer("Abroad", email="pay@abroad.example")
        cls.abroad_invoice = cls.make_invoice(
            cls.abroad, 50, -3, company_data=cls.data_2
        )
        cls.abroad_profile = cls.make_profile(cls.abroad, cls.company_2)

    def test_message_moves_to_the_company_of_the_customer(self):
        message = self.match("pay@abroad.example", "Hello")
        self.assertEqual(message.profile_id, self.abroad_profile)
        self.assertEqual(message.company_id, self.company_2)

    def test_own_company_goes_first(self):
        self.make_profile(self.abroad)
        message = self.match("pay@abroad.example", "Hello")
        self.assertEqual(message.company_id, self.env.company)
        self.assertEqual(message.profile_id.company_id, self.env.company)

    def test_same_number_in_two_companies(self):
        self.petit_invoice.button_draft()
        self.petit_invoice.name = self.abroad_invoice.name
        self.petit_invoice.action_post()
        message = self.match("pay@abroad.example", self.abroad_invoice.name)
        self.assertEqual(message.profile_id, self.abroad_profile)
        unknown = self.match("who@gmail.com", self.abroad_invoice.name)
        self.assertTriage(unknown, self.petit_profile, self.abroad_profile)
