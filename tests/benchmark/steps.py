"""The steps of the benchmark, called one by one in Odoo's shell."""

import time

from lxml import etree

from odoo import fields

from odoo.addons.credit_control.models.dunning_delivery_queue import BATCH_SIZE

import floors
import gateway
import volumes


def call(env, name, number):
    """Run the step ``name``; ``number`` is the size of the ledger or of the batch."""
    if name in PREPARE:
        return PREPARE[name](env, number)
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
    found, order = {}, "worklist_gain desc, id"
    floor = floors.today(env, profiles._search(domain, order=order, limit=80), domain)

    def step():
        found.update(
            profiles.web_search_read(domain, specification, limit=80, order=order)
        )
        profiles.today_summary("todo", domain)

    step()  # the caches of a running server are warm
    return measure(env, step, lambda: len(found["records"]), floor)


def profile(env, _size):
    """The profile screen of the largest customer: all that its form reads."""
    profile = largest(env)
    views = profile.get_views([(False, "form")])["views"]
    arch = etree.fromstring(views["form"]["arch"])
    specification = form_specification(profile, arch)
    profile.web_read(specification)  # the caches of a running server are warm
    return measure(
        env,
        lambda: profile.web_read(specification),
        lambda: profile.open_count,
        floors.profile(env, profile),
    )


def statement(env, _size):
    """The statement of the largest customer: the rows of all his open items."""
    profile, found = largest(env), []
    profile.statement()
    return measure(
        env,
        lambda: found.extend(profile.statement()),
        lambda: sum(len(section["rows"]) for section in found),
        floors.statement(env, profile),
    )


def largest(env):
    """The profile of the customer with most open items, for a person's own eyes."""
    env.cr.execute(
        "SELECT partner_id FROM account_move_line WHERE reconciled IS NOT TRUE"
        " AND parent_state = 'posted' AND date_maturity IS NOT NULL"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    [partner_id] = env.cr.fetchone()
    profiles = env(user=env.ref("base.user_admin"))["credit.profile"]
    return profiles.search([("partner_id", "=", partner_id)])


def form_specification(records, node):
    """What the web client asks of ``records`` to show the view ``node``."""
    result = {}
    for field in node.iterdescendants("field"):
        parent = next(field.iterancestors("field"), node)
        if parent not in (node, *node.iterancestors()):
            continue
        name, kind = field.get("name"), records._fields[field.get("name")].type
        result[name] = {}
        if kind == "many2one":
            result[name] = {"fields": {"display_name": {}}}
        elif kind in ("one2many", "many2many"):
            rows = next(field.iterchildren("list", "kanban"), field)
            result[name] = {
                "fields": form_specification(records[name], rows),
                "limit": int(rows.get("limit", 40)),
                "order": rows.get("default_order", ""),
            }
    return result


def aged_balance(env, _size):
    """The aged balance of today by customer, all customers; rows of the table."""
    floor = floors.select(env)
    profiles = env(user=env.ref("base.user_admin"))["credit.profile"]
    found = profiles.aged_balance(env.company)[:0]  # warms the caches
    return measure(
        env,
        lambda: found.extend(profiles.aged_balance(env.company)),
        lambda: len(found),
        floor,
    )


def digest(env, _size):
    """The digests of a day on which all goes that may go, mails written; notices."""
    company = env.company
    make_collectors(env)
    floor = floors.digest(env)
    digests, made = env["credit.digest"], []
    today = company._dunning_today()[company]

    def step():
        rows = digests._rows_of_day(company, today)
        made.append(digests._make(company, today, rows))
        while digests._process_queue():
            env.flush_all()
            env.cr.commit()

    def rows():
        [found] = made
        if set(found.mapped("state")) != {"sent"}:
            raise ValueError(f"not all were sent: {found.mapped('error')[:1]}")
        return sum(found.mapped("notice_count"))

    return measure(env, step, rows, floor)


def make_collectors(env, number=20):
    """Share the customers out to so many collectors."""
    group = env.ref("credit_control.group_collector")
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": f"Collector {rank}",
                    "login": f"collector_{rank}",
                    "email": f"collector_{rank}@benchmark.example",
                    "group_ids": [(4, group.id)],
                }
                for rank in range(number)
            ]
        )
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE credit_profile SET user_id = (%s)[1 + partner_id %% %s]",
        [users.ids, number],
    )
    env["credit.profile"].invalidate_model()
    env.cr.execute("ANALYZE credit_profile")
    env.cr.commit()


def attention(env, _size):
    """The queue "Needs a person": counted by kind and collector; rows of the queue."""
    queue = env["credit.attention"]
    floor, found = floors.select(env), {}
    queue._count_by_kind([])  # warms the caches
    return measure(
        env,
        lambda: found.update(queue._count_by_kind([])),
        lambda: sum(found.values()),
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
    """Letters rendered and printed; e-mails take the post where letters are too few."""
    env.cr.execute(
        """UPDATE dunning_delivery SET channel = 'letter'
            WHERE id IN (SELECT id FROM dunning_delivery
                          WHERE state = 'ready' AND channel IN ('letter', 'email')
                          ORDER BY channel DESC, id LIMIT %s)""",
        [number],
    )
    env.cr.commit()
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


PREPARE = {
    "fill": volumes.fill,
    "concentrate": volumes.concentrate,
    "gateway": gateway.prepare,
}
STEPS = {
    "profiles": profiles,
    "worklist": worklist,
    "profile": profile,
    "statement": statement,
    "aged_balance": aged_balance,
    "attention": attention,
    "digest": digest,
    "plan": plan,
    "again": again,
    "approve": approve,
    "emails": emails,
    "letters": letters,
    "new_mails": gateway.new_mails,
    "replies": gateway.replies,
}
