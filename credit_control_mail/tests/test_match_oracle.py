"""The match against a plain Python one, on random ledgers and messages."""

import os
import re
from dataclasses import dataclass, field
from random import Random

from odoo.tests import tagged

from .match_common import MatchCommon

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "60"))
DOMAINS = ["alpha.example", "beta.example", "gmail.com", "gamma.example"]
PEOPLE = ["compta", "ann", "bob", "info"]
NAMES = ["Delmas Textiles", "Vasseur Freres", "Becker Spedition", "Ashworth Foods"]


@dataclass
class Customer:
    """What the address book and the ledger know of one customer."""

    profile: object
    name: str
    addresses: set
    invoices: list = field(default_factory=list)

    def evidence(self, sender, text):
        """Return what speaks for this customer, found by looking everywhere."""
        found = set()
        if sender in self.addresses:
            found.add("address")
        domain = sender.partition("@")[2]
        if domain != "gmail.com" and domain in {
            address.partition("@")[2] for address in self.addresses
        }:
            found.add("domain")
        plain = re.sub(r"[^A-Z0-9]", "", text.upper())
        for invoice in self.invoices:
            if re.sub(r"[^A-Z0-9]", "", invoice.upper()) in plain:
                found.add("reference")
        return found


@tagged("post_install", "-at_install")
class TestMatchOracle(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(20260615)
        cls.customers = [cls.make_random_customer(number) for number in range(8)]

    @classmethod
    def make_random_customer(cls, number):
        random = cls.random
        addresses = {
            f"{random.choice(PEOPLE)}@{random.choice(DOMAINS)}"
            for _ in range(random.randint(1, 3))
        }
        name = f"{random.choice(NAMES)} {number}"
        contacts = [{"name": mail, "email": mail} for mail in sorted(addresses)]
        partner = cls.make_customer(name, contacts, email=False)
        customer = Customer(cls.make_profile(partner), name, addresses)
        for _ in range(random.randint(1, 2)):
            amount = random.randint(100, 99999) / 100
            customer.invoices.append(cls.make_invoice(partner, amount, -5).name)
        return customer

    def random_message(self):
        """Return the address and the text of a message."""
        random = self.random
        invoices = [name for one in self.customers for name in one.invoices]
        sender = f"{random.choice(PEOPLE)}@{random.choice([*DOMAINS, 'zeta.example'])}"
        words = ["Hello, we pay soon."]
        for _ in range(random.choice([0, 0, 1, 1, 2])):
            name = random.choice(invoices)
            words.append(random.choice([name, name.lower(), name.replace("/", " ")]))
            words.append("of 12/03/2026.")
        if random.random() < 0.3:
            words.append(random.choice(self.customers).name)
        return sender, "\n".join(words)

    def outcome(self, message):
        """Return all that the match wrote, to compare."""
        return (
            message.profile_id.id,
            message.partner_id.id,
            message.match_confidence,
            message.match_reasons,
            sorted(message.move_ids.ids),
            [(row.profile_id.id, row.confidence) for row in message.candidate_ids],
        )

    def test_against_oracle(self):
        mails = [self.random_message() for _ in range(EXAMPLES)]
        messages = self.env["credit.message"]
        for sender, text in mails:
            messages |= self.make_message(sender, text)
        messages._match()
        for message, (sender, text) in zip(messages, mails, strict=True):
            with self.subTest(sender=sender, text=text):
                self.compare(message, sender, text)

    def compare(self, message, sender, text):
        found = {
            customer.profile: evidence
            for customer in self.customers
            if (evidence := customer.evidence(sender, text))
        }
        chosen = message.profile_id
        proposed = message.candidate_ids.profile_id
        # nobody without evidence, and never two verdicts
        self.assertLessEqual(set(chosen | proposed), set(found))
        self.assertFalse(chosen and proposed)
        strong = {
            profile
            for profile, evidence in found.items()
            if evidence & {"address", "reference"}
        }
        if not found:
            self.assertFalse(message.match_confidence)
        elif len(strong) == 1:
            # one alone is named: it is his, unless others share his domain
            [only] = strong
            self.assertEqual((chosen or proposed)[:1], only)
        elif chosen:
            ranked = sorted(len(evidence) for evidence in found.values())
            self.assertEqual(len(found[chosen]), ranked[-1])
        if chosen:
            needed = self.env.company.credit_match_confidence
            self.assertGreaterEqual(message.match_confidence, needed)

    def test_order_and_batch_do_not_matter(self):
        mails = [self.random_message() for _ in range(EXAMPLES // 3)]
        batch = self.env["credit.message"]
        single = self.env["credit.message"]
        for sender, text in mails:
            batch |= self.make_message(sender, text)
            single |= self.make_message(sender, text)
        shuffled = batch.browse(self.random.sample(batch.ids, len(batch)))
        shuffled._match()
        for message in single:
            message._match()
        self.assertEqual(
            [self.outcome(message) for message in batch],
            [self.outcome(message) for message in single],
        )
        before = [self.outcome(message) for message in batch]
        batch._match()
        self.assertEqual([self.outcome(message) for message in batch], before)

    def test_queries_do_not_grow(self):
        counts = {}
        for number in (1, 50):
            messages = self.env["credit.message"]
            for _ in range(number):
                messages |= self.make_message(*self.random_message())
            # the widest one, so that one message asks all there is to ask
            messages |= self.make_message(
                "ann@alpha.example",
                " ".join(name for one in self.customers for name in one.invoices),
            )
            messages |= self.make_message("new@alpha.example", "Hello")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            messages._match()
            self.env.flush_all()
            counts[number] = self.env.cr.sql_log_count - start
        # candidates are stored by the hundred
        self.assertLessEqual(counts[50], counts[1] + 2, counts)
        self.assertLess(counts[50], 30)
