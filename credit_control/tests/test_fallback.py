from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .notice_common import NoticeCommon

NO = ("It cannot go.", "Put it right.")


@tagged("post_install", "-at_install", "credit_control")
class TestFallback(NoticeCommon):
    """Next contact, next channel, task: what follows when a notice is not received."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.payer = cls.make_contact("Payer", "payer@mueller.example", True)
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.level1.role_to_ids = cls.env.ref("credit_control.role_accounts_payable")
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)
        cls.customer.write(
            {
                "street": "Main street 1",
                "zip": "70173",
                "city": "Stuttgart",
                "country_id": cls.quick_ref("base.de").id,
                "phone": "+49 711 123456",
            }
        )

    @classmethod
    def make_contact(cls, name, email, has_role=False, **values):
        role = cls.env.ref("credit_control.role_accounts_payable")
        return cls.env["res.partner"].create(
            {
                "name": name,
                "email": email,
                "parent_id": cls.customer.id,
                "credit_role_ids": role.ids if has_role else [],
                **values,
            }
        )

    def notice_sent(self, **values):
        """Return a notice whose mail the server took."""
        notice = self.make_notice(moves=self.invoice, **values)
        with self.mock_mail_gateway():
            self.send(notice)
        self.assertEqual(notice.delivery_ids.mapped("state"), ["sent"])
        return notice

    def work(self):
        """Let the queues work."""
        deliveries = self.env["dunning.delivery"]
        with self.mock_mail_gateway():
            while deliveries._process_queue():
                self.send_mails(deliveries.search([("state", "=", "queued")]))

    def ways(self, notice):
        """Return channel, state and address of the deliveries, in order."""
        return [
            (item.channel, item.state, item.email_to or "")
            for item in notice.delivery_ids.sorted("id")
        ]

    def tasks(self, partner=None):
        profile = self.make_profile(partner) if partner else self.profile
        return profile.activity_ids.filtered(
            lambda task: task.activity_type_id.category != "phonecall"
        )

    # === NEXT CONTACT === #
    def test_bounce_goes_to_the_next_contact_and_counts_again(self):
        notice = self.notice_sent()
        first = notice.delivery_ids
        self.assertEqual(first.email_to, '"Payer" <payer@mueller.example>')
        first._receive_bounce("payer@mueller.example")
        second = notice.delivery_ids - first
        self.assertEqual((first.state, second.state), ("bounced", "ready"))
        self.assertEqual(second.contact_id, self.customer)
        self.assertEqual(second.fallback_of_id, first)
        self.assertEqual(notice.state, "approved", "under way again")
        self.assertFalse(self.levels(self.invoice)[0][0], "taken back")
        self.assertIn("payer@mueller.example", second.instead_of)
        self.assertFalse(self.tasks(), "nothing to be done by a person")
        self.assertFalse(self.profile.event_ids.filtered(lambda e: e.kind == "bounce"))
        self.work()
        self.assertEqual(second.state, "sent")
        self.assertEqual(second.email_to, '"Müller & Söhne" <info@mueller.example>')
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])

    def test_each_contact_is_tried_once(self):
        self.make_contact("Bills", "bills@mueller.example", type="invoice")
        notice = self.notice_sent()
        for address in ("payer", "bills", "info"):
            notice.delivery_ids.sorted("id")[-1]._receive_bounce(
                f"{address}@mueller.example"
            )
            self.work()
        self.assertEqual(
            [state for _channel, state, _to in self.ways(notice)], ["bounced"] * 3
        )
        self.assertEqual(notice.state, "failed")
        event = self.profile.event_ids.filtered(lambda e: e.kind == "bounce")
        self.assertEqual(len(event), 1, "when nothing is left")
        self.assertEqual(event.activity_ids.user_id, self.collector)

    def test_refused_address_goes_to_the_next_contact(self):
        delivery = self.process(self.make_notice(moves=self.invoice))
        delivery._receive_refusal({"payer@mueller.example": (550, b"unknown")})
        self.work()
        notice = delivery.notice_id
        self.assertEqual(
            self.ways(notice),
            [
                ("email", "failed", '"Payer" <payer@mueller.example>'),
                ("email", "sent", '"Müller & Söhne" <info@mueller.example>'),
            ],
        )
        self.assertTrue(delivery.is_reported, "the managers need not be told")
        self.assertFalse(self.tasks())

    def test_somebody_without_a_role_gets_no_demand(self):
        self.customer.email = False
        self.make_contact("Stranger", "stranger@mueller.example")
        notice = self.notice_sent()
        notice.delivery_ids._receive_bounce("payer@mueller.example")
        self.assertEqual(len(notice.delivery_ids), 1)

    # === KNOWN BAD ADDRESSES === #
    def test_address_that_bounced_is_not_tried_first(self):
        self.payer.message_bounce = 2
        notice = self.make_notice(moves=self.invoice)
        self.assertIn("info@mueller.example", notice.recipient_to)
        self.assertIn("came back", notice.recipient_warning)
        other = self.make_contact("Second payer", "second@mueller.example", True)
        notice.invalidate_recordset()
        people = notice._resolve_recipients()[notice]
        self.assertEqual(people["to"], other)
        self.assertIn("Not written to: Müller & Söhne, Payer", people["warning"])
        self.payer.email = "payer.new@mueller.example"
        people = notice._resolve_recipients()[notice]
        self.assertEqual(people["to"], self.payer | other, "the address was corrected")
        self.assertFalse(people["warning"])

    def test_bad_address_is_the_last_resort(self):
        self.customer.email = False
        self.payer.message_bounce = 2
        notice = self.make_notice(moves=self.invoice)
        self.assertEqual(notice._resolve_recipients()[notice]["to"], self.payer)

    def test_blacklisted_role_gives_way(self):
        self.env["mail.blacklist"]._add("payer@mueller.example")
        notice = self.notice_sent()
        self.assertEqual(
            notice.delivery_ids.email_to, '"Müller & Söhne" <info@mueller.example>'
        )

    def test_chosen_by_a_person_is_written_to_all_the_same(self):
        self.payer.message_bounce = 2
        notice = self.make_notice(
            moves=self.invoice, partner_to_ids=(self.payer + self.customer).ids
        )
        people = notice._resolve_recipients()[notice]
        self.assertEqual(people["to"], self.payer + self.customer)

    # === NEXT CHANNEL === #
    def test_next_channels_then_task(self):
        self.customer.email = False
        self.level1.write({"fallback_channel": "letter", "fallback_channel_2": "call"})
        notice = self.notice_sent()
        notice.delivery_ids._receive_bounce("payer@mueller.example")
        letter = notice.delivery_ids.sorted("id")[-1]
        self.assertEqual((letter.channel, letter.state), ("letter", "ready"))
        letter._mark_failed(*NO)
        call = notice.delivery_ids.sorted("id")[-1]
        self.assertEqual((call.channel, call.state), ("call", "ready"))
        self.assertEqual(notice.state, "approved")
        self.assertFalse(self.tasks())
        call._mark_failed(*NO)
        self.assertEqual(len(notice.delivery_ids), 3)
        self.assertEqual(notice.state, "failed")
        task = self.tasks()
        self.assertEqual(task.user_id, self.collector)
        self.assertIn("did not reach", task.summary)
        self.assertIn("Put it right.", task.note)
        self.assertEqual(call.task_id, task)

    def test_customer_of_letters_is_planned_and_gets_the_letter(self):
        """Nobody has an e-mail address: the level's letter is not lost with it."""
        (self.customer | self.payer).email = False
        self.policy.assign_domain = "[]"
        self.profile.policy_id = self.policy
        run = self.env["dunning.run"].create({"date": self.today})
        run.action_plan()
        self.assertFalse(
            run.notice_ids.filtered(lambda n: n.profile_id == self.profile)
        )
        self.level1.fallback_channel = "letter"
        run.action_plan()
        notice = run.notice_ids.filtered(lambda n: n.profile_id == self.profile)
        self.assertEqual(notice.level_id, self.level1)
        self.queue(notice)
        self.work()
        self.assertEqual(
            [(channel, state) for channel, state, _to in self.ways(notice)],
            [("email", "failed"), ("letter", "queued")],
        )
        self.assertEqual(notice.state, "approved")
        self.assertFalse(self.tasks())
        letter = notice.delivery_ids.sorted("id")[-1]
        letter._mark_delivered()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])

    def test_call_instead_of_a_mail_counts(self):
        self.customer.email = False
        self.level1.fallback_channel = "call"
        notice = self.notice_sent()
        notice.delivery_ids._receive_bounce("payer@mueller.example")
        self.work()
        call = notice.delivery_ids.filtered(lambda item: item.channel == "call")
        self.assertEqual(call.state, "queued")
        call.activity_id.action_feedback()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])

    def test_what_arrives_otherwise_needs_no_other_channel(self):
        self.level1.write({"send_letter": True, "fallback_channel": "call"})
        self.customer.email = False
        notice = self.make_notice(moves=self.invoice)
        mail, letter = self.queue(notice)
        mail._mark_failed(*NO)
        self.assertEqual(len(notice.delivery_ids), 2)
        self.assertTrue(self.tasks(), "but somebody corrects the address")
        letter._mark_failed(*NO)
        self.assertEqual(
            notice.delivery_ids.sorted("id").mapped("channel"),
            ["email", "letter", "call"],
        )

    def test_a_mistake_of_ours_goes_no_other_way(self):
        self.level1.write(
            {"fallback_channel": "letter", "body_html": "<p>{{ bank_account }}</p>"}
        )
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.state, "failed")
        self.assertTrue(delivery.is_ours)
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)
        self.assertEqual(delivery.notice_id.state, "failed")
        self.assertFalse(self.tasks(), "no task for each of a thousand notices")

    def test_server_down_is_no_reason_to_write_letters(self):
        self.level1.fallback_channel = "letter"
        delivery = self.process(self.make_notice(moves=self.invoice))
        delivery.write({"try_count": 6})
        delivery._receive_answer(delivery.mail_mail_id, {}, "mail_smtp", "down")
        self.assertEqual(delivery.state, "failed")
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)

    def test_a_later_notice_makes_the_other_way_needless(self):
        self.level1.fallback_channel = "letter"
        notice = self.notice_sent()
        later = self.make_notice(moves=self.invoice, level=self.level2)
        with self.mock_mail_gateway():
            self.send(later)
        self.assertEqual(later.state, "sent")
        notice.delivery_ids._receive_bounce("payer@mueller.example")
        self.assertEqual(len(notice.delivery_ids), 1)
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.today)])

    def test_cancelled_notice_ends_the_chain(self):
        self.level1.fallback_channel = "call"
        notice = self.make_notice(moves=self.invoice)
        delivery = self.queue(notice)
        notice._cancel("Paid")
        delivery._update_state(("cancelled",), "ready")
        delivery._mark_failed(*NO)
        self.assertEqual(notice.delivery_ids, delivery)
        self.assertFalse(self.tasks())

    # === RETRY === #
    def test_retry_takes_the_place_of_what_was_to_follow(self):
        self.customer.email = False
        self.level1.fallback_channel = "letter"
        notice = self.notice_sent()
        first = notice.delivery_ids
        first._receive_bounce("payer@mueller.example")
        letter = notice.delivery_ids - first
        self.payer.email = "right@mueller.example"
        first.action_retry()
        self.assertEqual((first.state, letter.state), ("ready", "cancelled"))
        self.work()
        self.assertEqual(first.email_to, '"Payer" <right@mueller.example>')
        self.assertEqual(notice.state, "sent")

    def test_task_ends_when_it_is_delivered(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self.queue(notice)
        delivery._mark_failed(*NO)
        self.assertTrue(self.tasks())
        delivery.action_retry()
        self.assertTrue(self.tasks(), "not yet")
        delivery._mark_delivered()
        self.assertFalse(self.tasks())

    def test_the_same_task_is_not_given_twice(self):
        for _day in range(2):
            self.queue(self.make_notice(moves=self.invoice))._mark_failed(*NO)
        self.assertEqual(len(self.tasks()), 1)

    def test_without_a_collector_a_manager_is_asked(self):
        self.profile.user_id = False
        self.queue(self.make_notice(moves=self.invoice))._mark_failed(*NO)
        group = self.env.ref("credit_control.group_manager")
        self.assertIn(self.tasks().user_id, group.all_user_ids)

    @freeze_time("2026-06-15")
    def test_deputy_gets_the_task(self):
        self.env["credit.absence"].create(
            {
                "user_id": self.collector.id,
                "deputy_id": self.collector_all.id,
                "date_from": self.today,
                "date_to": self.days(5),
            }
        )
        self.queue(self.make_notice(moves=self.invoice))._mark_failed(*NO)
        self.assertEqual(self.tasks().user_id, self.collector_all)

    # === ONE BAD RECIPIENT (E8) === #
    def test_one_refused_address_is_told_and_the_others_get_the_mail(self):
        self.make_contact("Second", "second@mueller.example", True)
        delivery = self.process(self.make_notice(moves=self.invoice))
        delivery._receive_acceptance({"payer@mueller.example": (550, b"unknown")})
        self.assertEqual(delivery.state, "sent")
        self.assertEqual(delivery.notice_id.delivery_ids, delivery)
        self.assertIn("payer@mueller.example", self.tasks().summary)

    def test_one_bounced_address_is_told(self):
        self.make_contact("Second", "second@mueller.example", True)
        notice = self.notice_sent()
        notice.delivery_ids._receive_bounce("payer@mueller.example")
        self.assertEqual(notice.state, "sent")
        self.assertIn("payer@mueller.example", self.tasks().summary)

    def test_one_invalid_address_is_told(self):
        self.make_contact("Second", "second-mueller.example", True)
        notice = self.notice_sent()
        self.assertEqual(
            notice.delivery_ids.email_to, '"Payer" <payer@mueller.example>'
        )
        self.assertIn("second-mueller.example", self.tasks().summary)

    # === VOLUME === #
    def test_many_losses_make_few_statements(self):
        self.level1.fallback_channel = "letter"

        def lose(number):
            notices = self.env["dunning.notice"]
            for rank in range(number):
                customer = self.make_customer(
                    f"Lost {number}-{rank}", email=f"lost{rank}@x{number}.example"
                )
                self.make_profile(customer, user_id=self.collector.id)
                notices |= self.make_notice(
                    customer, self.make_invoice(customer, 50, -9)
                )
            deliveries = self.env["dunning.delivery"].browse(self.queue(notices).ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            deliveries._mark_failed(*NO)
            self.env.flush_all()
            made = self.env.cr.sql_log_count - before
            self.assertEqual(len(notices.delivery_ids), 2 * number)
            return made

        lose(2)
        few = lose(2)
        self.assertLessEqual(lose(12), few + 4)

    # === LEVEL === #
    def test_a_level_says_what_follows(self):
        self.level2.is_automatic = True
        with Form(self.level1) as form:
            form.fallback_channel = "letter"
            form.fallback_channel_2 = "call"
        words = str(self.level1.follow_up)
        self.assertIn("Letter, Call; and in the end a task", words)
        self.assertIn("“Level 2” goes by itself, 20 days after the due date", words)
        self.assertIn("last level", str(self.level3.follow_up))
        self.assertIn("the collector gets a task", str(self.level3.follow_up))

    def test_ways_are_in_order_and_different(self):
        with self.assertRaisesRegex(ValidationError, "choose the first"):
            self.level1.fallback_channel_2 = "call"
        with self.assertRaisesRegex(ValidationError, "same way twice"):
            self.level1.write(
                {"fallback_channel": "call", "fallback_channel_2": "call"}
            )

    def test_a_call_with_a_letter_behind_it_needs_a_text(self):
        self.level1.write(
            {
                "send_email": False,
                "plan_call": True,
                "fallback_channel": "letter",
                "body_html": False,
            }
        )
        self.assertIn("has no text", str(self.level1.problems))

    # === CALLS === #
    def test_wrong_number_goes_to_the_next_contact(self):
        self.level1.write({"send_email": False, "plan_call": True})
        self.payer.phone = "+49 711 999999"
        delivery = self.process(self.make_notice(moves=self.invoice))
        self.assertEqual(delivery.partner_ids, self.payer)
        delivery._mark_failed(*NO)
        self.work()
        second = delivery.notice_id.delivery_ids - delivery
        self.assertEqual(second.partner_ids, self.customer)
        self.assertEqual((second.channel, second.state), ("call", "queued"))
        second._mark_failed(*NO)
        self.assertEqual(len(delivery.notice_id.delivery_ids), 2)
        self.assertTrue(self.tasks())
