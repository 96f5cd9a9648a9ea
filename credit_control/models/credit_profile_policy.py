from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CreditProfile(models.Model):
    """Which policy a customer follows, and what the rules can look at."""

    _inherit = "credit.profile"

    # not stored: rules, filters and groups read them from the customer
    country_id = fields.Many2one(related="partner_id.country_id")
    category_ids = fields.Many2many(
        related="partner_id.category_id", string="Customer tags"
    )
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    is_company = fields.Boolean(related="partner_id.is_company", string="Is a company")

    @api.depends(
        "legal_status",
        "partner_id.category_id",
        "partner_id.country_id",
        "partner_id.industry_id",
        "partner_id.is_company",
        "partner_id.user_id",
        "policy_id",
        "risk_class",
        "team_id",
        "user_id",
    )
    def _compute_dunning_policy_id(self):
        """By hand, else by rule, else the company's default; of these two a variant.

        Rules on amounts, and changes of the rules themselves, are brought up to date
        by ``dunning.policy._assign``, which logs them.
        """
        stored = self.filtered("id")
        for company, profiles in stored.grouped("company_id").items():
            rows = self._read_policy_in_force(company, Domain("id", "in", profiles.ids))
            in_force = {profile_id: new_id for profile_id, _old, new_id in rows}
            for profile in profiles:
                profile.dunning_policy_id = in_force.get(profile.id)
        for profile in self - stored:
            profile.dunning_policy_id = (
                profile.policy_id or profile.company_id.dunning_policy_id
            )

    @api.model
    def _read_policy_in_force(self, company, domain=Domain.TRUE, changed_only=False):
        """Return ``[(profile id, present policy id, right policy id)]``, one query.

        :param Domain domain: which profiles of ``company``, archived ones included
        :param bool changed_only: leave out those that are right already
        """
        # of no record: a search compares amounts in the currency of the records at hand
        profiles = self.browse().sudo().with_context(active_test=False)
        own = Domain("company_id", "=", company.id)
        query = profiles._search(domain & own, bypass_access=True)
        profile_id, by_hand = (
            profiles._field_to_sql(query.table, name, query)
            for name in ("id", "policy_id")
        )
        # plain column: asking the ORM for it would compute what is being computed
        present = SQL.identifier(query.table, "dunning_policy_id")
        cases = []
        policies = (
            self.env["dunning.policy"]
            .sudo()
            .search([("company_id", "in", [False, *company.parent_ids.ids])])
        )
        if policies:
            cases.append(
                SQL("WHEN %s IN %s THEN %s", by_hand, tuple(policies.ids), by_hand)
            )
        slots = policies._get_variant_slots()
        for policy in policies:
            rule = policy._get_usable_assign_domain()
            if rule is not None:
                members = profiles._search(rule & own, bypass_access=True)
                cases.append(
                    SQL(
                        "WHEN %s IN %s THEN %s",
                        profile_id,
                        members.subselect(),
                        policy._query_variant(slots, profile_id),
                    )
                )
        default = company.sudo().dunning_policy_id & policies
        last = default._query_variant(slots, profile_id) if default else SQL("NULL")
        right = (
            SQL("CASE %s ELSE %s END", SQL(" ").join(cases), last)
            if cases
            else SQL("NULL::int")
        )
        if changed_only:
            query.add_where(SQL("%s IS DISTINCT FROM %s", present, right))
        return self.env.execute_query(query.select(profile_id, present, right))
