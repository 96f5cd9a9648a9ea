"""Two writers of one customer's figures: nobody waits, nobody fails, the sum is right.

The compute locks its rows without waiting and queues those it does not get. That is
sound only if no order of events leaves a sum that misses one of the two changes.
"""

SCRIPT = "refresh_writers.py"


def test_a_row_that_another_holds(found):
    """The second keeps the old value and queues the profile."""
    assert found["held"] == {"seen": [0], "queued": True, "stored": [110], "left": []}


def test_a_row_written_after_the_snapshot(found):
    """The database refuses the lock: the savepoint catches it."""
    assert found["overtaken"] == {
        "seen": [0],
        "queued": True,
        "stored": [110],
        "left": [],
    }


def test_one_row_of_many(found):
    """The rows that were won are computed in the same transaction."""
    answer = found["one_of_many"]
    assert answer["queued"]
    assert answer["now"] == [10] * 7 + [100] + [10] * 12
    assert answer["stored"] == [10] * 7 + [110] + [10] * 12
    assert answer["left"] == []


def test_figures_that_stay_the_same_count_as_written(found):
    assert found["same_figures"] == {"queued": True, "stored": [10], "left": []}


def test_the_scheduled_action_meets_the_lock(found):
    """It gives way as well, and the profile stays queued."""
    assert found["still_held"] == {"queued": True, "stored": [110], "left": []}


def test_a_crowd(found):
    assert found["crowd"] == {"errors": [], "stored": [20, 20, 20], "left": []}
