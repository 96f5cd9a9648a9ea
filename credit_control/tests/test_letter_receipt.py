import base64
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .letter_common import LetterCommon

FRENCH = ("1A 123 456 7890 1", "1A 123 456 7890 2", "1A 123 456 7890 3")


@tagged("post_install", "-at_install")
class TestLetterReceipt(LetterCommon):
    """Numbers, proofs and receipts of registered letters, many at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letters = cls.env["dunning.delivery"].sudo()
        for number, name in enumerate(("Abel", "Béatrice", "Cécile")):
            partner = cls.make_customer(
                name, **cls.address("1 rue A", f"7500{number + 1}", "Paris")
            )
            cls.letters |= cls.make_letter(partner, level=cls.level3)
            cls.make_profile(partner, user_id=cls.collector.id)
        cls.letters.notice_id._update_state(("draft",), "approved")
        cls.letters._update_state(
            ("ready",), "queued", date_printed=datetime(2026, 6, 8, 9)
        )

    def dialog(self, letters=None, user=None, **values):
        model = self.env["dunning.letter.receipt"].with_user(user or self.collector)
        if letters:
            model = model.with_context(
                active_model="dunning.delivery", active_ids=letters.ids
            )
        return model.create(values)

    def post(self, letters, day=datetime(2026, 6, 9)):
        letters._mark_delivered(day)
        for letter, number in zip(letters, FRENCH, strict=False):
            letter.tracking_number = number

    def file(self, *rows):
        return base64.b64encode("\n".join(rows).encode())

    # === NUMBERS AND PROOF OF DEPOSIT === #
    def test_posted_with_pasted_numbers_and_one_proof(self):
        posting = (
            self.env["dunning.letter.posting"]
            .with_user(self.collector)
            .with_context(active_model="dunning.delivery", active_ids=self.letters.ids)
        )
        form = Form(posting)
        form.date = date(2026, 6, 9)
        form.numbers = "\n".join([*FRENCH[:2], "", "12"])
        form.proof = base64.b64encode(b"stamped list")
        wizard = form.save()
        self.assertEqual(
            wizard.line_ids.mapped("number_hint"),
            [False, False, "Too short for the number of a registered letter."],
        )
        wizard.action_confirm()
        self.assertEqual(self.letters.mapped("tracking_number"), [*FRENCH[:2], "12"])
        for letter in self.letters:
            self.assertEqual(letter.proof_attachment_id.raw, b"stamped list")
            self.assertEqual(letter.proof_attachment_id.res_id, letter.id)

    def test_too_many_numbers_are_told(self):
        posting = (
            self.env["dunning.letter.posting"]
            .with_user(self.collector)
            .with_context(
                active_model="dunning.delivery", active_ids=self.letters[:1].ids
            )
            .new({"numbers": "\n".join(FRENCH)})
        )
        result = posting._onchange_numbers()
        self.assertIn("3 numbers, but 1", result["warning"]["message"])

    def test_numbers_later_in_the_order_of_the_letters(self):
        self.letters._mark_delivered(datetime(2026, 6, 9))
        wizard = self.dialog(self.letters, numbers="\n".join(FRENCH[:2]))
        with self.assertRaisesRegex(UserError, "2 numbers, but 3"):
            wizard.action_fill_numbers()
        wizard.numbers = "\n".join(FRENCH)
        wizard.action_fill_numbers()
        wizard.action_keep()
        self.assertEqual(tuple(self.letters.mapped("tracking_number")), FRENCH)
        self.assertFalse(any(self.letters.mapped("receipt")))

    def test_a_number_is_given_once(self):
        self.post(self.letters[:1])
        wizard = self.dialog(self.letters[1:], numbers="1a12345678901\n" + FRENCH[1])
        wizard.action_fill_numbers()
        wizard.action_keep()
        self.assertEqual(
            wizard.line_ids.mapped("problem"),
            ["The letter to Abel has this number too."],
        )
        self.assertFalse(self.letters[1].tracking_number)
        self.assertEqual(self.letters[2].tracking_number, FRENCH[1])

    # === RECEIPT === #
    def test_scanned_slips_set_the_legal_deadline(self):
        self.post(self.letters)
        wizard = self.dialog(
            result="delivered",
            date="2026-06-11",
            numbers="1a-12345678901\nRR473124829GB\n" + FRENCH[1],
            proof=base64.b64encode(b"slips"),
        )
        wizard.action_find()
        self.assertEqual(wizard.line_ids.delivery_id, self.letters[:2])
        self.assertIn("RR473124829GB", wizard.not_found)
        wizard.action_keep()
        for letter in self.letters[:2]:
            self.assertEqual(letter.receipt, "delivered")
            self.assertEqual(letter.state, "sent")
            self.assertEqual(letter.date_sent, datetime(2026, 6, 9))
            self.assertEqual(letter.date_pay_by, date(2026, 6, 21))
            self.assertEqual(letter.receipt_attachment_id.raw, b"slips")
            self.assertFalse(letter.proof_attachment_id)
        text = "Received on Jun 11, 2026. The 10 days to pay end on Jun 21, 2026."
        self.assertEqual(self.letters[0].notice_id.receipt_text, text)
        self.assertEqual(
            self.letters[0].profile_id.formal_receipt_text,
            f"{self.level3.name} ({FRENCH[0]}): {text}",
        )
        self.assertFalse(self.letters[2].date_pay_by)
        self.assertFalse(self.letters[2].profile_id.formal_receipt_text)

    def test_refused_or_not_fetched_counts_from_the_first_attempt(self):
        self.post(self.letters)
        wizard = self.dialog(self.letters[:2], date="2026-06-12")
        wizard.line_ids[0].result = "refused"
        wizard.line_ids[1].write({"result": "unclaimed", "date": "2026-06-10"})
        wizard.action_keep()
        self.assertEqual(self.letters[:2].mapped("state"), ["sent", "sent"])
        self.assertEqual(
            self.letters[:2].mapped("date_pay_by"),
            [date(2026, 6, 22), date(2026, 6, 20)],
        )
        self.assertIn("Refused", self.letters[0].receipt_text)

    def test_returned_takes_the_level_back_until_it_arrived_after_all(self):
        self.post(self.letters)
        letter = self.letters[0]
        wizard = self.dialog(letter, result="returned", date="2026-06-12")
        wizard.action_keep()
        self.assertEqual((letter.state, letter.receipt), ("bounced", "returned"))
        self.assertIn("unknown at this address", letter.error)
        self.assertFalse(letter.date_pay_by)
        self.dialog(letter, result="delivered", date="2026-06-13").action_keep()
        self.assertEqual((letter.state, letter.receipt), ("sent", "delivered"))
        self.assertEqual(letter.date_sent, datetime(2026, 6, 9))
        self.assertFalse(letter.error)

    def test_what_arrived_was_posted(self):
        letter = self.letters[0]
        self.dialog(letter, result="delivered", date="2026-06-11").action_keep()
        self.assertEqual(
            (letter.state, letter.date_sent), ("sent", datetime(2026, 6, 11))
        )
        self.assertEqual(letter.notice_id.state, "sent")

    def test_what_cannot_be_is_told_and_the_rest_is_kept(self):
        self.post(self.letters[:2])
        self.letters[2].date_printed = False
        wizard = self.dialog(self.letters, result="delivered", date="2026-06-11")
        wizard.line_ids[0].date = "2026-06-08"
        wizard.action_keep()
        self.assertEqual(wizard.kept_count, 1)
        self.assertEqual(wizard.problem_count, 2)
        self.assertEqual(
            wizard.line_ids.mapped("problem"),
            [
                "It was posted on Jun 9, 2026 only: correct the day.",
                "This letter was not printed yet.",
            ],
        )
        self.assertEqual(self.letters.mapped("receipt"), [False, "delivered", False])
        wizard.line_ids[0].date = "2026-06-16"
        wizard.line_ids[1].result = "posted"
        wizard.action_keep()
        self.assertEqual(
            wizard.line_ids.mapped("problem"),
            ["The day is in the future.", "This letter was not printed yet."],
        )

    def test_nothing_to_keep(self):
        with self.assertRaisesRegex(UserError, "Scan numbers"):
            self.dialog().action_keep()
        wizard = self.dialog(self.letters[:1])
        wizard.action_keep()
        self.assertIn("Say what became of it", wizard.line_ids.problem)

    # === FILE OF A PROVIDER === #
    def test_file_of_a_provider(self):
        abel, beatrice, cecile = self.letters
        beatrice.tracking_number = FRENCH[1]
        wizard = self.dialog(
            file=self.file(
                "Référence;Numéro;Statut;Date;Déposé le",
                f"{abel._postal_reference()};{FRENCH[0]};Distribué;11/06/2026;09/06/2026",
                f";{FRENCH[1]};NPAI;12/06/2026;09/06/2026",
                f"{cecile.notice_id._letter_reference()};;Perdu;12/06/2026;",
                "2026-000000-0;;Distribué;11/06/2026;",
            )
        )
        wizard.action_read_file()
        self.assertEqual(
            wizard.not_found,
            "No letter of your customers is meant by: row 5: 2026-000000-0",
        )
        self.assertIn("Perdu", wizard.line_ids[2].problem)
        wizard.action_keep()
        self.assertEqual(abel.tracking_number, FRENCH[0])
        self.assertEqual((abel.state, abel.receipt), ("sent", "delivered"))
        self.assertEqual(abel.date_sent, datetime(2026, 6, 9))
        self.assertEqual(abel.date_received, date(2026, 6, 11))
        self.assertEqual((beatrice.state, beatrice.receipt), ("bounced", "returned"))
        self.assertEqual(wizard.line_ids.delivery_id, cecile)
        wizard.line_ids.result = "failed"
        wizard.action_keep()
        self.assertEqual(cecile.state, "failed")
        self.assertIn("He says: Perdu", cecile.error)

    def test_unreadable_files(self):
        for content, sentence in (
            ("", "Choose the file"),
            (" ", "is empty"),
            ("name;town\nA;B", "names no column"),
        ):
            wizard = self.dialog(file=content and self.file(content))
            with self.assertRaisesRegex(UserError, sentence):
                wizard.action_read_file()

    # === RIGHTS AND SPEED === #
    def test_who_may(self):
        self.post(self.letters)
        with self.assertRaises(AccessError):
            self.dialog(user=self.auditor)
        with self.assertRaises(AccessError):
            self.letters.with_user(self.auditor).action_receipt()
        self.make_profile(self.letters[0].partner_id, user_id=self.manager.id)
        wizard = self.dialog(numbers=FRENCH[0])
        wizard.action_find()
        self.assertFalse(wizard.line_ids)
        self.assertIn(FRENCH[0], wizard.not_found)
        wizard = self.dialog(self.letters, result="delivered", date="2026-06-11")
        self.assertEqual(wizard.line_ids.delivery_id, self.letters[1:])
        wizard.line_ids[0].delivery_id = self.letters[0]
        with self.assertRaises(AccessError):
            wizard.action_keep()

    def test_dossier_names_both_proofs(self):
        letter = self.letters[0]
        self.post(letter)
        wizard = self.dialog(letter, proof=base64.b64encode(b"deposit"))
        wizard.action_keep()
        wizard = self.dialog(
            letter,
            result="delivered",
            date="2026-06-11",
            proof=base64.b64encode(b"slip"),
            proof_name="slip.pdf",
        )
        wizard.action_keep()
        dossier = self.env["credit.dossier"].create(
            {"profile_id": letter.profile_id.id}
        )
        exhibits = dossier._delivery_exhibits(letter, "Notices", "name", "Title")
        self.assertEqual(
            [
                (exhibit.title.split(":")[0], exhibit.content)
                for exhibit in exhibits[1:]
            ],
            [("Proof of deposit", b"deposit"), ("Proof of receipt", b"slip")],
        )
        self.assertIn("The 10 days to pay end on", exhibits[0].title)
        self.assertIn(FRENCH[0], exhibits[2].title)

    def test_statements_do_not_grow_with_the_letters(self):
        partners = [
            self.make_customer(
                f"P{number}", **self.address("1 rue A", "75001", "Paris")
            )
            for number in range(12)
        ]
        letters = self.env["dunning.delivery"].sudo()
        for partner in partners:
            letters |= self.make_letter(partner, level=self.level3)
            self.make_profile(partner, user_id=self.collector.id)
        letters.notice_id._update_state(("draft",), "approved")
        letters._update_state(("ready",), "sent", date_sent=datetime(2026, 6, 9))
        counts = []
        for part in (letters[:2], letters[2:]):
            wizard = self.dialog(part, result="delivered", date="2026-06-11")
            for number, line in enumerate(wizard.line_ids):
                line.tracking_number = f"RR0000{len(part)}{number:02}FR"
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_keep()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(set(letters.mapped("receipt")), {"delivered"})
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
