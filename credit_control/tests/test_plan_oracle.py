"""The SQL pipeline against the plain Python oracle, on random ledgers."""

import os
from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from freezegun import freeze_time
from psycopg2 import Error

from odoo.tests import tagged

from .oracle_common import OracleCommon
from .oracle_facts import Notice, Result, Row, commercial_partners
from .oracle_ledger import examples
from .oracle_plan import plan
from .oracle_report import differences, facts, shrink

# random ledgers, the same every time; more of them for a longer look
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "600"))


def cents(amount):
    """An amount as it is shown in the currency of the company."""
    return Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@tagged("post_install", "-at_install", "credit_control")
class TestPlanOracle(OracleCommon):
    """Every ledger is planned in the database and by the oracle: nothing may differ."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pipeline = cls.env["dunning.pipeline"]
        cls.forget_policies()

    # === WHAT EACH SIDE SAYS === #
    def computed(self, company_id, date):
        """The pipeline's :class:`Result` of a company and day, without a run."""
        company = self.env["res.company"].browse(company_id)
        rows = self.pipeline._rows(company, date)
        notices = [
            self.as_notice(
                notice,
                [{**line, "move_line_id": line["id"]} for line in notice["lines"]],
                0,
            )
            for notice in self.pipeline._notices()
        ]
        return Result({row["move_line_id"]: self.as_row(row) for row in rows}, notices)

    @staticmethod
    def as_row(row):
        return Row(
            row["move_line_id"],
            row["kind"] or "none",
            row["code"],
            row["level_id"],
            row["own_level_id"],
            row["amount_disputed"],
            row["until"],
            row["policy_id"],
        )

    @staticmethod
    def as_notice(notice, lines, amount):
        return Notice(
            notice["profile_id"],
            notice["policy_id"],
            notice["level_id"],
            frozenset(
                (line["move_line_id"], line["kind"], line["level_id"]) for line in lines
            ),
            cents(amount),
        )

    def planned(self, company_id, date):
        """The notices that a run of a company and day makes, as :class:`Result`."""
        run = self.plan(company_id, date)
        with freeze_time(date):
            run.action_plan()  # adds nothing
            self.env.flush_all()
        lines = defaultdict(list)
        self.env.cr.execute(
            "SELECT notice_id, move_line_id, kind, level_id FROM dunning_notice_line"
        )
        for line in self.env.cr.dictfetchall():
            lines[line["notice_id"]].append(line)
        self.env.cr.execute(
            "SELECT * FROM dunning_notice WHERE run_id = %s AND state = 'draft'",
            [run.id],
        )
        return Result(
            {},
            [
                self.as_notice(row, lines[row["id"]], row["amount_company"])
                for row in self.env.cr.dictfetchall()
            ],
        )

    @staticmethod
    def expected(ledger):
        """The oracle's result, rounded as the currency of the company."""
        result = plan(ledger)
        notices = [
            notice._replace(amount_company=cents(notice.amount_company))
            for notice in result.notices
        ]
        return result._replace(notices=notices)

    @staticmethod
    def superseded(ledger):
        """The ledger after a run cancelled the drafts of the days before it."""
        ours = {p.id for p in ledger.profiles if p.company_id == ledger.company_id}
        notices = tuple(
            notice._replace(state="cancelled")
            if notice.state == "draft"
            and not notice.is_edited
            and notice.planned_on < ledger.date
            and notice.profile_id in ours
            else notice
            for notice in ledger.notices
        )
        return ledger._replace(notices=notices)

    @staticmethod
    def share(found, ledger):
        """The part of a result that concerns one ledger."""
        items = {item.id for item in ledger.items}
        profiles = {profile.id for profile in ledger.profiles}
        return Result(
            {item_id: row for item_id, row in found.rows.items() if item_id in items},
            [notice for notice in found.notices if notice.profile_id in profiles],
        )

    # === COMPARISON === #
    def differ_computed(self, ledger, found):
        """Where the pipeline differs on a ledger; amounts are the run's affair."""
        wanted = self.expected(ledger)
        notices = [notice._replace(amount_company=0) for notice in wanted.notices]
        wanted = wanted._replace(notices=notices)
        return differences(wanted, self.share(found, ledger))

    def differ_planned(self, ledger, found):
        """Where a run differs on a ledger."""
        ledger = self.with_new_profiles(self.superseded(ledger))
        wanted = self.expected(ledger)._replace(rows={})
        return differences(wanted, self.share(found, ledger))

    def compare(self, read, differ):
        """Plan the ledgers, together those of the same company and day."""
        by_run = defaultdict(list)
        for ledger in examples(EXAMPLES):
            by_run[ledger.company_id, ledger.date].append(ledger)
        failures = []
        for _key, originals in sorted(by_run.items()):
            answers = self.attempt(originals, read, differ)
            failures += [
                (original, ledger, lines)
                for original, (ledger, lines) in zip(originals, answers, strict=True)
                if lines
            ]
        if failures:
            self.fail(self.explain(failures, read, differ))

    def attempt(self, originals, read, differ):
        """Write and plan ledgers, and take all back.

        :return: of each ledger, it as it was written, and where it differs
        """
        with self.env.cr.savepoint() as savepoint:
            written = self.writer.write(originals)
            found = read(written[0].company_id, written[0].date)
            answers = [(ledger, differ(ledger, found)) for ledger in written]
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return answers

    def explain(self, failures, read, differ):
        """The first difference on as few facts as possible, and how many there are."""

        def fails(original):
            try:
                return bool(self.attempt([original], read, differ)[0][1])
            except Error:  # a ledger that the database does not take
                return False

        original, ledger, lines = min(failures, key=lambda failure: len(failure[2]))
        if fails(original):
            small = shrink(original, fails)
            [(ledger, lines)] = self.attempt([small], read, differ)
        others = [failure[2][0] for failure in failures if failure[0] is not original]
        head = f"{len(failures)} of {EXAMPLES} ledgers differ; one of them, made small:"
        return "\n".join(
            [head, *lines, "", "The facts:", *facts(ledger), "", "Others:", *others]
        )

    # === TESTS === #
    def test_pipeline_says_what_the_oracle_says(self):
        """Code, level, contested part, day and policy of every open claim; notices."""
        self.compare(self.computed, self.differ_computed)

    def test_run_makes_the_notices_of_the_oracle(self):
        """After the drafts of earlier days are superseded."""
        self.compare(self.planned, self.differ_planned)

    def test_one_statement_says_the_same_for_some_customers(self):
        """``explain`` and the plan are one set of rules, run in two ways."""
        by_run = defaultdict(list)
        for ledger in examples(EXAMPLES)[:100]:
            by_run[ledger.company_id, ledger.date].append(ledger)
        for _key, originals in sorted(by_run.items()):
            written = self.writer.write(originals)
            company = self.env["res.company"].browse(written[0].company_id)
            ids = [profile.id for led in written for profile in led.profiles]
            date = written[0].date
            planned = self.pipeline._rows(company, date)
            explained = self.pipeline._explain_rows(company, date, ids)
            self.assertTrue(explained)
            self.assertEqual(
                explained, [row for row in planned if row["profile_id"] in ids]
            )

    def test_examples_meet_every_rule(self):
        """The ledgers are varied enough to hit each code many times."""
        counts = defaultdict(int)
        for ledger in examples(EXAMPLES):
            for row in plan(ledger).rows.values():
                counts[row.code] += 1
                counts[row.kind] += 1
        expected = [
            "claim", "reminder", "info", "in_notice", "no_partner", "no_followup",
            "blocked", "insolvency", "handed_over", "factored", "plan", "promise",
            "dispute", "payment_pending", "payment_in_process", "on_hold", "reply",
            "covered", "no_policy", "not_yet", "last_level", "closed_day", "hold_out",
            "below_minimum", "spacing", "no_recipient",
        ]  # fmt: skip
        rare = {name: counts[name] for name in expected if counts[name] < 5}
        self.assertFalse(rare, "too few examples of these")

    def test_examples_meet_every_shape_of_customer(self):
        """Nested contacts, companies below companies, no profile, archived levels."""
        counts = defaultdict(int)
        for ledger in examples(EXAMPLES):
            for shape in self.shapes(ledger, plan(ledger)):
                counts[shape] += 1
        expected = (
            "no profile", "item of a nested contact", "sent to a nested contact",
            "child company reminded", "former customer's profile",
            "archived level forced", "archived customer reminded",
            "taken by a variant", "left to the main policy",
            "waits for the days to pay",
        )  # fmt: skip
        rare = {name: counts[name] for name in expected if counts[name] < 5}
        self.assertFalse(rare, "too few examples of these")

    def shapes(self, ledger, result):
        """What is special about the customers of a ledger."""
        contacts = {contact.id: contact for contact in ledger.contacts}
        customers = commercial_partners(ledger.contacts)
        profiles = {profile.id: profile.partner_id for profile in ledger.profiles}
        deadlines = set(self.deadlines(ledger))
        for item in ledger.items:
            if item.id in result.rows:
                if (item.id, result.rows[item.id].until) in deadlines:
                    yield "waits for the days to pay"
                yield from self.item_shapes(ledger, item, result.rows[item.id])
        for notice in result.notices:
            customer = contacts[profiles[notice.profile_id]]
            if customer.parent_id:
                yield "child company reminded"
            if not customer.active:
                yield "archived customer reminded"
        if any(customers[p.partner_id] != p.partner_id for p in ledger.profiles):
            yield "former customer's profile"

    @staticmethod
    def deadlines(ledger):
        """Pairs of an item and the day after its days to pay, since a receipt."""
        days = {level.id: level.deadline_days for level in ledger.levels}
        for notice in ledger.notices:
            if notice.received and days[notice.level_id]:
                day = notice.received + timedelta(days[notice.level_id] + 1)
                yield from ((item_id, day) for item_id in notice.item_ids)

    @staticmethod
    def item_shapes(ledger, item, row):
        """What is special about an item of which the plan says something."""
        contacts = {contact.id: contact for contact in ledger.contacts}
        customers = commercial_partners(ledger.contacts)
        owned = {(p.partner_id, p.company_id) for p in ledger.profiles}
        move = next(move for move in ledger.moves if move.id == item.move_id)
        levels = {level.id: level for level in ledger.levels}

        def is_nested(contact_id):
            parent_id = contact_id and contacts[contact_id].parent_id
            return parent_id and customers[contact_id] not in (parent_id, contact_id)

        owner = customers.get(item.partner_id), move.company_id
        if item.partner_id and owner not in owned:
            yield "no profile"
        yield from TestPlanOracle.variant_shapes(ledger, move, row, owner)
        if row.kind != "claim":
            return
        if is_nested(item.partner_id):
            yield "item of a nested contact"
        if is_nested(move.partner_id):
            yield "sent to a nested contact"
        if not levels[row.level_id].active:
            yield "archived level forced"

    @staticmethod
    def variant_shapes(ledger, move, row, owner):
        """On which side of a draw an item is, unless a person chose its policy."""
        for profile in ledger.profiles:
            by_hand = move.policy_id or profile.policy_id
            if by_hand or (profile.partner_id, profile.company_id) != owner:
                continue
            for variant in ledger.policies:
                if (
                    variant.active
                    and variant.variant_of_id == profile.dunning_policy_id
                ):
                    is_taken = row.policy_id == variant.id
                    yield (
                        "taken by a variant" if is_taken else "left to the main policy"
                    )
