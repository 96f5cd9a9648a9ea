"""What a message wants: headers first, then its sentences, with their own entities."""

import re

from . import classifier as model
from .details import Entities, absence_of, fill, instalments_of
from .features import features_of
from .finding import Finding
from .folding import fold
from .header_rules import classify_headers, facts_of
from .intents import PRIORITY
from .units import units_of

__all__ = ["Finding", "understand"]

# said by a machine, these stand beside auto_reply; all else it says is no answer
BESIDE_AUTO = ("contact_change", "acknowledgement", "insolvency")
# opens a question whose mark may stand at the end of another clause
QUESTION = re.compile(
    r"(?:bonjour\W+)?(?:puis-je|pui?s je|peut-on|pouvons-nous|pourr\w+-(?:nous|on|je)"
    r"|serait-il|est-il possible|acceptez-vous|accepteriez-vous|(?:can|could|may|might)"
    r" (?:i|we)\b|would (?:you|it)\b|is it possible|konnten wir|konnen wir|durfte ich"
    r"|kann ich|ware es)"
)
# below the threshold by no more than this share, the best guess is still shown
NEAR = 0.3


def understand(
    mail,
    subject,
    own_text,
    base,
    items=(),
    currency=None,
    weights=None,
    phrases=None,
    month_first=False,
):
    """Return what a message wants, the most important first.

    :param mail: the parsed mail, for its headers and attachments, or None
    :param str own_text: what the sender wrote, without quotes and signature
    :param date base: the day of the mail, in the sender's eyes
    :param items: open items of the customer, as ``tools.references.Item``
    :param dict weights: {intent: {feature: weight}} learned here, added to the shipped
    :param dict phrases: {words: intent} that a person taught: they decide
    :return: findings; several of one intent where it says so per invoice, none where
        nothing is sure enough
    :rtype: list[Finding]
    """
    text = own_text or ""
    findings = classify_headers(mail, subject)
    if findings and findings[0].intent == "bounce":
        return findings
    reading = _Reading(text, subject, mail, weights, phrases)
    chances = reading.chances()
    if findings:
        chances["auto_reply"] = 1.0
    chosen = _choose(chances, reading)
    entities = Entities(text, base, items, currency, month_first)
    for intent in chosen:
        if not (findings and intent == "auto_reply"):
            findings += reading.findings(intent, chances[intent])
    findings = fill(findings, entities, reading)
    for finding in findings:
        if finding.intent == "auto_reply":
            absence_of(finding, text, subject, base)
        elif finding.intent == "plan_request":
            finding.instalments = instalments_of(finding.evidence, text)
    findings.sort(key=lambda found: (PRIORITY[found.intent], found.start))
    return findings


def _choose(chances, reading):
    """Return the intents to propose, by their thresholds and what excludes what."""
    limit = reading.model.threshold
    chosen = [intent for intent in chances if chances[intent] >= limit(intent)]
    if not chosen and chances:
        best = max(chances, key=lambda intent: chances[intent] / limit(intent))
        chosen = [best] if chances[best] >= NEAR * limit(best) else []
    for machine, beside in (("bounce", ()), ("auto_reply", BESIDE_AUTO)):
        if machine in chosen:
            kept = (machine, *beside)
            return [intent for intent in chosen if intent in kept]
    return _without_rivals(chosen, chances, reading)


def _without_rivals(chosen, chances, reading):
    """Return ``chosen`` without what cannot stand beside something else of it.

    Thanks and what is not ours stand alone where they are the likeliest, and fall where
    they are not. A new account brings its own address; who asks for instalments has
    promised nothing in that sentence.
    """
    if not chosen:
        return chosen
    best = max(chosen, key=lambda intent: chances[intent])
    if best in model.ALONE:
        return [best]
    chosen = [intent for intent in chosen if intent not in model.ALONE]
    if "bank_change" in chosen and "contact_change" in chosen:
        chosen.remove("contact_change")
    if {"plan_request", "promise"} <= set(chosen):
        if reading.is_question(reading.places("promise")):
            chosen.remove("promise")
    return chosen


class _Reading:
    """A message as units with their features and scores."""

    def __init__(self, text, subject, mail, weights, phrases):
        self.model = model.shipped()
        self.delta = weights or None
        self.units = units_of(text)
        facts = facts_of(mail)
        alone = ["fact_only"] if len(self.units) == 1 else []
        head = subject or "" if alone else None
        self.features = [
            features_of(unit.text, [*facts, *alone], head) for unit in self.units
        ]
        self.taught = [_taught(unit.text, phrases) for unit in self.units]
        self.scores = [self.model.score(found, self.delta) for found in self.features]
        self.whole = self._whole(text, subject, facts)

    def _whole(self, text, subject, facts):
        if not self.model.linear:
            return {}
        if len(self.units) == 1:
            return self.scores[0]
        said = " \n".join(unit.text for unit in self.units) or own_subject(subject)
        if not said.strip():
            return {}
        return self.model.score(features_of(said, facts, subject or ""), self.delta)

    def chances(self):
        """Return {intent: probability} of the message."""
        if not self.units and not self.whole:
            return {}
        result = self.model.chances(model.summary(self.scores, self.whole))
        for taught in self.taught:
            if taught:
                result[taught] = 0.99
        return result

    def findings(self, intent, chance):
        """Return the findings of ``intent``: one for each unit that says it."""
        places = self.places(intent)
        found = []
        for place in places:
            unit = self.units[place]
            is_taught = self.taught[place] == intent
            found.append(
                Finding(
                    intent,
                    round(chance, 4),
                    evidence=unit.text,
                    start=unit.start,
                    end=unit.end,
                    explanation=["a person said so of these words"]
                    if is_taught
                    else self.model.explain(self.features[place], intent, self.delta),
                    source="rule" if is_taught else "model",
                )
            )
        return found or [Finding(intent, round(chance, 4))]

    def places(self, intent):
        """Return the places of the units that say ``intent``, the best at least."""
        taught = [at for at, code in enumerate(self.taught) if code == intent]
        if taught or not self.units:
            return taught
        free = [at for at, code in enumerate(self.taught) if not code]
        free = free or list(range(len(self.units)))
        best = max(free, key=lambda at: (self.scores[at][intent], -at))
        return [at for at in free if at == best or self.says(at, intent)]

    def is_question(self, places):
        """Return whether all these units are questions."""
        texts = [self.units[at].text.strip() for at in places]
        return bool(texts) and all(
            text.endswith("?") or QUESTION.match(fold(text)) for text in texts
        )

    def place_of(self, start):
        """Return the place of the unit that reaches beyond ``start``, or None."""
        for place, unit in enumerate(self.units):
            if start < unit.end:
                return place
        return None

    def says(self, place, intent):
        """Return whether a unit by itself says ``intent``."""
        alone = model.summary([self.scores[place]], {})
        return self.model.chances(alone)[intent] >= self.model.threshold(intent)


def own_subject(subject):
    """Return the subject where the sender wrote it himself."""
    folded = fold(subject or "").strip()
    return "" if re.match(r"(?:re|aw|tr|fwd?|wg|sv)\s*:", folded) else subject or ""


def _taught(text, phrases):
    """Return the intent that a person gave to words of ``text``, the longest first."""
    if not phrases:
        return None
    said = f" {_words(text)} "
    for words, intent in sorted(phrases.items(), key=lambda pair: -len(pair[0])):
        wanted = _words(words)
        if wanted and f" {wanted} " in said and intent in PRIORITY:
            return intent
    return None


def _words(text):
    return " ".join(re.findall(r"[^\W_]+", fold(text)))
