from odoo import api, fields, models


class CreditMassAction(models.Model):
    """Assignment rules of policies, changed together: logged, and undone together."""

    _inherit = "credit.mass.action"

    kind = fields.Selection(
        selection_add=[("rules", "Assignment rules")], ondelete={"rules": "cascade"}
    )

    @api.model
    @api.private
    def _set_rules(self, changes):
        """Change for whom policies are; the customers are assigned once, at the end.

        :param dict changes: ``{dunning.policy: values}`` of the columns of the kind
        :return: the mass action, empty when nothing changes
        """
        if not changes:
            return self.browse()
        policies = self.env["dunning.policy"].concat(*changes)

        def deed():
            for policy, values in changes.items():
                # the mass action leaves the line in the chatter
                policy.with_context(
                    dunning_assign_later=True, tracking_disable=True
                ).write(values)

        return self._run("rules", policies, deed)

    @api.model
    def _follow(self, records, names):
        """Let the customers follow what the rules now say."""
        result = super()._follow(records, names)
        if records._name == "dunning.policy":
            records.sudo()._allot_variants()
            records.sudo()._assign_everywhere()
        return result

    @api.model
    def _change_words(self, kind, old, new, names):
        """Name each of the columns of a rule that changed."""
        if kind != "rules":
            return super()._change_words(kind, old, new, names)
        fields_ = self.env["dunning.policy"]._fields
        return "; ".join(
            "%s: %s → %s"
            % (fields_[name]._description_string(self.env), old[name] or "–", value)
            for name, value in new.items()
            if value != old[name]
        )

    @api.model
    def _prepare_vals(self, kind, changed, pairs, note):
        """Say how many policies changed: their rules are too long for a list."""
        vals = super()._prepare_vals(kind, changed, pairs, note)
        if kind == "rules":
            vals["target"] = ", ".join(changed.mapped("name"))
        return vals
