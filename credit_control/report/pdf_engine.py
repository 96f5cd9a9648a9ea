"""Many documents in one call of the PDF engine, each with its own page numbers.

Core's way loads its style sheets from a running server for every document, and waits
a second for scripts. Our documents carry their style, font and pictures with them: no
server, no script, no delay; 100 letters take one call of a third of a second.
"""

import functools
import io
import tempfile
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from odoo.tools.misc import file_path
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from odoo.addons.base.models.ir_actions_report import _run_wkhtmltopdf, _wkhtml

# a call stays below the limits of a command line and of memory
MAX_DOCUMENTS = 100
FONT = "Lato"
FONT_FILES = {
    (400, "normal"): "Lato-Reg-webfont.ttf",
    (700, "normal"): "Lato-Bol-webfont.ttf",
    (400, "italic"): "Lato-RegIta-webfont.ttf",
}


class PdfEngineError(RuntimeError):
    """The engine gave no PDF; what it said about it."""


class Document(NamedTuple):
    """One document to print, complete in itself.

    ``html`` has exactly one ``h1``: the engine's outline tells by it where a document
    begins. ``footer`` may have several lines.
    """

    html: str
    footer: str
    page_label: str  # "Page [sitepage] / [sitepages]"


def font_faces():
    """Return the CSS that declares the font, from the files that Odoo ships."""
    folder = _font_folder()
    return Markup("").join(  # not escaped: quotes within a style element stay quotes
        Markup(
            '@font-face{{font-family:"{}";font-weight:{};font-style:{};src:url("{}")}}'
        ).format(FONT, weight, style, (folder / name).as_uri())
        for (weight, style), name in FONT_FILES.items()
    )


def _font_folder():
    return Path(file_path("web/static/fonts/lato/Lato-Reg-webfont.ttf")).parent


def print_documents(documents, options):
    """Return one PDF (bytes) per document.

    :param list[Document] documents: any number
    :param list[str] options: global options of wkhtmltopdf (paper, margins)
    :rtype: list[bytes]
    """
    options = [*options, "--zoom", _zoom(_wkhtml().bin)]
    # An engine without patches takes one document a call, and prints no footers.
    size = MAX_DOCUMENTS if _wkhtml().is_patched_qt else 1
    result = []
    for start in range(0, len(documents), size):
        batch = documents[start : start + size]
        pdf = _call_engine(batch, options)
        parts = _split(pdf, len(batch))
        if parts is None:  # a text that hides or doubles its heading: one by one
            parts = [_call_engine([document], options) for document in batch]
        result += parts
    return result


@functools.lru_cache(1)
def _zoom(binary):
    """Return the zoom by which a millimetre of a style is a millimetre on paper.

    Builds of the engine take a screen of 75 or of 96 dots an inch for granted: the
    window of the envelope needs the truth. Measured once, by a link 100 mm wide.
    """
    html = (
        "<!DOCTYPE html><html><body style='margin:0'><h1 style='display:none'>.</h1>"
        "<a href='http://localhost/' style='display:block;width:100mm;height:10mm'>."
        "</a></body></html>"
    )
    options = ["--quiet", "--page-size", "A4", "--disable-smart-shrinking"]
    pdf = _call_engine([Document(html, "", "")], options)
    page = PdfFileReader(io.BytesIO(pdf), strict=False).getPage(0)
    links = page.get("/Annots") or []
    for link in links:
        left, _bottom, right, _top = map(float, link.get_object()["/Rect"])
        if right > left:
            return f"{100 / 25.4 * 72 / (right - left):.5f}"
    return "1"


def _call_engine(documents, options):
    with tempfile.TemporaryDirectory(prefix="credit_control.") as folder:
        arguments = [*options, "--javascript-delay", "0", "--disable-javascript"]
        for rank, document in enumerate(documents):
            page = Path(folder, f"{rank}.html")
            page.write_text(document.html, encoding="utf-8")
            arguments += [str(page), *_page_options(document)]
        target = Path(folder, "all.pdf")
        process = _run_wkhtmltopdf([*arguments, str(target)])
        # 1: a picture in a text could not be loaded, the rest is printed
        if process.returncode not in (0, 1) or not target.exists():
            raise PdfEngineError(process.stderr[-1000:] or str(process.returncode))
        return target.read_bytes()


def _page_options(document):
    options = [
        "--allow",
        str(_font_folder()),
        "--load-error-handling",
        "ignore",
        "--load-media-error-handling",
        "ignore",
    ]
    if _wkhtml().is_patched_qt:
        options += [
            "--footer-font-name",
            FONT,
            "--footer-font-size",
            "7",
            "--footer-spacing",
            "5",
            "--footer-left",
            document.footer,
            "--footer-right",
            document.page_label,
        ]
    return options


def _split(pdf, count):
    """Return the PDF of each of ``count`` documents; None when it cannot be told."""
    if count == 1:
        return [pdf]
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    starts = _document_starts(reader)
    if len(starts) != count or starts[0] != 0:
        return None
    parts = []
    for start, stop in zip(starts, [*starts[1:], reader.getNumPages()], strict=True):
        writer = PdfFileWriter()
        for number in range(start, stop):
            writer.addPage(reader.getPage(number))
        stream = io.BytesIO()
        writer.write(stream)
        parts.append(stream.getvalue())
    return parts


def _document_starts(reader):
    """Return the number of the first page of each top entry of the outline."""
    root = reader.trailer["/Root"]
    node = root.get("/Outlines", {}).get("/First")
    starts = []
    while node:
        starts.append(root["/Dests"][node["/Dest"]][0])
        node = node.get("/Next")
    return starts
