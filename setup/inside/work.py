"""What the collectors have done by now, so that every screen has something to show.

Done by the same methods as on the screens, by the people of the demo.
"""

from datetime import timedelta

# what came of the collector's calls, and his notes
CALLS = [
    ("no_answer", "Rang three times."),
    ("callback", "The accountant is back tomorrow."),
    ("promise", "The transfer is signed, it leaves within the week."),
    ("dispute", "Says that a part never arrived."),
    ("paid", "Paid last week, he says: look at the bank."),
    ("refused", "Wants a rebate first."),
    ("wrong_number", "Now a private number."),
    ("other", "The company is moving: new address to come."),
]


def do(env):
    """Do it once; a second time nothing is made."""
    users = {
        user.login: user
        for user in env["res.users"].search([("login", "in", ("collector", "manager"))])
    }
    if len(users) < 2 or env["credit.call"].search_count([], limit=1):
        return
    manager = env(user=users["manager"])
    collector = env(user=users["collector"])
    customers = _busy(collector)
    _call(collector, customers[: len(CALLS)])
    rest = customers[len(CALLS) :]
    _make_group(env, rest[:4])
    _many_at_once(manager, rest[4:12])
    _decide(manager)
    _ask_colleagues(collector)
    _share_dossier(manager)
    _hand_over(collector, rest[12:14], users["manager"])
    _past_absence(env, users["collector"], users["manager"])
    _say_on_the_page(env, rest[14:18])
    _dealt_with(manager)


def _busy(env):
    """Return customers of the worklist that are not of the story, best first."""
    profiles = env["credit.profile"]
    own = [("user_id", "=", env.uid), ("partner_id.ref", "=like", "C%")]
    company = env.user.company_id
    return profiles.search(
        [*profiles._worklist_domain(), *own, ("company_id", "=", company.id)],
        order="worklist_gain desc, id",
        offset=10,  # the first ones are left to be worked on
        limit=28,
    )


def _call(env, profiles):
    """Log a call with each outcome, and the promise or dispute that it brought."""
    reason = env.ref("credit_control.dispute_reason_quantity")
    for profile, (code, note) in zip(profiles, CALLS, strict=False):
        outcome = env.ref(f"credit_control.call_outcome_{code}")
        log = env["credit.call.log"].create(
            {"profile_id": profile.id, "outcome_id": outcome.id, "note": note}
        )
        if code == "dispute":
            log.write(
                {
                    "reason_id": reason.id,
                    "dispute_amount": round(log.dispute_amount / 4, 2),
                }
            )
        log.action_log()
    # they were not all made within the same second
    calls = env["credit.call"].sudo().search([("profile_id", "in", profiles.ids)])
    for hours, call in enumerate(calls):
        call.date -= timedelta(hours=23 * hours)


def _make_group(env, profiles):
    """Make the customers one group: a parent with its affiliated companies."""
    env = env(su=True)  # contacts are kept by others than collectors
    parent, affiliated = profiles[:1].partner_id, profiles[1:].partner_id
    partners = env["res.partner"]
    partners.browse(affiliated.ids).write({"parent_id": parent.id, "type": "other"})
    partners.browse(parent.ids).name = f"Groupe {parent.name}"


def _many_at_once(env, profiles):
    """Put some customers on hold, take it back; send others their statement."""
    actions = env["credit.mass.action"]
    if not profiles:
        return  # a small ledger
    company = profiles.company_id[:1]
    today = company._dunning_today()[company]
    until = {"hold_until": today + timedelta(days=5), "hold_reason": "Trade fair"}
    profiles = profiles.with_env(env)
    actions._apply("hold", profiles[:3], until, "Trade fair").action_undo()
    options = {"date": today, "full": False, "date_from": False, "skip_empty": True}
    actions._queue_statements(profiles[3:], options)


def _decide(env):
    """Decide what becomes of two customers whose claims are old."""
    profiles = env["credit.profile"].search(
        [("decision_due", "=", True), ("partner_id.ref", "=like", "C%")],
        order="amount_overdue desc, id",
        limit=2,
    )
    kinds = {"continue": "Pays, only late", "stop": "Costs more than it brings"}
    for profile, (kind, reason) in zip(profiles, kinds.items(), strict=False):
        wizard = env["credit.decide"].create(
            {"profile_ids": profile.ids, "kind": kind, "reason": reason}
        )
        wizard.action_apply()


def _ask_colleagues(env):
    """Ask two colleagues without a login about disputes; one has answered."""
    questions = {
        "Did we deliver one sack less?": "Yes: it stayed in the van, see note 1182.",
        "Were the jars packed as agreed?": None,
    }
    disputes = env["credit.dispute"].search(
        [("state", "=", "open"), ("profile_id.partner_id.ref", "=like", "S%")],
        order="date_deadline, id",
        limit=2,
    )
    for dispute, (question, answer) in zip(disputes, questions.items(), strict=False):
        link = dispute._ask("warehouse@credit-control.example", question, 14)
        if answer:
            dispute._receive_answer(link, answer, [])


def _share_dossier(env):
    """Prepare the documents of the dossier that a lawyer has, with a link to them."""
    dossier = env["credit.dossier"].search([("state", "=", "handed_over")], limit=1)
    if dossier:
        dossier._queue_zip()
        dossier._share("office@lawyer.example", 30)


def _hand_over(env, profiles, user):
    """Give a colleague two tasks, with a word."""
    days = profiles.company_id._dunning_today()
    for profile in profiles.with_env(env):
        profile._hand_over(
            user,
            "You know the director: please call him.",
            days[profile.company_id] + timedelta(days=2),
            as_collector=False,
        )


def _say_on_the_page(env, profiles):
    """Send the forms of four customers' pages; one has got his answer."""
    day = env.company._dunning_today()[env.company]
    reason = env.ref("credit_control.dispute_reason_delivery")
    forms = [
        ("promise", {"date": str(day + timedelta(days=6)), "note": "Friday's run."}),
        ("dispute", {"reason": str(reason.id), "note": "Two boxes were wet."}),
        ("plan", {"date": str(day + timedelta(days=10)), "count": "4"}),
        ("paid", {"date": str(day - timedelta(days=1)), "reference": "T-4711"}),
    ]
    requests = env["credit.portal.request"]
    for number, (profile, (kind, values)) in enumerate(
        zip(profiles, forms, strict=False)
    ):
        page = profile.with_env(env).sudo()
        claims = page._portal_claims()
        if kind == "dispute":
            claims = claims.filtered("move_id.invoice_date")
        claim = claims[:1]
        if not claim:
            continue  # a small ledger
        form = {**values, "nonce": f"form-of-the-demo-{number}", "items": claim.ids}
        requests += requests._take(page, kind, form)
    refused = requests.filtered(lambda request: request.kind == "plan")
    refused.answer = "The amount is small: please pay it at once."
    refused.action_refuse()


def _past_absence(env, user, deputy):
    """Keep an absence that is over; the one to come is there already."""
    today = env.company._dunning_today()[env.company]
    env["credit.absence"].create(
        {
            "user_id": user.id,
            "deputy_id": deputy.id,
            "date_from": today - timedelta(days=40),
            "date_to": today - timedelta(days=33),
            "note": "Training",
        }
    )


def _dealt_with(env):
    """Close the oldest events: dealt with."""
    events = env["credit.event"].search(
        [("state", "=", "new"), ("kind", "not in", ("insolvency", "plan_broken"))],
        order="id",
        limit=5,
    )
    events.action_done()
