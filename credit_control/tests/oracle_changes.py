"""What may happen to a random ledger between the plan and the sending."""

from datetime import timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from .oracle_facts import (
    Dispute,
    Item,
    Move,
    PastNotice,
    Promise,
    commercial_partners,
)
from .oracle_ledger import Dice, examples
from .oracle_plan import plan
from .oracle_report import without_item

MOST = 3  # changes of one ledger


def lively(count, most=10):
    """``count`` random ledgers of which a plan makes notices."""
    found = (ledger for ledger in examples(most * count) if plan(ledger).notices)
    return tuple(islice(found, count))


def change(ledger, number, date):
    """The ledger on a later day, and the profiles that were merged on the way.

    :param number: the same number is the same changes
    :return: the ledger, and ``{id of a profile merged: the one it is part of}``
    """
    changes = _Changes(ledger._replace(date=date), Dice(Random(number)))
    return changes.ledger, changes.merged


class _Changes:
    """Up to three changes; each method makes one of a kind."""

    def __init__(self, ledger, dice):
        self.ledger, self.dice, self.merged = ledger, dice, {}
        self.demanded = {
            item_id
            for notice in plan(ledger).notices
            for item_id, kind, _level_id in notice.lines
            if kind != "info"
        }
        self.last_ids = {
            kind: max((fact.id for fact in getattr(ledger, kind)), default=0)
            for kind in ("moves", "items", "promises", "disputes", "notices")
        }
        for _ in range(dice.whole(0, MOST)):
            dice.pick(
                self.pay,
                self.pay,
                self.credit,
                self.credit,
                self.move_due_date,
                self.set_back,
                self.lose,
                self.mark_item,
                self.mark_entry,
                self.mark_entry,
                self.promise,
                self.promise,
                self.end_promise,
                self.contest,
                self.hold_profile,
                self.move_contact,
                self.move_contact,
                self.move_contact,
                self.merge,
                self.merge,
                self.receive,
                self.receive,
            )()

    def replace(self, kind, fact, **values):
        """Put a changed fact in the place of ``fact``."""
        facts = tuple(
            one._replace(**values) if one.id == fact.id else one
            for one in getattr(self.ledger, kind)
        )
        self.ledger = self.ledger._replace(**{kind: facts})

    def add(self, kind, make, **values):
        """Add a fact with the next id."""
        self.last_ids[kind] += 1
        fact = make(id=self.last_ids[kind], **values)
        facts = (*getattr(self.ledger, kind), fact)
        self.ledger = self.ledger._replace(**{kind: facts})
        return fact

    def item(self):
        """A claim, rather one that is demanded; None when there is none."""
        claims = [item for item in self.ledger.items if item.residual > 0]
        demanded = [item for item in claims if item.id in self.demanded]
        if demanded and not self.dice.chance(4):
            return self.dice.pick(*demanded)
        return self.dice.pick(*claims) if claims else None

    def entry(self):
        """The entry of a claim."""
        item = self.item()
        return item and self.entry_of(item)

    def entry_of(self, item):
        return next(move for move in self.ledger.moves if move.id == item.move_id)

    def profile(self, item):
        """The profile of an item, if there is one."""
        customer_id = commercial_partners(self.ledger.contacts).get(item.partner_id)
        company_id = self.entry_of(item).company_id
        return next(
            (
                profile
                for profile in self.ledger.profiles
                if (profile.partner_id, profile.company_id) == (customer_id, company_id)
            ),
            None,
        )

    # ----------------------------------------------------------------- the entries

    def pay(self):
        """All, a part, or more than is owed."""
        if item := self.item():
            left = self.dice.pick(Decimal(0), item.residual / 2, -item.residual)
            self.replace("items", item, residual=left, reconciled=not left)

    def credit(self):
        """An open credit note or payment, of the customer of an item."""
        if item := self.item():
            company_id = self.entry_of(item).company_id
            move = self.add(
                "moves", Move, company_id=company_id, partner_id=item.partner_id
            )
            self.add(
                "items",
                Item,
                move_id=move.id,
                partner_id=item.partner_id,
                currency_id=item.currency_id,
                date=self.ledger.date,
                date_maturity=self.ledger.date,
                residual=-item.residual * self.dice.pick(1, 2, 10) / 2,
                invoice_date=self.ledger.date,
            )

    def move_due_date(self):
        """To a day to come, to today, or back."""
        if item := self.item():
            day = self.ledger.date + timedelta(self.dice.pick(6, 0, -3))
            self.replace("items", item, date_maturity=day)

    def set_back(self):
        """An entry becomes a draft, or is cancelled."""
        if item := self.item():
            state = self.dice.pick("draft", "cancel")
            for one in self.ledger.items:
                if one.move_id == item.move_id:
                    self.replace("items", one, state=state)

    def lose(self):
        """A line is made anew when the entry is posted again: the old one is gone."""
        if item := self.item():
            self.ledger = without_item(self.ledger, item)

    def mark_item(self):
        """Excluded from follow-up."""
        if item := self.item():
            self.replace("items", item, no_followup=True)

    def mark_entry(self):
        """Blocked, handed over, sold, or on its way to be paid."""
        if move := self.entry():
            values = self.dice.pick(
                {"payment_state": "blocked"},
                {"payment_state": "in_payment"},
                {"origin": "handed_over"},
                {"origin": "factored"},
                {"transactions": (*move.transactions, "pending")},
                {"payments": (*move.payments, ("in_process", False))},
            )
            self.replace("moves", move, **values)

    # -------------------------------------------------------------- the agreements

    def receive(self):
        """It comes to be known when the letter of an earlier notice arrived."""
        dice, item = self.dice, self.item()
        profile = item and self.profile(item)
        if profile:
            day = self.ledger.date - timedelta(dice.whole(0, 9))
            self.add(
                "notices",
                PastNotice,
                profile_id=profile.id,
                level_id=dice.pick(*self.ledger.levels).id,
                state=dice.mostly("sent", "failed"),
                date_sent=day,
                item_ids=(item.id,),
                planned_on=day,
                received=day + timedelta(dice.whole(0, 2)),
            )

    def promise(self):
        """For an item, or for the oldest ones of a customer."""
        item, dice = self.item(), self.dice
        profile = item and self.profile(item)
        if profile:
            self.add(
                "promises",
                Promise,
                profile_id=profile.id,
                currency_id=item.currency_id,
                amount=item.residual * dice.pick(1, 3) / 2,
                date=self.ledger.date + timedelta(dice.pick(5, 0, -1, -4)),
                grace_days=dice.pick(3, 0),
                plan_state=dice.mostly(None, "running", out_of=3),
                item_ids=dice.pick((), (item.id,)),
            )

    def end_promise(self):
        """Broken, kept or called off."""
        if self.ledger.promises:
            promise = self.dice.pick(*self.ledger.promises)
            state = self.dice.pick("broken", "kept", "cancelled")
            self.replace("promises", promise, state=state)

    def contest(self):
        """A part or the whole; or what was contested no longer is."""
        dice, item = self.dice, self.item()
        if self.ledger.disputes and dice.chance(3):
            dispute = dice.pick(*self.ledger.disputes)
            due = self.ledger.date + timedelta(dice.pick(-1, 0, 5))
            conceded = dispute.amount * dice.pick(1, 2) / 2
            values = {"conceded": conceded, "credit_due": due}
            self.replace("disputes", dispute, state="settled", **values)
        elif item and self.ledger.profiles:
            amount = item.residual * dice.pick(1, 2, 10) / 2
            self.add("disputes", Dispute, move_id=item.move_id, amount=amount)

    # --------------------------------------------------------------- the customers

    def hold_profile(self):
        """On hold, an answer came in, or a judgment."""
        item = self.item()
        profile = item and self.profile(item)
        if profile:
            today = self.ledger.date
            values = self.dice.pick(
                {"hold_until": today},
                {"hold_until": today - timedelta(1)},
                {"has_reply": True},
                {"legal_status": "liquidation", "legal_date": None},
                {"legal_status": "safeguard", "legal_date": today - timedelta(20)},
            )
            self.replace("profiles", profile, **values)

    def move_contact(self):
        """Somebody changes the company, or a company becomes part of the one above."""
        contacts, item = self.ledger.contacts, self.item()
        above = [contact for contact in contacts if not contact.parent_id]
        below = [contact for contact in contacts if contact.parent_id]
        own = [contact for contact in below if item and contact.id == item.partner_id]
        if below:
            contact = self.dice.pick(*(own or below))
            if contact.is_company:
                self.replace("contacts", contact, is_company=False)
            else:
                parent_id = self.dice.pick(*above).id
                self.replace("contacts", contact, parent_id=parent_id)

    def merge(self):
        """One customer becomes part of another one, with all he has."""
        ours = [
            profile.partner_id
            for profile in self.ledger.profiles
            if profile.company_id == self.ledger.company_id
        ]
        above = [c for c in self.ledger.contacts if not c.parent_id and c.id in ours]
        if len(above) < 2:
            return
        source, target = above if self.dice.chance(2) else reversed(above)
        for contact in self.ledger.contacts:
            if contact.parent_id == source.id:
                self.replace("contacts", contact, parent_id=target.id)
        self.replace("contacts", source, active=False)
        for kind in ("items", "moves"):
            for fact in getattr(self.ledger, kind):
                if fact.partner_id == source.id:
                    self.replace(kind, fact, partner_id=target.id)
        for profile in self.ledger.profiles:
            if profile.partner_id == source.id:
                self.merge_profile(profile, target.id)

    def merge_profile(self, profile, partner_id):
        """The profile moves, or what hangs on it to the one of the same company."""
        target = next(
            (
                other
                for other in self.ledger.profiles
                if (other.partner_id, other.company_id)
                == (partner_id, profile.company_id)
            ),
            None,
        )
        if target is None:
            self.replace("profiles", profile, partner_id=partner_id)
            return
        for kind in ("promises", "notices"):
            for fact in getattr(self.ledger, kind):
                if fact.profile_id == profile.id:
                    self.replace(kind, fact, profile_id=target.id)
        left = tuple(one for one in self.ledger.profiles if one.id != profile.id)
        self.ledger = self.ledger._replace(profiles=left)
        self.merged[profile.id] = target.id
