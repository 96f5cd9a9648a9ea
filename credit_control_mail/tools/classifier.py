"""The linear model: evidence of features added up, calibrated, and explained.

One weight per intent and feature. A sentence and the whole message are scored by the
same weights; what the best sentence and the whole say is joined by three numbers per
intent, learned on messages that the weights had not seen, and is a probability.
"""

import gzip
import json
import math
import re
from functools import lru_cache
from pathlib import Path

from . import rules
from .features import features_of
from .intents import INTENTS

FILE = Path(__file__).resolve().parent.parent / "data" / "weights.json.gz"
STEEPEST = 30.0
# receipt, thanks or nothing of ours: they fall when something else is said
ALONE = ("acknowledgement", "other")
# of a whole the words in favour that are shown
SHOWN_WORDS = 5


def sigmoid(logit):
    """Return the probability of a logit."""
    return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, logit))))


# kinds of words as a person reads them
KINDS = {
    "xdate": "(date)",
    "xamount": "(amount)",
    "xref": "(reference)",
    "xmail": "(e-mail address)",
    "xurl": "(link)",
    "xday": "(weekday)",
    "xmonth": "(month)",
    "xpercent": "(percent)",
    "xlong": "(number)",
    "xnum": "(number)",
    "xth": "(day)",
    " _ ": " … ",
}
SHOWN = re.compile("|".join(KINDS))
# weights of best, whole, rival and one where nothing is calibrated
PLAIN = (1.0, 0.0, 0.0, 0.0)


def _shown(found):
    return KINDS[found.group()]


def dot(weights, values):
    """Return the sum of the products."""
    return sum(w * v for w, v in zip(weights, values, strict=True))


def summary(scores, whole):
    """Return what the parts of a message say, as the calibration looks at it.

    :param scores: {intent: logit} of each sentence
    :param whole: {intent: logit} of the whole message; may be empty
    :return: (``one`` or ``more`` sentences, {intent: (best, whole, rival)}): the logit
        of the sentence that says it most, of the whole, and of the strongest other
        intent in that sentence
    """
    kind = "more" if len(scores) > 1 else "one"
    scores = scores or [whole]
    result = {}
    for intent in scores[0]:
        best = max(scores, key=lambda score: score[intent])
        rival = max(
            value
            for other, value in best.items()
            if other != intent and other not in ALONE
        )
        result[intent] = (best[intent], whole.get(intent, best[intent]), rival)
    return kind, result


class Linear:
    """Weights of labels: ``table`` is {feature: ((place of label, weight)...)}."""

    def __init__(self, labels, bias, table):
        self.labels, self.bias, self.table = tuple(labels), tuple(bias), table

    @classmethod
    def unpack(cls, packed):
        """Make it of what the training script wrote."""
        step = packed["step"]
        table = {
            name: tuple((row[at], row[at + 1] * step) for at in range(0, len(row), 2))
            for name, row in packed["features"].items()
        }
        return cls(packed["labels"], packed["bias"], table)

    def logits(self, features, delta=None):
        """Return {label: logit} of {feature: value}."""
        sums, table = list(self.bias), self.table
        for name, value in features.items():
            for place, weight in table.get(name, ()):
                sums[place] += weight * value
        found = dict(zip(self.labels, sums, strict=True))
        for label, changes in (delta or {}).items():
            if label in found:
                found[label] += sum(
                    changes[name] * value
                    for name, value in features.items()
                    if name in changes
                )
        return found

    def contributions(self, features, label, delta=None):
        """Return [(evidence in logits, feature)] for ``label``, the strongest first."""
        place = self.labels.index(label)
        learned = (delta or {}).get(label, {})
        found = []
        for name, value in features.items():
            weight = learned.get(name, 0.0)
            weight += next(
                (w for at, w in self.table.get(name, ()) if at == place), 0.0
            )
            if weight > 0:
                found.append((weight * value, name))
        return sorted(found, key=lambda pair: (-pair[0], pair[1]))


