import base64
import csv
import io
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .letter_common import LetterCommon


@tagged("post_install", "-at_install")
class TestLetterPostal(LetterCommon):
    """Letters for a provider of post: one file out, his answer in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letters = cls.env["dunning.delivery"].sudo()
        for name, level, town, country in (
            ("Abel", cls.level1, "Paris", "fr"),
            ("=Béatrice", cls.level3, "Berlin", "de"),
        ):
            partner = cls.make_customer(
                name, **cls.address("1 rue A", "10115", town, country)
            )
            cls.letters |= cls.make_letter(partner, level=level)
            cls.make_profile(partner, user_id=cls.collector.id)
        cls.letters.notice_id._update_state(("draft",), "approved")
        cls.letters._letter_render()
        cls.letters._letter_hand_over()

    def export(self, user=None, **values):
        wizard = (
            self.env["dunning.letter.batch"]
            .with_user(user or self.collector)
            .create({"name": "Monday", **values})
        )
        action = wizard.action_export()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.collector)
            .browse(action["res_id"])
        )

    def content(self, batch):
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(batch.file)))
        table = archive.read("addresses.csv").decode("utf-8-sig")
        return archive, list(csv.DictReader(io.StringIO(table), delimiter=";"))

    def test_one_pdf_a_letter_and_the_addresses(self):
        abel, beatrice = self.letters
        batch = self.export()
        archive, rows = self.content(batch)
        self.assertEqual(
            archive.namelist(),
            [
                f"{abel._postal_reference()}.pdf",
                f"{beatrice._postal_reference()}.pdf",
                "addresses.csv",
            ],
        )
        first, second = rows
        self.assertEqual(first["reference"], abel._postal_reference())
        self.assertEqual(first["file"], archive.namelist()[0])
        self.assertEqual((first["registered"], second["registered"]), ("no", "yes"))
        self.assertEqual((first["country"], second["country"]), ("FR", "DE"))
        self.assertEqual(
            [first[f"line{number}"] for number in range(1, 5)],
            ["Abel", "1 rue A", "10115 Paris", ""],
        )
        self.assertEqual(second["line1"], " =Béatrice", "no formula for a spreadsheet")
        self.assertEqual(first["pages"], str(len(self.pages(abel))))
        self.assertEqual(archive.read(first["file"]), abel.attachment_ids.raw)

    def test_batch_is_remembered(self):
        batch = self.export()
        self.assertEqual(batch.delivery_ids, self.letters)
        self.assertEqual((batch.letter_count, batch.waiting_count), (2, 2))
        self.assertEqual(batch.user_id, self.collector)
        self.assertEqual(set(self.letters.mapped("letter_state")), {"printed"})
        self.assertEqual(set(self.letters.mapped("print_batch")), {"Monday"})
        self.assertEqual(set(self.letters.mapped("state")), {"queued"})
        with self.assertRaisesRegex(UserError, "No letter waits"):
            self.export()
        action = batch.action_open_letters()
        self.assertEqual(
            self.env["dunning.delivery"].search(action["domain"]), self.letters
        )
        self.letters[0]._cancel_pending("Paid")
        self.assertEqual((batch.waiting_count, batch.stopped_count), (1, 1))
        posting = batch.action_post()
        self.assertEqual(posting["context"]["active_ids"], self.letters[1].ids)

    def test_answer_of_the_provider(self):
        batch = self.export()
        _archive, rows = self.content(batch)
        answer = "\n".join(
            [
                "reference;number;status;date",
                f"{rows[0]['reference']};;posted;10/06/2026",
                f"{rows[1]['reference']};RR473124829GB;Adresse inconnue;12/06/2026",
            ]
        )
        action = batch.action_import()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .create({"file": base64.b64encode(answer.encode())})
        )
        wizard.action_read_file()
        wizard.action_keep()
        self.assertEqual(self.letters.mapped("state"), ["sent", "bounced"])
        self.assertEqual(fields.Date.to_string(self.letters[0].date_sent), "2026-06-10")
        self.assertEqual(self.letters[1].tracking_number, "RR473124829GB")
        self.assertFalse(batch.waiting_count)

    def test_whose_it_is(self):
        batch = self.export()
        for user in (self.manager, self.collector_all, self.auditor):
            self.assertTrue(batch.with_user(user).file)
        colleague = self.collector.copy({"login": "colleague"})
        for user in (colleague, self.sales_reader):
            with self.assertRaises(AccessError):
                batch.with_user(user).action_open_letters()
            with self.assertRaises(AccessError):
                batch.with_user(user).read(["file"])
        with self.assertRaises(AccessError):
            batch.with_user(self.auditor).action_import()
        with self.assertRaises(AccessError):
            batch.write({"name": "Mine"})

    def test_files_do_not_stay_for_ever(self):
        batch = self.export().sudo()
        self.env["dunning.postal.batch"]._gc_files()
        self.assertTrue(batch.file)
        batch.date -= timedelta(days=181)
        self.env["dunning.postal.batch"]._gc_files()
        self.assertFalse(batch.file)
        self.assertTrue(all(self.letters.mapped("attachment_ids")))
