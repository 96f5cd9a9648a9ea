import inspect
import json
from collections import defaultdict
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.http import Controller
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import hash_sign

from ..controllers import portal_guard
from ..models.credit_profile_portal import SCOPE
from .portal_common import LOGIN, OTHER_ROUTES, PARTS, TOKEN, PortalSafetyCommon

HUGE = (2**31, 2**63, 10**25)


@tagged("post_install", "-at_install", "credit_control")
class TestPortalRoutes(PortalSafetyCommon):
    """Who may not see a page, on each of its routes."""

    def test_every_route_is_known_here(self):
        found = {
            rule.rule
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.rule.startswith(("/credit/", "/my/credit"))
        }
        expected = {base + part for part in PARTS for base in (TOKEN, LOGIN)}
        self.assertEqual(found, expected | OTHER_ROUTES)

    def test_no_part_hides_a_method_of_another(self):
        """The parts of the page become one class: their names must differ."""
        owners = defaultdict(list)
        for parts in Controller.children_classes.values():
            for part in parts:
                if part.__module__.startswith("odoo.addons.credit_control.controllers"):
                    for name, value in vars(part).items():
                        if inspect.isfunction(value):
                            owners[name].append(value)
        for name, functions in owners.items():
            ours = [f for f in functions if ".portal" in f.__module__]
            for function in set(ours[1:]):
                code = inspect.getsource(function)
                with self.subTest(name=name, module=function.__module__):
                    self.assertIn("super()", code)

    def test_without_a_login(self):
        for part, method in self.parts():
            with self.subTest(part=part, method=method):
                response = self.ask(f"/my/credit/{self.profile.id}{part}", method)
                self.assertDecent(response, 303)
                self.assertIn("/web/login", response.headers["Location"])
                self.assertFalse(response.text.count(self.customer.name))
        response = self.ask("/my/credit")
        self.assertIn("/web/login", response.headers["Location"])
        with mute_logger("odoo.http"):
            response = self.ask(f"/my/credit/company/{self.env.company.id}", "POST")
        self.assertIn(response.status_code, (303, 400))

    def test_the_login_of_another_customer(self):
        self.login(self.other)
        for part, method in self.parts():
            with self.subTest(part=part, method=method):
                path = f"/my/credit/{self.profile.id}{part}"
                self.assertRefused(self.ask(path, method), method)
        response = self.url_open(f"/my/credit?profile={self.profile.id}")
        self.assertEqual(response.status_code, 404)
        self.assertNotIn(self.move.name, response.text)

    def assertRefused(self, response, method, *statuses):
        self.assertDecent(response, *(statuses or (404,)))
        if method == "JSON":
            self.assertFalse(response.json()["error"]["data"]["debug"])
        else:
            self.assertIn("This link is not valid", response.text)
        self.assertNotIn(self.move.name, response.text)

    # === TOKENS === #
    def wrong_tokens(self):
        token = self.token
        own = self.profile
        digest = own._portal_digest()
        env = own.sudo().env
        yield "truncated", token[:-6]
        yield "one letter", token[:30] + ("A" if token[30] != "A" else "B") + token[31:]
        yield "unicode", "é漢字🎉"
        yield "zero", "%00%00"
        yield "percent", "%ff%fe"
        yield "huge", "A" * 7000
        yield "short", "x"
        yield "no key", hash_sign(env, SCOPE, [own.id, "account", "0" * len(digest)])
        yield "no list", hash_sign(env, SCOPE, "account")
        yield "huge id", hash_sign(env, SCOPE, [2**70, "account", digest])
        yield (
            "of a link",
            hash_sign(env, "credit_control.link", [own.id, "account", digest]),
        )
        with freeze_time(self.today - timedelta(days=400)):
            expired = own._portal_token()
        yield "expired", expired

    def test_wrong_tokens_on_each_route(self):
        for name, token in self.wrong_tokens():
            for part, method in self.parts():
                with self.subTest(token=name, part=part, method=method):
                    response = self.ask(f"/credit/{token}{part}", method)
                    self.assertRefused(response, method)

    def test_revoked_and_archived(self):
        self.profile.action_renew_portal_key()
        self.env.flush_all()
        for part, method in self.parts():
            with self.subTest(part=part, method=method):
                self.assertRefused(self.ask(f"{self.base}{part}", method), method)
        base = f"/credit/{self.profile._portal_token()}"
        self.assertEqual(self.ask(base).status_code, 200)
        self.profile.active = False
        self.env.flush_all()
        for part, method in self.parts():
            with self.subTest(part=part, method=method):
                self.assertRefused(self.ask(f"{base}{part}", method), method)

    # === CHANGED NUMBERS === #
    def test_numbers_of_others(self):
        transaction = self.start(
            self.lines(self.other_move), profile=self.other_profile
        )
        self.env.flush_all()
        self.login()
        for base in (self.base, f"/my/credit/{self.profile.id}"):
            for part in (
                f"/invoice/{self.other_move.id}.pdf",
                f"/payment/{transaction.id}",
            ):
                with self.subTest(part=part, base=base[:8]):
                    self.assertRefused(self.ask(base + part), "GET")
        line = self.lines(self.other_move).id
        response = self.ask(f"{self.base}/pay?item={line}")
        self.assertDecent(response, 422)
        response = self.ask(f"{self.base}/request/promise?item={line}")
        self.assertDecent(response, 200)

    def test_numbers_that_cannot_be(self):
        self.login()
        own = f"/my/credit/{self.profile.id}"
        for number in HUGE:
            for part, method in self.parts(number=number):
                if str(number) not in part:
                    continue
                for base in (self.base, own):
                    with self.subTest(part=part, base=base[:8]):
                        self.assertRefused(self.ask(base + part, method), method)
            self.assertRefused(self.ask(f"/my/credit/{number}"), "GET")
            self.assertRefused(self.ask(f"/my/credit?profile={number}"), "GET")
            for query in (f"pay?item={number}", f"pay?item=x&item={number}"):
                self.assertDecent(self.ask(f"{self.base}/{query}"), 422)
            for query in (
                f"request/promise?item={number}",
                f"?said={number}",
                f"?lang={number}",
            ):
                self.assertDecent(self.ask(f"{self.base}/{query}"), 200, 404)

    def test_a_colleague_tries_numbers(self):
        self.authenticate(self.env.user.login, self.env.user.login)
        for number in (0, *HUGE):
            for part, method in self.parts("GET"):
                with self.subTest(number=number, part=part):
                    path = f"/my/credit/{number}{part}"
                    self.assertRefused(self.ask(path, method), method)

    # === LOOKING === #
    def test_looking_writes_nothing(self):
        paths = [f"{self.base}{part}" for part, _method in self.parts("GET")]
        paths.append(f"{self.base}/pay?item={self.lines(self.move).id}")
        for path in paths:
            self.ask(path)  # the first look makes the files of styles and scripts
        for path in paths:
            with self.subTest(path=path[-40:]), self.assertNothingWritten():
                self.ask(path)

    def test_headers_of_every_answer(self):
        for part, method in self.parts("GET", "POST"):
            response = self.ask(f"{self.base}{part}", method)
            with self.subTest(part=part, method=method):
                self.assertLess(response.status_code, 500)
                self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(response.headers["Cache-Control"], "no-store")


