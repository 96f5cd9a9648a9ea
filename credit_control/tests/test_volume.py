"""Planning and approving cost the same number of queries, however many customers."""

from decimal import Decimal

from freezegun import freeze_time

from odoo.tests import tagged

from .oracle_common import OracleCommon
from .oracle_facts import Contact, Item, Ledger, Level, Move, Policy, Profile, Promise
from .oracle_ledger import COMPANY, DATES, OWN, rates_on

TODAY = DATES[0]
SIZES = (10, 300)


@tagged("post_install", "-at_install", "credit_control")
class TestVolume(OracleCommon):
    """Steps over many rows are set-based."""

    @staticmethod
    def ledger(size):
        """``size`` customers with two overdue claims and an open credit each."""
        day = TODAY.replace(month=5, day=1)
        customers = range(1, size + 1)

        def items(number):
            for place, amount in enumerate((100, 70, -20)):
                move_id = 3 * number - place
                yield Item(
                    move_id, move_id, number, OWN, day, day, Decimal(amount), day
                )

        return Ledger(
            COMPANY,
            TODAY,
            frozenset({COMPANY}),
            rates_on(TODAY),
            levels=(Level(1, 1), Level(2, 1, 20, delay_days=20, is_automatic=True)),
            policies=(Policy(1, climb="direct", min_days_between=7),),
            profiles=tuple(
                Profile(number, number, COMPANY, dunning_policy_id=1)
                for number in customers
            ),
            contacts=tuple(
                Contact(number, email=f"c{number}@customer.example")
                for number in customers
            ),
            moves=tuple(Move(number, COMPANY) for number in range(1, 3 * size + 1)),
            items=tuple(item for number in customers for item in items(number)),
            promises=tuple(
                Promise(place, number, OWN, Decimal(70), TODAY)
                for place, number in enumerate(range(1, size, 5), 1)
            ),
        )

    def count(self, size):
        """Queries of planning, planning again, approving and queueing."""
        counts = {}

        def counted(name, step):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            step()
            self.env.flush_all()
            counts[name] = self.env.cr.sql_log_count - start

        with self.env.cr.savepoint() as savepoint:
            self.writer.write([self.ledger(size)])
            run = self.env["dunning.run"].create(
                {"company_id": self.companies[COMPANY].id, "date": TODAY}
            )
            counted("plan", run.action_plan)
            counted("again", run.action_plan)
            notices = run.notice_ids
            self.assertEqual(len(notices), size)
            self.assertEqual(set(notices.mapped("state")), {"draft"})
            counted("approve", run.action_approve)
            self.assertEqual(set(notices.mapped("state")), {"approved"})
            counted("queue", run.action_send)
            counted("cancel", run.action_cancel)
            self.assertEqual(set(notices.mapped("state")), {"cancelled"})
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return counts

    def test_queries_do_not_grow_with_the_customers(self):
        with freeze_time(TODAY):
            self.count(2)  # fills the caches of the registry
            small, large = (self.count(size) for size in SIZES)
        self.assertEqual(small, large)
