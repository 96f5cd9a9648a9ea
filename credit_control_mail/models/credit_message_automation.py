from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .credit_message import INTENT_SELECTION, LABELS

# what a rule may accept: nothing that a person has to look at
ACCEPTED = (
    "promise",
    "delay",
    "dispute",
    "already_paid",
    "remittance",
    "plan_request",
    "missing_information",
    "contact_change",
    "legal",
    "complaint",
    "privacy",
    "bounce",
    "auto_reply",
    "acknowledgement",
    "other",
)
# what a rule may answer: the text says all that is to be said
ANSWERED = (
    "document_request",
    "payment_question",
    "promise",
    "delay",
    "dispute",
    "already_paid",
    "contact_change",
)
CODES = set(ACCEPTED) | set(ANSWERED)


class CreditMessageAutomation(models.Model):
    """What is done by itself with messages of one kind: nothing, unless it is set."""

    _name = "credit.message.automation"
    _description = "Rule of the inbox"
    _order = "company_id, intent, id"

    intent = fields.Selection(
        [choice for choice in INTENT_SELECTION if choice[0] in CODES],
        string="When a message says",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    accept_from = fields.Float(
        string="Accept from",
        help="Confidence from which the proposal is accepted by itself. 0: never.",
    )
    answer_from = fields.Float(
        string="Answer from",
        help="Confidence from which the answer goes by itself, to known contacts of "
        "the customer alone. 0: never.",
    )
    daily_cap = fields.Integer(
        string="At most a day",
        default=20,
        help="What comes after that on the same day waits for a person.",
    )
    count_today = fields.Integer(string="Today", compute="_compute_count_today")

    _company_intent_uniq = models.UniqueIndex(
        "(company_id, intent)",
        "There is a rule for these messages already: change that one.",
    )
    _bounds = models.Constraint(
        "CHECK(accept_from BETWEEN 0 AND 1 AND answer_from BETWEEN 0 AND 1"
        " AND daily_cap >= 0)",
        "A confidence is between 0 and 100 %, and a number a day is not negative.",
    )

    # === COMPUTE METHODS === #
    @api.depends("intent", "company_id")
    def _compute_display_name(self):
        labels = dict(self._fields["intent"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.intent, "")

    def _compute_count_today(self):
        counts = self._count_today()
        for rule in self:
            rule.count_today = counts.get(rule._origin, 0)

    # === CONSTRAINT METHODS === #
    @api.constrains("intent", "accept_from", "answer_from")
    def _check_allowed(self):
        """Some things are never done by themselves."""
        for rule in self:
            label = rule.display_name or LABELS[rule.intent]
            if rule.accept_from and rule.intent not in ACCEPTED:
                raise ValidationError(
                    self.env._(
                        "“%s” is accepted with its answer: set the confidence of the "
                        "answer, and 0 here.",
                        label,
                    )
                )
            if rule.answer_from and rule.intent not in ANSWERED:
                raise ValidationError(
                    self.env._(
                        "A person answers “%s”: set the confidence of the answer to 0.",
                        label,
                    )
                )

    # === BUSINESS METHODS === #
    def _count_today(self):
        """Return ``{rule: what it did today}``, the day of its company."""
        days = [
            Domain("automation_id", "in", rules.ids)
            & Domain("decided_date", ">=", company._dunning_midnight())
            for company, rules in self.sudo().grouped("company_id").items()
        ]
        intents = self.env["credit.message.intent"].sudo()
        groups = intents._read_group(Domain.OR(days), ["automation_id"], ["__count"])
        return {rule.sudo(self.env.su): count for rule, count in groups}
