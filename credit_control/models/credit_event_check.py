from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# share of the credit limit from which it is almost reached
NEAR_LIMIT = 0.9


class CreditEvent(models.Model):
    """What happens by itself: days pass, causes go away."""

    _inherit = "credit.event"

    @api.model
    def _cron_check(self):
        """End the events whose cause is gone; raise what the day has brought."""
        self._end_gone()
        self._end_old()
        for company in self._companies():
            self._check_limits(company)
            self._check_disputes(company)
            self._check_credit_notes(company)

    @api.model
    def _companies(self):
        return self.env["res.company"].sudo().search([], order="id")

    # === CAUSES THAT ARE GONE === #
    @api.model
    @api.private
    def _end_gone(self, profiles=None):
        """Close the standing events whose cause is gone; return them.

        :param profiles: of these customers alone
        """
        if profiles is not None and not profiles:
            return self.browse()
        self._flush_causes()
        own = SQL()
        companies = self._companies()
        if profiles is not None:
            own = SQL("AND e.profile_id = ANY(%s)", profiles.ids)
            companies = profiles.company_id
        rows = self.env.execute_query(self._gone_query(companies, own))
        gone = [event_id for (event_id,) in rows]
        for company in companies:
            gone += self._back_in_limit(company, own)
            gone += self.env["credit.promise"].sudo()._made_good(company, own)
        return self._end([("id", "in", gone)])

    @api.model
    def _flush_causes(self):
        """Bring to the database all that the causes are read from."""
        for model, names in {
            "credit.event": None,
            "credit.profile": ["amount_due", "amount_overdue", "legal_status"],
            "credit.promise": None,
            "credit.dispute": None,
            "credit.plan": ["state"],
            "account.move": ["state", "amount_residual"],
            "account.payment": ["state"],
            "dunning.delivery": ["state"],
            "account.move.line": ["reconciled"],
            "res.partner": ["credit_limit"],
        }.items():
            self.env[model].flush_model(names)

    @api.model
    def _gone_query(self, companies, own):
        """Return the query of the standing events whose cause is gone.

        Limits and payments of promises apart (:meth:`_back_in_limit`,
        ``credit.promise._made_good``). A dispute with a new deadline is late no
        more; a broken promise or plan is made good when nothing is overdue, or
        nothing of what was promised is open, and was replaced when it was renewed.

        Extended by: add-ons with kinds of their own.

        :param SQL own: a condition on events ``e``
        """
        return SQL(
            """
            SELECT e.id
              FROM credit_event e
              JOIN credit_profile p ON p.id = e.profile_id
              JOIN (VALUES %(days)s) day(company_id, today)
                ON day.company_id = e.company_id
             WHERE e.is_standing %(own)s
               AND CASE e.kind
                   WHEN 'payment_received' THEN
                        e.res_model = 'account.payment' AND NOT EXISTS (
                        SELECT FROM account_payment payment
                         WHERE payment.id = e.res_id
                           AND payment.state IN ('in_process', 'paid'))
                   WHEN 'promise_broken' THEN p.amount_overdue <= 0 OR (%(promise)s)
                   WHEN 'plan_broken' THEN p.amount_overdue <= 0 OR (%(plan)s)
                   WHEN 'dispute_opened' THEN NOT EXISTS (
                        SELECT FROM credit_dispute d
                         WHERE d.id = e.res_id AND d.state = 'open')
                   WHEN 'dispute_late' THEN NOT EXISTS (
                        SELECT FROM credit_dispute d
                         WHERE d.id = e.res_id AND d.state = 'open'
                           AND d.date_deadline < day.today)
                   WHEN 'credit_note_late' THEN NOT EXISTS (
                        SELECT FROM credit_dispute d
                         WHERE d.id = e.res_id AND d.date_credit_due < day.today
                           AND %(missing)s)
                   WHEN 'insolvency' THEN p.legal_status = 'none'
                   WHEN 'bounce' THEN p.amount_due <= 0 OR NOT EXISTS (
                        SELECT FROM dunning_delivery d
                         WHERE d.id = e.res_id AND d.state = 'bounced')
                   WHEN 'reply' THEN p.reply_date IS NULL
                   WHEN 'request' THEN NOT EXISTS (
                        SELECT FROM credit_portal_request r
                         WHERE r.id = e.res_id AND r.state = 'new')
                   ELSE FALSE END
            """,
            days=SQL(", ").join(
                SQL("(%s, %s::date)", company.id, day)
                for company, day in companies._dunning_today().items()
            ),
            own=own,
            promise=self._pledge_gone("promise", SQL("pledge.renewal_id IS NULL")),
            plan=self._pledge_gone("plan", SQL("TRUE")),
            missing=self.env["credit.dispute"]._missing_credit_sql(SQL("d")),
        )

    @api.model
    def _pledge_gone(self, kind, stands):
        """Return the condition that a promise or plan of event ``e`` is over.

        :param str kind: ``promise`` or ``plan``
        :param SQL stands: a condition on the ``pledge`` that nothing replaced
        """
        return SQL(
            """
            e.res_model = %(model)s AND (
                NOT EXISTS (SELECT FROM %(table)s pledge
                             WHERE pledge.id = e.res_id AND %(stands)s)
                OR (SELECT bool_and(item.reconciled IS TRUE)
                      FROM %(rel)s rel
                      JOIN account_move_line item ON item.id = rel.move_line_id
                     WHERE rel.%(column)s = e.res_id) IS TRUE)
            """,
            model=f"credit.{kind}",
            table=SQL.identifier(f"credit_{kind}"),
            stands=stands,
            rel=SQL.identifier(f"credit_{kind}_move_line_rel"),
            column=SQL.identifier(f"{kind}_id"),
        )

    @api.model
    def _end_old(self):
        """Close the events that the rules let close by themselves after some days."""
        rules = self.env["credit.event.rule"].sudo()
        companies = self._companies()
        now = fields.Datetime.now()
        old = Domain.OR(
            Domain("kind", "=", kind)
            & Domain("company_id", "=", company.id)
            & Domain("date", "<", now - timedelta(days=rule.close_days))
            for (kind, company), rule in rules._by_kind(companies).items()
            if rule.close_days
        )
        events = self.sudo().search(Domain("state", "=", "new") & old, order="id")
        return events._update_state(("new",), "done")

    # === CREDIT LIMIT === #
    @api.model
    def _check_limits(self, company):
        """Raise an event for each customer who has come near his limit, or above it.

        Once: not again before what he owes has fallen below the limit, or the nine
        tenths of it.
        """
        near = self._raise_limits(company, "limit_near", NEAR_LIMIT)
        return near | self._raise_limits(company, "limit_exceeded", 1)

    @api.model
    def _raise_limits(self, company, kind, share):
        """Raise the events of a kind for those who owe more than a share of the limit.

        Near the limit are those who are not above it.
        """
        self._flush_causes()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, %(limit)s
                  FROM credit_profile p
                  JOIN res_partner c ON c.id = p.partner_id
                 WHERE p.company_id = %(company)s
                   AND p.active
                   AND p.amount_due > %(limit)s * %(share)s
                   AND (p.amount_due <= %(limit)s OR %(share)s >= 1)
                   AND %(limit)s > 0
                   AND NOT EXISTS (
                       SELECT FROM credit_event e
                        WHERE e.profile_id = p.id
                          AND e.kind = %(kind)s AND e.is_standing)
                 ORDER BY p.id
                """,
                limit=self._limit_sql(company),
                share=share,
                kind=kind,
                company=company.id,
            )
        )
        profiles = self.env["credit.profile"].sudo().browse(row[0] for row in rows)
        vals_list = []
        for profile, (_id, limit) in zip(profiles, rows, strict=True):
            here = self._in_language(profile)
            currency = company.currency_id.with_env(here.env)
            words = {
                "due": currency.format(profile.amount_due),
                "excess": currency.format(abs(profile.amount_due - limit)),
                "limit": currency.format(limit),
            }
            if kind == "limit_near":
                name = here.env._(
                    "Owes %(due)s: %(excess)s are left of the credit limit of "
                    "%(limit)s.",
                    **words,
                )
            else:
                name = here.env._(
                    "Owes %(due)s: %(excess)s above the credit limit of %(limit)s.",
                    **words,
                )
            vals_list.append(
                {
                    "profile_id": profile.id,
                    "kind": kind,
                    "name": name,
                    "amount": abs(profile.amount_due - limit),
                    "res_model": profile._name,
                    "res_id": profile.id,
                }
            )
        return self._raise(vals_list)

    @api.model
    def _back_in_limit(self, company, own):
        """Return the ids of events about limits that are kept again.

        :param SQL own: a condition on events ``e``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.id
                  FROM credit_event e
                  JOIN credit_profile p ON p.id = e.profile_id
                  JOIN res_partner c ON c.id = p.partner_id
                 WHERE e.kind IN ('limit_exceeded', 'limit_near') AND e.is_standing
                   AND e.company_id = %(company)s %(own)s
                   AND CASE WHEN %(limit)s <= 0 THEN TRUE
                            WHEN e.kind = 'limit_exceeded'
                            THEN p.amount_due <= %(limit)s
                            ELSE p.amount_due <= %(limit)s * %(near)s
                              OR p.amount_due > %(limit)s END
                """,
                near=NEAR_LIMIT,
                company=company.id,
                own=own,
                limit=self._limit_sql(company),
            )
        )
        return [event_id for (event_id,) in rows]

    @api.model
    def _limit_sql(self, company):
        """Return the credit limit, in ``company``, of a row ``c`` of customers."""
        partners = self.env["res.partner"].sudo().with_company(company)
        limit = partners._field_to_sql("c", "credit_limit")
        return SQL("COALESCE((%s)::float, 0)", limit)

    # === DISPUTES === #
    @api.model
    def _check_disputes(self, company):
        """Raise an event for each open dispute whose deadline has passed."""
        late = SQL("d.state = 'open' AND d.date_deadline < %s", self._day_of(company))
        self._untold_disputes(company, "dispute_late", late)._event_dispute_late()

    @api.model
    def _check_credit_notes(self, company):
        """Raise an event for each conceded amount not credited within its time."""
        late = SQL(
            "d.date_credit_due < %s AND %s",
            self._day_of(company),
            self.env["credit.dispute"]._missing_credit_sql(SQL("d")),
        )
        disputes = self._untold_disputes(company, "credit_note_late", late)
        disputes._event_credit_note_late()

    @api.model
    def _day_of(self, company):
        return company._dunning_today()[company]

    @api.model
    def _untold_disputes(self, company, kind, condition):
        """Return the disputes of ``company``, as sudo, that have no such event yet.

        :param str kind: of the event
        :param SQL condition: on a dispute ``d``
        """
        self._flush_causes()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id
                  FROM credit_dispute d
                 WHERE d.company_id = %(company)s
                   AND %(condition)s
                   AND NOT EXISTS (
                       SELECT FROM credit_event e
                        WHERE e.profile_id = d.profile_id
                          AND e.kind = %(kind)s AND e.is_standing
                          AND e.res_id = d.id)
                 ORDER BY d.id
                """,
                company=company.id,
                condition=condition,
                kind=kind,
            )
        )
        return self.env["credit.dispute"].sudo().browse(row[0] for row in rows)
