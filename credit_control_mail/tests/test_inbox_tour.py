from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.credit_control.tests.tour_common import TourCommon

# what the five mails say
SAID = ("promise", "acknowledgement", "dispute", "complaint", "delay")


class InboxTourCommon(TourCommon):
    """Five mails of one customer, the first the newest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = new_test_user(
            cls.env,
            login="tour_auditor",
            groups="base.group_user,credit_control.group_auditor",
        )
        today = fields.Date.today()
        cls.messages = cls.env["credit.message"].union(
            *(
                cls.make_mail(
                    f"Mail {number}",
                    code,
                    date=fields.Datetime.now() - timedelta(hours=number),
                    evidence_date=today + timedelta(days=5),
                )
                for number, code in enumerate(SAID, start=1)
            )
        )
        cls.messages[2].sudo().body_text = "L'échéance de FA/2026/00471 est contestée."
        cls.env.flush_all()

    @classmethod
    def make_mail(cls, subject, code, evidence_date=False, **values):
        """Create a mail as it is once it was received and understood."""
        text = f"We say {code} here."
        # sudo: messages are only ever received
        message = (
            cls.env["credit.message"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "email_from": "Tour Clerk <bills@tour.example>",
                    "email_normalized": "bills@tour.example",
                    "from_name": "Tour Clerk",
                    "body_text": text,
                    "reply_text": text,
                    "message_id": f"<{subject}@tour.example>",
                    "is_parsed": True,
                    "is_pending": False,
                    "profile_id": cls.profile.id,
                    "partner_id": cls.customer.id,
                    **values,
                }
            )
        )
        cls.env["credit.message.intent"].sudo().create(
            {
                "message_id": message.id,
                "intent": code,
                "evidence": text,
                "source": "model",
                "confidence": 0.9,
                "date": code == "promise" and evidence_date,
                "is_primary": True,
            }
        )
        message._follow_intents()
        return message.with_env(cls.env)

    def start_inbox(self, name, user="tour_collector"):
        self.start_tour("/odoo/credit-inbox", f"credit_inbox_{name}", login=user)
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "credit_control")
class TestInboxTour(InboxTourCommon):
    """A collector's work in the inbox, in a real browser."""

    def test_five_messages_by_the_keyboard_alone(self):
        self.start_inbox("keyboard")
        self.assertEqual(
            self.messages.mapped("state"), ["done", "done", "new", "archived", "done"]
        )
        tomorrow = fields.Date.today() + timedelta(days=1)
        self.assertEqual(self.messages[2].snooze_until, tomorrow)
        states = [message.intent_ids.state for message in self.messages]
        self.assertEqual(
            states, ["accepted", "rejected", "proposed", "proposed", "accepted"]
        )
        self.assertEqual(self.profile.promise_ids.source, "email")

    def test_triage(self):
        day = fields.Date.today() + timedelta(days=9)
        message = self.make_mail(
            "Whose is it", "promise", evidence_date=day, profile_id=False
        )
        self.env["credit.message.candidate"].sudo().create(
            {
                "message_id": message.id,
                "profile_id": self.profile.id,
                "confidence": 0.6,
                "reasons": [],
            }
        )
        # what a person added stays when the mail is read again for its customer
        message.intent_ids.sudo().source = "person"
        self.start_inbox("triage")
        self.assertEqual(message.profile_id, self.profile)

    def test_answer_with_a_template(self):
        self.start_inbox("answer")
        message = self.messages[0]
        self.assertTrue(message.answered_date)
        self.assertEqual(message.state, "done")
        self.assertTrue(message.message_ids.filtered(lambda post: post.mail_ids))

    def test_find_by_full_text(self):
        self.start_inbox("search")

    def test_many_at_once(self):
        self.start_inbox("bulk")
        self.assertEqual(set(self.messages.mapped("state")), {"new"})
        self.assertEqual(self.messages[:2].user_id, self.manager)
        self.assertFalse(self.messages[2:].user_id)

    def test_auditor_changes_nothing(self):
        self.start_inbox("auditor", user="tour_auditor")
        self.assertEqual(set(self.messages.mapped("state")), {"new"})
        self.assertEqual(set(self.messages.intent_ids.mapped("state")), {"proposed"})


@tagged("post_install", "-at_install", "credit_control")
class TestInboxPhone(InboxTourCommon):
    """One pane at a time at the width of a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_one_pane_at_a_time(self):
        self.start_inbox("phone")
        self.assertEqual(self.messages[0].state, "done")
