from collections import defaultdict

from odoo import api, models


class CreditProfile(models.Model):
    """Who is written to: contacts of the customer by role, people inside by task."""

    _inherit = "credit.profile"

    @api.private
    def _get_recipients(self, role, level):
        """Return the people who have ``role`` for the customers of these profiles.

        At the customer: active contacts (and the customer himself) that carry the
        role. Inside: the user who has that task for the customer. Works on many
        profiles at once, with one query for all.

        Extended by: add-ons that know other people, for example a sales team.

        :param role: one ``credit.role``
        :param level: the ``dunning.level`` they are written to for
        :rtype: dict[credit.profile, res.partner]
        """
        if role.is_internal:
            inside = self._get_inside_users(role.code)
            return {
                profile: inside.get(profile, self.env["res.users"]).sudo().partner_id
                for profile in self
            }
        contacts = defaultdict(lambda: self.env["res.partner"])
        for contact in (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "in", self.partner_id.ids),
                    ("credit_role_ids", "in", role.ids),
                ],
                order="id",
            )
        ):
            contacts[contact.commercial_partner_id.id] += contact
        return {profile: contacts[profile.partner_id.id] for profile in self}

    def _get_inside_users(self, code):
        """Return the user who has an inside role, for each profile.

        :param str code: code of the inside role
        :rtype: dict[credit.profile, res.users]
        """
        if code == "collector":
            return {profile: profile.user_id for profile in self}
        partners = self.sudo().partner_id
        if code == "salesperson":
            return {profile: profile.sudo().partner_id.user_id for profile in self}
        if code == "team_leader" and "team_id" in partners._fields:
            return {
                profile: profile.sudo().partner_id.team_id.user_id for profile in self
            }
        if code == "credit_manager":
            managers = self._get_managers()
            return {
                profile: managers.filtered(
                    lambda user, company=profile.company_id: company in user.company_ids
                )
                for profile in self
            }
        return {}

    @api.model
    def _get_managers(self):
        """Return the credit managers, as far as they are people.

        :rtype: res.users
        """
        group = self.env.ref("credit_control.group_manager").sudo()
        return group.all_user_ids.filtered(
            lambda user: (
                user.active and user.email and user != self.env.ref("base.user_root")
            )
        )
