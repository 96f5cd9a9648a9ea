"""What a dunning plan depends on and comes to, as named tuples.

Input of the oracle (``oracle_plan.py``) and of the generator of random ledgers
(``oracle_ledger.py``); neither Odoo nor a database is needed.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple


class Level(NamedTuple):
    """One step of a policy; ``channels`` of email, letter, registered, sms, call.

    ``fallbacks``: up to two more of them, for when those do not reach the customer.
    """

    id: int
    policy_id: int
    sequence: int = 10
    active: bool = True
    delay_days: int = 0
    delay_from: str = "due_date"
    is_automatic: bool = False
    is_formal: bool = False
    min_amount: Decimal = Decimal(0)
    min_share: Decimal = Decimal(0)
    deadline_days: int = 0
    channels: frozenset = frozenset({"email"})
    fallbacks: tuple = ()

    @property
    def rank(self):
        """Position of the level: by sequence, then by age."""
        return (self.sequence, self.id)

    @property
    def is_pre_due(self):
        """Whether the level reminds before the due date."""
        return self.delay_from == "due_date" and self.delay_days < 0


class Calendar(NamedTuple):
    """Open weekdays (0 = Monday) but for some closed days."""

    weekdays: frozenset
    leaves: frozenset = frozenset()

    def is_open(self, day):
        """Whether somebody works on ``day``."""
        return day.weekday() in self.weekdays and day not in self.leaves


class Policy(NamedTuple):
    """A scenario; without calendar every day is open.

    A variant takes the customers of its slots from the policy it is a variant of.
    """

    id: int
    active: bool = True
    climb: str = "step"
    grouping: str = "customer"
    min_days_between: int = 0
    hold_out_percent: Decimal = Decimal(0)
    calendar: Calendar | None = None
    variant_of_id: int | None = None
    variant_slots: tuple = ()  # pairs: first, and first beyond, of 10,000


class Profile(NamedTuple):
    """A customer (commercial partner) in one company."""

    id: int
    partner_id: int
    company_id: int
    policy_id: int | None = None
    dunning_policy_id: int | None = None
    forced_level_id: int | None = None
    hold_until: date | None = None
    has_reply: bool = False
    grace_days: int = 0
    legal_status: str = "none"
    legal_date: date | None = None


class Contact(NamedTuple):
    """A company, a person there, or a contact of a contact: how to reach it."""

    id: int
    parent_id: int | None = None
    is_company: bool = False
    active: bool = True
    email: str | None = None
    phone: str | None = None
    street: str | None = None
    street2: str | None = None
    zip: str | None = None
    city: str | None = None


def commercial_partners(contacts):
    """``{contact id: id of its customer}``: up to the first company, or to the top."""
    known = {contact.id: contact for contact in contacts}

    def customer(contact):
        if contact.is_company or contact.parent_id is None:
            return contact.id
        parent = known.get(contact.parent_id)
        return customer(parent) if parent else contact.parent_id

    return {contact.id: customer(contact) for contact in contacts}


class Move(NamedTuple):
    """An entry; ``payments`` are pairs (state, has an entry of its own).

    ``partner_id`` is the contact it was addressed to; what counts is on its items.
    """

    id: int
    company_id: int
    payment_state: str = "not_paid"
    policy_id: int | None = None
    forced_level_id: int | None = None
    origin: str | None = None
    transactions: tuple = ()
    payments: tuple = ()
    partner_id: int | None = None


class Item(NamedTuple):
    """A line of an entry; the residual is in the currency of the line."""

    id: int
    move_id: int
    partner_id: int | None
    currency_id: int
    date: date
    date_maturity: date | None
    residual: Decimal
    invoice_date: date | None = None
    level_id: int | None = None
    level_date: date | None = None
    no_followup: bool = False
    account: str = "receivable"  # or non_trade, payable
    state: str = "posted"
    reconciled: bool = False

    @property
    def due(self):
        """The day the line is due."""
        return self.date_maturity or self.date

    @property
    def is_open(self):
        """Whether the line is an open item of a customer."""
        return (
            self.account == "receivable"
            and self.state == "posted"
            and not self.reconciled
            and self.residual != 0
        )


class Promise(NamedTuple):
    """ "We pay"; ``plan_state`` is the state of its payment plan, if any."""

    id: int
    profile_id: int
    currency_id: int
    amount: Decimal
    date: date
    grace_days: int = 0
    state: str = "pending"
    plan_state: str | None = None
    item_ids: tuple = ()

    @property
    def until(self):
        """The last day the promise is waited for."""
        return self.date + timedelta(self.grace_days)


class Dispute(NamedTuple):
    """A contested amount of an entry, of which ``conceded`` need not be paid.

    ``credit_due`` is the day by which the credit note should be there, ``credit_id``
    the entry that is said to be it.
    """

    id: int
    move_id: int
    amount: Decimal
    state: str = "open"
    conceded: Decimal = Decimal(0)
    credit_due: date | None = None
    credit_id: int | None = None


class PastNotice(NamedTuple):
    """A notice of an earlier run, or of the same day; ``item_ids`` are its claims.

    ``received`` is the day on which a letter of it is known to have arrived.
    """

    id: int
    profile_id: int
    level_id: int
    state: str
    date_sent: date | None = None
    item_ids: tuple = ()
    planned_on: date | None = None
    is_edited: bool = False
    received: date | None = None

    @property
    def is_live(self):
        """Whether the notice still waits to be sent."""
        return self.state in ("draft", "approved")

    @property
    def counts_from(self):
        """The day of the sending, or the later one of the receipt of its letter."""
        return max(filter(None, (self.date_sent, self.received)))


class Ledger(NamedTuple):
    """All a plan of ``company_id`` on ``date`` depends on.

    ``tree`` are the ids of the companies of the same root; ``rates`` the units of each
    currency for one unit of the company's, on that day.
    """

    company_id: int
    date: date
    tree: frozenset
    rates: dict
    levels: tuple = ()
    policies: tuple = ()
    profiles: tuple = ()
    contacts: tuple = ()
    moves: tuple = ()
    items: tuple = ()
    promises: tuple = ()
    disputes: tuple = ()
    notices: tuple = ()


class Row(NamedTuple):
    """What is said of one open claim: ``code`` is ``claim`` for one that goes."""

    item_id: int
    kind: str  # claim, reminder, info (on a notice) or none
    code: str
    level_id: int | None
    own_level_id: int | None
    amount_disputed: Decimal
    until: date | None
    policy_id: int | None


class Notice(NamedTuple):
    """A notice to be made; ``lines`` are triples (item id, kind, level id)."""

    profile_id: int
    policy_id: int
    level_id: int
    lines: frozenset
    amount_company: Decimal


class Waiting(NamedTuple):
    """A demanded line of a notice that waits to be sent, as it was planned."""

    id: int
    notice_id: int
    profile_id: int
    item_id: int
    currency_id: int
    kind: str  # claim or reminder
    was_overdue: bool
    is_forced: bool = False
    policy_id: int = 0
    grouping: str = "customer"


class Answer(NamedTuple):
    """What the ledger says of a :class:`Waiting` line before it is sent.

    ``code`` says why it is dropped; the amounts are those of an item still open.
    """

    code: str | None
    residual: Decimal | None = None
    disputed: Decimal | None = None


class Result(NamedTuple):
    """``rows`` by item id, and the notices in no particular order."""

    rows: dict
    notices: list
