import doctest
import re
import time
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import absence, date_calendar, date_finder, date_grammar
from ..tools.dates import find_absence, find_dates
from .date_phrases import ENGLISH, FRENCH, GERMAN, TRAPS, cases

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BASE = date(2026, 3, 11)  # a Wednesday


@tagged("credit_control", "credit_control_kernel")
class TestDatePhrases(BaseCase):
    def check(self, table):
        for phrase, expected in cases(table):
            with self.subTest(phrase=phrase):
                found = find_dates(phrase, BASE)
                self.assertEqual([str(each.date) for each in found], [expected])

    def test_examples(self):
        for module in (absence, date_calendar, date_finder, date_grammar):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_french(self):
        self.check(FRENCH)

    def test_english(self):
        self.check(ENGLISH)

    def test_german(self):
        self.check(GERMAN)

    def test_what_is_no_day(self):
        for phrase in TRAPS.strip().splitlines():
            with self.subTest(phrase=phrase):
                self.assertEqual(find_dates(phrase, BASE), [])

    def test_several_days_of_a_plan(self):
        found = find_dates("virements les 5, 12 et 19 avril, solde le 15 mai", BASE)
        self.assertEqual(
            [str(each.date) for each in found],
            ["2026-04-05", "2026-04-12", "2026-04-19", "2026-05-15"],
        )

    def test_the_month_first(self):
        self.assertEqual(find_dates("04/05/2026", BASE)[0].date, date(2026, 5, 4))
        american = find_dates("04/05/2026", BASE, month_first=True)
        self.assertEqual(american[0].date, date(2026, 4, 5))
        self.assertEqual(
            find_dates("12/24/2026", BASE, month_first=True)[0].date, date(2026, 12, 24)
        )

    def test_past_by_choice(self):
        found = find_dates("le 3 mars", BASE, prefer="past")
        self.assertEqual(found[0].date, date(2026, 3, 3))

    def test_year_of_a_day_without_year(self):
        december = date(2026, 12, 20)
        self.assertEqual(find_dates("le 5 janvier", december)[0].date.year, 2027)
        self.assertEqual(find_dates("fin janvier", december)[0].date.year, 2027)
        self.assertEqual(find_dates("on the 5th", december)[0].date, date(2027, 1, 5))
        # styled as done, but a fortnight away: a promise
        self.assertEqual(
            find_dates("payée le 25/03", date(2026, 3, 11))[0].date, date(2026, 3, 25)
        )


@tagged("credit_control", "credit_control_kernel")
class TestDateContext(BaseCase):
    def first(self, phrase):
        return find_dates(phrase, BASE)[0]

    def test_terms_are_no_payment_day(self):
        for phrase in (
            "nos conditions sont 60 jours fin de mois",
            "our terms are 30 days net",
            "Payment terms: within 60 days",
            "paiement à 45 jours date de facture",
        ):
            with self.subTest(phrase=phrase):
                found = self.first(phrase)
                self.assertTrue(found.is_terms)
                self.assertFalse(found.names_payment_day)

    def test_after_an_event(self):
        for phrase in (
            "within 10 days of receipt of the goods",
            "sous 8 jours après réception de l'avoir",
            "innerhalb von 10 Tagen nach Erhalt",
        ):
            with self.subTest(phrase=phrase):
                self.assertTrue(self.first(phrase).is_event)
        self.assertFalse(self.first("within 10 days of today").is_event)

    def test_days_of_documents(self):
        for phrase in (
            "la facture du 15 janvier",
            "votre relance du 9 mars",
            "invoice FA/2026/00123 dated 15 January",
            "Ihre Rechnung vom 15. Januar",
            "la facture n° 123 échue le 14/02",
            "celle du 25/02",
        ):
            with self.subTest(phrase=phrase):
                self.assertTrue(self.first(phrase).is_reference)
        for phrase in (
            "le paiement du 20 mars",
            "la facture FA/2026/00123 sera réglée le 20 mars",
            "INV-7104 is approved for Friday",
            "toutes vos factures seront réglées au 30 avril",
        ):
            with self.subTest(phrase=phrase):
                self.assertFalse(self.first(phrase).is_reference)

    def test_leads(self):
        for phrase, lead in (
            ("d'ici le 15 avril", "by"),
            ("avant le 15 avril", "before"),
            ("pas avant le 15 avril", "not_before"),
            ("rien ne partira avant le 15 avril", "not_before"),
            ("nothing goes out before the 30th", "not_before"),
            ("jusqu'au 15 avril", "until"),
            ("à partir du 15 avril", "from"),
            ("depuis le 3 mars", "since"),
            ("on 15 April", "on"),
        ):
            with self.subTest(phrase=phrase):
                self.assertEqual(self.first(phrase).lead, lead)
        self.assertFalse(self.first("pas avant le 15 avril").names_payment_day)

    def test_kinds(self):
        for phrase, kind in (
            ("le 15 avril", "day"),
            ("vendredi", "weekday"),
            ("fin mars", "period"),
            ("sous 8 jours", "duration"),
            ("début avril", "vague"),
        ):
            with self.subTest(phrase=phrase):
                self.assertEqual(self.first(phrase).kind, kind)

    def test_two_tenses_in_one_mail(self):
        text = "Payé 500 € le 3 mars, le solde sera viré le 20 mars."
        past, future = find_dates(text, BASE)
        self.assertEqual((past.date, past.is_past), (date(2026, 3, 3), True))
        self.assertEqual((future.date, future.is_past), (date(2026, 3, 20), False))

    def test_not_done_is_not_past(self):
        found = self.first("elle n'a pas encore été réglée, bordereau de vendredi")
        self.assertEqual(found.date, date(2026, 3, 13))


