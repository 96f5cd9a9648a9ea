"""The check before sending against the plain Python oracle, on random changes."""

import os
from collections import defaultdict
from datetime import timedelta
from itertools import count

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import split_every

from .oracle_changes import MOST, change, lively
from .oracle_common import OracleCommon
from .oracle_facts import Answer, Waiting
from .oracle_ledger import DATES
from .oracle_report import facts, tell
from .oracle_sending import cancelled, check

# random ledgers, the same every time; more of them for a longer look
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "400"))
BATCH = 50  # ledgers that are sent together
# how many days after the plan the notices go
DELAYS = dict(zip(DATES, (0, 2, 0, 4), strict=True))


@tagged("post_install", "-at_install", "credit_control")
class TestSendingOracle(OracleCommon):
    """Notices are planned, the ledger changes, and what is dropped is compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forget_policies()

    def rehearse(self, originals, alter):
        """Plan ledgers, change them, check before sending, and take all back.

        :param alter: function from a ledger to the changed one, on the day of
            sending, and the profiles merged
        :return: of each ledger, it after the changes, its lines, what the database and
            what the oracle says of them
        """
        with self.env.cr.savepoint() as savepoint:
            written = self.writer.write(originals, room=MOST)
            run = self.plan(written[0].company_id, written[0].date)
            self.env.cr.execute(
                "UPDATE dunning_notice SET state = 'approved' "
                "WHERE run_id = %s AND state = 'draft'",
                [run.id],
            )
            self.env.invalidate_all()
            lines = self.read_lines(run)
            after = self.writer.change([alter(one) for one in originals])
            after = [self.with_new_profiles(ledger) for ledger in after]
            lines = self.follow_profiles(lines)
            with freeze_time(after[0].date):
                run.sudo().notice_ids._check_ledger()
                self.env.flush_all()
            answers, dead = self.read_answers(run)
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        found = []
        for before, ledger in zip(written, after, strict=True):
            ids = {item.id for item in before.items}
            own = [line for line in lines if line.item_id in ids]
            found.append((ledger, own, answers, dead))
        return found

    def read_lines(self, run):
        """The demanded lines of the notices of a run, with the items they had."""
        self.env.cr.execute(
            """
            SELECT line.id, notice.id, notice.profile_id, line.move_line_id,
                   line.currency_id, line.kind, line.days_overdue > 0,
                   line.is_forced IS TRUE, policy.id, policy.grouping
              FROM dunning_notice_line line
              JOIN dunning_notice notice ON notice.id = line.notice_id
              JOIN dunning_policy policy ON policy.id = notice.policy_id
             WHERE notice.run_id = %s AND notice.state = 'approved'
               AND line.kind <> 'info'
            """,
            [run.id],
        )
        return [Waiting(*row) for row in self.env.cr.fetchall()]

    def follow_profiles(self, lines):
        """The lines with the profiles their notices have now."""
        self.env.cr.execute("SELECT id, profile_id FROM dunning_notice")
        profiles = dict(self.env.cr.fetchall())
        return [line._replace(profile_id=profiles[line.notice_id]) for line in lines]

    def read_answers(self, run):
        """What was written on the lines, and the ids of the notices cancelled."""
        self.env.cr.execute(
            """
            SELECT line.id, line.is_dropped, line.hold_code, line.amount_residual,
                   line.amount_disputed, notice.id, notice.state = 'cancelled'
              FROM dunning_notice_line line
              JOIN dunning_notice notice ON notice.id = line.notice_id
             WHERE notice.run_id = %s AND line.kind <> 'info'
            """,
            [run.id],
        )
        answers, dead = {}, set()
        rows = self.env.cr.fetchall()
        for line_id, dropped, code, *amounts, notice_id, is_dead in rows:
            answers[line_id] = Answer(code) if dropped else Answer(None, *amounts)
            if is_dead:
                dead.add(notice_id)
        return answers, dead

    @staticmethod
    def differences(ledger, lines, found, dead):
        """Where the database differs from the oracle, in words."""
        wanted = check(ledger, lines)
        ids = {line.notice_id for line in lines}
        told = [
            f"line of item {line.item_id} in notice {line.notice_id}: "
            f"{wanted[line.id]} expected, is {found[line.id]}"
            for line in lines
            if wanted[line.id] != found[line.id]
        ]
        wrong = (dead & ids) ^ cancelled(lines, wanted)
        return told + [f"notice {number} dropped or not" for number in sorted(wrong)]

    def compare(self, ledgers, alter):
        """Fail with the facts of the smallest ledger that differs.

        :return: how often each answer was given
        """
        by_run = defaultdict(list)
        for ledger in ledgers:
            by_run[ledger.company_id, ledger.date].append(ledger)
        failures, counts = [], defaultdict(int)
        batches = [
            batch
            for _key, originals in sorted(by_run.items())
            for batch in split_every(BATCH, originals)
        ]
        for originals in batches:
            for ledger, lines, found, dead in self.rehearse(originals, alter):
                told = self.differences(ledger, lines, found, dead)
                if told:
                    failures.append([*told, "", *map(tell, lines), *facts(ledger)])
                for line in lines:
                    counts[found[line.id].code] += 1
        if failures:
            head = f"{len(failures)} of {len(ledgers)} ledgers differ; the smallest:"
            self.fail("\n".join([head, *min(failures, key=len)]))
        return counts

    # === TESTS === #
    def test_nothing_is_dropped_when_nothing_changed(self):
        """The check finds no more against a notice than the plan did."""
        some = lively(EXAMPLES)[: EXAMPLES // 3]
        counts = self.compare(some, lambda ledger: (ledger, {}))
        self.assertEqual(list(counts), [None])

    def test_what_changed_is_dropped_as_the_oracle_says(self):
        """Line by line: whether it goes, why not, and for how much."""
        numbers = count()

        def alter(ledger):
            date = ledger.date + timedelta(DELAYS[ledger.date])
            return change(ledger, next(numbers), date)

        counts = self.compare(lively(EXAMPLES), alter)
        expected = (
            "gone", "not_posted", "paid", "other_customer", "not_due", "no_followup",
            "blocked", "insolvency", "handed_over", "factored", "plan", "promise",
            "dispute", "payment_pending", "payment_in_process", "on_hold", "reply",
            "covered", "deadline", None,
        )  # fmt: skip
        rare = {str(code): counts[code] for code in expected if counts[code] < 2}
        self.assertFalse(rare, f"too few examples of these, of {dict(counts)}")
