"""One message as the match sees it: what it names, and what was found for whom."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from .free_mail import domain_of, is_free_mail
from .match_score import SHARED_DOMAIN_WEIGHT, UNPROVEN, Evidence
from .match_text import (
    TEXT_LIMIT,
    compact,
    find_addresses,
    fold_words,
    forwarded_senders,
    spellings,
    tail_numbers,
)

MACHINES = ("mailer-daemon", "postmaster")
FROM_ADDRESS = frozenset({"address", "reply_to", "remembered", "domain", "website"})


@dataclass
class Case:
    """What is asked and found about one message.

    :param company: id of the company the message is in
    :param scope: ids of the companies whose customers are looked at
    :param thread: ``(customer, company)`` of the notice or message answered
    :param remembered: "spam" or "nobody" when a person said so of the address
    :param moves: ``{(customer, company): ids of entries}`` that are named
    :param profiles: ``{customer: ids of companies in which he has a profile}``
    """

    key: int
    company: int
    scope: frozenset
    sender: str = ""
    reply_to: str = ""
    copied: list = field(default_factory=list)
    text: str = ""
    own_text: str = ""
    is_suspect: bool = False
    is_internal: bool = False
    is_supplier: bool = False
    thread: tuple = ()
    remembered: str = ""
    profiles: dict = field(default_factory=dict)
    found: dict = field(default_factory=lambda: defaultdict(list))
    moves: dict = field(default_factory=lambda: defaultdict(set))

    @cached_property
    def keys(self):
        """What may be a reference, as of :func:`spellings`."""
        return spellings(self.text[:TEXT_LIMIT])

    @cached_property
    def own_keys(self):
        """Those that the writer wrote himself, or that are in his files."""
        return spellings(self.own_text[:TEXT_LIMIT])

    @cached_property
    def numbers(self):
        """The same, to look things up in."""
        return set(self.keys)

    @cached_property
    def words(self):
        """The text as plain words, to find a name in."""
        return fold_words(self.text[:TEXT_LIMIT])

    @cached_property
    def tails(self):
        """What may be the last digits of a reference."""
        return tail_numbers(self.own_text)

    @cached_property
    def forwarded(self):
        """Who wrote what this message forwards; all addresses of a bounce."""
        if self.is_machine:
            return find_addresses(self.text)
        return forwarded_senders(self.text)

    @property
    def is_machine(self):
        """Whether a mail server wrote it, which is nobody's address."""
        return self.sender.partition("@")[0] in MACHINES

    @property
    def domain(self):
        """The sender's domain where it may tell who he is."""
        name = domain_of(self.sender)
        is_usable = "." in name and not self.is_internal and not self.is_machine
        return name if is_usable and not is_free_mail(name) else ""

    def addresses(self):
        """Return all addresses worth a look in the address book."""
        return {
            address
            for address in (self.sender, self.reply_to, *self.copied, *self.forwarded)
            if address
        }

    def add(self, customer, code, weight, *, contact=0, company=0, **values):
        """Note what speaks for a customer, once."""
        if self.is_suspect and code in FROM_ADDRESS:
            weight *= UNPROVEN
        piece = Evidence(code, weight, values, contact, company)
        pieces = self.found[customer]
        if not any(known[0] == code and known[2] == values for known in pieces):
            pieces.append(piece)

    def has(self, *codes):
        """Return whether some evidence of these kinds was found for anybody."""
        return any(
            piece.code in codes for pieces in self.found.values() for piece in pieces
        )

    def contact_of(self, customer):
        """Return the id of the contact of ``customer`` who wrote, 0 when unknown."""
        return next(
            (piece.contact for piece in self.found.get(customer, ()) if piece.contact),
            0,
        )

    def companies_of(self, customer):
        """Return the companies in which this may be about the customer.

        References say it; else the company the message is in, where he is a customer
        there; else those where he is one.

        :rtype: list[int]
        """
        known = self.profiles.get(customer, ())
        named = {
            piece.company
            for piece in self.found.get(customer, ())
            if piece.company in self.scope
        }
        choice = named or {company for company in known if company in self.scope}
        if self.company in choice or not choice:
            return [self.company]
        return sorted(choice)


_LEGAL_FORMS = (
    "sarl sas sasu sa snc eurl sci scop gie ei eirl bv nv bvba srl sprl gmbh ag kg ug "
    "ohg gbr mbh co ltd limited plc llp llc inc corp lp spa sl slu sau lda oy ab as "
    "aps zoo sro kft"
)
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
_REGISTRY = 9


def name_in(words, name):
    """Return how a company name stands in the words: "whole", "short" or nothing.

    >>> name_in(" facture pour dupont nord sarl merci ", "Dupont Nord SARL")
    'whole'
    >>> name_in(" facture pour dupont merci ", "Dupont SARL")
    'short'
    """
    folded = fold_words(name)
    bare = folded.split()
    if f" {' '.join(bare)} " in words and len(folded) > 5:
        return "whole" if len(bare) > 1 or len(folded) > 9 else "short"
    while bare and bare[-1] in LEGAL_FORMS:
        bare.pop()
    short = " ".join(bare)
    return "short" if len(short) >= 5 and f" {short} " in words else ""


def has_registration(numbers, vat, registry):
    """Return whether one of the numbers is the tax or company number.

    A French company number (SIREN) is the end of its VAT number, and the beginning of
    the numbers of its sites.
    """
    known = set()
    for value in (compact(vat), compact(registry)):
        if len(value) >= _REGISTRY:
            known.add(value)
            if value[-_REGISTRY:].isdigit():
                known.add(value[-_REGISTRY:] if value[:2].isalpha() else value)
            if value.isdigit() and len(value) == 14:
                known.add(value[:_REGISTRY])
    return bool(known & numbers)


def domain_weight(weight, count, most):
    """Return what a domain says that ``count`` customers have.

    :param most: with more customers than that, it only proposes
    """
    return weight / count**0.5 if count <= most else SHARED_DOMAIN_WEIGHT
