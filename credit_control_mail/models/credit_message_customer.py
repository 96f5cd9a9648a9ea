from odoo import models
from odoo.tools import SQL, format_date

from .credit_message_open import label_of

# open items shown beside a message; the rest is a click away
ITEMS = 60
CONTACTS = 12
PROMISES = 10


class CreditMessage(models.Model):
    """What the inbox shows beside a message: the customer, or who it may be."""

    _inherit = "credit.message"

    # === TRIAGE === #
    def _inbox_candidates(self):
        """Return the customers proposed, the likeliest first."""
        # sudo: a collector has to know whom to ask about a customer of another
        rows = self.sudo().candidate_ids
        profiles = self.env["credit.profile"].sudo(False)
        own = profiles.search([("id", "in", rows.profile_id.ids)])
        return [row._inbox_candidate(row.profile_id in own) for row in rows]

    # === THE CUSTOMER === #
    def _inbox_customer(self):
        """Return the figures, items and people of the customer, or False."""
        # sudo: who may read the customer, as checked here, may read all of this
        profile = self.sudo().profile_id
        if not profile:
            return False
        if not profile.sudo(False).has_access("read"):
            # given to the user by a colleague, out of another portfolio
            return {"name": profile.display_name, "is_hidden": True}
        accounts = profile.company_id._trade_receivable_ids()
        items, total = profile._inbox_items(self._named_moves(), accounts)
        return {
            "id": profile.id,
            "name": profile.display_name,
            "is_hidden": False,
            "collector": profile.user_id.name or "",
            "policy": profile.dunning_policy_id.name or "",
            **profile._inbox_next_action(),
            "legal": profile._inbox_legal(),
            **profile._inbox_figures(accounts),
            "items": items,
            "items_total": total,
            "commitments": profile._inbox_commitments(),
            "contacts": profile._inbox_contacts(self),
        }

    def _named_moves(self):
        """Return the ids of the invoices that the message names."""
        return [*self.sudo().move_ids.ids, *self.sudo().intent_ids.move_ids.ids]


class CreditMessageCandidate(models.Model):
    """A customer proposed for a message, as the inbox shows it."""

    _inherit = "credit.message.candidate"

    def _inbox_candidate(self, is_own):
        """Return what the screen shows of this candidate.

        :param bool is_own: the user may give the message to this customer
        """
        profile = self.profile_id
        overdue = profile.currency_id.format(profile.amount_overdue)
        return {
            "id": self.id,
            "name": self.customer_name,
            "confidence": round(100 * (self.confidence or 0)),
            "reasons": self.message_id._say_reasons(self.reasons),
            "overdue": is_own and profile.amount_overdue > 0 and overdue,
            "is_own": is_own,
            "collector": profile.user_id.name or "",
        }


