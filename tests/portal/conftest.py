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
from playwright.sync_api import sync_playwright

from lib import machine
from lib.serve import wait_for
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


class Pid:
    """What ``wait_for`` asks: whether the server still runs."""

    def __init__(self, process):
        self.process = process

    def pid(self):
        return None if self.process.poll() is not None else self.process.pid


class Shop:
    """Odoo's server on a database of its own, and its mail."""

    def __init__(self, environment, database, inbox, smtp_port):
        self.environment, self.database, self.inbox = environment, database, inbox
        self.port = free_port(27000, 2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.smtp_port = smtp_port
        self.log = environment.place.logs / "portal-server.log"

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

    def serve(self):
        """Start the server; return its process."""
        environment = self.environment
        command = environment.command(
            *("-c", environment.place.odoo_conf, "-d", self.database),
            *(f"--db-filter=^{self.database}$", "--max-cron-threads=0"),
            *(f"--http-port={self.port}", f"--gevent-port={self.port + 1}"),
        )
        with open(self.log, "wb") as stream:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment.variables()},
            )
        wait_for(f"{self.url}/web/login", Pid(process), self.log, patience=120)
        return process


@pytest.fixture
def shop(environment, database):
    """Return a shop with a customer who owes in two currencies, being served."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(18950, 1))
    controller.start()
    found = Shop(environment, database, inbox, controller.port)
    found.step("prepare", url=found.url, smtp_port=found.smtp_port)
    process = found.serve()
    yield found
    process.terminate()
    process.wait(timeout=30)
    controller.stop()


@pytest.fixture
def browser():
    """Return a Chromium without a window."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=machine.find("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        yield found
        found.close()
