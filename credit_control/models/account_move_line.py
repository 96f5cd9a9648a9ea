import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# a change of these moves a posted claim to another customer, company or day, or
# holds it
LEDGER_FIELDS = {
    "account_id",
    "company_id",
    "date_maturity",
    "move_id",
    "no_followup",
    "parent_state",
    "partner_id",
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Plain columns without index or tracking: a sent batch updates them by one
    # raw UPDATE, whatever its size.
    dunning_level_id = fields.Many2one(
        "dunning.level",
        string="Dunning level",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="The last delivered level of the policy.",
    )
    dunning_date = fields.Date(
        string="Last reminded on",
        copy=False,
        readonly=True,
        help="Day of the last delivered notice on this item, one-offs included; of a "
        "letter with a receipt the day on which the customer had it.",
    )
    credit_profile_id = fields.Many2one(
        "credit.profile",
        compute="_compute_credit_profile_id",
        search="_search_credit_profile_id",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id.commercial_partner_id", "company_id")
    def _compute_credit_profile_id(self):
        profiles = self.env["credit.profile"]._of_customers(self._customers())
        by_customer = {(row.partner_id, row.company_id): row for row in profiles}
        for line in self:
            key = (line.partner_id.commercial_partner_id, line.company_id)
            line.credit_profile_id = by_customer.get(key, False)

    def _search_credit_profile_id(self, operator, value):
        """Find lines by profiles; False finds those whose customer has none."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        profiles = self.env["credit.profile"].with_context(active_test=False)
        if operator == "in":
            ids = [profile_id for profile_id in value if profile_id]
            found = self._with_profile(profiles.sudo()._search([("id", "in", ids)]))
            if len(ids) == len(list(value)):
                return found
            return found | ~self._with_profile(profiles.sudo()._search([]))
        if operator in ("any", "any!"):
            profiles = profiles.sudo(operator == "any!" or self.env.su)
            return self._with_profile(profiles._search(Domain(value)))
        return self._with_profile(profiles._search([("partner_id", operator, value)]))

    @api.model
    def _with_profile(self, profiles):
        """Return the domain of the lines whose customer's profile is among these.

        :param Query profiles: a search of profiles
        """

        def to_sql(model, alias, query):
            return SQL(
                """EXISTS (
                    SELECT FROM credit_profile p
                      JOIN res_partner c ON c.commercial_partner_id = p.partner_id
                     WHERE p.id IN %s
                       AND c.id = %s AND p.company_id = %s
                )""",
                profiles.subselect(),
                model._field_to_sql(alias, "partner_id", query),
                model._field_to_sql(alias, "company_id", query),
            )

        return Domain.custom(to_sql=to_sql)

    # === CRUD METHODS === #
    def write(self, vals):
        """Refresh the figures of the customers whose posted claims change."""
        if not LEDGER_FIELDS & vals.keys():
            return super().write(vals)
        customers = self._credit_customers(posted=True)
        if "date_maturity" in vals:
            self._forget_levels(fields.Date.to_date(vals["date_maturity"]))
        result = super().write(vals)
        customers |= self._credit_customers(posted=True)
        self.env["credit.profile"]._refresh_customers(customers)
        return result

    def unlink(self):
        """Remember the levels; refresh the figures of the customers concerned."""
        customers = self._credit_customers(posted=True)
        self._remember_levels()
        result = super().unlink()
        self.env["credit.profile"]._refresh_customers(customers)
        return result

    # === BUSINESS METHODS === #
    def _customers(self):
        """Return ``{(commercial partner id, company id)}`` of these lines."""
        return {
            (line.partner_id.commercial_partner_id.id, line.company_id.id)
            for line in self.sudo()
            if line.partner_id
        }

    @api.private
    def _credit_customers(self, posted=False):
        """Return the customers of the receivable lines among these.

        :param bool posted: of posted lines alone
        :return: ``{(commercial partner id, company id)}``
        """
        return self.filtered(
            lambda line: line.sudo().account_id.account_type == "asset_receivable"
            and (not posted or line.parent_state == "posted")
        )._customers()

    def _forget_levels(self, due):
        """Take the level from lines of a draft that core uses for another instalment.

        :param due: the due date that the lines are about to get
        """
        reused = self.filtered(
            lambda line: line.dunning_date
            and line.parent_state == "draft"
            and line.date_maturity != due
        )
        if reused:
            reused._remember_levels()
            super(AccountMoveLine, reused).write(
                {"dunning_level_id": False, "dunning_date": False}
            )

    def _remember_levels(self):
        """Keep on the move what a reset to draft is about to take from its lines.

        By raw statement: this runs amid core's synchronisation of the move's lines,
        which a write on the move would start again.
        """
        reached = self.filtered("dunning_date")
        for move, lines in reached.grouped("move_id").items():
            memory = {
                fields.Date.to_string(line.date_maturity or line.date): {
                    "level": line.dunning_level_id.id,
                    "date": fields.Date.to_string(line.dunning_date),
                    "lines": line._past_notice_lines().ids,
                    "is_only": len(move._dunning_lines()) == 1,
                }
                for line in lines
            }
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move"
                    " SET dunning_memory = COALESCE(dunning_memory, '{}') || %s::jsonb"
                    " WHERE id = %s",
                    json.dumps(memory),
                    move.id,
                )
            )
            move.invalidate_recordset(["dunning_memory"], flush=False)

    def _past_notice_lines(self):
        """Return the lines of notices on this item that wait for nothing more."""
        past = self.env["dunning.notice.line"].sudo()
        return past.search(
            [("move_line_id", "in", self.ids), ("is_live", "=", False)], order="id"
        )

    def _recall_level(self, kept):
        """Give this line what :meth:`_remember_levels` kept."""
        level = self.env["dunning.level"].sudo().browse(kept["level"] or [])
        self.sudo().write(
            {"dunning_level_id": level.exists().id, "dunning_date": kept["date"]}
        )
        past = self.env["dunning.notice.line"].sudo().browse(kept["lines"])
        past.exists().write({"move_line_id": self.id})
