"""Run other programs: quiet when they succeed, their last words when they fail."""

import contextlib
import os
import signal
import subprocess
import time

from .console import SetupError


def run(command, *, purpose, cwd=None, env=None, input_text=None, timeout=None):
    """Run ``command`` and return what it printed.

    :param list command: program and arguments
    :param str purpose: what was tried, for the error message
    :raise SetupError: if the program is missing or ends with a status but 0
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            input=input_text,
            stdin=subprocess.DEVNULL if input_text is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise SetupError(f"{purpose}: program {error.filename!r} not found") from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"{purpose}: no end after {timeout} s") from error
    if done.returncode:
        words = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise SetupError(f"{purpose} failed (status {done.returncode}):\n{words}")
    return done.stdout


def start(command, *, log, env=None, cwd=None):
    """Start a background program in its own session; return its process id."""
    with open(log, "ab") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process.pid


def command_line(pid):
    """Return the command line of a running process, or an empty string."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as stream:
            line = stream.read()
    except OSError:
        return ""
    return line.replace(b"\0", b" ").decode(errors="replace").strip()


class PidFile:
    """The process id of one of our background programs.

    :param path: the file that keeps the id
    :param str mark: a word of its command line, so that a number that the system
        gave to another program since is never taken for ours
    """

    def __init__(self, path, mark):
        self.path = path
        self.mark = str(mark)

    def pid(self):
        """Return the id of the program if it runs, else ``None``."""
        try:
            pid = int(self.path.read_text())
        except (OSError, ValueError):
            return None
        _reap(pid)
        return pid if self.mark in command_line(pid) else None

    def write(self, pid):
        """Remember a program that was just started."""
        self.path.write_text(f"{pid}\n")

    def stop(self, patience=10.0):
        """End the program; return whether there was one."""
        pid = self.pid()
        if pid is None:
            self.path.unlink(missing_ok=True)
            return False
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            end = time.monotonic() + patience
            while self.pid() is not None and time.monotonic() < end:
                time.sleep(0.05)
            if self.pid() is None:
                break
        self.path.unlink(missing_ok=True)
        return True


def background_programs(place):
    """Return what may run in the background from an environment: {name: PidFile}."""
    return {
        "odoo": PidFile(place.folder / "odoo.pid", place.odoo_conf),
        "mailcatcher": PidFile(place.folder / "mailcatcher.pid", place.mail),
    }


def _reap(pid):
    """Collect the status of ``pid`` if it is our own child that has ended."""
    with contextlib.suppress(ChildProcessError, OSError):
        os.waitpid(pid, os.WNOHANG)
