"""The HTML of a stranger made quiet: nothing is loaded when it is shown.

What a sanitiser of scripts leaves is what tells the sender that his mail was read:
pictures, fonts and backgrounds from elsewhere. They are taken out here, before it.
"""

import re
from urllib.parse import unquote

from lxml import etree, html

_LOADING = frozenset(
    [
        "src",
        "srcset",
        "background",
        "poster",
        "data",
        "action",
        "formaction",
        "lowsrc",
        "dynsrc",
        "longdesc",
        "classid",
        "codebase",
        "archive",
        "manifest",
        "profile",
        "cite",
        "usemap",
        "icon",
        "ping",
        "imagesrcset",
        "href",
        "xlink:href",
        "{http://www.w3.org/1999/xlink}href",
    ]
)
_REMOVED = frozenset(
    [
        "script",
        "style",
        "link",
        "meta",
        "base",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "audio",
        "video",
        "source",
        "track",
        "svg",
        "math",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "template",
        "title",
        "noscript",
    ]
)
_DATA_IMAGE = re.compile(
    r"data:image/(?:png|jpe?g|gif);base64,[A-Za-z0-9+/=\s]{0,2000000}$"
)
_LINK = re.compile(r"(?:https?|mailto|tel):", re.I)
_BAD_STYLE = re.compile(
    r"url\s*\(|image(?:-set)?\s*\(|@|expression|behaviou?r|\\|/\*|position\s*:"
    r"|-moz-binding|content\s*:|javascript|var\s*\(",
    re.I,
)
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e]+")


def make_quiet(body, pictures):
    """Return the HTML of a mail with nothing in it that loads from elsewhere.

    :param str body: what came
    :param dict pictures: our address of each picture in the mail, by content id
    :return: HTML, to be sanitised further; and how many pictures were taken out
    :rtype: tuple[str, int]
    """
    root = _parse(body)
    if root is None:
        return "", 0
    blocked = 0
    for node in list(root.iter()):
        if not isinstance(node.tag, str):
            _drop(node)
        elif node.tag.lower().rpartition(":")[2] in _REMOVED:
            _drop(node, keep_content=node.tag in ("form", "button"))
        else:
            blocked += _clean(node, pictures)
    return etree.tostring(root, encoding="unicode", method="html"), blocked


def _parse(body):
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", body)
    try:
        parser = html.HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
        found = html.fragment_fromstring(text, create_parent="div", parser=parser)
    except Exception:  # noqa: BLE001 - the parser raises what it likes
        return None
    return found


def _drop(node, keep_content=False):
    parent = node.getparent()
    if parent is None:
        return
    if keep_content:
        node.drop_tag()
    else:
        node.drop_tree()


def _clean(node, pictures):
    blocked = 0
    for name in list(node.attrib):
        value = node.attrib[name]
        low = name.lower()
        if low.startswith("on"):
            del node.attrib[name]
        elif low == "style":
            _clean_style(node, value)
        elif low == "href" and node.tag in ("a", "area"):
            if not _LINK.match(_ODD.sub("", value)):
                del node.attrib[name]
        elif low in _LOADING:
            address = _picture(value, pictures) if node.tag == "img" else ""
            if low == "src" and address:
                node.set("src", address)
                continue
            del node.attrib[name]
            blocked += node.tag == "img" and low == "src"
    if node.tag == "a":
        node.set("rel", "noopener noreferrer")
        node.set("target", "_blank")
    return blocked


def _picture(value, pictures):
    value = value.strip()
    if value[:4].lower() == "cid:":
        return pictures.get(unquote(value[4:].strip("<> ")), "")
    return value if _DATA_IMAGE.match(value) else ""


def _clean_style(node, value):
    kept = [part for part in value.split(";") if not _BAD_STYLE.search(part)]
    if "\\" in value or "/*" in value:
        kept = []
    if kept:
        node.set("style", ";".join(kept))
    else:
        del node.attrib["style"]
