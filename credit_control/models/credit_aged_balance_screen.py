from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_amount, format_date

FILTERS = {
    "collector_ids": "user_id",
    "team_ids": "team_id",
    "policy_ids": "policy_id",
    "customer_ids": "customer_id",
}
# rows shown at first; the rest on demand, all of them in the XLSX
ROWS = 200


class CreditAgedBalance(models.Model):
    """What a person last asked of the aged balance: one record each, kept.

    The table is computed for what is on the screen, saved or not.
    """

    _name = "credit.aged.balance"
    _description = "Aged balance"
    _order = "id"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.uid,
    )
    date = fields.Date(
        string="As of",
        required=True,
        default=fields.Date.context_today,
        help="The end of this day: what was paid later is still open.",
    )
    buckets = fields.Char(
        string="Ages",
        required=True,
        default="30, 60, 90, 120",
        help="The last day of each age, in days past due.",
    )
    by = fields.Selection(
        [
            ("customer", "Customer"),
            ("collector", "Collector"),
            ("team", "Team"),
            ("company", "Company"),
            ("salesperson", "Salesperson"),
            ("policy", "Policy"),
            ("risk_class", "Risk class"),
            ("country", "Country"),
            ("currency", "Currency"),
        ],
        required=True,
        default="customer",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        help="Empty: all companies in use.",
    )
    collector_ids = fields.Many2many(
        "res.users", string="Collectors", domain="[('share', '=', False)]"
    )
    team_ids = fields.Many2many("credit.team", string="Teams")
    policy_ids = fields.Many2many("dunning.policy", string="Policies")
    customer_ids = fields.Many2many(
        "res.partner", string="Customers", domain="[('parent_id', '=', False)]"
    )
    risk_class = fields.Selection(
        [
            ("a", "A"),
            ("b", "B"),
            ("c", "C"),
            ("d", "D"),
            ("e", "E"),
            ("none", "Not classified"),
        ]
    )
    only_overdue = fields.Boolean(help="Without what is not due, and without credits.")
    per_currency = fields.Boolean(
        string="In currency of the documents",
        help="One table for each currency, instead of book values.",
    )
    sort = fields.Char(default="total desc", required=True)
    rows = fields.Integer(string="Rows shown", default=ROWS)
    table = fields.Json(compute="_compute_table")

    _user_unique = models.UniqueIndex(
        "(user_id)", "This person's settings of the aged balance exist already."
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "date",
        "buckets",
        "by",
        "company_ids",
        "collector_ids",
        "team_ids",
        "policy_ids",
        "customer_ids",
        "risk_class",
        "only_overdue",
        "per_currency",
        "sort",
        "rows",
    )
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_table(self):
        """Compute what the screen shows; a mistake is shown in its place."""
        for balance in self:
            try:
                balance.table = balance._read_table(max(balance.rows, 1))
            except UserError as error:
                balance.table = {"error": str(error)}

    def _compute_display_name(self):
        for balance in self:
            balance.display_name = self.env._("Aged balance")

    @api.constrains("buckets")
    def _check_buckets(self):
        for balance in self:
            try:
                self.env["credit.aged.item"]._aged_limits(balance.buckets)
            except UserError as error:
                raise ValidationError(str(error)) from error

    # === ACTIONS === #
    @api.model
    def action_open(self):
        """Open the aged balance of today, as this person last looked at it."""
        balance = self.search([("user_id", "=", self.env.uid)], limit=1)
        today = self.env.company._dunning_today()[self.env.company]
        if balance:
            balance.write({"date": today, "rows": ROWS})
        else:
            balance = self.create({"date": today})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_aged_balance_action_form"
        )
        return {**action, "res_id": balance.id}

    def action_open_items(self, key, currency_id, column):
        """List the items that a cell of the table sums up.

        :param key: of the row, or ``"*"`` for the totals
        :param int currency_id: of the table
        :param str column: as in ``table``
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_aged_item_action"
        )
        items = self._items()
        title = self.env._(
            "%(name)s, %(age)s, on %(day)s",
            name=self._key_name(key),
            age=dict(self._columns())[column],
            day=format_date(self.env, self.date),
        )
        return {
            **action,
            "name": title,
            "display_name": title,
            "domain": list(self._cell_domain(key, currency_id, column)),
            "context": {
                "aged_date": fields.Date.to_string(self.date),
                "aged_company_ids": items._aged_companies().ids,
            },
        }

    def action_open_row(self, key, currency_id):
        """Open the credit profile of a customer, else the items of the row."""
        self.ensure_one()
        self.check_access("read")
        if self.by == "customer" and key:
            profiles = self.env["credit.profile"].search(
                [
                    ("partner_id", "=", key),
                    ("company_id", "in", self._items()._aged_companies().ids),
                ]
            )
            if len(profiles) == 1:
                return profiles.get_formview_action()
        return self.action_open_items(key, currency_id, "total")

    def action_pdf(self):
        """Print the table."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("credit_control.report_aged_balance").report_action(self)

    def action_xlsx(self):
        """Download the whole table."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/credit/aged_balance/{self.id}/xlsx",
            "target": "download",
        }

    def action_compare(self):
        """Compare the unfiltered total with the receivable accounts in the ledger."""
        self.ensure_one()
        self.check_access("read")
        profiles = self.env["credit.profile"]
        if not self.env.user.has_group("credit_control.group_auditor"):
            profiles._check_group("group_collector_all", self.env._("see the ledger"))
        sentences, agrees = [], True
        for currency, total, ledger in self._compare():
            gap = currency.round(total - ledger)
            agrees = agrees and currency.is_zero(gap)
            sentences.append(
                self.env._(
                    "Aged balance %(total)s, receivable accounts %(ledger)s, "
                    "difference %(gap)s.",
                    total=format_amount(self.env, total, currency),
                    ledger=format_amount(self.env, ledger, currency),
                    gap=format_amount(self.env, gap, currency),
                )
            )
        if not agrees:
            sentences.append(
                self.env._(
                    "A difference is what was settled across companies: add the "
                    "others to the table."
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._(
                    "All items on %(day)s", day=format_date(self.env, self.date)
                ),
                "message": " ".join(sentences) or self.env._("Nothing was open."),
                "type": "success" if agrees else "warning",
                "sticky": True,
            },
        }

    def _compare(self):
        """Return (currency, total of all items, balance of the accounts) of the day.

        The second figure comes from the journal items alone, without settlements.

        :return: by company currency; without the filters
        :rtype: list[tuple]
        """
        items = self._items()
        companies = items._aged_companies()
        totals = {
            row["currency_id"]: row["total"] for row in items._aged_rows("all", (1,))
        }
        # sudo: the sum of the accounts is all that is read
        ledger = self.env["account.move.line"].sudo()._read_group(
            [
                ("company_id", "in", companies.ids),
                ("account_id", "in", companies._trade_receivable_ids()),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.date),
            ],
            ["company_currency_id"],
            ["balance:sum"],
        )
        return [
            (currency, totals.get(currency.id, 0.0), currency.round(balance))
            for currency, balance in ledger
        ]

    # === TABLE === #
    def _items(self):
        """Return the model of the items, of the day and companies asked for."""
        return self.env["credit.aged.item"].with_context(
            aged_date=fields.Date.to_string(self.date),
            aged_company_ids=(self.company_ids & self.env.companies).ids,
        )

    def _domain(self):
        """Return the domain of the items that the filters leave."""
        domain = Domain.TRUE
        for name, item_name in FILTERS.items():
            if self[name]:
                domain &= Domain(item_name, "in", self[name].ids)
        if self.risk_class:
            risk = self.risk_class if self.risk_class != "none" else False
            domain &= Domain("risk_class", "=", risk)
        if self.only_overdue:
            amount = self._amount_name()
            domain &= Domain(amount, ">", 0) & Domain(
                "due", "<", fields.Date.to_string(self.date)
            )
        return domain

    def _cell_domain(self, key, currency_id, column):
        """Return the domain of the items of one cell."""
        items = self._items()
        limits = items._aged_limits(self.buckets)
        currency, amount = items._aged_columns(self.per_currency)
        domain = self._domain() & Domain(currency, "=", currency_id)
        if key != "*":
            domain &= items._aged_key_domain(self.by, key)
        return domain & items._aged_column_domain(column, limits, amount)

    def _amount_name(self):
        return self.env["credit.aged.item"]._aged_columns(self.per_currency)[1]

    def _key_name(self, key):
        if key == "*":
            return self.env._("All")
        return self.env["credit.aged.item"]._aged_names(self.by, [key])[key]

    def _columns(self):
        """Return the (key, label) of each column of amounts."""
        items = self.env["credit.aged.item"]
        ages = items._aged_labels(items._aged_limits(self.buckets))
        return [
            ("not_due", self.env._("Not due")),
            *((f"age_{rank}", label) for rank, label in enumerate(ages, 1)),
            ("overdue", self.env._("Overdue")),
            ("credit", self.env._("Open credits")),
            ("total", self.env._("Total")),
        ]

    def _read_table(self, limit=None):
        """Return the table as plain data: one section per currency.

        :param int limit: rows of each section; None for all
        :return: ``columns`` (``key``, ``label``), ``by`` (words), ``sort``, ``words``
            (of the screen) and ``sections``: ``currency_id``, ``currency`` (code),
            ``rows`` (``key``, ``name``, ``values`` in the order of the columns,
            ``share`` of the total in percent, ``count``), ``more`` (rows left out),
            ``totals``, ``shares`` and ``count``
        :rtype: dict
        """
        self.ensure_one()
        items = self._items()
        limits = items._aged_limits(self.buckets)
        found = items._aged_rows(self.by, limits, self._domain(), self.per_currency)
        currencies = self.env["res.currency"].browse(
            dict.fromkeys(row["currency_id"] for row in found)
        )
        sections = [
            self._section(
                currency,
                [row for row in found if row["currency_id"] == currency.id],
                limit,
            )
            for currency in currencies.sorted(lambda currency: currency.name)
        ]
        return {
            "columns": [
                {"key": key, "label": label} for key, label in self._columns()
            ],
            "by": dict(self._fields["by"]._description_selection(self.env))[self.by],
            "sort": self.sort,
            "words": {
                "empty": self.env._(
                    "Nothing was open at the end of this day, or nothing passes the "
                    "filters."
                ),
                "more": self.env._("Show more"),
                "total": self.env._("Total"),
                "share": self.env._("% of total"),
            },
            "sections": sections,
        }

    def _section(self, currency, found, limit):
        """Return the sorted rows and the totals of one currency."""
        rows = [
            {"key": row["key"], "values": self._values(row), "count": row["count"]}
            for row in found
        ]
        totals = [
            currency.round(sum(column))
            for column in zip(*(row["values"] for row in rows), strict=True)
        ]
        shown = self._sorted(rows, limit)
        for row in shown:
            row["share"] = self._share(row["values"][-1], totals[-1])
        return {
            "currency_id": currency.id,
            "currency": currency.name,
            "rows": shown,
            "more": len(rows) - len(shown),
            "totals": totals,
            "shares": [self._share(amount, totals[-1]) for amount in totals],
            "count": sum(row["count"] for row in rows),
        }

    def _values(self, row):
        return [
            row["not_due"],
            *row["buckets"],
            row["overdue"],
            row["credit"],
            row["total"],
        ]

    def _share(self, amount, total):
        return round(100 * amount / total, 1) if total else 0.0

    def _sorted(self, rows, limit):
        """Return the first ``limit`` rows in the order asked for, with their names."""
        column, _space, direction = self.sort.partition(" ")
        keys = [key for key, _label in self._columns()]
        items, down = self.env["credit.aged.item"], direction == "desc"
        if column in keys:
            place = keys.index(column)
            rows.sort(key=lambda row: row["values"][place], reverse=down)
            rows = rows[:limit]
        names = items._aged_names(self.by, [row["key"] for row in rows])
        for row in rows:
            row["name"] = names[row["key"]]
        if column not in keys:
            rows.sort(key=lambda row: row["name"].casefold(), reverse=down)
        return rows[:limit]
