from odoo import api, models
from odoo.tools import SQL


class CreditAttention(models.Model):
    """Messages that nobody has dealt with yet need a person."""

    _inherit = "credit.attention"

    _depends = {
        "credit.message": [
            "company_id",
            "date",
            "profile_id",
            "snooze_until",
            "state",
            "subject",
        ],
        "credit.profile": ["reply_by_message"],
    }

    @api.model
    def _attention_sources(self):
        """Add messages, first of all: an answer stops the reminders until then."""
        message = {
            "reason": self.env._("“%(detail)s”, received on %(since)s."),
            "action": "action_open",
            "deeds": {"done": "action_done"},
        }
        return {
            "message": {
                "label": self.env._("Message to answer"),
                "query": self._query_message(SQL("m.profile_id IS NOT NULL")),
                "todo": self.env._("Accept what was understood, or answer."),
                **message,
            },
            "triage": {
                "label": self.env._("Message of an unknown sender"),
                "query": self._query_message(SQL("m.profile_id IS NULL")),
                "todo": self.env._("Say which customer it comes from."),
                **message,
            },
            **super()._attention_sources(),
        }

    @api.model
    def _query_message(self, condition):
        """Return the messages that wait, those put off to a later day left out."""
        return SQL(
            """
            SELECT m.profile_id, m.company_id, 'credit.message' AS res_model,
                   m.id AS res_id, m.date AS since, p.amount_overdue AS amount,
                   m.subject AS detail
              FROM credit_message m
              JOIN %s ON day.company_id = m.company_id
              LEFT JOIN credit_profile p ON p.id = m.profile_id
             WHERE m.state = 'new' AND %s
               AND (m.snooze_until IS NULL OR m.snooze_until <= day.today)
            """,
            self._days(),
            condition,
        )

    @api.model
    def _answer_condition(self):
        """Leave out the answers that are messages: they are listed one by one."""
        return SQL("%s AND p.reply_by_message IS NOT TRUE", super()._answer_condition())
