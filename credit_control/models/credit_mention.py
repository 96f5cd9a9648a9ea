from odoo import api, models
from odoo.exceptions import UserError


class CreditMention(models.AbstractModel):
    """A message grants nothing: colleagues who may not read the record get none."""

    _name = "credit.mention"
    _description = "Who may be told of a record"

    def message_post(self, *, partner_ids=None, **kwargs):
        """Refuse to mention a colleague who may not read the record.

        Odoo would mail him the text whatever his rights.
        """
        if partner_ids and not self.env.su and len(self) == 1:
            strangers = self._unable_to_read(
                self.env["res.partner"].sudo().browse(partner_ids).user_ids
            )
            if strangers:
                raise UserError(
                    self.env._(
                        "%(names)s may not read %(record)s and would see nothing of "
                        "it: leave the mention out, or hand the customer over, or ask "
                        "the credit manager to give access.",
                        names=", ".join(strangers.mapped("name")),
                        record=self.display_name,
                    )
                )
        return super().message_post(partner_ids=partner_ids, **kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out followers who may read the record no more."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) != 1:
            return recipients
        people = self.env["res.users"].sudo()
        ids = {data["uid"] for data in recipients if data["uid"] and not data["ushare"]}
        strangers = set(self._unable_to_read(people.browse(ids)).ids)
        return [data for data in recipients if data["uid"] not in strangers]

    @api.private
    def _unable_to_read(self, users):
        """Return the colleagues among ``users`` who may not read this record."""
        self.ensure_one()
        return users.filtered(
            lambda user: not user.share
            and not self.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
        )


class CreditProfile(models.Model):
    _name = "credit.profile"
    _inherit = ["credit.mention", "credit.profile"]


class CreditPromise(models.Model):
    _name = "credit.promise"
    _inherit = ["credit.mention", "credit.promise"]


class CreditPlan(models.Model):
    _name = "credit.plan"
    _inherit = ["credit.mention", "credit.plan"]


class CreditDispute(models.Model):
    _name = "credit.dispute"
    _inherit = ["credit.mention", "credit.dispute"]


class DunningNotice(models.Model):
    _name = "dunning.notice"
    _inherit = ["credit.mention", "dunning.notice"]
