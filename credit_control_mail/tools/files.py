"""What may be served of a stranger's file, and what is said of it.

The content decides, not the name. Nothing is unpacked or run.
"""

import io
import os
import re
import zipfile
from typing import NamedTuple

INERT = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_SHEETS = {
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_TEXTS = frozenset({".txt", ".csv", ".tsv", ".log", ".ics", ".vcf", ".asc"})
# what a double click runs, or a browser shows with the rights of the page
_RUNS = frozenset(
    [
        ".exe",
        ".scr",
        ".com",
        ".pif",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".mjs",
        ".wsf",
        ".wsh",
        ".hta",
        ".msi",
        ".msp",
        ".jar",
        ".lnk",
        ".reg",
        ".cpl",
        ".dll",
        ".sys",
        ".iso",
        ".img",
        ".vhd",
        ".apk",
        ".app",
        ".dmg",
        ".sh",
        ".py",
        ".pl",
        ".rb",
        ".php",
        ".html",
        ".htm",
        ".xhtml",
        ".shtml",
        ".mht",
        ".mhtml",
        ".svg",
        ".svgz",
        ".xml",
        ".xsl",
        ".xslt",
        ".swf",
        ".chm",
        ".url",
        ".desktop",
        ".one",
        ".ppam",
        ".xll",
        ".wll",
        ".sct",
        ".gadget",
        ".application",
        ".appref-ms",
    ]
)
_MACROS = frozenset(
    [
        ".docm",
        ".dotm",
        ".xlsm",
        ".xltm",
        ".xlam",
        ".pptm",
        ".potm",
        ".ppam",
        ".ppsm",
        ".sldm",
        ".xlsb",
        ".doc",
        ".dot",
        ".xls",
        ".xlt",
        ".ppt",
        ".pps",
    ]
)
_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACRO = re.compile(rb"_VBA_PROJECT|_\0V\0B\0A\0_\0|V\0B\0A\0|M\0a\0c\0r\0o\0s\0")
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|OpenAction\s*<<)\b")
_ZIP_ACTIVE = re.compile(r"vbaProject|activeX|oleObject|macrosheet|\.bin$", re.I)
_MARKUP = re.compile(
    rb"<(?:!doctype|html|script|svg|\?xml|iframe|body|head|meta|x?ml)\b", re.I
)


class Verdict(NamedTuple):
    """How a file is kept: its type for the browser, and whether it can do harm."""

    mimetype: str
    is_dangerous: bool


def judge(name, content):
    """Return the `Verdict` on a file.

    >>> judge("a.html", b"<html>").is_dangerous, judge("a.txt", b"hello")
    (True, Verdict(mimetype='text/plain', is_dangerous=False))
    >>> judge("scan.pdf", b"MZ")
    Verdict(mimetype='application/octet-stream', is_dangerous=True)
    """
    suffix = os.path.splitext(name.lower())[1]
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if suffix in _RUNS or start.startswith(_STARTS) or _MARKUP.match(start):
        return Verdict(INERT, True)
    for signature, mimetype in _SIGNATURES:
        if content.startswith(signature):
            is_active = mimetype.endswith("pdf") and _PDF_ACTIVE.search(content)
            return Verdict(INERT, True) if is_active else Verdict(mimetype, False)
    if content.startswith(_OLE):
        return _judge_ole(suffix, content)
    if content.startswith(b"PK\x03\x04") and suffix in {*_SHEETS, *_MACROS}:
        return _judge_archive(suffix, content)
    if suffix in _TEXTS and b"\0" not in content[:65536]:
        if _MARKUP.search(content[:65536]):
            return Verdict(INERT, True)
        return Verdict("text/plain", False)
    return Verdict(INERT, suffix in _MACROS)


def _judge_ole(suffix, content):
    if _OLE_MACRO.search(content):
        return Verdict(INERT, True)
    if suffix == ".xls":
        return Verdict("application/vnd.ms-excel", False)
    return Verdict(INERT, suffix not in _MACROS and suffix != ".msg")


def _judge_archive(suffix, content):
    """Look at the names in the archive alone; what is within stays packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except Exception:  # noqa: BLE001 - broken on purpose, in whatever way
        return Verdict(INERT, True)
    if suffix in _MACROS or any(_ZIP_ACTIVE.search(found) for found in names):
        return Verdict(INERT, True)
    return Verdict(_SHEETS[suffix], False)
