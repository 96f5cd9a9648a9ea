"""The answers of the demo's customers: mails that came in, some dealt with already."""

import email.message
import email.utils
import io
from datetime import timedelta

from openpyxl import Workbook

from odoo import fields

from .mails import MAILS


def receive(env):
    """Let the customers answer, once; the collector has dealt with some of it.

    :return: how many messages there are
    """
    messages = env["credit.message"]
    if not messages.search_count([], limit=1):
        customers = iter(_customers(env))
        for number, entry in enumerate(MAILS):
            profile, notice = next(customers)
            raw = _write(entry, number, profile, notice)
            found = env["mail.thread"].message_process("credit.message", raw)
            _deal_with(env, messages.browse(found), entry.get("decide"))
        _announce(env)
    return messages.search_count([])


def _announce(env):
    """Send the digest of this evening now, so that there is one to look at.

    Not where the evening has come already, and the server made it by itself.
    """
    digests, company = env["credit.digest"], env.ref("base.main_company")
    tomorrow = company._dunning_today()[company] + timedelta(days=1)
    if company.credit_digest_date != tomorrow:
        digests._prepare_company(company)
        digests._process_queue()


def _customers(env):
    """Return (profile, notice that he got) of the main company's customers."""
    company = env.ref("base.main_company")
    notices = env["dunning.notice"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "sent"),
            ("delivery_ids.mail_message_id", "!=", False),
            # those of the story show something else on their screens
            ("profile_id.partner_id.ref", "=like", "C%"),
            ("profile_id.amount_overdue", ">", 0),
        ],
        order="amount_company desc, id",
    )
    by_language = {"fr": [], "en": [], "de": []}
    seen = set()
    for notice in notices:
        profile = notice.profile_id
        # the mails of the story are written in three languages only
        queue = by_language.get((profile.partner_id.lang or "en")[:2])
        if queue is not None and profile not in seen and profile.partner_id.email:
            seen.add(profile)
            queue.append((profile, notice))
    return [_next(by_language, entry) for entry in MAILS]


def _next(by_language, entry):
    """Take a customer who writes in the language of the mail, as far as there is one.

    The largest are left to be worked on: each second one is taken.
    """
    order = [_language(entry), "fr", "en", "de"]
    queue = next((by_language[code] for code in order if by_language[code]), None)
    if not queue:
        raise ValueError("the ledger has fewer customers than there are mails")
    return queue.pop(min(1, len(queue) - 1))


def _language(entry):
    """Return in which language the mail of the entry is."""
    words = set(entry["text"].lower().split())
    if "rechnung" in words:
        return "de"
    return "en" if words & {"the", "please", "hi,", "our"} else "fr"


def _write(entry, number, profile, notice):
    """Return the bytes of the mail that the customer sends."""
    claims = notice.line_ids.filtered(lambda line: line.kind != "info")
    items = claims.sorted("date_due")[:2] or notice.line_ids[:2]
    first, last = items[:1], items[-1:]
    partner = profile.partner_id
    values = {
        "domain": partner.email.partition("@")[2],
        "sum0": f"{first.amount_residual:.2f}",
    }
    numbers = (first.move_line_id.move_id.name, last.move_line_id.move_id.name)
    mail = email.message.EmailMessage()
    mail["From"] = entry.get("from") or email.utils.formataddr(
        (partner.name, partner.email)
    )
    mail["To"] = profile.company_id.email or "credit@credit-control.example"
    moment = fields.Datetime.now() - timedelta(days=entry["days"], minutes=7 * number)
    mail["Date"] = email.utils.format_datetime(moment)
    mail["Message-ID"] = f"<answer-{number}@{values['domain']}>"
    sent = notice.delivery_ids.mail_message_id[:1]
    mail["Subject"] = entry.get("subject") or f"Re: {sent.subject or 'Relance'}"
    if entry.get("reply") and sent.message_id:
        mail["In-Reply-To"] = mail["References"] = sent.message_id
    for name, value in entry.get("headers", {}).items():
        mail[name] = value
    mail.set_content(entry["text"].format(*numbers, **values))
    if entry.get("advice"):
        _attach_advice(mail, items, moment)
    return mail.as_bytes()


def _attach_advice(mail, items, moment):
    """Attach the list of what a transfer pays, as treasuries send it."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Avis de virement", None, None])
    sheet.append(["Date", moment.strftime("%d/%m/%Y"), None])
    sheet.append([])
    sheet.append(["N° facture", "Date", "Montant payé"])
    total = 0
    for line in items:
        move = line.move_line_id.move_id
        total += line.amount_residual
        day = move.invoice_date or move.date
        sheet.append([move.name, day.strftime("%d/%m/%Y"), line.amount_residual])
    sheet.append(["Total", None, total])
    stream = io.BytesIO()
    book.save(stream)
    mail.add_attachment(
        stream.getvalue(),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename="avis-de-virement.xlsx",
    )


def _deal_with(env, message, decision):
    """Decide as the credit manager did some days ago."""
    manager = env["res.users"].search([("login", "=", "manager")])
    if decision == "accept" and manager:
        message = message.with_user(manager)
        message.action_accept_all()
        message.action_done()
