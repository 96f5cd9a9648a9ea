"""The tests of plain arithmetic, by unittest alone: no database, no server."""

import json
import time

from .console import SetupError
from .paths import ADDONS
from .process import run
from .tally import Tally

PROGRAM = """
import json, logging, sys, unittest
import odoo.addons
from odoo.tools import config

names, root = json.loads(sys.argv[1]), sys.argv[2]
odoo.addons.__path__.append(root)
config.parse_config([])
logging.disable(logging.INFO)
suite = unittest.TestSuite()
for name in names:
    suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
result = unittest.TestResult()
suite.run(result)
problems = [(test.id(), text) for test, text in result.failures + result.errors]
problems += [(test.id(), "skipped: " + reason) for test, reason in result.skipped]
problems += [(test.id(), "passed unexpectedly") for test in result.unexpectedSuccesses]
print("\\n@kernel " + json.dumps({"run": result.testsRun, "problems": problems}))
"""


def files(root):
    """Return the kernel test files of all add-ons."""
    return [
        path
        for addon in ADDONS
        for path in sorted((root / addon / "tests").glob("test_kernel_*.py"))
    ]


def run_all(environment, chosen=None):
    """Return the tally of the kernel tests."""
    tally = Tally("kernel")
    start = time.monotonic()
    root = environment.place.root
    names = [
        f"odoo.addons.{path.parts[-3]}.tests.{path.stem}"
        for path in (files(root) if chosen is None else chosen)
    ]
    try:
        printed = run(
            [environment.place.python, "-c", PROGRAM, json.dumps(names), root],
            purpose="kernel tests",
            env=environment.variables(),
        )
    except SetupError as error:
        tally.fail("kernel tests", str(error))
        return tally
    for line in printed.splitlines():
        if line.startswith("@kernel "):
            outcome = json.loads(line.removeprefix("@kernel "))
            for test, text in outcome["problems"]:
                tally.fail(test, text)
            tally.passed = outcome["run"] - len(
                {test for test, _ in outcome["problems"]}
            )
    tally.seconds = time.monotonic() - start
    return tally
