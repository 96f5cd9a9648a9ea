"""Five hundred reminders out, as many answers in, and processes killed in between."""

import collections
import email.message
import random
import signal

import pytest

COUNT = 500
TEXTS = (
    "Bonjour,\n\nLe règlement sera effectué vendredi prochain.\n\nCordialement",
    "We will pay this invoice by the end of the month.",
    "Already paid on Monday, please check.",
    "We dispute this invoice: the goods were damaged.",
    "Please send me a copy of the invoice.",
    "OK",
)


def answer(reminder, number):
    """Return the answer of a customer to a reminder, as bytes."""
    mail = email.message.EmailMessage()
    mail["From"] = str(reminder["To"])
    mail["To"] = str(reminder["Reply-To"])
    mail["Subject"] = f"Re: {reminder['Subject']}"
    mail["Date"] = str(reminder["Date"])
    mail["Message-ID"] = f"<answer{number}@customer.example>"
    mail["In-Reply-To"] = str(reminder["Message-Id"])
    mail["References"] = str(reminder["Message-Id"])
    mail.set_content(TEXTS[number % len(TEXTS)])
    return mail.as_bytes()


def plain(number, name):
    """Return a mail of somebody, as bytes."""
    mail = email.message.EmailMessage()
    mail["From"] = "Somebody <somebody@elsewhere.example>"
    mail["To"] = "credit@company.example"
    mail["Subject"] = "Your invoice"
    mail["Message-ID"] = f"<{name}{number}@elsewhere.example>"
    mail.set_content(f"Question {number} on your invoice.")
    return mail.as_bytes()


def ids(shop):
    """Return how often each Message-ID was received."""
    return collections.Counter(row[0] for row in shop.run("messages"))


@pytest.mark.slow
class TestInbox:
    def test_500_out_and_in_with_deaths(self, shop, mail_server, sink):
        """Each answer becomes one message of its notice, whenever the fetcher dies."""
        assert shop.run("send", count=COUNT) == COUNT
        assert len(sink.mails) == COUNT
        mail_server.put(
            "credit", [answer(mail, number) for number, mail in enumerate(sink.mails)]
        )
        chance = random.Random(5)
        deaths = [
            shop.kill("fetch", chance.uniform(0.3, 2.0), kind="imap", calls=20)
            for _death in range(6)
        ]
        assert deaths.count(-signal.SIGKILL) >= 5, deaths
        while mail_server.left("credit")[0]:
            shop.run("fetch", kind="imap", calls=3)
        assert shop.run("take_up") == 0
        rows = shop.run("messages")
        found = collections.Counter(row[0] for row in rows)
        assert set(found) == {f"<answer{n}@customer.example>" for n in range(COUNT)}
        assert set(found.values()) == {1}
        assert all(has_notice and original for _id, has_notice, original, _who in rows)
        assert all(row[3] for row in rows), "the customer of each is known"

    def test_opened_by_a_colleague(self, shop, mail_server):
        """A mail that is seen in the mailbox is found by the sweep, once."""
        mail_server.put("credit", [plain(n, "seen") for n in range(5)], seen=True)
        mail_server.put("credit", [plain(9, "new")])
        shop.run("fetch", kind="imap")
        found = ids(shop)
        assert found["<new9@elsewhere.example>"] == 1
        assert not found["<seen0@elsewhere.example>"]
        assert shop.run("sweep") == 5
        assert shop.run("sweep") == 0
        mail_server.put("credit", [plain(10, "new")])
        mail_server.put("credit", [plain(11, "seen")], seen=True)
        assert shop.run("check_now") == 2
        found = ids(shop)
        assert all(found[f"<seen{n}@elsewhere.example>"] == 1 for n in range(5))
        assert set(found.values()) == {1}

    def test_mail_that_ends_the_process(self, shop, mail_server):
        """It was stored before it was read: kept, and not read by every fetch anew."""
        mail_server.put("credit", [plain(1, "deadly")])
        status = shop.kill("fetch_and_die", None, kind="imap")
        assert status == -signal.SIGKILL
        before = ids(shop)
        assert before[None] == 1, "stored, and nothing of it is read"
        shop.run("fetch", kind="imap")
        assert mail_server.left("credit")[0] == 0
        assert ids(shop) == before
        assert shop.run("take_up") == 0
        assert ids(shop)["<deadly1@elsewhere.example>"] == 1

    @pytest.mark.parametrize(
        "second", ["action_accept", "action_reject"], ids=["accept", "reject"]
    )
    def test_two_decide_at_once(self, shop, second):
        """One wins; the other is told who was quicker, and nothing is made twice."""
        deeds = {"ann": "action_accept", "bob": second}
        intent = shop.run("propose", logins=list(deeds))
        told = shop.run(
            "decide_at_once", intent_id=intent, deeds=[list(d) for d in deeds.items()]
        )
        [winner] = [login for login, words in told.items() if words is True]
        [words] = [words for words in told.values() if words is not True]
        state = "accepted" if deeds[winner] == "action_accept" else "rejected"
        assert words.startswith(f"{winner.title()} {state} this meanwhile: Promise")
        made = 1 if state == "accepted" else 0
        assert shop.run("outcome", intent_id=intent) == [state, winner, made]

    def test_pop_with_deaths(self, shop, mail_server):
        """Nothing is removed from a POP account before it is stored."""
        long_line = b"Message-ID: <long@elsewhere.example>\n\n" + b"x" * 200_000
        mail_server.put("pop", [*(plain(n, "pop") for n in range(60)), long_line])
        for seconds in (0.2, 0.6, 1.0):
            shop.kill("fetch", seconds, kind="pop", calls=5)
        for _call in range(6):
            shop.run("fetch", kind="pop")
        assert mail_server.left("pop") == (0, 0)
        # what was stored when its process died is read by the scheduled action
        assert shop.run("take_up") == 0
        found = ids(shop)
        assert all(found[f"<pop{n}@elsewhere.example>"] == 1 for n in range(60))
        assert found["<long@elsewhere.example>"] == 1
