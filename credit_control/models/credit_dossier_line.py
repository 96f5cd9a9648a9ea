from odoo import api, fields, models


class CreditDossierLine(models.Model):
    """A claim as it was when it was handed over."""

    _name = "credit.dossier.line"
    _description = "Claim of a dossier"
    _order = "date_due, id"

    dossier_id = fields.Many2one(
        "credit.dossier", required=True, index=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one(
        "account.move.line", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", ondelete="set null"
    )
    name = fields.Char(string="Document")
    date_invoice = fields.Date(string="Date")
    date_due = fields.Date(string="Due")
    currency_id = fields.Many2one("res.currency", required=True)
    company_currency_id = fields.Many2one(
        related="dossier_id.currency_id", string="Company currency"
    )
    amount_total = fields.Monetary(string="Amount")
    amount = fields.Monetary(string="Open at hand-over")
    amount_company = fields.Monetary(
        string="In company currency", currency_field="company_currency_id"
    )
    amount_open = fields.Monetary(string="Open now", compute="_compute_amount_open")
    origin_before = fields.Char(help="What a person had said before of the invoice.")
    is_held = fields.Boolean(help="The invoice is not reminded.")

    # serves the origin of claims
    _held_idx = models.Index("(move_id) WHERE is_held")

    @api.depends("move_line_id.amount_residual_currency")
    def _compute_amount_open(self):
        for line in self:
            # sudo: whoever reads the dossier knows its claims
            line.amount_open = line.move_line_id.sudo().amount_residual_currency
