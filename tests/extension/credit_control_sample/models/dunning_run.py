from odoo import api, models


class DunningRun(models.Model):
    _inherit = "dunning.run"

    @api.model
    def _code_labels(self):
        """A short label for the hold of this add-on."""
        return {**super()._code_labels(), "embassy": "Embassy"}
