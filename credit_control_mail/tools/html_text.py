"""The plain text of an HTML body, in a form that quoting rules understand."""

import re

from lxml import etree

from .folding import clean, word_set

_BLOCKS = word_set(
    "address article aside body center dd div dl dt fieldset figure footer form h1 h2"
    " h3 h4 h5 h6 header li main nav ol p pre section table tbody tfoot thead tr ul"
    " blockquote hr title"
)
_PARAGRAPHS = word_set("p ul ol table blockquote h1 h2 h3 h4 h5 h6 pre")
_SILENT = word_set("style script head title noscript template object svg")
_QUOTE_CLASSES = ("yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra")
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|mso-hide\s{0,3}:\s{0,3}all", re.I)
_OUTLOOK_LINES = ("appendonsend", "divrplyfwdmsg", "zwchr", "mail-editor-reference")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_XML_HEADER = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_RULER = "_" * 32
MAX_HTML = 5_000_000


class _Writer:
    """Receives the parser's events and writes lines."""

    def __init__(self):
        self.lines = [""]
        self.quotes = 0
        self.silent = 0
        self.preformatted = 0
        self.rows = []
        self.stack = []

    def start(self, tag, attributes):
        """Open an element."""
        quoted = _is_quote(tag, attributes)
        silent = tag in _SILENT or bool(_HIDDEN.search(attributes.get("style", "")))
        self.stack.append((tag, quoted, silent))
        self.silent += silent
        if self.silent:
            return
        if tag == "br":
            self._new_line()
        elif tag in ("td", "th"):
            self._cell()
        elif tag in _BLOCKS or quoted:
            self._block(tag)
        self.quotes += quoted
        if quoted:
            self._refresh()
        self.preformatted += tag == "pre"
        if tag == "tr":
            self.rows.append([])
        if tag == "li":
            self._write("- ")
        marks = attributes.get("id", "").lower()
        if tag == "hr" or any(mark in marks for mark in _OUTLOOK_LINES):
            self._write(_RULER)
            self._new_line()

    def end(self, tag):
        """Close an element."""
        if not self.stack:
            return
        _tag, quoted, silent = self.stack.pop()
        was_silent = self.silent
        self.silent -= silent
        if was_silent:
            return
        self.preformatted -= tag == "pre"
        if tag == "tr" and self.rows:
            self._join_cells(self.rows.pop())
        if (tag in _BLOCKS and tag != "hr") or quoted:
            self._block(tag)
        self.quotes -= quoted
        if quoted:
            self._refresh()

    def data(self, text):
        """Write words."""
        if self.silent:
            return
        if self.preformatted:
            for place, line in enumerate(text.split("\n")):
                if place:
                    self._new_line()
                self._write(line)
            return
        self._write(_SPACES.sub(" ", text), True)

    def comment(self, text):
        """Leave comments out, Outlook's conditional ones too."""

    def close(self):
        """Return the text."""
        lines = [line.rstrip() for line in self.lines]
        text = "\n".join(lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _prefix(self):
        return "> " * min(self.quotes, 8)

    def _write(self, text, squeeze=False):
        line = self.lines[-1]
        bare = line == self._prefix() or line.endswith(("\t", " "))
        if squeeze and (bare or not line):
            text = text.lstrip(" ")
        self.lines[-1] = line + text if len(line) < 20_000 else line
        if len(line) >= 20_000 and text:
            self.lines.append(self._prefix() + text)

    def _cell(self):
        if self.rows:
            self._block("td")
            self.rows[-1].append(len(self.lines) - 1)

    def _join_cells(self, starts):
        """Make one line of a row of data; the rows of a layout stay apart."""
        if len(starts) < 2:
            return
        cells = []
        for start, end in zip(starts, [*starts[1:], len(self.lines)], strict=True):
            words = [line.lstrip("> ").strip() for line in self.lines[start:end]]
            cells.append([line for line in words if line])
        if max(map(len, cells)) > 3 or sum(map(len, self.lines[starts[0] :])) > 1000:
            return
        row = "\t".join(" ".join(cell) for cell in cells)
        self.lines[starts[0] :] = [self._prefix() + row]

    def _new_line(self):
        self.lines.append(self._prefix())

    def _refresh(self):
        if self._is_blank():
            self.lines[-1] = self._prefix()

    def _is_blank(self):
        return not self.lines[-1].replace(">", "").strip()

    def _block(self, tag):
        if not self._is_blank():
            self.lines.append(self._prefix())
        elif self.lines[-1] != self._prefix():
            self.lines[-1] = self._prefix()  # a paragraph of spaces is an empty line
            self.lines.append(self._prefix())
        if tag in _PARAGRAPHS and not self.rows and len(self.lines) > 1:
            if self.lines[-2].replace(">", "").strip():
                self.lines.append(self._prefix())


def _is_quote(tag, attributes):
    if tag == "blockquote":
        return True
    if tag != "div":
        return False
    classes = attributes.get("class", "")
    return (
        any(name in classes for name in _QUOTE_CLASSES)
        or attributes.get("name") == "quote"
        or "data-o-mail-quote" in attributes
    )


def html_to_text(html):
    """Return the plain text of an HTML body; never raises.

    Cells of a table are parted by tabs and rows by line ends; quoted blocks begin with
    ``> ``; styles, scripts and what is hidden are left out.

    >>> html_to_text("<p>Bonjour,</p><table><tr><td>A</td><td>12</td></tr></table>")
    'Bonjour,\\n\\nA\\t12'
    """
    html = _XML_HEADER.sub("", (html or "")[:MAX_HTML].replace("\x00", ""))
    if not html.strip():
        return ""
    parser = etree.HTMLParser(target=_Writer(), encoding="utf-8", recover=True)
    try:
        parser.feed(html.encode("utf-8", "replace"))
        return clean(parser.close())
    except (etree.LxmlError, ValueError, AssertionError):
        return clean(re.sub(r"<[^<>]{0,2000}>", " ", html))
