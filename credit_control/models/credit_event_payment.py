import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

MONEY_JOURNALS = ("bank", "cash", "credit")


class CreditEventPayment(models.Model):
    """Claims just matched with money: rows are added by accounting, and removed here.

    Accounting adds rows, nothing else, and never waits or fails: who is told of a
    payment, and how, is found out by a scheduled action afterwards.
    """

    _name = "credit.event.payment"
    _description = "Payment to tell of"
    _order = "id"
    _log_access = False

    profile_id = fields.Many2one("credit.profile", required=True, ondelete="cascade")
    # without foreign keys: accounting may undo what it did
    partial_id = fields.Integer(required=True)
    payment_id = fields.Integer()
    transaction = fields.Char(
        required=True, help="Of the database: its payments are one event a customer."
    )

    _transaction_idx = models.Index("(transaction, profile_id)")

    # === ADDED BY ACCOUNTING === #
    @api.model
    def _note(self, partials):
        """Note the claims of these partial reconciliations that money has settled.

        An operational error of the database is let through, since the whole
        transaction is tried again; whatever else goes wrong costs the event alone.
        """
        try:
            with self.env.cr.savepoint(flush=False):
                if rows := self._money_rows(partials.sudo()):
                    self._insert(rows)
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("A payment raises no credit event")

    @api.model
    def _money_rows(self, partials):
        """Return ``[(partial, payment or 0, customer, company)]``: ids."""
        return [
            (
                partial.id,
                credit.payment_id.id or 0,
                debit.partner_id.commercial_partner_id.id,
                debit.company_id.id,
            )
            for partial in partials
            if (debit := partial.debit_move_id)
            and (credit := partial.credit_move_id)
            and debit.account_id.account_type == "asset_receivable"
            and credit.journal_id.type in MONEY_JOURNALS
            and debit.journal_id.type not in MONEY_JOURNALS
            and debit.partner_id
        ]

    @api.model
    def _insert(self, rows):
        """Insert ``rows`` of customers that credit control has to do with."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO credit_event_payment
                            (profile_id, partial_id, payment_id, transaction)
                SELECT p.id, v.partial_id, NULLIF(v.payment_id, 0),
                       txid_current()::varchar
                  FROM (VALUES %s) v(partial_id, payment_id, partner_id, company_id)
                  JOIN credit_profile p
                    ON p.partner_id = v.partner_id AND p.company_id = v.company_id
                 WHERE p.user_id IS NOT NULL
                    OR EXISTS (SELECT FROM dunning_notice n
                                WHERE n.profile_id = p.id AND n.state = 'sent')
                    OR EXISTS (SELECT FROM credit_promise
                                WHERE profile_id = p.id)
                    OR EXISTS (SELECT FROM credit_dispute
                                WHERE profile_id = p.id)
                RETURNING id
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        cron = self.env.ref("credit_control.cron_event_payment", False)
        if self.env.cr.rowcount and cron:
            cron._trigger()

    # === MADE INTO EVENTS === #
    @api.model
    def _cron_payments(self, limit=1000):
        """Raise the events of the payments noted so far, with progress."""
        commit = self.env["ir.cron"]._commit_progress
        while done := self._process_queue(limit):
            remaining = self.search_count([], limit=1)
            if not commit(done, remaining=remaining):
                break

    @api.model
    def _process_queue(self, limit=1000):
        """Raise one event for each customer and transaction; one batch.

        :param int limit: events of the batch
        :return: the number of events and of payments undone meanwhile
        :rtype: int
        """
        rows = self._take(limit)
        self.invalidate_model(flush=False)
        profiles = self.env["credit.profile"].browse(row[0] for row in rows).sudo()
        events = self.env["credit.event"].sudo()
        # archived or not, their figures are computed for all at once
        profiles.fetch(["amount_overdue", "company_id", "user_id"])
        events._raise(
            [
                self._prepare_event(profile, amount, payments, payment)
                for profile, (_id, amount, payments, payment) in zip(
                    profiles, rows, strict=True
                )
                if amount
            ]
        )
        events._end_gone(profiles)
        return len(rows)

    @api.model
    def _take(self, limit):
        """Remove the oldest rows and return what they tell.

        :return: rows of (profile, amount or None, number of payments, one of them)
        """
        return self.env.execute_query(
            SQL(
                """
                WITH batch AS (
                    SELECT DISTINCT transaction, profile_id
                      FROM credit_event_payment
                     ORDER BY transaction, profile_id
                     LIMIT %s
                ), taken AS (
                    DELETE FROM credit_event_payment q
                     USING batch b
                     WHERE q.transaction = b.transaction
                       AND q.profile_id = b.profile_id
                 RETURNING q.id, q.transaction, q.profile_id, q.partial_id,
                           q.payment_id
                )
                SELECT t.profile_id, SUM(part.amount)::float,
                       COUNT(DISTINCT t.payment_id), MIN(t.payment_id)
                  FROM taken t
                  LEFT JOIN account_partial_reconcile part ON part.id = t.partial_id
                 GROUP BY t.transaction, t.profile_id
                 ORDER BY MIN(t.id)
                """,
                limit,
            )
        )

    @api.model
    def _prepare_event(self, profile, amount, payments, payment):
        """Return the values of the event of a payment, as of ``_raise``.

        :param int payments: how many there are; only one can be opened
        :param payment: one of them, its id
        """
        here = self.env["credit.event"]._in_language(profile)
        currency = profile.currency_id.with_env(here.env)
        if currency.is_zero(profile.amount_overdue):
            name = here.env._(
                "%(amount)s received: nothing is overdue any more.",
                amount=currency.format(amount),
            )
        else:
            name = here.env._(
                "%(amount)s received, %(overdue)s is still overdue.",
                amount=currency.format(amount),
                overdue=currency.format(profile.amount_overdue),
            )
        cause = {}
        if payments == 1:
            cause = {"res_model": "account.payment", "res_id": payment}
        return {
            "profile_id": profile.id,
            "kind": "payment_received",
            "name": name,
            "amount": amount,
            **cause,
        }


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Note the claims that were paid: somebody may wait for it."""
        partials = super().create(vals_list)
        self.env["credit.event.payment"].sudo()._note(partials)
        return partials
