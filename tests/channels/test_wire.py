"""What leaves the house and comes back, seen by those at the other end of the wire."""

import collections
import email.message
import re

import pytest

MOBILES = {
    "Wrong Number": "+33612345601",
    "No Credit": "+33612345602",
    "Good Number": "+33612345603",
    "Unheard Answer": "+33612345606",
}
NEXT_MOBILES = ("+33612345604", "+33612345605")
# what is wrong with each is told to the servers below
CUSTOMERS = {
    "Good": {"email": "good@customer.example"},
    "Two People": {
        "contacts": {
            "Ann": {"email": "ann@two.example"},
            "Bob": {"email": "gone@two.example"},
        },
    },
    "Second Contact": {
        "email": "head@second.example",
        "contacts": {"Carl": {"email": "gone@second.example"}},
    },
    "Greylisted": {"email": "grey@customer.example"},
    "Line Cut": {"email": "cut@customer.example"},
    **{
        name: {"email": f"{name.split()[0].lower()}@sms.example", "phone": number}
        for name, number in MOBILES.items()
    },
    "Next Mobile": {
        "phone": NEXT_MOBILES[1],
        "contacts": {
            "Dora": {"email": "dora@sms.example", "phone": NEXT_MOBILES[0]},
        },
    },
}
CUSTOMERS["No Credit"]["contacts"] = {
    "Branch": {
        "type": "other",
        "street": "3 Other Street",
        "zip": "10003",
        "city": "New York",
    }
}
STOP = re.compile(r"http\S+/credit/s/\S+/stop")


class Desk:
    """The collector's screen: what is known of his customers."""

    def __init__(self, shop, profiles):
        self.shop, self.profiles = shop, profiles
        self.session = shop.login("collector")

    def deliveries(self, name):
        """Return the deliveries to a customer, oldest first."""
        return self.session.read(
            "dunning.delivery",
            [("profile_id", "=", self.profiles[name])],
            *("channel", "state", "email_to", "phone", "address"),
            *("error", "remedy", "instead_of"),
        )

    def ways(self, name):
        """Return channel and state of each delivery to a customer."""
        return [(row["channel"], row["state"]) for row in self.deliveries(name)]

    def wait(self, name, *ways):
        """Wait until the deliveries to a customer are such."""
        self.shop.wait(
            lambda: self.ways(name) == list(ways),
            lambda: f"{name}: {ways}; there is {self.deliveries(name)}",
        )

    def tasks(self, name):
        """Return what the collector has to do for a customer: each as a sentence."""
        profile = self.profiles[name]
        events = self.session.read("credit.event", [("profile_id", "=", profile)], "id")
        rows = self.session.read(
            "mail.activity",
            [
                *["|", "&", ("res_model", "=", "credit.profile")],
                ("res_id", "=", profile),
                *["&", ("res_model", "=", "credit.event")],
                ("res_id", "in", [event["id"] for event in events]),
            ],
            *("summary", "user_id"),
        )
        assert {row["user_id"][0] for row in rows} <= {self.session.uid}
        return [row["summary"] for row in rows]

    def needs(self, name):
        """Return why a customer needs a person: kinds of the queue."""
        rows = self.session.call(
            "credit.attention",
            "search_read",
            [("profile_id", "=", self.profiles[name])],
            ["kind"],
        )
        return [row["kind"] for row in rows]

    def press(self, model, method, *letters, **values):
        """Open a dialog on letters, fill it in and press its button."""
        context = {"active_model": "dunning.delivery", "active_ids": letters}
        [dialog] = self.session.call(model, "create", [values], context=context)
        self.session.call(model, method, [dialog])


def bounced(message, address):
    """Return the report that a mail did not arrive, as the customer's server writes."""
    report = email.message.EmailMessage()
    report["From"] = "MAILER-DAEMON@mx.customer.example"
    report["To"] = "bounce@company.example"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Message-ID"] = f"<report.{address}>"
    report["Auto-Submitted"] = "auto-replied"
    report.set_content("The mail system: unknown user.")
    status = email.message.Message()
    status["Reporting-MTA"] = "dns; mx.customer.example"
    recipient = email.message.Message()
    recipient["Final-Recipient"] = f"rfc822; {address}"
    recipient["Action"] = "failed"
    recipient["Status"] = "5.1.1"
    report.make_mixed()
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    part = email.message.Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([status, recipient])
    report.attach(part)
    original = email.message.Message()
    original["Content-Type"] = "text/rfc822-headers"
    original.set_payload(
        "".join(
            f"{name}: {message[name]}\n"
            for name in ("From", "To", "Subject", "Message-Id")
        )
    )
    report.attach(original)
    return report.as_bytes()


