from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import learning
from .act_common import ActCommon

WORDS = "Le dossier part chez notre comptable externe"


@tagged("post_install", "-at_install", "credit_control")
class TestPhrases(ActCommon):
    def read(self, text=WORDS):
        """Return the codes that are found in a new message of the clerk."""
        message = self.make_message(
            body_text=text, reply_text=text, email_from="a@b.example"
        ).sudo()
        message._understand()
        return message.intent_ids.mapped("intent")

    def phrases(self):
        return self.env["credit.message.phrase"].with_context(active_test=False)

    def teach(self, code, evidence=WORDS):
        """Have a wrong proposal corrected and accepted."""
        intent = self.found("acknowledgement", evidence=evidence)
        intent.intent = code
        intent.action_accept()
        return intent

    def test_a_corrected_phrase_is_read_so_from_then_on(self):
        self.assertNotIn("missing_information", self.read())
        self.teach("missing_information")
        phrase = self.phrases().search([])
        self.assertEqual(
            phrase.phrase, "le dossier part chez notre comptable externe"
        )
        self.assertIn("missing_information", self.read())
        self.assertIn("missing_information", self.read(f"Bonjour. {WORDS} demain."))

    def test_undo_forgets_it(self):
        intent = self.teach("complaint")
        self.assertIn("complaint", self.read())
        intent.action_undo()
        self.assertFalse(self.phrases().search([]))
        self.assertNotIn("complaint", self.read())

    def test_a_manager_may_stop_a_phrase(self):
        self.teach("complaint")
        phrase = self.phrases().search([]).with_user(self.manager)
        phrase.active = False
        self.assertNotIn("complaint", self.read())
        with self.assertRaises(AccessError):
            phrase.with_user(self.collector).active = True

    def test_the_switch(self):
        self.teach("complaint")
        self.env.company.credit_learn_phrases = False
        self.assertNotIn("complaint", self.read())
        self.teach("delay", "Nous attendons le tampon du directeur")
        self.assertEqual(len(self.phrases().search([])), 1)

    def test_rejected_twice_it_is_not_proposed_again(self):
        text = "Nous paierons des que possible, promis jure"
        self.assertEqual(self.read(text), ["delay"])
        for number in (1, 2):
            intent = self.found("delay", evidence=text)
            intent.action_reject()
            with self.subTest(number=number):
                self.assertEqual("delay" in self.read(text), number == 1)
        intent.action_undo()
        self.assertIn("delay", self.read(text))

    def test_danger_is_shown_whatever_was_rejected(self):
        text = "Notre societe est en redressement judiciaire depuis lundi"
        self.assertIn("insolvency", self.read(text))
        for _number in range(3):
            self.found("insolvency", evidence=text).action_reject()
        self.assertIn("insolvency", self.read(text))

    def test_the_latest_word_counts(self):
        self.teach("complaint")
        self.teach("delay")
        self.assertIn("delay", self.read())

    def test_what_a_rule_decides_teaches_nothing(self):
        message = self.make_message({"intent": "delay", "evidence": WORDS}).sudo()
        root = self.env.ref("base.user_root")
        message.intent_ids.with_user(root).sudo().action_reject()
        self.assertFalse(self.phrases().search([]))

    def test_politeness_and_figures_teach_nothing(self):
        for text in ("Merci beaucoup", "FA/2026/0012 1.200,00", "OK", ""):
            with self.subTest(text=text):
                self.teach("delay", text or "-")
                self.assertFalse(self.phrases().search([]))

    def test_another_company_learns_nothing_of_it(self):
        self.teach("complaint")
        company = self.make_second_company()["company"]
        taught, _denied = self.phrases().sudo()._phrases_of(company.id)
        self.assertFalse(taught)


