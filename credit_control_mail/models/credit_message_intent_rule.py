from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError


class CreditMessageIntent(models.Model):
    _inherit = "credit.message.intent"

    automation_id = fields.Many2one(
        "credit.message.automation",
        string="By rule",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Nobody looked: this rule accepted it.",
    )

    @api.private
    def _update_state(self, allowed, target, **vals):
        """What is undone was not done by a rule any more."""
        if target != "accepted":
            vals["automation_id"] = None
        return super()._update_state(allowed, target, **vals)

    def _accept_by_rule(self, rule):
        """Accept one proposal by the program rather than by who received the mail.

        :return: whether it could be done
        """
        program = self.with_user(SUPERUSER_ID).sudo()
        try:
            with self.env.cr.savepoint():
                program._accept(automation_id=rule.id)
                program.message_id._message_log(
                    body=self.env._(
                        "By rule, at a confidence of %(found)s %%: %(what)s",
                        found=round(100 * self.confidence),
                        what=self.summary,
                    )
                )
        except (UserError, ValidationError):
            # what cannot be done by itself waits for a person
            self.invalidate_recordset()
            return False
        return True

    def _apply_rule(self, rule):
        """Do what a rule lets go by itself with one proposal.

        :return: whether something was done
        """
        is_done = False
        if rule.accept_from and self.confidence >= rule.accept_from:
            is_done = self._accept_by_rule(rule)
        wanted = rule.answer_from and self.confidence >= rule.answer_from
        if wanted and self.message_id._may_answer_by_rule():
            is_done |= self._answer_by_rule(rule)
        return is_done

    def _answer_by_rule(self, rule):
        """Answer one intent; it is accepted with that, if it was not before."""
        try:
            with self.env.cr.savepoint():
                if not self.message_id._answer_by_rule(self):
                    return False
                program = self.with_user(SUPERUSER_ID).sudo()
                won = program._update_state(
                    ("proposed",), "accepted", automation_id=rule.id
                )
                for intent in won:
                    intent._note_outcome({"undo": {"answered": True}})
                program.message_id._finish_by_rule()
        except (UserError, ValidationError):
            self.invalidate_recordset()
            return False
        return True


class CreditMessage(models.Model):
    """What rules do with a message that was just understood."""

    _inherit = "credit.message"

    rule_answer_date = fields.Datetime(
        string="Answered by rule on", readonly=True, copy=False
    )

    @api.private
    def _run_automation(self):
        """Accept and answer what the companies let go by itself.

        Never what comes from a sender who is not proven, from a machine (answers),
        or above the number a day.
        """
        rules = self.env["credit.message.automation"].sudo()
        rules = rules.search([("company_id", "in", self.company_id.ids)])
        if not rules:
            return
        done = rules._count_today()
        by_code = {(rule.company_id, rule.intent): rule for rule in rules}
        trusted = self.sudo().filtered(
            lambda message: (
                message.state == "new" and message.profile_id and not message.is_suspect
            )
        )
        for intent in trusted.intent_ids.filtered(
            lambda one: one.state == "proposed" and one.source != "person"
        ):
            rule = by_code.get((intent.company_id, intent.intent))
            if not rule or done.get(rule, 0) >= rule.daily_cap:
                continue
            if intent._apply_rule(rule):
                done[rule] = done.get(rule, 0) + 1

    def _may_answer_by_rule(self):
        """Return whether a machine may answer this sender now."""
        if self.is_automatic or not self.is_known_contact:
            return False
        lately = fields.Datetime.now() - timedelta(days=1)
        same = [
            ("email_normalized", "=", self.email_normalized),
            ("rule_answer_date", ">=", lately),
        ]
        return not self.sudo().search_count(same, limit=1)

    def _answer_by_rule(self, intent):
        """Send the answer for one intent, in the name of the collector."""
        author = self.profile_id.user_id.partner_id or self.company_id.partner_id
        by_rule = self.with_user(SUPERUSER_ID).sudo()
        by_rule = by_rule.with_context(credit_by_rule=True)
        draft = by_rule._prepare_answer(intent.with_env(by_rule.env))
        if intent.intent == "document_request" and not draft["attachment_ids"]:
            return False
        by_rule.message_post(
            author_id=author.id,
            body=draft["body"],
            subject=draft["subject"],
            partner_ids=draft["partner_ids"],
            attachment_ids=draft["attachment_ids"],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_add_signature=False,
        )
        now = fields.Datetime.now()
        self.sudo().write({"answered_date": now, "rule_answer_date": now})
        return True

    @api.private
    def _finish_by_rule(self):
        """Close what was answered when nothing else waits in it."""
        if not self.sudo().intent_ids.filtered(lambda one: one.state == "proposed"):
            self._close(("new",), "done")

    def _notify_by_email_get_headers(self, headers=None):
        """Tell other machines not to answer a machine."""
        headers = super()._notify_by_email_get_headers(headers)
        if self.env.context.get("credit_by_rule"):
            headers["Auto-Submitted"] = "auto-replied"
        return headers
