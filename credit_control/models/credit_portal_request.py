from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

KINDS = [
    ("promise", "Promise to pay"),
    ("plan", "Payment plan wished"),
    ("dispute", "Dispute"),
    ("paid", "Payment announced"),
    ("contact", "Who pays the bills"),
]
# what a collector may correct as long as nothing is decided
EDITABLE = {
    "date",
    "amount",
    "move_line_ids",
    "count",
    "each",
    "reason_id",
    "reference",
    "contact_name",
    "contact_email",
    "contact_phone",
    "answer",
}


class CreditPortalRequest(models.Model):
    """What a customer says on his page: a proposal, until somebody decides on it."""

    _name = "credit.portal.request"
    _description = "Customer's request"
    _inherit = ["mail.thread", "dunning.state.mixin"]
    _order = "create_date desc, id desc"
    _check_company_auto = True

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="profile_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="profile_id.partner_id", string="Contact", store=True
    )
    user_id = fields.Many2one(related="profile_id.user_id", string="Collector")
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("new", "New"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="new",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    summary = fields.Char(
        string="What he says", compute="_compute_summary", help="In one sentence."
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        "credit_portal_request_line_rel",
        "request_id",
        "move_line_id",
        string="Items",
        tracking=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(tracking=True)
    date = fields.Date(
        tracking=True,
        help="The day of the payment, promised or made; of a plan, of its first "
        "instalment.",
    )
    count = fields.Integer(string="Instalments", tracking=True)
    each = fields.Monetary(string="Each instalment", tracking=True)
    move_id = fields.Many2one(
        "account.move",
        string="Contested invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    reason_id = fields.Many2one(
        "credit.dispute.reason", tracking=True, ondelete="restrict"
    )
    reference = fields.Char(string="Payment reference", tracking=True)
    contact_name = fields.Char(tracking=True)
    contact_email = fields.Char(string="Contact e-mail", tracking=True)
    contact_phone = fields.Char(tracking=True)
    note = fields.Text(string="In his words", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "credit_portal_request_attachment_rel",
        "request_id",
        "attachment_id",
        string="Documents",
        readonly=True,
        copy=False,
        help="To be downloaded: a file of somebody else is never shown by itself.",
    )
    author_id = fields.Many2one(
        "res.partner",
        string="Said by",
        readonly=True,
        index="btree_not_null",
        help="With a login; empty: whoever had the link.",
    )
    answer = fields.Text(
        tracking=True,
        help="The customer reads it in the mail about the decision and on his page.",
    )
    hold_until = fields.Date(
        string="No reminder until",
        readonly=True,
        copy=False,
        help="Up to this day automatic reminders leave the items out.",
    )
    is_automatic = fields.Boolean(
        string="Accepted by itself", readonly=True, copy=False
    )
    date_closed = fields.Datetime(string="Decided on", readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False
    )
    res_model = fields.Char(string="Model of the result", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        string="Result", model_field="res_model", readonly=True, copy=False
    )
    nonce = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Of the form: the same form is not taken twice.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0 AND each >= 0 AND count >= 0)",
        "Amounts and numbers of a request cannot be negative.",
    )
    _nonce_unique = models.UniqueIndex(
        "(profile_id, nonce, COALESCE(currency_id, 0)) WHERE nonce IS NOT NULL",
        "This form was sent before.",
    )
    # serves the lists of what waits
    _waiting_idx = models.Index("(profile_id, create_date DESC) WHERE state = 'new'")

    # === COMPUTE METHODS === #
    @api.depends("kind", "partner_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            customer = request.partner_id.sudo().display_name or ""
            request.display_name = f"{labels.get(request.kind, '')}: {customer}"

    # === CRUD METHODS === #
    def write(self, vals):
        """Correct a request that waits; its state follows its buttons."""
        if not self.env.su:
            own = ("message_", "activity_")
            names = {name for name in vals if not name.startswith(own)}
            if names - EDITABLE:
                raise AccessError(
                    self.env._(
                        "What the customer said stays as it is: correct the proposal, "
                        "then accept or refuse it by the buttons."
                    )
                )
            self.env["credit.profile"]._check_group(
                "group_collector", self.env._("change a request")
            )
            if any(request.state != "new" for request in self):
                raise UserError(self._message_closed())
            if "move_line_ids" in vals:
                result = super().write(vals)
                self._check_lines()
                return result
        return super().write(vals)

    def _message_closed(self):
        return self.env._("This request was decided meanwhile: load the page again.")

    def _check_lines(self):
        """Raise unless the items are the customer's, in the currency of the request."""
        promises = self.env["credit.promise"]
        for request in self:
            promises._check_items(request)

    # === ACTIONS === #
    def action_accept(self):
        """Do what the customer asks for, and tell him."""
        self._check_rights(self.env._("accept a request"))
        self._accept()
        if len(self) == 1 and self.kind == "plan":
            return self.action_open_result()
        return True

    def action_refuse(self):
        """Refuse, with the answer that the customer reads."""
        self._check_rights(self.env._("refuse a request"))
        for request in self:
            if not (request.answer or "").strip():
                raise UserError(
                    request.env._(
                        "Write an answer first: the customer has to know why."
                    )
                )
        self._close("refused", hold_until=False)
        return True

    def action_open_result(self):
        """Open what was made of the request; else the customer."""
        self.ensure_one().check_access("read")
        result = self._result()
        if result is not None and result.has_access("read"):
            return result._get_records_action()
        return self.action_open_profile()

    def action_open_profile(self):
        """Open the customer of the request."""
        self.ensure_one().check_access("read")
        return self.profile_id._get_records_action()

    def _check_rights(self, deed):
        """Raise unless the user is a collector who may change these records."""
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    def _result(self):
        """Return the promise, plan, dispute or contact that was made, if any."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    # === BUSINESS METHODS === #
    @api.private
    def _withdraw(self):
        """The customer takes it back, as long as nobody decided."""
        return self._close("withdrawn", hold_until=False)

    def _close(self, target, **vals):
        """Decide on those that wait; return them.

        :param str target: the new state
        :param vals: other columns to set
        :raise UserError: when somebody else decided first
        """
        changed = self._update_state(
            ("new",),
            target,
            date_closed=fields.Datetime.now(),
            closed_by_id=self.env.uid,
            **vals,
        )
        if changed != self:
            raise UserError(self._message_closed())
        return changed

    def _after_state(self, target):
        """Leave a trace, close the event, and tell the customer."""
        result = super()._after_state(target)
        labels = dict(self._fields["state"]._description_selection(self.env))
        author = self.env.user.partner_id
        for request in self.sudo():
            request._message_log(body=labels[target], author_id=author.id)
        self.env["credit.event"].sudo()._end_causes(self, ["request"])
        self.profile_id._request_refresh()
        if target == "refused":
            self._tell_customer()
        return result


class CreditProfile(models.Model):
    """A customer has said things on his page."""

    _inherit = "credit.profile"

    request_ids = fields.One2many(
        "credit.portal.request", "profile_id", string="Requests"
    )
    request_count = fields.Integer(
        string="Requests of the customer", compute="_compute_request_count"
    )
    request_new_count = fields.Integer(
        string="Requests that wait", compute="_compute_request_count"
    )

    @api.depends("request_ids.state")
    def _compute_request_count(self):
        counts = self._count_by_state("credit.portal.request")
        for profile in self:
            found = counts.get(profile._origin, {})
            profile.request_count = sum(found.values())
            profile.request_new_count = found.get("new", 0)

    def action_open_requests(self):
        """List what the customer said on his page."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_portal_request_action"
        )
        domain = [("profile_id", "=", self.id)]
        return {**action, "domain": domain, "context": {"create": False}}

    @api.model
    def _summary_events(self):
        """Add the number of requests that wait for a decision."""
        requests = self.env["credit.portal.request"]
        return {
            **super()._summary_events(),
            "requests": requests.search_count([("state", "=", "new")]),
        }

    def _lock_requests(self):
        """Let the requests of a customer come one after the other.

        The row is written rather than locked: who waited for it begins anew, and then
        sees what the other one did.
        """
        self.ensure_one()
        self.env.execute_query(
            SQL(
                "UPDATE credit_profile SET write_date = write_date "
                "WHERE id = %s RETURNING id",
                self.id,
            )
        )
