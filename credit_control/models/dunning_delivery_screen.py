from odoo import api, fields, models
from odoo.tools.mail import email_split_tuples

from .dunning_delivery_letter import LETTER_CHANNELS


class DunningDelivery(models.Model):
    """Where a delivery goes, on one line, whatever its channel."""

    _inherit = "dunning.delivery"

    destination = fields.Char(
        string="Recipient",
        compute="_compute_destination",
        help="The people and addresses, the number, or the lines of the letter.",
    )
    lang_name = fields.Char(string="Language of the text", compute="_compute_lang_name")

    @api.depends("address", "channel", "contact_id", "email_to", "partner_ids", "phone")
    def _compute_destination(self):
        for delivery in self:
            if delivery.channel == "email":
                words = delivery._people_of_email()
            elif delivery.channel in LETTER_CHANNELS:
                words = delivery._lines_of_address()
            else:
                words = delivery._people_of_phone()
            # not written yet, but it is known to whom it goes
            words = words or delivery.sudo().contact_id.mapped("display_name")
            delivery.destination = ", ".join(filter(None, words))

    def _people_of_email(self):
        return [
            f"{name} <{email}>" if name else email
            for name, email in email_split_tuples(self.email_to or "")
        ]

    def _lines_of_address(self):
        """Return the lines of the letter, without the customer's name."""
        lines = [line.strip() for line in (self.address or "").splitlines()]
        # sudo: whoever reads the delivery may know to whom it goes
        if lines and lines[0] == self.sudo().partner_id.name:
            del lines[0]
        return [" ".join(line.split()) for line in lines]

    def _people_of_phone(self):
        # sudo: as above
        delivery = self.sudo()
        people = delivery.contact_id or delivery.partner_ids
        return [self.phone, *people.mapped("name")]

    @api.depends("lang")
    def _compute_lang_name(self):
        names = dict(self.env["res.lang"].get_installed())
        for delivery in self:
            name = names.get(delivery.lang, delivery.lang)
            # "French / Français": as its readers call it, in any language of ours
            delivery.lang_name = name and name.rpartition(" / ")[-1]
