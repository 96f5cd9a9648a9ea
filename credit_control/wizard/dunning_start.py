from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL

# days overdue, from - to; None: no end
BUCKETS = ((1, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))


class DunningStart(models.TransientModel):
    """Start assistant: what is in the ledger, and where dunning takes it up."""

    _name = "dunning.start"
    _description = "Start of dunning"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_started = fields.Boolean(related="company_id.dunning_is_started")
    bucket_ids = fields.One2many("dunning.start.bucket", "start_id")
    policy_ids = fields.One2many("dunning.start.policy", "start_id")
    due_count = fields.Integer(string="Not due yet", readonly=True)
    no_followup_count = fields.Integer(
        readonly=True,
        help="Open items of general journals, such as opening balances: Odoo leaves "
        "them out of follow-up unless somebody says otherwise.",
    )
    no_followup_amount = fields.Monetary(readonly=True)

    def _compute_display_name(self):
        for start in self:
            start.display_name = self.env._("Start dunning")

    # === ACTIONS === #
    @api.model
    def action_open(self):
        """Open the assistant with the ledger of the current company."""
        self._check_manager()
        start = self.create({})
        start._load()
        return start._action_form()

    def action_set_levels(self):
        """Note the items as reminded elsewhere, without sending anything."""
        self._check_manager()
        buckets = self.bucket_ids.filtered("step")
        if not buckets:
            raise UserError(
                self.env._(
                    "Enter in the table how many reminders the items of an age have "
                    "received already."
                )
            )
        today = self.company_id._dunning_today()[self.company_id]
        for bucket in buckets:
            if not bucket.reminded_on or bucket.reminded_on > today:
                raise UserError(
                    self.env._(
                        "Enter the day of the last reminder for “%(age)s”, today at "
                        "the latest.",
                        age=bucket.name,
                    )
                )
        self._write_levels(buckets, today)
        self._load()
        return self._action_form()

    def action_show_no_followup(self):
        """List the items that only the default of general journals holds."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left out of follow-up by default"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": self._no_followup_domain(),
        }

    def action_release_no_followup(self):
        """Let the items of general journals be reminded as well."""
        self._check_manager()
        # sudo: a credit manager has no right to write on entries
        lines = self.env["account.move.line"].sudo().search(self._no_followup_domain())
        if lines:
            self.env.execute_query(
                SQL(
                    "UPDATE account_move_line SET no_followup = FALSE WHERE id IN %s "
                    "RETURNING id",
                    tuple(lines.ids),
                )
            )
            lines.invalidate_recordset(["no_followup"])
            lines.move_id.invalidate_recordset(["no_followup"])
        self._load()
        return self._action_form()

    def action_start(self):
        """Keep the ceilings, start dunning and open the first run."""
        self._check_manager()
        for row in self.policy_ids:
            if row.policy_id.max_per_day != row.max_per_day:
                row.policy_id.max_per_day = row.max_per_day
        if not self.company_id.dunning_is_started:
            self.company_id._start_dunning()
        today = self.company_id._dunning_today()[self.company_id]
        run = self.env["dunning.run"]._get_run(self.company_id, today)
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.run",
            "res_id": run.id,
            "view_mode": "form",
            "target": "current",
        }

    # === BUSINESS METHODS === #
    def _check_manager(self):
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._("Only a credit manager starts dunning: ask one of them.")
            )

    def _action_form(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start dunning"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def _load(self):
        """Read the ledger anew: by age, by policy, and what is left out."""
        company = self.company_id
        self.env["credit.profile"].sudo()._ensure_profiles(company)
        today = company._dunning_today()[company]
        self.env["dunning.pipeline"].sudo()._compute(company, today)
        # sudo: the sum of entries that a credit manager may only read
        held = self.env["account.move.line"].sudo()
        [(count, amount)] = held._read_group(
            self._no_followup_domain(), [], ["__count", "amount_residual:sum"]
        )
        self.write(
            {
                "bucket_ids": [
                    Command.clear(),
                    *map(Command.create, self._bucket_values(today)),
                ],
                "policy_ids": [
                    Command.clear(),
                    *map(Command.create, self._policy_values()),
                ],
                "due_count": self.env.execute_query(
                    SQL("SELECT count(*) FROM plan_result WHERE NOT is_overdue")
                )[0][0],
                "no_followup_count": count,
                "no_followup_amount": amount,
            }
        )

    def _bucket_values(self, today):
        """Return the rows by age of the overdue claims, from the last computation."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT bucket.rank, count(*), count(DISTINCT result.profile_id),
                       sum(result.residual / rate.rate)::float,
                       count(*) FILTER (WHERE result.own_level_id IS NOT NULL)
                  FROM (%s) bucket
                  JOIN plan_result result
                    ON %s - result.due BETWEEN bucket.start AND bucket.stop
                  JOIN plan_rate rate USING (currency_id)
                 WHERE result.is_overdue
                 GROUP BY bucket.rank
                """,
                self._query_buckets(
                    [(rank, *days, 0, None) for rank, days in enumerate(BUCKETS)]
                ),
                today,
            )
        )
        found = {rank: figures for rank, *figures in rows}
        values = []
        for rank, (start, stop) in enumerate(BUCKETS):
            items, customers, amount, reminded = found.get(rank, (0, 0, 0.0, 0))
            name = self.env._("%(start)s to %(stop)s days", start=start, stop=stop)
            values.append(
                {
                    "sequence": rank,
                    "name": name if stop else self.env._("More than a year"),
                    "item_count": items,
                    "customer_count": customers,
                    "amount": amount,
                    "reminded_count": reminded,
                }
            )
        return values

    def _policy_values(self):
        """Return the policies that the claims follow, with their ceiling."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT policy_id, count(DISTINCT profile_id) FROM plan_result
                 WHERE policy_id IS NOT NULL GROUP BY policy_id ORDER BY 2 DESC, 1
                """
            )
        )
        policies = self.env["dunning.policy"].browse([row[0] for row in rows])
        return [
            {
                "policy_id": policy.id,
                "customer_count": count,
                "max_per_day": policy.max_per_day,
            }
            for policy, (_id, count) in zip(policies, rows, strict=True)
        ]

    def _query_buckets(self, rows):
        """Query of (rank, first day, last day, step, day of the reminder) of ages."""
        columns = {
            "rank": "int",
            "start": "int",
            "stop": "int",
            "step": "int",
            "day": "date",
        }
        without_end = [
            (rank, start, stop or 100_000, step, day)
            for rank, start, stop, step, day in rows
        ]
        return self.env["dunning.pipeline"]._values(columns, without_end)

    def _write_levels(self, buckets, today):
        """Set level and day of the overdue claims of some ages, in one statement.

        The step counts the levels after the due date of the claim's own policy. What
        was delivered by a notice of ours is left as it is.
        """
        self.env["dunning.pipeline"].sudo()._compute(self.company_id, today)
        rows = [
            (age.sequence, *BUCKETS[age.sequence], age.step, age.reminded_on)
            for age in buckets
        ]
        self.env.execute_query(
            SQL(
                """
                UPDATE account_move_line line
                   SET dunning_level_id = level.level_id, dunning_date = bucket.day
                  FROM plan_result result
                  JOIN (%(buckets)s) bucket
                    ON %(today)s - result.due BETWEEN bucket.start AND bucket.stop
                  JOIN (SELECT policy_id, level_id,
                               row_number() OVER (PARTITION BY policy_id
                                                  ORDER BY rank) AS step,
                               count(*) OVER (PARTITION BY policy_id) AS steps
                          FROM plan_level WHERE NOT is_pre_due) level
                    ON level.policy_id = result.policy_id
                   AND level.step = least(bucket.step, level.steps)
                 WHERE line.id = result.id AND result.is_overdue
                   AND NOT EXISTS (
                       SELECT FROM dunning_notice_line sent
                         JOIN dunning_notice notice ON notice.id = sent.notice_id
                        WHERE sent.move_line_id = line.id AND sent.kind = 'claim'
                          AND notice.state = 'sent')
             RETURNING line.id
                """,
                buckets=self._query_buckets(rows),
                today=today,
            )
        )
        self.env["account.move.line"].invalidate_model(
            ["dunning_level_id", "dunning_date"], flush=False
        )

    def _no_followup_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("account_id.account_type", "=", "asset_receivable"),
            ("account_id.non_trade", "=", False),
            ("amount_residual_currency", "!=", 0),
            ("no_followup", "=", True),
            ("journal_id.type", "=", "general"),
        ]


class DunningStartBucket(models.TransientModel):
    """The overdue claims of one age."""

    _name = "dunning.start.bucket"
    _description = "Age of overdue items"
    _order = "sequence, id"

    start_id = fields.Many2one(
        "dunning.start", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="start_id.currency_id")
    sequence = fields.Integer()
    name = fields.Char(string="Overdue by", readonly=True)
    item_count = fields.Integer(string="Items", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator="sum")
    reminded_count = fields.Integer(string="Have a level", readonly=True)
    step = fields.Integer(
        string="Reminders",
        help="How many reminders these items have received elsewhere: dunning goes on "
        "after that level of their policy. 0: leave them as they are.",
    )
    reminded_on = fields.Date(string="Last one on", help="Of these reminders.")


class DunningStartPolicy(models.TransientModel):
    """A policy in use and how many automatic notices a day it may send."""

    _name = "dunning.start.policy"
    _description = "Ceiling of a policy"
    _order = "customer_count desc, id"

    start_id = fields.Many2one(
        "dunning.start", required=True, index=True, ondelete="cascade"
    )
    policy_id = fields.Many2one(
        "dunning.policy", required=True, readonly=True, ondelete="cascade"
    )
    customer_count = fields.Integer(string="Customers", readonly=True)
    max_per_day = fields.Integer(
        string="Automatic notices a day",
        help="Above this number the notices of a day wait for a person. 0: no ceiling.",
    )
