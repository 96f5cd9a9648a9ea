"""The linters, each one test."""

import re
import subprocess
import time

from . import rules
from .paths import ADDONS
from .tally import Tally

CODE = ("setup", "tests", *ADDONS)
# matters of form on which Odoo's own files differ from the OCA's
OCA_DISABLED = (
    "xml-header-wrong",
    "xml-field-numeric-without-eval",
    "xml-tag-position",
    "po-pretty-format",
)


def run_all(environment):
    """Return the tally of all linters."""
    tally = Tally("linters")
    start = time.monotonic()
    root = environment.place.root
    folder = environment.place.venv / "bin"
    for name, command in commands(folder, root):
        done = subprocess.run(
            [str(part) for part in command],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            env={
                "PATH": f"{folder}:/usr/bin:/bin",
                "HOME": str(environment.place.folder),
            },
        )
        if done.returncode:
            tally.fail(name, (done.stdout + done.stderr).strip()[-6000:])
        else:
            tally.passed += 1
    for name, check in rules.CHECKS.items():
        findings = check(root)
        if findings:
            tally.fail(name, "\n".join(findings))
        else:
            tally.passed += 1
    tally.seconds = time.monotonic() - start
    return tally


def commands(folder, root):
    """Return (name, command) of the linters that are programs of their own."""
    code = [name for name in CODE if (root / name).exists()]
    addons = [name for name in ADDONS if (root / name / "__manifest__.py").exists()]
    scripts = [
        path.relative_to(root)
        for path in sorted((root / "setup").iterdir())
        if path.is_file() and re.match(rb"#!.*python", path.read_bytes()[:40])
    ]
    translations = [
        path.relative_to(root)
        for name in addons
        for path in sorted((root / name).glob("i18n/*.po"))
    ]
    oca = [folder / "oca-checks-odoo-module", f"--disable={','.join(OCA_DISABLED)}"]
    found = [
        ("ruff", [folder / "ruff", "check", "--no-cache", *code, *scripts]),
        ("pylint-odoo", [folder / "pylint", "--rcfile=.pylintrc", *addons]),
        ("oca-checks-odoo-module", [*oca, *addons]),
    ]
    if translations:
        disabled = f"--disable={','.join(OCA_DISABLED)}"
        command = [folder / "oca-checks-po", disabled, *translations]
        found.append(("oca-checks-po", command))
    return found
