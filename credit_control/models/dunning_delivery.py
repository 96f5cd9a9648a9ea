from odoo import fields, models


class DunningDelivery(models.Model):
    """How a notice is conveyed: channel, recipients, state and proof."""

    _name = "dunning.delivery"
    _description = "Dunning delivery"
    _order = "id desc"
    _check_company_auto = True

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="notice_id.company_id", store=True, index=True
    )
    profile_id = fields.Many2one(related="notice_id.profile_id", store=True, index=True)
    partner_id = fields.Many2one(related="notice_id.partner_id", store=True)
    channel = fields.Selection(
        [
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("registered", "Registered letter"),
            ("sms", "SMS"),
            ("call", "Call"),
        ],
        required=True,
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "dunning_delivery_partner_rel",
        "delivery_id",
        "partner_id",
        string="Recipients",
    )
    email_to = fields.Char()
    email_cc = fields.Char()
    phone = fields.Char(help="In international form.")
    lang = fields.Char()
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("queued", "Queued"),
            ("reserved", "To be clarified"),
            ("sent", "Delivered"),
            ("failed", "Failed"),
            ("bounced", "Bounced"),
            ("cancelled", "Cancelled"),
        ],
        default="ready",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    error = fields.Text(readonly=True, copy=False, help="What went wrong.")
    remedy = fields.Text(readonly=True, copy=False, help="What to do about it.")
    try_count = fields.Integer(readonly=True, copy=False)
    date_next_try = fields.Datetime(readonly=True, copy=False)
    date_sent = fields.Datetime(readonly=True, copy=False)
    mail_mail_id = fields.Many2one(
        "mail.mail", readonly=True, copy=False, index="btree_not_null"
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, copy=False, index="btree_not_null"
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )
    subject = fields.Char(readonly=True, copy=False)
    body_html = fields.Html(readonly=True, copy=False, sanitize=False)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", copy=False)
    tracking_number = fields.Char(copy=False)
    proof_attachment_id = fields.Many2one("ir.attachment", copy=False)

    # serves _process_queue
    _queue_idx = models.Index("(id) WHERE state = 'ready'")
