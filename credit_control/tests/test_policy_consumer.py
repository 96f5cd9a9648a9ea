from odoo import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from .common import CreditControlCommon

# what no private person may be asked for
CHARGES = ("40 €", "EUR 40", "terms of sale gives rise", "as of right", "L441")


class ConsumerCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consumer = cls.env.ref("credit_control.policy_consumer")
        cls.standard = cls.env.ref("credit_control.policy_standard")
        cls.env.company.dunning_policy_id = cls.standard

    def make_person(self, name="Ann Person", **values):
        return self.make_customer(name, is_company=False, **values)

    def all_levels(self, policy):
        return policy.with_context(active_test=False).level_ids


@tagged("post_install", "-at_install", "credit_control")
class TestWhoIsAConsumer(ConsumerCommon):
    def test_a_person_is_one(self):
        profile = self.make_profile(self.make_person())
        self.assertTrue(profile.is_consumer)
        self.assertEqual(profile.dunning_policy_id, self.consumer)

    def test_a_company_is_none(self):
        profile = self.make_profile(self.make_customer("Works"))
        self.assertFalse(profile.is_consumer)
        self.assertNotEqual(profile.dunning_policy_id, self.consumer)

    def test_a_trader_has_a_vat_number(self):
        person = self.make_person()
        profile = self.make_profile(person)
        person.vat = "/"  # says that there is none
        self.assertTrue(profile.is_consumer)
        person.vat = "FR23334175221"
        self.assertFalse(profile.is_consumer)
        self.assertNotEqual(profile.dunning_policy_id, self.consumer)
        person.vat = False
        self.assertEqual(profile.dunning_policy_id, self.consumer)

    def test_a_person_who_founds_a_company_follows_another_policy(self):
        person = self.make_person()
        profile = self.make_profile(person)
        person.is_company = True
        self.assertNotEqual(profile.dunning_policy_id, self.consumer)

    def test_search_says_the_same(self):
        found = {
            self.make_profile(self.make_person("One")): True,
            self.make_profile(self.make_person("Two", vat="/")): True,
            self.make_profile(self.make_person("Trader", vat="FR23334175221")): False,
            self.make_profile(self.make_customer("Firm")): False,
        }
        Profile = self.env["credit.profile"]
        ids = [profile.id for profile in found]
        for operator, value, right in (
            ("=", True, True),
            ("=", False, False),
            ("!=", True, False),
            ("!=", False, True),
            ("in", [True], True),
        ):
            with self.subTest(operator=operator, value=value):
                rows = Profile.search(
                    [("id", "in", ids), ("is_consumer", operator, value)]
                )
                self.assertEqual(
                    set(rows), {one for one, is_one in found.items() if is_one is right}
                )
        everybody = [("id", "in", ids), ("is_consumer", "in", [True, False])]
        self.assertEqual(len(Profile.search(everybody)), 4)

    def test_public_bodies_come_first_and_hands_before_all(self):
        tag = self.env.ref("credit_control.partner_category_public_sector")
        profile = self.make_profile(
            self.make_person(category_id=[Command.link(tag.id)])
        )
        public = self.env.ref("credit_control.policy_public")
        self.assertEqual(profile.dunning_policy_id, public)
        profile.policy_id = self.standard
        self.assertEqual(profile.dunning_policy_id, self.standard)

    def test_small_debts_of_persons_stay_with_their_policy(self):
        person = self.make_person()
        self.make_invoice(person, 50, -20)
        profile = self.make_profile(person)
        self.env["dunning.policy"]._assign(self.env.company)
        self.assertEqual(profile.dunning_policy_id, self.consumer)


