"""How the commands end."""

import subprocess
import sys
from pathlib import Path

SETUP = Path(__file__).resolve().parents[2] / "setup"
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from lib.console import Console, run_main
run_main(lambda: [Console().say("line") for _number in range(100000)] and 0)
"""


def test_a_reader_that_goes_away_is_no_disaster():
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, SETUP],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout.readline() == "line\n"
        program.stdout.close()
        assert program.stderr.read() == ""
        assert program.wait(timeout=30) == 141
