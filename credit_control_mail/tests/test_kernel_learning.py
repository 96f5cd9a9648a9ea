import doctest

from odoo.tests import BaseCase, tagged

from ..tools import classifier, learning


@tagged("credit_control", "credit_control_kernel")
class TestPhrase(BaseCase):
    def test_examples(self):
        self.assertFalse(doctest.testmod(learning).failed)

    def test_what_is_worth_remembering(self):
        for text, wanted in (
            ("", ""),
            ("Merci à vous", ""),
            ("OK", ""),
            ("Bonjour Madame, merci de votre mail", ""),
            ("FA/2026/001 FA/2026/002", ""),
            ("Le chèque part ce soir", "le cheque part ce soir"),
            ("Voir 4711: le visa manque encore", "le visa manque encore"),
            ("a@b.example dit que le visa manque", "dit que le visa manque"),
        ):
            with self.subTest(text=text):
                self.assertEqual(learning.phrase_of(text), wanted)

    def test_never_a_figure_nor_an_address(self):
        text = "Payé le 12/05 par jean@x.example chez nous hier soir"
        found = learning.phrase_of(text)
        self.assertFalse(any(sign.isdigit() or sign == "@" for sign in found))

    def test_at_most_twelve_words(self):
        text = " ".join(f"mot{chr(97 + n % 26)}" for n in range(500))
        self.assertEqual(len(learning.phrase_of(text).split()), 12)

    def test_contained(self):
        self.assertIn(" le visa manque ", learning.words_of("Or LE visa, manque!"))
        self.assertNotIn(" visa manque ", learning.words_of("visage manque"))
        self.assertEqual(learning.words_of(None), "  ")


@tagged("credit_control", "credit_control_kernel")
class TestSteps(BaseCase):
    def test_one_sender_is_on_one_side(self):
        cases = [
            learning.Case(f"clerk{n % 20}@x.example", "", "text", None, frozenset())
            for n in range(200)
        ]
        kept, held = learning.split_cases(cases)
        self.assertTrue(kept and held)
        self.assertFalse({c.key for c in kept} & {c.key for c in held})

    def test_steps_stay_within_the_bound_and_leave_the_former_alone(self):
        text = "le visa du maitre d'ouvrage manque"
        delta = {"delay": {"w:visa": 0.5}}
        before = {"delay": {"w:visa": 0.5}}
        case = learning.Case("a", "", text, None, frozenset({"missing_information"}))
        learned = delta
        for _number in range(30):
            learned = learning.learn([case], learned)
        self.assertEqual(delta, before)
        weights = [w for row in learned.values() for w in row.values()]
        self.assertTrue(weights)
        self.assertLessEqual(max(map(abs, weights)), learning.BOUND)
        features = classifier.features_of(text)
        model = classifier.shipped()
        self.assertGreater(
            model.score(features, learned)["missing_information"],
            model.score(features)["missing_information"],
        )

    def test_better_means_nothing_worse(self):
        one = learning.Figures(0.8, 0.9, 20)
        self.assertFalse(learning.is_better(one, one))
        self.assertTrue(learning.is_better(one, learning.Figures(0.81, 0.9, 20)))
        self.assertFalse(learning.is_better(one, learning.Figures(0.99, 0.89, 20)))
        self.assertFalse(learning.is_better(one, learning.Figures(0.79, 0.99, 20)))
