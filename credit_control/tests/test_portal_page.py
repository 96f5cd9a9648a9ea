import io
import zipfile
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import unquote

from freezegun import freeze_time
from lxml import html

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..controllers import portal
from ..models import credit_profile_portal
from ..models import credit_profile_portal_files as files
from .common import CreditControlCommon

# written by the server itself, whatever is looked at
NOT_OURS = ("ir_logging", "bus_presence", "bus_bus", "orm_signaling_%")
PARTS = (
    "",
    "/statement.pdf",
    "/statement.xlsx",
    "/statement.pdf?full=1",
    "/invoice/%s.pdf",
    "/invoices.zip",
)


@tagged("post_install", "-at_install", "credit_control")
class TestPortalPage(CreditControlCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("fr_FR", "de_DE"):
            cls.env["res.lang"]._activate_lang(lang)
        modules = cls.env["ir.module.module"]
        modules._load_module_terms(["credit_control"], ["fr_FR", "de_DE"])
        cls.customer = cls.make_customer("Buyer", contacts=["Ann Payer"], lang="en_US")
        cls.late = cls.make_invoice(cls.customer, 100, -40, ref="Order 7")
        cls.soon = cls.make_invoice(cls.customer.child_ids, 50, 9)
        cls.profile = cls.make_profile(cls.customer, user_id=cls.env.user.id)
        cls.stranger = cls.make_customer("Stranger")
        cls.strange = cls.make_invoice(cls.stranger, 999, -9)
        cls.base = f"/credit/{cls.profile._portal_token()}"

    def get(self, part="", base=None, **options):
        return self.url_open(f"{base or self.base}{part}", **options)

    def text(self, response):
        page = html.fromstring(response.text)
        return " ".join(page.find_class("o_credit_portal")[0].text_content().split())

    def login(self, name="buyer_login", partner=None):
        user = new_test_user(self.env, login=name, groups="base.group_portal")
        user.partner_id = partner or self.customer.child_ids
        self.authenticate(name, name)
        return user

    def paths(self):
        for part in PARTS:
            yield part % self.late.id if "%s" in part else part

    def snapshot(self):
        """Return what tells every change of every table."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
                "AND NOT tablename LIKE ANY(%s)",
                list(NOT_OURS),
            )
        )
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, count(*), sum(hashtext(ctid::text)::bigint) FROM %s",
                    name,
                    SQL.identifier(name),
                )
                for (name,) in tables
            )
        )

    # === THE PAGE === #
    def test_what_it_shows(self):
        response = self.get()
        self.assertEqual(response.status_code, 200)
        text = self.text(response)
        for word in (
            "Your account",
            "Buyer",
            self.env.company.name,
            self.env.user.name,
            self.late.name,
            "Order 7",
            "40 days late",
            self.soon.name,
            "Comes due",
        ):
            self.assertIn(word, text)
        self.assertLess(text.rindex("Overdue"), text.index("Comes due"))
        self.assertNotIn(self.strange.name, text)
        boxes = html.fromstring(response.text).xpath("//input[@name='item']")
        self.assertEqual(
            {int(box.get("value")) for box in boxes},
            set(self.receivables(self.late + self.soon).ids),
        )
        self.assertEqual(boxes[0].get("data-residual"), "100.0")

    def test_the_headers_keep_the_address_to_itself(self):
        for part in self.paths():
            with self.subTest(part=part):
                headers = self.get(part).headers
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(headers["Cache-Control"], "no-store")
                self.assertIn("noindex", headers["X-Robots-Tag"])
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("frame-ancestors 'none'", str(headers))

    def test_nothing_open(self):
        profile = self.make_profile(self.make_customer("Paid up"))
        response = self.get(base=f"/credit/{profile._portal_token()}")
        self.assertIn("Nothing is open: thank you", self.text(response))
        self.assertNotIn("invoices.zip", response.text)

    def test_looking_changes_nothing(self):
        self.get()  # the first look makes the files of styles and scripts
        before = self.snapshot()
        for part in self.paths():
            response = self.get(part, headers={"User-Agent": "scanner"})
            self.assertEqual(response.status_code, 200, part)
            self.assertEqual(self.url_open(f"{self.base}{part}").status_code, 200)
        after = self.snapshot()
        self.assertEqual([row for row in after if row not in before], [])
        self.assertEqual(len(after), len(before))

    def test_only_a_page_that_is_seen_counts(self):
        self.assertEqual(self.get("/seen").status_code, 405)
        self.assertFalse(self.profile.portal_seen)
        with (
            patch.object(portal._logger, "info") as access,
            patch.object(credit_profile_portal._logger, "info") as seen,
        ):
            response = self.url_open(f"{self.base}/seen", data={"x": "1"})
        self.assertEqual(response.status_code, 204)
        logs = access.call_args_list + seen.call_args_list
        self.assertEqual(len(logs), 2)
        self.profile.invalidate_recordset()
        self.assertTrue(self.profile.portal_seen)
        self.assertNotIn(self.base.rpartition("/")[2], str(logs))

    def test_a_thousand_looks_of_ten_queries(self):
        """The page costs the same whatever the number of invoices."""
        counts = []
        for number in (1, 9):
            for _n in range(number):
                self.make_invoice(self.customer, 10, -5)
            self.env.flush_all()
            self.get()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # === WHO MAY NOT === #
    @mute_logger("odoo.addons.credit_control.models.credit_profile_portal")
    def test_wrong_expired_revoked_and_archived_look_alike(self):
        pages = set()
        revoked = self.base
        self.profile.action_renew_portal_key()
        pages.add(self.refused(revoked))
        archived = f"/credit/{self.profile._portal_token()}"
        self.profile.active = False
        pages.add(self.refused(archived))
        pages.add(self.refused("/credit/x"))
        pages.add(self.refused(f"{archived}/statement.pdf"))
        pages.add(self.refused(f"{archived}/invoices.zip"))
        pages.add(self.refused(f"{archived}/invoice/{self.late.id}.pdf"))
        self.profile.active = True
        with freeze_time(self.days(70)):
            pages.add(self.refused(archived))
        self.assertEqual(len(pages), 1)

    def refused(self, path, headers=None):
        response = self.url_open(path, headers=headers)
        self.assertEqual(response.status_code, 404, path)
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        return response.text

    def test_who_is_refused_reads_it_in_his_language(self):
        for wanted, lang, words in (
            ("fr-FR,fr;q=0.9", "fr-FR", "Ce lien n"),
            ("de-AT,de;q=0.9", "de-DE", "Dieser Link ist nicht"),
            ("en", "en-US", "This link is not valid"),
        ):
            page = self.refused("/credit/x", {"Accept-Language": wanted})
            self.assertIn(f'lang="{lang}"', page)
            self.assertIn(words, page)

    def test_documents_of_others_are_not_found(self):
        draft = self.make_invoice(self.customer, 5, 5, post=False)
        bill = self.make_invoice(self.customer, 5, -9, move_type="in_invoice")
        for move in (self.strange, draft, bill):
            self.refused(f"{self.base}/invoice/{move.id}.pdf")
        self.refused(f"{self.base}/invoice/{2**31 - 1}.pdf")

    # === DOCUMENTS === #
    def test_the_statement(self):
        response = self.get("/statement.pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertTrue(response.content.startswith(b"%PDF"))
        response = self.get("/statement.xlsx")
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            self.assertIn(self.late.name, book.read("xl/sharedStrings.xml").decode())
        name = unquote(response.headers["Content-Disposition"])
        self.assertIn("Statement of Buyer.xlsx", name)
        self.customer.lang = "fr_FR"
        name = self.get("/statement.xlsx").headers["Content-Disposition"]
        self.assertNotIn("Statement", name)

    def test_an_invoice(self):
        response = self.get(f"/invoice/{self.late.id}.pdf")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(self.late.name.replace("/", "_"), str(response.headers))

    def test_all_invoices(self):
        names = self.zip_names()
        self.assertEqual(len(names), 2)
        for move in self.late + self.soon:
            self.assertTrue(any(move.name.replace("/", "_") in n for n in names))

    def test_a_file_of_invoices_has_a_limit_and_says_so(self):
        for limit in ("MAX_DOCUMENTS", "MAX_PRINTED", "MAX_BYTES"):
            with self.subTest(limit=limit), patch.object(files, limit, 1):
                response = self.get("/invoices.zip")
                with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
                    text = archive.read("Not in this file.txt").decode()
                self.assertIn(self.soon.name, text)
                self.assertIn("one by one", text)

    def zip_names(self):
        response = self.get("/invoices.zip")
        self.assertEqual(response.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            self.assertFalse(archive.testzip())
            return archive.namelist()

    # === LANGUAGES === #
    def test_it_speaks_the_customer_s_language(self):
        for lang, words in (
            ("fr_FR", ("Votre compte", "Échu", "40 jours de retard")),
            ("de_DE", ("Ihr Konto", "Überfällig", "40 Tage überfällig")),
        ):
            self.customer.lang = lang
            text = self.text(self.get())
            for word in words:
                self.assertIn(word, text)

    def test_the_reader_chooses_another(self):
        self.assertIn("Votre compte", self.text(self.get("?lang=fr_FR")))
        self.assertIn("Votre compte", self.text(self.get()))
        self.assertIn("Ihr Konto", self.text(self.get("?lang=de_DE")))
        self.assertIn("Ihr Konto", self.text(self.get("?lang=xx_XX")))

    # === WITH A LOGIN === #
    def test_a_contact_sees_the_whole_entity(self):
        self.login()
        for path in ("/my/credit", f"/my/credit/{self.profile.id}"):
            response = self.url_open(path)
            text = self.text(response)
            self.assertIn(self.late.name, text)
            self.assertIn(self.soon.name, text)
            self.assertIn(f"/my/credit/{self.profile.id}/statement.pdf", response.text)
            self.assertNotIn("/credit/A", response.text)
        for part in self.paths():
            response = self.url_open(f"/my/credit/{self.profile.id}{part}")
            self.assertEqual(response.status_code, 200, part)

    def test_a_login_sees_nobody_else(self):
        other = self.make_profile(self.stranger)
        self.login()
        for part in self.paths():
            self.refused(f"/my/credit/{other.id}{part}")
        self.refused(f"/my/credit?profile={other.id}")
        self.refused(f"/my/credit/{2**31 - 1}")
        self.refused(f"/my/credit/{self.profile.id}/invoice/{self.strange.id}.pdf")

    def test_without_a_login_one_is_asked_for_it(self):
        for part in self.paths():
            response = self.url_open(
                f"/my/credit/{self.profile.id}{part}", allow_redirects=False
            )
            self.assertEqual(response.status_code, 303)
            self.assertIn("/web/login?redirect=", response.headers["Location"])
        response = self.url_open("/my/credit", allow_redirects=False)
        self.assertIn("/web/login", response.headers["Location"])

    def test_every_company_of_the_customer(self):
        data = self.make_second_company()
        self.make_invoice(self.customer, 77, -3, company_data=data)
        user = self.login()
        profiles = self.env["credit.profile"]
        self.assertEqual(profiles._portal_unopened(user), data["company"])
        response = self.url_open("/my/credit")
        self.assertIn(data["company"].name, self.text(response))
        self.assertNotIn("77.00", self.text(response))
        form = html.fromstring(response.text).xpath(
            "//form[contains(@action, '/my/credit/company/')]"
        )[0]
        token = form.xpath(".//input[@name='csrf_token']/@value")[0]
        response = self.url_open(form.get("action"), data={"csrf_token": token})
        self.assertIn("77", self.text(response))
        second = profiles.sudo().search([("company_id", "=", data["company"].id)])
        self.assertEqual(second.partner_id, self.customer)
        self.assertFalse(profiles._portal_unopened(user))
        self.assertIn("77", self.text(self.url_open(f"/my/credit?profile={second.id}")))
        response = self.url_open(form.get("action"), data={"csrf_token": token})
        self.assertEqual(response.status_code, 404)

    def test_a_login_without_an_account(self):
        self.login("nobody_login", self.make_customer("Nobody"))
        text = self.text(self.url_open("/my/credit"))
        self.assertIn("Nothing is open: thank you", text)
        self.assertNotIn("o_credit_portal", self.url_open("/my").text)

    def test_a_colleague_looks_but_does_nothing(self):
        for name, groups, status in (
            ("credit_viewer", "credit_control.group_collector_all", 200),
            ("credit_outsider", "base.group_user", 404),
        ):
            new_test_user(self.env, login=name, groups=f"base.group_user,{groups}")
            self.authenticate(name, name)
            path = f"/my/credit/{self.profile.id}"
            response = self.url_open(path)
            self.assertEqual(response.status_code, status)
            self.assertEqual("data-preview" in response.text, status == 200)
            response = self.url_open(f"{path}/seen", data={"x": "1"})
            self.assertEqual(response.status_code, 404)
            self.assertIn("Nothing is open", self.url_open("/my/credit").text)
        self.profile.invalidate_recordset()
        self.assertFalse(self.profile.portal_seen)

    def test_the_card_on_the_portal_s_home(self):
        self.login()
        page = self.url_open("/my").text
        self.assertIn('href="/my/credit"', page)
        counters = ["credit_overdue_count", "credit_overdue_amount"]
        found = self.make_jsonrpc_request("/my/counters", {"counters": counters})
        self.assertEqual(found["credit_overdue_count"], 1)
        self.assertIn("100.00", found["credit_overdue_amount"])

    def test_the_visit_of_a_login(self):
        self.login()
        later = self.profile.create_date + timedelta(days=1)
        with freeze_time(later):
            self.url_open(f"/my/credit/{self.profile.id}/seen", data={"x": "1"})
        self.profile.invalidate_recordset()
        self.assertTrue(self.profile.portal_seen)
