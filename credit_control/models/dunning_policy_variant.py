from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, float_round

from ..tools.shares import SLOTS, allot


class DunningPolicy(models.Model):
    """Variants: the same customers, drawn at random, reminded in another way.

    A variant takes its share of the customers whom rules or the default lead to its
    main policy. Who is drawn is a matter of a hash of policy and profile: nobody
    chooses, nobody changes sides, and a share that grows takes nobody from another.
    Who follows a policy by hand stays with that one.
    """

    _inherit = "dunning.policy"

    variant_of_id = fields.Many2one(
        "dunning.policy",
        index="btree_not_null",
        copy=False,
        tracking=True,
        ondelete="restrict",
        domain="[('variant_of_id', '=', False), ('id', '!=', id)]",
        help="The policy of whose customers this one takes a share, to find out which "
        "of the two brings the money sooner.",
    )
    variant_ids = fields.One2many(
        "dunning.policy", "variant_of_id", string="Variants", copy=False
    )
    variant_percent = fields.Float(
        string="Share of the variant (%)",
        digits=(5, 2),
        copy=False,
        tracking=True,
        help="Of the customers of the main policy, drawn at random. Those who have "
        "been drawn stay when the share grows. Each change starts the comparison "
        "anew.",
    )
    variant_slots = fields.Json(
        copy=False,
        help="Which of the 10,000 slots belong to the variant: pairs of first and "
        "first beyond.",
    )
    variant_date = fields.Date(
        string="Compared since",
        copy=False,
        readonly=True,
        help="Since then the shares of the variants have been what they are.",
    )
    share_percent = fields.Float(
        compute="_compute_share_percent",
        string="Share of customers (%)",
        digits=(5, 2),
        help="Of the customers of the main policy and its variants together.",
    )
    hold_out_count = fields.Integer(
        compute="_compute_hold_out_count", string="In the hold-out"
    )

    _variant_share = models.Constraint(
        "CHECK(variant_percent >= 0 AND variant_percent <= 100)",
        "The share of a variant is between 0 and 100 %.",
    )

    # === COMPUTE METHODS === #
    @api.depends(
        "variant_of_id",
        "variant_percent",
        "variant_ids.active",
        "variant_ids.variant_percent",
    )
    def _compute_share_percent(self):
        for policy in self:
            if policy.variant_of_id:
                policy.share_percent = policy.variant_percent
            else:
                variants = policy.variant_ids.filtered("active")
                policy.share_percent = 100 - sum(variants.mapped("variant_percent"))

    @api.depends("hold_out_percent")
    @api.depends_context("company")
    def _compute_hold_out_count(self):
        counts = dict(
            self.env["credit.profile"]._read_group(
                self._get_profile_domain() & self.env["credit.profile"]._held_out(),
                ["dunning_policy_id"],
                ["__count"],
            )
        )
        for policy in self:
            policy.hold_out_count = counts.get(policy._origin, 0)

    # === CONSTRAINTS === #
    @api.constrains(
        "active", "assign_domain", "company_id", "variant_of_id", "variant_percent"
    )
    def _check_variant(self):
        for policy in self.filtered("variant_of_id"):
            policy._check_main()
        for main in self.variant_of_id | self.filtered("variant_ids"):
            variants = main.with_context(active_test=True).variant_ids
            total = float_round(sum(variants.mapped("variant_percent")), 2)
            if total > 100:
                raise ValidationError(
                    self.env._(
                        "The variants of “%(policy)s” take %(total)s percent of "
                        "its customers together: reduce one of them.",
                        policy=main.name,
                        total=f"{total:g}",
                    )
                )

    def _check_main(self):
        """Refuse what would make a variant follow two masters."""
        main = self.variant_of_id
        names = {"variant": self.name, "policy": main.name}
        if main.variant_of_id or main == self or self.variant_ids:
            raise ValidationError(
                self.env._(
                    "“%(variant)s” cannot be a variant of “%(policy)s”: variants have "
                    "no variants. Choose a main policy.",
                    **names,
                )
            )
        if self._get_usable_assign_domain() is not None:
            raise ValidationError(
                self.env._(
                    "“%(variant)s” takes its customers from “%(policy)s”: empty its "
                    "assignment rule, or the field “Variant of”.",
                    **names,
                )
            )
        if self.company_id != main.company_id:
            raise ValidationError(
                self.env._(
                    "“%(variant)s” and “%(policy)s” are to be compared: give both the "
                    "same company.",
                    **names,
                )
            )
        companies = self.env["res.company"].sudo()
        default = companies.search([("dunning_policy_id", "=", self.id)], limit=1)
        if default:
            raise ValidationError(
                self.env._(
                    "“%(variant)s” is the default policy of %(company)s: choose "
                    "“%(policy)s” there first.",
                    company=default.name,
                    **names,
                )
            )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Keep a variant to the company of its main policy."""
        for vals in vals_list:
            if vals.get("variant_of_id"):
                main = self.browse(vals["variant_of_id"])
                vals.setdefault("company_id", main.company_id.id)
        return super().create(vals_list)

    def write(self, vals):
        """Keep variants to the company of their main policy."""
        if "company_id" not in vals:
            return super().write(vals)
        variants = self.with_context(active_test=False).variant_ids
        return super(DunningPolicy, self | variants.with_env(self.env)).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_varied(self):
        varied = self.with_context(active_test=False).variant_ids - self
        if varied:
            raise UserError(
                self.env._(
                    "“%(policy)s” has the variant “%(variant)s”: delete or archive "
                    "that one, or empty its field “Variant of”, first.",
                    policy=varied[0].variant_of_id.name,
                    variant=varied[0].name,
                )
            )

    # === ACTIONS === #
    def action_new_variant(self):
        """Open a copy of the policy to be changed: nobody follows it yet.

        :raise AccessError: for anybody but the credit manager
        """
        self.ensure_one()
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._("Only a credit manager makes variants: ask him.")
            )
        main = self.variant_of_id or self
        known = main.with_context(active_test=False).variant_ids
        variant = main.copy(
            {
                "name": self.env._(
                    "%(policy)s, variant %(letter)s",
                    policy=main.name,
                    letter=chr(ord("B") + len(known) % 25),
                ),
                "variant_of_id": main.id,
                "hold_out_percent": 0,
            }
        )
        return variant._get_records_action(name=self.env._("New variant"))

    def action_view_hold_out(self):
        """Open the customers that the hold-out leaves without automatic reminders."""
        action = self.action_view_profiles()
        return {
            **action,
            "name": self.env._("In the hold-out of %(policy)s", policy=self.name),
            "domain": [*action["domain"], ("is_held_out", "=", True)],
        }

    # === BUSINESS METHODS === #
    def _get_problems(self):
        """Add what keeps a variant from being followed, or compared."""
        sentences = super()._get_problems()
        main = self.variant_of_id
        if main and not self.variant_percent:
            sentences.append(
                self.env._(
                    "Nobody follows this variant yet: change what it is to do "
                    "otherwise, then give it a share of the customers of “%(policy)s”.",
                    policy=main.name,
                )
            )
        if main and not main.active:
            sentences.append(
                self.env._(
                    "“%(policy)s” is archived, and nobody follows its variants: put "
                    "it back into use, or archive this one too.",
                    policy=main.name,
                )
            )
        if self.variant_ids and not self.share_percent:
            sentences.append(
                self.env._(
                    "The variants take all customers: leave a share to this policy to "
                    "compare with."
                )
            )
        return sentences

    def _allot_variants(self):
        """Give the variants of these policies, or of their main ones, their slots.

        Called whenever a share may have changed. Those who have been drawn stay; an
        archived variant gives its slots back.
        """
        today = fields.Date.context_today(self)
        for main in self.variant_of_id | self.filtered(lambda p: not p.variant_of_id):
            variants = main.with_context(active_test=False).variant_ids.sorted("id")
            found = allot(
                {
                    variant: round(variant.variant_percent * SLOTS / 100)
                    * variant.active
                    for variant in variants
                },
                {variant: variant.variant_slots or [] for variant in variants},
            )
            changed = [
                variant
                for variant, pieces in found.items()
                if [list(piece) for piece in pieces] != (variant.variant_slots or [])
            ]
            for variant in changed:
                variant.variant_slots = [list(piece) for piece in found[variant]]
            if changed:
                main.variant_date = today

    def _get_variant_slots(self):
        """Return who takes a share of whom, among these policies.

        :return: tuples (main policy id, variant id, first slot, first slot beyond)
        :rtype: list[tuple[int, int, int, int]]
        """
        return [
            (variant.variant_of_id.id, variant.id, start, stop)
            for variant in self
            if variant.active and variant.variant_of_id in self
            for start, stop in variant.variant_slots or ()
        ]

    @api.model
    def _query_slot(self, main_id, profile_id):
        """Return the SQL of the slot of a profile at a policy, 0 to 9,999."""
        return SQL(
            "('x' || substr(md5(%s || 'v' || %s), 1, 8))::bit(32)::bigint %% %s",
            main_id,
            profile_id,
            SLOTS,
        )

    def _query_variant(self, slots, profile_id):
        """Return the SQL of the id of the policy that takes a profile.

        :param list slots: of :meth:`_get_variant_slots`
        :param SQL profile_id: a column
        """
        self.ensure_one()
        own = [slot for slot in slots if slot[0] == self.id]
        if not own:
            return SQL("%s", self.id)
        return SQL(
            """
            coalesce((SELECT slot.variant_id
                        FROM unnest(%s, %s, %s) AS slot(variant_id, start, stop),
                             (SELECT %s AS place) drawn
                       WHERE drawn.place >= slot.start
                         AND drawn.place < slot.stop), %s)
            """,
            [variant_id for _main, variant_id, _start, _stop in own],
            [start for _main, _variant, start, _stop in own],
            [stop for _main, _variant, _start, stop in own],
            self._query_slot(SQL("%s", self.id), profile_id),
            self.id,
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.constrains("dunning_policy_id")
    def _check_dunning_policy_is_no_variant(self):
        for company in self:
            policy = company.sudo().dunning_policy_id
            if policy.variant_of_id:
                raise ValidationError(
                    self.env._(
                        "“%(variant)s” is a variant and takes a share of the customers "
                        "of “%(policy)s”: choose that one as default.",
                        variant=policy.name,
                        policy=policy.variant_of_id.name,
                    )
                )
