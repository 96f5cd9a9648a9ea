from odoo import api, fields, models


class CreditCommitmentMixin(models.AbstractModel):
    """What promises, plans and disputes have in common: a customer and a state."""

    _name = "credit.commitment.mixin"
    _description = "Agreement with a customer"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Contact", store=True
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """The figures of the customers follow."""
        records = super().create(vals_list)
        records.profile_id._request_refresh()
        return records

    def write(self, vals):
        """The figures of the customers follow."""
        result = super().write(vals)
        if vals.keys() - {"amount_kept", "note"}:
            self.profile_id._request_refresh()
        return result

    def unlink(self):
        """The figures of the customers follow; what was told of these is over."""
        profiles = self.profile_id
        # sudo: who may delete the cause need not read its events
        events = self.env["credit.event"].sudo()
        events._end([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        result = super().unlink()
        profiles._request_refresh()
        return result

    # === BUSINESS METHODS === #
    def _check_rights(self, deed):
        """Raise unless the user is a collector who may change these records.

        :param str deed: what he wanted to do, in the infinitive
        """
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    @api.private
    def _update_state(self, allowed, target, **vals):
        """Set the state of those that are in an ``allowed`` one; return them.

        A record that another transaction changed meanwhile makes the database refuse
        this one, which is then done again: nothing is overwritten.

        :param tuple allowed: states it may be left from
        :param str target: the new state
        :param vals: other fields to set with it
        """
        changed = self.filtered(lambda record: record.state in allowed)
        # sudo: the state is written by this method alone
        changed.sudo().write({"state": target, **vals})
        return changed
