"""Who can log in to the demo, and with whose eyes that is."""

from datetime import timedelta

from odoo import Command

from ledger.story import STORY

ROLES = {
    "credit_control.group_manager": "credit manager",
    "credit_control.group_collector_all": "collector, every portfolio",
    "credit_control.group_collector": "collector, own portfolio",
    "credit_control.group_sales_reader": "salesperson, own customers",
    "credit_control.group_auditor": "auditor, reads all and changes nothing",
    "account.group_account_invoice": "invoicing, no credit control",
}


def make(env):
    """Make the administrator an accountant; return (login, what it shows) of all.

    The other users come with the ledger's story; the password of each is its login.
    """
    admin = env.ref("base.user_admin")
    groups = ("account.group_account_manager", "credit_control.group_manager")
    admin.write(
        {
            "password": "admin",
            "tz": admin.tz or "Europe/Paris",
            "group_ids": [Command.link(env.ref(group).id) for group in groups],
            "company_ids": [Command.set(env["res.company"].search([]).ids)],
        }
    )
    _portfolios(env)
    shown = [("admin", "administrator and accountant, every company")]
    for spec in STORY["users"]:
        user = env["res.users"].search([("login", "=", spec["login"])])
        if user:
            role = next(ROLES[group] for group in spec["groups"] if group in ROLES)
            shown.append((user.login, f"{role} ({_scope(env, user)})"))
    portal = env["res.users"].search([("share", "=", True)])
    shown += [
        (user.login, f"customer: {user.commercial_partner_id.name}") for user in portal
    ]
    return shown


def _portfolios(env):
    """Put the collectors in teams, with rules for new customers and an absence."""
    teams = env["credit.team"]
    users = {user.login: user for user in env["res.users"].search([])}
    leader, french, british = map(users.get, ("manager", "collector", "collector2"))
    if teams.search_count([]) or not (leader and french and british):
        return
    for name, member in (("Agence France", french), ("Agency London", british)):
        company = member.company_id
        team = teams.create(
            {
                "name": name,
                "user_id": leader.id,
                "member_ids": [Command.set(member.ids)],
            }
        )
        env["credit.portfolio.rule"].create(
            {
                "name": f"{name}: new customers",
                "company_id": company.id,
                "team_id": team.id,
                "is_spread": True,
                "assign_domain": "[('amount_due', '>', 0)]",
            }
        )
    today = env.company._dunning_today()[env.company]
    env["credit.absence"].create(
        {
            "user_id": british.id,
            "deputy_id": leader.id,
            "date_from": today + timedelta(days=14),
            "date_to": today + timedelta(days=21),
            "note": "Holidays",
        }
    )


def _scope(env, user):
    """Return the companies of a user in words."""
    if user.company_ids == env["res.company"].search([]):
        return "every company"
    return ", ".join(user.company_ids.mapped("name"))
