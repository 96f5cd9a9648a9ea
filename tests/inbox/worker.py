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

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.service.model import retrying

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


def fetch_and_die(env, kind):
    """Fetch a mail whose reading ends the process."""

    def die(_messages):
        os.kill(os.getpid(), signal.SIGKILL)

    env.registry["credit.message"]._match = die
    fetch(env, kind)


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


# === TWO PEOPLE, ONE PROPOSAL === #
def propose(env, logins):
    """Make collectors, and a promise that a customer proposes; return its id."""
    roles = ("credit_control.group_collector_all", "base.group_user")
    groups = [env.ref(name).id for name in roles]
    for login in logins:
        if not env["res.users"].search([("login", "=", login)]):
            env["res.users"].create(
                {"name": login.title(), "login": login, "group_ids": groups}
            )
    profile = env["credit.profile"].search([("promise_ids", "=", False)], limit=1)
    message = env["credit.message"].create(
        {"subject": "Soon", "profile_id": profile.id, "is_pending": False}
    )
    return env["credit.message.intent"].create(
        {
            "message_id": message.id,
            "intent": "promise",
            "source": "rule",
            "date": fields.Date.add(fields.Date.today(), days=5),
            "amount": 10,
            "currency_id": profile.company_id.currency_id.id,
        }
    ).id


def decide_at_once(env, intent_id, deeds):
    """Let each user do his deed, when all have seen that nobody has decided yet.

    :param deeds: ``[login, name of the method]`` of each
    :return: what each was told, by login, True where it was done
    """
    barrier, told = threading.Barrier(len(deeds)), {}

    def decide(login, deed):
        with env.registry.cursor() as cr:
            own = api.Environment(cr, SUPERUSER_ID, {})
            user = own["res.users"].search([("login", "=", login)])
            intent = own(user=user)["credit.message.intent"].browse(intent_id)
            looks = [barrier.wait]

            def press():
                # called anew when the database refuses, as the server does
                assert intent.state == "proposed" or not looks
                if looks:
                    looks.pop()()
                return getattr(intent, deed)()

            try:
                told[login] = bool(retrying(press, intent.env))
            except UserError as error:
                told[login] = str(error)

    threads = [threading.Thread(target=decide, args=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def outcome(env, intent_id):
    """Return the state of a proposal, who decided, and how many promises it made."""
    intent = env["credit.message.intent"].browse(intent_id)
    return [
        intent.state,
        intent.decided_by_id.login,
        len(intent.profile_id.promise_ids),
    ]


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
