"""Read the log of a test run of Odoo: what ran, failed, was skipped, or was said.

Odoo's runner ends with status 0 when no test ran and counts a skipped test as a
success; here both are failures.
"""

import re
from typing import NamedTuple

from .tally import Tally

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) (?P<database>\S+) (?P<logger>\S+): (?P<text>.*)$"
)
TEST_MODULE = re.compile(r"^odoo\.addons\.(?P<file>\w+\.tests\.\w+)")
STARTING = re.compile(r"^Starting (?P<test>\S+) \.\.\.")
SKIPPED = re.compile(r"^skipped (?P<test>.+?) : (?P<reason>.*)$")
BROKEN = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(?P<test>[\w.]+)")
TOTAL = re.compile(r"^\d+ failed, \d+ error\(s\) of (?P<count>\d+) tests")

TROUBLE = {"WARNING", "ERROR", "CRITICAL"}

# Warnings of Odoo itself, each seen on an untouched Odoo with the same modules.
NOISE = (
    # docutils on the descriptions of core modules
    re.compile(r"^<string>:\d+: \((ERROR|WARNING)/\d\)"),
    # the container's own choice; Odoo does not object in tests
    re.compile(r"Running as user 'root' is a security risk"),
    # the PDF engine is older than the machine's OpenSSL; nothing it loads is https
    re.compile(r"wkhtmltopdf: QSslSocket: cannot resolve \w+"),
    # the runner's word on its own status, counted here in any case
    re.compile(r"Tests failed|At least one test failed|^Module \w+: \d+ failures"),
)


class Record(NamedTuple):
    """One entry of the log, with the lines that belong to it."""

    level: str
    logger: str
    text: str


def parse(log):
    """Return the records of a log; lines without a head continue the one before."""
    records = []
    for line in log.splitlines():
        match = RECORD.match(line)
        if match:
            records.append(Record(match["level"], match["logger"], match["text"]))
        elif records:
            last = records[-1]
            records[-1] = last._replace(text=f"{last.text}\n{line}")
    return records


class _Reader:
    """Sorts the records of one run into what the tally needs."""

    def __init__(self, noise):
        self.noise = noise
        self.started, self.skipped, self.files = set(), {}, set()
        self.broken, self.said = {}, []
        self.total = None

    def read(self, record):
        """Take one record."""
        in_test = TEST_MODULE.match(record.logger)
        if total := TOTAL.match(record.text):
            self.total = int(total["count"])
        elif in_test and self._read_test(in_test["file"], record):
            return
        elif record.level in TROUBLE and not self._is_noise(record.text):
            self.said.append((f"{record.level} of {record.logger}", record.text))

    def _read_test(self, file, record):
        """Take what the runner says of one test; return whether it was that."""
        if starting := STARTING.match(record.text):
            self.started.add((file, starting["test"]))
            self.files.add(file)
        elif skipped := SKIPPED.match(record.text):
            self.skipped[file, skipped["test"]] = skipped["reason"]
        elif record.level == "ERROR" and (found := BROKEN.match(record.text)):
            test = ".".join(found["test"].split(".")[-2:])
            self.broken.setdefault((file, test), record.text)
        else:
            return False
        return True

    def _is_noise(self, text):
        return any(pattern.search(text) for pattern in self.noise)


def judge(name, log, expected_files=(), noise=NOISE):
    """Return the tally of a test run of Odoo.

    :param str log: what Odoo wrote
    :param expected_files: ``module.tests.test_file`` names in each of which at
        least one test must have run
    """
    reader = _Reader(noise)
    for record in parse(log):
        reader.read(record)
    tally = Tally(name)
    tally.passed = len(reader.started - set(reader.broken) - set(reader.skipped))
    for (file, test), text in reader.broken.items():
        tally.fail(f"{file}.{test}", text)
    for (file, test), reason in reader.skipped.items():
        tally.fail(f"{file}.{test} was skipped", reason)
    for what, text in reader.said:
        tally.fail(what, text)
    for file in sorted(set(expected_files) - reader.files):
        tally.fail(file, "no test of this file ran: is it in tests/__init__.py?")
    if reader.total is None:
        tail = "\n".join(log.splitlines()[-15:])
        tally.fail("the run did not come to its end", tail)
    return tally
