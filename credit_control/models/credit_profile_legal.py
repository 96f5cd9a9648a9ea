from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .credit_profile_decision import PEOPLE

# France: two months from the publication, four for a creditor from elsewhere
# (code de commerce, R622-24)
FRENCH_MONTHS = {True: 2, False: 4}


class CreditProfile(models.Model):
    """The insolvency of a customer, and the hand-over of his claims."""

    _inherit = "credit.profile"

    legal_publication_date = fields.Date(
        string="Published on",
        tracking=True,
        groups=PEOPLE,
        help="From this day the deadline to declare claims runs.",
    )
    legal_court = fields.Char(string="Court", groups=PEOPLE)
    legal_reference = fields.Char(string="Case number", groups=PEOPLE)
    legal_representative_id = fields.Many2one(
        "res.partner",
        string="Representative",
        groups=PEOPLE,
        index="btree_not_null",
        help="To whom claims are declared: the representative of the creditors, the "
        "administrator or the liquidator.",
    )
    legal_deadline = fields.Date(
        string="Claims to be declared by",
        compute="_compute_legal_deadline",
        store=True,
        readonly=False,
        tracking=True,
        groups=PEOPLE,
        help="France: two months from the publication, four for a creditor from "
        "elsewhere. Elsewhere the court says it: enter it.",
    )
    legal_filed_date = fields.Date(string="Declared on", tracking=True, groups=PEOPLE)
    legal_proof_ids = fields.Many2many(
        "ir.attachment",
        "credit_profile_legal_proof_rel",
        string="Proof of the declaration",
        copy=False,
        groups=PEOPLE,
        bypass_search_access=True,
    )
    legal_security = fields.Char(
        string="Security", groups=PEOPLE, help="Nature of the security, if any."
    )
    legal_is_late = fields.Boolean(
        string="Declaration late",
        compute="_compute_legal_is_late",
        groups=PEOPLE,
    )
    dossier_ids = fields.One2many("credit.dossier", "profile_id", groups=PEOPLE)
    dossier_count = fields.Integer(compute="_compute_dossier_count", groups=PEOPLE)

    # === COMPUTE METHODS === #
    @api.depends("legal_publication_date")
    def _compute_legal_deadline(self):
        for profile in self:
            profile.legal_deadline = profile._declaration_deadline(
                profile.legal_publication_date
            )

    @api.private
    def _declaration_deadline(self, published):
        """Return the last day to declare claims, where the law says it.

        Extended by: localisations of other countries.

        :param published: day of the publication of the judgment
        """
        if not published or self.partner_id.sudo().country_id.code not in (False, "FR"):
            return False
        is_french = self.company_id.sudo().country_id.code in (False, "FR")
        return published + relativedelta(months=FRENCH_MONTHS[is_french])

    @api.depends("legal_deadline", "legal_filed_date", "legal_status")
    def _compute_legal_is_late(self):
        for profile in self:
            today = profile.company_id._dunning_today().get(profile.company_id)
            profile.legal_is_late = bool(
                profile.legal_status != "none"
                and profile.legal_deadline
                and profile.legal_deadline < today
                and not profile.legal_filed_date
            )

    @api.depends("dossier_ids")
    def _compute_dossier_count(self):
        counts = dict(
            self.env["credit.dossier"]._read_group(
                [("profile_id", "in", self.ids)], ["profile_id"], ["__count"]
            )
        )
        for profile in self:
            profile.dossier_count = counts.get(profile, 0)

    # === CRUD METHODS === #
    def write(self, vals):
        """Let the claims follow the legal status, and own the proofs attached."""
        result = super().write(vals)
        if {"legal_status", "legal_date"} & vals.keys():
            self._follow_legal_status()
        if "legal_proof_ids" in vals:
            files = self.sudo().legal_proof_ids
            for profile in self.sudo():
                files.filtered(
                    lambda file, profile=profile: file in profile.legal_proof_ids
                    and file.res_model == self._name
                    and not file.res_id
                ).write({"res_id": profile.id})
        return result

    # === ACTIONS === #
    def action_open_insolvency(self):
        """Open the wizard that notes an insolvency."""
        self.ensure_one()
        self._check_group("group_collector", self.env._("note a customer's insolvency"))
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_insolvency_action"
        )
        return {**action, "context": {"default_profile_id": self.id}}

    def action_open_hand_over(self):
        """Open the wizard that hands claims over."""
        self.ensure_one()
        self._check_group("group_collector", self.env._("hand claims over"))
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_dossier_make_action"
        )
        return {**action, "context": {"default_profile_id": self.id}}

    def action_open_dossiers(self):
        """List the dossiers of these customers."""
        return self._action_children("credit_dossier_action", self.env._("Dossiers"))

    def action_print_declaration(self):
        """Print the declaration of claims."""
        self._check_group("group_collector", self.env._("print a declaration"))
        self.check_access("read")
        if any(profile.legal_status == "none" for profile in self):
            raise UserError(
                self.env._("Note the insolvency first: status, day and representative.")
            )
        return self.env.ref("credit_control.report_declaration").report_action(self)

    # === BUSINESS METHODS === #
    @api.private
    def _declare_insolvency(self, vals):
        """Note an insolvency: hold the claims before it, and watch the deadline.

        :param dict vals: status, day and what else is known, as fields of the profile
        """
        self._check_group("group_collector", self.env._("note a customer's insolvency"))
        self.check_access("write")
        self.write(vals)
        for profile in self:
            if profile.legal_deadline and not profile.legal_filed_date:
                self._ask(
                    profile.user_id or self.env.user,
                    self.env._("Declare the claims"),
                    {
                        profile: self.env._(
                            "By this day to %(representative)s. The form is under "
                            "Legal, “Declaration of claims”.",
                            representative=profile.legal_representative_id.name
                            or self.env._("the representative of the creditors"),
                        )
                    },
                    deadline=profile.legal_deadline,
                )

    def _follow_legal_status(self):
        """Cancel the notices that wait for claims from before; name their origin."""
        lines = self.env["dunning.notice.line"].sudo()
        notices = self.env["dunning.notice"].sudo()
        for profile in self.sudo():
            if profile.legal_status == "none" or not profile.legal_date:
                continue
            notices |= lines.search(
                [
                    ("notice_id.profile_id", "=", profile.id),
                    ("is_live", "=", True),
                    "|",
                    ("move_line_id.invoice_date", "<", profile.legal_date),
                    "&",
                    ("move_line_id.invoice_date", "=", False),
                    ("move_line_id.date", "<", profile.legal_date),
                ]
            ).notice_id
        notices._cancel(
            self.env._("The customer is insolvent"), ("draft", "approved")
        )
        moves = self.env["account.move.line"].sudo().search(
            [
                ("partner_id.commercial_partner_id", "in", self.sudo().partner_id.ids),
                ("company_id", "in", self.sudo().company_id.ids),
                *self._open_domain(),
            ]
        ).move_id
        moves._follow_origins()
