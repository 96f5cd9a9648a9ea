"""A mail server, a database, and Odoo processes that can be killed."""

import collections
import email
import email.policy
import json
import os
import pathlib
import signal
import subprocess

import pytest
from aiosmtpd.controller import Controller

from lib.settings import free_port

WORKER = pathlib.Path(__file__).with_name("worker.py")


class Sink:
    """Keeps what a mail server accepts: recipients and message."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, _server, _session, envelope):
        message = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
        self.received.append((tuple(envelope.rcpt_tos), message["Subject"]))
        return "250 Accepted"

    def counts(self, name):
        """Return how many mails each customer of a test got."""
        return collections.Counter(
            address
            for recipients, _subject in self.received
            for address in recipients
            if address.startswith(f"{name}.")
        )


class Shop:
    """Odoo processes on one database, and what they sent."""

    def __init__(self, process, sink):
        self.process = process
        self.sink = sink

    def at_once(self, *requests):
        """Run requests in processes of their own, at the same time.

        :param requests: ``(function of worker.py, values, where to die or None)``
        :return: ``(status, value)`` of each; -9 when it was killed
        """
        self.process.stdin.write(json.dumps(requests) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("@"):
                return [tuple(answer) for answer in json.loads(line[1:])]
        raise AssertionError("the worker ended; see its messages")

    def run(self, function, **values):
        """Run one function; it must not fail. Return what it returns."""
        [(status, value)] = self.at_once((function, values, None))
        assert status == 0, f"{function} ended with status {status}"
        return value

    def kill(self, function, model, method, moment, call=1):
        """Run a function and kill it at a step."""
        death = {"model": model, "method": method, "moment": moment, "call": call}
        [(status, _value)] = self.at_once((function, {}, death))
        assert status == -signal.SIGKILL, f"{function} ended with {status}"


@pytest.fixture(scope="module")
def shop(environment, installed):
    """Return a shop with a policy and a mail server."""
    name = environment.database_name("faults")
    environment.databases.clone(installed, name)
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(18900, 1))
    controller.start()
    process = subprocess.Popen(
        [str(environment.place.python), str(WORKER), environment.place.odoo_conf, name],
        env={**os.environ, **environment.variables()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = Shop(process, sink)
    found.run("prepare", port=controller.port)
    yield found
    process.stdin.close()
    process.wait(timeout=30)
    controller.stop()
    environment.databases.drop(name)


@pytest.fixture(scope="module")
def found(request, environment, installed):
    """Return what the script of a test module found, on connections of its own.

    The module names it: ``SCRIPT``, which prints one line of JSON behind an ``@``.
    """
    script = pathlib.Path(__file__).with_name(request.module.SCRIPT)
    name = environment.database_name(script.stem)
    environment.databases.clone(installed, name)
    try:
        done = subprocess.run(
            [
                str(environment.place.python),
                str(script),
                str(environment.place.odoo_conf),
                name,
            ],
            env={**os.environ, **environment.variables()},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    finally:
        environment.databases.drop(name)
    answers = [line for line in done.stdout.splitlines() if line.startswith("@")]
    assert answers, f"no answer:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return json.loads(answers[-1].removeprefix("@"))
