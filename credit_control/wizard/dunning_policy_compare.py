from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from ..tools.compare import FEWEST, Side, difference

# days after a reminder within which a payment is counted
HORIZONS = (7, 14, 30)
# days after the due date by which an invoice is judged
JUDGED = 30


class DunningPolicyCompare(models.TransientModel):
    """A policy or one of its variants, and what it brought: one row of a list.

    Only customers who were drawn are counted: neither those whose policy somebody
    chose, nor the hold-outs. What is tested is the share of all invoices that fell
    due, reminded or not, that was paid in time: counted from the reminder, a variant
    that reminds later would look better by that alone.
    """

    _name = "dunning.policy.compare"
    _description = "Comparison of policies"
    _order = "id"

    policy_id = fields.Many2one("dunning.policy", required=True, ondelete="cascade")
    share_percent = fields.Float(related="policy_id.share_percent")
    customer_count = fields.Integer(
        string="Customers", help="Drawn, and not in a hold-out."
    )
    claim_count = fields.Integer(
        string="Reminded",
        help="Claims reminded for the first time since the comparison began.",
    )
    paid_7 = fields.Char(
        string="In 7 days",
        help="Paid after the first reminder, of those reminded at least 7 days ago.",
    )
    paid_14 = fields.Char(
        string="In 14 days",
        help="Paid after the first reminder, of those reminded at least 14 days ago.",
    )
    paid_30 = fields.Char(
        string="In 30 days",
        help="Paid after the first reminder, of those reminded at least 30 days ago.",
    )
    paid_due = fields.Char(
        string="Due date + 30 days",
        help="Paid by then, of all invoices that fell due since the comparison began, "
        "reminded or not. This is what the verdict is about.",
    )
    verdict = fields.Text()

    # === ACTIONS === #
    def action_open_policy(self):
        """Open the policy of the row."""
        self.ensure_one()
        return self.policy_id._get_records_action()

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _compare(self, main):
        """Return one row for a main policy and each of its variants.

        :param main: ``dunning.policy`` that has variants with a share
        """
        policies = main | main.variant_ids.filtered("variant_percent")
        reminded = self._read_reminded(main, policies)
        sides = self._read_sides(main, policies)
        nothing = {"customers": 0, "claims": 0}
        values = []
        for policy in policies:
            row = reminded.get(policy.id, nothing)
            side = sides.get(policy.id, Side())
            values.append(
                {
                    "policy_id": policy.id,
                    "customer_count": row["customers"],
                    "claim_count": row["claims"],
                    "paid_due": self._in_words(side.y, side.n),
                    "verdict": self._verdict(
                        side, sides.get(main.id, Side()), len(policies) - 1
                    )
                    if policy != main
                    else self.env._("Its variants are compared with this one."),
                    **{
                        f"paid_{days}": self._in_words(
                            row.get(f"paid_{days}"), row.get(f"judged_{days}")
                        )
                        for days in HORIZONS
                    },
                }
            )
        return self.create(values)

    def _in_words(self, part, whole):
        """Return a share with what it is a share of; a dash where there is nothing."""
        if not whole:
            return "–"
        return self.env._(
            "%(share)s %% (%(part)s of %(whole)s)",
            share=round(100 * part / whole),
            part=part,
            whole=whole,
        )

    def _verdict(self, side, main, tests):
        """Return in words what the draw has shown so far."""
        found = difference(side, main, tests=tests)
        if found is None and not (side.customers or main.customers):
            return self.env._(
                "Too early: no invoice can be judged before it is %(days)s days past "
                "due, and at least %(fewest)s customers on each side are needed.",
                days=JUDGED,
                fewest=FEWEST,
            )
        if found is None:
            return self.env._(
                "Too early: customers with invoices that can be judged: %(here)s here, "
                "%(there)s there; at least %(fewest)s on each side are needed.",
                here=side.customers,
                there=main.customers,
                fewest=FEWEST,
            )
        points = {
            name: ("−" if value < 0 else "+")
            + formatLang(self.env, abs(100 * value), digits=1)
            for name, value in found._asdict().items()
        }
        if not found.is_shown:
            return self.env._(
                "No difference shown yet: between %(low)s and %(high)s points.",
                **points,
            )
        if found.points > 0:
            return self.env._(
                "Better: %(points)s points, between %(low)s and %(high)s.", **points
            )
        return self.env._(
            "Worse: %(points)s points, between %(low)s and %(high)s.", **points
        )

    # === QUERIES === #
    def _query_drawn(self, policies):
        """Return the query of the profiles that a draw led to these policies."""
        place = self.env["dunning.pipeline"]._hold_out_place(
            SQL("policy.id"), SQL("profile.id")
        )
        return SQL(
            """
            SELECT profile.id, profile.partner_id, profile.company_id,
                   profile.dunning_policy_id AS policy_id
              FROM credit_profile profile
              JOIN dunning_policy policy ON policy.id = profile.dunning_policy_id
             WHERE policy.id IN %s AND profile.policy_id IS NULL AND profile.active
               AND profile.company_id IN %s
               AND %s >= round(coalesce(policy.hold_out_percent, 0) * 100)
            """,
            tuple(policies.ids),
            tuple(self.env.companies.ids),
            place,
        )

    def _query_paid(self, line_id):
        """Return the query of the day on which a line was settled, if it is."""
        return SQL(
            """
            SELECT max(other.date) AS day
              FROM account_partial_reconcile part
              JOIN account_move_line other ON other.id = part.credit_move_id
              JOIN account_move_line own ON own.id = part.debit_move_id
             WHERE part.debit_move_id = %s AND own.reconciled
            """,
            line_id,
        )

    def _read_reminded(self, main, policies):
        """Return ``{policy id: dict}`` of what was reminded and paid afterwards.

        The dict has ``customers``, ``claims`` and, for each of the horizons,
        ``judged_<days>`` and ``paid_<days>``.
        """
        columns = SQL(", ").join(
            SQL(
                "count(*) FILTER (WHERE first.sent + %(days)s <= %(today)s) AS %(all)s,"
                " count(*) FILTER (WHERE first.sent + %(days)s <= %(today)s"
                "                  AND paid.day <= first.sent + %(days)s) AS %(paid)s",
                days=days,
                today=self._today(),
                all=SQL.identifier(f"judged_{days}"),
                paid=SQL.identifier(f"paid_{days}"),
            )
            for days in HORIZONS
        )
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH drawn AS MATERIALIZED (%(drawn)s), first AS (
                    SELECT line.move_line_id, drawn.policy_id,
                           min(notice.date_sent) AS sent
                      FROM drawn
                      JOIN dunning_notice notice
                        ON notice.profile_id = drawn.id
                       AND notice.policy_id = drawn.policy_id
                       AND notice.state = 'sent' AND notice.date_sent > %(since)s
                      JOIN dunning_notice_line line
                        ON line.notice_id = notice.id AND line.kind = 'claim'
                       AND line.is_dropped IS NOT TRUE
                     WHERE line.move_line_id IS NOT NULL
                     GROUP BY line.move_line_id, drawn.policy_id
                ), figure AS (
                    SELECT first.policy_id, count(*) AS claims,
                           %(columns)s
                      FROM first
                      LEFT JOIN LATERAL (%(paid)s) paid ON TRUE
                     GROUP BY first.policy_id)
                SELECT figure.*, drawn.policy_id, drawn.customers
                  FROM (SELECT policy_id, count(*) AS customers
                          FROM drawn GROUP BY policy_id) drawn
                  LEFT JOIN figure ON figure.policy_id = drawn.policy_id
                """,
                drawn=self._query_drawn(policies),
                since=main.variant_date,
                columns=columns,
                paid=self._query_paid(SQL("first.move_line_id")),
            )
        )
        return {
            row["policy_id"]: {name: value or 0 for name, value in row.items()}
            for row in rows
        }

    def _read_sides(self, main, policies):
        """Return ``{policy id: Side}`` of the invoices that fell due since."""
        accounts = {
            account
            for company in self.env.companies
            for account in company._trade_receivable_ids()
        }
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH drawn AS MATERIALIZED (%(drawn)s), customer AS (
                    SELECT drawn.policy_id, drawn.id, count(*) AS n,
                           count(*) FILTER (WHERE paid.day <= due.day + %(judged)s) AS y
                      FROM drawn
                      JOIN res_partner contact
                        ON contact.commercial_partner_id = drawn.partner_id
                      JOIN account_move_line line
                        ON line.partner_id = contact.id
                       AND line.company_id = drawn.company_id
                       AND line.account_id IN %(account_ids)s
                       AND line.parent_state = 'posted' AND line.balance > 0
                       AND line.no_followup IS NOT TRUE
                      JOIN account_move move
                        ON move.id = line.move_id AND move.dunning_policy_id IS NULL
                     CROSS JOIN LATERAL (
                           SELECT coalesce(line.date_maturity, line.date) AS day) due
                      LEFT JOIN LATERAL (%(paid)s) paid ON TRUE
                     WHERE due.day BETWEEN %(since)s AND %(last)s
                     GROUP BY drawn.policy_id, drawn.id)
                SELECT policy_id, count(*), sum(n), sum(y), sum(y * y), sum(n * y),
                       sum(n * n)
                  FROM customer GROUP BY policy_id
                """,
                drawn=self._query_drawn(policies),
                judged=JUDGED,
                account_ids=tuple(accounts),
                paid=self._query_paid(SQL("line.id")),
                since=main.variant_date,
                last=self._today() - timedelta(JUDGED),
            )
        )
        return {policy_id: Side(*map(int, sums)) for policy_id, *sums in rows}

    def _today(self):
        company = self.env.company
        return company._dunning_today()[company]


