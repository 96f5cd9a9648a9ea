from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import level_order
from ..tools.placeholders import PlaceholderError, check, find

CHANNELS = ("send_email", "send_letter", "send_registered", "send_sms", "plan_call")
# channels whose message is the text of the level
WRITTEN = ("send_email", "send_letter", "send_registered")


class DunningLevel(models.Model):
    """One step of a policy: when, how, to whom and with which words."""

    _name = "dunning.level"
    _description = "Dunning level"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "dunning.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10, required=True)
    name = fields.Char(required=True, translate=True)
    delay_days = fields.Integer(
        string="Days", default=0, help="Below zero: before the due date."
    )
    delay_from = fields.Selection(
        [
            ("due_date", "from the due date"),
            ("invoice_date", "from the invoice date"),
            ("end_of_month", "from the end of the month of the due date"),
            ("previous", "from the previous level"),
        ],
        default="due_date",
        required=True,
    )
    is_automatic = fields.Boolean(
        string="Automatic", help="Approved by itself; otherwise a person reviews it."
    )
    is_formal = fields.Boolean(
        string="Formal notice", help="A notice with legal effect (mise en demeure)."
    )
    send_email = fields.Boolean(string="E-mail", default=True)
    send_letter = fields.Boolean(string="Letter")
    send_registered = fields.Boolean(string="Registered letter")
    send_sms = fields.Boolean(string="SMS")
    plan_call = fields.Boolean(string="Call")
    deadline_days = fields.Integer(
        default=8,
        help="Days to pay that the text grants, counted from the notice; from the "
        "receipt of a letter, once it is recorded. While these run, no further level "
        "goes.",
    )
    active = fields.Boolean(default=True)
    call_script = fields.Html(translate=True)
    attach_invoices = fields.Boolean(default=True)
    attach_statement = fields.Boolean()
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", string="Company currency"
    )
    min_amount = fields.Monetary(
        string="Minimum amount",
        help="In the currency of the company. Below it a lower level, or none.",
    )
    min_share = fields.Float(
        string="Minimum share (%)",
        digits=(5, 2),
        help="Of all open claims of the customer.",
    )
    role_to_ids = fields.Many2many(
        "credit.role", "dunning_level_role_to_rel", "level_id", "role_id", string="To"
    )
    role_cc_ids = fields.Many2many(
        "credit.role", "dunning_level_role_cc_rel", "level_id", "role_id", string="Cc"
    )
    subject = fields.Char(translate=True)
    body_html = fields.Html(string="Text", translate=True, sanitize_attributes=False)
    with_interest = fields.Boolean(string="Late interest")
    with_compensation = fields.Boolean(string="Fixed compensation")
    is_pre_due = fields.Boolean(
        compute="_compute_is_pre_due", string="Before the due date"
    )
    when = fields.Char(compute="_compute_when")
    channels = fields.Char(compute="_compute_channels", string="How")
    problems = fields.Html(compute="_compute_problems", sanitize=False)
    has_problems = fields.Boolean(compute="_compute_problems")

    _min_share_range = models.Constraint(
        "CHECK(min_share >= 0 AND min_share <= 100)",
        "The minimum share is between 0 and 100 %.",
    )
    _min_amount_positive = models.Constraint(
        "CHECK(min_amount >= 0)", "The minimum amount cannot be negative."
    )

    _deadline_positive = models.Constraint(
        "CHECK(deadline_days >= 0)", "The days to pay cannot be negative."
    )

    # === COMPUTE METHODS === #
    @api.depends("policy_id.company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            company = level.policy_id.company_id or self.env.company
            level.currency_id = company.currency_id

    @api.depends("delay_days", "delay_from")
    def _compute_is_pre_due(self):
        for level in self:
            level.is_pre_due = level_order.is_before_due(level._get_delay())

    @api.depends("delay_days", "delay_from")
    def _compute_when(self):
        for level in self:
            level.when = level._get_when()

    @api.depends(*CHANNELS)
    def _compute_channels(self):
        labels = self._get_channel_labels()
        for level in self:
            level.channels = ", ".join(labels[name] for name in CHANNELS if level[name])

    @api.depends(
        "body_html",
        "call_script",
        "deadline_days",
        "is_automatic",
        "is_formal",
        "name",
        "role_cc_ids",
        "role_to_ids",
        "subject",
        *CHANNELS,
    )
    def _compute_problems(self):
        for level in self:
            sentences = level._get_problems()
            level.has_problems = bool(sentences)
            level.problems = bool(sentences) and self.env["ir.qweb"]._render(
                "credit_control.problem_list", {"sentences": sentences}
            )

    # === CONSTRAINTS AND ONCHANGES === #
    @api.constrains("subject", "body_html", "call_script")
    def _check_placeholders(self):
        for level in self:
            for text in (level.subject, level.body_html, level.call_script):
                try:
                    check(text)
                except PlaceholderError as error:
                    raise ValidationError(
                        level._get_placeholder_sentence(error)
                    ) from error

    @api.onchange("is_formal")
    def _onchange_is_formal(self):
        """A notice with legal effect is reviewed, and proved by registered letter."""
        if self.is_formal:
            self.is_automatic = False
            self.send_registered = True

    @api.onchange("is_automatic")
    def _onchange_is_automatic(self):
        if self.is_formal and self.is_automatic:
            return {
                "warning": {
                    "title": self.env._("A formal notice without review"),
                    "message": self.env._(
                        "A notice with legal effect would go to customers without "
                        "anybody having seen it. Keep this only if that is what you "
                        "want."
                    ),
                }
            }
        return None

    # === CRUD METHODS === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for model, name in (
            ("dunning.notice", "level_id"),
            ("dunning.notice.line", "level_id"),
            ("dunning.notice.line", "previous_level_id"),
            ("account.move.line", "dunning_level_id"),
        ):
            # sudo: the proof counts, whoever may see it
            used = self.env[model].sudo().search([(name, "in", self.ids)], limit=1)
            if used:
                raise UserError(
                    self.env._(
                        "Customers were reminded at the level “%(level)s”: archive it "
                        "(tab “When”) instead of deleting it, so that they go on from "
                        "where they are.",
                        level=used[name].name,
                    )
                )

    # === ACTIONS === #
    def action_preview(self):
        """Show this level as a real customer would read it."""
        self.ensure_one()
        preview = self.env["dunning.level.preview"].create(
            {"policy_id": self.policy_id.id, "level_id": self.id}
        )
        return preview.action_show()

    # === BUSINESS METHODS === #
    def _get_delay(self):
        self.ensure_one()
        return level_order.Delay(self.name, self.delay_days, self.delay_from)

    def _get_when(self):
        """Return when the level starts, in words."""
        self.ensure_one()
        days = self.delay_days
        if self.delay_from == "due_date" and days < 0:
            return self.env._("%(days)s days before the due date", days=-days)
        words = {
            "due_date": self.env._("%(days)s days after the due date", days=days),
            "invoice_date": self.env._(
                "%(days)s days after the invoice date", days=days
            ),
            "end_of_month": self.env._(
                "%(days)s days after the end of the month of the due date", days=days
            ),
            "previous": self.env._("%(days)s days after the previous level", days=days),
        }
        return words.get(self.delay_from, "")

    def _get_roles(self):
        """Return the roles that the levels write to, in To or Cc."""
        return self.role_to_ids | self.role_cc_ids

    @api.model
    def _get_channel_labels(self):
        """Return ``{field name: words}`` of the channels, in order."""
        return {
            "send_email": self.env._("E-mail"),
            "send_letter": self.env._("Letter"),
            "send_registered": self.env._("Registered letter"),
            "send_sms": self.env._("SMS"),
            "plan_call": self.env._("Call"),
        }

    def _get_order_problems(self):
        """Return the sentences on levels of one policy that come in a wrong order."""
        delays = [level._get_delay() for level in self.sorted("sequence")]
        sentences = [
            self.env._(
                "“%(later)s” comes after “%(earlier)s” but does not start later: give "
                "it more days, or move it up.",
                later=later.name,
                earlier=earlier.name,
            )
            for earlier, later in level_order.find_backward(delays)
            if not level_order.is_before_due(later)
        ]
        sentences += [
            self.env._(
                "“%(level)s” goes before the due date: move it above the levels that "
                "follow the due date.",
                level=delay.name,
            )
            for delay in level_order.find_late_reminders(delays)
        ]
        return sentences

    def _get_problems(self):
        """Return what keeps these levels from working as they should, as sentences."""
        sentences = []
        for level in self:
            sentences += level._get_channel_problems()
            sentences += level._get_text_problems()
            if level.is_formal and level.is_automatic:
                sentences.append(
                    self.env._(
                        "“%(level)s” has legal effect and goes without review: untick "
                        "“Automatic” so that somebody looks first.",
                        level=level.name,
                    )
                )
        return sentences

    def _get_channel_problems(self):
        self.ensure_one()
        if not any(self[name] for name in CHANNELS):
            return [
                self.env._(
                    "“%(level)s” has no channel and reaches nobody: choose at least "
                    "one.",
                    level=self.name,
                )
            ]
        if self.is_formal and not self.send_registered:
            return [
                self.env._(
                    "“%(level)s” has legal effect but no registered letter: you could "
                    "not prove that it arrived.",
                    level=self.name,
                )
            ]
        return []

    def _get_text_problems(self):
        self.ensure_one()
        if not any(self[name] for name in WRITTEN):
            return []
        sentences = []
        if not (self.subject or "").strip():
            sentences.append(self.env._("“%(level)s” has no subject.", level=self.name))
        names = find(self.body_html)
        if not names and not (self.body_html or "").strip():
            sentences.append(self.env._("“%(level)s” has no text.", level=self.name))
        elif self.is_formal and "table" not in names:
            sentences.append(
                self.env._(
                    "“%(level)s” does not list the claims: put {{ table }} in its "
                    "text.",
                    level=self.name,
                )
            )
        try:
            check(f"{self.subject or ''} {self.body_html or ''}")
        except PlaceholderError as error:
            sentences.append(self._get_placeholder_sentence(error))
        if "deadline_date" in names and not self.deadline_days:
            sentences.append(
                self.env._(
                    "“%(level)s” names a deadline but grants no days to pay.",
                    level=self.name,
                )
            )
        return sentences

    def _get_placeholder_sentence(self, error):
        """Return in the user's language why a text cannot be filled in.

        :param PlaceholderError error: as raised by ``tools.placeholders``
        """
        label = self.display_name if self else ""
        parts = {
            self.env._(
                "There is no placeholder %(names)s: choose one from the list "
                "beside the text."
            ): error.unknown,
            self.env._(
                "These braces are no placeholder: %(names)s. Write {{ name }}."
            ): error.broken,
            self.env._(
                "Nothing is known for the placeholder %(names)s: complete the customer "
                "or the company, or give the text words to fall back on, as in "
                "{{ name | these words }}."
            ): error.empty,
        }
        sentences = [
            sentence % {"names": ", ".join(names)}
            for sentence, names in parts.items()
            if names
        ]
        return f"{label}: {' '.join(sentences)}" if label else " ".join(sentences)