@tagged("credit_control", "credit_control_kernel")
class TestAbsence(BaseCase):
    def test_day_of_return(self):
        for notice, expected in (
            ("Absent jusqu'au 15 mars inclus.", "2026-03-16"),
            ("Je suis absente du 9 au 20 mars.", "2026-03-21"),
            ("De retour le 23 mars.", "2026-03-23"),
            ("Absent du 9 au 20 mars, de retour le 23 mars.", "2026-03-23"),
            ("congés du 3 au 15 août", "2026-08-16"),
            ("Fermeture du 24 décembre au 2 janvier", "2027-01-03"),
            ("Réouverture le lundi 4 janvier", "2027-01-04"),
            ("I am out of office until Friday.", "2026-03-14"),
            ("I will be back on Monday 16 March", "2026-03-16"),
            ("OOO, back Mon.", "2026-03-16"),
            ("away from 9 to 13 March, returning 16 March", "2026-03-16"),
            ("out of office 10/03/2026 - 20/03/2026", "2026-03-21"),
            ("Ich bin ab 5. Mai wieder erreichbar.", "2026-05-05"),
            ("Ich bin bis zum 20.03.2026 nicht im Büro", "2026-03-21"),
            ("Absent du 9 au 13 mars et du 23 au 27 mars", "2026-03-28"),
            ("We aim to answer within 3 working days", "None"),
            ("John left the company on 5 September", "None"),
            ("Merci de votre message", "None"),
        ):
            with self.subTest(notice=notice):
                self.assertEqual(str(find_absence(notice, "", BASE)[0]), expected)

    def test_the_subject_says_it_too(self):
        found = find_absence("Merci.", "Absence jusqu'au 20/03", BASE)
        self.assertEqual(found.return_date, date(2026, 3, 21))

    def test_deputy(self):
        for notice, name, email in (
            ("En mon absence, contactez Mme Petit, petit@x.fr", "Petit", "petit@x.fr"),
            ("For urgent matters: Jane Doe (jane@x.com)", "Jane Doe", "jane@x.com"),
            ("Marek (marek@x.example) is covering", "Marek", "marek@x.example"),
            ("Marc Tessier prend le relais", "Marc Tessier", ""),
            ("Please use info@x.example meanwhile", "", "info@x.example"),
            ("In dringenden Fällen Herr Schulz, s@x.de", "Schulz", "s@x.de"),
        ):
            with self.subTest(notice=notice):
                found = find_absence(notice, "", BASE)
                self.assertEqual((found.deputy_name, found.deputy_email), (name, email))
        gone = "I no longer work here. Please contact Ruth Bell, r.bell@x.example."
        self.assertEqual(find_absence(gone, "", BASE).deputy_email, "")


FRENCH_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FORMATS = (
    lambda day: day.isoformat(),
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d/%m/%y}",
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: f"{day.day} {FRENCH_MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{ENGLISH_MONTHS[day.month - 1][:3]} {day.day}, {day.year}",
    lambda day: (
        f"{day.day}{'er' if day.day == 1 else ''} "
        f"{FRENCH_MONTHS[day.month - 1].upper()} {day.year}"
    ),
)
DAYS = st.dates(date(2000, 1, 1), date(2069, 12, 31))
WORDS = st.lists(
    st.sampled_from(
        [
            *"abcdelmnoprstuv 0123456789/.-:,€%éàûü'’\n\t()",
            *(" le ", " fin ", " mars ", " vendredi ", " within ", " jours ", " au "),
            *(" the ", " 15 ", "2026"),
        ]
    ),
    max_size=60,
).map("".join)


@tagged("credit_control", "credit_control_kernel")
class TestDateProperties(BaseCase):
    @RELAXED
    @given(DAYS, st.sampled_from(FORMATS), DAYS)
    def test_every_written_day_is_found_again(self, day, write, base):
        for text in (write(day), f"Nous paierons le {write(day)}.", f"({write(day)})"):
            found = find_dates(text, base)
            self.assertEqual([each.date for each in found], [day], text)

    @RELAXED
    @given(DAYS, st.integers(1, 300))
    def test_durations_add_up(self, base, count):
        for text in (f"sous {count} jours", f"within {count} days"):
            found = find_dates(text, base)
            self.assertEqual([each.date for each in found], [base + timedelta(count)])

    @RELAXED
    @given(DAYS, st.sampled_from([*cases(FRENCH), *cases(ENGLISH), *cases(GERMAN)]))
    def test_days_without_year_are_near(self, base, case):
        phrase, _expected = case
        if not re.search(r"\d{4}|/26|-26", phrase):
            for each in find_dates(phrase, base):
                self.assertLess(abs((each.date - base).days), 500, phrase)

    @RELAXED
    @given(st.one_of(st.text(max_size=300), WORDS), DAYS, st.booleans())
    def test_any_text_is_read(self, text, base, month_first):
        for each in find_dates(text, base, month_first):
            self.assertEqual(text[each.start : each.end], each.text)
            self.assertTrue(each.text.strip())
        find_absence(text, text, base)

    @RELAXED
    @given(st.one_of(st.text(max_size=300), WORDS), DAYS)
    def test_days_do_not_overlap(self, text, base):
        found = find_dates(text, base)
        for first, second in pairwise(found):
            self.assertLessEqual(first.end, second.start)

    def test_hostile_texts_cost_little(self):
        for piece in (
            "le 1 ",
            "avril ",
            "dans les ",
            "15 et ",
            "12/",
            "fin de ",
            "1",
            " ",
        ):
            text = piece * (100_000 // len(piece))
            start = time.process_time()
            find_dates(text, BASE)
            find_absence(text, "", BASE)
            self.assertLess(time.process_time() - start, 10, piece)
