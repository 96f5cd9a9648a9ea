from odoo import api, fields, models
from odoo.exceptions import UserError

NAMES = (
    "legal_status",
    "legal_date",
    "legal_publication_date",
    "legal_deadline",
    "legal_court",
    "legal_reference",
    "legal_representative_id",
)


class CreditInsolvency(models.TransientModel):
    """Note the insolvency of a customer, and what has to be done about it."""

    _name = "credit.insolvency"
    _description = "Insolvency of a customer"

    profile_id = fields.Many2one("credit.profile", string="Customer", required=True)
    legal_status = fields.Selection(
        [
            ("safeguard", "Safeguard"),
            ("receivership", "Receivership"),
            ("liquidation", "Liquidation"),
        ],
        string="Proceedings",
        required=True,
    )
    legal_date = fields.Date(string="Judgment date", required=True)
    legal_publication_date = fields.Date(
        string="Published on", help="In France: in the BODACC."
    )
    legal_deadline = fields.Date(
        string="Claims to be declared by",
        compute="_compute_legal_deadline",
        store=True,
        readonly=False,
        help="France: two months from the publication, four for a creditor from "
        "elsewhere. Elsewhere the court says it: enter it.",
    )
    legal_court = fields.Char(string="Court")
    legal_reference = fields.Char(string="Case number")
    legal_representative_id = fields.Many2one("res.partner", string="Representative")

    @api.model
    def default_get(self, fields):
        """Start from what is known."""
        values = super().default_get(fields)
        profile = self.env["credit.profile"].browse(values.get("profile_id"))
        if profile and profile.legal_status != "none":
            for name in NAMES:
                values[name] = self._fields[name].convert_to_write(
                    profile[name], profile
                )
        return values

    @api.depends("legal_publication_date")
    def _compute_legal_deadline(self):
        for wizard in self:
            wizard.legal_deadline = wizard.profile_id._declaration_deadline(
                wizard.legal_publication_date
            )

    def action_apply(self):
        """Note it on the profile: claims from before are held and to be declared."""
        self.ensure_one()
        self._check_dates()
        self.profile_id._declare_insolvency(
            {
                name: self._fields[name].convert_to_write(self[name], self)
                for name in NAMES
            }
        )
        return {"type": "ir.actions.act_window_close"}

    def _check_dates(self):
        """Judgment, publication and deadline follow each other."""
        company = self.profile_id.company_id
        today = company._dunning_today()[company]
        published, deadline = self.legal_publication_date, self.legal_deadline
        if max(self.legal_date, published or self.legal_date) > today:
            raise UserError(
                self.env._("Judgment and publication are past: choose today or before.")
            )
        days = [day for day in (self.legal_date, published, deadline) if day]
        if days != sorted(days):
            raise UserError(
                self.env._(
                    "The judgment comes first, then its publication, then the last day "
                    "to declare claims: correct these days."
                )
            )

    def action_apply_print(self):
        """Note it, and print the declaration of claims."""
        self.action_apply()
        return self.profile_id.action_print_declaration()
