"""One login for each role, so that the demo can be seen with everybody's eyes."""

from odoo import Command

# login, name, what it shows, groups
PEOPLE = (
    (
        "collector",
        "Chloé Martin",
        "collector: own portfolio",
        ("credit_control.group_collector",),
    ),
    (
        "collector_all",
        "Paul Girard",
        "collector: every portfolio",
        ("credit_control.group_collector_all",),
    ),
    (
        "manager",
        "Marie Laurent",
        "credit manager: policies, runs, rights",
        ("credit_control.group_manager",),
    ),
    (
        "sales",
        "Camille Roy",
        "salesperson: own customers",
        ("credit_control.group_sales_reader", "sales_team.group_sale_salesman"),
    ),
    (
        "auditor",
        "Anne Dubois",
        "auditor: reads all, changes nothing",
        ("credit_control.group_auditor",),
    ),
    (
        "london",
        "Oliver Hughes",
        "credit manager of the second company",
        ("credit_control.group_manager",),
    ),
)


def make(env):
    """Make the logins that are missing; return (login, what it shows) of all.

    The password of each is its login.
    """
    shown = [_admin(env)]
    for login, name, role, groups in PEOPLE:
        companies = _companies(env, login)
        if companies:
            user = _user(env, login, name, groups, companies)
            shown.append((user.login, role))
    _share_portfolio(env)
    portal = _portal(env)
    if portal:
        shown.append((portal.login, f"customer {portal.commercial_partner_id.name}"))
    return shown


def _companies(env, login):
    """Return the companies that a login works in, the first one its own."""
    companies = env["res.company"].search([], order="id")
    main = companies[0]
    others = companies.filtered(lambda company: company.root_id != main.root_id)
    if login == "london":
        return others[:1]
    return main | companies.filtered(lambda company: company.root_id == main.root_id)


def _user(env, login, name, groups, companies):
    """Find or make a user and see to its groups, companies and password."""
    users = env["res.users"].with_context(no_reset_password=True, active_test=False)
    user = users.search([("login", "=", login)])
    wanted = [env.ref(group) for group in ("base.group_user", *groups)]
    values = {
        "group_ids": [Command.link(group.id) for group in wanted],
        "active": True,
        "password": login,
    }
    if user:
        user.write(values)
        return user
    return users.create(
        {
            **values,
            "name": name,
            "login": login,
            "email": f"{login}@{companies[0].alias_domain_id.name or 'credit.example'}",
            "tz": "Europe/Paris",
            "company_id": companies[0].id,
            "company_ids": [Command.set(companies.ids)],
        }
    )


def _admin(env):
    """Make the administrator an accountant who sees every company."""
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
    return "admin", "administrator and accountant, every company"


def _share_portfolio(env):
    """Give the collector every third profile that nobody has, as a portfolio."""
    collector = env["res.users"].search([("login", "=", "collector")])
    free = env["credit.profile"].search(
        [("user_id", "=", False), ("company_id", "in", collector.company_ids.ids)],
        order="id",
    )
    taken = env["credit.profile"].search_count([("user_id", "=", collector.id)])
    if not taken:
        free[::3].user_id = collector


def _portal(env):
    """Give the customer with the most overdue invoices a login to the portal."""
    portal = env["res.users"].search([("login", "=", "customer")])
    if portal:
        return portal
    profile = env["credit.profile"].search(
        [("amount_overdue", ">", 0), ("company_id", "=", env.company.id)],
        order="amount_overdue desc, id",
        limit=1,
    )
    if not profile:
        return None
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "partner_id": profile.partner_id.id,
                "login": "customer",
                "password": "customer",
                "company_id": profile.company_id.id,
                "company_ids": [Command.set(profile.company_id.ids)],
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
    )
