"""What of a mail its writer wrote: quotes, forwards, signature and notes apart."""

import re
from typing import NamedTuple

from .folding import clean, fold
from .signature import DISCLAIMER, OWN, SIGNATURE, label_block

QUOTED, FORWARDED = "quoted", "forwarded"
MAX_OWN_LINES = 4000

_ARROW = re.compile(r"[ \t]{0,3}(?:>|&gt;)")
_DATE_HINT = re.compile(r"\d")
_ATTRIBUTION_START = re.compile(
    r"[\s>]{0,6}\W{0,3}(?:le|on|am|il|el|op|em|den|vom|in a message dated|de la part de"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./ ]\S{2,9}[./ ]\d{2,4})\b"
)
_ATTRIBUTION_END = re.compile(
    r"(?:\ba ecrit|\bwrote|\bschrieb(?: .{1,120})?|\bha scritto|\bescribio|\bschreef"
    r"|\bwrites|\becrivait|\bvous avez ecrit|>|\bescreveu|\bnapisa\w{1,3})\s{0,3}:\s*$"
)
_NAMED_END = re.compile(r"<?[\w.+-]{1,60}@[\w.-]{1,60}>?\s{0,3}:\s*$")
_HEADER = re.compile(
    r"[\s>*]{0,8}(?P<name>de|from|von|da|van|expediteur|envoye(?: le)?|sent|gesendet"
    r"|date|datum|date d'envoi|a|to|an|para|destinataires?|cc|kopie|copie|objet|subject"
    r"|betreff|sujet|reply-to|importance)\s{0,2}\*?\s{0,2}:\s{0,2}\*?"
)
_SENDER = frozenset({"de", "from", "von", "da", "van", "expediteur"})
_FORWARD = re.compile(
    r"[\s>]{0,6}(?:[-=_*]{2,}\s{0,3})?(?:forwarded message|message transfere"
    r"|message reexpedie|weitergeleitete nachricht|begin forwarded message"
    r"|debut du message (?:transfere|reexpedie)|anfang der weitergeleiteten"
    r"|mail transfere|courriel transfere|forwarded by"
    r"|transfere par)\b.{0,80}(?:[-=_*]{2,}|:)?\s*$"
)
_ORIGINAL = re.compile(
    r"[\s>]{0,6}[-=_*]{2,}\s{0,3}(?:message (?:d'origine|original|initial)"
    r"|mail original|original message|originalnachricht|ursprungliche (?:nachricht"
    r"|e-?mail)|reply message|e-?mail d'origine|message precedent"
    r"|courriel original)\b.{0,60}$"
)
_CUT = re.compile(
    r"[\s>]{0,6}\W{0,12}(?:(?:please )?(?:reply|type your reply"
    r"|respond) above this line|(?:merci de )?repond(?:re"
    r"|ez) au[- ]dessus de cette ligne|bitte (?:oberhalb|uber) dieser (?:zeile"
    r"|linie) antworten)"
)
_RULER = re.compile(r"\s{0,3}[_-]{10,80}\s{0,3}$")
_FORWARD_SUBJECT = re.compile(
    r"\s{0,3}(?:\[[^\]]{0,30}\]\s?)?(?:fwd?|tr|wg|i)\s?:", re.I
)


class Reply(NamedTuple):
    """The parts of a mail; together they hold every line of it."""

    own: str
    quoted: str
    signature: str
    disclaimer: str
    forwarded: str


def split_reply(text, subject="", sent=()):
    """Return the parts of a mail: see :class:`Reply`.

    Answers written between or below quoted lines are the writer's own. Lines keep their
    order within each part and no line is lost.

    :param str subject: tells a forward from a reply where the text does not
    :param sent: texts that we wrote to the sender: their lines are quotes unmarked

    >>> split_reply("OK\\n\\nLe 9 mars 2026, Crédit a écrit :\\n> Bonjour").own
    'OK'
    """
    lines = clean(text or "").split("\n")
    labels = _label_quotes(lines, bool(_FORWARD_SUBJECT.match(subject or "")))
    _label_known(lines, labels, sent)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and labels[end] == labels[start]:
            end += 1
        if labels[start] == OWN and end - start <= MAX_OWN_LINES:
            labels[start:end] = label_block(lines[start:end])
        start = end
    return Reply(
        *(
            _join(lines, labels, part)
            for part in (OWN, QUOTED, SIGNATURE, DISCLAIMER, FORWARDED)
        )
    )


