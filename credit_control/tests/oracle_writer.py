"""Moves random ledgers into the database, all of them by one INSERT a table."""

from datetime import timedelta

from psycopg2.extras import Json

from odoo.tools import SQL

from .oracle_ledger import COMPANY

KINDS = {  # facts of a ledger: the table whose ids they take
    "policies": "dunning_policy",
    "levels": "dunning_level",
    "contacts": "res_partner",
    "profiles": "credit_profile",
    "moves": "account_move",
    "items": "account_move_line",
    "promises": "credit_promise",
    "disputes": "credit_dispute",
    "notices": "dunning_notice",
}
LINKS = {  # field of a fact: the kind it refers to
    "policy_id": "policies",
    "dunning_policy_id": "policies",
    "level_id": "levels",
    "forced_level_id": "levels",
    "partner_id": "contacts",
    "profile_id": "profiles",
    "move_id": "moves",
    "item_ids": "items",
}
CHANNELS = {
    "email": "send_email",
    "letter": "send_letter",
    "registered": "send_registered",
    "sms": "send_sms",
    "call": "plan_call",
}


class LedgerWriter:
    """Writes ledgers for the companies, accounts, calendars... it is given.

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

    def write(self, ledgers):
        """Insert ``ledgers``; return them with the ids they have in the database."""
        self.env.flush_all()
        bases = {
            kind: self.reserve(table, sum(len(getattr(led, kind)) for led in ledgers))
            for kind, table in KINDS.items()
        }
        moved = []
        for ledger in ledgers:
            moved.append(self.relocate(ledger, bases))
            for kind in KINDS:
                bases[kind] += len(getattr(ledger, kind))
        for insert in (
            self.policies, self.levels, self.partners, self.profiles, self.moves,
            self.items, self.payments, self.transactions, self.promises, self.disputes,
            self.notices,
        ):  # fmt: skip
            insert(moved)
        self.env.invalidate_all(flush=False)
        return moved

    def reserve(self, table, count):
        """The number below the first of ``count`` new ids of ``table``."""
        sequence = SQL("%s::regclass", f"{table}_id_seq")
        self.cr.execute(
            SQL("SELECT setval(%s, nextval(%s) + %s)", sequence, sequence, count)
        )
        return self.cr.fetchone()[0] - count - 1

    # ------------------------------------------------------------------------- ids

    def relocate(self, ledger, bases):
        """The ledger with every local id moved by the base of its kind."""
        facts = {
            kind: tuple(
                self.move_fact(fact, kind, bases) for fact in getattr(ledger, kind)
            )
            for kind in KINDS
        }
        return ledger._replace(
            company_id=self.companies[ledger.company_id].id,
            tree=frozenset(self.companies[number].id for number in ledger.tree),
            rates={self.currencies[n].id: rate for n, rate in ledger.rates.items()},
            **facts,
        )

    def move_fact(self, fact, kind, bases):
        """One fact with its own id and those it refers to."""
        changes = {"id": fact.id + bases[kind]}
        for name in fact._fields:
            value = getattr(fact, name)
            if name in LINKS and value:
                base = bases[LINKS[name]]
                many = isinstance(value, tuple)
                changes[name] = (
                    tuple(one + base for one in value) if many else value + base
                )
            elif name == "company_id":
                changes[name] = self.companies[value].id
            elif name == "currency_id":
                changes[name] = self.currencies[value].id
        return fact._replace(**changes)

    # ---------------------------------------------------------------------- tables

    def insert(self, table, rows):
        """Insert dicts with the same keys."""
        rows = list(rows)
        if rows:
            names = SQL(", ").join(map(SQL.identifier, rows[0]))
            query = SQL("INSERT INTO %s (%s) VALUES", SQL.identifier(table), names)
            self.cr.execute_values(
                query.code + " %s", [tuple(row.values()) for row in rows],
                page_size=2000,
            )  # fmt: skip

    def policies(self, ledgers):
        self.insert(
            "dunning_policy",
            (
                {
                    "id": policy.id,
                    "name": Json({"en_US": f"Policy {policy.id}"}),
                    "sequence": 1000,
                    "active": policy.active,
                    "grouping": policy.grouping,
                    "climb": policy.climb,
                    "min_days_between": policy.min_days_between,
                    "hold_out_percent": policy.hold_out_percent,
                    "calendar_id": policy.calendar
                    and self.calendars[policy.calendar].id,
                    "max_per_day": 0,
                }
                for ledger in ledgers
                for policy in ledger.policies
            ),
        )

    def levels(self, ledgers):
        self.insert(
            "dunning_level",
            (
                {
                    **{n: getattr(level, n) for n in level._fields if n != "channels"},
                    **{name: way in level.channels for way, name in CHANNELS.items()},
                    "name": Json({"en_US": f"Level {level.id}"}),
                }
                for ledger in ledgers
                for level in ledger.levels
            ),
        )

    def partners(self, ledgers):
        self.insert(
            "res_partner",
            (
                {
                    "id": contact.id,
                    "name": f"Customer {contact.id}",
                    "complete_name": f"Customer {contact.id}",
                    "type": "contact",
                    "is_company": contact.id == contact.partner_id,
                    "parent_id": None
                    if contact.id == contact.partner_id
                    else contact.partner_id,
                    "commercial_partner_id": contact.partner_id,
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
                for ledger in ledgers
                for contact in ledger.contacts
            ),
        )

    def profiles(self, ledgers):
        self.insert(
            "credit_profile",
            (
                {
                    **{
                        name: getattr(profile, name)
                        for name in profile._fields
                        if name != "has_reply"
                    },
                    "reply_date": ledger.date if profile.has_reply else None,
                    "active": True,
                }
                for ledger in ledgers
                for profile in ledger.profiles
            ),
        )

    def moves(self, ledgers):
        def row(ledger, move):
            items = [item for item in ledger.items if item.move_id == move.id]
            total = sum(item.residual for item in items)
            return {
                "id": move.id,
                "name": f"OR/{move.id}",
                "company_id": move.company_id,
                "journal_id": self.journal.id,
                "partner_id": items[0].partner_id,
                "commercial_partner_id": items[0].partner_id,
                "currency_id": items[0].currency_id,
                "state": "posted",
                "move_type": "out_invoice" if total > 0 else "out_refund",
                "auto_post": "no",
                "date": items[0].date,
                "invoice_date": items[0].invoice_date,
                "payment_state": move.payment_state,
                "amount_total": abs(total),
                "amount_residual": abs(total),
                "dunning_policy_id": move.policy_id,
                "dunning_forced_level_id": move.forced_level_id,
                "dunning_origin": move.origin,
            }

        self.insert(
            "account_move",
            (row(ledger, move) for ledger in ledgers for move in ledger.moves),
        )

    def items(self, ledgers):
        def row(item, company_id, rates):
            balance = round(item.residual / rates[item.currency_id], 2)
            return {
                "id": item.id,
                "move_id": item.move_id,
                "move_name": f"OR/{item.move_id}",
                "company_id": company_id,
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

        rows = []
        for ledger in ledgers:
            companies = {move.id: move.company_id for move in ledger.moves}
            rows += [
                row(item, companies[item.move_id], ledger.rates)
                for item in ledger.items
            ]
        self.insert("account_move_line", rows)

    def payments(self, ledgers):
        """Payments linked to invoices; those with an entry point to the invoice's."""
        known = [
            (move, state, has_move)
            for ledger in ledgers
            for move in ledger.moves
            for state, has_move in move.payments
        ]
        base = self.reserve("account_payment", len(known)) + 1
        self.insert(
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
        self.insert(
            "account_move__account_payment",
            (
                {"invoice_id": move.id, "payment_id": base + number}
                for number, (move, _state, _has_move) in enumerate(known)
            ),
        )

    def transactions(self, ledgers):
        """Online payments of invoices."""
        known = [
            (move, state)
            for ledger in ledgers
            for move in ledger.moves
            for state in move.transactions
        ]
        base = self.reserve("payment_transaction", len(known)) + 1
        self.insert(
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
        self.insert(
            "account_invoice_transaction_rel",
            (
                {"invoice_id": move.id, "transaction_id": base + number}
                for number, (move, _state) in enumerate(known)
            ),
        )

    def promises(self, ledgers):
        """Promises, their plans and the items they name."""
        profiles = {p.id: p for ledger in ledgers for p in ledger.profiles}
        promises = [promise for ledger in ledgers for promise in ledger.promises]
        planned = [promise for promise in promises if promise.plan_state]
        base = self.reserve("credit_plan", len(planned)) + 1
        plans = {promise.id: base + place for place, promise in enumerate(planned)}

        def owner(promise):
            profile = profiles[promise.profile_id]
            return {
                "profile_id": profile.id,
                "company_id": profile.company_id,
                "partner_id": profile.partner_id,
            }

        self.insert(
            "credit_plan",
            (
                {
                    "id": plans[promise.id],
                    "name": "Plan",
                    "date_start": promise.date - timedelta(30),
                    "state": promise.plan_state,
                    **owner(promise),
                }
                for promise in planned
            ),
        )
        self.insert(
            "credit_promise",
            (
                {
                    "id": promise.id,
                    "date": promise.date,
                    "amount": promise.amount,
                    "currency_id": promise.currency_id,
                    "grace_days": promise.grace_days,
                    "state": promise.state,
                    "source": "call",
                    "plan_id": plans.get(promise.id),
                    **owner(promise),
                }
                for promise in promises
            ),
        )
        self.insert(
            "credit_promise_move_line_rel",
            (
                {"promise_id": promise.id, "move_line_id": item_id}
                for promise in promises
                for item_id in promise.item_ids
            ),
        )

    def disputes(self, ledgers):
        def row(ledger, dispute):
            items = [item for item in ledger.items if item.move_id == dispute.move_id]
            profiles = [
                profile
                for profile in ledger.profiles
                if profile.partner_id == items[0].partner_id
            ]
            profile = (profiles or ledger.profiles)[0]
            return {
                "id": dispute.id,
                "profile_id": profile.id,
                "company_id": profile.company_id,
                "partner_id": profile.partner_id,
                "move_id": dispute.move_id,
                "amount": dispute.amount,
                "currency_id": items[0].currency_id,
                "reason_id": self.reason.id,
                "state": dispute.state,
            }

        self.insert(
            "credit_dispute",
            (row(ledger, dispute) for ledger in ledgers for dispute in ledger.disputes),
        )

    def notices(self, ledgers):
        """Earlier notices with their claims."""
        rows, lines = [], []
        for ledger in ledgers:
            levels = {level.id: level for level in ledger.levels}
            profiles = {profile.id: profile for profile in ledger.profiles}
            items = {item.id: item for item in ledger.items}
            for notice in ledger.notices:
                profile = profiles[notice.profile_id]
                rows.append(
                    {
                        "id": notice.id,
                        "profile_id": profile.id,
                        "partner_id": profile.partner_id,
                        "company_id": profile.company_id,
                        "policy_id": levels[notice.level_id].policy_id,
                        "level_id": notice.level_id,
                        "state": notice.state,
                        "date": notice.planned_on,
                        "date_sent": notice.date_sent,
                        "is_edited": notice.is_edited,
                    }
                )
                lines += [
                    {
                        "notice_id": notice.id,
                        "move_line_id": item_id,
                        "kind": "claim",
                        "level_id": notice.level_id,
                        "currency_id": items[item_id].currency_id,
                        "is_live": notice.is_live,
                    }
                    for item_id in notice.item_ids
                ]
        self.insert("dunning_notice", rows)
        self.insert("dunning_notice_line", lines)
