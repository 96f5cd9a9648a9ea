from odoo import models


class CreditProfile(models.Model):
    """The statement in one click, from wherever a customer is looked at."""

    _inherit = "credit.profile"

    def action_statement(self):
        """Show the statement of account of these customers."""
        return self.env["credit.statement"]._open(self)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_credit_statement(self):
        """Show the customer's statement of account in the current company."""
        self.ensure_one()
        action = self._open_credit_profile(self.env.company)
        profile = self.env["credit.profile"].browse(action["res_id"])
        return profile.action_statement()


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_credit_statement(self):
        """Show the statement of account of the invoice's customer."""
        self.ensure_one().check_access("read")
        action = self.commercial_partner_id._open_credit_profile(self.company_id)
        profile = self.env["credit.profile"].browse(action["res_id"])
        return profile.action_statement()


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def action_statement(self):
        """Show the statement of account of the notices' customers."""
        self.check_access("read")
        return self.profile_id.action_statement()
