import json
import re

from odoo import Command

from .notice_common import NoticeCommon


class PortalPaymentCommon(NoticeCommon):
    """A customer, his page, and a payment provider that answers as it is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.method = cls.quick_ref("payment.payment_method_unknown").sudo()
        cls.provider = cls._make_provider(cls.company_data)
        cls.method.active = True
        cls.profile = cls.make_profile(cls.customer)
        cls.transactions = cls.env["payment.transaction"].sudo()

    @classmethod
    def _make_provider(cls, company_data):
        form = (
            cls.env["ir.ui.view"]
            .sudo()
            .create(
                {
                    "name": "Test form",
                    "type": "qweb",
                    "arch": '<form action="dummy" method="post"/>',
                }
            )
        )
        provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Test provider",
                    "code": "none",
                    "state": "test",
                    "is_published": True,
                    "company_id": company_data["company"].id,
                    "payment_method_ids": [Command.set(cls.method.ids)],
                    "redirect_form_view_id": form.id,
                }
            )
        )
        cls._create_dummy_payment_method_for_provider(
            provider=provider, journal=company_data["default_journal_bank"]
        )
        provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == provider
        ).payment_account_id = cls.inbound_payment_method_line.payment_account_id
        return provider

    def setUp(self):
        super().setUp()
        # computed by the code of the provider, and this one has none
        self.provider.support_manual_capture = "partial"

    @classmethod
    def instalments(cls, *parts):
        """Create a term of so many percent after so many days each."""
        return cls.env["account.payment.term"].create(
            {
                "name": "Parts",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in parts
                ],
            }
        )

    def portal(self, profile=None):
        """Return the profile as the page has it."""
        profile = (profile or self.profile).sudo()
        return profile.with_context(allowed_company_ids=profile.company_id.ids)

    def lines(self, *moves):
        """Return the receivable lines of ``moves``."""
        return self.receivables(self.env["account.move"].union(*moves))

    def start(self, lines, with_credits=False, amount=None, profile=None):
        """Start a payment of ``lines`` as the page does; return the transaction."""
        page = self.portal(profile)
        choice = page._portal_choice(lines.ids, with_credits, amount)
        return self.transactions.create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": choice.amount,
                "currency_id": choice.currency.id,
                "partner_id": page.partner_id.id,
                "operation": "online_redirect",
                "reference": self.transactions._compute_reference(
                    "none", prefix=page._portal_prefix(choice.claims)
                ),
                **page._portal_transaction_vals(choice),
            }
        )

    def finish(self, transaction):
        """The provider confirms, the customer comes back."""
        transaction._set_done()
        transaction._post_process()
        return transaction.payment_id

    def pay_online(self, lines, *args, **kwargs):
        """Pay ``lines`` on the page; return the payment."""
        return self.finish(self.start(lines, *args, **kwargs))

    def residuals(self, lines):
        """Return what is open of ``lines``, in their currency."""
        return lines.mapped("amount_residual_currency")

    # === HTTP === #
    def form_of(self, page):
        """Return the data of core's payment form on a page."""
        (form,) = re.findall(r'<form[^>]*id="o_payment_form"[^>]*>', page.text, re.S)
        return dict(re.findall(r'data-([a-z-]+)="([^"]*)"', form))

    def post_transaction(self, form, **values):
        """Do what core's form does; return the answer of the server."""
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": float(form.get("amount", 0)),
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": form.get("landing-route"),
            "is_validation": False,
            "access_token": form.get("access-token"),
            "csrf_token": "x",
            "payment_reference": None,
            **values,
        }
        response = self.url_open(
            form["transaction-route"],
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        )
        if "json" not in response.headers["Content-Type"]:
            return {"error": response.text}
        return response.json()
