"""What the tests that cross add-ons share: the environment of ./setup/test."""

import io

import pytest

from lib import addontests, odoo_source
from lib.console import Console
from lib.environment import Environment

# an add-on for Odoo's own runner, installed by the test beside it
collect_ignore = ["extension/credit_control_sample"]


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
