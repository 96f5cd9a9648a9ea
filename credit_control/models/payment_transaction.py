from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.tools import SQL


class PaymentTransaction(models.Model):
    """An online payment of items that the customer chose on his page.

    Core pays whole invoices, oldest instalment first. Here exactly the chosen journal
    items are settled: instalments, items without an invoice, less chosen credits.
    """

    _inherit = "payment.transaction"

    credit_profile_id = fields.Many2one(
        "credit.profile",
        string="Customer's page",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Where the customer chose what to pay.",
    )
    credit_line_ids = fields.Many2many(
        "account.move.line",
        "payment_transaction_credit_line_rel",
        "transaction_id",
        "line_id",
        string="Chosen items",
        readonly=True,
        copy=False,
        help="Claims to settle, and open credits to take off first.",
    )
    credit_discount = fields.Monetary(
        string="Early payment discount",
        readonly=True,
        copy=False,
        help="Granted on the chosen items when the payment was started.",
    )

    # === UNDER WAY === #
    @api.model
    def _credit_under_way(self):
        """Return the condition that a payment ``tx`` has no end yet, as SQL.

        Money that came and is not in the ledger yet counts: who paid is not reminded.
        """
        return SQL(
            "(tx.state IN ('pending', 'authorized')"
            " OR tx.state = 'done' AND tx.is_post_processed IS NOT TRUE)"
        )

    @api.model
    def _credit_under_way_of(self, line):
        """Return the condition that a payment of an item is under way, as SQL.

        A payment of chosen items concerns these alone, any other whole invoices.

        :param SQL line: alias of the journal item
        """
        return SQL(
            """
            EXISTS (SELECT FROM payment_transaction_credit_line_rel chosen
                      JOIN payment_transaction tx ON tx.id = chosen.transaction_id
                     WHERE chosen.line_id = %(line)s.id AND %(under_way)s)
            OR EXISTS (SELECT FROM account_invoice_transaction_rel link
                         JOIN payment_transaction tx ON tx.id = link.transaction_id
                        WHERE link.invoice_id = %(line)s.move_id AND %(under_way)s
                          AND NOT EXISTS (
                              SELECT FROM payment_transaction_credit_line_rel chosen
                               WHERE chosen.transaction_id = tx.id))
            """,
            line=line,
            under_way=self._credit_under_way(),
        )

    # === PAYMENT === #
    def _credit_source(self):
        """Return the payment that knows what was chosen: this one, or of a capture."""
        self.ensure_one()
        source = self.source_transaction_id
        is_capture = source and self.operation == source.operation
        return source if is_capture and not self.credit_line_ids else self

    def _create_payment(self, **extra_create_values):
        """Settle what was chosen on the customer's page, and nothing else.

        Chosen credits go first, then the money, on the earliest due item. Only what
        is still open is settled: the rest of the money stays as an open credit.
        """
        chosen = self._credit_source().sudo()
        if not chosen.credit_line_ids:
            return super()._create_payment(**extra_create_values)
        claims, credits = chosen._credit_open_items()
        chosen._credit_settle(claims, credits)
        claims = claims.filtered(lambda line: not line.reconciled)
        values = self._credit_payment_vals(chosen, claims)
        # core would settle these invoices from their oldest instalment on
        invoices = chosen.invoice_ids
        chosen.invoice_ids = [Command.clear()]
        values["invoice_ids"] = [Command.set(invoices.ids)]
        payment = super()._create_payment(**{**values, **extra_create_values})
        chosen.invoice_ids = [Command.set(invoices.ids)]
        chosen._credit_settle(claims, payment.move_id.line_ids)
        self._credit_paid(payment)
        return payment

    def _credit_open_items(self):
        """Return the claims and the credits among the chosen items still open.

        The claims come earliest due first.
        """
        lines = self.credit_line_ids.filtered(
            lambda line: line.parent_state == "posted" and not line.reconciled
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
        claims = lines.filtered(lambda line: line.amount_residual_currency > 0)
        return claims, lines.filtered(lambda line: line.amount_residual_currency < 0)

    @api.model
    def _credit_settle(self, claims, money):
        """Match claims with credits or a payment, account by account."""
        claims = claims.filtered(lambda line: not line.reconciled)
        accounts = claims.account_id
        money = money.filtered(
            lambda line: line.account_id in accounts and not line.reconciled
        )
        for account, lines in (claims | money).grouped("account_id").items():
            if account in money.account_id:
                lines.reconcile()

    def _credit_payment_vals(self, chosen, claims):
        """Return values of the payment: its receivable accounts and its discounts.

        :param chosen: the payment that knows what was chosen
        :param claims: what is open of it, earliest due first
        """
        discounts = chosen._credit_discounts(claims)
        shares = defaultdict(float)
        left = self.amount
        for line in claims:
            discount = discounts.get(line, 0.0)
            part = min(left, line.amount_residual_currency - discount)
            shares[line.account_id] += part + (discount if part else 0.0)
            left -= part
        home = claims[:1].account_id
        values = {
            "write_off_line_vals": [
                self._credit_share_vals(account, share)
                for account, share in shares.items()
                if account != home and not self.currency_id.is_zero(share)
            ]
            + self._credit_discount_vals(discounts)
        }
        if home:
            values["destination_account_id"] = home.id
        return values

    def _credit_share_vals(self, account, share):
        """Return the values of the part of a payment on another receivable account."""
        company = self.provider_id.company_id
        day = fields.Date.context_today(self)
        balance = self.currency_id._convert(share, company.currency_id, company, day)
        return {
            "name": self.reference,
            "account_id": account.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "currency_id": self.currency_id.id,
            "amount_currency": -share,
            "balance": -balance,
        }

    # === EARLY PAYMENT DISCOUNT === #
    def _credit_discounts(self, claims):
        """Return the discounts granted on ``claims`` when the payment was started.

        Confirmed later, they are granted all the same.

        :rtype: dict[account.move.line, float]
        """
        return claims._credit_early_discounts() if self.credit_discount else {}

    def _credit_discount_vals(self, discounts):
        """Return the values of the journal items that write ``discounts`` off."""
        if not discounts:
            return []
        company = self.provider_id.company_id
        day = fields.Date.context_today(self)

        def to_home(amount):
            return self.currency_id._convert(amount, company.currency_id, company, day)

        groups = self.env[
            "account.move"
        ]._get_invoice_counterpart_amls_for_early_payment_discount(
            [
                {
                    "aml": line,
                    "amount_currency": -line.amount_residual_currency,
                    "balance": to_home(-line.amount_residual_currency),
                }
                for line in discounts
            ],
            to_home(sum(discounts.values())),
        )
        return [vals for group in groups.values() for vals in group]


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _credit_early_discounts(self, day=None):
        """Return what may be taken off these items when they are paid on ``day``.

        :param day: None: in time, whenever that was
        :rtype: dict[account.move.line, float]
        """
        return {
            line: line.currency_id.round(
                line.amount_currency - line.discount_amount_currency
            )
            for line in self
            if line.discount_amount_currency
            and line.move_id._is_eligible_for_early_payment_discount(
                line.currency_id, day
            )
        }


class DunningPipeline(models.AbstractModel):
    """A payment of chosen items holds these, not the rest of their invoices."""

    _inherit = "dunning.pipeline"

    def _hold_payment_pending(self):
        """An online payment was started and has no end yet, or is not booked yet."""
        transactions = self.env["payment.transaction"].sudo()
        transactions.flush_model()
        return transactions._credit_under_way_of(SQL("line"))
