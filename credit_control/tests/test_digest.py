from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .pipeline_common import PipelineCommon

MODEL = "odoo.addons.credit_control.models.credit_digest"
# in the company's time zone, UTC in the tests
EVENING = "2026-06-15 18:30:00"


class DigestCommon(PipelineCommon):
    """A collector whose customer reaches his first step tomorrow, a Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.env["res.users"].search(
            [("id", "not in", (cls.collector | cls.manager).ids)]
        ).credit_digest = False
        cls.manager.credit_digest = True
        cls.company.write(
            {
                "dunning_is_started": True,
                "dunning_auto_plan": True,
                "credit_digest_hour": 18,
            }
        )
        cls.company.resource_calendar_id.tz = "UTC"
        cls.first.is_automatic = True
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.invoice = cls.make_invoice(cls.customer, 500, -4)
        cls.tomorrow = cls.days(1)
        cls.digests = cls.env["credit.digest"]

    def make(self, when=EVENING):
        """Make the digests of the company in the evening; return them by login."""
        self.env.flush_all()
        with freeze_time(when):
            made = self.digests._prepare_company(self.company)
        return made.grouped("user_id")

    def sent(self, digest):
        """Return the mail of a digest."""
        with patch.object(
            type(self.env["mail.mail"]), "create", autospec=True
        ) as create:
            self.digests._process_queue()
        [vals] = [
            vals
            for call in create.call_args_list
            for vals in call.args[1]
            if digest.user_id.email in vals["email_to"]
        ]
        return vals


@tagged("post_install", "-at_install", "credit_control")
class TestDigest(DigestCommon):
    """What goes tomorrow and what needs a person, to whom, when."""

    # === WHAT === #
    def test_a_collector_reads_what_goes_tomorrow(self):
        digest = self.make()[self.collector]
        self.assertEqual(digest.date, self.tomorrow)
        self.assertEqual((digest.notice_count, digest.amount), (1, 500))
        self.assertEqual(digest.levels, [[self.first.id, 1, 500]])
        self.assertEqual(digest.line_ids.profile_id, self.profile)
        vals = self.sent(digest)
        self.assertIn("Tuesday 16 June", vals["subject"])
        self.assertIn("one reminder, ", vals["subject"])
        for words in ("Level 1", "goes by itself", self.customer.name, "500.00"):
            self.assertIn(words, vals["body_html"])
        self.assertIn(f"/{digest.line_ids.id}", vals["body_html"])
        self.assertEqual(digest.state, "sent")

    def test_what_is_not_automatic_waits(self):
        self.first.is_automatic = False
        vals = self.sent(self.make()[self.collector])
        self.assertIn("waits for your approval", vals["body_html"])
        self.assertNotIn("goes by itself", vals["body_html"])

    def test_what_needs_a_person_is_counted(self):
        self.profile.sudo().reply_date = fields.Datetime.now()
        digest = self.make()[self.collector]
        self.assertEqual(digest.needs, {"answer": 1})
        self.assertEqual((digest.notice_count, digest.need_count), (0, 1))
        vals = self.sent(digest)
        self.assertIn("no reminder goes", vals["subject"])
        self.assertIn("Answer waits", vals["body_html"])

    def test_who_was_put_off_is_not_counted(self):
        self.profile.sudo().reply_date = fields.Datetime.now()
        self.profile.with_user(self.collector).action_snooze(self.days(3))
        self.assertNotIn(self.collector, self.make())

    def test_without_planning_nothing_is_announced(self):
        self.company.dunning_auto_plan = False
        self.assertNotIn(self.collector, self.make())

    def test_a_mail_lists_the_largest_and_counts_the_rest(self):
        small = self.make_customer("Small")
        self.make_profile(small, user_id=self.collector.id)
        self.make_invoice(small, 20, -4)
        with patch(f"{MODEL}.MAX_LISTED", 1):
            digest = self.make()[self.collector]
        self.assertEqual(digest.notice_count, 2)
        self.assertEqual(digest.line_ids.profile_id, self.profile)
        self.assertIn("1 more", " ".join(self.sent(digest)["body_html"].split()))

    def test_the_mail_is_in_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.collector.lang = "fr_FR"
        digest = self.make()[self.collector]
        self.assertIn("Mardi 16 juin", self.sent(digest)["subject"])

    # === TO WHOM === #
    def test_the_deputy_reads_it_for_who_is_away(self):
        self.env["credit.absence"].create(
            {
                "user_id": self.collector.id,
                "deputy_id": self.manager.id,
                "date_from": self.tomorrow,
                "date_to": self.days(5),
            }
        )
        made = self.make()
        self.assertNotIn(self.collector, made)
        self.assertEqual(made[self.manager].line_ids.profile_id, self.profile)

    def test_customers_of_nobody_are_the_manager_s(self):
        self.profile.user_id = False
        made = self.make()
        self.assertNotIn(self.collector, made)
        self.assertEqual(made[self.manager].notice_count, 1)

    def test_nobody_writes_to_who_does_not_want_it(self):
        self.collector.with_user(self.collector).credit_digest = False
        self.assertNotIn(self.collector, self.make())

    def test_who_lost_the_right_gets_none(self):
        group = self.env.ref("credit_control.group_collector")
        self.collector.group_ids -= group
        self.assertNotIn(self.collector, self.make())

    # === WHEN === #
    def test_the_hour_of_the_company(self):
        due = self.digests._due_companies
        with freeze_time("2026-06-15 17:59:00"):
            self.assertNotIn(self.company, due())
        with freeze_time(EVENING):
            self.assertIn(self.company, due())
            self.company.credit_digest = False
            self.assertNotIn(self.company, due())
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.company.credit_digest_hour = 24
            self.env.flush_all()

    def test_once_a_day(self):
        self.make()
        with freeze_time(EVENING):
            self.assertNotIn(self.company, self.digests._due_companies())
        with freeze_time("2026-06-16 18:30:00"):
            self.assertIn(self.company, self.digests._due_companies())
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.make()

    def test_before_a_closed_day_only_when_something_goes(self):
        friday = "2026-06-19 18:30:00"
        self.profile.sudo().reply_date = fields.Datetime.now()
        self.assertFalse(self.make(friday), "Nobody reads it on Saturday.")
        self.company.credit_digest_date = False
        self.profile.sudo().reply_date = False
        self.make_invoice(self.customer, 70, 0)  # 5 days late on Saturday
        self.invoice.button_draft()
        self.assertIn(self.collector, self.make(friday), "No policy rests then.")

    # === SENDING === #
    def test_a_batch_goes_once(self):
        digest = self.make()[self.collector]
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        waiting = self.digests._count_waiting()
        self.assertEqual(self.digests._process_queue(1), 1)
        self.digests._process_queue()
        self.assertEqual(self.digests._process_queue(), 0)
        self.assertEqual(mails.search_count([]) - before, waiting)
        self.assertEqual(digest.state, "sent")

    def test_a_digest_of_yesterday_is_not_sent(self):
        digest = self.make()[self.collector]
        with freeze_time("2026-06-17 06:00:00"):
            self.digests._process_queue()
        self.assertEqual(digest.state, "cancelled")

    @mute_logger("odoo.addons.credit_control.models.credit_digest_mail")
    def test_one_that_fails_lets_the_others_go(self):
        self.make_invoice(self.make_customer("Nobody's"), 90, -4)
        made = self.make()
        broken = made[self.collector]
        method = type(broken)._prepare_mail

        def prepare(digest):
            if digest == broken:
                raise ValueError("no template")
            return method(digest)

        with patch.object(type(broken), "_prepare_mail", prepare):
            self.digests._process_queue()
        self.assertEqual((broken.state, broken.error), ("failed", "no template"))
        self.assertEqual(made[self.manager].state, "sent")

    def test_the_scheduled_action_does_it_all(self):
        self.env.flush_all()
        with freeze_time(EVENING), self.enter_registry_test_mode():
            self.env.ref("credit_control.cron_digest").method_direct_trigger()
        digest = self.digests.search([("user_id", "=", self.collector.id)])
        self.assertEqual(digest.state, "sent")
        self.assertEqual(self.company.credit_digest_date, self.tomorrow)

    def test_old_digests_are_forgotten_with_their_links(self):
        digest = self.make()[self.collector]
        link = self.env["credit.link"].sudo()._of(digest)
        self.assertEqual(len(link), 1)
        with freeze_time("2026-12-01"):
            self.digests._gc_digests()
        self.assertFalse(digest.exists())
        self.assertFalse(link.exists())

    # === RIGHTS === #
    def test_each_reads_his_own(self):
        self.make_invoice(self.make_customer("Nobody's"), 90, -4)
        made = self.make()
        own, other = made[self.collector], made[self.manager]
        for user, digest, may in (
            (self.collector, own, True),
            (self.collector, other, False),
            (self.manager, own, True),
            (self.auditor, own, True),
            (self.sales_reader, own, False),
        ):
            with self.subTest(user=user.login):
                for record in (digest, digest.line_ids):
                    self.assertEqual(record.with_user(user).has_access("read"), may)

    def test_nobody_copies_the_link_of_a_colleague(self):
        digest = self.make()[self.collector]
        link = self.env["credit.link"].sudo()._of(digest)
        for user in (self.manager, self.auditor, self.collector):
            self.assertFalse(link.with_user(user).has_access("read"))


@tagged("post_install", "-at_install", "credit_control")
class TestDigestLink(DigestCommon, HttpCase):
    """ "Not now" by the link in the mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.digests._prepare_company(cls.company).filtered(
            lambda digest: digest.user_id == cls.collector
        )
        cls.line = cls.digest.line_ids
        cls.link = cls.env["credit.link"].sudo()._of(cls.digest)
        cls.path = cls.link._path(str(cls.line.id))

    def answer(self, **values):
        data = {
            "nonce": self.line._nonce(),
            "days": "7",
            "kind": "payment",
            "reason": "Pays on Friday",
            **values,
        }
        return self.url_open(self.path, data=data)

    def test_looking_changes_nothing(self):
        for path in (self.path, self.link._path()):
            response = self.url_open(path)
            self.assertEqual(response.status_code, 200)
            self.assertIn(self.customer.name, response.text)
            self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(self.profile.hold_until)
        self.assertFalse(self.line.date_answer)

    def test_not_now(self):
        response = self.answer()
        self.assertEqual(response.status_code, 200)
        self.assertIn("No reminder goes", response.text)
        self.profile.invalidate_recordset()
        self.assertEqual(self.profile.hold_until, self.days(7))
        self.assertEqual(self.profile.hold_reason, "Payment announced: Pays on Friday")
        self.assertEqual(self.line.hold_until, self.days(7))
        self.assertEqual(
            self.profile.message_ids[0].author_id, self.collector.partner_id
        )
        self.company.credit_digest_date = False
        self.digest.sudo().unlink()
        self.assertNotIn(self.collector, self.make(), "Nothing goes to him tomorrow.")

    def test_the_same_form_twice_is_taken_once(self):
        nonce = self.line._nonce()
        self.answer(nonce=nonce)
        self.profile.invalidate_recordset()
        self.profile.hold_until = False
        self.assertEqual(self.answer(nonce=nonce).status_code, 200)
        self.profile.invalidate_recordset()
        self.assertFalse(self.profile.hold_until)

    def test_wrong_input_is_refused_in_words(self):
        for wrong in ({"days": "5"}, {"days": "x"}, {"kind": "because"}, {"days": ""}):
            with self.subTest(wrong=wrong):
                response = self.answer(**wrong)
                self.assertEqual(response.status_code, 422)
                self.assertIn("from the lists", response.text)
        self.assertEqual(self.answer(nonce="x").status_code, 200)
        self.profile.invalidate_recordset()
        self.assertFalse(self.profile.hold_until)

    def test_the_customer_of_another_digest_opens_nothing(self):
        other = self.make_customer("Secret")
        self.make_profile(other, user_id=self.manager.id)
        digest = self.digests.sudo().create(
            {
                "user_id": self.manager.id,
                "company_id": self.company.id,
                "date": self.days(9),
                "line_ids": [
                    fields.Command.create({"profile_id": self.make_profile(other).id})
                ],
            }
        )
        for part in (str(digest.line_ids.id), "0", "x"):
            response = self.url_open(self.link._path(part))
            self.assertEqual(response.status_code, 404)
            self.assertNotIn("Secret", response.text)

    def test_who_lost_the_customer_is_refused(self):
        self.profile.user_id = self.manager
        response = self.answer()
        self.assertEqual(response.status_code, 422)
        self.assertIn("not in your portfolio", response.text)
        self.profile.invalidate_recordset()
        self.assertFalse(self.profile.hold_until)

    def test_who_left_is_refused(self):
        self.collector.active = False
        with self.assertRaises(UserError):
            self.line._not_now(3, "later")

    def test_the_link_ends(self):
        with freeze_time("2026-06-19"):
            self.assertFalse(
                self.env["credit.link"]._find(self.link._path().rpartition("/")[2])
            )

    def test_an_auditor_s_digest_would_do_nothing(self):
        self.digest.sudo().user_id = self.auditor
        with self.assertRaises(AccessError):
            self.line._not_now(3, "later")
