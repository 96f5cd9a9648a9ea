"""Two transactions judge, pay or confirm the same promises; run by Odoo's Python.

    python promise_workers.py CONFIG DATABASE

Prints one line of JSON: what each scenario found.
"""

import json
import sys
import threading

from plan_workers import plan, start
from psycopg2.errors import SerializationFailure

import odoo
from odoo import Command, fields
from odoo.modules.registry import Registry

from refresh_writers import MARK, World


def promise(world, days=5, state="pending", amount=100):
    """Return the ids of a promise of a new customer's invoice, and of his profile."""
    [profile_id] = world.customers()
    with world.transaction() as env:
        world.sell(env, [profile_id], 100)
        profile = env["credit.profile"].browse(profile_id)
        item = env["account.move.line"].search(
            [
                ("partner_id", "=", profile.partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        record = env["credit.promise"].create(
            {
                "profile_id": profile_id,
                "amount": amount,
                "date": fields.Date.add(fields.Date.today(), days=days),
                "grace_days": 0,
                "move_line_ids": item.ids,
                "state": state,
            }
        )
        env.cr.commit()
        return record.id, profile_id


def pay(env, promise_id):
    """Book a payment of the promised items and match it with them."""
    items = env["credit.promise"].browse(promise_id).move_line_ids
    amount = sum(items.mapped("amount_residual"))
    journal = env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", env.company.id)], limit=1
    )
    entry = env["account.move"].create(
        {
            "journal_id": journal.id,
            "line_ids": [
                Command.create(
                    {
                        "account_id": items.account_id.id,
                        "partner_id": items.partner_id.id,
                        "credit": amount,
                    }
                ),
                Command.create(
                    {
                        "account_id": env["account.account"]
                        .search([("account_type", "=", "asset_current")], limit=1)
                        .id,
                        "debit": amount,
                    }
                ),
            ],
        }
    )
    entry.action_post()
    received = entry.line_ids.filtered(lambda line: line.partner_id and line.credit)
    (received | items).reconcile()
    env.flush_all()


def judge(env):
    """Do what the scheduled action does for one company; return what changed."""
    changed = env["credit.promise"]._update_due(env.company).ids
    env.flush_all()
    return changed


def told(world, promise_id, profile_id):
    """Return state and paid amount of a promise, and the events of its customer."""
    with world.transaction() as env:
        record = env["credit.promise"].browse(promise_id)
        events = env["credit.event"].search(
            [("profile_id", "=", profile_id), ("kind", "=", "promise_broken")]
        )
        return [record.state, record.amount_kept, events.mapped("state")]


def judged_twice(world):
    """The second leaves out what the first holds, and neither waits."""
    broken, profile_id = promise(world, days=-1)
    with world.transaction() as one, world.transaction() as two:
        first = judge(one)
        two.cr.execute("SET LOCAL lock_timeout = '2s'")
        second = judge(two)
        two.cr.commit()
        one.cr.commit()
    return {
        "first": first == [broken],
        "second": second,
        "told": told(world, broken, profile_id),
    }


def judged_after_the_snapshot(world):
    """A judgement committed since this transaction began: refused, then no news."""
    broken, profile_id = promise(world, days=-1)
    with world.transaction() as one, world.transaction() as two:
        judge(one)
        one.cr.commit()
        try:
            with two.cr.savepoint():
                judge(two)
            refused = False
        except SerializationFailure:
            refused = True
        two.cr.rollback()
    with world.transaction() as env:
        again = judge(env)
        env.cr.commit()
    return {
        "refused": refused,
        "again": again,
        "told": told(world, broken, profile_id),
    }


def paid_while_it_is_judged(world):
    """The payment is not seen yet: pending until the next turn, then kept."""
    kept, profile_id = promise(world)
    with world.transaction() as one, world.transaction() as two:
        pay(one, kept)
        two.cr.execute("SET LOCAL lock_timeout = '2s'")
        early = judge(two)
        two.cr.commit()
        one.cr.commit()
    with world.transaction() as env:
        late = judge(env)
        env.cr.commit()
    return {
        "early": early,
        "late": late == [kept],
        "told": told(world, kept, profile_id),
    }


def paid_while_it_is_broken(world):
    """Broken by the clock as the payment came: the event ends with the next check."""
    broken, profile_id = promise(world, days=-1)
    with world.transaction() as one, world.transaction() as two:
        pay(one, broken)
        judge(two)
        two.cr.commit()
        one.cr.commit()
    before = told(world, broken, profile_id)
    world.refresh()
    with world.transaction() as env:
        env["credit.event"]._end_gone()
        env.cr.commit()
    return {"before": before, "after": told(world, broken, profile_id)}


def cancelled_while_it_is_judged(world):
    """A person takes the promise back as it is judged: one of the two is refused."""
    taken, profile_id = promise(world, days=-1)
    with world.transaction() as one, world.transaction() as two:
        one["credit.promise"].browse(taken).action_cancel()
        one.flush_all()
        left = judge(two)
        one.cr.commit()
        two.cr.commit()
    return {"left": left, "told": told(world, taken, profile_id)}


def confirmed_while_a_run_is_planned(world):
    """The run does not see the promise, the check before sending does."""
    proposed, profile_id = promise(world, state="draft")
    with world.transaction() as env:
        env["credit.profile"].browse(profile_id).partner_id.email = "p@c.example"
        env["credit.profile"].browse(profile_id).policy_id = env[
            "dunning.policy"
        ].search([("name", "=", "Workers")])
        env.cr.commit()
    with world.transaction() as one, world.transaction() as two:
        one["credit.promise"].browse(proposed).action_confirm()
        one.flush_all()
        two.cr.execute("SET LOCAL lock_timeout = '2s'")
        run = plan(two)
        notices = run.notice_ids.filtered(
            lambda notice: notice.profile_id.id == profile_id
        )
        two.flush_all()
        two.cr.commit()
        one.cr.commit()
        ids = notices.ids
    with world.transaction() as env:
        notice = env["dunning.notice"].browse(ids)
        before = notice.mapped("state")
        notice._update_state(("draft",), "approved")
        notice._check_ledger()
        env.cr.commit()
        return {
            "before": before,
            "after": notice.mapped("state"),
            "holds": notice.line_ids.mapped("hold_code"),
        }


def crowd(world):
    """Four threads pay and judge the same promises again and again."""
    made = [promise(world, days=-1 if rank % 2 else 5) for rank in range(6)]
    errors = []

    def once(number, turn):
        with world.transaction() as env:
            if number == 0:
                pay(env, made[2 * turn][0])
            else:
                judge(env)
            env.cr.commit()

    def work(number):
        for turn in range(3):
            for _again in range(20):
                try:
                    once(number, turn)
                except SerializationFailure:
                    continue  # as the server and the scheduler do it
                except Exception as error:  # noqa: BLE001 - told by the test
                    errors.append(repr(error))
                break

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.transaction() as env:
        judge(env)
        env.cr.commit()
    return {"errors": errors, "told": [told(world, *pair) for pair in made]}


def main(config, database):
    """Run all scenarios."""
    odoo.tools.config.parse_config(["-c", config, "-d", database, "--log-level=warn"])
    world = World(Registry(database))
    start(world)
    scenarios = (
        judged_twice,
        judged_after_the_snapshot,
        paid_while_it_is_judged,
        paid_while_it_is_broken,
        cancelled_while_it_is_judged,
        confirmed_while_a_run_is_planned,
        crowd,
    )
    found = {scenario.__name__: scenario(world) for scenario in scenarios}
    sys.stdout.write(f"{MARK}{json.dumps(found)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
