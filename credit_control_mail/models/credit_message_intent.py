from odoo import fields, models

from ..tools.intents import REASONS
from .credit_message import INTENT_SELECTION

REASON_LABELS = {
    "price": "Price",
    "quantity": "Quantity",
    "quality": "Quality",
    "delivery": "Delivery",
    "duplicate": "Invoiced twice",
    "wrong_party": "Wrong party",
    "not_received": "Not received",
    "administrative": "Administrative",
    "other": "Other",
}
STATES = [
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]


class CreditMessageIntent(models.Model):
    """One thing that a message wants: a proposal, until a person decides."""

    _name = "credit.message.intent"
    _description = "Intent of a message"
    _inherit = ["dunning.state.mixin"]
    _order = "is_primary desc, sequence, id"
    _rec_name = "intent"

    message_id = fields.Many2one(
        "credit.message", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="message_id.company_id", store=True)
    profile_id = fields.Many2one(related="message_id.profile_id")
    intent = fields.Selection(INTENT_SELECTION, required=True, index=True)
    sequence = fields.Integer(help="The place of the code in the order of priority.")
    is_primary = fields.Boolean(readonly=True)
    confidence = fields.Float(digits=(3, 2), readonly=True)
    evidence = fields.Text(readonly=True, help="The words of the message that say so.")
    explanation = fields.Json(readonly=True)
    source = fields.Selection(
        [
            ("header", "Header"),
            ("rule", "Rule"),
            ("model", "Learned weights"),
            ("person", "A person"),
        ],
        default="person",
        required=True,
        readonly=True,
    )
    date = fields.Date(help="Day of payment; day of return of an absent person.")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    move_ids = fields.Many2many("account.move", string="Invoices")
    dispute_reason = fields.Selection([(code, REASON_LABELS[code]) for code in REASONS])
    instalments = fields.Integer(help="In how many parts.")
    contact_name = fields.Char()
    contact_email = fields.Char()
    contact_phone = fields.Char()
    state = fields.Selection(
        STATES, default="proposed", required=True, readonly=True, index=True, copy=False
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_date = fields.Datetime(readonly=True, copy=False)
    was_corrected = fields.Boolean(readonly=True, copy=False)
    res_model = fields.Char(readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", string="What came of it", readonly=True, copy=False
    )
    undo_data = fields.Json(readonly=True, copy=False)
