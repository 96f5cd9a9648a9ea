from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# days after which a notice that reached nobody, or an address that failed, is history
FAILED_WITHIN = 180
BOUNCED_WITHIN = 30


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_attention_days = fields.Integer(
        string="Letters to confirm after",
        default=3,
        help="Days after which a letter that nobody printed, or confirmed as posted, "
        "is listed under “Needs a person”.",
    )

    @api.constrains("credit_attention_days")
    def _check_credit_attention_days(self):
        for company in self:
            if not 0 <= company.credit_attention_days <= 90:
                raise ValidationError(
                    self.env._("Choose 0 to 90 days for letters to be confirmed.")
                )


class CreditAttention(models.Model):
    """What needs a person in the add-on itself: a query each."""

    _inherit = "credit.attention"

    @api.model
    def _attention_sources(self):
        """Add deliveries, notices, agreements, decisions and gaps in the data."""
        return {
            **super()._attention_sources(),
            **self._sources_answers(),
            **self._sources_deliveries(),
            **self._sources_agreements(),
            **self._sources_ends(),
            **self._sources_gaps(),
        }

    @api.model
    def _sources_answers(self):
        _ = self.env._
        requests = self.env["credit.portal.request"]._fields["kind"]
        return {
            "answer": {
                "label": _("Answer waits"),
                "query": self._query_answer(),
                "reason": _("The customer answered on %(since)s and waits."),
                "todo": _("Reply; no reminder goes meanwhile."),
                "action": "action_write",
                "deeds": {"done": "action_answered"},
            },
            "request": {
                "label": _("Request to decide"),
                "query": self._query_request(),
                "reason": _("%(detail)s, said on his page on %(since)s."),
                "details": dict(requests._description_selection(self.env)),
                "todo": _("Accept, or refuse with an answer."),
                "deeds": {"accept": "action_accept"},
            },
        }

    @api.model
    def _sources_deliveries(self):
        _ = self.env._
        return {
            "reserved": {
                "label": _("Delivery to clarify"),
                "query": self._query_reserved(),
                "todo_field": "remedy",
                "deeds": {"arrived": "action_arrived", "again": "action_not_arrived"},
            },
            "failed": {
                "label": _("Did not arrive"),
                "query": self._query_failed(),
                "todo_field": "remedy",
                "todo": _("Correct what failed, then retry."),
                "deeds": {"retry": "action_retry"},
            },
            "bounced": {
                "label": _("Address no longer works"),
                "query": self._query_bounced(),
                "reason": _("It came back, another way reached him: %(detail)s"),
                "todo": _("Correct the address before the next reminder."),
                "action": "_action_open_partner",
            },
            "review": {
                "label": _("Notice to review"),
                "query": self._query_review(),
                "reason": _("“%(detail)s” of %(since)s goes when a person approves."),
                "todo": _("Read it, then approve, change or cancel it."),
                "deeds": {"approve": "action_approve_send"},
            },
            "letter_print": {
                "label": _("Letter to print"),
                "query": self._query_letters(is_printed=False),
                "reason": _("Ready since %(since)s, not printed yet."),
                "todo": _("Print and post it."),
                "action": "action_print_letters",
                "deeds": {"print": "action_print_letters"},
            },
            "letter_post": {
                "label": _("Letter to confirm"),
                "query": self._query_letters(is_printed=True),
                "reason": _("Printed on %(since)s (batch %(detail)s), not confirmed."),
                "todo": _("Confirm that it was posted: only then it counts."),
                "action": "action_post_letters",
                "deeds": {"posted": "action_confirm_posted"},
            },
        }

    @api.model
    def _sources_agreements(self):
        _ = self.env._
        event = {"action": "action_open_cause", "deeds": {"done": "action_done"}}
        return {
            "dispute": {
                "label": _("Dispute past its deadline"),
                "query": self._query_dispute(),
                "reason": _("%(detail)s: was to be settled by %(since)s."),
                "todo": _("Settle it: nobody pays the contested part before."),
            },
            "credit_note": {
                "label": _("Credit note not made"),
                "query": self._query_credit_note(),
                "reason": _("%(detail)s: conceded, to be credited by %(since)s."),
                "todo": _("Make the credit note, or take the concession back."),
            },
            "promise": {
                "label": _("Promise to accept"),
                "query": self._query_proposed("promise"),
                "reason": _("Proposed on %(since)s; reminders go on until accepted."),
                "todo": _("Accept or cancel it."),
                "deeds": {"accept": "action_confirm"},
            },
            "plan": {
                "label": _("Plan to accept"),
                "query": self._query_proposed("plan"),
                "reason": _("“%(detail)s” was drawn up on %(since)s, not confirmed."),
                "todo": _("Confirm or cancel it."),
                "deeds": {"accept": "action_confirm"},
            },
            "plan_broken": {
                "label": _("Plan broken"),
                "query": self._query_event("plan_broken"),
                "todo": _("Call: agree on a new plan, or go on with reminders."),
                **event,
            },
            "insolvency": {
                "label": _("Insolvency"),
                "query": self._query_event("insolvency"),
                "todo": _("Declare the claims in time."),
                **event,
            },
        }

    @api.model
    def _sources_ends(self):
        _ = self.env._
        return {
            "decision": {
                "label": _("Decision due"),
                "query": self._query_decision(),
                "reason": _("Overdue since %(since)s, no decision in force."),
                "todo": _("Continue, insurer, legal action, write-off or stop."),
                "action": "action_open_decide",
            },
            "last_level": {
                "label": _("Last level reached"),
                "query": self._query_last_level(),
                "reason": _("Every step of “%(detail)s” was taken, without payment."),
                "todo": _("Call, or decide what follows."),
                "action": "action_open_decide",
            },
        }

    @api.model
    def _sources_gaps(self):
        _ = self.env._
        return {
            "no_partner": {
                "label": _("Invoice without customer"),
                "query": self._query_no_partner(),
                "reason": _("%(detail)s names nobody who could be reminded."),
                "todo": _("Enter the customer on the entry."),
            },
            "no_policy": {
                "label": _("No policy"),
                "query": self._query_no_policy(),
                "reason": _("Follows no policy: nothing is ever reminded."),
                "todo": _("Choose a policy on the customer."),
            },
            "no_recipient": {
                "label": _("No recipient"),
                "query": self._query_no_recipient(),
                "reason": _("No channel of “%(detail)s” reaches him."),
                "todo": _("Add an e-mail address, a postal address or a phone number."),
                "action": "_action_open_partner",
            },
        }

    # === QUERIES === #
    @api.model
    def _days(self):
        """Return today of each company as a table ``day``."""
        companies = self.env["res.company"].sudo().search([])
        return SQL(
            "(VALUES %s) day(company_id, today, letters)",
            SQL(", ").join(
                SQL("(%s, %s::date, %s)", one.id, today, one.credit_attention_days)
                for one, today in companies._dunning_today().items()
            ),
        )

    @api.model
    def _name_sql(self, model, alias, name="name"):
        """Return a translated name of ``alias`` in the user's language."""
        return self.env[model]._field_to_sql(alias, name)

    @api.model
    def _query_answer(self):
        return SQL(
            """
            SELECT p.id AS profile_id, p.company_id, 'credit.profile' AS res_model,
                   p.id AS res_id, p.reply_date AS since, p.amount_overdue AS amount,
                   NULL AS detail
              FROM credit_profile p
             WHERE p.reply_date IS NOT NULL AND %s
            """,
            self._answer_condition(),
        )

    @api.model
    def _answer_condition(self):
        """Return the condition on profiles ``p`` with an answer that is listed.

        A request on the customer's page is listed by itself.

        Extended by: add-ons that list the answers one by one.
        """
        return SQL(
            """
            NOT EXISTS (SELECT FROM credit_portal_request r
                         WHERE r.profile_id = p.id AND r.state = 'new')
            """
        )

    @api.model
    def _query_request(self):
        return SQL(
            """
            SELECT r.profile_id, r.company_id, 'credit.portal.request' AS res_model,
                   r.id AS res_id, r.create_date AS since,
                   CASE WHEN r.currency_id = c.currency_id THEN r.amount END AS amount,
                   r.kind AS detail
              FROM credit_portal_request r
              JOIN res_company c ON c.id = r.company_id
             WHERE r.state = 'new'
            """
        )

    @api.model
    def _query_reserved(self):
        return SQL(
            """
            SELECT d.profile_id, d.company_id, 'dunning.delivery' AS res_model,
                   d.id AS res_id, d.date_queued AS since,
                   n.amount_company AS amount, d.error AS detail
              FROM dunning_delivery d
              JOIN dunning_notice n ON n.id = d.notice_id
             WHERE d.state = 'reserved'
            """
        )

    @api.model
    def _query_failed(self):
        """The last failure of notices that nothing will bring to the customer.

        A formal notice needs its registered letter, even when a mail went; a recipient
        for whom a task was made, or a mistake of ours, needs somebody in any case.
        """
        return SQL(
            """
            SELECT DISTINCT ON (d.notice_id)
                   d.profile_id, d.company_id, 'dunning.delivery' AS res_model,
                   d.id AS res_id, n.date AS since, n.amount_company AS amount,
                   d.error AS detail
              FROM dunning_delivery d
              JOIN dunning_notice n ON n.id = d.notice_id
              JOIN dunning_level l ON l.id = n.level_id
              JOIN %s ON day.company_id = d.company_id
             WHERE d.state IN ('failed', 'bounced')
               AND n.state <> 'cancelled'
               AND n.date >= day.today - %s
               AND (d.is_ours IS TRUE
                    OR EXISTS (SELECT FROM mail_activity task
                                WHERE task.id = d.task_id AND task.active)
                    OR NOT EXISTS (
                       SELECT FROM dunning_delivery other
                        WHERE other.notice_id = d.notice_id
                          AND other.state IN ('ready', 'queued', 'reserved', 'sent')
                          AND (other.channel = 'registered'
                               OR NOT (d.channel = 'registered'
                                       AND l.is_formal IS TRUE))))
               AND NOT EXISTS (
                   SELECT FROM dunning_notice later
                    WHERE later.profile_id = n.profile_id AND later.id > n.id
                      AND later.state = 'sent')
             ORDER BY d.notice_id, d.id DESC
            """,
            self._days(),
            FAILED_WITHIN,
        )

    @api.model
    def _query_bounced(self):
        """Addresses that failed while the notice went another way."""
        return SQL(
            """
            SELECT DISTINCT ON (d.profile_id)
                   d.profile_id, d.company_id, 'credit.profile' AS res_model,
                   d.profile_id AS res_id, n.date AS since, NULL AS amount,
                   coalesce(d.bounced_emails, d.email_to, d.error) AS detail
              FROM dunning_delivery d
              JOIN dunning_notice n ON n.id = d.notice_id
              JOIN %s ON day.company_id = d.company_id
             WHERE d.state = 'bounced' AND d.channel = 'email'
               AND n.date >= day.today - %s
               AND EXISTS (
                   SELECT FROM dunning_delivery other
                    WHERE other.notice_id = d.notice_id
                      AND other.state IN ('ready', 'queued', 'reserved', 'sent'))
               AND NOT EXISTS (
                   SELECT FROM dunning_delivery later
                    WHERE later.profile_id = d.profile_id AND later.id > d.id
                      AND later.channel = 'email' AND later.state = 'sent')
             ORDER BY d.profile_id, d.id DESC
            """,
            self._days(),
            BOUNCED_WITHIN,
        )

    @api.model
    def _query_review(self):
        """Drafts but those that the next scheduled planning makes anew and sends."""
        return SQL(
            """
            SELECT n.profile_id, n.company_id, 'dunning.notice' AS res_model,
                   n.id AS res_id, n.date AS since, n.amount_company AS amount,
                   %s AS detail
              FROM dunning_notice n
              JOIN dunning_level l ON l.id = n.level_id
              JOIN res_company c ON c.id = n.company_id
              LEFT JOIN dunning_run r ON r.id = n.run_id
             WHERE n.state = 'draft'
               AND NOT (n.is_automatic IS TRUE AND n.is_edited IS NOT TRUE
                        AND n.warning IS NULL AND r.is_automatic IS TRUE
                        AND c.dunning_is_started IS TRUE
                        AND c.dunning_auto_plan IS TRUE)
            """,
            self._name_sql("dunning.level", "l"),
        )

    @api.model
    def _query_letters(self, is_printed):
        day = SQL("d.date_printed") if is_printed else SQL("d.date_queued")
        return SQL(
            """
            SELECT d.profile_id, d.company_id, 'dunning.delivery' AS res_model,
                   d.id AS res_id, %(day)s AS since, n.amount_company AS amount,
                   d.print_batch AS detail
              FROM dunning_delivery d
              JOIN dunning_notice n ON n.id = d.notice_id
              JOIN %(days)s ON day.company_id = d.company_id
             WHERE d.channel IN ('letter', 'registered') AND d.state = 'queued'
               AND (d.date_printed IS NOT NULL) = %(is_printed)s
               AND %(day)s < day.today - day.letters
            """,
            day=day,
            days=self._days(),
            is_printed=is_printed,
        )

    @api.model
    def _query_dispute(self):
        return self._query_of_disputes(
            SQL("d.date_deadline"),
            SQL("d.state = 'open' AND d.date_deadline < day.today"),
            SQL("d.amount"),
        )

    @api.model
    def _query_credit_note(self):
        return self._query_of_disputes(
            SQL("d.date_credit_due"),
            SQL(
                "d.date_credit_due < day.today AND %s",
                self.env["credit.dispute"]._missing_credit_sql(SQL("d")),
            ),
            SQL("d.amount_conceded"),
        )

    @api.model
    def _query_of_disputes(self, since, condition, amount):
        return SQL(
            """
            SELECT d.profile_id, d.company_id, 'credit.dispute' AS res_model,
                   d.id AS res_id, %(since)s AS since,
                   CASE WHEN d.currency_id = c.currency_id
                        THEN %(amount)s END AS amount,
                   %(name)s AS detail
              FROM credit_dispute d
              JOIN res_company c ON c.id = d.company_id
              JOIN credit_dispute_reason reason ON reason.id = d.reason_id
              JOIN %(days)s ON day.company_id = d.company_id
             WHERE %(condition)s
            """,
            since=since,
            amount=amount,
            condition=condition,
            days=self._days(),
            name=self._name_sql("credit.dispute.reason", "reason"),
        )

    @api.model
    def _query_proposed(self, kind):
        """Promises or plans that somebody proposed and nobody accepted yet."""
        is_plan = kind == "plan"
        return SQL(
            """
            SELECT o.profile_id, o.company_id, %(model)s AS res_model, o.id AS res_id,
                   o.create_date AS since,
                   CASE WHEN o.currency_id = c.currency_id
                        THEN %(amount)s END AS amount,
                   %(detail)s AS detail
              FROM %(table)s o
              JOIN res_company c ON c.id = o.company_id
             WHERE o.state = 'draft' %(own)s
            """,
            model=f"credit.{kind}",
            table=SQL.identifier(f"credit_{kind}"),
            amount=SQL("o.amount_total" if is_plan else "o.amount"),
            detail=SQL("o.name" if is_plan else "NULL"),
            own=SQL() if is_plan else SQL("AND o.plan_id IS NULL"),
        )

    @api.model
    def _query_event(self, kind):
        return SQL(
            """
            SELECT e.profile_id, e.company_id, 'credit.event' AS res_model,
                   e.id AS res_id, e.date AS since,
                   CASE WHEN e.currency_id = c.currency_id
                        THEN e.amount END AS amount,
                   e.name AS detail
              FROM credit_event e
              JOIN res_company c ON c.id = e.company_id
             WHERE e.kind = %s AND e.state = 'new'
            """,
            kind,
        )
