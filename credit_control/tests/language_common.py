"""What customers read, and the languages in which they read it."""

import re

import polib
from lxml import html

from odoo.tools import file_open

# the files of terms, and the language in which their words are shown
LANGUAGES = {
    "de": "de_DE",
    "es": "es_ES",
    "fr": "fr_FR",
    "it": "it_IT",
    "nl": "nl_NL",
}
# where the words are that a customer reads
CUSTOMERS_READ = re.compile(
    r"dunning\.level,(subject|body_html|sms_body):"
    r"|mail\.template,(subject|body_html):"
    r"|credit\.dispute\.reason,name:"
    r"|arch_db:credit_control\.(portal_(?!\w*view_)|letter_|notice_(mail|table)\b"
    r"|plan_(mail|page)|statement_(page|section)|link_(page_(?!digest)|dossier))"
    r"|controllers/portal\w*\.py"
    r"|models/credit_(profile_portal_\w+|profile_payment|portal_request_(form|mail))\.py"
    r"|models/dunning_notice_text\.py"
    r"|report/report_(letter|plan|statement)\.py"
)
# what has to stand in a translation as it stands in the source
MARK = re.compile(r"%\(\w+\)[sd]|%s|\{\{.*?\}\}|<[^>]+>")
# the words of a placeholder for when there is no value are translated
FALLBACK = re.compile(r"(\{\{\s*\w+\s*)\|[^}]*\}\}")


def read_terms(module, name):
    """Return the entries of a file of terms, by their source."""
    with file_open(f"{module}/i18n/{name}") as file:
        return {entry.msgid: entry for entry in polib.pofile(file.read())}


def read_customers_terms(module):
    """Return the terms of an add-on that customers read."""
    return {
        term
        for term, entry in read_terms(module, f"{module}.pot").items()
        if any(CUSTOMERS_READ.search(place) for place, _line in entry.occurrences)
    }


def find_marks(text):
    """Return placeholders and tags of ``text``, sorted."""
    return sorted(MARK.findall(FALLBACK.sub(r"\1}}", text)))


def find_lines(source):
    """Return the texts of an HTML page that have words, each once.

    :param str source: HTML; nothing of styles and scripts is read
    :rtype: set[str]
    """
    if not source:
        return set()
    tree = html.fromstring(str(source))
    for part in tree.xpath("//*[self::head or self::style or self::script]"):
        part.drop_tree()
    lines = (" ".join(text.split()) for text in tree.itertext())
    return {line for line in lines if re.search(r"[^\W\d_]{2}", line)}
