from collections import namedtuple
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

# older money is not what a customer speaks of
MAX_DAYS = 400
MAX_FOUND = 40
MAX_BANK_LINES = 200
# what is compared at most, of a customer with a long ledger
MAX_NAMES = 60
# days by which a bank's day may differ from the customer's
NEAR_DAYS = 5

# customer; {residual: name of its entry}; their sum; names of entries; the day and
# the amount that the customer speaks of
Clues = namedtuple("Clues", "customer amounts total names date said")


class CreditPaymentFinder(models.AbstractModel):
    """Where the money may be that a customer speaks of. Nothing is booked here."""

    _name = "credit.payment.finder"
    _description = "Finder of payments"

    # === BUSINESS METHODS === #
    def _find(self, profile, clues):
        """Return what may be the payment, the likeliest first, then the latest.

        Unmatched bank lines of the customer, and of unknown senders by amount or
        reference; his unallocated payments and open credits; payments in process.

        :param profile: of the customer
        :param Clues clues: what is known of the payment
        :return: dicts with ``kind``, ``res_model``, ``res_id``, ``date``, ``amount``,
            ``currency_id``, ``label``, ``partner``, ``is_own``, ``score``, ``reasons``
        :rtype: list[dict]
        """
        rows = [
            *self._bank_rows(profile.company_id, clues),
            *self._credit_rows(profile),
            *self._process_rows(profile.company_id, clues.customer),
        ]
        for row in rows:
            row["reasons"], row["score"] = self._weigh(row, clues)
        rows.sort(key=lambda row: (row["score"], row["date"]), reverse=True)
        return rows[:MAX_FOUND]

    # === WHERE IT MAY BE === #
    def _bank_rows(self, company, clues):
        """Return the unmatched lines of bank statements that come into question."""
        amounts = [*clues.amounts, clues.total, clues.said]
        words = [f"%{name}%" for name in (*clues.names, clues.customer.name) if name]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, move.date, line.amount, line.currency_id,
                       coalesce(line.payment_ref, ''),
                       coalesce(owner.name, line.partner_name, ''),
                       owner.commercial_partner_id
                  FROM account_bank_statement_line line
                  JOIN account_move move ON move.id = line.move_id
             LEFT JOIN res_partner owner ON owner.id = line.partner_id
                 WHERE line.is_reconciled IS NOT TRUE
                   AND line.company_id = %(company)s
                   AND line.amount > 0
                   AND move.date >= %(since)s
                   AND (owner.commercial_partner_id = %(customer)s
                        OR line.partner_id IS NULL
                           AND (line.amount = ANY(%(amounts)s::numeric[])
                                OR line.payment_ref ILIKE ANY(%(words)s)
                                OR line.partner_name ILIKE ANY(%(words)s)))
              ORDER BY move.date DESC, line.id DESC
                 LIMIT %(limit)s
                """,
                company=company.id,
                since=company._dunning_today()[company] - timedelta(days=MAX_DAYS),
                customer=clues.customer.id,
                amounts=[amount for amount in amounts if amount],
                words=words or ["-"],
                limit=MAX_BANK_LINES,
            )
        )
        return [
            {
                "kind": "bank",
                "res_model": "account.bank.statement.line",
                "res_id": line_id,
                "date": date,
                "amount": float(amount),
                "currency_id": currency_id or company.currency_id.id,
                "label": label,
                "partner": partner,
                "is_own": customer_id == clues.customer.id,
            }
            for line_id, date, amount, currency_id, label, partner, customer_id in rows
        ]

    def _credit_rows(self, profile):
        """Return the payments not allocated, and the open credit notes."""
        # sudo: whoever reads the profile may know what is open of the customer
        lines = self.env["account.move.line"].sudo()
        found = lines.search(
            [*profile.sudo()._open_items_domain(), ("amount_residual", "<", 0)],
            order="date desc, id desc",
            limit=MAX_FOUND,
        )
        kinds = {"out_refund": "refund"}
        return [
            {
                "kind": kinds.get(line.move_id.move_type, "credit"),
                "res_model": "account.move.line",
                "res_id": line.id,
                "date": line.date,
                "amount": -line.amount_residual_currency,
                "currency_id": line.currency_id.id,
                "label": " ".join(filter(None, [line.move_id.name, line.ref])),
                "partner": line.partner_id.name or "",
                "is_own": True,
            }
            for line in found
        ]

    def _process_rows(self, company, customer):
        """Return the payments that are registered, but not booked yet."""
        # sudo: as above
        payments = self.env["account.payment"].sudo()
        found = payments.search(
            [
                ("partner_id.commercial_partner_id", "=", customer.id),
                ("company_id", "=", company.id),
                ("payment_type", "=", "inbound"),
                ("state", "=", "in_process"),
                ("move_id", "=", False),
            ],
            order="date desc, id desc",
            limit=MAX_FOUND,
        )
        return [
            {
                "kind": "payment",
                "res_model": "account.payment",
                "res_id": payment.id,
                "date": payment.date,
                "amount": payment.amount,
                "currency_id": payment.currency_id.id,
                "label": " ".join(filter(None, [payment.name, payment.memo])),
                "partner": payment.partner_id.name or "",
                "is_own": True,
            }
            for payment in found
        ]

    # === HOW LIKELY === #
    def _weigh(self, row, clues):
        """Return why a row may be the payment, and how likely: 0 to 100."""
        _ = self.env._
        found = []
        label = row["label"].lower()
        if row["is_own"]:
            found.append((35, _("Of this customer")))
        elif clues.customer.name and clues.customer.name.lower() in (
            f"{label} {row['partner'].lower()}"
        ):
            found.append((25, _("Names the customer")))
        if name := next((n for n in clues.names if n.lower() in label), None):
            found.append((35, _("Names %s", name)))
        found += self._weigh_amount(round(row["amount"], 2), clues)
        if clues.date and abs((row["date"] - clues.date).days) <= NEAR_DAYS:
            found.append((15, _("Of the day he speaks of")))
        score = min(100, sum(points for points, _reason in found))
        return [reason for _points, reason in found], score

    def _weigh_amount(self, amount, clues):
        _ = self.env._
        if clues.said and amount == round(clues.said, 2):
            return [(40, _("The amount that he says"))]
        for residual, name in clues.amounts.items():
            if amount == round(residual, 2):
                return [(35, _("The amount of %s", name))]
        if clues.total and amount == clues.total:
            return [(35, _("The amount of all of these invoices"))]
        return []
