from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.placeholders import PlaceholderError


class DunningNotice(models.Model):
    """The review: preview, edit, recipients, not now, approve, send, cancel."""

    _inherit = "dunning.notice"

    recipient_to = fields.Char(compute="_compute_recipients", string="To")
    recipient_cc = fields.Char(compute="_compute_recipients", string="Cc")
    recipient_warning = fields.Char(compute="_compute_recipients")
    level_warning = fields.Char(compute="_compute_level_warning")
    mail_subject = fields.Char(compute="_compute_mail_preview", string="Subject (mail)")
    mail_preview = fields.Html(
        compute="_compute_mail_preview", string="E-mail", sanitize=False
    )
    letter_preview = fields.Html(
        compute="_compute_letter_preview", string="Letter", sanitize=False
    )
    amounts_text = fields.Char(compute="_compute_amounts_text", string="By currency")
    has_deliveries = fields.Boolean(compute="_compute_delivery_flags")
    has_errors = fields.Boolean(
        compute="_compute_delivery_flags", export_string_translation=False
    )
    is_waiting = fields.Boolean(compute="_compute_delivery_flags")
    reply_date = fields.Datetime(related="profile_id.reply_date")

    @api.depends("partner_to_ids", "partner_cc_ids", "level_id", "profile_id")
    def _compute_recipients(self):
        for notice, people in self._resolve_recipients().items():
            notice.recipient_to = notice._join_addresses(people["to"])
            notice.recipient_cc = notice._join_addresses(people["cc"])
            notice.recipient_warning = people["warning"]

    def _join_addresses(self, partners):
        return ", ".join(
            partner.email_formatted or partner.display_name
            for partner in partners.sudo()
        )

    @api.depends("level_id")
    def _compute_level_warning(self):
        for notice in self:
            level = notice.level_id
            needs = level.is_formal and not level.send_registered
            notice.level_warning = needs and self.env._(
                "This is a formal notice without a registered letter: its receipt may "
                "be hard to prove."
            )

    @api.depends("subject", "body_html", "partner_to_ids", "level_id", "line_ids")
    def _compute_mail_preview(self):
        """Show the mail as it would go out now; what was sent, once it went."""
        for notice in self:
            sent = notice.sudo().delivery_ids.filtered(
                lambda item: item.channel == "email" and item.body_html
            )[:1]
            if sent and notice.state != "draft":
                notice.mail_subject, notice.mail_preview = sent.subject, sent.body_html
                continue
            notice.mail_subject, notice.mail_preview = notice._preview_mail()

    def _preview_mail(self):
        """Return subject and HTML of the mail; a sentence where it cannot be made."""
        people = self._resolve_recipients()
        lang = self._get_lang(people[self]["to"])
        try:
            subject, body = self._render_text(lang, people)[self]
        except PlaceholderError as error:
            return False, Markup('<p class="text-danger">%s</p>') % str(error)
        return subject, self._render_mail(lang, {self: (subject, body)})[self]

    @api.depends("level_id")
    def _compute_letter_preview(self):
        """Show the letter as it would be printed now, where the level sends one."""
        for notice in self:
            level = notice.level_id
            notice.letter_preview = (level.send_letter or level.send_registered) and (
                Markup(
                    '<iframe src="/report/html/credit_control.letter_document/%s" '
                    'style="width:100%%;height:1100px;border:0"></iframe>'
                )
                % notice._origin.id
            )

    @api.depends("amounts")
    def _compute_amounts_text(self):
        currencies = self.env["res.currency"].browse(
            {int(key) for notice in self for key in (notice.amounts or {})}
        )
        names = {str(currency.id): currency for currency in currencies}
        for notice in self:
            notice.amounts_text = " · ".join(
                names[key].format(values.get("net", 0.0))
                for key, values in (notice.amounts or {}).items()
            )

    @api.depends(
        "delivery_ids.date_queued", "delivery_ids.error", "delivery_ids.state"
    )
    def _compute_delivery_flags(self):
        for notice in self:
            deliveries = notice.sudo().delivery_ids
            notice.has_deliveries = bool(deliveries)
            notice.has_errors = any(deliveries.mapped("error"))
            notice.is_waiting = any(
                item.state == "ready" and not item.date_queued for item in deliveries
            )

    # === ACTIONS === #
    @api.private
    def _check_reviewer(self):
        """Make sure that the user may act on these notices.

        :raise AccessError: with a sentence that says whom to ask
        :return: the notices, without the limits of the user's rights
        """
        if not self.env.user.has_group("credit_control.group_collector"):
            raise AccessError(
                self.env._(
                    "Only collectors and credit managers act on notices. Ask a credit "
                    "manager for the role."
                )
            )
        self.check_access("write")
        return self.sudo()

    def action_approve(self):
        """Approve the notices under review; their deliveries wait to be sent."""
        notices = self._check_reviewer()
        approved = notices._approve()
        refused = notices - approved
        if refused and not approved:
            raise UserError(
                self.env._(
                    "No notice was approved: only notices under review can be, and "
                    "their level needs a channel. %(reason)s",
                    reason=refused[:1].warning or "",
                )
            )
        return True

    def action_send(self):
        """Queue the approved notices for sending."""
        notices = self._check_reviewer()
        if not notices._request_sending():
            raise UserError(
                self.env._(
                    "There is nothing to send: approve the notice first. What was "
                    "handed over already is not sent again; see its deliveries."
                )
            )
        return True

    def action_approve_send(self):
        """Approve and queue in one go."""
        self.action_approve()
        return self.action_send()

    def action_cancel(self, reason=None):
        """Cancel notices that have not been delivered.

        :param str reason: one sentence, shown on the notice
        """
        notices = self._check_reviewer()
        notices.sudo().delivery_ids._check_not_under_way()
        cancelled = notices._cancel(
            reason or self.env._("Cancelled by %(name)s.", name=self.env.user.name)
        )
        if not cancelled:
            raise UserError(
                self.env._("A notice that was sent or cancelled cannot be cancelled.")
            )
        return True

    def action_preview(self):
        """Open the notice with its mail and letter as they would go out now."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "dunning.notice",
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (self.env.ref("credit_control.dunning_notice_view_preview").id, "form")
            ],
            "target": "new",
        }

    def action_edit_text(self):
        """Copy the text of the level to the notice, to be edited for this customer."""
        notices = self._check_reviewer()
        for notice in notices:
            people = notice._resolve_recipients()[notice]
            level = notice.level_id.with_context(lang=notice._get_lang(people["to"]))
            notice._check_editable({"subject": True})
            notice.write({"subject": level.subject, "body_html": level.body_html})
        return True

    def action_reset_text(self):
        """Take the text of the level again."""
        notices = self._check_reviewer()
        notices._check_editable({"subject": True})
        notices.write({"subject": False, "body_html": False, "is_edited": False})
        return True

    def action_not_now(self):
        """Ask until when, and why, this customer is left in peace."""
        self._check_reviewer()
        return self._open_wizard(
            "dunning.notice.hold", self.env._("Not now"), self.ids
        )

    def action_force_level(self):
        """Ask for another level for this draft."""
        self.ensure_one()
        self._check_reviewer()
        return self._open_wizard(
            "dunning.notice.level", self.env._("Another level"), self.ids
        )

    def _open_wizard(self, model, name, ids):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_notice_ids": ids},
        }

    def action_answered(self):
        """Say that the customer's reply was dealt with: reminders may go on."""
        notices = self._check_reviewer()
        notices.profile_id.write({"reply_date": False})
        return True