class DunningPolicy(models.Model):
    _inherit = "dunning.policy"

    def action_compare_variants(self):
        """List what the policy and its variants brought, with a test in words.

        :raise AccessError: for anybody but credit managers and auditors
        :raise UserError: when there is nothing to compare
        """
        self.ensure_one()
        user = self.env.user
        if not (
            user.has_group("credit_control.group_manager")
            or user.has_group("credit_control.group_auditor")
        ):
            raise AccessError(
                self.env._(
                    "Only credit managers and auditors compare policies: ask one of "
                    "them."
                )
            )
        main = self.variant_of_id or self
        if not main.variant_date or not any(main.variant_ids.mapped("variant_percent")):
            raise UserError(
                self.env._(
                    "“%(policy)s” has no variant with a share of its customers yet: "
                    "make one and give it a share.",
                    policy=main.name,
                )
            )
        # sudo: figures over all customers, whoever's portfolio they are in; no row
        # names one of them
        rows = self.env["dunning.policy.compare"].sudo()._compare(main.sudo())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(policy)s and its variants, since %(day)s",
                policy=main.name,
                day=format_date(self.env, main.variant_date, date_format="medium"),
            ),
            "res_model": rows._name,
            "view_mode": "list",
            "domain": [("id", "in", rows.ids)],
        }
