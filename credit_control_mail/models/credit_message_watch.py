from odoo import models


class CreditMessage(models.Model):
    """Messages tell the open screens that they came, and open there."""

    _inherit = "credit.message"

    def _after_understood(self):
        """Let the inboxes that are open read their list again."""
        result = super()._after_understood()
        # nothing of the mail goes along: whoever listens asks for what he may see
        bus = self.env["bus.bus"]
        for company in self.company_id:
            bus._sendone(f"credit_inbox_{company.id}", "credit_inbox", {})
        return result

    def action_open(self):
        """Open this message in the inbox."""
        self.ensure_one().check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "credit_control_mail.credit_inbox_action"
        )
        return {**action, "params": {"message_id": self.id}}
