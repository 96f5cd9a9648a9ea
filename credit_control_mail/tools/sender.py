"""Whether a mail server proved that a mail comes from the address it shows."""

import re

from .decoding import find_addresses

_RESULT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.I)
_FAILED = frozenset({"fail", "softfail", "hardfail", "permerror"})


def results(mail):
    """Return what our own mail server found: ``{"dmarc": "pass", ..}``.

    Only the first header counts: a server writes above what it got, and everything
    below may be the sender's own invention.
    """
    header = mail.headers.get("authentication-results", [""])[0]
    found = {}
    for name, value in _RESULT.findall(re.sub(r"\([^()]{0,300}\)", " ", header)):
        name, value = name.lower(), value.lower()
        if found.get(name) != "pass":
            found[name] = value
    if not found:
        spf = mail.headers.get("received-spf", [""])[0].split(" ")[0].lower()
        if spf:
            found["spf"] = spf
    return found


def is_suspect(mail, own_domains=()):
    """Return whether the sender's address is not proven, or pretends.

    :param mail: a `Mail`
    :param own_domains: domains of ours, in small letters; who uses them must prove it
    """
    if not mail.from_address or len(mail.headers.get("from", ())) > 1:
        return True
    found = results(mail)
    if _shows_other_address(mail):
        return True
    dmarc = found.get("dmarc", "")
    if dmarc == "pass":
        return False
    passed = "pass" in (found.get("spf"), found.get("dkim"))
    if dmarc in _FAILED:
        return True
    if mail.from_address.rpartition("@")[2] in own_domains and not passed:
        return True
    return not passed and bool(_FAILED & set(found.values()))


def _shows_other_address(mail):
    """A name that looks like an address of somebody else."""
    domain = mail.from_address.rpartition("@")[2]
    shown = {one.rpartition("@")[2] for one in find_addresses(mail.from_name)}
    return bool(shown - {domain})
