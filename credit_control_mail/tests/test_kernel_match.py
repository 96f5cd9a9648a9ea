import doctest
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import free_mail, match_case, match_score, match_text
from ..tools.match_score import Evidence, rank, strength
from ..tools.match_text import (
    Numberings,
    compact,
    find_addresses,
    forwarded_senders,
    is_same_name,
    reference_keys,
    spellings,
    tail_numbers,
)

CODES = ("address", "domain", "reference", "amount", "name")
EVIDENCE = st.lists(
    st.builds(
        Evidence,
        st.sampled_from(CODES),
        st.integers(1, 20).map(lambda part: part / 20),
        st.integers(0, 9).map(lambda number: {"n": number}),
    ),
    max_size=6,
)
FOUND = st.dictionaries(st.integers(1, 30), EVIDENCE, max_size=6)
GAPS = st.sampled_from(["", "/", "-", " ", " - ", "_", "."])


calm = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)


@tagged("credit_control", "credit_control_kernel")
class TestMatchScore(BaseCase):
    @calm
    @given(FOUND)
    def test_confidences_share_one(self, found):
        ranked = rank(found)
        self.assertEqual({customer for customer, _ in ranked}, set(found))
        self.assertTrue(all(0 <= sure < 1 for _, sure in ranked))
        self.assertLessEqual(sum(sure for _, sure in ranked), 1.001)

    @calm
    @given(FOUND, st.randoms())
    def test_order_of_evidence_does_not_matter(self, found, random):
        shuffled = list(found.items())
        random.shuffle(shuffled)
        again = {key: random.sample(some, len(some)) for key, some in shuffled}
        self.assertEqual(rank(found), rank(again))

    @calm
    @given(
        EVIDENCE, st.sampled_from(CODES), st.integers(1, 20).map(lambda part: part / 20)
    )
    def test_more_evidence_never_weakens(self, pieces, code, weight):
        more = [*pieces, Evidence(code, weight, {"n": 10})]
        self.assertGreaterEqual(strength(more) + 1e-9, strength(pieces))

    @calm
    @given(FOUND, EVIDENCE)
    def test_another_customer_never_makes_surer(self, found, pieces):
        before = dict(rank(found))
        after = dict(rank({**found, 99: pieces}))
        for customer, sure in before.items():
            self.assertLessEqual(after[customer], sure + 1e-9)

    def test_no_evidence_is_no_confidence(self):
        self.assertEqual(rank({}), [])
        self.assertEqual(rank({1: []}), [(1, 0.0)])


@tagged("credit_control", "credit_control_kernel")
class TestMatchText(BaseCase):
    @calm
    @given(
        st.text("ABCDEFGH", min_size=1, max_size=5),
        st.integers(2000, 2099),
        st.integers(1, 99999),
        GAPS,
        GAPS,
        st.sampled_from([" ", ", ", "\n", " ("]),
    )
    def test_every_spelling_of_a_name_is_read(self, word, year, number, one, two, near):
        numberings = Numberings([(7, f"{word}/{year}/")])
        name = f"{word}/{year}/{number:05}"
        typed = f"{word.lower()}{one}{year}{two}{number:05}"
        keys = spellings(f"please see{near}{typed}{near}thanks")
        hits = numberings.find(keys)
        self.assertIn((7, f"{word}/{year}/", number), [hit[:3] for hit in hits])
        self.assertIn(compact(name), keys)

    @calm
    @given(st.text(max_size=400))
    def test_any_text_is_read(self, text):
        keys = spellings(text)
        self.assertLessEqual(len(reference_keys(keys)), match_text.KEY_LIMIT)
        Numberings([(1, "F"), (1, ""), (2, "2026/")]).find(keys)
        forwarded_senders(text)
        tail_numbers(text)
        match_text.fold_words(text)
        for key in keys:
            self.assertRegex(key, r"^[A-Z0-9]{1,25}$")

    def test_long_texts_take_no_time(self):
        for part in (" ", "1 ", "a@", "De : ", "http://", "1-", "\n", "a"):
            text = (part * match_text.TEXT_LIMIT)[: match_text.TEXT_LIMIT]
            start = time.process_time()
            spellings(text)
            forwarded_senders(text)
            find_addresses(text)
            match_text.fold_words(text)
            self.assertLess(time.process_time() - start, 2, part)

    def test_numbers_alone_must_be_whole(self):
        self.assertTrue(is_same_name("202600012", "2026/00012", "2026/"))
        self.assertFalse(is_same_name("202612", "2026/00012", "2026/"))
        self.assertTrue(is_same_name("FA12", "FA0012", "FA"))

    def test_words_of_a_sentence_are_no_reference(self):
        keys = reference_keys(
            spellings("la facture du 12/03/2026, PO 77812, RF18 5390")
        )
        self.assertIn("PO77812", keys)
        self.assertIn("RF185390", keys)
        self.assertNotIn("FACTUREDU12032026", keys)
        self.assertNotIn("DU12032026", keys)

    def test_forwarded_senders(self):
        text = "FYI\n> From: Ann <Ann@A.example>\nDe : b@b.example\nTo: c@c.example"
        self.assertEqual(forwarded_senders(text), ["ann@a.example", "b@b.example"])

    def test_tail_numbers(self):
        text = "0123 of 2026, 1234.56 and 123, order 99887"
        self.assertEqual(tail_numbers(text), {"0123", "99887"})


@tagged("credit_control", "credit_control_kernel")
class TestFreeMail(BaseCase):
    def test_examples(self):
        for module in (free_mail, match_case, match_score, match_text):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_domains(self):
        for domain in ("gmail.com", "wanadoo.fr", "mail.orange.fr", "pp.inet.fi"):
            self.assertTrue(free_mail.is_free_mail(domain), domain)
        for domain in ("acme.fr", "gmail.example", "notgmail.com", "orange.com", ""):
            self.assertFalse(free_mail.is_free_mail(domain), domain)
        self.assertGreater(len(free_mail.FREE_MAIL), 200)

    def test_domain_of(self):
        self.assertEqual(free_mail.domain_of("A@B.Example."), "b.example")
        self.assertEqual(free_mail.domain_of(False), "")