class CreditProfile(models.Model):
    """The right side of the inbox."""

    _inherit = "credit.profile"

    def _inbox_figures(self, accounts):
        """Return the sums by currency and the parts of the ageing bar."""
        rows = self._read_ages(accounts)
        return {
            "figures": [
                {
                    "currency": row["currency"].name,
                    "due": row["currency"].format(row["due"]),
                    "overdue": row["currency"].format(row["overdue"]),
                    "credit": row["credit"] and row["currency"].format(row["credit"]),
                    "is_overdue": row["overdue"] > 0,
                }
                for row in rows
            ],
            "ages": [
                {
                    "key": age["key"],
                    "label": age["label"],
                    "share": age["share"],
                    "amount": self.currency_id.format(age["amount"]),
                }
                for age in self._ages(rows)
                if age["amount"]
            ]
            if rows
            else [],
        }

    def _inbox_next_action(self):
        """Return the next action, or the hold in its place: one of them is true."""
        hold = self._inbox_hold()
        if hold and self.next_action == "remind":
            return {"next_action": "", "why": "", "hold": hold}
        return {
            "next_action": self._next_action_label(),
            "why": self._next_action_reason() or "",
            "hold": hold,
        }

    def _next_action_label(self):
        """While something holds them, no reminders are in progress."""
        if self.next_action == "remind" and self._inbox_hold():
            return self.env._("Reminders wait")
        return super()._next_action_label()

    def _next_action_reason(self):
        """Say what holds the reminders."""
        held = self._inbox_hold() if self.next_action == "remind" else ""
        return held or super()._next_action_reason()

    def _inbox_hold(self):
        """Return why no reminder goes to this customer, in one line."""
        # sudo: the hold is the same whoever reads it
        intents = self.env["credit.message.intent"].sudo()
        unconfirmed = [
            ("message_id.profile_id", "=", self.id),
            ("message_id.state", "!=", "spam"),
            ("intent", "=", "insolvency"),
            ("state", "=", "proposed"),
        ]
        if intents.search_count(unconfirmed, limit=1):
            return self._explain_texts()["insolvency_announced"]
        if self.is_on_hold:
            return self.env._(
                "On hold until %(day)s: %(reason)s",
                day=format_date(self.env, self.hold_until, date_format="medium"),
                reason=self.hold_reason or "",
            )
        if self.reply_date:
            return self.env._("An answer waits: no automatic reminder goes.")
        return self._inbox_hold_of_messages()

    def _inbox_hold_of_messages(self):
        """Return what was accepted of his messages and holds reminders for days."""
        codes = {"auto_reply": "absent", "plan_request": "plan_asked"}
        # sudo: the hold is the same whoever reads it
        last = (
            self.env["credit.message.intent"]
            .sudo()
            .search(
                [
                    ("message_id.profile_id", "=", self.id),
                    ("intent", "in", list(codes)),
                    ("state", "=", "accepted"),
                    (
                        "hold_until",
                        ">=",
                        self.company_id._dunning_today()[self.company_id],
                    ),
                ],
                order="hold_until desc",
                limit=1,
            )
        )
        if not last:
            return ""
        return self.env._(
            "%(why)s No reminder until %(day)s.",
            why=self._explain_texts()[codes[last.intent]],
            day=format_date(self.env, last.hold_until, date_format="medium"),
        )

    def _inbox_legal(self):
        return "" if self.legal_status == "none" else label_of(self, "legal_status")

    def _inbox_items(self, named, accounts):
        """Return the open items, those named in a message first, and their number.

        :param list[int] named: ids of entries
        :param tuple[int] accounts: ids of the receivable accounts
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.move_name,
                       COALESCE(line.date_maturity, line.date) AS due,
                       line.amount_residual_currency, line.currency_id,
                       line.move_id = ANY(%(named)s) AS is_named,
                       EXISTS (SELECT FROM credit_dispute dispute
                                WHERE dispute.move_id = line.move_id
                                  AND dispute.state = 'open'),
                       EXISTS (SELECT FROM credit_promise_move_line_rel rel
                                 JOIN credit_promise promise
                                   ON promise.id = rel.promise_id
                                WHERE rel.move_line_id = line.id
                                  AND promise.state = 'pending'),
                       move.move_type IN ('out_invoice', 'out_refund', 'out_receipt'),
                       count(*) OVER ()
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner contact ON contact.id = line.partner_id
                 WHERE contact.commercial_partner_id = %(customer)s
                   AND line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.account_id IN %(accounts)s
                 ORDER BY is_named DESC, due, line.id
                 LIMIT %(limit)s
                """,
                named=[*named, 0],
                customer=self.partner_id.id,
                company=self.company_id.id,
                accounts=accounts,
                limit=ITEMS,
            )
        )
        return [self._inbox_item(*row[:-1]) for row in rows], rows[0][-1] if rows else 0

    def _inbox_item(
        self, line, name, due, amount, currency, named, disputed, promised, has_pdf
    ):
        today = self.company_id._dunning_today()[self.company_id]
        return {
            "id": line,
            "name": name or "",
            "due": format_date(self.env, due, date_format="medium"),
            "is_late": amount > 0 and due < today,
            "amount": self.env["res.currency"].browse(currency).format(amount),
            "is_credit": amount < 0,
            "is_named": named,
            "is_disputed": disputed,
            "is_promised": promised,
            "has_pdf": has_pdf,
        }

    def _inbox_commitments(self):
        """Return the promises, plans and disputes that are open."""
        _ = self.env._
        promises = self.env["credit.promise"].search_fetch(
            [("profile_id", "=", self.id), ("state", "in", ("draft", "pending"))],
            order="date, id",
            limit=PROMISES,
        )
        disputes = self.env["credit.dispute"].search_fetch(
            [("profile_id", "=", self.id), ("state", "=", "open")],
            order="date_open desc, id desc",
            limit=PROMISES,
        )
        return [
            {
                "model": "credit.promise",
                "id": promise.id,
                "icon": "fa-handshake-o",
                "text": _(
                    "%(amount)s promised for %(day)s",
                    amount=promise.currency_id.format(promise.amount),
                    day=format_date(self.env, promise.date, date_format="medium"),
                ),
            }
            for promise in promises
        ] + [
            {
                "model": "credit.dispute",
                "id": dispute.id,
                "icon": "fa-balance-scale",
                "text": _(
                    "%(amount)s of %(invoice)s contested: %(reason)s",
                    amount=dispute.currency_id.format(dispute.amount),
                    invoice=dispute.sudo().move_id.name,
                    reason=dispute.reason_id.sudo().name,
                ),
            }
            for dispute in disputes
        ]

    def _inbox_contacts(self, message):
        """Return the people of the customer: the sender, then those with roles."""
        # sudo: whoever reads the customer may know whom to call there
        people = self.env["res.partner"].sudo()
        found = people.search_fetch(
            [("commercial_partner_id", "=", self.partner_id.id)], limit=200
        )
        found = found.sorted(
            lambda partner: (
                partner != message.partner_id,
                not partner.credit_role_ids,
                not (partner.email or partner.phone),
                partner.id,
            )
        )[:CONTACTS]
        return [
            {
                "id": partner.id,
                "name": partner.name or partner.display_name,
                "email": partner.email or "",
                "phone": partner.phone or "",
                "roles": partner.credit_role_ids.mapped("name"),
                "is_sender": partner == message.partner_id,
            }
            for partner in found
        ]
