"""What a person sees: steps with their time, warnings, one clear error."""

import contextlib
import os
import sys
import time


class SetupError(Exception):
    """Something a person has to put right; the text says what to do."""


class Console:
    """Prints progress. A step that has nothing to do prints nothing."""

    def __init__(self, stream=None, clock=time.monotonic):
        self._stream = stream or sys.stdout
        self._clock = clock
        self._start = clock()
        self.warnings = []

    def say(self, text=""):
        """Print one line at once, also into a pipe."""
        print(text, file=self._stream, flush=True)

    def warn(self, text):
        """Print a warning and keep it for the closing summary."""
        self.warnings.append(text)
        self.say(f"  ! {text}")

    @contextlib.contextmanager
    def step(self, title):
        """Announce a piece of work and print how long it took."""
        start = self._clock()
        interactive = self._stream.isatty()
        if interactive:
            print(f"  ... {title}", end="\r", file=self._stream, flush=True)
        yield
        self.say(f"  {title:<58} {self._clock() - start:6.1f} s")

    def elapsed(self):
        """Return the seconds since the program started."""
        return self._clock() - self._start


def run_main(main):
    """Run ``main()`` and turn an expected error into one sentence and status 1."""
    try:
        sys.exit(main())
    except SetupError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nstopped; the next call takes up where this one ended", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone ("| head", say)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
