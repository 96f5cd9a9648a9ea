"""Programs of the machine that tests need: a browser, an IMAP and a POP server."""

import os
import shutil
from pathlib import Path

from .apt import release
from .console import SetupError
from .process import run

# program: Debian package
NEEDED = {"chromium": "chromium", "imap": "dovecot-imapd", "pop3": "dovecot-pop3d"}
ALSO_GOOD = {"chromium": ("google-chrome", "chromium-browser")}
DOVECOT = "/usr/lib/dovecot:/usr/libexec/dovecot"
POLICY = Path("/usr/sbin/policy-rc.d")


def find(program):
    """Return the path of a program or of one that does as well, or ``None``."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:{DOVECOT}"
    for name in (program, *ALSO_GOOD.get(program, ())):
        found = shutil.which(name, path=path)
        if found:
            return found
    return None


def provide(console):
    """Install what is missing when we may, else say what to install.

    :raise SetupError: if something is missing and this is not root on Debian
    """
    missing = [package for name, package in NEEDED.items() if not find(name)]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() or "debian" not in _family():
        raise SetupError(
            f"the browser tests and the mail tests need: {names}. Install them "
            f"(Debian: apt-get install --no-install-recommends {names}), "
            "or leave these tests out: --fast"
        )
    with console.step(f"{names} installed by apt"):
        _install(missing)


def _family():
    fields = release()
    return f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".split()


def _install(packages):
    """Install Debian packages without starting any service."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        run(["apt-get", "-qq", "update"], purpose="apt-get update", env=quiet)
        run(
            ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages],
            purpose=f"installing {' and '.join(packages)}",
            env=quiet,
        )
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)
