from odoo import fields, models
from odoo.exceptions import UserError


class DunningNoticeLevel(models.TransientModel):
    """Another level for a draft: its text, channels and recipients, and its step."""

    _name = "dunning.notice.level"
    _description = "Another level"

    notice_ids = fields.Many2many("dunning.notice", string="Notices")
    policy_id = fields.Many2one(related="notice_ids.policy_id")
    level_id = fields.Many2one(
        "dunning.level",
        required=True,
        domain="[('policy_id', '=', policy_id)]",
    )
    reason = fields.Char(required=True, help="Why, in a few words.")

    def action_confirm(self):
        """Set the level on the draft; delivery then moves its claims there."""
        self.ensure_one()
        notices = self.notice_ids._check_reviewer()
        if any(notice.state != "draft" for notice in notices):
            raise UserError(
                self.env._(
                    "The level can only be changed while the notice is under review."
                )
            )
        notices.line_ids.filtered(lambda line: line.kind == "claim").write(
            {"level_id": self.level_id.id, "is_forced": True}
        )
        for notice in notices:
            notice._message_log(
                body=self.env._(
                    "%(user)s chose the level %(new)s instead of %(old)s: %(reason)s",
                    user=self.env.user.name,
                    new=self.level_id.name,
                    old=notice.level_id.name,
                    reason=self.reason,
                )
            )
        notices.write({"level_id": self.level_id.id})
        return {"type": "ir.actions.act_window_close"}
