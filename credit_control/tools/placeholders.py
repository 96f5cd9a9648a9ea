"""Placeholders of the texts that go to customers: ``{{ name }}``.

``{{ name | words }}`` gives the words when there is nothing to put in, so that a text
can be courteous about what not every customer or company has. Without such words a
missing value is an error: a letter with a hole in it never leaves the house.
"""

import re
from functools import lru_cache
from html import unescape

from markupsafe import Markup, escape

# what each name stands for; all are written in the language of the customer
NAMES = {
    "customer_name": "name of the customer (the commercial entity)",
    "contact_name": "name of the person written to",
    "company_name": "name of the company that writes",
    "collector_name": "name of the person in charge at the company",
    "collector_phone": "phone of that person, else of the company",
    "collector_email": "e-mail of that person, else of the company",
    "date": "date of the notice",
    "level_name": "name of the level",
    "table": "table of the open items, one part for each currency",
    "total_overdue": "what is demanded, one amount for each currency",
    "invoice_count": "number of overdue invoices listed",
    "oldest_invoice": "number of the invoice overdue for longest",
    "oldest_due_date": "its due date",
    "days_overdue": "days since that date",
    "deadline_date": "last day to pay that the notice grants",
    "payment_reference": "what to write on the transfer",
    "bank_account": "bank account to pay to",
    "portal_link": "address (URL) of the customer's page",
}
SPACE = r"(?:\s|&nbsp;|&#160;)*"
PLACEHOLDER = re.compile(
    r"\{\{" + SPACE + r"([A-Za-z_]\w*)" + SPACE + r"(?:\|([^{}]*))?\}\}"
)
# editors and sanitizers escape the braces within an address: href="%7B%7B%20name..."
IN_ADDRESS = re.compile(r"%7B%7B(?:%20|\+)*([A-Za-z_]\w*)(?:%20|\+)*%7D%7D", re.I)
BRACES = re.compile(r"\{\{[^{}]{0,30}|\}\}")


class PlaceholderError(ValueError):
    """A text that cannot be filled in, and why, in one sentence.

    :param list[str] unknown: names that do not exist
    :param list[str] empty: names that have no value for this customer
    :param list[str] broken: pieces of text with braces that are no placeholder
    """

    def __init__(self, unknown=(), empty=(), broken=()):
        self.unknown = list(unknown)
        self.empty = list(empty)
        self.broken = list(broken)
        super().__init__(" ".join(self._sentences()))

    def _sentences(self):
        if self.unknown:
            yield f"There is no placeholder {_quote(self.unknown)}: correct the text."
        if self.broken:
            yield (
                f"The text has braces that are no placeholder ({_quote(self.broken)}): "
                "write {{ name }}."
            )
        if self.empty:
            yield (
                f"Nothing is known for the placeholder {_quote(self.empty)}: complete "
                "the customer or the company, or give the text words to fall back on, "
                "as in {{ name | these words }}."
            )


def _quote(names):
    return ", ".join(f"'{name}'" for name in names)


def _normalize(text):
    return IN_ADDRESS.sub(r"{{ \1 }}", text or "")


def find(text):
    """Return the names of the placeholders in ``text``, each once, in order.

    :param str text: plain text or HTML
    :rtype: list[str]
    """
    found = PLACEHOLDER.finditer(_normalize(text))
    return list(dict.fromkeys(match[1] for match in found))


def check(text, names=NAMES):
    """Make sure that ``text`` has known and well written placeholders only.

    :param str text: plain text or HTML
    :param names: the names that exist
    :raise PlaceholderError: naming what is wrong
    """
    _check(text or "", frozenset(names))


@lru_cache(maxsize=256)  # a batch has hundreds of notices and a few texts
def _check(text, names):
    unknown = [name for name in find(text) if name not in names]
    broken = BRACES.findall(PLACEHOLDER.sub("", _normalize(text)))
    if unknown or broken:
        raise PlaceholderError(unknown, broken=[piece.strip() for piece in broken])


def render(text, values, html=False):
    """Return ``text`` with its placeholders filled in.

    :param str text: plain text, or HTML that is trusted (from the database, sanitized)
    :param dict values: name -> str, Markup or number; None and blank are missing
    :param bool html: whether ``text`` is HTML: plain values are escaped, Markup is
        kept. Otherwise Markup loses its tags.
    :return: Markup when ``html``, else str
    :raise PlaceholderError: naming all that is unknown, badly written or missing
    """
    check(text, names=set(NAMES) | set(values))
    empty = []

    def fill(match):
        value = values.get(match[1])
        if _is_blank(value):
            if match[2] is None:
                empty.append(match[1])
            return (match[2] or "").strip()
        return _as_html(value) if html else _as_text(value)

    result = PLACEHOLDER.sub(fill, _normalize(text))
    if empty:
        raise PlaceholderError(empty=dict.fromkeys(empty))
    return Markup(result) if html else result  # trusted: see ``text``


def _is_blank(value):
    return value is None or value is False or not str(value).strip()


def _as_html(value):
    return str(escape(value))


def _as_text(value):
    if isinstance(value, Markup):
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", value))).strip()
    return str(value)