@tagged("post_install", "-at_install", "credit_control")
class TestConsumerTexts(ConsumerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write({"email": "accounts@company.example", "phone": "123"})
        cls.person = cls.make_customer("Ann Person", is_company=False)
        cls.make_invoice(cls.person, 1200, -80)
        cls.make_invoice(cls.person, 99, 4)
        cls.profile = cls.make_profile(cls.person, user_id=cls.env.user.id)

    def read(self, level):
        wizard = self.env["dunning.level.preview"].create(
            {
                "policy_id": level.policy_id.id,
                "level_id": level.id,
                "profile_id": self.profile.id,
                "lang": "en_US",
            }
        )
        wizard.action_show()
        self.assertFalse(wizard.problem)
        text = f"{wizard.subject} {html2plaintext(wizard.body)}"
        return " ".join(text.split()).lower()

    def test_no_level_charges_anything(self):
        for level in self.all_levels(self.consumer):
            with self.subTest(level=level.name):
                self.assertFalse(level.with_interest or level.with_compensation)
                text = self.read(level)
                for words in CHARGES:
                    self.assertNotIn(words.lower(), text)

    def test_the_formal_notice_tells_his_rights(self):
        level = self.env.ref("credit_control.level_consumer_formal")
        text = self.read(level)
        for words in (
            "interest at the legal rate may run from it",
            "no interest for the time before",
            "instalments",
            "mediator",
            "if you contest",
        ):
            self.assertIn(words, text)
        self.assertGreaterEqual(level.deadline_days, 15)

    def test_interest_is_told_in_the_formal_notice_alone(self):
        for level in self.consumer.level_ids.filtered(lambda one: not one.is_formal):
            self.assertNotIn("legal rate", self.read(level))

    def test_a_reminder_before_the_due_date_blames_nobody(self):
        for name in ("consumer", "standard"):
            level = self.env.ref(f"credit_control.level_{name}_pre_due")
            with self.subTest(policy=name):
                self.assertTrue(level.is_pre_due)
                text = self.read(level)
                self.assertIn("99.00", text)
                for words in ("overdue", "unpaid", "not yet received", "reminders"):
                    self.assertNotIn(words, text)

    def test_he_is_written_to_without_roles(self):
        level = self.env.ref("credit_control.level_consumer_courteous")
        Notice = self.env["dunning.notice"].sudo()
        notice = Notice.create(
            {
                "profile_id": self.profile.id,
                "company_id": self.profile.company_id.id,
                "policy_id": self.consumer.id,
                "level_id": level.id,
                "date": self.today,
            }
        )
        found = notice._resolve_recipients()[notice]
        self.assertEqual(found["to"], self.person)
        self.assertFalse(found["warning"])

    def test_closed_at_the_weekend(self):
        calendar = self.consumer.calendar_id
        self.assertFalse(calendar.company_id)
        self.assertEqual(set(calendar.attendance_ids.mapped("dayofweek")), set("01234"))


@tagged("post_install", "-at_install", "credit_control")
class TestPreDueIsOptional(ConsumerCommon):
    def rows(self):
        return [
            row
            for row in self.env["dunning.run"].preview(self.env.company, 1)
            if row["profile_id"] == self.profile.id
        ]

    def prepare(self, amount=1500):
        self.customer = self.make_customer("Buyer", is_company=True)
        self.profile = self.make_profile(self.customer, policy_id=self.standard.id)
        self.level = self.env.ref("credit_control.level_standard_pre_due")
        return self.make_invoice(self.customer, amount, 3)

    def test_shipped_archived(self):
        for name in ("consumer", "standard"):
            level = self.env.ref(f"credit_control.level_{name}_pre_due")
            self.assertFalse(level.active)
            self.assertFalse(level.policy_id.has_problems)
            level.active = True
            level.policy_id.invalidate_recordset()
            self.assertFalse(level.policy_id.has_problems)

    def test_only_when_made_active(self):
        self.prepare()
        self.assertFalse(self.rows())
        self.level.active = True
        self.assertEqual([row["level_id"] for row in self.rows()], [self.level.id])

    def test_not_for_small_amounts(self):
        self.prepare(amount=999)
        self.level.active = True
        self.assertFalse(self.rows())

    def test_what_is_paid_is_not_announced(self):
        invoice = self.prepare()
        self.level.active = True
        self.pay(invoice)
        self.assertFalse(self.rows())

    def test_what_a_credit_covers_is_not_announced(self):
        self.prepare()
        self.level.active = True
        self.make_credit(self.customer, 1500, 0)
        self.assertFalse(self.rows())


@tagged("post_install", "-at_install", "credit_control")
class TestConsumerProblems(ConsumerCommon):
    def problems(self, policy):
        policy.invalidate_recordset()
        return html2plaintext(policy.problems or "")

    def own_policy(self, **values):
        rule = "[('is_consumer', '=', True)]"
        text = "<p>Please pay {{ total_overdue }}.</p>"
        level = {"delay_days": 5, "body_html": text, "send_email": True}
        return self.make_policy(
            [level],
            **{
                "assign_domain": rule,
                "min_days_between": 14,
                "calendar_id": self.consumer.calendar_id.id,
                **values,
            },
        )

    def test_the_shipped_one_has_none(self):
        self.assertFalse(self.problems(self.consumer))
        self.assertFalse(self.problems(self.own_policy()))

    def test_interest_and_compensation(self):
        policy = self.own_policy()
        for name in ("with_interest", "with_compensation"):
            policy.level_ids[name] = True
            self.assertIn("do not owe", self.problems(policy))
            self.assertIn("do not owe", html2plaintext(policy.level_ids.problems))
            policy.level_ids[name] = False
            self.assertFalse(self.problems(policy))

    def test_quiet_days(self):
        policy = self.own_policy(calendar_id=False)
        self.assertIn("Sunday", self.problems(policy))

    def test_peace_between_two_notices(self):
        policy = self.own_policy(min_days_between=3)
        self.assertIn("every 3 days", self.problems(policy))

    def test_rules_that_choose_persons(self):
        for rule, is_for_them in (
            ("[('is_company', '=', False)]", True),
            ("[('is_company', '!=', True)]", True),
            ("[('partner_id.is_company', 'in', [False])]", True),
            ("[('is_consumer', '!=', True)]", False),
            ("[('is_company', '=', True)]", False),
            ("[('is_consumer', 'in', [True, False])]", False),
            ("[('risk_class', '=', 'e')]", False),
            (False, False),
        ):
            with self.subTest(rule=rule):
                policy = self.own_policy(assign_domain=rule)
                self.assertEqual(policy._is_for_consumers(), is_for_them)

    def test_persons_on_a_policy_for_firms(self):
        policy = self.own_policy(assign_domain=False)
        policy.level_ids.with_compensation = True
        self.assertFalse(self.problems(policy))
        self.make_profile(self.make_customer("Works"), policy_id=policy.id)
        self.assertFalse(self.problems(policy))
        self.make_profile(self.make_person(), policy_id=policy.id)
        self.assertIn("1 customers of its policy", self.problems(policy))
