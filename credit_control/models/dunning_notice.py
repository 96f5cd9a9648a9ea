from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# what a person may change on a notice, and only while it is under review
EDITABLE = {"subject", "body_html", "sms_body", "partner_to_ids", "partner_cc_ids"}
LIVE_STATES = ("draft", "approved")
# level field -> channel of the delivery
CHANNELS = {
    "send_email": "email",
    "send_letter": "letter",
    "send_registered": "registered",
    "send_sms": "sms",
    "plan_call": "call",
}


class DunningNotice(models.Model):
    """One message to one customer at one level."""

    _name = "dunning.notice"
    _description = "Dunning notice"
    _inherit = ["mail.thread", "dunning.state.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name")
    run_id = fields.Many2one("dunning.run", index=True, ondelete="restrict")
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer profile",
        required=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Customer", store=True, index=True
    )
    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="restrict")
    level_id = fields.Many2one("dunning.level", required=True, ondelete="restrict")
    date = fields.Date(required=True, help="Date of the run.")
    date_sent = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "To review"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    cancel_reason = fields.Char(readonly=True, copy=False)
    is_edited = fields.Boolean(
        string="Edited by hand",
        readonly=True,
        copy=False,
        help="A person edited the text or the recipients for this customer.",
    )
    is_automatic = fields.Boolean(readonly=True)
    warning = fields.Text(readonly=True, copy=False)
    subject = fields.Char(
        copy=False, help="Set when a person edited the text; else the level's."
    )
    body_html = fields.Html(string="Text", copy=False)
    partner_to_ids = fields.Many2many(
        "res.partner",
        "dunning_notice_partner_to_rel",
        "notice_id",
        "partner_id",
        string="Send to",
        copy=False,
        help="Empty: the contacts that have the roles of the level.",
    )
    partner_cc_ids = fields.Many2many(
        "res.partner",
        "dunning_notice_partner_cc_rel",
        "notice_id",
        "partner_id",
        string="Copy to",
        copy=False,
        help="Empty: the people who have the roles of the level.",
    )
    line_ids = fields.One2many("dunning.notice.line", "notice_id")
    claim_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "claim")]
    )
    reminder_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "reminder")]
    )
    info_ids = fields.One2many(
        "dunning.notice.line", "notice_id", domain=[("kind", "=", "info")]
    )
    delivery_ids = fields.One2many("dunning.delivery", "notice_id")
    amounts = fields.Json(
        readonly=True,
        help="By currency id: claimed, reminded, disputed, credit and net amounts.",
    )
    amount_company = fields.Monetary(
        string="Demanded",
        readonly=True,
        aggregator="sum",
        help="Claims and reminders less open credits, in the currency of the company.",
    )

    # serves the spacing rule and the profile's history
    _profile_sent_idx = models.Index("(profile_id, date_sent) WHERE state = 'sent'")

    def _compute_name(self):
        for notice in self:
            notice.name = self.env._(
                "%(level)s - %(customer)s",
                level=notice.level_id.name or "",
                customer=notice.partner_id.name or "",
            )

    @api.depends("level_id", "partner_id")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = notice.name

    # === CRUD === #
    def write(self, vals):
        """Let a person change the text and the recipients of a draft, nothing else."""
        if not self.env.su:
            self._check_editable(vals)
        if EDITABLE & set(vals) and "is_edited" not in vals:
            vals = {**vals, "is_edited": True}
        return super().write(vals)

    def _check_editable(self, vals):
        names = {name for name in vals if not name.startswith("message_")}
        if names - EDITABLE:
            raise AccessError(
                self.env._(
                    "Only the text and the recipients of a notice can be changed. Use "
                    "the buttons of the notice for everything else."
                )
            )
        if names and any(notice.state != "draft" for notice in self):
            raise UserError(
                self.env._(
                    "A notice that is approved cannot be changed any more. Cancel it; "
                    "the next run writes a new one."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_sent(self):
        if any(notice.state == "sent" for notice in self):
            raise UserError(
                self.env._("A notice that was sent is kept as proof: it stays.")
            )

    # === STATE === #
    def _after_state(self, target):
        """Keep the live flag of the lines, the deliveries and the figures in step."""
        super()._after_state(target)
        self.env["dunning.notice.line"].flush_model()
        is_live = target in LIVE_STATES
        self.env.execute_query(
            SQL(
                """UPDATE dunning_notice_line
                      SET is_live = is_live IS NOT TRUE
                    WHERE notice_id IN %s
                      AND (is_live IS TRUE) != (
                          %s AND kind IN ('claim', 'reminder')
                          AND is_dropped IS NOT TRUE)
                RETURNING id""",
                tuple(self.ids),
                is_live,
            )
        )
        self.env["dunning.notice.line"].invalidate_model(["is_live"])
        if target == "cancelled":
            self.sudo().delivery_ids._cancel_pending(
                self.env._("The notice was cancelled.")
            )

    @api.private
    def _approve(self):
        """Approve the drafts among these notices and make their deliveries.

        One UPDATE and one INSERT, whatever the number. A notice whose level has no
        channel stays under review, with a sentence that says so.

        :return: the notices approved
        """
        ready = self - self._refuse_without_channel()
        approved = ready._update_state(("draft",), "approved")
        approved._insert_deliveries()
        return approved

    def _refuse_without_channel(self):
        levels = self.level_id.filtered(
            lambda level: not any(level[name] for name in CHANNELS)
        )
        refused = self.filtered(lambda notice: notice.level_id in levels)
        if refused:
            refused.sudo().write(
                {
                    "warning": self.env._(
                        "The level has no channel: switch on e-mail, letter or another "
                        "channel on the level, then approve the notice."
                    )
                }
            )
        return refused

    def _insert_deliveries(self):
        if not self:
            return
        self.env["dunning.delivery"].flush_model()
        self.env["dunning.level"].flush_model(list(CHANNELS))
        self.env.execute_query(
            SQL(
                """
                INSERT INTO dunning_delivery (
                    notice_id, company_id, profile_id, partner_id, channel, state,
                    try_count, create_uid, create_date, write_uid, write_date)
                SELECT notice.id, notice.company_id, notice.profile_id,
                       notice.partner_id, channel.code, 'ready', 0,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM dunning_notice notice
                  JOIN dunning_level level ON level.id = notice.level_id
            CROSS JOIN LATERAL (VALUES %(channels)s) channel (code, wanted)
                 WHERE notice.id IN %(ids)s AND channel.wanted
                   AND NOT EXISTS (
                       SELECT 1 FROM dunning_delivery delivery
                        WHERE delivery.notice_id = notice.id
                          AND delivery.channel = channel.code
                          AND delivery.state NOT IN ('failed', 'cancelled', 'bounced'))
              ORDER BY notice.id
             RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                channels=SQL(", ").join(
                    SQL("(%s, level.%s)", code, SQL.identifier(name))
                    for name, code in CHANNELS.items()
                ),
                ids=tuple(self.ids),
            )
        )
        self.invalidate_recordset(["delivery_ids"])

    @api.private
    def _request_sending(self):
        """Queue the deliveries of approved notices; the scheduled action sends them.

        :return: the deliveries queued
        """
        self.env["dunning.delivery"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """UPDATE dunning_delivery delivery SET date_queued = %s
                     FROM dunning_notice notice
                    WHERE notice.id = delivery.notice_id AND notice.id IN %s
                      AND notice.state IN ('approved', 'sent')
                      AND delivery.state = 'ready' AND delivery.date_queued IS NULL
                RETURNING delivery.id""",
                self.env.cr.now(),
                tuple(self.ids) or (0,),
            )
        )
        deliveries = self.env["dunning.delivery"].browse([row[0] for row in rows])
        deliveries.invalidate_recordset(["date_queued"])
        if deliveries:
            self.env.ref("credit_control.cron_send").sudo()._trigger()
        return deliveries

    @api.private
    def _cancel(self, reason, allowed=("draft", "approved", "failed")):
        """Cancel notices that were not delivered, with the reason in one sentence.

        :return: the notices cancelled
        """
        return self._update_state(allowed, "cancelled", cancel_reason=reason)

    @api.private
    def _update_failed(self):
        """Set the approved notices to failed of which no delivery can go any more."""
        waiting = {
            notice.id
            for [notice] in self.env["dunning.delivery"]
            .sudo()
            ._read_group(
                [
                    ("notice_id", "in", self.ids),
                    ("state", "in", ("ready", "queued", "reserved", "sent")),
                ],
                ["notice_id"],
            )
        }
        done = self.filtered(lambda notice: notice.id not in waiting)
        return done._update_state(("approved",), "failed")
