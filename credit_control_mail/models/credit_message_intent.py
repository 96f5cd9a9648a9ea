from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from odoo.addons.credit_control.tools.bounds import is_beyond
from odoo.addons.credit_control.tools.instalments import MAX_INSTALMENTS

from ..tools.intents import NO_ANSWER, PRIORITY, REASONS, SURE
from .credit_message import INTENT_SELECTION

REASON_LABELS = {
    "price": "Price",
    "quantity": "Quantity",
    "quality": "Quality",
    "delivery": "Delivery",
    "duplicate": "Invoiced twice",
    "wrong_party": "Wrong party",
    "not_received": "Not received",
    "administrative": "Administrative",
    "other": "Other",
}
STATES = [
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]
# what a person may correct as long as nothing is decided
EDITABLE = {
    "intent",
    "date",
    "amount",
    "currency_id",
    "move_ids",
    "dispute_reason",
    "instalments",
    "contact_name",
    "contact_email",
    "contact_phone",
    "replaces_contact",
}
# no number of a message is beyond
MAX_AMOUNT = 10**13
# the event that each of these raises, over when somebody decides
WARNINGS = {"insolvency": "insolvency_announced", "bank_change": "bank_change"}
# accepted when their dialog is applied, or the answer sent
DIALOGS = {"insolvency", "document_request", "payment_question"}


