from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class DunningNoticeHold(models.TransientModel):
    """Not now: leave the customers of some notices in peace until a day."""

    _name = "dunning.notice.hold"
    _description = "Not now"

    notice_ids = fields.Many2many("dunning.notice", string="Notices")
    date_until = fields.Date(
        string="On hold until",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=7),
        help="The last day without reminders.",
    )
    reason = fields.Char(required=True, help="Why, in a few words.")

    def action_confirm(self):
        """Put the customers on hold and cancel these notices."""
        self.ensure_one()
        notices = self.notice_ids._check_reviewer()
        if self.date_until < fields.Date.context_today(self):
            raise UserError(
                self.env._("Choose today or a later day: the hold would be over.")
            )
        notices.profile_id.write(
            {"hold_until": self.date_until, "hold_reason": self.reason}
        )
        notices._cancel(
            self.env._(
                "Not now, on hold until %(date)s: %(reason)s",
                date=fields.Date.to_string(self.date_until),
                reason=self.reason,
            )
        )
        return {"type": "ir.actions.act_window_close"}
