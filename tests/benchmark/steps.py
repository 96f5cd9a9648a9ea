"""The steps of the benchmark, called one by one in Odoo's shell."""

import time

from odoo import fields

from odoo.addons.credit_control.models.dunning_delivery_queue import BATCH_SIZE

import floors
import volumes


def call(env, name, number):
    """Run the step ``name``; ``number`` is the size of the ledger or of the batch."""
    if name == "fill":
        return volumes.fill(env, number)
    return STEPS[name](env, number)


def peak():
    """The largest memory this process had so far, in MiB."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


def measure(env, step, rows, floor=None):
    """Time ``step`` with its commit.

    :param rows: function called afterwards: how many rows the step made
    :param float floor: seconds of the floor, for ``rows`` of them
    """
    env.flush_all()
    env.invalidate_all()
    env.cr.commit()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    step()
    env.flush_all()
    env.cr.commit()
    seconds = time.perf_counter() - start
    queries = env.cr.sql_log_count - queries
    found = rows()
    return {
        "rows": found,
        "seconds": round(seconds, 4),
        "rate": round(found / seconds, 1),
        "queries": queries,
        "peak": peak(),
        "floor": floor and round(floor, 4),
        "ratio": floor and round(seconds / floor, 2),
    }


def profiles(env, _size):
    """Profiles of customers that have none, as the nightly action makes them."""
    result = measure(
        env,
        lambda: env["credit.profile"]._ensure_profiles(env.company),
        lambda: count(env, "credit_profile"),
    )
    policy = env["dunning.policy"].search([("name", "=", "Benchmark by letter")])
    env.cr.execute(
        "UPDATE credit_profile SET policy_id = %s, dunning_policy_id = %s"
        " WHERE partner_id %% 5 = 0",
        [policy.id, policy.id],
    )
    env.cr.execute("ANALYZE credit_profile")
    env.cr.commit()
    return result


def worklist(env, _size):
    """The first page of Today with its reasons, and the counters, as a collector."""
    user = env.ref("base.user_admin")
    profiles = env(user=user)["credit.profile"]
    domain = list(profiles._worklist_domain())
    specification = {
        name: {}
        for name in (
            "amount_overdue",
            "days_overdue",
            "next_action",
            "worklist_reason",
            "worklist_why",
            "worklist_gain",
            "worklist_dso_days",
        )
    } | {"partner_id": {"fields": {"display_name": {}}}}
    found = {}

    def step():
        found.update(
            profiles.web_search_read(
                domain, specification, limit=80, order="worklist_gain desc, id"
            )
        )
        profiles.today_summary("todo", domain)

    step()  # the caches of a running server are warm
    return measure(env, step, lambda: len(found["records"]))


def aged_balance(env, _size):
    """The aged balance of today by customer, all customers; rows of the table."""
    floor = floors.select(env)
    found = []
    return measure(
        env,
        lambda: found.extend(env["credit.profile"].aged_balance(env.company)),
        lambda: len(found),
        floor,
    )


def new_run(env):
    """The run of today."""
    run = env["dunning.run"].search([("date", "=", fields.Date.today())])
    return run or run.create({"company_id": env.company.id})


def plan(env, _size):
    """First run: notices and lines written."""
    floor = floors.plan(env)
    run = new_run(env)
    return measure(
        env, run.action_plan, lambda: count(env, "dunning_notice_line"), floor
    )


def again(env, _size):
    """The same day again: no row may be written."""
    before = count(env, "dunning_notice_line")
    floor = floors.select(env)
    result = measure(
        env,
        new_run(env).action_plan,
        lambda: count(env, "dunning_notice_line") - before,
        floor,
    )
    return result


def approve(env, _size):
    """Every notice of the run approved, deliveries made."""
    floor = floors.approve(env)
    run = new_run(env)
    return measure(
        env, run.action_approve, lambda: count(env, "dunning_delivery"), floor
    )


def emails(env, number):
    """E-mails rendered and put in the mail queue."""
    return send(env, "email", number, floors.emails)


def letters(env, number):
    """Letters rendered and printed."""
    return send(env, "letter", number, floors.letters)


def send(env, channel, number, floor):
    """Queue ``number`` deliveries of a channel and hand them over, batch by batch."""
    Delivery = env["dunning.delivery"]
    found = Delivery.search(
        [("channel", "=", channel), ("state", "=", "ready")], limit=number, order="id"
    )
    seconds = floor(env, found.notice_id)
    found.notice_id._request_sending()

    def step():
        for _batch in range(0, len(found), BATCH_SIZE):
            Delivery._process_queue()
            env.flush_all()
            env.cr.commit()
            env.invalidate_all()

    def rows():
        states = found.mapped("state")
        if set(states) != {"queued"}:
            raise ValueError(f"not all were handed over: {found.mapped('error')[:1]}")
        return len(found)

    return measure(env, step, rows, seconds)


def count(env, table):
    """The number of rows of a table."""
    env.cr.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
    return env.cr.fetchone()[0]


STEPS = {
    "profiles": profiles,
    "aged_balance": aged_balance,
    "worklist": worklist,
    "plan": plan,
    "again": again,
    "approve": approve,
    "emails": emails,
    "letters": letters,
}
