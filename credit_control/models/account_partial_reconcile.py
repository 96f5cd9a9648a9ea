from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Refresh the figures of the customers whose items are matched."""
        partials = super().create(vals_list)
        customers = partials._credit_customers()
        self.env["credit.profile"]._refresh_customers(customers)
        return partials

    def unlink(self):
        """Refresh the figures of the customers whose items are open again."""
        customers = self._credit_customers()
        result = super().unlink()
        self.env["credit.profile"]._refresh_customers(customers)
        return result

    @api.private
    def _credit_customers(self):
        """Return ``{(commercial partner id, company id)}`` of the matched items."""
        return (self.debit_move_id | self.credit_move_id)._credit_customers()
