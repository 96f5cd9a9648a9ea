from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CreditControlCommon
from .security_common import SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
class TestLink(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.make_profile(cls.make_customer())
        cls.links = cls.env["credit.link"]
        cls.link = cls.links._issue(cls.profile, "dossier", 7)

    def token(self, link=None):
        return (link or self.link)._path().rpartition("/")[2]

    def test_a_link_is_found_by_its_token_alone(self):
        self.assertEqual(self.links._find(self.token()), self.link)
        self.assertIn(self.token(), self.link.url)
        self.assertEqual(self.link._record(), self.profile)

    def test_a_changed_token_finds_nothing(self):
        token = self.token()
        other = self.token(self.links._issue(self.profile, "dossier", 7))
        for wrong in (
            "",
            "x",
            "é",
            "AQ",
            token[:-4],
            token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
            token[:40] + other[40:],
        ):
            with self.subTest(token=wrong):
                self.assertFalse(self.links._find(wrong))

    def test_expired_and_revoked_links_find_nothing(self):
        token = self.token()
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.assertFalse(self.links._find(token))
        self.assertEqual(self.links._find(token), self.link)
        self.link.action_revoke()
        self.assertFalse(self.links._find(token))
        self.assertFalse(self.link.url)
        self.assertFalse(self.link.is_valid)

    def test_shortening_a_link_counts_though_its_token_says_otherwise(self):
        token = self.token()
        self.link.sudo().date_expiry = fields.Datetime.now() - timedelta(days=1)
        self.assertFalse(self.links._find(token))

    def test_the_number_of_a_link_used_again_opens_nothing(self):
        token = self.token()
        self.link.sudo().key = "of another link"
        self.assertFalse(self.links._find(token))

    def test_a_link_ends_with_its_record(self):
        promise = self.env["credit.promise"].create(
            {"profile_id": self.profile.id, "amount": 5, "date": self.today}
        )
        token = self.token(self.links._issue(promise, "dossier", 7))
        self.assertTrue(self.links._find(token))
        promise.unlink()
        self.assertFalse(self.links._find(token))

    def test_search_by_validity(self):
        self.assertIn(self.link, self.links.search([("is_valid", "=", True)]))
        self.assertNotIn(self.link, self.links.search([("is_valid", "=", False)]))
        self.link.action_revoke()
        self.assertIn(self.link, self.links.search([("is_valid", "!=", True)]))

    def test_the_links_of_a_record(self):
        self.assertEqual(self.links._of(self.profile, "dossier"), self.link)
        self.assertFalse(self.links._of(self.profile, "dispute_question"))

    def test_a_link_needs_days(self):
        with self.assertRaisesRegex(UserError, "between 1 and"):
            self.links._make(self.profile, "dossier", 0)

    def test_a_form_is_taken_once(self):
        nonce = self.link._nonce()
        self.assertFalse(self.link._take_answer("x"))
        self.assertFalse(self.link._take_answer(None))
        self.assertTrue(self.link._take_answer(nonce))
        self.assertFalse(self.link._take_answer(nonce))
        self.assertTrue(self.link._take_answer(self.link._nonce()))
        self.assertEqual(self.link.answer_count, 2)

    def test_uses_are_counted(self):
        self.link._trace()
        self.link._trace()
        self.assertEqual(self.link.use_count, 2)
        self.assertTrue(self.link.date_used)

    def test_links_follow_a_merged_customer(self):
        other = self.make_profile(self.make_customer("Other"))
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.profile.partner_id + other.partner_id).ids, other.partner_id
        )
        self.assertEqual(self.link.profile_id, other)


@tagged("post_install", "-at_install", "credit_control")
class TestLinkRights(SecurityCommon):
    def link_of(self, records):
        return self.env["credit.link"]._issue(records["credit.profile"], "dossier", 7)

    def test_who_reads_and_revokes(self):
        mine, other = self.link_of(self.mine), self.link_of(self.others)
        self.assertTrue(self.can(self.collector, mine, "read"))
        self.assertFalse(self.can(self.collector, other, "read"))
        self.assertTrue(self.can(self.manager, other, "read"))
        for user in (self.sales_reader, self.plain_user, self.accountant):
            self.assertFalse(self.can(user, mine, "read"))
        for user in (self.collector, self.manager, self.auditor):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(self.can(user, mine, operation))
        for user, link in ((self.collector, other), (self.auditor, mine)):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.seen_by(user, link).action_revoke()
        self.seen_by(self.collector, mine).action_revoke()
        self.assertTrue(mine.is_revoked)

    def test_an_auditor_has_no_link_to_use(self):
        mine = self.link_of(self.mine)
        self.assertTrue(self.can(self.auditor, mine, "read"))
        with self.assertRaises(AccessError):
            self.seen_by(self.auditor, mine).read(["url"])
        self.assertTrue(self.seen_by(self.collector, mine).url)
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, mine).read(["key"])

    def test_a_link_is_made_of_what_one_may_read(self):
        links = self.env["credit.link"].with_user(self.collector)
        with self.assertRaises(AccessError):
            links._make(
                self.seen_by(self.collector, self.others["credit.profile"]),
                "dossier",
                7,
            )


@tagged("post_install", "-at_install", "credit_control")
class TestLinkPage(CreditControlCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.make_profile(cls.make_customer())
        cls.link = cls.env["credit.link"]._issue(cls.profile, "dispute_question", 7)

    @mute_logger("odoo.addons.credit_control.models.credit_link")
    def test_wrong_expired_and_revoked_look_alike(self):
        path = self.link._path()
        self.link.action_revoke()
        expired = self.env["credit.link"]._issue(self.profile, "dispute_question", 1)
        expired.sudo().date_expiry = fields.Datetime.now() - timedelta(days=1)
        pages = []
        for url in (path, expired._path(), path[:-5], "/credit/link/x"):
            response = self.url_open(url)
            self.assertEqual(response.status_code, 404)
            self.assertIn("This link is not valid", response.text)
            self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(response.headers["Cache-Control"], "no-store")
            self.assertIn("noindex", response.headers["X-Robots-Tag"])
            self.assertNotIn("Set-Cookie", response.headers)
            pages.append(response.text)
        self.assertEqual(len(set(pages)), 1)

    def test_the_page_that_says_no_is_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        response = self.url_open(
            "/credit/link/x", headers={"Accept-Language": "fr-FR,fr;q=0.9"}
        )
        self.assertIn('lang="fr-FR"', response.text)