class Classifier:
    """The shipped model, or the cues alone where none is shipped."""

    def __init__(self, packed=None):
        packed = packed or {}
        self.linear = Linear.unpack(packed["intents"]) if packed else None
        self.reasons = Linear.unpack(packed["reasons"]) if packed else None
        self.join = packed.get("join", {})
        self.alone = packed.get("alone", {})
        self.thresholds = packed.get("thresholds", {})

    def score(self, features, delta=None):
        """Return {intent: logit} of one piece of text."""
        if self.linear:
            return self.linear.logits(features, delta)
        names = [name[2:] for name in features if name.startswith("r:")]
        found = rules.evidence([name for name in names if name in rules.BY_NAME])
        return {intent: found.get(intent, rules.START) for intent in INTENTS}

    def joined(self, scores):
        """Return {intent: calibrated logit} of what :func:`summary` gives."""
        kind, facts = scores
        join = self.join.get(kind) or {}
        return {
            intent: dot(join.get(intent, PLAIN), (*values, 1.0))
            for intent, values in facts.items()
        }

    def chances(self, scores):
        """Return {intent: probability} of a message, of what :func:`summary` gives.

        What means "nothing more" is weighed against the strongest of the others.
        """
        logits = self.joined(scores)
        rival = max(v for intent, v in logits.items() if intent not in ALONE)
        for intent, weights in self.alone.items():
            logits[intent] = dot(weights, (logits[intent], -rival, 1.0))
        return {intent: sigmoid(logit) for intent, logit in logits.items()}

    def threshold(self, intent):
        """Return the probability from which on the intent is proposed."""
        return self.thresholds.get(intent, 0.5)

    def reason(self, features):
        """Return (reason of a dispute, probability)."""
        if not self.reasons:
            return "other", 0.0
        logits = self.reasons.logits(features)
        best = max(logits, key=lambda label: (logits[label], label))
        top = max(logits.values())
        total = sum(math.exp(max(value - top, -STEEPEST)) for value in logits.values())
        return best, 1 / total

    def explain(self, features, intent, delta=None):
        """Return in plain words what spoke for ``intent``: cues, then words."""
        cues = [name[2:] for name in features if name.startswith("r:")]
        if not self.linear:
            return [
                rules.in_words(name)
                for name in cues
                if name in rules.BY_NAME
                and rules.BY_NAME[name].weights.get(intent, 0) > 0
            ]
        found = self.linear.contributions(features, intent, delta)
        said = [rules.in_words(name[2:]) for _, name in found if name.startswith("r:")]
        words = [name[2:] for _, name in found if name.startswith("w:")]
        kept = [word for word in words if not set(word) <= set("?!:;., _")]
        if kept:
            shown = " · ".join(kept[:SHOWN_WORDS])
            said.append(f"words: {SHOWN.sub(_shown, shown)}")
        return said[:6]


@lru_cache(maxsize=1)
def shipped():
    """Return the classifier of the weights that come with the add-on, read once."""
    if not FILE.exists():
        return Classifier()
    return Classifier(json.loads(gzip.decompress(FILE.read_bytes())))


def gradient_step(delta, text, wanted, unwanted, rate=0.5, bound=3.0):
    """Return ``delta`` moved one step towards what a person said of ``text``.

    :param dict delta: {intent: {feature: weight}} learned so far; it is not changed
    :param wanted: intents that the text has
    :param unwanted: intents that were proposed and that it has not
    :param float rate: size of the step
    :param float bound: no learned weight grows beyond it, in either direction
    :return: a new delta, without weights that came back to zero
    """
    features = features_of(text)
    classifier = shipped()
    logits = classifier.score(features, delta)
    result = {intent: dict(changes) for intent, changes in (delta or {}).items()}
    length = sum(value * value for value in features.values()) or 1.0
    for intents, goal in ((wanted, 1.0), (unwanted, 0.0)):
        for intent in intents:
            if intent not in logits:
                continue
            error = goal - sigmoid(logits[intent])
            changes = result.setdefault(intent, {})
            for name, value in features.items():
                moved = changes.get(name, 0.0) + rate * error * value / length
                moved = round(max(-bound, min(bound, moved)), 5)
                if moved:
                    changes[name] = moved
                else:
                    changes.pop(name, None)
    return {intent: changes for intent, changes in result.items() if changes}
