from markupsafe import Markup

from odoo import api, models

# kept from the destination; noted in its chatter when the other's differ
SETTINGS = (
    "user_id",
    "policy_id",
    "forced_level_id",
    "hold_until",
    "hold_reason",
    "grace_days",
    "preferred_way",
    "legal_status",
    "legal_date",
    "risk_class",
    "comment",
)
# their stored customer follows the profile
CHILDREN = (
    "credit.promise",
    "credit.plan",
    "credit.decision",
    "credit.dispute",
    "credit.dossier",
    "credit.event",
    "credit.link",
    "credit.portal.request",
    "dunning.notice",
)


class CreditProfile(models.Model):
    """Profiles follow their customers: partners merged, commercial entity changed."""

    _inherit = "credit.profile"

    @api.model
    def _follow_customers(self, before):
        """Move profiles of partners that are commercial entities no more.

        :param dict before: ``{partner: commercial partner it had}``
        """
        archived = self.with_context(active_test=False)
        partners = self.env["res.partner"].union(*before)
        profiles = archived.search([("partner_id", "in", partners.ids)], order="id")
        for profile in profiles:
            customer = profile.partner_id.commercial_partner_id
            if customer != profile.partner_id:
                profile._move_to(customer)
        customers = partners.commercial_partner_id.union(*before.values())
        archived.search(
            [("partner_id", "in", customers.ids)], order="id"
        )._request_refresh()

    @api.model
    def _merge_customers(self, sources, destination):
        """Give the profiles of ``sources`` to ``destination``, before core merges.

        :param sources: partners that core is about to delete
        :param destination: the partner that stays
        """
        profiles = self.with_context(active_test=False).search(
            [("partner_id", "in", sources.ids)], order="id"
        )
        customer = destination.commercial_partner_id
        for profile in profiles:
            profile._move_to(customer)

    def _move_to(self, customer):
        """Make this profile the one of ``customer``, or part of the one he has."""
        self.ensure_one()
        target = self.with_context(active_test=False).search(
            [("partner_id", "=", customer.id), ("company_id", "=", self.company_id.id)],
            limit=1,
            order="id",
        )
        if target:
            self._merge_into(target)
        else:
            former = self.partner_id.display_name
            self.partner_id = customer
            self._log(self.env._("Profile of %s before.", former))

    def _merge_into(self, target):
        """Move all that hangs on this profile to ``target``, whose settings win."""
        note = self._settings_note(target)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        self.env.flush_all()
        wizard._update_foreign_keys_generic(self._name, self, target)
        wizard._update_reference_fields_generic(self._name, self, target)
        self.env.invalidate_all()
        for name in CHILDREN:
            children = self.env[name].search([("profile_id", "=", target.id)])
            children.modified(["profile_id"])
        self.unlink()
        target._log(note)
        target._request_refresh()

    def _settings_note(self, target):
        """Return the text about settings of this profile that ``target`` gives up."""
        lines = [
            Markup("<li>%s: %s</li>") % (field._description_string(self.env), text)
            for name in SETTINGS
            if (field := self._fields[name])
            and self[name] != target[name]
            and (text := self._setting_text(field))
        ]
        title = self.env._(
            "The credit profile of %s was merged into this one. Its settings, not "
            "taken over:",
            self.partner_id.display_name,
        )
        if not lines:
            title = self.env._(
                "The credit profile of %s was merged into this one.",
                self.partner_id.display_name,
            )
        return Markup("<p>%s</p><ul>%s</ul>") % (title, Markup().join(lines))

    def _setting_text(self, field):
        """Return a setting as a person reads it; nothing when it is not set."""
        value = self[field.name]
        if not value or (field.name == "legal_status" and value == "none"):
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        return value.display_name if field.relational else str(value)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Refresh the figures once the entries belong to the partner that stays."""
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        partners = self.env["res.partner"].browse(partner_ids).exists()
        profiles = self.env["credit.profile"].sudo().with_context(active_test=False)
        profiles.search(
            [("partner_id", "in", partners.commercial_partner_id.ids)], order="id"
        )._request_refresh()
        return result

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the credit profiles first: a customer has one in each company."""
        # sudo: who may merge contacts need not know credit control
        self.env["credit.profile"].sudo()._merge_customers(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
