from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..report.qr_code import qr_code_svg
from ..tools.epc import is_iban, transfer_payload

SCOPE = "credit_control.portal_pay"
# a pay page left open for longer is loaded again
PAGE_HOURS = 12
# payments shown on the customer's page
SHOWN_DAYS = 30
# two starts of the same payment within this time are one
SAME_PAYMENT = timedelta(minutes=15)
MAX_REFERENCE = 60


class Choice(NamedTuple):
    """What the customer wants to pay now, in one currency.

    ``claims`` (earliest due first) and ``credits`` are journal items; ``total`` is
    what the claims amount to, ``credit`` (positive) what is taken off, ``discount``
    the early payment discount; ``net`` is the most that can be paid, ``amount`` what
    is paid, net or a part of it.
    """

    claims: Any
    credits: Any
    currency: Any
    total: float
    credit: float
    discount: float
    net: float
    amount: float

    @property
    def lines(self):
        """The items that the payment reaches, with the credits taken off.

        A part settles the earliest due: it holds no reminder of what it does not reach.
        """
        left, reached = self.amount + self.credit + self.discount, self.claims.browse()
        for line in self.claims:
            if self.currency.compare_amounts(left, 0) <= 0:
                break
            reached |= line
            left -= line.amount_residual_currency
        return reached | self.credits

    @property
    def is_part(self):
        """Whether something of the chosen items stays open."""
        return self.currency.compare_amounts(self.amount, self.net) < 0


