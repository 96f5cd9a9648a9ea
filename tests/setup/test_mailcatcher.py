"""The mail catcher: what is sent by SMTP is kept and can be read in a browser."""

import asyncio
import contextlib
import email
import email.policy
import smtplib
import socket
import threading
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from lib import mailcatcher
from lib.settings import free_port


class Running:
    """A catcher in a thread of its own."""

    def __init__(self, folder):
        self.mailbox = mailcatcher.Mailbox(folder)
        self.smtp_port = free_port(26000)
        self.web_port = free_port(self.smtp_port + 1)
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def run():
            asyncio.set_event_loop(self.loop)
            self.servers = self.loop.run_until_complete(
                mailcatcher.start(self.mailbox, self.smtp_port, self.web_port)
            )
            ready.set()
            self.loop.run_forever()

        self.thread = threading.Thread(target=run)
        self.thread.start()
        ready.wait(10)

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        for server in self.servers:
            server.close()
        self.loop.close()

    def get(self, path):
        url = f"http://127.0.0.1:{self.web_port}{path}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.headers, answer.read()

    def client(self):
        return smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10)


@pytest.fixture
def catcher(tmp_path):
    running = Running(tmp_path / "mail")
    yield running
    running.stop()


def make_message():
    message = EmailMessage()
    message["From"] = "Société <relance@company.example>"
    message["To"] = "accounts@customer.example"
    message["Subject"] = "Relevé n° 3 – 1 200,00 €"
    message.set_content("Bonjour\n.\n.point au début\n")
    message.add_alternative("<p>Bonjour <b>Zoë</b></p>", subtype="html")
    message.add_attachment(
        b"%PDF-1.4 x\r\n.\r\ny",
        maintype="application",
        subtype="pdf",
        filename="relevé.pdf",
    )
    return message


def test_a_message_comes_through_unchanged(catcher):
    message = make_message()
    with catcher.client() as client:
        client.send_message(message)
    (name,) = catcher.mailbox.names()
    kept = email.message_from_bytes(
        catcher.mailbox.content(name), policy=email.policy.default
    )
    assert kept["Subject"] == message["Subject"]
    assert kept["From"] == message["From"]
    plain = kept.get_body(("plain",)).get_content()
    assert plain.replace("\r\n", "\n") == "Bonjour\n.\n.point au début\n"
    (attached,) = kept.iter_attachments()
    assert attached.get_content() == b"%PDF-1.4 x\r\n.\r\ny"
    assert attached.get_filename() == "relevé.pdf"


def test_the_envelope_is_kept(catcher):
    with catcher.client() as client:
        client.sendmail(
            "bounce@company.example",
            ["a@x.example", "b@x.example"],
            b"Subject: s\r\n\r\nt",
        )
    envelope = catcher.mailbox.envelope(catcher.mailbox.names()[0])
    assert envelope["from"] == "bounce@company.example"
    assert envelope["to"] == ["a@x.example", "b@x.example"]


def test_an_address_that_begins_with_refuse_is_refused(catcher):
    with catcher.client() as client:
        refused = client.sendmail(
            "a@x.example",
            ["refused@x.example", "good@x.example"],
            b"Subject: s\r\n\r\nt",
        )
        assert refused["refused@x.example"][0] == 550
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@x.example", ["refuse@x.example"], b"Subject: s\r\n\r\nt")
    assert len(catcher.mailbox.names()) == 1


def test_several_messages_on_one_connection(catcher):
    with catcher.client() as client:
        for number in range(30):
            client.sendmail(
                "a@x.example", ["b@x.example"], b"Subject: %d\r\n\r\nt" % number
            )
    assert len(catcher.mailbox.names()) == 30


def test_the_empty_sender_of_a_bounce_is_taken(catcher):
    with catcher.client() as client:
        client.sendmail("", ["b@x.example"], b"Subject: bounce\r\n\r\nt")
    assert catcher.mailbox.envelope(catcher.mailbox.names()[0])["from"] == ""


def test_half_a_message_is_not_kept(catcher):
    with socket.create_connection(("127.0.0.1", catcher.smtp_port), 10) as client:
        for line in (b"EHLO x", b"MAIL FROM:<a@x.example>", b"RCPT TO:<b@x.example>"):
            client.sendall(line + b"\r\n")
        client.sendall(b"DATA\r\nSubject: half\r\n\r\nand then")
    with catcher.client() as client:
        client.noop()
    assert catcher.mailbox.names() == []


def test_commands_out_of_order_get_an_answer(catcher):
    with catcher.client() as client:
        assert client.docmd("RCPT", "TO:<b@x.example>")[0] == 502 + 1
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("VRFY", "x")[0] == 502
        assert client.docmd("MAIL", "FROM nobody")[0] == 501


def test_the_pages_show_list_message_and_attachment(catcher):
    with catcher.client() as client:
        client.send_message(make_message())
    _headers, page = catcher.get("/")
    assert "Relevé n° 3 – 1 200,00 €" in page.decode()
    (name,) = catcher.mailbox.names()
    _headers, page = catcher.get(f"/m/{name}")
    assert "<iframe sandbox" in page.decode()
    assert "relevé.pdf" in page.decode()
    headers, body = catcher.get(f"/m/{name}/html")
    assert "Zoë" in body.decode()
    assert "sandbox" in headers["Content-Security-Policy"]
    headers, body = catcher.get(f"/m/{name}/part/0")
    assert body == b"%PDF-1.4 x\r\n.\r\ny"
    assert headers["Content-Type"] == "application/pdf"


def test_markup_of_a_mail_is_shown_not_run(catcher):
    message = make_message()
    del message["Subject"]
    message["Subject"] = "<script>alert(1)</script>"
    with catcher.client() as client:
        client.send_message(message)
    (name,) = catcher.mailbox.names()
    for path in ("/", f"/m/{name}"):
        assert "<script>" not in catcher.get(path)[1].decode()


@pytest.mark.parametrize(
    "path", ["/m/none", "/m/..%2f..%2fsettings", "/m/1-2-3/part/9", "/other", "/m"]
)
def test_a_wrong_address_is_not_found(catcher, path):
    with pytest.raises(urllib.error.HTTPError) as error:
        catcher.get(path)
    assert error.value.code == 404
    with contextlib.suppress(Exception):
        error.value.close()
