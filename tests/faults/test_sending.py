"""Exactly once: whatever dies, and whoever else works, no customer gets it twice."""

import pytest

DELIVERY = "dunning.delivery"
# name, what runs, where it dies: nothing has left the house before any of these
BEFORE_THE_WIRE = [
    ("locked", "queue", "dunning.notice", "_check_ledger", "before"),
    ("checked", "queue", "dunning.notice", "_check_ledger", "after"),
    ("validated", "queue", DELIVERY, "_email_validate", "after"),
    ("rendered", "queue", DELIVERY, "_email_render", "after"),
    ("mailed", "queue", DELIVERY, "_email_hand_over", "after"),
    ("processed", "queue", DELIVERY, "_process_queue", "after"),
    ("reported", "queue", DELIVERY, "_report_problems", "before"),
    ("picked", "mails", DELIVERY, "_reserve_mail", "before"),
]
ON_THE_WIRE = [
    ("reserved", "ir.mail_server", "send_email", "before", False),
    ("accepted", "ir.mail_server", "send_email", "after", True),
    ("answered", DELIVERY, "_receive_answer", "after", True),
    ("delivered", DELIVERY, "_mark_delivered", "after", True),
]


def everybody(name, count):
    """Return one mail for each customer of a test."""
    return {f"{name}.{number}@customer.example": 1 for number in range(count)}


def all_sent(shop, ids):
    """Return whether all notices and deliveries are sent, with one mail each."""
    return all(
        (row["notice"], row["delivery"], row["mails"], row["level"])
        == ("sent", "sent", 1, True)
        for row in shop.run("states", ids=ids)
    )


@pytest.mark.parametrize("step", BEFORE_THE_WIRE, ids=lambda step: step[0])
def test_killed_before_the_wire(shop, step):
    name, function, model, method, moment = step
    ids = shop.run("make_notices", name=name, count=3)
    if function == "mails":
        shop.run("queue")
    shop.kill(function, model, method, moment)
    assert not shop.sink.counts(name)
    shop.run("queue_and_mails")
    assert shop.sink.counts(name) == everybody(name, 3)
    assert all_sent(shop, ids)


@pytest.mark.parametrize("step", ON_THE_WIRE, ids=lambda step: step[0])
def test_killed_on_the_wire(shop, step):
    """One mail's fate is unknown: a person is asked, the others go, none twice."""
    name, model, method, moment, arrived = step
    ids = shop.run("make_notices", name=name, count=3)
    shop.run("queue")
    shop.kill("mails", model, method, moment, call=2)
    shop.run("queue_and_mails")
    shop.run("queue_and_mails")
    rows = shop.run("states", ids=ids)
    assert sorted(row["delivery"] for row in rows) == ["reserved", "sent", "sent"]
    [unknown] = [row for row in rows if row["delivery"] == "reserved"]
    assert unknown["error"] and unknown["notice"] == "approved"
    assert max(shop.sink.counts(name).values()) == 1
    assert len(shop.sink.counts(name)) == (3 if arrived else 2)
    shop.run("resolve", ids=ids, sent=arrived)
    shop.run("queue_and_mails")
    assert shop.sink.counts(name) == everybody(name, 3)
    assert {row["notice"] for row in shop.run("states", ids=ids)} == {"sent"}


def test_two_senders_at_once(shop):
    ids = shop.run("make_notices", name="senders", count=60)
    answers = shop.at_once(("queue", {}, None), ("queue", {}, None))
    assert [status for status, _value in answers] == [0, 0]
    shop.run("queue_and_mails")
    assert shop.sink.counts("senders") == everybody("senders", 60)
    assert all_sent(shop, ids)


def test_two_mail_queues_at_once(shop):
    ids = shop.run("make_notices", name="queues", count=40)
    shop.run("queue")
    shop.at_once(("mails", {}, None), ("mails", {}, None), ("queue", {}, None))
    shop.run("queue_and_mails")
    assert shop.sink.counts("queues") == everybody("queues", 40)
    assert all_sent(shop, ids)


def test_everything_at_once(shop):
    ids = shop.run("make_notices", name="crowd", count=40)
    for _round in range(3):
        shop.at_once(*[("queue_and_mails", {}, None)] * 3)
    shop.run("queue_and_mails")
    assert shop.sink.counts("crowd") == everybody("crowd", 40)
    assert all_sent(shop, ids)
