from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Default dunning policy",
        default=lambda self: self._default_dunning_policy_id(),
        ondelete="set null",
        help="For customers that no assignment rule of a policy concerns.",
    )
    dunning_is_started = fields.Boolean(
        string="Dunning started",
        help="Until a person has gone through the start assistant, or approved a run, "
        "nothing is planned or sent by the scheduled actions.",
    )
    dunning_start_date = fields.Date(string="Dunning start")
    dunning_auto_plan = fields.Boolean(
        string="Plan every day",
        default=True,
        help="The scheduled action plans a run every day and approves what "
        "the policies allow to go by itself.",
    )

    def _default_dunning_policy_id(self):
        """A new company reminds its customers by the standard policy."""
        policy = self.env.ref(
            "credit_control.policy_standard", raise_if_not_found=False
        )
        # who creates a company need not have a right on policies
        policy = policy and policy.sudo()
        return policy and not policy.company_id and policy.active and policy.id

    @api.constrains("dunning_policy_id")
    def _check_dunning_policy_id(self):
        for company in self:
            policy = company.sudo().dunning_policy_id
            if policy.company_id and policy.company_id not in company.sudo().parent_ids:
                raise ValidationError(
                    self.env._(
                        "The policy “%(policy)s” belongs to %(owner)s: %(company)s "
                        "needs one of its own, or one without company.",
                        policy=policy.name,
                        owner=policy.company_id.name,
                        company=company.name,
                    )
                )

    def write(self, vals):
        """Let the customers concerned follow a new default policy.

        Not with ``dunning_assign_later`` in the context: its caller sees to it.
        """
        result = super().write(vals)
        is_later = self.env.context.get("dunning_assign_later")
        if "dunning_policy_id" in vals and not is_later:
            for company in self:
                self.env["dunning.policy"]._assign(company)
        return result

    @api.private
    def _dunning_zone(self):
        """Return the name of the time zone of the company's working calendar."""
        self.ensure_one()
        company = self.sudo()
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    @api.private
    def _dunning_today(self):
        """Return the day where each company works: ``{res.company: date}``.

        Neither the scheduled actions' user nor a colleague abroad decides which day
        a reminder is of.
        """
        return {
            company: fields.Date.context_today(
                self.with_context(tz=company._dunning_zone())
            )
            for company in self
        }

    @api.private
    def _dunning_midnight(self):
        """Return when the company's day began, as the database keeps moments."""
        day = self._dunning_today()[self]
        start = datetime.combine(day, time.min, ZoneInfo(self._dunning_zone()))
        return start.astimezone(timezone.utc).replace(tzinfo=None)

    @api.private
    def _trade_receivable_ids(self):
        """Return the ids of the receivable accounts of the companies' whole trees.

        Handed to a statement as numbers rather than as a sub-select, they let it take
        the index of open items by account and partner.

        :rtype: tuple[int, ...]
        """
        self.env["account.account"].flush_model(["account_type", "non_trade"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT account.id
                  FROM res_company company
                  JOIN res_company member
                    ON split_part(member.parent_path, '/', 1)
                     = split_part(company.parent_path, '/', 1)
                  JOIN account_account_res_company_rel owner
                    ON owner.res_company_id = member.id
                  JOIN account_account account
                    ON account.id = owner.account_account_id
                 WHERE company.id IN %s
                   AND account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                """,
                tuple(self.ids) or (0,),
            )
        )
        return tuple(row[0] for row in rows) or (0,)

    @api.model
    def _set_default_dunning_policy(self):
        """Give companies without a default policy the standard one, at install."""
        companies = self.sudo().search([("dunning_policy_id", "=", False)])
        companies.dunning_policy_id = self._default_dunning_policy_id()
