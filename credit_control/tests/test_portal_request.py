from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .portal_request_common import (
    MAIL,
    PDF,
    PNG,
    SCRIPT,
    PortalRequestCommon,
    office_file,
)


@tagged("post_install", "-at_install", "credit_control")
class TestRequest(PortalRequestCommon):
    # === WHAT EACH KIND BECOMES === #
    def test_a_promise(self):
        request = self.promise(5, lines=self.lines, note="The boss is back on Friday")
        self.assertEqual(request.state, "new")
        self.assertEqual(request.amount, 1500)
        self.assertEqual(request.move_line_ids, self.lines)
        self.accept(request)
        promise = self.result(request)
        self.assertEqual(promise._name, "credit.promise")
        self.assertEqual((promise.amount, promise.date), (1500, self.days(5)))
        self.assertEqual(promise.move_line_ids, self.lines)
        self.assertEqual((promise.source, promise.state), ("portal", "pending"))
        self.assertEqual(promise.note, "The boss is back on Friday")
        self.assertEqual(request.closed_by_id, self.collector)
        self.assertFalse(request.is_automatic)

    def test_a_promise_of_a_part(self):
        request = self.promise(5, lines=self.lines, amount="1 200,50 $")
        self.accept(request)
        self.assertEqual(self.result(request).amount, 1200.5)

    def test_a_promise_in_two_currencies_is_two(self):
        lines = self.lines + self.receivables(self.foreign)
        requests = self.promise(5, lines=lines)
        amounts = {request.currency_id: request.amount for request in requests}
        self.assertEqual(
            amounts, {self.env.company.currency_id: 1500, self.other_currency: 200}
        )
        with self.assertRaisesRegex(ValidationError, "several currencies"):
            self.say("paid", lines=lines, date=str(self.days(-1)), amount="100")

    def test_what_was_paid_meanwhile_is_not_promised(self):
        request = self.promise(5, lines=self.lines)
        self.pay(self.move)
        self.accept(request)
        self.assertEqual(self.result(request).amount, 500)
        later = self.promise(6, lines=self.lines[1])
        self.pay(self.second)
        with self.assertRaisesRegex(UserError, "settled meanwhile"):
            self.accept(later)
        self.assertEqual(later.state, "new")

    def test_a_collector_corrects_and_accepts(self):
        request = self.promise(20)
        own = request.with_user(self.collector)
        own.write({"date": self.days(8), "amount": 900})
        self.accept(request)
        promise = self.result(request)
        self.assertEqual((promise.date, promise.amount), (self.days(8), 900))
        with self.assertRaisesRegex(UserError, "decided meanwhile"):
            own.date = self.days(9)
        with self.assertRaisesRegex(UserError, "decided meanwhile"):
            self.accept(request)

    def test_a_plan_by_number(self):
        request = self.say(
            "plan", self.lines, date=str(self.days(10)), count="3", note="Cash is short"
        )
        action = self.accept(request)
        plan = self.result(request)
        self.assertEqual((action["res_model"], action["res_id"]), (plan._name, plan.id))
        self.assertEqual((plan.state, plan.amount_total), ("draft", 1500))
        parts = plan.promise_ids.sorted("date")
        self.assertEqual(parts.mapped("amount"), [500, 500, 500])
        self.assertEqual(parts[0].date, self.days(10))
        # the draft does not pause by itself: the request does
        self.assertEqual(self.codes()[self.line.id], "request")
        plan.action_confirm()
        self.assertEqual(self.codes()[self.line.id], "plan")

    def test_a_plan_by_amount(self):
        request = self.say("plan", self.lines, date=str(self.days(1)), each="400")
        self.assertIn("400.00", request.summary)
        self.accept(request)
        parts = self.result(request).promise_ids.sorted("date")
        self.assertEqual(parts.mapped("amount"), [400, 400, 400, 300])

    def test_a_dispute(self):
        request = self.dispute(amount="300", files=[("slip.pdf", PDF)])
        self.assertEqual((request.move_id, request.amount), (self.move, 300))
        self.accept(request)
        dispute = self.result(request)
        self.assertEqual((dispute.move_id, dispute.amount), (self.move, 300))
        self.assertEqual((dispute.reason_id, dispute.note), (self.price, "Too dear"))
        self.assertEqual(dispute.user_id, self.sales_reader)
        files = dispute.message_ids.attachment_ids
        self.assertEqual(files.mapped("name"), ["slip.pdf"])
        self.assertEqual(files.mimetype, "application/octet-stream")

    def test_a_dispute_of_the_whole_invoice(self):
        self.assertEqual(self.dispute().amount, 1000)
        with self.assertRaisesRegex(ValidationError, "already"):
            self.dispute()

    def test_an_announced_payment_waits(self):
        request = self.say(
            "paid", date=str(self.days(-2)), reference="T-77", files=[("a.png", PNG)]
        )
        self.assertEqual(self.codes()[self.line.id], "request")
        self.accept(request)
        self.assertEqual(request.hold_until, self.days(7))
        self.assertEqual(self.codes()[self.line.id], "payment_announced")
        self.assertIn("T-77", request.summary)
        request.sudo().hold_until = self.days(-1)
        self.assertNotEqual(self.codes()[self.line.id], "payment_announced")

    def test_who_pays_the_bills(self):
        request = self.say(
            "contact",
            self.line.browse(),
            contact_name="Bea",
            contact_email="Bea@Customer.Example",
            contact_phone="+32 2 555 12 12",
        )
        self.policy.write({"portal_paid_days": 9, "portal_dispute_amount": 9_999})
        self.assertEqual(request.state, "new")
        self.accept(request)
        contact = self.result(request)
        self.assertEqual(contact.parent_id, self.customer)
        self.assertEqual(contact.email, "bea@customer.example")
        self.assertEqual(contact.credit_role_ids.code, "accounts_payable")
        again = self.say(
            "contact",
            self.line.browse(),
            contact_name="Bea B.",
            contact_email="bea@customer.example",
        )
        self.accept(again)
        self.assertEqual(self.result(again), contact)

    def test_refused_with_an_answer(self):
        request = self.promise()
        with self.assertRaisesRegex(UserError, "Write an answer first"):
            request.with_user(self.collector).action_refuse()
        self.refuse(request, "Please pay now.")
        self.assertEqual(request.state, "refused")
        self.assertFalse(self.env["credit.promise"].search_count([]))
        self.assertEqual(self.codes()[self.line.id], "claim")

    def test_taken_back(self):
        request = self.promise()
        request._withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self.codes()[self.line.id], "claim")
        with self.assertRaisesRegex(UserError, "decided meanwhile"):
            self.accept(request)

    # === HOLD OF REMINDERS === #
    def test_items_wait_and_others_do_not(self):
        request = self.promise()
        self.assertEqual(request.hold_until, self.days(7))
        codes = self.codes()
        self.assertEqual(codes[self.line.id], "request")
        self.assertEqual(codes[self.lines[1].id], "claim")
        self.assertIn("decide on it", self.profile.explain()[0]["text"])
        request.sudo().hold_until = self.days(-1)
        self.assertEqual(self.codes()[self.line.id], "claim")

    def test_a_notice_that_waits_leaves_the_item_out(self):
        run = self.env["dunning.run"].create({"date": self.today})
        run.action_plan()
        run.action_approve()
        notice = run.notice_ids.filtered(lambda n: n.profile_id == self.profile)
        self.promise()
        run.action_send()
        self.env["dunning.delivery"]._process_queue(10)
        rows = {row.move_line_id: row.state_reason for row in notice.line_ids}
        self.assertTrue(rows[self.line])
        self.assertFalse(rows[self.lines[1]])

    def test_without_days_nothing_is_held(self):
        self.env.company.credit_request_days = 0
        request = self.promise()
        self.assertEqual(request.hold_until, self.today)

    # === LIMITS OF THE POLICY === #
    def test_a_promise_within_the_limits(self):
        self.policy.write({"portal_promise_days": 10, "portal_promise_amount": 1000})
        request = self.promise(10)
        self.assertEqual((request.state, request.is_automatic), ("accepted", True))
        promise = self.result(request)
        self.assertEqual(promise.state, "pending")
        self.assertEqual(self.codes()[self.line.id], "promise")
        self.assertFalse(self.env["credit.event"].search([("kind", "=", "request")]))
        promise.action_cancel()
        self.assertEqual(self.promise(9).state, "new", "promised once already")

    def test_a_promise_beyond_the_limits(self):
        limits = [(0, 1000, 1), (10, 0, 1), (9, 1000, 10), (10, 999, 1)]
        for days, amount, day in limits:
            self.policy.write(
                {"portal_promise_days": days, "portal_promise_amount": amount}
            )
            with self.subTest(days=days, amount=amount):
                request = self.promise(day)
                self.assertEqual(request.state, "new")
                request._withdraw()

    def test_limits_are_in_the_company_s_currency(self):
        self.policy.write({"portal_promise_days": 10, "portal_promise_amount": 100})
        request = self.promise(5, lines=self.receivables(self.foreign))
        self.assertEqual(request.state, "accepted")  # 200 at two for one

    def test_a_dispute_within_the_limit(self):
        self.policy.portal_dispute_amount = 300
        request = self.dispute(amount="300")
        self.assertEqual(request.state, "accepted")
        dispute = self.result(request)
        self.assertEqual(dispute.user_id, self.sales_reader)
        self.assertEqual(self.dispute(amount="301").state, "new")

    def test_a_dispute_without_owner_goes_to_a_person(self):
        self.policy.portal_dispute_amount = 300
        self.price.write({"user_id": False, "role_id": False})
        self.assertEqual(
            self.result(self.dispute(amount="30")).user_id, self.collector
        )

    def test_an_announced_payment_is_believed_once(self):
        self.policy.portal_paid_days = 4
        request = self.say("paid", date=str(self.today))
        self.assertEqual(request.state, "accepted")
        self.assertEqual(request.hold_until, self.days(4))
        self.assertEqual(self.say("paid", date=str(self.today)).state, "new")

    def test_an_insolvent_customer_waits_for_a_person(self):
        self.policy.write({"portal_promise_days": 10, "portal_promise_amount": 1000})
        self.profile.write(
            {"legal_status": "receivership", "legal_date": self.days(-40)}
        )
        self.assertEqual(self.promise().state, "new")

    def test_plans_wait_for_a_person(self):
        self.policy.write({"portal_promise_days": 99, "portal_promise_amount": 9999})
        request = self.say("plan", date=str(self.days(1)), count="2")
        self.assertEqual(request.state, "new")

    # === WHO IS TOLD === #
    def test_the_collector_gets_an_event(self):
        request = self.promise()
        event = self.env["credit.event"].search([("res_model", "=", request._name)])
        self.assertEqual((event.kind, event.user_id), ("request", self.collector))
        self.assertIn(self.move.name, event.name)
        self.assertTrue(event.activity_ids)
        self.assertEqual(event.action_open_cause()["res_model"], request._name)
        self.env["credit.event"]._end_gone()
        self.assertEqual(event.state, "new")
        self.refuse(request)
        self.assertEqual(event.state, "done")

    def test_today_counts_what_waits(self):
        self.promise()
        self.dispute()
        profiles = self.env["credit.profile"].with_user(self.collector)
        summary = profiles.today_summary("events")
        self.assertEqual(summary["events"]["requests"], 2)
        own = self.profile.with_user(self.collector)
        self.assertEqual((own.request_count, own.request_new_count), (2, 2))
        action = own.action_open_requests()
        self.assertEqual(action["domain"], [("profile_id", "=", self.profile.id)])

    def test_deputies_decide(self):
        request = self.promise()
        self.env["credit.absence"].create(
            {
                "user_id": self.collector.id,
                "deputy_id": self.collector_all.id,
                "date_from": self.today,
                "date_to": self.days(2),
            }
        )
        request.with_user(self.collector_all).action_accept()
        self.assertEqual(request.closed_by_id, self.collector_all)


