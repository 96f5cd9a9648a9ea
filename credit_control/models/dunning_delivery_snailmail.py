from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# what is not sent any more
OVER = ("failed", "cancelled", "ready")
OPEN = ("pending", "error")


class DunningDelivery(models.Model):
    """Letters that Odoo's own post (Snailmail) prints and posts, where installed.

    Nothing depends on that add-on: without it no button, no setting, nothing is asked.
    Its letters are made in the transaction that queues ours; its scheduled action sends
    them, and ours reads what became of them.
    """

    _inherit = "dunning.delivery"

    snailmail_ref = fields.Integer(
        string="Letter of Odoo's post",
        readonly=True,
        copy=False,
        help="Its number among the letters of Snailmail.",
    )

    @api.model
    def _snailmail(self):
        """Return the letters of Odoo's post as an empty recordset, or None.

        Who may send notices need not have the rights of that add-on.
        """
        if "snailmail.letter" not in self.env:
            return None
        return self.env["snailmail.letter"].sudo()

    def _snailmail_rows(self):
        """Return the letters of Odoo's post that convey these deliveries, by number."""
        if (rows := self._snailmail()) is None:
            return {}
        numbers = [number for number in self.mapped("snailmail_ref") if number]
        return {row.id: row for row in rows.browse(numbers).exists()}

    # === CHANNEL === #
    def _letter_validate(self):
        """Odoo's post wants a country and a postcode in every address."""
        errors = super()._letter_validate()
        fit = self._for_snailmail().filtered(lambda letter: letter not in errors)
        return {**errors, **fit._incomplete_for_snailmail()}

    def _letter_hand_over(self):
        """Give plain letters to Odoo's post at once where the company wants it."""
        result = super()._letter_hand_over()
        self._for_snailmail()._hand_to_snailmail()
        return result

    def _for_snailmail(self):
        """Return the letters that go by Odoo's post by themselves."""
        if self._snailmail() is None:
            return self.browse()
        return self.filtered(
            lambda item: item.channel == "letter" and item.company_id.post_by_snailmail
        )

    def _incomplete_for_snailmail(self):
        """Return (error, remedy) of the letters whose address is not enough.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        errors = {}
        for letter, partner in self._addressees().items():
            parts = {
                self.env._("postcode"): partner.zip,
                self.env._("country"): partner.country_id,
            }
            if missing := [label for label, value in parts.items() if not value]:
                errors[letter] = letter._address_error(partner, missing)
        return errors

    def _hand_to_snailmail(self):
        """Make the letters of Odoo's post, and have its scheduled action send them."""
        letters = self.filtered(
            lambda item: (
                item.state == "queued"
                and item.channel == "letter"
                and not item.snailmail_ref
            )
        )
        if not letters:
            return
        addressees = letters._addressees()
        for company, part in letters.grouped("company_id").items():
            rows = (
                self._snailmail()
                .with_company(company)
                .create(
                    [
                        {
                            "user_id": self.env.uid,
                            "model": "dunning.notice",
                            "res_id": letter.notice_id.id,
                            "partner_id": addressees[letter].id,
                            "company_id": company.id,
                        }
                        for letter in part
                    ]
                )
            )
            part._attach_to_snailmail(rows)
        letters.write(
            {
                "date_printed": fields.Datetime.now(),
                "print_batch": self.env._("Odoo's post"),
            }
        )
        self.env.ref("snailmail.snailmail_print").sudo()._trigger()
        soon = fields.Datetime.now() + timedelta(minutes=10)
        self.env.ref("credit_control.cron_send").sudo()._trigger(at=soon)

    def _attach_to_snailmail(self, rows):
        """Give the letters of Odoo's post copies of the PDFs that it can print.

        Its window is on the right; a letter with the address on the left gets the
        cover page of that add-on.

        :param rows: the letters of Odoo's post, in the order of ``self``
        """
        renderer = self.env["report.credit_control.letter_document"]
        values = []
        for letter, row in zip(self, rows, strict=True):
            pdf = row._overwrite_margins(letter.attachment_ids[:1].raw)
            if row.cover or not renderer._has_right_window(letter.company_id):
                row.cover = True
                pdf = row._append_cover_page(pdf)
            values.append(
                {
                    "name": letter._letter_file_name(),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": row._name,
                    "res_id": row.id,
                }
            )
            letter.snailmail_ref = row.id
        attachments = self.env["ir.attachment"].sudo().create(values)
        for row, attachment in zip(rows, attachments, strict=True):
            row.attachment_id = attachment

    # === OUTCOME === #
    def _after_state(self, target):
        """What is not to go any more is taken back from Odoo's post."""
        super()._after_state(target)
        if target not in OVER:
            return
        handed = self.sudo().filtered("snailmail_ref")
        if not handed:
            return
        rows = handed._snailmail_rows()
        for row in rows.values():
            if row.state in OPEN:
                row.cancel()
        handed.write({"snailmail_ref": 0})

    @api.model
    def _settle_stragglers(self):
        """Read what became of the letters that Odoo's post has."""
        result = super()._settle_stragglers()
        waiting = self.sudo().search(
            [("state", "=", "queued"), ("snailmail_ref", ">", 0)]
        )
        waiting.try_lock_for_update()._settle_snailmail()
        return result

    def _settle_snailmail(self):
        rows = self._snailmail_rows()
        errors = {}
        for letter in self:
            row = rows.get(letter.snailmail_ref)
            if row is None or row.state == "canceled":
                errors[letter] = (
                    self.env._("The letter was taken out of the queue of Odoo's post."),
                    self.env._("Retry, print it yourself, or cancel the notice."),
                    True,
                )
            elif row.state == "error":
                errors[letter] = letter._explain_snailmail(row)
        sent = self.filtered(
            lambda item: item not in errors and rows[item.snailmail_ref].state == "sent"
        )
        sent._mark_delivered()
        self._fail_many(errors)

    def _explain_snailmail(self, row):
        """Return (error, remedy, whether the cause is on our side)."""
        _ = self.env._
        print_it = _("Retry later; if it fails again, print and post the letter.")
        buy = _(
            "Open Settings / Snailmail of Odoo and buy credits, then retry; or switch "
            "Odoo's post off in the settings of Credit Control and print the letters."
        )
        return {
            "CREDIT_ERROR": (
                _("Odoo's post has no credit left for letters."),
                buy,
                True,
            ),
            "TRIAL_ERROR": (_("There is no account for Odoo's post."), buy, True),
            "NO_PRICE_AVAILABLE": (
                _(
                    "Odoo's post sends no letters to %(country)s.",
                    country=row.country_id.name or _("this country"),
                ),
                _("Print and post this letter yourself, or choose another channel."),
            ),
            "MISSING_REQUIRED_FIELDS": (
                _(
                    "The postal address of %(name)s is not complete.",
                    name=row.partner_id.display_name,
                ),
                _("Enter name, street, postcode, town and country, then retry."),
            ),
            "FORMAT_ERROR": (
                _("Odoo's post cannot print the PDF of this letter."),
                _("Print and post this letter yourself."),
                True,
            ),
        }.get(
            row.error_code,
            (
                _("Odoo's post did not take the letter, and says no reason."),
                print_it,
                True,
            ),
        )

    # === ACTION === #
    @api.private
    def _send_by_snailmail(self):
        """Give these letters, chosen by a person, to Odoo's post."""
        if self._snailmail() is None:
            raise UserError(
                self.env._(
                    "The add-on Snailmail is not installed: ask your administrator, or "
                    "print the letters."
                )
            )
        if registered := self.filtered(lambda item: item.channel == "registered"):
            raise UserError(
                self.env._(
                    "Odoo's post sends no registered letters: choose “Letters only”. "
                    "%s registered letters are among these.",
                    len(registered),
                )
            )
        if errors := self._incomplete_for_snailmail():
            raise UserError("\n".join(" ".join(pair) for pair in errors.values()))
        self._hand_to_snailmail()


class ResCompany(models.Model):
    _inherit = "res.company"

    post_by_snailmail = fields.Boolean(
        string="Letters by Odoo's post",
        help="Letters, not registered ones, go to Snailmail as soon as their notices "
        "are sent.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    post_by_snailmail = fields.Boolean(
        related="company_id.post_by_snailmail", readonly=False
    )
    has_snailmail = fields.Boolean(compute="_compute_has_snailmail")

    def _compute_has_snailmail(self):
        self.has_snailmail = "snailmail.letter" in self.env
