"""The words of a mail: plain text, the writer's own part, and its sentences."""

import re
from typing import NamedTuple

from .folding import clean, fold
from .html_text import html_to_text
from .quoting import Reply, split_reply

__all__ = ["Reply", "Span", "clean", "fold", "html_to_text", "sentences", "split_reply"]

WRAP_WIDTH = 55  # a shorter line was ended by its writer
_STOP = re.compile(r"[.!?]+[\"')\]]{0,3}(?=\s|$)")
_ITEM = re.compile(r"\s{0,12}(?:[-*+>o·]\s|\d{1,2}[.)]\s|[a-z]\)\s)")
_NUMBERED = re.compile(r"\s{0,12}\d{1,2}\.$")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'/])(?:m|mm|mme|mlle|mr|mrs|ms|dr|me|st|ste|n|no|nr|nos|num|ref|ex|p"
    r"|pp|inv|fact|art|tel|fax|env|approx|ca|bzw|ggf|z\.\s?b|d\.\s?h|u\.\s?a|i\.\s?e"
    r"|e\.\s?g|evtl|str|hr|fr|abs|vs|cf|bd|av|dept|adm|cie|resp|inkl|exkl|zzgl|rg|rech"
    r"|re|hts?|lun|mar|mer|jeu|ven|sam|dim|janv|fevr?|avr|juil|sept|oct|nov|dec|jan|feb"
    r"|apr|aug|sep|okt|dez|mon|tues?|wed|thu(?:rs)?|fri|sat|sun|[a-z])\.$"
)
_ALWAYS_END = re.compile(r"(?:^|\s)(?:[\da-z]{6,})\.$")
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}\.$")
_LOWER_NEXT = re.compile(
    r"\s+(?:[a-z\d(]|januar|februar|marz|april|mai\b|juni|juli|august|september|oktober"
    r"|november|dezember)"
)


class Span(NamedTuple):
    """A piece of a text and its place."""

    start: int
    end: int
    text: str


def sentences(text):
    """Return the sentences of a text, one :class:`Span` each, in their order.

    A line that was broken by the width of the window goes on in the next; items of a
    list and rows of a table are sentences of their own.

    >>> [span.text for span in sentences("Payé le 12.03.2026. Merci M. Petit !")]
    ['Payé le 12.03.2026.', 'Merci M. Petit !']
    """
    folded = fold(text)
    found = []
    for start, end in _blocks(folded):
        begin = start
        for stop in _STOP.finditer(folded, start, end):
            if _is_end(folded, begin, stop):
                _add(found, text, begin, stop.end())
                begin = stop.end()
        _add(found, text, begin, end)
    return found


def _add(found, text, start, end):
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        found.append(Span(start, start + len(stripped), stripped))


def _blocks(folded):
    """Yield the places of the stretches that no line end parts."""
    start = place = 0
    for line in folded.split("\n"):
        end = place + len(line)
        if end >= len(folded) or not _goes_on(folded, line, end + 1):
            yield start, end
            start = end + 1
        place = end + 1


def _goes_on(folded, line, next_start):
    """Return whether a line runs on in the next one."""
    bare = line.rstrip()
    following = folded[next_start : next_start + 80].split("\n", 1)[0]
    if not bare or not following.strip() or "\t" in line or "\t" in following:
        return False
    if bare[-1] in ".!?:;" or _ITEM.match(following):
        return False
    first_word = following.split(None, 1)[0]
    if len(bare) + len(first_word) >= WRAP_WIDTH + 15:
        return True
    return len(bare) >= 40 and bare[-1] != "," and len(bare) >= WRAP_WIDTH


def _is_end(folded, begin, stop):
    """Return whether a full stop ends the sentence."""
    if stop.group() != ".":
        return True
    head = folded[max(begin, stop.start() - 12) : stop.end()]
    if _NUMBERED.fullmatch(folded[begin : stop.end()][-16:]):
        return False
    if _ORDINAL.search(head):
        return not _LOWER_NEXT.match(folded, stop.end())
    return not _ABBREVIATION.search(head) or bool(_ALWAYS_END.search(head))
