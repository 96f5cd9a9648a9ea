"""A mail server that refuses, a provider of SMS, and Odoo between them."""

import email
import email.policy
import http.server
import itertools
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.request
from http.cookiejar import CookieJar

import pytest
from aiosmtpd.controller import Controller

from lib.settings import free_port

WORKER = pathlib.Path(__file__).with_name("worker.py")
PATIENCE = 60


class PostOffice:
    """An SMTP server: keeps what it accepts, and knows whom it does not know.

    ``refused`` are addresses that do not exist, ``delayed`` those that take nothing
    for now; at one of ``hung_up`` the connection breaks, before anything was accepted.
    """

    def __init__(self):
        self.mails = []
        self.refused, self.delayed, self.hung_up = set(), set(), set()

    async def handle_RCPT(self, server, _session, envelope, address, _options):
        if address in self.hung_up:
            server.transport.abort()
        if address in self.refused:
            return "550 5.1.1 No such user"
        if address in self.delayed:
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
        self.mails.append((envelope.rcpt_tos, message))
        return "250 Accepted"

    def to(self, address):
        """Return the mails that an address got."""
        return [message for people, message in self.mails if address in people]


class SmsProvider(http.server.ThreadingHTTPServer):
    """Odoo's service of text messages, as its client calls it.

    ``answers`` are what it says of numbers, by default that it took the message;
    while ``is_busy`` a call gets an HTTP error 503, while ``is_mute`` the messages are
    taken and the connection breaks.
    """

    def __init__(self):
        super().__init__(("127.0.0.1", free_port(19300, 1)), _SmsHandler)
        self.answers, self.messages = {}, {}
        self.taken, self.paths = [], []
        self.is_busy = self.is_mute = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        """Where it is called."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def send(self, messages, webhook_url, **_account):
        """Take messages; return what becomes of each."""
        result = []
        for message in messages:
            for row in message["numbers"]:
                state = self.answers.get(row["number"], "success")
                result.append({"uuid": row["uuid"], "state": state, "credit": 1})
                if state == "success":
                    self.taken.append(row["number"])
                    self.messages[row["number"]] = (
                        message["content"],
                        row["uuid"],
                        webhook_url,
                    )
        return result

    def report(self, number, status):
        """Say later what became of the message to a number, by its webhook."""
        _content, uuid, webhook = self.messages[number]
        statuses = [{"sms_status": status, "uuids": [uuid]}]
        return call(urllib.request.build_opener(), webhook, message_statuses=statuses)


class _SmsHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(size))
        self.server.paths.append(self.path)
        if self.server.is_busy:
            self.send_error(503)
            return
        result = self.server.send(**request["params"])
        if self.server.is_mute:
            return
        body = {"jsonrpc": "2.0", "id": request["id"], "result": result}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_args):
        """Keep quiet."""


def call(opener, url, **params):
    """Call a JSON-RPC address; return the result, fail with what it complains of."""
    data = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with opener.open(request, timeout=PATIENCE) as response:
        answer = json.load(response)
    assert "error" not in answer, answer["error"]["data"]["debug"]
    return answer["result"]


class Session:
    """Somebody at work in a browser: calls models with his own rights."""

    def __init__(self, shop, login):
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener, self.url = urllib.request.build_opener(jar), shop.url
        self.uid = call(
            self.opener,
            f"{self.url}/web/session/authenticate",
            db=shop.database,
            login=login,
            password=login,
        )["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a public method."""
        return call(
            self.opener,
            f"{self.url}/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def read(self, model, domain, *fields):
        """Return the records that are found, oldest first."""
        return self.call(model, "search_read", domain, fields, order="id")


class Shop:
    """Odoo's server with its scheduled actions, and a worker for what is prepared."""

    def __init__(self, server, worker, database, post, provider):
        self.server, self.worker, self.database = server, worker, database
        self.post, self.provider, self.url = post, provider, server.url

    def run(self, function, **values):
        """Run a function of worker.py in a process of its own; return its answer."""
        self.worker.stdin.write(json.dumps([function, values]) + "\n")
        self.worker.stdin.flush()
        for line in self.worker.stdout:
            if line.startswith("@"):
                status, answer = json.loads(line[1:])
                assert status == 0, f"{function} ended with status {status}"
                return answer
        raise AssertionError("the worker ended; see its messages")

    def login(self, name):
        """Return the session of a user, whose password is his login."""
        return Session(self, name)

    def bounce(self, raw):
        """Pipe a mail into Odoo's gateway, as a mail server does."""
        uid = str(self.login("admin").uid)
        port = str(self.server.port)
        done = subprocess.run(
            [
                *(sys.executable, self.run("mailgate"), "-d", self.database),
                *("-u", uid, "-p", "admin", "--host", "127.0.0.1", "--port", port),
            ],
            input=raw,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert not done.returncode, done.stderr.decode()

    def wait(self, found, what):
        """Wait for what the scheduled actions do by themselves.

        :param found: called until it returns something
        :param what: called for what is said when it does not come
        """
        end = time.monotonic() + PATIENCE
        for pause in itertools.repeat(0.2):
            if result := found():
                return result
            assert time.monotonic() < end, f"waited in vain: {what()}\n{self.told()}"
            time.sleep(pause)
        return None

    def told(self):
        """Return what the server wrote last, without the requests."""
        lines = self.server.log.read_text().splitlines()
        return "\n".join([line for line in lines if " werkzeug: " not in line][-60:])


@pytest.fixture(scope="module")
def post():
    """Return a running SMTP server."""
    found = PostOffice()
    controller = Controller(found, hostname="127.0.0.1", port=free_port(18920, 1))
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()


@pytest.fixture(scope="module")
def provider():
    """Return a running provider of text messages."""
    found = SmsProvider()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture(scope="module")
def shop(environment, installed, make_server, post, provider):
    """Return a shop that is served, with its scheduled actions at work."""
    name = environment.database_name("channels")
    environment.databases.clone(installed, name)
    # none runs before all is prepared
    environment.databases.query("UPDATE ir_cron SET active = FALSE", database=name)
    worker = subprocess.Popen(
        [str(environment.place.python), str(WORKER), environment.place.odoo_conf, name],
        env={**os.environ, **environment.variables()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    server = make_server("channels")
    found = Shop(server, worker, name, post, provider)
    server.start(name, "--max-cron-threads=1")  # while the worker starts as well
    found.run("prepare", url=server.url, smtp=post.port, sms=provider.url)
    yield found
    server.stop()
    worker.stdin.close()
    worker.wait(timeout=30)
    environment.databases.drop(name)
