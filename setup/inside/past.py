"""What happened before today's run: a draw, reminders of two months, a digest."""

from datetime import timedelta

from odoo import Command, fields

from ledger.main import QUIET
from ledger.scenes import reminder_vals

# for so long the two ways of reminding have been compared
COMPARED = timedelta(days=75)
# what is younger would keep today's reminders away
RECENT = timedelta(days=8)
VARIANT = "Standard, text of the sales team"


def make(env):
    """Make it once; a second time nothing is made."""
    manager = env["res.users"].search([("login", "=", "manager")])
    policy = env.ref("credit_control.policy_standard")
    if not manager or policy.variant_ids:
        return
    manager = env(user=manager)
    _measure(manager, policy)
    # its text is there; without an account of SMS each message says so
    manager.ref("credit_control.level_small_second").send_sms = True
    _remember_reminders(env(su=True, context={**env.context, **QUIET}), policy)
    _digest_of_yesterday(env)


def _measure(env, policy):
    """Compare two ways to remind, and leave some customers without reminders."""
    policy = policy.with_env(env)
    variant = policy.browse(policy.action_new_variant()["res_id"])
    first = variant.level_ids.filtered(lambda level: level.delay_days > 0)[:1]
    first.write({"delay_days": 3, "subject": "Did our invoice reach you?"})
    variant.write({"name": VARIANT, "variant_percent": 40})
    # sudo: it is kept by the program, and was drawn some time ago
    policy.sudo().variant_date -= COMPARED
    env.ref("credit_control.policy_small").hold_out_percent = 20


def _remember_reminders(env, policy):
    """Make the first reminders of the customers who were drawn, as they went."""
    policies = policy.with_env(env) | policy.with_env(env).variant_ids
    first = {
        one.id: one.level_ids.filtered(lambda level: level.delay_days > 0)[:1]
        for one in policies
    }
    today = fields.Date.context_today(env.user)
    env.flush_all()
    env.cr.execute(
        """
        SELECT profile.id, profile.dunning_policy_id, line.date_maturity,
               array_agg(line.id ORDER BY line.id)
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
           AND account.account_type = 'asset_receivable'
          JOIN res_partner contact ON contact.id = line.partner_id
          JOIN res_partner customer ON customer.id = contact.commercial_partner_id
           AND customer.ref LIKE 'C%%' AND customer.email IS NOT NULL
          JOIN credit_profile profile ON profile.partner_id = customer.id
           AND profile.company_id = line.company_id AND profile.policy_id IS NULL
          LEFT JOIN LATERAL (
               SELECT max(other.date) AS day
                 FROM account_partial_reconcile part
                 JOIN account_move_line other ON other.id = part.credit_move_id
                WHERE part.debit_move_id = line.id AND line.reconciled) paid ON TRUE
         WHERE profile.dunning_policy_id = ANY(%(policies)s)
           AND line.parent_state = 'posted' AND line.balance > 0
           AND line.no_followup IS NOT TRUE
           AND line.date_maturity BETWEEN %(since)s AND %(last)s
           AND (paid.day IS NULL OR paid.day > line.date_maturity + 5)
         GROUP BY 1, 2, 3 ORDER BY 3, 1""",
        {
            "policies": policies.ids,
            "since": today - COMPARED,
            "last": today - RECENT - timedelta(days=5),
        },
    )
    vals_list = []
    for profile_id, policy_id, due, line_ids in env.cr.fetchall():
        level = first[policy_id]
        profile = env["credit.profile"].browse(profile_id)
        day = due + timedelta(days=level.delay_days)
        lines = env["account.move.line"].browse(line_ids)
        vals = reminder_vals(profile, lines, level, day)
        partner = profile.partner_id
        mail = {
            "channel": "email",
            "state": "sent",
            "partner_ids": [Command.set(partner.ids)],
            "email_to": partner.email_formatted,
            "lang": partner.lang,
            "date_sent": fields.Datetime.to_datetime(day),
        }
        vals_list.append({**vals, "delivery_ids": [Command.create(mail)]})
    env["dunning.notice"].create(vals_list)


def _digest_of_yesterday(env):
    """Keep the digest of yesterday's evening; to one customer "not now" was said."""
    digests, company = env["credit.digest"], env.ref("base.main_company")
    today = company._dunning_today()[company]
    sent = digests._make(company, today, digests._rows_of_day(company, today))
    evening = fields.Datetime.to_datetime(today) - timedelta(hours=6)
    sent._update_state(("draft",), "sent", date_sent=evening)
    lines = sent.line_ids.filtered(
        lambda line: (line.profile_id.partner_id.ref or "").startswith("C")
    )
    if lines:
        code = lines._reasons()[0][0]
        lines[len(lines) // 2]._not_now(3, code, "His director calls tomorrow.")
