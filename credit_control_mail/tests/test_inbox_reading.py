from odoo.tests import tagged

from .test_inbox_screen import InboxCommon

# of one message with its customer, whatever the numbers of invoices and files
MAX_QUERIES = 36


@tagged("post_install", "-at_install", "credit_control")
class TestInboxReading(InboxCommon):
    """What opening a message says, to whom, and at what cost."""

    def opened(self, message, user=None):
        return self.inbox(user).inbox_open(message.id)

    # === ANOTHER'S === #
    def test_another_portfolio_is_said_plainly(self):
        message = self.make_message("promise")
        [text] = self.opened(message, self.colleague).values()
        self.assertIn(self.collector.name, text)
        self.assertNotIn(message.subject, text)
        self.assertNotIn(self.petit.name, text)

    def test_portfolio_of_a_team(self):
        team = self.env["credit.team"].create({"name": "Desk"})
        self.profile.write({"user_id": False, "team_id": team.id})
        message = self.make_message("promise")
        [text] = self.opened(message, self.colleague).values()
        self.assertIn("another portfolio", text)

    def test_message_of_another_company_is_as_if_gone(self):
        other = self.setup_other_company(name="Inbox elsewhere")["company"]
        message = self.make_message(
            "promise", profile_id=False, partner_id=False, company_id=other.id
        )
        self.assertIs(self.opened(message), False)

    def test_thread_of_another_portfolio_stays_hidden(self):
        first = self.make_message("promise")
        answer = self.make_message(
            "promise", parent_id=first.id, user_id=self.colleague.id
        )
        self.assertEqual(self.opened(answer, self.colleague)["thread"], [])
        [row] = self.opened(answer)["thread"]
        self.assertEqual(row["id"], first.id)

    # === ONE TRUTH === #
    def test_no_reminders_in_progress_beside_a_hold(self):
        message = self.make_message("insolvency", answered_date="2026-06-15 09:00:00")
        # answered, so that nothing but the insolvency holds
        message.sudo().is_pausing = False
        self.profile.sudo().next_action = "remind"
        customer = self.opened(message)["customer"]
        self.assertIn("insolvency", customer["hold"])
        self.assertFalse(customer["next_action"])
        self.assertFalse(customer["why"])
        profile = self.profile.with_user(self.collector)
        self.assertEqual(profile._next_action_label(), "Reminders wait")
        self.assertEqual(profile._next_action_reason(), customer["hold"])
        message.intent_ids.with_user(self.collector).action_reject()
        message.invalidate_recordset()
        message.with_user(self.collector).action_done()
        self.profile.sudo().next_action = "remind"
        customer = self.opened(message)["customer"]
        self.assertEqual(customer["next_action"], "Reminders in progress")

    def test_nothing_is_held_where_nobody_knows_the_customer(self):
        message = self.make_message("promise", profile_id=False)
        self.assertTrue(message.is_pausing)
        [row] = self.inbox().inbox_list("triage")["rows"]
        self.assertIs(row["is_pausing"], False)
        self.assertIs(self.opened(message)["message"]["is_pausing"], False)
        message.sudo().profile_id = self.profile
        self.assertIs(self.opened(message)["message"]["is_pausing"], True)

    # === COST === #
    def test_opening_takes_few_queries(self):
        first = self.make_message({"intent": "promise", "moves": self.invoice})
        message = self.make_message(
            intents=[
                {"intent": code, "moves": self.invoice | self.second}
                for code in ("promise", "dispute", "delay")
            ],
            parent_id=first.id,
        )
        self.opened(message)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        data = self.opened(message)
        self.assertLess(self.env.cr.sql_log_count - before, MAX_QUERIES)
        self.assertEqual(len(data["intents"]), 3)
        self.assertEqual(data["customer"]["name"], self.petit.name)
