"""Two transactions plan the same company; run by Odoo's Python.

    python plan_workers.py CONFIG DATABASE

Prints one line of JSON: what each scenario found.
"""

import json
import sys
import threading

from psycopg2.errors import SerializationFailure

import odoo
from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

from refresh_writers import MARK, World

CUSTOMERS = 20


def start(world):
    """Give the company a policy and customers with an overdue invoice."""
    ids = world.customers(CUSTOMERS)
    with world.transaction() as env:
        company = env.company
        policy = env["dunning.policy"].create(
            {
                "name": "Workers",
                "level_ids": [
                    fields.Command.create(
                        {
                            "name": "First",
                            "delay_days": 5,
                            "subject": "Reminder",
                            "body_html": "<p>Please pay.</p>",
                        }
                    )
                ],
            }
        )
        profiles = env["credit.profile"].browse(ids)
        profiles.policy_id = policy
        for profile in profiles:
            profile.partner_id.email = f"worker.{profile.id}@customer.example"
        company.dunning_is_started = True
        env.cr.commit()
    with world.transaction() as env:
        world.sell(env, ids, 100)
        env.cr.commit()


def plan(env):
    """Do what the scheduled action does for one company."""
    today = env.company._dunning_today()[env.company]
    return env["dunning.run"]._plan_company(env.company, today)


def counts(world):
    """Return runs, live lines and lines that are live twice, as all see them."""
    with world.transaction() as env:
        env.cr.execute(
            """
            SELECT (SELECT count(*) FROM dunning_run WHERE state <> 'cancelled'),
                   count(*), count(*) - count(DISTINCT move_line_id)
              FROM dunning_notice_line WHERE is_live
            """
        )
        return env.cr.fetchone()


def while_another_plans(world):
    """A person is told to wait, the scheduled action goes on without the company."""
    with world.transaction() as one, world.transaction() as two:
        run = two["dunning.run"].create(
            {"date": fields.Date.subtract(fields.Date.today(), days=1)}
        )
        planned = plan(one).notice_count
        try:
            run.action_plan()
            told = ""
        except UserError as error:
            told = str(error)
        skipped = not plan(two)
        two.cr.rollback()
        one.cr.rollback()
    return {"planned": planned, "told": told, "skipped": skipped}


def after_the_snapshot(world):
    """A plan committed since the transaction began: refused, then nothing is new."""
    with world.transaction() as one, world.transaction() as two:
        run = plan(one)
        one.cr.commit()
        try:
            with two.cr.savepoint():
                two.company._lock_for_planning()
            refused = False
        except SerializationFailure:
            refused = True
        skipped = not plan(two)
        two.cr.rollback()
        again = two["dunning.run"].browse(run.id)
        again.action_plan()
        two.cr.commit()
    return {"refused": refused, "skipped": skipped, "counts": counts(world)}


def crowd(world):
    """Four threads plan again and again while invoices are posted."""
    errors = []

    def work(number):
        for turn in range(5):
            try:
                with world.transaction() as env:
                    if number == 0:
                        ids = env["credit.profile"].search([], limit=3, order="id").ids
                        world.sell(env, ids, 10 + turn)
                    else:
                        plan(env)
                    env.cr.commit()
            except Exception as error:  # noqa: BLE001 - told by the test
                errors.append(repr(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"errors": errors, "counts": counts(world)}


def main(config, database):
    """Run all scenarios."""
    odoo.tools.config.parse_config(["-c", config, "-d", database, "--log-level=warn"])
    world = World(Registry(database))
    start(world)
    scenarios = (while_another_plans, after_the_snapshot, crowd)
    found = {scenario.__name__: scenario(world) for scenario in scenarios}
    sys.stdout.write(f"{MARK}{json.dumps(found)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
