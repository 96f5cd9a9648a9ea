import base64
from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from ..models.credit_profile_portal import PURPOSE, SCOPE
from .common import CreditControlCommon
from .security_common import SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPortalLink(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profiles = cls.env["credit.profile"]
        cls.profile = cls.make_profile(cls.make_customer())
        cls.token = cls.profile._portal_token()

    def find(self, token):
        return self.profiles._find_by_portal_token(token)

    def test_a_profile_is_found_by_its_token_alone(self):
        self.assertEqual(self.find(self.token), self.profile)
        url = self.profile._portal_url()
        self.assertTrue(url.endswith(f"/credit/{self.token}"))
        self.assertTrue(url.startswith("http"))

    def test_a_changed_token_finds_nothing(self):
        token = self.token
        other = self.make_profile(self.make_customer("Other"))._portal_token()
        for wrong in (
            "",
            "x",
            "é",
            "AQ",
            token[:-4],
            token + "AAAA",
            token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
            token[:60] + other[60:],
        ):
            with self.subTest(token=wrong):
                self.assertFalse(self.find(wrong))

    def test_a_token_of_another_kind_finds_nothing(self):
        env = self.profile.sudo().env
        digest = self.profile._portal_digest()
        for scope, values in (
            ("credit_control.link", [self.profile.id, PURPOSE, digest]),
            (SCOPE, [self.profile.id, "other", digest]),
            (SCOPE, [self.profile.id, PURPOSE, "0" * len(digest)]),
            (SCOPE, [self.profile.id, PURPOSE, None]),
            (SCOPE, [self.profile.id, PURPOSE]),
            (SCOPE, ["1", PURPOSE, digest]),
            (SCOPE, [2**40, PURPOSE, digest]),
            (SCOPE, {"id": self.profile.id}),
            (SCOPE, 5),
        ):
            with self.subTest(values=values):
                self.assertFalse(self.find(hash_sign(env, scope, values)))

    def test_the_key_is_not_in_the_token(self):
        key = self.profile.sudo().portal_key
        raw = base64.urlsafe_b64decode(self.token + "===")
        self.assertNotIn(key.encode(), raw)
        self.assertNotIn(key, self.profile._portal_url())

    def test_it_ends_after_the_days_of_the_company(self):
        self.env.company.credit_portal_days = 10
        token = self.profile._portal_token()
        with freeze_time(self.days(10)):
            self.assertEqual(self.find(token), self.profile)
        with freeze_time(self.days(12)):
            self.assertFalse(self.find(token))
        with freeze_time(self.days(2)):
            self.assertTrue(self.find(token))
        short = self.profile._portal_token(days=1)
        with freeze_time(self.days(3)):
            self.assertFalse(self.find(short))

    def test_the_address_of_a_day_is_one(self):
        """A mail that is rendered again says the same."""
        with freeze_time(self.days(0) + timedelta(hours=5)):
            self.assertEqual(self.profile._portal_token(), self.token)

    def test_a_link_is_good_for_a_day_at_least(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.env.company.credit_portal_days = 0
            self.env.flush_all()

    def test_a_new_key_revokes(self):
        self.profile.action_renew_portal_key()
        self.assertFalse(self.find(self.token))
        self.assertEqual(self.find(self.profile._portal_token()), self.profile)
        self.assertIn("New portal key", self.profile.message_ids[0].body)

    def test_new_keys_differ(self):
        other = self.make_profile(self.make_customer("Other"))
        both = self.profile + other
        both.action_renew_portal_key()
        self.assertEqual(len(set(both.sudo().mapped("portal_key"))), 2)

    def test_archived_and_without_a_key_have_no_page(self):
        self.profile.active = False
        self.assertFalse(self.find(self.token))
        self.profile.active = True
        self.profile.sudo().portal_key = False
        self.assertFalse(self.find(self.token))
        self.assertFalse(self.find(self.profile._portal_token()))

    def test_a_visit_is_noted_once(self):
        self.assertFalse(self.profile.portal_seen)
        written = self.profile.write_date
        self.profile._portal_note_visit()
        first = self.profile.portal_seen
        self.assertTrue(first)
        self.profile._portal_note_visit()
        self.assertEqual(self.profile.portal_seen, first)
        self.assertEqual(self.profile.write_date, written)

    def test_addresses_cost_the_same_for_one_and_for_many(self):
        many = self.profiles.union(
            *(self.make_profile(self.make_customer(f"C{n}")) for n in range(20))
        )
        for profiles in (self.profile, many):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(4):
                urls = profiles._portal_urls()
            self.assertEqual(len(set(urls.values())), len(profiles))

    # === NOTICES === #
    def test_a_notice_says_the_address(self):
        level = self.make_policy([{"body_html": "<p>Pay: {{ portal_link }}</p>"}])
        self.make_invoice(self.profile.partner_id, 100, -10)
        notice = self.env(su=True)["dunning.notice"].create(
            {
                "profile_id": self.profile.id,
                "company_id": self.env.company.id,
                "policy_id": level.id,
                "level_id": level.level_ids.id,
                "date": self.today,
            }
        )
        url = self.profile._portal_url()
        self.assertEqual(notice._get_portal_links(), {notice: url})
        texts = {notice: ("Subject", "<p>Hello</p>")}
        mail = notice._render_mail("en_US", texts)[notice]
        self.assertIn(url, mail)
        self.assertIn("without a login", mail.lower())
        texts = {notice: ("Subject", f"<p>{url}</p>")}
        mail = notice._render_mail("en_US", texts)[notice]
        self.assertEqual(mail.count(url), 1)

    def test_a_statement_s_mail_says_the_address(self):
        for name in ("mail_template_statement", "mail_template_statement_day"):
            template = self.env.ref(f"credit_control.{name}")
            body = template._render_field("body_html", self.profile.ids)
            self.assertIn(self.profile._portal_url(), body[self.profile.id])


@tagged("post_install", "-at_install", "credit_control")
class TestPortalItems(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer("Buyer", contacts=["Branch office"])
        cls.profile = cls.make_profile(cls.customer)

    def items(self, **wanted):
        return [
            item
            for section in self.profile._portal_items()
            for item in section["items"]
            if all(item[name] == value for name, value in wanted.items())
        ]

    def test_instalments_as_they_are(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        move = self.make_invoice(
            self.customer, 100, invoice_date=self.days(-10), payment_term=term
        )
        first, second = self.items()
        self.assertEqual(
            [(i["residual"], i["days_overdue"], i["instalment"]) for i in self.items()],
            [(50, 10, "1/2"), (50, 0, "2/2")],
        )
        self.assertEqual(first["move"], move)
        self.assertEqual(second["due"], self.days(20))
        codes = [group["code"] for group in self.profile._portal_items()[0]["groups"]]
        self.assertEqual(codes, ["overdue", "upcoming"])

    def test_the_whole_entity_by_currency(self):
        office = self.customer.child_ids
        self.make_invoice(self.customer, 100, -40)
        self.make_invoice(office, 50, 5)
        self.make_invoice(office, 80, -3, currency=self.other_currency)
        self.make_credit(self.customer, 30)
        self.make_invoice(self.make_customer("Stranger"), 999, -9)
        self.make_invoice(self.customer, 70, -9, post=False)
        home, other = self.profile._portal_items()
        self.assertEqual(home["currency"], self.env.company.currency_id)
        self.assertEqual(
            [home[name] for name in ("overdue", "due", "credit", "balance")],
            [100, 150, -30, 120],
        )
        self.assertEqual((other["overdue"], other["balance"]), (80, 80))
        self.assertEqual(home["ages"][0]["amount"], 100)
        self.assertEqual(
            [group["code"] for group in home["groups"]],
            ["overdue", "upcoming", "credit"],
        )

    def test_what_is_promised_contested_and_under_way(self):
        late = self.make_invoice(self.customer, 100, -10)
        contested = self.make_invoice(self.customer, 40, -5)
        line = self.receivables(late)
        self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "amount": 100,
                "date": self.days(4),
                "move_line_ids": line.ids,
            }
        )
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        self.env["credit.dispute"].create(
            [
                {
                    "profile_id": self.profile.id,
                    "move_id": move.id,
                    "amount": amount,
                    "reason_id": reason.id,
                }
                for move, amount in ((late, 25), (contested, 40))
            ]
        )
        item = self.items(move=late)[0]
        self.assertEqual((item["promised"], item["disputed"]), (self.days(4), 25))
        section = self.profile._portal_items()[0]
        self.assertEqual(section["promised"], 100)
        self.assertEqual(section["disputed"], 65)
        group = section["groups"][-1]
        self.assertEqual((group["code"], group["total"]), ("contested", 40))
        self.assertTrue(self.items(move=contested)[0]["is_disputed"])

    def test_entries_without_an_invoice(self):
        line = self.make_entry(self.customer, 12, -3)
        item = self.items(line=line)[0]
        self.assertFalse(item["is_document"])
        self.assertEqual((item["residual"], item["kind"]), (12, "claim"))

    def test_long_lists_say_that_there_is_more(self):
        self.many_items(310)
        group = self.profile._portal_items()[0]["groups"][0]
        self.assertEqual((len(group["items"]), group["hidden"]), (300, 10))
        self.assertEqual(group["total"], 310)

    def many_items(self, number):
        data = self.company_data
        self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.days(-60),
                "journal_id": data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.receivable.id,
                            "partner_id": self.customer.id,
                            "debit": 1,
                            "date_maturity": self.days(-30),
                        }
                    )
                    for _n in range(number)
                ]
                + [
                    Command.create(
                        {
                            "account_id": data["default_account_revenue"].id,
                            "credit": number,
                        }
                    )
                ],
            }
        ).action_post()

    def test_ten_and_a_thousand_items_cost_the_same(self):
        counts = []
        for number in (10, 990):
            self.many_items(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.profile._portal_items()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(len(self.items()), 1000)

    def test_items_are_checked(self):
        mine = self.receivables(self.make_invoice(self.customer, 100, -10))
        stranger = self.make_invoice(self.make_customer("Stranger"), 999, -9)
        other = self.receivables(stranger)
        found = self.profile._portal_find_items([str(mine.id)])
        self.assertEqual(found, mine)
        self.assertTrue(found.env.su)
        self.assertFalse(self.profile._portal_find_items([]))
        for wrong in (other.ids, (mine + other).ids, ["x"], [None], [0], [2**40]):
            with (
                self.subTest(ids=wrong),
                self.assertRaisesRegex(ValidationError, "Load the page again"),
            ):
                self.profile._portal_find_items(wrong)

    def test_invoices_are_the_customer_s_own_and_posted(self):
        mine = self.make_invoice(self.customer, 100, -10)
        draft = self.make_invoice(self.customer, 100, -10, post=False)
        other = self.make_invoice(self.make_customer("Stranger"), 999, -9)
        bill = self.make_invoice(self.customer, 5, -9, move_type="in_invoice")
        wanted = (mine + draft + other + bill).ids
        self.assertEqual(self.profile._portal_documents(wanted), mine)
        self.assertEqual(self.profile._portal_documents(), mine)
        self.assertFalse(self.profile._portal_documents([2**31 - 1]))


@tagged("post_install", "-at_install", "credit_control")
class TestPortalRights(SecurityCommon):
    def test_who_renews_a_key(self):
        mine, others = (r["credit.profile"] for r in (self.mine, self.others))
        for user, profile in (
            (self.collector, others),
            (self.auditor, mine),
            (self.sales_reader, mine),
            (self.accountant, mine),
            (self.plain_user, mine),
        ):
            token = profile._portal_token()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.seen_by(user, profile).action_renew_portal_key()
            self.assertTrue(profile._find_by_portal_token(token))
        token = mine._portal_token()
        self.seen_by(self.collector, mine).action_renew_portal_key()
        self.assertFalse(mine._find_by_portal_token(token))

    def test_who_sees_the_page_with_a_login(self):
        mine = self.mine["credit.profile"]
        for user, may in (
            (self.collector, True),
            (self.manager, True),
            (self.auditor, True),
            (self.sales_reader, True),
            (self.accountant, False),
            (self.plain_user, False),
            (self.env.ref("base.public_user").sudo(), False),
        ):
            with self.subTest(user=user):
                found = self.env["credit.profile"]._find_by_login(mine.id, user)
                self.assertEqual(bool(found), may)
        others = self.others["credit.profile"]
        self.assertFalse(others._find_by_login(others.id, self.collector))

    def test_a_colleague_opens_the_page_by_login(self):
        mine = self.mine["credit.profile"]
        action = self.seen_by(self.collector, mine).action_open_portal()
        self.assertEqual(action["url"], f"/my/credit/{mine.id}")
        with self.assertRaises(AccessError):
            self.seen_by(self.plain_user, mine).action_open_portal()
