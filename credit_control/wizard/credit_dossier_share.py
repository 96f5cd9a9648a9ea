from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize


class CreditDossierShare(models.TransientModel):
    """Make a link by which somebody without a login reads one dossier."""

    _name = "credit.dossier.share"
    _description = "Share a dossier"

    dossier_id = fields.Many2one("credit.dossier", required=True)
    email = fields.Char(
        string="For", help="Who gets the link: it is noted on the dossier."
    )
    days = fields.Integer(
        string="Days valid", default=30, required=True, help="Then the link ends."
    )
    url = fields.Char(string="Link", readonly=True)

    def action_apply(self):
        """Make the link and show it, to be copied into a message."""
        self.ensure_one()
        if self.email and not email_normalize(self.email):
            raise UserError(
                self.env._(
                    "“%(email)s” is no e-mail address: enter one, such as "
                    "anne@example.com.",
                    email=self.email,
                )
            )
        self.url = self.dossier_id._share(self.email, self.days)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_dossier_share_action"
        )
        return {**action, "res_id": self.id}
