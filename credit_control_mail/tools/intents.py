"""The codes of what a customer may want, in order of priority for the first label."""

INTENTS = (
    "bounce",
    "auto_reply",
    "insolvency",
    "legal",
    "privacy",
    "bank_change",
    "dispute",
    "complaint",
    "already_paid",
    "remittance",
    "plan_request",
    "promise",
    "delay",
    "document_request",
    "missing_information",
    "payment_question",
    "contact_change",
    "acknowledgement",
    "other",
)
PRIORITY = {code: place for place, code in enumerate(INTENTS)}
# nobody waits for an answer to these: they do not hold the customer's reminders
NO_ANSWER = frozenset({"bounce", "auto_reply", "acknowledgement", "other"})
# below it, what the learned weights say of those is a guess: a person looks first
SURE = 0.6

REASONS = (
    "price",
    "quantity",
    "quality",
    "delivery",
    "duplicate",
    "wrong_party",
    "not_received",
    "administrative",
    "other",
)


def is_pausing(intents):
    """Return whether an unanswered message with these codes holds the reminders.

    A message of which nothing is understood waits for a person: it holds them too.

    :param intents: codes of one message
    """
    found = set(intents)
    return not found or bool(found - NO_ANSWER)
