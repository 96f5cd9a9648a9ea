from odoo import api, fields, models, tools

from ..tools.learning import phrase_of, words_of
from .credit_message import INTENT_SELECTION

# so often rejected, the same words are not proposed again
REJECTIONS = 2
# the latest are used
MOST_PHRASES = 2000
# a person looks at these each time, whatever was said before
ALWAYS_SHOWN = ("bounce", "insolvency", "legal", "privacy", "bank_change", "dispute")


class CreditMessagePhrase(models.Model):
    """Words of which a person said what they mean, or what they do not."""

    _name = "credit.message.phrase"
    _description = "Learned phrase"
    _order = "write_date desc, id desc"
    _rec_name = "phrase"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    phrase = fields.Char(
        required=True, readonly=True, help="In small letters, without figures."
    )
    intent = fields.Selection(INTENT_SELECTION, string="Means", required=True)
    is_positive = fields.Boolean(
        string="It is so",
        default=True,
        help="Without it, the words were found to mean this, and people rejected it.",
    )
    count = fields.Integer(string="Times", default=1, readonly=True)
    source_intent_id = fields.Many2one(
        "credit.message.intent",
        string="Learned from",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    active = fields.Boolean(default=True, help="Without it, the phrase is not used.")

    _phrase_uniq = models.Constraint(
        "UNIQUE (company_id, phrase, intent, is_positive)",
        "This phrase is known already: change its entry.",
    )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """What is read from now on follows."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """What is read from now on follows."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """What is read from now on follows."""
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    @tools.ormcache("company_id")
    def _phrases_of(self, company_id):
        """Return what a company learned: ``({words: intent}, {intent: [words]})``.

        The first decide; of the second the same is not proposed again.
        """
        if not self.env["res.company"].browse(company_id).credit_learn_phrases:
            return {}, {}
        taught, denied = {}, {}
        # the latest word counts
        domain = [("company_id", "=", company_id)]
        rows = self.search(domain, limit=MOST_PHRASES)
        for row in rows.sorted(lambda row: (row.write_date, row.id)):
            if row.is_positive:
                taught[row.phrase] = row.intent
            elif row.count >= REJECTIONS and row.intent not in ALWAYS_SHOWN:
                denied.setdefault(row.intent, []).append(row.phrase)
        return taught, denied

    @api.model
    @api.private
    def _remember(self, intent, code, is_positive):
        """Write down that the words of an intent mean ``code``, or do not."""
        phrase = phrase_of(intent._words_to_learn())
        if not phrase:
            return
        every = self.with_context(active_test=False)
        same = every.search(
            [
                ("company_id", "=", intent.company_id.id),
                ("phrase", "=", phrase),
            ]
        )
        known = same.filtered(
            lambda row: row.intent == code and row.is_positive == is_positive
        )
        opposite = same.filtered(
            lambda row: (
                row.is_positive and row != known
                if is_positive
                else row.intent == code and row.is_positive
            )
        )
        opposite.write({"active": False})
        if known:
            known.write(
                {
                    "count": known.count + 1,
                    "active": True,
                    "source_intent_id": intent.id,
                }
            )
            return
        self.create(
            {
                "company_id": intent.company_id.id,
                "phrase": phrase,
                "intent": code,
                "is_positive": is_positive,
                "source_intent_id": intent.id,
            }
        )

    @api.private
    def _forget(self):
        """Take back what was learned once; said more often, it stays."""
        often = self.filtered(lambda row: row.count > 1)
        for row in often:
            row.write({"count": row.count - 1, "source_intent_id": False})
        (self - often).unlink()


class CreditMessageIntent(models.Model):
    _inherit = "credit.message.intent"

    def _after_state(self, target):
        """Learn from what a person corrected, added or rejected; undo forgets it."""
        result = super()._after_state(target)
        # what a rule of the company decides teaches nothing
        if not self.env.user._is_superuser():
            self.sudo()._learn_phrases(target)
        return result

    def _learn_phrases(self, target):
        phrases = self.env["credit.message.phrase"]
        if target == "proposed":
            phrases.search([("source_intent_id", "in", self.ids)])._forget()
            return
        for intent in self:
            if not intent.company_id.credit_learn_phrases:
                continue
            found = intent.found_intent
            if target == "rejected" and found:
                phrases._remember(intent, found, is_positive=False)
            elif target == "accepted" and found != intent.intent:
                phrases._remember(intent, intent.intent, is_positive=True)

    def _words_to_learn(self):
        """Return the words that say it: the evidence, else a message of few words."""
        if self.evidence:
            return self.evidence
        text = self.message_id.reply_text or ""
        return text if len(text.split()) <= 15 else ""


class CreditMessage(models.Model):
    """What was learned is told to the classifier."""

    _inherit = "credit.message"

    @api.model
    @api.private
    def _classifier_options(self, company):
        """Add the phrases and the weights that this company learned."""
        taught, _denied = self.env["credit.message.phrase"].sudo()._phrases_of(
            company.id
        )
        # those that this message says: the rest would be looked for in each sentence
        said = words_of(self.reply_text) if len(self) == 1 else ""
        taught = {
            phrase: code for phrase, code in taught.items() if f" {phrase} " in said
        }
        delta = self.env["credit.message.learning"].sudo()._active_delta(company.id)
        options = super()._classifier_options(company)
        return {**options, "phrases": taught or None, "weights": delta or None}

    def _find_intents(self, items):
        """Leave out what people rejected for the same words."""
        found = super()._find_intents(items)
        phrases = self.env["credit.message.phrase"].sudo()
        _taught, denied = phrases._phrases_of(self.company_id.id)
        if not denied:
            return found
        return [
            vals
            for vals in found
            if vals["source"] == "header"
            or not any(
                f" {phrase} " in words_of(vals["evidence"])
                for phrase in denied.get(vals["intent"], ())
            )
        ]

    @api.private
    def _forget_phrases(self):
        """Delete what was learned from these messages."""
        phrases = self.env["credit.message.phrase"].sudo()
        phrases.with_context(active_test=False).search(
            [("source_intent_id.message_id", "in", self.ids)]
        ).unlink()
