"""First half of the oracle: each claim by itself - its hard hold and its position."""

import calendar
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .oracle_facts import (
    Item,
    Level,
    Move,
    Policy,
    Profile,
    commercial_partners,
)


@dataclass
class Claim:
    """A claim on its way through the rules."""

    item: Item
    move: Move
    customer_id: int | None  # the commercial partner of the item
    profile: Profile | None
    overdue: bool
    disputed: Decimal = Decimal(0)
    code: str | None = None
    until: date | None = None
    policy: Policy | None = None
    own: Level | None = None
    pay_by: date | None = None  # while the days to pay of a received letter run
    target: Level | None = None
    forced: bool = False
    fallbacks: tuple = ()  # lower levels, highest first
    kind: str = "none"

    @property
    def demanded(self):
        """What is asked for: the residual without its contested part."""
        return self.item.residual - self.disputed

    @property
    def order(self):
        """Oldest first."""
        return (self.item.due, self.item.id)

    @property
    def purse(self):
        """What nets: a customer and a currency."""
        return self.customer_id, self.item.currency_id

    @property
    def is_free(self):
        """No hard hold: none at all, or only a day to wait for."""
        return self.code in (None, "not_yet", "last_level")

    def hold(self, code, until=None):
        """Keep the first reason that is found."""
        if self.code is None:
            self.code, self.until = code, until


