from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# what of a message tells who wrote it and what: taken out when it is anonymised
PERSONAL = (
    "email_from",
    "email_normalized",
    "from_name",
    "email_to",
    "email_cc",
    "reply_to",
    "subject",
    "body_html",
    "body_text",
    "reply_text",
    "message_id",
    "in_reply_to",
    "references",
    "partner_id",
    "match_reasons",
    "match_undo",
    "error",
)
# the same of its intents; day, amount, invoices and what came of them stay
PERSONAL_OF_INTENT = (
    "evidence",
    "explanation",
    "contact_name",
    "contact_email",
    "contact_phone",
)
# notes of what was made of a message quote it
NOTED = ("credit_promise", "credit_dispute", "credit_plan")


class CreditMessage(models.Model):
    """What is personal in a message, what still needs it, and how it goes."""

    _inherit = "credit.message"

    is_legal_hold = fields.Boolean(
        string="Legal hold",
        readonly=True,
        copy=False,
        help="Kept whole until a credit manager releases it, whatever its age.",
    )
    anonymised_date = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since then nothing in it tells who wrote it, and what.",
    )

    # === ACTIONS === #
    def action_legal_hold(self):
        """Keep these messages whole, whatever their age."""
        self._set_legal_hold(True, self.env._("Legal hold set"))
        return True

    def action_legal_release(self):
        """Let these messages go when their time is over."""
        self._set_legal_hold(False, self.env._("Legal hold released"))
        return True

    def _set_legal_hold(self, value, text):
        self.env["credit.profile"]._check_group(
            "group_manager", self.env._("set or release a legal hold")
        )
        self.check_access("write")
        # sudo: written by this method alone
        changed = self.sudo().filtered(lambda one: one.is_legal_hold != value)
        changed.write({"is_legal_hold": value})
        changed.sudo(False)._log_deed(text)

    # === WHAT NEEDS THEM === #
    @api.model
    def _needs_sql(self):
        """Return what a row ``message`` is needed for: a code, NULL for nothing.

        Extended by: add-ons whose records rest on messages.

        :rtype: SQL
        """
        return SQL(
            """CASE
               WHEN message.is_legal_hold THEN 'legal_hold'
               WHEN EXISTS (
                    SELECT FROM credit_dossier
                     WHERE profile_id = message.profile_id AND state <> 'closed')
               THEN 'dossier'
               WHEN EXISTS (
                    SELECT FROM credit_profile
                     WHERE id = message.profile_id AND legal_status <> 'none')
               THEN 'insolvency'
               WHEN EXISTS (
                    SELECT FROM credit_remittance
                     WHERE message_id = message.id AND state <> 'cancelled'
                       AND (state = 'draft' OR hold_until >= %(today)s))
               THEN 'announced'
               ELSE (%(made)s)
               END""",
            today=fields.Date.today(),
            made=self._needs_of_made_sql(),
        )

    @api.model
    def _needs_of_made_sql(self):
        """Return the code of what was made of a row ``message`` and still runs."""
        return SQL(
            """SELECT min(found.code) FROM (
                 SELECT CASE made.model
                        WHEN 'credit.promise' THEN (
                             SELECT 'promise' FROM credit_promise
                              WHERE id = made.id AND state IN ('draft', 'pending'))
                        WHEN 'credit.dispute' THEN (
                             SELECT 'dispute' FROM credit_dispute
                              WHERE id = made.id AND state = 'open')
                        WHEN 'credit.plan' THEN (
                             SELECT 'plan' FROM credit_plan
                              WHERE id = made.id AND state IN ('draft', 'running'))
                        WHEN 'mail.activity' THEN (
                             SELECT 'task' FROM mail_activity
                              WHERE id = made.id AND active)
                        END AS code
                   FROM credit_message_intent intent,
                        LATERAL (
                          SELECT intent.res_model AS model, intent.res_id AS id
                           UNION ALL
                          SELECT one->>0, (one->>1)::int
                            FROM jsonb_array_elements(CASE
                                 WHEN jsonb_typeof(intent.undo_data->'made') = 'array'
                                 THEN intent.undo_data->'made'
                                 ELSE '[]'::jsonb END) one
                        ) made
                  WHERE intent.message_id = message.id
                  UNION ALL
                 SELECT 'announced' FROM credit_message_intent
                  WHERE message_id = message.id AND hold_until >= %s
               ) found""",
            fields.Date.today(),
        )

    @api.private
    def _read_needs(self):
        """Return ``{id: code}`` of these messages that something still needs."""
        if not self:
            return {}
        self._flush_needs()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT id, code FROM (
                         SELECT message.id, %s AS code FROM credit_message message
                          WHERE message.id IN %s) found
                        WHERE code IS NOT NULL""",
                    self._needs_sql(),
                    tuple(self.ids),
                )
            )
        )

    @api.model
    def _flush_needs(self):
        for model in (
            "credit.message",
            "credit.message.intent",
            "credit.remittance",
            "credit.promise",
            "credit.dispute",
            "credit.plan",
            "credit.dossier",
            "credit.profile",
            "mail.activity",
        ):
            self.env[model].flush_model()

    @api.model
    def _need_labels(self):
        """Return the words of each code of :meth:`_needs_sql`."""
        _ = self.env._
        return {
            "legal_hold": _("a legal hold is set"),
            "dossier": _("a dossier is under way"),
            "insolvency": _("insolvency proceedings are under way"),
            "announced": _("a payment that it announces is waited for"),
            "promise": _("a promise made of it is running"),
            "dispute": _("a dispute made of it is open"),
            "plan": _("a payment plan made of it is running"),
            "task": _("somebody still has to act on it"),
        }

    # === HOW THEY GO === #
    @api.private
    def _forget_originals(self):
        """Delete the raw mails; their disk space is freed by the next clean-up."""
        self._get_original().unlink()
        self.invalidate_recordset(["raw"], flush=False)

    @api.private
    def _purge(self):
        """Delete these messages with all that hangs on them."""
        self._forget_quotes()
        self.sudo().unlink()

    @api.private
    def _anonymise(self):
        """Take out who wrote these messages and what; kind, days and amounts stay.

        The digest stays too: the same mail does not come in a second time.
        """
        if not self:
            return
        messages = self.sudo()
        # nobody can work on what is empty
        messages._close(("new",), "archived")
        messages._forget_quotes()
        files = messages.attachment_ids | messages.picture_ids
        (files | messages._get_original() | messages._get_own_files()).unlink()
        self.env["mail.message"].sudo().search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        messages.candidate_ids.unlink()
        self.env.flush_all()
        self._empty("credit_message", PERSONAL, SQL("id"))
        self._empty("credit_message_intent", PERSONAL_OF_INTENT, SQL("message_id"))
        self.env.execute_query(
            SQL(
                """UPDATE credit_message
                      SET anonymised_date = %s, is_pending = FALSE, is_untold = FALSE
                    WHERE id IN %s RETURNING id""",
                self.env.cr.now(),
                tuple(self.ids),
            )
        )
        self.env.invalidate_all(flush=False)

    def _get_own_files(self):
        """Return the files that people put on these messages."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )

    def _empty(self, table, names, key):
        """Set columns to NULL in the rows of these messages."""
        self.env.execute_query(
            SQL(
                "UPDATE %s SET %s WHERE %s IN %s RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(n)) for n in names),
                key,
                tuple(self.ids),
            )
        )

    def _get_copied_files(self):
        """Return the copies of the files beside what was made of these messages."""
        files = self.env["ir.attachment"].sudo()
        made = defaultdict(set)
        for intent in self.sudo().intent_ids:
            for model, record_id, *_rest in (intent.undo_data or {}).get("made", ()):
                made[model].add(record_id)
        sums = set(self.sudo().attachment_ids.mapped("checksum"))
        if not made or not sums:
            return files
        return files.search(
            Domain("checksum", "in", sorted(sums))
            & Domain.OR(
                Domain("res_model", "=", model) & Domain("res_id", "in", sorted(ids))
                for model, ids in made.items()
            )
        )

    def _forget_quotes(self):
        """Take words and files of these messages out of what has them elsewhere."""
        self._get_copied_files().unlink()
        self.env.flush_all()
        erased = self.env._("The words of the mail were erased.")
        for table in NOTED:
            self.env.execute_query(
                SQL(
                    """UPDATE %(table)s record SET note = %(erased)s
                         FROM credit_message_intent intent
                         JOIN credit_message message ON message.id = intent.message_id
                        WHERE message.id IN %(ids)s
                          AND record.note IS NOT NULL
                          AND message.email_normalized <> ''
                          AND position(message.email_normalized in record.note) > 0
                          AND EXISTS (
                              SELECT FROM jsonb_array_elements(CASE
                                     WHEN jsonb_typeof(intent.undo_data->'made')
                                          = 'array'
                                     THEN intent.undo_data->'made'
                                     ELSE '[]'::jsonb END) one
                               WHERE one->>0 = %(model)s
                                 AND (one->>1)::int = record.id)
                    RETURNING record.id""",
                    table=SQL.identifier(table),
                    erased=erased,
                    ids=tuple(self.ids) or (0,),
                    model=table.replace("_", ".", 1),
                )
            )
        self.env.execute_query(
            SQL(
                """UPDATE credit_event SET name = %s
                    WHERE res_model = %s AND res_id IN %s RETURNING id""",
                erased,
                self._name,
                tuple(self.ids) or (0,),
            )
        )
        self.env.invalidate_all(flush=False)
