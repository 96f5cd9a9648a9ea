from odoo import models
from odoo.tools import SQL

SALE_TYPES = SQL("('out_invoice', 'out_refund', 'out_receipt')")
_COMPACT = "upper(regexp_replace({name}, '[^A-Za-z0-9]', '', 'g'))"


class AccountMove(models.Model):
    """References of invoices are found whatever their spelling in a mail."""

    _inherit = "account.move"

    # not partial: PostgreSQL keeps no statistics of the words of a partial index, and
    # without them it would rather read all entries
    _credit_reference_idx = models.Index(
        f"({_COMPACT.format(name='payment_reference')})"
    )
    _credit_order_idx = models.Index(f"({_COMPACT.format(name='ref')})")


def compact_sql(column):
    """Return a column as letters and digits alone, in the words of the indexes.

    :param str column: alias and name
    """
    return SQL(_COMPACT.format(name=column))
