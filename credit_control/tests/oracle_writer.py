"""Moves random ledgers into the database, all of them by one COPY a table."""

from collections import defaultdict

from odoo.tools import SQL

from .oracle_copy import copy, reserve
from .oracle_tables import LedgerTables

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
    "variant_of_id": "policies",
    "level_id": "levels",
    "forced_level_id": "levels",
    "partner_id": "contacts",
    "parent_id": "contacts",
    "profile_id": "profiles",
    "move_id": "moves",
    "credit_id": "moves",
    "item_ids": "items",
}


class LedgerWriter(LedgerTables):
    """Writes ledgers, and what becomes of them later."""

    def write(self, ledgers, room=0):
        """Copy ``ledgers``; return them with the ids they have in the database.

        :param room: how many ids of each kind are left free after each ledger, for
            facts that :meth:`change` adds
        """
        self.env.flush_all()
        counts = [
            {kind: len(getattr(ledger, kind)) + room for kind in KINDS}
            for ledger in ledgers
        ]
        bases = {
            kind: reserve(self.cr, table, sum(count[kind] for count in counts))
            for kind, table in KINDS.items()
        }
        self.bases = []  # of the ledgers written last
        for count in counts:
            self.bases.append(bases)
            bases = {kind: base + count[kind] for kind, base in bases.items()}
        self.written = [
            self.relocate(ledger, base)
            for ledger, base in zip(ledgers, self.bases, strict=True)
        ]
        self.add(
            {
                kind: [
                    (ledger, fact)
                    for ledger in self.written
                    for fact in getattr(ledger, kind)
                ]
                for kind in KINDS
            }
        )
        self.env.invalidate_all(flush=False)
        return self.written

    def add(self, pairs):
        """Copy facts, given as pairs with their ledger, by kind."""
        for kind, table in KINDS.items():
            if kind == "promises":
                self.credit_plan(pairs[kind])
            make = getattr(self, f"row_{kind}")
            copy(self.cr, table, (make(*pair) for pair in pairs[kind]))
        self.account_payment(pairs["moves"])
        self.payment_transaction(pairs["moves"])
        self.credit_promise_move_line_rel(pairs["promises"])
        self.dunning_notice_line(pairs["notices"])

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

    # --------------------------------------------------------------------- changes

    def change(self, changed):
        """Bring the ledgers written last to ``changed``; return these with their ids.

        Facts may be new, changed or gone. Notices follow profiles that were merged.

        :param changed: ledgers in the order of :meth:`write`, with local ids, each
            with ``{id of a profile that is gone: the one it became part of}``
        """
        new, gone, kept = defaultdict(list), defaultdict(list), []
        after = []
        for before, (ledger, merged), bases in zip(
            self.written, changed, self.bases, strict=True
        ):
            ledger = self.relocate(ledger, bases)
            after.append(ledger)
            for source, target in merged.items():
                base = bases["profiles"]
                self.update(
                    "dunning_notice",
                    SQL("profile_id = %s", source + base),
                    {"profile_id": target + base},
                )
            for kind in KINDS:
                old = {fact.id: fact for fact in getattr(before, kind)}
                facts = {fact.id: fact for fact in getattr(ledger, kind)}
                new[kind] += [(ledger, facts[i]) for i in facts.keys() - old.keys()]
                gone[kind] += old.keys() - facts.keys()
                kept += [
                    (kind, before, old[fact_id], ledger, facts[fact_id])
                    for fact_id in facts.keys() & old.keys()
                ]
        self.add(new)
        for change in kept:
            self.change_row(*change)
        for kind, table in reversed(KINDS.items()):
            if gone[kind]:
                table = SQL.identifier(table)
                query = SQL("DELETE FROM %s WHERE id IN %s", table, tuple(gone[kind]))
                self.cr.execute(query)
        self.env.invalidate_all(flush=False)
        return after

    def change_row(self, kind, before, old, after, fact):
        """Update the columns of a fact that are not what they were."""
        make = getattr(self, f"row_{kind}")
        was, row = make(before, old), make(after, fact)
        values = {name: row[name] for name in row if row[name] != was[name]}
        self.update(KINDS[kind], SQL("id = %s", fact.id), values)
        if kind == "moves":
            payments = tuple(p for p in fact.payments if p not in old.payments)
            self.account_payment([(after, fact._replace(payments=payments))])
            states = tuple(s for s in fact.transactions if s not in old.transactions)
            self.payment_transaction([(after, fact._replace(transactions=states))])

    def update(self, table, condition, values):
        """Write columns where a condition holds."""
        if values:
            columns = SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), value)
                for name, value in values.items()
            )
            table = SQL.identifier(table)
            self.cr.execute(SQL("UPDATE %s SET %s WHERE %s", table, columns, condition))
