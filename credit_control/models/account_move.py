from odoo import api, fields, models
from odoo.exceptions import UserError

# a change of these moves the ledger of a customer, or holds a claim
LEDGER_FIELDS = {"dunning_origin", "partner_id", "payment_state", "state"}
# written by the methods below, for collectors who have no right on entries
LEVEL_FIELDS = {
    "dunning_forced_level_id",
    "dunning_forced_reason",
    "dunning_forced_user_id",
    "dunning_memory",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Own dunning policy",
        copy=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Wins over the customer's policy for this invoice.",
    )
    dunning_forced_level_id = fields.Many2one(
        "dunning.level",
        string="Forced level",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The next run uses this level, whatever the delays; then the policy "
        "goes on from there.",
    )
    dunning_forced_reason = fields.Char(
        string="Reason of the forced level", copy=False, readonly=True
    )
    dunning_forced_user_id = fields.Many2one(
        "res.users", string="Forced by", copy=False, readonly=True
    )
    dunning_origin = fields.Selection(
        [
            ("late", "Paid late"),
            ("dispute", "Dispute"),
            ("safeguard", "Safeguard"),
            ("receivership", "Receivership"),
            ("liquidation", "Liquidation"),
            ("factored", "Factored"),
            ("handed_over", "Handed over to a third party"),
            ("other", "Other"),
        ],
        string="Why unpaid",
        copy=False,
        help="Factored and handed-over invoices are not reminded.",
    )
    dunning_memory = fields.Json(
        copy=False,
        readonly=True,
        help="Levels of receivable lines that a reset to draft took away, by due "
        "date: the lines made anew get them back.",
    )

    # === CRUD METHODS === #
    def write(self, vals):
        """Refresh the figures of the customers whose ledger, or holds, change."""
        if not LEDGER_FIELDS & vals.keys():
            return super().write(vals)
        customers = self.line_ids._credit_customers()
        result = super().write(vals)
        customers |= self.line_ids._credit_customers()
        self.env["credit.profile"]._refresh_customers(customers)
        return result

    def _post(self, soft=True):
        """Give lines made anew the level that the old ones of this move had."""
        posted = super()._post(soft)
        for move in posted.filtered("dunning_memory"):
            move._recall_dunning_levels()
        return posted

    # === ACTIONS === #
    def action_dunning_force_level(self, level, reason):
        """Use ``level`` for these invoices at the next run.

        :param level: a ``dunning.level``, or its id
        :param str reason: why, kept on the invoice and in its chatter
        """
        profiles = self._check_dunning_rights(self.env._("force a level"))
        level = profiles._readable_level(level)
        reason = profiles._required_reason(reason)
        # sudo: a collector has no right on entries, and writes these fields alone
        self.sudo().write(
            {
                "dunning_forced_level_id": level.id,
                "dunning_forced_reason": reason,
                "dunning_forced_user_id": self.env.uid,
            }
        )
        self._dunning_log(
            self.env._(
                "Level %(level)s is forced for the next run: %(reason)s",
                level=level.display_name,
                reason=reason,
            )
        )
        return True

    def action_dunning_clear_level(self):
        """Let the policy decide again."""
        self._check_dunning_rights(self.env._("clear a forced level"))
        forced = self.filtered("dunning_forced_level_id")
        forced.sudo().write(dict.fromkeys(LEVEL_FIELDS - {"dunning_memory"}, False))
        forced._dunning_log(self.env._("The forced level is cleared."))
        return True

    def action_dunning_set_policy(self, policy):
        """Give these invoices a policy of their own; none: the customer's again.

        :param policy: a ``dunning.policy``, its id, or False
        """
        self._check_dunning_rights(self.env._("change the policy of an invoice"))
        if isinstance(policy, int):
            policy = self.env["dunning.policy"].browse(policy).exists()
        if policy:
            policy.check_access("read")
        # sudo: a collector has no right on entries
        self.sudo().write({"dunning_policy_id": policy.id if policy else False})
        self._dunning_log(
            self.env._("Dunning policy of this invoice: %s", policy.display_name)
            if policy
            else self.env._("The invoice follows the customer's dunning policy again.")
        )
        return True

    def action_dunning_set_origin(self, origin):
        """Say why these invoices are unpaid.

        :param origin: a value of ``dunning_origin``, or False
        """
        self._check_dunning_rights(self.env._("say why an invoice is unpaid"))
        labels = dict(self._fields["dunning_origin"]._description_selection(self.env))
        if origin and origin not in labels:
            raise UserError(
                self.env._(
                    "Choose one of these reasons: %s.", ", ".join(labels.values())
                )
            )
        # sudo: a collector has no right on entries
        self.sudo().write({"dunning_origin": origin})
        self._dunning_log(
            self.env._("Why unpaid: %s", labels.get(origin) or self.env._("not known"))
        )
        return True

    def action_dunning_wizard(self):
        """Open the wizard that forces a level, sets a policy or an origin."""
        self._check_dunning_rights(self.env._("change the dunning of an invoice"))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_force_level_action"
        )
        return {**action, "context": {"default_move_ids": self.ids}}

    def action_open_credit_profile(self):
        """Open the credit profile of the invoice's customer, made when missing."""
        self.ensure_one()
        return self.commercial_partner_id._open_credit_profile(self.company_id)

    def action_credit_pdf(self):
        """Show the invoice's PDF, for whoever may read the invoice."""
        self.ensure_one().check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/credit/invoice/{self.id}/pdf",
            "target": "new",
        }

    # === BUSINESS METHODS === #
    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Core lets whoever reads an invoice write on it; an auditor only reads."""
        if message_operation == "create" and self.env["credit.profile"]._only_audits():
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def _check_dunning_rights(self, deed):
        """Check the right to act on these invoices; return their profiles.

        Whoever acts on an invoice may write the profile of its customer.

        :param str deed: what he wanted to do, in the infinitive
        """
        profile_model = self.env["credit.profile"]
        profile_model._check_group("group_collector", deed)
        self.check_access("read")
        profiles = profile_model.browse()
        for customer, company in self.grouped(
            lambda move: (move.commercial_partner_id, move.company_id)
        ):
            if not customer:
                raise UserError(
                    self.env._("Enter a customer on the entry, then try again.")
                )
            profiles |= profile_model.get_profile(customer, company)
        return profiles._check_in_portfolio()

    @api.private
    def _refresh_credit_figures(self):
        """Have the figures of the customers of these invoices computed again."""
        customers = self.sudo().line_ids._credit_customers()
        self.env["credit.profile"]._refresh_customers(customers)

    def _dunning_lines(self):
        """Return the receivable lines of these entries."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _recall_dunning_levels(self):
        """Give lines the level that a line of the same due date had in this move.

        An only line keeps its level whatever its due date.
        """
        self.ensure_one()
        memory = dict(self.dunning_memory)
        lines = self._dunning_lines()
        for line in lines.filtered(lambda line: not line.dunning_date):
            due = fields.Date.to_string(line.date_maturity or line.date)
            if len(lines) == 1:
                only = [day for day, kept in memory.items() if kept["is_only"]]
                due = due if due in memory else "".join(only[-1:])
            if due in memory:
                line._recall_level(memory.pop(due))
        self.sudo().dunning_memory = memory or False

    @api.private
    def _dunning_log(self, message):
        """Leave ``message`` in the chatter of each invoice, by the acting user."""
        author = self.env.user.partner_id
        for move in self.sudo():
            move.message_post(body=message, author_id=author.id)