@tagged("post_install", "-at_install", "credit_control")
class TestPortalFlood(PortalSafetyCommon):
    """Fifty tries a second."""

    def tries(self, path, count=50, **options):
        """Open an address again and again; return the answers by status."""
        found = defaultdict(list)
        for _try in range(count):
            response = self.url_open(path, allow_redirects=False, **options)
            found[response.status_code].append(response)
        return found

    def assertBusy(self, responses):
        for response in responses:
            self.assertDecent(response, 429)
            self.assertGreater(int(response.headers["Retry-After"]), 0)
            self.assertIn("asked for too often", response.text)

    def test_wrong_links(self):
        for path in ("/credit/wrong", "/credit/link/wrong"):
            portal_guard.forget_tries()
            found = self.tries(path)
            self.assertEqual(set(found), {404, 429})
            self.assertEqual(len(found[404]), portal_guard.WRONG.limit)
            for response in found[429]:
                self.assertGreater(int(response.headers["Retry-After"]), 0)
                self.assertIn("asked for too often", response.text)
            # whoever has the right link is let in, from the same address too
            self.assertEqual(self.url_open(self.base).status_code, 200)

    def test_another_address_is_not_counted_with_them(self):
        self.tries("/credit/wrong")
        with patch.object(portal_guard, "address", lambda: ("db", "192.0.2.9")):
            self.assertEqual(self.url_open("/credit/wrong").status_code, 404)

    def test_after_the_time_one_may_try_again(self):
        found = self.tries("/credit/wrong")
        wait = int(found[429][0].headers["Retry-After"])
        self.assertLessEqual(wait, 60)
        with freeze_time(fields.Datetime.now() + timedelta(seconds=wait)):
            self.assertEqual(self.url_open("/credit/wrong").status_code, 404)

    def test_forms_and_payments(self):
        found = self.tries(f"{self.base}/seen", data={"x": "1"})
        self.assertEqual(set(found), {204, 429})
        self.assertBusy(found[429])
        response = self.url_open(
            f"{self.base}/transaction",
            data=json.dumps({"jsonrpc": "2.0", "params": {}}),
            headers={"Content-Type": "application/json"},
        )
        self.assertDecent(response, 429)
        self.assertIn("too often", response.json()["error"]["data"]["message"])
        # looking goes on, and so does another customer
        self.assertEqual(self.url_open(self.base).status_code, 200)
        response = self.url_open(f"{self.other_base}/seen", data={"x": "1"})
        self.assertEqual(response.status_code, 204)

    def test_files_and_pages(self):
        found = self.tries(f"{self.base}/statement.xlsx")
        self.assertEqual(set(found), {200, 429})
        self.assertBusy(found[429])
        self.assertEqual(self.url_open(self.base).status_code, 200)
        with patch.object(portal_guard.LOOKS, "limit", 5):
            found = self.tries(self.base, 12)
        self.assertEqual(set(found), {200, 429})
        self.assertBusy(found[429])
        self.assertEqual(self.url_open(self.other_base).status_code, 200)

    def test_the_page_that_says_wait_is_in_the_reader_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["credit_control"], ["fr_FR"])
        headers = {"Accept-Language": "fr-FR,fr;q=0.9"}
        found = self.tries("/credit/wrong", headers=headers)
        self.assertIn("Un instant", found[429][0].text)

    def test_answers_to_a_link(self):
        link = self.question_link()
        found = self.tries(link._path(), data={"x": "1"})
        self.assertEqual(len(found[429]), 50 - portal_guard.ANSWERS.limit)
        self.assertEqual(self.url_open(link._path()).status_code, 200)


@tagged("post_install", "-at_install", "credit_control")
class TestPortalLog(PortalSafetyCommon):
    """What the server writes down."""

    def test_no_secret_in_the_log(self):
        link = self.question_link()
        with self.log() as lines:
            for part, method in self.parts():
                self.ask(f"{self.base}{part}", method)
                self.ask(f"{self.base}x{part}", method)
            self.ask(link._path())
            self.profile.action_renew_portal_key()
        text = "\n".join(lines)
        self.assertIn("Portal of profile", text)
        for secret in (
            self.token,
            self.token[24:],
            link._path().rpartition("/")[2],
            self.profile.sudo().portal_key,
            link.sudo().key,
        ):
            self.assertNotIn(secret, text)

    def test_requests_are_written_down_without_the_link(self):
        with self.log() as lines:
            self.ask(f"{self.base}/statement.xlsx")
        requests = [line for line in lines if "/statement.xlsx" in line]
        self.assertTrue(requests)
        self.assertIn("/credit/***/statement.xlsx", requests[0])
