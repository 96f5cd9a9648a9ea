from unittest import SkipTest
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .letter_common import LetterCommon

PROVIDER = "odoo.addons.iap.tools.iap_tools.iap_jsonrpc"


@tagged("post_install", "-at_install")
class TestLetterSnailmail(LetterCommon):
    """Letters by Odoo's own post, where that add-on is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "snailmail.letter" not in cls.env:
            raise SkipTest("Snailmail is not installed.")
        cls.partner = cls.make_customer(
            "Abel", **cls.address("1 rue A", "75001", "Paris")
        )
        cls.make_profile(cls.partner, user_id=cls.collector.id)

    def make(self, **values):
        letter = self.make_letter(self.partner, **values)
        letter.notice_id._update_state(("draft",), "approved")
        return letter

    def send(self, letter):
        """Validate, print and hand over, with Odoo's post switched on."""
        self.company.post_by_snailmail = True
        self.assertFalse(self.print_letters(letter))
        return self.env["snailmail.letter"].browse(letter.snailmail_ref)

    def answer(self, row, **document):
        """Let Odoo's post answer, then read what became of the letter."""

        def provider(_url, params, **_options):
            request = {**params, "documents": [{**params["documents"][0], **document}]}
            return {"request_code": 200, "request": request}

        with patch(PROVIDER, provider):
            row._snailmail_print_valid_address()
        self.env["dunning.delivery"]._settle_stragglers()

    def test_posted(self):
        letter = self.make()
        row = self.send(letter)
        self.assertEqual(
            (row.state, row.model, row.res_id),
            ("pending", "dunning.notice", letter.notice_id.id),
        )
        self.assertEqual((row.partner_id, row.company_id), (self.partner, self.company))
        self.assertIn("Abel", self.text(row.attachment_id.raw))
        self.assertNotEqual(row.attachment_id, letter.attachment_ids)
        self.assertEqual((letter.state, letter.letter_state), ("queued", "printed"))
        self.env["dunning.delivery"]._settle_stragglers()
        self.assertEqual(letter.state, "queued", "not posted yet")
        self.answer(row, sent=True, send_id="42")
        self.assertEqual(letter.state, "sent")
        self.assertEqual(letter.notice_id.state, "sent")

    def test_address_on_the_left_gets_a_cover_page(self):
        letter = self.make()
        self.company.country_id = self.quick_ref("base.de")
        row = self.send(letter)
        self.assertTrue(row.cover)
        pages = self.pages(row.attachment_id.raw)
        self.assertEqual(len(pages), len(self.pages(letter)) + 1 + row.duplex)

    def test_each_failure_has_its_sentence(self):
        for code, words, is_ours in (
            ("CREDIT_ERROR", "no credit left", True),
            ("TRIAL_ERROR", "no account", True),
            ("NO_PRICE_AVAILABLE", "no letters to France", False),
            ("MISSING_REQUIRED_FIELDS", "address of Abel is not complete", False),
            ("FORMAT_ERROR", "cannot print the PDF", True),
            ("UNKNOWN_ERROR", "says no reason", True),
        ):
            with self.subTest(code=code):
                letter = self.make()
                row = self.send(letter)
                self.answer(row, sent=False, error=code)
                self.assertEqual(letter.state, "failed")
                self.assertIn(words, letter.error)
                self.assertTrue(letter.remedy)
                self.assertEqual(letter.is_ours, is_ours)
                self.assertEqual(row.state, "canceled", "it must not go later as well")
                self.assertFalse(letter.snailmail_ref)

    def test_what_was_paid_is_taken_back(self):
        letter = self.make()
        row = self.send(letter)
        letter._cancel_pending("Paid")
        self.assertEqual((letter.state, row.state), ("cancelled", "canceled"))

    def test_taken_out_of_its_queue(self):
        letter = self.make()
        self.send(letter).cancel()
        self.env["dunning.delivery"]._settle_stragglers()
        self.assertIn("taken out of the queue", letter.error)

    def test_address_must_be_complete(self):
        self.company.post_by_snailmail = True
        self.partner.country_id = False
        letter = self.make()
        error, remedy = letter._letter_validate()[letter]
        self.assertIn("has no country", error)
        self.assertIn("Complete the address", remedy)

    def test_by_hand(self):
        letter = self.make()
        registered = self.make(level=self.level3)
        self.print_letters(letter | registered)
        self.assertFalse(letter.snailmail_ref)

        def wizard(letters):
            return (
                self.env["dunning.letter.batch"]
                .with_user(self.collector)
                .with_context(active_model="dunning.delivery", active_ids=letters.ids)
                .create({})
            )

        with self.assertRaisesRegex(UserError, "no registered letters"):
            wizard(letter | registered).action_snailmail()
        wizard(letter).action_snailmail()
        self.assertTrue(letter.snailmail_ref)
        self.assertFalse(registered.snailmail_ref)

    def test_registered_letters_stay_with_the_house(self):
        registered = self.make(level=self.level3)
        self.send(registered)
        self.assertFalse(registered.snailmail_ref)
        self.assertEqual(registered.letter_state, "to_print")
