from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class DunningPreview(models.TransientModel):
    """Tomorrow's sendings, in the screen "Today"."""

    _inherit = "dunning.preview"

    @api.model
    def action_tomorrow(self):
        """Simulate tomorrow in the companies in use, and list the user's customers."""
        previews = self.create(
            [{"company_id": company.id, "days": 2} for company in self.env.companies]
        )
        for preview in previews:
            preview.action_preview()
        days = self.env.companies._dunning_today().values()
        tomorrows = {day + timedelta(days=1) for day in days}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_today_tomorrow_action"
        )
        domain = Domain("preview_id", "in", previews.ids) & Domain(
            "date", "in", [fields.Date.to_string(day) for day in tomorrows]
        )
        return {**action, "domain": list(domain)}
