"""The judgement of promises against a plain Python one, on random payments."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from freezegun import freeze_time

from odoo.tests import tagged

from .test_promise import PromiseCommon

# random customers, the same every time; more of them for a longer look
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "30"))
STAGES = (-8, 0, 12)  # the days of the judgements, from today


@dataclass
class Promised:
    """A promise: days from today, and its items by number; none: whatever comes."""

    created: int
    date: int
    grace: int
    amount: int
    items: frozenset
    state: str = "pending"
    kept: int = 0


@dataclass
class Came:
    """What came on a day: money, or a credit note; on an item or unallocated."""

    day: int
    amount: int
    item: int | None
    is_money: bool = True


@dataclass
class Customer:
    """Items, promises and what came, by the day."""

    items: list
    promises: list
    came: list = field(default_factory=list)

    def settled(self, promise, money_only=False):
        """What came on the items of a promise since it was made, or in all."""
        return sum(
            came.amount
            for came in self.seen
            if came.day >= promise.created
            and (came.item in promise.items or not promise.items)
            and (came.is_money or (promise.items and not money_only))
        )

    def counted(self, promise):
        """What counted for promises that are closed."""
        total = 0
        for other in self.promises:
            if other.state == "pending" or other.date < promise.created:
                continue
            if other.items == promise.items:
                total += other.kept
            elif not promise.items:
                total += min(other.kept, self.settled(other, money_only=True))
        return total

    def judge(self, day):
        """Close the promises that are kept or late on ``day``."""
        self.seen = [came for came in self.came if came.day <= day]
        open_on = {
            number: amount
            - sum(came.amount for came in self.seen if came.item == number)
            for number, amount in enumerate(self.items)
        }
        used, verdicts = defaultdict(int), []
        pending = [one for one in self.promises if one.state == "pending"]
        for promise in sorted(pending, key=lambda one: (not one.items, one.date)):
            left = self.settled(promise) - self.counted(promise)
            left = max(max(left, 0) - used[promise.items], 0)
            taken = min(left, promise.amount)
            used[promise.items] += taken
            if promise.items:
                money = self.settled(promise, money_only=True)
                used[frozenset()] += min(taken, money)
            is_settled = promise.items and not any(open_on[n] for n in promise.items)
            verdicts.append((promise, taken, is_settled))
        for promise, taken, is_settled in verdicts:
            if is_settled or taken == promise.amount:
                promise.state, promise.kept = "kept", promise.amount
            elif promise.date + promise.grace < day:
                promise.state = "partly" if taken else "broken"
                promise.kept = taken


def customer(dice):
    """A random customer; no two promises are due on one day, or share some items."""
    items = [dice.choice((100, 200, 300)) for _ in range(2)]
    named = dice.choice(([{0}, {1}], [{0, 1}], [{0}]))
    dates = dice.sample(range(-25, 12), dice.randint(1, 4))
    promises = []
    for date in sorted(dates):
        created = dice.randint(-30, min(date, STAGES[0] - 1))
        on = frozenset(dice.choice(named)) if dice.random() < 0.6 else frozenset()
        amount = dice.choice((50, 100, 150, 200))
        promises.append(Promised(created, date, dice.choice((0, 3)), amount, on))
    found = Customer(items, promises)
    left = dict(enumerate(items))
    for day in sorted(dice.randint(-28, STAGES[-1]) for _ in range(dice.randint(0, 5))):
        item = dice.choice((0, 1, None))
        amount = dice.choice((50, 100, 150))
        if item is not None:
            amount = min(amount, left[item])
            left[item] -= amount
        if amount:
            is_money = item is None or dice.random() < 0.8
            found.came.append(Came(day, amount, item, is_money))
    return found


@tagged("post_install", "-at_install", "credit_control")
class TestPromiseOracle(PromiseCommon):
    """Every state and amount, on three days."""

    def write_down(self, number, world):
        """Enter the items and promises of a random customer."""
        partner = self.make_customer(f"Random {number}")
        profile = self.make_profile(partner)
        items = [self.make_entry(partner, amount, -40) for amount in world.items]
        promises = self.env["credit.promise"]
        for promise in world.promises:
            lines = [items[item].id for item in sorted(promise.items)]
            promises += promises.create(
                {
                    "profile_id": profile.id,
                    "amount": promise.amount,
                    "date": self.days(promise.date),
                    "grace_days": promise.grace,
                    "move_line_ids": lines,
                }
            )
            self.made_on(promises[-1], promise.created)
        return partner, items, promises

    def receive(self, partner, items, came):
        """Book what came, on its day."""
        if came.is_money:
            line = self.make_entry(partner, -came.amount, came.day)
        else:
            line = self.receivables(self.make_credit(partner, came.amount, came.day))
        if came.item is None:
            return
        (line | items[came.item]).reconcile()
        partials = line.matched_debit_ids
        partials.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = %s WHERE id = ANY(%s)",
            [self.days(came.day), partials.ids],
        )

    def test_states_and_amounts(self):
        dice = Random(19)
        worlds = [customer(dice) for _ in range(EXAMPLES)]
        found = [self.write_down(*pair) for pair in enumerate(worlds)]
        seen, former = defaultdict(int), -99
        for day in STAGES:
            for world, (partner, items, _promises) in zip(worlds, found, strict=True):
                for came in world.came:
                    if former < came.day <= day:
                        self.receive(partner, items, came)
            with freeze_time(self.today + timedelta(day)):
                self.update()
            for number, world in enumerate(worlds):
                world.judge(day)
                wanted = [(one.state, one.kept) for one in world.promises]
                promises = found[number][2]
                is_ = [(one.state, one.amount_kept) for one in promises]
                self.assertEqual(is_, wanted, f"customer {number}, day {day}: {world}")
                for one in world.promises:
                    seen[one.state] += 1
            former = day
        rare = [s for s in ("pending", "kept", "partly", "broken") if seen[s] < 5]
        self.assertFalse(rare, f"too few examples of these, of {dict(seen)}")