class Claims:
    """The open items of a ledger, and the rules that look at one claim."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.today = ledger.date
        self.level = {level.id: level for level in ledger.levels}
        self.policy = {policy.id: policy for policy in ledger.policies}
        self.move = {move.id: move for move in ledger.moves}
        self.customer = commercial_partners(ledger.contacts)
        self.profile = {(p.partner_id, p.company_id): p for p in ledger.profiles}
        self.credit_due = defaultdict(list)  # of each entry, its disputes that pause
        self.levels = defaultdict(list)  # of each policy, active, lowest first
        for level in sorted(ledger.levels, key=lambda level: level.rank):
            if level.active:
                self.levels[level.policy_id].append(level)
        items = [
            item
            for item in ledger.items
            if item.is_open and self.company(item) in ledger.tree
        ]
        self.credits = [item for item in items if item.residual < 0]
        self.claims = sorted(
            (self.claim(item) for item in items if item.residual > 0),
            key=lambda claim: claim.order,
        )
        self.ours = [c for c in self.claims if self.is_ours(c.item)]
        self.our_credits = [c for c in self.credits if self.is_ours(c)]

    def company(self, item):
        return self.move[item.move_id].company_id

    def is_ours(self, item):
        return self.company(item) == self.ledger.company_id

    def customer_of(self, item):
        """The commercial partner of an item, of today."""
        return self.customer.get(item.partner_id, item.partner_id)

    def claim(self, item):
        customer_id = self.customer_of(item)
        return Claim(
            item=item,
            move=self.move[item.move_id],
            customer_id=customer_id,
            profile=self.profile.get((customer_id, self.company(item))),
            overdue=item.due < self.today,
        )

    # ------------------------------------------------------------------ hard holds

    def share_disputes(self):
        """A contested amount is taken from the instalments, earliest due first."""
        contested = defaultdict(Decimal)
        for dispute in self.ledger.disputes:
            if dispute.state == "open":
                contested[dispute.move_id] += dispute.amount
                self.credit_due[dispute.move_id].append(date.max)
            elif self.waits_for_credit(dispute):
                contested[dispute.move_id] += dispute.conceded
                self.credit_due[dispute.move_id].append(dispute.credit_due)
        for claim in self.claims:
            left = contested[claim.move.id]
            claim.disputed = min(left, claim.item.residual)
            contested[claim.move.id] -= claim.disputed

    def waits_for_credit(self, dispute):
        """What was conceded is not asked for while its credit note is to come."""
        if dispute.state not in ("accepted", "settled") or not dispute.conceded:
            return False
        if dispute.credit_due is None or dispute.credit_due < self.today:
            return False
        if dispute.credit_id is None:
            return True
        note = [item for item in self.ledger.items if item.move_id == dispute.credit_id]
        return bool(note) and note[0].state != "posted"

    def hold(self):
        """Each claim of the tree gets the first hold that applies to it."""
        live = [n for n in self.ledger.notices if n.is_live]
        waiting = {item_id for notice in live for item_id in notice.item_ids}
        busy = {notice.profile_id for notice in live}
        for claim in self.claims:
            is_busy = claim.profile and claim.profile.id in busy
            if claim.item.id in waiting or is_busy:
                claim.hold("in_notice")
            if claim.item.partner_id is None:
                claim.hold("no_partner")
            self.hold_by_entry(claim)
        self.hold_by_promise("plan", lambda promise: promise.plan_state == "running")
        self.hold_by_promise("promise", lambda promise: promise.plan_state != "running")
        for claim in self.claims:
            self.hold_by_event(claim)

    @staticmethod
    def hold_by_entry(claim):
        """Holds that stand on the entry, and the judgment."""
        if claim.item.no_followup:
            claim.hold("no_followup")
        if claim.move.payment_state == "blocked":
            claim.hold("blocked")
        profile = claim.profile
        if profile and profile.legal_status != "none":
            arose = claim.item.invoice_date or claim.item.date
            if profile.legal_date is None or arose < profile.legal_date:
                claim.hold("insolvency")
        if claim.move.origin in ("handed_over", "factored"):
            claim.hold(claim.move.origin)

    def hold_by_promise(self, code, is_meant):
        """Promises by name first, then the others on the oldest claims."""
        promises = [
            promise
            for promise in self.ledger.promises
            if promise.state == "pending"
            and is_meant(promise)
            and self.today <= promise.until
        ]
        named = defaultdict(list)
        pools = defaultdict(list)
        for promise in promises:
            for item_id in promise.item_ids:
                named[item_id].append(promise.until)
            if not promise.item_ids:
                pools[promise.profile_id, promise.currency_id].append(promise)
        for claim in self.claims:
            if claim.item.id in named:
                claim.hold(code, max(named[claim.item.id]))
        for purse, pool in pools.items():
            self.hold_oldest(code, pool, purse)

    def hold_oldest(self, code, pool, purse):
        """Promises of a customer in a currency that name no item."""
        left = sum(promise.amount for promise in pool)
        until = max(promise.until for promise in pool)
        for claim in self.claims:  # oldest first
            if claim.code or not claim.profile:
                continue
            if (claim.profile.id, claim.item.currency_id) == purse:
                if left * 2 >= claim.item.residual:  # half of it, or more
                    claim.hold(code, until)
                left -= claim.item.residual

    def hold_by_event(self, claim):
        """Dispute, payments on their way, and what was agreed on the profile."""
        move, profile = claim.move, claim.profile
        if claim.demanded == 0:
            until = max(self.credit_due[move.id])
            claim.hold("dispute", None if until == date.max else until)
        # done: confirmed, and not in the ledger yet
        if {"pending", "authorized", "done"} & set(move.transactions):
            claim.hold("payment_pending")
        if move.payment_state == "in_payment" or ("in_process", False) in move.payments:
            claim.hold("payment_in_process")
        if profile and profile.hold_until and profile.hold_until >= self.today:
            claim.hold("on_hold", profile.hold_until)
        if profile and profile.has_reply:
            claim.hold("reply")

    # -------------------------------------------------------------------- position

    def locate(self, claim):
        """Policy, own level, and the step that is due or the day it will be."""
        claim.policy = self.policy_of(claim)
        if claim.policy is None:
            return
        levels = self.levels[claim.policy.id]
        claim.own = self.own_level(claim, levels)
        claim.pay_by = self.pay_by(claim.item)
        forced = self.forced_level(claim)
        if forced:
            claim.target, claim.forced = forced, True
            return
        floor = claim.own.rank if claim.own else None
        if claim.overdue:
            passed = [level.rank for level in levels if level.is_pre_due]
            floor = max([floor, *passed] if floor else passed, default=None)
        thresholds = self.thresholds(claim, levels)
        steps = [
            level
            for level in levels
            if level.is_pre_due != claim.overdue
            and (floor is None or level.rank > floor)
        ]
        if claim.pay_by:
            self.let_run(claim, levels, steps, thresholds)
        elif not steps:
            self.at_the_end(claim, levels, thresholds)
        elif claim.policy.climb == "step":
            self.climb_step(claim, steps, thresholds)
        else:
            self.climb_direct(claim, steps, thresholds)

    def policy_of(self, claim):
        """The invoice's policy, the one chosen by hand, the one in force.

        Only from the last one may a variant take the customer.
        """
        profile = claim.profile
        by_hand = self.active_policy(claim.move.policy_id) or (
            profile and self.active_policy(profile.policy_id)
        )
        if by_hand or not profile:
            return by_hand or None
        policy = self.active_policy(profile.dunning_policy_id)
        return policy and self.variant_of(policy, profile)

    def active_policy(self, policy_id):
        """The policy with an id, unless it is archived."""
        policy = self.policy.get(policy_id)
        return policy if policy and policy.active else None

    def variant_of(self, policy, profile):
        """The variant in whose slots the customer stands, else the policy itself."""
        key = f"{policy.id}v{profile.id}".encode()
        number = int(hashlib.md5(key, usedforsecurity=False).hexdigest()[:8], 16)
        for variant in self.ledger.policies:
            if variant.active and variant.variant_of_id == policy.id:
                for start, stop in variant.variant_slots:
                    if start <= number % 10000 < stop:
                        return variant
        return policy

    def own_level(self, claim, levels):
        """The last delivered level, expressed in the policy of the claim."""
        last = self.level.get(claim.item.level_id)
        if last is None:
            return None
        if last.policy_id == claim.policy.id:  # the level, or it was archived
            passed = [level for level in levels if level.rank <= last.rank]
        else:
            passed = [level for level in levels if level.sequence <= last.sequence]
        return passed[-1] if passed else None

    def forced_level(self, claim):
        """The level a person chose, when it applies to this claim."""
        wanted = claim.move.forced_level_id or (
            claim.profile and claim.profile.forced_level_id
        )
        level = self.level.get(wanted)
        return level if level and (claim.overdue or level.is_pre_due) else None

    def thresholds(self, claim, levels):
        """``{level id: day}`` from which each level may go."""
        item = claim.item
        grace = claim.profile.grace_days if claim.profile else 0
        last_day = calendar.monthrange(item.due.year, item.due.month)[1]
        bases = {
            "due_date": item.due,
            "previous": item.due,  # of the first level
            "invoice_date": item.invoice_date or item.date,
            "end_of_month": item.due.replace(day=last_day),
        }
        days = {}
        former = None
        for level in levels:
            if level.delay_from == "previous" and former:
                day = days[former.id] + timedelta(level.delay_days)
            else:
                day = bases[level.delay_from] + timedelta(level.delay_days + grace)
            days[level.id] = day
            former = level
        return days

    def pay_by(self, item):
        """The last of the days to pay, from the receipt of a letter, if they run."""
        ends = [
            notice.received + timedelta(self.level[notice.level_id].deadline_days)
            for notice in self.ledger.notices
            if notice.state == "sent"
            and notice.received
            and item.id in notice.item_ids
            and self.level[notice.level_id].deadline_days
        ]
        return max((end for end in ends if end >= self.today), default=None)

    def let_run(self, claim, levels, steps, thresholds):
        """Nothing follows a letter before its days to pay are over."""
        if steps and claim.policy.climb == "step":
            day = self.next_day(claim, steps[0], thresholds)
        elif steps:
            day = min(thresholds[level.id] for level in steps)
        else:
            day = self.last_day(claim, levels, thresholds)
        claim.hold("not_yet", max(filter(None, (claim.pay_by + timedelta(1), day))))

    @staticmethod
    def last_day(claim, levels, thresholds):
        """The day after the due date, or of the level that follows it; None later."""
        if claim.overdue:
            return None
        later = [level for level in levels if not level.is_pre_due]
        return thresholds[later[0].id] if later else claim.item.due + timedelta(1)

    def at_the_end(self, claim, levels, thresholds):
        """No step above: a decision is due, or the due date comes first."""
        day = self.last_day(claim, levels, thresholds)
        claim.hold("not_yet" if day else "last_level", day)

    @staticmethod
    def next_day(claim, step, thresholds):
        """The day of a step, no sooner after the last one than the policy has it."""
        day = thresholds[step.id]
        if not claim.item.level_date:
            return day
        own = claim.own
        base = thresholds[own.id] if own and not own.is_pre_due else claim.item.due
        return max(day, claim.item.level_date + (thresholds[step.id] - base))

    def climb_step(self, claim, steps, thresholds):
        """The next level, when its day is reached."""
        step = steps[0]
        day = self.next_day(claim, step, thresholds)
        if day <= self.today:
            claim.target = step
        else:
            claim.hold("not_yet", day)

    def climb_direct(self, claim, steps, thresholds):
        """The highest level reached, but nothing opens with a formal notice."""
        reached = [level for level in steps if thresholds[level.id] <= self.today]
        if not reached:
            claim.hold("not_yet", min(thresholds[level.id] for level in steps))
            return
        target = reached[-1]
        opened = claim.own and not claim.own.is_pre_due
        if target.is_formal and not opened:
            milder = [
                level
                for level in steps
                if level.rank < target.rank and not level.is_formal
            ]
            target = milder[-1] if milder else target
        claim.target = target
        below = [level for level in steps if level.rank < target.rank]
        claim.fallbacks = tuple(reversed(below))
