from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..tools.references import Item, find_references
from .account_move_match import SALE_TYPES

# an invoice paid less long ago may still be spoken of
PAID_DAYS = 90
# items of one customer that a text is compared with, the oldest open ones first
MOST_ITEMS = 500
# a reference less sure than that is no link
SURE = 0.5


class CreditMessage(models.Model):
    """The invoices of the customer that a message speaks of."""

    _inherit = "credit.message"

    def _match_moves(self):
        """Link the messages with the invoices that they name."""
        items = self._get_reference_items()
        self._write_moves(
            {
                (message.id, move)
                for message in self
                if items[message]
                for move in message._find_named_moves(items[message])
            }
        )

    def _write_moves(self, pairs):
        """Link messages with entries in two statements, whatever their number.

        :param set pairs: ids of message and entry
        """
        field = self._fields["move_ids"]
        names = {
            "rel": SQL.identifier(field.relation),
            "message": SQL.identifier(field.column1),
            "move": SQL.identifier(field.column2),
        }
        stored = {
            (message.id, move) for message in self for move in message.move_ids.ids
        }
        if gone := stored - pairs:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %(rel)s WHERE (%(message)s, %(move)s) IN %(gone)s",
                    gone=tuple(gone),
                    **names,
                )
            )
        if new := pairs - stored:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %(rel)s (%(message)s, %(move)s) VALUES %(pairs)s",
                    pairs=SQL(", ").join(sorted(new)),
                    **names,
                )
            )
        if gone or new:
            self.invalidate_recordset(["move_ids"], flush=False)

    def _find_named_moves(self, items):
        """Return the ids of those of ``items`` that the writer names."""
        base = self._get_base_date()
        text = "\n".join(filter(None, [self.subject, self.reply_text]))
        return {
            key
            for reference in find_references(text, items, base)
            if reference.confidence >= SURE
            for key in reference.keys
        }

    def _get_reference_items(self):
        """Return what these messages may speak of: open items, invoices just paid.

        By one query for all. The key of an item is the id of its journal entry.

        :rtype: dict[credit.message, list[Item]]
        """
        messages = self.sudo()
        profiles = messages.profile_id
        items = defaultdict(list)
        if profiles:
            for customer, company, *values in self._read_reference_items(profiles):
                *rest, amount, residual, currency = values
                item = Item(*rest, Decimal(amount), Decimal(residual), currency)
                items[customer, company].append(item)
        return {
            message: items[
                message.profile_id.partner_id.id, message.profile_id.company_id.id
            ]
            for message in messages
        }

    def _read_reference_items(self, profiles):
        """Return customer, company and the values of ``Item`` for each entry."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT profile.partner_id, profile.company_id, item.*
                  FROM credit_profile profile
                 CROSS JOIN LATERAL (
                       SELECT move.id, move.name,
                              COALESCE(move.payment_reference, move.ref, ''),
                              COALESCE(move.invoice_date, move.date),
                              min(COALESCE(line.date_maturity, line.date)),
                              abs(sum(line.amount_currency))::text,
                              abs(sum(line.amount_residual_currency))::text,
                              currency.name
                         FROM res_partner contact
                         JOIN account_move_line line ON line.partner_id = contact.id
                         JOIN account_move move ON move.id = line.move_id
                         JOIN res_currency currency ON currency.id = line.currency_id
                        WHERE contact.commercial_partner_id = profile.partner_id
                          AND line.company_id = profile.company_id
                          AND line.parent_state = 'posted'
                          AND line.account_id IN %(accounts)s
                          AND (line.reconciled IS NOT TRUE
                               OR (line.date >= %(since)s
                                   AND move.move_type IN %(types)s))
                        GROUP BY move.id, currency.name
                        ORDER BY bool_or(line.reconciled IS NOT TRUE) DESC, 5, 1
                        LIMIT %(limit)s
                       ) item
                 WHERE profile.id IN %(profiles)s
                """,
                accounts=profiles.company_id._trade_receivable_ids(),
                since=fields.Date.today() - timedelta(days=PAID_DAYS),
                types=SALE_TYPES,
                limit=MOST_ITEMS,
                profiles=tuple(profiles.ids),
            )
        )
