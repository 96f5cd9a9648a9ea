from odoo import api, fields, models
from odoo.fields import Domain

READERS = "credit_control.group_collector,credit_control.group_auditor"
# rows of the explanation shown at once
EXPLAINED = 80


class CreditProfile(models.Model):
    """What the form of a profile shows besides its own fields."""

    _inherit = "credit.profile"

    contact_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        compute="_compute_contact_ids",
        help="The customer and all his contacts and addresses.",
    )
    open_line_ids = fields.Many2many(
        "account.move.line",
        string="Open items",
        compute="_compute_open_line_ids",
        help="Claims and credits that are not settled, the oldest first.",
    )
    delivery_ids = fields.One2many(
        "dunning.delivery", "profile_id", string="Sent", groups=READERS
    )
    call_ids = fields.One2many("credit.call", "profile_id", string="Calls")
    explanation = fields.Html(
        string="Why (not) reminded",
        compute="_compute_explanation",
        sanitize=False,
        groups=READERS,
    )
    can_collect = fields.Boolean(
        compute="_compute_can_collect", help="The user may change this profile."
    )
    is_on_hold = fields.Boolean(compute="_compute_is_on_hold")
    open_count = fields.Integer(compute="_compute_counts")
    promise_count = fields.Integer(
        compute="_compute_counts", help="Payment promises, whatever became of them."
    )
    promise_open_count = fields.Integer(
        compute="_compute_counts", help="Promises and instalments still awaited."
    )
    promise_broken_count = fields.Integer(compute="_compute_counts")
    dispute_count = fields.Integer(compute="_compute_counts")
    dispute_open_count = fields.Integer(compute="_compute_counts")
    call_count = fields.Integer(compute="_compute_counts")
    notice_count = fields.Integer(compute="_compute_notice_count", groups=READERS)

    # === COMPUTE METHODS === #
    @api.depends("partner_id")
    def _compute_contact_ids(self):
        members = self.env["res.partner"].search(
            [("commercial_partner_id", "in", self.partner_id.ids)],
            order="is_company desc, name, id",
        )
        by_customer = members.grouped("commercial_partner_id")
        for profile in self:
            profile.contact_ids = by_customer.get(profile.partner_id, members.browse())

    @api.depends("figures_date")
    def _compute_open_line_ids(self):
        lines = self.env["account.move.line"]
        for profile in self:
            profile.open_line_ids = lines.search(
                profile._open_items_domain(), order="date_maturity, date, id"
            )

    @api.depends_context("uid")
    def _compute_can_collect(self):
        self.can_collect = self.env.user.has_group("credit_control.group_collector")

    @api.depends("hold_until")
    def _compute_is_on_hold(self):
        for profile in self:
            today = profile.company_id._dunning_today()[profile.company_id]
            profile.is_on_hold = bool(
                profile.hold_until and profile.hold_until >= today
            )

    @api.depends("partner_id", "promise_ids.state", "dispute_ids.state", "call_ids")
    def _compute_counts(self):
        promises = self._count_by_state("credit.promise")
        disputes = self._count_by_state("credit.dispute")
        calls = dict(
            self.env["credit.call"]._read_group(
                [("profile_id", "in", self.ids)], ["profile_id"], ["__count"]
            )
        )
        for profile in self:
            origin = profile._origin
            promised = promises.get(origin, {})
            contested = disputes.get(origin, {})
            profile.open_count = len(profile.open_line_ids)
            profile.promise_count = sum(promised.values())
            profile.promise_open_count = promised.get("pending", 0)
            profile.promise_broken_count = promised.get("broken", 0)
            profile.dispute_count = sum(contested.values())
            profile.dispute_open_count = contested.get("open", 0)
            profile.call_count = calls.get(origin, 0)

    def _count_by_state(self, model):
        """Return ``{profile: {state: count}}`` of what the user may read."""
        counts = {}
        for profile, state, count in self.env[model]._read_group(
            [("profile_id", "in", self.ids)], ["profile_id", "state"], ["__count"]
        ):
            counts.setdefault(profile, {})[state] = count
        return counts

    @api.depends("notice_ids")
    def _compute_notice_count(self):
        counts = dict(
            self.env["dunning.notice"]._read_group(
                [("profile_id", "in", self.ids)], ["profile_id"], ["__count"]
            )
        )
        for profile in self:
            profile.notice_count = counts.get(profile._origin, 0)

    def _compute_explanation(self):
        for profile in self:
            profile.explanation = profile._render_explanation()

    # === ACTIONS === #
    def action_open_items(self):
        """List the open items of these customers."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.account_move_line_open_action"
        )
        domain = Domain("credit_profile_id", "in", self.ids) & Domain(
            self.env["credit.profile"]._open_domain()
        )
        return {**action, "domain": list(domain)}

    def action_open_notices(self):
        """List the notices of these customers."""
        return self._action_children("dunning_notice_action", self.env._("Notices"))

    def action_open_promises(self):
        """List the promises of these customers."""
        return self._action_children("credit_promise_action", self.env._("Promises"))

    def action_open_disputes(self):
        """List the disputes of these customers."""
        return self._action_children("credit_dispute_action", self.env._("Disputes"))

    def action_open_calls(self):
        """List the calls with these customers."""
        return self._action_children("credit_call_action", self.env._("Calls"))

    def action_open_force_level(self):
        """Open the wizard that forces a level for these customers."""
        self._check_group("group_collector", self.env._("force a level"))
        return self._action_wizard("credit_control.credit_force_level_action")

    def action_open_hold(self):
        """Open the wizard that puts these customers on hold."""
        self._check_group("group_collector", self.env._("put a customer on hold"))
        return self._action_wizard("credit_control.credit_profile_hold_action")

    # === BUSINESS METHODS === #
    @api.model
    def _open_domain(self):
        """Return the domain of open items of any customer."""
        return [
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("account_id.account_type", "=", "asset_receivable"),
            ("account_id.non_trade", "=", False),
        ]

    def _open_items_domain(self):
        """Return the domain of the open items of one profile."""
        self.ensure_one()
        return [
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            *self._open_domain(),
        ]

    def _action_children(self, xml_id, name):
        """Return an action that lists what belongs to these customers.

        :param str xml_id: the action that lists those of all customers
        """
        self.check_access("read")
        actions = self.env["ir.actions.act_window"]
        action = actions._for_xml_id(f"credit_control.{xml_id}")
        self.env[action["res_model"]].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": action["res_model"],
            "view_mode": "list,form",
            "domain": [("profile_id", "in", self.ids)],
            "context": {"default_profile_id": self.id if len(self) == 1 else False},
            "help": action["help"],
        }

    def _action_wizard(self, xml_id):
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {**action, "context": {"default_profile_ids": self.ids}}

    def _render_explanation(self, moves=None, limit=EXPLAINED):
        """Return the table that says of each open claim why it is (not) reminded.

        :param moves: the claims of these entries alone
        :param limit: how many claims, the earliest due first; None: all
        """
        if not self._origin:
            return False
        rows = self._origin.explain()
        # sudo: whoever may read the profile may read its claims and their levels
        lines = self.env["account.move.line"].sudo()
        if moves is not None:
            wanted = lines.search([("move_id", "in", moves.ids)])
            rows = [row for row in rows if row["move_line_id"] in wanted._ids]
        shown = rows[:limit]
        lines = lines.browse(row["move_line_id"] for row in shown)
        lines.fetch(["move_name", "date_maturity", "date", "amount_residual_currency"])
        found = [
            {
                **row,
                "line": line,
                "level": self.env["dunning.level"].sudo().browse(row.get("level_id")),
            }
            for row, line in zip(shown, lines, strict=True)
        ]
        found.sort(key=lambda row: (row["line"].date_maturity or row["line"].date))
        return self.env["ir.qweb"]._render(
            "credit_control.profile_explanation",
            {
                "rows": found,
                "is_reminded": self._is_reminded,
                "total": len(rows),
                "next_limit": (limit or 0) * 5,
            },
        )

    @api.model
    def _is_reminded(self, row):
        """Return whether a row of ``explain`` says that the claim is reminded."""
        return row["code"] in (False, "claim", "reminder", "in_notice")
