"""Reports of mail servers on mails of ours that did not arrive, or not yet."""

import re
from dataclasses import dataclass, field

from .decoding import decode_header, find_addresses, read_ids

_DELIVERED = frozenset({"delivered", "relayed", "expanded"})
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]|\.\d)")
_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -](?:[45]\.\d|[A-Za-z#<]))")
_DAEMON = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.I)
_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|notification|report|delay)"
    r"|returned mail|mail delivery|failure notice|non remis|non delivr"
    r"|[eé]chec de (?:la )?(?:remise|distribution)|unzustellbar"
    r"|nicht zustellbar|message non distribu|could not be delivered|warning: message",
    re.I,
)
_DELAY = re.compile(
    r"delay(?:ed)?\b|still being retried|will (?:keep|continue) (?:trying|to try)"
    r"|no action is required|temporar|retard|différé|wird weiter versucht|verzögert",
    re.I,
)
_OUR_ID = re.compile(r"^\s{0,3}message-id:\s{0,5}(<[^<>\s]{3,500}>)", re.I | re.M)


@dataclass
class Bounce:
    """What a report says: who did not get what, and whether for good."""

    addresses: list = field(default_factory=list)
    action: str = ""
    status: str = ""
    is_permanent: bool = False
    diagnostic: str = ""
    message_ids: list = field(default_factory=list)


def read_report(blocks, original, text):
    """Return the `Bounce` of a formal report (RFC 3464), or None.

    :param list blocks: header blocks of the delivery status, each ``{name: value}``
    :param str original: headers of the mail that came back, as text
    :param str text: what the report says to people
    """
    people = [block for block in blocks if "action" in block or "status" in block]
    if not people:
        return None
    told = [block for block in people if _action(block) not in _DELIVERED]
    if not told:
        return None
    failed = [block for block in told if _is_permanent(block)]
    worst = (failed or told)[0]
    recipients = [
        address
        for block in (failed or told)
        for address in find_addresses(
            block.get("final-recipient") or block.get("original-recipient") or ""
        )[:1]
    ]
    return Bounce(
        addresses=list(dict.fromkeys(recipients)) or _other_addresses(text),
        action=_action(worst),
        status=_status(worst),
        is_permanent=bool(failed),
        diagnostic=worst.get("diagnostic-code", "")[:1000],
        message_ids=find_ids(original),
    )


def _action(block):
    return block.get("action", "").split(" ")[0].strip(";,.").lower()


def _status(block):
    match = _STATUS.search(block.get("status", "")) or _STATUS.search(
        block.get("diagnostic-code", "")
    )
    return match[1] if match else ""


def _is_permanent(block):
    """A class of 4 is a failure for now, whatever the action says."""
    status = _status(block)
    return status[:1] == "5" or (not status and _action(block) == "failed")


def read_words(mail, original):
    """Return the `Bounce` of a report in words alone, or None.

    :param mail: a `Mail` without a formal report
    :param str original: headers of the mail that came back, as text, where it is there
    """
    failed = [
        address
        for value in mail.headers.get("x-failed-recipients", ())
        for address in find_addresses(value)
    ]
    null_path = mail.headers.get("return-path", [""])[0].strip() == "<>"
    if not failed:
        by_machine = _DAEMON.match(mail.from_address) or null_path
        if not (by_machine and _SUBJECT.search(mail.subject)):
            return None
    text = mail.text[:20_000]
    status = _STATUS.search(text)
    found = status or _CODE.search(text)
    code = found[1][0] if found else ""
    is_delay = bool(_DELAY.search(f"{mail.subject}\n{text[:2000]}"))
    is_permanent = code == "5" or (not code and not is_delay)
    return Bounce(
        addresses=failed or _other_addresses(text, mail),
        action="failed" if is_permanent else "delayed",
        status=status[1] if status else "",
        is_permanent=is_permanent,
        diagnostic=next(
            (line.strip() for line in text.splitlines() if _CODE.search(line)), ""
        )[:1000],
        message_ids=find_ids(original) or find_ids(text),
    )


def _other_addresses(text, mail=None):
    """Addresses that the words name, but not those of the machine or of the reader."""
    known = set()
    if mail:
        known = {mail.from_address, *mail.to, *mail.cc}
    return [
        address
        for address in find_addresses(text)
        if address not in known and not _DAEMON.match(address)
    ][:1]


def find_ids(text):
    """Return the ids of the mails whose headers stand in a text."""
    found = [decode_header(value) for value in _OUR_ID.findall(text)]
    return list(dict.fromkeys(one for value in found for one in read_ids(value)))[:10]
