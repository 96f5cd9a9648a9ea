"""Odoo processes that die on purpose; run by Odoo's own Python, not by pytest.

    python worker.py CONFIG DATABASE

The registry is loaded once; each worker is a fork with connections of its own, so
that it can be killed like any process of a server.
"""

import os
import pathlib
import signal
import sys

from odoo import Command, fields

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import forks

LEVEL = {
    "sequence": 10,
    "name": "Reminder",
    "delay_days": 5,
    "subject": "Reminder for {{ customer_name }}",
    "body_html": "<p>{{ customer_name }}</p>{{ table }}",
    "attach_invoices": False,
}


# === WHAT A WORKER DOES === #
def prepare(env, port):
    """Make a company that can write mails, a policy, and the mail server's record."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_encryption": "none",
        }
    )
    env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.email = "invoices@company.example"
    env["dunning.policy"].create(
        {
            "name": "Fault policy",
            "company_id": company.id,
            "level_ids": [Command.create(LEVEL)],
        }
    )


def make_notices(env, name, count):
    """Make ``count`` approved notices, asked to be sent; return their ids."""
    policy = env["dunning.policy"].search([("name", "=", "Fault policy")], limit=1)
    day = fields.Date.today()
    due = fields.Date.subtract(day, days=10)
    partners = env["res.partner"].create(
        [
            {
                "name": f"{name} {number}",
                "is_company": True,
                "email": f"{name}.{number}@customer.example",
            }
            for number in range(count)
        ]
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": 100, "tax_ids": False}
                    )
                ],
            }
            for partner in partners
        ]
    )
    moves.action_post()
    level = policy.level_ids
    notices = env["dunning.notice"].create(
        [
            {
                "profile_id": env["credit.profile"]
                .get_profile(move.partner_id, env.company)
                .id,
                "company_id": env.company.id,
                "policy_id": policy.id,
                "level_id": level.id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": line.id,
                            "company_id": env.company.id,
                            "name": move.name,
                            "kind": "claim",
                            "level_id": level.id,
                            "currency_id": line.currency_id.id,
                            "date_due": due,
                            "days_overdue": 10,
                            "amount_residual": 100,
                            "amount_claimed": 100,
                            "is_live": True,
                        }
                    )
                    for line in move.line_ids
                    if line.account_id.account_type == "asset_receivable"
                ],
            }
            for move in moves
        ]
    )
    notices._approve()
    notices._request_sending()
    return notices.ids


def queue(env):
    """Do what the scheduled action of the suite does."""
    env["dunning.delivery"]._cron_send()


def mails(env):
    """Do what core's mail queue does."""
    env["mail.mail"].process_email_queue()


def queue_and_mails(env):
    """Do both, one after the other."""
    queue(env)
    env.cr.commit()
    mails(env)


def states(env, ids):
    """Return what became of the notices."""
    notices = env["dunning.notice"].browse(ids)
    return [
        {
            "customer": notice.partner_id.name,
            "notice": notice.state,
            "delivery": delivery.state,
            "error": bool(delivery.error),
            "mails": env["mail.mail"].search_count(
                [("model", "=", "dunning.notice"), ("res_id", "=", notice.id)]
            ),
            "level": bool(notice.line_ids.move_line_id.dunning_level_id),
        }
        for notice in notices
        for delivery in notice.delivery_ids
    ]


def resolve(env, ids, sent):
    """A person says whether the mails arrived that nobody knows of."""
    deliveries = env["dunning.notice"].browse(ids).delivery_ids
    deliveries.filtered(lambda item: item.state == "reserved").action_resolve(sent)


# === WHERE IT DIES === #
def die(*_args, **_kwargs):
    """End at once, without any clean-up."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying(env, model, method, moment, call):
    """Let the ``call``-th run of a method end the process, before or after its work."""
    target = env.registry[model]
    original = getattr(target, method)
    count = [0]

    def mortal(self, *args, **kwargs):
        count[0] += 1
        if count[0] == call and moment == "before":
            die()
        result = original(self, *args, **kwargs)
        if count[0] == call and moment == "after":
            die()
        return result

    setattr(target, method, mortal)


# === PROCESSES === #
def start(database, function, values, death=None):
    """Start a process that runs a function, and dies where ``death`` says."""

    def work(env):
        if death:
            dying(env, **death)
        return globals()[function](env, **values)

    return forks.fork(database, work)


def answer(database, requests):
    """Run ``[[function, values, death], ...]`` at once: ``[[status, value], ...]``."""
    running = [start(database, *request) for request in requests]
    return [forks.wait(*process) for process in running]


if __name__ == "__main__":
    forks.serve(answer)
