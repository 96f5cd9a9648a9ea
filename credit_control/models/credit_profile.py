import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

# what a salesperson may write: his comments; and nobody writes these by hand
READER_FIELDS = {"comment"}
LOCKED_FIELDS = {
    "partner_id",
    "company_id",
    "forced_level_id",
    "forced_reason",
    "forced_user_id",
    "score",
    "portal_key",
}


class CreditProfile(models.Model):
    """One customer in one company: the hub of all credit work."""

    _name = "credit.profile"
    _description = "Credit profile"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "priority desc, amount_overdue desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="The commercial entity.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False)]",
    )
    policy_id = fields.Many2one(
        "dunning.policy",
        string="Policy chosen by hand",
        tracking=True,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
    )
    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Policy in force",
        compute="_compute_dunning_policy_id",
        store=True,
        tracking=True,
        ondelete="set null",
        index="btree_not_null",
        help="The one chosen by hand, else the first policy whose assignment rule "
        "matches, else the default of the company.",
    )
    forced_level_id = fields.Many2one(
        "dunning.level", readonly=True, tracking=True, ondelete="set null", copy=False
    )
    forced_reason = fields.Char(readonly=True, copy=False)
    forced_user_id = fields.Many2one(
        "res.users", string="Forced by", readonly=True, copy=False
    )
    hold_until = fields.Date(
        string="On hold until", tracking=True, help="No reminder up to this day."
    )
    hold_reason = fields.Char(tracking=True)
    reply_date = fields.Datetime(
        string="Unanswered reply since",
        copy=False,
        help="The customer answered a notice: no reminder until somebody replied.",
    )
    grace_days = fields.Integer(
        string="Days of grace",
        tracking=True,
        help="Days by which every level of this customer comes later.",
    )
    legal_status = fields.Selection(
        [
            ("none", "None"),
            ("safeguard", "Safeguard"),
            ("receivership", "Receivership"),
            ("liquidation", "Liquidation"),
        ],
        default="none",
        required=True,
        tracking=True,
    )
    legal_date = fields.Date(
        string="Judgment date",
        tracking=True,
        help="Claims that arose before this day are not reminded any more.",
    )
    score = fields.Integer(
        readonly=True, help="Payment index, 0 (bad) to 100 (good)."
    )
    risk_class = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"), ("e", "E")], tracking=True
    )
    credit_limit = fields.Monetary(
        compute="_compute_credit_limit",
        inverse="_inverse_credit_limit",
        help="Of the customer in this company, in its currency; the one on the "
        "customer's own form. 0: none.",
    )
    comment = fields.Html(
        help="What the next person must know before calling this customer."
    )
    promise_ids = fields.One2many("credit.promise", "profile_id")
    plan_ids = fields.One2many("credit.plan", "profile_id")
    dispute_ids = fields.One2many("credit.dispute", "profile_id")
    notice_ids = fields.One2many("dunning.notice", "profile_id")
    portal_key = fields.Char(
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
    )

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)",
        "This customer already has a credit profile in this company.",
    )
    _grace_days_positive = models.Constraint(
        "CHECK(grace_days >= 0)", "Days of grace cannot be negative."
    )

    # === COMPUTE METHODS === #
    @api.depends("policy_id")
    def _compute_dunning_policy_id(self):
        for profile in self:
            profile.dunning_policy_id = profile.policy_id

    @api.depends("partner_id", "company_id")
    def _compute_credit_limit(self):
        # by sudo: core shows the limit to accountants alone; whoever reads the
        # profile may know it
        for profile in self:
            partner = profile.partner_id.sudo().with_company(profile.company_id)
            profile.credit_limit = partner.credit_limit

    def _inverse_credit_limit(self):
        self._check_group("group_manager", self.env._("set a credit limit"))
        self.check_access("write")
        for profile in self:
            partner = profile.partner_id.sudo().with_company(profile.company_id)
            partner.credit_limit = profile.credit_limit

    @api.depends("partner_id.display_name", "company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_display_name(self):
        several = len(self.env.companies) > 1
        for profile in self:
            name = profile.partner_id.sudo().display_name or ""
            if several:
                name = f"{name} ({profile.company_id.sudo().name})"
            profile.display_name = name

    # === CONSTRAINT METHODS === #
    @api.constrains("partner_id")
    def _check_partner_is_commercial(self):
        for profile in self:
            partner = profile.partner_id
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s: open the credit "
                        "profile of %(customer)s.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("legal_status", "legal_date")
    def _check_legal_date(self):
        for profile in self:
            if profile.legal_status != "none" and not profile.legal_date:
                raise ValidationError(
                    self.env._(
                        "Enter the day of the judgment: claims that arose before it "
                        "are not reminded any more."
                    )
                )

    # === CRUD METHODS === #
    def write(self, vals):
        """Write what the user's role may change."""
        if not self.env.su:
            self._check_written_fields(vals)
        return super().write(vals)

    def _check_written_fields(self, vals):
        """Raise when ``vals`` has a field that this user does not write."""
        own = ("message_", "activity_")
        names = {name for name in vals if not name.startswith(own)}
        computed = {
            name
            for name in names & self._fields.keys()
            if (field := self._fields[name]).compute
            and field.readonly
            and not field.inverse
        }
        if locked := names & LOCKED_FIELDS | computed:
            raise AccessError(
                self.env._(
                    "%(fields)s: not written by hand. Use the actions of the credit "
                    "profile.",
                    fields=", ".join(self._labels(locked)),
                )
            )
        if names - READER_FIELDS:
            self._check_group(
                "group_collector",
                self.env._("change %s", ", ".join(self._labels(names - READER_FIELDS))),
            )

    def _labels(self, names):
        return [
            field["string"]
            for field in self.fields_get(sorted(names), ["string"]).values()
        ] or sorted(names)

    # === ACTIONS === #
    def action_force_level(self, level, reason):
        """Use ``level`` at the next run for all overdue claims of these customers.

        :param level: a ``dunning.level``, or its id
        :param str reason: why, kept on the profile and in the chatter
        """
        self._check_group("group_collector", self.env._("force a level"))
        self.check_access("write")
        level = self._readable_level(level)
        reason = self._required_reason(reason)
        # sudo: these fields are written by this method alone
        self.sudo().write(
            {
                "forced_level_id": level.id,
                "forced_reason": reason,
                "forced_user_id": self.env.uid,
            }
        )
        self._log(
            self.env._(
                "Level %(level)s is forced for all overdue claims: %(reason)s",
                level=level.display_name,
                reason=reason,
            )
        )
        return True

    def action_clear_forced_level(self):
        """Let the policy decide again."""
        self._check_group("group_collector", self.env._("clear a forced level"))
        self.check_access("write")
        forced = self.filtered("forced_level_id")
        forced._clear_forced_level(self.env._("The forced level is cleared."))
        return True

    def action_hold(self, until, reason):
        """Send no reminder to these customers up to and including ``until``.

        :param until: a day
        :param str reason: why, kept on the profile
        """
        self._check_group("group_collector", self.env._("put a customer on hold"))
        self.check_access("write")
        until = fields.Date.to_date(until)
        if not until:
            raise UserError(self.env._("Enter the last day of the hold."))
        if until < min(self.company_id._dunning_today().values(), default=until):
            raise UserError(self.env._("A hold ends today or later: choose that day."))
        self.write({"hold_until": until, "hold_reason": self._required_reason(reason)})
        return True

    def action_release_hold(self):
        """Remind these customers again."""
        self._check_group("group_collector", self.env._("release a hold"))
        self.check_access("write")
        self.write({"hold_until": False, "hold_reason": False})
        return True

    def action_answered(self):
        """Note that the customer's answer was dealt with."""
        self._check_group("group_collector", self.env._("close an answer"))
        self.check_access("write")
        self.write({"reply_date": False})
        self._log(self.env._("The customer's answer was dealt with."))
        return True

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def get_profile(self, partner, company):
        """Return the profile of the customer of ``partner`` in ``company``.

        It is made when there is none. Never called on a path that only reads.

        :param partner: ``res.partner``, any contact of the customer
        """
        customer = partner.commercial_partner_id
        domain = [("partner_id", "=", customer.id), ("company_id", "=", company.id)]
        archived = self.with_context(active_test=False)
        profile = archived.sudo().search(domain, limit=1, order="id")
        if not profile:
            self.check_access("create")
            self._insert_profiles(company, SQL("SELECT %s AS id", customer.id))
            profile = archived.sudo().search(domain, limit=1, order="id")
        return self.browse(profile.id)

    @api.model
    @api.private
    def _ensure_profiles(self, company):
        """Make the missing profiles of all customers with open receivable lines.

        :return: the new profiles
        """
        self._flush_sources()
        return self._insert_profiles(
            company,
            SQL(
                """
                SELECT DISTINCT c.commercial_partner_id AS id
                  FROM account_move_line l
                  JOIN res_partner c ON c.id = l.partner_id
                 WHERE l.company_id = %s
                   AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE
                   AND c.commercial_partner_id IS NOT NULL
                   AND l.account_id IN %s
                """,
                company.id,
                company._trade_receivable_ids(),
            ),
        )

    @api.model
    def _insert_profiles(self, company, customers):
        """Insert the profiles that do not exist yet, in one statement.

        Two transactions may do so at once: the row of one of them stays.

        :param SQL customers: a query of column ``id``, commercial partners
        """
        self.flush_model(["partner_id", "company_id"])
        values = self._default_columns()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_profile
                            (partner_id, company_id, portal_key, create_uid,
                             create_date, write_uid, write_date, %(names)s)
                SELECT customer.id, %(company)s,
                       replace(gen_random_uuid()::text || gen_random_uuid(), '-', ''),
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC', %(values)s
                  FROM (%(customers)s) customer
                 WHERE NOT EXISTS (
                       SELECT FROM credit_profile p
                        WHERE p.partner_id = customer.id
                          AND p.company_id = %(company)s
                       )
                ON CONFLICT (partner_id, company_id) DO NOTHING
                RETURNING id
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in values),
                values=SQL(", ").join(SQL("%s", value) for value in values.values()),
                company=company.id,
                uid=self.env.uid,
                customers=customers,
            )
        )
        profiles = self.browse(profile_id for (profile_id,) in rows)
        # a customer made in this transaction remembers that it has none
        self.env["res.partner"].invalidate_model(["credit_profile_ids"], flush=False)
        profiles._request_refresh()
        self.env.add_to_compute(self._fields["dunning_policy_id"], profiles)
        # the first policy is no change: a message each would cost two queries
        quiet = profiles.with_context(tracking_disable=True)
        quiet._recompute_recordset(["dunning_policy_id"])
        return profiles

    @api.model
    def _default_columns(self):
        """Return ``{column: value}`` of the defaults of a new profile."""
        own = {"partner_id", "company_id", "portal_key"}
        names = [
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and field.default and name not in own
        ]
        record = self.browse()
        values = self.sudo().default_get(names)
        return {
            name: self._fields[name].convert_to_column_insert(value, record)
            for name, value in values.items()
        }

    @api.private
    def _clear_forced_level(self, message):
        """Forget the forced level of these profiles, with a line in the chatter."""
        self.sudo().write(
            {"forced_level_id": False, "forced_reason": False, "forced_user_id": False}
        )
        self._log(message)

    @api.private
    def _log(self, message):
        """Leave ``message`` in the chatter of each profile, by the acting user."""
        author = self.env.user.partner_id
        for profile in self.sudo():
            profile.message_post(body=message, author_id=author.id)

    def _check_group(self, group, deed):
        """Raise unless the user has the group.

        :param str group: external id within this add-on
        :param str deed: what he wanted to do, in the infinitive
        """
        if self.env.su or self.env.user.has_group(f"credit_control.{group}"):
            return
        raise AccessError(
            self.env._(
                "You have no right to %(deed)s: ask a member of %(group)s.",
                deed=deed,
                group=self.env.ref(f"credit_control.{group}").sudo().display_name,
            )
        )

    @api.model
    def _only_audits(self):
        """Return whether the user is an auditor, and nothing else of ours."""
        user = self.env.user
        return user.has_group("credit_control.group_auditor") and not user.has_groups(
            "credit_control.group_collector,credit_control.group_sales_reader"
        )

    def _readable_level(self, level):
        """Return the level, after checking that the user may read it."""
        if isinstance(level, int):
            level = self.env["dunning.level"].browse(level).exists()
        if not level:
            raise UserError(self.env._("Choose the level to use at the next run."))
        level.ensure_one().check_access("read")
        return level

    def _required_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Give the reason: the next person has to understand it.")
            )
        return reason
