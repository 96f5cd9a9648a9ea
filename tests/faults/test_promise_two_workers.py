"""Two transactions around one promise: judged once, told once, nobody waits."""

SCRIPT = "promise_workers.py"
TOLD_ONCE = ["broken", 0.0, ["new"]]


def test_a_promise_that_another_judges(found):
    """It is left out, without waiting."""
    assert found["judged_twice"] == {"first": True, "second": [], "told": TOLD_ONCE}


def test_a_judgement_committed_after_the_snapshot(found):
    """The database refuses; the next transaction finds nothing new."""
    assert found["judged_after_the_snapshot"] == {
        "refused": True,
        "again": [],
        "told": TOLD_ONCE,
    }


def test_a_payment_as_it_is_judged(found):
    """Pending for the one who does not see the payment; then kept."""
    assert found["paid_while_it_is_judged"] == {
        "early": [],
        "late": True,
        "told": ["kept", 100.0, []],
    }


def test_a_payment_as_it_breaks(found):
    """Nobody calls the customer of a promise that was paid meanwhile."""
    assert found["paid_while_it_is_broken"] == {
        "before": TOLD_ONCE,
        "after": ["broken", 0.0, ["done"]],
    }


def test_taken_back_as_it_is_judged(found):
    """What the person did stays; nothing is told."""
    assert found["cancelled_while_it_is_judged"] == {
        "left": [],
        "told": ["cancelled", 0.0, []],
    }


def test_confirmed_as_a_run_is_planned(found):
    """The notice that was planned does not go."""
    assert found["confirmed_while_a_run_is_planned"] == {
        "before": ["draft"],
        "after": ["cancelled"],
        "holds": ["promise"],
    }


def test_a_crowd(found):
    """Whatever the order: each promise has its one end."""
    answer = found["crowd"]
    assert answer["errors"] == []
    assert answer["told"] == [["kept", 100.0, []], TOLD_ONCE] * 3
