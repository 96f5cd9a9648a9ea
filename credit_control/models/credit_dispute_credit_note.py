from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# what was contested, by how far it came
CONCEDED = ("accepted", "settled")


class ResCompany(models.Model):
    _inherit = "res.company"

    dispute_credit_days = fields.Integer(
        string="Days to credit",
        default=14,
        help="After a dispute was accepted or settled, the conceded amount is not "
        "demanded for so many days, until the credit note is posted. Then the owner of "
        "the dispute is told, and it is demanded again.",
    )

    _dispute_credit_days_positive = models.Constraint(
        "CHECK(dispute_credit_days >= 0)",
        "The days to make a credit note cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_credit_days = fields.Integer(
        related="company_id.dispute_credit_days", readonly=False
    )


class CreditDispute(models.Model):
    """What was conceded is not demanded until its credit note is posted."""

    _inherit = "credit.dispute"

    date_credit_due = fields.Date(
        string="Credit note due",
        copy=False,
        tracking=True,
        help="Up to this day the conceded amount is not demanded. Without a posted "
        "credit note by then, the owner is told and it is demanded again.",
    )

    is_credit_missing = fields.Boolean(
        string="Credit note missing",
        compute="_compute_is_credit_missing",
        search="_search_is_credit_missing",
        help="Something was conceded on an unpaid invoice, and no credit note is "
        "posted.",
    )

    # serves the hold "dispute": what pauses, by invoice
    _pausing_idx = models.Index(
        "(move_id) WHERE state IN ('open', 'accepted', 'settled')"
    )

    # === COMPUTE METHODS === #
    @api.depends("state", "amount_conceded", "date_credit_due", "credit_move_id.state")
    @api.depends("move_id.amount_residual")
    def _compute_is_credit_missing(self):
        missing = self.search(
            [("id", "in", self.ids), ("is_credit_missing", "=", True)]
        )
        for dispute in self:
            dispute.is_credit_missing = dispute._origin in missing

    def _search_is_credit_missing(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["account.move"].flush_model(["state", "amount_residual"])
        self.flush_model()
        missing = Domain.custom(
            to_sql=lambda model, alias, query: self._missing_credit_sql(
                SQL.identifier(alias)
            )
        )
        return missing if True in value else ~missing

    # === CRUD METHODS === #
    def write(self, vals):
        """The invoices follow what is credited and when."""
        result = super().write(vals)
        names = {"credit_move_id", "date_credit_due"}
        if names & vals.keys() and "state" not in vals:
            self.move_id._follow_origins()
        return result

    # === BUSINESS METHODS === #
    def _close(self, target, **vals):
        """Give the credit note its time where something was conceded."""
        if target not in CONCEDED:
            return super()._close(target, date_credit_due=False, **vals)
        for company, disputes in self.grouped("company_id").items():
            today = company._dunning_today()[company]
            due = today + timedelta(days=company.sudo().dispute_credit_days)
            super(CreditDispute, disputes)._close(target, date_credit_due=due, **vals)
        return None

    def _amount_to_credit(self):
        """Return what is, or would be, credited: of an open dispute all of it."""
        self.ensure_one()
        return self.amount if self.state == "open" else self.amount_conceded

    @api.model
    def _uncredited_sql(self, dispute):
        """Return the condition that something was conceded and not yet credited.

        :param SQL dispute: the alias of ``credit_dispute``
        """
        return SQL(
            """
            %(dispute)s.state IN ('accepted', 'settled')
            AND %(dispute)s.amount_conceded > 0
            AND %(dispute)s.date_credit_due IS NOT NULL
            AND NOT EXISTS (SELECT FROM account_move note
                             WHERE note.id = %(dispute)s.credit_move_id
                               AND note.state = 'posted')
            """,
            dispute=dispute,
        )

    @api.model
    def _missing_credit_sql(self, dispute):
        """Return :meth:`_uncredited_sql` of invoices that are still unpaid."""
        return SQL(
            """
            %(uncredited)s
            AND EXISTS (SELECT FROM account_move invoice
                         WHERE invoice.id = %(dispute)s.move_id
                           AND invoice.state = 'posted'
                           AND invoice.amount_residual > 0)
            """,
            uncredited=self._uncredited_sql(dispute),
            dispute=dispute,
        )

    @api.model
    def _pausing_query(self, day):
        """Return the query of what is not demanded on ``day``, dispute by dispute.

        Columns: ``move_id``, ``profile_id``, ``amount`` in the invoice's currency and
        ``until``, the last day, unknown as long as the dispute is open.

        :param SQL day: an SQL date
        """
        return SQL(
            """
            SELECT contest.move_id, contest.profile_id,
                   CASE WHEN contest.state = 'open' THEN contest.amount
                        ELSE contest.amount_conceded END AS amount,
                   CASE WHEN contest.state <> 'open'
                        THEN contest.date_credit_due END AS until
              FROM credit_dispute contest
             WHERE contest.state IN ('open', 'accepted', 'settled')
               AND (contest.state = 'open'
                    OR (%s AND contest.date_credit_due >= %s))
            """,
            self._uncredited_sql(SQL("contest")),
            day,
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Link a credit note to the disputes that its invoice had."""
        posted = super()._post(soft)
        notes = posted.filtered(
            lambda move: move.move_type == "out_refund" and move.reversed_entry_id
        )
        notes._link_disputes({note: note.reversed_entry_id for note in notes})
        return posted

    @api.private
    def _link_disputes(self, invoices, states=("open", *CONCEDED)):
        """Note on the disputes of invoices the credit notes they led to.

        Those that wait for a credit note come before open ones, until the credit
        note's amount is spent: a small one does not answer for every dispute.

        :param dict invoices: ``{credit note: invoice}`` of these credit notes
        """
        if not self:
            return
        # sudo: accountants need not know credit control
        disputes = self.env["credit.dispute"].sudo()
        moves = self.browse(invoice.id for invoice in invoices.values())
        waiting = disputes.search(
            [
                ("move_id", "in", moves.ids),
                ("state", "in", states),
                ("credit_move_id", "=", False),
            ],
            order="id",
        ).sorted(lambda dispute: dispute.state == "open")
        if not waiting:
            return
        linked = disputes.search([("credit_move_id", "in", self.ids)])
        for note, invoice in invoices.items():
            left = note.amount_total - sum(
                dispute._amount_to_credit()
                for dispute in linked
                if dispute.credit_move_id == note
            )
            for dispute in waiting:
                if dispute.move_id.id != invoice.id or dispute.credit_move_id:
                    continue
                if dispute.currency_id == note.currency_id:
                    if dispute.currency_id.compare_amounts(left, 0) <= 0:
                        break
                    left -= dispute._amount_to_credit()
                dispute.credit_move_id = note


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """A credit note matched with a contested invoice is the one that was due."""
        partials = super().create(vals_list)
        # sudo: who registers payments need not read invoices
        invoices = {
            partial.credit_move_id.move_id: partial.debit_move_id.move_id
            for partial in partials.sudo()
            if partial.credit_move_id.move_id.move_type == "out_refund"
        }
        notes = self.env["account.move"].browse(note.id for note in invoices)
        notes._link_disputes(invoices, CONCEDED)
        return partials
