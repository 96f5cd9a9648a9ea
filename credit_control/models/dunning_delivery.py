import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .unchecked_many2one import UncheckedMany2one

# what a person may change on a delivery
EDITABLE = {"tracking_number", "proof_attachment_id"}


class DunningDelivery(models.Model):
    """How a notice is conveyed: channel, recipients, state and proof."""

    _name = "dunning.delivery"
    _description = "Dunning delivery"
    _inherit = ["dunning.state.mixin"]
    _order = "id desc"
    _check_company_auto = True

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="cascade"
    )
    # the notice holds company and profile by checked keys of its own
    company_id = UncheckedMany2one(
        related="notice_id.company_id", store=True, index=True
    )
    profile_id = UncheckedMany2one(
        related="notice_id.profile_id", store=True, index=True
    )
    partner_id = fields.Many2one(related="notice_id.partner_id", store=True)
    level_id = fields.Many2one(related="notice_id.level_id")
    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
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
    email_to = fields.Char(string="To")
    email_cc = fields.Char(string="Cc")
    phone = fields.Char(help="In international form.")
    lang = fields.Char(string="Language")
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
    )
    error = fields.Text(readonly=True, copy=False, help="What went wrong.")
    remedy = fields.Text(readonly=True, copy=False, help="What to do about it.")
    is_reported = fields.Boolean(
        readonly=True,
        copy=False,
        help="The credit managers were told of the problem by mail.",
    )
    try_count = fields.Integer(string="Tries", readonly=True, copy=False)
    date_queued = fields.Datetime(
        string="Sending asked for on",
        readonly=True,
        copy=False,
        help="Empty: approved, but nobody asked to send it yet.",
    )
    date_next_try = fields.Datetime(string="Next try", readonly=True, copy=False)
    date_sent = fields.Datetime(string="Delivered on", readonly=True, copy=False)
    mail_mail_id = fields.Many2one(
        "mail.mail", readonly=True, copy=False, index="btree_not_null"
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, copy=False, index="btree_not_null"
    )
    bounced_emails = fields.Char(
        readonly=True, copy=False, help="Addresses from which the mail came back."
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )
    subject = fields.Char(readonly=True, copy=False)
    body_html = fields.Html(
        string="Text", readonly=True, copy=False, sanitize=False
    )
    # legal PDFs belong to a field of their invoice: an ordinary read leaves these out
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", copy=False, bypass_search_access=True
    )
    tracking_number = fields.Char(copy=False)
    proof_attachment_id = fields.Many2one("ir.attachment", string="Proof", copy=False)

    # serves _take_batch
    _queue_idx = models.Index("(id) WHERE state = 'ready'")
    # serves _report_problems and the list of what is to be fixed
    _problem_idx = models.Index(
        "(company_id) WHERE state IN ('failed', 'reserved', 'bounced')"
    )

    @api.depends("channel", "notice_id")
    def _compute_display_name(self):
        names = dict(self._fields["channel"]._description_selection(self.env))
        for delivery in self:
            delivery.display_name = self.env._(
                "%(channel)s: %(notice)s",
                channel=names.get(delivery.channel, ""),
                notice=delivery.notice_id.name,
            )

    def write(self, vals):
        """Let a person add the proof, nothing else."""
        if not self.env.su and set(vals) - EDITABLE:
            raise AccessError(
                self.env._(
                    "Only the tracking number and the proof of a delivery can be "
                    "changed. Use the buttons for everything else."
                )
            )
        return super().write(vals)

    # === CHANNELS === #
    @api.model
    def _dunning_channels(self):
        """Return the channels by code, in the order in which they are worked.

        Each has a ``label`` and the names of three methods that take the deliveries of
        that channel: ``validate`` and ``render`` return ``{delivery: (error, remedy)}``
        of those that cannot go, with a third item True where the cause is on our side
        and no other way is to be tried; ``hand_over`` writes rows or files in this
        transaction and sets the state ``queued``.

        Extended by: add-ons that bring a channel.

        :rtype: dict[str, dict[str, str]]
        """
        return {
            "email": {
                "label": self.env._("E-mail"),
                "validate": "_email_validate",
                "render": "_email_render",
                "hand_over": "_email_hand_over",
            },
            "sms": {
                "label": self.env._("SMS"),
                "validate": "_sms_validate",
                "render": "_sms_render",
                "hand_over": "_sms_hand_over",
            },
        }

    # === STATE === #
    def _after_state(self, target):
        """A delivery that cannot go any more may leave its notice without any."""
        super()._after_state(target)
        if target in ("failed", "bounced", "cancelled"):
            self.sudo().notice_id._update_failed()

    @api.private
    def _mark_delivered(self, date=None):
        """Record that these deliveries reached the customer.

        :param date: when, a day or a moment; default now
        """
        moment = fields.Datetime.to_datetime(date) or fields.Datetime.now()
        done = self._update_state(
            ("ready", "queued", "reserved"),
            "sent",
            date_sent=moment,
            error=None,
            remedy=None,
            date_next_try=None,
        )
        done._settle(moment)

    def _settle(self, moment):
        """Let the notices of delivered deliveries know; a call counts when alone.

        :param datetime.datetime moment: time of the delivery; midnight stands for a
            day that a person gave
        """
        notices = self.filtered(
            lambda delivery: (
                delivery.channel != "call"
                or not delivery.notice_id.delivery_ids.filtered(
                    lambda other: (
                        other.channel != "call"
                        and other.state not in ("cancelled", "failed", "bounced")
                    )
                )
            )
        ).notice_id
        is_day = moment.time() == datetime.time()
        for company, part in notices.grouped("company_id").items():
            zone = self.with_context(tz=company._dunning_zone())
            local = fields.Date.context_today(zone, moment)
            part._update_state(
                ("approved", "failed"),
                "sent",
                date_sent=moment.date() if is_day else local,
            )._apply_delivery()

    @api.private
    def _mark_failed(
        self, error, remedy, allowed=("ready", "queued", "reserved"), is_ours=False
    ):
        """Record that these deliveries did not go, and what to do about it.

        :param bool is_ours: a setting or a text of ours is to be put right, or a
            person stopped it: no other contact or channel is tried
        """
        return self._update_state(
            allowed,
            "failed",
            error=error,
            remedy=remedy,
            is_reported=False,
            is_ours=is_ours,
        )

    @api.private
    def _mark_bounced(self, error, remedy):
        """Record that the customer did not get it after all; take the levels back."""
        return self._bounce_many(dict.fromkeys(self, (error, remedy)))

    def _bounce_many(self, errors):
        """Record of each of these deliveries that the customer did not get it.

        :param dict errors: ``{delivery: (error, remedy)}``
        :return: the deliveries that were under way or counted as delivered
        """
        allowed = ("queued", "sent", "reserved")
        lost = {item: errors[item] for item in errors if item.state in allowed}
        self._write_reasons(lost)
        bounced = self.browse([item.id for item in lost])._update_state(
            allowed, "bounced", is_reported=False, is_ours=False
        )
        bounced.notice_id._take_back()
        return bounced

    def _cancel_pending(self, reason):
        """Cancel what has not been handed over, and mails that still wait to go."""
        queued = self.filtered(
            lambda item: (
                item.state == "queued"
                and item.channel == "email"
                and item.mail_mail_id.state == "outgoing"
            )
        )
        letters = self.filtered(
            lambda item: item.state == "queued" and item.channel != "email"
        )
        queued.mail_mail_id.write({"state": "cancel", "failure_reason": reason})
        (queued | letters)._update_state(("queued",), "cancelled", error=reason)
        self._update_state(("ready",), "cancelled", error=reason)

    def _check_not_under_way(self):
        """Refuse to cancel a mail that may be at the mail server right now."""
        if any(
            delivery.state == "reserved"
            or (delivery.state == "queued" and delivery.mail_mail_id.state == "sent")
            for delivery in self
        ):
            raise UserError(
                self.env._(
                    "It is not known whether the customer got this mail. Say so on the "
                    "delivery (buttons 'It arrived' and 'Send again'), then go on."
                )
            )

    # === ACTIONS === #
    def _check_reviewer(self):
        """Make sure that the user may act on these deliveries.

        :return: the deliveries, without the limits of the user's rights
        """
        self.check_access("write")
        self.notice_id._check_reviewer()
        return self.sudo()

    def action_retry(self):
        """Try again what failed or came back, once its cause was put right."""
        deliveries = self._check_reviewer().filtered(
            lambda item: item.state in ("failed", "bounced")
        )
        if not deliveries:
            raise UserError(
                self.env._("Only what failed or came back can be tried again.")
            )
        deliveries.notice_id._reopen()
        deliveries._requeue(("failed", "bounced"))
        return True

    def _requeue(self, allowed):
        """Put deliveries into the queue as if nothing had happened."""
        again = self._update_state(
            allowed,
            "ready",
            error=None,
            remedy=None,
            is_reported=False,
            try_count=0,
            date_queued=fields.Datetime.now(),
            date_next_try=None,
            bounced_emails=None,
        )
        if again:
            self.env.ref("credit_control.cron_send").sudo()._trigger()
        return again

    def action_confirm_posted(self, date=None):
        """Confirm that letters were posted: this is what counts as delivered.

        :param date: when, a day or a moment; default now
        """
        deliveries = self._check_reviewer().filtered(
            lambda item: item.channel in ("letter", "registered")
        )
        waiting = deliveries.filtered(lambda item: item.state == "queued")
        if not waiting:
            raise UserError(
                self.env._(
                    "There is no printed letter to confirm here: letters are confirmed "
                    "after they were sent to print."
                )
            )
        waiting._mark_delivered(date)
        return True

    def action_resolve(self, sent=True):
        """Say whether the customer got what could not be known.

        :param bool sent: whether it arrived; if not, it is sent again. What counted
            as delivered and did not arrive (a letter came back) is taken back.
        """
        deliveries = self._check_reviewer()
        unknown = deliveries.filtered(lambda item: item.state == "reserved")
        returned = deliveries.filtered(
            lambda item: item.state == "sent" and not sent
        )
        late = deliveries.filtered(
            lambda item: item.state in ("failed", "bounced") and sent
        )
        if not unknown | returned | late:
            raise UserError(
                self.env._("It is known already what became of this delivery.")
            )
        if sent:
            late._update_state(("failed", "bounced"), "reserved")
            (unknown | late)._mark_delivered()
        else:
            unknown._requeue(("reserved",))
            returned._mark_bounced(
                self.env._("It came back: the customer did not get it."),
                self.env._("Correct the address of the customer, then retry."),
            )
        return True

    def action_arrived(self):
        """Button: it arrived."""
        return self.action_resolve(True)

    def action_not_arrived(self):
        """Button: it did not arrive."""
        return self.action_resolve(False)
