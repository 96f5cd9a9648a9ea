from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

KINDS = [
    ("payment_received", "Payment received"),
    ("promise_broken", "Promise broken"),
    ("plan_broken", "Payment plan broken"),
    ("dispute_opened", "Dispute opened"),
    ("dispute_late", "Dispute late"),
    ("credit_note_late", "Credit note not made"),
    ("insolvency", "Insolvency"),
    ("bounce", "Undeliverable"),
    ("limit_near", "Credit limit almost reached"),
    ("limit_exceeded", "Credit limit exceeded"),
    ("reply", "Answer received"),
    ("request", "Request"),
    ("decision_due", "Decision due"),
    ("handed_over", "Handed over"),
]
# each time it happens is one more event; of the others one is enough while it lasts
REPEATED = {"payment_received", "insolvency"}
# found by a check every day: not raised again until their cause is gone (``_end``)
LASTING = {
    "dispute_late",
    "credit_note_late",
    "limit_near",
    "limit_exceeded",
    "decision_due",
}
# what people may set on an event; the rest tells what happened
OPEN_FIELDS = {"user_id"}


class CreditEvent(models.Model):
    """Something happened at a customer that somebody should know of, or act on.

    Plain stored fields only, created and written through the ORM: automation rules
    ("On create", "When updated", on ``state`` or any other field) work without code.
    """

    _name = "credit.event"
    _description = "Credit event"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="What happened", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
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
        related="profile_id.partner_id", string="Contact", store=True, index=True
    )
    date = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, copy=False
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    days = fields.Integer(
        string="Days overdue",
        readonly=True,
        aggregator="max",
        help="Of the customer's oldest claim, when it happened.",
    )
    state = fields.Selection(
        [("new", "New"), ("done", "Dealt with")],
        default="new",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    date_done = fields.Datetime(string="Dealt with on", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Who deals with it.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "credit_event_users_rel",
        "event_id",
        "user_id",
        string="Told",
        readonly=True,
        copy=False,
        help="Everybody to whom an activity or a notification went.",
    )
    is_standing = fields.Boolean(
        string="Cause still there",
        default=True,
        readonly=True,
        copy=False,
        help="While it is, the same event is not raised again.",
    )
    res_model = fields.Char(string="Model of the cause", readonly=True)
    res_id = fields.Many2oneReference(
        string="Cause", model_field="res_model", readonly=True
    )

    _date_idx = models.Index("(date DESC, id DESC)")
    # serves the search for events that are not to be raised again
    _standing_idx = models.Index("(profile_id, kind) WHERE is_standing")

    # === COMPUTE METHODS === #
    @api.depends("kind", "profile_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            customer = event.profile_id.sudo().display_name
            event.display_name = f"{customer}: {labels.get(event.kind, '')}"

    # === CRUD METHODS === #
    def write(self, vals):
        """Give an event to another person; all else tells what happened."""
        if not self.env.su:
            own = ("message_", "activity_")
            names = {name for name in vals if not name.startswith(own)}
            if names - OPEN_FIELDS:
                raise AccessError(
                    self.env._(
                        "An event tells what happened. Give it to another person, or "
                        "mark it as done."
                    )
                )
            self.env["credit.profile"]._check_group(
                "group_collector", self.env._("change an event")
            )
        return super().write(vals)

    # === ACTIONS === #
    def action_done(self):
        """Nothing is left to do about these events; their activities are closed."""
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("mark an event as done")
        )
        self.check_access("write")
        self._update_state(("new",), "done")
        return True

    def action_reopen(self):
        """Somebody has to look at these events after all."""
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("reopen an event")
        )
        self.check_access("write")
        self._update_state(("done",), "new")
        return True

    def action_open_profile(self):
        """Open the customer of the event."""
        self.ensure_one()
        return self.profile_id._get_records_action()

    def action_open_cause(self):
        """Open what the event is about: the promise, the dispute, the payment..."""
        self.ensure_one()
        cause = self._cause()
        if not cause or not cause.has_access("read"):
            return self.action_open_profile()
        return cause._get_records_action()

    def _cause(self):
        """Return the record that the event is about, if it is still there."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _raise(self, vals_list):
        """Record what happened and tell the right people, as the rules say.

        Whatever the number of events, the number of queries is the same. An event
        whose like still stands (same kind, customer and cause) is not raised again,
        payments and insolvencies excepted.

        :param list[dict] vals_list: ``profile_id``, ``kind``, ``name`` (a sentence)
            and, when known, ``amount``, ``currency_id`` (the company's by default),
            ``res_model`` and ``res_id`` (the cause), ``date``, ``date_deadline`` (of
            the activity) and ``owner_id`` (a user who deals with the cause)
        :return: the new events
        """
        vals_list = self._without_standing(vals_list)
        if not vals_list:
            return self.browse()
        rules = self.env["credit.event.rule"].sudo()
        people = rules._people_of(vals_list)
        # nobody follows an event but who has to act: no messages, no followers
        quiet = self.sudo().with_context(tracking_disable=True)
        profiles = self.env["credit.profile"].sudo()
        profiles = profiles.browse(vals["profile_id"] for vals in vals_list)
        events = quiet.create(
            [
                self._prepare_vals(profile, vals, ways)
                for profile, vals, ways in zip(profiles, vals_list, people, strict=True)
            ]
        )
        events = events.with_context(self.env.context)
        rules._tell(events, vals_list, people)
        return events.sudo(self.env.su)

    @api.model
    def _prepare_vals(self, profile, vals, ways):
        """Return the values of a new event of ``profile``.

        :param dict vals: of :meth:`_raise`
        :param dict ways: who is told, the responsible first
        """
        own = {key: vals[key] for key in vals.keys() & self._fields.keys()}
        return {
            "currency_id": profile.company_id.currency_id.id,
            "days": profile.days_overdue,
            "user_id": next(iter(ways), profile.user_id).id,
            "user_ids": [Command.set([user.id for user in ways])],
            **own,
        }

    @api.model
    def _without_standing(self, vals_list):
        """Return ``vals_list`` without what stands already, or comes twice."""
        profiles = [vals["profile_id"] for vals in vals_list]
        if not profiles:
            return []
        rows = self.sudo().search_fetch(
            [("profile_id", "in", profiles), ("is_standing", "=", True)],
            ["kind", "profile_id", "res_model", "res_id"],
            order="id",
        )
        seen = {(e.kind, e.profile_id.id, e.res_model, e.res_id) for e in rows}
        kept = []
        for vals in vals_list:
            key = (
                vals["kind"],
                vals["profile_id"],
                vals.get("res_model") or False,
                vals.get("res_id") or 0,
            )
            if key in seen and vals["kind"] not in REPEATED:
                continue
            seen.add(key)
            kept.append(vals)
        return kept

    @api.private
    def _update_state(self, allowed, target):
        """Set the state of those that are in an ``allowed`` one; return them.

        Their activities are closed with them.
        """
        changed = self.filtered(lambda event: event.state in allowed)
        done = fields.Datetime.now() if target == "done" else False
        # sudo: the state is written by this method alone
        changed.sudo().write({"state": target, "date_done": done})
        if target == "done" and changed:
            passing = changed.filtered(lambda event: event.kind not in LASTING)
            passing.sudo().write({"is_standing": False})
            activities = self.env["mail.activity"].sudo()
            activities.search(
                [("res_model", "=", self._name), ("res_id", "in", changed.ids)]
            ).write({"active": False})
        return changed

    @api.model
    @api.private
    def _end(self, domain):
        """The causes of the standing events of ``domain`` are gone: close them.

        :return: the events that were closed
        """
        standing = Domain("is_standing", "=", True) & Domain(domain)
        events = self.sudo().search(standing, order="id")
        events.write({"is_standing": False})
        events._update_state(("new",), "done")
        return events
