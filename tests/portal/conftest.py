"""A shop that sends real mail and takes payments, and a customer with a browser."""

import email
import email.policy
import json
import os
import pathlib
import re
import subprocess

import pytest
from aiosmtpd.controller import Controller

from lib.settings import free_port

STEPS = pathlib.Path(__file__).with_name("steps.py")
LINK = re.compile(r'href="([^"]*/credit/[\w-]{40,}[^"]*)"')


class Inbox:
    """Keeps what a mail server accepts."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
        self.mails.append((envelope.rcpt_tos, message))
        return "250 Accepted"

    def link_to(self, address):
        """Return the address of the customer's page in the one mail to ``address``."""
        [message] = [mail for to, mail in self.mails if address in to]
        found = set(LINK.findall(message.get_body(("html",)).get_content()))
        assert len(found) == 1, found
        return found.pop()


class Shop:
    """Odoo's server on a database of its own, and its mail."""

    def __init__(self, server, database, inbox):
        self.environment, self.database = server.environment, database
        self.inbox, self.url, self.log = inbox, server.url, server.log

    def step(self, function, **values):
        """Run a function of steps.py; return its answer."""
        place = self.environment.place
        command = [place.python, STEPS, place.odoo_conf, self.database, function]
        done = subprocess.run(
            [*map(str, command), json.dumps(values)],
            env={**os.environ, **self.environment.variables()},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        answers = [line for line in done.stdout.splitlines() if line.startswith("@")]
        assert answers, f"no answer:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return json.loads(answers[-1].removeprefix("@"))


@pytest.fixture
def shop(make_server, database):
    """Return a shop with a customer who owes in two currencies, being served."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(18950, 1))
    controller.start()
    server = make_server("portal")
    found = Shop(server, database, inbox)
    found.step("prepare", url=found.url, smtp_port=controller.port)
    server.start(database, "--max-cron-threads=0")
    yield found
    server.stop()
    controller.stop()
