"""What happened in 24 months: invoices, credit notes, payments, matching (no database).

Money is in cents (int). A debit is positive.
"""

import datetime
from collections import defaultdict
from math import copysign, floor

from .world import BEHAVIOURS, TERMS


def cents(value):
    """Round to whole cents, ties away from zero."""
    size = abs(value)
    return int(copysign(floor(size + 0.5 + max(1.0, size) * 2.0**-51), value))


def month_start(day, shift=0):
    """First day of the month ``shift`` months after that of ``day``."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return datetime.date(year, month + 1, 1)


def days(number):
    """A span of ``number`` days."""
    return datetime.timedelta(days=number)


class Item:
    """A receivable line; ``left`` and ``left_cc`` are what is still open."""

    __slots__ = ("amount", "balance", "doc", "due", "group", "id", "left", "left_cc")

    def __init__(self, doc, amount, balance, due):
        self.doc, self.amount, self.balance, self.due = doc, amount, balance, due
        self.left, self.left_cc, self.group, self.id = amount, balance, None, 0


class Doc:
    """An entry: kind is out_invoice, out_refund, payment or exchange."""

    __slots__ = (
        "company",
        "currency",
        "customer",
        "day",
        "fixes",
        "id",
        "items",
        "kind",
        "line_id",
        "name",
        "number",
        "paid",
        "pay_id",
        "payments",
        "prefix",
        "products",
        "rate",
        "reversed",
        "tax",
        "term",
    )

    def __init__(self, kind, company, customer, day, currency):
        self.kind, self.company, self.customer = kind, company, customer
        self.day, self.currency, self.rate, self.tax = day, currency, 1.0, 0
        self.items, self.products, self.paid, self.payments = [], [], [], []
        self.fixes, self.reversed, self.term, self.pay_id = [], None, None, None


class Group:
    """Items that matching ties together."""

    __slots__ = ("full", "items", "label", "partials")

    def __init__(self):
        self.items, self.partials, self.full, self.label = [], [], None, None


class Partial:
    """One matching of a debit with a credit."""

    __slots__ = ("amount", "amount_cur", "credit", "day", "debit", "exchange", "id")

    def __init__(self, debit, credit, amount, amount_cur, day):
        self.debit, self.credit, self.amount = debit, credit, amount
        self.amount_cur, self.day, self.exchange = amount_cur, day, None
        groups = {id(x.group): x.group for x in (debit, credit) if x.group}
        group, *others = list(groups.values()) or [Group()]
        for other in others:
            group.items += other.items
            group.partials += other.partials
        group.items += [x for x in (debit, credit) if not x.group]
        group.partials.append(self)
        for item in (*(i for other in others for i in other.items), debit, credit):
            item.group = group


class Story:
    """The documents of some customers, seen from ``today``.

    ``facts`` tells what the database knows: ``companies`` (list of dicts with id and
    currency), ``tax`` {(company, country, kind): percent}, ``rates`` {(company,
    currency, month): (to foreign, to company)}, ``products`` (their number).
    """

    def __init__(self, rng, customers, facts, today, months, each):
        self.rng, self.facts, self.today = rng, facts, today
        self.start = month_start(today, -months)
        self.docs, self.partials = [], []
        total = sum(c["weight"] for c in customers)
        for customer in customers:
            share = customer["weight"] / total * each * len(customers)
            self.live(customer, max(1, round(share)))

    def own(self, company):
        """The currency of ``company``."""
        return self.facts["companies"][company]["currency"]

    def live(self, customer, count):
        """All that one customer bought and paid."""
        rng, span = self.rng, (self.today - self.start).days
        bills = defaultdict(list)
        for back in sorted(
            (int(span * rng.random() ** 1.1) for _ in range(count)), reverse=True
        ):
            day = self.today - days(back)
            day -= days(max(0, day.weekday() - 4))  # nobody invoices at weekends
            if day < self.start:
                continue
            invoice = self.invoice(customer, rng.choice(customer["homes"]), day)
            if rng.random() < 0.04:
                self.refund(invoice)
            for item in invoice.items:
                bills[invoice.company, invoice.currency].append(
                    (self.payday(customer, item), item)
                )
        for (company, currency), due in bills.items():
            self.pay_all(customer, company, currency, due)
        if rng.random() < 0.03:  # money on account that nobody allocated
            day = self.today - days(rng.randint(2, 150))
            company = customer["homes"][0]
            amount = cents(customer["scale"] * rng.uniform(20, 120))
            self.payment(customer, company, self.own(company), day, [], amount)

    def invoice(self, customer, company, day):
        """One invoice of one to three lines, by instalments of its term."""
        rng, facts = self.rng, self.facts
        rate = facts["tax"][company, customer["country"], "out_invoice"]
        own = self.own(company)
        # tax in another currency has rounding rules of its own: such sales are exempt
        currency = own if rate else customer["currency"]
        doc = Doc("out_invoice", company, customer, day, currency)
        doc.term = customer["terms"][0 if rng.random() < 0.8 else 1]
        step = self.tax_step(rate)
        for _line in range(rng.choices((1, 2, 3), (60, 26, 14))[0]):
            unit = cents(customer["scale"] * rng.lognormvariate(0, 0.7) * 70)
            unit = max(step, unit // step * step)
            doc.products.append(
                (rng.randrange(facts["products"]), rng.choice((1, 1, 1, 2, 5)), unit)
            )
        self.fill(doc, rate, own)
        return doc

    @staticmethod
    def tax_step(rate):
        """Smallest price of which the tax is a whole number of cents."""
        step = 1
        while round(rate * step * 10000) % 1000000:
            step += 1
        return step

    def fill(self, doc, rate, own):
        """Balances, tax and receivable items of an invoice or a credit note."""
        sign = 1 if doc.kind == "out_invoice" else -1
        if doc.currency != own:
            doc.rate = self.facts["rates"][
                doc.company, doc.currency, month_start(doc.day)
            ][0]
        amounts = [qty * unit for _product, qty, unit in doc.products]
        balances = [cents(amount / doc.rate) for amount in amounts]
        # the total is converted once, and the largest lines take the odd cents
        odd = cents(sum(amounts) / doc.rate) - sum(balances)
        for index in sorted(range(len(amounts)), key=lambda i: -amounts[i])[: abs(odd)]:
            balances[index] += 1 if odd > 0 else -1
        doc.products = [
            (*product, amount, balance)
            for product, amount, balance in zip(
                doc.products, amounts, balances, strict=True
            )
        ]
        doc.tax = cents(sum(amounts) * rate / 100)
        total, total_cc = sum(amounts) + doc.tax, sum(balances) + doc.tax
        left, left_cc = total, total_cc
        parts = (
            [[100, "days_after", 0]] if doc.term is None else TERMS[doc.term]["parts"]
        )
        for number, (percent, kind, delay) in enumerate(parts, 1):
            last = number == len(parts)
            amount = left if last else cents(total * percent / 100)
            balance = left_cc if last else cents(total_cc * percent / 100)
            left, left_cc = left - amount, left_cc - balance
            base = (
                doc.day if kind == "days_after" else month_start(doc.day, 1) - days(1)
            )
            doc.items.append(
                Item(doc, sign * amount, sign * balance, base + days(delay))
            )
        self.docs.append(doc)

    def refund(self, invoice):
        """A credit note on a part or all of an invoice, most often allocated."""
        rng = self.rng
        day = invoice.day + days(rng.randint(3, 40))
        own = self.own(invoice.company)
        if day > self.today or invoice.currency != own:
            return
        rate = self.facts["tax"][
            invoice.company, invoice.customer["country"], "out_refund"
        ]
        doc = Doc("out_refund", invoice.company, invoice.customer, day, own)
        doc.reversed = invoice
        product, quantity, unit = invoice.products[0][:3]
        if rng.random() < 0.55:
            step = self.tax_step(rate)
            part = int(unit * rng.uniform(0.1, 0.6))
            quantity, unit = 1, max(step, part // step * step)
        doc.products = [(product, quantity, unit)]
        self.fill(doc, rate, own)
        if rng.random() < 0.7:
            for item in invoice.items:
                if doc.items[0].left:
                    self.match(item, doc.items[0], day)

    def payday(self, customer, item):
        """When the customer pays ``item`` (None: never so far)."""
        rng, behaviour = self.rng, customer["behaviour"]
        habit = BEHAVIOURS[behaviour]
        mean = habit["delay"]
        if behaviour == "deteriorating":
            mean += 75 * max(0, (item.due - self.start).days) / 730
        day = max(
            item.due + days(int(rng.gauss(mean, habit["spread"]))),
            item.doc.day + days(1),
        )
        lost = rng.random() < habit["never"]
        if behaviour == "insolvent":
            lost = lost or (self.today - day).days < customer["stop"]
        return None if lost or day > self.today else day

    def pay_all(self, customer, company, currency, due):
        """Pay what is due: one by one, several at once, in part or too much."""
        rng = self.rng
        own = currency == self.own(company)
        due = sorted(
            (
                (day, number, item)
                for number, (day, item) in enumerate(due)
                if day and item.left > 0
            ),
            key=lambda x: x[:2],
        )
        while due:
            day, _number, item = due.pop(0)
            if own and rng.random() < 0.035:
                self.payment(
                    customer,
                    company,
                    currency,
                    day,
                    [item],
                    cents(item.left * rng.uniform(0.2, 0.7)),
                )
                continue
            items = [item]
            while own and due and (due[0][0] - day).days < 12 and rng.random() < 0.3:
                day, _number, item = due.pop(0)
                items.append(item)
            extra = cents(rng.uniform(100, 9000)) if own and rng.random() < 0.006 else 0
            self.payment(
                customer,
                company,
                currency,
                day,
                items,
                sum(i.left for i in items) + extra,
            )

    def payment(self, customer, company, currency, day, items, amount):
        """A bank payment, matched with ``items`` as far as it goes."""
        day = max([day, *(item.doc.day for item in items)])
        doc = Doc("payment", company, customer, day, currency)
        balance = amount
        if currency != self.own(company):
            rates = self.facts["rates"][company, currency, month_start(day)]
            balance = cents(amount * rates[1])
        doc.items = [Item(doc, -amount, -balance, day)]
        self.docs.append(doc)
        for item in items:
            if item.doc not in doc.paid:
                doc.paid.append(item.doc)
                item.doc.payments.append(doc)
            self.match(item, doc.items[0], day)

    def match(self, debit, credit, day):
        """Match two items; what rates changed in between becomes an exchange entry."""
        amount_cur = min(debit.left, -credit.left)
        amount = min(debit.left_cc, -credit.left_cc)
        partial = Partial(debit, credit, amount, amount_cur, max(day, debit.doc.day))
        self.partials.append(partial)
        debit.left, debit.left_cc = debit.left - amount_cur, debit.left_cc - amount
        credit.left, credit.left_cc = credit.left + amount_cur, credit.left_cc + amount
        own = self.own(debit.doc.company)
        if debit.doc.currency != own and (debit.left_cc or credit.left_cc):
            self.exchange(partial)

    def exchange(self, partial):
        """The entry that closes the company amount of a fully paid foreign item."""
        month_end = month_start(partial.day, 1) - days(1)
        doc = Doc(
            "exchange",
            partial.debit.doc.company,
            partial.debit.doc.customer,
            min(month_end, max(partial.day, self.today)),
            partial.debit.doc.currency,
        )
        target = partial.debit if partial.debit.left_cc else partial.credit
        item = Item(doc, 0, -target.left_cc, None)
        doc.items, doc.fixes = [item], [target.left_cc]
        pair = (target, item) if target.left_cc > 0 else (item, target)
        self.partials.append(
            Partial(*pair, abs(target.left_cc), 0, max(partial.day, doc.day))
        )
        target.left_cc = item.left_cc = 0
        partial.exchange = doc
        self.docs.append(doc)
