"""The day's dunning run, as the credit manager does it: plan, approve, send."""

from datetime import timedelta

from . import work


def plan_and_send(env):
    """Plan and approve today's run of each company and queue what goes out.

    Sending is left to the server's scheduled actions, as in real life. A run that
    is there already is taken up, never made again. The branch approves only what its
    policies let go by itself, so that there is something to review.

    :return: one dict for each run
    """
    manager = env["res.users"].search([("login", "=", "manager")])
    env = env(user=manager or env.user)
    runs = [_figures(_run_of(env, company)) for company in env.user.company_ids]
    _not_now(env)
    work.do(env)
    return runs


def _not_now(env):
    """Say "not now" to two customers of the worklist, once."""
    profiles = env["credit.profile"]
    if profiles.search_count([("snooze_until", "!=", False)], limit=1):
        return
    found = profiles.search(
        profiles._worklist_domain(), order="worklist_gain desc, id", offset=4, limit=2
    )
    words = ("Waits for the customer: new bank account", "Payment announced")
    for profile, reason in zip(found, words, strict=False):
        today = profile.company_id._dunning_today()[profile.company_id]
        profile.action_snooze(today + timedelta(days=3), reason)


def _run_of(env, company):
    """Find or make today's run of a company and bring it as far as it goes."""
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    runs = env["dunning.run"]
    today = runs.default_get(["date"])["date"]
    run = runs.search(
        [
            ("company_id", "=", company.id),
            ("date", "=", today),
            ("state", "!=", "cancelled"),
        ],
        limit=1,
    )
    if not run:
        run = runs.create({"company_id": company.id, "date": today})
    if run.state == "draft":
        run.action_plan()
    if run.state == "planned":
        if company.parent_id:
            company.sudo()._start_dunning()
            run.sudo()._approve_automatic()
        else:
            run.action_approve()
    if run.approved_count:
        run.action_send()
    return run


def _figures(run):
    """Return what a person wants to know of a run, in plain values."""
    groups = run.env["dunning.notice"]._read_group(
        [("run_id", "=", run.id)], ["state"], ["__count"]
    )
    return {
        "company": run.company_id.name,
        "date": str(run.date),
        "notices": dict(groups),
        "forgotten": run.forgotten_count,
    }


def outcome(env):
    """Return (channel, state, count) of the deliveries of all runs."""
    return env["dunning.delivery"]._read_group([], ["channel", "state"], ["__count"])
