import base64
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .letter_common import LetterCommon


@tagged("post_install", "-at_install")
class TestLetterBatch(LetterCommon):
    """Printing in the order of the post, and the confirmation that makes it count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        addresses = {
            "Zoé": cls.address("1 rue A", "01000", "Bourg"),
            "Abel": cls.address("2 rue B", "75011", "Paris"),
            "Albert": cls.address("3 rue C", "75011", "Paris"),
            "Wien": cls.address("Ring 1", "1010", "Wien", "at"),
        }
        cls.letters = cls.env["dunning.delivery"].sudo()
        for name in ("Wien", "Albert", "Zoé", "Abel"):
            partner = cls.make_customer(name, **addresses[name])
            cls.letters |= cls.make_letter(partner)
            cls.make_profile(partner, user_id=cls.collector.id)
        cls.letters._letter_render()
        cls.letters._letter_hand_over()

    def batch(self, letters=None, user=None, **values):
        model = self.env["dunning.letter.batch"].with_user(user or self.collector)
        if letters:
            model = model.with_context(
                active_model="dunning.delivery", active_ids=letters.ids
            )
        return model.create(values)

    def posting(self, letters, user=None, **values):
        return (
            self.env["dunning.letter.posting"]
            .with_user(user or self.collector)
            .with_context(active_model="dunning.delivery", active_ids=letters.ids)
            .create(values)
        )

    def test_all_waiting_letters_in_the_order_of_the_post(self):
        batch = self.batch(name="Monday")
        self.assertEqual((batch.scope, batch.letter_count), ("waiting", 4))
        batch.action_print()
        pages = self.pages(base64.b64decode(batch.pdf))
        self.assertEqual(len(pages), 4)
        for page, name in zip(pages, ("Zoé", "Abel", "Albert", "Wien"), strict=True):
            self.assertIn(f"for {name} ", page)
        self.assertEqual(set(self.letters.mapped("print_batch")), {"Monday"})
        self.assertEqual(set(self.letters.mapped("letter_state")), {"printed"})
        self.assertTrue(all(self.letters.mapped("date_printed")))
        self.assertEqual(set(self.letters.mapped("state")), {"queued"})
        # they wait no more, but can be printed again
        self.assertFalse(self.batch().letter_count)
        again = self.batch(self.letters[:2])
        self.assertEqual((again.scope, again.reprint_count), ("selected", 2))
        again.action_print()
        self.assertEqual(len(self.pages(base64.b64decode(again.pdf))), 2)

    def test_both_sides_of_the_sheet(self):
        long = self.make_letter(self.letters[0].partner_id, count=60)
        self.print_letters(long)
        count = len(self.pages(long))
        batch = self.batch(self.letters[:2] | long, is_duplex=True)
        batch.action_print()
        pages = self.pages(base64.b64decode(batch.pdf))
        self.assertEqual(len(pages), 4 + count + count % 2)
        self.assertFalse(pages[1].strip())

    def test_only_registered_letters(self):
        registered = self.make_letter(self.letters[0].partner_id, level=self.level3)
        self.print_letters(registered)
        batch = self.batch(channel="registered")
        self.assertEqual(batch.delivery_ids, registered)
        batch.channel = "letter"
        self.assertEqual(batch.delivery_ids, self.letters)

    def test_nothing_to_print(self):
        self.batch().action_print()
        with self.assertRaisesRegex(UserError, "No letter waits"):
            self.batch().action_print()

    def test_posted(self):
        batch = self.batch()
        batch.action_print()
        with Form(self.posting(self.letters, date="2026-06-12")) as form:
            self.assertEqual(form.letter_count, 4)
        posting = self.posting(self.letters, date="2026-06-12")
        posting.action_confirm()
        self.assertEqual(set(self.letters.mapped("state")), {"sent"})
        self.assertEqual(set(self.letters.mapped("date_sent")), {datetime(2026, 6, 12)})
        self.assertEqual(set(self.letters.mapped("letter_state")), {"posted"})
        with self.assertRaisesRegex(UserError, "Print them first"):
            self.posting(self.letters).action_confirm()

    def test_posting_needs_a_printed_letter_and_a_past_day(self):
        with self.assertRaisesRegex(UserError, "Print them first"):
            self.posting(self.letters).action_confirm()
        self.batch().action_print()
        with self.assertRaisesRegex(UserError, "future"):
            self.posting(self.letters, date="2026-06-16").action_confirm()

    def test_registered_letters_keep_number_and_proof(self):
        letter = self.make_letter(self.letters[0].partner_id, level=self.level3)
        self.print_letters(letter)
        self.batch(letter).action_print()
        posting = self.posting(letter | self.letters)
        self.assertEqual(posting.line_ids.delivery_id, letter)
        self.assertEqual((posting.registered_count, posting.missing_count), (1, 1))
        posting.line_ids.write(
            {
                "tracking_number": " 1A 123 456 7890 1 ",
                "proof": base64.b64encode(b"stamp"),
                "proof_name": "deposit.pdf",
            }
        )
        self.assertFalse(posting.missing_count)
        posting.action_confirm()
        self.assertEqual(letter.tracking_number, "1A 123 456 7890 1")
        self.assertEqual(letter.proof_attachment_id.raw, b"stamp")
        self.assertEqual(letter.state, "sent")

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.batch(user=self.auditor)
        self.make_profile(self.letters[0].partner_id, user_id=self.manager.id)
        own = self.batch()
        self.assertEqual(own.letter_count, 3, "a collector prints his own letters")
        stranger = self.letters[0].with_user(self.collector)
        with self.assertRaises(AccessError):
            self.batch(stranger)

    def test_letter_of_a_cancelled_notice_is_not_printed(self):
        self.letters[0].notice_id._update_state(("draft",), "approved")
        self.letters[0].notice_id._cancel("Paid")
        self.assertEqual(self.letters[0].state, "cancelled")
        self.assertEqual(self.batch().letter_count, 3)

    def test_list_and_search_views(self):
        for view in ("list_letter", "search_letter"):
            record = self.env.ref(f"credit_control.dunning_delivery_view_{view}")
            self.env["dunning.delivery"].get_view(record.id, record.type)
        action = self.letters.action_print_letters()
        self.assertEqual(action["context"]["active_ids"], self.letters.ids)
        self.assertEqual(action["res_model"], "dunning.letter.batch")
