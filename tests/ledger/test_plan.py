"""The planned history of customers: the same for the same seed, and lifelike."""

import datetime
import random
from collections import Counter

import phonenumbers
import pytest

from ledger.plan import Story, cents, days
from ledger.world import COUNTRIES, RATES, make_customer

TODAY = datetime.date(2026, 3, 17)


def facts():
    """Return what a database would tell: two companies, French tax, level rates."""
    rates = {}
    for year in (2023, 2024, 2025, 2026):
        for month in range(1, 13):
            first = datetime.date(year, month, 1)
            for company, own in ((0, "EUR"), (1, "EUR")):
                for code, rate in {"EUR": 1.0, **RATES}.items():
                    rate += 0 if code == own else month / 100
                    rates[company, code, first] = (rate, 1 / rate)
    tax = {
        (company, country, kind): 20.0 if country == "FR" else 0.0
        for company in (0, 1)
        for country in COUNTRIES
        for kind in ("out_invoice", "out_refund")
    }
    companies = [{"id": 1, "currency": "EUR"}, {"id": 2, "currency": "EUR"}]
    return {"companies": companies, "tax": tax, "rates": rates, "products": 14}


def customers(count, seed=20):
    """Return ``count`` customers of the seed."""
    rng = random.Random(seed)
    return [make_customer(rng, number, 2, 6) for number in range(count)]


def story(count=60, seed=20, today=TODAY):
    """Return the history of some customers."""
    return Story(random.Random(seed), customers(count, seed), facts(), today, 24, 30)


def outline(history):
    """Return what decides a ledger, to compare two."""
    return [
        (
            doc.kind,
            doc.day,
            doc.currency,
            [(i.amount, i.left, i.due) for i in doc.items],
        )
        for doc in history.docs
    ]


def test_the_seed_and_the_day_decide_everything():
    assert outline(story()) == outline(story())
    assert outline(story()) != outline(story(seed=21))


def test_every_document_adds_up():
    history = story()
    matched = Counter()
    for partial in history.partials:
        matched[partial.debit] += partial.amount
        matched[partial.credit] -= partial.amount
    for doc in history.docs:
        if doc.products:
            total = sum(p[4] for p in doc.products) + doc.tax
            assert abs(sum(i.balance for i in doc.items)) == total
        for item in doc.items:
            assert item.left_cc == (
                0 if doc.kind == "exchange" else item.balance - matched[item]
            )
            assert (item.left == 0) == (item.left_cc == 0)
            assert item.left * item.amount >= 0


def test_nothing_happens_after_today():
    history = story()
    assert max(doc.day for doc in history.docs) <= TODAY
    assert max(partial.day for partial in history.partials) <= TODAY


@pytest.mark.parametrize("today", [TODAY, datetime.date(2028, 2, 29)])
def test_there_are_open_items_of_every_age(today):
    ages = Counter()
    known = facts()
    known["rates"] = {
        (company, code, first.replace(year=first.year + shift)): rate
        for (company, code, first), rate in known["rates"].items()
        for shift in (0, 2)
    }
    history = Story(random.Random(1), customers(400), known, today, 24, 30)
    for doc in history.docs:
        for item in doc.items:
            if item.left > 0:
                late = (today - item.due).days
                ages[min(90, late // 15 * 15) if late > 0 else -1] += 1
    assert all(ages[age] >= 10 for age in (-1, 0, 15, 30, 45, 60, 75, 90)), ages


def test_customers_pay_as_they_are():
    history, late = story(300), {}
    for partial in history.partials:
        doc = partial.debit.doc
        if partial.credit.doc.kind == "payment" and doc.kind == "out_invoice":
            span = (partial.day - partial.debit.due).days
            late.setdefault(doc.customer["behaviour"], []).append((doc.day, span))
    mean = {key: sum(s for _d, s in rows) / len(rows) for key, rows in late.items()}
    assert mean["prompt"] < 3 < 10 < mean["late"] < 25
    rows = sorted(late["deteriorating"])
    third = len(rows) // 3
    assert sum(s for _d, s in rows[-third:]) > 2 * sum(s for _d, s in rows[:third])


def test_customers_have_contacts_and_numbers_that_can_be_dialled():
    people = customers(300)
    assert (
        set(range(6))
        <= {len(customer["people"]) for customer in people}
        <= set(range(7))
    )
    numbers = [c["phone"] for c in people]
    numbers += [p["phone"] for c in people for p in c["people"] if p["phone"]]
    wrong = {
        n
        for n in numbers
        if not phonenumbers.is_valid_number(phonenumbers.parse(n, None))
    }
    assert not wrong
    mails = [p["email"] for c in people for p in c["people"]]
    assert len(mails) == len(set(mails))
    assert all(mail.isascii() and mail.endswith(".example") for mail in mails)


def test_cents_round_ties_away_from_zero():
    assert [cents(x) for x in (0.5, -0.5, 2.5, 1.4999, 100.00000000000001)] == [
        1,
        -1,
        3,
        1,
        100,
    ]
    assert days(2) == datetime.timedelta(2)
