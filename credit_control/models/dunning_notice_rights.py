from odoo import models


class DunningNotice(models.Model):
    """Who may write in the chatter of a notice."""

    _inherit = "dunning.notice"

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Whoever reads a notice may write on it, but an auditor, who only reads."""
        if message_operation == "create" and self.env["credit.profile"]._only_audits():
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)
