import logging

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
# what a machine wrote, and what is no answer to us
MACHINE = ("auto_reply", "bounce", "other")
# since when a message waits for its end: a Date header is the sender's word alone
SINCE = SQL("GREATEST(message.received_date, message.done_date)")


class CreditMessage(models.Model):
    """Messages go when their time is over, each night, a batch after the other."""

    _inherit = "credit.message"

    @api.model
    def _cron_retention(self, limit=500):
        """Drop originals, delete and anonymise what was kept long enough."""
        messages = self.sudo()
        for find, apply in (
            (messages._find_old_originals, "_forget_originals"),
            (messages._find_to_purge, "_purge"),
            (messages._find_to_anonymise, "_anonymise"),
        ):
            if not messages._run_retention(find, apply, limit):
                return

    def _run_retention(self, find, apply, limit):
        """Do one step until nothing is left; return whether there is time left."""
        commit = self.env["ir.cron"]._commit_progress
        total = 0
        goes_on = True
        while goes_on and (found := find(limit)):
            getattr(found, apply)()
            total += len(found)
            goes_on = bool(commit(len(found), remaining=len(found)))
        if total:
            # how many, and nothing of what they said
            _logger.info("Inbound messages: %s of %s", apply.strip("_"), total)
        return goes_on

    # === WHICH === #
    @api.model
    def _kept_days_sql(self):
        """Return how many days a row ``message`` is kept, NULL or 0 for ever.

        What waits for a person is never too old, unless nobody knows whose it is.
        """
        return SQL(
            """CASE WHEN message.state = 'spam' THEN company.credit_days_spam
                    WHEN message.intent IN %s THEN company.credit_days_machine
                    WHEN message.profile_id IS NULL THEN company.credit_days_unmatched
                    WHEN message.state IN ('done', 'archived')
                    THEN company.credit_days_closed
                END""",
            MACHINE,
        )

    def _find_expired(self, days, condition, limit):
        """Return the messages older than ``days`` that nothing needs any more.

        :param SQL days: of a row ``message`` and its ``company``
        :param SQL condition: what else they have to be
        """
        self._flush_needs()
        self.env["res.company"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM (
                     SELECT message.id, %(needs)s AS need
                       FROM credit_message message
                       JOIN res_company company ON company.id = message.company_id
                      WHERE %(days)s > 0
                        AND %(since)s < %(now)s - %(days)s * interval '1 day'
                        AND message.is_pending IS NOT TRUE
                        AND %(condition)s
                   ) found
                    WHERE need IS NULL ORDER BY id LIMIT %(limit)s""",
                needs=self._needs_sql(),
                days=days,
                since=SINCE,
                now=fields.Datetime.now(),
                condition=condition,
                limit=limit,
            )
        )
        return self.browse(row[0] for row in rows)

    @api.model
    def _find_old_originals(self, limit):
        has_original = SQL(
            """EXISTS (SELECT FROM ir_attachment
                        WHERE res_model = %s AND res_field = 'raw'
                          AND res_id = message.id)""",
            self._name,
        )
        days = SQL("company.credit_days_original")
        return self._find_expired(days, has_original, limit)

    @api.model
    def _find_to_purge(self, limit):
        condition = SQL(
            "(message.state = 'spam' OR company.credit_expiry = 'purge')"
        )
        return self._find_expired(self._kept_days_sql(), condition, limit)

    @api.model
    def _find_to_anonymise(self, limit):
        condition = SQL(
            """message.state <> 'spam' AND company.credit_expiry = 'anonymise'
               AND message.anonymised_date IS NULL"""
        )
        return self._find_expired(self._kept_days_sql(), condition, limit)
