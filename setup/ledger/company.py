"""What a ledger needs before its first entry, made by the ORM: companies, rates, terms,
products, salespersons."""

import random

from odoo import Command

from .plan import month_start
from .world import COMPANIES, RATES, TERMS, WORLD, ZONE, slug

TEAMS = ("France", "Export")
CHARTS = {"fr": "l10n_fr_account", "uk": "l10n_uk"}


def install_charts(env, companies):
    """Install the national charts of accounts that this Odoo offers."""
    names = [CHARTS[c["chart"]] for c in COMPANIES[:companies] if c["chart"]]
    modules = env["ir.module.module"].search(
        [("name", "in", names), ("state", "=", "uninstalled")]
    )
    if modules:
        modules.button_immediate_install()
        env.transaction.reset()


def set_up_companies(env, count):
    """The French parent, its branch and the British company, as far as ``count``."""
    # install_mode: no other module installs itself because of a country
    env = env(context=dict(env.context, install_mode=True))
    chart = env["account.chart.template"]
    currencies = env["res.currency"].with_context(active_test=False)
    for code in ("EUR", *RATES):
        currencies.search([("name", "=", code)]).active = True
    main = env["res.company"].search([("parent_id", "=", False)], order="id", limit=1)
    companies = env["res.company"]
    for plan in COMPANIES[:count]:
        template = plan["chart"]
        country = env["res.country"].search([("code", "=", plan["country"])])
        currency = currencies.search([("name", "=", plan["currency"])])
        vals = {
            "name": plan["name"],
            "city": plan["city"],
            "zip": plan["zip"],
            "street": "1 Station Square",
            "country_id": country.id,
        }
        if template:
            vals["currency_id"] = currency.id
        if not companies:
            company = main
            if not company._existing_accounting():
                company.write(vals)
        else:
            vals["parent_id"] = False if template else main.id
            company = env["res.company"].create(vals)
            env.cr.precommit.run()  # the branch takes the chart of its parent here
        if template and not company._existing_accounting():
            known = env["ir.module.module"].search_count(
                [("name", "=", CHARTS[template]), ("state", "=", "installed")]
            )
            chart.try_loading(template if known else "generic_coa", company)
            company.currency_id = currency
        if "iap_enrich_auto_done" in company._fields:
            company.iap_enrich_auto_done = True  # never ask the Internet who we are
        # not earlier: a new company with an address is looked up at once
        company.email = f"accounts@{slug(plan['name'])}.example"
        company.phone = plan["phone"]
        # the group works by one clock, whatever that of the machine
        company.resource_calendar_id.tz = ZONE
        companies |= company
    env.user.company_ids |= companies
    return companies


def set_up_bank_accounts(env, companies):
    """The account that letters ask the customers to pay to."""
    banks = {}
    for company, plan in zip(companies, COMPANIES, strict=False):
        bic = plan["bic"]
        if bic not in banks:
            banks[bic] = env["res.bank"].create({"name": plan["bank"], "bic": bic})
        if not company.partner_id.bank_ids:
            company.partner_id.bank_ids = [
                Command.create({"acc_number": plan["iban"], "bank_id": banks[bic].id})
            ]


def set_up_rates(env, rng, today, months):
    """Monthly rates of the foreign currencies, shared by all companies."""
    rows = []
    for code, rate in RATES.items():
        currency = env["res.currency"].search([("name", "=", code)])
        for shift in range(-months - 2, 1):
            rate *= 1 + rng.uniform(-0.018, 0.018)
            rows.append(
                {
                    "currency_id": currency.id,
                    "company_id": False,
                    "name": month_start(today, shift),
                    "rate": round(rate, 6),
                }
            )
    Rate = env["res.currency.rate"]
    Rate.search([("currency_id.name", "in", ["EUR", *RATES])]).unlink()
    Rate.create(rows)


def set_up_terms(env):
    """Payment terms of world.TERMS, in their order."""
    return env["account.payment.term"].create(
        [
            {
                "name": term["name"],
                "company_id": False,
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": percent,
                            "delay_type": kind,
                            "nb_days": delay,
                        }
                    )
                    for percent, kind, delay in term["parts"]
                ],
            }
            for term in TERMS
        ]
    )


def set_up_people(env, companies):
    """Salespersons in two teams; the first is the login ``sales``."""
    group = env.ref("sales_team.group_sale_salesman", raise_if_not_found=False)
    groups = env.ref("base.group_user") | (group or env["res.groups"])
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": name,
                    "login": login,
                    "email": f"{login}@maison-verdier.example",
                    "company_id": companies[0].id,
                    "company_ids": [Command.set(companies.ids)],
                    "group_ids": [Command.set(groups.ids)],
                    "tz": ZONE,
                }
                for login, name in WORLD["sales"]
            ]
        )
    )
    if "crm.team" in env:
        half = len(users) // 2
        env["crm.team"].create(
            [
                {
                    "name": name,
                    "company_id": False,
                    "user_id": members[0].id,
                    "member_ids": [Command.set(members.ids)],
                }
                for name, members in zip(
                    TEAMS, (users[:half], users[half:]), strict=True
                )
            ]
        )
    return users


def set_up(env, seed, today, months, count):
    """All of the above; returns {companies, terms, users, products, banks}."""
    companies = set_up_companies(env, count)
    env = env(context=dict(env.context, allowed_company_ids=companies.ids))
    companies = companies.with_env(env)
    set_up_bank_accounts(env, companies)
    set_up_rates(env, random.Random(seed), today, months)
    products = env["product.product"].create(
        [
            {"name": name, "type": "service", "list_price": 100.0}
            for name in WORLD["products"]
        ]
    )
    banks = {}
    for company in companies:
        bank = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "parent_of", company.id)], limit=1
        )
        method = bank.inbound_payment_method_line_ids.filtered(
            lambda line: line.code == "manual"
        )[:1]
        # without bank feeds a payment goes straight to the bank account
        method.payment_account_id = bank.default_account_id
        banks[company.id] = (bank, method)
    return {
        "companies": companies,
        "terms": set_up_terms(env),
        "banks": banks,
        "users": set_up_people(env, companies),
        "products": products,
    }
