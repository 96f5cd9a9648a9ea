"""From messages to the packed weights: examples, models by fold, calibration."""

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import augment
import corpus
import learn
from corpus import INTENTS, REASONS
from tools.classifier import Classifier, Linear, summary

FOLDS = 3


class Sample:
    """A message as examples, with the variants that are learned from only."""

    def __init__(self, message, variants=()):
        self.family = corpus.group_of(message)
        self.wanted = corpus.labels_of(message)
        self.units, self.whole = corpus.examples(message)
        self.variants = [corpus.examples(variant) for variant in variants]

    def rows(self):
        """Yield (features, wanted, unknown, weight) to learn intents from."""
        yield from _weighted(self.units, self.whole, 1.0)
        for units, whole in self.variants:
            yield from _weighted(units, whole, 0.5)

    def reason_rows(self):
        """Yield the same for the reasons of disputes."""
        for features, _, _, reasons in [*self.units, self.whole]:
            if reasons:
                yield features, reasons, set(), 1.0


def _weighted(units, whole, weight):
    for features, wanted, unknown, _ in units:
        yield features, wanted, unknown, weight
    if len(units) != 1:
        yield whole[0], whole[1], whole[2], weight


def folds_of(samples, count=FOLDS):
    """Return the number of the fold of each sample; a family is never parted."""
    sizes = Counter(sample.family for sample in samples)
    families = sorted(sizes)
    random.Random(7).shuffle(families)
    families.sort(key=lambda family: -sizes[family])
    places = {family: at % count for at, family in enumerate(families)}
    return [places[sample.family] for sample in samples]


def fit(samples):
    """Return {"intents", "reasons"}: packed weights without calibration."""
    rows = [row for sample in samples for row in sample.rows()]
    space, weights = learn.train(rows, INTENTS)
    intents = learn.pack_linear(space, weights, INTENTS)
    rows = [row for sample in samples for row in sample.reason_rows()]
    space, weights = learn.train(rows, REASONS, cost=1.0)
    reasons = learn.pack_linear(space, weights, REASONS, most=12_000)
    return {"intents": intents, "reasons": reasons}


def scores(packed, samples):
    """Return what ``tools.classifier.summary`` says of samples."""
    linear = Linear.unpack(packed["intents"])
    result = []
    for sample in samples:
        units = [linear.logits(row[0]) for row in sample.units]
        whole = units[0] if len(units) == 1 else linear.logits(sample.whole[0])
        result.append(summary(units, whole))
    return result


def calibrate(seen):
    """Return join, alone and thresholds of [(summary, wanted intents)]."""
    model, thresholds = Classifier(), {}
    for kind in ("one", "more"):
        part = [(found, wanted) for (k, found), wanted in seen if k == kind]
        model.join[kind] = {
            intent: learn.logistic(
                [((*found[intent], 1.0), intent in wanted) for found, wanted in part],
                wish=(1.5, 0.8, -0.3, 0.0),
            )
            for intent in INTENTS
        }
    model.alone = alone(seen, model)
    chances = [(model.chances(found), wanted) for found, wanted in seen]
    for intent in INTENTS:
        points = [(found[intent], intent in wanted) for found, wanted in chances]
        thresholds[intent] = learn.best_threshold(points)
    return {"join": model.join, "alone": model.alone, "thresholds": thresholds}


def alone(seen, model):
    """Return the second step of what falls when anything else is found.

    :return: {intent: weights}: see ``Classifier.chances``
    """
    result = {}
    joined = [(model.joined(found), wanted) for found, wanted in seen]
    for intent in corpus.ALONE:
        points = []
        for logits, wanted in joined:
            rival = max(v for k, v in logits.items() if k not in corpus.ALONE)
            points.append(((logits[intent], -rival, 1.0), intent in wanted))
        result[intent] = learn.logistic(points, wish=(0.8, 0.3, 0.0))
    return result


def _fold(work):
    train, held = work
    packed = fit(train)
    return packed, scores(packed, held)


def cross(samples, workers=2):
    """Return (folds, packed by fold, out-of-fold scores in order of the samples)."""
    with ProcessPoolExecutor(workers) as pool:
        return _cross(samples, pool)


def _cross(samples, pool):
    folds = folds_of(samples)
    jobs = [
        (
            [s for s, at in zip(samples, folds, strict=True) if at != fold],
            [s for s, at in zip(samples, folds, strict=True) if at == fold],
        )
        for fold in range(FOLDS)
    ]
    answers = list(pool.map(_fold, jobs))
    queues = [iter(found) for _, found in answers]
    seen = [next(queues[fold]) for fold in folds]
    return folds, [packed for packed, _ in answers], seen


def samples_of(messages, pool=None):
    """Return the samples of messages, with their variants."""
    variants = [
        augment.variants(message, number, messages)
        for number, message in enumerate(messages)
    ]
    if pool is None:
        return list(map(Sample, messages, variants))
    return list(pool.map(Sample, messages, variants, chunksize=200))


def build(messages, workers=2):
    """Return the packed weights as they are shipped."""
    with ProcessPoolExecutor(workers) as pool:
        samples = samples_of(messages, pool)
        whole = pool.submit(fit, samples)
        _, _, seen = _cross(samples, pool)
        packed = whole.result()
    pairs = [(found, s.wanted) for found, s in zip(seen, samples, strict=True)]
    packed.update(calibrate(pairs))
    packed["corpus"] = corpus.digest()
    packed["messages"] = len(messages)
    return packed
