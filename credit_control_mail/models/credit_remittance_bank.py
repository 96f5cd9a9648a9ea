from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .credit_payment_finder import MAX_NAMES, Clues

# days between the day that a customer names and that of the bank, by amount alone
NEAR_DAYS = 15
# invoices named in the note on a bank line
NAMED = 8


class AccountMove(models.Model):
    """The advice that says which invoices a bank line pays."""

    _inherit = "account.move"

    credit_remittance_note = fields.Char(
        string="Remittance advice",
        compute="_compute_credit_remittance_note",
        compute_sudo=True,
        help="What the customer says that this payment is for.",
    )

    # === COMPUTE METHODS === #
    @api.depends("statement_line_id")
    @api.depends_context("lang")
    def _compute_credit_remittance_note(self):
        found = self.env["credit.remittance"]._of_bank_lines(self.statement_line_id)
        for move in self:
            advices = found.get(move.statement_line_id.id)
            move.credit_remittance_note = advices and " / ".join(
                advice._say_to_accountant() for advice in advices
            )


class CreditRemittance(models.Model):
    """Bank lines, payments and credits that may be what an advice announces."""

    _inherit = "credit.remittance"

    # === ACTIONS === #
    def action_search_payments(self):
        """Show bank lines, payments and credits that may be this payment."""
        self.ensure_one()
        self._check_rights(self.env._("look for a payment"))
        searches = self.env["credit.message.payment.search"]
        found = self._find_payments()
        origin = {"intent_id": self.intent_id.id, "remittance_id": self.id}
        return searches._make(found, **origin)._action_show()

    # === BUSINESS METHODS === #
    def _find_payments(self):
        """Return what may be the payment, see ``credit.payment.finder._find``."""
        self.ensure_one()
        finder = self.env["credit.payment.finder"]
        return finder._find(self.profile_id, self._payment_clues())

    def _payment_clues(self):
        """Return what is known of the payment."""
        lines = self.sudo().line_ids
        amounts = {}
        for line in lines[:MAX_NAMES]:
            if line.move_line_id and line.paid > 0:
                amounts.setdefault(line.paid, line.move_line_id.move_id.name)
        names = [self.payment_reference, *lines.move_line_id.move_id.mapped("name")]
        return Clues(
            self.sudo().profile_id.partner_id,
            amounts,
            round(self.amount_lines, 2),
            list(dict.fromkeys(filter(None, names)))[:MAX_NAMES],
            self.payment_date,
            self.total or self.amount_lines,
        )

    @api.model
    @api.private
    def _of_bank_lines(self, bank_lines):
        """Return the advices that bank lines may be the payments of, by their ids.

        The reference of the payment is in the label, or the amount is the same, the day
        near, and the sender no other customer. By one query.

        :rtype: dict[int, credit.remittance]
        """
        if not bank_lines:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT bank.id, advice.id
                  FROM account_bank_statement_line bank
                  JOIN account_move move ON move.id = bank.move_id
             LEFT JOIN res_partner owner ON owner.id = bank.partner_id
                  JOIN credit_remittance advice
                    ON advice.company_id = bank.company_id
                   AND advice.state <> 'cancelled'
                   AND (owner.id IS NULL
                        OR owner.commercial_partner_id = advice.partner_id)
                 WHERE bank.id = ANY(%(ids)s)
                   AND bank.amount > 0
                   AND (length(advice.payment_reference) > 3
                        AND strpos(lower(bank.payment_ref),
                                   lower(advice.payment_reference)) > 0
                        OR (abs(advice.total - bank.amount) < 0.005
                            OR abs(advice.amount_lines - bank.amount) < 0.005)
                           AND abs(move.date - COALESCE(advice.payment_date,
                                                        advice.create_date::date))
                               <= %(days)s)
                 ORDER BY bank.id, advice.id
                """,
                ids=bank_lines.ids,
                days=NEAR_DAYS,
            )
        )
        found = {}
        for bank_id, advice_id in rows:
            found[bank_id] = found.get(bank_id, self.browse()) | self.browse(advice_id)
        return found

    def _say_to_accountant(self):
        """Return in words whose payment it is, and which items it covers."""
        names = list(
            dict.fromkeys(
                line.move_line_id.move_id.name or line.reference or ""
                for line in self.line_ids
            )
        )
        shown = ", ".join(names[:NAMED])
        if len(names) > NAMED:
            shown = self.env._(
                "%(names)s and %(count)s more", names=shown, count=len(names) - NAMED
            )
        day = self.payment_date
        return self.env._(
            "%(customer)s, %(day)s, %(amount)s: %(items)s",
            customer=self.profile_id.partner_id.name,
            day=format_date(self.env, day) if day else self.env._("no date"),
            amount=self.currency_id.format(self.total or self.amount_lines),
            items=shown,
        )
