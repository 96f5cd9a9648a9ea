from odoo import models
from odoo.tools import SQL

from odoo.addons.credit_control.models.dunning_pipeline import Hold


class DunningPipeline(models.AbstractModel):
    _inherit = "dunning.pipeline"

    def _dunning_holds(self):
        """Nobody reminds the embassies."""
        return {**super()._dunning_holds(), "embassy": Hold(SQL("contact.ref = 'EMB'"))}

    def _prepare_notice_columns(self, run):
        """Keep the town of the customer on the notice."""
        columns, source = super()._prepare_notice_columns(run)
        columns["sample_town"] = SQL(
            "(SELECT city FROM res_partner WHERE id = notice.customer_id)"
        )
        return columns, source
