from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..tools.level_order import Delay, find_backward, find_late_reminders, resolve
from .common import CreditControlCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPolicy(CreditControlCommon):
    def problems(self, policy):
        return str(policy.problems or "")

    # === ORDER OF LEVELS === #
    def test_levels_from_the_previous_are_added_up(self):
        delays = [
            Delay("a", 5, "due_date"),
            Delay("b", 10, "previous"),
            Delay("c", 3, "end_of_month"),
            Delay("d", 4, "previous"),
        ]
        self.assertEqual(
            resolve(delays),
            [
                ("due_date", 5),
                ("due_date", 15),
                ("end_of_month", 3),
                ("end_of_month", 7),
            ],
        )
        self.assertFalse(find_backward(delays))
        self.assertEqual(resolve([Delay("a", 2, "previous")]), [("due_date", 2)])

    def test_backward_levels_are_named_in_pairs(self):
        first, second, third = (
            Delay("a", 20, "due_date"),
            Delay("b", 5, "due_date"),
            Delay("c", 30, "due_date"),
        )
        self.assertEqual(find_backward([first, second, third]), [(first, second)])
        same_day = Delay("d", 30, "due_date")
        self.assertEqual(find_backward([third, same_day]), [(third, same_day)])
        other_origin = Delay("e", 1, "invoice_date")
        self.assertFalse(find_backward([third, other_origin]))

    def test_reminders_before_the_due_date_come_first(self):
        before, after = Delay("a", -5, "due_date"), Delay("b", 5, "due_date")
        self.assertFalse(find_late_reminders([before, after]))
        self.assertEqual(find_late_reminders([after, before]), [before])

    # === PROBLEMS === #
    def test_a_good_policy_has_no_problem(self):
        policy = self.make_policy([-3, 5, 20])
        self.assertFalse(policy.has_problems, policy.problems)

    def test_a_policy_without_level(self):
        policy = self.make_policy([])
        self.assertTrue(policy.has_problems)
        self.assertIn("no level", self.problems(policy))

    def test_an_archived_level_does_not_count(self):
        policy = self.make_policy([5])
        policy.level_ids.active = False
        policy.invalidate_recordset()
        self.assertIn("no level", self.problems(policy))

    def test_backward_levels_are_a_problem(self):
        policy = self.make_policy([20, 5])
        text = self.problems(policy)
        self.assertIn("Level 2", text)
        self.assertIn("Level 1", text)
        policy.level_ids[1].delay_days = 40
        self.assertFalse(policy.has_problems)

    def test_a_late_reminder_before_the_due_date(self):
        policy = self.make_policy([5, -5])
        self.assertIn("move it above", self.problems(policy))

    def test_a_level_without_channel_or_words(self):
        policy = self.make_policy(
            [
                {"name": "Mute", "delay_days": 5, "send_email": False},
                {"name": "Bare", "delay_days": 9, "subject": False, "body_html": ""},
            ]
        )
        text = self.problems(policy)
        self.assertIn("“Mute” has no channel", text)
        self.assertIn("“Bare” has no subject", text)
        self.assertIn("“Bare” has no text", text)
        self.assertTrue(policy.level_ids[0].has_problems)

    def test_a_call_needs_no_text(self):
        policy = self.make_policy(
            [
                {
                    "delay_days": 5,
                    "send_email": False,
                    "plan_call": True,
                    "subject": False,
                    "body_html": False,
                }
            ]
        )
        self.assertFalse(policy.has_problems, policy.problems)

    def test_formal_notices_want_care(self):
        policy = self.make_policy(
            [{"name": "Formal", "is_formal": True, "is_automatic": True}]
        )
        text = self.problems(policy)
        self.assertIn("no registered letter", text)
        self.assertIn("goes without review", text)
        self.assertIn("does not list the claims", text)

    def test_a_deadline_needs_days(self):
        policy = self.make_policy(
            [{"body_html": "<p>{{ deadline_date }}</p>", "deadline_days": 0}]
        )
        self.assertIn("grants no days", self.problems(policy))

    def test_shipped_policies_have_no_problem(self):
        for name in ("standard", "small", "key", "risky", "public"):
            policy = self.env.ref(f"credit_control.policy_{name}")
            self.assertFalse(policy.has_problems, policy.problems)
            self.assertTrue(policy.level_ids)

    # === TEXTS === #
    def test_an_unknown_placeholder_is_refused(self):
        level, other, third = self.make_policy([5, 10, 15]).level_ids
        with self.assertRaisesRegex(ValidationError, "custmer_name"):
            level.subject = "Dear {{ custmer_name }}"
        with self.assertRaisesRegex(ValidationError, "braces"):
            other.body_html = "<p>{{ customer_name</p>"
        third.body_html = "<p>{{ customer_name }} {{ table }}</p>"

    def test_form_of_a_formal_level(self):
        policy = self.make_policy([{"is_automatic": True}])
        with Form(policy.level_ids) as form:
            form.is_formal = True
            self.assertFalse(form.is_automatic)
            self.assertTrue(form.send_registered)

    # === SHAPE === #
    def test_copy(self):
        policy = self.make_policy([5, 20], assign_domain="[('risk_class', '=', 'e')]")
        copy = policy.copy()
        self.assertEqual(copy.name, "Test policy (copy)")
        self.assertEqual(copy.level_ids.mapped("delay_days"), [5, 20])
        self.assertFalse(copy.assign_domain, "two policies with one rule confuse")

    def test_timeline_shows_the_due_date_in_its_place(self):
        policy = self.make_policy([-3, 5, {"delay_days": 20, "is_formal": True}])
        steps = policy._get_timeline_steps()
        self.assertEqual(
            [(step["day"], step["is_due_date"]) for step in steps],
            [("D − 3", False), ("Due date", True), ("D + 5", False), ("D + 20", False)],
        )
        self.assertEqual([step["gap"] for step in steps], [1, 3, 5, 15])
        self.assertIn("Formal", str(policy.timeline))
        self.assertFalse(self.make_policy([]).timeline)

    def test_customers_on_a_policy(self):
        policy = self.make_policy([5])
        profile = self.make_profile(self.make_customer(), policy_id=policy.id)
        policy.invalidate_recordset()
        self.assertEqual(policy.profile_count, 1)
        action = policy.action_view_profiles()
        found = self.env["credit.profile"].search(action["domain"])
        self.assertEqual(found, profile)

    def test_a_policy_that_sent_notices_stays(self):
        policy = self.make_policy([5])
        profile = self.make_profile(self.make_customer())
        self.env["dunning.notice"].sudo().create(
            {
                "profile_id": profile.id,
                "company_id": profile.company_id.id,
                "policy_id": policy.id,
                "level_id": policy.level_ids.id,
                "date": self.today,
            }
        )
        with self.assertRaisesRegex(UserError, "archive it"):
            policy.unlink()

    def test_a_level_that_was_delivered_stays(self):
        policy = self.make_policy([5, 20])
        item = self.receivables(self.make_invoice(self.make_customer(), 100, -9))
        item.dunning_level_id = policy.level_ids[0]
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "Level 1.*archive it"):
            policy.level_ids[0].unlink()
        policy.level_ids[1].unlink()
        self.assertEqual(len(policy.level_ids), 1)
        with self.assertRaisesRegex(UserError, "Level 1.*archive it"):
            policy.unlink()

    def test_a_currency_in_which_was_reminded_stays(self):
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T"})
        policy = self.make_policy([5])
        profile = self.make_profile(self.make_customer())
        notice = self.env["dunning.notice"].sudo().create(
            {
                "profile_id": profile.id,
                "company_id": profile.company_id.id,
                "policy_id": policy.id,
                "level_id": policy.level_ids.id,
                "date": self.today,
            }
        )
        line = {"name": "INV/1", "kind": "claim", "currency_id": currency.id}
        notice.line_ids = [Command.create(line)]
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "claims in TST: archive"):
            currency.unlink()
        notice.line_ids.unlink()
        currency.unlink()
        self.assertFalse(currency.exists())

    def test_a_bad_placeholder_shows_before_saving(self):
        policy = self.make_policy([5])
        level = policy.level_ids.new({"name": "New", "body_html": "{{ tabel }}"})
        self.assertIn("tabel", " ".join(level._get_problems()))

    # === COMPANIES === #
    def test_company_of_the_default_policy(self):
        other = self.make_second_company()["company"]
        policy = self.make_policy([5])
        with self.assertRaisesRegex(ValidationError, "belongs to"):
            other.dunning_policy_id = policy
        policy.company_id = False
        other.dunning_policy_id = policy
        with self.assertRaisesRegex(ValidationError, "uses it"):
            policy.company_id = self.env.company

    def test_new_companies_follow_the_standard_policy(self):
        standard = self.env.ref("credit_control.policy_standard")
        company = self.env["res.company"].create({"name": "Newcomer"})
        self.assertEqual(company.dunning_policy_id, standard)
        company.dunning_policy_id = False
        self.env["res.company"]._set_default_dunning_policy()
        self.assertEqual(company.dunning_policy_id, standard)

    def test_a_manager_makes_a_policy_the_default(self):
        self.make_users()
        policy = self.make_policy([5])
        with self.assertRaises(AccessError):
            policy.with_user(self.collector_all).action_make_default()
        self.assertFalse(policy.is_default)
        policy.with_user(self.manager).action_make_default()
        self.assertEqual(self.env.company.dunning_policy_id, policy)
        policy.invalidate_recordset()
        self.assertTrue(policy.is_default)

    # === ROLES === #
    def test_a_role_in_use_stays(self):
        role = self.env["credit.role"].create({"name": "Treasurer", "code": "treas"})
        self.make_customer(contacts=[{"name": "Ann", "roles": ["treas"]}])
        self.make_policy([{"role_cc_ids": [Command.set(role.ids)]}])
        self.assertEqual((role.partner_count, role.level_count), (1, 1))
        self.assertEqual(
            self.env["res.partner"].search(role.action_view_partners()["domain"]).name,
            "Ann",
        )
        with self.assertRaisesRegex(UserError, "writes to this role"):
            role.unlink()

    def test_who_writes_policies(self):
        self.make_users()
        policy = self.make_policy([5])
        with self.assertRaises(AccessError):
            policy.with_user(self.collector).name = "Mine"
        with self.assertRaises(AccessError):
            policy.level_ids.with_user(self.auditor).delay_days = 9
        policy.with_user(self.manager).level_ids.delay_days = 9
        self.assertEqual(policy.with_user(self.collector).level_ids.delay_days, 9)
