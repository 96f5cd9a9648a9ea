from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.credit_control.models.dunning_pipeline import Hold

# intents whose invoices are waited for, up to the day of the intent
ITEM_CODES = ("already_paid", "remittance")


class CreditProfile(models.Model):
    """A customer who waits for an answer is not reminded."""

    _inherit = "credit.profile"

    reply_by_message = fields.Boolean(
        readonly=True,
        copy=False,
        help="The unanswered reply is a message of the inbox, not noted by a person.",
    )

    # === CRUD METHODS === #
    def write(self, vals):
        """Who says that the answer was dealt with has dealt with the messages."""
        is_by_person = "reply_date" in vals and "reply_by_message" not in vals
        if is_by_person:
            vals = {**vals, "reply_by_message": False}
        result = super().write(vals)
        if is_by_person and not vals["reply_date"]:
            # sudo: the messages follow, whoever dealt with the answer
            waiting = self.env["credit.message"].sudo()
            waiting.search(
                [
                    ("profile_id", "in", self.ids),
                    ("state", "=", "new"),
                    ("is_pausing", "=", True),
                ]
            )._mark_answered()
        return result

    def _check_written_fields(self, vals):
        """Let the mark follow what a person writes."""
        rest = {name: vals[name] for name in vals if name != "reply_by_message"}
        return super()._check_written_fields(rest)

    # === BUSINESS METHODS === #
    @api.private
    def _refresh_reply_hold(self, is_quick=False):
        """Hold the reminders of customers with an unanswered message; release others.

        The oldest message counts, also while it is put off to a later day. What a
        person or the customer's page noted is left as it is.

        :param bool is_quick: new holds alone are written, their figures follow later
        """
        if not self:
            return
        self.env["credit.message"].flush_model(
            ["profile_id", "state", "is_pausing", "date"]
        )
        self.flush_model(["reply_date", "reply_by_message"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT profile.id, min(message.date)
                  FROM credit_profile profile
             LEFT JOIN credit_message message
                    ON message.profile_id = profile.id
                   AND message.state = 'new'
                   AND message.is_pausing
                 WHERE profile.id IN %s
                   AND (profile.reply_date IS NULL OR profile.reply_by_message)
              GROUP BY profile.id
                HAVING profile.reply_date IS DISTINCT FROM min(message.date)
                """,
                tuple(self.ids),
            )
        )
        if is_quick:
            self._write_reply_dates([row for row in rows if row[1]])
            rows = [row for row in rows if not row[1]]
        by_date = {}
        for profile_id, date in rows:
            by_date.setdefault(date, []).append(profile_id)
        # sudo: the hold follows the messages, whoever deals with them
        profiles = self.sudo().with_context(tracking_disable=True)
        for date, ids in by_date.items():
            profiles.browse(ids).write(
                {"reply_date": date or False, "reply_by_message": bool(date)}
            )

    @api.private
    def _end_noted_reply(self):
        """Somebody replied: what was noted by hand is over, other messages wait on."""
        noted = self.filtered(lambda one: one.reply_date and not one.reply_by_message)
        noted.write({"reply_date": False, "reply_by_message": False})
        noted._refresh_reply_hold()

    @api.model
    def _write_reply_dates(self, rows):
        """Write holds by one statement, without computing the figures at once.

        :param rows: id of the profile and day of the oldest message
        """
        if not rows:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE credit_profile profile
                   SET reply_date = held.date, reply_by_message = TRUE
                  FROM (VALUES %s) held(id, date)
                 WHERE profile.id = held.id
             RETURNING profile.id
                """,
                SQL(", ").join(SQL("(%s, %s::timestamp)", *row) for row in rows),
            )
        )
        profiles = self.browse(profile_id for profile_id, _date in rows)
        names = ["reply_date", "reply_by_message"]
        profiles.invalidate_recordset(names, flush=False)

    @api.model
    def _figure_sources(self):
        """Add what the holds of messages are read from."""
        return {
            **super()._figure_sources(),
            "credit.message": ["profile_id", "state"],
            "credit.message.intent": [
                "message_id",
                "intent",
                "state",
                "hold_until",
                "move_ids",
            ],
        }

    @api.model
    def _explain_texts(self):
        """Add the words for what customers write."""
        _ = self.env._
        return {
            **super()._explain_texts(),
            "insolvency_announced": _(
                "A message tells of an insolvency: confirm or reject it in the inbox."
            ),
            "absent": _("Who pays the bills is away: reminders wait for the return."),
            "plan_asked": _("Instalments were asked for: agree on a plan, or refuse."),
        }

    # === ACTIONS === #
    def action_act(self):
        """Open the message that waits for an answer."""
        self.ensure_one()
        if self.next_action == "answer":
            message = self.env["credit.message"].search(
                [
                    ("profile_id", "=", self.id),
                    ("state", "=", "new"),
                    ("is_pausing", "=", True),
                ],
                order="date, id",
                limit=1,
            )
            if message:
                self._check_group("group_collector", self.env._("act on a customer"))
                return message.action_open()
        return super().action_act()

    @api.model
    def _summary_events(self):
        """Add the number of messages that wait."""
        messages = self.env["credit.message"]
        return {
            **super()._summary_events(),
            "messages": messages.search_count([("is_waiting", "=", True)]),
        }


