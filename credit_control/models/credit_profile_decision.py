from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .screen_days import format_day

PEOPLE = "credit_control.group_collector,credit_control.group_auditor"
# written by the methods below alone
DECISION_FIELDS = {
    "decision_id",
    "decision_date",
    "decision_until",
    "decision_asked_days",
}
# days for which a decision holds when nothing else is said
HOLDS = {"insurer": 60, "legal": 180, "write_off": 45, "stop": 365}
# what the rule of a due decision reads
SOURCES = (
    "company_id",
    "amount_overdue",
    "oldest_due_date",
    "legal_status",
    "decision_date",
    "decision_until",
    "decision_asked_days",
)


class CreditProfile(models.Model):
    """At certain ages of the oldest claim somebody has to decide what follows."""

    _inherit = "credit.profile"

    decision_ids = fields.One2many(
        "credit.decision", "profile_id", string="Decisions", groups=PEOPLE
    )
    decision_id = fields.Many2one(
        "credit.decision",
        string="Last decision",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups=PEOPLE,
    )
    decision_kind = fields.Selection(
        related="decision_id.kind", string="Kind of decision", groups=PEOPLE
    )
    decision_reason = fields.Char(
        related="decision_id.reason", string="Reason of the decision", groups=PEOPLE
    )
    decision_date = fields.Date(
        string="Decided on", readonly=True, copy=False, groups=PEOPLE
    )
    decision_until = fields.Date(
        string="Decision holds until", readonly=True, copy=False, groups=PEOPLE
    )
    decision_asked_days = fields.Integer(
        readonly=True,
        copy=False,
        groups=PEOPLE,
        help="Age at which a decision was last asked for; 0: not asked.",
    )
    decision_due = fields.Boolean(
        string="Decision due",
        compute="_compute_decision_due",
        search="_search_decision_due",
        groups=PEOPLE,
        help="The oldest claim has reached the age at which somebody decides whether "
        "to go on, and no decision is in force.",
    )

    # serves _decision_due_sql
    _old_claims_idx = models.Index(
        "(company_id, oldest_due_date) WHERE amount_overdue > 0"
    )

    # === COMPUTE METHODS === #
    @api.depends(*SOURCES, "company_id.credit_decision_days")
    def _compute_decision_due(self):
        due = self.sudo().search(
            [("id", "in", self._origin.ids), ("decision_due", "=", True)]
        )
        for profile in self:
            profile.decision_due = profile._origin.id in due._ids

    def _search_decision_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.sudo().flush_model(SOURCES)
        due = Domain.custom(
            to_sql=lambda model, alias, query: self._decision_due_sql(alias)
        )
        return due if True in value else ~due

    @api.model
    def _decision_due_sql(self, alias, company_ids=None):
        """Return the condition of a due decision on a row ``alias``.

        A decision is in force up to its last day, and as long as a claim of its time
        is open. In an insolvency there is nothing to decide: claims are declared.
        """
        companies = self.env["res.company"].sudo().browse(company_ids)
        companies = companies or companies.search([])
        return SQL(
            """
            EXISTS (
                SELECT FROM (VALUES %(ages)s) age(company_id, today, first)
                 WHERE age.company_id = %(p)s.company_id
                   AND %(p)s.amount_overdue > 0
                   AND %(p)s.legal_status = 'none'
                   AND %(p)s.oldest_due_date <= age.today - age.first
                   AND (%(p)s.decision_until IS NULL
                        OR %(p)s.decision_until < age.today
                        OR %(p)s.oldest_due_date > %(p)s.decision_date))
            """,
            p=SQL.identifier(alias),
            ages=SQL(", ").join(
                SQL("(%s, %s::date, %s)", one.id, today, one._decision_ages()[0])
                for one, today in companies._dunning_today().items()
            ),
        )

    def _check_written_fields(self, vals):
        """Refuse the fields that a decision writes."""
        if locked := DECISION_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "%(fields)s: not written by hand. Use the actions of the credit "
                    "profile.",
                    fields=", ".join(self._labels(locked)),
                )
            )
        return super()._check_written_fields(vals)

    # === ACTIONS === #
    def action_open_decide(self):
        """Open the wizard that takes a decision for these customers."""
        self._check_group("group_collector", self.env._("decide about old claims"))
        self.check_access("write")
        return self._action_wizard("credit_control.credit_decide_action")

    # === BUSINESS METHODS === #
    @api.private
    def _decision_until(self, kind, today):
        """Return the day up to which a decision of ``kind`` holds by default.

        To continue is asked again at the next age of the oldest claim.
        """
        if kind in HOLDS:
            return today + timedelta(days=HOLDS[kind])
        default = today + timedelta(days=30)
        if len(self) != 1 or not self.oldest_due_date:
            return default
        days = self.company_id._decision_ages()[1]
        next_age = self.oldest_due_date + timedelta(days=days - 1)
        return next_age if next_age >= today else default

    @api.private
    def _decide(self, kind, reason, until, user=None):
        """Log the decision for these customers, and do what follows from it.

        :param str kind: of :class:`CreditDecision`
        :param str reason: why
        :param until: the last day on which it holds
        :param user: who has something to do (insurer, write-off)
        :return: the decisions, one a profile
        """
        self._check_group("group_collector", self.env._("decide about old claims"))
        self.check_access("write")
        reason = self._required_reason(reason)
        days = self.company_id._dunning_today()
        if not until or until < min(days.values(), default=until):
            raise UserError(
                self.env._("A decision holds until today or later: choose that day.")
            )
        decisions = self._log_decision(kind, reason, until, days)
        getattr(self, f"_decide_{kind}")(reason, until, user or self.env.user)
        return decisions

    def _log_decision(self, kind, reason, until, days):
        """Write the decisions down, on the profiles and in their chatter."""
        # sudo: nobody writes decisions but this method
        decisions = (
            self.env["credit.decision"]
            .sudo()
            .create(
                [
                    {
                        "profile_id": profile.id,
                        "kind": kind,
                        "reason": reason,
                        "date": days[profile.company_id],
                        "date_until": until,
                        "user_id": self.env.uid,
                        "age_days": profile.days_overdue,
                        "amount": profile.amount_overdue,
                    }
                    for profile in self
                ]
            )
        )
        decisions.flush_model()
        self.sudo().flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE credit_profile profile
                   SET decision_id = decision.id, decision_date = decision.date,
                       decision_until = decision.date_until, decision_asked_days = 0
                  FROM credit_decision decision
                 WHERE decision.id IN %s AND profile.id = decision.profile_id
                """,
                tuple(decisions.ids) or (0,),
            )
        )
        self.invalidate_recordset()
        self._request_refresh()
        label = dict(decisions._fields["kind"]._description_selection(self.env))[kind]
        body = self.env._(
            "Decision: %(decision)s, until %(until)s. %(reason)s",
            decision=label,
            until=format_day(self.env, until),
            reason=reason,
        )
        self._log_all(body)
        self.env["credit.event"]._end(
            [("kind", "=", "decision_due"), ("profile_id", "in", self.ids)]
        )
        return decisions.sudo(False)

    @api.private
    def _log_all(self, body):
        """Leave the same note in the chatter of all, by one INSERT."""
        self.sudo()._message_log_batch(
            dict.fromkeys(self.ids, body), author_id=self.env.user.partner_id.id
        )

    def _decide_continue(self, reason, until, user):
        """Reminders go on; the next decision is due the day after."""

    def _decide_insurer(self, reason, until, user):
        """Somebody declares the claims to the credit insurer."""
        summary = self.env._("Declare the claims to the credit insurer")
        self._ask(user, summary, dict.fromkeys(self, reason))

    def _decide_legal(self, reason, until, user):
        """Prepare a dossier each, with all that is overdue."""
        self.env["credit.dossier"]._prepare_for(self, reason)

    def _decide_write_off(self, reason, until, user):
        """Show the claims to whoever may write them off; nothing is booked here."""
        self._propose_write_off(self._overdue_lines(), user, reason)

    def _decide_stop(self, reason, until, user):
        """No reminder while the decision holds."""
        # the decision is in the chatter: no second message for the hold
        quiet = self.with_context(tracking_disable=True)
        quiet.write({"hold_until": until, "hold_reason": reason})

    @api.private
    def _overdue_lines(self):
        """Return the overdue claims of these customers, the oldest first.

        By sudo: whoever may read the profile may know its claims.
        """
        self.check_access("read")
        lines = self.env["account.move.line"].sudo()
        profiles = self.sudo()
        found = lines.search(
            [
                ("partner_id.commercial_partner_id", "in", profiles.partner_id.ids),
                ("company_id", "in", profiles.company_id.ids),
                ("amount_residual", ">", 0),
                *self._open_domain(),
            ],
            order="date_maturity, date, id",
        )
        days = profiles.company_id._dunning_today()
        wanted = {(profile.partner_id, profile.company_id) for profile in profiles}
        return found.filtered(
            lambda line: (line.date_maturity or line.date) < days[line.company_id]
            and (line.partner_id.commercial_partner_id, line.company_id) in wanted
        )

    @api.private
    def _propose_write_off(self, lines, user, reason):
        """Ask ``user`` to write ``lines`` off: one activity a customer.

        It is on the oldest claim's entry, which an accountant may open.
        """
        notes, residual = {}, "amount_residual_currency"
        for claims in lines.grouped(
            lambda line: (line.partner_id.commercial_partner_id, line.company_id)
        ).values():
            rows = Markup().join(
                Markup("<li>%s: %s</li>")
                % (line.move_name, line.currency_id.format(line[residual]))
                for line in claims
            )
            notes[claims[:1].move_id] = Markup("%s<ul>%s</ul>") % (reason, rows)
        self._ask(user, self.env._("Write-off proposed"), notes)

    @api.model
    @api.private
    def _ask(self, user, summary, notes, deadline=None):
        """Give ``user`` an activity on each record, in one go.

        :param dict notes: ``{record: note}``, all of one model
        :param deadline: default in seven days
        """
        if not notes:
            return self.env["mail.activity"]
        model_id = self.env["ir.model"]._get_id(next(iter(notes))._name)
        kind = self.env.ref("credit_control.activity_type_credit")
        deadline = deadline or fields.Date.context_today(self) + timedelta(days=7)
        # sudo: a collector may ask for what he may not do himself
        activities = self.env["mail.activity"].sudo()
        return activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": record.id,
                    "summary": summary,
                    "note": note,
                    "user_id": user.id,
                    "date_deadline": deadline,
                }
                for record, note in notes.items()
            ]
        )

    # === CRON === #
    @api.model
    def _cron_decisions(self):
        """Say why claims are unpaid, and ask for the decisions that are due."""
        for company in self.env["res.company"].sudo().search([], order="id"):
            self.env["account.move"]._update_origins(company)
            self._ask_decisions(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    @api.private
    def _ask_decisions(self, company):
        """Raise an event for each customer who reached an age since the last one.

        :return: the profiles concerned
        """
        first, second = company._decision_ages()
        self.flush_model(SOURCES)
        due = self._decision_due_sql("p", company.ids)
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE credit_profile p
                   SET decision_asked_days = CASE WHEN p.oldest_due_date <= %(second)s
                                                  THEN %(second_days)s
                                                  ELSE %(first_days)s END
                 WHERE p.company_id = %(company)s AND p.active AND %(due)s
                   AND coalesce(p.decision_asked_days, 0) <
                       CASE WHEN p.oldest_due_date <= %(second)s
                            THEN %(second_days)s ELSE %(first_days)s END
                RETURNING p.id
                """,
                second=company._dunning_today()[company] - timedelta(days=second),
                first_days=first,
                second_days=second,
                company=company.id,
                due=due,
            )
        )
        over = self.env.execute_query(
            SQL(
                "UPDATE credit_profile p SET decision_asked_days = 0"
                " WHERE p.company_id = %s AND p.decision_asked_days > 0 AND NOT %s"
                " RETURNING p.id",
                company.id,
                due,
            )
        )
        self.invalidate_model(["decision_asked_days"], flush=False)
        profiles = self.browse(profile_id for (profile_id,) in rows)
        events = self.env["credit.event"]
        # the question of an earlier age gives way to that of this one
        asked = [*profiles.ids, *(profile_id for (profile_id,) in over)]
        events._end([("kind", "=", "decision_due"), ("profile_id", "in", asked)])
        events._raise(profiles._decision_events())
        return profiles

    def _decision_events(self):
        events = self.env["credit.event"]
        return [
            {
                "profile_id": profile.id,
                "kind": "decision_due",
                "name": events._in_language(profile).env._(
                    "%(days)s days overdue: decide whether to go on",
                    days=profile.days_overdue,
                ),
                "amount": profile.amount_overdue,
                "currency_id": profile.currency_id.id,
                "res_model": "credit.profile",
                "res_id": profile.id,
            }
            for profile in self
        ]
