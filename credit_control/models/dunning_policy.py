import ast
import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# what decides who follows which policy
ASSIGNMENT_FIELDS = {
    "active",
    "assign_domain",
    "company_id",
    "sequence",
    "variant_of_id",
    "variant_percent",
}


class DunningPolicy(models.Model):
    """A scenario: ordered levels, and how customers and notices go through it."""

    _name = "dunning.policy"
    _description = "Dunning policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first policy whose assignment rule matches is taken."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: usable in every company.", index=True
    )
    description = fields.Text(translate=True)
    level_ids = fields.One2many("dunning.level", "policy_id", copy=True)
    grouping = fields.Selection(
        [
            ("customer", "One notice per customer"),
            ("level", "One notice per level"),
            ("invoice", "One notice per invoice"),
        ],
        default="customer",
        required=True,
        tracking=True,
    )
    climb = fields.Selection(
        [
            ("step", "Step by step"),
            ("direct", "Straight to the level reached"),
        ],
        default="step",
        required=True,
        tracking=True,
        help="Step by step: the next level after the last one delivered. Straight: "
        "the highest level whose threshold is reached, but never opening with a "
        "formal notice.",
    )
    min_days_between = fields.Integer(
        string="Days between two notices",
        default=7,
        tracking=True,
        help="A customer is left in peace for so many days after a notice.",
    )
    assign_domain = fields.Char(
        string="Assignment rule",
        copy=False,
        tracking=True,
        help="Customers that match, and have no policy chosen by hand, follow this "
        "policy. Empty: none by rule.",
    )
    hold_out_percent = fields.Float(
        string="Hold-out share (%)",
        digits=(5, 2),
        tracking=True,
        help="Share of customers left without automatic reminders, so that the "
        "effect of reminding can be measured. Never for formal levels, nor more "
        "than 30 days past due.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working days",
        check_company=True,
        help="Nothing is planned on closed days; empty: every day is open.",
    )
    max_per_day = fields.Integer(
        string="Automatic notices a day",
        help="Above this number the notices of a day wait for a person. 0: no ceiling.",
    )
    level_count = fields.Integer(compute="_compute_level_count", string="Levels")
    profile_count = fields.Integer(
        compute="_compute_profile_figures", string="Customers"
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_overdue = fields.Monetary(
        compute="_compute_profile_figures",
        string="Overdue",
        help="Of the customers that follow this policy, in the present company.",
    )
    is_default = fields.Boolean(
        compute="_compute_is_default",
        string="Default",
        help="The customers of the present company that no rule concerns follow it.",
    )
    problems = fields.Html(
        compute="_compute_problems",
        sanitize=False,
        help="What keeps this policy from working as it should.",
    )
    has_problems = fields.Boolean(compute="_compute_problems")

    _min_days_positive = models.Constraint(
        "CHECK(min_days_between >= 0)", "Days between notices cannot be negative."
    )
    _hold_out_share = models.Constraint(
        "CHECK(hold_out_percent >= 0 AND hold_out_percent <= 100)",
        "The hold-out share is between 0 and 100 %.",
    )
    _max_positive = models.Constraint(
        "CHECK(max_per_day >= 0)", "The ceiling of notices cannot be negative."
    )

    # === COMPUTE METHODS === #
    @api.depends("level_ids.active")
    def _compute_level_count(self):
        for policy in self:
            policy.level_count = len(policy.level_ids.filtered("active"))

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends_context("company")
    def _compute_profile_figures(self):
        groups = self.env["credit.profile"]._read_group(
            self._get_profile_domain(),
            ["dunning_policy_id"],
            ["__count", "amount_overdue:sum"],
        )
        figures = {policy: (count, overdue) for policy, count, overdue in groups}
        for policy in self:
            policy.profile_count, policy.amount_overdue = figures.get(
                policy._origin, (0, 0)
            )

    @api.depends_context("company")
    def _compute_is_default(self):
        default = self.env.company.dunning_policy_id
        for policy in self:
            policy.is_default = policy._origin and policy._origin == default

    @api.depends(
        "assign_domain",
        "level_ids.active",
        "level_ids.delay_days",
        "level_ids.delay_from",
        "level_ids.name",
        "level_ids.problems",
        "level_ids.sequence",
    )
    def _compute_problems(self):
        as_list = self.env["ir.qweb"]._render
        for policy in self:
            sentences = policy._get_problems()
            policy.has_problems = bool(sentences)
            policy.problems = bool(sentences) and as_list(
                "credit_control.problem_list", {"sentences": sentences}
            )

    # === CONSTRAINTS === #
    @api.constrains("assign_domain")
    def _check_assign_domain(self):
        for policy in self:
            policy._get_assign_domain()

    @api.constrains("company_id")
    def _check_company_of_users(self):
        """A policy of one company is neither default nor chosen in another."""
        for policy in self.filtered("company_id"):
            outside = ~Domain("company_id", "child_of", policy.company_id.ids)
            profiles = self.env["credit.profile"].sudo()
            chosen = profiles.search(
                outside & Domain("policy_id", "=", policy.id), limit=1
            )
            companies = self.env["res.company"].sudo()
            default = companies.search(
                ~Domain("id", "child_of", policy.company_id.ids)
                & Domain("dunning_policy_id", "=", policy.id),
                limit=1,
            )
            other = chosen.company_id or default
            if other:
                raise ValidationError(
                    self.env._(
                        "The policy “%(policy)s” cannot be kept to %(company)s: "
                        "%(other)s uses it. Choose another one there first, or leave "
                        "the company empty.",
                        policy=policy.name,
                        company=policy.company_id.name,
                        other=other.name,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Let the customers concerned follow the new policies."""
        policies = super().create(vals_list)
        policies.filtered("variant_of_id")._allot_variants()
        policies.filtered(
            lambda policy: policy.assign_domain or policy.variant_percent
        )._assign_everywhere()
        return policies

    def write(self, vals):
        """Let the customers concerned follow what the rules now say."""
        mains = self.variant_of_id
        result = super().write(vals)
        if ASSIGNMENT_FIELDS & vals.keys():
            (self | mains)._allot_variants()
            self._assign_everywhere()
        return result

    def unlink(self):
        """Let the customers of a deleted policy follow another one."""
        result = super().unlink()
        self._assign_everywhere()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        levels = self.with_context(active_test=False).level_ids
        used = (
            self.env["dunning.notice"]
            .sudo()
            .search([("policy_id", "in", self.ids)], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "Notices were sent under the policy “%(policy)s”, which proves "
                    "what the customers were told: archive it instead of deleting it.",
                    policy=used.policy_id.name,
                )
            )
        levels._unlink_except_used()  # the database would delete them silently

    def copy_data(self, default=None):
        """Name the copy apart from its original."""
        vals_list = super().copy_data(default=default)
        if default and "name" in default:
            return vals_list
        for policy, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (copy)", name=policy.name)
        return vals_list

    # === ACTIONS === #
    def action_view_profiles(self):
        """Open the customers that follow this policy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers on %(policy)s", policy=self.name),
            "res_model": "credit.profile",
            "view_mode": "list,form",
            "domain": list(self._get_profile_domain()),
        }

    def action_make_default(self):
        """Make this the default policy of the present company.

        :raise AccessError: for anybody but the credit manager
        """
        self.ensure_one()
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._("Only a credit manager chooses the default policy: ask him.")
            )
        # sudo: a credit manager has no rights on companies, but decides on this
        self.env.company.sudo().dunning_policy_id = self

    def action_preview(self):
        """Open the preview of what a customer would read."""
        self.ensure_one()
        return self.level_ids[:1].action_preview()

    # === BUSINESS METHODS === #
    def _get_profile_domain(self):
        """Return the domain of the profiles that follow these policies."""
        return Domain("dunning_policy_id", "in", self._origin.ids) & Domain(
            "company_id", "in", self.env.companies.ids
        )

    def _get_assign_domain(self):
        """Return the assignment rule as a domain on profiles.

        :return: None when the policy has no rule
        :rtype: Domain | None
        :raise ValidationError: if the rule cannot be used
        """
        self.ensure_one()
        try:
            literal = ast.literal_eval((self.assign_domain or "").strip() or "[]")
            domain = Domain(literal)
            if domain.is_true() and not literal:
                return None
            if any(
                condition.field_expr.startswith("dunning_policy_id")
                for condition in domain.iter_conditions()
            ):
                raise ValueError(
                    self.env._("the policy in force cannot depend on itself")
                )
            domain.validate(self.env["credit.profile"])
        except (SyntaxError, TypeError, ValueError) as error:
            raise ValidationError(
                self.env._(
                    "The assignment rule of the policy “%(policy)s” cannot be used "
                    "(%(reason)s). Choose fields of the customer with the editor, or "
                    "empty the rule.",
                    policy=self.name,
                    reason=error,
                )
            ) from error
        return domain

    def _get_usable_assign_domain(self):
        """Return the assignment rule, None when there is none that works.

        A rule may become unusable when a field goes with its add-on: the policy's
        problems say so, and the other rules go on.
        """
        try:
            return self._get_assign_domain()
        except ValidationError as error:
            _logger.warning("Dunning policy %s: %s", self.id, error)
            return None

    def _get_problems(self):
        """Return what keeps the policy from working as it should, as sentences."""
        self.ensure_one()
        sentences = []
        try:
            self._get_assign_domain()
        except ValidationError as error:
            sentences.append(str(error))
        levels = self.level_ids.filtered("active")
        if not levels:
            return [
                *sentences,
                self.env._(
                    "This policy has no level: its customers are never reminded. Add "
                    "at least one."
                ),
            ]
        return [*sentences, *levels._get_order_problems(), *levels._get_problems()]

    def _assign_everywhere(self):
        """Assign anew in every company where these policies may be used."""
        companies = self.env["res.company"].sudo()
        shared = not all(policy.company_id for policy in self.exists())
        domain = Domain.TRUE
        if self.exists() and not shared:
            domain = Domain("id", "child_of", self.company_id.ids)
        for company in companies.search(domain) if self else ():
            self._assign(company)

    @api.model
    def _assign(self, company):
        """Bring the policy in force of all customers of ``company`` up to date.

        Every customer whose policy changes gets a line in his chatter. Called by the
        nightly refresh, and whenever a rule or the default changes.

        :return: the profiles that changed
        :rtype: credit.profile
        """
        Profile = self.env["credit.profile"].sudo()
        Profile.flush_model(["dunning_policy_id"])
        rows = Profile._read_policy_in_force(company, changed_only=True)
        by_change = defaultdict(list)
        for profile_id, old_id, new_id in rows:
            by_change[old_id, new_id].append(profile_id)
        policies = self.sudo().with_context(active_test=False).search([])
        names = {policy.id: policy.name for policy in policies}
        nothing = self.env._("none")
        for (old_id, new_id), profile_ids in by_change.items():
            self._write_policy_in_force(profile_ids, new_id)
            if old_id:  # a new customer's first policy is no news
                body = self.env._(
                    "Dunning policy: %(old)s → %(new)s, by the assignment rules",
                    old=names.get(old_id, nothing),
                    new=names.get(new_id, nothing),
                )
                self._log_on_profiles(profile_ids, body)
        changed = Profile.browse(row[0] for row in rows)
        changed.invalidate_recordset(["dunning_policy_id", "message_ids"], flush=False)
        changed.modified(["dunning_policy_id"])
        return changed

    def _write_policy_in_force(self, profile_ids, policy_id):
        """Write the policy by one statement: a rule may move 100,000 customers."""
        self.env.cr.execute(
            SQL(
                """UPDATE credit_profile
                      SET dunning_policy_id = %s, write_uid = %s,
                          write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = ANY(%s)""",
                policy_id or None,
                self.env.uid,
                profile_ids,
            )
        )

    def _log_on_profiles(self, profile_ids, body):
        """Put the same note in the chatter of many profiles, by one statement.

        By the ORM a note costs a millisecond, and nobody is notified of it anyway.
        """
        author = self.env.user.partner_id
        self.env.cr.execute(
            SQL(
                """INSERT INTO mail_message
                          (model, res_id, message_type, subtype_id, author_id,
                           email_from, body, is_internal, date,
                           create_uid, write_uid, create_date, write_date)
                   SELECT 'credit.profile', profile_id, 'notification', %s, %s,
                          %s, %s, TRUE, moment, %s, %s, moment, moment
                     FROM unnest(%s) AS profile_id,
                          (SELECT date_trunc('second', now() AT TIME ZONE 'UTC')
                                  AS moment) AS clock""",
                self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                author.id,
                author.email_formatted or None,
                Markup("<p>%s</p>") % body,
                self.env.uid,
                self.env.uid,
                profile_ids,
            )
        )
