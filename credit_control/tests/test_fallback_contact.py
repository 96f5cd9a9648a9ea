from datetime import datetime

from odoo.tests import tagged

from .letter_common import LetterCommon
from .sms_common import LANDLINE, MOBILE, NUMBER, SECOND, SmsNoticeCommon, moment

NO = ("It cannot go.", "Put it right.")
THIRD = "+33 6 99 88 77 66"


@tagged("post_install", "-at_install", "credit_control")
class TestFallbackSms(SmsNoticeCommon):
    """A number that takes no SMS gives way to the mobile of the next contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env.ref("credit_control.role_accounts_payable")
        cls.level1.role_to_ids = cls.role
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)

    def payer(self, name, phone, **values):
        return self.contact(name, phone, credit_role_ids=self.role.ids, **values)

    def ways(self, notice):
        """Return channel, state and number of the deliveries, in order."""
        return [
            (item.channel, item.state, item.phone or "")
            for item in notice.delivery_ids.sorted("id")
        ]

    def go_on(self, **gateway):
        """Let the queues work on what follows."""
        self.env["dunning.delivery"]._process_queue()
        self.send_sms(**gateway)

    def test_refused_number_goes_to_the_next_contact(self):
        ann = self.payer("Ann", SECOND)
        first = self.deliver(sim_error="wrong_number_format")
        notice = first.notice_id
        self.assertEqual(first.partner_ids, ann)
        second = notice.delivery_ids - first
        self.assertEqual((second.channel, second.state), ("sms", "ready"))
        self.assertEqual(second.contact_id, self.customer)
        self.assertEqual(notice.state, "approved")
        self.go_on()
        self.assertEqual(
            self.ways(notice), [("sms", "failed", SECOND), ("sms", "sent", MOBILE)]
        )
        self.assertEqual([sms["number"] for sms in self._sms], [NUMBER])
        self.assertEqual(notice.state, "sent")
        self.assertFalse(self.profile.activity_ids, "nothing for a person to do")

    def test_reported_later_goes_to_the_next_contact(self):
        self.payer("Ann", SECOND)
        first = self.deliver()
        self.report(first, "not_delivered")
        self.assertEqual(first.state, "bounced")
        self.assertEqual(self.levels(self.invoice)[0][0].id, False)
        self.go_on()
        self.assertEqual(
            self.ways(first.notice_id),
            [("sms", "bounced", SECOND), ("sms", "sent", MOBILE)],
        )
        self.assertEqual(self.levels(self.invoice)[0][0], self.level1)

    def test_the_same_number_is_not_tried_twice(self):
        self.payer("Ann", MOBILE)  # the customer's own
        first = self.deliver(sim_error="wrong_number_format")
        self.assertEqual(first.notice_id.delivery_ids, first)

    def test_each_contact_once_then_the_next_channel(self):
        self.level1.fallback_channel = "email"
        self.payer("Ann", SECOND)
        self.contact("Bills", THIRD, type="invoice")
        first = self.deliver(sim_error="wrong_number_format")
        notice = first.notice_id
        for _turn in range(2):
            self.go_on(sim_error="wrong_number_format")
        self.assertEqual(
            self.ways(notice),
            [
                ("sms", "failed", SECOND),
                ("sms", "failed", THIRD),
                ("sms", "failed", MOBILE),
                ("email", "ready", ""),
            ],
        )

    def test_whoever_cannot_get_one_is_left_out(self):
        self.payer("Ann", SECOND)
        self.contact("Agency", LANDLINE, type="invoice")
        self.contact("Bills", THIRD, type="invoice")
        self.env["phone.blacklist"].add(NUMBER)
        first = self.deliver(sim_error="wrong_number_format")
        second = first.notice_id.delivery_ids - first
        self.assertEqual(second.contact_id.name, "Bills")
        self.go_on(sim_error="wrong_number_format")
        self.assertEqual(len(first.notice_id.delivery_ids), 2)
        self.assertTrue(self.profile.activity_ids, "a task, at the end")

    def test_who_deals_with_invoices_when_the_first_have_no_mobile(self):
        """Neither role nor customer has one: a second invoice address gets it."""
        self.payer("Ann", LANDLINE)
        self.customer.phone = False
        self.contact("Agency", LANDLINE, type="invoice")
        bills = self.contact("Bills", THIRD, type="invoice")
        self.contact("Stranger", SECOND)
        delivery = self.deliver()
        self.assertEqual((delivery.state, delivery.partner_ids), ("sent", bills))
        self.assertIn("Agency", delivery.sms_refused)

    def test_without_credit_nobody_else_is_tried(self):
        self.level1.fallback_channel = "email"
        self.payer("Ann", SECOND)
        first = self.deliver(sim_error="credit")
        self.assertEqual(
            [channel for channel, _state, _to in self.ways(first.notice_id)],
            ["sms", "email"],
        )

    def test_stopped_before_his_turn_came(self):
        self.payer("Ann", SECOND)
        self.contact("Bills", THIRD, type="invoice")
        first = self.deliver(sim_error="wrong_number_format")
        self.env["phone.blacklist"].add(THIRD.replace(" ", ""))
        self.go_on()
        self.go_on()
        self.assertEqual(
            [(state, to) for _channel, state, to in self.ways(first.notice_id)],
            [("failed", SECOND), ("failed", ""), ("sent", MOBILE)],
        )

    def test_retry_makes_the_next_contact_needless(self):
        self.payer("Ann", SECOND)
        first = self.deliver(sim_error="wrong_number_format")
        first.action_retry()
        second = first.notice_id.delivery_ids - first
        self.assertEqual(second.state, "cancelled")
        self.go_on(sim_error="wrong_number_format")
        third = first.notice_id.delivery_ids - first - second
        self.assertEqual(third.contact_id, self.customer, "he was not tried yet")

    def test_many_wrong_numbers_make_few_statements(self):
        """Each has a sentence of its own, and all go on together."""
        counts = []
        for number in (2, 2, 12):
            notices = self.env["dunning.notice"]
            for rank in range(number):
                customer = self.make_customer(f"Many {number}-{rank}")
                customer.phone = f"+336111111{rank:02}"
                payer = self.payer("Payer", f"+336222222{rank:02}")
                payer.parent_id = customer
                notices |= self.make_notice(
                    customer, self.make_invoice(customer, 9, -9)
                )
            deliveries = self.process(notices)
            self.env["mail.notification"].sudo().search(
                [("mail_message_id", "in", deliveries.mail_message_id.ids)]
            ).write(
                {
                    "notification_status": "exception",
                    "failure_type": "sms_number_format",
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            deliveries._receive_sms_answers()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(set(deliveries.mapped("state")), {"failed"})
            self.assertEqual(len(set(deliveries.mapped("error"))), number)
            self.assertEqual(len(notices.delivery_ids), 2 * number)
        self.assertLessEqual(counts[2], counts[1] + 12, counts)

    def test_the_level_says_so(self):
        self.assertIn("mobile number of the next contact", str(self.level1.follow_up))
        self.assertNotIn("the post returns", str(self.level1.follow_up))


@tagged("post_install", "-at_install", "credit_control")
class TestFallbackLetter(LetterCommon):
    """An address that is wrong gives way to another one of the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env.ref("credit_control.role_accounts_payable")
        cls.level1.write({"send_letter": False, "send_registered": True})
        cls.level1.role_to_ids = cls.role
        cls.profile = cls.make_profile(cls.customer)
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    def place(self, name, street, kind="invoice", **values):
        """Create a contact of the customer with an address of its own."""
        return self.env["res.partner"].create(
            {
                "name": name,
                "type": kind,
                "parent_id": self.customer.id,
                **self.address(street, "70176", "Stuttgart", "de"),
                **values,
            }
        )

    def printed(self, letters=None):
        """Note that letters were printed, without the engine."""
        letters = letters or self.env["dunning.delivery"].sudo().search(
            [("state", "=", "ready"), ("profile_id", "=", self.profile.id)]
        )
        self.assertFalse(letters._letter_validate())
        letters._update_state(
            ("ready",), "queued", date_printed=datetime(2026, 6, 8, 9)
        )
        return letters

    def posted(self, **values):
        """Return a letter that was posted."""
        notice = self.make_notice(moves=self.invoice, **values)
        letter = self.printed(self.queue(notice))
        letter._mark_delivered(datetime(2026, 6, 9))
        return letter

    def returned(self, letter):
        letter._record_receipt("returned", self.days(-1))

    def ways(self, notice):
        """Return channel, state and addressee of the deliveries, in order."""
        return [
            (item.channel, item.state, (item.contact_id or item.partner_ids).name)
            for item in notice.delivery_ids.sorted("id")
        ]

    def test_returned_letter_goes_to_the_next_address(self):
        bills = self.place("Bills", "Hauptstraße 1")
        letter = self.posted(partner_to_ids=self.customer.ids)
        self.assertEqual(letter.partner_ids, self.customer)
        self.returned(letter)
        notice = letter.notice_id
        other = notice.delivery_ids - letter
        self.assertEqual(other.contact_id, bills)
        self.assertEqual((other.channel, other.state), ("registered", "ready"))
        self.assertEqual(notice.state, "approved")
        self.assertFalse(self.levels(self.invoice)[0][0], "taken back")
        self.assertIn("Registered letter (Müller & Söhne)", other.instead_of)
        self.assertEqual(other._addressees(), {other: bills})
        self.printed(other)
        other._mark_delivered(datetime(2026, 6, 15))
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])

    def test_roles_first_then_invoices_then_other_places(self):
        store = self.place("Store", "Lagerweg 9", "delivery")
        payer = self.place("Payer", "Ring 3", "other", credit_role_ids=self.role.ids)
        bills = self.place("Bills", "Hauptstraße 1")
        letter = self.posted()
        notice = letter.notice_id
        self.assertEqual(letter.partner_ids, payer)
        for expected in (bills, self.customer, store):
            self.returned(letter)
            letter = notice.delivery_ids.sorted("id")[-1]
            self.assertEqual(letter.contact_id, expected)
            self.printed(letter)
            letter._mark_delivered(datetime(2026, 6, 10))
        self.returned(letter)
        self.assertEqual(len(notice.delivery_ids), 4)
        self.assertEqual(notice.state, "failed")
        event = self.profile.event_ids.filtered(lambda item: item.kind == "bounce")
        self.assertEqual(len(event), 1, "one, when nothing is left")

    def test_the_same_address_is_never_tried_twice(self):
        self.place("Bills", "KÖNIGSTRASSE 45", zip="70173")
        letter = self.posted(partner_to_ids=self.customer.ids)
        self.returned(letter)
        self.assertEqual(letter.notice_id.delivery_ids, letter)

    def test_address_as_it_was_printed(self):
        """Who corrects the address before the return is entered is not tried again."""
        self.place("Old seat", "Königstraße 45", "other", zip="70173")
        letter = self.make_letter(self.customer)
        letter.notice_id._update_state(("draft",), "approved")
        self.assertFalse(self.print_letters(letter))
        self.assertEqual(letter.partner_ids, self.customer)
        self.assertEqual(letter.postal_key, "konigstrasse4570173stuttgartde")
        letter._mark_delivered(datetime(2026, 6, 9))
        self.customer.street = "Neue Straße 2"
        self.returned(letter)
        self.assertEqual(letter.notice_id.delivery_ids, letter)

    def test_the_letter_speaks_to_whom_it_goes(self):
        payer = self.place("Paula Payer", "Ring 3", "other", email="p@m.example")
        payer.credit_role_ids = self.role
        self.place("Billie Bills", "Hauptstraße 1")
        self.level1.body_html = "<p>For {{ contact_name | all of you }}.</p>{{ table }}"
        letter = self.posted()
        self.returned(letter)
        notice = letter.notice_id
        other = notice.delivery_ids - letter
        self.assertIn("Billie Bills", other.destination, "before it is written")
        self.assertFalse(self.print_letters(other))
        self.assertIn("For Billie Bills.", self.text(other))
        self.assertIn("Hauptstraße 1", other.address)
        self.returned(other)
        last = notice.delivery_ids - letter - other
        self.assertEqual(last.contact_id, self.customer)
        self.assertFalse(self.print_letters(last))
        self.assertIn("For Paula Payer.", self.text(last), "at the company's seat")

    def test_incomplete_address_gives_way(self):
        self.customer.street = False
        store = self.place("Store", "Lagerweg 9", "delivery")
        letter = self.queue(self.make_notice(moves=self.invoice))
        letter._fail_many(letter._letter_validate())
        other = letter.notice_id.delivery_ids - letter
        self.assertEqual((letter.state, other.contact_id), ("failed", store))
        self.assertIn("has no street", other.instead_of)

    def test_next_channel_of_paper_only_to_another_address(self):
        """A plain letter does not follow a registered one to where nobody lives."""
        self.level1.write({"fallback_channel": "letter", "fallback_channel_2": "call"})
        self.customer.phone = "+49 711 123456"
        letter = self.posted()
        self.returned(letter)
        self.assertEqual(
            [channel for channel, _state, _who in self.ways(letter.notice_id)],
            ["registered", "call"],
        )

    def test_next_channel_of_paper_after_what_failed(self):
        """Not printed is not returned: the address may be right."""
        self.level1.fallback_channel = "letter"
        letter = self.queue(self.make_notice(moves=self.invoice))
        letter._letter_validate()
        letter._mark_failed(*NO)
        self.assertEqual(self.ways(letter.notice_id)[1], ("letter", "ready", False))

    def test_letter_instead_of_a_mail_then_the_next_address(self):
        self.level1.write({"send_email": True, "send_registered": False})
        self.level1.fallback_channel = "letter"
        bills = self.place("Bills", "Hauptstraße 1")
        self.customer.email = False
        notice = self.make_notice(moves=self.invoice, partner_to_ids=self.customer.ids)
        mail = self.queue(notice)
        mail._mark_failed(*NO)
        letter = self.printed(notice.delivery_ids - mail)
        self.assertEqual(letter.channel, "letter")
        self.assertEqual(letter.partner_ids, self.customer)
        letter.action_confirm_posted(moment("2026-06-10"))
        letter.action_not_arrived()
        last = notice.delivery_ids - mail - letter
        self.assertEqual((last.channel, last.contact_id), ("letter", bills))

    def test_both_letters_of_a_notice_go_on(self):
        self.level1.send_letter = True
        bills = self.place("Bills", "Hauptstraße 1")
        notice = self.make_notice(moves=self.invoice, partner_to_ids=self.customer.ids)
        letters = self.printed(self.queue(notice))
        letters._mark_delivered(datetime(2026, 6, 9))
        self.returned(letters)
        more = notice.delivery_ids - letters
        self.assertEqual(set(more.mapped("channel")), {"letter", "registered"})
        self.assertEqual(more.contact_id, bills)

    def test_arrived_after_all_makes_the_other_needless(self):
        self.place("Bills", "Hauptstraße 1")
        letter = self.posted()
        self.returned(letter)
        other = letter.notice_id.delivery_ids - letter
        letter._record_receipt("delivered", self.days(-1))
        self.assertEqual((letter.state, other.state), ("sent", "cancelled"))
        self.assertEqual(letter.notice_id.state, "sent")

    def test_letters_of_before_have_no_people(self):
        """Posted before who is meant was noted on the letter."""
        bills = self.place("Bills", "Hauptstraße 1")
        letter = self.posted(partner_to_ids=self.customer.ids)
        letter.partner_ids = False
        self.returned(letter)
        self.assertEqual((letter.notice_id.delivery_ids - letter).contact_id, bills)

    def test_many_returned_letters_make_few_statements(self):
        counts = []
        for number in (2, 2, 12):
            letters = self.env["dunning.delivery"].sudo()
            for rank in range(number):
                where = self.address("Weg 1", "70176", "Stuttgart", "de")
                customer = self.make_customer(f"Lost {number}-{rank}", **where)
                self.env["res.partner"].create(
                    {
                        "name": "Bills",
                        "type": "invoice",
                        "parent_id": customer.id,
                        **self.address("Weg 2", "70176", "Stuttgart", "de"),
                    }
                )
                self.make_profile(customer, user_id=self.collector.id)
                notice = self.make_notice(
                    customer,
                    self.make_invoice(customer, 50, -9),
                    partner_to_ids=customer.ids,
                )
                letters |= self.queue(notice)
            self.printed(letters)
            letters._mark_delivered(datetime(2026, 6, 9))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.returned(letters)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(letters.notice_id.delivery_ids), 2 * number)
        self.assertLessEqual(counts[2], counts[1] + 12, counts)

    def test_the_level_says_so(self):
        self.assertIn("the post returns the letter", str(self.level1.follow_up))
        self.assertNotIn("takes no SMS", str(self.level1.follow_up))
