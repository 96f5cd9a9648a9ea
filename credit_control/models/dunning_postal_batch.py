import csv
import io
import zipfile
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.pdf import PdfFileReader

from ..tools.file_names import safe_file_name, unique_path

# lines of an address that every file has; longer addresses make more columns
LINES = 6
KEPT_DAYS = 180
WAITING = ("queued",)
STOPPED = ("cancelled", "failed")
# a spreadsheet would take these for formulas; a blank before them is not printed
FORMULA = ("=", "+", "-", "@")


class DunningPostalBatch(models.Model):
    """Letters that were handed to a provider of post, in one file."""

    _name = "dunning.postal.batch"
    _description = "Letters for a postal provider"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Made by", readonly=True, index=True)
    date = fields.Datetime(string="Made on", readonly=True)
    delivery_ids = fields.One2many(
        "dunning.delivery", "postal_batch_id", string="Letters"
    )
    letter_count = fields.Integer(string="Number of letters", readonly=True)
    waiting_count = fields.Integer(
        string="Not confirmed",
        compute="_compute_counts",
        help="Letters of which the provider has not said yet that he posted them.",
    )
    stopped_count = fields.Integer(
        string="Stopped since",
        compute="_compute_counts",
        help="Letters that are not to go any more, as the customer has paid.",
    )
    file = fields.Binary(string="ZIP", readonly=True, attachment=True)
    file_name = fields.Char(readonly=True)

    def _compute_counts(self):
        """Count over the whole file, whoever may see its customers."""
        groups = (
            self.env["dunning.delivery"]
            .sudo()
            ._read_group(
                [
                    ("postal_batch_id", "in", self.ids),
                    ("state", "in", WAITING + STOPPED),
                ],
                ["postal_batch_id", "state"],
                ["__count"],
            )
        )
        counts = {(batch.id, state): count for batch, state, count in groups}
        for batch in self:
            batch.waiting_count = sum(
                counts.get((batch.id, code), 0) for code in WAITING
            )
            batch.stopped_count = sum(
                counts.get((batch.id, code), 0) for code in STOPPED
            )

    # === THE FILE === #
    @api.model
    @api.private
    def _make(self, name, letters):
        """Keep a file of these letters, for the provider.

        :param str name: of the file
        :param letters: deliveries with their PDF, of one company, in the order of the
            post
        """
        batch = self.sudo().create(
            {
                "name": name,
                "company_id": letters.company_id.id,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "letter_count": len(letters),
                "file_name": safe_file_name(f"{name}.zip"),
            }
        )
        batch.with_context(bin_size=False)._write_file(letters)
        letters.sudo().postal_batch_id = batch
        return batch.with_env(self.env)

    def _write_file(self, letters):
        """Write the ZIP: one PDF for each letter, and the list of addresses."""
        stream = io.BytesIO()
        taken = set()
        rows = []
        countries = letters._postal_countries()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for letter in letters:
                content = letter.attachment_ids[:1].raw
                path = unique_path(f"{letter._postal_reference()}.pdf", taken)
                archive.writestr(path, content)
                rows.append(letter._postal_row(path, content, countries[letter]))
            archive.writestr("addresses.csv", self._address_list(rows))
        attachment = self.env["ir.attachment"].create(
            {
                "name": self.file_name,
                "raw": stream.getvalue(),
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_field": "file",
                "res_id": self.id,
            }
        )
        self.invalidate_recordset(["file"])
        return attachment

    @api.model
    def _address_list(self, rows):
        """Return the list of addresses as CSV, for programs as well as for Excel.

        :param list rows: of dicts; ``lines`` is a list
        """
        width = max([LINES, *(len(row["lines"]) for row in rows)])
        names = [name for name in rows[0] if name != "lines"]
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(names + [f"line{number + 1}" for number in range(width)])
        for row in rows:
            lines = row["lines"] + [""] * (width - len(row["lines"]))
            writer.writerow(
                [row[name] for name in names] + [_text(one) for one in lines]
            )
        return stream.getvalue().encode("utf-8-sig")

    @api.autovacuum
    def _gc_files(self):
        """Letters keep their own PDF: the copy for the provider need not stay."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("date", "<", limit), ("file", "!=", False)]).file = False

    # === ACTIONS === #
    def action_open_letters(self):
        """List the letters of the file."""
        self.check_access("read")
        self.env["dunning.delivery"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_letter_action"
        )
        return {
            **action,
            "domain": [("postal_batch_id", "in", self.ids)],
            "context": {},
        }

    def action_post(self):
        """Confirm that the provider has posted what waits."""
        self.check_access("read")
        letters = self.delivery_ids.filtered(lambda item: item.state in WAITING)
        return letters.action_post_letters()

    def action_import(self):
        """Open the dialog that reads the file of the provider."""
        self.check_access("read")
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("enter what became of letters")
        )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_letter_receipt_action"
        )


class DunningDelivery(models.Model):
    """A letter as a provider of post gets it."""

    _inherit = "dunning.delivery"

    postal_batch_id = fields.Many2one(
        "dunning.postal.batch",
        string="File for the provider",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _postal_countries(self):
        """Return the country code of each letter's address.

        :rtype: dict[dunning.delivery, str]
        """
        return {
            letter: (partner.country_id or letter.company_id.country_id).code or ""
            for letter, partner in self._addressees().items()
        }

    def _postal_row(self, path, content, country):
        """Return what the provider is told of a letter besides its PDF.

        Extended by: add-ons for a provider who wants more.

        :param str path: of the PDF in the file
        :param bytes content: the PDF
        :param str country: code of two letters
        """
        pages = PdfFileReader(io.BytesIO(content), strict=False).pages
        return {
            "reference": self._postal_reference(),
            "file": path,
            "registered": "yes" if self.channel == "registered" else "no",
            "pages": len(pages),
            "country": country,
            "lines": (self.address or "").splitlines(),
        }


def _text(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    return f" {cell}" if cell.startswith(FORMULA) else cell
