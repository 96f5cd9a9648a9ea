from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize, single_email_re


class CreditDisputeQuestion(models.TransientModel):
    """Ask a colleague without a login what he knows of a contested invoice."""

    _name = "credit.dispute.question"
    _description = "Ask a colleague about a dispute"

    dispute_id = fields.Many2one("credit.dispute", required=True)
    email = fields.Char(string="To", help="E-mail address of the colleague.")
    question = fields.Text(
        compute="_compute_question",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    days = fields.Integer(string="Link good for", default=14)

    @api.depends("dispute_id")
    def _compute_question(self):
        for wizard in self:
            wizard.question = self.env._(
                "The customer contests this invoice. Is he right? What happened?"
            )

    def action_send(self):
        """Send the question with a signed link; note it on the dispute."""
        self.ensure_one()
        dispute = self.dispute_id
        dispute._check_rights(self.env._("ask a colleague"))
        email = email_normalize(self.email or "", strict=True)
        if not email or not single_email_re.fullmatch(email):
            raise UserError(
                self.env._(
                    "“%(email)s” is no e-mail address: enter one, such as "
                    "anne@example.com.",
                    email=self.email or "",
                )
            )
        if not self.question.strip():
            raise UserError(self.env._("Enter the question for the colleague."))
        dispute._ask(email, self.question, self.days)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The question is on its way. The answer arrives in the chatter "
                    "of the dispute."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
