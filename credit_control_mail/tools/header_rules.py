"""What the envelope and the headers say, before any word is read.

Source: RFC 3834 (automatic responses), RFC 3464 (delivery status), RFC 8098 (read
receipts), RFC 2369 and RFC 2919 (lists).
"""

import re

from .finding import Finding
from .folding import fold

# a machine wrote it in answer to a mail: Exchange and Gmail localise the subject
REPLY_SUBJECT = re.compile(
    r"^\s*(?:(?:re|aw|tr|fwd?)\s*:\s*)?(?:\[[^\]]*\]\s*)?(?:reponse automatique"
    r"|automatic reply|auto(?:matic)?[- ]?(?:reply|response|responder)|autoreply"
    r"|out of (?:the )?office|\booo\b|absence (?:du bureau|de)|absente? du|message"
    r" d'absence|notification d'absence|abwesen|automatische antwort|abwesenheit"
    r"|i am (?:out|away)|away from)"
)
READ_SUBJECT = re.compile(
    r"^\s*(?:lu|read|gelesen|not read|non lu|read receipt|return receipt|accuse de"
    r" (?:lecture|reception)|confirmation de lecture|lesebestatigung)\s*(?::|\(|-)"
)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|non remis|delivery (?:status notification|failure|has failed|delayed"
    r"|incomplete)|mail delivery (?:failed|system)|returned mail|failure notice"
    r"|message (?:non remis|not delivered)|unzustellbar|nicht zugestellt|echec de"
    r" (?:la )?"
    r"(?:remise|distribution)|mail system error|warning: message .*delayed"
)
DAEMON = re.compile(r"mailer-daemon|postmaster@|mail delivery (?:sub)?system", re.I)
# of mail programs; what an ERP, a bank or a portal notifies has no such header
RESPONDERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-vacation")


def values_of(mail, name):
    """Return all values of a header, folded, as one text."""
    headers = getattr(mail, "headers", None) or {}
    found = headers.get(name) or ()
    found = [found] if isinstance(found, str) else found
    return fold(" ".join(str(value) for value in found)).strip()


def classify_headers(mail, subject=""):
    """Return what the headers alone prove: a bounce or an automatic response.

    :return: one finding at most; the text still tells the day of return
    :rtype: list[Finding]
    """
    subject = fold(subject or getattr(mail, "subject", "") or "")
    if mail is None and not subject:
        return []
    why = _bounce(mail, subject)
    if why:
        return [_finding("bounce", why)]
    why = _response(mail, subject)
    return [_finding("auto_reply", why)] if why else []


def _finding(intent, why):
    return Finding(intent, 0.99, explanation=[why], source="header")


def _bounce(mail, subject):
    """Return why the message is a delivery failure or delay notice."""
    content = values_of(mail, "content-type")
    if getattr(mail, "bounce", None) is not None:
        action = getattr(mail.bounce, "action", "") or ""
        if action.lower() not in ("delivered", "relayed", "expanded"):
            return "a mail server reports that a message was not delivered"
        return ""
    if "delivery-status" in content:
        return "a mail server reports that a message was not delivered"
    if values_of(mail, "x-failed-recipients"):
        return "a mail server names recipients it could not reach"
    sender = f"{getattr(mail, 'from_address', '')} {getattr(mail, 'from_name', '')}"
    sender += " " + values_of(mail, "from")
    if DAEMON.search(sender) and (
        BOUNCE_SUBJECT.search(subject) or values_of(mail, "return-path") == "<>"
    ):
        return "the mail system of a server wrote it"
    if values_of(mail, "return-path") == "<>" and BOUNCE_SUBJECT.search(subject):
        return "it has no sender to answer and the subject of a delivery failure"
    return ""


def _response(mail, subject):
    """Return why the message is an automatic response."""
    if "disposition-notification" in values_of(mail, "content-type"):
        return "a read receipt"
    if READ_SUBJECT.match(subject):
        return "the subject of a read receipt"
    if REPLY_SUBJECT.match(subject):
        return "the subject of an absence notice"
    submitted = values_of(mail, "auto-submitted")
    if submitted.startswith("auto-replied"):
        return "the header Auto-Submitted says that a machine answered"
    if "auto_reply" in values_of(mail, "precedence"):
        return "the header Precedence says that a machine answered"
    for name in RESPONDERS:
        if values_of(mail, name) not in ("", "no", "false"):
            return "a header says that a machine answered"
    return ""


def facts_of(mail):
    """Return names of facts for the classifier: evidence, no verdict.

    A notice of an ERP, a bank or a portal is sent by a machine too, and a group's
    mailbox may be a list: only the text tells.
    """
    found = []
    submitted = values_of(mail, "auto-submitted")
    if submitted and not submitted.startswith("no"):
        found.append("fact_automatic")
    if values_of(mail, "x-auto-response-suppress") and not found:
        found.append("fact_automatic")
    lists = ("list-id", "list-unsubscribe", "list-post")
    if any(values_of(mail, name) for name in lists) or (
        values_of(mail, "precedence") in ("bulk", "list", "junk")
    ):
        found.append("fact_list")
    return found + _attachments(mail)


PROOF = re.compile(
    r"preuve|proof|swift|virement|transfer|ordre|confirmation|avis d.exec"
)
ADVICE = re.compile(
    r"avis|remittance|advice|bordereau|detail|reglement|paiement|payment"
)


def _attachments(mail):
    names = [
        fold(item.name or "")
        for item in getattr(mail, "attachments", None) or ()
        if not getattr(item, "is_inline", False)
    ]
    found = ["fact_attachment"] if names else []
    if any(PROOF.search(name) for name in names):
        found.append("fact_attachment_proof")
    if any(ADVICE.search(name) for name in names):
        found.append("fact_attachment_list")
    return found
