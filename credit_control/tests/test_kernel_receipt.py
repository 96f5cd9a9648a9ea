"""The oracle of what follows the receipt of a letter, against vectors by hand."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from .oracle_facts import (
    Contact,
    Item,
    Ledger,
    Level,
    Move,
    PastNotice,
    Policy,
    Profile,
    Waiting,
)
from .oracle_plan import plan
from .oracle_sending import check

TODAY = date(2026, 6, 15)
EUR = 1
LEVELS = (
    Level(1, 7, 10, delay_days=1),
    Level(2, 7, 20, delay_days=20, deadline_days=8),
    Level(3, 7, 30, delay_days=40),
)


def day(number):
    """The day ``number`` days from today."""
    return TODAY + timedelta(number)


def letter(level_id, sent, received=None, item_ids=(1,), **values):
    """A notice that went by letter, with the days of posting and receipt."""
    received = None if received is None else day(received)
    notice = PastNotice(90, 50, level_id, "sent", day(sent), item_ids)
    return notice._replace(received=received, **values)


def ledger(*notices, level_id=2, counted=-10, due=-60, policy=None, **values):
    """One claim whose level counts from a day, and the notices of the customer."""
    item = Item(
        1, 1, 5, EUR, day(-90), day(due), Decimal(100),
        level_id=level_id, level_date=day(counted),
    )  # fmt: skip
    standard = {
        "contacts": (Contact(5, is_company=True, email="a@b.example"),),
        "levels": LEVELS,
        "policies": (policy or Policy(7),),
        "profiles": (Profile(50, 5, 1, dunning_policy_id=7),),
        "moves": (Move(1, 1),),
        "items": (item,),
        "notices": notices,
    }
    world = {**standard, **values}
    return Ledger(1, TODAY, frozenset({1}), {EUR: Decimal(1)}, **world)


@tagged("post_install", "-at_install", "credit_control", "credit_control_kernel")
class TestOracleReceipt(BaseCase):
    """Days to pay, the next level, and the days between two notices."""

    def check(self, world, code, until=None):
        row = plan(world).rows[1]
        wanted = None if until is None else day(until)
        self.assertEqual((row.code, row.until), (code, wanted))

    def test_steps_keep_their_distance_from_the_day_that_counts(self):
        """Twenty days from the second level to the third."""
        self.check(ledger(letter(2, -20), counted=-20), "claim")
        self.check(ledger(letter(2, -20, -12), counted=-12), "not_yet", 8)

    def test_nothing_goes_while_the_days_to_pay_run(self):
        direct = Policy(7, climb="direct")
        for received, code, until in (
            (-8, "not_yet", 1),  # today is the last of them
            (-9, "claim", None),
            (-1, "not_yet", 8),
        ):
            world = ledger(letter(2, -20, received), policy=direct)
            self.check(world, code, until)

    def test_no_decision_before_they_are_over(self):
        levels = LEVELS[:2]
        self.check(ledger(letter(2, -20, -8), levels=levels), "not_yet", 1)
        self.check(ledger(letter(2, -20, -9), levels=levels), "last_level")

    def test_the_later_day_of_step_and_deadline(self):
        long = LEVELS[1]._replace(deadline_days=40)
        levels = (LEVELS[0], long, LEVELS[2])
        world = ledger(letter(2, -20, -12), counted=-12, levels=levels)
        self.check(world, "not_yet", 29)

    def test_which_receipts_say_nothing(self):
        direct = Policy(7, climb="direct")
        for notice in (
            letter(2, -20),  # not known
            letter(3, -20, -1),  # no days granted
            letter(2, -20, -1, state="failed"),  # it came back
            letter(2, -20, -1, item_ids=()),  # of other claims
        ):
            self.check(ledger(notice, policy=direct), "claim")

    def test_the_last_of_several_deadlines(self):
        notices = letter(2, -20, -3), letter(2, -30, -6, id=91)
        self.check(ledger(*notices, policy=Policy(7, climb="direct")), "not_yet", 6)

    def test_forced_level_goes(self):
        profile = Profile(50, 5, 1, dunning_policy_id=7, forced_level_id=3)
        self.check(ledger(letter(2, -20, -1), profiles=(profile,)), "claim")

    def test_days_between_notices_run_from_the_receipt(self):
        policy = Policy(7, climb="direct", min_days_between=10)
        for received, code, until in (
            (None, "claim", None),
            (-7, "spacing", 3),
            (-30, "claim", None),  # a day before the sending says nothing
        ):
            notice = letter(1, -12, received, item_ids=())
            self.check(ledger(notice, policy=policy), code, until)

    def test_before_sending(self):
        for notice, values, code in (
            (letter(2, -20, -1), {}, "deadline"),
            (letter(2, -20, -9), {}, None),
            (letter(2, -20), {}, None),
            (letter(2, -20, -1), {"is_forced": True}, None),
            (letter(2, -20, -1), {"kind": "reminder"}, None),
        ):
            line = Waiting(1, 95, 50, 1, EUR, "claim", True)._replace(**values)
            self.assertEqual(check(ledger(notice), [line])[1].code, code)
