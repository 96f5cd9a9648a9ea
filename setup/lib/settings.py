"""The choices made once and kept: which Odoo, which server, which ports."""

import json
import secrets
import socket


class Settings:
    """A small JSON file beside the environment it describes."""

    def __init__(self, path):
        self.path = path
        try:
            self._values = json.loads(path.read_text())
        except (OSError, ValueError):
            self._values = {}

    def get(self, name, default=None):
        """Return a kept value."""
        return self._values.get(name, default)

    def keep(self, **values):
        """Change values; ``None`` leaves what is there."""
        new = {name: value for name, value in values.items() if value is not None}
        if any(self._values.get(name) != value for name, value in new.items()):
            self._values.update(new)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self.path.write_text(json.dumps(self._values, indent=2) + "\n")

    def secret(self, name):
        """Return a random word that is made once."""
        if not self.get(name):
            self.keep(**{name: secrets.token_urlsafe(16)})
        return self.get(name)


def is_free(port):
    """Return whether nothing listens on a local port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(start, count=1):
    """Return the first of ``count`` neighbouring free ports from ``start`` on."""
    for port in range(start, start + 2000, count):
        if all(is_free(port + offset) for offset in range(count)):
            return port
    raise OSError(f"no free port from {start} on")
