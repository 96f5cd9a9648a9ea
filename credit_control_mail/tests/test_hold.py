from datetime import datetime

from odoo import fields
from odoo.tests import tagged

from .act_common import ActCommon


@tagged("post_install", "-at_install")
class TestHold(ActCommon):
    """An unanswered message holds the reminders of its customer, and lets them go."""

    def test_unanswered_message_holds(self):
        self.assertNotIn("reply", self.codes().values())
        message = self.make_message("dispute")
        self.assertEqual(self.profile.reply_date, datetime(2026, 6, 15, 8))
        self.assertEqual(set(self.codes().values()), {"reply"})
        self.assertEqual(self.profile.next_action, "answer")
        message.with_user(self.collector).action_done()
        self.assertFalse(self.profile.reply_date)
        self.assertNotIn("reply", self.codes().values())
        message.with_user(self.collector).action_reopen()
        self.assertTrue(self.profile.reply_date)

    def test_oldest_counts(self):
        new = self.make_message("dispute", date=datetime(2026, 6, 14, 8))
        old = self.make_message("delay", date=datetime(2026, 6, 10, 8))
        self.assertEqual(self.profile.reply_date, datetime(2026, 6, 10, 8))
        old.with_user(self.collector).action_spam()
        self.assertEqual(self.profile.reply_date, datetime(2026, 6, 14, 8))
        new.with_user(self.collector).action_archive_message()
        self.assertFalse(self.profile.reply_date)

    def test_machines_and_thanks_do_not_hold(self):
        for code in ("bounce", "auto_reply", "acknowledgement", "other"):
            self.make_message(code)
        self.assertFalse(self.profile.reply_date)

    def test_not_understood_holds(self):
        message = self.make_message()
        self.assertTrue(message.is_pausing)
        self.assertTrue(self.profile.reply_date)

    def test_a_mere_guess_holds_until_somebody_looked(self):
        for confidence, holds in ((0.5, True), (0.9, False)):
            vals = {"intent": "acknowledgement", "confidence": confidence}
            message = self.make_message(vals)
            self.assertEqual(message.is_pausing, holds)
        guess = self.make_message({"intent": "other", "confidence": 0.5}).intent_ids
        guess.with_user(self.collector).action_accept()
        self.assertFalse(guess.message_id.is_pausing)

    def test_all_rejected_holds(self):
        message = self.make_message("acknowledgement")
        message.intent_ids.with_user(self.collector).action_reject()
        self.assertTrue(message.is_pausing)
        self.assertTrue(self.profile.reply_date)

    def test_other_customer(self):
        other = self.make_profile(self.make_customer("Other"))
        message = self.make_message("delay")
        message.sudo().profile_id = other
        self.assertFalse(self.profile.reply_date)
        self.assertTrue(other.reply_date)
        message.sudo().unlink()
        self.assertFalse(other.reply_date)

    def test_noted_by_a_person(self):
        noted = fields.Datetime.to_datetime("2026-06-01 10:00:00")
        self.profile.reply_date = noted
        message = self.make_message("delay").with_user(self.collector)
        self.assertEqual(self.profile.reply_date, noted)
        message.action_done()
        self.assertEqual(self.profile.reply_date, noted)
        self.profile.action_answered()
        self.assertFalse(self.profile.reply_date)

    def test_answered_on_the_profile(self):
        message = self.make_message("delay")
        thanks = self.make_message("acknowledgement")
        self.profile.with_user(self.collector).action_answered()
        self.assertEqual(message.state, "done")
        self.assertTrue(message.answered_date)
        self.assertEqual(thanks.state, "new")
        self.assertFalse(self.profile.reply_date or self.profile.reply_by_message)

    def test_answered_on_the_notice(self):
        notice = self.env["dunning.notice"].sudo().create(
            {
                "profile_id": self.profile.id,
                "company_id": self.env.company.id,
                "policy_id": self.policy.id,
                "level_id": self.policy.level_ids[0].id,
                "date": self.today,
            }
        )
        message = self.make_message("delay", notice_id=notice.id)
        notice.with_user(self.collector).message_post(
            body="Thanks", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(message.state, "done")
        self.assertFalse(self.profile.reply_date)

    def test_insolvency_holds_at_once(self):
        message = self.make_message("insolvency")
        self.profile.write({"reply_date": False})
        self.assertEqual(message.state, "new")
        self.assertEqual(self.codes()[self.invoice], "insolvency_announced")
        intent = message.intent_ids.with_user(self.collector)
        intent.action_reject()
        self.assertNotIn("insolvency_announced", self.codes().values())
        intent.action_undo()
        self.assertIn(self.codes()[self.invoice], ("reply", "insolvency_announced"))
        message.with_user(self.collector).action_spam()
        self.assertNotIn("insolvency_announced", self.codes().values())

    def test_words_of_the_holds(self):
        holds = set(self.env["dunning.pipeline"]._dunning_holds())
        self.assertLessEqual(holds, set(self.env["credit.profile"]._explain_texts()))
        self.assertLessEqual(holds, set(self.env["dunning.run"]._code_labels()))

    def test_nothing_leaves_meanwhile(self):
        self.env["dunning.policy"].sudo().search([("id", "!=", self.policy.id)]).write(
            {"active": False}
        )
        run = self.env["dunning.run"].create(
            {"company_id": self.env.company.id, "date": self.today}
        )
        run.sudo().action_plan()
        notice = run.notice_ids.filtered(
            lambda one: one.profile_id == self.profile
        ).sudo()
        notice.action_approve()
        self.make_message("dispute")
        notice._check_ledger()
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(set(notice.line_ids.mapped("hold_code")), {"reply"})

    def test_batch_costs_the_same(self):
        profiles = self.env["credit.profile"]
        for number in range(12):
            profile = self.make_profile(self.make_customer(f"C{number}"))
            self.make_message("delay", profile_id=profile.id)
            profiles |= profile
        self.env["credit.message"].sudo().search([]).write({"state": "done"})
        self.env.flush_all()
        counts = []
        for some in (profiles[:2], profiles[2:]):
            self.env.cr.execute(
                "UPDATE credit_profile SET reply_date = now(), reply_by_message = TRUE"
                " WHERE id = ANY(%s)",
                [some.ids],
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._refresh_reply_hold()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertFalse(any(some.mapped("reply_date")))
        self.assertEqual(*counts)

    # === EVENTS AND TODAY === #
    def test_event(self):
        message = self.make_message("dispute", subject="Wrong price")
        message._event_message_classified()
        event = self.env["credit.event"].search([("res_model", "=", message._name)])
        self.assertEqual((event.kind, event.user_id), ("reply", self.collector))
        self.assertIn("Wrong price", event.name)
        action = event.with_user(self.collector).action_open_cause()
        self.assertEqual(action, message.action_open())
        message._event_message_classified()
        self.assertEqual(event.search_count([("res_model", "=", message._name)]), 1)
        message.with_user(self.collector).action_done()
        self.assertEqual(event.state, "done")

    def test_events_of_danger(self):
        for code, kind in (
            ("insolvency", "insolvency_announced"),
            ("bank_change", "bank_change"),
        ):
            message = self.make_message(code)
            message._event_message_classified()
            event = self.env["credit.event"].search([("res_id", "=", message.id)])
            self.assertEqual((event.kind, event.state), (kind, "new"))
            message.intent_ids.with_user(self.collector).action_reject()
            self.assertEqual(event.state, "done")
        thanks = self.make_message("acknowledgement")
        thanks._event_message_classified()
        self.assertFalse(event.search([("res_id", "=", thanks.id)]))

    def test_today_opens_the_message(self):
        message = self.make_message("dispute")
        profile = self.profile.with_user(self.collector)
        self.assertEqual(profile.action_act(), message.action_open())
        self.assertEqual(profile._summary_events()["messages"], 1)
