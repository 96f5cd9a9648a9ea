"""What was tested: counts, failures, and whether they amount to success."""

import dataclasses


@dataclasses.dataclass
class Tally:
    """The outcome of one part of the tests.

    A part in which nothing ran has failed, and a skipped test is a failed one: what
    was not tried is not known to work.
    """

    name: str
    passed: int = 0
    failures: list = dataclasses.field(default_factory=list)  # (what, text)
    seconds: float = 0.0

    def fail(self, what, text=""):
        """Add a failure."""
        self.failures.append((what, text))

    @property
    def failed(self):
        """The number of failures; one if nothing ran at all."""
        return len(self.failures) or int(self.passed == 0)

    def describe(self):
        """Return the failures with their texts, to be read by a person."""
        if not self.failures and not self.passed:
            return f"{self.name}: nothing ran"
        return "\n".join(
            f"{self.name}: {what}\n{text}".rstrip() for what, text in self.failures
        )


def closing_line(tallies):
    """Return ``N passed, N failed`` of all parts."""
    passed = sum(tally.passed for tally in tallies)
    failed = sum(tally.failed for tally in tallies)
    if not tallies:
        failed = 1
    return f"{passed} passed, {failed} failed"
