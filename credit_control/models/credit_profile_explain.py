from odoo import api, models
from odoo.tools import SQL
from odoo.tools.i18n import format_list

from .dunning_notice import CHANNELS
from .screen_days import format_day


class CreditProfile(models.Model):
    """Why a customer is reminded or not: the pipeline answers, in words."""

    _inherit = "credit.profile"

    def explain(self, date=None):
        """Return why each open claim of the customer is, or is not, reminded.

        The rules of a run are applied to these customers alone; nothing is written.

        :param date: as of this day; default today, where the company works
        :return: dicts of ``move_line_id``, ``code`` (``claim`` or ``reminder`` for one
            that goes), ``text``, ``until`` and ``level_id``, earliest due date first
        :rtype: list[dict]
        """
        self.check_access("read")
        found = []
        for company, profiles in self.sudo().grouped("company_id").items():
            day = date or company._dunning_today()[company]
            # sudo: the netting looks at the whole tree of companies
            rows = self.env["dunning.pipeline"].sudo()._explain_rows(
                company, day, profiles.ids
            )
            found += self._explain_in_words(rows)
        return found

    def _explain_in_words(self, rows):
        """Return the rows of the pipeline as :meth:`explain` gives them."""
        texts = self._explain_texts()
        levels = self.env["dunning.level"].sudo()
        names = {
            level.id: level.name
            for level in levels.browse(
                {row[key] for row in rows for key in ("level_id", "next_level_id")}
                - {None}
            )
        }
        variants = self._explain_variants(rows)
        return [
            {
                "move_line_id": row["move_line_id"],
                "code": self._explain_code(row),
                "text": " ".join(
                    [
                        self._explain_text(texts, row, names),
                        *variants.get(row["policy_id"], ()),
                    ]
                ),
                "until": row["until"],
                "level_id": row["level_id"] or row["own_level_id"],
            }
            for row in rows
        ]

    def _explain_variants(self, rows):
        """Return ``{policy id: [sentence]}`` for the policies that are variants."""
        # sudo: of another company's policy the name, at most
        policies = self.env["dunning.policy"].sudo()
        policies = policies.browse({row["policy_id"] for row in rows} - {None})
        return {
            policy.id: [
                self.env._(
                    "By “%(variant)s”, a variant of “%(policy)s”.",
                    variant=policy.name,
                    policy=policy.variant_of_id.name,
                )
            ]
            for policy in policies
            if policy.variant_of_id
        }

    def _explain_code(self, row):
        return row["kind"] if row["kind"] in ("claim", "reminder") else row["code"]

    def _explain_text(self, texts, row, names):
        """Return one sentence: the reason, until when, and what comes then."""
        text = texts.get(row["code"], row["code"])
        if row["code"] == "no_recipient" and row["next_level_id"]:
            text = self._explain_unreached(row["next_level_id"])
        sentences = [text % {"level": names.get(row["level_id"], "")}]
        if row["kind"] == "reminder":
            sentences.insert(0, self.env._("Listed with the notice that goes now."))
        if row["until"]:
            until = format_day(self.env, row["until"])
            following = names.get(row["next_level_id"])
            if row["code"] == "not_yet" and following:
                sentences.append(
                    self.env._(
                        "“%(level)s” comes on %(day)s.", level=following, day=until
                    )
                )
            elif row["code"] in ("not_yet", "closed_day", "spacing"):
                sentences.append(self.env._("Next on %(day)s.", day=until))
            else:
                sentences.append(self.env._("Until %(day)s.", day=until))
        if row["pay_by"] and row["code"] == "not_yet":
            sentences.append(
                self.env._(
                    "The customer received a letter: the days to pay run until "
                    "%(day)s.",
                    day=format_day(self.env, row["pay_by"]),
                )
            )
        if row["amount_disputed"] and row["code"] != "dispute":
            sentences.append(self.env._("A part is contested and not demanded."))
        return " ".join(sentences)

    def _explain_unreached(self, level_id):
        """Return what to enter so that the level reaches the customer."""
        _ = self.env._
        # sudo: salespersons do not read levels
        level = self.env["dunning.level"].sudo().browse(level_id)
        parts = {
            "email": _("an e-mail address"),
            "call": _("a phone number"),
            "sms": _("a phone number"),
            "letter": _("a postal address"),
            "registered": _("a postal address"),
        }
        channels = {code for name, code in CHANNELS.items() if level[name]}
        behind = set(level._fallback_channels())
        wanted = dict.fromkeys(
            words for code, words in parts.items() if code in channels | behind
        )
        if not channels:
            return self._explain_texts()["no_recipient"]
        return _(
            "“%(level)s” waits: enter %(parts)s on the customer or on one of its "
            "contacts.",
            level=level.name,
            parts=format_list(self.env, list(wanted), style="or"),
        ).replace("%", "%%")

    @api.model
    def _explain_texts(self):
        """Return ``{code: sentence}`` in the language of the reader.

        ``%(level)s`` stands for the level that goes.

        Extended by: add-ons that add a hold, with the words for its code.
        """
        _ = self.env._
        return {
            "claim": _("Goes now, at level “%(level)s”."),
            "not_yet": _("The day of the next level is not reached."),
            "last_level": _("The last level was delivered: decide what comes next."),
            "closed_day": _("The policy does not work on this day."),
            "hold_out": _(
                "Belongs to the customers left without automatic reminders, to measure "
                "what reminding brings."
            ),
            "below_minimum": _("The amount is below the minimum of the level."),
            "spacing": _("Another notice went, or goes, to this customer first."),
            "no_recipient": _(
                "No channel of the level reaches the customer: add an address, e-mail "
                "or phone number."
            ),
            "covered": _("Open credits cover the claims of this currency."),
            "no_policy": _("No policy: choose one, or a default for the company."),
            "in_notice": _("A notice to this customer waits to be approved or sent."),
            "no_partner": _("The journal item has no customer: set its partner."),
            "no_followup": _("Excluded from follow-up on the journal item."),
            "blocked": _("The invoice is blocked for payment."),
            "insolvency": _(
                "Arose before the opening of insolvency proceedings: not demanded."
            ),
            "handed_over": _("Handed over to a third party."),
            "factored": _("Sold to a factor."),
            "plan": _("Covered by a payment plan."),
            "promise": _("Payment was promised."),
            "dispute": _("The whole amount is contested."),
            "payment_pending": _("An online payment is under way."),
            "payment_in_process": _("A payment is registered and being processed."),
            "on_hold": _("The customer is on hold."),
            "reply": _("The customer answered and nobody replied yet."),
        }

    @api.model
    @api.private
    def forgotten_items(self, company, date):
        """Return the overdue claims that a plan of the day says nothing of.

        There are none, ever: this looks at the ledger apart from the pipeline and is
        the check behind “nothing forgotten”.

        :return: ``account.move.line``
        """
        pipeline = self.env["dunning.pipeline"].sudo()
        scope = pipeline._compute(company, date)
        rows = self.env.execute_query(
            pipeline._query_forgotten(scope, SQL("line.id"))
        )
        return self.env["account.move.line"].browse([row[0] for row in rows])
