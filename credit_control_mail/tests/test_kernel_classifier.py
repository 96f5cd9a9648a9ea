import contextlib
import gzip
import importlib
import json
import random
import re
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..tools import classifier
from ..tools.features import features_of, tokens
from ..tools.folding import fold
from ..tools.intents import INTENTS, REASONS

ROOT = Path(__file__).resolve().parents[2]
TRAINING = ROOT / "setup/classifier"
MAILS = ROOT / "tests/benchmark/classifier_mails"
LARGEST = 600_000
FEWEST = 1_500
NGRAM = 8


@contextlib.contextmanager
def training(*names):
    """Give modules of the training, and forget them afterwards."""
    before, path = set(sys.modules), list(sys.path)
    sys.path.insert(0, str(TRAINING))
    try:
        yield [importlib.import_module(name) for name in names]
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - before:
            if name.split(".")[0] in ("corpus", "learn", "trainer", "augment", "tools"):
                del sys.modules[name]


def words_of(text):
    """Return the words of a text without figures."""
    return re.findall(r"[a-z]+", fold(text))


def grams_of(text):
    """Return all runs of eight words."""
    words = words_of(text)
    return {
        tuple(words[at : at + NGRAM]) for at in range(max(len(words) - NGRAM + 1, 0))
    }


@tagged("credit_control", "credit_control_kernel")
class TestCorpus(BaseCase):
    """The corpus, what is made of it, and what must not be in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with training("corpus") as (corpus,):
            cls.messages = corpus.read()
            cls.digest = corpus.digest()
            cls.own = [corpus.own_words(message) for message in cls.messages]
            cls.others = [
                (corpus.own_words(message), corpus.labels_of(message))
                for path in sorted(MAILS.glob("*.jsonl"))
                for message in corpus.read([path])
            ]

    def test_weights_are_made_of_this_corpus(self):
        packed = json.loads(gzip.decompress(classifier.FILE.read_bytes()))
        self.assertEqual(
            packed["corpus"], self.digest, "call setup/classifier/train and commit"
        )
        self.assertEqual(packed["messages"], len(self.messages))
        self.assertLess(classifier.FILE.stat().st_size, LARGEST)

    def test_corpus_is_rich_and_well_formed(self):
        self.assertGreaterEqual(len(set(self.own)), FEWEST)
        for message in self.messages:
            where = (message["family"], message["text"][:60])
            self.assertTrue(message["intents"], where)
            for said in message["intents"]:
                self.assertIn(said["intent"], INTENTS, where)
                self.assertIn(said.get("reason"), (None, *REASONS), where)

    def test_no_test_message_is_learned_from(self):
        """Neither the whole nor eight words in a row; places alone are printed.

        Mail servers write the same sentences to everybody: bounces may share some.
        """
        known = {" ".join(words_of(text)) for text in self.own}
        grams = set().union(*map(grams_of, self.own))
        for place, (text, labels) in enumerate(self.others):
            whole = " ".join(words_of(text))
            self.assertFalse(
                len(whole.split()) > 3 and whole in known, f"message {place} is known"
            )
            if "bounce" not in labels:
                is_new = grams.isdisjoint(grams_of(text))
                self.assertTrue(is_new, f"message {place} has known words")


@tagged("credit_control", "credit_control_kernel")
class TestTraining(BaseCase):
    """The arithmetic of the training, on small examples."""

    def test_a_label_is_learned(self):
        rows = [
            ({"w:paid": 1.0, f"w:{n}": 1.0}, {"yes"} if n % 2 else set(), set(), 1.0)
            for n in range(2)
        ] * 10
        with training("learn") as (learn,):
            space, weights = learn.train(rows, ["yes"])
            packed = learn.pack_linear(space, weights, ["yes"])
        linear = classifier.Linear.unpack(packed)
        self.assertGreater(linear.logits({"w:paid": 1.0, "w:1": 1.0})["yes"], 0.5)
        self.assertLess(linear.logits({"w:paid": 1.0, "w:0": 1.0})["yes"], -0.5)

    def test_unknown_rows_say_nothing(self):
        rows = [({"w:a": 1.0}, set(), {"yes"}, 1.0)] * 5
        with training("learn") as (learn,):
            _, weights = learn.train(rows, ["yes"])
        self.assertEqual(set(weights["yes"]), {0.0})

    def test_calibration(self):
        chance = random.Random(1)
        points = []
        for _ in range(2000):
            value = chance.uniform(-4, 4)
            points.append(
                ((value, 1.0), chance.random() < classifier.sigmoid(1.5 * value - 1))
            )
        with training("learn") as (learn,):
            slope, constant = learn.logistic(points, wish=(1.0, 0.0))
            limit = learn.best_threshold([(0.3, 0), (0.4, 1), (0.9, 1)] * 5)
        self.assertAlmostEqual(slope, 1.5, delta=0.2)
        self.assertAlmostEqual(constant, -1.0, delta=0.2)
        self.assertTrue(0.3 < limit <= 0.4, limit)

    def test_a_family_is_never_parted(self):
        class Sample:
            def __init__(self, family):
                self.family = family

        samples = [Sample(f"family {number % 37}") for number in range(300)]
        with training("trainer") as (trainer,):
            folds = trainer.folds_of(samples)
        of_family = {}
        for sample, fold_number in zip(samples, folds, strict=True):
            of_family.setdefault(sample.family, set()).add(fold_number)
        self.assertEqual({len(found) for found in of_family.values()}, {1})
        self.assertEqual(len(set(folds)), trainer.FOLDS)

    def test_variants_are_the_same_each_time(self):
        message = {
            "family": "f",
            "lang": "en",
            "text": "Payment will be transferred on Friday by our colleagues",
            "intents": [{"intent": "promise", "quote": "Payment will be transferred"}],
        }
        with training("augment") as (augment,):
            first = augment.variants(message, 4, [message])
            self.assertEqual(first, augment.variants(message, 4, [message]))
            both = augment.joined(message, {**message, "intents": []})
        self.assertEqual(len(both["intents"]), 1)


@tagged("credit_control", "credit_control_kernel")
class TestModel(BaseCase):
    """Features, probabilities, explanations and learning from a person."""

    def test_a_figure_is_its_kind(self):
        one = tokens("La facture FA/2026/00123 de 1 250,50 € sera payée 3 avril")
        other = tokens("La facture INV-99812 de 80 EUR sera payée 12 mai 2026")
        self.assertEqual(one, other)

    def test_accents_and_capitals_change_nothing(self):
        self.assertEqual(
            features_of("Réglé hier, n’est-ce pas ?"),
            features_of("REGLE HIER, N'EST-CE PAS ?"),
        )

    def test_negation_is_marked(self):
        self.assertIn("w:not contestons", features_of("nous ne contestons pas"))
        self.assertIn("k:not contest", features_of("we do not dispute it"))
        self.assertIn("r:not_paid", features_of("elle n'a pas encore été réglée"))

    def test_explanation_is_in_plain_words(self):
        text = "Nous contestons cette facture, le prix est erroné."
        said = classifier.shipped().explain(features_of(text), "dispute")
        self.assertIn("the debt is contested", said)
        self.assertFalse(any(":" in line.split("words:")[0] for line in said), said)

    def test_cues_alone_where_nothing_is_learned(self):
        bare = classifier.Classifier()
        score = bare.score(features_of("Nous contestons cette facture."))
        self.assertEqual(max(score, key=score.get), "dispute")
        self.assertEqual(bare.reason({}), ("other", 0.0))
        self.assertIn(
            "the debt is contested",
            bare.explain(features_of("Nous contestons."), "dispute"),
        )

    def test_learning_moves_and_is_bounded(self):
        text = "the usual monthly thing from accounts"
        model, features = classifier.shipped(), features_of(text)
        before = model.score(features)["delay"]
        delta, empty = {}, {}
        for _ in range(200):
            delta = classifier.gradient_step(delta, text, ["delay"], ["other"])
        after = model.score(features, delta)["delay"]
        self.assertGreater(after, before)
        self.assertGreater(after, 0.0)
        self.assertEqual(empty, {})
        for changes in delta.values():
            self.assertLessEqual(max(map(abs, changes.values())), 3.0)
        tight = classifier.gradient_step({}, text, ["delay"], [], rate=99, bound=0.01)
        self.assertLessEqual(max(map(abs, tight["delay"].values())), 0.01)

    def test_learning_of_unknown_codes_does_nothing(self):
        self.assertEqual(classifier.gradient_step({}, "x", ["no_such"], []), {})
