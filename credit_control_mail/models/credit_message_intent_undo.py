import psycopg2

from odoo import Command, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

# what tells that something made of a proposal was changed since
WATCHED = {
    "credit.promise": ("date", "amount", "state"),
    "credit.dispute": ("amount", "reason_id", "state"),
    "credit.plan": ("state", "amount_total", "date_signed"),
    "mail.activity": ("active",),
}


class CreditMessageIntent(models.Model):
    """Taking a decision back."""

    _inherit = "credit.message.intent"

    # === ACTIONS === #
    def action_undo(self):
        """Take the decisions back: they are proposals again.

        What was made of them is cancelled as long as nobody touched it.
        """
        self._check_rights(self.env._("undo a decision"))
        for intent in self.filtered(lambda one: one.state == "accepted"):
            intent._undo_accepted()
        decided = self.filtered(lambda intent: intent.state != "proposed")
        # sudo: written by this method alone
        decided.sudo().write(
            {
                "res_model": False,
                "res_id": False,
                "undo_data": False,
                "hold_until": False,
            }
        )
        decided._update_state(("accepted", "rejected"), "proposed")
        self._reopen_messages(decided)
        return True

    # === BUSINESS METHODS === #
    def _fingerprint(self, record):
        """Return what of ``record`` tells whether it was changed, as JSON keeps it."""
        names = WATCHED.get(record._name, ())
        return [str(record.sudo()[name]) for name in names]

    def _undo_accepted(self):
        """Take back what accepting one proposal did."""
        data = self.sudo().undo_data or {}
        if data.get("answered"):
            raise UserError(
                self.env._(
                    "The answer went to the customer and cannot be taken back: reopen "
                    "the message, and write to him again."
                )
            )
        made = []
        for model, record_id, fingerprint in data.get("made", ()):
            record = self.env[model].browse(record_id).exists()
            if not record:
                continue
            if self._fingerprint(record) != fingerprint:
                raise UserError(
                    self.env._(
                        "%(what)s was changed since: open it and take it back there.",
                        what=record.sudo().display_name,
                    )
                )
            made.append(record)
        for record in made:
            getattr(self, f"_undo_{record._name.replace('.', '_')}")(record.sudo())
        self._undo_legal(data.get("legal"))
        self.env["mail.activity"].sudo().browse(data.get("tasks", ())).exists().unlink()
        self._undo_contact(data.get("contact"))
        self._undo_bounce(data.get("bounced", ()))
        if vals := data.get("vals"):
            moves = [Command.set(vals["move_ids"])]
            self.sudo().write({"move_ids": moves})

    def _undo_credit_promise(self, promise):
        """The promise was never given."""
        promise._update_state(("draft", "pending"), "cancelled")

    def _undo_credit_dispute(self, dispute):
        """Nothing is contested."""
        dispute._close("cancelled", amount_conceded=0)

    def _undo_credit_plan(self, plan):
        """Nobody signed the draft."""
        plan.unlink()

    def _undo_mail_activity(self, activity):
        """Nobody has to do it."""
        activity.unlink()

    def _undo_legal(self, legal):
        """Write the legal status back, unless it was changed since."""
        if not legal:
            return
        profile = self.env["credit.profile"].sudo().browse(legal["profile"]).exists()
        plain = self.env["credit.insolvency"]._plain
        now = {name: plain(profile[name]) for name in legal["after"]}
        if now != legal["after"]:
            raise UserError(
                self.env._(
                    "What is known of the proceedings was changed since: correct it on "
                    "the profile of the customer."
                )
            )
        profile.sudo(False).write(legal["before"])

    def _undo_contact(self, contact):
        """Take the contact away that was made, and give the roles back."""
        if not contact:
            return
        partners = self.env["res.partner"].sudo()
        person = partners.browse(contact.get("id") or ()).exists()
        if person:
            roles = [Command.unlink(role_id) for role_id in contact["roles"]]
            person.write({"credit_role_ids": roles})
        if person and contact["is_new"]:
            self._remove_contact(person)
        former = partners.browse(contact.get("former_id") or ()).exists()
        former.write(
            {"credit_role_ids": [Command.link(r) for r in contact.get("former", ())]}
        )

    def _undo_bounce(self, contact_ids):
        """The addresses work after all."""
        contacts = self.env["res.partner"].sudo().browse(contact_ids).exists()
        contacts.credit_email_invalid = False

    def _remove_contact(self, person):
        """Delete a contact that nothing refers to; archive one that is in use."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                person.unlink()
        except (psycopg2.IntegrityError, UserError, ValidationError):
            person.active = False

    def _reopen_messages(self, decided):
        """Messages that were closed with their last decision wait again."""
        closed = decided.message_id.filtered(
            lambda message: message.state == "done" and not message.answered_date
        )
        closed._update_state(("done",), "new", done_date=None)
