"""What the company does meanwhile; run by Odoo's Python, not by pytest.

    python steps.py CONFIG DATABASE FUNCTION JSON

Prints what the function returns, one line of JSON behind an ``@``.
"""

import json
import sys

from freezegun import freeze_time

import odoo
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry

CUSTOMER = "Paying Customer"
# customer, currency, amount, days overdue
INVOICES = (
    (CUSTOMER, "USD", 120, 20),
    (CUSTOMER, "USD", 80, 12),
    (CUSTOMER, "EUR", 50, 15),
    ("Other Customer", "USD", 750, 8),
)


def prepare(env, url, smtp_port):
    """Make a company that writes mails and takes payments, and who owes it."""
    set_param = env["ir.config_parameter"].set_param
    set_param("web.base.url", url)
    set_param("web.base.url.freeze", "True")
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "Sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_port,
            "smtp_encryption": "none",
        }
    )
    env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    company.email = "invoices@company.example"
    company.dunning_policy_id = env.ref("credit_control.policy_standard")
    euro = env.ref("base.EUR")
    euro.active = True
    env["res.currency.rate"].create(
        {"currency_id": euro.id, "name": "2020-01-01", "rate": 0.5}
    )
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "is_published": True})
    invoices(env)


def invoices(env):
    """Post the invoices of the customer, and one of somebody who never pays."""
    for name, currency, amount, days in INVOICES:
        due = fields.Date.subtract(fields.Date.today(), days=days)
        env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer(env, name).id,
                "currency_id": env.ref(f"base.{currency}").id,
                "invoice_date": fields.Date.subtract(due, days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": False}
                    )
                ],
            }
        ).action_post()


def customer(env, name):
    """Return the customer of that name."""
    found = env["res.partner"].search([("name", "=", name)])
    return found or env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "email": f"{name.split()[0].lower()}@browser.example",
            "lang": "en_US",
        }
    )


def remind(env, days=0):
    """Plan, approve and send a dunning run; return the customers it reminds.

    :param int days: from today
    """
    with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=days)):
        run = env["dunning.run"].create({})
        run.action_plan()
        names = run.notice_ids.partner_id.mapped("name")
        # automatic levels go by themselves once a first run was sent
        if "draft" in run.notice_ids.mapped("state"):
            run.action_approve()
            run.action_send()
        env["dunning.delivery"]._cron_send()
        env.cr.commit()
        env["mail.mail"].process_email_queue()
    return sorted(names)


def invoice_states(env):
    """Return what became of the invoices, and of their payments."""
    moves = env["account.move"].search(
        [("partner_id.name", "=", CUSTOMER), ("move_type", "=", "out_invoice")],
        order="id",
    )
    lines = moves.line_ids.filtered(
        lambda line: line.account_type == "asset_receivable"
    )
    transactions = env["payment.transaction"].search([], order="id")
    return {
        "invoices": [
            [move.currency_id.name, move.payment_state, move.amount_residual]
            for move in moves
        ],
        "reconciled": lines.mapped("reconciled"),
        "payments": [
            [tx.currency_id.name, tx.amount, tx.state, tx.payment_id.state]
            for tx in transactions
        ],
        "seen": bool(customer(env, CUSTOMER).credit_profile_ids.portal_seen),
    }


def main():
    """Call one function in a transaction of its own."""
    config, database, function, values = sys.argv[1:]
    odoo.tools.config.parse_config(["-c", config, "-d", database], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        answer = globals()[function](env, **json.loads(values))
        cr.commit()
    sys.stdout.write(f"@{json.dumps(answer, default=str)}\n")


if __name__ == "__main__":
    main()
