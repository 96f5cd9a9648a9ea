from collections import defaultdict
from typing import NamedTuple

from odoo import api, models


class Settlement(NamedTuple):
    """What a payment or a credit note took off a claim, in the claim's currency."""

    date: object
    name: str
    amount: float


class Claim(NamedTuple):
    """One claim of an account, in its currency."""

    name: str
    reference: str
    date: object
    due: object
    principal: float
    settlements: list
    interest: float
    open: float


class CreditDossier(models.Model):
    """The account of the claims: principal, what was paid, what is left."""

    _inherit = "credit.dossier"

    def _account(self):
        """Return the claims of a dossier by currency, the oldest first.

        :rtype: dict[res.currency, list[Claim]]
        """
        self.ensure_one()
        lines = self._claims().sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
        settlements = self._settlements(lines)
        account = {}
        for currency, mine in lines.grouped("currency_id").items():
            account[currency] = [
                Claim(
                    name=line.move_name or line.name or "",
                    reference=line.move_id.ref or "",
                    date=line.invoice_date or line.date,
                    due=line.date_maturity or line.date,
                    principal=line.amount_currency,
                    settlements=settlements[line],
                    interest=self._claim_interest(line),
                    open=line.amount_residual_currency,
                )
                for line in mine
            ]
        return account

    @api.model
    def _claim_interest(self, line):
        """Return the late interest of a claim; none is reckoned here.

        Extended by: what reckons interest by dated rates.
        """
        return 0.0

    @api.model
    def _settlements(self, lines):
        """Return ``{line: [Settlement]}`` of claims, by date, from the ledger.

        Differences of exchange are matched too, but take nothing off in the currency
        of the claim: they are left out.
        """
        partials = (
            self.env["account.partial.reconcile"]
            .sudo()
            .search([("debit_move_id", "in", lines.ids)], order="max_date, id")
        )
        found = defaultdict(list)
        for partial in partials:
            if partial.debit_currency_id.is_zero(partial.debit_amount_currency):
                continue
            credit = partial.credit_move_id
            found[partial.debit_move_id].append(
                Settlement(
                    date=credit.date,
                    name=credit.move_name or credit.name or "",
                    amount=partial.debit_amount_currency,
                )
            )
        return found

    def _account_total(self, claims):
        """Return what is due on these claims: open amounts and interest."""
        return sum(claim.open + claim.interest for claim in claims)
