from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .act_common import ActCommon


@tagged("post_install", "-at_install")
class TestAcceptState(ActCommon):
    """Done, archived, spam, not now, given to somebody."""

    def setUp(self):
        super().setUp()
        self.message = self.make_message("promise").with_user(self.collector)

    def test_done(self):
        self.message.action_done()
        self.assertEqual(self.message.state, "done")
        self.assertTrue(self.message.done_date)
        self.assertIn("Done", self.message.message_ids[0].body)
        self.assertEqual(
            self.message.message_ids[0].author_id, self.collector.partner_id
        )
        self.message.action_done()
        self.assertEqual(self.message.state, "done")

    def test_archive_and_reopen(self):
        both = self.message | self.make_message("delay").with_user(self.collector)
        both.action_archive_message()
        self.assertEqual(set(both.mapped("state")), {"archived"})
        both.action_done()
        self.assertEqual(set(both.mapped("state")), {"archived"})
        both.action_reopen()
        self.assertEqual(set(both.mapped("state")), {"new"})
        self.assertFalse(both[0].done_date)

    def test_spam(self):
        self.message.action_spam()
        self.assertEqual(self.message.state, "spam")
        senders = self.env["credit.message.sender"]
        self.assertFalse(senders.search([]))
        self.message.action_reopen()
        self.message.action_spam(remember=True)
        sender = senders.search([])
        self.assertEqual((sender.email, sender.is_spam), ("compta@petit.example", True))
        self.message.action_reopen()
        self.message.action_spam(remember=True)
        self.assertEqual(senders.search([]).mapped("is_spam"), [True])

    def test_spam_of_who_only_passes_it_on(self):
        for address in ("mailer-daemon@relay.example", self.own_address()):
            message = self.make_message("other", email_normalized=address)
            message.with_user(self.collector).action_spam(remember=True)
            self.assertEqual(message.state, "spam")
        self.assertFalse(self.env["credit.message.sender"].search([]))

    def own_address(self):
        """Return the address of a colleague, who forwards what others wrote."""
        self.collector_all.partner_id.email = "colleague@house.example"
        return "colleague@house.example"

    def test_snooze(self):
        self.message.action_snooze(str(self.days(3)))
        self.assertFalse(self.message.is_waiting)
        waiting = self.message.search([("is_waiting", "=", True)])
        self.assertNotIn(self.message, waiting)
        self.assertTrue(self.profile.reply_date)
        # sudo: as time passes
        self.message.sudo().snooze_until = self.today
        self.assertTrue(self.message.is_waiting)
        self.assertIn(self.message, self.message.search([("is_waiting", "=", True)]))
        self.message.action_snooze(self.days(3))
        self.message.action_wake()
        self.assertTrue(self.message.is_waiting)

    def test_snooze_wrong_days(self):
        for until in (False, self.today, self.days(-1)):
            with self.assertRaisesRegex(UserError, "tomorrow at the earliest"):
                self.message.action_snooze(until)
        with self.assertRaisesRegex(UserError, "365 days"):
            self.message.action_snooze(self.days(400))
        self.message.action_done()
        with self.assertRaisesRegex(UserError, "reopen it first"):
            self.message.action_snooze(self.days(3))

    def test_assign(self):
        self.assertTrue(self.message.is_mine)
        self.message.action_assign(self.collector_all.id)
        self.assertEqual(self.message.user_id, self.collector_all)
        self.assertFalse(self.message.is_mine)
        self.assertNotIn(self.message, self.message.search([("is_mine", "=", True)]))
        there = self.message.with_user(self.collector_all)
        self.assertTrue(there.is_mine)
        self.assertIn(there, there.search([("is_mine", "=", True)]))
        self.message.action_assign(False)
        self.assertIn(self.message, self.message.search([("is_mine", "=", True)]))

    def test_assign_to_who_cannot(self):
        for user in (self.sales_reader, self.auditor, self.plain_user):
            with self.assertRaisesRegex(UserError, "who collects"):
                self.message.action_assign(user.id)

    def test_insolvency_waits_for_a_person(self):
        message = self.make_message("insolvency").with_user(self.collector)
        self.assertTrue(message.has_insolvency)
        for deed in ("action_done", "action_archive_message"):
            with self.assertRaisesRegex(UserError, "confirm or reject it first"):
                getattr(message, deed)()
        message.intent_ids.action_reject()
        message.action_done()
        self.assertEqual(message.state, "done")

    def test_what_came_in_stays(self):
        for vals in ({"subject": "x"}, {"state": "done"}, {"user_id": self.env.uid}):
            with self.assertRaisesRegex(AccessError, "stays as it is"):
                self.message.write(vals)

    def test_rights(self):
        calls = {
            "action_done": (),
            "action_archive_message": (),
            "action_spam": (),
            "action_reopen": (),
            "action_snooze": (self.days(2),),
            "action_wake": (),
            "action_assign": (False,),
            "action_answer": (),
        }
        self.profile.user_id = self.collector_all
        for name, args in calls.items():
            for user in (self.auditor, self.sales_reader, self.collector):
                with self.assertRaises(AccessError):
                    getattr(self.message.with_user(user), name)(*args)
        self.message.with_user(self.collector_all).action_done()
        self.assertEqual(self.message.sudo().state, "done")
