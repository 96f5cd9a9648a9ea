from odoo import models


class DunningPipeline(models.AbstractModel):
    """The rules of dunning as one set-based SQL pipeline."""

    _name = "dunning.pipeline"
    _description = "Dunning pipeline"
