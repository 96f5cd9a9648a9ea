from odoo import api, models


class CreditMessage(models.Model):
    """Messages tell the open screens that they came, and open there."""

    _inherit = "credit.message"

    def _after_understood(self):
        """Let the inboxes that are open read their list again."""
        result = super()._after_understood()
        # a mailbox that is read tells once of all that came
        if not self.env.context.get("credit_news_later"):
            self._tell_screens(self.company_id)
        return result

    @api.model
    def _tell_screens(self, companies):
        """Let the inboxes of these companies that are open read their list again.

        Nothing of the mail goes along: whoever listens asks for what he may see.
        """
        for company in companies:
            channel = f"credit_inbox_{company.id}"
            self.env["bus.bus"]._sendone(channel, "credit_inbox", {})

    @api.model
    @api.private
    def _get_last_id(self):
        """Return the id of the youngest message, 0 without any."""
        self.env.cr.execute("SELECT max(id) FROM credit_message")
        return self.env.cr.fetchone()[0] or 0

    @api.model
    @api.private
    def _tell_screens_since(self, last_id):
        """Let the open inboxes of the companies that got messages read them.

        :param int last_id: what ``_get_last_id`` returned before
        """
        self.env.cr.execute(
            "SELECT DISTINCT company_id FROM credit_message WHERE id > %s", [last_id]
        )
        ids = [company_id for (company_id,) in self.env.cr.fetchall()]
        self._tell_screens(self.env["res.company"].browse(ids))

    def action_open(self):
        """Open this message in the inbox."""
        self.ensure_one().check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "credit_control_mail.credit_inbox_action"
        )
        return {**action, "params": {"message_id": self.id}}
