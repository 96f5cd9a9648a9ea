from html import unescape

from odoo import api, fields, models
from odoo.tools import SQL

from .credit_message_screen import READERS

# first words of a mail in the timeline
FIRST_WORDS = 140


class CreditProfile(models.Model):
    """The exchange with a customer: mails in, our answers out."""

    _inherit = "credit.profile"

    message_count = fields.Integer(
        string="Number of messages", compute="_compute_message_count", groups=READERS
    )
    message_new_count = fields.Integer(
        string="Messages to process", compute="_compute_message_count", groups=READERS
    )

    # === COMPUTE METHODS === #
    def _compute_message_count(self):
        counts = {}
        for profile, state, count in self.env["credit.message"]._read_group(
            [("profile_id", "in", self.ids), ("state", "!=", "spam")],
            ["profile_id", "state"],
            ["__count"],
        ):
            counts.setdefault(profile, {})[state] = count
        for profile in self:
            found = counts.get(profile._origin, {})
            profile.message_count = sum(found.values())
            profile.message_new_count = found.get("new", 0)

    # === ACTIONS === #
    def action_open_messages(self):
        """List the mails of these customers."""
        self.check_access("read")
        self.env["credit.message"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control_mail.credit_message_action"
        )
        return {
            **action,
            "domain": [("profile_id", "in", self.ids)],
            # of another record: its path would bring the whole list back
            "path": False,
        }

    # === TIMELINE === #
    def _timeline_sources(self):
        sources = super()._timeline_sources()
        if not self.env["credit.message"].has_access("read"):
            return sources
        messages = self.env["credit.message"]._search(
            [("profile_id", "=", self.id), ("state", "!=", "spam")]
        )
        sources["message"] = SQL(
            r"""SELECT 'message', message.date AS moment, message.id,
                      message.state || ':' || COALESCE(message.intent, ''),
                      COALESCE(message.subject, '') || E'\n' || left(regexp_replace(
                          left(COALESCE(NULLIF(message.reply_text, ''),
                                        message.body_text, ''), 600),
                          '\s+', ' ', 'g'), %s),
                      NULL::numeric, NULL::int, NULL::int
                 FROM credit_message message WHERE message.id IN %s""",
            FIRST_WORDS,
            messages.subselect(),
        )
        sources["answer"] = SQL(
            r"""SELECT 'answer', post.date AS moment, post.id, 'sent',
                      COALESCE(post.subject, '') || E'\n' || left(btrim(
                          regexp_replace(regexp_replace(
                              left(COALESCE(post.body, ''), 3000),
                              '<[^>]*>', ' ', 'g'), '(\s|&nbsp;)+', ' ', 'g')), %s),
                      NULL::numeric, NULL::int, author.id
                 FROM mail_message post
                 LEFT JOIN LATERAL (SELECT id FROM res_users
                                     WHERE partner_id = post.author_id
                                     ORDER BY active DESC, id LIMIT 1) author ON TRUE
                WHERE post.model = 'credit.message' AND post.res_id IN %s
                  AND post.message_type IN ('comment', 'email_outgoing')
                  AND post.subtype_id IS DISTINCT FROM %s""",
            FIRST_WORDS,
            messages.subselect(),
            self.env.ref("mail.mt_note").id,
        )
        return sources

    def _timeline_message(self, row):
        state, intent = row["code"].split(":", 1)
        labels = self.env["credit.message"]._intent_labels()
        return {
            "icon": "fa-inbox",
            "title": labels.get(intent) or self.env._("Mail received"),
            "text": self._mail_line(row["text"]),
            "state": self._choice("credit.message", "state", state),
            "tone": "warning" if state == "new" else "secondary",
        }

    def _timeline_answer(self, row):
        return {
            "icon": "fa-reply",
            "title": self.env._("Answer"),
            "text": unescape(self._mail_line(row["text"])),
        }

    @api.model
    def _mail_line(self, text):
        """Return subject and first words in one line."""
        subject, words = text.split("\n", 1)
        return ": ".join(part.strip() for part in (subject, words) if part.strip())

    def open_entry(self, kind, entry_id):
        """Open a mail, or the one that was answered, beside what is known already."""
        if kind not in ("message", "answer"):
            return super().open_entry(kind, entry_id)
        self.ensure_one().check_access("read")
        message_id = int(entry_id)
        if kind == "answer":
            post = self.env["mail.message"].browse(message_id)
            post.check_access("read")
            if post.model != "credit.message":
                return False
            message_id = post.res_id
        message = self.env["credit.message"].browse(message_id)
        message.check_access("read")
        return message.action_open()


class DunningNotice(models.Model):
    """A notice and the answers it got."""

    _inherit = "dunning.notice"

    answer_ids = fields.One2many(
        "credit.message", "notice_id", string="Answers", readonly=True, groups=READERS
    )
    answer_count = fields.Integer(
        string="Number of answers", compute="_compute_answer_count", groups=READERS
    )

    @api.depends("answer_ids")
    def _compute_answer_count(self):
        counts = dict(
            self.env["credit.message"]._read_group(
                [("notice_id", "in", self.ids)], ["notice_id"], ["__count"]
            )
        )
        for notice in self:
            notice.answer_count = counts.get(notice._origin, 0)

    def action_open_answers(self):
        """Open the answer to these notices, or the list of several."""
        self.check_access("read")
        messages = self.env["credit.message"].search([("notice_id", "in", self.ids)])
        if len(messages) == 1:
            return messages.action_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control_mail.credit_message_action"
        )
        return {**action, "domain": [("notice_id", "in", self.ids)], "path": False}
