from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.letter import Letter

LETTER_CHANNELS = ("letter", "registered")


class DunningDelivery(models.Model):
    """Letters: printed in batches, queued until a person confirms they were posted."""

    _inherit = "dunning.delivery"

    address = fields.Text(readonly=True, copy=False, help="As printed on the letter.")
    date_printed = fields.Datetime(readonly=True, copy=False)
    print_batch = fields.Char(
        string="Batch", readonly=True, copy=False, help="Printed together under it."
    )
    letter_state = fields.Selection(
        [
            ("to_print", "Waiting to be printed"),
            ("printed", "Printed, not confirmed"),
            ("posted", "Posted"),
            ("returned", "Returned by the post"),
            ("stopped", "Failed or cancelled"),
        ],
        string="Letter",
        compute="_compute_letter_state",
    )

    # serves the batch print: letters on their way, printed or not
    _letters_idx = models.Index(
        "(company_id, date_printed) "
        "WHERE channel IN ('letter', 'registered') AND state = 'queued'"
    )

    @api.depends("channel", "state", "date_printed")
    def _compute_letter_state(self):
        for delivery in self:
            if delivery.channel not in LETTER_CHANNELS or delivery.state == "ready":
                delivery.letter_state = False
            elif delivery.state == "queued":
                printed = delivery.date_printed
                delivery.letter_state = "printed" if printed else "to_print"
            else:
                known = {"sent": "posted", "bounced": "returned"}
                delivery.letter_state = known.get(delivery.state, "stopped")

    # === CHANNEL === #
    @api.model
    def _dunning_channels(self):
        """Add letters and registered letters."""
        letter = {
            "validate": "_letter_validate",
            "render": "_letter_render",
            "hand_over": "_letter_hand_over",
        }
        return {
            **super()._dunning_channels(),
            "letter": {**letter, "label": self.env._("Letter")},
            "registered": {**letter, "label": self.env._("Registered letter")},
        }

    def _letter_validate(self):
        """Return what keeps each letter from being printed.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        error = self.env["report.credit_control.letter_document"]._engine_error()
        if error:
            return dict.fromkeys(self, (*error, True))
        addressees = self._addressees()
        self._replace_links("partner_ids", addressees)
        errors = {}
        for delivery, partner in addressees.items():
            missing = partner._missing_postal_parts(delivery.company_id)
            if missing:
                errors[delivery] = delivery._address_error(partner, missing)
        return errors

    def _address_error(self, partner, missing):
        return (
            self.env._(
                "The postal address of %(name)s has no %(parts)s.",
                name=partner.display_name,
                parts=", ".join(missing),
            ),
            self.env._(
                "Complete the address of %(name)s, or give the customer an invoice "
                "address, then retry.",
                name=partner.display_name,
            ),
        )

    def _letter_render(self):
        """Print the letters, many in one call of the engine; attach each to its row.

        :return: errors, as ``_letter_validate``
        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        renderer = self.env["report.credit_control.letter_document"]
        letters = self._letters()
        values, sentences = renderer._letter_values(list(letters.values()))
        remedy = self.env._("Correct what is named, then retry.")
        errors = {
            delivery: (sentences[letter], remedy, True)
            for delivery, letter in letters.items()
            if letter in sentences
        }
        written = {
            delivery: values[letter]
            for delivery, letter in letters.items()
            if letter in values
        }
        try:
            pdfs = renderer._print(list(written.values()))
        except UserError as error:
            return {**errors, **dict.fromkeys(written, (str(error), remedy, True))}
        self._attach_letters(written, pdfs)
        return errors

    def _letters(self):
        """Return the ``Letter`` of each delivery.

        :rtype: dict[dunning.delivery, Letter]
        """
        return {
            delivery: Letter(
                delivery.notice_id,
                partner,
                delivery.notice_id._get_lang(partner),
                delivery.channel == "registered",
                # a company is nobody's name: then those of the notice are meant
                delivery.contact_id.sudo().filtered(lambda item: not item.is_company),
            )
            for delivery, partner in self._addressees().items()
        }

    def _addressees(self):
        """Return whom each letter is addressed to.

        The next contact where the one before was not reached.

        :rtype: dict[dunning.delivery, res.partner]
        """
        first = self.notice_id._letter_addressees()
        return {
            delivery: delivery.contact_id.sudo() or first[delivery.notice_id]
            for delivery in self
        }

    def _attach_letters(self, written, pdfs):
        """Attach the PDF of each letter, and keep on the row what it says.

        :param dict written: values of the template by delivery
        :param list[bytes] pdfs: in the same order
        """
        self.attachment_ids.unlink()  # of an attempt before
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": delivery._letter_file_name(),
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": delivery._name,
                    "res_id": delivery.id,
                }
                for delivery, pdf in zip(written, pdfs, strict=True)
            ]
        )
        self._replace_links(
            "attachment_ids", dict(zip(written, attachments, strict=True))
        )
        addressees = self._addressees()
        for delivery, values in written.items():
            delivery.write(
                {
                    "address": "\n".join(values["address"]),
                    "postal_key": addressees[delivery]._postal_key(delivery.company_id),
                    "lang": values["lang"],
                    "subject": values["title"],
                    "body_html": values["body"],
                    "date_printed": False,
                    "print_batch": False,
                }
            )

    def _letter_file_name(self):
        name = self.partner_id.name.replace("/", "-")
        return f"{self.notice_id._letter_reference()} {name}.pdf"

    def _letter_hand_over(self):
        """Queue the letters: a person prints, posts and confirms them."""
        self._update_state(("ready",), "queued")

    # === BATCH === #
    def _sorted_for_post(self):
        """Return the letters by country, postcode and name: home country first."""

        def key(delivery):
            partner = addressees[delivery]
            home = delivery.company_id.country_id
            country = partner.country_id or home
            return (
                country != home,
                country.name or "",
                (partner.zip or "").replace(" ", ""),
                partner.commercial_partner_id.name or "",
                delivery.id,
            )

        addressees = self._addressees()
        return self.sorted(key)

    def action_print_letters(self):
        """Open the batch print for these letters, or for all that wait."""
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("print letters")
        )
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_letter_batch_action"
        )
        action["context"] = {"active_model": self._name, "active_ids": self.ids}
        return action

    def action_post_letters(self):
        """Open the confirmation that these letters were posted."""
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("confirm letters as posted")
        )
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_letter_posting_action"
        )
        action["context"] = {"active_model": self._name, "active_ids": self.ids}
        return action
