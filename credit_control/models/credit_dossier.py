from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

# with more invoices the ZIP is made by a scheduled action
MAX_AT_ONCE = 50
LOCKED = {"state", "name", "profile_id", "line_ids", "zip_id", "zip_state", "zip_done"}


class CreditDossier(models.Model):
    """Claims handed over to a bailiff, a lawyer or an agency, with all evidence."""

    _name = "credit.dossier"
    _description = "Legal dossier"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.state.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Debtor", store=True
    )
    collector_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    currency_id = fields.Many2one(related="company_id.currency_id")
    recipient_kind = fields.Selection(
        [("bailiff", "Bailiff"), ("lawyer", "Lawyer"), ("agency", "Collection agency")],
        string="Handed to a",
        default="lawyer",
        required=True,
        tracking=True,
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="Handed over to",
        tracking=True,
        index="btree_not_null",
        help="Who collects from now on.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date = fields.Date(string="Handed over on", readonly=True, copy=False)
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("handed_over", "Handed over"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    note = fields.Text(help="For the recipient: it is printed on the account.")
    move_line_ids = fields.Many2many(
        "account.move.line",
        "credit_dossier_move_line_rel",
        "dossier_id",
        "move_line_id",
        string="Claims",
        copy=False,
    )
    line_ids = fields.One2many(
        "credit.dossier.line", "dossier_id", string="Claims handed over", readonly=True
    )
    amount = fields.Monetary(
        string="Claimed", compute="_compute_amount", store=True, help="Principal."
    )
    amount_open = fields.Monetary(string="Still open", compute="_compute_amount_open")
    amount_costs = fields.Monetary(
        string="Costs", tracking=True, help="Fees and disbursements so far."
    )
    outcome = fields.Selection(
        [
            ("paid", "Paid"),
            ("partly", "Paid in part"),
            ("title", "Enforceable title"),
            ("lost", "Not recoverable"),
            ("withdrawn", "Withdrawn: we remind again"),
        ],
        tracking=True,
        copy=False,
    )
    outcome_note = fields.Text(copy=False)
    order_ids = fields.Many2many(
        "ir.attachment",
        "credit_dossier_order_rel",
        string="Orders and contracts",
        bypass_search_access=True,
    )
    delivery_note_ids = fields.Many2many(
        "ir.attachment",
        "credit_dossier_delivery_note_rel",
        string="Delivery notes",
        bypass_search_access=True,
    )
    terms_ids = fields.Many2many(
        "ir.attachment",
        "credit_dossier_terms_rel",
        string="Terms of sale",
        bypass_search_access=True,
    )
    other_ids = fields.Many2many(
        "ir.attachment",
        "credit_dossier_other_rel",
        string="Other exhibits",
        bypass_search_access=True,
    )
    zip_id = fields.Many2one("ir.attachment", string="ZIP", readonly=True, copy=False)
    zip_state = fields.Selection(
        [("queued", "In preparation"), ("done", "Ready"), ("failed", "Failed")],
        string="Documents",
        readonly=True,
        copy=False,
    )
    zip_done = fields.Integer(string="Invoices done", readonly=True, copy=False)
    zip_error = fields.Char(readonly=True, copy=False)
    zip_date = fields.Datetime(string="Prepared on", readonly=True, copy=False)
    missing = fields.Char(
        string="Missing exhibits",
        compute="_compute_missing",
        help="What a court asks for besides, for a payment order.",
    )
    link_ids = fields.Many2many(
        "credit.link", string="Links", compute="_compute_link_ids"
    )

    # serves _cron_zip
    _zip_idx = models.Index("(id) WHERE zip_state = 'queued'")

    # === COMPUTE METHODS === #
    @api.depends("move_line_ids", "line_ids.amount_company")
    def _compute_amount(self):
        for dossier in self:
            frozen = dossier.line_ids
            # sudo: whoever reads the dossier knows its claims
            dossier.amount = sum(
                frozen.mapped("amount_company")
                if frozen
                else dossier.move_line_ids.sudo().mapped("amount_residual")
            )

    @api.depends("move_line_ids.amount_residual", "line_ids.move_line_id")
    def _compute_amount_open(self):
        for dossier in self:
            lines = dossier.line_ids.move_line_id or dossier.move_line_ids
            dossier.amount_open = sum(lines.sudo().mapped("amount_residual"))

    @api.depends("order_ids", "delivery_note_ids", "terms_ids", "move_line_ids")
    def _compute_missing(self):
        formal = self._formal_notice_lines()
        for dossier in self:
            missing = [
                label
                for names, label in (
                    (dossier.order_ids, self.env._("order or contract")),
                    (dossier.delivery_note_ids, self.env._("delivery note")),
                    (dossier.terms_ids, self.env._("terms of sale")),
                )
                if not names
            ]
            claims = dossier._claims()
            if claims._origin - formal:
                missing.append(self.env._("formal notice with proof of receipt"))
            dossier.missing = ", ".join(missing)

    def _formal_notice_lines(self):
        """Return the claims for which a formal notice was sent."""
        # sudo: of claims of these dossiers alone
        lines = self.env["dunning.notice.line"].sudo()
        return lines.search(
            [
                ("move_line_id", "in", self._claims()._origin.ids),
                ("notice_id.state", "=", "sent"),
                ("level_id.is_formal", "=", True),
            ]
        ).move_line_id

    def _compute_link_ids(self):
        links = self.env["credit.link"]._of(self._origin, "dossier")
        by_record = links.grouped("res_id")
        for dossier in self:
            dossier.link_ids = by_record.get(dossier._origin.id, links.browse())

    def _claims(self):
        """Return the receivable lines of the dossiers, as sudo."""
        frozen = self.filtered("line_ids")
        lines = self.env["account.move.line"].sudo()
        return lines.union(
            frozen.sudo().line_ids.move_line_id,
            (self - frozen).sudo().move_line_ids,
        )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Number the dossiers; all claims are of their customer."""
        if not self.env.su and any(
            vals.keys() & (LOCKED - {"profile_id"}) for vals in vals_list
        ):
            raise AccessError(self._message_locked())
        numbers = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            vals["name"] = numbers.next_by_code("credit.dossier")
        dossiers = super().create(vals_list)
        dossiers._check_claims()
        dossiers._own_exhibits()
        return dossiers

    def write(self, vals):
        """Change a dossier; its state follows its buttons."""
        if not self.env.su:
            if LOCKED & vals.keys():
                raise AccessError(self._message_locked())
            if "move_line_ids" in vals and any(d.state != "draft" for d in self):
                raise UserError(
                    self.env._(
                        "The claims of a dossier handed over stay as they are: make "
                        "another dossier for more."
                    )
                )
        result = super().write(vals)
        if "move_line_ids" in vals:
            self._check_claims()
        self._own_exhibits()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        if any(dossier.state != "draft" for dossier in self):
            raise UserError(
                self.env._("A dossier that was handed over is kept: close it instead.")
            )

    def _message_locked(self):
        return self.env._("The buttons of a dossier set its state and documents.")

    def _check_claims(self):
        for dossier in self:
            lines = dossier.move_line_ids.sudo()
            if lines.partner_id.commercial_partner_id - dossier.partner_id:
                raise UserError(
                    self.env._(
                        "All claims of a dossier are those of its customer: remove the "
                        "others."
                    )
                )
            if lines.company_id - dossier.company_id:
                raise UserError(
                    self.env._(
                        "All claims of a dossier are of one company: remove the others."
                    )
                )

    def _own_exhibits(self):
        """Let the rights on uploaded exhibits follow those on their dossier."""
        for dossier in self:
            exhibits = (
                dossier.order_ids
                | dossier.delivery_note_ids
                | dossier.terms_ids
                | dossier.other_ids
            ).sudo()
            loose = exhibits.filtered(
                lambda file: not file.res_id
                and file.res_model in (False, self._name)
            )
            loose.write({"res_model": dossier._name, "res_id": dossier.id})

    # === ACTIONS === #
    def action_hand_over(self):
        """Hand the claims over: no reminder any more, the recipient collects."""
        self._check_rights(self.env._("hand claims over"))
        for dossier in self.filtered(lambda dossier: dossier.state == "draft"):
            if not dossier.recipient_id:
                raise UserError(
                    self.env._("Enter to whom the claims of %s go.", dossier.name)
                )
            if not dossier.move_line_ids:
                raise UserError(
                    self.env._("Choose the claims of %s first.", dossier.name)
                )
        self._hand_over()
        return True

    def action_close(self):
        """End the dossiers with their outcome."""
        self._check_rights(self.env._("close a dossier"))
        if unknown := self.filtered(lambda dossier: not dossier.outcome):
            raise UserError(
                self.env._(
                    "Enter the outcome of %s, then close it.",
                    ", ".join(unknown.mapped("name")),
                )
            )
        days = self.company_id._dunning_today()
        for company, dossiers in self.grouped("company_id").items():
            dossiers._update_state(
                ("handed_over",), "closed", date_closed=days[company]
            )
        return True

    def action_reopen(self):
        """Take up closed dossiers again."""
        self._check_rights(self.env._("reopen a dossier"))
        reopened = self._update_state(("closed",), "handed_over", date_closed=False)
        reopened._hold_claims()
        return True

    def action_make_zip(self):
        """Prepare all documents: at once, or by a scheduled action when many."""
        self._check_rights(self.env._("prepare the documents of a dossier"))
        for dossier in self:
            if not dossier._claims():
                raise UserError(
                    self.env._("Choose the claims of %s first.", dossier.name)
                )
            if len(dossier._claims().move_id) <= MAX_AT_ONCE:
                dossier._make_zip()
            else:
                dossier._queue_zip()
        return True

    def action_download(self):
        """Download the documents as prepared."""
        self.ensure_one().check_access("read")
        if not self.zip_id:
            raise UserError(self.env._("Prepare the documents first."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.zip_id.id}?download=true",
            "target": "self",
        }

    # === BUSINESS METHODS === #
    def _check_rights(self, deed):
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    @api.model
    @api.private
    def _prepare_for(self, profiles, note=False, **values):
        """Make a draft dossier for each customer, with all that is overdue.

        Claims of another open dossier stay there; who has nothing else gets none.

        :return: the dossiers
        """
        taken = self.env["credit.dossier"].sudo().search(
            [("profile_id", "in", profiles.ids), ("state", "!=", "closed")]
        )
        free = profiles._overdue_lines() - taken._claims()
        claims = free.grouped(
            lambda line: (line.partner_id.commercial_partner_id.id, line.company_id.id)
        )
        return self.create(
            [
                {
                    "profile_id": profile.id,
                    "note": note,
                    "move_line_ids": [Command.set(lines.ids)],
                    **values,
                }
                for profile in profiles
                if (lines := claims.get((profile.partner_id.id, profile.company_id.id)))
            ]
        )

    def _hand_over(self):
        """Freeze the claims of drafts, hold them and tell who is concerned."""
        for company, drafts in self.grouped("company_id").items():
            today = company._dunning_today()[company]
            won = drafts._update_state(("draft",), "handed_over", date=today)
            won._freeze_claims()
            won._hold_claims()
            won._cancel_waiting_notices()
            self.env["credit.event"]._raise(won._hand_over_events())
            undecided = won.profile_id.filtered(
                lambda profile: profile.decision_due
            ).sudo()
            if undecided:
                until = undecided._decision_until("legal", today)
                reason = self.env._("Claims handed over")
                undecided._log_decision(
                    "legal", reason, until, company._dunning_today()
                )

    def _freeze_claims(self):
        """Write down the claims as they are at the hand-over."""
        vals = [
            {
                "dossier_id": dossier.id,
                "move_line_id": line.id,
                "move_id": line.move_id.id,
                "name": line.move_name,
                "date_invoice": line.invoice_date or line.date,
                "date_due": line.date_maturity or line.date,
                "currency_id": line.currency_id.id,
                "amount_total": line.amount_currency,
                "amount": line.amount_residual_currency,
                "amount_company": line.amount_residual,
                "origin_before": not line.move_id.dunning_origin_is_automatic
                and line.move_id.dunning_origin,
            }
            for dossier in self.sudo()
            for line in dossier.move_line_ids
        ]
        # sudo: lines are written by these methods alone
        self.env["credit.dossier.line"].sudo().create(vals)

    def _hold_claims(self):
        """Mark the invoices as handed over: they are not reminded any more."""
        lines = self.sudo().line_ids
        lines.is_held = True
        lines.move_id.write(
            {"dunning_origin": "handed_over", "dunning_origin_is_automatic": True}
        )

    def _release_claims(self):
        """Let the invoices be reminded again, for the reason they had before."""
        lines = self.sudo().line_ids
        lines.is_held = False
        for origin, released in lines.grouped("origin_before").items():
            if origin:
                released.move_id.write({"dunning_origin": origin})
        lines.filtered(lambda line: not line.origin_before).move_id._follow_origins()

    def _after_state(self, target):
        """A dossier withdrawn gives its claims back; others keep them."""
        super()._after_state(target)
        if target == "closed":
            self.filtered(lambda d: d.outcome == "withdrawn")._release_claims()
        labels = dict(self._fields["state"]._description_selection(self.env))
        self._message_log_batch(
            dict.fromkeys(self.ids, labels[target]),
            author_id=self.env.user.partner_id.id,
        )

    def _cancel_waiting_notices(self):
        """Cancel what waits to be sent for these claims; a run plans the rest anew."""
        notices = self.env["dunning.notice.line"].sudo().search(
            [("move_line_id", "in", self._claims().ids), ("is_live", "=", True)]
        ).notice_id
        notices._cancel(self.env._("Claims handed over"), ("draft", "approved"))

    def _hand_over_events(self):
        events = self.env["credit.event"]
        return [
            {
                "profile_id": dossier.profile_id.id,
                "kind": "handed_over",
                "name": events._in_language(dossier.profile_id).env._(
                    "Claims handed over to %s", dossier.recipient_id.display_name
                ),
                "amount": dossier.amount,
                "currency_id": dossier.currency_id.id,
                "res_model": dossier._name,
                "res_id": dossier.id,
            }
            for dossier in self
        ]
