"""Names of files that every system unpacks."""

import re
import unicodedata

MAX_LENGTH = 80
# names that Windows keeps for devices
RESERVED = {"con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}


def safe_file_name(name):
    """Return ``name`` with plain letters, digits, dots, dashes and spaces alone.

    >>> safe_file_name("Facture n° 2026/001 – été.pdf")
    'Facture n 2026-001 ete.pdf'
    >>> safe_file_name("../../etc/passwd")
    'etc-passwd'
    >>> safe_file_name("con")
    'file con'
    >>> safe_file_name("")
    'file'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[/\\:|]+", "-", plain)
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "", plain)
    plain = re.sub(r"\.{2,}", "", plain)
    plain = re.sub(r"\s+", " ", plain)
    plain = re.sub(r"-{2,}", "-", plain).strip(" .-_")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    stem = stem[: MAX_LENGTH - len(ending)].strip(" .-_")
    if not stem or stem.lower() in RESERVED:
        stem = f"file {stem}".strip()
    return f"{stem}{dot}{ending}"


def unique_path(path, taken):
    """Return ``path``, numbered when it is in ``taken``; add it there.

    Upper and lower case are one: a file must not hide another when unpacked.

    >>> taken = set()
    >>> unique_path("a/b.pdf", taken), unique_path("a/B.pdf", taken)
    ('a/b.pdf', 'a/B (2).pdf')
    """
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    number, found = 1, path
    while found.lower() in taken:
        number += 1
        found = f"{folder}{slash}{stem} ({number}){dot}{ending}"
    taken.add(found.lower())
    return found
