from datetime import datetime, time, timedelta

from odoo.tests import Form, tagged

from .letter_common import LetterCommon

PRINTED = datetime(2026, 5, 1, 9)


@tagged("post_install", "-at_install", "credit_control")
class TestReceiptDays(LetterCommon):
    """What follows a registered letter is counted from its receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["dunning.policy"].sudo().search([]).active = False
        cls.policy.write({"active": True, "climb": "step", "min_days_between": 0})
        cls.level2.write(
            {"send_email": False, "send_registered": True, "deadline_days": 8}
        )
        cls.profile = cls.make_profile(cls.customer)
        cls.profile.policy_id = cls.policy
        # the second level from day 20 after the due date, the third from day 40
        cls.invoice = cls.make_invoice(cls.customer, 100, -30)

    def posted(self, day, level=None, moves=None, **values):
        """Return the letter of a notice that was posted ``day`` days from today."""
        notice = self.make_notice(
            moves=moves or self.invoice, level=level or self.level2, **values
        )
        letter = self.queue(notice)
        letter._update_state(("ready",), "queued", date_printed=PRINTED)
        letter._mark_delivered(datetime.combine(self.days(day), time()))
        return letter

    def row(self, day=0, profile=None):
        """Return what is said of the claim ``day`` days from today."""
        [row] = (profile or self.profile).explain(self.days(day))
        return row

    def assertNext(self, code, until):
        row = self.row()
        self.assertEqual((row["code"], row["until"]), (code, self.days(until)))
        return row

    # === DAYS === #
    def test_next_level_counts_from_the_posting_then_from_the_receipt(self):
        letter = self.posted(-10)
        row = self.assertNext("not_yet", 10)
        self.assertNotIn("received", row["text"])
        letter._record_receipt("delivered", self.days(-3))
        self.assertEqual(letter.notice_id.date_received, self.days(-3))
        self.assertEqual(letter.notice_id.date_sent, self.days(-10))
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-3))])
        row = self.assertNext("not_yet", 17)
        self.assertIn("“Level 3” comes on Jul 2, 2026.", row["text"])
        self.assertIn("days to pay run until Jun 20, 2026", row["text"])
        self.assertEqual(self.row(16)["code"], "not_yet")
        self.assertEqual(self.row(17)["code"], "claim")

    def test_first_attempt_counts_for_what_was_refused(self):
        for receipt in ("refused", "unclaimed"):
            with self.subTest(receipt):
                invoice = self.make_invoice(self.customer, 100, -30)
                letter = self.posted(-10, moves=invoice)
                letter._record_receipt(receipt, self.days(-4))
                self.assertEqual(self.levels(invoice), [(self.level2, self.days(-4))])

    def test_returned_takes_the_receipt_back(self):
        letter = self.posted(-10)
        letter._record_receipt("delivered", self.days(-3))
        letter._record_receipt("returned", self.days(-1))
        self.assertFalse(letter.notice_id.date_received)
        self.assertEqual(self.levels(self.invoice)[0][1], False)
        self.assertEqual(self.row()["code"], "claim", "it is reminded once more")
        letter._record_receipt("delivered", self.days(-2))
        self.assertEqual(letter.notice_id.date_received, self.days(-2))
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-2))])

    def test_days_count_from_the_mail_again_when_the_letter_comes_back(self):
        """What arrived by another channel stays: only the receipt is gone."""
        letter = self.posted(-10)
        mail = letter.copy({"channel": "email", "notice_id": letter.notice_id.id})
        mail._mark_delivered()
        letter._record_receipt("delivered", self.days(-3))
        self.assertEqual(self.levels(self.invoice)[0][1], self.days(-3))
        letter.action_not_arrived()
        self.assertEqual(letter.notice_id.state, "sent")
        self.assertFalse(letter.notice_id.date_received)
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-10))])
        letter.action_arrived()
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-3))])

    def test_corrected_day_of_receipt(self):
        letter = self.posted(-10)
        letter._record_receipt("delivered", self.days(-3))
        letter._record_receipt("delivered", self.days(-5))
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-5))])

    def test_the_first_of_two_letters_counts(self):
        letter = self.posted(-10)
        other = letter.copy({"channel": "letter", "notice_id": letter.notice_id.id})
        other._mark_delivered(datetime.combine(self.days(-9), time()))
        (letter + other)._record_receipt("delivered", self.days(-2))
        other._record_receipt("delivered", self.days(-6))
        self.assertEqual(letter.notice_id.date_received, self.days(-6))

    def test_receipt_learnt_after_the_next_notice(self):
        """The later day counts; the level stays the last one."""
        letter = self.posted(-25)
        self.posted(-2, level=self.level3)
        letter._record_receipt("delivered", self.days(-20))
        self.assertEqual(self.levels(self.invoice), [(self.level3, self.days(-2))])

    def test_receipt_recorded_before_the_posting_was_confirmed(self):
        notice = self.make_notice(moves=self.invoice, level=self.level2)
        letter = self.queue(notice)
        letter._update_state(("ready",), "queued", date_printed=PRINTED)
        letter._record_receipt("delivered", self.days(-3))
        self.assertEqual(notice.state, "sent")
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-3))])

    def test_undone_notice_leaves_the_receipt_of_the_one_before(self):
        letter = self.posted(-25)
        later = self.posted(-2, level=self.level3)
        letter._record_receipt("delivered", self.days(-20))
        later.action_not_arrived()
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.days(-20))])

    # === LEGAL DEADLINE === #
    def test_no_level_goes_while_the_days_to_pay_run(self):
        self.policy.climb = "direct"
        invoice = self.make_invoice(self.customer, 100, -60)
        self.invoice.button_draft()
        letter = self.posted(-3, moves=invoice)
        self.assertEqual(self.row()["code"], "claim", "the third level was reached")
        letter._record_receipt("delivered", self.days(-1))
        self.assertNext("not_yet", 8)
        self.assertEqual(self.row(7)["code"], "not_yet")
        self.assertEqual(self.row(8)["code"], "claim")
        self.level2.deadline_days = 0
        self.assertEqual(self.row()["code"], "claim", "no days were granted")

    def test_no_decision_while_the_days_to_pay_run(self):
        letter = self.posted(-10, level=self.level3)
        self.assertEqual(self.row()["code"], "last_level")
        letter._record_receipt("unclaimed", self.days(-2))
        row = self.assertNext("not_yet", 9)
        self.assertIn("Next on Jun 24, 2026.", row["text"])
        self.assertEqual(self.row(9)["code"], "last_level")

    def test_attention_waits_for_the_deadline(self):
        letter = self.posted(-20, level=self.level3)
        self.profile._request_refresh()
        attention = self.env["credit.attention"].sudo()
        wanted = [("kind", "=", "last_level"), ("profile_id", "=", self.profile.id)]
        self.assertTrue(attention.search(wanted))
        letter._record_receipt("delivered", self.days(-9))
        self.assertFalse(attention.search(wanted))
        letter._record_receipt("delivered", self.days(-11))
        self.assertTrue(attention.search(wanted), "the ten days to pay are over")

    def test_a_forced_level_goes_all_the_same(self):
        letter = self.posted(-3)
        letter._record_receipt("delivered", self.days(-1))
        self.profile.action_force_level(self.level3, "He moves abroad")
        self.assertEqual(self.row()["code"], "claim")

    def test_what_waits_to_be_sent_is_stopped(self):
        """The receipt comes to be known after the next notice was planned."""
        letter = self.posted(-30)
        later = self.make_notice(moves=self.invoice, level=self.level3)
        later._approve()
        self.level2.deadline_days = 10
        letter._record_receipt("unclaimed", self.days(-5))
        later._check_ledger()
        self.assertEqual(later.state, "cancelled")
        self.assertEqual(later.line_ids.hold_code, "deadline")
        self.assertIn("days to pay of a letter", later.cancel_reason)

    def test_its_own_letter_does_not_stop_a_notice(self):
        """The plain letter beside the registered one goes, received or not."""
        letter = self.posted(-3)
        plain = letter.copy({"channel": "letter", "notice_id": letter.notice_id.id})
        letter._record_receipt("delivered", self.days(-1))
        letter.notice_id._check_ledger()
        self.assertEqual(plain.state, "ready")
        self.assertEqual(letter.notice_id.state, "sent")

    def test_a_forced_notice_is_not_stopped(self):
        letter = self.posted(-3)
        later = self.make_notice(moves=self.invoice, level=self.level3)
        later.line_ids.is_forced = True
        later._approve()
        letter._record_receipt("delivered", self.days(-1))
        later._check_ledger()
        self.assertEqual(later.state, "approved")

    # === SPACING AND PREVIEW === #
    def test_days_between_two_notices_run_from_the_receipt(self):
        self.policy.min_days_between = 12
        self.level2.deadline_days = 0
        letter = self.posted(-10)
        other = self.make_invoice(self.customer, 100, -8)
        [row] = [
            row
            for row in self.profile.explain()
            if row["move_line_id"] in self.receivables(other).ids
        ]
        self.assertEqual((row["code"], row["until"]), ("spacing", self.days(2)))
        letter._record_receipt("delivered", self.days(-4))
        [row] = [
            row
            for row in self.profile.explain()
            if row["move_line_id"] in self.receivables(other).ids
        ]
        self.assertEqual((row["code"], row["until"]), ("spacing", self.days(8)))

    def test_preview_of_the_next_days(self):
        letter = self.posted(-10)
        letter._record_receipt("delivered", self.days(-3))
        rows = self.env["dunning.run"].preview(
            self.company, 30, profile_ids=self.profile.ids
        )
        self.assertEqual(
            [(row["date"], row["level_id"]) for row in rows],
            [(self.days(17), self.level3.id)],
        )

    # === WORDS === #
    def test_worklist_tells_until_when_is_waited(self):
        letter = self.posted(-10)
        self.profile._request_refresh()
        self.assertEqual(self.profile.next_action, "remind")
        self.assertIn("no answer to", self.profile.worklist_reason)
        letter._record_receipt("delivered", self.days(-3))
        self.profile.invalidate_recordset()
        words = "Received on Jun 12, 2026: the days to pay run until Jun 20, 2026."
        self.assertIn(words, self.profile.worklist_reason)
        self.assertIn(words, self.profile._next_action_reason())

    def test_level_says_from_when_days_run(self):
        self.assertIn("from the receipt", str(self.level2.follow_up))
        self.assertIn("While its 8 days to pay run", str(self.level2.follow_up))
        with Form(self.level2) as form:
            form.deadline_days = 0
        self.assertNotIn("days to pay run", str(self.level2.follow_up))
        self.assertNotIn("from the receipt", str(self.level1.follow_up))

    # === VOLUME === #
    def test_many_receipts_make_few_statements(self):
        counts = []
        for number in (2, 2, 12):
            letters = self.env["dunning.delivery"].sudo()
            for rank in range(number):
                customer = self.make_customer(f"Many {number}-{rank}")
                invoice = self.make_invoice(customer, 9, -30)
                notice = self.make_notice(customer, invoice, level=self.level2)
                letters |= self.queue(notice)
            letters._update_state(("ready",), "queued", date_printed=PRINTED)
            letters._mark_delivered(datetime.combine(self.days(-9), time()))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters._record_receipt("delivered", self.days(-3))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            received = set(letters.notice_id.mapped("date_received"))
            self.assertEqual(received, {self.today - timedelta(3)})
        self.assertLessEqual(counts[2], counts[1] + 2, counts)
