"""What came back after the day's run went out, and what people did about it."""

from datetime import timedelta

from odoo import fields
from odoo.tools import email_normalize

from ledger.channels import slip

PRESETS = ("promise_call", "limit_sales")
NUMBERS = ("RA567890126FR", "RA678901237FR")


def follow(env):
    """Do it once; a second time nothing is made."""
    users = {
        user.login: user
        for user in env["res.users"].search([("login", "in", ("collector", "manager"))])
    }
    if len(users) < 2 or env["dunning.simulation"].search_count([], limit=1):
        return
    manager, collector = env(user=users["manager"]), env(user=users["collector"])
    _stop_messages(collector)
    env["dunning.delivery"]._process_queue(200)  # if the server is not there yet
    _come_back(env, "Boîte Pleine", 1)
    _come_back(env, "Impasse du Facteur", 2)
    _return_letter(env)
    env["dunning.delivery"]._process_queue(200)
    _print_and_post(manager)
    presets = manager["credit.automation.preset"]
    if presets._is_ready():
        presets.search([("code", "in", PRESETS)]).action_set_up()
    _simulate(manager)


def _profile(env, name):
    """Return the profile of a customer of the story."""
    return env["credit.profile"].search(
        [("partner_id.name", "=", name), ("partner_id.ref", "=like", "S%")], limit=1
    )


def _stop_messages(env):
    """A customer said on the phone that he wants no more text messages."""
    customer = _profile(env, "Silence Radio").partner_id
    if people := (customer | customer.child_ids).filtered("phone"):
        people.action_credit_sms_stop()


def _come_back(env, name, times):
    """Let the mails to a customer come back, each to the next address."""
    notice = _profile(env, name).notice_ids.filtered("run_id")[:1]
    for _time in range(times):
        mail = notice.delivery_ids.filtered(
            lambda one: one.channel == "email" and one.state in ("queued", "sent")
        )[-1:]
        if not mail:
            return  # nothing was sent: a closed day
        notice._message_receive_bounce(email_normalize(mail.email_to), mail.partner_ids)
        env["dunning.delivery"]._process_queue(200)


def _return_letter(env):
    """The post returned a registered letter yesterday."""
    letter = _profile(env, "Adresse Envolée").notice_ids.delivery_ids.filtered(
        lambda one: one.channel == "registered" and one.state == "sent"
    )
    if not letter:
        return
    day = letter.company_id._dunning_today()[letter.company_id] - timedelta(days=1)
    number = letter.tracking_number
    words = "Destinataire inconnu à l'adresse"
    proof = slip("Avis de réception", f"N° {number}", words)
    name = f"retour-{number}.pdf"
    letter._keep_files("receipt_attachment_id", {letter: (proof, name)}, name)
    letter._record_receipt("returned", day)


def _print_and_post(env):
    """Print four letters, post two of them with their proofs; one waits too long."""
    company = env.ref("base.main_company")
    letters = env["dunning.delivery"].search(
        [
            ("channel", "in", ("letter", "registered")),
            ("state", "=", "queued"),
            ("company_id", "=", company.id),
            ("date_printed", "=", False),
        ],
        order="channel desc, id",
        limit=6,
    )
    if len(letters) < 6:
        return  # a small ledger
    batch = env["dunning.letter.batch"].create(
        {"scope": "selected", "selected_ids": letters[:4].ids}
    )
    batch.action_print()
    posting = env["dunning.letter.posting"].with_context(
        active_model="dunning.delivery", active_ids=letters[:2].ids
    )
    posting = posting.create({})
    registered = posting.line_ids.filtered("is_registered")
    for line, number in zip(registered, NUMBERS, strict=False):
        line.tracking_number = number
    posting.proof = slip("Bordereau de dépôt", *NUMBERS)
    posting.proof_name = "bordereau.pdf"
    posting.action_confirm()
    # sudo: they have waited for days
    now = fields.Datetime.now()
    letters[3].sudo().date_printed = now - timedelta(days=7)
    letters[4].sudo().date_queued = now - timedelta(days=8)


def _simulate(env):
    """Look ahead with a changed level and with another rule; the results are kept."""
    policy = env.ref("credit_control.policy_standard")
    draft = policy.browse(policy.action_draft()["res_id"])
    first = draft.level_ids.filtered(lambda level: level.delay_days > 0)[:1]
    first.delay_days += 3
    simulations = env["dunning.simulation"]
    for name, drafts, rule in (
        ("The first reminder three days later?", draft, None),
        ("Small amounts up to 1,000?", None, "[('amount_due', '<', 1000)]"),
    ):
        simulation = simulations.browse(simulations._open(drafts)["res_id"])
        simulation.name = name
        if rule:
            small = env.ref("credit_control.policy_small")
            lines = simulation.rule_ids.grouped("policy_id")
            lines[small].assign_domain = rule
        simulation.action_simulate()
