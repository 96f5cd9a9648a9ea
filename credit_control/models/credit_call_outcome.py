from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditCallOutcome(models.Model):
    """What may come of a call, and what follows from it."""

    _name = "credit.call.outcome"
    _description = "Outcome of a call"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="By which reports and imports know it, whatever its name."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Call again after (days)",
        help="The next call is proposed for that day, or for the next working day. "
        "0: none is proposed.",
    )
    next_step = fields.Selection(
        [
            ("none", "Nothing more"),
            ("promise", "Enter the promise"),
            ("dispute", "Enter the dispute"),
            ("contact", "Try another contact"),
        ],
        string="Next step",
        default="none",
        required=True,
        help="What the dialog asks for. “Try another contact”: the call of the level "
        "did not succeed, and goes on to the next contact or channel of the level.",
    )
    is_reached = fields.Boolean(
        string="Customer reached",
        default=True,
        help="Somebody at the customer answered.",
    )
    closes_planned = fields.Boolean(
        string="Ends the planned call",
        default=True,
        help="The call that a level planned counts as made; else it is moved to the "
        "next day.",
    )
    tone = fields.Selection(
        [
            ("neutral", "Neutral"),
            ("good", "Good"),
            ("warning", "Warning"),
            ("bad", "Bad"),
        ],
        string="Colour",
        default="neutral",
        required=True,
    )
    hint = fields.Text(
        translate=True, help="Shown in the dialog when this outcome is chosen."
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "An outcome's code must be unique."
    )
    _days_positive = models.Constraint(
        "CHECK(days >= 0)", "The days until the next call cannot be negative."
    )
    _contact_stays_open = models.Constraint(
        "CHECK(NOT (closes_planned AND next_step = 'contact'))",
        "A call that goes on to another contact does not end the planned call: "
        "untick one of the two.",
    )

    @api.onchange("next_step")
    def _onchange_next_step(self):
        """Whoever tries another contact has not reached the customer."""
        if self.next_step == "contact":
            self.closes_planned = False
            self.is_reached = False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: a call counts, whoever may see it
        used = self.env["credit.call"].sudo()
        used = used.search([("outcome_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "Calls were logged as “%(outcome)s”: archive it instead of "
                    "deleting it, so that they keep their outcome.",
                    outcome=used.outcome_id.name,
                )
            )

    @api.model
    @api.private
    def _by_code(self, codes):
        """Return the outcomes with these codes, archived ones included.

        :raise UserError: naming a code that no outcome has
        :rtype: dict[str, credit.call.outcome]
        """
        found = self.with_context(active_test=False).search(
            [("code", "in", list(codes))]
        )
        by_code = {outcome.code: outcome for outcome in found}
        if missing := set(codes) - by_code.keys():
            raise UserError(
                self.env._(
                    "There is no outcome of a call with the code %(codes)s: see "
                    "Configuration / Outcomes of calls.",
                    codes=", ".join(sorted(missing)),
                )
            )
        return by_code
