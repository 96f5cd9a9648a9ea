import re

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .portal_request_common import PDF, SCRIPT, PortalRequestCommon


@tagged("post_install", "-at_install", "credit_control")
class TestRequestPages(PortalRequestCommon, HttpCase):
    """The forms as a browser without scripts uses them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base = f"/credit/{cls.profile._portal_token()}"
        cls.env.flush_all()

    def hidden(self, page, name):
        return re.search(f'name="{name}" value="([^"]+)"', page.text)[1]

    def form(self, kind, base=None, query=""):
        return self.url_open(f"{base or self.base}/request/{kind}{query}")

    def send(self, kind, page=None, base=None, files=(), **values):
        page = page or self.form(kind, base)
        data = {"nonce": self.hidden(page, "nonce"), **values}
        if 'name="csrf_token"' in page.text:
            data.setdefault("csrf_token", self.hidden(page, "csrf_token"))
        return self.url_open(
            f"{base or self.base}/request/{kind}",
            data=data,
            files=[("files", file) for file in files] or None,
            allow_redirects=False,
        )

    def follow(self, response):
        self.assertEqual(response.status_code, 303)
        return self.url_open(response.headers["Location"])

    def said(self):
        self.env.invalidate_all()
        domain = [("profile_id", "=", self.profile.id)]
        return self.env["credit.portal.request"].search(domain)

    # === FORMS === #
    def test_looking_changes_nothing(self):
        for kind in ("promise", "plan", "dispute", "paid", "contact"):
            with self.subTest(kind=kind):
                page = self.form(kind)
                self.assertEqual(page.status_code, 200)
                self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(page.headers["Cache-Control"], "no-store")
                self.assertIn('method="post"', page.text)
        self.assertFalse(self.said())

    def test_the_items_marked_on_the_page_are_marked_in_the_form(self):
        page = self.form("promise", query=f"?item={self.line.id}")
        marked = re.findall(r'value="(\d+)"[^>]* checked', page.text)
        self.assertEqual(marked, [str(self.line.id)])
        page = self.form("promise")
        marked = re.findall(r'value="(\d+)"[^>]* checked', page.text)
        self.assertEqual(len(marked), 3)

    def test_a_promise(self):
        response = self.send(
            "promise",
            item=self.lines.ids,
            date=str(self.days(4)),
            note=f"We pay {SCRIPT}",
        )
        page = self.follow(response)
        request = self.said()
        self.assertEqual(request.move_line_ids, self.lines)
        self.assertEqual((request.amount, request.state), (1500, "new"))
        self.assertFalse(request.author_id)
        self.assertIn("Thank you for telling us", page.text)
        self.assertIn("We are looking at it", page.text)
        self.assertIn("we are looking at it", page.text)
        self.assertIn("$ 1,500.00".replace(" ", "\xa0"), page.text)
        self.assertNotIn("<script>alert", page.text)

    def test_the_same_form_twice(self):
        page = self.form("promise")
        first = self.send("promise", page, item=self.line.ids, date=str(self.days(4)))
        again = self.send("promise", page, item=self.line.ids, date=str(self.days(4)))
        self.assertEqual(first.headers["Location"], again.headers["Location"])
        self.assertEqual(len(self.said()), 1)

    def test_an_error_keeps_what_was_typed(self):
        response = self.send(
            "promise",
            item=self.line.ids,
            date=str(self.days(-4)),
            amount=f"12{SCRIPT}",
            note=f"My words </textarea>{SCRIPT}",
        )
        self.assertEqual(response.status_code, 422)
        self.assertIn("Choose a day between today and", response.text)
        self.assertIn("My words &lt;/textarea&gt;", response.text)
        self.assertIn(f'value="{self.days(-4)}"', response.text)
        self.assertNotIn("<script>alert", response.text)
        self.assertNotIn("<img src=x", response.text)
        marked = re.findall(r'value="(\d+)"[^>]* checked', response.text)
        self.assertEqual(marked, [str(self.line.id)])
        self.assertFalse(self.said())

    def test_a_dispute_with_script_and_a_document(self):
        files = [
            ("slip.pdf", PDF, "text/html"),
            ("../x.txt", b"<script>alert(1)</script>", "text/html"),
        ]
        response = self.send(
            "dispute",
            files=files,
            item=self.line.id,
            reason=self.price.id,
            note=SCRIPT,
            amount="12,50",
        )
        page = self.follow(response)
        request = self.said()
        self.assertEqual((request.amount, request.note), (12.5, SCRIPT))
        names = request.attachment_ids.mapped("name")
        self.assertEqual(sorted(names), ["slip.pdf", "x.txt"])
        self.assertNotIn("<script>alert", page.text)
        self.authenticate("credit_collector", "credit_collector")
        for attachment in request.attachment_ids:
            got = self.url_open(f"/web/content/{attachment.id}")
            self.assertEqual(got.status_code, 200)
            self.assertEqual(got.headers["Content-Type"], "application/octet-stream")
            self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")

    @mute_logger("odoo.http")
    def test_files_are_for_nobody_else(self):
        self.follow(
            self.send(
                "dispute",
                files=[("slip.pdf", PDF, "application/pdf")],
                item=self.line.id,
                reason=self.price.id,
                note="x",
            )
        )
        path = f"/web/content/{self.said().attachment_ids.id}"
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_dangerous_and_huge_files(self):
        for file, words in (
            (("x.html", b"<html/>", "application/pdf"), "cannot be taken"),
            (("x.pdf", PDF + b"0" * 5 * 1024 * 1024, "application/pdf"), "too large"),
        ):
            response = self.send(
                "dispute",
                files=[file],
                item=self.line.id,
                reason=self.price.id,
                note="My words",
            )
            self.assertEqual(response.status_code, 422)
            self.assertIn(words, response.text)
            self.assertIn("My words", response.text)
            self.assertIn("choose the files again", response.text)
        self.assertFalse(self.said())

    @mute_logger("odoo.http")
    def test_more_than_a_form_may_have(self):
        response = self.send(
            "dispute", files=[("x.pdf", PDF + b"0" * 28 * 1024 * 1024, "x/x")]
        )
        self.assertEqual(response.status_code, 413)
        self.assertNotIn("Traceback", response.text)
        self.assertFalse(self.said())

    def test_a_contact(self):
        response = self.send(
            "contact", contact_name="Bea", contact_email="bea@customer.example"
        )
        self.assertEqual(self.follow(response).status_code, 200)
        self.assertEqual(self.said().contact_email, "bea@customer.example")

    # === WHO MAY === #
    @mute_logger("odoo.http")
    def test_wrong_addresses(self):
        for base in (
            "/credit/wrong",
            self.base[:-3] + "abc",
            f"/credit/{self.profile._portal_token(days=-1)}",
        ):
            page = self.url_open(f"{base}/request/promise")
            self.assertEqual(page.status_code, 404)
            sent = self.url_open(f"{base}/request/promise", data={"nonce": "x" * 20})
            self.assertEqual(sent.status_code, 404)
        self.assertEqual(self.form("nonsense").status_code, 404)
        page = self.form("promise", base=f"/my/credit/{self.profile.id}")
        self.assertIn("/web/login", page.url)

    def test_items_of_somebody_else(self):
        other = self.receivables(self.make_invoice(self.make_customer("Other"), 70, -3))
        response = self.send("promise", item=other.ids, date=str(self.days(4)))
        self.assertEqual(response.status_code, 422)
        self.assertNotIn(other.move_id.name, response.text)
        self.assertFalse(self.said())

    @mute_logger("odoo.http")
    def test_taking_back(self):
        request = self.promise()
        other = self.env["credit.portal.request"].sudo().create(
            {
                "profile_id": self.make_profile(self.make_customer("Other")).id,
                "kind": "contact",
            }
        )
        path = f"{self.base}/request/{request.id}/withdraw"
        self.assertEqual(self.url_open(path).status_code, 405)  # a look
        self.follow(self.url_open(path, data={"x": "1"}, allow_redirects=False))
        self.follow(self.url_open(path, data={"x": "1"}, allow_redirects=False))
        self.env.invalidate_all()
        self.assertEqual(request.state, "withdrawn")
        path = f"{self.base}/request/{other.id}/withdraw"
        self.assertEqual(self.url_open(path, data={"x": "1"}).status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(other.state, "new")

    # === WITH A LOGIN === #
    def login(self):
        user = new_test_user(
            self.env, login="carl", groups="base.group_portal", name="Carl"
        )
        user.partner_id.parent_id = self.customer
        self.authenticate("carl", "carl")
        return user

    def test_a_login_needs_the_token_of_its_session(self):
        user = self.login()
        base = f"/my/credit/{self.profile.id}"
        values = {"item": self.line.ids, "date": str(self.days(4))}
        response = self.send("promise", base=base, csrf_token="wrong", **values)
        self.assertEqual(response.status_code, 422)
        self.assertIn("session has expired", response.text)
        self.assertFalse(self.said())
        page = self.follow(self.send("promise", base=base, **values))
        self.assertIn("Thank you for telling us", page.text)
        self.assertEqual(self.said().author_id, user.partner_id)

    @mute_logger("odoo.http")
    def test_a_login_reaches_no_other_customer(self):
        self.login()
        other = self.make_profile(self.make_customer("Other"))
        page = self.form("promise", base=f"/my/credit/{other.id}")
        self.assertEqual(page.status_code, 404)

    # === WHAT BECAME OF IT === #
    def test_the_answer_is_read_on_the_page(self):
        self.refuse(self.promise(), f"Pay now {SCRIPT}")
        dispute = self.dispute(amount="100", lines=self.lines[1])
        self.accept(dispute)
        self.env.flush_all()
        page = self.url_open(self.base)
        self.assertIn("Not agreed", page.text)
        self.assertIn("Pay now", page.text)
        self.assertIn("We are looking into it.", page.text)
        self.assertNotIn("<script>alert", page.text)
        self.result(dispute).action_reject()
        self.env.flush_all()
        self.assertIn("cannot agree", self.url_open(self.base).text)

    def test_in_the_customer_s_language(self):
        words = {"fr_FR": "Quand paierez-vous", "de_DE": "Wann zahlen Sie"}
        for lang, title in words.items():
            self.speak(lang)
            self.env.flush_all()
            with self.subTest(lang=lang):
                self.assertIn(title, self.form("promise").text)
