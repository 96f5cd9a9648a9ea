from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestNotice(NoticeCommon):
    """The notice: states, review, text, recipients, levels of the items."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    # === STATE === #
    def test_approve_makes_one_delivery_per_channel(self):
        """A level with several channels gives several deliveries; never twice."""
        self.level1.write({"send_letter": True, "plan_call": True})
        notice = self.make_notice(moves=self.invoice)
        notice._approve()
        notice._approve()
        self.assertEqual(notice.state, "approved")
        self.assertEqual(
            sorted(notice.delivery_ids.mapped("channel")), ["call", "email", "letter"]
        )
        self.assertEqual(notice.delivery_ids.profile_id, notice.profile_id)
        self.assertFalse(notice.delivery_ids[0].date_queued)
        queued = notice._request_sending()
        self.assertEqual(queued, notice.delivery_ids.sorted("id"))
        self.assertFalse(notice._request_sending(), "asked for once")

    def test_approve_in_two_statements(self):
        """Approval costs the same number of queries for 1 and for 20 notices."""
        counts = []
        for number in (1, 1, 20):  # the first fills caches
            notices = self.env["dunning.notice"].union(
                *(
                    self.make_notice(moves=self.make_invoice(self.customer, 10, -10))
                    for _i in range(number)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            notices._approve()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    def test_level_without_channel_stays_under_review(self):
        self.level1.send_email = False
        notice = self.make_notice(moves=self.invoice)
        with self.assertRaisesRegex(UserError, "switch on e-mail"):
            notice.action_approve()
        self.assertFalse(notice._approve())
        self.assertEqual(notice.state, "draft")
        self.assertIn("no channel", notice.warning)

    def test_live_lines_are_unique(self):
        """An item is in one live notice at most; the flag follows the state."""
        notice = self.make_notice(moves=self.invoice)
        line = notice.line_ids
        self.assertTrue(line.is_live)
        notice._cancel("no")
        self.assertFalse(line.is_live)
        self.assertEqual(notice.cancel_reason, "no")
        other = self.make_notice(moves=self.invoice)
        self.assertTrue(other.line_ids.is_live)

    def test_cancel_and_its_limits(self):
        notice = self.make_notice(moves=self.invoice)
        deliveries = self.queue(notice)
        notice.action_cancel("Called by phone")
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(deliveries.mapped("state"), ["cancelled"])
        with self.assertRaises(UserError):
            notice.action_cancel("again")

    def test_cancel_takes_the_mail_out_of_the_queue(self):
        notice = self.make_notice(moves=self.invoice)
        delivery = self.process(notice)
        notice.action_cancel("Too late?")
        self.assertEqual(delivery.mail_mail_id.state, "cancel")
        self.assertEqual(delivery.state, "cancelled")

    # === RIGHTS === #
    def test_actions_check_the_group(self):
        notice = self.make_notice(moves=self.invoice)
        for user in (self.auditor, self.sales_reader, self.accountant, self.plain_user):
            for action in (
                "action_approve",
                "action_send",
                "action_cancel",
                "action_edit_text",
                "action_reset_text",
                "action_not_now",
                "action_force_level",
                "action_answered",
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {action}"):
                    getattr(notice.with_user(user), action)()

    def test_collector_acts_on_own_portfolio_only(self):
        notice = self.make_notice(moves=self.invoice)
        notice.profile_id.user_id = self.collector_all
        with self.assertRaises(AccessError):
            notice.with_user(self.collector).action_approve()
        notice.profile_id.user_id = self.collector
        notice.with_user(self.collector).action_approve()
        self.assertEqual(notice.state, "approved")

    def test_rpc_cannot_forge_a_state(self):
        notice = self.make_notice(moves=self.invoice)
        notice.profile_id.user_id = self.collector
        mine = notice.with_user(self.collector)
        with self.assertRaises(AccessError):
            mine.write({"state": "sent"})
        mine.write({"subject": "Hello"})
        self.assertTrue(notice.is_edited)
        notice._approve()
        with self.assertRaises(UserError):
            mine.write({"subject": "Changed"})
        with self.assertRaises(AccessError):
            notice.delivery_ids.with_user(self.collector).write({"state": "sent"})

    # === TEXT === #
    def test_text_edited_for_this_customer_only(self):
        notice = self.make_notice(moves=self.invoice)
        before = self.level1.body_html
        notice.action_edit_text()
        with Form(notice) as form:
            form.body_html = "<p>Only for you: {{ total_overdue }}</p>"
        self.assertTrue(notice.is_edited)
        self.assertEqual(self.level1.body_html, before)
        subject, body = notice._render_text("en_US")[notice]
        self.assertIn("Only for you: $\N{NO-BREAK SPACE}100.00", body)
        self.assertIn(self.invoice.name, subject)
        with self.mock_mail_gateway():
            delivery = self.send(notice)
        self.assertIn("Only for you", delivery.body_html)
        notice_2 = self.make_notice(moves=self.make_invoice(self.customer, 5, -9))
        self.assertNotIn("Only for you", notice_2.mail_preview)

    def test_live_preview_on_the_form(self):
        """Defect 5: what comes from the ledger stays text in mail and preview."""
        self.invoice.ref = '<a href="https://evil.example">click</a>'
        notice = self.make_notice(moves=self.invoice)
        self.assertIn("&lt;a href=", notice.mail_preview)
        self.assertNotIn('<a href="https://evil', notice.mail_preview)
        self.assertIn(self.invoice.name, notice.mail_subject)
        notice.action_edit_text()
        with Form(notice) as form:
            form.body_html = "<p>Live {{ customer_name }}</p>"
            self.assertIn("Live Müller &amp; Söhne", form.mail_preview)
            form.body_html = "<p>{{ nonsense }}</p>"
            self.assertIn("nonsense", form.mail_preview)
            self.assertIn("text-danger", form.mail_preview)

    def test_evil_names_stay_text(self):
        """Defect 5 again: names of customer, contact and company are escaped."""
        evil = "<script>alert(1)</script>"
        self.customer.name = evil
        contact = self.env["res.partner"].create(
            {
                "name": f"X {evil}",
                "parent_id": self.customer.id,
                "type": "invoice",
                "email": "x@mueller.example",
            }
        )
        notice = self.make_notice(moves=self.invoice, partner_to_ids=contact.ids)
        with self.mock_mail_gateway():
            delivery = self.send(notice)
        self.assertNotIn("<script>", delivery.body_html)
        self.assertIn("&lt;script&gt;", delivery.body_html)

    def test_table_by_currency(self):
        """Instalments, contested parts, credits; currencies are never added."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 10)
                ],
            }
        )
        split = self.make_invoice(
            self.customer, 80, invoice_date=self.days(-40), payment_term=term
        )
        euro = self.make_invoice(self.customer, 70, -12, currency=self.other_currency)
        credit = self.make_credit(self.customer, 30, -3)
        later = self.make_invoice(self.customer, 55, 20)
        moves = self.invoice | split | euro
        notice = self.make_notice(moves=moves, info=credit | later)
        contested = notice.line_ids.filtered(
            lambda line: line.move_line_id.move_id == self.invoice
        )
        contested.write({"amount_disputed": 40, "amount_claimed": 60})
        parts = {part["currency"]: part for part in notice._get_tables("en_US")[notice]}
        self.assertEqual(set(parts), {"USD", "EUR"})
        dollars = parts["USD"]
        self.assertEqual(
            [row["instalment"] for row in dollars["demanded"]], ["1/2", "2/2", ""]
        )
        self.assertEqual([row["days"] for row in dollars["demanded"]], [40, 30, 10])
        self.assertEqual(dollars["total"], "$\N{NO-BREAK SPACE}110.00")
        self.assertEqual(parts["EUR"]["total"], "70.00\N{NO-BREAK SPACE}€")
        self.assertEqual([row["name"] for row in dollars["credits"]], [credit.name])
        self.assertEqual([row["reason"] for row in dollars["info"]], ["not due yet"])
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        french = notice._get_tables("fr_FR")[notice]
        reasons = [row["reason"] for part in french for row in part["info"]]
        self.assertEqual(reasons, ["non échue"])
        html = notice._render_text("en_US")[notice][1]
        self.assertIn("Of which contested", html)
        self.assertIn("instalment", html)
        self.assertIn("Amounts in", html)
        self.assertEqual(notice._add_up()[str(self.company.currency_id.id)]["net"], 110)

    # === RECIPIENTS === #
    def test_recipients_by_role(self):
        roles = self.env["credit.role"]
        payable = roles.search([("code", "=", "accounts_payable")])
        boss = roles.search([("code", "=", "management")])
        collector = roles.search([("code", "=", "collector")])
        self.level1.write(
            {"role_to_ids": payable.ids, "role_cc_ids": (boss | collector).ids}
        )
        partner = self.make_customer(
            "Roles",
            contacts=[
                {"name": "Pat Payable", "roles": ["accounts_payable"]},
                {"name": "Bo Boss", "roles": ["management", "accounts_payable"]},
                {"name": "Gone", "roles": ["accounts_payable"], "active": False},
            ],
        )
        other = self.make_customer("Else", contacts=["Nobody"])
        self.make_profile(partner, user_id=self.collector.id)
        first = self.make_notice(partner, self.make_invoice(partner, 10, -9))
        second = self.make_notice(other, self.make_invoice(other, 10, -9))
        people = (first | second)._resolve_recipients()
        self.assertEqual(
            people[first]["to"].mapped("name"), ["Pat Payable", "Bo Boss"]
        )
        self.assertEqual(people[first]["cc"], self.collector.partner_id)
        self.assertFalse(people[first]["warning"])
        # defect 9, thread 12: the second of the batch gets its own, with a warning
        self.assertEqual(people[second]["to"], other)
        self.assertIn("Accounts payable", people[second]["warning"])

    def test_fallback_takes_the_invoice_address(self):
        """Defect 10, thread 10: the invoice's contact, not the bare company."""
        partner = self.make_customer(
            "Post",
            email=False,
            contacts=[
                {"name": "Desk", "email": "desk@post.example"},
                {"name": "Bills", "type": "invoice", "email": "bills@post.example"},
            ],
        )
        notice = self.make_notice(partner, self.make_invoice(partner, 10, -9))
        people = notice._resolve_recipients()[notice]
        self.assertEqual(people["to"].email, "bills@post.example")
        partner.child_ids.filtered(lambda item: item.type == "invoice").unlink()
        desk = partner.child_ids
        billed = self.make_invoice(desk, 10, -9)
        notice = self.make_notice(partner, billed)
        self.assertEqual(notice._resolve_recipients()[notice]["to"], desk)

    def test_recipients_changed_by_hand_win(self):
        contact = self.make_customer("Someone", email="some@one.example")
        notice = self.make_notice(moves=self.invoice)
        notice.partner_to_ids = contact
        self.assertEqual(notice._resolve_recipients()[notice]["to"], contact)
        self.assertIn("some@one.example", notice.recipient_to)

    # === NOT NOW, ANOTHER LEVEL === #
    def test_not_now(self):
        notice = self.make_notice(moves=self.invoice)
        notice.profile_id.user_id = self.collector
        action = notice.with_user(self.collector).action_not_now()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"reason": "credit note is coming", "date_until": self.days(5)})
        )
        wizard.action_confirm()
        self.assertEqual(notice.profile_id.hold_until, self.days(5))
        self.assertEqual(notice.profile_id.hold_reason, "credit note is coming")
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("credit note is coming", notice.cancel_reason)
        wizard.date_until = self.days(-1)
        with self.assertRaises(UserError):
            wizard.action_confirm()

    def test_another_level_on_the_draft(self):
        notice = self.make_notice(moves=self.invoice)
        action = notice.action_force_level()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"reason": "agreed", "level_id": self.level3.id})
        )
        wizard.action_confirm()
        self.assertEqual(notice.level_id, self.level3)
        self.assertIn("agreed", notice.message_ids[0].body)
        with self.mock_mail_gateway():
            self.send(notice)
        self.assertEqual(self.levels(self.invoice), [(self.level3, self.today)])
        with self.assertRaises(UserError):
            wizard.action_confirm()

    # === DELIVERED AND TAKEN BACK === #
    def test_levels_follow_delivery(self):
        notice = self.make_notice(moves=self.invoice)
        self.assertEqual(self.levels(self.invoice), [(self.level1.browse(), False)])
        notice._approve()
        notice.delivery_ids._mark_delivered()
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.date_sent, self.today)
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.today)])
        self.assertFalse(notice.line_ids.is_live)

    def _delivered(self, level, day):
        notice = self.make_notice(moves=self.invoice, level=level)
        notice._approve()
        notice.delivery_ids._mark_delivered(self.days(day))
        return notice

    def test_take_back_in_any_order(self):
        """Level and date come from the notices that remain delivered."""
        line = self.receivables(self.invoice)
        line.write({"dunning_level_id": False, "dunning_date": False})
        first = self._delivered(self.level1, -9)
        second = self._delivered(self.level2, -4)
        third = self._delivered(self.level3, 0)
        self.assertEqual(self.levels(self.invoice), [(self.level3, self.today)])
        second.delivery_ids._mark_bounced("back", "fix")
        self.assertEqual(second.state, "failed")
        self.assertEqual(self.levels(self.invoice), [(self.level3, self.today)])
        third.delivery_ids.action_resolve(False)
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.days(-9))])
        first.delivery_ids._mark_bounced("back", "fix")
        self.assertEqual(
            self.levels(self.invoice), [(self.level1.browse(), False)]
        )

    def test_take_back_first_then_second(self):
        """What was before the first notice comes back, whichever falls first."""
        line = self.receivables(self.invoice)
        line.write({"dunning_level_id": self.level1.id, "dunning_date": self.days(-20)})
        first = self._delivered(self.level2, -9)
        second = self._delivered(self.level3, -1)
        first.delivery_ids._mark_bounced("back", "fix")
        self.assertEqual(self.levels(self.invoice), [(self.level3, self.days(-1))])
        second.delivery_ids._mark_bounced("back", "fix")
        self.assertEqual(self.levels(self.invoice), [(self.level1, self.days(-20))])

    def test_one_off_keeps_the_position(self):
        other = self.make_policy([1], name="One-off")
        self._delivered(self.level2, -9)
        notice = self.make_notice(moves=self.invoice, level=other.level_ids)
        notice._approve()
        notice.delivery_ids._mark_delivered()
        self.assertEqual(self.levels(self.invoice), [(self.level2, self.today)])

    def test_forced_level_cleared_when_delivered(self):
        profile = self.make_profile(self.customer)
        profile.sudo().write(
            {"forced_level_id": self.level2.id, "forced_reason": "angry"}
        )
        notice = self.make_notice(moves=self.invoice, level=self.level2)
        notice.line_ids.is_forced = True
        notice._approve()
        self.assertTrue(profile.forced_level_id, "kept until it is delivered")
        notice.delivery_ids._mark_delivered()
        self.assertFalse(profile.forced_level_id)
        self.assertIn("angry", Markup("").join(profile.message_ids.mapped("body")))

    def test_forced_level_kept_when_failed(self):
        self.invoice.sudo().write({"dunning_forced_level_id": self.level2.id})
        notice = self.make_notice(moves=self.invoice, level=self.level2)
        notice.line_ids.is_forced = True
        notice._approve()
        notice.delivery_ids._mark_failed("x", "y")
        self.assertEqual(notice.state, "failed")
        self.assertEqual(self.invoice.dunning_forced_level_id, self.level2)

    def test_call_counts_only_when_alone(self):
        self.level1.write({"plan_call": True, "send_letter": True})
        notice = self.make_notice(moves=self.invoice)
        notice._approve()
        by_channel = {item.channel: item for item in notice.delivery_ids}
        by_channel["call"]._mark_delivered()
        self.assertEqual(notice.state, "approved")
        by_channel["email"]._mark_failed("x", "y")
        self.assertEqual(notice.state, "approved", "the letter may still go")
        by_channel["letter"]._mark_delivered()
        self.assertEqual(notice.state, "sent")
