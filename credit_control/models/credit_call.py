from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.placeholders import PlaceholderError, render

# what a call is never moved by: whose it is
LOCKED = {"profile_id", "promise_id", "dispute_id", "level_id"}


class CreditCall(models.Model):
    """One call with a customer: who, when, and what came of it."""

    _name = "credit.call"
    _description = "Call"
    _order = "date desc, id desc"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Customer name", store=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Called by",
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    contact_id = fields.Many2one("res.partner", string="Spoke with")
    phone = fields.Char()
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    outcome_id = fields.Many2one(
        "credit.call.outcome", required=True, index=True, ondelete="restrict"
    )
    outcome_code = fields.Char(related="outcome_id.code", store=True)
    tone = fields.Selection(related="outcome_id.tone")
    note = fields.Text()
    next_date = fields.Date(
        string="Call again on", help="An activity is planned for this day."
    )
    level_id = fields.Many2one(
        "dunning.level",
        string="Script of the level",
        ondelete="set null",
        help="The level whose script was shown.",
    )
    promise_id = fields.Many2one(
        "credit.promise", ondelete="set null", index="btree_not_null"
    )
    dispute_id = fields.Many2one(
        "credit.dispute", ondelete="set null", index="btree_not_null"
    )

    # serves the timeline of a customer, newest first
    _profile_date_idx = models.Index("(profile_id, date DESC)")

    @api.depends("outcome_id", "partner_id")
    def _compute_display_name(self):
        for call in self:
            call.display_name = self.env._(
                "%(outcome)s: %(customer)s",
                outcome=call.outcome_id.name or "",
                customer=call.partner_id.sudo().name or "",
            )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Log calls; their outcome may be given by its code."""
        codes = {
            vals["outcome_code"]
            for vals in vals_list
            if vals.get("outcome_code") and not vals.get("outcome_id")
        }
        if codes:
            by_code = self.env["credit.call.outcome"]._by_code(codes)
            vals_list = [
                {**vals, "outcome_id": by_code[vals["outcome_code"]].id}
                if vals.get("outcome_code") and not vals.get("outcome_id")
                else vals
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """Correct a call; whose it is stays."""
        if not self.env.su and LOCKED & vals.keys():
            raise AccessError(
                self.env._("A call stays with its customer: log another one there.")
            )
        return super().write(vals)


class CreditProfile(models.Model):
    """Whom to call, and what to say."""

    _inherit = "credit.profile"

    def _call_contact(self):
        """Return the person to call: by role, else the invoice address, else anybody.

        :rtype: res.partner
        """
        self.ensure_one()
        # sudo: the customer's contacts, whose numbers the form shows anyway
        customer = self.sudo().partner_id
        if not customer:
            return customer
        people = self.env["res.partner"].sudo().search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("phone", "not in", (False, "")),
            ],
            order="id",
        )
        invoice_id = customer.address_get(["invoice"])["invoice"]

        def rank(partner):
            roles = partner.credit_role_ids.filtered(lambda role: not role.is_internal)
            return (
                min(roles.mapped("sequence"), default=1000),
                partner.id != invoice_id,
                partner != customer,
                partner.id,
            )

        return people.sorted(rank)[:1].sudo(self.env.su)

    @api.private
    def _planned_calls(self):
        """Return the calls of levels that wait to be made, the oldest first."""
        self.ensure_one()
        # sudo: salespersons do not read deliveries; the profile was checked
        return (
            self.env["dunning.delivery"]
            .sudo()
            .search(
                [
                    ("profile_id", "=", self.id),
                    ("channel", "=", "call"),
                    ("state", "=", "queued"),
                    ("activity_id", "!=", False),
                ],
                order="id",
            )
        )

    def _call_script(self):
        """Return the level to speak of, and its script for this customer.

        The one of a call that a level planned, else of the level reached.

        :rtype: tuple[dunning.level, str]
        """
        planned = self._planned_calls()[:1]
        if planned:
            return planned.level_id, planned.body_html
        level = self._call_level()
        if not level:
            return level, False
        preview = self.env["dunning.level.preview"].new(
            {
                "profile_id": self.id,
                "level_id": level.id,
                "policy_id": level.policy_id.id,
            }
        )
        lang = self.env.user.lang or self.env.lang
        with self.env.cr.savepoint() as savepoint:
            notice = (
                self.env["dunning.notice"].sudo().create(preview._prepare_notice_vals())
            )
            values = notice._placeholder_values(lang)[notice]
            savepoint.rollback()
        try:
            text = level.with_context(lang=lang).call_script
            return level, render(text, values, html=True)
        except PlaceholderError:
            return level, False

    def _call_level(self):
        """Return the level reached by the customer's items that has a call script.

        Else the next one of the policy that has one, else the last before.
        """
        items = self.sudo().open_line_ids.dunning_level_id
        reached = max(items.mapped("sequence"), default=0)
        levels = self.sudo().dunning_policy_id.level_ids.filtered("call_script")
        levels = levels.sorted("sequence")
        after = levels.filtered(lambda level: level.sequence >= reached)
        return self.env["dunning.level"].browse((after[:1] or levels[-1:]).id)
