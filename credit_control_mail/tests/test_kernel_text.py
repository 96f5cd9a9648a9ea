import doctest
import time
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import folding, html_text, quoting, text
from ..tools.text import clean, fold, html_to_text, sentences, split_reply

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

REMINDER = """Bonjour,

Sauf erreur de notre part la facture FA/2026/00123 reste impayée.

Cordialement,
Service crédit"""
ATTRIBUTIONS = (
    "Le lun. 9 mars 2026 à 10:00, Crédit <credit@x.fr> a écrit :",
    "Le 09/03/2026 à 10:00, Crédit a écrit :",
    "Le lun. 9 mars 2026 à 10:00, Service Crédit de X\n<credit@x.fr> a écrit :",
    "On Mon, 9 Mar 2026 at 10:00, Credit <credit@x.com> wrote:",
    "On Monday, March 9, 2026 at 10:00 AM, Credit Control\n<credit@x.com> wrote:",
    "Am 9. März 2026 um 10:00 schrieb Kredit <kredit@x.de>:",
    "Am Mo., 9. März 2026 um 10:00 Uhr schrieb Kredit <\nkredit@x.de>:",
    "2026-03-09 10:00 GMT+01:00 Credit <credit@x.com>:",
)
BLOCKS = (
    "De : Crédit <credit@x.fr>\nEnvoyé : lundi 9 mars 2026 10:00\nÀ : Compta\n"
    "Objet : Relance",
    "From: Credit <credit@x.com>\nSent: Monday, 9 March 2026 10:00\nTo: AP\n"
    "Subject: Reminder",
    "Von: Kredit\nGesendet: Montag, 9. März 2026 10:00\nAn: Buchhaltung\n"
    "Betreff: Mahnung",
    "*De :* Crédit\n*Envoyé :* lundi 9 mars\n*À :* Compta\n*Objet :* Relance",
    "-----Message d'origine-----\nDe : Crédit\nEnvoyé : lundi\nÀ : moi\nObjet : R",
    "-----Original Message-----\nFrom: Credit\nSent: Monday\nTo: me\nSubject: R",
    "-----Ursprüngliche Nachricht-----\nVon: Kredit",
    "________________________________\nFrom: Credit\nSent: Monday\nTo: me\nSubject: R",
)
SIGNATURES = (
    "-- \nJean Dupont\nComptable",
    "Cordialement,\nJean Dupont\nComptabilité - ACME SAS\nTél : 01 23 45 67 89",
    "Bien cordialement\n\nJean DUPONT\nResponsable comptable\nwww.acme.fr",
    "Best regards,\nJane Doe\nAccounts Payable\n+44 20 7946 0958",
    "Kind regards\n\nJane",
    "Mit freundlichen Grüßen\nHans Müller",
    "MfG\nMüller",
    "Cdlt,\nJ.",
    "Envoyé de mon iPhone",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Jean Dupont\nACME SAS\nTél. : 01 23 45 67 89\njean@acme.fr",
)
NOTES = (
    "Ce message et toutes les pièces jointes sont confidentiels, à l'attention"
    " exclusive de ses destinataires.",
    "This e-mail is confidential and intended only for the addressee.",
    "If you have received this message in error, please delete it.",
    "Diese E-Mail ist vertraulich und nur für den Empfänger bestimmt.",
    "Pensez à l'environnement avant d'imprimer ce message.",
    "CAUTION: This email originated from outside the organization.",
)


