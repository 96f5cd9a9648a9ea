from odoo import models
from odoo.exceptions import AccessError, UserError


class CreditProfile(models.Model):
    """Many customers at once, on paper and as a workbook."""

    _inherit = "credit.profile"

    def action_print_statements(self):
        """Show the statements of these customers as one PDF."""
        action = self.action_statement()
        statement = self.env[action["res_model"]].browse(action["res_id"])
        return statement.action_pdf()

    def action_export_figures(self):
        """Download these customers with their figures as a workbook."""
        self._check_export()
        export = self.env["credit.profile.export"].create({"profile_ids": self.ids})
        return {
            "type": "ir.actions.act_url",
            "url": f"/credit/profiles/{export.id}/xlsx",
            "target": "download",
        }

    def _check_export(self):
        """Raise unless the user may read the customers and export at all."""
        if not self.env.user.has_group("base.group_allow_export"):
            raise AccessError(
                self.env._(
                    "You have no right to export: ask your administrator for it."
                )
            )
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Select at least one customer."))
