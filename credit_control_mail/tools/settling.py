"""What findings of one message mean together: one thing is proposed once."""

from .contacts import find_contact, find_sender_left
from .finding import Finding
from .intents import PRIORITY
from .text import sentences

# sure enough to be proposed; a person decides
LEFT = 0.85


def settle(findings, text):
    """Return ``findings`` without those that another one of them makes wrong.

    Who asks for instalments promises nothing yet; a contact named beside new bank
    details is part of the fraud; who has left the company does not come back.

    :param list findings: as ``understand`` returns them
    :param str text: the sender's own words
    """
    codes = {found.intent for found in findings}
    if "plan_request" in codes:
        findings = _one_plan(findings)
    if "bank_change" in codes:
        return [found for found in findings if found.intent != "contact_change"]
    if codes.isdisjoint({"contact_change", "bounce"}):
        findings = _with_leaver(findings, text)
    return findings


def _one_plan(findings):
    """Join the parts of a plan, and the promise to pay one of them."""
    plan, *parts = [found for found in findings if found.intent == "plan_request"]
    if parts:
        keys = [key for one in (plan, *parts) for key in one.keys]
        plan.keys = tuple(dict.fromkeys(keys))
        plan.instalments = plan.instalments or 1 + len(parts)
        sums = [one.amount for one in (plan, *parts)]
        plan.amount = None if None in sums else sum(sums)
    kept, days = [], [one.date for one in (plan, *parts) if one.date]
    for found in findings:
        is_apart = found.keys and plan.keys and not set(found.keys) & set(plan.keys)
        if found.intent == "promise" and not is_apart:
            days += [found.date] if found.date else []
        elif found not in parts:
            kept.append(found)
    plan.date = min(days, default=None)
    return kept


def _with_leaver(findings, text):
    """Add the change of contact of a sender who says that he has left."""
    place = find_sender_left(text)
    if place is None:
        return findings
    said = next(span for span in sentences(text) if span.end > place[0])
    leaver = Finding(
        "contact_change",
        LEFT,
        evidence=said.text,
        start=said.start,
        end=said.end,
        contact=find_contact(text),
        explanation=["the sender says that he has left"],
        source="rule",
    )
    # nobody waits for the return of who has left
    kept = [
        found
        for found in findings
        if found.source != "model" or found.intent not in ("auto_reply", "other")
    ]
    return sorted([*kept, leaver], key=lambda one: (PRIORITY[one.intent], one.start))
