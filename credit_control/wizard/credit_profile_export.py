from odoo import api, fields, models


class CreditProfileExport(models.TransientModel):
    """A list of customers with its figures, as a workbook."""

    _name = "credit.profile.export"
    _description = "Customers with their figures"

    profile_ids = fields.Many2many("credit.profile", string="Customers", required=True)

    @api.private
    def _xlsx(self):
        """Return the workbook, after checking the rights of now.

        :rtype: bytes
        """
        self.ensure_one()
        # sudo: a link to what one may not read is left out without a word
        profiles = self.env["credit.profile"].browse(self.sudo().profile_ids.ids)
        profiles._check_export()
        return self.env["credit.profile.xlsx"]._write(profiles)
