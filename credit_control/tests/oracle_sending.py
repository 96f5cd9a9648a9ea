"""The check before sending a second time, in plain Python.

``check(ledger, lines)`` says of each line of the notices that wait whether it may still
be demanded on the day of the ledger, as the rules have it: one that was settled, moved
or held since is dropped. Like ``oracle_plan.py`` it shares no line with the product.
"""

from collections import defaultdict
from decimal import Decimal

from .oracle_claims import Claims
from .oracle_facts import Answer


def check(ledger, lines):
    """``{line id: Answer}`` for lines (:class:`~.oracle_facts.Waiting`)."""
    return _Sending(ledger).answers(lines)


def cancelled(lines, answers):
    """Ids of the notices of which no claim is left."""
    left = {
        line.notice_id
        for line in lines
        if line.kind == "claim" and answers[line.id].code is None
    }
    return {line.notice_id for line in lines} - left


class _Sending(Claims):
    def __init__(self, ledger):
        # that a notice waits is no reason against it
        sent = tuple(notice for notice in ledger.notices if notice.state == "sent")
        super().__init__(ledger._replace(notices=sent))
        self.item = {item.id: item for item in ledger.items}
        self.of_item = {claim.item.id: claim for claim in self.claims}

    def answers(self, lines):
        """Why each line is dropped, if it is, and what is open of it."""
        self.share_disputes()
        self.hold()
        codes = {line.id: self.reason(line) for line in lines}
        codes |= self.covered([line for line in lines if not codes[line.id]])
        codes |= self.settled([line for line in lines if not codes[line.id]])
        return {line.id: self.answer(line, codes[line.id]) for line in lines}

    def settled(self, lines):
        """Lines of which credits in the company leave nothing, by policy and currency.

        Only of notices of all that a customer owes, and not where a level was forced.
        """
        purses = defaultdict(list)
        for line in lines:
            if line.grouping == "customer":
                purses[line.profile_id, line.policy_id, line.currency_id].append(line)
        found = {}
        for (_profile_id, _policy_id, currency_id), own in purses.items():
            claims = [self.of_item[line.item_id] for line in own]
            credits_ = [
                credit.residual
                for credit in self.our_credits
                if credit.currency_id == currency_id
                and self.customer_of(credit) == claims[0].profile.partner_id
            ]
            net = sum(claim.demanded for claim in claims) + sum(credits_)
            if credits_ and net <= 0 and not any(line.is_forced for line in own):
                found |= dict.fromkeys([line.id for line in own], "covered")
        return found

    def answer(self, line, code):
        if code:
            return Answer(code)
        claim = self.of_item[line.item_id]
        return Answer(None, claim.item.residual, claim.disputed)

    def reason(self, line):
        """What became of the item itself, then the first hold of the claim."""
        item = self.item.get(line.item_id)
        if item is None:
            return "gone"
        if item.state != "posted":
            return "not_posted"
        if item.reconciled or item.residual <= 0:
            return "paid"
        claim = self.of_item[item.id]
        if claim.profile is None or claim.profile.id != line.profile_id:
            return "other_customer"
        if line.was_overdue and not claim.overdue:
            return "not_due"
        if not claim.code and self.is_too_early(line):
            return "deadline"
        return claim.code

    def is_too_early(self, line):
        """The days to pay of a letter run that is known by now to have arrived."""
        if line.kind != "claim" or line.is_forced:
            return False
        return self.pay_by(self.item[line.item_id]) is not None

    def covered(self, lines):
        """Lines whose customer has enough credit in the currency.

        What is overdue is set against the open credits, whoever demands it; what is
        not due yet only when those leave something.
        """
        nets = defaultdict(Decimal)
        for claim in self.claims:
            if claim.overdue and claim.code is None:
                nets[claim.purse] += claim.demanded
        rich = set()
        for credit in self.credits:
            purse = self.customer_of(credit), credit.currency_id
            nets[purse] += credit.residual
            rich.add(purse)
        with_early = nets.copy()
        for line in lines:
            claim = self.of_item[line.item_id]
            if not claim.overdue:
                with_early[claim.purse] += claim.demanded
        found = {}
        for line in lines:
            claim = self.of_item[line.item_id]
            net = nets if claim.overdue else with_early
            if claim.purse in rich and net[claim.purse] <= 0:
                found[line.id] = "covered"
        return found
