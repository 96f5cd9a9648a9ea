"""Counting: nothing run, a skip and a warning are failures."""

import pytest

from lib import crosstests, odoolog
from lib.tally import Tally, closing_line

HEAD = "2026-11-21 20:00:00,000 42 {level} db {logger}: {text}\n"
OURS = "odoo.addons.credit_control.tests.test_plan"


def entry(text, level="INFO", logger=OURS):
    return HEAD.format(level=level, logger=logger, text=text)


def total(count, failed=0, errors=0):
    return entry(
        f"{failed} failed, {errors} error(s) of {count} tests when loading 'db'",
        "ERROR" if failed or errors else "INFO",
        "odoo.tests.result",
    )


GREEN = entry("Starting TestPlan.test_a ...") + entry("Starting TestPlan.test_b ...")


def test_a_green_run_counts_its_tests():
    tally = odoolog.judge("x", GREEN + total(2), ["credit_control.tests.test_plan"])
    assert (tally.passed, tally.failed) == (2, 0)


def test_a_run_without_tests_has_failed():
    log = entry(
        "0 failed, 0 error(s) of 0 tests when loading database 'db'",
        "WARNING",
        "odoo.tests.result",
    )
    tally = odoolog.judge("x", log)
    assert (tally.passed, tally.failed) == (0, 1)
    assert "nothing ran" in tally.describe()


def test_a_skipped_test_has_failed():
    log = GREEN + entry("skipped TestPlan.test_b : no browser") + total(2)
    tally = odoolog.judge("x", log)
    assert (tally.passed, tally.failed) == (1, 1)
    assert "no browser" in tally.describe()


def test_a_broken_test_is_counted_once_with_its_text():
    log = (
        GREEN
        + entry("=" * 70)
        + entry("FAIL: Subtest TestPlan.test_a (n=1)", "ERROR")
        + "Traceback (most recent call last):\nAssertionError: 1 != 2\n"
        + entry("FAIL: Subtest TestPlan.test_a (n=2)", "ERROR")
        + total(2, failed=2)
    )
    tally = odoolog.judge("x", log)
    assert (tally.passed, tally.failed) == (1, 1)
    assert "AssertionError: 1 != 2" in tally.describe()


def test_an_error_before_the_first_test_has_failed():
    log = GREEN + entry("ERROR: setUpClass (odoo.addons.x.TestX)", "ERROR") + total(2)
    assert odoolog.judge("x", log).failed == 1


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_a_warning_in_the_log_has_failed(level):
    log = GREEN + entry("field x: unknown parameter", level, "odoo.fields") + total(2)
    tally = odoolog.judge("x", log)
    assert (tally.passed, tally.failed) == (2, 1)


def test_noise_of_odoo_itself_is_let_pass():
    text = "Running as user 'root' is a security risk."
    log = entry(text, "WARNING", "odoo.service.server") + GREEN + total(2)
    assert odoolog.judge("x", log).failed == 0


def test_a_file_of_which_nothing_ran_has_failed():
    files = ["credit_control.tests.test_plan", "credit_control.tests.test_forgotten"]
    tally = odoolog.judge("x", GREEN + total(2), files)
    assert tally.failed == 1
    assert "test_forgotten" in tally.describe()


def test_a_run_that_broke_off_has_failed():
    tally = odoolog.judge("x", GREEN + "Killed\n")
    assert tally.failed == 1
    assert "Killed" in tally.describe()


def test_the_closing_line():
    good, bad, empty = Tally("a", passed=3), Tally("b", passed=1), Tally("c")
    bad.fail("what")
    assert closing_line([good, bad, empty]) == "4 passed, 2 failed"
    assert closing_line([]) == "0 passed, 1 failed"


JUNIT = """<testsuites><testsuite>
<testcase classname="tests.a" name="one"/>
<testcase classname="tests.a" name="two"><failure message="m">why</failure></testcase>
<testcase classname="tests.a" name="three"><skipped message="no X"/></testcase>
</testsuite></testsuites>"""


def test_pytests_report_is_counted(tmp_path):
    report, log = tmp_path / "r.xml", tmp_path / "log"
    report.write_text(JUNIT)
    log.write_text("the log")
    tally = crosstests.judge("tests/", report, 1, log)
    assert (tally.passed, tally.failed) == (1, 2)
    assert "three was skipped" in tally.describe()


def test_pytest_without_a_report_has_failed(tmp_path):
    log = tmp_path / "log"
    log.write_text("ImportError while loading conftest")
    tally = crosstests.judge("tests/", tmp_path / "none.xml", 4, log)
    assert tally.failed == 1
    assert "ImportError" in tally.describe()
