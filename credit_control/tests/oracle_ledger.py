"""Random small ledgers for the oracle.

A ledger is one or two customers of a company and its branch, with policies of their
own: every option of the rules may be set, few of them at a time. Ids are small and
local (``oracle_writer.py`` moves them into a database). Days and amounts are round and
close together on purpose, so that limits are met exactly and not only passed.
"""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from .oracle_facts import (
    Calendar,
    Contact,
    Dispute,
    Item,
    Ledger,
    Level,
    Move,
    PastNotice,
    Policy,
    Profile,
    Promise,
    commercial_partners,
)

COMPANY, BRANCH, STRANGER = 1, 2, 3
OWN, EURO, YEN = 1, 2, 3
# a Monday, a Saturday at the end of a month, a leap day, the day of a new rate
DATES = (date(2026, 6, 15), date(2026, 2, 28), date(2028, 2, 29), date(2027, 1, 1))
RATES = (  # (from, units for one of the company's currency); exact in binary, too
    (date(2020, 1, 1), {EURO: Decimal("0.5"), YEN: Decimal(64)}),
    (date(2027, 1, 1), {EURO: Decimal(2), YEN: Decimal(128)}),
)
CALENDARS = (
    Calendar(frozenset(range(5))),
    Calendar(frozenset({1, 3})),
    Calendar(frozenset(range(7)), frozenset({date(2026, 6, 15), date(2026, 6, 16)})),
    Calendar(frozenset(range(7)), frozenset({date(2027, 1, 1)})),
)
CHANNELS = (
    frozenset({"email"}),
    frozenset({"email", "letter"}),
    frozenset({"letter"}),
    frozenset({"registered"}),
    frozenset({"sms", "call"}),
    frozenset({"call"}),
    frozenset(),
)
FALLBACKS = ((), ("letter",), ("call",), ("letter", "call"), ("sms", "email"))


class Dice:
    """The throws of one example: the first option is the plain case.

    Every option is drawn by itself, so that each is met and few come at a time. What a
    failure needs is found by leaving facts out (see ``oracle_report.py``).
    """

    def __init__(self, random):
        self.whole = random.randint

    def pick(self, *options):
        return options[self.whole(0, len(options) - 1)]

    def mostly(self, plain, *others, out_of=6):
        """``plain``, and once in ``out_of`` draws one of the others."""
        rare = self.whole(0, out_of - 1) == out_of - 1
        return self.pick(*others) if rare else plain

    def chance(self, out_of):
        return self.whole(0, out_of - 1) == out_of - 1


def rates_on(day):
    """Units of each currency for one of the company's on ``day``."""
    known = [rates for start, rates in RATES if start <= day]
    return {OWN: Decimal(1), **known[-1]}


@cache
def examples(count):
    """``count`` random ledgers, the same every time."""
    return tuple(_Maker(Dice(Random(number))).ledger() for number in range(count))


