from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

PEOPLE = "credit_control.group_collector,credit_control.group_auditor"
# days of sales by which the worklist measures days of DSO
SALES_DAYS = 90
# more is shown as "more than": nobody counts further
COUNT_LIMIT = 10000


class CreditProfile(models.Model):
    """The screen "Today": why a customer is on it, what to do, and the counters."""

    _inherit = "credit.profile"

    worklist_reason = fields.Char(
        string="Why today",
        compute="_compute_worklist_reason",
        groups=PEOPLE,
        help="Why somebody should act on this customer now.",
    )
    worklist_why = fields.Char(
        string="Why this action",
        compute="_compute_worklist_why",
        groups=PEOPLE,
        help="Why this is the best thing to do, and how the expected gain is made up.",
    )
    worklist_dso_days = fields.Float(
        string="DSO days",
        compute="_compute_worklist_dso_days",
        digits=(16, 2),
        help="Expected gain in days of sales: by so much it shortens the DSO of the "
        "company, at the average daily sales of the last 90 days.",
    )
    is_snoozed = fields.Boolean(compute="_compute_is_snoozed")

    # === COMPUTE METHODS === #
    @api.depends("snooze_until")
    def _compute_is_snoozed(self):
        days = self.company_id._dunning_today()
        for profile in self:
            until = profile.snooze_until
            profile.is_snoozed = bool(until and until > days[profile.company_id])

    @api.depends("figures_date")
    def _compute_worklist_reason(self):
        self.worklist_reason = False
        # sudo: whoever sees the customer may know what happened there
        for kind, profiles in self.sudo().grouped("next_action").items():
            method = getattr(self, f"_today_{kind}", None)
            reasons = method(profiles) if method else {}
            for profile in profiles:
                reason = reasons.get(profile) or profile._today_overdue()
                profile.sudo(self.env.su).worklist_reason = reason

    @api.depends("figures_date")
    def _compute_worklist_why(self):
        for profile in self:
            text = profile._advise()
            gain, base = profile.worklist_gain, profile.amount_collectable
            if gain and base:
                text = self.env._(
                    "%(amount)s × %(chance)s %%. %(advice)s",
                    advice=text,
                    amount=profile.currency_id.format(base),
                    chance=round(100 * gain / base),
                )
            profile.worklist_why = text

    @api.depends("worklist_gain")
    def _compute_worklist_dso_days(self):
        sales = self.company_id._daily_sales()
        for profile in self:
            daily = sales.get(profile.company_id.id)
            profile.worklist_dso_days = daily and profile.worklist_gain / daily

    # === REASONS === #
    def _next_action_reason(self):
        """Say at least what the worklist says."""
        reason = super()._next_action_reason()
        if not reason and self.worklist_gain and self._reads_worklist():
            reason = self.worklist_reason
        return reason

    def _overview_advice(self):
        """Return what is best done and how the expected gain is made up, or False."""
        self.ensure_one()
        shown = self.worklist_gain and not self.is_snoozed and self._reads_worklist()
        return shown and self.worklist_why

    def _reads_worklist(self):
        return self.env.su or self.env.user.has_groups(PEOPLE)

    def _advise(self):
        """Return why the next action is the best thing to do."""
        self.ensure_one()
        advice = {
            "answer": self.env._(
                "Answer: the customer waits for us, and no reminder goes meanwhile."
            ),
            "failed": self.env._(
                "Correct the address or call: the customer never got the notice."
            ),
            "promise_broken": self.env._(
                "Call: the customer admitted the debt, ask for a new date."
            ),
            "review": self.env._("Review: the notice leaves when you approve it."),
            "dispute_late": self.env._(
                "Settle: nobody pays the contested part before."
            ),
            "decide": self.env._(
                "Decide: continue, insurer, legal action, write-off or stop."
            ),
            "call": self.env._("Call: it was planned for today."),
            "remind": self.env._("Call: a word does more than one reminder more."),
        }
        return advice.get(self.next_action) or advice["remind"]

    def _today_overdue(self):
        """Return the reason of one customer of whom nothing more is to be said."""
        self.ensure_one()
        return self.days_overdue and self.env._(
            "%(days)s days overdue", days=self.days_overdue
        )

    def _ago(self, day):
        """Return in words how long before the company's today ``day`` was."""
        days = (self.company_id._dunning_today()[self.company_id] - day).days
        if days <= 0:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        return self.env._("%(days)s days ago", days=days)

    @api.model
    def _today_answer(self, profiles):
        return {
            profile: self.env._(
                "Answered %(when)s, waits for a reply",
                when=profile._ago(profile.reply_date.date()),
            )
            for profile in profiles
        }

    @api.model
    def _last_of(self, model, profiles, domain, order):
        """Return the last record of ``model`` of each profile, by one query."""
        found = self.env[model].sudo()
        records = found.search(
            Domain("profile_id", "in", profiles.ids) & Domain(domain), order=order
        )
        return {record.profile_id: record for record in records}

    @api.model
    def _today_failed(self, profiles):
        failed = [("state", "=", "failed")]
        notices = self._last_of("dunning.notice", profiles, failed, "date, id")
        bounced = self.env["dunning.delivery"].sudo()
        bounced = bounced.search(
            [
                ("notice_id", "in", [notice.id for notice in notices.values()]),
                ("state", "=", "bounced"),
            ]
        ).notice_id
        return {
            profile: self.env._("%(level)s bounced", level=notice.level_id.name)
            if notice in bounced
            else self.env._("%(level)s could not be sent", level=notice.level_id.name)
            for profile, notice in notices.items()
        }

    @api.model
    def _today_promise_broken(self, profiles):
        missed = [("state", "in", ("broken", "partly"))]
        promises = self._last_of("credit.promise", profiles, missed, "date, id")
        return {
            profile: promise._missed_words(
                profile._ago(promise.date + timedelta(days=promise.grace_days + 1))
            )
            for profile, promise in promises.items()
        }

    @api.model
    def _today_review(self, profiles):
        drafts = [("state", "=", "draft")]
        notices = self._last_of("dunning.notice", profiles, drafts, "date, id")
        return {
            profile: self.env._(
                "%(level)s waits for your approval", level=notice.level_id.name
            )
            for profile, notice in notices.items()
        }

    @api.model
    def _today_dispute_late(self, profiles):
        late = [("state", "=", "open"), ("date_deadline", "!=", False)]
        disputes = self._last_of(
            "credit.dispute", profiles, late, "date_deadline desc, id desc"
        )
        missing = self._last_of(
            "credit.dispute",
            profiles,
            [("is_credit_missing", "=", True)],
            "date_credit_due desc, id desc",
        )
        today = profiles.company_id._dunning_today()
        return {
            **{
                profile: self.env._(
                    "Credit note of %(amount)s (%(reason)s) was to be made %(when)s",
                    amount=dispute.currency_id.format(dispute.amount_conceded),
                    reason=dispute.reason_id.name,
                    when=profile._ago(dispute.date_credit_due),
                )
                for profile, dispute in missing.items()
            },
            **{
                profile: self.env._(
                    "Dispute of %(amount)s (%(reason)s) was to be settled %(when)s",
                    amount=dispute.currency_id.format(dispute.amount),
                    reason=dispute.reason_id.name,
                    when=profile._ago(dispute.date_deadline),
                )
                for profile, dispute in disputes.items()
                if profile not in missing
                or dispute.date_deadline < today[profile.company_id]
            },
        }

    @api.model
    def _today_decide(self, profiles):
        return {
            profile: self.env._(
                "%(days)s days: decision due", days=profile.days_overdue
            )
            for profile in profiles
        }

    @api.model
    def _today_call(self, profiles):
        return {
            profile: self.env._(
                "Call planned for %(date)s",
                date=profile._ago(profile.next_action_date),
            )
            for profile in profiles
            if profile.next_action_date
        }

    @api.model
    def _today_remind(self, profiles):
        sent = [("state", "=", "sent")]
        notices = self._last_of("dunning.notice", profiles, sent, "date_sent, id")
        return {
            profile: profile._unanswered_words(notice)
            if (notice := notices.get(profile))
            else self.env._(
                "%(days)s days overdue, never reminded", days=profile.days_overdue
            )
            for profile in profiles
        }

    def _unanswered_words(self, notice):
        """Return what is waited for after the last notice of an overdue customer."""
        if deadline := notice._describe_deadline():
            return self.env._(
                "%(days)s days overdue, “%(level)s”. %(deadline)s",
                days=self.days_overdue,
                level=notice.level_id.name,
                deadline=deadline,
            )
        return self.env._(
            "%(days)s days overdue, no answer to “%(level)s” of %(when)s",
            days=self.days_overdue,
            level=notice.level_id.name,
            when=self._ago(notice.date_sent),
        )

    # === ACTIONS === #
    def action_act(self):
        """Open what the next best action is done with."""
        self.ensure_one()
        self._check_group("group_collector", self.env._("act on a customer"))
        self.check_access("read")
        waiting = {
            "failed": ("dunning.notice", [("state", "=", "failed")]),
            "review": ("dunning.notice", [("state", "=", "draft")]),
            "dispute_late": (
                "credit.dispute",
                ["|", ("state", "=", "open"), ("is_credit_missing", "=", True)],
            ),
        }
        if self.next_action in waiting:
            model, domain = waiting[self.next_action]
            own = Domain("profile_id", "=", self.id) & Domain(domain)
            record = self.env[model].search(own, limit=1)
            if record:
                return record._get_records_action()
        if self.next_action == "answer":
            return self.action_write()
        if self.next_action == "decide":
            return self.action_open_decide()
        return self.action_log_call()

    # === COUNTERS === #
    @api.model
    def today_summary(self, tab, domain=None):
        """Return the counters of the screen "Today", as far as the user may read.

        :param str tab: ``todo``, ``sendings`` or ``events``
        :param list domain: of the customers listed in the first tab
        :return: ``{"badges": {tab: number}, tab: its counters}``
        :rtype: dict
        """
        self.check_access("read")
        counters = {
            "todo": lambda: self._summary_todo(domain or []),
            "sendings": self.env["dunning.delivery"]._summary_sendings,
            "events": self._summary_events,
        }
        events = self.env["credit.event"]
        deliveries = self.env["dunning.delivery"]
        return {
            "badges": {
                "todo": self.search_count(self._worklist_domain(), limit=COUNT_LIMIT),
                "sendings": deliveries.search_count(
                    [("state", "in", ("failed", "bounced", "reserved"))],
                    limit=COUNT_LIMIT,
                ),
                "events": events.search_count([("state", "=", "new")], COUNT_LIMIT),
            },
            tab: counters[tab](),
        }

    @api.model
    def _summary_todo(self, domain):
        """Return the number of customers, and the sums of each currency."""
        groups = self._read_group(
            domain,
            ["company_id"],
            ["__count", "amount_collectable:sum", "worklist_gain:sum"],
        )
        companies = self.env["res.company"].browse(company.id for company, *_ in groups)
        sales = companies._daily_sales()
        sums = {}
        for company, _count, amount, gain in groups:
            row = sums.setdefault(
                company.sudo().currency_id.id, {"amount": 0, "gain": 0, "sales": 0}
            )
            row["amount"] += amount
            row["gain"] += gain
            row["sales"] += sales.get(company.id, 0)
        return {
            "count": sum(count for _company, count, *_ in groups),
            "currencies": [
                {
                    "currency_id": currency_id,
                    "amount": row["amount"],
                    "gain": row["gain"],
                    "dso_days": row["sales"] and row["gain"] / row["sales"],
                }
                for currency_id, row in sums.items()
            ],
        }

    @api.model
    def _summary_events(self):
        """Return the number of customers whose answer waits."""
        return {"answers": self.search_count([("reply_date", "!=", False)])}


