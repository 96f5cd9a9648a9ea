"""The add-ons' tests in Odoo's own runner: in shares, each on a clone."""

import ast
import functools
import os
import re
import subprocess
import time

from . import odoolog
from .paths import ADDONS
from .settings import free_port
from .stamps import key_of, key_of_files
from .tally import Tally

SHARES = 3
# Files that drive a browser take this much longer, byte for byte.
BROWSER_WEIGHT = 6
BROWSER = re.compile(r"\b(browser_js|start_tour)\b")
LOGGERS = (
    "odoo.tests.result:INFO",
    *(f"odoo.addons.{name}.tests:INFO" for name in ADDONS),
)


def files(root, *, browser=True):
    """Return the test files for Odoo's runner (the kernel's have their own)."""
    found = []
    for addon in ADDONS:
        for path in sorted((root / addon / "tests").glob("test_*.py")):
            kernel = path.name.startswith("test_kernel_")
            if not kernel and (browser or not needs_browser(path)):
                found.append(path)
    return found


def needs_browser(path):
    """Return whether a test file drives a browser."""
    return bool(BROWSER.search(path.read_text()))


def shares(paths, count=SHARES):
    """Split test files into ``count`` lists of about the same work."""

    def weight(path):
        return path.stat().st_size * (BROWSER_WEIGHT if needs_browser(path) else 1)

    lists = [(0, number, []) for number in range(min(count, len(paths)))]
    for path in sorted(paths, key=weight, reverse=True):
        load, number, members = min(lists)
        lists[lists.index((load, number, members))] = (
            load + weight(path),
            number,
            [*members, path],
        )
    return [sorted(members) for _load, _number, members in lists]


def template(environment, *, bundles):
    """Return the database to clone: Odoo's modules, with built asset bundles."""
    databases = environment.databases
    base = databases.base()
    if not bundles:
        return base
    name = environment.database_name("test_base")
    key = key_of((databases.stamps.folder / f"db-{base}@installed").read_text())
    if databases.stamps.is_done(f"db-{name}@bundles", key) and databases.exists(name):
        return name
    with environment.console.step("asset bundles built"):
        databases.clone(base, name)
        with databases.stamps.recording(f"db-{name}@bundles", key):
            databases.call(name, "inside.server:bundles")
    return name


def installed(environment):
    """Return a database with the three add-ons, for tests that cross them."""
    databases = environment.databases
    base = databases.base()
    root = environment.place.root
    name = environment.database_name("installed")
    key = key_of(base, key_of_files(*(root / addon for addon in ADDONS)))
    if databases.stamps.is_done(f"db-{name}@addons", key) and databases.exists(name):
        return name
    databases.clone(base, name)
    with (
        databases.stamps.recording(f"db-{name}@addons", key),
        environment.console.step("database with the three add-ons"),
    ):
        databases.run_odoo(
            "-d", name, "-i", ",".join(ADDONS), purpose="installing the add-ons"
        )
    return name


def jobs(environment, source, paths):
    """Return functions that each run a share of the test files on a clone.

    :param str source: the database to clone
    :return: functions without arguments that return a tally
    """
    parts = shares(paths) if paths else []
    if not parts:
        return [lambda: Tally("add-ons")]
    return [
        functools.partial(_run, environment, source, number, members)
        for number, members in enumerate(parts, 1)
    ]


def _run(environment, source, number, members):
    """Run the tests of some files on a clone and drop it."""
    start = time.monotonic()
    database = environment.database_name(f"test_{os.getpid()}_{number}")
    environment.databases.clone(source, database)
    log = environment.place.logs / f"tests-{number}.log"
    with open(log, "wb") as stream:
        subprocess.run(
            [str(part) for part in _command(environment, database, number, members)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment.variables()},
            cwd=environment.place.root,
            check=False,
        )
    expected = [
        f"{path.parts[-3]}.tests.{path.stem}" for path in members if holds_tests(path)
    ]
    text = log.read_text(errors="replace")
    tally = odoolog.judge(f"add-ons {number}", text, expected)
    tally.seconds = time.monotonic() - start
    environment.databases.drop(database)
    return tally


def _command(environment, database, number, members):
    """Return the command line of Odoo's runner for some test files."""
    port = free_port(18000 + 100 * number + os.getpid() % 10 * 1000, 2)
    tags = ",".join(f"/{path.parts[-3]}/tests/{path.name}" for path in members)
    return environment.command(
        *("-d", database, "-i", ",".join(ADDONS), "--test-tags", tags),
        *("--stop-after-init", "--max-cron-threads=0", "--log-level=warn"),
        *(f"--log-handler={logger}" for logger in LOGGERS),
        *(f"--http-port={port}", f"--gevent-port={port + 1}"),
    )


def holds_tests(path):
    """Return whether a file defines a test method that runs by default."""
    text = path.read_text()
    return "-standard" not in text and any(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for node in ast.walk(ast.parse(text))
    )
