"""The tests in ``tests/``: what crosses add-ons, run by pytest."""

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree

from .tally import Tally


def files(root):
    """Return the test files for pytest; those of an add-on in there are Odoo's."""
    folder = root / "tests"
    addons = [manifest.parent for manifest in folder.rglob("__manifest__.py")]
    return [
        path
        for path in sorted(folder.rglob("test_*.py"))
        if not any(path.is_relative_to(addon) for addon in addons)
    ]


def run_all(environment, chosen=None, fast=False):
    """Return the tally of the tests in ``tests/``, all or the files chosen."""
    start = time.monotonic()
    place = environment.place
    report = place.logs / "pytest.xml"
    report.unlink(missing_ok=True)
    command = [place.python, "-m", "pytest", "-q", f"--junitxml={report}"]
    command += ["-p", "no:cacheprovider", *(chosen or ["tests"])]
    if fast:
        command += ["-m", "not slow"]
    with open(place.logs / "pytest.log", "wb") as stream:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=place.root,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment.variables()},
            check=False,
        )
    tally = judge("tests/", report, done.returncode, place.logs / "pytest.log")
    tally.seconds = time.monotonic() - start
    return tally


def judge(name, report, status, log):
    """Return the tally of a pytest run from its JUnit report."""
    tally = Tally(name)
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        tally.fail(f"pytest ended with status {status}", log.read_text()[-3000:])
        return tally
    for case in cases:
        test = f"{case.get('classname')}.{case.get('name')}"
        problems = [
            found
            for kind in ("failure", "error", "skipped")
            for found in case.findall(kind)
        ]
        for problem in problems[:1]:
            text = problem.text or problem.get("message") or ""
            word = " was skipped" if problem.tag == "skipped" else ""
            tally.fail(f"{test}{word}", text[-3000:])
        tally.passed += not problems
    if status and not tally.failures:
        tally.fail(f"pytest ended with status {status}", log.read_text()[-3000:])
    return tally