class CreditProfile(models.Model):
    """What the customer may pay online, and what he has paid."""

    _inherit = "credit.profile"

    # === CHOICE === #
    @api.private
    def _portal_choice(self, line_ids, with_credits=False, amount=None):
        """Return what the customer chose to pay, checked against the ledger.

        :param line_ids: journal items, as a browser sent them
        :param bool with_credits: take all open credits of the currency off
        :param amount: a part, as typed; None for all
        :raise ValidationError: in words for the customer
        :rtype: Choice
        """
        lines = self._portal_find_items(line_ids)
        self._portal_check_payable(lines)
        if with_credits:
            lines |= self._portal_credits(lines.currency_id)
        lines = lines.sorted(lambda line: (line.date_maturity or line.date, line.id))
        claims = lines.filtered(lambda line: line.amount_residual_currency > 0)
        if not claims:
            raise ValidationError(self.env._("Choose what you want to pay."))
        currency = claims.currency_id
        total = currency.round(sum(claims.mapped("amount_residual_currency")))
        credits = lines - claims
        credit = currency.round(-sum(credits.mapped("amount_residual_currency")))
        today = self.company_id._dunning_today()[self.company_id]
        # a discount is for who pays the invoice, not for who settles it by credits
        discounts = {} if credits else claims._credit_early_discounts(today)
        discount = currency.round(sum(discounts.values()))
        net = currency.round(total - credit - discount)
        if currency.compare_amounts(net, 0) <= 0:
            raise ValidationError(
                self.env._(
                    "Your credits cover what you chose: there is nothing to pay."
                )
            )
        paid = net if amount is None else self._portal_amount(amount, net, currency)
        if currency.compare_amounts(paid, net) < 0:
            discount = 0.0
        return Choice(claims, credits, currency, total, credit, discount, net, paid)

    def _portal_check_payable(self, lines):
        """Raise, in words, when these items cannot be paid in one payment."""
        if len(lines.currency_id) > 1:
            raise ValidationError(
                self.env._(
                    "Choose items in one currency: each currency is paid by itself."
                )
            )
        under_way = self._portal_pending(lines.ids)
        in_process = {
            row["id"] for row in self._portal_rows(lines.ids) if row["in_process"]
        }
        busy = lines.filtered(lambda line: line.id in under_way.keys() | in_process)
        if busy:
            raise ValidationError(
                self.env._(
                    "A payment of %(documents)s is under way already: wait until it "
                    "is confirmed, or choose other items.",
                    documents=", ".join(busy.move_id.mapped("name")[:5]),
                )
            )

    def _portal_credits(self, currency):
        """Return the open credits of a currency that no payment uses yet."""
        rows = [
            row["id"]
            for row in self._portal_rows()
            if row["currency_id"] == currency.id
            and row["residual"] < 0
            and not row["in_process"]
        ]
        under_way = self._portal_pending(rows)
        credits = self.sudo().env["account.move.line"].browse(rows)
        return credits.filtered(lambda line: line.id not in under_way)

    def _portal_amount(self, amount, net, currency):
        """Return the amount that a customer typed, between zero and ``net``."""
        text = str(amount).strip().replace(" ", "").replace("\u202f", "")
        if "," in text and "." not in text:
            text = text.replace(",", ".")
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("nan")
        # compared before it is rounded: a float has an end, what is typed has none
        is_number = number.is_finite() and 0 < number <= Decimal(net) + 1
        value = currency.round(float(number)) if is_number else 0.0
        if (
            currency.compare_amounts(value, 0) <= 0
            or currency.compare_amounts(value, net) > 0
        ):
            raise ValidationError(
                self.env._(
                    "Enter an amount above zero and up to %(net)s.",
                    net=currency.format(net),
                )
            )
        return value

    # === SIGNED CHOICE === #
    def _portal_sign(self, choice):
        """Return the choice as a token, for the form that starts the payment."""
        values = [
            self.id,
            choice.claims.ids,
            choice.credits.ids,
            choice.currency.id,
            f"{choice.amount:.{choice.currency.decimal_places}f}",
        ]
        return hash_sign(self.sudo().env, SCOPE, values, expiration_hours=PAGE_HOURS)

    def _portal_signed_choice(self, token, amount):
        """Return the choice of a token, checked against the ledger of now.

        :param amount: what the form says is paid; another one is refused
        :raise ValidationError: in words for the customer
        """
        try:
            values = verify_hash_signed(self.sudo().env, SCOPE, str(token or ""))
            profile_id, claims, credits, _currency_id, paid = values
            same = profile_id == self.id and Decimal(paid) == Decimal(str(amount))
        except (InvalidOperation, TypeError, ValueError):  # no token of ours
            same = False
        if not same:
            raise ValidationError(
                self.env._(
                    "This page is too old, or was changed. Go back to your account "
                    "and choose again what you want to pay."
                )
            )
        return self._portal_choice(claims + credits, amount=paid)

    # === TRANSACTION === #
    def _portal_lock_payments(self):
        """Let one payment of this customer be started at a time.

        Written, not only locked: whoever waited fails and is tried again, and then
        sees what the first one did.
        """
        self.env.execute_query(
            SQL(
                "UPDATE credit_profile SET active = active WHERE id = %s RETURNING id",
                self.id,
            )
        )

    def _portal_transaction_vals(self, choice):
        """Return the values of the payment of a choice, for its creation."""
        lines = choice.lines
        invoices = (lines & choice.claims).move_id.filtered(
            lambda move: move.is_invoice(include_receipts=True)
        )
        return {
            "credit_profile_id": self.id,
            "credit_line_ids": [fields.Command.set(lines.ids)],
            "credit_discount": choice.discount,
            "invoice_ids": [fields.Command.set(invoices.ids)],
        }

    def _portal_same_transaction(self, choice, values):
        """Return the payment that was just started for the same choice, if any.

        A double click, or the way back from the provider's page.

        :param dict values: provider, method, partner and kind of the new one
        """
        found = (
            self.sudo()
            .env["payment.transaction"]
            .search(
                [
                    ("credit_profile_id", "=", self.id),
                    ("state", "=", "draft"),
                    ("currency_id", "=", choice.currency.id),
                    ("create_date", ">", fields.Datetime.now() - SAME_PAYMENT),
                    *((name, "=", value) for name, value in values.items()),
                ],
                order="id desc",
            )
        )
        lines = choice.lines
        return found.filtered(
            lambda tx: (
                tx.credit_line_ids == lines
                and not choice.currency.compare_amounts(tx.amount, choice.amount)
                and not choice.currency.compare_amounts(
                    tx.credit_discount, choice.discount
                )
            )
        )[:1]

    def _portal_prefix(self, claims):
        """Return what the reference of an online payment of these items begins with.

        Providers limit its length and its characters.
        """
        names = list(dict.fromkeys(line.move_id.name for line in claims))
        reference = "-".join(names)
        if len(reference) <= MAX_REFERENCE:
            return reference
        return f"{names[0]}+{len(names) - 1}"

    def _portal_reference(self, claims):
        """Return what the customer writes on a transfer for these items."""
        moves = claims.move_id
        names = list(
            dict.fromkeys(move.payment_reference or move.name for move in moves)
        )
        reference = ", ".join(names)
        if len(reference) <= MAX_REFERENCE:
            return reference
        partner = self.sudo().partner_id
        return self.env._(
            "%(customer)s: %(first)s and %(count)s more",
            customer=partner.ref or partner.name[:20],
            first=names[0],
            count=len(names) - 1,
        )

    # === BANK TRANSFER === #
    def _portal_transfer(self, choice):
        """Return what a bank transfer needs; empty when no account is known.

        ``holder``, ``account`` (in groups of four), ``bic``, ``bank``, ``reference``
        and ``qr_code`` (EPC, of a transfer in euro within SEPA).
        """
        company = self.sudo().company_id
        own = company.partner_id.bank_ids
        fitting = own.filtered(lambda bank: bank.currency_id == choice.currency)
        fitting += own.filtered(lambda bank: not bank.currency_id)
        bank = (choice.claims.move_id.partner_bank_id & own or fitting)[:1]
        if not bank:
            return {}
        plain = (bank.acc_number or "").replace(" ", "")
        reference = self._portal_reference(choice.claims)
        holder = bank.acc_holder_name or company.name
        letters = self.sudo().env["report.credit_control.letter_document"]
        iban = bank.sanitized_acc_number or ""
        qr_code = ""
        if (
            choice.currency.name == "EUR"
            and is_iban(iban)
            and iban[:2] in letters._sepa_countries()
        ):
            qr_code = qr_code_svg(
                transfer_payload(holder, iban, choice.amount, reference, bank.bank_bic)
            )
        return {
            "holder": holder,
            "account": " ".join(plain[n : n + 4] for n in range(0, len(plain), 4)),
            "bic": bank.bank_bic,
            "bank": bank.bank_name,
            "reference": reference,
            "qr_code": qr_code,
        }

    # === WHAT WAS PAID === #
    def _portal_pending(self, line_ids):
        """Add the online payments; one of chosen items concerns these alone."""
        found = super()._portal_pending(line_ids)
        if not line_ids:
            return found
        transactions = self.env["payment.transaction"].sudo()
        transactions.flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT DISTINCT ON (item.id) item.id, tx.state, tx.amount,
                       tx.reference, tx.create_date::date AS date
                  FROM account_move_line item
                  JOIN LATERAL (
                       SELECT chosen.transaction_id AS id
                         FROM payment_transaction_credit_line_rel chosen
                        WHERE chosen.line_id = item.id
                        UNION ALL
                       SELECT link.transaction_id
                         FROM account_invoice_transaction_rel link
                        WHERE link.invoice_id = item.move_id
                          AND NOT EXISTS (
                              SELECT FROM payment_transaction_credit_line_rel chosen
                               WHERE chosen.transaction_id = link.transaction_id)
                       ) found ON TRUE
                  JOIN payment_transaction tx ON tx.id = found.id
                 WHERE item.id = ANY(%s) AND %s
                 ORDER BY item.id, tx.id DESC
                """,
                list(line_ids),
                transactions._credit_under_way(),
            )
        )
        return {**found, **{row.pop("id"): row for row in rows}}

    @api.private
    def _portal_payments(self):
        """Return the payments started on the page lately that came to something.

        :rtype: payment.transaction
        """
        self.ensure_one()
        return (
            self.sudo()
            .env["payment.transaction"]
            .search(
                [
                    ("credit_profile_id", "=", self.id),
                    ("state", "!=", "draft"),
                    (
                        "last_state_change",
                        ">",
                        fields.Datetime.now() - timedelta(days=SHOWN_DAYS),
                    ),
                ],
                order="id desc",
                limit=10,
            )
        )