@tagged("credit_control", "credit_control_kernel")
class TestSplitReply(BaseCase):
    def test_examples(self):
        for module in (folding, html_text, quoting, text):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_marked_quotes(self):
        quoted = "\n".join("> " + line for line in REMINDER.split("\n"))
        for attribution in ATTRIBUTIONS:
            with self.subTest(attribution=attribution):
                reply = split_reply(f"Payé hier.\n\n{attribution}\n\n{quoted}")
                self.assertEqual(reply.own, "Payé hier.")
                self.assertIn("FA/2026/00123", reply.quoted)

    def test_unmarked_quotes(self):
        for head in ATTRIBUTIONS + BLOCKS:
            with self.subTest(head=head):
                reply = split_reply(f"Payé hier.\n\n{head}\n\n{REMINDER}")
                self.assertEqual(reply.own, "Payé hier.")
                self.assertIn("FA/2026/00123", reply.quoted)

    def test_answers_below_and_between(self):
        below = "> Bonjour\n> merci de payer\n\nC'est fait."
        self.assertEqual(split_reply(below).own, "C'est fait.")
        inline = "> Quand payez-vous ?\nVendredi.\n> Et le reste ?\nFin de mois."
        self.assertEqual(split_reply(inline).own, "Vendredi.\n\nFin de mois.")
        answer = "Le virement part lundi."
        bare = f"{ATTRIBUTIONS[0]}\n\n{REMINDER}\n01 02 03 04 05\n\n{answer}"
        self.assertEqual(split_reply(bare).own, answer)

    def test_our_own_words_unmarked(self):
        answer = "Vu, on paie.\n\n" + REMINDER
        reply = split_reply(answer, sent=[REMINDER])
        self.assertIn("Vu, on paie.", reply.own)
        self.assertNotIn("FA/2026/00123", reply.own)

    def test_forwards(self):
        for mark in (
            "---------- Forwarded message ---------",
            "---------- Message transféré ---------",
            "Begin forwarded message:",
            "-------- Weitergeleitete Nachricht --------",
        ):
            with self.subTest(mark=mark):
                reply = split_reply(f"Pour info\n\n{mark}\nDe : X\n\n{REMINDER}")
                self.assertEqual(reply.own, "Pour info")
                self.assertIn("FA/2026/00123", reply.forwarded)
                self.assertEqual(reply.quoted, "")
        reply = split_reply(f"{BLOCKS[0]}\n\n{REMINDER}", "TR: Relance")
        self.assertEqual((reply.own, reply.quoted), ("", ""))

    def test_signatures(self):
        for signature in SIGNATURES:
            with self.subTest(signature=signature):
                reply = split_reply(f"Bonjour,\n\nNous payons vendredi.\n\n{signature}")
                self.assertEqual(reply.own, "Bonjour,\n\nNous payons vendredi.")
                self.assertEqual(reply.signature, signature.strip())

    def test_notes(self):
        for note in NOTES:
            with self.subTest(note=note):
                reply = split_reply(f"Nous payons vendredi.\n\nCordialement\n\n{note}")
                self.assertEqual(reply.own, "Nous payons vendredi.")
                self.assertEqual(reply.disclaimer, note)

    def test_what_talks_is_kept(self):
        for words in (
            "PS: la facture 124 sera payée lundi",
            "P.S. call me",
            "Pouvez-vous nous envoyer un duplicata ?",
            "Nous attendons toujours votre avoir de 200 €.",
            "FA/2026/00124 : 800,00 €",
        ):
            with self.subTest(words=words):
                reply = split_reply(f"Payé.\n\nCordialement,\nJean Dupont\n\n{words}")
                self.assertIn(words, reply.own)

    def test_contact_card_that_is_content(self):
        card = "Mme Petit\npetit@x.fr\n01 23 45 67 89"
        own = split_reply(
            f"Voici votre nouveau contact :\n\n{card}\n\nCordialement"
        ).own
        self.assertIn(card, own)

    def test_law_quoted_by_a_person(self):
        words = "Conformément au RGPD, je vous demande d'effacer mes données."
        self.assertEqual(split_reply(words).own, words)

    def test_short_replies(self):
        for words in ("OK", "Merci", "Payé.", "?", "Thanks", "noted", "👍"):
            with self.subTest(words=words):
                self.assertEqual(split_reply(words).own, words)
                below = f"{words}\n\n{ATTRIBUTIONS[0]}\n> Bonjour"
                self.assertEqual(split_reply(below).own, words)

    def test_nothing(self):
        self.assertEqual(split_reply(""), ("", "", "", "", ""))
        self.assertEqual(split_reply("\n \n"), ("", "", "", "", ""))


LINES = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [*ATTRIBUTIONS, *BLOCKS, *SIGNATURES, *NOTES, "> oui", ">> non", "", "-- "]
        ),
    ),
    max_size=12,
)


