from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..report import pdf_engine
from .letter_common import LetterCommon


@tagged("post_install", "-at_install")
class TestLetter(LetterCommon):
    """What a letter says, and where."""

    def test_short_letter(self):
        letter = self.make_letter()
        self.assertFalse(self.print_letters(letter))
        self.assertEqual(letter.state, "queued")
        self.assertEqual(letter.letter_state, "to_print")
        [page] = self.pages(letter)
        for words in (
            "Maison Lavalière SAS",
            "14, rue des Petits-Champs",
            "Müller & Söhne",
            "Königstraße 45",
            "70173 Stuttgart",
            "GERMANY",
            "Paris, June 15, 2026",
            letter.notice_id._letter_reference(),
            "Reminder INV/EUR/00001 for Müller & Söhne",
            "INV/EUR/00002",
            "306.00 €",
            "FR76 3000 6000 0112 3456 7890 189",
            "Scan with your banking app",
            self.collector.name,
            "Company ID 33417522100057",
            "Page 1 / 1",
        ):
            self.assertIn(words, page)
        self.assertIn("Königstraße 45", letter.address)
        self.assertEqual(letter.subject, "Reminder INV/EUR/00001 for Müller & Söhne")

    def test_long_letter_has_every_row_and_page_numbers(self):
        letter = self.make_letter(count=60)
        self.print_letters(letter)
        pages = self.pages(letter)
        self.assertGreater(len(pages), 1)
        for rank, page in enumerate(pages, 1):
            self.assertIn(f"Page {rank} / {len(pages)}", page)
        text = " ".join(pages)
        for number in range(1, 61):
            self.assertEqual(text.count(f"INV/EUR/{number:05d}"), 1 + (number == 1))
        self.assertIn("Open amount", pages[1], "the header of the table is repeated")
        self.assertIn("7,830.00 €", text)

    def test_many_letters_are_one_call_of_the_engine(self):
        letters = self.env["dunning.delivery"].sudo()
        for number, count in enumerate((2, 60, 3)):
            customer = self.make_customer(
                f"Customer {number}", **self.address("1 rue X", "69001", "Lyon")
            )
            letters |= self.make_letter(customer, count)
        call = pdf_engine._call_engine
        pdf_engine._zoom(pdf_engine._wkhtml().bin)  # measured once a process
        with patch.object(pdf_engine, "_call_engine", side_effect=call) as engine:
            self.assertFalse(self.print_letters(letters))
        self.assertEqual(engine.call_count, 1)
        for number, letter in enumerate(letters):
            pages = self.pages(letter)
            self.assertIn(f"Customer {number}", pages[0])
            self.assertIn(f"Page 1 / {len(pages)}", pages[0])
        self.assertEqual(
            [len(self.pages(letter)) for letter in letters],
            [1, len(self.pages(letters[1])), 1],
        )

    def test_number_of_queries_does_not_grow(self):
        letters = self.env["dunning.delivery"].sudo()
        for number in range(12):
            customer = self.make_customer(
                f"Customer {number}", **self.address("1 rue X", "69001", "Lyon")
            )
            letters |= self.make_letter(customer)
        renderer = self.env["report.credit_control.letter_document"]

        def count(deliveries):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            renderer._letter_values(list(deliveries._letters().values()))
            return self.env.cr.sql_log_count - before

        count(letters[:2])  # fills the caches of the registry
        self.assertLessEqual(count(letters), count(letters[:2]) + 5)

    def test_heading_in_a_text_does_not_confuse_the_split(self):
        self.level1.body_html = "<h1>One</h1><p>Two</p><h1>Three</h1>{{ table }}"
        other = self.make_customer("Other", **self.address("2 rue Y", "1000", "Lyon"))
        letters = self.make_letter() | self.make_letter(other)
        self.assertFalse(self.print_letters(letters))
        self.assertIn("Müller", self.text(letters[0]))
        self.assertNotIn("Müller", self.text(letters[1]))

    def test_text_without_table_gets_one(self):
        self.level1.body_html = "<p>Please pay.</p>"
        letter = self.make_letter()
        self.print_letters(letter)
        self.assertIn("INV/EUR/00003", self.text(letter))

    def test_currencies_are_apart(self):
        letter = self.make_letter(count=2)
        self.add_lines(letter.notice_id, 3, self.company.currency_id)
        self.print_letters(letter)
        text = self.text(letter)
        self.assertIn("Please pay 203.00 €", text)
        self.assertIn("Please pay $ 306.00", text)
        self.assertNotIn("509", text)
        self.assertEqual(
            text.count("Scan with your banking app"), 1, "euro transfers only"
        )

    def test_language_of_the_reader(self):
        for code in ("fr_FR", "de_DE"):
            self.env["res.lang"]._activate_lang(code)
        self.env["ir.module.module"]._load_module_terms(
            ["base", "credit_control"], ["fr_FR", "de_DE"]
        )
        french = self.make_customer(
            "Société Générale des Élévateurs",
            lang="fr_FR",
            **self.address("3 allée Verte", "31000", "Toulouse"),
        )
        self.customer.lang = "de_DE"
        letters = self.make_letter() | self.make_letter(french)
        for code in ("fr_FR", "de_DE"):
            level = letters.notice_id.level_id.with_context(lang=code)
            level.body_html = f"<p>{code}</p>{level.body_html}"
        self.assertFalse(self.print_letters(letters))
        german, frenchman = (self.text(letter) for letter in letters)
        self.assertEqual(letters.mapped("lang"), ["de_DE", "fr_FR"])
        self.assertIn("Paris, 15. Juni 2026", german)
        self.assertIn("306,00 €", german)
        self.assertIn("Verwendungszweck", german)
        self.assertIn("Seite 1 / 1", german)
        self.assertIn("Paris, le 15 juin 2026", frenchman)
        self.assertIn("Société Générale des Élévateurs", frenchman)
        self.assertIn("À scanner avec votre application bancaire", frenchman)
        self.assertNotIn("FRANCE", frenchman, "the home country is not printed")

    def test_formal_notice(self):
        letter = self.make_letter(
            level=self.level3, count=2, interest=1.5, compensation=40
        )
        self.customer.vat = "DE136695976"
        self.print_letters(letter)
        text = self.text(letter)
        for words in (
            "Registered letter with acknowledgement of receipt",
            "Formal notice to pay",
            "Creditor",
            "Debtor",
            "DE136695976",
            "Principal 203.00 €",
            "Late interest 3.00 €",
            "Fixed compensation for recovery costs 80.00 €",
            "Amount to pay 286.00 €",
            "Pay by 06/25/2026, or we go to court.",
        ):
            self.assertIn(words, text)

    def test_what_the_sheet_says_already_is_left_to_the_mail(self):
        self.level3.body_html = (
            '<p class="o_credit_mail_only">Creditor: {{ company_name }}</p>'
            "<p>Dear Sir,</p><div>{{ table }}</div>"
            '<p>Yours,<span class="o_credit_mail_only"><br/>The clerk</span></p>'
        )
        letter = self.make_letter(level=self.level3)
        self.print_letters(letter)
        text = self.text(letter)
        self.assertEqual(text.count("Creditor"), 1)
        self.assertEqual(text.count("To be paid"), 1)
        self.assertNotIn("The clerk", text)
        notice = letter.notice_id
        mailed = str(notice._render_text("en_US")[notice][1])
        self.assertIn("Creditor: ", mailed)
        self.assertIn("The clerk", mailed)

    def test_formal_words_stand_above_a_text_without_them(self):
        self.level3.subject = "Your account"
        letter = self.make_letter(level=self.level3)
        self.print_letters(letter)
        self.assertIn("FORMAL NOTICE", self.text(letter).upper())

    # === THE WINDOW === #
    def test_address_in_a_window_on_the_right(self):
        letter = self.make_letter()
        self.print_letters(letter)
        left, top = self.place_of(letter, "Königstraße")
        self.assertAlmostEqual(left, 108, delta=1.5)
        self.assertTrue(48 <= top <= 60, top)

    def test_address_in_a_window_on_the_left(self):
        self.company.partner_id.country_id = self.env.ref("base.de")
        letter = self.make_letter()
        self.print_letters(letter)
        left, top = self.place_of(letter, "Königstraße")
        self.assertAlmostEqual(left, 20, delta=1.5)
        self.assertTrue(50 <= top <= 65, top)

    def test_contact_of_the_role_is_written_to_at_the_firm(self):
        role = self.env["credit.role"].create({"name": "Board", "code": "test_board"})
        self.level1.role_to_ids = role
        self.env["res.partner"].create(
            {
                "name": "Jürgen Groß",
                "parent_id": self.customer.id,
                "credit_role_ids": role.ids,
            }
        )
        letter = self.make_letter()
        self.print_letters(letter)
        self.assertEqual(
            letter.address.splitlines()[:3],
            ["Müller & Söhne", "Jürgen Groß", "Königstraße 45"],
        )

    def test_invoice_address_is_taken(self):
        self.env["res.partner"].create(
            {
                "name": "Buchhaltung",
                "type": "invoice",
                "parent_id": self.customer.id,
                **self.address("Postfach 12", "70001", "Stuttgart", "de"),
            }
        )
        letter = self.make_letter()
        self.print_letters(letter)
        self.assertIn("Postfach 12", letter.address)

    # === WHAT GOES WRONG === #
    def test_incomplete_address_stops_its_letter_only(self):
        poor = self.make_customer("Poor address", street="Somewhere 1")
        letters = self.make_letter(poor) | self.make_letter()
        errors = self.print_letters(letters)
        self.assertEqual(list(errors), [letters[0]])
        error, remedy = errors[letters[0]]
        self.assertIn("Poor address", error)
        self.assertIn("postcode, town", error)
        self.assertIn("Complete the address", remedy)
        self.assertEqual(letters[1].state, "queued")

    def test_wrong_placeholder_stops_its_letter_only(self):
        letters = self.make_letter() | self.make_letter()
        letters[0].notice_id.sudo().write({"body_html": "<p>{{ nonsense }}</p>"})
        errors = self.print_letters(letters)
        self.assertEqual(list(errors), [letters[0]])
        self.assertIn("nonsense", errors[letters[0]][0])

    def test_without_engine(self):
        letter = self.make_letter()
        with patch.object(
            self.env.registry["ir.actions.report"],
            "get_wkhtmltopdf_state",
            lambda self: "install",
        ):
            errors = self.print_letters(letter)
            self.assertIn("wkhtmltopdf", errors[letter][0])
            self.assertIn("retry", errors[letter][1])
            with self.assertRaisesRegex(UserError, "wkhtmltopdf"):
                self.env["report.credit_control.letter_document"]._print([])
        self.assertEqual(letter.state, "ready")

    def test_engine_that_fails(self):
        letter = self.make_letter()
        with patch.object(
            pdf_engine,
            "_call_engine",
            side_effect=pdf_engine.PdfEngineError("out of paper"),
        ):
            errors = self.print_letters(letter)
        self.assertIn("out of paper", errors[letter][0])

    def test_through_the_queue(self):
        invoice = self.make_invoice(self.customer, 100, -10)
        notice = self.make_notice(moves=invoice)
        delivery = self.process(notice)
        self.assertEqual((delivery.channel, delivery.state), ("letter", "queued"))
        self.assertEqual(notice.state, "approved", "printed is not delivered")
        self.assertIn(invoice.name, self.text(delivery))
        delivery.action_confirm_posted()
        self.assertEqual((delivery.state, notice.state), ("sent", "sent"))
        self.assertEqual(self.levels(invoice), [(self.level1, self.today)])

    def test_print_button(self):
        notices = (self.make_letter() | self.make_letter(count=40)).notice_id
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("credit_control.report_letter", notices.ids)
        )
        self.assertEqual(kind, "pdf")
        pages = self.pages(content)
        self.assertGreater(len(pages), 2)
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "credit_control.report_letter", notices.ids
        )
        self.assertIn("INV/EUR/00040", html.decode())