class _Maker:
    """Fills one ledger; each method makes one kind of fact."""

    def __init__(self, dice):
        self.dice = dice
        self.today = dice.pick(*DATES)
        self.company = dice.mostly(COMPANY, BRANCH)
        self.levels, self.contacts, self.moves, self.items = [], [], [], []
        self.customers, self.people = [], {}  # ids of contacts; of whom they are

    def day(self, low, high):
        return self.today + timedelta(self.dice.whole(low, high))

    def ledger(self):
        dice = self.dice
        self.policies = [self.policy(1)]
        if dice.chance(2):
            self.policies.append(self.policy(2, archived=dice.chance(6)))
        for _ in range(dice.mostly(1, 2)):
            self.customer()
        self.profiles = self.make_profiles()
        for _ in range(dice.whole(1, 6)):
            self.entry()
        promises = disputes = notices = []
        if self.profiles:
            promises = self.some(2, 4, self.promise)
            disputes = self.some(2, 4, self.dispute)
            notices = self.some(2, 2, self.past_notice)
        self.vary()
        return Ledger(
            self.company,
            self.today,
            frozenset({COMPANY, BRANCH}),
            rates_on(self.today),
            tuple(self.levels),
            tuple(self.policies),
            tuple(self.profiles),
            tuple(self.contacts),
            tuple(self.moves),
            tuple(self.items),
            tuple(promises),
            tuple(disputes),
            tuple(self.exclusive(notices)),
        )

    def some(self, most, out_of, make):
        """Nothing, and once in ``out_of`` draws up to ``most`` facts."""
        if not self.dice.chance(out_of):
            return []
        return [make(number) for number in range(1, self.dice.whole(1, most) + 1)]

    # ------------------------------------------------------------------ the rules

    def policy(self, number, archived=False):
        dice = self.dice
        for place in range(dice.whole(1, 5)):
            self.level(number, place)
        return Policy(
            id=number,
            active=not archived,
            climb=dice.pick("step", "direct"),
            grouping=dice.mostly("customer", "level", "invoice", out_of=2),
            min_days_between=dice.pick(0, 5, 9),
            hold_out_percent=dice.mostly(
                Decimal(0), Decimal("30.5"), Decimal(100), out_of=3
            ),
            calendar=dice.mostly(None, *CALENDARS),
        )

    def vary(self):
        """Make the second policy, at times, a variant of the first one."""
        if len(self.policies) > 1 and self.dice.chance(3):
            slots = self.dice.pick(
                ((0, 5000),), ((0, 10000),), ((9, 2000), (6000, 9999))
            )
            self.policies[1] = self.policies[1]._replace(
                variant_of_id=1, variant_slots=slots
            )

    def level(self, policy_id, place):
        dice = self.dice
        small = dice.mostly(0, 50, 100, 150, 300, out_of=4)
        self.levels.append(
            Level(
                id=len(self.levels) + 1,
                policy_id=policy_id,
                sequence=10 * place + dice.mostly(10, 0, 25, out_of=10),
                active=not dice.chance(12),
                delay_days=dice.whole(-7, 1) if not place else dice.whole(0, 6) * 4,
                delay_from=dice.mostly(
                    "due_date", "previous", "invoice_date", "end_of_month", out_of=3
                ),
                is_automatic=dice.chance(2),
                is_formal=dice.chance(4),
                min_amount=Decimal(small),
                min_share=Decimal(dice.mostly(0, 25, 50, 100, out_of=8)),
                deadline_days=dice.pick(0, 6, 8),
                channels=dice.mostly(CHANNELS[0], *CHANNELS[1:]),
                fallbacks=dice.mostly(*FALLBACKS),
            )
        )

    # --------------------------------------------------------------- the customers

    def customer(self, parent_id=None):
        """A company and at times people there, or a company below it."""
        dice, number = self.dice, len(self.contacts) + 1
        self.customers.append(number)
        self.contacts.append(
            Contact(
                number,
                parent_id,
                is_company=bool(parent_id) or dice.chance(2),
                active=not dice.chance(20),
                email=dice.mostly("a@customer.example", None, out_of=9),
                phone=dice.pick(None, "+33 1 99 00 00 00"),
                street=dice.pick("1 Mill Lane", None),
                zip=dice.pick("75011", None),
                city=dice.mostly("Paris", None),
            )
        )
        self.people[number] = []
        above = number
        for _ in range(dice.pick(0, 0, 1, 1, 2, 3)):  # a person, and below that one
            above = self.person(number, above)
        if parent_id is None and dice.chance(8):
            self.customer(number)

    def person(self, customer_id, parent_id):
        """A contact below another one; returns its id."""
        dice, number = self.dice, len(self.contacts) + 1
        self.people[customer_id].append(number)
        self.contacts.append(
            Contact(
                number,
                parent_id,
                active=not dice.chance(3),
                email=dice.pick("b@customer.example", None),
                phone=dice.pick(None, "+33 1 99 00 00 01"),
                street2=dice.pick(None, "Back yard"),
                city=dice.pick(None, "Lyon"),
            )
        )
        return number

    def make_profiles(self):
        """One in each company of the tree, but the branch may have none of its own yet.

        A new customer has none at all; one that became a person of another company
        may have kept the one of before.
        """
        profiles = []
        former = [number for people in self.people.values() for number in people]
        for partner_id in (*self.customers, *former):
            for company_id in (COMPANY, BRANCH):
                seldom = 3 if company_id != self.company else 10
                has_one = not self.dice.chance(seldom)
                if partner_id in former:
                    has_one = self.dice.chance(20)
                if has_one:
                    profiles.append(
                        self.profile(len(profiles) + 1, partner_id, company_id)
                    )
        return profiles

    def profile(self, number, partner_id, company_id):
        dice = self.dice
        policy_ids = [policy.id for policy in self.policies]
        status = dice.mostly("none", "safeguard", "liquidation", out_of=20)
        hold = self.day(-2, 2) if dice.chance(12) else None
        judged = self.day(-40, 0) if status != "none" and dice.chance(2) else None
        return Profile(
            id=number,
            partner_id=partner_id,
            company_id=company_id,
            policy_id=dice.mostly(None, *policy_ids, out_of=5),
            dunning_policy_id=dice.mostly(1, None, policy_ids[-1], out_of=8),
            forced_level_id=self.forced(10),
            hold_until=hold,
            has_reply=dice.chance(40),
            grace_days=dice.mostly(0, 4, 10),
            legal_status=status,
            legal_date=judged,
        )

    def forced(self, out_of):
        """Rarely, any level; it may have been archived since."""
        ids = [level.id for level in self.levels]
        return self.dice.pick(*ids) if ids and self.dice.chance(out_of) else None

    # ------------------------------------------------------------------ the entries

    def entry(self):
        """An invoice of one to three instalments, a credit, or another entry."""
        dice, number = self.dice, len(self.moves) + 1
        partner_id, addressee_id = self.addressee()
        self.moves.append(
            Move(
                id=number,
                company_id=dice.mostly(self.company, COMPANY, BRANCH, STRANGER),
                payment_state=dice.mostly(
                    "not_paid", "partial", "blocked", "in_payment", out_of=15
                ),
                policy_id=dice.mostly(None, *(p.id for p in self.policies), out_of=3),
                forced_level_id=self.forced(10),
                origin=dice.mostly(None, "late", "factored", "handed_over", out_of=25),
                transactions=dice.mostly((), ("pending",), ("done", "authorized"),
                                         ("error",), out_of=20),
                payments=dice.mostly((), (("in_process", False),), (("paid", False),),
                                     (("in_process", True),), out_of=20),
                partner_id=addressee_id,
            )
        )  # fmt: skip
        currency_id = dice.mostly(OWN, EURO, YEN, out_of=4)
        due = dice.whole(-30, 10) if dice.chance(2) else dice.whole(-60, -1)
        booked = self.today + timedelta(due - dice.pick(30, 10, 0))
        dates = booked, booked - timedelta(dice.mostly(0, 3))
        if dice.chance(10):  # a plain entry: neither due date nor date of invoice
            dates = self.today + timedelta(due), None
        sign = -1 if dice.chance(6) else 1
        for _ in range(dice.mostly(1, 2, 3, out_of=4)):
            self.item(number, partner_id, currency_id, due, dates, sign)
            due += dice.pick(0, 7, 30)

    def addressee(self):
        """Contact of the items, and the one that the entry is addressed to.

        The items of an invoice are the customer's, whoever receives it; those of other
        entries, or of a company that became a person of another one, are anybody's.
        """
        dice = self.dice
        if dice.chance(40):
            return None, None
        customer_id = dice.pick(*self.customers)
        anybody = dice.pick(customer_id, *self.people[customer_id])
        return dice.pick(customer_id, anybody), anybody

    def owned(self, profile):
        """The items of a profile."""
        customers = commercial_partners(self.contacts)
        return [
            item
            for item in self.items
            if customers.get(item.partner_id) == profile.partner_id
            and self.moves[item.move_id - 1].company_id == profile.company_id
        ]

    def item(self, move_id, partner_id, currency_id, due, dates, sign):
        dice = self.dice
        booked, invoiced = dates
        amount = dice.pick(100, 50, 150, 200, 1000) * sign
        amount *= {OWN: 1, EURO: 2, YEN: 128}[currency_id]
        delivered = not dice.chance(3) and sign > 0
        level_ids = [level.id for level in self.levels]
        self.items.append(
            Item(
                id=len(self.items) + 1,
                move_id=move_id,
                partner_id=partner_id,
                currency_id=currency_id,
                date=booked,
                date_maturity=self.today + timedelta(due) if invoiced else None,
                residual=Decimal(amount),
                invoice_date=invoiced,
                level_id=dice.pick(*level_ids, None) if delivered else None,
                level_date=self.day(-30, -1) if delivered else None,
                no_followup=dice.chance(25),
                account=dice.mostly("receivable", "non_trade", "payable", out_of=25),
                state=dice.mostly("posted", "draft", "cancel", out_of=25),
                reconciled=dice.chance(25),
            )
        )

    # -------------------------------------------------------------- the agreements

    def promise(self, number):
        dice = self.dice
        profile = dice.pick(*self.profiles)
        ids = [item.id for item in self.owned(profile)]
        named = ids[: dice.whole(1, 2)] if dice.chance(2) else ()
        return Promise(
            id=number,
            profile_id=profile.id,
            currency_id=dice.mostly(OWN, EURO, YEN),
            amount=Decimal(dice.pick(100, 50, 250)),
            date=self.day(-6, 10),
            grace_days=dice.pick(3, 0),
            state=dice.mostly("pending", "draft", "kept", "broken"),
            plan_state=dice.mostly(None, "running", "draft", out_of=3),
            item_ids=tuple(named),
        )

    def dispute(self, number):
        dice = self.dice
        amount = dice.pick(50, 100, 130, 5000)
        state = dice.mostly("open", "rejected", "accepted", "settled", out_of=2)
        closed = state in ("accepted", "settled")
        return Dispute(
            id=number,
            move_id=dice.pick(*self.moves).id,
            amount=Decimal(amount),
            state=state,
            conceded=Decimal(dice.pick(amount, amount / 2, 0) if closed else 0),
            credit_due=dice.mostly(self.day(-2, 9), None) if closed else None,
            credit_id=dice.pick(*self.moves).id if closed and dice.chance(3) else None,
        )

    def past_notice(self, number):
        """A notice that was sent, still waits, or came to nothing."""
        dice = self.dice
        profile = dice.pick(*self.profiles)
        state = dice.mostly("sent", "draft", "approved", "cancelled", out_of=3)
        day = self.day(-9, 0)
        ids = [item.id for item in self.owned(profile) if item.residual > 0]
        return PastNotice(
            id=number,
            profile_id=profile.id,
            level_id=dice.pick(*self.levels).id,
            state=state,
            date_sent=day if state == "sent" else None,
            item_ids=tuple(ids[: dice.whole(0, 2)]),
            planned_on=day,
            is_edited=state == "draft" and dice.chance(3),
            received=day + timedelta(dice.whole(-1, 3))
            if state == "sent" and dice.chance(2)
            else None,
        )

    @staticmethod
    def exclusive(notices):
        """An item waits in one notice at most, as the database has it."""
        taken = set()
        for notice in notices:
            if notice.is_live:
                ids = tuple(i for i in notice.item_ids if i not in taken)
                taken.update(ids)
                notice = notice._replace(item_ids=ids)
            yield notice
