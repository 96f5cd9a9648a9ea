from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CreditAgedItem(models.Model):
    """The receivable lines as they were at the end of a day: rows of the ledger.

    The day is the key ``aged_date`` of the context, today without it; the companies
    are those in use, or among them those of ``aged_company_ids``. Nothing is stored:
    lists, pivots and exports on this model are of that day. Who sees what is told by
    its record rules, as for credit profiles; a customer without profile is nobody's.

    Two days in one transaction share the cache of records: read by SQL, or invalidate.
    """

    _name = "credit.aged.item"
    _description = "Open item as of a day"
    _inherit = ["credit.portfolio.scope"]
    _auto = False
    _order = "due, id"
    _depends = {  # credit.ledger brings the rest to the database
        "account.move": ["invoice_date", "name", "ref"],
        "credit.profile": [
            "company_id",
            "dunning_policy_id",
            "partner_id",
            "risk_class",
            "team_id",
            "user_id",
        ],
        "res.company": ["currency_id"],
        "res.partner": ["country_id", "user_id"],
    }

    name = fields.Char(string="Document", readonly=True)
    reference = fields.Char(readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    move_line_id = fields.Many2one("account.move.line", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    profile_id = fields.Many2one("credit.profile", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    team_id = fields.Many2one("credit.team", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    policy_id = fields.Many2one("dunning.policy", readonly=True)
    risk_class = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E")], readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    date = fields.Date(string="Accounting date", readonly=True)
    invoice_date = fields.Date(readonly=True)
    due = fields.Date(string="Due date", readonly=True)
    days_overdue = fields.Integer(
        string="Days late",
        readonly=True,
        aggregator="max",
        help="From the due date to the day of the list; 0 for credits.",
    )
    balance = fields.Monetary(
        string="Amount", currency_field="company_currency_id", readonly=True
    )
    residual = fields.Monetary(
        string="Open amount",
        currency_field="company_currency_id",
        readonly=True,
        help="What was open at the end of the day, at book value.",
    )
    residual_currency = fields.Monetary(
        string="Open in currency", currency_field="currency_id", readonly=True
    )

    # === QUERY === #
    @property
    def _table_query(self):
        """Return the items of the day and of the companies of the context."""
        companies, day = self._aged_companies(), self._aged_date()
        return SQL(
            """
            SELECT item.id, item.id AS move_line_id, item.move_id, item.partner_id,
                   item.customer_id, item.company_id, item.currency_id,
                   item.account_id, item.date, item.due, item.balance,
                   item.residual, item.residual_currency,
                   move.name, move.ref AS reference, move.invoice_date,
                   CASE WHEN item.residual > 0
                        THEN GREATEST(%(day)s - item.due, 0) ELSE 0
                    END AS days_overdue,
                   company.currency_id AS company_currency_id,
                   profile.id AS profile_id, profile.user_id, profile.team_id,
                   profile.risk_class, profile.dunning_policy_id AS policy_id,
                   customer.user_id AS salesperson_id, customer.country_id
              FROM (%(items)s) item
              JOIN res_company company ON company.id = item.company_id
              LEFT JOIN account_move move ON move.id = item.move_id
              LEFT JOIN res_partner customer ON customer.id = item.customer_id
              LEFT JOIN credit_profile profile
                ON profile.partner_id = item.customer_id
               AND profile.company_id = item.company_id
            """,
            day=SQL("%s::date", day),
            items=self.env["credit.ledger"]._query_items(companies.ids, day),
        )

    @api.model
    def _aged_companies(self):
        """Return the companies of the context, of those in use.

        :raise AccessError: when a company asked for is not in use
        """
        asked = self.env.context.get("aged_company_ids")
        if not asked:
            return self.env.companies
        asked = self.env["res.company"].browse(asked)
        if refused := asked - self.env.companies:
            raise AccessError(
                self.env._(
                    "Select %(companies)s in the menu of companies first.",
                    companies=", ".join(refused.sudo().mapped("name")),
                )
            )
        return asked

    @api.model
    def _aged_date(self):
        """Return the day of the context, else today where the company works."""
        asked = self.env.context.get("aged_date")
        try:
            day = fields.Date.to_date(asked)
        except ValueError as error:
            raise UserError(
                self.env._("“%(day)s” is no day: write YYYY-MM-DD.", day=asked)
            ) from error
        return day or self.env.company._dunning_today()[self.env.company]

    # === ACTIONS === #
    def action_open_document(self):
        """Open the document of the item, in one click."""
        self.ensure_one()
        self.move_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.move_id.display_name,
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [[False, "form"]],
        }

    def action_open_profile(self):
        """Open the credit profile of the item's customer."""
        self.ensure_one()
        if not self.profile_id:
            raise UserError(
                self.env._(
                    "This customer has no credit profile yet: it is made tonight, or "
                    "at the next dunning run."
                )
            )
        return self.profile_id.get_formview_action()
