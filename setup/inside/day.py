"""The day's dunning run, as the credit manager does it: plan, approve, send."""

from odoo import fields


def plan_and_send(env):
    """Plan and approve today's run of each company and queue what goes out.

    Sending is left to the server's scheduled actions, as in real life. A run that
    is there already is taken up, never made again.

    :return: one dict for each run
    """
    return [
        _figures(_run_of(env, company)) for company in env["res.company"].search([])
    ]


def _run_of(env, company):
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    today = fields.Date.context_today(env["dunning.run"])
    run = env["dunning.run"].search(
        [
            ("company_id", "=", company.id),
            ("date", "=", today),
            ("state", "!=", "cancelled"),
        ],
        limit=1,
    )
    if not run:
        run = env["dunning.run"].create({"company_id": company.id, "date": today})
    if run.state == "draft":
        run.action_plan()
    run.action_approve()
    run.action_send()
    return run


def _figures(run):
    """Return what a person wants to know of a run, in plain values."""
    states = dict(
        run.notice_ids._read_group([("run_id", "=", run.id)], ["state"], ["__count"])
    )
    return {
        "company": run.company_id.name,
        "date": str(run.date),
        "state": run.state,
        "notices": sum(states.values()),
        "by_state": states,
    }


def waiting(env):
    """Return how many deliveries and mails have not gone out yet."""
    deliveries = env["dunning.delivery"].search_count(
        [("state", "in", ("ready", "queued")), ("channel", "=", "email")]
    )
    mails = env["mail.mail"].search_count([("state", "=", "outgoing")])
    return {"deliveries": deliveries, "mails": mails}


def outcome(env):
    """Return the count of deliveries by channel and state."""
    groups = env["dunning.delivery"]._read_group([], ["channel", "state"], ["__count"])
    return [[channel, state, count] for channel, state, count in groups]
