"""What the tests that cross add-ons share: the environment of ./setup/test."""

import functools
import io
import os
import subprocess

import pytest
from playwright.sync_api import sync_playwright

from lib import addontests, machine, odoo_source
from lib.console import Console
from lib.environment import Environment
from lib.serve import wait_for
from lib.settings import free_port

# an add-on for Odoo's own runner, installed by the test beside it
collect_ignore = ["extension/credit_control_sample"]


class Server:
    """Odoo's web server for a test, on a port of its own."""

    def __init__(self, environment, name):
        self.environment = environment
        self.port = free_port(27000, 2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = environment.place.logs / f"{name}-server.log"
        self.process = None

    def pid(self):
        """Return the process id while the server runs; ``wait_for`` asks."""
        return None if self.process.poll() is not None else self.process.pid

    def start(self, database, *options):
        """Serve a database, and wait until it answers.

        :param str options: of Odoo's command line
        """
        environment = self.environment
        command = environment.command(
            *("-c", environment.place.odoo_conf, "-d", database),
            *(f"--db-filter=^{database}$", *options),
            *(f"--http-port={self.port}", f"--gevent-port={self.port + 1}"),
        )
        with open(self.log, "wb") as stream:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment.variables()},
            )
        wait_for(f"{self.url}/web/login", self, self.log, patience=120)

    def stop(self):
        """End the server."""
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def make_server(environment):
    """Return what makes a ``Server``: a function of the name of its log."""
    return functools.partial(Server, environment)


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


@pytest.fixture(scope="session")
def environment():
    """Return the prepared environment of this checkout."""
    found = Environment(Console(stream=io.StringIO()))
    found.odoo = odoo_source.locate(
        found.place, found.settings, found.stamps, found.console
    )
    return found


@pytest.fixture(scope="session")
def installed(environment):
    """Return the name of a database with the three add-ons; clone it, do not use it."""
    return addontests.installed(environment)


@pytest.fixture
def database(environment, installed, request):
    """Return the name of a database with the three add-ons for one test alone."""
    name = environment.database_name(f"case_{abs(hash(request.node.nodeid)) % 10**8}")
    environment.databases.clone(installed, name)
    yield name
    environment.databases.drop(name)
