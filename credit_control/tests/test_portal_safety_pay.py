import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalSafetyCommon

# what a browser may send instead of an amount between zero and the debt
WRONG = (
    "-1",
    "0",
    "0.001",
    "100.01",
    "NaN",
    "nan",
    "1e309",
    "-1e309",
    "Infinity",
    "1e400",
)
WRONG_JSON = ("-100", "0", "99.99", "100.01", "NaN", "1e309", "-1e309", "null", '"x"')
NO_NUMBER = ("{}", "[100]", "true", '"100; DROP TABLE"', "1" + "0" * 400)


@tagged("post_install", "-at_install", "credit_control")
class TestPortalSafetyPay(PortalSafetyCommon):
    """Payments that are not what the page offered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.receivables(cls.move)

    def form(self, base=None, line=None):
        page = self.url_open(f"{base or self.base}/pay?item={(line or self.line).id}")
        self.assertEqual(page.status_code, 200)
        return self.form_of(page)

    def send(self, form, amount=None, base=None, **values):
        """Start a payment; return the answer."""
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": float(form["amount"]),
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": form["landing-route"],
            "is_validation": False,
            "access_token": form["access-token"],
            **values,
        }
        text = json.dumps({"jsonrpc": "2.0", "id": 1, "params": params})
        if amount is not None:
            text = text.replace(f'"amount": {params["amount"]}', f'"amount": {amount}')
        path = f"{base}/transaction" if base else form["transaction-route"]
        return self.ask(path, "JSON", data=text)

    def made(self):
        self.env.invalidate_all()
        return self.transactions.search([("credit_profile_id", "=", self.profile.id)])

    def assertRefusal(self, response, *statuses):
        """Check that nothing was started, and how it is told."""
        self.assertDecent(response, *(statuses or (422,)))
        error = response.json()["error"]
        self.assertTrue(error["data"]["message"])
        self.assertFalse(error["data"]["debug"])
        self.assertFalse(self.made())

    def test_a_payment_as_offered(self):
        answer = self.send(self.form()).json()
        self.assertIn("redirect_form_html", answer["result"])
        self.assertEqual(self.made().amount, 100)

    def test_amounts_on_the_page(self):
        for amount in (*WRONG, "x", "%00", "1" * 500, "😀", "1;2", "<script>"):
            with self.subTest(amount=amount[:10]), self.assertNothingWritten():
                response = self.ask(
                    f"{self.base}/pay?item={self.line.id}&amount={amount}"
                )
                self.assertDecent(response, 422)
                self.assertNotIn("<script>1", response.text)

    def test_amounts_of_the_form(self):
        form = self.form()
        for amount in (*WRONG_JSON, *NO_NUMBER):
            with self.subTest(amount=amount[:20]):
                self.assertRefusal(self.send(form, amount))

    def test_a_signature_changed_or_of_somebody_else(self):
        form = self.form()
        other = self.form(self.other_base, self.lines(self.other_move))
        for token in (other["access-token"], form["access-token"][:-3], "", "é", 5, []):
            with self.subTest(token=str(token)[:9]):
                response = self.send(form, access_token=token)
                self.assertRefusal(response)
        # the other one's page does not take this one's choice
        response = self.send(form, base=self.other_base)
        self.assertEqual(response.status_code, 422)
        self.assertFalse(self.made())

    def test_values_that_the_form_does_not_have(self):
        form = self.form()
        for values in (
            {"partner_id": self.other.id},
            {"currency_id": self.other_currency.id},
            {"provider_id": 0},
            {"provider_id": 2**70},
            {"provider_id": "x"},
            {"payment_method_id": None},
            {"token_id": 1, "flow": "token"},
            {"flow": "offline"},
            {"custom_create_values": {"state": "done"}},
            {"reference_prefix": "x"},
        ):
            with self.subTest(values=values):
                self.assertRefusal(self.send(form, **values))

    @mute_logger("odoo.http")
    def test_no_json(self):
        for data in ("", "{", "[]", "5", '{"params": 5}'):
            with self.subTest(data=data):
                response = self.ask(
                    f"{self.base}/transaction", "JSON", data=data or " "
                )
                self.assertNotIn("Secret", response.text)
                self.assertFalse(self.made())

    def test_sent_twice(self):
        form = self.form()
        self.send(form)
        self.send(form)
        transaction = self.made()
        self.assertEqual(len(transaction), 1)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.move.payment_state, "paid")
        # the same form a third time, and the provider's word again
        response = self.send(form)
        self.assertDecent(response, 422)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.made(), transaction)
        self.assertEqual(len(self.move.matched_payment_ids), 1)
        self.assertFalse(self.line.amount_residual)

    def test_where_the_customer_lands_is_ours(self):
        self.send(self.form(), landing_route="https://evil.example/")
        self.assertTrue(self.made().landing_route.startswith(self.base))

    def test_pages_say_nothing_of_others(self):
        self.start(self.lines(self.other_move), profile=self.other_profile)
        self.env.flush_all()
        for path in ("", "/pay?select=all", "/pay?select=overdue", "/request/paid"):
            response = self.ask(self.base + path)
            with self.subTest(path=path):
                self.assertDecent(response, 200)
        choices = ("select=x", "item=", "select[]=all", "item=1&currency=999999999999")
        for query in choices:
            with self.subTest(query=query):
                self.assertDecent(self.ask(f"{self.base}/pay?{query}"), 422)
