"""The rules of the dunning plan a second time, in plain Python.

The product decides in SQL, set by set; this oracle decides claim by claim and shares
no line with it. ``plan(ledger)`` takes named tuples, touches neither database nor
clock, and answers what a run of that company and day must come to. It is written to
be read next to the rules: one method for each of them, in their order.
"""

import hashlib
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from .oracle_claims import Claims
from .oracle_facts import Notice, Result, Row


class Key(NamedTuple):
    """What the claims of one notice have in common."""

    profile_id: int
    policy_id: int
    level_id: int | None
    move_id: int | None


def policy_id(claim):
    """Id of the policy of a claim, if it has one."""
    return claim.policy and claim.policy.id


def plan(ledger):
    """Return the :class:`Result` of a plan of ``ledger``."""
    return _Plan(ledger).result()


class _Plan(Claims):
    def result(self):
        """Apply the rules, in their order."""
        self.share_disputes()
        self.hold()
        for claim in self.ours:
            self.locate(claim)
        self.net()
        for claim in self.ours:
            if claim.policy is None:
                claim.hold("no_policy")
        self.keep_minimums()
        self.wait()
        notices = self.write()
        rows = {claim.item.id: self.row(claim) for claim in self.ours}
        return Result(rows, notices)

    @staticmethod
    def row(claim):
        """The answer for one claim."""
        goes = claim.kind == "claim"
        return Row(
            item_id=claim.item.id,
            kind=claim.kind,
            code="claim" if goes else claim.code,
            level_id=claim.target.id if goes else None,
            own_level_id=claim.own.id if claim.own else None,
            amount_disputed=claim.disputed,
            until=None if goes else claim.until,
            policy_id=claim.policy.id if claim.policy else None,
        )

    # --------------------------------------------------------------------- netting

    def net(self):
        """Open credits of the tree cover the claims of a currency, or none of them."""
        nets = defaultdict(Decimal)
        for claim in self.claims:
            if claim.overdue and (claim.is_free or claim.code == "in_notice"):
                nets[claim.purse] += claim.demanded
        for credit in self.credits:
            nets[self.customer_of(credit), credit.currency_id] += credit.residual
        with_early = nets.copy()
        for claim in self.ours:
            if claim.code is None and not claim.overdue and claim.target:
                with_early[claim.purse] += claim.demanded
        for claim in self.ours:
            if claim.overdue and claim.is_free and nets[claim.purse] <= 0:
                claim.code, claim.until = "covered", None
            elif not claim.overdue and claim.target and with_early[claim.purse] <= 0:
                claim.hold("covered")

    # --------------------------------------------------------- minimums and waiting

    def in_company_currency(self, item, amount):
        return amount / self.ledger.rates[item.currency_id]

    def sums(self):
        """S of each group: ``{(profile, policy, entry or None): amount}``."""
        sums = defaultdict(Decimal)
        purses = defaultdict(Decimal)
        for claim in self.ours:
            if not claim.policy or not claim.profile or not claim.is_free:
                continue
            if claim.overdue or claim.target:
                group = (claim.profile.id, claim.policy.id)
                amount = self.in_company_currency(claim.item, claim.demanded)
                sums[(*group, claim.move.id)] += amount
                purses[(*group, claim.item.currency_id)] += claim.demanded
        self.left = {}
        for (profile_id, policy_id, currency_id), demanded in purses.items():
            left = demanded + self.credit_of(profile_id, currency_id)
            self.left[profile_id, policy_id, currency_id] = left
            sums[profile_id, policy_id, None] += (
                max(left, Decimal(0)) / self.ledger.rates[currency_id]
            )
        return sums

    def credit_of(self, profile_id, currency_id):
        """The open credits of a profile in a currency, below zero."""
        return sum(
            credit.residual
            for credit in self.our_credits
            if credit.currency_id == currency_id
            and self.profile_id(credit) == profile_id
        )

    def profile_id(self, item):
        profile = self.profile.get((self.customer_of(item), self.company(item)))
        return profile and profile.id

    def keep_minimums(self):
        """Closed days, the hold-out, and levels that ask for a larger amount.

        A customer without a profile has no sum: not enough for any level.
        """
        self.group_sums = self.sums()
        totals = defaultdict(Decimal)
        for claim in self.ours:
            if claim.profile:
                totals[claim.profile.id] += self.in_company_currency(
                    claim.item, claim.item.residual
                )
        for claim in self.due_steps():
            is_small = not claim.forced and not (
                claim.profile and self.lower(claim, *self.amounts(claim, totals))
            )
            calendar_ = claim.policy.calendar
            if calendar_ and not calendar_.is_open(self.today):
                claim.hold("closed_day", self.next_open_day(calendar_))
            if not claim.forced and self.is_held_out(claim):
                claim.hold("hold_out", claim.item.due + timedelta(30))
            if self.is_settled(claim):
                claim.hold("covered")
            if is_small:
                claim.hold("below_minimum")

    def is_settled(self, claim):
        """Whether credits leave nothing of what is demanded in the currency."""
        if claim.forced or not claim.profile or claim.policy.grouping == "invoice":
            return False
        purse = (claim.profile.id, claim.policy.id, claim.item.currency_id)
        return self.left[purse] <= 0

    def due_steps(self):
        """Claims that go, unless something still stops them."""
        return [c for c in self.ours if c.code is None and c.target]

    def amounts(self, claim, totals):
        """What is demanded with a claim, and all open claims of its customer."""
        move_id = claim.move.id if claim.policy.grouping == "invoice" else None
        profile_id = claim.profile.id
        group = self.group_sums[profile_id, claim.policy.id, move_id]
        return group, totals[profile_id]

    @staticmethod
    def lower(claim, amount, total):
        """Take the highest level the amount is enough for; whether there is one."""
        for level in (claim.target, *claim.fallbacks):
            share = level.min_share / 100 * total
            if amount >= level.min_amount and amount >= share:
                claim.target = level
                return True
        return False

    def next_open_day(self, calendar_):
        for days in range(1, 400):
            day = self.today + timedelta(days)
            if calendar_.is_open(day):
                return day
        return None

    def is_held_out(self, claim):
        """Whether the customer is left without automatic reminders of this policy."""
        level, policy = claim.target, claim.policy
        days_overdue = (self.today - claim.item.due).days
        if not level.is_automatic or level.is_formal or days_overdue > 30:
            return False
        if not claim.profile:
            return False
        key = f"{policy.id}-{claim.profile.id}".encode()
        number = int(hashlib.md5(key, usedforsecurity=False).hexdigest()[:8], 16)
        return number % 10000 < policy.hold_out_percent * 100

    def last_notice(self, profile_id):
        """The day of the last notice that counts for the spacing."""
        days = []
        for notice in self.ledger.notices:
            level = self.level[notice.level_id]
            if notice.profile_id != profile_id or notice.state != "sent":
                continue
            if not level.is_pre_due and level.channels != {"call"}:
                days.append(notice.counts_from)
        return max(days, default=None)

    def wait(self):
        """Days between two notices."""
        for claim in self.due_steps():
            if not claim.profile:
                claim.hold("no_recipient")
                continue
            last = self.last_notice(claim.profile.id)
            if last and not claim.forced:
                day = last + timedelta(claim.policy.min_days_between)
                if self.today < day:
                    claim.hold("spacing", day)
        self.take_turns()

    def take_turns(self):
        """One policy of a customer at a time; what was forced goes in any case."""
        by_profile = defaultdict(lambda: defaultdict(list))
        for claim in self.due_steps():
            by_profile[claim.profile.id][claim.policy.id].append(claim)
        for profile_id, groups in by_profile.items():
            going = {p for p, claims in groups.items() if any(c.forced for c in claims)}
            if not going:
                going = {min(groups, key=lambda p: self.urgency(profile_id, p, groups))}
            for policy_id, claims in groups.items():
                pause = timedelta(self.policy[policy_id].min_days_between)
                for claim in claims:
                    if policy_id not in going:
                        claim.hold("spacing", self.today + pause)

    def urgency(self, profile_id, policy_id, groups):
        """Sort key: highest sequence, then largest amount, then oldest policy."""
        sequence = max(claim.target.sequence for claim in groups[policy_id])
        amount = self.group_sums[profile_id, policy_id, None]
        return (-sequence, -amount, policy_id)

    # --------------------------------------------------------------------- notices

    def write(self):
        """Claims by notice, without those nobody would receive; then the others."""
        grouped = defaultdict(list)
        for claim in self.due_steps():
            grouped[self.notice_key(claim)].append(claim)
        notices = {}
        for key, claims in grouped.items():
            top = max((claim.target for claim in claims), key=lambda level: level.rank)
            if self.reaches(claims[0].profile.partner_id, top):
                notices[key] = (top, claims, [], [])
                for claim in claims:
                    claim.kind = "claim"
            else:
                for claim in claims:
                    claim.hold("no_recipient")
        self.add_others(notices)
        return [self.notice(key, *notice) for key, notice in notices.items()]

    @staticmethod
    def notice_key(claim):
        """One notice per customer, level or invoice."""
        grouping = claim.policy.grouping
        return Key(
            claim.profile.id,
            claim.policy.id,
            claim.target.id if grouping == "level" else None,
            claim.move.id if grouping == "invoice" else None,
        )

    def reaches(self, customer_id, level):
        """Whether one channel of the level, or one behind it, reaches the customer.

        A level without channels is sent to nobody, whatever is behind it. Of an
        archived customer his own addresses, but nobody's there.
        """
        contacts = [
            contact
            for contact in self.ledger.contacts
            if self.customer[contact.id] == customer_id
            and (contact.active or contact.id == customer_id)
        ]
        ways = set()
        for contact in contacts:
            if contact.email:
                ways.add("email")
            if contact.phone:
                ways |= {"sms", "call"}
            if contact.city and (contact.street or contact.street2 or contact.zip):
                ways |= {"letter", "registered"}
        wanted = level.channels.union(level.fallbacks) if level.channels else set()
        return bool(ways & wanted)

    def add_others(self, notices):
        """Reminders on a notice of their group, the rest for information."""
        for claim in self.ours:
            if claim.kind == "claim" or not claim.profile:
                continue
            keys = [key for key in notices if key.profile_id == claim.profile.id]
            group = [key for key in keys if key.policy_id == policy_id(claim)]
            if not self.is_reminder(claim):
                group = group or keys
            if key := self.best(notices, group, claim.move.id):
                claim.kind = "reminder" if self.is_reminder(claim) else "info"
                notices[key][2].append(claim)
        for credit in self.our_credits:
            profile_id = self.profile_id(credit)
            keys = [key for key in notices if key.profile_id == profile_id]
            if key := self.best(notices, keys, credit.move_id):
                notices[key][3].append(credit)

    @staticmethod
    def is_reminder(claim):
        """Overdue, without a hard hold, and without a step that goes now."""
        return claim.overdue and claim.code in (
            "not_yet",
            "last_level",
            "closed_day",
            "hold_out",
            "below_minimum",
            "spacing",
            "no_recipient",
        )

    @staticmethod
    def best(notices, keys, move_id):
        """The notice among ``keys`` on which a line that only accompanies stands.

        Of several policies the one that reaches the highest level (the older one of
        equals). There the notice of the same invoice; else that of the highest level,
        or by invoice the oldest.
        """
        if not keys:
            return None
        rank = {key: notices[key][0].rank for key in keys}
        oldest = {key: min(claim.order for claim in notices[key][1]) for key in keys}
        policy_id = max(keys, key=lambda key: (rank[key], -key.policy_id)).policy_id
        keys = [key for key in keys if key.policy_id == policy_id]
        own = [key for key in keys if key.move_id == move_id]
        if own:
            return own[0]
        if keys[0].move_id:
            return min(keys, key=oldest.get)
        return max(keys, key=rank.get)

    def notice(self, key, top, claims, others, credits_):
        """The notice as named tuple."""
        lines = {(claim.item.id, "claim", claim.target.id) for claim in claims}
        for claim in others:
            lines.add((claim.item.id, claim.kind, claim.own.id if claim.own else None))
        lines |= {(credit.id, "info", None) for credit in credits_}
        reminders = [claim for claim in others if claim.kind == "reminder"]
        nets = defaultdict(Decimal)
        for claim in (*claims, *reminders):
            nets[claim.item.currency_id] += claim.demanded
        for credit in credits_:
            nets[credit.currency_id] += credit.residual
        amount = sum(
            max(net, Decimal(0)) / self.ledger.rates[currency_id]
            for currency_id, net in nets.items()
        )
        return Notice(key.profile_id, key.policy_id, top.id, frozenset(lines), amount)
