"""Odoo processes that fetch mail and may be killed at any moment.

    python worker.py CONFIG DATABASE

The registry is loaded once; each request runs in a fork with connections of its own.
"""

import importlib
import os
import pathlib
import signal
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "benchmark"))
import forks

# makes a little more than 500 mails
ITEMS = 6_400
DOMAIN = "company.example"


# === WHAT A WORKER DOES === #
def prepare(env, smtp, imap, pop):
    """Make a ledger, mail servers and mailboxes; count the notices to be mailed."""
    # they belong to add-ons, which are found only when Odoo has its configuration
    steps, volumes = map(importlib.import_module, ("steps", "volumes"))
    env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp,
            "smtp_encryption": "none",
        }
    )
    company = env.company
    volumes.fill(env, ITEMS)
    company.email = f"invoices@{DOMAIN}"
    company.alias_domain_id = env["mail.alias.domain"].create(
        {"name": DOMAIN, "bounce_alias": "bounce", "catchall_alias": "catchall"}
    )
    for kind, user, port in (("imap", "credit", imap), ("pop", "pop", pop)):
        env["fetchmail.server"].create(
            {
                "name": kind,
                "server_type": kind,
                "server": "127.0.0.1",
                "port": port,
                "is_ssl": False,
                "user": user,
                "password": "secret",
                "state": "done",
                "credit_company_id": company.id,
            }
        )
    env.cr.commit()
    steps.profiles(env, ITEMS)
    steps.plan(env, ITEMS)
    steps.approve(env, ITEMS)


def send(env, count):
    """Send notices by e-mail; return how many."""
    notices = env["dunning.delivery"].search(
        [("channel", "=", "email"), ("state", "=", "ready")], limit=count, order="id"
    )
    notices.notice_id._request_sending()
    env.cr.commit()
    while env["dunning.delivery"].search_count([("state", "=", "reserved")]):
        env["dunning.delivery"]._process_queue()
        env.cr.commit()
    ready = [("id", "in", notices.ids), ("state", "=", "ready")]
    while env["dunning.delivery"].search_count(ready):
        env["dunning.delivery"]._process_queue()
        env.cr.commit()
    env["mail.mail"].process_email_queue(batch_size=count)
    return env["dunning.delivery"].search_count(
        [("id", "in", notices.ids), ("state", "=", "sent")]
    )


def fetch(env, kind, calls=1):
    """Fetch as the scheduler does, some batches."""
    for _call in range(calls):
        server = env["fetchmail.server"].search([("server_type", "=", kind)])
        error = server._fetch_mail()
        if error:
            raise error


def sweep(env):
    """Look through the IMAP mailbox; return how many were missing."""
    return env["fetchmail.server"].search([("server_type", "=", "imap")])._sweep()


def check_now(env):
    """Press the button; return how many came in."""
    return env["fetchmail.server"].check_credit_mailboxes()


def take_up(env):
    """Do what the scheduled action does with messages that were stored only."""
    env.cr.execute("UPDATE credit_message SET write_date = write_date - interval '1 h'")
    env.cr.commit()
    env["credit.message"]._cron_process(limit=1000)
    return env["credit.message"].search_count([("is_pending", "=", True)])


def messages(env):
    """Return of each message: its id, whether notice, original, customer are known."""
    env.cr.execute(
        """SELECT message.message_id, message.notice_id IS NOT NULL,
                  attachment.id IS NOT NULL, message.profile_id IS NOT NULL
             FROM credit_message message
        LEFT JOIN ir_attachment attachment
               ON attachment.res_model = 'credit.message'
              AND attachment.res_field = 'raw' AND attachment.res_id = message.id"""
    )
    return env.cr.fetchall()


# === PROCESSES === #
def answer(database, request):
    """Run ``[function, values, seconds or null]``, killed after so many seconds.

    :return: (how the process ended, what the function returned)
    """
    function, values, seconds = request
    pid, reading = forks.fork(database, lambda env: globals()[function](env, **values))
    if seconds is not None:
        threading.Timer(seconds, os.kill, (pid, signal.SIGKILL)).start()
    return forks.wait(pid, reading)


if __name__ == "__main__":
    forks.serve(answer)
