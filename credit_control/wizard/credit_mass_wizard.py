from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.screen_days import format_day


class CreditMassWizard(models.AbstractModel):
    """Change something on many customers: who is concerned, from what to what."""

    _name = "credit.mass.wizard"
    _description = "Mass action on customers"

    profile_ids = fields.Many2many(
        "credit.profile",
        string="Customers",
        required=True,
        default=lambda self: self._default_profile_ids(),
    )
    profile_count = fields.Integer(compute="_compute_profile_count")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    def _default_profile_ids(self):
        """Take the selection of any list: customers, or what belongs to one.

        Open items, invoices, notices, simulated notices: whatever knows its customer.
        """
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model in ("account.move.line", "account.move"):
            records = self.env[model].browse(ids)
            partner = {
                "account.move.line": lambda line: line.partner_id.commercial_partner_id,
                "account.move": lambda move: move.commercial_partner_id,
            }[model]
            customers = {(partner(one).id, one.company_id.id) for one in records}
            profiles = self.env["credit.profile"].sudo()._of_customers(customers)
            return profiles.sudo(False)._filtered_access("read").ids
        if model in self.env and "profile_id" in self.env[model]._fields:
            profiles = self.env[model].browse(ids).profile_id
            return profiles._filtered_access("read").ids
        return ids

    # === CONSTRAINT METHODS === #
    @api.constrains("profile_ids")
    def _check_has_customers(self):
        for wizard in self:
            if not wizard.profile_ids:
                raise ValidationError(
                    self.env._("No customer is chosen: tick some in a list first.")
                )

    # === COMPUTE METHODS === #
    @api.depends("profile_ids")
    def _compute_profile_count(self):
        for wizard in self:
            wizard.profile_count = len(wizard.profile_ids)

    def _compute_preview(self):
        """Render the table: from what to what, how many, how much.

        Extended by: wizards that say what ``_preview_field`` and ``_preview_target``
        depend on.
        """
        for wizard in self:
            wizard.preview = self.env["ir.qweb"]._render(
                "credit_control.mass_preview", {"rows": wizard._preview_rows()}
            )

    # === BUSINESS METHODS === #
    def _preview_field(self):
        """Return the name of the field of the profile that changes."""
        raise NotImplementedError

    def _preview_target(self):
        """Return what the field is set to, in words."""
        raise NotImplementedError

    def _preview_rows(self):
        """Return the lines of the table, one by former value and company."""
        name = self._preview_field()
        profiles = self.env["credit.profile"]
        field = profiles._fields[name]
        if not self.profile_ids:
            return []
        grouping = f"{name}:day" if field.type == "date" else name
        groups = profiles._read_group(
            [("id", "in", self.profile_ids.ids), ("active", "in", [True, False])],
            ["company_id", grouping],
            ["__count", "amount_due:sum", "amount_overdue:sum"],
        )
        target = self._preview_target()
        return [
            {
                "company": company.name,
                "old": self._value_text(old),
                "new": target,
                "count": count,
                "due": company.currency_id.format(due or 0),
                "overdue": company.currency_id.format(overdue or 0),
            }
            for company, old, count, due, overdue in groups
        ]

    def _value_text(self, value):
        if not value:
            return self.env._("none")
        if isinstance(value, models.BaseModel):
            return value.sudo().display_name
        if isinstance(value, date):
            return format_day(self.env, value)
        return str(value)