def _join(lines, labels, part):
    """Return the lines of one part; what was cut out leaves an empty line."""
    kept, last = [], -1
    for place, label in enumerate(labels):
        if label != part:
            continue
        if kept and place != last + 1 and kept[-1].strip():
            kept.append("")
        kept.append(lines[place])
        last = place
    return re.sub(r"\n[ \t]*\n(?:[ \t]*\n)+", "\n\n", "\n".join(kept)).strip()


def _label_quotes(lines, is_forward):
    """Return a label for each line: own, quoted or forwarded."""
    folded = [fold(line[:400]) for line in lines]
    labels = []
    rest = OWN
    while len(labels) < len(folded) and rest == OWN:
        place = len(labels)
        label, height, rest = _label_line(folded, place, is_forward)
        labels.extend([label] * height)
    labels.extend([rest] * (len(folded) - len(labels)))
    if rest == QUOTED and not _says(lines, labels):
        _save_bottom(folded, labels)
    return labels


def _label_line(folded, place, is_forward):
    """Return a label, for how many lines it holds, and the label of all that follows.

    The last is "own" where the lines after have to be looked at too.
    """
    line = folded[place]
    if _FORWARD.match(line):
        return FORWARDED, 1, FORWARDED
    if _CUT.match(line) and not any(before.strip() for before in folded[:place]):
        return QUOTED, 1, OWN
    if _ORIGINAL.match(line) or _CUT.match(line) or _is_header_block(folded, place):
        label = FORWARDED if is_forward else QUOTED
        return label, 1, label
    if _ARROW.match(line):
        return QUOTED, 1, OWN
    if height := _attribution_height(folded, place):
        goes_on = QUOTED if not _arrow_follows(folded, place + height) else OWN
        return QUOTED, height, goes_on
    return OWN, 1, OWN


def _is_header_block(folded, place):
    """Return whether the copied headers of a mail begin here, a ruler before them."""
    start = place
    if _RULER.match(folded[place]):
        start = next(
            (
                spot
                for spot in range(place + 1, min(place + 3, len(folded)))
                if folded[spot].strip()
            ),
            place,
        )
        if start == place:
            return False
    found = _HEADER.match(folded[start])
    if not found or found["name"] not in _SENDER:
        return False
    names = set()
    for line in folded[start + 1 : start + 8]:
        other = _HEADER.match(line)
        if other:
            names.add(other["name"])
    return len(names) >= 2


def _attribution_height(folded, place):
    """Return how many lines the phrase "on this day X wrote:" takes here, or 0."""
    line = folded[place]
    if not _ATTRIBUTION_START.match(line):
        return 0
    phrase = ""
    for height in (1, 2, 3, 4):
        if place + height > len(folded):
            return 0
        piece = folded[place + height - 1].strip()
        if not piece and height > 1:
            return 0
        phrase = f"{phrase} {piece}"
        if len(phrase) > 400:
            return 0
        if _DATE_HINT.search(phrase) and (
            _ATTRIBUTION_END.search(phrase) or _NAMED_END.search(phrase)
        ):
            return height
        if piece.endswith((".", "!", "?")) and not piece.endswith(("avr.", "janv.")):
            return 0
    return 0


def _arrow_follows(folded, place):
    for line in folded[place : place + 4]:
        if line.strip():
            return bool(_ARROW.match(line))
    return False


def _says(lines, labels):
    """Return whether something of the writer's own is there at all."""
    return any(
        label == OWN and line.strip() for line, label in zip(lines, labels, strict=True)
    )


def _save_bottom(folded, labels):
    """Give back what stands below the closing of an unmarked quote.

    Of an answer below a quote that carries no marks, the end of the quote is known by
    its own closing and signature.
    """
    last = len(folded)
    quoted = [spot for spot in range(last) if labels[spot] == QUOTED]
    block = label_block([folded[spot] for spot in quoted])
    closing = [place for place, label in enumerate(block) if label == SIGNATURE]
    if not closing:
        return
    after = closing[0]
    while after < len(block) and block[after] != OWN:
        after += 1
    for spot in quoted[after:]:
        labels[spot] = OWN


def _label_known(lines, labels, sent):
    """Mark the lines that we had written ourselves."""
    known = {
        line
        for text in sent
        for line in map(_bare, clean(text or "").split("\n"))
        if len(line) >= 25
    }
    if known:
        for place, line in enumerate(lines):
            if labels[place] == OWN and _bare(line) in known:
                labels[place] = QUOTED


def _bare(line):
    return re.sub(r"[\W_]+", "", fold(line))
