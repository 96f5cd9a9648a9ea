"""What a company has set up, and what its scheduled actions do on another day.

    python worker.py CONFIG DATABASE

The registry is loaded once; each request runs in a fork with connections of its own.
"""

import pathlib
import sys

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tools.misc import file_path

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import forks

DOMAIN = "company.example"
LEVEL = {
    "sequence": 10,
    "name": "Reminder",
    "delay_days": 5,
    "is_automatic": True,
    "send_email": True,
    "fallback_channel": "sms",
    "fallback_channel_2": "letter",
    "subject": "Reminder for {{ customer_name }}",
    "body_html": "<p>{{ customer_name }}</p>{{ table }}",
    "sms_body": "{{ company_name }}: {{ total_overdue }} overdue. {{ portal_link }} "
    "No SMS: {{ stop_link }}",
    "attach_invoices": False,
}
# what goes on by itself; no other scheduled action gets in the way
CRONS = (
    "credit_control.cron_send",
    "mail.ir_cron_mail_scheduler_action",
    "sms.ir_cron_sms_scheduler_action",
)


# === THE COMPANY === #
def prepare(env, url, smtp, sms):
    """Make a company that writes mails and text messages, and its people."""
    set_param = env["ir.config_parameter"].set_param
    for name, value in {
        "web.base.url": url,
        "web.base.url.freeze": "True",
        "sms.endpoint": sms,
    }.items():
        set_param(name, value)
    env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Post office",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp,
            "smtp_encryption": "none",
        }
    )
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.write(
        {
            "email": f"invoices@{DOMAIN}",
            "street": "1 Main Street",
            "zip": "10001",
            "city": "New York",
            "dunning_is_started": True,
            "dunning_auto_plan": True,
            "credit_digest_hour": 0,
            "alias_domain_id": env["mail.alias.domain"]
            .create(
                {"name": DOMAIN, "bounce_alias": "bounce", "catchall_alias": "catchall"}
            )
            .id,
        }
    )
    account_of_sms(env)
    policy(env)
    people(env)
    for name in CRONS:
        env.ref(name).active = True


def account_of_sms(env):
    """Give the company an account of Odoo's service."""
    service = env.ref("sms.iap_service_sms")
    account = env["iap.account"].search([("service_id", "=", service.id)], limit=1)
    account = account or env["iap.account"].create({"service_id": service.id})
    account.write({"account_token": "0" * 32, "state": "registered"})


def policy(env):
    """Return a policy that works at any hour, so that the test may run at any."""
    calendar = env["resource.calendar"].create(
        {
            "name": "Day and night",
            "tz": "UTC",
            "attendance_ids": [
                Command.create(
                    {
                        "name": "All day",
                        "dayofweek": str(day),
                        "hour_from": 0,
                        "hour_to": 24,
                        "day_period": "morning",
                    }
                )
                for day in range(7)
            ],
        }
    )
    role = env.ref("credit_control.role_accounts_payable")
    return env["dunning.policy"].create(
        {
            "name": "Wire policy",
            "company_id": env.company.id,
            "calendar_id": calendar.id,
            "level_ids": [
                Command.create({**LEVEL, "role_to_ids": [Command.set(role.ids)]})
            ],
        }
    )


def people(env):
    """Make a manager and two collectors; the password of each is the login."""
    for login, group in {
        "manager": "group_manager",
        "collector": "group_collector",
        "evening": "group_collector",
    }.items():
        groups = env.ref("base.group_user") | env.ref(f"credit_control.{group}")
        env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": login.title(),
                "login": login,
                "password": login,
                "email": f"{login}@{DOMAIN}",
                "group_ids": groups.ids,
            }
        )


# === CUSTOMERS === #
def make_customers(env, customers, days, login):
    """Make customers with an overdue invoice; return the profile of each by name.

    :param list customers: values of each; ``contacts`` are the values of people who pay
        its bills, or of its other addresses (``type``), by name
    :param int days: overdue
    :param str login: of the collector
    """
    role = env.ref("credit_control.role_accounts_payable")
    collector = env["res.users"].search([("login", "=", login)])
    mine = env["dunning.policy"].search([("name", "=", "Wire policy")])
    found = {}
    for values in customers:
        contacts = values.pop("contacts", {})
        customer = env["res.partner"].create(
            {
                "is_company": True,
                "lang": "en_US",
                "street": "2 Side Street",
                "zip": "10002",
                "city": "New York",
                "country_id": env.ref("base.us").id,
                "child_ids": [
                    Command.create(
                        {
                            "name": name,
                            "credit_role_ids": []
                            if "type" in person
                            else [Command.set(role.ids)],
                            **person,
                        }
                    )
                    for name, person in contacts.items()
                ],
                **values,
            }
        )
        post_invoice(env, customer, days)
        profile = env["credit.profile"].get_profile(customer, env.company)
        # chosen by hand: no rule leads to another one
        profile.write({"user_id": collector.id, "policy_id": mine.id})
        found[customer.name] = profile.id
    return found


def post_invoice(env, customer, days):
    """Post an invoice that is overdue by ``days``."""
    due = fields.Date.subtract(fields.Date.today(), days=days)
    env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": fields.Date.subtract(due, days=30),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})
            ],
        }
    ).action_post()


# === WHAT TIME DOES === #
def hurry(env):
    """Let what is to be tried again later be tried now."""
    waiting = env["dunning.delivery"].search([("date_next_try", "!=", False)])
    waiting.date_next_try = fields.Datetime.now()
    env.ref("credit_control.cron_send")._trigger()
    return len(waiting)


def day(env, days):
    """Return the day of the company so many days ahead."""
    today = env.company._dunning_today()[env.company]
    return fields.Date.to_string(fields.Date.add(today, days=days))


def evening(env):
    """Do what the scheduled action of the evening digest does."""
    env["credit.digest"]._cron_digest()


def remind(env, days):
    """Do what the scheduled actions of a later day do; return whom they remind."""
    with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=days)):
        env["dunning.run"]._cron_plan()
        env["dunning.delivery"]._cron_send()
        env["mail.mail"].process_email_queue()
        notices = env["dunning.notice"].search([("date", "=", fields.Date.today())])
        return sorted(notices.partner_id.mapped("name"))


def mailgate(_env):
    """Return the path of the script by which mail servers give Odoo its mail."""
    return file_path("mail/static/scripts/odoo-mailgate.py")


# === PROCESSES === #
def answer(database, request):
    """Run ``[function, values]``.

    :return: (how the process ended, what the function returned)
    """
    function, values = request
    return forks.wait(
        *forks.fork(database, lambda env: globals()[function](env, **values))
    )


if __name__ == "__main__":
    forks.serve(answer)
