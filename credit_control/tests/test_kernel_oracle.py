"""The oracle of the plan against vectors worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

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
)
from .oracle_plan import plan

TODAY = date(2026, 6, 15)  # a Monday
EUR, USD = 1, 2
PROFILE, POLICY = 50, 7


def day(number):
    """The day ``number`` days from today."""
    return TODAY + timedelta(number)


def claim(number, due, amount=100, **values):
    """An item due in ``due`` days, of an entry with the same number."""
    item = Item(
        id=number,
        move_id=values.pop("move_id", number),
        partner_id=values.pop("partner_id", 5),
        currency_id=values.pop("currency_id", EUR),
        date=values.pop("date", day(due - 30)),
        date_maturity=values.pop("date_maturity", day(due)),
        residual=Decimal(amount),
    )
    return item._replace(**values)


# due date, 8 days later, 30 days after that: formal
LEVELS = (
    Level(1, POLICY, 10, delay_days=1),
    Level(2, POLICY, 20, delay_days=9),
    Level(3, POLICY, 30, delay_days=30, delay_from="previous", is_formal=True),
)
EARLY = Level(4, POLICY, 5, delay_days=-7)


def ledger(*items, policy=None, profile=None, move=None, levels=LEVELS, **values):
    """One customer of one company; ``policy``, ``profile`` and ``move`` are changes."""
    policies = [Policy(POLICY)._replace(**(policy or {}))]
    profiles = [
        Profile(PROFILE, 5, 1, dunning_policy_id=POLICY)._replace(**(profile or {}))
    ]
    changes = move or {}
    moves = {
        item.move_id: Move(item.move_id, 1)._replace(**changes.get(item.move_id, {}))
        for item in items
    }
    standard = {
        "contacts": (Contact(5, email="a@b.example"),),
        "levels": tuple(levels),
        "policies": (*policies, *values.pop("more_policies", ())),
        "profiles": (*profiles, *values.pop("more_profiles", ())),
        "moves": tuple(moves.values()),
        "items": items,
    }
    rates = {EUR: Decimal(1), USD: Decimal(2)}
    return Ledger(1, TODAY, frozenset({1, 2}), rates, **{**standard, **values})


class OracleCase(BaseCase):
    """Checks what the oracle says of single claims."""

    def check(self, world, **expected):
        """Compare ``c<item>=code`` or ``(code, level or until)`` with the plan."""
        result = plan(world)
        for name, wanted in expected.items():
            row = result.rows[int(name[1:])]
            self.assertEqual(self.shorten(row, wanted), wanted, f"{name}: {row}")
        return result

    @staticmethod
    def shorten(row, wanted):
        if not isinstance(wanted, tuple):
            return row.code
        return row.code, row.level_id if row.code == "claim" else row.until


@tagged("post_install", "-at_install", "credit_control", "credit_control_kernel")
class TestOraclePosition(OracleCase):
    """Levels, thresholds, climbing and forcing."""

    def test_step_by_step_starts_at_the_first_level(self):
        world = ledger(claim(1, -300), claim(2, -1), claim(3, 0), claim(4, 5))
        self.check(
            world, c1=("claim", 1), c2=("claim", 1), c3=("not_yet", day(1)),
            c4=("not_yet", day(6)),
        )  # fmt: skip

    def test_next_step_keeps_the_spacing_of_the_policy(self):
        for last, expected in ((-8, ("claim", 2)), (-7, ("not_yet", day(1)))):
            world = ledger(claim(1, -300, level_id=1, level_date=day(last)))
            self.check(world, c1=expected)

    def test_previous_adds_to_the_threshold_before(self):
        item = claim(1, -38, level_id=2, level_date=day(-30))
        self.check(ledger(item), c1=("not_yet", day(1)))  # 1 + 8 + 30 days after due
        item = claim(1, -39, level_id=2, level_date=day(-30))
        self.check(ledger(item), c1=("claim", 3))

    def test_last_level(self):
        item = claim(1, -90, level_id=3, level_date=day(-40))
        self.check(ledger(item), c1="last_level")

    def test_pre_due_level_is_passed_once_overdue(self):
        levels = (EARLY, *LEVELS)
        world = ledger(claim(1, 7), claim(2, 8), claim(3, -1), levels=levels)
        self.check(world, c1=("claim", 4), c2=("not_yet", day(1)), c3=("claim", 1))
        delivered = claim(1, 3, level_id=4, level_date=day(-4))
        self.check(ledger(delivered, levels=levels), c1=("not_yet", day(4)))

    def test_direct_takes_the_highest_reached_but_does_not_open_formally(self):
        direct = {"climb": "direct"}
        self.check(ledger(claim(1, -100), policy=direct), c1=("claim", 2))
        opened = claim(1, -100, level_id=1, level_date=day(-1))
        self.check(ledger(opened, policy=direct), c1=("claim", 3))
        only = (LEVELS[2],)
        self.check(ledger(claim(1, -100), policy=direct, levels=only), c1=("claim", 3))
        self.check(ledger(claim(1, 0), policy=direct), c1=("not_yet", day(1)))

    def test_grace_days_and_other_bases(self):
        levels = (
            Level(1, POLICY, 10, delay_days=20, delay_from="invoice_date"),
            Level(2, POLICY, 20, delay_days=5, delay_from="end_of_month"),
        )
        item = claim(1, -5, invoice_date=day(-25))
        world = ledger(item, levels=levels, profile={"grace_days": 5})
        self.check(world, c1=("claim", 1))
        world = ledger(item, levels=levels, profile={"grace_days": 6})
        self.check(world, c1=("not_yet", day(1)))
        world = ledger(item, levels=levels[1:])
        self.check(world, c1=("not_yet", date(2026, 7, 5)))

    def test_level_of_another_policy_counts_by_its_sequence(self):
        other = Level(20, 8, 25)
        item = claim(1, -100, level_id=20, level_date=day(-60))
        world = ledger(item, levels=(*LEVELS, other), more_policies=(Policy(8),))
        result = self.check(world, c1=("claim", 3))
        self.assertEqual(result.rows[1].own_level_id, 2)

    def test_archived_level_counts_as_the_one_below(self):
        levels = (LEVELS[0], LEVELS[1]._replace(active=False), LEVELS[2])
        item = claim(1, -100, level_id=2, level_date=day(-31))
        result = self.check(ledger(item, levels=levels), c1=("claim", 3))
        self.assertEqual(result.rows[1].own_level_id, 1)

    def test_one_off_only_moves_the_date(self):
        item = claim(1, -100, level_date=day(-1))
        # from the due date to the first level one day passes
        self.check(ledger(item), c1=("claim", 1))
        item = claim(1, -100, level_date=TODAY)
        self.check(ledger(item), c1=("not_yet", day(1)))

    def test_forced_level(self):
        item = claim(1, -1, level_id=2, level_date=TODAY)
        world = ledger(item, claim(2, 3), profile={"forced_level_id": 1})
        self.check(world, c1=("claim", 1), c2="not_yet")
        world = ledger(
            item, profile={"forced_level_id": 1}, move={1: {"forced_level_id": 3}}
        )
        self.check(world, c1=("claim", 3))
        early = ledger(
            claim(1, 30), levels=(EARLY, *LEVELS), profile={"forced_level_id": 4}
        )
        self.check(early, c1=("claim", 4))

    def test_policy_of_the_invoice_then_of_the_customer(self):
        other = Policy(8)
        levels = (*LEVELS, Level(20, 8, 10))
        for values, expected in (
            ({"move": {1: {"policy_id": 8}}}, 8),
            ({"profile": {"policy_id": 8}}, 8),
            ({"move": {1: {"policy_id": 9}}}, POLICY),
            ({"profile": {"dunning_policy_id": None}}, None),
        ):
            archived = Policy(9, active=False)
            world = ledger(
                claim(1, -1), levels=levels, more_policies=(other, archived), **values
            )
            row = plan(world).rows[1]
            self.assertEqual(row.policy_id, expected)
            self.assertEqual(row.code, "claim" if expected else "no_policy")


@tagged("post_install", "-at_install", "credit_control", "credit_control_kernel")
class TestOracleHolds(OracleCase):
    """Holds and netting."""

    def test_holds_of_the_entry_and_the_profile(self):
        for values, expected in (
            ({"move": {1: {"payment_state": "blocked"}}}, "blocked"),
            ({"move": {1: {"payment_state": "in_payment"}}}, "payment_in_process"),
            ({"move": {1: {"payments": (("in_process", False),)}}},
             "payment_in_process"),
            ({"move": {1: {"payments": (("in_process", True),)}}}, "claim"),
            ({"move": {1: {"transactions": ("done", "pending")}}}, "payment_pending"),
            ({"move": {1: {"transactions": ("error",)}}}, "claim"),
            ({"move": {1: {"origin": "factored"}}}, "factored"),
            ({"move": {1: {"origin": "late"}}}, "claim"),
            ({"profile": {"hold_until": TODAY}}, ("on_hold", TODAY)),
            ({"profile": {"hold_until": day(-1)}}, "claim"),
            ({"profile": {"has_reply": True}}, "reply"),
            ({"profile": {"legal_status": "receivership"}}, "insolvency"),
        ):  # fmt: skip
            with self.subTest(values=values):
                self.check(ledger(claim(1, -5), **values), c1=expected)
        self.check(ledger(claim(1, -5, no_followup=True)), c1="no_followup")
        self.check(ledger(claim(1, -5, partner_id=None)), c1="no_partner")

    def test_insolvency_concerns_what_arose_before_the_judgment(self):
        profile = {"legal_status": "liquidation", "legal_date": day(-40)}
        before = claim(1, -15, invoice_date=day(-41))
        after = claim(2, -15, invoice_date=day(-40))
        self.check(ledger(before, after, profile=profile), c1="insolvency", c2="claim")

    def test_promise_by_name_and_by_amount(self):
        items = [claim(number, -10 + number) for number in range(1, 5)]
        named = Promise(1, PROFILE, EUR, Decimal(1), day(3), 2, item_ids=(2,))
        pool = Promise(2, PROFILE, EUR, Decimal(150), day(-2), 2)
        world = ledger(*items, promises=(named, pool))
        self.check(
            world, c1=("promise", TODAY), c2=("promise", day(5)),
            c3=("promise", TODAY), c4="claim",
        )  # fmt: skip
        late = pool._replace(grace_days=1)
        foreign = pool._replace(currency_id=USD)
        kept = pool._replace(state="kept")
        self.check(ledger(*items, promises=(late, foreign, kept)), c1="claim")
        running = pool._replace(plan_state="running")
        self.check(ledger(*items, promises=(running,)), c1=("plan", TODAY), c3="claim")

    def test_contested_part_is_taken_from_the_first_instalments(self):
        items = [claim(number, -10 + number, move_id=1) for number in (1, 2, 3)]
        disputes = (Dispute(1, 1, Decimal(90)), Dispute(2, 1, Decimal(60)))
        world = ledger(
            *items, disputes=(*disputes, Dispute(3, 1, Decimal(500), "settled"))
        )
        result = self.check(world, c1="dispute", c2="claim", c3="claim")
        self.assertEqual(
            [result.rows[n].amount_disputed for n in (1, 2, 3)], [100, 50, 0]
        )
        self.assertEqual(result.notices[0].amount_company, 150)

    def test_what_was_conceded_waits_for_its_credit_note(self):
        conceded = Dispute(
            1, 1, Decimal(100), "accepted", Decimal(100), credit_due=TODAY
        )
        world = ledger(claim(1, -10), claim(2, -10, amount=-5))
        for values, expected in (
            ({}, ("dispute", TODAY)),
            ({"credit_due": TODAY - timedelta(1)}, "claim"),
            ({"credit_due": None}, "claim"),
            ({"conceded": Decimal(0)}, "claim"),
            ({"conceded": Decimal(50), "state": "settled"}, "claim"),
            ({"credit_id": 2}, "claim"),
            ({"state": "rejected"}, "claim"),
            ({"state": "open"}, ("dispute", None)),
        ):
            disputes = (conceded._replace(**values),)
            self.check(world._replace(disputes=disputes), c1=expected)

    def test_first_hold_wins(self):
        world = ledger(
            claim(1, -5, no_followup=True),
            move={1: {"payment_state": "blocked"}},
            disputes=(Dispute(1, 1, Decimal(100)),),
        )
        self.check(world, c1="no_followup")

    def test_a_waiting_notice_keeps_the_whole_customer(self):
        notice = PastNotice(9, PROFILE, 1, "approved", item_ids=(1,))
        world = ledger(claim(1, -5), claim(2, 20), notices=(notice,))
        self.check(world, c1="in_notice", c2="in_notice")
        sent = notice._replace(state="cancelled")
        self.check(ledger(claim(1, -5), notices=(sent,)), c1="claim")

    def test_netting_is_by_currency_and_all_or_nothing(self):
        usd = {"currency_id": USD}
        credit = claim(4, 30, -150)
        world = ledger(claim(1, -5), claim(2, -5), claim(3, -5, **usd), credit)
        self.check(world, c1="claim", c2="claim", c3="claim")
        credit = claim(4, 30, -200, no_followup=True)
        world = ledger(claim(1, -5), claim(2, -5), claim(3, -5, 500, **usd), credit)
        self.check(world, c1="covered", c2="covered", c3="claim")

    def test_netting_looks_at_the_branches_and_leaves_out_held_claims(self):
        credit = claim(4, 30, -100)
        branch = {4: {"company_id": 2}}
        self.check(ledger(claim(1, -5), credit, move=branch), c1="covered")
        # what the branch is owed leaves the company's own claim covered
        owed = claim(2, -9, 5000)
        world = ledger(claim(1, -5), owed, credit, move={2: {"company_id": 2}})
        self.check(world, c1="covered")
        other = {4: {"company_id": 3}}
        self.check(ledger(claim(1, -5), credit, move=other), c1="claim")
        held = claim(2, -5, no_followup=True)
        self.check(ledger(claim(1, -5), held, credit), c1="covered", c2="no_followup")
        waiting = claim(2, -5, level_id=1, level_date=TODAY)
        world = ledger(claim(1, -5), waiting, credit)
        self.check(world, c1="claim", c2="not_yet")

    def test_early_reminder_is_covered_after_the_overdue(self):
        levels = (EARLY, *LEVELS)
        items = (claim(1, -5), claim(2, 5, 200))
        world = ledger(*items, claim(3, 0, -150), levels=levels)
        self.check(world, c1="covered", c2="claim")
        world = ledger(*items, claim(3, 0, -300), levels=levels)
        self.check(world, c1="covered", c2="covered")


@tagged("post_install", "-at_install", "credit_control", "credit_control_kernel")
class TestOracleNotices(OracleCase):
    """Minimums, spacing, recipients and grouping."""

    def test_minimum_falls_back_in_a_direct_policy_only(self):
        levels = (LEVELS[0], LEVELS[1]._replace(min_amount=Decimal(101)))
        item = claim(1, -50)
        self.check(
            ledger(item, levels=levels, policy={"climb": "direct"}), c1=("claim", 1)
        )
        delivered = claim(1, -50, level_id=1, level_date=day(-40))
        self.check(ledger(delivered, levels=levels), c1="below_minimum")
        more = ledger(delivered, claim(2, -1, 1), levels=levels)
        self.check(more, c1=("claim", 2), c2=("claim", 1))
        less = ledger(delivered, claim(2, -1, 1), claim(3, 9, -1), levels=levels)
        self.check(less, c1="below_minimum", c2=("claim", 1))

    def test_minimum_share_is_of_all_open_claims(self):
        levels = (LEVELS[0]._replace(min_share=Decimal(50)),)
        self.check(ledger(claim(1, -5), claim(2, 5), levels=levels), c1="claim")
        world = ledger(claim(1, -5), claim(2, 5, 101), levels=levels)
        self.check(world, c1="below_minimum")

    def test_minimum_is_in_the_currency_of_the_company(self):
        levels = (LEVELS[0]._replace(min_amount=Decimal(51)),)
        world = ledger(claim(1, -5, currency_id=USD), levels=levels)
        self.check(world, c1="below_minimum")

    def test_credit_does_not_reduce_another_currency(self):
        levels = (LEVELS[0]._replace(min_amount=Decimal(50)),)
        items = (claim(1, -5, currency_id=USD), claim(2, 9, -500))
        result = self.check(ledger(*items, levels=levels), c1="claim")
        self.assertEqual(result.notices[0].amount_company, 50)
        mixed = (*items, claim(3, -5, 30), claim(4, 9, -1, currency_id=USD))
        self.check(ledger(*mixed, levels=levels), c1="below_minimum", c3="covered")

    def test_closed_day_moves_to_the_next_open_day(self):
        closed = Calendar(frozenset(range(1, 5)), frozenset({day(1)}))
        world = ledger(
            claim(1, -5), policy={"calendar": closed}, profile={"forced_level_id": 2}
        )
        self.check(world, c1=("closed_day", day(2)))

    def test_hold_out(self):
        policy = {"hold_out_percent": Decimal(100)}
        automatic = [level._replace(is_automatic=True) for level in LEVELS]
        for item, levels, expected in (
            (claim(1, -5), automatic, ("hold_out", day(25))),
            (claim(1, -5), LEVELS, "claim"),
            (claim(1, -30), automatic, "hold_out"),
            (claim(1, -31), automatic, "claim"),
        ):
            self.check(ledger(item, levels=levels, policy=policy), c1=expected)
        # md5("7-50") begins with fadb35db: 4208670171 % 10000 = 171
        for percent, expected in (("1.71", "claim"), ("1.72", "hold_out")):
            policy = {"hold_out_percent": Decimal(percent)}
            self.check(
                ledger(claim(1, -5), levels=automatic, policy=policy), c1=expected
            )

    def test_variant(self):
        # md5("7v50") begins with e3947bc6: 3818159046 % 10000 = 9046
        levels = (*LEVELS, Level(9, 8, 10, delay_days=3))
        for slots, expected in (
            (((0, 9046),), ("claim", 1)),
            (((0, 9), (9046, 9047)), ("claim", 9)),
            (((9047, 10000),), ("claim", 1)),
        ):
            variant = Policy(8, variant_of_id=POLICY, variant_slots=slots)
            world = ledger(claim(1, -5), levels=levels, more_policies=(variant,))
            self.check(world, c1=expected)
            by_hand = {"policy_id": POLICY}
            for way in ({"profile": by_hand}, {"move": {1: by_hand}}):
                world = ledger(
                    claim(1, -5), levels=levels, more_policies=(variant,), **way
                )
                self.check(world, c1=("claim", 1))
            archived = variant._replace(active=False)
            world = ledger(claim(1, -5), levels=levels, more_policies=(archived,))
            self.check(world, c1=("claim", 1))

    def test_days_between_notices(self):
        policy = {"min_days_between": 7}
        levels = (*LEVELS, EARLY, Level(9, POLICY, 90, channels=frozenset({"call"})))
        for level, sent, expected in (
            (2, -6, ("spacing", day(1))),
            (2, -7, "claim"),
            (4, -1, "claim"),
            (9, -1, "claim"),
        ):
            notice = PastNotice(9, PROFILE, level, "sent", day(sent))
            world = ledger(
                claim(1, -5), policy=policy, levels=levels, notices=(notice,)
            )
            self.check(world, c1=expected)
            forced = ledger(
                claim(1, -5), policy=policy, levels=levels, notices=(notice,),
                profile={"forced_level_id": 1},
            )  # fmt: skip
            self.check(forced, c1="claim")

    def test_one_policy_of_a_customer_at_a_time(self):
        other = Policy(8, min_days_between=3)
        levels = (*LEVELS, Level(20, 8, 10))
        items = (claim(1, -5), claim(2, -5, 101))
        values = {"more_policies": (other,), "levels": levels}
        world = ledger(*items, move={1: {"policy_id": 8}}, **values)
        self.check(world, c1=("spacing", day(3)), c2="claim")
        world = ledger(*items, move={2: {"policy_id": 8}}, **values)
        self.check(world, c1=("spacing", TODAY), c2="claim")
        forced = {1: {"policy_id": 8, "forced_level_id": 1}}
        result = self.check(
            ledger(*items, move=forced, **values), c1=("claim", 1), c2="spacing"
        )
        self.assertEqual([notice.policy_id for notice in result.notices], [8])

    def test_no_recipient(self):
        letter = [level._replace(channels=frozenset({"letter"})) for level in LEVELS]
        call = [level._replace(channels=frozenset({"call"})) for level in LEVELS]
        behind = [level._replace(fallbacks=("sms", "letter")) for level in LEVELS]
        nothing = [level._replace(channels=frozenset()) for level in behind]
        both = Contact(6, 5, street="Rue", city="Lyon", phone="+33")
        for levels, contact, expected in (
            (LEVELS, both, "no_recipient"),
            (letter, both, "claim"),
            (letter, both._replace(city=None), "no_recipient"),
            (letter, both._replace(active=False), "no_recipient"),
            (call, both, "claim"),
            (behind, both, "claim"),
            (behind, both._replace(city=None), "claim"),
            (behind, both._replace(city=None, phone=None), "no_recipient"),
            (nothing, both, "no_recipient"),
        ):
            world = ledger(claim(1, -5), levels=levels, contacts=(contact,))
            self.check(world, c1=expected)

    def test_grouping_and_what_accompanies(self):
        items = (
            claim(1, -20),
            claim(2, -20, level_id=1, level_date=day(-9)),
            claim(3, -10, level_id=1, level_date=TODAY),
            claim(4, 10),
            claim(5, 10, -30),
            claim(6, -10, no_followup=True),
        )
        info = {(4, "info", None), (5, "info", None), (6, "info", None)}
        first, second, other = (1, "claim", 1), (2, "claim", 2), (3, "reminder", 1)
        lines = {
            "customer": {(2, frozenset({first, second, other, *info}))},
            "level": {(1, frozenset({first})), (2, frozenset({second, other, *info}))},
            "invoice": {
                (1, frozenset({first, other, *info})),
                (2, frozenset({second})),
            },
        }
        for grouping, expected in lines.items():
            with self.subTest(grouping=grouping):
                result = plan(ledger(*items, policy={"grouping": grouping}))
                found = {(notice.level_id, notice.lines) for notice in result.notices}
                self.assertEqual(found, expected)
                total = sum(notice.amount_company for notice in result.notices)
                self.assertEqual(total, 270)
