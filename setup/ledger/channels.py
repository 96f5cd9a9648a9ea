"""What came of letters and text messages, for the customers who show it."""

import base64
import io

from reportlab.pdfgen.canvas import Canvas

from odoo import fields

from .plan import days

SLIP_SIZE = (420, 210)  # points, about that of the post's own slips


def slip(title, *lines):
    """Return the PDF of a slip of the post office, base64."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=SLIP_SIZE)
    canvas.rect(10, 10, SLIP_SIZE[0] - 20, SLIP_SIZE[1] - 20)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(30, SLIP_SIZE[1] - 45, title)
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(lines, 1):
        canvas.drawString(30, SLIP_SIZE[1] - 50 - 22 * number, line)
    canvas.save()
    return base64.b64encode(stream.getvalue())


class ChannelScenes:
    """Scenes of registered letters and of text messages; see :class:`Scenes`."""

    def register(self, customer, number):
        """Let the customer's last notice have gone as a registered letter.

        :param str number: of the post, with its check digit
        :return: the delivery, with number and proof of deposit
        """
        notice = self.profile(customer).notice_ids.sorted("id")[-1:]
        letter = notice.delivery_ids[:1]
        letter.write(
            {
                "channel": "registered",
                "partner_ids": [fields.Command.set(customer.partner.ids)],
                "email_to": False,
                "tracking_number": number,
                "date_printed": letter.date_sent,
            }
        )
        proof = slip(
            "Preuve de dépôt d'une lettre recommandée",
            f"N° {number}",
            f"Déposée le {notice.date_sent:%d/%m/%Y}",
            f"Destinataire : {customer.partner.name}",
        )
        self.keep(letter, "proof_attachment_id", proof, f"depot-{number}.pdf")
        return letter

    def receive(self, letter, receipt, ago, words):
        """Record what became of a registered letter some days ago, with its slip."""
        day = self.today - days(ago)
        number = letter.tracking_number
        proof = slip("Avis de réception", f"N° {number}", f"{words} {day:%d/%m/%Y}")
        name = f"avis-{number}.pdf"
        self.keep(letter, "receipt_attachment_id", proof, name)
        letter._record_receipt(receipt, day)

    @staticmethod
    def keep(letter, field, content, name):
        """Attach a file to a letter as the dialogs do."""
        letter._keep_files(field, {letter: (content, name)}, name)

    def text(self, customer, words, **values):
        """Return a text message that went with the customer's last notice."""
        notice = self.profile(customer).notice_ids.sorted("id")[-1:]
        contact = customer.partner.child_ids[:1] or customer.partner
        number = contact._phone_format()
        return self.env["dunning.delivery"].create(
            {
                "notice_id": notice.id,
                "channel": "sms",
                "state": "sent",
                "partner_ids": [fields.Command.set(contact.ids)],
                "lang": contact.lang,
                "phone": number,
                "sms_text": words,
                "sms_numbers": {number: contact.id},
                "sms_parts": 1 + len(words) // 160,
                "date_sent": fields.Datetime.to_datetime(notice.date_sent),
                **values,
            }
        )

    # one scene each ----------------------------------------------------------------
    def show_received(self, customer, profile):
        letter = self.register(customer, "RA123456785FR")
        self.receive(letter, "delivered", 18, "Remise le")

    def show_returned(self, customer, profile):
        """The letter is on its way: it comes back on the day, see inside.channels."""
        self.register(customer, "RA234567897FR")
        customer.partner.child_ids[:1].copy(
            {
                "name": "Adresse Envolée, comptabilité",
                "type": "invoice",
                "email": False,
                "street": "3 quai du Nouveau Bail",
                "zip": "44000",
                "city": "Nantes",
                "country_id": customer.partner.country_id.id,
            }
        )

    def show_fallback(self, customer, profile):
        profile.policy_id = self.policy(
            "SMS, then a letter",
            {"fallback_channel": "sms", "fallback_channel_2": "letter"},
        )

    def show_unclaimed(self, customer, profile):
        letter = self.register(customer, "RA345678904FR")
        self.receive(letter, "unclaimed", 4, "Présentée, non réclamée, le")

    def show_sms_sent(self, customer, profile):
        words = "Maison Verdier : votre facture est échue. Merci de la régler : {}"
        self.text(customer, words.format("https://credit-control.example/c/k3F9xQ"))

    def show_sms_wrong(self, customer, profile):
        self.text(
            customer,
            "Maison Verdier : votre facture est échue. Merci de la régler.",
            state="bounced",
            error="This phone number does not exist, or takes no text messages.",
            remedy="Ask the customer for the right number, and enter it.",
            is_reported=True,
        )

    def show_sms_unknown(self, customer, profile):
        message = self.text(
            customer,
            "Maison Verdier : votre facture est échue. Merci de la régler.",
            state="queued",
            date_sent=False,
        )
        message._mark_sms_unknown()

    def show_broken_plan(self, customer, profile):
        plan = self.plan(customer, profile, "Two months", 2)
        plan.action_confirm()
        plan.promise_ids[:1]._update_state(("pending",), "broken")
        plan._update_from_promises()

    def show_proposed_plan(self, customer, profile):
        self.plan(customer, profile, "Six months, asked for by phone", 6)

    def show_proposed_promise(self, customer, profile):
        self.promise(customer, profile, self.today + days(12), state="draft")

    def show_conceded(self, customer, profile):
        """Conceded three weeks ago; the credit note has not been made since."""
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": profile.id,
                "move_id": customer.moves[0].id,
                "amount": 240,
                "reason_id": self.env.ref("credit_control.dispute_reason_price").id,
                "user_id": customer.partner.user_id.id,
                "note": "The price agreed on the phone was lower.",
            }
        )
        dispute.action_accept()
        dispute.date_credit_due = self.today - days(7)
