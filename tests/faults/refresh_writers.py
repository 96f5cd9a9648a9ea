"""Two transactions change the ledger of the same customers; run by Odoo's Python.

    python refresh_writers.py CONFIG DATABASE

Prints one line of JSON: what each scenario found.
"""

import contextlib
import json
import sys
import threading

import odoo
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry

MARK = "@"


class World:
    """A company with two journals, and transactions on connections of their own."""

    def __init__(self, registry):
        self.registry = registry
        with self.transaction() as env:
            company = env.company
            if not company.chart_template:
                env["account.chart.template"].try_loading("generic_coa", company)
            # a number of each journal is taken by one transaction at a time
            income = env["account.account"].search(
                [("account_type", "=", "income"), ("company_ids", "in", company.ids)],
                limit=1,
            )
            self.journals = [
                env["account.journal"]
                .create(
                    {
                        "name": f"Writer {code}",
                        "code": code,
                        "type": "sale",
                        "default_account_id": income.id,
                    }
                )
                .id
                for code in ("WRA", "WRB")
            ]
            env.cr.commit()

    @contextlib.contextmanager
    def transaction(self):
        """Yield an environment whose snapshot is taken now; nothing is committed."""
        with contextlib.closing(self.registry.cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute("SELECT 1 FROM credit_profile LIMIT 1")
            yield env

    def customers(self, count=1):
        """Return ids of new profiles."""
        with self.transaction() as env:
            profiles = env["credit.profile"]
            for number in range(count):
                partner = env["res.partner"].create(
                    # core's first invoice of a customer writes the partner itself
                    {
                        "name": f"Writer {number}",
                        "is_company": True,
                        "customer_rank": 1,
                    }
                )
                profiles += profiles.get_profile(partner, env.company)
            env.cr.commit()
            return profiles.ids

    def sell(self, env, profile_ids, amount, journal=0):
        """Post an invoice for each profile, overdue, and flush."""
        day = fields.Date.subtract(fields.Date.today(), days=40)
        profiles = env["credit.profile"].browse(profile_ids)
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": profile.partner_id.id,
                    "journal_id": self.journals[journal],
                    "invoice_date": day,
                    "invoice_payment_term_id": False,
                    "invoice_date_due": day,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Goods", "price_unit": amount, "tax_ids": False}
                        )
                    ],
                }
                for profile in profiles
            ]
        )
        moves.action_post()
        env.flush_all()

    def stored(self, profile_ids):
        """Return the stored sums, as anybody sees them now."""
        with self.transaction() as env:
            return env["credit.profile"].browse(profile_ids).mapped("amount_due")

    def queued(self):
        """Return the ids of the queued profiles."""
        with self.transaction() as env:
            return env["credit.profile.refresh"].search([]).profile_id.ids

    def refresh(self):
        """Run the scheduled action of the queue."""
        with self.transaction() as env:
            env["credit.profile.refresh"]._cron_refresh_queue()
            env.cr.commit()


def held(world):
    """The row is locked by the other: neither wait nor failure, and right at last."""
    ids = world.customers()
    with world.transaction() as one, world.transaction() as two:
        world.sell(one, ids, 100)
        two.cr.execute("SET LOCAL lock_timeout = '2s'")
        world.sell(two, ids, 10, journal=1)
        seen = two["credit.profile"].browse(ids).mapped("amount_due")
        two.cr.commit()
        one.cr.commit()
    found = {"seen": seen, "queued": world.queued() == ids}
    world.refresh()
    return {**found, "stored": world.stored(ids), "left": world.queued()}


def overtaken(world):
    """The other committed after this one's snapshot."""
    ids = world.customers()
    with world.transaction() as one, world.transaction() as two:
        world.sell(one, ids, 100)
        one.cr.commit()
        world.sell(two, ids, 10, journal=1)
        seen = two["credit.profile"].browse(ids).mapped("amount_due")
        two.cr.commit()
    found = {"seen": seen, "queued": world.queued() == ids}
    world.refresh()
    return {**found, "stored": world.stored(ids), "left": world.queued()}


def one_of_many(world):
    """One row of twenty is another's: the nineteen others are computed at once."""
    ids = world.customers(20)
    with world.transaction() as one, world.transaction() as two:
        world.sell(one, ids[7:8], 100)
        one.cr.commit()
        world.sell(two, ids, 10, journal=1)
        two.cr.commit()
    found = {"queued": world.queued() == ids[7:8], "now": world.stored(ids)}
    world.refresh()
    return {**found, "stored": world.stored(ids), "left": world.queued()}


def same_figures(world):
    """The first changed nothing that shows: the second must not write over it."""
    ids = world.customers()
    with world.transaction() as one, world.transaction() as two:
        one["credit.profile"].browse(ids)._request_refresh()
        one.flush_all()
        one.cr.commit()
        world.sell(two, ids, 10, journal=1)
        two.cr.commit()
    found = {"queued": world.queued() == ids}
    world.refresh()
    return {**found, "stored": world.stored(ids), "left": world.queued()}


def still_held(world):
    """The scheduled action comes while the row is held: it comes back, no loop."""
    ids = world.customers()
    with world.transaction() as one, world.transaction() as two:
        world.sell(one, ids, 100)
        world.sell(two, ids, 10, journal=1)
        two.cr.commit()
        world.refresh()
        found = {"queued": world.queued() == ids}
        one.cr.commit()
    world.refresh()
    return {**found, "stored": world.stored(ids), "left": world.queued()}


def crowd(world):
    """Two threads sell to the same customers, ten times each."""
    ids = world.customers(3)
    errors = []

    def work(journal):
        for _turn in range(10):
            try:
                with world.transaction() as env:
                    world.sell(env, ids, 1, journal=journal)
                    env.cr.commit()
            except Exception as error:  # noqa: BLE001 - told by the test
                errors.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.refresh()
    return {"errors": errors, "stored": world.stored(ids), "left": world.queued()}


def main(config, database):
    """Run all scenarios."""
    odoo.tools.config.parse_config(["-c", config, "-d", database, "--log-level=warn"])
    world = World(Registry(database))
    world.refresh()
    scenarios = (held, overtaken, one_of_many, same_figures, still_held, crowd)
    found = {scenario.__name__: scenario(world) for scenario in scenarios}
    sys.stdout.write(f"{MARK}{json.dumps(found)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
