from odoo import fields, models

from .unchecked_many2one import UncheckedMany2one


class DunningNoticeLine(models.Model):
    """A claim, reminder or piece of information on a notice, as it was then."""

    _name = "dunning.notice.line"
    _description = "Dunning notice line"
    _order = "notice_id, currency_id, date_due, id"
    # who and when are those of the notice; on as many lines as there are open items
    # they would cost a quarter of the time of a plan
    _log_access = False

    notice_id = fields.Many2one(
        "dunning.notice", required=True, index=True, ondelete="cascade"
    )
    # not stored: the check of its key would cost each line of a run
    company_id = fields.Many2one(related="notice_id.company_id")
    move_line_id = fields.Many2one(
        "account.move.line", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    name = fields.Char(help="The invoice's number, kept when the invoice goes.")
    kind = fields.Selection(
        [("claim", "Claim"), ("reminder", "Reminder"), ("info", "For information")],
        required=True,
    )
    level_id = UncheckedMany2one("dunning.level")
    is_forced = fields.Boolean()
    currency_id = UncheckedMany2one("res.currency", required=True)
    date_invoice = fields.Date()
    date_due = fields.Date()
    days_overdue = fields.Integer()
    amount_total = fields.Monetary(help="The original amount of the item.")
    amount_residual = fields.Monetary()
    amount_disputed = fields.Monetary()
    amount_claimed = fields.Monetary(
        help="Residual less the contested part; 0 for information lines."
    )
    interest = fields.Monetary()
    compensation = fields.Monetary()
    state_reason = fields.Char(
        help="Why the line is for information only, or was dropped before sending."
    )
    hold_code = fields.Char()
    is_dropped = fields.Boolean(
        help="Paid, promised or disputed between approval and sending."
    )
    is_live = fields.Boolean(
        help="Claim or reminder of a notice that is draft or approved."
    )
    is_delivered = fields.Boolean(
        help="The item moved on to its level when this notice reached the customer."
    )
    previous_level_id = UncheckedMany2one(
        "dunning.level",
        help="The item's level before this notice was delivered.",
    )
    previous_date = fields.Date()

    # exactly once: a move line is demanded by one live notice at most
    _live_unique = models.UniqueIndex(
        "(move_line_id) WHERE is_live",
        "This item is already in a notice that waits to be sent.",
    )

    def _correct(self, residual, disputed):
        """Correct the amounts when they changed since; say so on the line.

        :return: whether something changed
        """
        self.ensure_one()
        currency = self.currency_id
        residual, disputed = float(residual), float(disputed)
        if (
            currency.compare_amounts(residual, self.amount_residual) == 0
            and currency.compare_amounts(disputed, self.amount_disputed) == 0
        ):
            return False
        self.write(
            {
                "state_reason": self.env._(
                    "Amount corrected before sending: %(old)s was open at approval.",
                    old=currency.format(self.amount_residual),
                ),
                "amount_residual": residual,
                "amount_disputed": disputed,
                "amount_claimed": residual - disputed,
            }
        )
        return True
