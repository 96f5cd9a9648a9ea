from odoo import fields, models

from ..tools.intents import INTENTS

STATES = [
    ("new", "To process"),
    ("done", "Done"),
    ("archived", "Archived"),
    ("spam", "Spam"),
]
LABELS = {
    "bounce": "Bounce",
    "auto_reply": "Automatic reply",
    "insolvency": "Insolvency",
    "legal": "Legal threat",
    "privacy": "Privacy request",
    "bank_change": "Change of bank details",
    "dispute": "Dispute",
    "complaint": "Complaint",
    "already_paid": "Already paid",
    "remittance": "Remittance advice",
    "plan_request": "Instalments asked for",
    "promise": "Promise",
    "delay": "Will pay, no date",
    "document_request": "Document asked for",
    "missing_information": "Information missing",
    "payment_question": "Question on payment",
    "contact_change": "Change of contact",
    "acknowledgement": "Acknowledgement",
    "other": "Other",
}
INTENT_SELECTION = [(code, LABELS[code]) for code in INTENTS]


class CreditMessage(models.Model):
    """One e-mail that reached us, kept as it came and as far as it was understood."""

    _name = "credit.message"
    _description = "Inbound message"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.state.mixin"]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _check_company_auto = True

    # === AS IT CAME === #
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    raw = fields.Binary(
        string="Original message", attachment=True, readonly=True, copy=False
    )
    raw_digest = fields.Char(
        readonly=True,
        copy=False,
        help="SHA-256 of the bytes that came: what makes two messages the same.",
    )
    raw_size = fields.Integer(readonly=True, copy=False)
    fetchmail_server_id = fields.Many2one(
        "fetchmail.server",
        string="Mailbox",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    message_id = fields.Char(string="Message-ID", readonly=True, copy=False)
    in_reply_to = fields.Char(readonly=True, copy=False)
    references = fields.Text(readonly=True, copy=False)
    date = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True, index=True
    )
    received_date = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True
    )
    email_from = fields.Char(string="From", readonly=True)
    email_normalized = fields.Char(string="Sender's address", readonly=True, index=True)
    from_name = fields.Char(string="Sender's name", readonly=True)
    email_to = fields.Char(string="To", readonly=True)
    email_cc = fields.Char(string="Cc", readonly=True)
    subject = fields.Char(readonly=True)
    body_html = fields.Html(readonly=True, sanitize_attributes=True)
    body_text = fields.Text(string="Text", readonly=True)
    reply_text = fields.Text(
        string="What the sender wrote",
        readonly=True,
        help="Without what he quotes, his signature and disclaimers.",
    )
    language = fields.Char(readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Attachments", readonly=True, copy=False
    )
    is_automatic = fields.Boolean(readonly=True, help="A machine wrote it.")
    is_suspect = fields.Boolean(
        string="Sender not proven",
        readonly=True,
        help="The mail server could not prove that it comes from this address.",
    )
    duplicate_of_id = fields.Many2one(
        "credit.message",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Another message of other content says to have the same Message-ID.",
    )
    error = fields.Text(readonly=True, copy=False)
    attempts = fields.Integer(readonly=True, copy=False)
    is_parsed = fields.Boolean(readonly=True, copy=False)

    # === WHOSE IT IS === #
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        index=True,
        ondelete="set null",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    notice_id = fields.Many2one(
        "dunning.notice",
        string="Answer to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    parent_id = fields.Many2one(
        "credit.message",
        string="First of the conversation",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    match_confidence = fields.Float(readonly=True, digits=(3, 2))
    match_reasons = fields.Json(readonly=True)
    candidate_ids = fields.One2many("credit.message.candidate", "message_id")
    move_ids = fields.Many2many(
        "account.move", string="Invoices", readonly=True, copy=False
    )

    # === WHAT IT SAYS === #
    intent_ids = fields.One2many("credit.message.intent", "message_id")
    intent = fields.Selection(
        INTENT_SELECTION, string="About", readonly=True, index=True
    )
    is_pausing = fields.Boolean(
        string="Holds reminders",
        readonly=True,
        help="As long as it is not dealt with, no automatic reminder goes.",
    )

    # === WHAT BECOMES OF IT === #
    state = fields.Selection(
        STATES, default="new", required=True, readonly=True, index=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users", string="Assigned to", index="btree_not_null", copy=False
    )
    snooze_until = fields.Date(string="Not before", copy=False)
    done_date = fields.Datetime(readonly=True, copy=False)
    answered_date = fields.Datetime(readonly=True, copy=False)

    _raw_digest_uniq = models.Constraint(
        "UNIQUE (raw_digest)", "This message was received before."
    )
    _message_id_idx = models.Index("(message_id)")
