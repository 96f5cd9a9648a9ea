from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# rows of the preview; the counts are of all
SHOWN = 100


class CreditMassStatement(models.TransientModel):
    """Send the statement of account to many customers by mail."""

    _name = "credit.mass.statement"
    _description = "Send statements by mail"
    _inherit = ["credit.mass.wizard"]

    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._dunning_today()[self.env.company],
    )
    mode = fields.Selection(
        [("open", "Open items"), ("full", "All movements")],
        string="Content",
        required=True,
        default="open",
    )
    date_from = fields.Date(string="From")
    skip_empty = fields.Boolean(
        string="Only customers with something to show", default=True
    )

    # === COMPUTE METHODS === #
    @api.depends("profile_ids", "date", "mode", "skip_empty")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = self.env["ir.qweb"]._render(
                "credit_control.mass_statement_preview", wizard._preview_values()
            )

    @api.onchange("mode")
    def _onchange_mode(self):
        """Propose a year of movements."""
        if self.mode == "full" and not self.date_from and self.date:
            self.date_from = self.date - relativedelta(years=1, days=-1)

    # === ACTIONS === #
    def action_apply(self):
        """Queue the mails; say where to follow them."""
        self.ensure_one()
        error = self.env["credit.pdf.report"]._engine_error()
        if error:
            raise UserError(" ".join(error))
        options = self._options()
        self.profile_ids._statement_period(
            self.profile_ids[:1].company_id,
            **{name: options[name] for name in ("date", "full", "date_from")},
        )
        actions = self.env["credit.mass.action"]
        action = actions._queue_statements(self.profile_ids, options)
        if not action:
            raise UserError(
                self.env._(
                    "None of these customers gets a statement: enter e-mail addresses, "
                    "or choose customers who owe something."
                )
            )
        return actions._notify(
            self.env._(
                "%s statements are being sent. To follow or stop it: Reporting, Mass "
                "actions.",
                action.count,
            )
        )

    # === BUSINESS METHODS === #
    def _options(self):
        return {
            "date": self.date,
            "full": self.mode == "full",
            "date_from": self.mode == "full" and self.date_from,
            "skip_empty": self.skip_empty,
        }

    def _preview_values(self):
        """Return who gets it, in which language, and who does not and why."""
        profiles = self.profile_ids._origin
        options = self._options()
        if not profiles or not options["date"]:
            return {"rows": [], "langs": [], "reasons": [], "sent": 0, "hidden": ""}
        readers = profiles._statement_mail_readers()
        balances = profiles._statement_balances(options["date"], options["full"])
        states = profiles._statement_states(options, readers, balances)
        langs = profiles._statement_mail_langs(readers)
        names = dict(self.env["res.lang"].get_installed())
        good = [one for one in profiles if not states[one]]
        bad = [one for one in profiles if states[one]]
        # what does not work first: that is what one looks for
        shown = (bad + good)[:SHOWN]
        hidden = len(profiles) - len(shown)
        return {
            "sent": len(good),
            "sent_text": self.env._("Mails to send: %s", len(good)),
            "langs": Counter(
                names.get(langs[one], langs[one]) for one in good
            ).most_common(),
            "reasons": Counter(states[one] for one in bad).most_common(),
            "hidden": hidden and self.env._("and %s more", hidden),
            "rows": [
                {
                    "customer": one.display_name,
                    "balances": [
                        currency.format(amount)
                        for currency, amount in balances.get(one, {}).items()
                    ],
                    "to": ", ".join(
                        f"{person.name} <{person.email}>" for person in readers[one]
                    ),
                    "lang": "" if states[one] else names.get(langs[one], langs[one]),
                    "why": states[one],
                }
                for one in shown
            ],
        }