@tagged("credit_control", "credit_control_kernel")
class TestTextProperties(BaseCase):
    @RELAXED
    @given(LINES.map("\n".join), st.sampled_from(["", "Re: x", "TR: x"]))
    def test_no_line_is_lost(self, body, subject):
        parts = split_reply(body, subject)
        kept = Counter(
            line.strip() for part in parts for line in part.split("\n") if line.strip()
        )
        given_lines = Counter(
            line.strip() for line in clean(body).split("\n") if line.strip()
        )
        self.assertEqual(kept, given_lines)

    @RELAXED
    @given(st.text(max_size=200))
    def test_folding_keeps_places(self, words):
        self.assertEqual(len(fold(words)), len(words))
        self.assertEqual(fold(fold(words)), fold(words))

    @RELAXED
    @given(st.one_of(st.text(max_size=300), LINES.map("\n".join)))
    def test_sentences_hold_every_word(self, words):
        spans = sentences(words)
        for span in spans:
            self.assertEqual(words[span.start : span.end], span.text)
        self.assertEqual(
            "".join("".join(span.text for span in spans).split()),
            "".join(words.split()),
        )

    @RELAXED
    @given(
        st.text(alphabet=st.sampled_from("<>/=\"' abdipqtrv&;#x0!-\n"), max_size=200)
    )
    def test_any_html_is_read(self, markup):
        self.assertIsInstance(html_to_text(markup), str)

    def test_hostile_texts_cost_little(self):
        lines = (">", "On 1\n", "From: x\n", "-- \n", "Cordialement\n", "1. ", "M. ")
        for piece in (*lines, "a@", "<div>", "<table><tr><td>", "ce message "):
            words = piece * (100_000 // len(piece))
            start = time.process_time()
            split_reply(words)
            sentences(words)
            html_to_text(words)
            self.assertLess(time.process_time() - start, 10, piece)


@tagged("credit_control", "credit_control_kernel")
class TestSentences(BaseCase):
    def test_borders(self):
        for words, expected in (
            ("La FA/2026/00123. Merci.", ["La FA/2026/00123.", "Merci."]),
            ("Payé le 12.03.2026. Ok", ["Payé le 12.03.2026.", "Ok"]),
            ("Soit 1.250,50 €. Merci", ["Soit 1.250,50 €.", "Merci"]),
            ("M. Petit est absent.", ["M. Petit est absent."]),
            ("Voir Mme. Petit, réf. 12.", ["Voir Mme. Petit, réf. 12."]),
            ("Am 5. Mai. Danke.", ["Am 5. Mai.", "Danke."]),
            ("Quand ? Demain !", ["Quand ?", "Demain !"]),
            ("- un\n- deux", ["- un", "- deux"]),
            ("1. un\n2. deux", ["1. un", "2. deux"]),
            ("A\t12\nB\t13", ["A\t12", "B\t13"]),
            ("Bonjour,\n\nPayé", ["Bonjour,", "Payé"]),
            ("", []),
        ):
            with self.subTest(words=words):
                self.assertEqual([span.text for span in sentences(words)], expected)

    def test_a_wrapped_line_goes_on(self):
        words = (
            "Nous avons bien reçu votre relance concernant la facture citée\n"
            "en objet et nous la réglerons."
        )
        self.assertEqual(len(sentences(words)), 1)


@tagged("credit_control", "credit_control_kernel")
class TestHtml(BaseCase):
    def test_forms(self):
        for markup, expected in (
            ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
            ("un<br>deux<br/>trois", "un\ndeux\ntrois"),
            ("<div>un</div><div>deux</div>", "un\ndeux"),
            ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
            ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
             "A\tB\n1\t2"),
            ("<table><tr><td><p>Bonjour</p><p>Merci</p></td></tr></table>",
             "Bonjour\nMerci"),
            ("<style>p{}</style><script>x</script>ok<title>t</title>", "ok"),
            ("<div style='display:none'>hidden</div>seen", "seen"),
            ("a &amp; b&nbsp;c &eacute;", "a & b\u00a0c é"),
            ("Oui<blockquote>Non<blockquote>Si</blockquote></blockquote>fin",
             "Oui\n\n> Non\n>\n> > Si\n> >\nfin"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("<p>unclosed <b>bold", "unclosed bold"),
            ("<?xml version='1.0' encoding='utf-8'?><p>x</p>", "x"),
            ("plain words", "plain words"),
            ("", ""),
            ("<!-- only -->", ""),
            ("\x00<p>a\x00b</p>", "ab"),
        ):  # fmt: skip
            with self.subTest(markup=markup):
                self.assertEqual(html_to_text(markup), expected)

    def test_replies_of_programs(self):
        gmail = (
            "<div dir='ltr'>Payé hier.</div><div class='gmail_quote'><div class="
            "'gmail_attr'>Le lun. 9 mars 2026 à 10:00, X &lt;<a href='mailto:c@x.fr'>"
            "c@x.fr</a>&gt; a écrit :<br></div><blockquote>Bonjour</blockquote></div>"
        )
        outlook = (
            "<p class=Mso>Payé hier.<o:p></o:p></p><div id='divRplyFwdMsg'><b>De :"
            "</b> X<br><b>Envoyé :</b> lundi<br><b>À :</b> Compta<br><b>Objet :</b>"
            " Relance</div><div>Bonjour</div>"
        )
        apple = (
            "Payé hier.<div><br><blockquote type='cite'><div>Le 9 mars 2026 à 10:00, X"
            " a écrit :</div><div>Bonjour</div></blockquote></div>"
        )
        yahoo = (
            "<div>Payé hier.</div><div class='yahoo_quoted'><div>Bonjour</div></div>"
        )
        for markup in (gmail, outlook, apple, yahoo):
            with self.subTest(markup=markup):
                reply = split_reply(html_to_text(markup))
                self.assertEqual(reply.own, "Payé hier.")
                self.assertIn("Bonjour", reply.quoted)
