from odoo import models
from odoo.tools import SQL
from odoo.tools.mail import email_split_tuples

# entries shown at first, and how many times more with each click
SHOWN = 40
MORE = 5


class CreditProfile(models.Model):
    """One chronological list of all that happened with a customer."""

    _inherit = "credit.profile"

    def panel_timeline(self, limit=SHOWN):
        """Return what happened with the customer as HTML, the newest first.

        :param int limit: how many entries
        """
        self.ensure_one().check_access("read")
        limit = max(int(limit), 1)
        entries = self._timeline_entries(limit + 1)
        return self._render_panel(
            "credit_control.profile_timeline",
            {
                "entries": entries[:limit],
                "has_more": len(entries) > limit,
                "next_limit": limit * MORE,
            },
        )

    def _timeline_entries(self, limit):
        """Return the newest entries: one statement for all kinds.

        :return: dicts of ``date``, ``kind``, ``icon``, ``title``, ``text``,
            ``amount`` (formatted), ``state`` (in words), ``tone``, ``model``, ``id``
            and ``user``
        :rtype: list[dict]
        """
        self.ensure_one()
        self.env.flush_all()
        sources = self._timeline_sources()
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) entry(kind, moment, id, code, text, amount,"
                " currency_id, user_id) ORDER BY moment DESC, kind, id DESC LIMIT %s",
                SQL(" UNION ALL ").join(
                    SQL("(%s ORDER BY moment DESC LIMIT %s)", query, limit)
                    for query in sources.values()
                ),
                limit,
            )
        )
        names = ("kind", "moment", "id", "code", "text", "amount", "currency", "user")
        return self._timeline_in_words(
            [dict(zip(names, row, strict=True)) for row in rows]
        )

    def _timeline_sources(self):
        """Return ``{kind: query}`` of what the user may read of this customer.

        Each query gives kind, moment, id, code, text, amount, currency and user.

        Extended by: add-ons that know of more that happens.
        """
        sources = {
            "call": SQL(
                """SELECT 'call', date AS moment, id, outcome_id::text, note,
                          NULL::numeric, NULL::int, user_id
                     FROM credit_call WHERE profile_id = %s""",
                self.id,
            ),
            "promise": SQL(
                """SELECT 'promise', create_date AS moment, id, state, date::text,
                          amount, currency_id, create_uid
                     FROM credit_promise WHERE profile_id = %s AND plan_id IS NULL""",
                self.id,
            ),
            "plan": SQL(
                """SELECT 'plan', create_date AS moment, id, state, name, NULL::numeric,
                          NULL::int, create_uid
                     FROM credit_plan WHERE profile_id = %s""",
                self.id,
            ),
            "dispute": SQL(
                """SELECT 'dispute', dispute.create_date AS moment, dispute.id,
                          dispute.state, move.name, dispute.amount,
                          dispute.currency_id, dispute.create_uid
                     FROM credit_dispute dispute
                     JOIN account_move move ON move.id = dispute.move_id
                    WHERE dispute.profile_id = %s""",
                self.id,
            ),
            "payment": self._timeline_payments(),
            "event": self._timeline_events(),
        }
        if self.env["dunning.delivery"].has_access("read"):
            sources["delivery"] = SQL(
                """SELECT 'delivery', COALESCE(delivery.date_sent, delivery.write_date)
                          AS moment, delivery.id,
                          delivery.channel || ':' || delivery.state,
                          COALESCE(delivery.subject, '') || E'\\n' || COALESCE(
                              delivery.email_to, delivery.phone, ''),
                          NULL::numeric, NULL::int, NULL::int
                     FROM dunning_delivery delivery
                    WHERE delivery.profile_id = %s
                      AND delivery.state
                          IN ('sent', 'bounced', 'failed', 'reserved')""",
                self.id,
            )
        return sources

    def _timeline_events(self):
        """Return the query of the events that the user may read: not all may all."""
        events = self.env["credit.event"]._search(
            [("profile_id", "=", self.id), ("kind", "!=", "payment_received")]
        )
        return SQL(
            """SELECT 'event', date AS moment, id, kind, name, amount, currency_id,
                      NULL::int
                 FROM credit_event WHERE id IN %s""",
            events.subselect(),
        )

    def _timeline_payments(self):
        """Return the query of money received: credits of payments and statements."""
        return SQL(
            """SELECT 'payment', line.date::timestamp AS moment, line.id,
                      CASE WHEN line.reconciled THEN 'used' ELSE 'open' END,
                      line.move_name, -line.amount_currency, line.currency_id, NULL::int
                 FROM account_move_line line
                 JOIN res_partner contact ON contact.id = line.partner_id
                WHERE contact.commercial_partner_id = %s
                  AND line.company_id = %s
                  AND line.parent_state = 'posted'
                  AND line.account_id IN %s
                  AND line.balance < 0
                  AND (line.payment_id IS NOT NULL
                       OR line.statement_line_id IS NOT NULL)""",
            self.partner_id.id,
            self.company_id.id,
            self.company_id._trade_receivable_ids(),
        )

    # === WORDS === #
    def _timeline_in_words(self, rows):
        currencies = self.env["res.currency"]
        users = (
            self.env["res.users"].sudo().browse({row["user"] for row in rows} - {None})
        )
        users.fetch(["partner_id"])
        return [
            {
                "date": row["moment"],
                "has_time": row["kind"] != "payment",
                "kind": row["kind"],
                "id": row["id"],
                "amount": currencies.browse(row["currency"]).format(row["amount"])
                if row["amount"]
                else "",
                "user": users.browse(row["user"]).name if row["user"] else "",
                "text": row["text"],
                "state": False,
                "tone": "secondary",
                **getattr(self, f"_timeline_{row['kind']}")(row),
            }
            for row in rows
        ]

    def _choice(self, model, name, value):
        """Return the word of a value of a selection, in the reader's language."""
        field = self.env[model]._fields[name]
        return dict(field._description_selection(self.env)).get(value, value)

    def _timeline_call(self, row):
        outcome = self.env["credit.call.outcome"].browse(int(row["code"] or 0))
        return {
            "icon": "fa-phone",
            "title": self.env._("Call"),
            "state": outcome.name,
            "tone": {"good": "success", "warning": "warning", "bad": "danger"}.get(
                outcome.tone, "secondary"
            ),
        }

    def _timeline_promise(self, row):
        return {
            "icon": "fa-handshake-o",
            "title": self.env._("Promise"),
            "text": self.env._("For %(day)s", day=self._day(row["text"])),
            "state": self._choice("credit.promise", "state", row["code"]),
            "tone": self._tone(row["code"]),
        }

    def _timeline_plan(self, row):
        return {
            "icon": "fa-calendar",
            "title": self.env._("Payment plan"),
            "state": self._choice("credit.plan", "state", row["code"]),
            "tone": self._tone(row["code"]),
        }

    def _timeline_dispute(self, row):
        return {
            "icon": "fa-balance-scale",
            "title": self.env._("Dispute"),
            "state": self._choice("credit.dispute", "state", row["code"]),
            "tone": "warning" if row["code"] == "open" else "secondary",
        }

    def _timeline_payment(self, row):
        is_open = row["code"] == "open"
        return {
            "icon": "fa-money",
            "title": self.env._("Payment"),
            "state": self.env._("Not yet used") if is_open else False,
            "tone": "info",
        }

    def _timeline_event(self, row):
        return {
            "icon": "fa-bolt",
            "title": self._choice("credit.event", "kind", row["code"]),
        }

    def _timeline_delivery(self, row):
        channel, state = row["code"].split(":")
        subject, recipient = row["text"].split("\n", 1)
        if channel == "email":
            # names without the quotes that only a mail server needs
            recipient = ", ".join(
                f"{name} <{email}>" if name else email
                for name, email in email_split_tuples(recipient)
            )
        text = subject or recipient
        if subject and recipient:
            text = self.env._(
                "%(subject)s, to %(people)s", subject=subject, people=recipient
            )
        return {
            "icon": {
                "email": "fa-envelope-o",
                "call": "fa-phone",
                "sms": "fa-mobile",
            }.get(channel, "fa-file-text-o"),
            # a letter is posted on a day
            "has_time": channel not in ("letter", "registered"),
            "title": self._choice("dunning.delivery", "channel", channel),
            "text": text,
            "state": self._choice("dunning.delivery", "state", state),
            "tone": "success" if state == "sent" else "danger",
        }

    def _tone(self, state):
        return {
            "kept": "success",
            "broken": "danger",
            "partly": "warning",
            "pending": "info",
            "running": "info",
        }.get(state, "secondary")

    # === OPEN === #
    def open_entry(self, kind, entry_id):
        """Open what an entry of the timeline is about.

        :param str kind: ``call``, ``delivery``, ``promise``, ``plan``, ``dispute``,
            ``payment`` or ``event``
        :param int entry_id: the record's id
        """
        self.ensure_one().check_access("read")
        if kind == "payment":
            line = self.env["account.move.line"].browse(int(entry_id))
            line.check_access("read")
            if not line.move_id.has_access("read"):
                # an accounting entry: the statement tells what the money settled
                return self.action_statement()
            return line.action_credit_open()
        models_by_kind = {
            "call": "credit.call",
            "delivery": "dunning.delivery",
            "promise": "credit.promise",
            "plan": "credit.plan",
            "dispute": "credit.dispute",
            "event": "credit.event",
        }
        if kind not in models_by_kind:
            return False
        record = self.env[models_by_kind[kind]].browse(int(entry_id))
        record.check_access("read")
        if kind == "delivery":
            return record._action_as_sent()
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
            "target": "current",
        }
