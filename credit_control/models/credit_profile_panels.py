from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .screen_days import format_day

# last day past due of each column after "not due"; the last one is open
AGES = (30, 60, 90)


class CreditProfile(models.Model):
    """The head of the screen: figures by currency, ages, whom to call, what is next."""

    _inherit = "credit.profile"

    overview = fields.Html(compute="_compute_overview", sanitize=False)

    # === COMPUTE METHODS === #
    @api.depends("figures_date", "partner_id")
    def _compute_overview(self):
        for profile in self:
            profile.overview = bool(profile._origin) and profile._render_overview()

    def _render_overview(self):
        """Return the head of the screen as HTML."""
        profile = self._origin
        rows = profile._read_ages()
        return self.env["ir.qweb"]._render(
            "credit_control.profile_overview",
            {
                "profile": profile,
                "rows": rows,
                "company_row": profile._company_row(rows),
                "ages": profile._ages(rows),
                "contact": profile._call_contact(),
                "why": profile._next_action_reason(),
                "advice": profile._overview_advice(),
                "reach": profile._overview_reach(),
                "action_label": profile._next_action_label(),
            },
        )

    def _next_action_label(self):
        labels = dict(self._fields["next_action"]._description_selection(self.env))
        return labels.get(self.next_action) or self.env._("Nothing to do")

    # === FIGURES === #
    def _read_ages(self, accounts=None):
        """Return what is open by currency and age: one query, whatever the items.

        :param tuple[int] accounts: ids of the receivable accounts, where they were
            read already
        :return: dicts of ``currency``, ``due`` (all claims), ``overdue``, ``credit``
            and ``net`` in that currency, and ``ages``, in the company's
        :rtype: list[dict]
        """
        self.ensure_one()
        self._flush_sources()
        self.env["account.move.line"].flush_model(
            ["amount_residual_currency", "currency_id"]
        )
        company = self.company_id
        ages = SQL(", ").join(
            SQL(
                "COALESCE(SUM(company_open)"
                " FILTER (WHERE company_open > 0 AND age = %s), 0)",
                age,
            )
            for age in range(len(AGES) + 2)
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT currency_id,
                       COALESCE(SUM(own_open) FILTER (WHERE own_open > 0), 0),
                       COALESCE(SUM(own_open)
                                FILTER (WHERE own_open > 0 AND age > 0), 0),
                       COALESCE(-SUM(own_open) FILTER (WHERE own_open < 0), 0),
                       ARRAY[%(ages)s]
                  FROM (SELECT line.currency_id,
                               line.amount_residual_currency AS own_open,
                               line.amount_residual AS company_open,
                               width_bucket(
                                   %(today)s - COALESCE(line.date_maturity, line.date),
                                   ARRAY[1, %(starts)s]) AS age
                          FROM account_move_line line
                          JOIN res_partner contact ON contact.id = line.partner_id
                         WHERE contact.commercial_partner_id = %(customer)s
                           AND line.company_id = %(company)s
                           AND line.parent_state = 'posted'
                           AND line.reconciled IS NOT TRUE
                           AND line.account_id IN %(accounts)s) item
                 GROUP BY currency_id
                 ORDER BY (SELECT name FROM res_currency WHERE id = currency_id)
                """,
                ages=ages,
                today=company._dunning_today()[company],
                starts=SQL(", ").join(SQL("%s", age + 1) for age in AGES),
                customer=self.partner_id.id,
                company=company.id,
                accounts=accounts or company._trade_receivable_ids(),
            )
        )
        return [
            self._age_row(*row)
            for row in sorted(rows, key=lambda row: row[0] != self.currency_id.id)
        ]

    def _age_row(self, currency_id, due, overdue, credit, amounts):
        return {
            "currency": self.env["res.currency"].browse(currency_id),
            "due": due,
            "overdue": overdue,
            "credit": credit,
            "net": due - credit,
            "ages": amounts,
        }

    def _company_row(self, rows):
        """Return the totals in the company's currency, when others are in play."""
        if len(rows) < 2 and all(row["currency"] == self.currency_id for row in rows):
            return None
        return {
            "currency": self.currency_id,
            "due": self.amount_due,
            "overdue": self.amount_overdue,
            "credit": self.amount_credit,
            "net": self.amount_due - self.amount_credit,
        }

    def _ages(self, rows):
        """Return the parts of the bar: ``key``, ``label``, ``amount``, ``share``."""
        columns = zip(*(row["ages"] for row in rows), strict=True)
        sums = [sum(column) for column in columns] or [0.0] * (len(AGES) + 2)
        total = sum(sums)
        return [
            {
                "key": key,
                "label": label,
                "amount": amount,
                "share": round(100 * amount / total, 1) if total else 0,
            }
            for (key, label), amount in zip(
                self._age_names().items(), sums, strict=True
            )
        ]

    @api.model
    def _age_names(self):
        _ = self.env._
        return {
            "0": _("Not due"),
            "1": _("1-30 days"),
            "2": _("31-60 days"),
            "3": _("61-90 days"),
            "4": _("Over 90 days"),
        }

    def open_age(self, key):
        """List the open claims of one part of the ageing bar.

        :param str key: ``0`` (not due) to ``4`` (over 90 days)
        """
        self.ensure_one()
        names = self._age_names()
        if key not in names:
            raise UserError(
                self.env._("Choose one of these: %s.", ", ".join(names.values()))
            )
        action = self.action_open_items()
        age = int(key)
        today = self.company_id._dunning_today()[self.company_id]
        due = Domain.TRUE
        if age:
            due &= Domain("due", "<", today - timedelta([0, *AGES][age - 1]))
        if age <= len(AGES):
            due &= Domain("due", ">=", today - timedelta([0, *AGES][age]))
        return {
            **action,
            "name": names[key],
            "domain": action["domain"]
            + list(Domain("amount_residual", ">", 0) & self._due_domain(due)),
        }

    def _due_domain(self, domain):
        """Return ``domain`` on ``due``: the maturity, else the date of the entry."""

        def on(name):
            return domain.map_conditions(
                lambda condition: Domain(name, condition.operator, condition.value)
            )

        return (Domain("date_maturity", "!=", False) & on("date_maturity")) | (
            Domain("date_maturity", "=", False) & on("date")
        )

    # === WHAT HAPPENS NEXT === #
    def _next_action_reason(self):
        """Return why the next action is what it is, in one sentence, or False.

        Extended by: add-ons that know of more to do.
        """
        self.ensure_one()
        reason = getattr(self.sudo(), f"_reason_{self.next_action}", None)
        return reason() if reason else False

    def _day(self, day):
        return format_day(self.env, day)

    def _reason_answer(self):
        return self.env._(
            "The customer answered on %(day)s and nobody replied yet.",
            day=self._day(self.reply_date),
        )

    def _reason_failed(self):
        failed = self.env["dunning.delivery"].search(
            [
                ("profile_id", "=", self.id),
                ("state", "in", ("failed", "bounced")),
                ("notice_id.state", "=", "failed"),
            ],
            limit=1,
        )
        return failed.error

    def _reason_promise_broken(self):
        promise = self.env["credit.promise"].search(
            [("profile_id", "=", self.id), ("state", "in", ("broken", "partly"))],
            limit=1,
        )
        return self.env._(
            "%(amount)s was promised for %(day)s, %(paid)s came.",
            amount=promise.currency_id.format(promise.amount),
            day=self._day(promise.date),
            paid=promise.currency_id.format(promise.amount_kept),
        )

    def _reason_promise(self):
        promise = self.env["credit.promise"].search(
            [("profile_id", "=", self.id), ("state", "=", "pending")],
            order="date, id",
            limit=1,
        )
        return self.env._(
            "%(amount)s was promised for %(day)s.",
            amount=promise.currency_id.format(promise.amount),
            day=self._day(promise.date),
        )

    def _reason_review(self):
        notice = self.env["dunning.notice"].search(
            [("profile_id", "=", self.id), ("state", "=", "draft")],
            order="date, id",
            limit=1,
        )
        return self.env._(
            "“%(level)s” waits for somebody to read it.", level=notice.level_id.name
        )

    def _reason_hold(self):
        return self.hold_reason

    def _reason_dispute_late(self):
        return self._reason_dispute()

    def _reason_dispute(self):
        dispute = self.env["credit.dispute"].search(
            [("profile_id", "=", self.id), ("state", "=", "open")], limit=1
        )
        return self.env._(
            "%(amount)s of %(invoice)s is contested: %(reason)s",
            amount=dispute.currency_id.format(dispute.amount),
            invoice=dispute.move_id.name,
            reason=dispute.reason_id.name,
        )

    def _reason_remind(self):
        sent = self.env["dunning.notice"].search(
            [("profile_id", "=", self.id), ("state", "=", "sent")],
            order="date_sent desc, id desc",
            limit=1,
        )
        if not sent:
            return self.env._("Nothing was sent yet.")
        text = self.env._(
            "Last sent: “%(level)s” on %(day)s.",
            level=sent.level_id.name,
            day=self._day(sent.date_sent),
        )
        return f"{text} {sent._describe_deadline()}".strip()

    # === PANELS LOADED WHEN THEY ARE LOOKED AT === #
    def panel_explanation(self, limit=80):
        """Return why each open claim is, or is not, reminded, as HTML.

        :param int limit: how many claims
        """
        self.ensure_one().check_access("read")
        self._check_reader()
        return self._render_explanation(limit=limit)

    def _check_reader(self):
        if not self.env.user.has_groups(
            "credit_control.group_collector,credit_control.group_auditor"
        ):
            self._check_group("group_collector", self.env._("read notices"))

    @api.model
    def _render_panel(self, template, values):
        return Markup(self.env["ir.qweb"]._render(template, values))