class DunningRun(models.Model):
    _inherit = "dunning.run"

    @api.model
    def _code_labels(self):
        """Add the words for what customers write."""
        _ = self.env._
        return {
            **super()._code_labels(),
            "insolvency_announced": _("Insolvency announced"),
            "absent": _("Away"),
            "plan_asked": _("Instalments asked for"),
        }


class DunningPipeline(models.AbstractModel):
    """What customers write holds reminders: at once, or when a person accepts it."""

    _inherit = "dunning.pipeline"

    def _dunning_holds(self):
        """Add insolvencies not yet confirmed, absences, plans, payments announced."""
        holds = super()._dunning_holds()
        announced = holds["payment_announced"]
        held, until = self._hold_of_announced()
        # what a person must decide is told before what he must answer
        reply = {"reply": holds.pop("reply")} if "reply" in holds else {}
        return {
            **holds,
            "payment_announced": Hold(
                SQL("%s OR %s", announced.condition, held),
                SQL("greatest(%s, %s)", announced.until, until),
            ),
            "insolvency_announced": self._hold_of_insolvency(),
            **reply,
            "absent": self._hold_of_customers("auto_reply"),
            "plan_asked": self._hold_of_customers("plan_request"),
        }

    def _hold_of_insolvency(self):
        """Return the hold of customers who may be insolvent: a person confirms it."""
        return Hold(
            SQL(
                """
                profile.id IN (
                    SELECT message.profile_id
                      FROM credit_message_intent intent
                      JOIN credit_message message ON message.id = intent.message_id
                     WHERE intent.intent = 'insolvency'
                       AND intent.state = 'proposed'
                       AND message.state <> 'spam'
                       AND message.profile_id IS NOT NULL)
                """
            )
        )

    def _hold_of_customers(self, code):
        """Return the hold of customers by accepted intents, up to their day.

        :param str code: of the intents
        """
        held = SQL(
            """
            FROM credit_message_intent intent
            JOIN credit_message message ON message.id = intent.message_id
           WHERE intent.hold_until IS NOT NULL
             AND intent.intent = %s
             AND intent.state = 'accepted'
             AND message.profile_id = profile.id
            """,
            code,
        )
        return Hold(
            SQL("EXISTS (SELECT %s AND intent.hold_until >= plan_day.day)", held),
            SQL("(SELECT max(intent.hold_until) %s)", held),
        )

    def _hold_of_announced(self):
        """Return the condition and the last day of items said to be paid."""
        field = self.env["credit.message.intent"]._fields["move_ids"]
        held = SQL(
            """
            FROM %(rel)s said
            JOIN credit_message_intent intent ON intent.id = said.%(intent)s
           WHERE intent.hold_until IS NOT NULL
             AND intent.intent IN %(codes)s
             AND intent.state = 'accepted'
            """,
            rel=SQL.identifier(field.relation),
            intent=SQL.identifier(field.column1),
            codes=ITEM_CODES,
        )
        move = SQL.identifier("said", field.column2)
        return (
            SQL(
                "EXISTS (SELECT %s AND %s = line.move_id"
                " AND intent.hold_until >= plan_day.day)",
                held,
                move,
            ),
            SQL(
                "(SELECT max(intent.hold_until) %s AND %s = item.move_id)", held, move
            ),
        )
