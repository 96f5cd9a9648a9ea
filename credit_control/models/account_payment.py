from odoo import models


class AccountPayment(models.Model):
    """A payment without an entry holds the claims that it is for."""

    _inherit = "account.payment"

    def write(self, vals):
        """Refresh the figures of the customers whose claims are held, or no more."""
        result = super().write(vals)
        if "state" in vals:
            invoices = self.filtered(lambda payment: not payment.move_id).invoice_ids
            invoices._refresh_credit_figures()
        return result


class PaymentTransaction(models.Model):
    """An online payment that has no end yet holds the claims that it is for."""

    _inherit = "payment.transaction"

    def write(self, vals):
        """Refresh the figures of the customers whose claims are held, or no more."""
        result = super().write(vals)
        if "state" in vals:
            self.invoice_ids._refresh_credit_figures()
        return result
