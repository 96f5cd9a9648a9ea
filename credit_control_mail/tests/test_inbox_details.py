from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .act_common import ActCommon

EVENTS = (
    "odoo.addons.credit_control_mail.models.credit_message_understand"
    ".CreditMessage._event_message_classified"
)
HUGE = 10**12


@tagged("post_install", "-at_install", "credit_control")
class TestInboxDetails(ActCommon):
    """What a proposal says, offers and refuses."""

    def card(self, intent):
        """Return the card of ``intent`` as the collector sees it."""
        data = self.env["credit.message"].with_user(self.collector)
        cards = data.inbox_open(intent.message_id.id)["intents"]
        return next(card for card in cards if card["id"] == intent.id)

    def body(self, intent):
        action = intent.message_id.action_answer(intent.id)
        return " ".join(str(action["context"]["default_body"]).split())

    # === ANSWER === #
    def test_missing_information_without_an_order_number(self):
        known = self.body(self.found("missing_information", moves=self.invoice))
        self.assertIn("PO-4711", known)
        self.assertNotIn("gathering", known)
        unknown = self.body(self.found("missing_information", moves=self.second))
        self.assertNotIn("Here is what you need", unknown)
        self.assertIn("gathering what you need", unknown)
        self.assertIn(self.second.name, unknown)

    # === WHO LEFT === #
    def test_roles_of_who_left_end(self):
        roles = self.clerk.credit_role_ids
        self.assertTrue(roles)
        intent = self.found("contact_change", replaces_contact=True)
        facts = [fact["value"] for fact in self.card(intent)["facts"]]
        self.assertIn("Mme Petit", facts)
        self.assertFalse(intent.problem)
        intent.action_accept()
        self.assertFalse(self.clerk.credit_role_ids)
        task = self.env["mail.activity"].browse(intent.res_id)
        self.assertIn("Mme Petit has left", task.summary)
        intent.action_undo()
        self.assertEqual(self.clerk.credit_role_ids, roles)
        self.assertFalse(task.exists())

    def test_nobody_named_and_nobody_left(self):
        intent = self.found("contact_change")
        with self.assertRaisesRegex(UserError, "Enter the name"):
            intent.action_accept()

    # === STAND-IN, ALL AT ONCE === #
    def test_stand_in_is_offered_once(self):
        intent = self.found("auto_reply", contact_email="bob@petit.example")
        self.assertTrue(self.card(intent)["has_deputy"])
        intent.action_add_deputy()
        self.assertFalse(self.card(intent)["has_deputy"])
        self.assertFalse(self.card(self.found("auto_reply"))["has_deputy"])

    # === BOUNCE === #
    def test_delay_is_no_bounce(self):
        late = self.card(self.found("bounce", is_delay=True))
        self.assertEqual(late["label"], "Delivery delayed")
        self.assertIn("goes on trying", late["facts"][0]["value"])
        lost = self.card(self.found("bounce", contact_email="gone@petit.example"))
        self.assertEqual(lost["label"], "Bounce")
        self.assertNotIn("goes on trying", str(lost["facts"]))

    # === NUMBERS === #
    def test_numbers_beyond_all_bounds(self):
        intent = self.found("plan_request")
        for vals in (
            {"instalments": HUGE},
            {"instalments": -HUGE},
            {"amount": 1e300},
            {"amount": float("inf")},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                intent.write(vals)
            with self.subTest(vals=vals), self.assertRaises(UserError):
                intent.message_id.action_add_intent("plan_request", vals)
        self.assertFalse(intent.instalments)

    def test_plan_beyond_all_bounds(self):
        plans = self.env["credit.plan.make"].with_user(self.collector)
        for vals in ({"count": HUGE}, {"break_days": HUGE}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                plans.create({"profile_id": self.profile.id, **vals})

    def test_break_clause_of_a_plan(self):
        intent = self.found("plan_request", moves=self.invoice)
        intent.action_accept()
        plan = self.env["credit.plan"].browse(intent.res_id)
        with self.assertRaisesRegex(ValidationError, "nobody waits longer"):
            plan.write({"break_days": HUGE})

    # === PLAN === #
    def test_plan_from_the_end_of_the_month(self):
        intent = self.found(
            "plan_request", moves=self.invoice, instalments=3, date="2026-06-30"
        )
        intent.action_accept()
        plan = self.env["credit.plan"].browse(intent.res_id)
        self.assertEqual(
            [str(day) for day in sorted(plan.promise_ids.mapped("date"))],
            ["2026-06-30", "2026-07-31", "2026-08-31"],
        )

    # === RULES === #
    def test_day_of_a_rule_is_that_of_the_company(self):
        self.env.company.resource_calendar_id.tz = "America/New_York"
        rules = self.env["credit.message.automation"].with_user(self.manager)
        rule = rules.create({"intent": "promise", "accept_from": 0.5})
        intents = self.found("promise") | self.found("promise")
        # 22:00 and 00:30 there: two days, one in London
        for intent, hour in zip(intents, ("02:00", "04:30"), strict=True):
            intent.sudo().write(
                {
                    "automation_id": rule.id,
                    "decided_date": datetime.fromisoformat(f"2026-06-16 {hour}"),
                }
            )
        with freeze_time("2026-06-16 05:00:00"):
            self.assertEqual(rule._count_today(), {rule: 1})
        with freeze_time("2026-06-16 03:00:00"):
            self.assertEqual(rule._count_today(), {rule: 2})

    # === TELLING === #
    def test_one_bad_message_stops_no_other(self):
        good, bad = self.make_message("promise"), self.make_message("dispute")
        messages = (good | bad).sudo()
        messages.write({"is_untold": True})
        real = type(messages)._event_message_classified

        def fail(batch):
            if bad in batch:
                raise ValueError("broken")
            return real(batch)

        with patch(EVENTS, fail), mute_logger("odoo.addons.credit_control_mail"):
            messages._tell_safely()
        self.assertFalse(any(messages.mapped("is_untold")))
        events = self.env["credit.event"].search([("res_model", "=", good._name)])
        self.assertEqual(events.mapped("res_id"), good.ids)

    # === SPAM === #
    def test_reopened_spam_is_forgotten(self):
        senders = self.env["credit.message.sender"]
        message = self.make_message("other").with_user(self.collector)
        message.action_spam(remember=True)
        own = [("email", "=", "compta@petit.example")]
        self.assertTrue(senders.search(own).is_spam)
        message.action_reopen()
        self.assertFalse(senders.search(own))
        self.assertEqual(message.state, "new")

    def test_reopening_forgets_no_customer(self):
        senders = self.env["credit.message.sender"]
        senders._remember("compta@petit.example", self.env.company, self.profile)
        message = self.make_message("other").with_user(self.collector)
        message.action_spam()
        message.action_reopen()
        self.assertEqual(senders.search([]).profile_id, self.profile)

    # === ERASED === #
    def test_copies_of_files_go_with_the_message(self):
        message = self.make_message({"intent": "dispute", "moves": self.invoice})
        files = self.env["ir.attachment"].sudo()
        message.sudo().attachment_ids = files.create(
            {"name": "proof.pdf", "raw": b"the proof", "res_model": message._name}
        )
        message.intent_ids.with_user(self.collector).action_accept()
        dispute = self.env["credit.dispute"].browse(message.intent_ids.res_id)
        own = files.create(
            {
                "name": "ours.pdf",
                "raw": b"ours",
                "res_model": dispute._name,
                "res_id": dispute.id,
            }
        )
        beside = [("res_model", "=", dispute._name), ("res_id", "=", dispute.id)]
        self.assertEqual(len(files.search(beside)), 2)
        message._anonymise()
        self.assertEqual(files.search(beside), own)

    # === DATES === #
    def test_month_first(self):
        message = self.make_message("promise", language="en").sudo()
        self.petit.country_id = self.clerk.country_id = False
        self.clerk.lang = "en_US"
        cases = [
            # text, country, language of the mail, expected
            ("on 06/07/2026", False, "en", True),
            ("le 06/07/2026", False, "fr", False),
            ("on 06/07/2026", "base.fr", "en", False),
            ("on 06/07/2026", "base.us", "en", True),
            ("on 06/07/2026, not 06/25/2026", "base.fr", "en", True),
            ("on 06/07/2026, not 25/06/2026", "base.us", "en", False),
        ]
        for text, country, language, expected in cases:
            with self.subTest(text=text, country=country):
                message.write({"body_text": text, "language": language})
                self.petit.country_id = country and self.env.ref(country)
                self.assertIs(message._is_month_first(), expected)

    # === ADVICE === #
    def test_advice_says_what_it_is(self):
        advice = self.env["credit.remittance"].sudo().create(
            {
                "profile_id": self.profile.id,
                "currency_id": self.env.company.currency_id.id,
            }
        )
        self.assertEqual(advice.display_name, "Payment advice of Petit Transports")
        advice.payment_reference = "VIR 12"
        self.assertEqual(
            advice.display_name, "Payment advice of Petit Transports, VIR 12"
        )
