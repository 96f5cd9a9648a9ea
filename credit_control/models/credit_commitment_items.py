from odoo import models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    """Promises and plans of chosen items."""

    _inherit = "account.move.line"

    def action_credit_promise(self):
        """Open a promise of these items, of all that is open on them."""
        profile = self._commitment_profile(self.env._("enter a promise"))
        return self._commitment_dialog(
            "credit_control.credit_promise_action_quick",
            {
                **profile._proposed_promise(),
                "profile_id": profile.id,
                "currency_id": self.currency_id.id,
                "amount": sum(self.mapped("amount_residual_currency")),
                "move_line_ids": self.ids,
            },
        )

    def action_credit_plan(self):
        """Open a payment plan of these items."""
        profile = self._commitment_profile(self.env._("enter a payment plan"))
        return self._commitment_dialog(
            "credit_control.credit_plan_make_action",
            {
                "profile_id": profile.id,
                "currency_id": self.currency_id.id,
                "move_line_ids": self.ids,
            },
        )

    def _commitment_profile(self, deed):
        """Return the one customer of these open claims of one currency.

        :param str deed: what the user wants to do, in the infinitive
        """
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("read")
        # sudo: of items that the user may read
        customers = self.sudo().partner_id.commercial_partner_id
        one_each = (customers, self.company_id, self.currency_id)
        claims = self.filtered(
            lambda line: (
                line.account_id.sudo().account_type == "asset_receivable"
                and line.parent_state == "posted"
                and line.amount_residual_currency > 0
            )
        )
        if claims != self or any(len(records) != 1 for records in one_each):
            raise UserError(
                self.env._(
                    "Choose open invoices or instalments of one customer, in one "
                    "currency."
                )
            )
        profile = self.env["credit.profile"].get_profile(customers, self.company_id)
        return profile._check_in_portfolio()

    def _commitment_dialog(self, xml_id, defaults):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        context = {f"default_{name}": value for name, value in defaults.items()}
        return {**action, "context": context}