@pytest.fixture(scope="module")
def desk(shop, post, provider):
    """Return the desk of the collector, after a run of a level with its fallbacks."""
    post.refused |= {
        *("gone@two.example", "gone@second.example"),
        *("no@sms.example", "good@sms.example", "dora@sms.example"),
    }
    post.delayed.add("grey@customer.example")
    post.hung_up.add("cut@customer.example")
    provider.is_busy = True
    for number in (MOBILES["Wrong Number"], NEXT_MOBILES[0]):
        provider.answers[number] = "wrong_number_format"
    provider.answers[MOBILES["No Credit"]] = "insufficient_credit"
    customers = [{"name": name, **values} for name, values in CUSTOMERS.items()]
    profiles = shop.run(
        "make_customers", customers=customers, days=10, login="collector"
    )
    manager = shop.login("manager")
    [run] = manager.call("dunning.run", "create", [{}])
    manager.call("dunning.run", "action_plan", [run])
    manager.call("dunning.run", "action_approve", [run])
    manager.call("dunning.run", "action_send", [run])
    return Desk(shop, profiles)


@pytest.mark.slow
def test_a_bad_customer_keeps_nobody_waiting(shop, desk, post):
    desk.wait("Good", ("email", "sent"))
    [mail] = post.to("good@customer.example")
    assert mail["Subject"] == "Reminder for Good"
    assert not desk.tasks("Good")
    for name in ("Line Cut", "Greylisted"):
        desk.wait(name, ("email", "ready"))
        assert "tried again by itself" in desk.deliveries(name)[0]["remedy"]
    # those behind them in the queue
    desk.wait("Wrong Number", ("email", "sent"))
    post.hung_up.clear()
    post.delayed.clear()
    shop.run("hurry")
    for name, address in {"Line Cut": "cut", "Greylisted": "grey"}.items():
        desk.wait(name, ("email", "sent"))
        assert len(post.to(f"{address}@customer.example")) == 1


@pytest.mark.slow
def test_one_of_two_refused(desk, post):
    desk.wait("Two People", ("email", "sent"))
    assert len(post.to("ann@two.example")) == 1
    assert not post.to("gone@two.example")
    assert desk.tasks("Two People") == ["Correct the e-mail address gone@two.example"]


@pytest.mark.slow
def test_the_next_contact_gets_it(desk, post):
    desk.wait("Second Contact", ("email", "failed"), ("email", "sent"))
    lost, instead = desk.deliveries("Second Contact")
    assert "550" in lost["error"]
    assert "gone@second.example" in instead["instead_of"]
    [mail] = post.to("head@second.example")
    assert mail["To"].addresses[0].addr_spec == "head@second.example"
    assert not desk.tasks("Second Contact")


@pytest.mark.slow
def test_text_messages_instead(shop, desk, provider):
    """The service is busy at first; then one has no credit, the other arrives."""
    for name in ("No Credit", "Good Number", "Next Mobile"):
        shop.wait(
            lambda name=name: desk.deliveries(name)[-1]["error"],
            lambda name=name: f"{name}, when the service is busy",
        )
        assert desk.ways(name) == [("email", "failed"), ("sms", "ready")]
        assert "cannot be reached" in desk.deliveries(name)[1]["error"]
    assert not provider.messages
    provider.is_busy = False
    shop.run("hurry")
    desk.wait("Good Number", ("email", "failed"), ("sms", "sent"))
    desk.wait("No Credit", ("email", "failed"), ("sms", "failed"), ("letter", "queued"))
    assert "no credit left" in desk.deliveries("No Credit")[1]["error"]
    mail, refused, taken = ("email", "failed"), ("sms", "failed"), ("sms", "sent")
    desk.wait("Next Mobile", mail, refused, taken)
    assert desk.deliveries("Next Mobile")[2]["phone"] == "+33 6 12 34 56 05"
    assert set(provider.paths) == {"/api/sms/3/send"}
    assert set(provider.messages) == {MOBILES["Good Number"], NEXT_MOBILES[1]}
    assert "100.00" in provider.messages[NEXT_MOBILES[1]][0]


@pytest.mark.slow
def test_no_more_text_messages(shop, desk, provider, browser):
    """The customer opens the link of the SMS that he got, and says so."""
    text, _uuid, _webhook = provider.messages[MOBILES["Good Number"]]
    [link] = STOP.findall(text)
    assert link.startswith(shop.url)
    page = browser.new_page()

    def is_stopped():
        [row] = desk.session.read(
            "res.partner", [("name", "=", "Good Number")], "phone_blacklisted"
        )
        return row["phone_blacklisted"]

    page.goto(link)
    page.get_by_role("heading", name="Text messages from").wait_for()
    assert "+33612345603" not in page.content().replace(" ", "")
    assert not is_stopped(), "looking changes nothing"
    page.get_by_role("button", name="No more text messages").click()
    page.get_by_role("heading", name="You get no more text messages").wait_for()
    assert is_stopped()
    response = page.goto(link.replace("/stop", "x/stop"))
    assert response.status == 404


@pytest.mark.slow
def test_not_delivered_after_all(desk, provider):
    """The provider says by his webhook that the SMS did not arrive: a letter goes."""
    assert provider.report(MOBILES["Good Number"], "not_delivered") == "OK"
    desk.wait(
        "Good Number", ("email", "failed"), ("sms", "bounced"), ("letter", "queued")
    )


