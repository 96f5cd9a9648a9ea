"""Two transactions plan one company: nothing twice, and nobody is left in the dark."""

SCRIPT = "plan_workers.py"
CUSTOMERS = 20


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
