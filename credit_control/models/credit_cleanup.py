from odoo import api, fields, models
from odoo.tools import SQL

# days after which a claim too small to be reminded, or a failed notice, is listed
SMALL_AFTER = 90
FAILED_WITHIN = 180
KINDS = [
    ("payment", "Unallocated payment"),
    ("credit", "Unused credit note"),
    ("residual", "Tiny residual"),
    ("contact", "Missing address"),
    ("minimum", "Too small to be reminded"),
    ("no_partner", "Claim without customer"),
    ("no_due", "Claim without due date"),
    ("failed", "Undelivered notice"),
    ("duplicate", "Customer entered twice"),
]


class CreditCleanup(models.Model):
    """What keeps the ledger of the customers from being clean, row by row.

    Read from the database as it is now: whatever is put right is gone at once. The
    queries of the rows, one a kind, are in ``_rows_<kind>``.
    """

    _name = "credit.cleanup"
    _description = "Item to clean up"
    _auto = False
    _order = "date, id"

    kind = fields.Selection(KINDS, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    profile_id = fields.Many2one(
        "credit.profile", string="Credit profile", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    move_line_id = fields.Many2one("account.move.line", string="Item", readonly=True)
    notice_id = fields.Many2one("dunning.notice", readonly=True)
    document = fields.Char(readonly=True)
    date = fields.Date(string="Since", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount_company = fields.Monetary(
        string="In company currency",
        currency_field="company_currency_id",
        readonly=True,
        aggregator="sum",
    )
    detail = fields.Char(readonly=True)
    todo = fields.Char(string="What to do", compute="_compute_todo")
    suggestion_id = fields.Many2one(
        "account.move.line", string="Matches", compute="_compute_suggestion_id"
    )
    suggestion = fields.Char(compute="_compute_suggestion_id", string="May settle")
    asked_date = fields.Datetime(
        string="Asked on",
        compute="_compute_asked_date",
        help="Somebody has given this to the accountant, who has not done it yet.",
    )
    can_book = fields.Boolean(compute="_compute_can_book")

    _depends = {
        "account.move": ["name", "move_type", "ref", "payment_reference"],
        "account.move.line": [
            "account_id",
            "amount_currency",
            "amount_residual",
            "amount_residual_currency",
            "company_id",
            "currency_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "credit.profile": [
            "amount_credit",
            "amount_due",
            "amount_overdue",
            "company_id",
            "days_overdue",
            "dunning_policy_id",
            "oldest_due_date",
            "partner_id",
            "user_id",
        ],
        "dunning.level": [
            "active",
            "fallback_channel",
            "fallback_channel_2",
            "min_amount",
            "plan_call",
            "policy_id",
            "send_email",
            "send_letter",
            "send_registered",
            "send_sms",
        ],
        "dunning.notice": ["amount_company", "date", "profile_id", "state"],
        "res.company": ["credit_residual_amount"],
        "res.partner": ["commercial_partner_id", "email", "phone", "street", "vat"],
    }

    # === QUERY === #
    @property
    def _table_query(self):
        """Return the rows of all kinds, with an id that tells kind and source."""
        parts = [
            SQL(
                """
                SELECT part.source::bigint * 16 + %(rank)s AS id, %(kind)s AS kind,
                       part.*
                  FROM (%(rows)s) part
                """,
                rank=rank,
                kind=kind,
                rows=getattr(self, f"_rows_{kind}")(),
            )
            for rank, (kind, _label) in enumerate(KINDS)
        ]
        return SQL(
            "WITH item AS MATERIALIZED (%s) %s",
            self._open_items(),
            SQL(" UNION ALL ").join(parts),
        )

    def _open_items(self):
        """Return the query of the open items that may be of one of our kinds."""
        companies = self.env["res.company"].sudo().search([])
        return SQL(
            """
            SELECT line.id, line.move_id, line.company_id, line.currency_id,
                   line.date, line.date_maturity, line.amount_residual,
                   line.amount_residual_currency, line.balance, line.partner_id,
                   move.name, move.move_type, company.credit_residual_amount AS tiny,
                   profile.id AS profile_id, profile.user_id,
                   contact.commercial_partner_id AS customer_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_company company ON company.id = line.company_id
              LEFT JOIN res_partner contact ON contact.id = line.partner_id
              LEFT JOIN credit_profile profile
                     ON profile.partner_id = contact.commercial_partner_id
                    AND profile.company_id = line.company_id
             WHERE line.account_id IN %s
               AND line.reconciled IS NOT TRUE
               AND line.parent_state = 'posted'
               AND line.amount_residual <> 0
               AND (line.amount_residual < 0 OR line.partner_id IS NULL
                    OR line.date_maturity IS NULL
                    OR line.amount_residual <= company.credit_residual_amount)
            """,
            companies._trade_receivable_ids(),
        )

    def _item_rows(self, condition):
        """Return the open items of a kind as rows."""
        return SQL(
            """
            SELECT id AS source, company_id, profile_id, customer_id AS partner_id,
                   user_id, move_id, id AS move_line_id, NULL::int AS notice_id,
                   name AS document, date, currency_id,
                   amount_residual_currency AS amount,
                   amount_residual AS amount_company, NULL::varchar AS detail
              FROM item
             WHERE %s
            """,
            condition,
        )

    def _rows_payment(self):
        return self._item_rows(
            SQL(
                "amount_residual < 0 AND partner_id IS NOT NULL"
                " AND move_type <> 'out_refund'"
            )
        )

    def _rows_credit(self):
        return self._item_rows(
            SQL(
                "amount_residual < 0 AND partner_id IS NOT NULL"
                " AND move_type = 'out_refund'"
            )
        )

    def _rows_residual(self):
        """What is left of a claim that was paid but for a trifle."""
        return self._item_rows(
            SQL(
                "amount_residual > 0 AND amount_residual <= tiny"
                " AND amount_residual < balance AND partner_id IS NOT NULL"
            )
        )

    def _rows_no_partner(self):
        return self._item_rows(SQL("partner_id IS NULL"))

    def _rows_no_due(self):
        return self._item_rows(
            SQL(
                "date_maturity IS NULL AND amount_residual > 0"
                " AND partner_id IS NOT NULL"
            )
        )

    def _profile_rows(self, source, detail, condition):
        """Return customers of a kind as rows; all aliases are of ``p``."""
        return SQL(
            """
            SELECT p.id AS source, p.company_id, p.id AS profile_id, p.partner_id,
                   p.user_id, NULL::int AS move_id, NULL::int AS move_line_id,
                   NULL::int AS notice_id, NULL::varchar AS document,
                   p.oldest_due_date AS date, company.currency_id,
                   p.amount_overdue AS amount, p.amount_overdue AS amount_company,
                   %s AS detail
              FROM credit_profile p
              JOIN res_company company ON company.id = p.company_id
              %s
             WHERE p.active AND %s
            """,
            detail,
            source,
            condition,
        )

    def _rows_contact(self):
        """Customers to remind whose policy needs an address that nobody has.

        A level that falls back on a way that reaches the customer needs none.
        """
        behind = self.env["dunning.level"]._sql_fallback_uses(SQL("l"))
        contacts = SQL(
            """
            CROSS JOIN LATERAL (
                SELECT coalesce(bool_or(c.email <> ''), FALSE) AS email,
                       coalesce(bool_or(c.street <> '' AND c.city <> ''), FALSE)
                           AS street,
                       coalesce(bool_or(c.phone <> ''), FALSE) AS phone
                  FROM res_partner c
                 WHERE c.commercial_partner_id = p.partner_id AND c.active) has
            CROSS JOIN LATERAL (
                SELECT bool_or(l.send_email) AS email,
                       bool_or(l.send_letter OR l.send_registered) AS street,
                       bool_or(l.send_sms OR l.plan_call) AS phone
                  FROM dunning_level l
                 WHERE l.policy_id = p.dunning_policy_id AND l.active
                   AND NOT ((%(email)s) AND has.email OR (%(letter)s) AND has.street
                            OR (%(phone)s) AND has.phone)) need
            CROSS JOIN LATERAL (
                SELECT concat_ws(',',
                    CASE WHEN need.email AND NOT has.email THEN 'email' END,
                    CASE WHEN need.street AND NOT has.street THEN 'street' END,
                    CASE WHEN need.phone AND NOT has.phone THEN 'phone' END
                ) AS names) lack
            """,
            **behind,
        )
        return self._profile_rows(
            contacts,
            SQL("lack.names"),
            SQL("p.amount_overdue > 0 AND lack.names <> ''"),
        )

    def _rows_minimum(self):
        """Customers overdue for long who owe less than any level of their policy."""
        levels = SQL(
            """
            CROSS JOIN LATERAL (
                SELECT min(coalesce(l.min_amount, 0)) AS amount FROM dunning_level l
                 WHERE l.policy_id = p.dunning_policy_id AND l.active) least
            """
        )
        return self._profile_rows(
            levels,
            SQL("NULL::varchar"),
            SQL(
                "p.amount_overdue > 0 AND p.days_overdue >= %s"
                " AND p.amount_overdue - p.amount_credit < least.amount",
                SMALL_AFTER,
            ),
        )

    def _rows_failed(self):
        """Notices that reached nobody, unless a later one did."""
        return SQL(
            """
            SELECT n.id AS source, n.company_id, n.profile_id, n.partner_id,
                   p.user_id, NULL::int AS move_id, NULL::int AS move_line_id,
                   n.id AS notice_id, NULL::varchar AS document, n.date,
                   company.currency_id, n.amount_company AS amount, n.amount_company,
                   NULL::varchar AS detail
              FROM dunning_notice n
              JOIN credit_profile p ON p.id = n.profile_id
              JOIN res_company company ON company.id = n.company_id
             WHERE n.state = 'failed' AND n.date >= CURRENT_DATE - %s
               AND NOT EXISTS (SELECT FROM dunning_notice later
                                WHERE later.profile_id = n.profile_id
                                  AND later.id > n.id AND later.state = 'sent')
            """,
            FAILED_WITHIN,
        )

    def _rows_duplicate(self):
        """Customers who owe something and share a tax number with another one."""
        twins = SQL(
            """
            JOIN res_partner c ON c.id = p.partner_id AND c.vat <> ''
            JOIN (SELECT f.company_id,
                         upper(regexp_replace(d.vat, '\\W', '', 'g')) AS vat
                    FROM credit_profile f JOIN res_partner d ON d.id = f.partner_id
                   WHERE f.active AND d.active AND d.vat <> ''
                   GROUP BY 1, 2 HAVING count(*) > 1) twin
              ON twin.company_id = p.company_id
             AND twin.vat = upper(regexp_replace(c.vat, '\\W', '', 'g'))
             AND length(twin.vat) > 3
            """
        )
        return self._profile_rows(twins, SQL("c.vat"), SQL("p.amount_due > 0"))

    # === COMPUTE METHODS === #
    @api.depends("kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = kinds.get(row.kind, "")

    @api.depends("kind", "detail")
    def _compute_todo(self):
        parts = {
            "email": self.env._("an e-mail address"),
            "street": self.env._("a postal address"),
            "phone": self.env._("a phone number"),
        }
        texts = {
            "payment": self.env._("Match it with an invoice"),
            "credit": self.env._("Match it with an invoice"),
            "residual": self.env._("Write it off"),
            "minimum": self.env._("Decide: write it off, or lower the minimum"),
            "no_partner": self.env._("Enter the customer on the entry"),
            "no_due": self.env._("Enter the due date on the entry"),
            "failed": self.env._("Correct what failed, then send it again"),
            "duplicate": self.env._("Merge the customers, or correct the tax number"),
        }
        for row in self:
            if row.kind == "contact":
                names = (row.detail or "").split(",")
                row.todo = self.env._(
                    "Enter %s", ", ".join(parts[name] for name in names if name)
                )
            else:
                row.todo = texts.get(row.kind)

    @api.depends("move_line_id")
    def _compute_suggestion_id(self):
        """Find the claim that an unused credit is most likely meant for."""
        credits = self.filtered(lambda row: row.kind in ("payment", "credit"))
        found = credits._suggestions()
        for row in self:
            claim_id, name, why = found.get(row.move_line_id.id, (False, "", ""))
            row.suggestion_id = claim_id
            row.suggestion = claim_id and f"{name} ({self._why(why)})"

    def _why(self, why):
        return {
            "reference": self.env._("reference"),
            "amount": self.env._("same amount"),
        }[why]

    def _suggestions(self):
        """Return ``{credit line: (claim, its name, why)}`` by one query."""
        ids = tuple(self.move_line_id.ids)
        if not ids:
            return {}
        accounts = self.company_id._trade_receivable_ids()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (credit.id) credit.id, claim.id, move.name,
                       CASE WHEN named.it THEN 'reference' ELSE 'amount' END
                  FROM account_move_line credit
                  JOIN account_move paid ON paid.id = credit.move_id
                  JOIN res_partner payer ON payer.id = credit.partner_id
                  JOIN res_partner contact
                    ON contact.commercial_partner_id = payer.commercial_partner_id
                  JOIN account_move_line claim
                    ON claim.partner_id = contact.id
                   AND claim.company_id = credit.company_id
                   AND claim.currency_id = credit.currency_id
                   AND claim.account_id IN %(accounts)s
                   AND claim.reconciled IS NOT TRUE
                   AND claim.parent_state = 'posted'
                   AND claim.amount_residual > 0
                  JOIN account_move move ON move.id = claim.move_id
                  CROSS JOIN LATERAL (
                       SELECT concat_ws(' ', credit.name, credit.ref, paid.ref) AS text
                  ) label
                  CROSS JOIN LATERAL (
                       SELECT position(lower(move.name) IN lower(label.text)) > 0
                           OR (length(move.payment_reference) > 4
                               AND position(lower(move.payment_reference)
                                            IN lower(label.text)) > 0) AS it
                  ) named
                 WHERE credit.id IN %(ids)s
                   AND (named.it OR claim.amount_residual_currency
                                    = -credit.amount_residual_currency)
                 ORDER BY credit.id, coalesce(named.it, FALSE) DESC,
                       claim.amount_residual_currency
                           = -credit.amount_residual_currency DESC,
                       claim.date_maturity, claim.id
                """,
                accounts=accounts,
                ids=ids,
            )
        )
        return {credit: (claim, name, why) for credit, claim, name, why in rows}

    @api.depends("move_id", "profile_id")
    def _compute_asked_date(self):
        kind = self.env.ref("credit_control.activity_type_credit")
        # sudo: whoever reads the row may know that it was asked
        asked = dict(
            self.env["mail.activity"]
            .sudo()
            ._read_group(
                [
                    ("activity_type_id", "=", kind.id),
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", self.move_id.ids),
                ],
                ["res_id"],
                ["create_date:max"],
            )
        )
        for row in self:
            row.asked_date = asked.get(row.move_id.id, False)

    @api.depends_context("uid")
    def _compute_can_book(self):
        self.can_book = self.env.user.has_group("account.group_account_invoice")
