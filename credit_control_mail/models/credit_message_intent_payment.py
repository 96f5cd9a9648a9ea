from odoo import models

from .credit_payment_finder import MAX_NAMES, Clues


class CreditMessageIntent(models.Model):
    """“Already paid”: where the money may be."""

    _inherit = "credit.message.intent"

    # === ACTIONS === #
    def action_search_payments(self):
        """Show bank lines, payments and credits that may be what he speaks of."""
        self.ensure_one()
        self._check_rights(self.env._("look for a payment"))
        searches = self.env["credit.message.payment.search"]
        found = self._find_payments()
        return searches._make(found, intent_id=self.id)._action_show()

    # === BUSINESS METHODS === #
    def _find_payments(self):
        """Return what may be the payment, see ``credit.payment.finder._find``."""
        self.ensure_one()
        finder = self.env["credit.payment.finder"]
        return finder._find(self.profile_id, self._payment_clues())

    def _payment_clues(self):
        """Return what is known of the payment."""
        # sudo: whoever decides may know what is open of the customer's invoices
        intent = self.sudo()
        lines = intent.move_ids.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        lines = lines or intent.profile_id._overdue_lines()
        amounts = {}
        for line in lines[:MAX_NAMES]:
            amounts.setdefault(line.amount_residual_currency, line.move_id.name)
        return Clues(
            intent.profile_id.partner_id,
            amounts,
            round(sum(lines.mapped("amount_residual_currency")), 2),
            list(dict.fromkeys(filter(None, lines.move_id.mapped("name"))))[:MAX_NAMES],
            self.date,
            self.amount,
        )
