"""The virtual environment and what is installed in it."""

import os
import re
import shlex
import shutil
import subprocess
import sys

from .console import SetupError
from .process import background_programs, run
from .stamps import key_of, key_of_files

OLDEST, NEWEST = (3, 10), (3, 13)


def find_python():
    """Return a Python that Odoo 19 runs on, this one if it is.

    :raise SetupError: if there is none
    """
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return os.path.realpath(sys.executable)
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path and _runs(path):
            return os.path.realpath(path)
    raise SetupError(
        "Odoo 19 needs Python 3.10, 3.11, 3.12 or 3.13; none of them is on the PATH"
    )


def _runs(python):
    """Return whether ``python`` starts (a version manager's shim may not)."""
    command = [python, "-c", "import venv"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class PythonEnv:
    """One virtual environment; installs with uv, or with pip where uv fails."""

    def __init__(self, place, stamps, console):
        self.place = place
        self.stamps = stamps
        self.console = console

    def make(self):
        """Make the environment; take what is there if it is of this Python and runs."""
        key = key_of(find_python())
        if self.stamps.is_done("venv", key) and _runs(str(self.place.python)):
            return
        with (
            self.stamps.recording("venv", key),
            self.console.step("Python environment"),
        ):
            # what runs would miss the files of the Python that it was started with
            for program in background_programs(self.place).values():
                program.stop(patience=20)
            shutil.rmtree(self.place.venv, ignore_errors=True)
            for step in ("requirements-odoo", "requirements-tests", "pdf"):
                self.stamps.forget(step)
            try:
                run(
                    [find_python(), "-m", "venv", self.place.venv],
                    purpose="making a Python environment",
                )
            except SetupError as error:
                raise SetupError(
                    f"{error}\nOn Debian install the package python3-venv and try again"
                ) from error

    def install(self, name, *requirement_files):
        """Install requirement files once; again only when one of them changes."""
        key = key_of(key_of_files(*requirement_files), find_python())
        if self.stamps.is_done(f"requirements-{name}", key):
            return
        title = f"Python packages ({name})"
        with (
            self.stamps.recording(f"requirements-{name}", key),
            self.console.step(title),
        ):
            options = []
            for path in requirement_files:
                options += ["-r", path]
            self.pip_install(options, title)

    def pip_install(self, options, what):
        """Install by uv if it can be had and succeeds, else by pip.

        :param str what: what is installed, for the error message
        """
        uv = self._uv()
        if uv:
            try:
                run(
                    [uv, "pip", "install", "-q", "-p", self.place.python, *options],
                    purpose="installing Python packages",
                    env=self._uv_settings(),
                )
                return
            except SetupError:
                pass  # pip knows settings that uv does not: it gets its turn
        try:
            self._pip(["install", "-q", *options], "pip install")
        except SetupError as error:
            raise SetupError(pip_failure(what, str(error))) from error

    def _pip(self, arguments, purpose):
        return run(
            [self.place.python, "-m", "pip", "--disable-pip-version-check", *arguments],
            purpose=purpose,
        )

    def _uv(self):
        """Return the path of uv, installing it if need be, or ``None``."""
        own = self.place.venv / "bin/uv"
        if own.exists():
            return own
        try:
            self._pip(["install", "-q", "uv"], "installing uv")
        except SetupError:
            return shutil.which("uv")
        return own

    def _uv_settings(self):
        """Return pip's package sources as environment variables of uv."""
        found = pip_settings(self._pip(["config", "list"], "reading pip's settings"))
        # pip takes the best version of all its sources; uv would take the first
        # source that knows the name.
        settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
        for ours, theirs in (
            ("index-url", "UV_DEFAULT_INDEX"),
            ("extra-index-url", "UV_INDEX"),
            ("find-links", "UV_FIND_LINKS"),
            ("no-index", "UV_NO_INDEX"),
            ("cert", "SSL_CERT_FILE"),
        ):
            if ours in found and theirs not in os.environ:
                separator = "," if theirs == "UV_FIND_LINKS" else " "
                settings[theirs] = separator.join(found[ours].split())
        return settings

    def link_odoo(self, odoo):
        """Make ``import odoo`` work here, for an unpacked or checked-out Odoo."""
        for packages in self.place.venv.glob("lib/python3.*/site-packages"):
            path_file = packages / "odoo.pth"
            if not path_file.exists() or path_file.read_text() != f"{odoo}\n":
                path_file.write_text(f"{odoo}\n")


NO_ANSWER = re.compile(
    r"Retrying \(|NewConnectionError|Failed to establish|name resolution|unreachable|"
    r"timed out|ProxyError|SSLError|CERTIFICATE"
)


def pip_failure(what, words):
    """Return what to do when pip failed, with its own words below."""
    if NO_ANSWER.search(words):
        # the retries say the same again and again; the last lines say what lacks
        kept = [line for line in words.splitlines() if "Retrying (" not in line]
        return (
            f"{what} could not be fetched: the package index did not answer. See that "
            "this machine reaches it (network, proxy, 'pip config list'), then call "
            "this again: what has been fetched is kept. Without a network, put the "
            "wheels into a folder and export PIP_FIND_LINKS=FOLDER PIP_NO_INDEX=1\n"
            + "\n".join(kept)
        )
    return f"{what} could not be installed. See what pip says:\n{words}"


def pip_settings(listing):
    """Return the settings of ``pip config list`` by name; the environment wins."""
    found = {}
    for line in listing.splitlines():
        name, equals, value = line.partition("=")
        words = shlex.split(value) if equals else []
        if words:
            scope, _dot, option = name.rpartition(".")
            if option not in found or scope == ":env:":
                found[option] = words[0]
    return found