@tagged("post_install", "-at_install", "credit_control")
class TestRequestInput(PortalRequestCommon):
    """What may not come in, and what is said then."""

    def test_items_of_another_customer(self):
        other = self.make_invoice(self.make_customer("Other"), 70, -3)
        for lines in (self.receivables(other), self.line + self.receivables(other)):
            with self.assertRaises(ValidationError):
                self.promise(lines=lines)
        for items in (["x"], ["0"], [], ["9" * 30], [str(self.line.id) + " or 1=1"]):
            with self.assertRaises(ValidationError):
                self.promise(items=items)

    def test_credits_are_no_claims(self):
        credit = self.receivables(self.make_credit(self.customer, 50))
        with self.assertRaisesRegex(ValidationError, "Choose the invoices"):
            self.promise(lines=credit)

    def test_days(self):
        for day in ("", "soon", "2026-13-01", str(self.days(-1)), "2031-01-01"):
            with self.subTest(day=day), self.assertRaises(ValidationError):
                self.say("promise", date=day)
        for day in (str(self.days(1)), str(self.days(-400))):
            with self.subTest(day=day), self.assertRaises(ValidationError):
                self.say("paid", date=day)
        with self.assertRaises(ValidationError):
            self.say("plan", date=str(self.days(100)), count="3")

    def test_amounts(self):
        for amount in ("-5", "0", "1000.01", "much", "1e9", "nan", "1" * 60):
            with self.subTest(amount=amount), self.assertRaises(ValidationError):
                self.promise(amount=amount)
        for values in ({"count": "1"}, {"count": "37"}, {"each": "1"}, {"count": "x"}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.say("plan", date=str(self.days(3)), **values)
        with self.assertRaises(ValidationError):
            self.say("plan", date=str(self.days(3)))

    def test_disputes(self):
        hidden = self.price.copy({"code": "hidden", "is_on_portal": False})
        for values in (
            {"reason": ""},
            {"reason": "999999"},
            {"reason": str(hidden.id)},
            {"note": " "},
            {"amount": "1000.5"},
            {"lines": self.lines},
            {"lines": self.make_entry(self.customer, 80, -5)},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.dispute(**values)

    def test_contacts(self):
        good = {"contact_name": "Bea", "contact_email": "bea@customer.example"}
        for wrong in (
            {"contact_name": " "},
            {"contact_email": "bea"},
            {"contact_email": "a@x.example, b@x.example"},
            {"contact_phone": "call me"},
            {"contact_name": "x" * 121},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError):
                self.say("contact", **{**good, **wrong})

    def test_texts(self):
        with self.assertRaisesRegex(ValidationError, "too long"):
            self.promise(note="x" * 4001)
        request = self.promise(note=f"a\x00b{SCRIPT}")
        self.assertEqual(request.note, f"ab{SCRIPT}")

    def test_the_same_form_is_taken_once(self):
        request = self.promise(nonce="a-form-that-came-twice")
        self.assertEqual(self.promise(nonce="a-form-that-came-twice"), request)
        for nonce in ("", "short", "x" * 99, "with spaces in the middle"):
            with self.assertRaisesRegex(ValidationError, "expired"):
                self.promise(nonce=nonce)

    def test_what_waits_is_not_said_again(self):
        self.promise()
        with self.assertRaisesRegex(ValidationError, "already"):
            self.promise(8)

    def test_not_more_than_ten_wait(self):
        for number in range(10):
            self.make_invoice(self.customer, 10 + number, -3)
        lines = self.profile._portal_claims() - self.line
        for line in lines[:10]:
            self.promise(lines=line)
        with self.assertRaisesRegex(ValidationError, "many requests"):
            self.promise()

    # === FILES === #
    def test_files_that_are_taken(self):
        files = [
            ("a.pdf", PDF),
            ("../../A.PNG", PNG),
            ("a.docx", office_file("word/document.xml")),
            ("a.txt", "Payé".encode()),
            ("a.eml", MAIL),
        ]
        request = self.dispute(files=files)
        self.assertEqual(
            sorted(request.attachment_ids.mapped("name")),
            ["A.PNG", "a.docx", "a.eml", "a.pdf", "a.txt"],
        )
        for attachment in request.attachment_ids:
            self.assertEqual(attachment.mimetype, "application/octet-stream")
            self.assertFalse(attachment.public)
            self.assertEqual(attachment.res_id, request.id)

    def test_files_that_are_not_taken(self):
        worm = b"%s\nContent-Type: x/x; name=a.exe\nContent-Disposition: " % MAIL[:-7]
        worm += b'attachment; filename="a.exe"\n\nMZ'
        for name, content in (
            ("a.html", b"<html></html>"),
            ("a.pdf", b"<html><script>1</script></html>"),
            ("a.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript/JS(app.alert)>>")),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("a.exe", b"MZ\x90\x00"),
            ("a.pdf.exe", PDF),
            ("a.txt", b"MZ\x90\x00\x03"),
            ("a.xlsx", office_file("xl/vbaProject.bin")),
            ("a.xlsx", b"PK\x03\x04 broken"),
            ("a.eml", b"just words"),
            ("a.eml", worm),
            ("a.pdf", b""),
            ("pdf", PDF),
        ):
            with (
                self.subTest(name=name, content=content[:20]),
                self.assertRaisesRegex(ValidationError, "cannot be taken"),
            ):
                self.dispute(files=[(name, content)])
        with self.assertRaisesRegex(ValidationError, "Too many files"):
            self.dispute(files=[("a.pdf", PDF)] * 6)
        with self.assertRaisesRegex(ValidationError, "too large"):
            self.dispute(files=[("a.pdf", PDF + b"0" * 5 * 1024 * 1024)])
        self.assertFalse(self.env["credit.portal.request"].search_count([]))


@tagged("post_install", "-at_install", "credit_control")
class TestRequestMail(PortalRequestCommon):
    def mail_of(self, deed, *args):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            deed(*args)
        self.assertEqual(len(self._mails), 1)
        [mail] = self._mails
        self.assertEqual(mail["email_to"], ['"Anne" <anne@customer.example>'])
        return mail

    def test_accepted(self):
        request = self.promise()
        request.with_user(self.collector).answer = f"Thanks {SCRIPT}"
        mail = self.mail_of(self.accept, request)
        self.assertIn("we agree", mail["subject"])
        self.assertIn("1,000.00", mail["body"])
        self.assertIn(self.move.name, mail["body"])
        self.assertIn("/credit/", mail["body"])
        self.assertNotIn("<script>", mail["body"])
        self.assertNotIn("<img", mail["body"])
        self.assertIn("collector@company.example", mail["email_from"])

    def test_refused(self):
        request = self.promise()
        mail = self.mail_of(self.refuse, request, "Pay now, please.")
        self.assertIn("Pay now, please.", mail["body"])
        self.assertIn("our answer", mail["subject"])

    def test_by_itself(self):
        self.policy.write({"portal_promise_days": 10, "portal_promise_amount": 1000})
        mail = self.mail_of(self.promise)
        self.assertIn("Your promise is noted", mail["body"])

    def test_in_french_and_german(self):
        words = {
            "fr_FR": ("nous acceptons", "Votre promesse", "20 juin 2026"),
            "de_DE": ("einverstanden", "Ihre Zusage", "20. Juni 2026"),
        }
        for lang, (subject, promised, day) in words.items():
            self.speak(lang)
            request = self.promise()
            mail = self.mail_of(self.accept, request)
            with self.subTest(lang=lang):
                self.assertIn(subject, mail["subject"])
                self.assertIn(promised, mail["body"])
                self.assertIn(day, mail["body"])
                self.assertNotIn("thank you for your message", mail["body"])
            self.result(request).action_cancel()

    def test_without_address_nothing_is_sent(self):
        (self.customer | self.customer.child_ids).email = False
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.accept(self.promise())
        self.assertFalse(self._mails)

    # === DISPUTES === #
    def open_dispute(self):
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.move.id,
                "amount": 400,
                "reason_id": self.price.id,
            }
        )

    def test_the_end_of_a_dispute_is_told_where_wanted(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.open_dispute().action_reject()
        self.assertFalse(self._mails)
        self.env.company.credit_dispute_mail = True
        mail = self.mail_of(self.open_dispute().action_accept)
        self.assertIn("You are right: $ 400.00", mail["body"].replace("\xa0", " "))
        mail = self.mail_of(self.open_dispute().action_reject)
        self.assertIn("cannot agree", mail["body"])
        settled = self.open_dispute()
        settled.amount_conceded = 150
        mail = self.mail_of(settled.action_settle)
        self.assertIn("150.00", mail["body"])
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.open_dispute().action_cancel()
        self.assertFalse(self._mails)

    def test_the_end_of_a_dispute_in_german(self):
        self.env.company.credit_dispute_mail = True
        self.speak("de_DE")
        mail = self.mail_of(self.open_dispute().action_reject)
        self.assertIn("Rechnung", mail["subject"])
        self.assertNotIn("cannot agree", mail["body"])


@tagged("post_install", "-at_install", "credit_control")
class TestRequestRights(PortalRequestCommon):
    def test_only_collectors_decide(self):
        request = self.promise()
        self.promise(lines=self.lines[1])
        for user in (self.auditor, self.sales_reader, self.accountant, self.plain_user):
            own = request.with_user(user)
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    own.action_accept()
                with self.assertRaises(AccessError):
                    own.action_refuse()
                with self.assertRaises(AccessError):
                    own.answer = "x"
        for user in (self.auditor, self.sales_reader):
            self.assertTrue(request.with_user(user).summary)

    def test_what_he_said_is_not_changed(self):
        request = self.promise().with_user(self.manager)
        for vals in (
            {"note": "x"},
            {"state": "accepted"},
            {"profile_id": self.profile.id},
            {"kind": "paid"},
            {"hold_until": self.today + timedelta(days=900)},
            {"res_id": 1},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                request.write(vals)
        with self.assertRaises(AccessError):
            request.create({"profile_id": self.profile.id, "kind": "contact"})
        with self.assertRaises(AccessError):
            request.unlink()

    def test_another_portfolio(self):
        self.profile.user_id = self.collector_all
        request = self.promise().with_user(self.collector)
        with self.assertRaises(AccessError):
            request.action_accept()
        self.assertFalse(request.search([]))

    def test_another_customer_s_items_are_not_put_in(self):
        other = self.receivables(self.make_invoice(self.make_customer("Other"), 70, -3))
        request = self.promise().with_user(self.collector)
        with self.assertRaisesRegex(ValidationError, "no item of"):
            request.move_line_ids = other

    def test_another_company(self):
        data = self.make_second_company()
        invoice = self.make_invoice(self.customer, 60, -4, company_data=data)
        with self.assertRaises(ValidationError):
            self.promise(lines=self.receivables(invoice))
        request = self.promise()
        company = data["company"]
        self.manager.write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertFalse(request.with_user(self.manager).search([]))

    def test_merged_customers_keep_their_requests(self):
        request = self.promise()
        target = self.make_customer("Target")
        other = self.make_profile(target)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | target).ids, target)
        self.assertEqual(request.profile_id, other)
        self.assertEqual(request.partner_id, target)
