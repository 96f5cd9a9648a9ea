"""Makes the ledger: set-up by the ORM, the bulk by COPY, some invoices by the ORM."""

import json
import random
import time
from contextlib import nullcontext

from odoo import Command, fields

from .company import install_charts, set_up
from .load import LARGE, Loader, without_indexes
from .plan import Story, days
from .shapes import Shapes
from .world import COUNTRIES, ZONE, make_customer

MARK = "credit_control_demo.ledger"
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
}


def generate(
    env,
    customers=400,
    seed=20,
    today=None,
    *,
    months=24,
    each=30,
    orm_invoices=100,
    companies=3,
    portion=1000,
    charts=True,
):
    """Make a ledger, unless there is one; returns its figures as a dict.

    :param customers: number of customers besides those of story.py
    :param seed: with ``today`` and a fresh database, decides every figure
    :param today: the day the ledger is seen from (default: the current date)
    :param each: invoices a customer has on average; the sizes follow Pareto
    :param orm_invoices: how many of the latest invoices are made by the ORM
    :param companies: 1 (parent), 2 (with its branch) or 3 (with the British one)
    :param portion: customers in memory at once
    :param charts: install the national charts of accounts (commits)

    The caller commits.
    """
    if not 1 <= companies <= 3:
        raise ValueError("The ledger has 1, 2 or 3 companies: give such a number.")
    parameters = env["ir.config_parameter"].sudo()
    if found := parameters.get_param(MARK):
        print("The ledger is already there: nothing to do.")
        return {**json.loads(found), "made": False}
    started = time.monotonic()
    if charts:
        install_charts(env, companies)
    context = {**env.context, **QUIET, "lang": "en_US", "tz": ZONE}
    env = env(user=1, su=True, context=context)
    today = fields.Date.to_date(today) or fields.Date.context_today(env.user)
    for code in sorted({c["lang"] for c in COUNTRIES.values()}):
        env["res.lang"]._activate_lang(code)
    kit = set_up(env, seed, today, months, companies)
    ids = kit["companies"].ids
    env = env(context=dict(env.context, allowed_company_ids=ids))
    shapes = Shapes(env, kit, random.Random(seed), today, months)
    loader, facts = Loader(env, shapes), shapes.facts()
    rng = random.Random(seed)
    is_large = customers > portion
    with without_indexes(env.cr, LARGE) if is_large else nullcontext():
        for start in range(0, customers, portion):
            people = [
                make_customer(rng, number, companies, len(kit["users"]))
                for number in range(start, min(customers, start + portion))
            ]
            loader.load_partners(people, today)
            loader.load(Story(rng, people, facts, today, months, each))
    env.invalidate_all(flush=False)
    made = make_invoices(env, kit, random.Random(seed), today, orm_invoices)
    env.cr.execute("ANALYZE")
    figures = {
        "seed": seed,
        "today": str(today),
        "customers": customers,
        "companies": ids,
        "orm_invoices": made,
        "rows": dict(loader.counts),
        **totals(env, today),
        "seconds": round(time.monotonic() - started, 1),
    }
    parameters.set_param(MARK, json.dumps(figures))
    return {**figures, "made": True}


def make_invoices(env, kit, rng, today, count):
    """Recent invoices by the ORM, for customers of the copied ledger."""
    partners = env["res.partner"].search(
        [("ref", "=like", "C0%"), ("parent_id", "=", False)], order="id"
    )
    if not count or not partners:
        return 0
    for index, company in enumerate(kit["companies"]):
        share = count // len(kit["companies"]) + (index < count % len(kit["companies"]))
        cenv = env(context=dict(env.context, allowed_company_ids=company.ids))
        moves = cenv["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": today - days(rng.randint(0, 60)),
                    "invoice_user_id": partner.user_id.id,
                    "ref": f"PO{rng.randrange(10**5):05d}",
                    "invoice_payment_term_id": rng.choice(kit["terms"]).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": rng.choice(kit["products"]).id,
                                "quantity": rng.randint(1, 5),
                                "price_unit": rng.randint(20, 900),
                            }
                        )
                        for _line in range(rng.randint(1, 3))
                    ],
                }
                for partner in rng.choices(partners, k=share)
            ]
        )
        moves.sorted(lambda move: (move.invoice_date, move.id)).action_post()
    return count


def totals(env, today):
    """Open and overdue receivables, by age."""
    env.flush_all()
    env.cr.execute(
        """
        SELECT CASE WHEN l.debit = 0 THEN 'credit'
                    WHEN %(today)s <= due THEN 'not due'
                    WHEN %(today)s - due <= 15 THEN '1-15'
                    WHEN %(today)s - due <= 30 THEN '16-30'
                    WHEN %(today)s - due <= 60 THEN '31-60'
                    WHEN %(today)s - due <= 90 THEN '61-90'
                    ELSE 'over 90' END AS age, COUNT(*), SUM(l.amount_residual)
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
           AND a.account_type = 'asset_receivable',
               LATERAL (SELECT COALESCE(l.date_maturity, l.date) AS due) x
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
         GROUP BY 1 ORDER BY 1""",
        {"today": today},
    )
    ages = {age: [count, float(amount)] for age, count, amount in env.cr.fetchall()}
    env.cr.execute(
        "SELECT COUNT(*) FROM account_move"
        " WHERE state = 'posted' AND move_type = 'out_invoice'"
    )
    return {"invoices": env.cr.fetchone()[0], "open_items": ages}