class CreditMessageIntent(models.Model):
    """One thing that a message wants: a proposal, until a person decides."""

    _name = "credit.message.intent"
    _description = "Intent of a message"
    _inherit = ["dunning.state.mixin"]
    _order = "is_primary desc, sequence, id"
    _rec_name = "intent"

    message_id = fields.Many2one(
        "credit.message", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="message_id.company_id", store=True)
    profile_id = fields.Many2one(related="message_id.profile_id")
    customer_id = fields.Many2one(
        related="message_id.profile_id.partner_id", string="Company of the customer"
    )
    intent = fields.Selection(INTENT_SELECTION, required=True, index=True)
    sequence = fields.Integer(help="The place of the code in the order of priority.")
    is_primary = fields.Boolean(readonly=True)
    confidence = fields.Float(digits=(3, 2), readonly=True)
    evidence = fields.Text(readonly=True, help="The words of the message that say so.")
    explanation = fields.Json(readonly=True)
    source = fields.Selection(
        [
            ("header", "Header"),
            ("rule", "Rule"),
            ("model", "Learned weights"),
            ("person", "A person"),
        ],
        default="person",
        required=True,
        readonly=True,
    )
    date = fields.Date(help="Day of payment; day of return of an absent person.")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    move_ids = fields.Many2many("account.move", string="Invoices")
    dispute_reason = fields.Selection([(code, REASON_LABELS[code]) for code in REASONS])
    instalments = fields.Integer(help="In how many parts.")
    contact_name = fields.Char()
    contact_email = fields.Char()
    contact_phone = fields.Char()
    replaces_contact = fields.Boolean(
        string="Takes the sender's place",
        help="The sender is not written to any more: the new contact takes his roles. "
        "Without a new contact they end.",
    )
    is_delay = fields.Boolean(
        string="Delivery delayed",
        readonly=True,
        help="The mail server goes on trying: the address may well work.",
    )
    state = fields.Selection(
        STATES, default="proposed", required=True, readonly=True, index=True, copy=False
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_date = fields.Datetime(readonly=True, copy=False)
    was_corrected = fields.Boolean(readonly=True, copy=False)
    hold_until = fields.Date(
        string="No reminder until",
        readonly=True,
        copy=False,
        help="Up to this day automatic reminders wait for what was announced.",
    )
    res_model = fields.Char(readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", string="What came of it", readonly=True, copy=False
    )
    undo_data = fields.Json(readonly=True, copy=False)
    summary = fields.Char(compute="_compute_summary", help="In one sentence.")
    problem = fields.Char(
        compute="_compute_problem", help="What is to be entered before it is accepted."
    )
    is_dialog = fields.Boolean(
        compute="_compute_is_dialog", help="To accept it opens a dialog."
    )

    # serve the holds of the dunning pipeline
    _insolvency_idx = models.Index(
        "(message_id) WHERE intent = 'insolvency' AND state = 'proposed'"
    )
    _hold_idx = models.Index("(hold_until) WHERE hold_until IS NOT NULL")

    # === COMPUTE METHODS === #
    @api.depends("intent")
    def _compute_is_dialog(self):
        for intent in self:
            intent.is_dialog = intent.intent in DIALOGS

    @api.depends(*EDITABLE)
    @api.depends_context("lang")
    def _compute_summary(self):
        labels = dict(self._fields["intent"]._description_selection(self.env))
        for intent in self:
            details = ", ".join(filter(None, intent._details()))
            label = labels.get(intent.intent, "")
            intent.summary = f"{label}: {details}" if details else label

    def _details(self):
        """Return in words what is known of one intent."""
        reasons = dict(self._fields["dispute_reason"]._description_selection(self.env))
        currency = self.currency_id or self.company_id.currency_id
        return [
            reasons.get(self.dispute_reason),
            self.amount and currency.format(self.amount),
            self.date and format_date(self.env, self.date, date_format="medium"),
            self.instalments and self.env._("%s instalments", self.instalments),
            self._name_invoices(),
            self.contact_name,
            self.contact_email,
        ]

    def _name_invoices(self, limit=3):
        # sudo: whoever reads the message may know which invoices it names
        names = self.sudo().move_ids.mapped("name")
        if len(names) <= limit:
            return ", ".join(map(str, names))
        return self.env._(
            "%(names)s and %(count)s more",
            names=", ".join(map(str, names[: limit - 1])),
            count=len(names) - limit + 1,
        )

    @api.depends(*EDITABLE, "message_id.profile_id")
    @api.depends_context("lang")
    def _compute_problem(self):
        for intent in self:
            intent.problem = intent._find_problem()

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """What a person adds is a proposal of that person, with its priority."""
        if not self.env.su:
            for vals in vals_list:
                if vals.keys() - EDITABLE - {"message_id"}:
                    raise AccessError(self._message_buttons())
                self._check_numbers(vals)
        last = len(PRIORITY)
        intents = super().create(
            [
                {**vals, "sequence": PRIORITY.get(vals.get("intent"), last)}
                for vals in vals_list
            ]
        )
        if not self.env.su:
            intents._check_rights(self.env._("add a proposal"))
            intents.message_id._follow_intents()
        return intents

    def write(self, vals):
        """Correct a proposal; its state follows its buttons."""
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(self._message_buttons())
        self._check_numbers(vals)
        if "intent" in vals:
            vals = {**vals, "sequence": PRIORITY.get(vals["intent"], len(PRIORITY))}
        if self.env.su:
            return super().write(vals)
        self._check_rights(self.env._("correct a proposal"))
        if any(intent.state != "proposed" for intent in self):
            raise UserError(
                self.env._("This was decided already: undo it first, then correct it.")
            )
        result = super().write(vals)
        # sudo: the mark is set by this method alone
        found = self.sudo().filtered(lambda intent: intent.source != "person")
        found.write({"was_corrected": True})
        if "intent" in vals or "move_ids" in vals:
            self.message_id._follow_intents()
        return result

    @api.model
    def _check_numbers(self, vals):
        """Say what is beyond all bounds before the database does."""
        if is_beyond(vals.get("instalments"), MAX_INSTALMENTS):
            raise UserError(
                self.env._(
                    "A plan has at most %s instalments: enter fewer.", MAX_INSTALMENTS
                )
            )
        if is_beyond(vals.get("amount"), MAX_AMOUNT):
            raise UserError(self.env._("Nobody owes such an amount: correct it."))

    def _message_buttons(self):
        return self.env._(
            "What was found in a message stays as it is. Correct the proposal, then "
            "accept or reject it by the buttons."
        )

    # === ACTIONS === #
    def action_edit(self):
        """Open the dialog that corrects this proposal."""
        self.ensure_one()
        self._check_rights(self.env._("correct a proposal"))
        view = self.env.ref("credit_control_mail.credit_message_intent_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the proposal"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_open_result(self):
        """Open what was made of it; else its message."""
        self.ensure_one().check_access("read")
        record = self._readable_result()
        if record is None:
            return self.message_id.action_open()
        return record._get_records_action()

    def action_answer(self):
        """Open an answer to the customer about this."""
        self.ensure_one()
        return self.message_id.action_answer(self.id)

    # === BUSINESS METHODS === #
    def _readable_result(self):
        """Return the record that was made of it, or None: gone, or hidden from him."""
        if not self.res_id or self.res_model not in self.env:
            return None
        record = self.env[self.res_model].browse(self.res_id).exists()
        return record if record and record.has_access("read") else None

    def _check_rights(self, deed):
        """Raise unless the user is a collector in whose reach the customers are.

        :param str deed: what he wanted to do, in the infinitive
        """
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")
        self.message_id.check_access("write")
        self.message_id.profile_id._check_in_portfolio()

    @api.private
    def _update_state(self, allowed, target, **vals):
        """Decide; who comes second changes nothing."""
        return super()._update_state(
            allowed,
            target,
            **{
                "decided_by_id": self.env.uid if target != "proposed" else None,
                "decided_date": self.env.cr.now() if target != "proposed" else None,
                **vals,
            },
        )

    def _raise_if_other_decided(self):
        """Tell who was quicker; who presses twice himself is told nothing."""
        # sudo: the name of a colleague
        others = self.sudo().filtered(lambda one: one.decided_by_id - self.env.user)
        if not others:
            return
        person = others[0].decided_by_id.name
        if others[0].automation_id:
            person = self.env._("A rule of the inbox")
        values = {"person": person, "proposal": others[0].summary}
        if others[0].state == "accepted":
            raise UserError(
                self.env._(
                    "%(person)s accepted this meanwhile: %(proposal)s. Nothing was "
                    "done a second time; to decide otherwise, undo it first.",
                    **values,
                )
            )
        raise UserError(
            self.env._(
                "%(person)s rejected this meanwhile: %(proposal)s. To decide "
                "otherwise, undo it first.",
                **values,
            )
        )

    def _after_state(self, target):
        """Tell in the chatter of the messages, which follow."""
        result = super()._after_state(target)
        texts = {
            "accepted": self.env._("Accepted: %s"),
            "rejected": self.env._("Rejected: %s"),
            "proposed": self.env._("Taken back: %s"),
        }
        author = self.env.user.partner_id
        for message, intents in self.sudo().grouped("message_id").items():
            summaries = "; ".join(intents.mapped("summary"))
            body = texts[target].replace("%s", summaries)
            message._message_log(body=body, author_id=author.id)
        if target != "proposed":
            self._end_warnings()
        self.message_id._follow_intents()
        self.message_id.sudo().profile_id._request_refresh()
        return result

    def _end_warnings(self):
        """Somebody decided on what was dangerous: its event is over."""
        events = self.env["credit.event"].sudo()
        for code, kind in WARNINGS.items():
            decided = self.filtered(lambda intent, code=code: intent.intent == code)
            events._end_causes(decided.message_id, [kind])

    def _is_mere_guess(self):
        """Return whether a person should look before reminders go on.

        What needs no answer holds no reminder; guessed wrongly, it would let one go.
        """
        self.ensure_one()
        return (
            self.intent in NO_ANSWER
            and self.source == "model"
            and self.state == "proposed"
            and self.confidence < SURE
        )


class CreditMessage(models.Model):
    """What its intents make of a message."""

    _inherit = "credit.message"

    # === ACTIONS === #
    def action_add_intent(self, code, values=None):
        """Add what nobody found: a proposal of the user.

        :param str code: of the intent
        :param dict values: of the fields that a person may correct
        :return: the id of the new proposal
        """
        self.ensure_one()
        if code not in PRIORITY:
            raise UserError(self.env._("Choose what the message says from the list."))
        intents = self.env["credit.message.intent"]
        vals = {**(values or {}), "message_id": self.id, "intent": code}
        return intents.create([vals]).id

    def action_accept_all(self):
        """Accept every proposal of these messages."""
        return self.intent_ids.filtered(
            lambda intent: intent.state == "proposed"
        ).action_accept()
