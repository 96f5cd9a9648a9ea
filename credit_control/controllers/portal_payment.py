import werkzeug.exceptions

from odoo import http
from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from .portal import LANG_COOKIE, CreditPortal, portal_route


class CreditPortalPayment(CreditPortal, PaymentPortal):
    """The customer pays what he chose, in one currency, by any provider of Odoo."""

    # === PAGES === #
    def _portal_page_values(self, profile, base):
        """Add what can be paid, by currency, and what was paid lately."""
        values = super()._portal_page_values(profile, base)
        values["payments"] = profile._portal_payments()
        values["payable"] = [
            payable
            for section in values["sections"]
            if (payable := self._portal_payable(section))
        ]
        return values

    def _portal_payable(self, section):
        """Return what of a section can be paid; None when it is nothing."""
        claims = [item for item in section["items"] if self._portal_can_pay(item)]
        if not claims:
            return None
        wanted = [item for item in claims if item["disputed"] < item["residual"]]
        credits = [
            item
            for item in section["items"]
            if item["kind"] == "credit"
            and not item["pending"]
            and not item["in_process"]
        ]
        round_ = section["currency"].round
        return {
            "currency": section["currency"],
            "due": round_(sum(item["residual"] for item in wanted)),
            "overdue": round_(
                sum(item["residual"] for item in wanted if item["days_overdue"])
            ),
            "credit": -round_(sum(item["residual"] for item in credits)),
        }

    @staticmethod
    def _portal_can_pay(item):
        """Return whether the customer may choose an item: no payment is under way."""
        return (
            item["kind"] == "claim" and not item["pending"] and not item["in_process"]
        )

    @portal_route("/pay", methods=["GET"])
    def portal_pay(self, token=None, profile_id=None, **kwargs):
        """Show how to pay what was chosen: online, or by transfer."""
        profile, base = self._portal_access(token, profile_id)
        values = self._portal_base_values(profile, base)
        try:
            chosen, others = self._portal_chosen(profile, kwargs)
            values["others"] = others
            currency_id = next(iter(chosen.values()), 0)
            with_credits = f"credits_{currency_id}" in kwargs or "credits" in kwargs
            amount = kwargs.get(f"amount_{currency_id}") or kwargs.get("amount")
            values["ids"] = list(chosen)
            choice = profile._portal_choice(
                list(chosen), with_credits, (amount or "").strip() or None
            )
        except ValidationError as error:
            return self._portal_pay_page({**values, "error": str(error)}, 422)
        values.update(
            choice=choice,
            with_credits=with_credits,
            has_credits=bool(profile._portal_credits(choice.currency)),
            transfer=profile._portal_transfer(choice),
            **self._portal_form_values(profile, base, token, choice),
        )
        return self._portal_pay_page(values)

    def _portal_pay_page(self, values, status=200):
        return self._portal_secured(
            request.render("credit_control.portal_pay", values, status=status)
        )

    def _portal_base_values(self, profile, base):
        """Return the values that every page of the portal needs."""
        return {
            "page_name": "credit",
            "profile": profile,
            "base": base,
            "company": profile.company_id,
            "langs": self._portal_langs(),
            "lang": request.env.lang,
            "is_link": base.startswith("/credit/"),
            "is_preview": not base.startswith("/credit/")
            and request.env.user._is_internal(),
            "has_credits": True,
            "others": {},
            "ids": [],
            "choice": None,
            "error": None,
        }

    def _portal_chosen(self, profile, kwargs):
        """Return the items asked for in one currency, and those in the others.

        :return: ``{item id: currency id}``, ``{currency: [item id]}``
        """
        rows = profile._portal_rows()
        open_ids = {row["id"]: row["currency_id"] for row in rows}
        if kwargs.get("select") in ("all", "overdue"):
            wanted = self._portal_selection(profile, kwargs["select"])
        else:
            wanted = request.httprequest.args.getlist("item")
        try:
            ids = [int(item) for item in wanted]
        except ValueError:
            ids = [0]
        if not ids:
            raise ValidationError(profile.env._("Choose what you want to pay."))
        asked = kwargs.get("currency") or ""
        first = open_ids.get(ids[0], 0)
        here = int(asked) if asked.isdigit() else first
        chosen, others = {}, {}
        for item in ids:
            currency_id = open_ids.get(item, here)
            if currency_id == here:
                chosen[item] = here
            else:
                currency = request.env["res.currency"].browse(currency_id)
                others.setdefault(currency, []).append(item)
        if not chosen:
            raise ValidationError(profile.env._("Choose what you want to pay."))
        return chosen, others

    def _portal_selection(self, profile, kind):
        """Return the ids of all claims to pay, or of the overdue ones.

        What the customer contests as a whole is not proposed; he may choose it.
        """
        return [
            item["id"]
            for section in profile._portal_items()
            for item in section["items"]
            if self._portal_can_pay(item)
            and item["disputed"] < item["residual"]
            and (kind == "all" or item["days_overdue"])
        ]

    @portal_route("/payment/<int:transaction_id>", methods=["GET"])
    def portal_payment(self, transaction_id, token=None, profile_id=None, **kwargs):
        """Say what became of a payment."""
        profile, base = self._portal_access(token, profile_id)
        transaction = profile.env["payment.transaction"].search(
            [("id", "=", transaction_id), ("credit_profile_id", "=", profile.id)]
        )
        if not transaction:
            werkzeug.exceptions.abort(self._portal_no_page())
        values = self._portal_base_values(profile, base)
        values["transaction"] = transaction
        return self._portal_secured(
            request.render("credit_control.portal_payment", values)
        )

    # === THE FORM OF CORE === #
    def _portal_payer(self, profile, token):
        """Return who pays: the contact who is logged in, else the customer."""
        partner = request.env.user.partner_id
        own = partner.commercial_partner_id == profile.partner_id
        return partner if token is None and own else profile.partner_id

    def _portal_form_values(self, profile, base, token, choice):
        """Return the values of core's payment form, with all that can take the sum."""
        company, payer = profile.company_id, self._portal_payer(profile, token)
        providers, methods, tokens = self._portal_ways(profile, token, choice)
        if not self._can_partner_pay_in_company(payer, company):
            providers = providers.browse()
            methods, tokens = methods.browse(), tokens.browse()
        # who has only the address of the page saves no card in the customer's name
        savable = self._compute_show_tokenize_input_mapping(providers)
        return {
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": tokens,
            "amount": choice.amount,
            "currency": choice.currency,
            "partner_id": payer.id,
            "reference_prefix": profile._portal_prefix(choice.claims),
            "show_tokenize_input_mapping": {
                provider: token is None and shown for provider, shown in savable.items()
            },
            "transaction_route": f"{base}/transaction",
            "landing_route": base,
            "access_token": profile._portal_sign(choice),
        }

    def _portal_ways(self, profile, token, choice):
        """Return the providers, methods and saved cards that can take the sum."""
        env, payer = profile.env, self._portal_payer(profile, token)
        providers = env["payment.provider"]._get_compatible_providers(
            profile.company_id.id,
            payer.id,
            choice.amount,
            currency_id=choice.currency.id,
        )
        methods = env["payment.method"]._get_compatible_payment_methods(
            providers.ids, payer.id, currency_id=choice.currency.id
        )
        tokens = env["payment.token"]
        if token is None:
            tokens = tokens._get_available_tokens(providers.ids, payer.id)
        return providers, methods, tokens

    # === TRANSACTION === #
    @portal_route("/transaction", type="jsonrpc", methods=["POST"])
    def portal_transaction(
        self, token=None, profile_id=None, access_token=None, amount=None, **kwargs
    ):
        """Start the payment of what was chosen, checked again; see core's form.

        :return: the processing values of the transaction
        :rtype: dict
        """
        profile, base = self._portal_access(token, profile_id)
        self._validate_transaction_kwargs(
            kwargs, additional_allowed_keys=("payment_reference",)
        )
        profile._portal_lock_payments()
        choice = profile._portal_signed_choice(access_token, amount)
        values = self._portal_transaction_kwargs(profile, token, choice, kwargs)
        transaction = self._portal_same(profile, choice, values)
        if transaction:
            PaymentPostProcessing.monitor_transaction(transaction)
        else:
            transaction = self._create_transaction(
                amount=choice.amount,
                currency_id=choice.currency.id,
                reference_prefix=profile._portal_prefix(choice.claims),
                custom_create_values=profile._portal_transaction_vals(choice),
                **values,
            )
        # where the customer lands is ours to say, not the browser's
        transaction.landing_route = f"{base}/payment/{transaction.id}"
        return transaction._get_processing_values()

    def _portal_transaction_kwargs(self, profile, token, choice, kwargs):
        """Return the arguments of core's creation, each one checked.

        :raise ValidationError: if the way to pay is not one of those offered
        """
        providers, methods, tokens = self._portal_ways(profile, token, choice)
        payer, flow = self._portal_payer(profile, token), kwargs.get("flow")
        provider = providers.filtered(lambda one: one.id == kwargs.get("provider_id"))
        if flow == "token":
            card = tokens.filtered(lambda one: one.id == kwargs.get("token_id"))
            way = card.provider_id == provider and card.payment_method_id
        else:
            card = tokens.browse()
            way = methods.filtered(
                lambda one: (
                    one.id == kwargs.get("payment_method_id")
                    and provider in one.provider_ids
                )
            )
        if (
            flow not in ("redirect", "direct", "token")
            or not provider
            or not way
            or not self._can_partner_pay_in_company(payer, profile.company_id)
        ):
            raise ValidationError(
                profile.env._(
                    "This way of paying is not available any more. Load the page "
                    "again and choose another one."
                )
            )
        return {
            "provider_id": provider.id,
            "payment_method_id": way.id,
            "token_id": card.id,
            "partner_id": payer.id,
            "flow": flow,
            "tokenization_requested": bool(
                token is None and kwargs.get("tokenization_requested")
            ),
            "landing_route": "",
        }

    def _portal_same(self, profile, choice, values):
        """Return the payment that was started just now for the same choice, if any."""
        return profile._portal_same_transaction(
            choice,
            {
                "provider_id": values["provider_id"],
                "payment_method_id": values["payment_method_id"],
                "partner_id": values["partner_id"],
                "operation": f"online_{values['flow']}",
            },
        )


class CreditPaymentStatus(PaymentPostProcessing):
    """The customer's page says itself that a payment waits for its confirmation."""

    @http.route()
    def display_status(self, **kwargs):
        """Go back to the customer's page, or wait in the language of that page."""
        transaction = self._get_monitored_transaction()
        profile = transaction.credit_profile_id
        if profile and transaction.state == "pending":
            return request.redirect(transaction.landing_route)
        if profile:
            known = dict(request.env["res.lang"].get_installed())
            wanted = (request.cookies.get(LANG_COOKIE), profile._statement_lang())
            lang = next((code for code in wanted if code in known), request.env.lang)
            request.update_context(lang=lang)
        return super().display_status(**kwargs)