@pytest.mark.slow
def test_comes_back_later_by_every_way(shop, desk, post):
    """Mail, SMS and letter: none arrives, and in the end there is a task."""
    name = "Wrong Number"
    desk.wait(name, ("email", "sent"))
    [mail] = post.to("wrong@sms.example")
    shop.bounce(bounced(mail, "wrong@sms.example"))
    desk.wait(name, ("email", "bounced"), ("sms", "failed"), ("letter", "queued"))
    _mail, sms, letter = desk.deliveries(name)
    assert "+33 6 12 34 56 01" in sms["error"]
    [other] = [row for row in desk.deliveries("No Credit") if row["state"] == "queued"]
    both = (letter["id"], other["id"])
    desk.press("dunning.letter.batch", "action_print", *both)
    desk.press("dunning.letter.posting", "action_confirm", *both)
    assert desk.ways(name)[-1] == desk.ways("No Credit")[-1] == ("letter", "sent")
    desk.press("dunning.letter.receipt", "action_keep", *both, result="returned")
    # one has another address, the other has none
    ways = [("email", "failed"), ("sms", "failed"), ("letter", "bounced")]
    desk.wait("No Credit", *ways, ("letter", "queued"))
    assert "3 Other Street" in desk.deliveries("No Credit")[-1]["address"]
    assert desk.ways(name) == [("email", "bounced"), *ways[1:]]
    [task] = desk.tasks(name)
    assert "unknown at this address" in task
    assert "failed" in desk.needs(name)
    assert not desk.tasks("No Credit") and not desk.needs("No Credit")


@pytest.mark.slow
def test_nobody_knows_whether_it_arrived(shop, desk, post, provider):
    """The service takes the SMS and does not answer: a person is asked, once."""
    name = "Unheard Answer"
    desk.wait(name, ("email", "sent"))
    provider.is_mute = True
    [mail] = post.to("unheard@sms.example")
    shop.bounce(bounced(mail, "unheard@sms.example"))
    desk.wait(name, ("email", "bounced"), ("sms", "reserved"))
    provider.is_mute = False
    shop.run("hurry")
    [_mail, sms] = desk.deliveries(name)
    assert "did not answer" in sms["error"]
    assert "reserved" in desk.needs(name)
    desk.session.call("dunning.delivery", "action_arrived", [sms["id"]])
    assert desk.ways(name) == [("email", "bounced"), ("sms", "sent")]


@pytest.mark.slow
def test_nobody_got_anything_twice(desk, post, provider):
    got = collections.Counter(
        address
        for people, mail in post.mails
        for address in people
        if mail["Subject"].startswith("Reminder for ")
    )
    assert got and set(got.values()) == {1}
    assert len(provider.messages) == len(provider.taken) == 3
    for name in CUSTOMERS:
        assert ("sms", "reserved") not in desk.ways(name)
        assert ("email", "reserved") not in desk.ways(name)


@pytest.mark.slow
def test_not_now_from_the_evening_mail(shop, post, browser):
    """The link of the mail received, opened in a browser: the reminder stays away."""
    names = ("Waits", "Goes")
    customers = [
        {"name": name, "email": f"{name.lower()}@evening.example"} for name in names
    ]
    profiles = shop.run("make_customers", customers=customers, days=4, login="evening")
    shop.run("evening")

    def digest():
        bodies = [
            mail.get_body(("html",)).get_content()
            for mail in post.to("evening@company.example")
        ]
        return [body for body in bodies if "/credit/link/" in body]

    [html] = shop.wait(digest, lambda: "the evening digest")
    assert set(re.findall(r">\s*(Waits|Goes)\s*</td>", html)) == set(names)
    [link] = re.findall(r">\s*Waits\s*</td>.*?href=\"([^\"]+)\"", html, re.DOTALL)
    session = shop.login("evening")

    def hold():
        [row] = session.read(
            "credit.profile",
            [("id", "=", profiles["Waits"])],
            *("hold_until", "hold_reason"),
        )
        return row["hold_until"], row["hold_reason"]

    page = browser.new_page()
    page.goto(link)
    page.get_by_role("heading", name="Waits").wait_for()
    assert hold() == (False, False), "looking changes nothing"
    page.get_by_label("No reminder for").select_option("3 days")
    page.get_by_label("In words").fill("pays on Friday")
    page.get_by_role("button", name="Not now").click()
    page.get_by_role("heading", name="No reminder goes up to").wait_for()
    until, reason = hold()
    assert until == shop.run("day", days=3)
    assert "pays on Friday" in reason
    assert set(names) & set(shop.run("remind", days=1)) == {"Goes"}
    assert len(post.to("goes@evening.example")) == 1
    assert not post.to("waits@evening.example")
    assert set(names) & set(shop.run("remind", days=4)) == {"Waits"}
    assert len(post.to("waits@evening.example")) == 1
