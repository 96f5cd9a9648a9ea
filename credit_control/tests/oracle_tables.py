"""What the facts of a ledger are in the tables of the database."""

from datetime import timedelta

from .oracle_copy import copy, reserve
from .oracle_facts import commercial_partners
from .oracle_ledger import COMPANY

CHANNELS = {
    "email": "send_email",
    "letter": "send_letter",
    "registered": "send_registered",
    "sms": "send_sms",
    "call": "plan_call",
}


def find(facts, fact_id):
    """The fact with an id."""
    return next(fact for fact in facts if fact.id == fact_id)


class LedgerTables:
    """Rows for the companies, accounts, calendars... it is given.

    A method ``row_<kind>`` makes the row of a fact; what takes further tables is
    copied by a method of the name of the table, from pairs of ledger and fact.

    :param dict companies: ``res.company`` by the number used in ledgers
    :param dict currencies: ``res.currency`` by the number used in ledgers
    :param dict calendars: ``resource.calendar`` by :class:`~.oracle_facts.Calendar`
    :param dict accounts: ``account.account`` by receivable, non_trade and payable
    """

    def __init__(self, env, companies, currencies, calendars, accounts, journal):
        self.env, self.cr = env, env.cr
        self.companies, self.currencies = companies, currencies
        self.calendars, self.accounts, self.journal = calendars, accounts, journal
        self.reason = env["credit.dispute.reason"].search([], limit=1)
        self.reason = self.reason or self.reason.create({"name": "R", "code": "oracle"})
        self.provider = env["payment.provider"].search([], limit=1)
        self.method = env["payment.method"].search([], limit=1)
        self.plans = {}  # of the promises that belong to one

    # ----------------------------------------------------------- one row of a fact

    def row_policies(self, ledger, policy):
        """``dunning.policy``."""
        return {
            "id": policy.id,
            "name": {"en_US": f"Policy {policy.id}"},
            "sequence": 1000,
            "active": policy.active,
            "grouping": policy.grouping,
            "climb": policy.climb,
            "min_days_between": policy.min_days_between,
            "hold_out_percent": policy.hold_out_percent,
            "calendar_id": policy.calendar and self.calendars[policy.calendar].id,
            "max_per_day": 0,
            "variant_of_id": policy.variant_of_id,
            "variant_slots": [list(piece) for piece in policy.variant_slots],
        }

    def row_levels(self, ledger, level):
        """``dunning.level``."""
        first, second, *_others = *level.fallbacks, None, None
        return {
            **{name: getattr(level, name) for name in level._fields[:-2]},
            "fallback_channel": first,
            "fallback_channel_2": second,
            **{name: way in level.channels for way, name in CHANNELS.items()},
            "name": {"en_US": f"Level {level.id}"},
        }

    def row_contacts(self, ledger, contact):
        """``res.partner``."""
        customers = commercial_partners(ledger.contacts)
        return {
            "id": contact.id,
            "name": f"Customer {contact.id}",
            "complete_name": f"Customer {contact.id}",
            "type": "contact",
            "is_company": contact.is_company,
            "parent_id": contact.parent_id,
            "commercial_partner_id": customers[contact.id],
            "active": contact.active,
            "email": contact.email,
            "email_normalized": contact.email,
            "phone": contact.phone,
            "phone_sanitized": contact.phone,
            "street": contact.street,
            "street2": contact.street2,
            "zip": contact.zip,
            "city": contact.city,
            "autopost_bills": "ask",
            "lang": "en_US",
        }

    def row_profiles(self, ledger, profile):
        """``credit.profile``."""
        row = profile._asdict()
        row["reply_date"] = ledger.date if row.pop("has_reply") else None
        return {**row, "active": True}

    def row_moves(self, ledger, move):
        """``account.move``; its commercial partner may be the one of before."""
        items = [item for item in ledger.items if item.move_id == move.id]
        total = sum(item.residual for item in items)
        first = items[0] if items else None
        return {
            "id": move.id,
            "name": f"OR/{move.id}",
            "company_id": move.company_id,
            "journal_id": self.journal.id,
            "partner_id": move.partner_id,
            "commercial_partner_id": first and first.partner_id,
            "currency_id": first.currency_id if first else self.currencies[1].id,
            "state": first.state if first else "posted",
            "move_type": "out_invoice" if total > 0 else "out_refund",
            "auto_post": "no",
            "date": first.date if first else ledger.date,
            "invoice_date": first and first.invoice_date,
            "payment_state": move.payment_state,
            "amount_total": abs(total),
            "amount_residual": abs(total),
            "dunning_policy_id": move.policy_id,
            "dunning_forced_level_id": move.forced_level_id,
            "dunning_origin": move.origin,
        }

    def row_items(self, ledger, item):
        """``account.move.line``."""
        balance = round(item.residual / ledger.rates[item.currency_id], 2)
        return {
            "id": item.id,
            "move_id": item.move_id,
            "move_name": f"OR/{item.move_id}",
            "company_id": find(ledger.moves, item.move_id).company_id,
            "journal_id": self.journal.id,
            "account_id": self.accounts[item.account].id,
            "partner_id": item.partner_id,
            "currency_id": item.currency_id,
            "company_currency_id": self.companies[COMPANY].currency_id.id,
            "display_type": "payment_term",
            "parent_state": item.state,
            "date": item.date,
            "date_maturity": item.date_maturity,
            "invoice_date": item.invoice_date,
            "debit": max(balance, 0),
            "credit": max(-balance, 0),
            "balance": balance,
            "amount_currency": item.residual,
            "amount_residual": balance,
            "amount_residual_currency": item.residual,
            "reconciled": item.reconciled,
            "no_followup": item.no_followup,
            "dunning_level_id": item.level_id,
            "dunning_date": item.level_date,
        }

    @staticmethod
    def owner(profile):
        """The columns that follow a profile."""
        return {
            "profile_id": profile.id,
            "company_id": profile.company_id,
            "partner_id": profile.partner_id,
        }

    def row_promises(self, ledger, promise):
        """``credit.promise``."""
        return {
            "id": promise.id,
            "date": promise.date,
            "amount": promise.amount,
            "currency_id": promise.currency_id,
            "grace_days": promise.grace_days,
            "state": promise.state,
            "source": "call",
            "plan_id": self.plans.get(promise.id),
            **self.owner(find(ledger.profiles, promise.profile_id)),
        }

    def row_disputes(self, ledger, dispute):
        """``credit.dispute``; only its entry matters, the profile is any."""
        items = [item for item in ledger.items if item.move_id == dispute.move_id]
        return {
            "id": dispute.id,
            "move_id": dispute.move_id,
            "amount": dispute.amount,
            "currency_id": items[0].currency_id if items else self.currencies[1].id,
            "reason_id": self.reason.id,
            "state": dispute.state,
            "amount_conceded": dispute.conceded,
            "date_credit_due": dispute.credit_due,
            "credit_move_id": dispute.credit_id,
            **self.owner(ledger.profiles[0]),
        }

    def row_notices(self, ledger, notice):
        """``dunning.notice``."""
        return {
            "id": notice.id,
            "policy_id": find(ledger.levels, notice.level_id).policy_id,
            "level_id": notice.level_id,
            "state": notice.state,
            "date": notice.planned_on,
            "date_sent": notice.date_sent,
            "date_received": notice.received,
            "is_edited": notice.is_edited,
            **self.owner(find(ledger.profiles, notice.profile_id)),
        }

    # -------------------------------------------------------------- further tables

    def account_payment(self, moves):
        """Payments linked to invoices; those with an entry point to the invoice's."""
        known = [
            (move, state, has_move)
            for _ledger, move in moves
            for state, has_move in move.payments
        ]
        base = reserve(self.cr, "account_payment", len(known)) + 1
        copy(
            self.cr,
            "account_payment",
            (
                {
                    "id": base + number,
                    "company_id": move.company_id,
                    "journal_id": self.journal.id,
                    "state": state,
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "amount": 1,
                    "date": self.companies[COMPANY].create_date,
                    "move_id": move.id if has_move else None,
                }
                for number, (move, state, has_move) in enumerate(known)
            ),
        )
        copy(
            self.cr,
            "account_move__account_payment",
            (
                {"invoice_id": move.id, "payment_id": base + number}
                for number, (move, _state, _has_move) in enumerate(known)
            ),
        )

    def payment_transaction(self, moves):
        """Online payments of invoices."""
        known = [
            (move, state) for _ledger, move in moves for state in move.transactions
        ]
        base = reserve(self.cr, "payment_transaction", len(known)) + 1
        copy(
            self.cr,
            "payment_transaction",
            (
                {
                    "id": base + number,
                    "company_id": move.company_id,
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "currency_id": self.companies[COMPANY].currency_id.id,
                    "partner_id": self.companies[COMPANY].partner_id.id,
                    "reference": f"oracle-{base + number}",
                    "amount": 1,
                    "state": state,
                }
                for number, (move, state) in enumerate(known)
            ),
        )
        copy(
            self.cr,
            "account_invoice_transaction_rel",
            (
                {"invoice_id": move.id, "transaction_id": base + number}
                for number, (move, _state) in enumerate(known)
            ),
        )

    def credit_plan(self, promises):
        """The plans of promises, one each."""
        planned = [pair for pair in promises if pair[1].plan_state]
        base = reserve(self.cr, "credit_plan", len(planned)) + 1
        rows = []
        for number, (ledger, promise) in enumerate(planned):
            self.plans[promise.id] = base + number
            rows.append(
                {
                    "id": base + number,
                    "name": "Plan",
                    "date_start": promise.date - timedelta(30),
                    "currency_id": promise.currency_id,
                    "state": promise.plan_state,
                    **self.owner(find(ledger.profiles, promise.profile_id)),
                }
            )
        copy(self.cr, "credit_plan", rows)

    def credit_promise_move_line_rel(self, promises):
        """The items that promises name."""
        copy(
            self.cr,
            "credit_promise_move_line_rel",
            (
                {"promise_id": promise.id, "move_line_id": item_id}
                for _ledger, promise in promises
                for item_id in promise.item_ids
            ),
        )

    def dunning_notice_line(self, notices):
        """The claims of earlier notices."""
        copy(
            self.cr,
            "dunning_notice_line",
            (
                {
                    "notice_id": notice.id,
                    "move_line_id": item_id,
                    "kind": "claim",
                    "level_id": notice.level_id,
                    "currency_id": find(ledger.items, item_id).currency_id,
                    "is_live": notice.is_live,
                    "is_delivered": notice.state == "sent",
                }
                for ledger, notice in notices
                for item_id in notice.item_ids
            ),
        )
