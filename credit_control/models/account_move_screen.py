from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

READERS = "credit_control.group_collector,credit_control.group_auditor"
SALES = "credit_control.group_sales_reader"


class AccountMove(models.Model):
    """What the screens of an invoice show of its dunning."""

    _inherit = "account.move"

    credit_line_ids = fields.Many2many(
        "account.move.line",
        string="Instalments",
        compute="_compute_credit_line_ids",
        help="The receivable lines, each with its own due date and level.",
    )
    dunning_notice_line_ids = fields.Many2many(
        "dunning.notice.line",
        string="Notices",
        compute="_compute_dunning_notice_line_ids",
        groups=READERS,
    )
    dunning_explanation = fields.Html(
        string="Why (not) reminded",
        compute="_compute_dunning_explanation",
        sanitize=False,
        groups=READERS,
    )

    # === VIEWS === #
    @api.model
    def get_views(self, views, options=None):
        """Show people without accounting rights our form, after a reload too.

        Core's form reads what accountants alone may.
        """
        if self.env["account.move.line"]._reads_collectors_form():
            form = self.env.ref("credit_control.account_move_view_form_collector").id
            views = [
                (form if kind == "form" and not view_id else view_id, kind)
                for view_id, kind in views
            ]
        return super().get_views(views, options)

    # === COMPUTE METHODS === #
    @api.depends("line_ids.account_id")
    def _compute_credit_line_ids(self):
        for move in self:
            move.credit_line_ids = move._dunning_lines()

    def _compute_dunning_notice_line_ids(self):
        rows = self.env["dunning.notice.line"].search(
            [("move_line_id.move_id", "in", self.ids)], order="id desc"
        )
        for move in self:
            move.dunning_notice_line_ids = rows.filtered(
                lambda row, move=move: row.move_id == move
            )

    def _compute_dunning_explanation(self):
        profiles = self.env["credit.profile"]
        for move in self:
            profile = profiles._of_customers(
                {(move.commercial_partner_id.id, move.company_id.id)}
            )
            move.dunning_explanation = bool(profile) and profile._render_explanation(
                move._origin
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    credit_in_reach = fields.Boolean(
        string="In my reach",
        compute="_compute_credit_in_reach",
        search="_search_credit_in_reach",
        help="The user may read the credit profile of the customer.",
    )

    # === COMPUTE METHODS === #
    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_credit_in_reach(self):
        found = self.search([("id", "in", self.ids), ("credit_in_reach", "=", True)])
        for line in self:
            line.credit_in_reach = line._origin in found

    def _search_credit_in_reach(self, operator, value):
        """Find the items of customers whose profile the user may read.

        Who reads every portfolio reads every item: no join that a large ledger feels.
        """
        if operator != "in":
            return NotImplemented
        every = ("credit_control.group_collector_all", "credit_control.group_auditor")
        domain = Domain.TRUE
        if not any(self.env.user.has_group(group) for group in every):
            domain = Domain("credit_profile_id", "any", Domain.TRUE)
        return domain if True in value else ~domain

    # === ACTIONS === #
    def action_credit_open(self):
        """Open the document of the item, as the user's rights allow."""
        self.ensure_one().check_access("read")
        move = self.move_id
        if not move.has_access("read"):
            raise UserError(
                self.env._(
                    "%s is an accounting entry, not an invoice: ask an accountant to "
                    "show it.",
                    move.sudo().name,
                )
            )
        action = {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "views": [(False, "form")],
        }
        if self._reads_collectors_form():
            view = self.env.ref("credit_control.account_move_view_form_collector")
            action["views"] = [(view.id, "form")]
        return action

    def _reads_collectors_form(self):
        """Return whether the user sees invoices by a right of ours alone."""
        user = self.env.user
        return user.has_groups(f"{READERS},{SALES}") and not user.has_groups(
            "account.group_account_readonly,account.group_account_invoice"
        )

    def action_credit_pdf(self):
        """Show the PDF of the item's invoice."""
        self.ensure_one().check_access("read")
        return self.move_id.action_credit_pdf()
