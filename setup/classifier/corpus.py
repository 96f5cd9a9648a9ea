"""Reads the messages of the corpus: own words, units, and what each of them says."""

import hashlib
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).resolve().parent / "corpus"
sys.path.insert(0, str(ROOT / "credit_control_mail"))

from tools import understand as kernel  # noqa: E402
from tools.classifier import ALONE  # noqa: E402
from tools.features import features_of  # noqa: E402
from tools.folding import clean, fold  # noqa: E402
from tools.header_rules import facts_of  # noqa: E402
from tools.intents import INTENTS, REASONS  # noqa: E402
from tools.text import split_reply  # noqa: E402
from tools.units import units_of  # noqa: E402

__all__ = [
    "ALONE",
    "CORPUS",
    "INTENTS",
    "REASONS",
    "digest",
    "examples",
    "group_of",
    "labels_of",
    "read",
]
# what makes features of a text and weights of features
SOURCES = (
    *("credit_control_mail/tools/features.py", "credit_control_mail/tools/concepts.py"),
    "credit_control_mail/tools/concept_paying.py",
    "credit_control_mail/tools/concept_trade.py",
    *("credit_control_mail/tools/rules.py", "credit_control_mail/tools/cues.py"),
    *("credit_control_mail/tools/cues_paying.py", "setup/classifier/corpus.py"),
    *("setup/classifier/augment.py", "setup/classifier/learn.py"),
    *("setup/classifier/trainer.py", "credit_control_mail/tools/units.py"),
)


def read(paths=None):
    """Return the messages of JSONL files, the corpus by default, in a fixed order."""
    found = []
    for path in sorted(CORPUS.glob("*.jsonl")) if paths is None else paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                try:
                    found.append(json.loads(line))
                except ValueError as error:
                    raise ValueError(f"{path.name}:{number}: {error}") from error
                found[-1]["source"] = path.stem
    return found


def digest():
    """Return the fingerprint of the corpus and of what makes weights of it."""
    total = hashlib.sha256()
    for path in (*sorted(CORPUS.glob("*.jsonl")), *(ROOT / name for name in SOURCES)):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def mail_of(message):
    """Return the message as far as the kernel looks at a mail."""
    headers = {
        name.lower(): [value] if isinstance(value, str) else list(value)
        for name, value in (message.get("headers") or {}).items()
    }
    attachments = [
        SimpleNamespace(name=name, is_inline=False)
        for name in message.get("attachments") or ()
    ]
    return SimpleNamespace(
        headers=headers,
        subject=message.get("subject") or "",
        from_address=message.get("from") or "",
        from_name="",
        attachments=attachments,
        bounce=None,
    )


def own_words(message):
    """Return what the sender wrote himself."""
    return split_reply(clean(message["text"]), message.get("subject") or "").own


def place_of(quote, text):
    """Return (start, end) of the words of ``quote`` in ``text``, or None."""
    words = re.findall(r"\w+", fold(quote or ""))
    if not words:
        return None
    pattern = r"\W+".join(map(re.escape, words))
    found = re.search(pattern, fold(text))
    return found.span() if found else None


def group_of(message):
    """Return what must not be parted between learning and judging.

    A family is one mail and its variants. Where each mail is its own family, it is the
    writer, one to a file: a mail by an unknown writer is what the weights will meet.
    """
    source = message.get("source") or ""
    return source if source.startswith("life_") else message["family"]


def labels_of(message):
    """Return the intents of a message as a set."""
    return {one["intent"] for one in message["intents"]}


def examples(message):
    """Return the message as examples: ``(units, whole)``.

    Each is ``(features, wanted, unknown, reasons)``: the intents it says, those of
    which nobody knows whether it says them, the reason of a dispute.
    """
    own, subject = own_words(message), message.get("subject") or ""
    units = units_of(own)
    facts = facts_of(mail_of(message))
    wanted = labels_of(message)
    places = [
        (one["intent"], one.get("reason"), place_of(one.get("quote"), own))
        for one in message["intents"]
    ]
    reasons = {reason for _, reason, _ in places if reason}
    alone = ["fact_only"] if len(units) == 1 else []
    rows = []
    for unit in units:
        said = [
            (intent, reason)
            for intent, reason, span in places
            if span and span[0] < unit.end and unit.start < span[1]
        ]
        says = {intent for intent, _ in said}
        if len(units) == 1:
            says = wanted
        unknown = wanted - says if says else (wanted | set(ALONE)) - says
        why = {reason for _, reason in said if reason}
        head = subject if len(units) == 1 else None
        features = features_of(unit.text, [*facts, *alone], head)
        rows.append((features, says, unknown, why))
    if len(units) == 1:
        return rows, rows[0]
    said = " \n".join(unit.text for unit in units)
    said = said or kernel.own_subject(subject)
    return rows, (features_of(said, facts, subject), wanted, set(), reasons)
