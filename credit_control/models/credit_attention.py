from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .screen_days import format_day

# more sources than this would give two rows the same id
MAX_SOURCES = 64


class CreditAttention(models.Model):
    """What needs a person: only what automation could not close, with its reason.

    Read from the database as it is now: whatever is done is gone at once. What is
    listed, and how, is told by :meth:`_attention_sources`.
    """

    _name = "credit.attention"
    _description = "Needs a person"
    _inherit = ["credit.portfolio.scope"]
    _auto = False
    _order = "sequence, amount desc nulls last, since, id"

    kind = fields.Selection(selection="_selection_kind", string="What", readonly=True)
    sequence = fields.Integer(readonly=True, export_string_translation=False)
    profile_id = fields.Many2one(
        "credit.profile", string="Credit profile", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    team_id = fields.Many2one("credit.team", readonly=True)
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    since = fields.Date(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="At stake, in the currency of the company."
    )
    detail = fields.Char(readonly=True, export_string_translation=False)
    snooze_until = fields.Date(string="Not now until", readonly=True)
    reason = fields.Char(
        compute="_compute_reason", help="Why automation cannot close it."
    )
    todo = fields.Char(string="What to do", compute="_compute_todo")
    deeds = fields.Char(compute="_compute_deeds", export_string_translation=False)

    _depends = {
        "account.move": ["name"],
        "account.move.line": [
            "amount_residual",
            "company_id",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "credit.dispute": [
            "amount",
            "currency_id",
            "date_credit_due",
            "date_deadline",
            "profile_id",
            "reason_id",
            "state",
        ],
        "credit.event": ["amount", "date", "kind", "name", "profile_id", "state"],
        "credit.plan": ["name", "profile_id", "state"],
        "credit.portal.request": ["amount", "kind", "profile_id", "state"],
        "credit.profile": [
            "amount_collectable",
            "amount_overdue",
            "company_id",
            "decision_date",
            "decision_until",
            "dunning_policy_id",
            "legal_status",
            "oldest_due_date",
            "partner_id",
            "reply_date",
            "snooze_until",
            "team_id",
            "user_id",
            "worklist_level_id",
        ],
        "credit.promise": ["amount", "currency_id", "plan_id", "profile_id", "state"],
        "dunning.delivery": [
            "channel",
            "date_printed",
            "date_queued",
            "is_ours",
            "state",
            "task_id",
        ],
        "dunning.level": ["policy_id", "sequence"],
        "dunning.notice": ["amount_company", "is_automatic", "is_edited", "state"],
        "dunning.run": ["is_automatic"],
        "mail.activity": ["active"],
        "res.company": ["credit_attention_days", "dunning_auto_plan"],
        "res.partner": ["commercial_partner_id", "email", "phone", "street"],
    }

    # === SOURCES === #
    @api.model
    def _attention_sources(self):
        """Return what may need a person: an ordered dict, the most urgent first.

        By code of the kind, dicts of

        - ``label``: the kind, in words
        - ``query``: a query of ``profile_id`` (or null), ``company_id``,
          ``res_model``, ``res_id`` (unique in the source), ``since`` (a day),
          ``amount`` (in the company's currency, or null) and ``detail`` (text). It
          leaves out whatever a scheduled action is still going to deal with.
        - ``action``: name of the method of the record by which a person deals with
          it; by default the record itself is opened
        - ``reason``: why it is listed, a sentence with ``%(detail)s``,
          ``%(since)s`` or ``%(amount)s``; by default the detail itself
        - ``details``: words for the codes in ``detail``, if these are codes
        - ``todo``: what to do, a sentence; or ``todo_field``, the field of the
          record that says it
        - ``deeds``: ``{deed: method}`` done by one click without opening anything;
          the deeds are those of :meth:`_deed_labels`

        Extended by: add-ons and files that know of more, with the tables of their
        queries in ``_depends``.

        :rtype: dict[str, dict]
        """
        return {}

    @api.model
    def _selection_kind(self):
        sources = self._attention_sources()
        return [(code, source["label"]) for code, source in sources.items()]

    @api.model
    def _deed_labels(self):
        """Return the deeds that lists offer as buttons, in words."""
        return {
            "approve": self.env._("Approve and send"),
            "accept": self.env._("Accept"),
            "retry": self.env._("Retry"),
            "posted": self.env._("Posted"),
            "print": self.env._("Print"),
            "arrived": self.env._("It arrived"),
            "again": self.env._("Send again"),
            "done": self.env._("Dealt with"),
        }

    # === QUERY === #
    @property
    def _table_query(self):
        """Return the rows of all sources, with an id that tells source and record."""
        parts = [
            SQL(
                """
                SELECT source.res_id::bigint * %(step)s + %(rank)s AS id,
                       %(rank)s::int AS sequence, %(code)s AS kind,
                       source.profile_id::int, source.company_id::int,
                       source.res_model::varchar, source.res_id::int,
                       source.since::date, source.amount::numeric,
                       source.detail::varchar
                  FROM (%(query)s) source
                """,
                step=MAX_SOURCES,
                rank=rank,
                code=code,
                query=source["query"],
            )
            for rank, (code, source) in enumerate(self._attention_sources().items())
        ]
        return SQL(
            """
            SELECT part.*, profile.partner_id, profile.user_id, profile.team_id,
                   profile.snooze_until, company.currency_id
              FROM (%s) part
              JOIN res_company company ON company.id = part.company_id
              LEFT JOIN credit_profile profile ON profile.id = part.profile_id
             WHERE profile.active IS NOT FALSE
            """,
            SQL(" UNION ALL ").join(parts),
        )

    # === COMPUTE METHODS === #
    @api.depends("kind", "profile_id")
    def _compute_display_name(self):
        sources = self._attention_sources()
        for row in self:
            label = sources.get(row.kind, {}).get("label", "")
            # sudo: whoever reads the row may know of whom it is
            customer = row.sudo().partner_id.display_name
            row.display_name = f"{customer}: {label}" if customer else label

    @api.depends("kind", "detail", "since", "amount")
    def _compute_reason(self):
        sources = self._attention_sources()
        for row in self:
            source = sources.get(row.kind, {})
            detail = source.get("details", {}).get(row.detail, row.detail or "")
            sentence = source.get("reason")
            row.reason = (
                sentence
                % {
                    "detail": detail,
                    "since": format_day(self.env, row.since),
                    "amount": row.currency_id.format(row.amount),
                }
                if sentence
                else detail
            )

    @api.depends("kind", "res_model", "res_id")
    def _compute_todo(self):
        sources = self._attention_sources()
        for kind, rows in self.grouped("kind").items():
            source = sources.get(kind, {})
            name, words = source.get("todo_field"), source.get("todo", False)
            # sudo: what to do is no secret of whoever may read the row
            records = rows._targets().sudo() if name else ()
            found = {record.id: record[name] for record in records}
            for row in rows:
                row.todo = found.get(row.res_id) or words

    @api.depends("kind")
    def _compute_deeds(self):
        sources = self._attention_sources()
        for row in self:
            deeds = sources.get(row.kind, {}).get("deeds", {})
            row.deeds = ",".join(deeds) or False

    # === ACTIONS === #
    def action_act(self):
        """Open what the row is about, there where a person deals with it."""
        self.ensure_one()
        self._check_actor(self.env._("act on a customer"))
        record = self._targets()
        record.check_access("read")
        method = self._attention_sources()[self.kind].get("action")
        return getattr(record, method)() if method else record._get_records_action()

    def action_deed(self, deed=None):
        """Do what one click can do, for all these rows to which it applies.

        :param str deed: of :meth:`_deed_labels`; default: the context's
            ``attention_deed``, else the first one of the row
        """
        self._check_actor(self.env._("act on a customer"))
        deed = deed or self.env.context.get("attention_deed")
        deed = deed or (self[:1].deeds or "").split(",")[0]
        sources = self._attention_sources()
        result, rows = None, self.browse()
        for kind, part in self.grouped("kind").items():
            if method := sources[kind].get("deeds", {}).get(deed):
                rows |= part
                result = getattr(part._targets(), method)()
        if not rows:
            labels = self._deed_labels()
            raise UserError(
                self.env._(
                    "“%(deed)s” fits none of the lines chosen: open them one by one.",
                    deed=labels.get(deed, deed),
                )
            )
        self.invalidate_model()
        is_window = isinstance(result, dict) and result.get("type") in (
            "ir.actions.act_window",
            "ir.actions.act_url",
            "ir.actions.report",
        )
        return result if is_window else True

    def action_open_snooze(self):
        """Say “not now” to the customers of these rows."""
        if not self.profile_id:
            raise UserError(
                self.env._("This line is of no customer: put it right by “Act”.")
            )
        return self.profile_id.action_open_snooze()

    def action_open_profile(self):
        """Open the customer of the row."""
        self.ensure_one()
        if not self.profile_id:
            return self.action_act()
        return self.profile_id._get_records_action()

    def _check_actor(self, deed):
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("read")

    def _targets(self):
        """Return the records that these rows of one kind are about.

        :raise UserError: when nothing is left of one, since somebody dealt with it
        """
        model = self[:1].res_model
        if not model:
            raise UserError(
                self.env._("Somebody dealt with this meanwhile: load the list again.")
            )
        return self.env[model].browse(self.mapped("res_id"))

    # === COUNTS === #
    @api.model
    @api.private
    def _now_domain(self):
        """Return the domain of the rows whose customer nobody put off."""
        today = max(self.env.companies._dunning_today().values())
        return Domain("snooze_until", "=", False) | Domain("snooze_until", "<=", today)

    @api.model
    @api.private
    def _count_by_kind(self, domain):
        """Return ``{(collector, kind): number}`` of the rows of ``domain``.

        By one query, whatever the number of collectors; nobody's are of an empty one.
        """
        groups = self._read_group(domain, ["user_id", "kind"], ["__count"])
        return {(user, kind): count for user, kind, count in groups}


class CreditProfile(models.Model):
    """Counters of the tab "Needs a person" of the screen "Today"."""

    _inherit = "credit.profile"

    @api.model
    def today_summary(self, tab, domain=None):
        """Add the rows that need a person."""
        rows = self.env["credit.attention"]
        if tab != "needs":
            summary = super().today_summary(tab, domain)
        else:
            summary = super().today_summary("events")
            del summary["events"]
            [[count, customers]] = rows._read_group(
                domain or [], aggregates=["__count", "profile_id:count_distinct"]
            )
            summary["needs"] = {"count": count, "customers": customers}
        summary["badges"]["needs"] = rows.search_count(rows._now_domain(), limit=10000)
        return summary

    def _action_open_partner(self):
        """Open the customer himself, to complete his addresses."""
        return self.partner_id._get_records_action()
