from odoo import models
from odoo.tools import SQL

SALE_TYPES = SQL("('out_invoice', 'out_refund', 'out_receipt')")
_INDEX = (
    "(upper(regexp_replace({name}, '[^A-Za-z0-9]', '', 'g'))) WHERE {name} IS NOT NULL "
    "AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
)


class AccountMove(models.Model):
    """References of invoices are found whatever their spelling in a mail."""

    _inherit = "account.move"

    # the words of the queries of credit.message, to the letter
    _credit_reference_idx = models.Index(_INDEX.format(name="payment_reference"))
    _credit_order_idx = models.Index(_INDEX.format(name="ref"))


def compact_sql(column):
    """Return a column as letters and digits alone, in the words of the indexes."""
    return SQL("upper(regexp_replace(%s, '[^A-Za-z0-9]', '', 'g'))", column)
