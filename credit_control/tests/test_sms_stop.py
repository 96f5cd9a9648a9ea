import re

from lxml import html

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers.portal_guard import SECRET, forget_tries
from .sms_common import MOBILE, NUMBER, SECOND, SmsNoticeCommon


@tagged("post_install", "-at_install")
class TestSmsStop(SmsNoticeCommon):
    """Who wants no text messages: by the short link, or noted by a colleague."""

    def open(self, path, **options):
        self.env.flush_all()
        forget_tries()
        return self.url_open(path, allow_redirects=False, **options)

    def link(self, delivery, name="stop_link"):
        url = delivery._sms_links()[name]
        self.assertIn(url, delivery.sms_text)
        return url.removeprefix(delivery.get_base_url())

    def test_the_link_leads_to_the_page(self):
        delivery = self.deliver()
        path = self.link(delivery, "portal_link")
        self.assertLess(len(path), 40)
        response = self.open(path)
        self.assertEqual(response.status_code, 303)
        page = self.open(response.headers["Location"])
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, page.text)

    def test_looking_stops_nothing_asking_does(self):
        delivery = self.deliver()
        path = self.link(delivery)
        page = self.open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("No more text messages", page.text)
        self.assertNotIn(MOBILE, page.text, "shown in part only")
        self.assertFalse(self.env["res.partner"]._sms_stopped([NUMBER]))
        form = html.fromstring(page.content).forms[0]
        answer = self.open(path, data=dict(form.form_values()))
        self.assertIn("You get no more text messages", answer.text)
        self.assertTrue(self.env["res.partner"]._sms_stopped([NUMBER]))
        self.assertIn("no more SMS", delivery.profile_id.message_ids[:1].body)
        notice = self.make_notice(moves=self.make_invoice(self.customer, 5, -9))
        self.assertEqual(self.process(notice).state, "failed")

    def test_a_form_that_was_tampered_with(self):
        delivery = self.deliver()
        for number in ("7", "x", "-1", ""):
            answer = self.open(self.link(delivery), data={"number": number})
            self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.env["phone.blacklist"].search([]))

    def test_wrong_links(self):
        delivery = self.deliver()
        code = delivery._sms_code()
        wrong = [
            "x",
            "zz-0",
            f"{code}0",
            f"{delivery.id + 1:x}{code[code.index('-') :]}",
            f"{10**30:x}-0",
        ]
        for one in wrong:
            for path in (f"/credit/s/{one}", f"/credit/s/{one}/stop"):
                self.assertEqual(self.open(path).status_code, 404, path)
        delivery.profile_id.sudo().portal_key = "renewed"
        self.assertEqual(self.open(f"/credit/s/{code}").status_code, 404)

    def test_old_links(self):
        delivery = self.deliver()
        code = delivery._sms_code()
        self.env.cr.execute(
            "UPDATE dunning_delivery SET date_queued = date_queued - interval '2 years'"
        )
        self.env.invalidate_all()
        self.assertFalse(delivery._find_by_sms_code(code))

    def test_links_stay_out_of_the_log(self):
        code = self.deliver()._sms_code()
        for path in (f"/credit/s/{code}", f"/credit/s/{code}/stop"):
            self.assertNotIn(code, SECRET.sub(r"\1***", f"GET {path} HTTP/1.1"))
        page = "/credit/aged_balance/12/xlsx"
        self.assertEqual(SECRET.sub(r"\1***", page), page)

    def test_one_of_two_numbers(self):
        role = self.env.ref("credit_control.role_accounts_payable")
        self.level1.role_to_ids = role
        self.contact("Ann", MOBILE, credit_role_ids=role.ids)
        self.contact("Bob", SECOND, credit_role_ids=role.ids)
        path = self.link(self.deliver())
        form = html.fromstring(self.open(path).content).forms[0]
        self.assertEqual(form.form_values(), [], "nothing is chosen for them")
        self.open(path, data={"number": "1"})
        numbers = [NUMBER, "+33756789012"]
        self.assertEqual(
            self.env["res.partner"]._sms_stopped(numbers), {"+33756789012"}
        )
        # the next one goes to the other contact alone
        delivery = self.deliver(
            self.make_notice(moves=self.make_invoice(self.customer, 5, -9))
        )
        self.assertEqual(delivery.phone, MOBILE)

    # === A COLLEAGUE === #
    def test_noted_by_the_collector(self):
        contact = self.customer.with_user(self.collector)
        contact.action_credit_sms_stop()
        self.assertTrue(contact.phone_blacklisted)
        self.assertIn("No more text messages", self.customer.message_ids[:1].body)
        contact.action_credit_sms_allow()
        self.assertFalse(contact.phone_blacklisted)
        self.assertFalse(self.env["res.partner"]._sms_stopped([NUMBER]))

    def test_nothing_to_stop(self):
        self.customer.phone = False
        with self.assertRaisesRegex(UserError, "valid phone number"):
            self.customer.with_user(self.collector).action_credit_sms_stop()

    @mute_logger("odoo.models")
    def test_rights(self):
        with self.assertRaises(AccessError):
            self.customer.with_user(self.auditor).action_credit_sms_stop()

    # === LEVEL === #
    def test_placeholders_of_a_text_message(self):
        with self.assertRaisesRegex(ValidationError, "no room for"):
            self.level1.sms_body = "{{ table }}"
        with self.assertRaisesRegex(ValidationError, "nonsense"):
            self.level1.sms_body = "{{ nonsense }}"
        self.level1.sms_body = "{{ stop_link }}"
        with self.assertRaises(ValidationError):
            self.level1.body_html = "<p>{{ stop_link }}</p>"

    def test_problems_and_length(self):
        self.level1.sms_body = "x" * 161
        self.assertEqual(self.level1.sms_size, "161 letters, 2 SMS")
        self.level1.sms_body = "ê" * 71
        self.assertTrue(re.match(r"71 letters, 2 SMS \(ê", self.level1.sms_size))
        self.assertFalse(self.level1.problems)
        self.level1.sms_body = False
        self.assertIn("has no text for it", self.level1.problems)

    def test_preview_of_the_level(self):
        preview = self.env["dunning.level.preview"].create(
            {
                "policy_id": self.policy.id,
                "level_id": self.level1.id,
                "profile_id": self.make_profile(self.customer).id,
            }
        )
        preview.action_show()
        self.assertIn("100.00 overdue", preview.sms_text)
        self.assertIn("SMS", preview.sms_size)
        self.assertIn(MOBILE, preview.sms_to)
        self.assertFalse(preview.problem)
