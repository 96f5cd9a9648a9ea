from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_pipeline_notices import HOLD_OUT_DAYS
from .screen_days import format_day

READERS = "credit_control.group_collector,credit_control.group_auditor"


class CreditProfile(models.Model):
    """Customers who were drawn to find out what reminding brings."""

    _inherit = "credit.profile"

    is_held_out = fields.Boolean(
        string="In a hold-out",
        compute="_compute_is_held_out",
        search="_search_is_held_out",
        groups=READERS,
        help="Left without automatic reminders in the first 30 days after the due "
        "date, to measure what reminding brings.",
    )
    experiment = fields.Char(
        string="Drawn at random",
        compute="_compute_experiment",
        groups=READERS,
        help="Nobody chose this customer for it: a draw decided, and stays. In a "
        "hold-out, what is overdue is not reminded automatically in the first 30 days "
        "after its due date, to measure what reminding brings; with variants, policies "
        "are compared.",
    )

    # === COMPUTE METHODS === #
    @api.depends("dunning_policy_id.hold_out_percent")
    def _compute_is_held_out(self):
        found = self.sudo().with_context(active_test=False)
        held = found.search(Domain("id", "in", self.ids) & self._held_out())
        for profile in self:
            profile.is_held_out = profile._origin in held

    def _search_is_held_out(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        wanted = (operator == "in") == (True in value)
        return self._held_out() if wanted else ~self._held_out()

    @api.model
    def _held_out(self):
        """Return the domain of the profiles in the hold-out of their policy."""
        policies = self.env["dunning.policy"].sudo()
        policies = policies.search([("hold_out_percent", ">", 0)])
        policies.flush_recordset(["hold_out_percent"])
        pipeline = self.env["dunning.pipeline"]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                %(policy)s IN (
                    SELECT policy.id FROM dunning_policy policy
                     WHERE policy.id IN %(ids)s
                       AND %(place)s < round(policy.hold_out_percent * 100))
                """,
                policy=model._field_to_sql(alias, "dunning_policy_id", query),
                ids=tuple(policies.ids) or (0,),
                place=pipeline._hold_out_place(
                    SQL("policy.id"), SQL.identifier(alias, "id")
                ),
            )
        )

    @api.depends(
        "dunning_policy_id.hold_out_percent",
        "dunning_policy_id.share_percent",
        "policy_id",
    )
    def _compute_experiment(self):
        until = self.filtered("is_held_out")._read_held_out_until()
        for profile in self:
            sentences = [
                profile._explain_hold_out(until.get(profile._origin.id)),
                profile._explain_variant(),
            ]
            profile.experiment = " ".join(filter(None, sentences))

    def _explain_hold_out(self, until):
        """Return the sentence about the hold-out, None for who is not in it.

        :param date until: the last day of an overdue claim in it, or None
        """
        if not self.is_held_out:
            return None
        policy = self.dunning_policy_id.sudo()
        if not until:
            return self.env._(
                "Hold-out of “%(policy)s”: %(days)s days without automatic reminder.",
                policy=policy.name,
                days=HOLD_OUT_DAYS,
            )
        return self.env._(
            "Hold-out of “%(policy)s” until %(day)s.",
            policy=policy.name,
            day=format_day(self.env, until),
        )

    def _explain_variant(self):
        """Return the sentence about the variant of the policy, None without one."""
        policy = self.dunning_policy_id.sudo()
        if self.policy_id or not policy:
            return None
        if policy.variant_of_id:
            return self.env._(
                "Variant of “%(policy)s”, for %(share)s percent of its customers.",
                policy=policy.variant_of_id.name,
                share=f"{policy.share_percent:g}",
            )
        if policy.share_percent < 100:
            return self.env._(
                "“%(policy)s” as it is, for %(share)s percent of its customers.",
                policy=policy.name,
                share=f"{policy.share_percent:g}",
            )
        return None

    def _read_held_out_until(self):
        """Return ``{id: last day of the hold-out}`` of what is overdue, one query."""
        found = {}
        for company, profiles in self.sudo().grouped("company_id").items():
            today = company._dunning_today()[company]
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT profile.id, max(coalesce(line.date_maturity, line.date))
                      FROM credit_profile profile
                      JOIN res_partner contact
                        ON contact.commercial_partner_id = profile.partner_id
                      JOIN account_move_line line
                        ON line.partner_id = contact.id
                       AND line.company_id = profile.company_id
                       AND line.account_id IN %(account_ids)s
                       AND line.reconciled IS NOT TRUE
                       AND line.parent_state = 'posted'
                       AND line.amount_residual_currency > 0
                     WHERE profile.id = ANY(%(ids)s)
                       AND coalesce(line.date_maturity, line.date) < %(today)s
                       AND coalesce(line.date_maturity, line.date) >= %(first)s
                     GROUP BY profile.id
                    """,
                    account_ids=company._trade_receivable_ids(),
                    ids=profiles.ids,
                    today=today,
                    first=today - timedelta(HOLD_OUT_DAYS),
                )
            )
            for profile_id, due in rows:
                found[profile_id] = due + timedelta(HOLD_OUT_DAYS)
        return found
