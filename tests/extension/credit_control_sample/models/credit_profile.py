from odoo import api, fields, models


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    sample_events = fields.Char()

    @api.model
    def _explain_texts(self):
        """Words for the hold of this add-on."""
        return {**super()._explain_texts(), "embassy": "Immune from reminders."}

    @api.private
    def _get_recipients(self, role, level):
        """The customer's own salesperson stands in for an empty purchasing role."""
        found = super()._get_recipients(role, level)
        if role.code == "purchasing":
            for profile, partners in found.items():
                found[profile] = partners or profile.partner_id.user_id.partner_id
        return found
