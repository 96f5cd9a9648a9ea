"""Where everything is: one folder of the checkout holds all that is made."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path

from .console import SetupError

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ("credit_control", "credit_control_mail", "credit_control_dashboard")


class Place:
    """The folders and files of one environment."""

    def __init__(self, root=ROOT, folder=None):
        self.root = Path(root)
        self.folder = Path(folder) if folder else self.root / ".environment"
        self.stamps = self.folder / "stamps"
        self.logs = self.folder / "logs"
        self.apt = self.folder / "apt"
        self.odoo_root = self.folder / "odoo"
        self.venv = self.folder / "venv"
        self.libraries = self.folder / "libraries"
        self.data = self.folder / "data"
        self.mail = self.folder / "mail"
        self.settings = self.folder / "settings.json"
        self.odoo_conf = self.folder / "odoo.conf"

    @property
    def python(self):
        """The interpreter of the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def packaged_odoo(self):
        """Where the unpacked package keeps Odoo."""
        return self.odoo_root / "usr/lib/python3/dist-packages"

    def short_id(self):
        """Return a short name of this checkout, for folders outside it."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]

    def make(self):
        """Make the folders that every step needs."""
        for folder in (self.folder, self.stamps, self.logs, self.data, self.mail):
            folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise SetupError(
                f"{self.folder} belongs to another user; remove it or use that account"
            )

    @contextlib.contextmanager
    def locked(self, console):
        """Hold the environment for oneself while it is being built."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                console.say("  waiting for another set-up in this checkout to end")
                fcntl.flock(stream, fcntl.LOCK_EX)
            yield


def is_open_to_others(path):
    """Return whether an account with no special rights can enter ``path``."""
    path = Path(path).resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
