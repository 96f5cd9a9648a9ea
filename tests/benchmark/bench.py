"""What the programs of the benchmark share: ledgers, processes, tables."""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "setup"))

from lib.console import Console, SetupError  # noqa: E402
from lib.environment import Environment, add_options  # noqa: E402
from lib.process import run  # noqa: E402

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MARKER = "@answer "
SCRIPT = """
import json, sys
sys.path.insert(0, {here!r})
import steps
answer = steps.call(env, {name!r}, {number!r})
print("\\n" + {marker!r} + json.dumps(answer), flush=True)
"""
COLUMNS = (
    "step",
    "rows",
    "seconds",
    "rows/s",
    "queries",
    "peak MiB",
    "floor s",
    "ratio",
)


def parser(description, sizes=SIZES):
    """Return the options of a command line: ``--items``, ``--json``, ``--keep``."""
    result = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(result)
    result.add_argument(
        "--items",
        type=int,
        action="append",
        metavar="N",
        help="open items of the ledger; may be given several times "
        f"(default: {', '.join(f'{size:,}' for size in sizes)})",
    )
    result.add_argument("--json", action="store_true", help="print figures as JSON")
    result.add_argument("--keep", action="store_true", help="keep the databases")
    result.set_defaults(sizes=sizes)
    return result


class Bench:
    """One ledger after the other, each in its own database."""

    def __init__(self, steps, counts=None, prepare=("fill",), addon="credit_control"):
        """Know what to measure.

        :param tuple steps: names of the steps, in their order
        :param dict counts: numbers given to some steps instead of the ledger's size
        :param tuple prepare: names of the steps that make the ledger, not shown
        :param str addon: what is measured, installed in the database
        """
        self.steps, self.counts, self.prepare = steps, counts or {}, prepare
        self.addon = addon
        self.console = Console(stream=sys.stderr)
        self.environment = Environment(self.console)

    def main(self, options):
        """Measure, print, and return the status of the program."""
        self.environment.prepare(options)
        found = {}
        for size in options.items or options.sizes:
            if size < 1:
                raise SetupError(f"--items {size}: give a number above zero")
            found[size] = self.measure(size, options.keep)
            if not options.json:
                show(size, found[size], print)
        if options.json:
            print(json.dumps(found, indent=2))
        return 0

    def measure(self, size, keep):
        """Return the figures of each step on a ledger of ``size`` open items."""
        databases = self.environment.databases
        name = self.environment.database_name(f"benchmark_{size}")
        with self.console.step(f"database with {size:,} open items"):
            databases.clone(databases.base(), name)
            databases.run_odoo(
                *("-d", name, "-i", self.addon), purpose=f"installing {self.addon}"
            )
            for step in self.prepare:
                self.call(name, step, size)
        figures = {}
        try:
            for step in self.steps:
                with self.console.step(step):
                    number = self.counts.get(step, size)
                    figures[step] = self.call(name, step, number)
        finally:
            if not keep:
                databases.drop(name)
        return figures

    def call(self, database, name, number):
        """Run one step in Odoo's shell and return its figures."""
        script = SCRIPT.format(here=str(HERE), name=name, number=number, marker=MARKER)
        printed = run(
            self.environment.command(
                *("shell", "-d", database, "--no-http", "--log-level=warn")
            ),
            purpose=f"step {name} in database {database}",
            env=self.environment.variables(),
            input_text=script,
        )
        for line in printed.splitlines():
            if line.startswith(MARKER):
                return json.loads(line.removeprefix(MARKER))
        raise SetupError(f"step {name} in {database} gave no answer:\n{printed}")


def show(size, figures, say):
    """Print the figures of one ledger as a table."""
    say(f"\n{size:,} open items")
    say("  {:<13}{:>10}{:>10}{:>11}{:>9}{:>10}{:>10}{:>7}".format(*COLUMNS))
    for step, seen in figures.items():
        ratio = f"{seen['ratio']:.1f}" if seen.get("ratio") else "-"
        floor = f"{seen['floor']:.3f}" if seen.get("floor") else "-"
        say(
            f"  {step:<13}{seen['rows']:>10,}{seen['seconds']:>10.3f}"
            f"{seen['rate']:>11,.0f}{seen['queries']:>9,}{seen.get('peak', 0):>10,}"
            f"{floor:>10}{ratio:>7}"
        )
