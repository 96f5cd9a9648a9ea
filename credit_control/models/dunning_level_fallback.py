from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .dunning_delivery_queue import BACKOFF
from .dunning_notice import CHANNELS

# channels whose message is the text of the level
WRITTEN = ("email", "letter", "registered")
# what a customer needs to be reached by a channel
NEEDS = {
    "email": ("email",),
    "letter": ("letter", "registered"),
    "phone": ("sms", "call"),
}


class DunningLevel(models.Model):
    """What follows when a notice does not arrive, or brings no money and no answer."""

    _inherit = "dunning.level"

    fallback_channel = fields.Selection(
        selection="_select_fallback_channel",
        string="Then by",
        help="When no contact of the customer is reached by the channels of the level.",
    )
    fallback_channel_2 = fields.Selection(
        selection="_select_fallback_channel",
        string="And then by",
        help="When that does not reach him either. Empty: the collector gets a task.",
    )
    follow_up = fields.Html(compute="_compute_follow_up", string="What follows")

    @api.model
    def _select_fallback_channel(self):
        """Return the channels that a notice may fall back on."""
        channels = self.env["dunning.delivery"]._dunning_channels()
        return [(code, channels[code]["label"]) for code in CHANNELS.values()]

    # === CONSTRAINTS AND ONCHANGES === #
    @api.constrains("fallback_channel", "fallback_channel_2")
    def _check_fallback_channels(self):
        for level in self:
            if level.fallback_channel_2 and not level.fallback_channel:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” has a second way but no first one for what does "
                        "not arrive: choose the first.",
                        level=level.name,
                    )
                )
            if level.fallback_channel and (
                level.fallback_channel == level.fallback_channel_2
            ):
                raise ValidationError(
                    self.env._(
                        "“%(level)s” names the same way twice for what does not "
                        "arrive: each is tried once. Choose another, or none.",
                        level=level.name,
                    )
                )

    @api.onchange("fallback_channel")
    def _onchange_fallback_channel(self):
        """Without a first way there is no second."""
        if not self.fallback_channel:
            self.fallback_channel_2 = False

    # === BUSINESS METHODS === #
    def _fallback_channels(self):
        """Return the channels to fall back on, in order.

        :rtype: list[str]
        """
        self.ensure_one()
        ways = (self.fallback_channel, self.fallback_channel_2)
        return [way for way in ways if way]

    def _used_channels(self):
        """Return the channels of the level and those it falls back on.

        :rtype: set[str]
        """
        own = {code for name, code in CHANNELS.items() if self[name]}
        return own.union(self._fallback_channels())

    @api.model
    def _sql_fallback_uses(self, level):
        """Return ``{need: condition}``: the level falls back on such a channel.

        :param SQL level: how the query calls ``dunning_level``
        :return: conditions that are never NULL, by the keys of ``NEEDS``
        :rtype: dict[str, SQL]
        """
        return {
            need: SQL(
                "coalesce(%(level)s.fallback_channel IN %(codes)s, FALSE) "
                "OR coalesce(%(level)s.fallback_channel_2 IN %(codes)s, FALSE)",
                level=level,
                codes=codes,
            )
            for need, codes in NEEDS.items()
        }

    @api.model
    def _sql_uses(self, level):
        """Return ``{need: condition}``: the level may reach a customer that has this.

        By a channel of its own or by one that it falls back on. A level without any
        channel writes to nobody, and so has nothing to fall back from.

        :param SQL level: how the query calls ``dunning_level``
        :return: conditions that are never NULL, by the keys of ``NEEDS``
        :rtype: dict[str, SQL]
        """
        fields_of = {code: name for name, code in CHANNELS.items()}

        def is_on(codes):
            columns = [SQL.identifier(fields_of[code]) for code in codes]
            return SQL(" OR ").join(
                SQL("coalesce(%s.%s, FALSE)", level, column) for column in columns
            )

        fallbacks = self._sql_fallback_uses(level)
        return {
            need: SQL(
                "(%s OR (%s) AND (%s))", is_on(codes), is_on(fields_of), fallbacks[need]
            )
            for need, codes in NEEDS.items()
        }

    def _get_text_problems(self):
        """A written way to fall back on needs a text as well."""
        sentences = super()._get_text_problems()
        wanted = set(self._fallback_channels()) & set(WRITTEN)
        written = any(self[name] for name, code in CHANNELS.items() if code in WRITTEN)
        if wanted and not written and not (self.body_html or "").strip():
            sentences.append(
                self.env._(
                    "“%(level)s” is written when the call does not succeed, but has no "
                    "text.",
                    level=self.name,
                )
            )
        return sentences

    # === IN WORDS === #
    @api.depends(
        "fallback_channel",
        "fallback_channel_2",
        "deadline_days",
        "sequence",
        "active",
        "policy_id.climb",
        "policy_id.level_ids.sequence",
        "policy_id.level_ids.delay_days",
        "policy_id.level_ids.delay_from",
        "policy_id.level_ids.is_automatic",
        *CHANNELS,
    )
    def _compute_follow_up(self):
        for level in self:
            level.follow_up = self.env["ir.qweb"]._render(
                "credit_control.problem_list", {"sentences": level._get_follow_up()}
            )

    def _get_follow_up(self):
        """Return what happens after this level by itself, as sentences."""
        self.ensure_one()
        return [
            *self._get_lost_words(),
            *self._get_receipt_words(),
            self.env._(
                "When the mail server does not answer, it is tried again by itself for "
                "%(hours)s hours. What is wrong on our side (sender, text, documents) "
                "goes nowhere until somebody put it right.",
                hours=sum(BACKOFF) // 60,
            ),
            self.env._(
                "A notice that reached nobody does not count: the next run writes it "
                "again, and the customer stays at the level before."
            ),
            self._get_unanswered_words(),
        ]

    def _get_lost_words(self):
        labels = dict(self._select_fallback_channel())
        ways = [labels[code] for code in self._fallback_channels()]
        used = self._used_channels()
        words = self._get_contact_words()
        # letters of both kinds share theirs
        sentences = list(dict.fromkeys(words[way] for way in words if way in used))
        if ways:
            sentences.append(
                self.env._(
                    "When nobody is reached: %(ways)s; and in the end a task for the "
                    "collector.",
                    ways=", ".join(ways),
                )
            )
        else:
            sentences.append(
                self.env._("When nobody is reached, the collector gets a task.")
            )
        return sentences

    def _get_contact_words(self):
        """Return, by channel, to whom a notice goes that did not reach somebody.

        Extended by: add-ons that bring a channel.

        :rtype: dict[str, str]
        """
        post = self.env._(
            "When an address is not complete, or the post returns the letter, it goes "
            "to another address: of the contacts with a role of this level, of those "
            "who deal with invoices, then any other place of the customer; never twice "
            "to the same."
        )
        return {
            "email": self.env._(
                "When an address is refused, or the mail comes back, the next contact "
                "of the customer is written to: those with a role of this level, then "
                "those who deal with invoices."
            ),
            "sms": self.env._(
                "When a number takes no SMS, it goes to the mobile number of the next "
                "contact: those with a role of this level, then those who deal with "
                "invoices."
            ),
            "letter": post,
            "registered": post,
            "call": self.env._("When a number is wrong, the next contact is called."),
        }

    def _get_receipt_words(self):
        """Return from when the days after a registered letter run."""
        if "registered" not in self._used_channels():
            return []
        sentence = self.env._(
            "The days until the next level run from the receipt of the registered "
            "letter, once it is recorded; until then from its posting."
        )
        if self.deadline_days:
            sentence += " " + self.env._(
                "While its %(days)s days to pay run, nothing more goes.",
                days=self.deadline_days,
            )
        return [sentence]

    def _get_unanswered_words(self):
        """Return what follows when the customer neither pays nor answers."""
        later = self.policy_id.level_ids.filtered(
            lambda level: level.active and level.sequence > self.sequence
        ).sorted("sequence")[:1]
        if not later:
            return self.env._(
                "No payment and no answer: this is the last level, and a decision on "
                "the customer is asked for."
            )
        values = {"level": later.name, "when": later.when}
        if later.is_automatic:
            return self.env._(
                "No payment and no answer: “%(level)s” goes by itself, %(when)s.",
                **values,
            )
        return self.env._(
            "No payment and no answer: “%(level)s” is put to review, %(when)s.",
            **values,
        )