@tagged("post_install", "-at_install", "credit_control")
class TestWeights(ActCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.versions = cls.env["credit.message.learning"].with_user(cls.manager)

    def decided(self, count, code="missing_information", found="delay"):
        """Create messages of several senders that people decided the same way."""
        for number in range(count):
            text = f"Votre chantier {number} attend le visa du maitre d'ouvrage delegue"
            message = self.make_message(
                {"intent": found, "evidence": text, "state": "rejected"},
                reply_text=text,
                email_normalized=f"clerk{number}@petit.example",
            )
            self.make_intent(
                message,
                {"intent": code, "source": "person", "evidence": text}
                | {"state": "accepted"},
            )
            message.sudo().intent_ids.decided_by_id = self.collector
            message.sudo()._update_state(("new",), "done")

    def options(self):
        return self.env["credit.message"]._classifier_options(self.env.company)

    def test_off_as_it_comes(self):
        with self.assertRaisesRegex(UserError, "Learning is off"):
            self.versions.action_learn()
        self.assertFalse(self.options()["weights"])

    def test_too_few_teach_nothing(self):
        self.env.company.credit_learn_weights = True
        self.decided(5)
        with self.assertRaisesRegex(UserError, "Too few"):
            self.versions.action_learn()

    def test_learned_judged_on_others_used_and_undone(self):
        self.env.company.credit_learn_weights = True
        self.decided(80)
        self.versions.action_learn()
        version = self.versions.search([])
        self.assertEqual(version.outcome, "better")
        self.assertTrue(version.is_used)
        self.assertGreater(version.f1_after, version.f1_before)
        self.assertGreaterEqual(version.held_count, 10)
        delta = self.options()["weights"]
        self.assertTrue(delta)
        bound = max(abs(w) for row in delta.values() for w in row.values())
        self.assertLessEqual(bound, learning.BOUND)
        with self.assertQueryCount(0):
            self.options()
        self.env.company.credit_learn_weights = False
        self.assertFalse(self.options()["weights"])
        self.env.company.credit_learn_weights = True
        with self.assertRaises(AccessError):
            version.with_user(self.collector).action_undo()
        version.action_undo()
        self.assertFalse(self.options()["weights"], "the shipped weights again")
        with self.assertRaisesRegex(UserError, "in use"):
            version.action_undo()

    def test_undo_goes_back_to_the_version_before(self):
        self.env.company.credit_learn_weights = True
        make = self.versions.sudo().create
        vals = {"company_id": self.env.company.id, "outcome": "better"}
        first = make({**vals, "delta": {"delay": {"w:a": 0.1}}})
        second = make(
            {
                **vals,
                "delta": {"delay": {"w:a": 0.2}},
                "is_used": True,
                "former_id": first.id,
            }
        )
        self.env.registry.clear_cache()
        self.assertEqual(self.options()["weights"]["delay"], {"w:a": 0.2})
        second.with_user(self.manager).action_undo()
        self.assertEqual(self.options()["weights"]["delay"], {"w:a": 0.1})

    def test_what_reads_worse_is_refused(self):
        self.env.company.credit_learn_weights = True
        self.decided(60)
        before, after = learning.Figures(0.9, 0.9, 15), learning.Figures(0.95, 0.8, 15)
        figures = iter([before, after])
        self.patch(learning, "measure", lambda cases, delta: next(figures))
        self.versions.action_learn()
        version = self.versions.search([])
        self.assertEqual((version.outcome, version.is_used), ("refused", False))
        self.assertFalse(version.delta)
        self.assertFalse(self.options()["weights"])

    def test_each_night_where_it_is_on_and_something_was_decided(self):
        self.decided(60)
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 1.0
        )
        versions = self.versions.sudo()
        versions._cron_learn()
        self.assertFalse(versions.search([]))
        self.env.company.credit_learn_weights = True
        versions._cron_learn()
        self.assertEqual(len(versions.search([])), 1)

    def test_only_the_last_versions_are_kept(self):
        self.env.company.credit_learn_weights = True
        self.decided(60)
        vals = {"company_id": self.env.company.id, "outcome": "refused"}
        self.versions.sudo().create([vals] * 15)
        self.versions.sudo()._learn(self.env.company)
        self.assertLessEqual(self.versions.search_count([]), 10)
