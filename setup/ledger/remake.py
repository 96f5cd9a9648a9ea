"""Proves the shapes: documents made again by the ORM must have the same columns."""

import random

from odoo import Command

from .shapes import read
from .world import ZONE

# what differs between any two documents; and what dunning wrote since, see compare
_OWN = (
    "id name sequence_number sequence_prefix payment_reference move_name move_id "
    "create_date write_date create_uid write_uid is_move_sent made_sequence_gap "
    "full_reconcile_id matching_number payment_id origin_payment_id debit_move_id "
    "credit_move_id exchange_move_id access_token is_manually_modified"
)
OWN = set(_OWN.split())


def twins(env, sample=20, seed=1):
    """Make some invoices and payments again; returns the columns that differ.

    Changes nothing. Each difference is a dict of table, column, copied, made.
    """
    context = dict(env.context, tracking_disable=True, tz=ZONE)
    env = env(user=1, su=True, context=context)
    rng, found = random.Random(seed), []
    copied = "m.move_type = 'out_invoice' AND NOT m.is_manually_modified"
    open_where = f"{copied} AND m.payment_state = 'not_paid'"
    paid_where = f"""{copied} AND m.payment_state = 'paid' AND EXISTS (
        SELECT FROM account_move__account_payment r
          JOIN account_payment p ON p.id = r.payment_id AND p.amount = m.amount_total
         WHERE r.invoice_id = m.id)"""
    with env.cr.savepoint() as savepoint:
        for own in ("=", "<>"):
            currency = f" AND m.invoice_currency_rate {own} 1"
            for move in choose(env, open_where + currency, sample, rng):
                found += compare_invoice(move, again(move))
            for move in choose(env, paid_where + currency, sample // 2, rng):
                found += compare_payment(move, again(move))
        savepoint.rollback()
    env.cr.postcommit.clear()
    env.invalidate_all(flush=False)
    return found


def choose(env, where, count, rng):
    """Return some of the documents of a condition."""
    env.cr.execute(f"SELECT m.id FROM account_move m WHERE {where} ORDER BY m.id")  # noqa: S608
    ids = [row[0] for row in env.cr.fetchall()]
    return env["account.move"].browse(rng.sample(ids, min(count, len(ids))))


def again(move):
    """Return a second invoice of the same content, made by the ORM."""
    move = move.with_context(allowed_company_ids=move.company_id.ids)
    twin = move.create(
        {
            "move_type": move.move_type,
            "partner_id": move.partner_id.id,
            "invoice_date": move.invoice_date,
            "currency_id": move.currency_id.id,
            "invoice_user_id": move.invoice_user_id.id,
            "invoice_payment_term_id": move.invoice_payment_term_id.id,
            "ref": move.ref,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                        "price_unit": line.price_unit,
                    }
                )
                for line in move.invoice_line_ids
            ],
        }
    )
    twin.action_post()
    return twin


def compare(first, second, skip=()):
    """Return the columns in which two records differ."""
    rows = [read(x.env.cr, x._table, x.ids)[0] for x in (first, second)]
    return [
        {"table": first._table, "column": name, "copied": value, "made": rows[1][name]}
        for name, value in rows[0].items()
        if name not in OWN
        and not name.startswith("dunning_")
        and name not in skip
        and (value or None) != (rows[1][name] or None)
    ]


def compare_lines(first, second, skip=()):
    """Return the differences of the lines of two entries, and of their tags."""
    first.env.flush_all()
    ordered = [
        x.line_ids.sorted(
            lambda line: (
                line.display_type,
                str(line.date_maturity),
                line.balance,
                line.product_id.id or 0,
                line.quantity,
            )
        )
        for x in (first, second)
    ]
    if len(ordered[0]) != len(ordered[1]):
        return [{"table": "account_move_line", "column": "count", "copied": first.id}]
    found = []
    for one, two in zip(*ordered, strict=True):
        found += compare(one, two, skip)
        for name in ("tax_ids", "tax_tag_ids"):
            if one[name] != two[name]:
                found.append({"table": "account_move_line", "column": name})
    return found


def compare_invoice(move, twin):
    """Return the differences of an open invoice and its twin."""
    return compare_lines(move, twin) + compare(move, twin)


def compare_payment(move, twin):
    """Pay the twin as the invoice was, and return the differences."""
    payment = move.matched_payment_ids[:1]
    env = twin.env
    made = (
        env["account.payment.register"]
        .with_context(active_model="account.move", active_ids=twin.ids)
        .create(
            {
                "payment_date": payment.date,
                "journal_id": payment.journal_id.id,
                "payment_method_line_id": payment.payment_method_line_id.id,
            }
        )
        ._create_payments()
    )
    env.flush_all()
    partials = [
        x.line_ids.matched_credit_ids.filtered("debit_amount_currency")[:1]
        for x in (move, twin)
    ]
    entries = [partial.exchange_move_id for partial in partials]
    notes = ("memo", "ref", "invoice_date_due")
    found = compare(payment, made, notes) + compare(
        payment.move_id, made.move_id, notes
    )
    found += compare_lines(payment.move_id, made.move_id, ("ref", "name"))
    found += compare(*partials) + compare(move, twin)
    if bool(entries[0]) != bool(entries[1]):
        found.append({"table": "account_move", "column": "exchange_move_id"})
    elif entries[0]:
        found += compare(*entries, notes) + compare_lines(*entries)
    return found
