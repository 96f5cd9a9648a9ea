"""Mails through the gateway: ours, beside core's own on the same database.

Both get mails of the same customers with the same texts, one by one, each committed as
the fetcher does. The two take turns, so that a slow moment of the machine hits both.
"""

import gc
import itertools
import time
from email.message import EmailMessage
from email.utils import format_datetime

from odoo import Command, fields

DOMAIN = "benchmark.example"
TURNS = 10
TEXTS = (
    "Bonjour,\n\nLe règlement de la facture {name} sera effectué vendredi prochain.\n\n"
    "Cordialement,\nLa comptabilité",
    "Dear Sir or Madam,\n\nInvoice {name} was paid on Monday. Please check.\n\nRegards",
    "We cannot pay {name} yet: half of the goods were damaged. A credit note is due.",
    "Hello,\n\nplease send me a copy of invoice {name}, we never got it.\n\nThank you",
    "Bonjour,\n\nPouvons-nous payer {amount} EUR en trois fois ?\n\nMerci d'avance",
    "OK",
)
QUOTE = (
    "\n\nOn Monday, {company} wrote:\n> Dear customer,\n> {name} is overdue.\n> Regards"
)


def prepare(env, _size):
    """Addresses of both kinds, and no guard against many mails."""
    env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "1000000")
    domain = env["mail.alias.domain"].create(
        {"name": DOMAIN, "bounce_alias": "bounce", "catchall_alias": "catchall"}
    )
    env.company.alias_domain_id = domain
    env["mail.alias"].create(
        {
            "alias_name": "new-leads",
            "alias_domain_id": domain.id,
            "alias_model_id": env["ir.model"]._get_id("crm.lead"),
        }
    )
    env["credit.profile"]._ensure_profiles(env.company)
    env.cr.execute("ANALYZE")
    env.cr.commit()


def new_mails(env, number):
    """Mails of customers to an address: a message of the inbox, a lead of core."""
    address = env.company.credit_alias_id.alias_full_name
    rows = customers(env, number)
    ours = [make_mail(env, row, "new", number, address) for number, row in rows]
    cores = [
        make_mail(env, row, "lead", number, f"new-leads@{DOMAIN}")
        for number, row in rows
    ]
    return compare(env, ours, cores)


def replies(env, number):
    """Answers of customers: to a notice, and to a message on a lead."""
    rows = customers(env, number)
    notices = make_notices(env, [row for _number, row in rows])
    leads = env["crm.lead"].create(
        [
            {"name": row[1], "partner_id": row[0], "type": "lead"}
            for _number, row in rows
        ]
    )
    ours, cores = (
        [
            make_mail(env, row, kind, number, f"catchall@{DOMAIN}", post)
            for (number, row), post in zip(rows, posts(env, records), strict=True)
        ]
        for kind, records in (("reply", notices), ("core", leads))
    )
    return compare(env, ours, cores)


def customers(env, number):
    """Return ``[(number, (partner, name, address, invoice, amount))]``."""
    env.cr.execute(
        """SELECT partner.id, partner.name, partner.email_normalized, move.name,
                  move.amount_residual, line.id
             FROM account_move_line line
             JOIN account_move move ON move.id = line.move_id
             JOIN res_partner partner ON partner.id = move.commercial_partner_id
            WHERE line.amount_residual > 0 AND line.date_maturity < now()
              AND partner.email_normalized LIKE 'accounts@c%%'
         ORDER BY line.id LIMIT %s""",
        [number],
    )
    return list(enumerate(env.cr.fetchall()))


def make_mail(env, row, kind, number, address, post=None):
    """Return the bytes of a mail; in answer to ``post`` where that is given."""
    _partner, name, sender, invoice, amount, _line = row
    values = {"name": invoice, "amount": amount, "company": env.company.name}
    mail = EmailMessage()
    mail["From"] = f"{name} <{sender}>"
    mail["To"] = address
    mail["Subject"] = f"Re: {invoice}" if post else f"Your invoice {invoice}"
    mail["Date"] = format_datetime(fields.Datetime.now())
    mail["Message-ID"] = f"<{kind}{number}@{sender.partition('@')[2]}>"
    if post:
        mail["In-Reply-To"] = mail["References"] = post
    text = TEXTS[number % len(TEXTS)] + QUOTE
    mail.set_content(text.format(**values))
    html = text.format(**values).replace("\n", "<br>")
    mail.add_alternative(f"<html><body><p>{html}</p></body></html>", subtype="html")
    return mail.as_bytes()


def make_notices(env, rows):
    """Return a sent notice for each row, as short as a notice can be."""
    policy = env["dunning.policy"].search([("name", "like", "Benchmark")], limit=1)
    profiles = env["credit.profile"].search([("company_id", "=", env.company.id)])
    profiles = {profile.partner_id.id: profile for profile in profiles}
    return env["dunning.notice"].create(
        [
            {
                "profile_id": profiles[row[0]].id,
                "company_id": env.company.id,
                "policy_id": policy.id,
                "level_id": policy.level_ids[0].id,
                "date": fields.Date.today(),
                "line_ids": [Command.clear()],
            }
            for row in rows
        ]
    )


def posts(env, records):
    """Return the message id of a mail that went out on each record."""
    found = env["mail.message"].create(
        [
            {
                "model": records._name,
                "res_id": record.id,
                "message_type": "email_outgoing",
                "body": "Dear customer",
            }
            for record in records
        ]
    )
    return found.mapped("message_id")


def compare(env, ours, cores):
    """Give both lots to the gateway in turns; return the figures."""
    env.flush_all()
    env.cr.commit()
    warm = max(len(ours) // 10, 1)
    for kind, mails in enumerate((ours, cores)):
        feed(env, mails[:warm], kind)
    ours, cores = ours[warm:], cores[warm:]
    seconds, queries = [0.0, 0.0], [0, 0]
    step = -(-len(ours) // TURNS)
    for start in range(0, len(ours), step):
        for kind, mails in enumerate((ours, cores)):
            before = env.cr.sql_log_count
            seconds[kind] += feed(env, mails[start : start + step], kind)
            queries[kind] += env.cr.sql_log_count - before
    return {
        "rows": len(ours),
        "seconds": round(seconds[0], 4),
        "rate": round(len(ours) / seconds[0], 1),
        "queries": round(queries[0] / len(ours)),
        "floor queries": round(queries[1] / len(ours)),
        "floor": round(seconds[1], 4),
        "ratio": round(seconds[0] / seconds[1], 2),
    }


def feed(env, mails, is_core):
    """Let the gateway have mails as from the fetcher; return the seconds."""
    env.invalidate_all()
    messages = env["credit.message"]
    thread = env["mail.thread"].with_context(
        fetchmail_cron_running=True,
        credit_news_later=True,
        credit_inbox_off=bool(is_core),
    )
    gc.collect()
    start = time.perf_counter()
    last_id = messages._get_last_id()
    for raw in mails:
        thread.message_process(None, raw)
        env["ir.cron"]._commit_progress(1)
    if not is_core:
        # as the fetcher does once it has read the mailbox
        messages._tell_screens_since(last_id)
        env.cr.commit()
    return time.perf_counter() - start


def check(env, number):
    """Return how many of the messages were read to the end and found their customer."""
    env.cr.execute(
        """SELECT count(*), count(*) FILTER (WHERE NOT is_pending AND error IS NULL),
                  count(profile_id), count(intent)
             FROM credit_message"""
    )
    names = ("messages", "finished", "matched", "understood")
    return dict(itertools.zip_longest(names, env.cr.fetchone()), rows=number)