class CreditPromise(models.Model):
    _inherit = "credit.promise"

    def _missed_words(self, when):
        """Return in words that the promise was broken, or kept in part.

        :param str when: how long ago it was found out
        """
        money = self.currency_id.format
        if self.state == "partly":
            return self.env._(
                "Promise of %(amount)s kept only for %(paid)s, found %(when)s",
                amount=money(self.amount),
                paid=money(self.amount_kept),
                when=when,
            )
        return self.env._(
            "Promise of %(amount)s broken %(when)s",
            amount=money(self.amount),
            when=when,
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def _daily_sales(self):
        """Return the average daily sales of each company: ``{id: amount}``.

        Invoices less credit notes of the last 90 days, taxes included as in what is
        owed, in the currency of the company.
        """
        return {
            company.id: self._daily_sales_of(company.id, today)
            for company, today in self._dunning_today().items()
        }

    @ormcache("company_id", "today")
    def _daily_sales_of(self, company_id, today):
        """Return the average daily sales of one company; read once a day."""
        moves = self.env["account.move"].sudo()
        moves.flush_model(["amount_total_signed", "invoice_date", "state"])
        [(total,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(amount_total_signed), 0)
                  FROM account_move
                 WHERE company_id = %(company)s
                   AND state = 'posted'
                   AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND invoice_date > %(today)s - %(days)s
                   AND invoice_date <= %(today)s
                """,
                company=company_id,
                today=SQL("%s::date", today),
                days=SALES_DAYS,
            )
        )
        return max(float(total), 0) / SALES_DAYS
