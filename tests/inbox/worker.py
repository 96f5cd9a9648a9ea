"""Odoo processes that fetch mail and may be killed at any moment.

    python worker.py CONFIG DATABASE

The registry is loaded once; each request runs in a fork with connections of its own.
"""

import importlib
import json
import os
import pathlib
import signal
import sys
import threading
import traceback

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_all

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "benchmark"))

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
def fork(database, function, values):
    """Run a function in a process of its own and commit; return its process id."""
    close_all()  # a connection must not be shared with a child
    sys.stdout.flush()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    status = 1
    try:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            answer = globals()[function](env, **values)
            cr.commit()
        os.write(writing, json.dumps(answer).encode())
        status = 0
    except BaseException:  # noqa: BLE001 - a fork must never return
        traceback.print_exc()
    finally:
        os._exit(status)


def run(database, function, values, seconds):
    """Return (how the process ended, what its function returned)."""
    pid, reading = fork(database, function, values)
    if seconds is not None:
        threading.Timer(seconds, os.kill, (pid, signal.SIGKILL)).start()
    with os.fdopen(reading, "rb") as stream:
        text = stream.read()
    _pid, status = os.waitpid(pid, 0)
    return (
        -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
        json.loads(text) if text else None,
    )


def main():
    """Read one request a line, ``[function, values, seconds or null]``."""
    config, database = sys.argv[1:3]
    odoo.tools.config.parse_config(["-c", config, "-d", database], setup_logging=True)
    Registry(database)
    for line in sys.stdin:
        answer = run(database, *json.loads(line))
        sys.stdout.write(f"@{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
