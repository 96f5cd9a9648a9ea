from odoo import models
from odoo.tools import SQL


class CreditProfile(models.Model):
    """The customer's group: affiliated companies, and the same one elsewhere."""

    _inherit = "credit.profile"

    def panel_group(self):
        """Return the profiles of the customer's group with their figures, as HTML."""
        self.ensure_one().check_access("read")
        rows = self._group_rows()
        return self._render_panel(
            "credit_control.profile_group",
            {
                "profile": self,
                "rows": rows,
                "totals": {
                    name: sum(row[name] for row in rows)
                    for name in ("due", "overdue", "credit")
                },
            },
        )

    def _group_profiles(self):
        """Return the profiles of all companies below the customer's topmost parent.

        In every company that the user may work in; those he may not read are left out.
        """
        self.ensure_one()
        self.env["res.partner"].flush_model(["parent_id", "commercial_partner_id"])
        self.env["credit.profile"].flush_model(["partner_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE up AS (
                    SELECT id, parent_id FROM res_partner WHERE id = %s
                     UNION
                    SELECT parent.id, parent.parent_id
                      FROM res_partner parent JOIN up ON parent.id = up.parent_id
                ), down AS (
                    SELECT id FROM up WHERE parent_id IS NULL
                     UNION
                    SELECT child.id
                      FROM res_partner child JOIN down ON child.parent_id = down.id
                )
                SELECT profile.id
                  FROM credit_profile profile
                  JOIN down ON down.id = profile.partner_id
                 WHERE profile.active
                """,
                self.partner_id.id,
            )
        )
        allowed = self.env.user.company_ids.ids
        profiles = self.env["credit.profile"].with_context(allowed_company_ids=allowed)
        return profiles.search(
            [("id", "in", [row[0] for row in rows])],
            order="amount_overdue desc, id",
        )

    def _group_rows(self):
        """Return the figures of the group's profiles, in this company's currency."""
        profiles = self._group_profiles()
        # sudo: names and rates of companies and customers that were just checked
        today = self.company_id._dunning_today()[self.company_id]
        rates = {
            currency: currency._get_conversion_rate(
                currency, self.currency_id, self.company_id, today
            )
            for currency in profiles.sudo().currency_id
        }
        rows = []
        for profile in profiles.sudo():
            rate = rates[profile.currency_id]
            rows.append(
                {
                    "profile": profile,
                    "is_self": profile.id == self.id,
                    "due": self.currency_id.round(profile.amount_due * rate),
                    "overdue": self.currency_id.round(profile.amount_overdue * rate),
                    "credit": self.currency_id.round(profile.amount_credit * rate),
                    "action": profile._next_action_label(),
                }
            )
        return rows

    def action_open_group(self):
        """List the customers of the group, to act on them all at once."""
        self.ensure_one().check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_profile_action"
        )
        return {
            **action,
            "name": self.env._("Group of %s", self.sudo().partner_id.name),
            "domain": [("id", "in", self._group_profiles().ids)],
            "context": {},
        }

    def open_profile(self, profile_id):
        """Open another profile of the group, in a company that the user may work in."""
        self.ensure_one().check_access("read")
        allowed = self.env.user.company_ids.ids
        profile = self.browse(int(profile_id)).with_context(allowed_company_ids=allowed)
        profile.check_access("read")
        company = profile.company_id
        return {
            "type": "ir.actions.client",
            "tag": "credit_control.open_in_company",
            "params": {
                "res_model": "credit.profile",
                "res_id": profile.id,
                "company_id": company.id,
            },
        }
