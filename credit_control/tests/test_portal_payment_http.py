import re

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .portal_payment_common import PortalPaymentCommon

HTTP = "odoo.http"


@tagged("post_install", "-at_install", "credit_control")
class TestPortalPaymentPage(PortalPaymentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(cls.customer, 100, -20)
        cls.second = cls.make_invoice(cls.customer, 50, -10)
        cls.foreign = cls.make_invoice(
            cls.customer, 80, -5, currency=cls.other_currency
        )
        cls.base = f"/credit/{cls.profile._portal_token()}"

    def page(self, query="", base=None):
        return self.url_open(f"{base or self.base}/pay?{query}")

    def choose(self, *moves, more="", base=None):
        items = "&".join(f"item={line.id}" for line in self.lines(*moves))
        return self.page(f"{items}&{more}", base)

    def started(self):
        return self.transactions.search([("credit_profile_id", "=", self.profile.id)])

    # === PAGES === #
    def test_the_account_page_offers_payment_by_currency(self):
        page = self.url_open(self.base)
        self.assertEqual(page.status_code, 200)
        for currency in (self.invoice.currency_id, self.other_currency):
            self.assertIn(f"select=overdue&amp;currency={currency.id}", page.text)
            self.assertIn(f'name="amount_{currency.id}"', page.text)

    def test_the_pay_page(self):
        page = self.choose(self.invoice, self.second)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        form = self.form_of(page)
        self.assertEqual(float(form["amount"]), 150)
        self.assertEqual(form["transaction-route"], f"{self.base}/transaction")
        self.assertIn(f'data-provider-id="{self.provider.id}"', page.text)
        self.assertFalse(self.started())

    def test_all_overdue_in_one_currency(self):
        later = self.make_invoice(self.customer, 70, 10)
        for select, amount in (("overdue", 150), ("all", 220)):
            page = self.page(f"select={select}&currency={self.invoice.currency_id.id}")
            self.assertEqual(float(self.form_of(page)["amount"]), amount)
        self.assertIn("Each currency is paid by itself", page.text)
        self.assertIn(later.name, page.text)

    def test_several_currencies_are_paid_one_by_one(self):
        page = self.choose(self.invoice, self.foreign)
        self.assertEqual(float(self.form_of(page)["amount"]), 100)
        self.assertIn("Each currency is paid by itself", page.text)
        page = self.choose(
            self.invoice, self.foreign, more=f"currency={self.other_currency.id}"
        )
        self.assertEqual(float(self.form_of(page)["amount"]), 80)

    def test_a_part_less_credits(self):
        self.make_credit(self.customer, 30)
        currency = self.invoice.currency_id.id
        page = self.choose(self.invoice, more=f"credits_{currency}=1")
        self.assertEqual(float(self.form_of(page)["amount"]), 70)
        page = self.choose(
            self.invoice, more=f"credits_{currency}=1&amount_{currency}=20,5"
        )
        self.assertEqual(float(self.form_of(page)["amount"]), 20.5)

    def test_wrong_choices_get_a_sentence(self):
        stranger = self.make_invoice(self.make_customer("Stranger"), 100, -10)
        for query, words in (
            ("", "Choose what you want to pay"),
            ("item=x", "not open any more"),
            ("item=-1", "not open any more"),
            (f"item={self.lines(stranger).id}", "not open any more"),
            (f"item={self.lines(self.invoice).id}&amount=-5", "above zero"),
            (f"item={self.lines(self.invoice).id}&amount=100.01", "above zero"),
            (f"item={self.lines(self.invoice).id}&amount=<b>", "above zero"),
            (f"item={self.lines(self.invoice).id}&currency=999999", "Choose what"),
        ):
            with self.subTest(query=query):
                page = self.page(query)
                self.assertEqual(page.status_code, 422)
                self.assertIn(words, page.text)
                self.assertNotIn("o_payment_form", page.text)
                self.assertNotIn(stranger.name, page.text)
                self.assertNotIn("<b>", page.text)

    def test_without_a_provider_there_is_the_bank(self):
        self.provider.state = "disabled"
        self.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": self.company.partner_id.id,
            }
        )
        page = self.choose(self.foreign)
        self.assertNotIn("o_payment_form", page.text)
        self.assertIn("FR76 3000 6000 0112 3456 7890 189", page.text)
        self.assertIn("<svg", page.text)
        self.assertIn(self.foreign.name, page.text)

    def test_a_provider_that_does_not_take_the_sum_is_not_offered(self):
        self.provider.maximum_amount = 120
        self.assertIn("o_payment_form", self.choose(self.invoice).text)
        page = self.choose(self.invoice, self.second)
        self.assertNotIn("o_payment_form", page.text)

    # === TRANSACTION === #
    def test_the_whole_way(self):
        form = self.form_of(self.choose(self.invoice, self.second))
        answer = self.post_transaction(form)["result"]
        transaction = self.started()
        self.assertEqual(answer["reference"], transaction.reference)
        self.assertEqual(transaction.amount, 150)
        self.assertEqual(transaction.invoice_ids, self.invoice | self.second)
        self.assertEqual(
            transaction.landing_route, f"{self.base}/payment/{transaction.id}"
        )
        # again, and again: a double click, the way back
        self.assertEqual(self.post_transaction(form)["result"], answer)
        self.assertEqual(self.started(), transaction)
        transaction._set_pending()
        page = self.url_open(transaction.landing_route)
        self.assertIn("on the way", page.text)
        self.assertIn("payment under way", self.url_open(self.base).text)
        transaction._set_done()
        transaction._post_process()
        self.assertIn("Thank you", self.url_open(transaction.landing_route).text)
        page = self.url_open(self.base)
        self.assertIn("paid: thank you", page.text)
        self.assertNotIn(f"item={self.lines(self.invoice).id}", page.text)
        with mute_logger(HTTP):
            self.assertIn("not open", str(self.post_transaction(form)["error"]))
        self.assertEqual(self.started(), transaction)

    def test_failed_and_cancelled_payments_are_shown(self):
        for state, words in (("error", "failed"), ("canceled", "cancelled")):
            transaction = self.start(self.lines(self.invoice))
            transaction._set_pending()
            arguments = ("No.",) if state == "error" else ()
            getattr(transaction, f"_set_{state}")(*arguments)
            page = self.url_open(f"{self.base}/payment/{transaction.id}")
            self.assertIn(words, page.text)
            self.assertIn(words, self.url_open(self.base).text)
        form = self.form_of(self.choose(self.invoice))
        self.assertIn("result", self.post_transaction(form))

    @mute_logger(HTTP)
    def test_changed_requests_are_refused(self):
        form = self.form_of(self.choose(self.invoice))
        other_profile = self.make_profile(self.make_customer("Other"))
        other = f"/credit/{other_profile._portal_token()}/transaction"
        hidden = self.provider.copy({"is_published": False, "state": "test"})
        for changes in (
            {"amount": 1},
            {"amount": -100},
            {"amount": 1e9},
            {"amount": "x"},
            {"amount": None},
            {"access_token": "x"},
            {"access_token": None},
            {"access_token": [1]},
            {"provider_id": hidden.id},
            {"provider_id": 0},
            {"payment_method_id": 0},
            {"flow": "offline"},
            {"flow": "token", "token_id": 1},
            {"invoice_ids": [1]},
            {"custom_create_values": {"amount": 1}},
            {"partner_id": 1},
        ):
            with self.subTest(changes=changes):
                self.assertIn("error", self.post_transaction(form, **changes))
        for route in (other, "/credit/x/transaction", "/my/credit/1/transaction"):
            with self.subTest(route=route):
                self.assertIn(
                    "error",
                    self.post_transaction({**form, "transaction-route": route}),
                )
        self.assertFalse(self.started())
        # nobody is sent to another site
        self.post_transaction(form, landing_route="https://evil.example")
        self.assertTrue(self.started().landing_route.startswith(self.base))

    @mute_logger(HTTP)
    def test_revoked_links_pay_nothing(self):
        form = self.form_of(self.choose(self.invoice))
        transaction = self.start(self.lines(self.second))
        self.profile.action_renew_portal_key()
        self.assertIn("error", self.post_transaction(form))
        for path in ("pay", f"payment/{transaction.id}"):
            self.assertEqual(self.url_open(f"{self.base}/{path}").status_code, 404)

    def test_a_pending_payment_leads_back_to_the_page(self):
        self.post_transaction(self.form_of(self.choose(self.invoice)))
        page = self.url_open("/payment/status")
        self.assertIn("/payment/status", page.url)
        self.started()._set_pending()
        page = self.url_open("/payment/status")
        self.assertIn(self.started().landing_route, page.url)
        self.assertIn("on the way", page.text)

    def test_payments_of_others_are_not_shown(self):
        other = self.make_profile(self.make_customer("Other"))
        move = self.make_invoice(other.partner_id, 10, -2)
        transaction = self.start(self.lines(move), profile=other)
        for number in (transaction.id, 0, 10**9):
            page = self.url_open(f"{self.base}/payment/{number}")
            self.assertEqual(page.status_code, 404)

    # === LOGIN === #
    def test_with_a_login(self):
        contact = self.env["res.partner"].create(
            {"name": "Payer", "parent_id": self.customer.id, "email": "p@c.example"}
        )
        new_test_user(
            self.env,
            login="credit_payer",
            groups="base.group_portal",
            partner_id=contact.id,
        )
        self.authenticate("credit_payer", "credit_payer")
        base = f"/my/credit/{self.profile.id}"
        form = self.form_of(self.choose(self.invoice, base=base))
        self.assertIn("result", self.post_transaction(form))
        transaction = self.started()
        self.assertEqual(transaction.partner_id, contact)
        payment = self.finish(transaction)
        self.assertEqual(payment.partner_id, self.customer)
        self.assertEqual(self.invoice.payment_state, "paid")
        stranger = self.make_profile(self.make_customer("Stranger"))
        self.assertEqual(
            self.url_open(f"/my/credit/{stranger.id}/pay").status_code, 404
        )

    @mute_logger(HTTP)
    def test_a_colleague_looks_but_pays_nothing(self):
        self.make_users()
        self.profile.user_id = self.collector
        self.authenticate("credit_collector", "credit_collector")
        base = f"/my/credit/{self.profile.id}"
        page = self.choose(self.invoice, base=base)
        self.assertIn("Nothing can be paid from this view", page.text)
        self.assertNotIn("o_payment_form", page.text)
        route = {"transaction-route": f"{base}/transaction"}
        self.assertIn("error", self.post_transaction(route))

    def test_french_and_german(self):
        for lang, word in (("fr_FR", "Payer en ligne"), ("de_DE", "Online bezahlen")):
            self.env["res.lang"]._activate_lang(lang)
            self.env["ir.module.module"]._load_module_terms(["credit_control"], [lang])
            self.customer.lang = lang
            page = self.choose(self.invoice)
            self.assertIn(word, page.text)
            self.assertFalse(re.search(r"Back to your account|To pay now", page.text))

    def test_tokens_of_the_customer_need_his_login(self):
        token = (
            self.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "payment_details": "1234",
                    "partner_id": self.customer.id,
                    "provider_ref": "card",
                }
            )
        )
        self.provider.allow_tokenization = True
        self.method.support_tokenization = True
        page = self.choose(self.invoice)
        self.assertNotIn("1234", page.text)
        form = self.form_of(page)
        with mute_logger(HTTP):
            answer = self.post_transaction(form, flow="token", token_id=token.id)
        self.assertIn("error", answer)
        self.post_transaction(form, tokenization_requested=True)
        self.assertFalse(self.started().tokenize)
        self.assertEqual(
            self.started().credit_line_ids.ids, self.lines(self.invoice).ids
        )
