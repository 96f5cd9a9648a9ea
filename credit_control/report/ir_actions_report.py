from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Print our own documents by our own call of the engine."""
        report = self._get_report(report_ref)
        renderer = self._get_rendering_context_model(report)
        if res_ids and renderer is not None and hasattr(renderer, "_pdf_streams"):
            return renderer._pdf_streams(self.env[report.model].browse(res_ids))
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
