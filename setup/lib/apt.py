"""Debian packages through the machine's own apt, without touching the system.

The mirror is the one the machine already uses: its address is read from the apt
sources, in either format. A private apt configuration adds the suites we need,
verified with Debian's own archive keys, and keeps its lists in our folder. The
machine's apt.conf.d (a proxy, say) still holds.
"""

import hashlib
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from .console import SetupError
from .process import run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITES = {"bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable"}
ONE_LINE = re.compile(r"^deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<rest>.+)$")


# apt takes a mirror that does not answer for a mere warning, if it is not told so.
UPDATE = (
    *("apt-get", "-qq", "-o", "APT::Update::Error-Mode=any"),
    *("-o", "APT::Update::Post-Invoke-Success=", "update"),
)
ONLINE = (
    "See that this machine reaches the mirror (network, a proxy in "
    "/etc/apt/apt.conf.d), then call this again: what has been fetched is kept. "
    "Without a network, bring an Odoo 19 and give its folder: --odoo DIR"
)


class Source(NamedTuple):
    """One archive address with one suite and its components."""

    uri: str
    suite: str
    components: tuple


def parse_one_line(text):
    """Return the sources of a ``sources.list`` file."""
    found = []
    for line in text.splitlines():
        match = ONE_LINE.match(line.split("#")[0].strip())
        if match:
            suite, *components = match["rest"].split()
            found.append(Source(match["uri"], suite, tuple(components)))
    return found


def parse_deb822(text):
    """Return the enabled sources of a ``.sources`` file."""
    found = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = _fields(stanza)
        enabled = fields.get("enabled", ["yes"])[0].lower() not in {"no", "false", "0"}
        if enabled and "deb" in fields.get("types", []):
            found.extend(
                Source(uri, suite, tuple(fields.get("components", ())))
                for uri in fields.get("uris", [])
                for suite in fields.get("suites", [])
            )
    return found


def _fields(stanza):
    """Return ``{name: [words]}`` of one paragraph, folded lines joined."""
    fields, name = {}, None
    for line in stanza.splitlines():
        if line[:1].isspace() and name:
            fields[name] += line.split()
        elif ":" in line:
            name, _colon, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.split()
    return fields


def read_sources(folder=Path("/etc/apt")):
    """Return all sources that the machine's apt uses."""
    found = []
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]:
        if path.suffix == ".list" and path.is_file():
            found += parse_one_line(path.read_text())
        elif path.suffix == ".sources" and path.is_file():
            found += parse_deb822(path.read_text())
    return found


def debian_mirror(sources):
    """Return the address of the Debian mirror among ``sources``, or ``None``."""
    for source in sources:
        usable = not source.uri.startswith(("cdrom:", "file:", "copy:"))
        if usable and source.suite in SUITES and "main" in source.components:
            return source.uri
    return None


def release():
    """Return the fields of ``/etc/os-release``."""
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return {}
    pairs = (line.partition("=")[::2] for line in text.splitlines() if "=" in line)
    return {name: value.strip('"') for name, value in pairs}


class Apt:
    """A private apt: own lists, own cache, nothing installed."""

    def __init__(self, folder, suites):
        self.folder = folder
        self.suites = suites
        self._updated = False

    @property
    def _env(self):
        return {"APT_CONFIG": str(self.folder / "apt.conf"), "LC_ALL": "C.UTF-8"}

    def prepare(self):
        """Write the private configuration and fetch the package lists.

        :raise SetupError: if this machine has no apt, no keys or no Debian mirror
        """
        if self._updated:
            return
        mirror = self._require_debian()
        for name in ("etc", "lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "etc/sources.list").write_text(
            "".join(
                f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
                for suite in self.suites
            )
        )
        (self.folder / "apt.conf").write_text(_configuration(self.folder))
        try:
            run(UPDATE, purpose="apt-get update", env=self._env)
        except SetupError as error:
            raise SetupError(
                f"the package lists of Debian ({', '.join(self.suites)}) could not be "
                f"fetched from {mirror}. {ONLINE}\n{error}"
            ) from error
        self._updated = True

    def _require_debian(self):
        missing = [name for name in ("apt-get", "dpkg-deb") if not shutil.which(name)]
        if missing:
            raise SetupError(
                f"this machine has no {' and no '.join(missing)}, so Odoo cannot be "
                "taken from Debian. Get Odoo 19 from its own repository and give its "
                "folder: --odoo DIR"
            )
        if not KEYRING.exists():
            raise SetupError(
                "the keys of the Debian archive are missing. Install the package "
                "debian-archive-keyring, or give an existing Odoo 19: --odoo DIR"
            )
        mirror = debian_mirror(read_sources())
        if not mirror:
            raise SetupError(
                "no Debian mirror among the apt sources of this machine (/etc/apt). "
                "Get Odoo 19 from its own repository and give its folder: --odoo DIR"
            )
        return mirror

    def download(self, packages, into):
        """Fetch ``name/suite`` packages into a folder and return their files."""
        self.prepare()
        into.mkdir(parents=True, exist_ok=True)
        before = set(into.glob("*.deb"))
        try:
            run(
                ["apt-get", "-qq", "download", *packages],
                purpose="downloading from the Debian mirror",
                cwd=into,
                env=self._env,
            )
        except SetupError as error:
            gone = re.search(r"Unable to locate package (\S+)", str(error))
            if gone:
                raise SetupError(
                    f"the package {gone[1]} is gone from Debian's {self.suites[0]}. "
                    f"Use an existing Odoo 19: --odoo DIR\n{error}"
                ) from error
            raise SetupError(
                f"{packages[0].split('/')[0]} and what belongs to it could not be "
                f"fetched from Debian. {ONLINE}\n{error}"
            ) from error
        names = {package.split("/")[0] for package in packages}
        found = [
            path for path in into.glob("*.deb") if path.name.split("_")[0] in names
        ]
        return sorted(set(found) | (set(into.glob("*.deb")) - before))

    def clean(self):
        """Remove lists and downloads; they are large and of no more use."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._updated = False


def _configuration(folder):
    """Return an apt.conf that reads and writes in ``folder`` alone."""
    settings = {
        "Dir::Etc::sourcelist": folder / "etc/sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": folder,
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "",
    }
    return "".join(f'{name} "{value}";\n' for name, value in settings.items())


def sha256_of(path):
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
