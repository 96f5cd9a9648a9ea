from odoo import Command, api, fields, models
from odoo.exceptions import AccessError


class CreditMessagePaymentSearch(models.TransientModel):
    """Where a payment that a customer speaks of may be; nothing is booked."""

    _name = "credit.message.payment.search"
    _description = "Search of a payment"

    intent_id = fields.Many2one("credit.message.intent", required=True, readonly=True)
    summary = fields.Char(related="intent_id.summary")
    evidence = fields.Text(related="intent_id.evidence", string="In his words")
    hold_until = fields.Date(related="intent_id.hold_until")
    line_ids = fields.One2many(
        "credit.message.payment.search.line", "wizard_id", readonly=True
    )

    @api.model
    @api.private
    def _make(self, found, **values):
        """Return a search that is done.

        :param list[dict] found: as ``credit.payment.finder`` returns it
        :param values: what it is the search of
        """
        shown = self.env["credit.message.payment.search.line"]._fields
        lines = [
            {name: row[name] for name in row if name in shown}
            | {"reasons": ", ".join(row["reasons"])}
            for row in found
        ]
        return self.create({**values, "line_ids": list(map(Command.create, lines))})

    def _action_show(self):
        """Return the action that shows this search."""
        view = self.env.ref("credit_control_mail.credit_message_payment_search_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Where the payment may be"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }


class CreditMessagePaymentSearchLine(models.TransientModel):
    """Money that may be the payment, and why."""

    _name = "credit.message.payment.search.line"
    _description = "Possible payment"
    _order = "score desc, date desc, id"

    wizard_id = fields.Many2one(
        "credit.message.payment.search", required=True, ondelete="cascade", index=True
    )
    kind = fields.Selection(
        [
            ("bank", "Bank line"),
            ("payment", "Payment in process"),
            ("credit", "Payment not allocated"),
            ("refund", "Credit note"),
        ],
        required=True,
    )
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model", string="Money")
    date = fields.Date()
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    label = fields.Char()
    partner = fields.Char(string="From")
    score = fields.Integer(string="Likely")
    reasons = fields.Char(string="Why")

    def action_open(self):
        """Open the bank line or payment, for who may see it."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if record and record._name == "account.move.line":
            record = record.move_id
        if not record or not record.has_access("read"):
            raise AccessError(
                self.env._(
                    "Accountants alone see the bank: give them day, amount and label."
                )
            )
        return record._get_records_action()
