from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class CreditProfile(models.Model):
    """Customers pass from one collector to another."""

    _inherit = "credit.profile"

    # === ACTIONS === #
    def action_hand_over(self):
        """Open the dialog that hands this customer over to a colleague."""
        self.ensure_one()
        self._check_group("group_collector", self.env._("hand a customer over"))
        self.check_access("write")
        action = self._action_wizard("credit_control.credit_hand_over_action")
        return {**action, "context": {"default_profile_id": self.id}}

    def action_open_reassign(self):
        """Open the wizard that gives these customers to somebody else."""
        self._check_group("group_collector", self.env._("re-assign customers"))
        return self._action_wizard("credit_control.credit_reassign_action")

    # === BUSINESS METHODS === #
    @api.private
    def _hand_over(self, user, note, deadline=None, as_collector=True):
        """Give this customer to a colleague, with a note and an activity.

        :param res.users user: who goes on
        :param str note: what he must know
        :param date deadline: of the activity; default today
        :param bool as_collector: he becomes the collector; else he gets the task
            alone, and must be able to read the customer already
        """
        self.ensure_one()
        self._check_group("group_collector", self.env._("hand a customer over"))
        self.check_access("write")
        self._check_collector(user)
        note = self._required_reason(note)
        former = self.user_id
        if as_collector:
            self.write({"user_id": user.id})
        elif self._unable_to_read(user):
            raise UserError(
                self.env._(
                    "%(user)s may not read %(customer)s: let him become the collector, "
                    "or choose somebody of the team.",
                    user=user.name,
                    customer=self.display_name,
                )
            )
        self.sudo()._note_hand_over(former, user, note, deadline)

    def _note_hand_over(self, former, user, note, deadline):
        self.ensure_one()
        author = self.env.user
        text = plaintext2html(note)
        self.message_post(
            body=Markup("<p>%s</p>%s")
            % (
                self.env._(
                    "Handed over from %(former)s to %(user)s by %(author)s:",
                    former=former.sudo().name or self.env._("nobody"),
                    user=user.name,
                    author=author.name,
                ),
                text,
            ),
            author_id=author.partner_id.id,
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.to_date(deadline)
            or self.company_id._dunning_today()[self.company_id],
            summary=self.env._("Customer handed over by %s", author.name),
            note=text,
            user_id=user.id,
        )

    @api.private
    def _check_collector(self, user):
        """Raise unless ``user`` could work these customers."""
        user = user.sudo()
        if not user or not user.active or not user.has_group(
            "credit_control.group_collector"
        ):
            raise UserError(
                self.env._(
                    "%s is no collector and could not work these customers: choose a "
                    "colleague who has that role.",
                    user.name or self.env._("Nobody"),
                )
            )
        outside = self.company_id.sudo() - user.company_ids
        if outside:
            raise UserError(
                self.env._(
                    "%(user)s does not work in %(company)s: choose somebody who does, "
                    "or ask an administrator to allow him that company.",
                    user=user.name,
                    company=outside[0].name,
                )
            )
