"""Two transactions plan one company: nothing twice, and nobody is left in the dark."""

import json
import os
import pathlib
import subprocess

import pytest

SCRIPT = pathlib.Path(__file__).with_name("plan_workers.py")
CUSTOMERS = 20


@pytest.fixture(scope="module")
def found(environment, installed):
    """Return what the scenarios found, on connections of their own."""
    name = environment.database_name("plan_workers")
    environment.databases.clone(installed, name)
    try:
        done = subprocess.run(
            [
                str(environment.place.python),
                str(SCRIPT),
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


def test_while_another_plans(found):
    """A person reads a sentence; the scheduled action leaves the company out."""
    answer = found["while_another_plans"]
    assert answer["planned"] == CUSTOMERS
    assert "wait a minute" in answer["told"]
    assert answer["skipped"]


def test_a_plan_committed_after_the_snapshot(found):
    """The database refuses; the next transaction finds nothing new."""
    assert found["after_the_snapshot"] == {
        "refused": True,
        "skipped": True,
        "counts": [1, CUSTOMERS, 0],
    }


def test_a_crowd_plans(found):
    """Whatever the order: one run, and no item in two notices that wait."""
    answer = found["crowd"]
    assert answer["errors"] == []
    runs, _live, twice = answer["counts"]
    assert (runs, twice) == (1, 0)
