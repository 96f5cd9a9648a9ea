from odoo import models
from odoo.exceptions import UserError


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def action_open_policy(self):
        """Open the policy that produced the notice."""
        self.ensure_one().check_access("read")
        return self.policy_id._open_form()


class CreditAgedItem(models.Model):
    _inherit = "credit.aged.item"

    def action_open_policy(self):
        """Open the policy that the customer of the item follows."""
        self.ensure_one().check_access("read")
        if not self.policy_id:
            raise UserError(
                self.env._(
                    "No policy reaches this customer: choose one on his credit "
                    "profile, or a default in the settings."
                )
            )
        return self.policy_id._open_form()


class CreditAgedBalance(models.Model):
    _inherit = "credit.aged.balance"

    def action_open_row(self, key, currency_id):
        """Open the policy itself where the balance is by policy."""
        if self.by == "policy" and key:
            self.check_access("read")
            return self.env["dunning.policy"].browse(key)._open_form()
        return super().action_open_row(key, currency_id)
