"""The oracle of customers and of the check before sending, against vectors by hand."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from .oracle_facts import (
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
    Waiting,
    commercial_partners,
)
from .oracle_plan import plan
from .oracle_sending import cancelled, check

TODAY = date(2026, 6, 15)
EUR = 1
LEVELS = (Level(1, 7, delay_days=1), Level(2, 7, 20, delay_days=9))


def day(number):
    """The day ``number`` days from today."""
    return TODAY + timedelta(number)


def claim(number, due=-20, amount=100, partner_id=5, **values):
    """An item due in ``due`` days, of an entry with the same number."""
    item = Item(number, number, partner_id, EUR, day(-40), day(due), Decimal(amount))
    return item._replace(**values)


def ledger(*items, **values):
    """One customer (5) with profile 50; ``values`` are other facts."""
    standard = {
        "contacts": (Contact(5, is_company=True, email="a@b.example"),),
        "levels": LEVELS,
        "policies": (Policy(7),),
        "profiles": (Profile(50, 5, 1, dunning_policy_id=7),),
        "moves": tuple(Move(item.move_id, 1) for item in items),
        "items": items,
    }
    world = {**standard, **values}
    return Ledger(1, TODAY, frozenset({1}), {EUR: Decimal(1)}, **world)


@tagged("post_install", "-at_install", "credit_control", "credit_control_kernel")
class TestOracleCustomers(BaseCase):
    """Whose claim it is, and what is said without a profile."""

    def codes(self, world):
        """The code of each item."""
        return {item_id: row.code for item_id, row in plan(world).rows.items()}

    def test_the_customer_is_the_first_company_above(self):
        contacts = (
            Contact(1, is_company=True),
            Contact(2, 1),
            Contact(3, 2),  # contact of a contact
            Contact(4, 1, is_company=True),  # company below a company
            Contact(5, 4),
            Contact(6),  # a person without a company
            Contact(7, 6),
        )
        expected = {1: 1, 2: 1, 3: 1, 4: 4, 5: 4, 6: 6, 7: 6}
        self.assertEqual(commercial_partners(contacts), expected)

    def test_items_of_nested_contacts_are_of_one_notice(self):
        contacts = (
            Contact(5, is_company=True),
            Contact(6, 5),
            Contact(7, 6, email="deep@b.example"),
            Contact(8, 5, is_company=True, email="child@b.example"),
        )
        profiles = (
            Profile(50, 5, 1, dunning_policy_id=7),
            Profile(80, 8, 1, dunning_policy_id=7),
        )
        items = (claim(1), claim(2, partner_id=7), claim(3, partner_id=8))
        result = plan(ledger(*items, contacts=contacts, profiles=profiles))
        found = {
            notice.profile_id: {item_id for item_id, _kind, _level in notice.lines}
            for notice in result.notices
        }
        self.assertEqual(found, {50: {1, 2}, 80: {3}})

    def test_credit_of_the_child_company_covers_nothing_above(self):
        contacts = (
            Contact(5, is_company=True, email="a@b.example"),
            Contact(8, 5, is_company=True),
            Contact(9, 5),
        )
        for partner_id, code in ((8, "claim"), (9, "covered")):
            items = (claim(1), claim(2, amount=-500, partner_id=partner_id))
            self.assertEqual(self.codes(ledger(*items, contacts=contacts)), {1: code})

    def test_no_profile(self):
        self.assertEqual(self.codes(ledger(claim(1), profiles=())), {1: "no_policy"})
        for values, code in (
            ({"policy_id": 7}, "below_minimum"),
            ({"policy_id": 7, "forced_level_id": 1}, "no_recipient"),
        ):
            moves = (Move(1, 1, **values),)
            world = ledger(claim(1), profiles=(), moves=moves)
            self.assertEqual(self.codes(world), {1: code})
            self.assertFalse(plan(world).notices)

    def test_a_forced_level_goes_although_it_was_archived(self):
        levels = (LEVELS[0], LEVELS[1]._replace(active=False))
        moves = (Move(1, 1, forced_level_id=2),)
        result = plan(ledger(claim(1), levels=levels, moves=moves))
        self.assertEqual((result.rows[1].code, result.rows[1].level_id), ("claim", 2))

    def test_archived_customer_is_written_to_at_his_own_address(self):
        customer = Contact(5, is_company=True, active=False, email="a@b.example")
        person = Contact(6, 5, email="c@b.example")
        for contacts, code in (
            ((customer, person), "claim"),
            ((customer._replace(email=None), person), "claim"),
            ((customer._replace(email=None), person._replace(active=False)),
             "no_recipient"),
        ):  # fmt: skip
            self.assertEqual(self.codes(ledger(claim(1), contacts=contacts)), {1: code})


@tagged("post_install", "-at_install", "credit_control", "credit_control_kernel")
class TestOracleSending(BaseCase):
    """Why a line is dropped."""

    def codes(self, world, *numbers, was_overdue=True, kind="claim"):
        """The codes of lines of one notice, one for each item."""
        lines = [
            Waiting(number, 90, 50, number, EUR, kind, was_overdue)
            for number in numbers
        ]
        answers = check(world, lines)
        self.dead = cancelled(lines, answers)
        return [answers[number].code for number in numbers]

    def test_what_became_of_the_item(self):
        for item, code in (
            (claim(1), None),
            (claim(2), "gone"),
            (claim(1, state="draft"), "not_posted"),
            (claim(1, reconciled=True), "paid"),
            (claim(1, amount=-20), "paid"),
            (claim(1, partner_id=6), "other_customer"),
            (claim(1, due=0), "not_due"),
            (claim(1, no_followup=True), "no_followup"),
        ):
            self.assertEqual(self.codes(ledger(item), 1), [code])
            self.assertEqual(self.dead, {90} if code else set())

    def test_the_notices_that_wait_are_no_reason(self):
        notice = PastNotice(90, 50, 1, "approved", item_ids=(1,))
        self.assertEqual(self.codes(ledger(claim(1), notices=(notice,)), 1), [None])

    def test_agreements_since(self):
        items = claim(1), claim(2)
        promise = Promise(1, 50, EUR, Decimal(60), TODAY)
        world = ledger(*items, promises=(promise,))
        self.assertEqual(self.codes(world, 1, 2), ["promise", None])
        world = ledger(*items, disputes=(Dispute(1, 2, Decimal(100)),))
        self.assertEqual(self.codes(world, 1, 2), [None, "dispute"])
        self.assertFalse(self.dead)

    def test_credits_since(self):
        for credit, code in ((-199, None), (-200, "covered")):
            world = ledger(claim(1), claim(2), claim(3, amount=credit))
            self.assertEqual(self.codes(world, 1, 2), [code, code])

    def test_reminders_before_the_due_date_are_set_against_what_is_left(self):
        lines = [
            Waiting(1, 90, 50, 1, EUR, "claim", True),
            Waiting(2, 91, 50, 2, EUR, "claim", False),
        ]
        for credit, company_id, code in (
            (-180, 2, None),
            (-200, 2, "covered"),
            # a notice that lists the credit would demand less than nothing
            (-180, 1, "covered"),
        ):
            moves = (Move(1, 1), Move(2, 1), Move(3, company_id))
            items = (claim(1), claim(2, 5), claim(3, amount=credit))
            world = ledger(*items, moves=moves)._replace(tree=frozenset({1, 2}))
            answers = check(world, lines)
            self.assertEqual(answers[1].code, "covered")
            self.assertEqual(answers[2].code, code)

    def test_a_notice_of_reminders_alone_does_not_go(self):
        self.codes(ledger(claim(1)), 1, kind="reminder")
        self.assertEqual(self.dead, {90})
