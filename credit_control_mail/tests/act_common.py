from datetime import datetime

from odoo import Command
from odoo.tools import mute_logger

from odoo.addons.credit_control.tests.common import CreditControlCommon
from odoo.addons.mail.tests.common import MailCase


class ActCommon(CreditControlCommon, MailCase):
    """A customer with contacts and invoices, and messages with their intents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.policy = cls.make_policy()
        cls.petit = cls.make_customer(
            "Petit Transports",
            [
                {
                    "name": "Mme Petit",
                    "email": "compta@petit.example",
                    "roles": ["accounts_payable"],
                }
            ],
            email="contact@petit.example",
        )
        cls.clerk = cls.petit.child_ids
        cls.invoice = cls.make_invoice(cls.petit, 800, -20, ref="PO-4711")
        cls.second = cls.make_invoice(cls.petit, 300, -10)
        cls.profile = cls.make_profile(
            cls.petit, user_id=cls.collector.id, policy_id=cls.policy.id
        )
        cls.number = 0

    @classmethod
    def make_message(cls, intent=None, **values):
        """Create a message of the clerk as it is once it was received.

        :param intent: code of an intent that was found in it, or values of one
        """
        cls.number += 1
        intents = values.pop("intents", [intent] if intent else [])
        # sudo: messages are only ever received
        message = cls.env["credit.message"].sudo().create(
            {
                "email_from": "Mme Petit <compta@petit.example>",
                "email_normalized": "compta@petit.example",
                "from_name": "Mme Petit",
                "subject": f"Your reminder {cls.number}",
                "body_text": "We speak of it here.",
                "reply_text": "We speak of it here.",
                "message_id": f"<{cls.number}@petit.example>",
                "date": datetime(2026, 6, 15, 8),
                "is_parsed": True,
                "is_pending": False,
                "profile_id": cls.profile.id,
                "partner_id": cls.clerk.id,
                **values,
            }
        )
        for vals in intents:
            cls.make_intent(message, vals)
        message._follow_intents()
        return message.with_env(cls.env)

    @classmethod
    def make_intent(cls, message, vals):
        """Create an intent as the kernel finds it."""
        vals = {"intent": vals} if isinstance(vals, str) else dict(vals)
        moves = vals.pop("moves", cls.env["account.move"])
        return cls.env["credit.message.intent"].sudo().create(
            {
                "message_id": message.id,
                "source": "model",
                "confidence": 0.9,
                "evidence": "we say so",
                "currency_id": cls.env.company.currency_id.id,
                "move_ids": [Command.set(moves.ids)],
                **vals,
            }
        )

    @classmethod
    def found(cls, intent, user=None, **values):
        """Return the intent of a new message, as ``user`` (the collector) has it."""
        message = cls.make_message({"intent": intent, **values})
        return message.intent_ids.with_user(user or cls.collector)

    def codes(self, day=0):
        """Return ``{entry: code}`` of what the plan says of the open items."""
        self.env.flush_all()
        found = self.profile.sudo().explain(self.days(day))
        lines = self.env["account.move.line"].sudo()
        return {
            lines.browse(row["move_line_id"]).move_id: row["code"] for row in found
        }

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def send_answer(self, action, user=None, **values):
        """Send what the composer proposes."""
        composer = (
            self.env["mail.compose.message"]
            .with_user(user or self.collector)
            .with_context(**action["context"])
            .create(values)
        )
        with self.mock_mail_gateway():
            composer.action_send_mail()
        return composer
